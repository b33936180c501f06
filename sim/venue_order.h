// An order of ours at a simulated venue, from its acceptance to its end. Owned by its Listing. A plain
// record.
#pragma once

#include <array>
#include <type_traits>

#include "engine/event/event.h"

namespace lockstep::sim {

/// Queue ahead: the feed does not show it yet.
inline constexpr Qty kUnknownQueue = -1;

/// Where an order stands at the venue.
enum class Stage : std::uint8_t {
  working,   ///< in the market
  waiting,   ///< for its trigger
  sleeping,  ///< for the order that it depends on
  auction,   ///< for the opening or the closing
};

/// Whole words, so that it can be saved as such.
struct VenueOrder {
  OrderId id = 0;
  Price price = kNoPrice;  ///< the limit; kNoPrice: market
  Qty leaves = 0;
  Qty filled = 0;
  Qty ahead = kUnknownQueue;  ///< quantity that stands before us at our price
  Qty traded = 0;             ///< at our price since the level was last restated; explains a shrinking level
  std::uint64_t carry = 0;    ///< see cancelled_ahead (queue_model.h)
  std::uint64_t number = 0;   ///< feeds order by order: those with smaller numbers stand before us
  Qty claim = 0;  ///< what was ahead when such a feed began a new snapshot, less what it has shown since
  // As it was before the level at our price was last restated, for a trade that is told of after it.
  Qty seen_ahead = kUnknownQueue;
  Qty seen_traded = 0;
  std::uint64_t seen_carry = 0;
  Qty seen_before = 0;  ///< what the level showed
  Qty seen_after = 0;
  TimeNs seen_ts_ns = kNoTime;     ///< exchange time of the restatement; kNoTime: none
  TimeNs arrival_ns = 0;           ///< which is time priority
  Price trigger_price = kNoPrice;  ///< of a trailing stop: its distance, in its unit
  Price trail_best = kNoPrice;     ///< best price that a trailing stop has seen
  Qty display_qty = 0;             ///< of an iceberg; 0: all of it shows
  Qty shown = 0;                   ///< of an iceberg: what is left of the part that shows
  TimeNs expire_ts_ns = kNoTime;
  std::uint64_t link = 0;
  InstrumentId instrument = 0;
  Side side = Side::none;
  std::uint8_t flags = 0;
  OrderType type = OrderType::limit;
  TimeInForce time_in_force = TimeInForce::gtc;
  std::uint8_t terms = 0;  ///< as Event::detail of order_terms
  Stage stage = Stage::working;
  bool takes = false;        ///< waits for prints or bars to take from
  bool is_quote = false;     ///< a side of a mass quote
  bool is_released = false;  ///< the order that it depends on has filled
  bool is_elected = false;   ///< its trigger was reached; on its way to the market
  bool retries = false;      ///< what a partial fill left of a market order; tried again at the next event
  bool goes_back = false;    ///< an iceberg whose shown part was used up by the event that is being met
};
static_assert(std::has_unique_object_representations_v<VenueOrder>);

/// Whether an order ends where it cannot trade at once.
inline bool is_immediate(TimeInForce time_in_force) {
  return time_in_force == TimeInForce::ioc || time_in_force == TimeInForce::fok;
}

/// Whose order it is; see Orders::next_id.
inline std::uint64_t strategy_of(OrderId id) {
  return id >> 48U;
}

/// The place of another order at the same price goes over to this one.
inline void take_place_of(const VenueOrder& old, VenueOrder& order) {
  order.ahead = old.ahead;
  order.traded = old.traded;
  order.carry = old.carry;
  order.number = old.number;
  order.claim = old.claim;
  order.seen_ahead = old.seen_ahead;
  order.seen_traded = old.seen_traded;
  order.seen_carry = old.seen_carry;
  order.seen_before = old.seen_before;
  order.seen_after = old.seen_after;
  order.seen_ts_ns = old.seen_ts_ns;
  order.arrival_ns = old.arrival_ns;
}

/// Whether its limit lets it trade at a price.
inline bool allows(const VenueOrder& order, Price price) {
  return order.price == kNoPrice || (order.side == Side::buy ? price <= order.price : price >= order.price);
}

/// Whether `a` is a better price to rest at than `b`: a higher bid, a lower offer.
inline bool is_better(Side side, Price a, Price b) {
  return side == Side::buy ? a > b : a < b;
}

/// One side of a mass quote as an order; leaves 0: that side is not quoted.
inline VenueOrder side_of(const Event& mass_quote, bool buys) {
  const auto quote = mass_quote.as<MassQuote>();
  VenueOrder order;
  order.id = quote.order_id + (buys ? 0 : 1);
  order.price = buys ? quote.bid_price : quote.ask_price;
  order.leaves = buys ? quote.bid_qty : quote.ask_qty;
  order.instrument = mass_quote.instrument;
  order.side = buys ? Side::buy : Side::sell;
  order.is_quote = true;
  return order;
}

}  // namespace lockstep::sim
