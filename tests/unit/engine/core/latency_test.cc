#include "engine/core/latency.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace lockstep {
namespace {

RandomStream stream(std::uint64_t seed = 1) {
  return RandomStream(seed, 16, 0);
}

LatencyModel lognormal(DurationNs median_ns, double sigma, DurationNs minimum_ns = 0) {
  return {LatencyKind::lognormal, median_ns, sigma, minimum_ns};
}

// Delays without the rule that nothing is overtaken: sent far apart.
std::vector<DurationNs> delays(const LatencyModel& model, int count, std::uint64_t seed = 1) {
  Latency latency(model, stream(seed));
  std::vector<DurationNs> out;
  for (int i = 0; i < count; ++i) {
    const TimeNs sent_ns = TimeNs{i} * 2 * kDay;
    out.push_back(latency.arrival(sent_ns) - sent_ns);
  }
  return out;
}

TEST(Latency, a_constant_one_is_always_its_median_and_not_below_its_minimum) {
  Latency latency({LatencyKind::constant, 250, 0, 0}, stream());
  EXPECT_EQ(latency.arrival(1'000), 1'250);
  EXPECT_EQ(latency.arrival(1'001), 1'251);
  Latency slow({LatencyKind::constant, 250, 0, 300}, stream());
  EXPECT_EQ(slow.arrival(1'000), 1'300);
}

TEST(Latency, half_of_the_lognormal_delays_are_shorter_than_the_median) {
  std::vector<DurationNs> sample = delays(lognormal(1'000'000, 0.5), 4'001);
  const auto shorter =
      std::count_if(sample.begin(), sample.end(), [](DurationNs d) { return d < 1'000'000; });
  EXPECT_NEAR(static_cast<double>(shorter), 2'000, 150);  // 4.7 standard deviations
  // A share of 15.9% lies below exp(-sigma) x median = 606'531.
  const auto far = std::count_if(sample.begin(), sample.end(), [](DurationNs d) { return d < 606'531; });
  EXPECT_NEAR(static_cast<double>(far), 635, 110);
}

TEST(Latency, a_lognormal_delay_is_never_below_its_minimum_nor_above_a_day) {
  for (const DurationNs delay : delays(lognormal(1'000, 2, 900), 2'000)) EXPECT_GE(delay, 900);
  for (const DurationNs delay : delays(lognormal(kHour, 5), 2'000)) EXPECT_LE(delay, kDay);
}

TEST(Latency, without_spread_it_is_the_median) {
  for (const DurationNs delay : delays(lognormal(777, 0), 10)) EXPECT_EQ(delay, 777);
}

TEST(Latency, equal_seeds_give_equal_delays_and_others_do_not) {
  EXPECT_EQ(delays(lognormal(1'000'000, 1), 100, 5), delays(lognormal(1'000'000, 1), 100, 5));
  EXPECT_NE(delays(lognormal(1'000'000, 1), 100, 5), delays(lognormal(1'000'000, 1), 100, 6));
}

TEST(Latency, nothing_overtakes_what_was_sent_before) {
  Latency latency(lognormal(1'000'000, 2), stream());
  TimeNs last_ns = 0;
  bool any_held_back = false;
  for (TimeNs sent_ns = 0; sent_ns < 1'000'000; sent_ns += 1'000) {
    const TimeNs arrival_ns = latency.arrival(sent_ns);
    EXPECT_GE(arrival_ns, last_ns);
    EXPECT_GE(arrival_ns, sent_ns);
    any_held_back = any_held_back || arrival_ns == last_ns;
    last_ns = arrival_ns;
  }
  EXPECT_TRUE(any_held_back);
}

TEST(Latency, a_restored_one_goes_on_as_the_old_one) {
  Latency latency(lognormal(1'000, 1), stream());
  for (TimeNs sent_ns = 0; sent_ns < 7; ++sent_ns) latency.arrival(sent_ns);
  StateVisitor saving = StateVisitor::saving();
  latency.visit(saving);
  const std::vector<std::uint8_t> bytes = saving.take();
  Latency restored(lognormal(1'000, 1), stream());
  StateVisitor loading = StateVisitor::loading(bytes);
  restored.visit(loading);
  for (TimeNs sent_ns = 7; sent_ns < 50; ++sent_ns)
    EXPECT_EQ(restored.arrival(sent_ns), latency.arrival(sent_ns));
}

TEST(Latency, a_field_out_of_range_is_named) {
  EXPECT_TRUE(validate({LatencyKind::lognormal, kHour, 5, kHour}).ok());
  EXPECT_EQ(validate({LatencyKind::constant, -1, 0, 0}).error().text(),
            "latency: median must lie between 0 and 1h, found -1ns");
  EXPECT_FALSE(validate({LatencyKind::constant, kHour + 1, 0, 0}).ok());
  EXPECT_FALSE(validate({LatencyKind::constant, 0, 0, -1}).ok());
  EXPECT_FALSE(validate({LatencyKind::lognormal, 0, 5.1, 0}).ok());
  EXPECT_FALSE(validate({LatencyKind::lognormal, 0, -0.1, 0}).ok());
}

}  // namespace
}  // namespace lockstep
