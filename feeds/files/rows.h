// Text in rows, shared by the lean, csv and ccxt importers: a format reads one row, this reads files of them,
// sorts what is not in order, and merges. Two passes: `scan` finds times and decimals, `parse` makes
// events.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "feeds/files/import.h"
#include "feeds/files/input.h"
#include "feeds/files/numbers.h"

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
  enum class Layout { lines, json_list };
  std::string path;               ///< one stream (see list_streams)
  std::uint64_t header_rows = 0;  ///< lines before the data
  std::shared_ptr<RowFormat> format;
  RowScan scan;
  Layout layout = Layout::lines;
};

/// The first pass over a file. An error where not even a first row can be read.
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

/// A size, which is not negative, in the instrument's units. Where binary noise had to be rounded off it is
/// noted, once: `is_noted`.
Result<Qty> read_size(std::string_view text, const Instrument& instrument, bool& is_noted, ImportLog& log);

/// An id of a trade of this instrument is neither a number nor a UUID.
void note_odd_trade_id(const Instrument& instrument, ImportLog& log);

/// Quotes of this instrument have no sizes and nobody set any.
void note_quotes_without_size(const Instrument& instrument, ImportLog& log);

}  // namespace lockstep::feeds
