#include "feeds/files/import.h"

#include <algorithm>
#include <bit>

namespace lockstep::feeds {
namespace {

constexpr std::size_t kBatchEvents = 4096;
constexpr std::size_t kBatchLevels = 65'536;
constexpr std::size_t kBadRowTexts = 5;
constexpr std::size_t kRowTextLength = 200;

// Values below 128 have a bucket each; above, the top seven bits and the shift name it.
constexpr std::size_t kHalf = 64 * 57 + 128;

std::size_t magnitude_bucket(std::uint64_t magnitude) {
  if (magnitude < 128) return static_cast<std::size_t>(magnitude);
  const auto shift = static_cast<int>(std::bit_width(magnitude)) - 7;
  return static_cast<std::size_t>(shift) * 64 + static_cast<std::size_t>(magnitude >> shift);
}

DurationNs bucket_middle(std::size_t bucket) {
  if (bucket < 128) return static_cast<DurationNs>(bucket);
  const std::size_t shift = bucket / 64 - 1;
  const std::uint64_t low = static_cast<std::uint64_t>(bucket % 64 + 64) << shift;
  return static_cast<DurationNs>(low + ((std::uint64_t{1} << shift) - 1) / 2);
}

}  // namespace

Result<ClockOffset> parse_clock_offset(std::string_view text) {
  if (text == "auto") return ClockOffset{true, 0};
  const Result<DurationNs> duration = parse_duration(text);
  if (duration) return ClockOffset{false, *duration};
  return Error{ErrorCode::bad_input, "",
               "expected auto or a duration like 1.27s or -3ms, found \"" + std::string(text) + "\""};
}

void LatencyStats::add(DurationNs latency_ns) {
  if (buckets_.empty()) buckets_.resize(2 * kHalf);
  const bool negative = latency_ns < 0;
  const std::uint64_t magnitude =
      negative ? 0 - static_cast<std::uint64_t>(latency_ns) : static_cast<std::uint64_t>(latency_ns);
  const std::size_t bucket = magnitude_bucket(std::min<std::uint64_t>(magnitude, INT64_MAX));
  ++buckets_[negative ? kHalf - bucket : kHalf + bucket];
  min_ns_ = count_ == 0 ? latency_ns : std::min(min_ns_, latency_ns);
  max_ns_ = count_ == 0 ? latency_ns : std::max(max_ns_, latency_ns);
  ++count_;
  if (negative) ++negative_count_;
}

DurationNs LatencyStats::median_ns() const {
  std::uint64_t left = (count_ + 1) / 2;
  for (std::size_t i = 0; i < buckets_.size() && left > 0; ++i) {
    if (buckets_[i] < left) {
      left -= buckets_[i];
      continue;
    }
    const DurationNs middle = i < kHalf ? -bucket_middle(kHalf - i) : bucket_middle(i - kHalf);
    return std::clamp(middle, min_ns_, max_ns_);
  }
  return 0;
}

DurationNs resolve(const ClockOffset& option, const LatencyStats& seen) {
  if (!option.is_auto) return option.offset_ns;
  return seen.min_ns() < 0 ? -std::max(seen.min_ns(), -INT64_MAX) : 0;
}

Error row_error(const std::string& where, std::string_view row, const std::string& what) {
  std::string text(row.substr(0, kRowTextLength));
  if (row.size() > kRowTextLength) text += "...";
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return {ErrorCode::bad_input, where, what + ": \"" + text + "\""};
}

Status ImportLog::bad_row(const std::string& where, std::string_view row, const std::string& what) {
  Error error = row_error(where, row, what);
  ++summary_.bad_rows;
  if (summary_.bad_row_texts.size() < kBadRowTexts) summary_.bad_row_texts.push_back(error.text());
  if (summary_.bad_rows <= limit_) return Done{};
  error.what += limit_ == 0
                    ? "; --skip-bad N skips up to N such rows"
                    : "; this is one more than the " + std::to_string(limit_) + " that --skip-bad allows";
  return error;
}

void ImportLog::note(const std::string& text) {
  if (std::find(summary_.notes.begin(), summary_.notes.end(), text) == summary_.notes.end())
    summary_.notes.push_back(text);
}

void append_event(EventBatch& out, const Event& event, std::span<const Level> levels) {
  out.events.push_back(event);
  if (event.kind != Kind::book) return;
  auto update = event.as<BookUpdate>();
  const auto used = levels.subspan(update.first_level, std::size_t{update.bid_count} + update.ask_count);
  update.first_level = static_cast<std::uint32_t>(out.levels.size());
  out.levels.insert(out.levels.end(), used.begin(), used.end());
  out.events.back().set(update);
}

Event gap_before(const Event& next_event, GapReason reason, const Gap& gap) {
  Event event;
  event.recv_ts_ns = next_event.recv_ts_ns;
  event.exch_ts_ns = next_event.exch_ts_ns;
  event.instrument = next_event.instrument;
  event.kind = Kind::gap;
  event.detail = static_cast<std::uint8_t>(reason);
  event.set(gap);
  return event;
}

Event skipped_gap(const Event& next_event, std::uint64_t count) {
  return gap_before(next_event, GapReason::skipped_rows, Gap{0, 0, count, kNoTime, 0});
}

Import::Import(const ImportOptions& options, std::vector<Instrument> instruments, DurationNs clock_offset_ns,
               std::unique_ptr<ImportLog> log, std::unique_ptr<EventStream> stream)
    : feed_latency_ns_(options.feed_latency_ns),
      instruments_(std::move(instruments)),
      log_(std::move(log)),
      stream_(std::move(stream)) {
  log_->summary().clock_offset_ns = clock_offset_ns;
  for (const Instrument& instrument : instruments_) {
    const Status valid = validate(instrument);
    if (valid) continue;
    status_ = valid;
    at_end_ = true;
    return;
  }
}

Result<Source::Pull> Import::pull(Batch& out) {
  batch_.events.clear();
  batch_.levels.clear();
  while (!at_end_ && batch_.events.size() < kBatchEvents && batch_.levels.size() < kBatchLevels) {
    const Result<bool> more = stream_->next(batch_);
    at_end_ = !more || !*more;
    if (!more) status_ = more.error();
  }
  for (std::size_t i = 0; i < batch_.events.size(); ++i) {
    const Status finished = finish(batch_.events[i]);
    if (finished) continue;
    status_ = finished;
    at_end_ = true;
    batch_.events.resize(i);
  }
  out = {batch_.events, batch_.levels};
  if (!batch_.events.empty()) return Pull::events;
  if (!status_) return status_.error();
  return Pull::end;
}

Status Import::finish(Event& event) {
  ImportSummary& summary = log_->summary();
  const bool source_has_receive_time = event.recv_ts_ns != kNoTime;
  if (!source_has_receive_time && event.exch_ts_ns == kNoTime) {
    return Error{ErrorCode::bad_input, "event " + std::to_string(summary.events),
                 "has neither a receive nor an exchange time"};
  }
  const TimeNs base_ts_ns = source_has_receive_time ? event.recv_ts_ns : event.exch_ts_ns;
  const DurationNs shift_ns = source_has_receive_time ? summary.clock_offset_ns : feed_latency_ns_;
  if (__builtin_add_overflow(base_ts_ns, shift_ns, &event.recv_ts_ns)) {
    return Error{ErrorCode::overflow, "event " + std::to_string(summary.events),
                 "its receive time " + format_time(base_ts_ns) + " shifted by " + format_duration(shift_ns) +
                     " leaves the years 1677 to 2262"};
  }
  if (!source_has_receive_time) event.flags |= kFlagReceiveDerived;
  if (const std::optional<DurationNs> latency_ns = latency_of(event)) summary.latency.add(*latency_ns);
  if (event.recv_ts_ns < last_recv_ts_ns_) {
    event.recv_ts_ns = last_recv_ts_ns_;
    ++summary.receive_steps_back;
  }
  last_recv_ts_ns_ = event.recv_ts_ns;
  if ((event.flags & kFlagSuspicious) != 0) ++summary.suspicious_events;
  if (event.kind == Kind::gap) ++summary.gaps;
  ++summary.events;
  return Done{};
}

Status Import::seek(std::uint64_t event_number) {
  if (event_number == log_->summary().events && batch_.events.empty()) return Done{};
  return Error{
      ErrorCode::unsupported, "",
      "a vendor file cannot be entered in the middle; make a recording of it first (lockstep record)"};
}

}  // namespace lockstep::feeds
