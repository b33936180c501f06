#include "feeds/files/rows.h"

#include <algorithm>

#include "engine/core/decimal.h"
#include "feeds/files/merge.h"

namespace lockstep::feeds {
namespace {

class RowStream final : public EventStream {
 public:
  RowStream(std::unique_ptr<LineReader> lines, RowFile file, ImportLog& log)
      : lines_(std::move(lines)), file_(std::move(file)), log_(log) {}

  Result<bool> next(EventBatch& out) override {
    const std::size_t before = out.events.size();
    while (!at_end_) {
      const Result<bool> more = lines_->next();
      if (!more) return more.error();
      at_end_ = !*more;
      if (at_end_) {
        file_.format->finish(out);
      } else {
        if (lines_->number() <= file_.header_rows || lines_->text().empty()) continue;
        log_.count_row();
        const Status parsed = file_.format->parse(lines_->text(), out);
        if (!parsed) {
          const Status allowed = log_.bad_row(lines_->where(), lines_->text(), parsed.error().what);
          if (!allowed) return allowed.error();
          ++skipped_;
          continue;
        }
      }
      if (out.events.size() == before) continue;
      if (skipped_ > 0) put_gap(out, before, out.events[before]);
      last_ = out.events.back();
      return true;
    }
    if (skipped_ > 0 && last_.instrument != kNoInstrument) put_gap(out, before, last_);
    return out.events.size() > before;
  }

 private:
  void put_gap(EventBatch& out, std::size_t at, const Event& next_event) {
    const Event gap = skipped_gap(next_event, skipped_);
    out.events.insert(out.events.begin() + static_cast<std::ptrdiff_t>(at), gap);
    skipped_ = 0;
  }

  std::unique_ptr<LineReader> lines_;
  RowFile file_;
  ImportLog& log_;
  Event last_;
  std::uint64_t skipped_ = 0;
  bool at_end_ = false;
};

Result<std::unique_ptr<EventStream>> open_rows(const RowFile& file, ImportLog& log, ZipCache& zips) {
  Result<std::unique_ptr<LineReader>> lines = LineReader::open(file.path, &zips);
  if (!lines) return lines.error();
  return std::unique_ptr<EventStream>(std::make_unique<RowStream>(std::move(lines).value(), file, log));
}

// Files of one group, one after the other, each opened when the one before it is done.
class GroupStream final : public EventStream {
 public:
  GroupStream(std::vector<RowFile> files, ImportLog& log) : files_(std::move(files)), log_(log) {}
  Result<bool> next(EventBatch& out) override {
    for (; at_ < files_.size(); ++at_) {
      if (!current_) {
        Result<std::unique_ptr<EventStream>> opened = open_rows(files_[at_], log_, zips_);
        if (!opened) return opened.error();
        current_ = std::move(opened).value();
      }
      const Result<bool> more = current_->next(out);
      if (!more || *more) return more;
      current_.reset();
    }
    return false;
  }

 private:
  std::vector<RowFile> files_;
  ImportLog& log_;
  ZipCache zips_;
  std::unique_ptr<EventStream> current_;
  std::size_t at_ = 0;
};

std::string_view file_of(const std::string& path) {
  return std::string_view(path).substr(0, path.find('#'));
}

}  // namespace

void RowScan::see_order_time(TimeNs ts_ns) {
  if (ts_ns < previous_ts_ns_) is_sorted = false;
  previous_ts_ns_ = ts_ns;
  first_ts_ns = std::min(first_ts_ns, ts_ns);
}

Status scan_rows(RowFile& file, ZipCache& zips) {
  Result<std::unique_ptr<LineReader>> opened = LineReader::open(file.path, &zips);
  if (!opened) return opened.error();
  LineReader& lines = **opened;
  for (;;) {
    const Result<bool> more = lines.next();
    // Damage further on is for the second pass to report, after what comes before it.
    if (!more || !*more) return Done{};
    if (lines.number() <= file.header_rows || lines.text().empty()) continue;
    ++file.scan.rows;
    file.format->scan(lines.text(), file.scan);
  }
}

std::unique_ptr<EventStream> merge_rows(std::vector<RowFile> files, ImportLog& log) {
  std::vector<LateInput> inputs;
  for (std::size_t i = 0; i < files.size();) {
    std::vector<RowFile> group;
    TimeNs first_ts_ns = kEndOfTime;
    bool is_sorted = true;
    const std::string name(file_of(files[i].path));
    for (; i < files.size() && (group.empty() || file_of(files[i].path) == name); ++i) {
      first_ts_ns = std::min(first_ts_ns, files[i].scan.first_ts_ns);
      is_sorted = is_sorted && files[i].scan.is_sorted;
      group.push_back(std::move(files[i]));
    }
    if (!is_sorted) log.note(name + ": not in time order, sorted");
    const bool sort = !is_sorted || group.size() > 1;
    // Where no row could be read there is no time; open it first, so that its error comes at all.
    if (first_ts_ns == kEndOfTime) first_ts_ns = INT64_MIN;
    inputs.push_back({first_ts_ns, [group, sort, &log]() -> Result<std::unique_ptr<EventStream>> {
                        auto rows = std::make_unique<GroupStream>(group, log);
                        if (!sort) return std::unique_ptr<EventStream>(std::move(rows));
                        return std::unique_ptr<EventStream>(std::make_unique<SortedStream>(std::move(rows)));
                      }});
  }
  return std::make_unique<MergedStream>(std::move(inputs));
}

void split_fields(std::string_view row, char delimiter, std::vector<std::string_view>& out) {
  out.clear();
  for (std::size_t at = 0;;) {
    std::size_t end = row.find(delimiter, at);
    if (at < row.size() && row[at] == '"') {
      const std::size_t quote = row.find('"', at + 1);
      if (quote != std::string_view::npos) {
        end = row.find(delimiter, quote);
        if (quote + 1 == std::min(end, row.size())) {
          out.push_back(row.substr(at + 1, quote - at - 1));
          if (end == std::string_view::npos) return;
          at = end + 1;
          continue;
        }
      }
    }
    out.push_back(row.substr(at, end == std::string_view::npos ? end : end - at));
    if (end == std::string_view::npos) return;
    at = end + 1;
  }
}

bool is_odd(const Bar& bar) {
  return bar.high < bar.low || bar.open > bar.high || bar.open < bar.low || bar.close > bar.high ||
         bar.close < bar.low;
}

Event make_event(Kind kind, InstrumentId instrument, TimeNs exch_ts_ns) {
  Event event;
  event.kind = kind;
  event.instrument = instrument;
  event.exch_ts_ns = exch_ts_ns;
  return event;
}

int choose_qty_scale(const Scales& seen) {
  constexpr int kHeadroomDigits = 3;
  constexpr int kLeastDecimals = 8;
  const int room = kMaxScale - seen.qty_digits;
  if (seen.qty <= room || room < kLeastDecimals) return seen.qty;
  return std::max(room - kHeadroomDigits, kLeastDecimals);
}

Result<Qty> read_qty(std::string_view text, int scale, bool& rounded) {
  const std::size_t point = text.find('.');
  const std::size_t cut = point + 1 + static_cast<std::size_t>(scale);
  if (point == std::string_view::npos || text.size() <= cut) return parse_decimal(text, scale);
  const std::string_view tail = text.substr(cut);
  if (tail.find_first_not_of("0123456789") != std::string_view::npos) return parse_decimal(text, scale);
  if (tail.find_first_not_of('0') != std::string_view::npos) rounded = true;
  const Result<Qty> down = parse_decimal(text.substr(0, cut), scale);
  if (!down || tail.front() < '5') return down;
  return narrow(Int128{*down} + (text.front() == '-' ? -1 : 1), "the quantity");
}

Result<ScaledNumber> read_own_scale(std::string_view text) {
  const Result<int> scale = decimals_needed(text);
  if (!scale) return scale.error();
  if (*scale > UINT8_MAX)
    return Error{ErrorCode::overflow, "", "\"" + std::string(text) + "\" has more than 255 decimals"};
  const Result<std::int64_t> value = parse_decimal(text, *scale);
  if (!value) return value.error();
  return ScaledNumber{*value, static_cast<std::uint8_t>(*scale)};
}

}  // namespace lockstep::feeds
