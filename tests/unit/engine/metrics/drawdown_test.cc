#include "engine/metrics/drawdown.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace lockstep {
namespace {

constexpr std::int64_t kUnit = 1'000'000'000;

// One row per second from second 1 on.
Drawdown after(const std::vector<std::int64_t>& equity) {
  Drawdown drawdown;
  TimeNs ts_ns = 0;
  for (const std::int64_t units : equity) drawdown.update(ts_ns += kSecond, units * kUnit);
  return drawdown;
}

TEST(Drawdown, is_the_deepest_fall_with_its_dates) {
  // Falls: 110 -> 99 (10%, seconds 2..4, back at 5) and 120 -> 114 (5%).
  const Drawdown drawdown = after({100, 110, 105, 99, 120, 114, 121});
  EXPECT_NEAR(drawdown.depth(), -0.1, 1e-15);
  EXPECT_EQ(drawdown.amount_nanos(), 11e9);
  EXPECT_EQ(drawdown.peak_ts_ns(), 2 * kSecond);
  EXPECT_EQ(drawdown.trough_ts_ns(), 4 * kSecond);
  EXPECT_EQ(drawdown.recovery_ts_ns(), 5 * kSecond);
  EXPECT_EQ(drawdown.longest_under_water_ns(), 3 * kSecond);
}

TEST(Drawdown, one_that_is_still_open_has_no_recovery_but_counts_under_water) {
  const Drawdown drawdown = after({100, 90, 100, 95, 80, 85, 99});
  EXPECT_NEAR(drawdown.depth(), -0.2, 1e-15);
  EXPECT_EQ(drawdown.peak_ts_ns(), 3 * kSecond);  // the last time at 100, not the first
  EXPECT_EQ(drawdown.trough_ts_ns(), 5 * kSecond);
  EXPECT_EQ(drawdown.recovery_ts_ns(), kNoTime);
  EXPECT_EQ(drawdown.longest_under_water_ns(), 4 * kSecond);
}

TEST(Drawdown, a_recovery_belongs_to_the_deepest_fall_only) {
  // The second fall is shallower: its recovery at 7 is not the deepest one's, which is at 3.
  const Drawdown drawdown = after({100, 50, 100, 100, 90, 95, 100});
  EXPECT_EQ(drawdown.depth(), -0.5);
  EXPECT_EQ(drawdown.recovery_ts_ns(), 3 * kSecond);
}

TEST(Drawdown, the_largest_amount_may_be_another_fall_than_the_deepest) {
  // 10 -> 5 is 50% and 5 units; 1000 -> 900 is 10% and 100 units.
  const Drawdown drawdown = after({10, 5, 1'000, 900});
  EXPECT_EQ(drawdown.depth(), -0.5);
  EXPECT_EQ(drawdown.amount_nanos(), 100e9);
}

TEST(Drawdown, a_curve_that_never_falls_has_none) {
  const Drawdown drawdown = after({100, 100, 101});
  EXPECT_EQ(drawdown.depth(), 0.0);
  EXPECT_EQ(drawdown.amount_nanos(), 0.0);
  EXPECT_EQ(drawdown.peak_ts_ns(), kNoTime);
  EXPECT_EQ(drawdown.longest_under_water_ns(), 0);
}

TEST(Drawdown, without_a_positive_peak_there_is_no_fraction) {
  EXPECT_TRUE(std::isnan(Drawdown().depth()));
  const Drawdown debt = after({0, -5, -3});
  EXPECT_TRUE(std::isnan(debt.depth()));
  EXPECT_EQ(debt.amount_nanos(), 5e9);
  EXPECT_EQ(after({-5, 10, -10}).depth(), -2.0);
}

}  // namespace
}  // namespace lockstep
