#include "engine/core/time.h"

#include "engine/core/decimal.h"

namespace lockstep {
namespace {

Error bad_time(std::string_view text) {
  return {ErrorCode::bad_input, "",
          "expected a time like 2024-08-08T23:54:15.5Z or an integer of nanoseconds, found \"" +
              std::string(text) + "\""};
}

// Reads exactly `count` digits at `at` and moves past them; -1 if they are not there.
int take_digits(std::string_view text, std::size_t& at, std::size_t count) {
  if (text.size() - at < count) return -1;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const char c = text[at + i];
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  at += count;
  return value;
}

bool take(std::string_view text, std::size_t& at, char expected) {
  if (at >= text.size() || text[at] != expected) return false;
  ++at;
  return true;
}

int days_in_month(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

struct Unit {
  std::string_view name;
  DurationNs length_ns;
};
// Largest first, for format_duration.
constexpr Unit kUnits[] = {{"d", kDay},          {"h", kHour},         {"m", kMinute}, {"s", kSecond},
                           {"ms", kMillisecond}, {"us", kMicrosecond}, {"ns", 1}};

}  // namespace

// Both conversions: Howard Hinnant, "chrono-compatible low-level date algorithms" (days counted from
// 0000-03-01).
std::int64_t days_from_civil(int year, int month, int day) {
  const std::int64_t y = std::int64_t{year} - (month <= 2 ? 1 : 0);
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t year_of_era = y - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

CivilTime to_civil(TimeNs ts_ns) {
  std::int64_t days = ts_ns / kDay;
  std::int64_t rest = ts_ns % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  const std::int64_t z = days + 719'468;
  const std::int64_t era = (z >= 0 ? z : z - 146'096) / 146'097;
  const std::int64_t day_of_era = z - era * 146'097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  CivilTime civil;
  civil.day = static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1);
  civil.month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
  civil.year = static_cast<int>(year_of_era + era * 400 + (civil.month <= 2 ? 1 : 0));
  civil.hour = static_cast<int>(rest / kHour);
  civil.minute = static_cast<int>(rest % kHour / kMinute);
  civil.second = static_cast<int>(rest % kMinute / kSecond);
  civil.nanosecond = static_cast<int>(rest % kSecond);
  return civil;
}

Result<TimeNs> from_civil(const CivilTime& civil) {
  if (civil.month < 1 || civil.month > 12 || civil.day < 1 ||
      civil.day > days_in_month(civil.year, civil.month) || civil.hour < 0 || civil.hour > 23 ||
      civil.minute < 0 || civil.minute > 59 || civil.second < 0 || civil.second > 59 ||
      civil.nanosecond < 0 || civil.nanosecond > 999'999'999) {
    return Error{ErrorCode::bad_input, "", "a date or time of day is out of range"};
  }
  const std::int64_t seconds = days_from_civil(civil.year, civil.month, civil.day) * 86'400 +
                               civil.hour * 3'600 + civil.minute * 60 + civil.second;
  return narrow(Int128{seconds} * kSecond + civil.nanosecond, "the time (years 1677 to 2262)");
}

std::string format_time(TimeNs ts_ns) {
  const CivilTime civil = to_civil(ts_ns);
  const auto put = [](std::string& out, int value, std::size_t width) {
    const std::string digits = std::to_string(value);
    if (digits.size() < width) out.append(width - digits.size(), '0');
    out += digits;
  };
  std::string out;
  out.reserve(30);
  put(out, civil.year, 4);
  put(out += '-', civil.month, 2);
  put(out += '-', civil.day, 2);
  put(out += 'T', civil.hour, 2);
  put(out += ':', civil.minute, 2);
  put(out += ':', civil.second, 2);
  put(out += '.', civil.nanosecond, 9);
  return out += 'Z';
}

Result<TimeNs> parse_time(std::string_view text) {
  std::size_t at = 0;
  if (text.find('-', 1) == std::string_view::npos) {
    const Result<std::int64_t> integer = parse_decimal(text, 0);
    if (!integer) return bad_time(text);
    return *integer;
  }
  CivilTime civil;
  civil.year = take_digits(text, at, 4);
  if (civil.year < 0 || !take(text, at, '-')) return bad_time(text);
  civil.month = take_digits(text, at, 2);
  if (!take(text, at, '-')) return bad_time(text);
  civil.day = take_digits(text, at, 2);
  DurationNs offset_ns = 0;
  if (at < text.size()) {
    if (!take(text, at, 'T') && !take(text, at, ' ')) return bad_time(text);
    civil.hour = take_digits(text, at, 2);
    if (!take(text, at, ':')) return bad_time(text);
    civil.minute = take_digits(text, at, 2);
    if (take(text, at, ':')) {
      civil.second = take_digits(text, at, 2);
      if (take(text, at, '.')) {
        int digits = 0;
        for (int digit = take_digits(text, at, 1); digit >= 0; digit = take_digits(text, at, 1)) {
          if (++digits > 9) return bad_time(text);
          civil.nanosecond = civil.nanosecond * 10 + digit;
        }
        if (digits == 0) return bad_time(text);
        for (; digits < 9; ++digits) civil.nanosecond *= 10;
      }
    }
    if (at < text.size() && !take(text, at, 'Z')) {
      const char sign = text[at++];
      if (sign != '+' && sign != '-') return bad_time(text);
      const int hours = take_digits(text, at, 2);
      take(text, at, ':');
      const int minutes = take_digits(text, at, 2);
      if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return bad_time(text);
      offset_ns = (hours * kHour + minutes * kMinute) * (sign == '+' ? 1 : -1);
    }
    if (at != text.size()) return bad_time(text);
  }
  const Result<TimeNs> local = from_civil(civil);
  if (!local) return local.error().code == ErrorCode::overflow ? local.error() : bad_time(text);
  return narrow(Int128{*local} - offset_ns, "the time (years 1677 to 2262)");
}

Result<DurationNs> parse_duration(std::string_view text) {
  const std::size_t end_of_number = text.find_last_of("0123456789.");
  const auto bad = [&] {
    return Error{ErrorCode::bad_input, "",
                 "expected a duration like 250us, 1.5ms or 2h, found \"" + std::string(text) + "\""};
  };
  if (end_of_number == std::string_view::npos) return bad();
  const std::string_view number = text.substr(0, end_of_number + 1);
  const std::string_view name = text.substr(end_of_number + 1);
  const Result<int> decimals = decimals_needed(number);
  if (!decimals || *decimals > 15) return bad();
  const Result<std::int64_t> digits = parse_decimal(number, *decimals);
  if (!digits) return bad();
  if (name.empty()) return *digits == 0 ? Result<DurationNs>(0) : Result<DurationNs>(bad());
  for (const Unit& unit : kUnits) {
    if (unit.name != name) continue;
    const Int128 scaled = Int128{*digits} * unit.length_ns;
    if (scaled % pow10(*decimals) != 0) return bad();
    return narrow(scaled / pow10(*decimals), "the duration");
  }
  return bad();
}

std::string format_duration(DurationNs duration_ns) {
  if (duration_ns == 0) return "0";
  for (const Unit& unit : kUnits) {
    if (duration_ns % unit.length_ns == 0)
      return std::to_string(duration_ns / unit.length_ns) + std::string(unit.name);
  }
  return {};
}

}  // namespace lockstep
