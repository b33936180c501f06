#include "feeds/files/itch_name.h"

namespace lockstep::feeds {
namespace {

std::optional<TimeNs> date(int year, int month, int day) {
  if (year < 1990 || year > 2200) return std::nullopt;
  const Result<TimeNs> ts_ns = from_civil({year, month, day, 0, 0, 0, 0});
  if (!ts_ns) return std::nullopt;
  return *ts_ns;
}

}  // namespace

std::optional<TimeNs> itch_date_of(std::string_view stream) {
  const std::size_t slash = stream.find_last_of("/#");
  std::string_view name = slash == std::string_view::npos ? stream : stream.substr(slash + 1);
  const bool is_short = name.starts_with('S');
  if (is_short) name.remove_prefix(1);
  std::size_t digits = 0;
  while (digits < name.size() && name[digits] >= '0' && name[digits] <= '9') ++digits;
  if (digits != (is_short ? 6U : 8U)) return std::nullopt;
  const auto number = [name](std::size_t at, std::size_t count) {
    int value = 0;
    for (const char c : name.substr(at, count)) value = value * 10 + (c - '0');
    return value;
  };
  if (is_short) return date(2000 + number(4, 2), number(0, 2), number(2, 2));
  if (const auto year_first = date(number(0, 4), number(4, 2), number(6, 2))) return year_first;
  return date(number(4, 4), number(0, 2), number(2, 2));
}

}  // namespace lockstep::feeds
