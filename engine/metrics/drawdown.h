// How far and how long equity stood below its highest point so far. Folded row by row in constant memory;
// never keeps the curve.
#pragma once

#include <cstdint>
#include <limits>

#include "engine/core/time.h"

namespace lockstep {

class Drawdown {
 public:
  /// Equity in 10^-9 of a currency. The first row is the first peak. Requires: times that do not decrease.
  void update(TimeNs ts_ns, std::int64_t equity_nanos);

  /// Least of equity / highest equity so far - 1, a fraction <= 0; NaN before a row with positive equity.
  [[nodiscard]] double depth() const { return depth_; }
  /// Largest fall below the highest equity so far, in 10^-9 of the currency, >= 0; it may be another fall
  /// than depth()'s.
  [[nodiscard]] double amount_nanos() const { return amount_nanos_; }

  // Of the fall that reached depth(); kNoTime where there was none.

  /// Last time at the peak before it.
  [[nodiscard]] TimeNs peak_ts_ns() const { return peak_ts_ns_; }
  [[nodiscard]] TimeNs trough_ts_ns() const { return trough_ts_ns_; }
  /// First time back at the peak; kNoTime if it never was.
  [[nodiscard]] TimeNs recovery_ts_ns() const { return recovery_ts_ns_; }

  /// Longest time from a peak to the return to it; one that is still open at the last row counts up to there.
  [[nodiscard]] DurationNs longest_under_water_ns() const { return longest_under_water_ns_; }

 private:
  double depth_ = std::numeric_limits<double>::quiet_NaN();
  double amount_nanos_ = 0.0;
  TimeNs peak_ts_ns_ = kNoTime;
  TimeNs trough_ts_ns_ = kNoTime;
  TimeNs recovery_ts_ns_ = kNoTime;
  DurationNs longest_under_water_ns_ = 0;

  bool any_ = false;
  std::int64_t highest_nanos_ = 0;
  TimeNs highest_ts_ns_ = kNoTime;
  bool under_water_ = false;
  bool deepest_is_open_ = false;  // the fall that reached depth_ has not recovered
};

}  // namespace lockstep
