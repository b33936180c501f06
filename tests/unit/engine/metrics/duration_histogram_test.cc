#include "engine/metrics/duration_histogram.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lockstep {
namespace {

TEST(DurationHistogram, short_durations_are_exact) {
  DurationHistogram histogram;
  for (int i = 1; i <= 100; ++i) histogram.add(i);
  EXPECT_EQ(histogram.count(), 100U);
  EXPECT_EQ(histogram.mean_ns(), 50.5);
  EXPECT_EQ(histogram.quantile_ns(500), 50.0);
  EXPECT_EQ(histogram.quantile_ns(990), 99.0);
  EXPECT_EQ(histogram.quantile_ns(1), 1.0);
  EXPECT_EQ(histogram.max_ns(), 100.0);
}

TEST(DurationHistogram, long_ones_are_at_most_a_64th_too_high) {
  for (const DurationNs duration :
       {DurationNs{127}, DurationNs{128}, DurationNs{129}, DurationNs{999'999}, 3 * kHour, INT64_MAX / 2}) {
    DurationHistogram histogram;
    histogram.add(duration);
    histogram.add(INT64_MAX);
    EXPECT_GE(histogram.quantile_ns(500), static_cast<double>(duration));
    EXPECT_LE(histogram.quantile_ns(500), static_cast<double>(duration) * (1 + 1.0 / 64));
    EXPECT_EQ(histogram.max_ns(), static_cast<double>(INT64_MAX));
    EXPECT_EQ(histogram.quantile_ns(1000), static_cast<double>(INT64_MAX));
  }
}

TEST(DurationHistogram, a_quantile_is_never_above_the_largest) {
  DurationHistogram histogram;
  histogram.add(1'000'000);
  EXPECT_EQ(histogram.quantile_ns(990), 1'000'000.0);
  EXPECT_EQ(histogram.mean_ns(), 1'000'000.0);
}

TEST(DurationHistogram, measures_nothing_of_nothing) {
  const DurationHistogram histogram;
  EXPECT_TRUE(std::isnan(histogram.mean_ns()));
  EXPECT_TRUE(std::isnan(histogram.max_ns()));
  EXPECT_TRUE(std::isnan(histogram.quantile_ns(500)));
}

}  // namespace
}  // namespace lockstep
