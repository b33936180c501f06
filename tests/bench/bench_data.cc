#include "tests/bench/bench_data.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "feeds/files/kinds.h"
#include "feeds/synthetic/synthetic.h"
#include "recordings/log_writer.h"
#include "tests/bench/itch_stream.h"

namespace lockstep::bench {
namespace {

constexpr std::uint64_t kSeed = 20260101;

class Scratch {
 public:
  Scratch()
      : path_((std::filesystem::temp_directory_path() / ("lockstep-bench-" + std::to_string(getpid())))
                  .string()) {
    std::filesystem::create_directories(path_);
  }
  ~Scratch() {
    std::error_code ignored;  // a temporary folder that stays is no harm
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

feeds::SyntheticConfig session(bool with_books, std::uint64_t events) {
  feeds::SyntheticConfig config;
  config.seed = kSeed;
  config.start_ts_ns = 1'704'067'200 * kSecond;
  config.max_events = events;
  feeds::SyntheticInstrument market;
  market.instrument = {.symbol = "BENCH-PERP",
                       .venue = "synthetic",
                       .base = "BENCH",
                       .quote = "USD",
                       .settle = "USD",
                       .kind = InstrumentKind::linear_perpetual,
                       .price_scale = 2,
                       .qty_scale = 3};
  market.start_price = 50'000'00;
  market.volatility_per_sqrt_day = 0.003;
  market.events_per_second = 1000;
  market.trade_percent = with_books ? 20 : 100;
  market.trade_qty = 500;
  market.level_qty = 5'000;
  market.levels = 5;
  market.depth = 50;
  market.books = with_books;
  config.instruments.push_back(market);
  return config;
}

[[noreturn]] void stop(const Error& error) {
  std::fprintf(stderr, "bench: %s\n", error.text().c_str());
  std::exit(1);
}

std::string record(const std::string& name, Source& source) {
  const std::string path = scratch_folder() + "/" + name;
  recordings::LogHeader header;
  header.program_version = "bench";
  header.instruments.assign(source.instruments().begin(), source.instruments().end());
  auto writer = recordings::LogWriter::create(path, header);
  if (!writer) stop(writer.error());
  for (Batch batch;;) {
    const Result<Source::Pull> pulled = source.pull(batch);
    if (!pulled) stop(pulled.error());
    if (*pulled == Source::Pull::end) break;
    for (const Event& event : batch.events) (*writer)->append(event, batch.levels);
  }
  if (const Status sealed = (*writer)->seal(); !sealed) stop(sealed.error());
  return path;
}

std::string record(const std::string& name, const feeds::SyntheticConfig& config) {
  if (const Status valid = feeds::validate(config); !valid) stop(valid.error());
  feeds::SyntheticSource source(config);
  return record(name, source);
}

}  // namespace

const std::string& scratch_folder() {
  static const Scratch scratch;
  return scratch.path();
}

const std::string& trades_recording() {
  static const std::string path = record("trades.lsr", session(false, kTradeEvents));
  return path;
}

const std::string& mix_recording() {
  static const std::string path = record("mix.lsr", session(true, kMixEvents));
  return path;
}

const std::string& itch_stream_file() {
  static const std::string path = [] {
    std::string file = scratch_folder() + "/12302019.NASDAQ_ITCH50";
    write_itch_stream({}, file);
    return file;
  }();
  return path;
}

const std::string& itch_recording() {
  static const std::string path = [] {
    feeds::ImportOptions options;
    options.paths = {itch_stream_file()};
    const feeds::ImportResult import = feeds::open_itch(options);
    if (!import) stop(import.error());
    return record("itch.lsr", **import);
  }();
  return path;
}

}  // namespace lockstep::bench
