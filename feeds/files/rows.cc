#include "feeds/files/rows.h"

#include <algorithm>

#include "feeds/files/json_list.h"
#include "feeds/files/merge.h"

namespace lockstep::feeds {
namespace {

template <class Reader>
Result<std::unique_ptr<RowReader>> open_as(const std::string& path, ZipCache& zips) {
  Result<std::unique_ptr<Reader>> opened = Reader::open(path, &zips);
  if (!opened) return opened.error();
  return std::unique_ptr<RowReader>(std::move(opened).value());
}

Result<std::unique_ptr<RowReader>> open_reader(const RowFile& file, ZipCache& zips) {
  if (file.layout == RowFile::Layout::json_list) return open_as<JsonListReader>(file.path, zips);
  return open_as<LineReader>(file.path, zips);
}

class RowStream final : public EventStream {
 public:
  RowStream(std::unique_ptr<RowReader> rows, RowFile file, ImportLog& log)
      : rows_(std::move(rows)), file_(std::move(file)), log_(log) {}

  Result<bool> next(EventBatch& out) override {
    const std::size_t before = out.events.size();
    while (!at_end_) {
      const Result<bool> more = rows_->next();
      if (!more) return more.error();
      at_end_ = !*more;
      if (at_end_) {
        file_.format->finish(out);
      } else {
        if (rows_->number() <= file_.header_rows || rows_->text().empty()) continue;
        log_.count_row();
        const Status parsed = file_.format->parse(rows_->text(), out);
        if (!parsed) {
          const Status allowed = log_.bad_row(rows_->where(), rows_->text(), parsed.error().what);
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

  std::unique_ptr<RowReader> rows_;
  RowFile file_;
  ImportLog& log_;
  Event last_;
  std::uint64_t skipped_ = 0;
  bool at_end_ = false;
};

Result<std::unique_ptr<EventStream>> open_rows(const RowFile& file, ImportLog& log, ZipCache& zips) {
  Result<std::unique_ptr<RowReader>> rows = open_reader(file, zips);
  if (!rows) return rows.error();
  return std::unique_ptr<EventStream>(std::make_unique<RowStream>(std::move(rows).value(), file, log));
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

std::string_view archive_of(const std::string& path) {
  return std::string_view(path).substr(0, path.find('#'));
}

}  // namespace

void RowScan::see_order_time(TimeNs ts_ns) {
  if (ts_ns < previous_ts_ns_) is_sorted = false;
  previous_ts_ns_ = ts_ns;
  first_ts_ns = std::min(first_ts_ns, ts_ns);
}

Status scan_rows(RowFile& file, ZipCache& zips) {
  const Result<std::unique_ptr<RowReader>> opened = open_reader(file, zips);
  if (!opened) return opened.error();
  RowReader& rows = **opened;
  for (;;) {
    const Result<bool> more = rows.next();
    // Damage further on is for the second pass to report, after what comes before it.
    if (!more && file.scan.rows == 0) return more.error();
    if (!more || !*more) return Done{};
    if (rows.number() <= file.header_rows || rows.text().empty()) continue;
    ++file.scan.rows;
    file.format->scan(rows.text(), file.scan);
  }
}

std::unique_ptr<EventStream> merge_rows(std::vector<RowFile> files, ImportLog& log) {
  std::vector<LateInput> inputs;
  for (std::size_t i = 0; i < files.size();) {
    std::vector<RowFile> group;
    TimeNs first_ts_ns = kEndOfTime;
    bool is_sorted = true;
    const std::string name(archive_of(files[i].path));
    for (; i < files.size() && (group.empty() || archive_of(files[i].path) == name); ++i) {
      first_ts_ns = std::min(first_ts_ns, files[i].scan.first_ts_ns);
      is_sorted = is_sorted && files[i].scan.is_sorted;
      group.push_back(std::move(files[i]));
    }
    if (!is_sorted) log.note(file_name_of(name) + ": not in time order, sorted");
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

Result<Qty> read_size(std::string_view text, const Instrument& instrument, bool& is_noted, ImportLog& log) {
  bool rounded = false;
  const Result<Qty> qty = read_qty(text, instrument.qty_scale, rounded);
  if (rounded && !is_noted) {
    is_noted = true;
    log.note(instrument.symbol + ": sizes with binary noise beyond " + std::to_string(instrument.qty_scale) +
             " decimals were rounded to these");
  }
  if (qty && *qty < 0) return Error{ErrorCode::bad_input, "", "a size is negative: " + std::string(text)};
  return qty;
}

void note_odd_trade_id(const Instrument& instrument, ImportLog& log) {
  log.note(instrument.symbol + ": trade ids that are neither numbers nor UUIDs are left out");
}

void note_quotes_without_size(const Instrument& instrument, ImportLog& log) {
  log.note(instrument.symbol +
           ": quotes have no size and keep 0, against which nothing fills; "
           "--set quote_qty=N gives them one");
}

}  // namespace lockstep::feeds
