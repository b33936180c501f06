// How fast ITCH is parsed, and order-by-order books are rebuilt from ITCH and from our own log. One process
// per figure: each keeps 500,000 orders of 5,000 symbols at work. Aims and figures stand in the README.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <vector>

#include "feeds/files/itch_orders.h"
#include "feeds/files/itch_parser.h"
#include "recordings/log_reader.h"
#include "tests/bench/bench_data.h"
#include "tests/bench/itch_stream.h"

namespace lockstep::bench {
namespace {

namespace itch = feeds::itch;

constexpr std::size_t kChunk = 1U << 16U;

void count(benchmark::State& state, std::uint64_t messages) {
  const auto total = static_cast<double>(messages);
  state.counters["messages/s"] = benchmark::Counter(total, benchmark::Counter::kIsRate);
  state.counters["s/message"] =
      benchmark::Counter(total, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// Reads the file in pieces that stay in the cache, as an importer does, and calls each(piece) with what is
// not yet consumed; each() leaves the rest.
template <class Each>
void for_each_chunk(const std::string& path, Each each) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  std::vector<std::uint8_t> buffer(kChunk);
  std::size_t kept = 0;
  for (;;) {
    const std::size_t read = std::fread(buffer.data() + kept, 1, buffer.size() - kept, file);
    if (read == 0) break;
    std::span<const std::uint8_t> bytes(buffer.data(), kept + read);
    each(bytes);
    kept = bytes.size();
    std::copy(bytes.begin(), bytes.end(), buffer.begin());
  }
  std::fclose(file);
}

// Uses every field that a book needs, so that none is left unread.
struct Sum {
  std::uint64_t value = 0;
  std::uint64_t messages = 0;
  void head(const itch::Message& m) {
    ++messages;
    value += m.locate() ^ m.since_midnight_ns();
  }
  void operator()(const itch::AddOrder& m) {
    head(m);
    value += m.order_id() ^ m.shares() ^ m.price() ^ static_cast<std::uint64_t>(m.side());
  }
  void operator()(const itch::OrderExecuted& m) {
    head(m);
    value += m.order_id() ^ m.shares() ^ m.match_number();
  }
  void operator()(const itch::OrderExecutedWithPrice& m) {
    head(m);
    value += m.order_id() ^ m.shares() ^ m.match_number() ^ m.price();
  }
  void operator()(const itch::OrderCancel& m) {
    head(m);
    value += m.order_id() ^ m.shares();
  }
  void operator()(const itch::OrderDelete& m) {
    head(m);
    value += m.order_id();
  }
  void operator()(const itch::OrderReplace& m) {
    head(m);
    value += m.order_id() ^ m.new_order_id() ^ m.shares() ^ m.price();
  }
  void operator()(const itch::NonCrossTrade& m) {
    head(m);
    value += m.shares() ^ m.price() ^ m.match_number();
  }
  void operator()(const itch::Message& m) { head(m); }
};

void itch_parse(benchmark::State& state) {
  const std::string& path = itch_stream_file();
  Sum sum;
  for (auto _ : state)
    for_each_chunk(path, [&](std::span<const std::uint8_t>& bytes) { itch::parse(bytes, sum); });
  benchmark::DoNotOptimize(sum.value);
  count(state, sum.messages);
}

// Messages become events in an array that stays in the nearest cache; the last ones wait for what comes after
// them, so that the book always sees some ahead.
class Rebuild {
 public:
  explicit Rebuild(std::uint32_t symbols) : books_(symbols) { events_.reserve(kBatch + 2); }

  template <class View>
  void operator()(const View& m) {
    ++messages_;
    if (m.locate() == 0) return;
    Event event;
    event.recv_ts_ns = event.exch_ts_ns = static_cast<TimeNs>(m.since_midnight_ns());
    event.instrument = m.locate() - 1U;
    const auto put = [this](const Event& made) { events_.push_back(made); };
    itch::OrderMessages<decltype(put)> actions(event, messages_, put);
    actions(m);
    if (events_.size() >= kBatch) apply(events_.size() - Books::kLookAhead);
  }
  void finish() { apply(events_.size()); }
  [[nodiscard]] std::uint64_t messages() const { return messages_; }
  [[nodiscard]] const Books& books() const { return books_; }

 private:
  void apply(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      books_.look_ahead(std::span<const Event>(events_).subspan(i));
      if (itch::is_of_replace(events_[i])) completer_.complete(events_[i], books_);
      books_.apply(events_[i], {});
    }
    events_.erase(events_.begin(), events_.begin() + static_cast<std::ptrdiff_t>(count));
  }

  static constexpr std::size_t kBatch = 256;
  Books books_;
  std::vector<Event> events_;
  itch::OrderCompleter completer_;
  std::uint64_t messages_ = 0;
};

void itch_book_rebuild(benchmark::State& state) {
  const std::string& path = itch_stream_file();
  std::uint64_t messages = 0;
  std::uint64_t anomalies = 0;
  std::size_t orders = 0;
  for (auto _ : state) {
    Rebuild rebuild(ItchStream().symbols);
    for_each_chunk(path, [&](std::span<const std::uint8_t>& bytes) { itch::parse(bytes, rebuild); });
    rebuild.finish();
    messages += rebuild.messages();
    state.PauseTiming();
    orders = 0;
    for (InstrumentId id = 0; id < rebuild.books().size(); ++id) {
      anomalies += rebuild.books()[id].anomalies.total();
      if (rebuild.books()[id].has_orders) orders += rebuild.books()[id].orders().count();
    }
    state.ResumeTiming();
  }
  if (anomalies != 0) return state.SkipWithError("the stream contradicts itself");
  count(state, messages);
  state.counters["live_orders"] = static_cast<double>(orders);
}

void recording_book_rebuild(benchmark::State& state) {
  const std::string& path = itch_recording();
  std::uint64_t messages = 0;
  for (auto _ : state) {
    auto reader = recordings::LogReader::open(path);
    if (!reader) return state.SkipWithError(reader.error().text().c_str());
    Books books((*reader)->instruments().size());
    for (Batch batch;;) {
      const Result<Source::Pull> pulled = (*reader)->pull(batch);
      if (!pulled) return state.SkipWithError(pulled.error().text().c_str());
      if (*pulled == Source::Pull::end) break;
      for (std::size_t i = 0; i < batch.events.size(); ++i) {
        const Event& event = batch.events[i];
        books.look_ahead(batch.events.subspan(i));
        if (is_market(event.kind)) books.apply(event, batch.levels);
        const bool is_last =
            event.kind != Kind::order_action || (event.as<OrderAction>().venue_flags & kLastOfMessage) != 0;
        messages += is_last ? 1 : 0;
      }
    }
  }
  count(state, messages);
}

BENCHMARK(itch_parse)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(itch_book_rebuild)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(recording_book_rebuild)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace lockstep::bench
