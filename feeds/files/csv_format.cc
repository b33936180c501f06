#include "feeds/files/csv_format.h"

#include <algorithm>

namespace lockstep::feeds {

bool CsvFormat::split(std::string_view row) {
  split_fields(row, file_.map.delimiter, fields_);
  if (file_.binding.width != 0) return fields_.size() == file_.binding.width;
  return std::all_of(file_.binding.index.begin(), file_.binding.index.end(),
                     [this](int index) { return index < static_cast<int>(fields_.size()); });
}

std::shared_ptr<CsvContract> CsvFormat::contract() {
  const std::string_view venue = field(CsvRole::venue);
  const std::string_view symbol =
      has(CsvRole::symbol) ? field(CsvRole::symbol) : std::string_view(file_.symbol);
  if (!last_contract_ || venue != last_venue_ || symbol != last_symbol_) {
    last_contract_ = contracts_.find_or_add(venue, symbol, file_.map);
    last_venue_ = venue;
    last_symbol_ = symbol;
  }
  return last_contract_;
}

Result<CsvTimes> CsvFormat::times() const {
  const CsvMap& map = file_.map;
  CsvTimes out;
  const Result<CsvTime> ts = read_csv_time(field(CsvRole::ts), map[CsvRole::ts].unit, *file_.zone);
  if (!ts) return ts.error();
  out.ts_ns = ts->ts_ns;
  out.end_ts_ns = ts->ts_ns;
  if (has(CsvRole::last)) {
    constexpr std::array<DurationNs, 4> kSteps = {kSecond, kMillisecond, kMicrosecond, 1};
    const CsvUnit unit = map[CsvRole::last].unit;
    const Result<CsvTime> last = read_csv_time(field(CsvRole::last), unit, *file_.zone);
    if (!last) return last.error();
    out.end_ts_ns = last->ts_ns + kSteps[static_cast<std::size_t>(unit)];
  } else if (map.period && !map.stamp_is_end) {
    const Result<TimeNs> end = end_of_period(*ts, *map.period, *file_.zone);
    if (!end) return end.error();
    out.end_ts_ns = *end;
  }
  if (has(CsvRole::recv)) {
    const Result<CsvTime> recv = read_csv_time(field(CsvRole::recv), map[CsvRole::recv].unit, *file_.zone);
    if (!recv) return recv.error();
    out.recv_ts_ns = recv->ts_ns;
  }
  return out;
}

void CsvFormat::scan(std::string_view row, RowScan& out) {
  if (!split(row)) return;
  const std::shared_ptr<CsvContract> of = contract();
  see(*of);
  const Result<CsvTimes> when = times();
  if (!when) return;
  out.see_order_time(when->order_ts_ns());
  const Event timed = make(file_.map.rows == CsvRows::bars ? Kind::bar : Kind::trade, *of, *when);
  if (const std::optional<DurationNs> latency_ns = latency_of(timed)) latency_.add(*latency_ns);
}

Status CsvFormat::parse(std::string_view row, EventBatch& out) {
  if (!split(row)) {
    return Error{ErrorCode::bad_input, "",
                 file_.binding.width != 0
                     ? "expected " + std::to_string(file_.binding.width) +
                           " fields as in the header, found " + std::to_string(fields_.size())
                     : "there are only " + std::to_string(fields_.size()) + " fields"};
  }
  const std::shared_ptr<CsvContract> of = contract();
  if (of->instrument.symbol.empty()) return Error{ErrorCode::bad_input, "", "the symbol is empty"};
  const Result<CsvTimes> when = times();
  if (!when) return when.error();
  return read(*of, *when, out);
}

Result<bool> CsvFormat::read_bool(std::string_view text) {
  const std::string word = lower(text);
  if (word == "true" || word == "1") return true;
  if (word == "false" || word == "0") return false;
  return Error{ErrorCode::bad_input, "", "expected true or false, found \"" + std::string(text) + "\""};
}

std::string CsvFormat::lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return out;
}

}  // namespace lockstep::feeds
