#include "feeds/files/capture.h"

#include "feeds/files/instruments.h"

namespace lockstep::feeds {
namespace {

class CaptureStream final : public EventStream {
 public:
  CaptureStream(std::unique_ptr<Capture> capture, ImportLog& log)
      : capture_(std::move(capture)), log_(&log) {}

  Result<bool> next(EventBatch& out) override {
    const std::size_t before = out.events.size();
    while (out.events.size() == before) {
      const Result<bool> more = capture_->next();
      if (!more) return more.error();
      if (!*more) {
        capture_->report(*log_);
        return false;
      }
      log_->count_row();
      const Status decoded = capture_->decode(out);
      if (decoded) continue;
      const Status allowed = log_->bad_row(capture_->where(), capture_->text(), decoded.error().what);
      if (!allowed) return allowed.error();
      ++skipped_;
    }
    if (skipped_ > 0) {
      Event gap = skipped_gap(out.events[before], skipped_);
      // Which instrument the malformed message was of is not known.
      if (capture_->markets().instruments().size() > 1) gap.instrument = kNoInstrument;
      out.events.insert(out.events.begin() + static_cast<std::ptrdiff_t>(before), gap);
      skipped_ = 0;
    }
    return true;
  }

 private:
  std::unique_ptr<Capture> capture_;
  ImportLog* log_;
  std::uint64_t skipped_ = 0;
};

}  // namespace

ImportResult open_capture(const ImportOptions& options, std::unique_ptr<Capture> capture) {
  MarketTable& markets = capture->markets();
  LatencyStats latency;
  if (const Status started = capture->start(); !started) return started.error();
  EventBatch batch;
  for (;;) {
    // A damaged end ends the learning; the second pass yields what stands before it and then the error.
    const Result<bool> more = capture->next();
    if (!more || !*more) break;
    batch.events.clear();
    batch.levels.clear();
    if (!capture->decode(batch)) continue;
    for (const Event& event : batch.events) {
      if (const std::optional<DurationNs> latency_ns = latency_of(event)) latency.add(*latency_ns);
    }
  }
  if (const Status learned = markets.finish_learning(options.set); !learned) return learned.error();
  if (const Status started = capture->start(); !started) return started.error();

  const std::span<const Instrument> instruments = markets.instruments();
  auto log = std::make_unique<ImportLog>(options.skip_bad);
  for (const std::string& symbol : markets.unknown_contract_sizes()) {
    log->note(unknown_contract_size(symbol));
  }
  ImportLog& log_view = *log;
  auto stream = std::make_unique<CaptureStream>(std::move(capture), log_view);
  return std::make_unique<Import>(options, std::vector<Instrument>(instruments.begin(), instruments.end()),
                                  resolve(options.clock_offset, latency), std::move(log), std::move(stream));
}

void report_left_out(const std::map<std::string, std::uint64_t>& left_out, ImportLog& log) {
  for (const auto& [what, count] : left_out) log.note("left out: " + std::to_string(count) + " x " + what);
}

}  // namespace lockstep::feeds
