// Market maker: one bid and one offer around the mid, shifted against its inventory, moved only when the mid
// has moved far enough. All prices in integers. Keeps one state per instrument of its universe.
#pragma once

#include <array>

#include "engine/strategy/price_feed.h"
#include "engine/strategy/strategy.h"

namespace lockstep {

/// centre = mid x (1 - skew_bps x inventory / qty); bid = centre x (1 - half_spread_bps) rounded down to a
/// tick, offer = centre x (1 + half_spread_bps) rounded up; neither crosses the market. A linear skew:
/// Avellaneda and Stoikov (2008) with the risk term as a parameter.
class MarketMaker final : public Strategy {
 public:
  static StrategyFactory factory();
  explicit MarketMaker(const Parameters& parameters);

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
    Qty order_qty = 0;
    Qty max_inventory = 0;
    std::array<OrderId, 2> working{};  // bid, offer; 0: none
    std::array<Price, 2> wanted{kNoPrice, kNoPrice};
    bool is_lagging = false;  // an order on its way could not be moved to the price wanted for it
    Price quoted_mid_times_two = kNoPrice;
    std::array<TimeNs, 2> retry_ts_ns{};  // after a denial, nothing new is asked for on that side until then
  };

  void read(const Parameters& parameters);
  Status size_up(Context& context);
  void observe(InstrumentId instrument, Context& context);
  void requote(InstrumentId instrument, Price mid_times_two, Context& context);
  [[nodiscard]] bool has_room(InstrumentId instrument, Side side, Context& context) const;
  [[nodiscard]] bool may_ask(InstrumentId instrument, Side side, Context& context) const;
  void quote_both(InstrumentId instrument, Context& context);
  /// False if an order of that side works at another price than wanted and could not be moved.
  bool quote_side(InstrumentId instrument, Side side, Context& context);

  PriceFeed feed_ = PriceFeed::book;
  std::int64_t half_spread_bps_nanos_ = 0;
  std::int64_t skew_bps_nanos_ = 0;
  std::int64_t requote_bps_nanos_ = 0;
  std::int64_t order_qty_nanos_ = 0;
  std::int64_t max_inventory_nanos_ = 0;
  std::vector<State> states_;  // by instrument
};

}  // namespace lockstep
