#include "sim/outages.h"

#include <gtest/gtest.h>

namespace lockstep::sim {
namespace {

constexpr TimeNs kMonday = 20'458 * kDay;  // 2026-01-05

struct Found {
  TimeNs from;
  TimeNs to;
  friend bool operator==(const Found&, const Found&) = default;
};

std::vector<Found> walk(const OutageConfig& config, TimeNs from_ts_ns, TimeNs to_ts_ns,
                        std::uint64_t seed = 1) {
  OutageCursor cursor(config, seed, 0);
  std::vector<Found> out;
  for (cursor.pass(from_ts_ns); cursor.current().from_ts_ns < to_ts_ns; cursor.advance())
    out.push_back({cursor.current().from_ts_ns, cursor.current().to_ts_ns});
  return out;
}

OutageConfig random_ones(DurationNs every_ns, DurationNs lasting_ns) {
  OutageConfig config;
  config.random_every_ns = every_ns;
  config.random_lasting_ns = lasting_ns;
  return config;
}

TEST(Outages, a_schedule_is_walked_in_order_and_those_that_touch_with_their_recovery_are_one) {
  OutageConfig config;
  config.scheduled = {{100, 200}, {205, 210}, {220, 230}, {400, 500}, {410, 420}};
  config.reconnect_delay_ns = 5;  // [100, 205) and [205, 215) touch; [220, 235) stands alone
  EXPECT_EQ(walk(config, 0, 1'000), (std::vector<Found>{{100, 215}, {220, 235}, {400, 505}}));
}

TEST(Outages, passing_goes_to_the_first_that_is_not_over) {
  OutageConfig config;
  config.scheduled = {{100, 200}, {300, 400}};
  OutageCursor cursor(config, 1, 0);
  cursor.pass(199);
  EXPECT_EQ(cursor.current().from_ts_ns, 100);
  cursor.pass(200);
  EXPECT_EQ(cursor.current().from_ts_ns, 300);
  cursor.pass(150);
  EXPECT_EQ(cursor.current().from_ts_ns, 300);
  cursor.pass(400);
  EXPECT_EQ(cursor.current().from_ts_ns, kEndOfTime);
  cursor.advance();
  EXPECT_EQ(cursor.current().to_ts_ns, kEndOfTime);
}

// Up and down in turn with means of 9 and 1 minutes: one cycle every 10 minutes, down a tenth of the time.
TEST(Outages, random_ones_have_the_given_means) {
  const std::vector<Found> found = walk(random_ones(9 * kMinute, kMinute), kMonday, kMonday + 100 * kDay);
  // 14,400 cycles; their number has a standard deviation of sqrt(14400 x 0.82) = 109.
  EXPECT_NEAR(static_cast<double>(found.size()), 14'400, 450);
  double down_s = 0;
  double longest_s = 0;
  for (const Found& one : found) {
    EXPECT_LT(one.from, one.to);
    const double lasted_s = static_cast<double>(one.to - one.from) * 1e-9;
    down_s += lasted_s;
    longest_s = std::max(longest_s, lasted_s);
  }
  EXPECT_NEAR(down_s / static_cast<double>(found.size()), 60, 2);  // sigma 60 / sqrt(14400) = 0.5
  EXPECT_GT(longest_s, 300);                                       // exp(-5) of them: about 97
}

TEST(Outages, where_a_run_begins_does_not_move_a_random_one) {
  const OutageConfig config = random_ones(kHour, kMinute);
  const std::vector<Found> all = walk(config, kMonday, kMonday + 4 * kDay);
  const std::vector<Found> late = walk(config, kMonday + 2 * kDay + kHour, kMonday + 4 * kDay);
  ASSERT_GT(late.size(), 20U);
  EXPECT_EQ(std::vector<Found>(all.end() - static_cast<std::ptrdiff_t>(late.size()), all.end()), late);
}

TEST(Outages, one_that_runs_over_midnight_is_there_for_a_run_that_begins_after_it) {
  const OutageConfig config = random_ones(12 * kHour, 2 * kHour);
  int over_midnight = 0;
  for (int day = 0; day < 100; ++day) {
    const TimeNs midnight = kMonday + day * kDay;
    OutageCursor early(config, 1, 0);
    early.pass(midnight - kDay);
    early.pass(midnight);
    OutageCursor late(config, 1, 0);
    late.pass(midnight);
    EXPECT_EQ(late.current().from_ts_ns, early.current().from_ts_ns);
    EXPECT_EQ(late.current().to_ts_ns, early.current().to_ts_ns);
    over_midnight += late.current().from_ts_ns < midnight ? 1 : 0;
  }
  EXPECT_NEAR(over_midnight, 14, 11);  // down a seventh of the time
}

TEST(Outages, seeds_and_lines_have_outages_of_their_own) {
  const OutageConfig config = random_ones(kHour, kMinute);
  EXPECT_EQ(walk(config, kMonday, kMonday + kDay, 7), walk(config, kMonday, kMonday + kDay, 7));
  EXPECT_NE(walk(config, kMonday, kMonday + kDay, 7), walk(config, kMonday, kMonday + kDay, 8));
  OutageCursor one(config, 7, 0);
  OutageCursor other(config, 7, 1);
  one.pass(kMonday);
  other.pass(kMonday);
  EXPECT_NE(one.current().from_ts_ns, other.current().from_ts_ns);
}

TEST(Outages, scheduled_and_random_ones_stand_in_one_order) {
  OutageConfig config = random_ones(kHour, kMinute);
  const std::size_t by_chance = walk(config, kMonday, kMonday + kDay).size();
  config.scheduled = {{kMonday + 5 * kHour, kMonday + 7 * kHour}};
  const std::vector<Found> both = walk(config, kMonday, kMonday + kDay);
  EXPECT_LE(both.size(), by_chance + 1);
  bool any_long = false;
  for (std::size_t i = 0; i < both.size(); ++i) {
    if (i > 0) {
      EXPECT_GT(both[i].from, both[i - 1].to);
    }
    any_long = any_long || both[i].to - both[i].from >= 2 * kHour;
  }
  EXPECT_TRUE(any_long);
}

TEST(Outages, the_end_of_time_is_reached_without_leaving_it) {
  const OutageConfig config = random_ones(365 * kDay, kDay);
  OutageCursor cursor(config, 1, 0);
  cursor.pass(kEndOfTime - 1);
  EXPECT_EQ(cursor.current().from_ts_ns, kEndOfTime);
  OutageCursor early(config, 1, 0);
  early.begin(INT64_MIN);
  EXPECT_LT(early.current().from_ts_ns, 0);
}

TEST(Outages, a_field_out_of_range_is_named) {
  EXPECT_TRUE(validate(random_ones(kSecond, kDay)).ok());
  EXPECT_EQ(validate(random_ones(1, kSecond)).error().text(),
            "outages: every must be 0 (none) or 1s to 365d, found 1ns");
  EXPECT_EQ(validate(random_ones(kHour, 0)).error().text(),
            "outages: lasting must lie between 1us and 1d, found 0");
  OutageConfig config;
  config.scheduled = {{kSecond, kSecond}};
  EXPECT_EQ(validate(config).error().text(),
            "outages: from must lie before to, found from 1970-01-01T00:00:01.000000000Z to "
            "1970-01-01T00:00:01.000000000Z");
  config.scheduled.clear();
  config.reconnect_delay_ns = -1;
  EXPECT_FALSE(validate(config).ok());
}

}  // namespace
}  // namespace lockstep::sim
