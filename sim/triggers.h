// When an order that waits for a price has seen it. Pure functions of the order and the market; the venue
// decides what follows.
//
//   stop, stop_limit          buy: price >= trigger    sell: price <= trigger
//   *_if_touched              buy: price <= trigger    sell: price >= trigger
//   trailing_stop             a stop whose trigger is the best price seen since its arrival (sell: the
//   highest,
//                             buy: the lowest), less or plus the distance
// The price looked at: the last trade; or for bid_ask the offer for a buy and the bid for a sell; or the
// mark. A distance in basis points is of the best price seen, rounded down to a unit of price, at least one.
#pragma once

#include "engine/book/books.h"
#include "sim/venue_order.h"

namespace lockstep::sim {

/// The price that an order's trigger looks at, in this state of the market; kNoPrice: there is none.
[[nodiscard]] Price watched_price(const VenueOrder& order, const MarketState& market);

/// Whether `price` reaches the trigger. Requires: a conditional type; a trailing stop has seen a price.
[[nodiscard]] bool reaches_trigger(const VenueOrder& order, Price price, Price tick);

/// The trigger as it stands now; of a trailing stop that has seen no price, kNoPrice.
[[nodiscard]] Price trigger_of(const VenueOrder& order, Price tick);

/// A trailing stop takes note of a price; any other order does nothing.
void note_price(VenueOrder& order, Price price);

}  // namespace lockstep::sim
