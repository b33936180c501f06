// Text with one row a line, shared by the lean and csv importers: a format reads one row, this reads files of
// them, sorts what is not in order, and merges. Two passes: `scan` finds times and decimals, `parse` makes
// events.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "feeds/files/import.h"
#include "feeds/files/input.h"
#include "feeds/files/instruments.h"

namespace lockstep::feeds {

/// What the first pass finds in one stream.
struct RowScan {
  std::uint64_t rows = 0;
  TimeNs first_ts_ns = kEndOfTime;  ///< the earliest order time; kEndOfTime: no row could be read
  bool is_sorted = true;
  void see_order_time(TimeNs ts_ns);

 private:
  TimeNs previous_ts_ns_ = INT64_MIN;
};

/// How one file's rows become events.
class RowFormat {
 public:
  virtual ~RowFormat() = default;
  /// First pass. A row that cannot be read is left for parse to report.
  virtual void scan(std::string_view row, RowScan& out) = 0;
  /// Second pass: appends the row's events, or nothing where it waits for more rows of the same message. On
  /// an error (whose `what` says what is wrong with the row) nothing is appended.
  virtual Status parse(std::string_view row, EventBatch& out) = 0;
  /// After the last row: what was waiting.
  virtual void finish(EventBatch& out) { static_cast<void>(out); }
};

struct RowFile {
  std::string path;               ///< one stream (see list_streams)
  std::uint64_t header_rows = 0;  ///< lines before the data
  std::shared_ptr<RowFormat> format;
  RowScan scan;
};

/// The first pass over a file.
Status scan_rows(RowFile& file, ZipCache& zips);

/// The second pass over all files: each sorted if it has to be (which is noted), then merged by time. A file
/// is opened when its time comes; the members of one zip are read together and sorted in memory. `log` must
/// outlive the stream.
std::unique_ptr<EventStream> merge_rows(std::vector<RowFile> files, ImportLog& log);

/// Splits at `delimiter` into views of `row`. A field in double quotes loses them, and may hold the
/// delimiter.
void split_fields(std::string_view row, char delimiter, std::vector<std::string_view>& out);

/// Open or close outside high and low, or high below low.
bool is_odd(const Bar& bar);

/// An event of `kind` with what every imported event has; the payload is set by the caller.
Event make_event(Kind kind, InstrumentId instrument, TimeNs exch_ts_ns);

/// Decimals to count quantities in: what the text needs, where that fits 64 bits. Sources that computed sizes
/// in binary floating point write noise like 6.1153319800000006; where all its digits do not fit, quantities
/// are rounded (see read_qty) to as many decimals as leave room for a thousand times the largest, or to 8.
/// Where not even 8 fit, the exact number is the answer, and reading the rows will fail.
int choose_qty_scale(const Scales& seen);

/// Decimal text as a quantity; digits beyond the scale are rounded half away from zero and set `rounded`.
Result<Qty> read_qty(std::string_view text, int scale, bool& rounded);

/// A number that brings its own decimals: rates, factors, greeks.
struct ScaledNumber {
  std::int64_t value;
  std::uint8_t scale;  ///< value is in 10^-scale; may exceed kMaxScale for very small numbers
};
/// Exact, or an error where the digits do not fit 64 bits.
Result<ScaledNumber> read_own_scale(std::string_view text);

}  // namespace lockstep::feeds
