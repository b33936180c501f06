// Self-trade prevention: what happens instead of a fill between orders of one participant.
#include "sim/matching/matching_engine.h"

namespace lockstep::matching {

/// Requires: the maker is own to the taker, and the taker's mode is not none. False: the taker has ended.
bool MatchingEngine::prevent_self_trade(Order& taker, Slot maker, Output& out) {
  const auto say_decremented = [&](const Order& order, Qty qty, Qty shown) {
    Message& said = out.emplace_back(message(MessageType::decremented, order));
    said.qty = qty;
    said.leaves = order.leaves;
    said.shown = shown;
  };
  switch (taker.self_trade) {
    case SelfTrade::venue_default:
    case SelfTrade::none: LOCKSTEP_CHECK(false, "no self-trade prevention to apply"); break;
    case SelfTrade::cancel_newest: break;  // T1
    case SelfTrade::cancel_oldest:         // T2
      end(maker, Reason::self_trade, out);
      return true;
    case SelfTrade::cancel_both: end(maker, Reason::self_trade, out); break;  // T3
    case SelfTrade::decrement: {
      const Qty theirs = pool_[maker].leaves;
      if (theirs > taker.leaves) {  // T5
        reduce(maker, theirs - taker.leaves);
        say_decremented(pool_[maker], taker.leaves, pool_[maker].shown);
        break;
      }
      end(maker, Reason::self_trade, out);
      if (theirs == taker.leaves) break;  // T6
      taker.leaves -= theirs;             // T4
      say_decremented(taker, theirs, 0);
      return true;
    }
  }
  end(taker, Reason::self_trade, out);
  return false;
}

}  // namespace lockstep::matching
