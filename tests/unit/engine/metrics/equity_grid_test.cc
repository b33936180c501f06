#include "engine/metrics/equity_grid.h"

#include <gtest/gtest.h>

#include <vector>

namespace lockstep {
namespace {

std::vector<std::int64_t> levels(const EquityGrid& grid) {
  return {grid.levels().begin(), grid.levels().end()};
}

using Levels = std::vector<std::int64_t>;

TEST(EquityGrid, returns_are_between_grid_points) {
  EquityGrid grid(kSecond, kEndOfTime);
  grid.update(kSecond / 2, 100);  // the start
  grid.update(kSecond, 110);
  grid.update(2 * kSecond, 99);
  grid.update(2 * kSecond + 1, 55);  // the end, between two points
  EXPECT_EQ(levels(grid), (Levels{100, 110, 99}));
  const std::vector<double> returns = grid.returns();
  ASSERT_EQ(returns.size(), 2U);
  EXPECT_NEAR(returns[0], 0.1, 1e-15);
  EXPECT_NEAR(returns[1], -0.1, 1e-15);
}

TEST(EquityGrid, a_row_stands_for_the_silent_points_before_it) {
  EquityGrid grid(kSecond, kEndOfTime);
  grid.update(kSecond, 100);
  grid.update(4 * kSecond, 110);
  EXPECT_EQ(levels(grid), (Levels{100, 110, 110, 110}));
}

TEST(EquityGrid, a_closed_market_is_one_period) {
  EquityGrid grid(kMinute, kUsEquities.longest_silence_ns);
  grid.update(kHour, 100);
  grid.update(2 * kHour, 110);  // an hour is a long silence, but no more than the longest
  EXPECT_EQ(grid.levels().size(), 61U);
  grid.update(19 * kHour + 30 * kMinute, 120);
  EXPECT_EQ(grid.levels().size(), 62U);
  EXPECT_EQ(grid.levels().back(), 120);
}

TEST(EquityGrid, when_full_it_merges_pairs_of_returns) {
  EquityGrid grid(kSecond, kEndOfTime, 4);
  for (int i = 0; i <= 4; ++i) grid.update(kSecond * (i + 1), 100 + i);
  EXPECT_EQ(grid.stride(), 2);
  EXPECT_EQ(levels(grid), (Levels{100, 102, 104}));
  for (int i = 5; i <= 16; ++i) grid.update(kSecond * (i + 1), 100 + i);
  // 106 and 108 fill it at a stride of 2: 100 104 108; 112 and 116 fill it at 4: 100 108 116.
  EXPECT_EQ(grid.stride(), 8);
  EXPECT_EQ(levels(grid), (Levels{100, 108, 116}));
}

TEST(EquityGrid, a_long_silence_costs_no_more_than_the_grid) {
  EquityGrid grid(1, kEndOfTime, 1'000);
  grid.update(1, 100);
  grid.update(365 * kDay, 200);
  EXPECT_LE(grid.levels().size(), 1'000U);
  EXPECT_EQ(grid.levels().front(), 100);
  // Every kept point lies stride() intervals after the one before it.
  EXPECT_LE(static_cast<std::int64_t>(grid.levels().size() - 1) * grid.stride(), 365 * kDay - 1);
  EXPECT_GT(static_cast<std::int64_t>(grid.levels().size()) * grid.stride(), 365 * kDay - 1);
}

TEST(EquityGrid, has_no_returns_without_points_or_on_nothing) {
  EquityGrid grid(kSecond, kEndOfTime);
  EXPECT_TRUE(grid.returns().empty());
  grid.update(kSecond, 100);
  EXPECT_TRUE(grid.returns().empty());
  grid.update(2 * kSecond, 0);
  EXPECT_EQ(grid.returns(), (std::vector<double>{-1.0}));
  grid.update(3 * kSecond, 10);  // from nothing
  EXPECT_TRUE(grid.returns().empty());
  EquityGrid none(0, kEndOfTime);
  none.update(kSecond, 100);
  EXPECT_TRUE(none.levels().empty());
}

TEST(EquityGrid, a_year_has_as_many_periods_as_its_market_is_open) {
  EXPECT_EQ(periods_per_year(kAroundTheClock, kSecond), 31'536'000.0);  // 365 x 86400
  EXPECT_EQ(periods_per_year(kAroundTheClock, kDay), 365.0);
  EXPECT_EQ(periods_per_year(kUsEquities, kMinute), 98'280.0);  // 252 x 390
  EXPECT_EQ(periods_per_year(kUsEquities, kDay), 252.0);
  EXPECT_NEAR(periods_per_year(kUsEquities, 7 * kDay), 52.142857142857146, 1e-13);  // 365 / 7
}

}  // namespace
}  // namespace lockstep
