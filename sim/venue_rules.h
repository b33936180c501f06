// What one venue takes and how it treats it: order types, sizes, priority, triggers. Plain data, one set per
// instrument, read from a venue profile; and the refusals that follow from it. Knows of no connection,
// account or fill.
#pragma once

#include <span>

#include "engine/book/books.h"
#include "sim/listing.h"

namespace lockstep::sim {

enum class ReplaceRule : std::uint8_t {
  smaller_keeps,  ///< the same price and no more left than before keeps its place; anything else goes to the
                  ///< back
  always_loses,   ///< every change goes to the back
  not_allowed,    ///< cancel and send anew
};
enum class ReachedTrigger : std::uint8_t {
  reject,   ///< an order whose trigger is reached already is refused: bad_trigger
  trigger,  ///< it triggers at once
};
enum class SelfTrade : std::uint8_t {
  none,           ///< our orders pass each other; on recorded data they never trade with each other
  cancel_newest,  ///< the arriving order ends
  cancel_oldest,  ///< the resting ones that it would meet end
  cancel_both,
  decrement,  ///< both lose the smaller quantity, and the smaller one ends
};

/// Defaults: a venue that takes everything.
struct VenueRules {
  std::uint32_t order_types = ~std::uint32_t{0};     ///< bit 1 << OrderType
  std::uint32_t times_in_force = ~std::uint32_t{0};  ///< bit 1 << TimeInForce
  std::uint32_t contingencies = ~std::uint32_t{0};   ///< bit 1 << Contingency
  bool takes_post_only = true;
  bool takes_reduce_only = true;
  bool takes_icebergs = true;
  bool takes_mass_quotes = true;
  Price tick = 0;  ///< 0: the instrument's own, which the gate has held already
  Qty lot = 0;
  Qty min_qty = 0;
  Qty max_qty = 0;                      ///< 0: no limit
  std::int64_t min_notional_nanos = 0;  ///< in the settlement currency
  std::uint32_t max_orders = 0;         ///< working and waiting, per instrument; 0: no limit
  std::int64_t price_band_ppb = 0;  ///< a limit further than this from the reference price is refused; 0: off
  DurationNs day_end_ns = 0;        ///< time of day, UTC, at which DAY orders end; 0: midnight
  ReplaceRule replace = ReplaceRule::smaller_keeps;
  ReachedTrigger reached_trigger = ReachedTrigger::reject;
  SelfTrade self_trade = SelfTrade::none;
};

constexpr std::uint32_t bit_of(OrderType type) {
  return std::uint32_t{1} << static_cast<unsigned>(type);
}
constexpr std::uint32_t bit_of(TimeInForce time_in_force) {
  return std::uint32_t{1} << static_cast<unsigned>(time_in_force);
}
constexpr std::uint32_t bit_of(Contingency contingency) {
  return std::uint32_t{1} << static_cast<unsigned>(contingency);
}

/// Why the venue does not take the order as such, whatever the market does: types, grid, sizes, number of
/// orders, expiry. Reason::none: it takes it.
Reason refusal_by_rules(const VenueRules& rules, const VenueOrder& order, const Listing& listing,
                        const MarketState& market);

/// When a DAY order that arrives at `arrival_ns` ends: the next end of day after it.
TimeNs end_of_day(const VenueRules& rules, TimeNs arrival_ns);

}  // namespace lockstep::sim
