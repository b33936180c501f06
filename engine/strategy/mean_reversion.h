// Mean reversion: against a price that is far from its mean, out when it is back, or at a profit, a loss or a
// time. Keeps one state per instrument of its universe.
#pragma once

#include "engine/strategy/price_feed.h"
#include "engine/strategy/strategy.h"

namespace lockstep {

/// z = (x - m) / s with the exponentially weighted mean and variance over n observations, w = 2 / (n + 1):
/// d = x - m; m += w d; v = (1 - w)(v + w d^2)  (West, "Updating mean and variance estimates", 1979).
class MeanReversion final : public Strategy {
 public:
  static StrategyFactory factory();
  explicit MeanReversion(const Parameters& parameters);

  Status on_start(Context& context) override;
  void on_trade(const Event& event, const Trade& trade, Context& context) override;
  void on_quote(const Event& event, const Quote& quote, Context& context) override;
  void on_book(const Event& event, const BookUpdate& update, Context& context) override;
  void on_other(const Event& event, Context& context) override;
  void on_bar(const Event& event, const Bar& bar, Context& context) override;
  void on_execution(const Event& execution, const Order& order, Context& context) override;
  void on_timer(std::uint64_t timer_id, Context& context) override;
  Status on_parameters(const Parameters& parameters, Context& context) override;
  void visit(StateVisitor& visitor) override;

 private:
  struct State {
    double mean = 0;
    double variance = 0;
    std::int64_t seen = 0;
    Qty order_qty = 0;
    OrderId working = 0;
    TimeNs retry_ts_ns = kNoTime;    // after a denial
    double entry_price = 0;          // quantity-weighted, of the open position; price units times two
    Qty entry_qty = 0;               // signed
    std::uint64_t entry_number = 0;  // tells an old time stop from the current one
  };

  void read(const Parameters& parameters);
  Status size_up(Context& context);
  void observe(InstrumentId instrument, Context& context);
  void send(InstrumentId instrument, Side side, Qty qty, Context& context);
  void exit(InstrumentId instrument, Context& context);

  PriceFeed feed_ = PriceFeed::trades;
  double weight_ = 0;
  double entry_z_ = 0;
  double exit_z_ = 0;
  double take_profit_ = 0;
  double stop_loss_ = 0;
  DurationNs time_stop_ns_ = 0;
  std::int64_t warm_up_ = 0;
  std::int64_t order_qty_nanos_ = 0;
  std::vector<State> states_;  // by instrument
};

}  // namespace lockstep
