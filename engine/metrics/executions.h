// How well orders were carried out: how much of them filled, as maker or taker, at what cost against the
// price they were decided at, and how fast. Folded over fills and done orders. Never values a position.
#pragma once

#include <cstdint>

#include "engine/core/instrument.h"
#include "engine/event/results.h"
#include "engine/metrics/duration_histogram.h"

namespace lockstep {

/// Sums over fills and done orders; values in the reporting currency, NaN if a fill's currency has no rate.
struct ExecutionTotals {
  std::uint64_t fills = 0;
  std::uint64_t orders = 0;  ///< done orders that were sent to the venue: every outcome but denied
  std::uint64_t filled = 0;  ///< by outcome, as the next three
  std::uint64_t cancelled = 0;
  std::uint64_t rejected = 0;
  std::uint64_t expired = 0;
  double filled_share_sum = 0.0;  ///< of filled / ordered quantity per order
  double traded_value = 0.0;      ///< |price x quantity x multiplier|
  double maker_value = 0.0;       ///< of fills whose order rested
  double decided_value = 0.0;     ///< at the decision price, of fills that have one
  double slippage_value = 0.0;    ///< cost against it; negative: better than decided
};

// Pure functions of the sums; NaN: not measured.

double fill_ratio(const ExecutionTotals& totals);   ///< mean over orders of filled / ordered quantity
double maker_share(const ExecutionTotals& totals);  ///< maker_value / traded_value
/// 10^4 x sum(v s (p - d) / |d|) / sum(v), over fills with a decision price d other than 0: s = +1 for a buy
/// and -1 for a sell, v = value of the fill at d. Of one linear instrument this is the quantity-weighted cost
/// over the quantity-weighted decision price, the execution part of Perold's implementation shortfall
/// (Journal of Portfolio Management 14(3), 1988).
double slippage_bps(const ExecutionTotals& totals);

class Executions {
 public:
  /// `rate`: what one unit of the settlement currency is worth in the reporting currency; NaN: unknown.
  /// Requires: ts_ns >= submit_ts_ns.
  void add(const FillRow& fill, const Instrument& instrument, double rate);
  void add(const OrderRow& order);

  [[nodiscard]] const ExecutionTotals& totals() const { return totals_; }
  /// From the decision to the news that the venue accepted, per order it accepted.
  [[nodiscard]] const DurationHistogram& order_latency() const { return order_latency_; }
  /// From the decision to the news of the fill, per fill; for a resting order this includes its wait.
  [[nodiscard]] const DurationHistogram& fill_latency() const { return fill_latency_; }

 private:
  ExecutionTotals totals_;
  DurationHistogram order_latency_;
  DurationHistogram fill_latency_;
};

}  // namespace lockstep
