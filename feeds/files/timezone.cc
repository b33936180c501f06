#include "feeds/files/timezone.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace lockstep::feeds {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

}  // namespace

// Big-endian fields of a TZif file; reading past the end is remembered.
class TimeZone::Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] bool ok() const { return ok_; }
  std::string_view take(std::size_t count) {
    if (count > bytes_.size()) ok_ = false;
    if (!ok_) return {};
    const std::string_view out = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return out;
  }
  std::int64_t integer(std::size_t width) {
    std::uint64_t value = 0;
    const std::string_view field = take(width);
    if (field.empty()) return 0;
    for (const char c : field) value = value << 8U | static_cast<unsigned char>(c);
    const std::size_t unused = 64 - 8 * width;
    return static_cast<std::int64_t>(value << unused) >> unused;
  }
  std::string_view rest() { return bytes_; }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

// `EST5EDT,M3.2.0,M11.1.0`, `<-03>3`, `IST-1GMT0,M10.5.0,M3.5.0/1`. Offsets there count west of Greenwich.
class TimeZone::FooterParser {
 public:
  explicit FooterParser(std::string_view text) : text_(text) {}

  bool parse(Footer& out) {
    if (!name() || !clock(out.standard_s)) return false;
    out.standard_s = -out.standard_s;
    if (text_.empty()) return true;
    out.has_daylight = true;
    if (!name()) return false;
    out.daylight_s = out.standard_s + 3600;
    if (!text_.empty() && text_.front() != ',') {
      if (!clock(out.daylight_s)) return false;
      out.daylight_s = -out.daylight_s;
    }
    return rule(out.begin) && rule(out.end) && text_.empty();
  }

 private:
  bool take(char c) {
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool name() {
    if (take('<')) {
      const std::size_t end = text_.find('>');
      if (end == std::string_view::npos) return false;
      text_.remove_prefix(end + 1);
      return true;
    }
    const std::size_t end = std::min(text_.find_first_of("0123456789+-,"), text_.size());
    text_.remove_prefix(end);
    return end >= 3;
  }
  bool number(int& out) {
    std::size_t digits = 0;
    out = 0;
    for (; digits < text_.size() && digits < 4 && text_[digits] >= '0' && text_[digits] <= '9'; ++digits) {
      out = out * 10 + (text_[digits] - '0');
    }
    text_.remove_prefix(digits);
    return digits > 0;
  }
  bool clock(std::int64_t& out) {
    const bool negative = take('-');
    if (!negative) take('+');
    int hours = 0;
    int minutes = 0;
    int seconds = 0;
    if (!number(hours)) return false;
    if (take(':') && !number(minutes)) return false;
    if (take(':') && !number(seconds)) return false;
    out = std::int64_t{hours} * 3600 + minutes * 60 + seconds;
    if (negative) out = -out;
    return true;
  }
  bool rule(Rule& out) {
    if (!take(',')) return false;
    if (take('M')) {
      out.form = Rule::Form::month_week_day;
      if (!number(out.month) || !take('.') || !number(out.week) || !take('.') || !number(out.day))
        return false;
      if (out.month < 1 || out.month > 12 || out.week < 1 || out.week > 5 || out.day > 6) return false;
    } else {
      out.form = take('J') ? Rule::Form::julian_day : Rule::Form::zero_based_day;
      if (!number(out.day) || out.day > 365) return false;
    }
    return !take('/') || clock(out.time_s);
  }

  std::string_view text_;
};

std::int64_t TimeZone::Rule::local_s(int year) const {
  if (form != Form::month_week_day) {
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    // A Julian day counts from 1 and skips 29 February.
    const int from_new_year = form == Form::zero_based_day ? day : day - 1 + (leap && day >= 60 ? 1 : 0);
    return (days_from_civil(year, 1, 1) + from_new_year) * kDaySeconds + time_s;
  }
  const std::int64_t first = days_from_civil(year, month, 1);
  const std::int64_t next_month =
      month == 12 ? days_from_civil(year + 1, 1, 1) : days_from_civil(year, month + 1, 1);
  const std::int64_t weekday = ((first + 4) % 7 + 7) % 7;  // 1970-01-01 was a Thursday
  std::int64_t at = first + (day - weekday + 7) % 7 + (week - 1) * 7;
  while (at >= next_month) at -= 7;
  return at * kDaySeconds + time_s;
}

Result<TimeZone> TimeZone::load(std::string_view name, const std::string& folder) {
  const std::string path = folder + "/" + std::string(name);
  const auto bad = [&](const std::string& what) {
    return Error{ErrorCode::bad_input, "time zone " + std::string(name), what};
  };
  if (name.empty() || name.front() == '/' || name.find("..") != std::string_view::npos) {
    return bad("is no name of a zone; expected one like America/New_York");
  }
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (bytes.empty()) return bad("is not in " + folder + "; is tzdata installed?");

  struct Header {
    std::size_t ut_count, standard_count, leap_count, time_count, type_count, char_count;
  };
  Reader in(bytes);
  char version = 0;
  const auto header = [&](Header& out) {
    if (in.take(4) != "TZif") return false;
    const std::string_view v = in.take(16);
    if (v.empty()) return false;
    version = v.front();
    for (std::size_t* field : {&out.ut_count, &out.standard_count, &out.leap_count, &out.time_count,
                               &out.type_count, &out.char_count}) {
      const std::int64_t count = in.integer(4);
      if (count < 0) return false;
      *field = static_cast<std::size_t>(count);
    }
    return in.ok();
  };
  Header h{};
  if (!header(h) || version < '2') return bad(path + " is no TZif file of version 2 or later");
  // The first block repeats the data with 32-bit times.
  in.take(h.time_count * 5 + h.type_count * 6 + h.char_count + h.leap_count * 8 + h.standard_count +
          h.ut_count);
  if (!header(h) || h.type_count == 0 || h.time_count > bytes.size() || h.type_count > bytes.size()) {
    return bad(path + " is damaged");
  }

  TimeZone zone;
  zone.name_ = name;
  for (std::size_t i = 0; i < h.time_count; ++i) zone.transitions_s_.push_back(in.integer(8));
  const std::string_view types = in.take(h.time_count);
  std::vector<std::int64_t> offsets;
  for (std::size_t i = 0; i < h.type_count; ++i) {
    offsets.push_back(in.integer(4));
    in.take(2);
  }
  in.take(h.char_count + h.leap_count * 12 + h.standard_count + h.ut_count);
  if (!in.ok() || !std::is_sorted(zone.transitions_s_.begin(), zone.transitions_s_.end()))
    return bad(path + " is damaged");
  for (const char type : types) {
    const auto index = static_cast<std::size_t>(static_cast<unsigned char>(type));
    if (index >= offsets.size()) return bad(path + " is damaged");
    zone.offsets_s_.push_back(offsets[index]);
  }
  zone.first_offset_s_ = offsets.front();
  std::string_view footer = in.rest();
  if (footer.size() < 2 || footer.front() != '\n' || footer.back() != '\n') return bad(path + " is damaged");
  footer = footer.substr(1, footer.size() - 2);
  zone.has_footer_ = !footer.empty();
  if (zone.has_footer_ && !FooterParser(footer).parse(zone.footer_)) {
    return bad("its rule \"" + std::string(footer) + "\" is not understood");
  }
  return zone;
}

std::int64_t TimeZone::footer_offset_s(std::int64_t utc_s) const {
  if (!footer_.has_daylight) return footer_.standard_s;
  const int year = to_civil((utc_s + footer_.standard_s) * kSecond).year;
  const std::int64_t begin = footer_.begin.local_s(year) - footer_.standard_s;
  const std::int64_t end = footer_.end.local_s(year) - footer_.daylight_s;
  const bool is_daylight = begin < end ? utc_s >= begin && utc_s < end : utc_s >= begin || utc_s < end;
  return is_daylight ? footer_.daylight_s : footer_.standard_s;
}

std::int64_t TimeZone::offset_s(std::int64_t utc_s) const {
  const auto after = std::upper_bound(transitions_s_.begin(), transitions_s_.end(), utc_s);
  if (after == transitions_s_.end() && has_footer_) return footer_offset_s(utc_s);
  if (after == transitions_s_.begin()) return first_offset_s_;
  return offsets_s_[static_cast<std::size_t>(after - transitions_s_.begin()) - 1];
}

Result<TimeZone::Utc> TimeZone::to_utc(TimeNs local_ns) const {
  constexpr std::int64_t kMargin = 4 * kDay;
  if (local_ns > INT64_MAX - kMargin || local_ns < INT64_MIN + kMargin) {
    return Error{ErrorCode::overflow, "", "the time leaves the years 1677 to 2262"};
  }
  std::int64_t local_s = local_ns / kSecond;
  if (local_ns % kSecond < 0) --local_s;
  // No zone changes twice within two days, so one of the offsets a day before and a day after is in force.
  const std::int64_t before_s = offset_s(local_s - kDaySeconds);
  const std::int64_t after_s = offset_s(local_s + kDaySeconds);
  const bool before_holds = offset_s(local_s - before_s) == before_s;
  const bool after_holds = offset_s(local_s - after_s) == after_s;
  if (!before_holds && !after_holds) {
    std::string text = format_time(local_ns);
    text.pop_back();
    return Error{ErrorCode::bad_input, "",
                 "the time " + text + " does not exist in " + name_ + ": the clock was put forward over it"};
  }
  const std::int64_t shift_s = before_holds ? before_s : after_s;
  return Utc{local_ns - shift_s * kSecond, before_holds && after_holds && before_s != after_s};
}

}  // namespace lockstep::feeds
