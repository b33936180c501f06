// Momentum: long while a fast exponential average is above a slow one, short (or flat) while it is below.
// Keeps one state per instrument of its universe.
#pragma once

#include "engine/strategy/price_feed.h"
#include "engine/strategy/strategy.h"

namespace lockstep {

/// Average after price x: a += 2 / (n + 1) x (x - a), the usual exponential average over n observations.
class Momentum final : public Strategy {
 public:
  static StrategyFactory factory();
  explicit Momentum(const Parameters& parameters);

  Status on_start(Context& context) override;
  void on_trade(const Event& event, const Trade& trade, Context& context) override;
  void on_quote(const Event& event, const Quote& quote, Context& context) override;
  void on_book(const Event& event, const BookUpdate& update, Context& context) override;
  void on_other(const Event& event, Context& context) override;
  void on_bar(const Event& event, const Bar& bar, Context& context) override;
  void on_execution(const Event& execution, const Order& order, Context& context) override;
  Status on_parameters(const Parameters& parameters, Context& context) override;
  void visit(StateVisitor& visitor) override;

 private:
  struct State {
    double fast = 0;
    double slow = 0;
    std::int64_t seen = 0;
    Qty order_qty = 0;
    std::int64_t target = 0;       // -1, 0 or 1 times order_qty
    OrderId working = 0;           // 0: none
    TimeNs retry_ts_ns = kNoTime;  // after a denial
  };

  void read(const Parameters& parameters);
  Status size_up(Context& context);
  void observe(InstrumentId instrument, Context& context);
  void trade_towards_target(InstrumentId instrument, Context& context);

  PriceFeed feed_ = PriceFeed::trades;
  double fast_weight_ = 0;
  double slow_weight_ = 0;
  double threshold_ = 0;
  std::int64_t warm_up_ = 0;
  std::int64_t order_qty_nanos_ = 0;
  bool may_short_ = false;
  std::vector<State> states_;  // by instrument
};

}  // namespace lockstep
