// Equity at equal steps of time, in bounded memory: the returns of a run of any length. When it is full,
// every second point is dropped and the step doubles, which merges returns in pairs exactly. Never looks at a
// clock: time is that of the rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/core/time.h"

namespace lockstep {

/// What a year of trading is, to annualise.
struct TradingTime {
  int days_per_year;
  DurationNs day_ns;              ///< open time of a day
  DurationNs longest_silence_ns;  ///< without a row for longer, the market was closed: one period passed,
                                  ///< however long it took
};
inline constexpr TradingTime kAroundTheClock{365, kDay, kEndOfTime};
inline constexpr TradingTime kUsEquities{252, 6 * kHour + 30 * kMinute, kHour};

/// Periods of this length in a year: days x day / interval within the day, one per trading day for an
/// interval of up to 24 h, 365 x 24 h / interval for a longer one. Requires: interval_ns > 0.
double periods_per_year(const TradingTime& time, DurationNs interval_ns);

class EquityGrid {
 public:
  static constexpr std::size_t kMostPoints = 100'000;  ///< even, so that the last point survives a thinning

  /// Rows come at multiples of `interval_ns`, except the first (the start of the run) and the last. 0: there
  /// is no grid. `most_points` is even and at least 2.
  EquityGrid(DurationNs interval_ns, DurationNs longest_silence_ns, std::size_t most_points = kMostPoints);

  /// Time without events has no rows: a row stands for all grid points since the one before it. The step from
  /// the start to the first multiple counts as a whole one; a row between two multiples is not kept.
  /// Requires: times that do not decrease.
  void update(TimeNs ts_ns, std::int64_t equity_nanos);

  /// equity / equity before - 1, per step. Empty if any equity that is divided by is zero or below.
  [[nodiscard]] std::vector<double> returns() const;
  /// The points, from the start on, in 10^-9 of the currency.
  [[nodiscard]] std::span<const std::int64_t> levels() const { return levels_; }
  /// How many intervals one step spans now: 1, 2, 4 ...
  [[nodiscard]] std::int64_t stride() const { return stride_; }

 private:
  void pass(std::int64_t intervals, std::int64_t equity_nanos);
  void thin_out();

  DurationNs interval_ns_;
  DurationNs longest_silence_ns_;
  std::size_t most_points_;
  std::vector<std::int64_t> levels_;
  std::int64_t stride_ = 1;
  std::int64_t phase_ = 0;  // intervals since the last point kept
  TimeNs last_ts_ns_ = kNoTime;
};

}  // namespace lockstep
