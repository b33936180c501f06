// How fast recordings are read and written, and how fast a run goes from a file to its results: journal,
// digest, risk, metrics and HDF5 included. Aims and figures stand in the README.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include "feeds/synthetic/synthetic.h"
#include "recordings/log_reader.h"
#include "recordings/log_writer.h"
#include "scenarios/run.h"
#include "tests/bench/bench_data.h"

namespace lockstep::bench {
namespace {

double peak_memory_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void count_messages(benchmark::State& state, std::uint64_t messages, std::uint64_t level_changes) {
  const auto total = static_cast<double>(messages);
  state.counters["messages/s"] = benchmark::Counter(total, benchmark::Counter::kIsRate);
  state.counters["levels/s"] =
      benchmark::Counter(static_cast<double>(level_changes), benchmark::Counter::kIsRate);
  state.counters["s/message"] =
      benchmark::Counter(total, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["peak_MB"] = peak_memory_mb();
}

void read(benchmark::State& state, const std::string& path) {
  std::uint64_t messages = 0;
  std::uint64_t level_changes = 0;
  std::int64_t sum = 0;
  for (auto _ : state) {
    auto reader = recordings::LogReader::open(path);
    if (!reader) return state.SkipWithError(reader.error().text().c_str());
    for (Batch batch;;) {
      const Result<Source::Pull> pulled = (*reader)->pull(batch);
      if (!pulled) return state.SkipWithError(pulled.error().text().c_str());
      if (*pulled == Source::Pull::end) break;
      for (const Event& event : batch.events) sum += event.recv_ts_ns;
      messages += batch.events.size();
      level_changes += batch.levels.size();
    }
  }
  benchmark::DoNotOptimize(sum);
  count_messages(state, messages, level_changes);
}

void read_trades(benchmark::State& state) {
  read(state, trades_recording());
}
void read_mix(benchmark::State& state) {
  read(state, mix_recording());
}

constexpr std::uint64_t kWriteRounds = 20;

// The events are in memory before the clock starts and are written again and again; the file goes to the page
// cache, as a recorder's does.
void write_trades(benchmark::State& state) {
  auto reader = recordings::LogReader::open(trades_recording());
  if (!reader) return state.SkipWithError(reader.error().text().c_str());
  std::vector<Event> events;
  for (Batch batch; events.size() < 200'000;) {
    const Result<Source::Pull> pulled = (*reader)->pull(batch);
    if (!pulled || *pulled == Source::Pull::end) break;
    events.insert(events.end(), batch.events.begin(), batch.events.end());
  }
  recordings::LogWriterOptions options;
  options.replace_existing = true;
  for (auto _ : state) {
    auto writer =
        recordings::LogWriter::create(scratch_folder() + "/written.lsr", (*reader)->header(), options);
    if (!writer) return state.SkipWithError(writer.error().text().c_str());
    for (std::uint64_t round = 0; round < kWriteRounds; ++round) {
      for (const Event& event : events) (*writer)->append(event, {});
    }
    if (const Status sealed = (*writer)->seal(); !sealed)
      return state.SkipWithError(sealed.error().text().c_str());
  }
  count_messages(state, events.size() * kWriteRounds * static_cast<std::uint64_t>(state.iterations()), 0);
}

void run(benchmark::State& state, const std::string& recording, const std::string& strategy) {
  const std::string text =
      "[feed]\npath = \"" + recording + "\"\n[account]\ncash = 1000000\n" + strategy +
      "[venue]\nmaker_fee_bps = 1\ntaker_fee_bps = 4\norder_latency = { median = \"1ms\" }\n"
      "answer_latency = { median = \"1ms\" }\n[risk]\nmax_order_qty = 10\nmax_position = 10\n"
      "max_open_orders = 100\nprice_collar_bps = 500\n";
  const auto scenario = scenarios::parse_scenario(text, "bench", {});
  if (!scenario) return state.SkipWithError(scenario.error().text().c_str());
  const std::vector<StrategyFactory> strategies = builtin_strategies();
  std::uint64_t messages = 0;
  std::uint64_t fills = 0;
  std::uint64_t decisions = 0;
  for (auto _ : state) {
    const auto summary = scenarios::run_scenario(*scenario, strategies, {scratch_folder() + "/run", {}});
    if (!summary) return state.SkipWithError(summary.error().text().c_str());
    messages += summary->totals.input_events;
    fills = summary->totals.fills;
    decisions = summary->totals.decisions;
  }
  count_messages(state, messages, 0);
  state.counters["fills"] = static_cast<double>(fills);
  state.counters["decisions"] = static_cast<double>(decisions);
}

void momentum_on_trades(benchmark::State& state) {
  run(state, trades_recording(),
      "[strategy]\nname = \"momentum\"\n[strategy.parameters]\non = \"trades\"\nfast = 500\nslow = "
      "5000\nthreshold_bps = 0.05\nqty = 0.1\n");
}

void market_maker_on_mix(benchmark::State& state) {
  run(state, mix_recording(),
      "[strategy]\nname = \"market_maker\"\n[strategy.parameters]\non = \"book\"\nhalf_spread_bps = "
      "0.02\nskew_bps = 0.005\n"
      "requote_bps = 0.02\nqty = 0.1\nmax_inventory = 2\n");
}

// Of all 5,000 stocks, twenty are traded: the market maker's own work is that of a desk, the books' that of a
// feed.
void replay_orders_market_maker(benchmark::State& state) {
  std::string universe;
  auto reader = recordings::LogReader::open(itch_recording());
  if (!reader) return state.SkipWithError(reader.error().text().c_str());
  for (std::size_t i = 0; i < 20; ++i)
    universe += (i == 0 ? "\"" : ", \"") + (*reader)->instruments()[i * 250].symbol + "\"";
  run(state, itch_recording(),
      "[strategy]\nname = \"market_maker\"\ninstruments = [" + universe +
          "]\n[strategy.parameters]\non = \"book\"\nhalf_spread_bps = 2\nskew_bps = 0.5\n"
          "requote_bps = 2\nqty = 1\nmax_inventory = 5\n");
}

void generate_mix(benchmark::State& state) {
  std::uint64_t messages = 0;
  for (auto _ : state) {
    auto config = feeds::demo_session(1);
    config.max_events = 1'000'000;
    config.duration_ns = 0;
    feeds::SyntheticSource source(config);
    for (Batch batch;;) {
      const Result<Source::Pull> pulled = source.pull(batch);
      if (!pulled || *pulled == Source::Pull::end) break;
      messages += batch.events.size();
    }
  }
  count_messages(state, messages, 0);
}

BENCHMARK(read_trades)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(read_mix)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(write_trades)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(momentum_on_trades)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(market_maker_on_mix)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(replay_orders_market_maker)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(generate_mix)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace lockstep::bench

BENCHMARK_MAIN();
