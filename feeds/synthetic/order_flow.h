// A seeded flow of other participants' orders (events of kind flow) for a simulated exchange: they rest, take
// and cancel around a hidden fair price. Pure: the same configuration gives the same events everywhere. Sees
// no market: what becomes of its orders is the exchange's business, and a cancel may come too late.
//
// The model is that of a continuous double auction of zero intelligence (Smith, Farmer, Gillemot,
// Krishnamurthy, "Statistical theory of the continuous double auction", Quantitative Finance 3, 2003): limit
// orders arrive evenly over `depth_ticks` behind the fair price, market orders and cancellations at rates of
// their own, all Poisson. The fair price walks at random in addition, so that the market has somewhere to go.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/random.h"
#include "engine/event/ports.h"

namespace lockstep::feeds {

struct OrderFlowInstrument {
  Instrument instrument;
  Price start_price = 0;                  ///< a multiple of the tick; more than 2 x depth_ticks ticks
  double volatility_per_sqrt_day = 0.03;  ///< of the fair price, as a fraction: 0 .. 10
  double events_per_second = 100;         ///< mean of exponential waits: 10^-3 .. 10^7
  std::uint32_t take_percent = 10;        ///< share of orders that take at once (market, ioc): 0 .. 100
  std::uint32_t cancel_percent = 40;      ///< share of cancellations; with take_percent at most 100
  std::uint32_t depth_ticks = 20;         ///< 1 .. 10'000
  Qty qty = 0;                            ///< mean, exponential, at least a lot: > 0, at most 10^12
  std::uint32_t participants = 10;        ///< 1 .. 1'000'000
};

struct OrderFlowConfig {
  std::uint64_t seed = 1;
  TimeNs start_ts_ns = 0;
  DurationNs duration_ns = 0;    ///< exchange time; 0: no end but max_events
  std::uint64_t max_events = 0;  ///< 0: no end but duration
  std::vector<OrderFlowInstrument> instruments;
};

/// Says which field is out of range, or nothing.
Status validate(const OrderFlowConfig& config);

/// Received as stamped. Uses the same memory however long; allocates only in the constructor.
class OrderFlowSource final : public Source {
 public:
  /// Requires: a valid configuration.
  explicit OrderFlowSource(const OrderFlowConfig& config);

  [[nodiscard]] std::span<const Instrument> instruments() const override { return instruments_; }
  Result<Pull> pull(Batch& out) override;
  /// Makes everything again from the first event. Error past the end.
  Status seek(std::uint64_t event_number) override;

 private:
  static constexpr std::size_t kRemembered = 4096;  // orders that may be cancelled, per instrument

  struct Flowing {
    RandomStream random;
    TimeNs next_ts_ns = 0;
    double fair = 0;                     // in units of price
    std::vector<std::uint64_t> resting;  // a ring of the last ones that did not take
    std::uint64_t rested = 0;
    std::uint64_t last_id = 0;
  };

  void restart();
  void wait(std::size_t index);
  Event next(std::size_t index);

  OrderFlowConfig config_;
  std::vector<Instrument> instruments_;
  std::vector<Flowing> flows_;
  std::vector<Event> events_;
  std::uint64_t produced_ = 0;
  std::uint64_t skip_ = 0;
};

}  // namespace lockstep::feeds
