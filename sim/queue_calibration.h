// Estimates the parameters of the queue models from an order-by-order feed: where in its queue an order
// stands that is cancelled. Fed with the order actions of one instrument; pure. Sees the best price of each
// side only, and queues of at least two orders: elsewhere there is no place to compare.
#pragma once

#include <array>
#include <map>
#include <vector>

#include "engine/book/books.h"
#include "sim/block_bootstrap.h"
#include "sim/queue_model.h"

namespace lockstep::sim {

/// NaN where there is nothing to estimate from.
struct Estimate {
  double value = 0;
  Interval interval;
};

struct QueueEstimates {
  std::uint64_t cancellations = 0;  ///< seen at the touch, in queues of two orders or more
  /// The share of cancelled quantity that stood before the places 0.05, 0.15 ... 0.95 of the queue: the table
  /// of `fitted`.
  std::array<Estimate, QueueModel::kPlaces> chances;
  /// Most likely exponents, and how likely they make a cancellation (mean log density of its place).
  Estimate power;
  Estimate power_behind;
  Estimate power_ahead;
  double power_likelihood = 0;
  double power_behind_likelihood = 0;
  double power_ahead_likelihood = 0;
};

class QueueCalibration {
 public:
  /// Requires: an order action of the one instrument; `market` is as it was just before it.
  void see(const Event& event, const MarketState& market);
  /// `seed` decides the resampling behind the intervals.
  [[nodiscard]] QueueEstimates estimates(std::uint64_t seed) const;

  // Places lie in this many bins, each taken at its middle.
  static constexpr std::size_t kBins = 200;

 private:
  struct Sums {
    std::array<double, kBins> events{};
    std::array<double, kBins> share{};  // cancelled quantity over that of the queue
    Sums& operator+=(const Sums& other) {
      for (std::size_t i = 0; i < kBins; ++i) {
        events[i] += other.events[i];
        share[i] += other.share[i];
      }
      return *this;
    }
  };
  void note_cancellation(const BookOrder& order, Qty qty, const MarketState& market);

  std::map<std::uint64_t, Qty> executed_;  // reported by executions whose cancels are still to come
  BlockBootstrap<Sums> blocks_;
  std::uint64_t cancellations_ = 0;
};

}  // namespace lockstep::sim
