// A matching engine as tests speak to it: orders in a few words, messages as text, every invariant checked
// after every command. Used by the tests of sim/matching.
#pragma once

#include <string>
#include <vector>

#include "sim/matching/matching_engine.h"

namespace lockstep::matching {

/// One message in a few words: `fill 1 by 4 5@101 left 0/7`, `booked 2 3@101`, `cancelled 3 2 self_trade`. A
/// shown quantity that differs from the leaves is added: ` shows 4`.
std::string text(const Message& message);
std::string_view name(Reason reason);
std::string_view name(Phase phase);

inline NewOrder buy(OrderId id, Participant participant, Qty qty, Price price) {
  NewOrder order;
  order.order_id = id;
  order.participant = participant;
  order.side = Side::buy;
  order.qty = qty;
  order.price = price;
  return order;
}
inline NewOrder sell(OrderId id, Participant participant, Qty qty, Price price) {
  NewOrder order = buy(id, participant, qty, price);
  order.side = Side::sell;
  return order;
}
inline NewOrder as(TimeInForce tif, NewOrder order) {
  order.tif = tif;
  return order;
}
inline NewOrder showing(Qty display_qty, NewOrder order) {
  order.display_qty = display_qty;
  return order;
}
inline NewOrder post_only(NewOrder order) {
  order.post_only = true;
  return order;
}
inline NewOrder with_min_qty(Qty min_qty, NewOrder order) {
  order.min_qty = min_qty;
  return order;
}
inline NewOrder market(NewOrder order) {
  order.type = Type::market;
  order.price = kNoPrice;
  return order;
}
inline NewOrder market_to_limit(NewOrder order) {
  order.type = Type::market_to_limit;
  order.price = kNoPrice;
  return order;
}

using Texts = std::vector<std::string>;

class MatchingDesk {
 public:
  /// In continuous trading, unless told.
  explicit MatchingDesk(const Config& config = {}, Phase phase = Phase::continuous) : engine(config) {
    if (phase != Phase::closed) set_phase(phase);
  }

  // What each says, but for `accepted`.
  Texts submit(const NewOrder& order);
  Texts submit_all(const std::vector<NewOrder>& orders);
  Texts cancel(OrderId id);
  Texts cancel_all(const CancelAll& which);
  Texts replace(OrderId id, Qty qty, Price price);
  Texts quote(const MassQuote& quote);
  Texts set_phase(Phase phase);
  /// A trade at that price that leaves nothing behind: sets the last price. Uses ids 900001, 900002.
  void trade_at(Price price);

  /// `10@101 x2` a level, from the best.
  [[nodiscard]] Texts levels(Side side) const;

  MatchingEngine engine;
  Output said;  ///< of the last command, `accepted` included

 private:
  template <class Act>
  Texts after(Act act);
};

}  // namespace lockstep::matching
