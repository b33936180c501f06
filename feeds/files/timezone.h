// Local wall-clock time to UTC by the system's tz database (TZif files, RFC 8536). Reads one file when
// loaded; keeps no global state and never touches TZ or the C library's zone. Used at import only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/core/time.h"

namespace lockstep::feeds {

class TimeZone {
 public:
  struct Utc {
    TimeNs ts_ns;
    bool is_ambiguous;  ///< the local time occurs twice (autumn); ts_ns is the first
  };

  /// `America/New_York`, `UTC`, `EST` ... An error if the database does not have it.
  static Result<TimeZone> load(std::string_view name, const std::string& folder = "/usr/share/zoneinfo");

  /// UTC of a wall-clock time, itself given as if it were UTC (from_civil). A time that occurs twice is taken
  /// the first time; one that the clock skips (spring) is an error.
  [[nodiscard]] Result<Utc> to_utc(TimeNs local_ns) const;

  /// Local minus UTC in seconds at a UTC time (seconds since the epoch).
  [[nodiscard]] std::int64_t offset_s(std::int64_t utc_s) const;

  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  /// When daylight saving begins or ends in a year, by the footer's rule: POSIX TZ, `M3.2.0/2`, `J60` or
  /// `59`.
  struct Rule {
    enum class Form { month_week_day, julian_day, zero_based_day } form = Form::month_week_day;
    int month = 1;
    int week = 1;  ///< 5: the last
    int day = 0;
    std::int64_t time_s = 7200;  ///< local time of the change
    [[nodiscard]] std::int64_t local_s(int year) const;
  };
  struct Footer {
    std::int64_t standard_s = 0;  ///< local minus UTC
    std::int64_t daylight_s = 0;
    bool has_daylight = false;
    Rule begin;
    Rule end;
  };
  class Reader;
  class FooterParser;

  [[nodiscard]] std::int64_t footer_offset_s(std::int64_t utc_s) const;

  std::string name_;
  std::vector<std::int64_t> transitions_s_;  ///< UTC, ascending
  std::vector<std::int64_t> offsets_s_;      ///< from each transition on
  std::int64_t first_offset_s_ = 0;          ///< before the first transition
  bool has_footer_ = false;
  Footer footer_;
};

}  // namespace lockstep::feeds
