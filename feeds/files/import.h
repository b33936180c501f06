// What every importer of vendor files shares: the options a person gives, the summary they get, and the
// Source that hands the events out. A format implements EventStream; Import does the rest. It never
// interprets a format itself.
//
// How an importer opens: a first pass over its files finds the symbols, the decimals their prices and
// quantities need (Scales), and the smallest receive-minus-exchange time (LatencyStats). Then the instruments
// are fixed, and a second pass yields events.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event/ports.h"

namespace lockstep::feeds {

/// Correction of a recorder's clock: added to every receive time that the source gave (derived ones are left
/// alone).
struct ClockOffset {
  bool is_auto = false;
  DurationNs offset_ns = 0;  ///< when not auto
};

/// `auto` or a duration such as `1.27s`, `-3ms`.
Result<ClockOffset> parse_clock_offset(std::string_view text);

struct ImportOptions {
  std::vector<std::string> paths;  ///< files, directories, `file.zip#member`; read in this order
  std::uint64_t skip_bad = 0;      ///< malformed rows allowed; one more is an error
  ClockOffset clock_offset;
  DurationNs feed_latency_ns = 0;  ///< from exchange to receipt, for sources that have no receive time
  /// What the source does not say or says wrongly: `tick`, `BTCUSDT.tick`, ... See instruments.h and each
  /// importer.
  std::map<std::string, std::string> set;
  std::string columns;  ///< csv: the column map or a preset's name
};

/// Receive minus exchange time. Minimum and maximum are exact; the median is the middle of a bucket and at
/// most 1% off.
class LatencyStats {
 public:
  void add(DurationNs latency_ns);
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::uint64_t negative_count() const {
    return negative_count_;
  }                                                            ///< received "before" it was sent
  [[nodiscard]] DurationNs min_ns() const { return min_ns_; }  ///< 0 if nothing was added
  [[nodiscard]] DurationNs max_ns() const { return max_ns_; }
  [[nodiscard]] DurationNs median_ns() const;

 private:
  std::vector<std::uint64_t> buckets_;  ///< 64 to each power of two, negative latencies from the middle down
  std::uint64_t count_ = 0;
  std::uint64_t negative_count_ = 0;
  DurationNs min_ns_ = 0;
  DurationNs max_ns_ = 0;
};

/// The offset to apply. `auto` is max(0, -min(recv - exch)) over all of `seen`: the smallest shift with which
/// nothing is received before it was sent. It knows only that much: the true least latency and any drift stay
/// unknown, so corrected latencies count from the fastest message. A clock that runs ahead cannot be told
/// from a slow line and is left alone; one wrong exchange time far in the future would shift everything, and
/// shows as a median far from the minimum.
DurationNs resolve(const ClockOffset& option, const LatencyStats& seen);

struct ImportSummary {
  std::uint64_t rows = 0;                  ///< data rows (lines, records) read, bad ones included
  std::uint64_t events = 0;                ///< handed out
  std::uint64_t bad_rows = 0;              ///< malformed and skipped
  std::vector<std::string> bad_row_texts;  ///< the first five: where, what was wrong, the row
  std::uint64_t suspicious_events = 0;     ///< carry kFlagSuspicious
  std::uint64_t gaps = 0;                  ///< gap events
  std::uint64_t receive_steps_back =
      0;                           ///< events whose receive time lay before their predecessor's (see Import)
  LatencyStats latency;            ///< after correction, of what latency_of() counts
  DurationNs clock_offset_ns = 0;  ///< added to the receive times
  std::vector<std::string> notes;  ///< what was done to the data ("sorted by time"), each once
};

/// The running account that an import's streams write into. Lives as long as the Import that owns it.
class ImportLog {
 public:
  explicit ImportLog(std::uint64_t skip_bad) : limit_(skip_bad) {}

  void count_row() { ++summary_.rows; }
  /// A malformed row at `where` (`file:line`): counted while the limit allows, else the error to return. The
  /// row has been counted as a row already. The caller then yields a gap event (skipped_gap) before the next
  /// event of that input.
  Status bad_row(const std::string& where, std::string_view row, const std::string& what);
  /// Adds a note, once.
  void note(const std::string& text);
  [[nodiscard]] ImportSummary& summary() { return summary_; }

 private:
  std::uint64_t limit_;
  ImportSummary summary_;
};

/// `where: what: "row"`, the row cut to 200 characters.
Error row_error(const std::string& where, std::string_view row, const std::string& what);

/// Events and the levels that their book updates point into (first_level counts from the front of `levels`).
struct EventBatch {
  std::vector<Event> events;
  std::vector<Level> levels;
};

/// Appends an event, with its levels (out of `levels`) if it is a book update.
void append_event(EventBatch& out, const Event& event, std::span<const Level> levels);

/// A gap event to stand before `next_event`, whose instrument and times it takes.
Event gap_before(const Event& next_event, GapReason reason, const Gap& gap);
/// The same for `count` malformed rows that were left out.
Event skipped_gap(const Event& next_event, std::uint64_t count);

/// A format's events, in order of receipt.
class EventStream {
 public:
  virtual ~EventStream() = default;
  /// Appends the next event or events (those of one row or message) with their levels; false at the end, with
  /// nothing appended. recv_ts_ns is the source's own, or kNoTime where it has none and exch_ts_ns is to be
  /// used. Called no more after an error.
  virtual Result<bool> next(EventBatch& out) = 0;
};

/// Vendor files as a source. Applies the clock offset and the feed latency, counts, and keeps order: an event
/// whose receive time lies before its predecessor's (the recorder's clock stepped) keeps its place, takes the
/// predecessor's time and is counted. A vendor file cannot be entered in the middle: seek is an error, record
/// it first.
class Import final : public Source {
 public:
  /// Each instrument is validated: a bad one is the error of the first pull. `log` is what `stream` writes
  /// into.
  Import(const ImportOptions& options, std::vector<Instrument> instruments, DurationNs clock_offset_ns,
         std::unique_ptr<ImportLog> log, std::unique_ptr<EventStream> stream);

  [[nodiscard]] std::span<const Instrument> instruments() const override { return instruments_; }
  Result<Pull> pull(Batch& out) override;
  Status seek(std::uint64_t event_number) override;

  /// Grows while events are pulled; whole at the end.
  [[nodiscard]] const ImportSummary& summary() const { return log_->summary(); }

 private:
  Status finish(Event& event);

  DurationNs feed_latency_ns_;
  std::vector<Instrument> instruments_;
  std::unique_ptr<ImportLog> log_;
  std::unique_ptr<EventStream> stream_;
  EventBatch batch_;
  Status status_ = Done{};
  TimeNs last_recv_ts_ns_ = INT64_MIN;
  bool at_end_ = false;
};

using ImportResult = Result<std::unique_ptr<Import>>;

}  // namespace lockstep::feeds
