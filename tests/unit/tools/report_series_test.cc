#include "tools/report_series.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace lockstep::tools {
namespace {

using Line = ThinnedSeries<1>;
const std::vector<Line::Extreme> kBoth = {{0, false}, {0, true}};

TEST(ThinnedSeries, a_short_line_is_kept_as_it_is) {
  Line line(0, 9, 10, 10, kBoth);
  for (int i = 0; i < 10; ++i) line.add({i, {5.0 - i}});
  ASSERT_EQ(line.finish().size(), 10U);
}

TEST(ThinnedSeries, a_spike_of_one_point_survives) {
  Line line(0, 99'999, 100'000, 100, kBoth);
  for (int i = 0; i < 100'000; ++i) line.add({i, {i == 54'321 ? 1000.0 : i == 77'777 ? -1000.0 : 0.0}});
  const auto& points = line.finish();
  EXPECT_LE(points.size(), 102U);
  bool up = false;
  bool down = false;
  for (std::size_t i = 0; i < points.size(); ++i) {
    up |= points[i].ts_ns == 54'321 && points[i].values[0] == 1000.0;
    down |= points[i].ts_ns == 77'777 && points[i].values[0] == -1000.0;
    if (i > 0) {
      EXPECT_LT(points[i - 1].ts_ns, points[i].ts_ns);
    }
  }
  EXPECT_TRUE(up);
  EXPECT_TRUE(down);
}

TEST(ThinnedSeries, the_ends_stay) {
  Line line(100, 1099, 1000, 10, kBoth);
  for (int i = 0; i < 1000; ++i) line.add({100 + i, {std::fabs(i - 500.0)}});
  const auto& points = line.finish();
  EXPECT_EQ(points.front().ts_ns, 100);
  EXPECT_EQ(points.back().ts_ns, 1099);
}

TEST(ThinnedSeries, a_missing_value_never_hides_one_that_is_there) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  Line line(0, 999, 1000, 4, kBoth);
  for (int i = 0; i < 1000; ++i) line.add({i, {i == 700 ? 3.0 : none}});
  bool found = false;
  for (const auto& point : line.finish()) found |= point.values[0] == 3.0;
  EXPECT_TRUE(found);
}

TEST(Quantiles, small_numbers_are_exact) {
  Quantiles quantiles;
  for (std::uint64_t i = 1; i <= 63; ++i) quantiles.add(i);
  EXPECT_EQ(quantiles.at(0.5), 32U);
  EXPECT_EQ(quantiles.at(1.0), 63U);
  EXPECT_EQ(quantiles.at(0.0), 1U);
}

TEST(Quantiles, large_numbers_are_at_most_a_sixty_fourth_too_low) {
  for (const std::uint64_t value :
       {std::uint64_t{100}, std::uint64_t{4'970'123'456}, std::uint64_t{1} << 63U, UINT64_MAX}) {
    Quantiles quantiles;
    quantiles.add(value);
    const std::uint64_t at = quantiles.at(0.5);
    EXPECT_LE(at, value);
    EXPECT_GE(static_cast<double>(at), static_cast<double>(value) * (1 - 1.0 / 64));
  }
}

}  // namespace
}  // namespace lockstep::tools
