// The estimators find the parameters that made their data.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "engine/core/math.h"
#include "sim/impact_calibration.h"
#include "sim/queue_calibration.h"

namespace lockstep::sim {
namespace {

Event action(OrderActionType type, std::uint64_t id, Side side, Price price, Qty qty,
             std::uint32_t flags = 0) {
  Event event;
  event.kind = Kind::order_action;
  event.instrument = 0;
  event.detail = static_cast<std::uint8_t>(type);
  event.set(OrderAction{id, price, qty, 0, static_cast<std::uint32_t>(side), flags});
  return event;
}

// A calibration and the book that it watches.
class Watched {
 public:
  void see(const Event& event) {
    calibration_.see(event, books_[0]);
    books_.apply(event, {});
  }
  [[nodiscard]] QueueEstimates estimates(std::uint64_t seed) const { return calibration_.estimates(seed); }

 private:
  Books books_{1};
  QueueCalibration calibration_;
};

// A queue of 100 orders of one size, of which the one at a place drawn by `place(uniform)` is cancelled while
// another joins.
template <class Place>
QueueEstimates estimated(Place place) {
  Watched calibration;
  RandomStream random(7, 1, 0);
  std::vector<std::uint64_t> queue;
  std::uint64_t id = 0;
  const auto join = [&] {
    queue.push_back(++id);
    calibration.see(action(OrderActionType::add, id, Side::buy, 99, 5));
  };
  for (int i = 0; i < 100; ++i) join();
  for (int i = 0; i < 20'000; ++i) {
    const double u = place(random.uniform_open());
    const auto at = std::min<std::size_t>(99, static_cast<std::size_t>(u * 100));
    calibration.see(action(OrderActionType::cancel, queue[at], Side::buy, 99, 5));
    queue.erase(queue.begin() + static_cast<std::ptrdiff_t>(at));
    join();
  }
  return calibration.estimates(3);
}

TEST(QueueCalibration, finds_the_exponent_of_cancellations_from_the_back) {
  // P(place < x) = x^3.
  const QueueEstimates found = estimated([](double u) { return math::pow(u, 1.0 / 3.0); });
  EXPECT_EQ(found.cancellations, 20'000U);
  EXPECT_NEAR(found.power_ahead.value, 3.0, 0.15);
  EXPECT_LT(found.power_ahead.interval.low, found.power_ahead.value);
  EXPECT_GT(found.power_ahead.interval.high, found.power_ahead.value);
  EXPECT_LT(found.power_ahead.interval.high - found.power_ahead.interval.low, 0.3);
  EXPECT_GT(found.power_ahead_likelihood, found.power_likelihood);
  EXPECT_GT(found.power_ahead_likelihood, found.power_behind_likelihood);
  EXPECT_NEAR(found.chances[5].value, 0.55 * 0.55 * 0.55, 0.02);
  EXPECT_NEAR(found.chances[9].value, 0.95 * 0.95 * 0.95, 0.02);
}

TEST(QueueCalibration, finds_the_exponent_of_the_power_family) {
  // P(place < x) = x^2 / (x^2 + (1 - x)^2), inverted: odds of the place are the root of the odds of u.
  const QueueEstimates found = estimated([](double u) {
    const double odds = std::sqrt(u / (1 - u));
    return odds / (1 + odds);
  });
  EXPECT_NEAR(found.power.value, 2.0, 0.08);
  EXPECT_LT(found.power.interval.low, 2.05);
  EXPECT_GT(found.power.interval.high, 1.95);
}

TEST(QueueCalibration, what_was_executed_is_no_cancellation) {
  Watched calibration;
  for (std::uint64_t id = 1; id <= 3; ++id)
    calibration.see(action(OrderActionType::add, id, Side::sell, 101, 5));
  calibration.see(action(OrderActionType::execute, 1, Side::sell, 101, 5, kDoesNotChangeBook));
  calibration.see(action(OrderActionType::cancel, 1, Side::sell, 101, 5));
  EXPECT_EQ(calibration.estimates(1).cancellations, 0U);
  calibration.see(action(OrderActionType::cancel, 3, Side::sell, 101, 2));
  EXPECT_EQ(calibration.estimates(1).cancellations, 1U);
  calibration.see(action(OrderActionType::modify, 3, Side::sell, 102, 3));  // a cancel and an add
  EXPECT_EQ(calibration.estimates(1).cancellations, 2U);
  calibration.see(action(OrderActionType::cancel, 2, Side::sell, 101, 5));  // alone: there is no place
  EXPECT_EQ(calibration.estimates(1).cancellations, 2U);
}

TEST(QueueCalibration, without_cancellations_there_is_no_estimate) {
  EXPECT_TRUE(std::isnan(QueueCalibration().estimates(1).power.value));
}

TEST(ImpactCalibration, finds_the_coefficient_of_the_square_root) {
  ImpactCalibration calibration(kSecond);
  RandomStream random(7, 2, 0);
  double mid = 2'000'000'000;
  for (int window = 0; window < 2000; ++window) {
    const TimeNs start = (window + 1) * kSecond;
    calibration.see_mid(start, static_cast<Price>(mid));
    const Qty qty = random.uniform_int(1, 199);
    const bool buys = random.bernoulli(1, 2);
    calibration.see_trade(start + 10, buys ? Side::buy : Side::sell, qty);
    // 5 bps for a window of the mean volume, which is 100, and noise of 2 bps.
    const double move = (buys ? 1 : -1) * 0.0005 * std::sqrt(static_cast<double>(qty) / 100);
    mid *= 1 + move + 0.0002 * random.normal();
    calibration.see_mid(start + 20, static_cast<Price>(mid));
  }
  const ImpactEstimates found = calibration.estimates(1);
  EXPECT_NEAR(found.reference_qty, 100, 4);
  EXPECT_NEAR(found.square_root.value, 0.0005, 0.00002);
  EXPECT_LT(found.square_root.interval.low, 0.0005);
  EXPECT_GT(found.square_root.interval.high, 0.0005);
  EXPECT_NEAR(found.left_after_window.value, 1.0, 0.05);
}

TEST(ImpactCalibration, sees_what_is_given_back) {
  ImpactCalibration calibration(kSecond);
  RandomStream random(7, 3, 0);
  double mid = 2'000'000'000;
  double before = 0;
  for (int window = 0; window < 2000; ++window) {
    const TimeNs start = (window + 1) * kSecond;
    calibration.see_mid(start, static_cast<Price>(mid));
    const bool buys = random.bernoulli(1, 2);
    calibration.see_trade(start + 10, buys ? Side::buy : Side::sell, 100);
    const double move = (buys ? 1 : -1) * 0.0005;
    mid *= 1 + move - 0.4 * before;
    before = move;
    calibration.see_mid(start + 20, static_cast<Price>(mid));
  }
  EXPECT_NEAR(calibration.estimates(1).left_after_window.value, 0.6, 0.03);
}

TEST(BlockBootstrap, keeps_a_bounded_number_of_blocks_and_every_observation) {
  struct Sums {
    double count = 0;
    Sums& operator+=(const Sums& other) {
      count += other.count;
      return *this;
    }
  };
  BlockBootstrap<Sums> blocks;
  for (int i = 0; i < 100'000; ++i) blocks.observe([](Sums& sums) { sums.count += 1; });
  EXPECT_LE(blocks.blocks(), BlockBootstrap<Sums>::kMost);
  EXPECT_EQ(blocks.total().count, 100'000);
}

}  // namespace
}  // namespace lockstep::sim
