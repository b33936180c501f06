#include "sim/triggers.h"

#include <algorithm>

#include "engine/core/money.h"

namespace lockstep::sim {

Price watched_price(const VenueOrder& order, const MarketState& market) {
  switch (trigger_source_of(order.terms)) {
    case TriggerSource::last: return market.last_price;
    case TriggerSource::bid_ask: return market.top().price(opposite(order.side));
    case TriggerSource::mark: return market.mark_price;
  }
  return kNoPrice;
}

Price trigger_of(const VenueOrder& order, Price tick) {
  if (order.type != OrderType::trailing_stop) return order.trigger_price;
  if (order.trail_best == kNoPrice) return kNoPrice;
  Int128 distance = order.trigger_price;
  if (trail_unit_of(order.terms) == TrailUnit::ticks) distance *= tick;
  if (trail_unit_of(order.terms) == TrailUnit::bps) {
    const Int128 best = order.trail_best < 0 ? -Int128{order.trail_best} : Int128{order.trail_best};
    distance = std::max<Int128>(1, best * order.trigger_price / 10'000);
  }
  const Int128 trigger = order.side == Side::buy ? order.trail_best + distance : order.trail_best - distance;
  return static_cast<Price>(std::clamp<Int128>(trigger, INT64_MIN + 1, INT64_MAX));
}

bool reaches_trigger(const VenueOrder& order, Price price, Price tick) {
  const Price trigger = trigger_of(order, tick);
  LOCKSTEP_CHECK(trigger != kNoPrice, "an order that waits has a trigger");
  const bool is_touched =
      order.type == OrderType::market_if_touched || order.type == OrderType::limit_if_touched;
  const bool from_below = (order.side == Side::buy) != is_touched;
  return from_below ? price >= trigger : price <= trigger;
}

void note_price(VenueOrder& order, Price price) {
  if (order.type != OrderType::trailing_stop) return;
  const bool is_first = order.trail_best == kNoPrice;
  const bool is_further = order.side == Side::buy ? price < order.trail_best : price > order.trail_best;
  if (is_first || is_further) order.trail_best = price;
}

}  // namespace lockstep::sim
