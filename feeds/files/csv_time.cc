#include <array>

#include "engine/core/decimal.h"
#include "feeds/files/csv_rows.h"

namespace lockstep::feeds {
namespace {

constexpr TimeNs kLatest = kEndOfTime - 400 * kDay;  // so that a period can be added
constexpr TimeNs kEarliest = -kLatest;

Error bad_time(std::string_view text, const std::string& expected) {
  return {ErrorCode::bad_input, "",
          "expected a time as " + expected + ", found \"" + std::string(text) + "\""};
}

// 20240501, 20240501 093000 or 20240501 093000123, the space optional.
Result<TimeNs> read_compact(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits += c;
  }
  const bool has_space = digits.size() + 1 == text.size() && text.size() > 8 && text[8] == ' ';
  const bool is_whole = digits.size() == 8 || digits.size() == 14 || digits.size() == 17;
  if (!is_whole || (digits.size() != text.size() && !has_space)) return bad_time(text, "20240501 093000123");
  digits.append(17 - digits.size(), '0');
  const auto number = [&](std::size_t at, std::size_t count) {
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) value = value * 10 + (digits[i] - '0');
    return value;
  };
  CivilTime civil;
  civil.year = number(0, 4);
  civil.month = number(4, 2);
  civil.day = number(6, 2);
  civil.hour = number(8, 2);
  civil.minute = number(10, 2);
  civil.second = number(12, 2);
  civil.nanosecond = number(14, 3) * 1'000'000;
  return from_civil(civil);
}

bool names_a_zone(std::string_view iso) {
  return iso.size() > 10 && iso.find_first_of("+-Z", 10) != std::string_view::npos;
}

}  // namespace

Result<CsvTime> read_csv_time(std::string_view text, CsvUnit unit, const TimeZone& zone) {
  CsvTime out;
  if (unit < CsvUnit::iso) {
    constexpr std::array<int, 4> kDecimals = {9, 6, 3, 0};
    const Result<std::int64_t> ns = parse_decimal(text, kDecimals[static_cast<std::size_t>(unit)]);
    if (!ns) return bad_time(text, "a number");
    out.ts_ns = *ns;
  } else {
    const bool is_iso = unit == CsvUnit::iso;
    if (is_iso && (text.size() < 10 || text[4] != '-')) return bad_time(text, "2024-05-01 09:30:00");
    const Result<TimeNs> read = is_iso ? parse_time(text) : read_compact(text);
    if (!read) return bad_time(text, is_iso ? "2024-05-01 09:30:00" : "20240501 093000");
    out.ts_ns = *read;
    out.is_local = !is_iso || !names_a_zone(text);
  }
  if (out.ts_ns > kLatest || out.ts_ns < kEarliest)
    return Error{ErrorCode::overflow, "", "the time leaves the years 1679 to 2261"};
  if (out.is_local) {
    out.local_ns = out.ts_ns;
    const Result<TimeZone::Utc> utc = zone.to_utc(out.local_ns);
    if (!utc) return utc.error();
    out.ts_ns = utc->ts_ns;
  }
  if (out.ts_ns == kNoTime) return Error{ErrorCode::bad_input, "", "the time is 0, which stands for none"};
  return out;
}

Result<TimeNs> end_of_period(const CsvTime& start, const BarSpec& period, const TimeZone& zone) {
  if (period.unit < BarUnit::day) return start.ts_ns + bar_length(period);
  // A day of a zone may have 23 or 25 hours: add on the wall clock.
  const TimeNs from_ns = start.is_local ? start.local_ns : start.ts_ns;
  TimeNs end_ns = from_ns + bar_length(period);
  if (period.unit == BarUnit::month) {
    CivilTime civil = to_civil(from_ns);
    civil.month += period.count;
    civil.year += (civil.month - 1) / 12;
    civil.month = (civil.month - 1) % 12 + 1;
    const Result<TimeNs> end = from_civil(civil);
    if (!end) return Error{ErrorCode::bad_input, "", "a month must begin on a day that every month has"};
    end_ns = *end;
  }
  if (!start.is_local) return end_ns;
  const Result<TimeZone::Utc> utc = zone.to_utc(end_ns);
  if (!utc) return utc.error();
  return utc->ts_ns;
}

}  // namespace lockstep::feeds
