// Which events a strategy reacts to, and the price it reads off them. Shared by the strategies that come with
// Lockstep.
#pragma once

#include "engine/strategy/context.h"

namespace lockstep {

/// In the order of the parameter's choices.
enum class PriceFeed : std::uint8_t { trades, quotes, book, bars };

inline constexpr std::string_view kPriceFeedChoices = "trades|quotes|book|bars";

/// How long a strategy waits after the gate denied it before it asks again: a denial must not become a flood
/// of them.
inline constexpr DurationNs kRetryAfterDenial = kSecond;

/// Twice the mid, or twice the last price on trades and bars (so that a mid is whole); kNoPrice where there
/// is none yet.
inline Price price_times_two(PriceFeed feed, const MarketState& market) {
  if (feed == PriceFeed::quotes || feed == PriceFeed::book) return market.mid_times_two();
  return market.last_price == kNoPrice ? kNoPrice : 2 * market.last_price;
}

/// Whether an order-by-order feed has just come to the end of one of its venue's messages: what on_book is to
/// a feed of levels. In the middle of a message the book may be in between.
inline bool is_book_event(const Event& event) {
  return event.kind == Kind::order_action && (event.as<OrderAction>().venue_flags & kLastOfMessage) != 0;
}

}  // namespace lockstep
