// Time: nanoseconds since 1970-01-01T00:00:00 UTC, without leap seconds. Never reads a clock; it comes in
// with events.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "engine/core/result.h"

namespace lockstep {

using TimeNs = std::int64_t;
using DurationNs = std::int64_t;

inline constexpr DurationNs kMicrosecond = 1'000;
inline constexpr DurationNs kMillisecond = 1'000'000;
inline constexpr DurationNs kSecond = 1'000'000'000;
inline constexpr DurationNs kMinute = 60 * kSecond;
inline constexpr DurationNs kHour = 60 * kMinute;
inline constexpr DurationNs kDay = 24 * kHour;
inline constexpr TimeNs kNoTime = 0;  ///< "the source gave none"
inline constexpr TimeNs kEndOfTime = std::numeric_limits<TimeNs>::max();

/// A date and time of day in UTC (proleptic Gregorian).
struct CivilTime {
  int year = 1970;
  int month = 1;  ///< 1..12
  int day = 1;    ///< 1..31
  int hour = 0;
  int minute = 0;
  int second = 0;
  int nanosecond = 0;
};

/// Days since 1970-01-01 of a Gregorian date; negative before it.
std::int64_t days_from_civil(int year, int month, int day);

CivilTime to_civil(TimeNs ts_ns);

/// Overflow if outside 1677..2262, the range of 64-bit nanoseconds; bad_input for a field out of range (month
/// 13).
Result<TimeNs> from_civil(const CivilTime& civil);

/// `2024-08-08T23:54:15.030314667Z`, always nine decimals.
std::string format_time(TimeNs ts_ns);

/// Reads RFC 3339 (`2024-08-08`, `2024-08-08T23:54:15`, with 0..9 decimals, `Z` or `+hh:mm`; none means UTC;
/// a space may stand for the T) or a bare integer of nanoseconds.
Result<TimeNs> parse_time(std::string_view text);

/// Reads `250ns`, `10us`, `1.5ms`, `2s`, `3m`, `4h`, `1d`, `0`; a sign may precede. The decimals must fit
/// whole nanoseconds.
Result<DurationNs> parse_duration(std::string_view text);

/// The shortest exact form in the largest unit that divides it: `1500us`, `2s`, `0`.
std::string format_duration(DurationNs duration_ns);

}  // namespace lockstep
