#include "engine/core/latency.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
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

double mean_of(const std::vector<DurationNs>& sample) {
  double sum = 0;
  for (const DurationNs delay : sample) sum += static_cast<double>(delay);
  return sum / static_cast<double>(sample.size());
}

double share_below(const std::vector<DurationNs>& sample, DurationNs bound_ns) {
  const auto below = std::count_if(sample.begin(), sample.end(), [&](DurationNs d) { return d < bound_ns; });
  return static_cast<double>(below) / static_cast<double>(sample.size());
}

LatencyModel of_kind(LatencyKind kind) {
  LatencyModel model;
  model.kind = kind;
  return model;
}

TEST(Latency, a_uniform_one_takes_every_nanosecond_of_its_range_alike) {
  LatencyModel model = of_kind(LatencyKind::uniform);
  model.low_ns = 100;
  model.high_ns = 199;
  const std::vector<DurationNs> sample = delays(model, 40'000);
  std::vector<int> counts(100);
  for (const DurationNs delay : sample) ++counts.at(static_cast<std::size_t>(delay - 100));
  double chi_squared = 0;  // 99 degrees of freedom: mean 99, standard deviation 14
  for (const int count : counts) chi_squared += (count - 400.0) * (count - 400.0) / 400.0;
  EXPECT_LT(chi_squared, 170);
  EXPECT_NEAR(mean_of(sample), 149.5, 0.7);  // sqrt((100^2 - 1) / 12 / 40000) = 0.144
}

// P(X < x) of shape 2 is 1 - (1 + x) exp(-x), of shape 1/2 erf(sqrt(x)), in units of the scale.
TEST(Latency, gamma_delays_have_the_distribution_of_their_shape) {
  LatencyModel model = of_kind(LatencyKind::gamma);
  model.shape = 2;
  model.scale_ns = kMillisecond;
  const std::vector<DurationNs> two = delays(model, 40'000);
  EXPECT_NEAR(mean_of(two), 2e6, 35'000);  // sqrt(2) ms / 200 = 7,071
  EXPECT_NEAR(share_below(two, kMillisecond), 0.264241, 0.011);
  EXPECT_NEAR(share_below(two, 3 * kMillisecond), 0.800852, 0.010);
  model.shape = 0.5;
  const std::vector<DurationNs> half = delays(model, 40'000);
  EXPECT_NEAR(share_below(half, kMillisecond / 4), 0.520500, 0.0125);
  EXPECT_NEAR(share_below(half, kMillisecond), 0.842701, 0.0092);
}

TEST(Latency, an_empirical_one_is_uniform_between_neighbouring_samples) {
  LatencyModel model = of_kind(LatencyKind::empirical);
  model.samples_ns = {1'000, 2'000, 2'000, 4'000, 8'000};  // a quarter of the probability between each two
  const std::vector<DurationNs> sample = delays(model, 40'000);
  EXPECT_EQ(*std::min_element(sample.begin(), sample.end()), 1'000);
  EXPECT_EQ(*std::max_element(sample.begin(), sample.end()), 8'000);
  EXPECT_NEAR(share_below(sample, 1'500), 0.125, 0.0083);
  EXPECT_NEAR(share_below(sample, 2'000), 0.25, 0.011);
  EXPECT_NEAR(share_below(sample, 2'001), 0.50, 0.0125);
  EXPECT_NEAR(share_below(sample, 4'000), 0.75, 0.011);
  EXPECT_NEAR(share_below(sample, 6'000), 0.875, 0.0083);
  EXPECT_NEAR(mean_of(sample), (1'500 + 2'000 + 3'000 + 6'000) / 4.0, 50);
  model.samples_ns = {77};
  for (const DurationNs delay : delays(model, 10)) EXPECT_EQ(delay, 77);
}

// Calm takes 1 ms, burst 10 ms; calm lasts 9 s and burst 1 s in the mean.
LatencyModel bursty() {
  LatencyModel model = of_kind(LatencyKind::bursty);
  model.bursty = {{kMillisecond, 0}, {10 * kMillisecond, 0}, 9 * kSecond, kSecond};
  return model;
}

TEST(Latency, a_bursty_one_is_in_burst_for_its_share_of_the_time) {
  const std::vector<DurationNs> sample =
      delays(bursty(), 20'000);  // far apart: one does not tell of the next
  EXPECT_NEAR(share_below(sample, 10 * kMillisecond), 0.9, 0.0105);
  EXPECT_NEAR(mean_of(sample), 1.9e6, 95'000);
}

// Looked at every 10 ms, a chain of these rates leaves calm with probability 0.1 (1 - exp(-0.01 x 10/9)) and
// burst with 0.9 of that: 905.0 and 100.56 looks in the mean.
TEST(Latency, calm_and_burst_last_as_long_as_they_should_in_the_mean) {
  Latency latency(bursty(), stream());
  int looks[2] = {0, 0};
  int begins[2] = {0, 0};
  int last = -1;
  for (int i = 0; i < 4'000'000; ++i) {
    const TimeNs sent_ns = TimeNs{i} * 10 * kMillisecond + kMillisecond;
    const int state = latency.arrival(sent_ns) - sent_ns >= 10 * kMillisecond ? 1 : 0;
    ++looks[state];
    if (state != last) ++begins[state];
    last = state;
  }
  // About 3,978 runs of each: the mean of geometric runs has a relative deviation of 1/63.
  EXPECT_NEAR(static_cast<double>(looks[0]) / begins[0], 905.0, 72);
  EXPECT_NEAR(static_cast<double>(looks[1]) / begins[1], 100.56, 8);
}

TEST(Latency, within_a_moment_a_bursty_one_does_not_change) {
  Latency latency(bursty(), stream(3));
  const TimeNs first_ns = latency.arrival(0);
  for (TimeNs sent_ns = 1; sent_ns < 100; ++sent_ns) EXPECT_EQ(latency.arrival(sent_ns) - sent_ns, first_ns);
}

TEST(Latency, messages_at_a_constant_rate_slow_it_by_the_factor) {
  LatencyModel model = of_kind(LatencyKind::constant);
  model.median_ns = kMillisecond;
  model.rate = {0.5, 1'000, kSecond, RateOf::carried};
  Latency latency(model, stream());
  EXPECT_EQ(latency.arrival(0), kMillisecond);  // the first knows of no rate
  TimeNs sent_ns = 0;
  for (int i = 1; i <= 60'000; ++i) latency.arrival(sent_ns = TimeNs{i} * kMillisecond);
  sent_ns += kMillisecond;
  // Those before count 1 / (2^0.001 - 1) = 1442.2: 1 + 0.5 x 1442.2 x ln 2 / 1000 = 1.4998267 times as long.
  EXPECT_NEAR(static_cast<double>(latency.arrival(sent_ns) - sent_ns), 1'499'826.7, 2);
  // Ten half-lives later a thousandth of it is left, and the message above.
  sent_ns += 10 * kSecond;
  EXPECT_NEAR(static_cast<double>(latency.arrival(sent_ns) - sent_ns), 1e6 + 1'443.2 * 346.574 / 1024, 2);
}

TEST(Latency, the_rate_may_be_that_of_the_market_instead_of_what_is_carried) {
  LatencyModel model = of_kind(LatencyKind::constant);
  model.median_ns = kMillisecond;
  model.rate = {1, 1'000, kSecond, RateOf::market};
  Latency latency(model, stream());
  for (int i = 0; i < 100; ++i) EXPECT_EQ(latency.arrival(0), kMillisecond);
  for (int i = 0; i < 1'000; ++i) latency.see(0);
  // 1 + 1000 x ln 2 / 1000 = 1.693147
  EXPECT_NEAR(static_cast<double>(latency.arrival(0)), 1'693'147, 1);
  model.rate.of = RateOf::carried;
  Latency deaf(model, stream());
  for (int i = 0; i < 1'000; ++i) deaf.see(0);
  EXPECT_EQ(deaf.arrival(0), kMillisecond);
}

TEST(Latency, delays_and_the_rate_of_messages_are_correlated) {
  LatencyModel model = lognormal(kMillisecond, 0.2);
  model.rate = {1, 100, 100 * kMillisecond, RateOf::carried};
  Latency latency(model, stream());
  // A second of 10 messages, then one of 1000, and so on: the mean delay is 1.1 and 11 times that of none.
  double sums[2] = {0, 0};
  int counts[2] = {0, 0};
  TimeNs sent_ns = 0;
  for (int second = 0; second < 200; ++second) {
    const int busy = second % 2;
    const int count = busy == 1 ? 1'000 : 10;
    for (int i = 0; i < count; ++i) {
      sent_ns += kSecond / count;
      const TimeNs arrival_ns = latency.arrival(sent_ns);
      if (i < count / 2) continue;  // five half-lives, until the rate is known
      sums[busy] += static_cast<double>(arrival_ns - sent_ns);
      ++counts[busy];
    }
  }
  const double quiet_ns = sums[0] / counts[0];
  const double busy_ns = sums[1] / counts[1];
  EXPECT_GT(busy_ns / quiet_ns, 6);
  EXPECT_LT(quiet_ns, 2 * kMillisecond);
}

TEST(Latency, a_sum_beyond_the_end_of_time_stays_there) {
  Latency latency({LatencyKind::constant, kHour, 0, 0}, stream());
  EXPECT_EQ(latency.arrival(kEndOfTime - 5), kEndOfTime);
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
  const auto fault = [](LatencyKind kind, auto change) {
    LatencyModel model = of_kind(kind);
    change(model);
    const Status status = validate(model);
    return status.ok() ? std::string("none") : status.error().what;
  };
  EXPECT_EQ(fault(LatencyKind::uniform, [](LatencyModel& m) { m.low_ns = 1; }),
            "low must lie between 0 and 0, found 1ns");
  EXPECT_EQ(fault(LatencyKind::uniform, [](LatencyModel& m) { m.high_ns = 2 * kHour; }),
            "high must lie between 0 and 1h, found 2h");
  EXPECT_EQ(fault(LatencyKind::gamma, [](LatencyModel& m) { m.shape = 0; }),
            "shape must lie between 0.01 and 10^6");
  EXPECT_EQ(fault(LatencyKind::empirical, [](LatencyModel&) {}),
            "samples must be 1 to 65536 durations, found 0; of more, give evenly spaced quantiles");
  EXPECT_EQ(fault(LatencyKind::empirical,
                  [](LatencyModel& m) {
                    m.samples_ns = {2, 1};
                  }),
            "samples must be in ascending order");
  EXPECT_EQ(fault(LatencyKind::empirical,
                  [](LatencyModel& m) {
                    m.samples_ns = {-1, 1};
                  }),
            "samples must lie between 0 and 1h, found -1ns");
  EXPECT_EQ(fault(LatencyKind::bursty, [](LatencyModel& m) { m.bursty.burst.sigma = 6; }),
            "burst.sigma must lie between 0 and 5");
  EXPECT_EQ(fault(LatencyKind::bursty, [](LatencyModel& m) { m.bursty.calm_duration_ns = 0; }),
            "calm_duration must lie between 1us and 30d, found 0");
  EXPECT_EQ(fault(LatencyKind::constant, [](LatencyModel& m) { m.rate.factor = -1; }),
            "rate.factor must lie between 0 and 1000");
  EXPECT_EQ(fault(LatencyKind::constant, [](LatencyModel& m) { m.rate.half_life_ns = 0; }),
            "rate.half_life must lie between 1us and 1d, found 0");
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
