// What the events of an order-by-order feed do to our orders.
#include <algorithm>

#include "sim/recorded_market.h"

namespace lockstep::sim {
namespace {

bool is_exact(const Listing& listing) {
  return listing.fills.queue.kind == QueueModelKind::exact;
}

}  // namespace

void RecordedMarket::meet_order_action(Listing& listing, const Event& event, const MarketState& market,
                                       const Moment& moment) {
  RecordedOrders& recorded = listing.recorded;
  const auto action = event.as<OrderAction>();
  const auto type = static_cast<OrderActionType>(event.detail);
  const bool is_snapshot = (event.flags & kFlagVenueSnapshot) != 0;
  const bool changes_book = (action.venue_flags & kDoesNotChangeBook) == 0;
  recorded.use();
  if (type == OrderActionType::clear) return clear_orders(listing);
  if (!is_snapshot) end_snapshot(listing);

  const RecordedOrder* found = recorded.find(action.order_id);
  switch (type) {
    case OrderActionType::add:
    case OrderActionType::modify: {
      if (found == nullptr) return add_order(listing, action, is_snapshot, moment);
      const RecordedOrder old = *found;
      const bool keeps_place = action.price == old.price && action.qty <= old.qty;
      take_off(listing, old, keeps_place ? old.qty - action.qty : old.qty, moment);
      if (!keeps_place) add_order(listing, action, is_snapshot, moment);
      return;
    }
    case OrderActionType::cancel:
      if (found != nullptr)
        take_off(listing, RecordedOrder(*found), std::clamp<Qty>(action.qty, 0, found->qty), moment);
      return;
    case OrderActionType::execute: {
      if (is_exact(listing)) {
        meet_execution(listing, action, found, moment);
      } else if (const auto trade = trade_of(event)) {
        meet_trade(listing, *trade, market, moment);
      }
      if (found != nullptr && changes_book)
        take_off(listing, RecordedOrder(*found), std::clamp<Qty>(action.qty, 0, found->qty), moment);
      return;
    }
    case OrderActionType::trade: {
      const auto trade = trade_of(event);
      if (!trade) return;
      if (!is_exact(listing)) return meet_trade(listing, *trade, market, moment);
      if (changes_book) return meet_order_print(listing, *trade, moment);
      // Its executions follow, each with the order that it met; but they need not name what it went through.
      Qty left = action.qty;
      meet_through(listing, static_cast<Side>(trade->detail), action.price, left, moment);
      listing.print_given = action.qty - left;
      return;
    }
    case OrderActionType::clear: return;
  }
}

// A print that met nothing displayed. Who displays goes first: at our price it meets us only where nobody is
// ahead.
void RecordedMarket::meet_order_print(Listing& listing, const Event& event, const Moment& moment) {
  const auto trade = event.as<Trade>();
  const auto aggressor = static_cast<Side>(event.detail);
  Qty left = trade.qty;
  meet_through(listing, aggressor, trade.price, left, moment);
  if (aggressor == Side::none) return;
  for (VenueOrder& order : listing.orders) {
    if (left <= 0) return;
    const bool is_first = order.leaves > 0 && order.price == trade.price && order.ahead == 0 && !order.takes;
    if (is_first && order.side != aggressor && moment.exch_ts_ns >= order.arrival_ns)
      left -= give_shown(listing, order, left, moment);
  }
}

// Of ours, those at a better price than the order that was met, and those before it in its queue, would have
// been met first.
void RecordedMarket::meet_execution(Listing& listing, const OrderAction& action, const RecordedOrder* met,
                                    const Moment& moment) {
  const auto side = static_cast<Side>(action.side);
  const bool is_at_its_price = met != nullptr && met->price == action.price;
  Qty left = action.qty;
  if ((action.venue_flags & kDoesNotChangeBook) != 0) {
    const Qty given = std::min(left, listing.print_given);
    listing.print_given -= given;
    left -= given;
  }
  rank(listing, [&](const VenueOrder& order) {
    if (order.side != side) return false;
    if (is_better(side, order.price, action.price)) return true;
    return is_at_its_price && order.price == action.price && order.number <= met->number;
  });
  for (const std::uint32_t i : by_priority_) {
    if (left <= 0) return;
    VenueOrder& order = listing.orders[i];
    const bool is_through = order.price != action.price;
    left -= is_through ? give(listing, order, order.price, left, true, moment)
                       : give_shown(listing, order, left, moment);
  }
}

void RecordedMarket::add_order(Listing& listing, const OrderAction& action, bool is_snapshot,
                               const Moment& moment) {
  const auto side = static_cast<Side>(static_cast<std::uint8_t>(action.side));
  if (side == Side::none || action.qty <= 0 || action.price == kNoPrice) return;
  RecordedOrders& recorded = listing.recorded;
  const Qty before = recorded.levels().side(side).qty_at(action.price);
  recorded.add(action.order_id, side, action.price, action.qty);
  const Qty after = before + action.qty;
  for (VenueOrder& order : listing.orders) {
    if (order.side != side || order.price != action.price || order.takes) continue;
    if (!is_exact(listing)) {
      if (!is_snapshot) restate(listing, order, before, after, moment);
    } else if (order.claim > 0) {
      order.ahead += action.qty;
      order.claim = std::max<Qty>(0, order.claim - action.qty);
      order.number = recorded.next_number();
    }
  }
  if (!is_snapshot) cross_level(listing, side, {action.price, after}, moment);
}

void RecordedMarket::take_off(Listing& listing, const RecordedOrder& order, Qty qty, const Moment& moment) {
  const auto side = static_cast<Side>(order.side);
  const Qty before = listing.recorded.levels().side(side).qty_at(order.price);
  listing.recorded.reduce(order.id, qty);
  for (VenueOrder& ours : listing.orders) {
    if (ours.side != side || ours.price != order.price || ours.takes) continue;
    if (is_exact(listing)) {
      if (order.number < ours.number) ours.ahead = std::max<Qty>(0, ours.ahead - qty);
      continue;
    }
    // A print that met several orders is explained by them one after the other.
    const Qty unexplained = ours.traded - qty;
    restate(listing, ours, before, before - qty, moment);
    ours.traded = std::max<Qty>(0, unexplained);
  }
  listing.consumed(side).update(order.price, before - qty);
}

// The orders will be told anew. Ours claim the places that they had.
void RecordedMarket::clear_orders(Listing& listing) {
  listing.recorded.clear();
  listing.is_told_anew = true;
  if (!is_exact(listing)) return;
  for (VenueOrder& order : listing.orders) {
    order.claim += std::max<Qty>(0, order.ahead);
    order.ahead = 0;
    order.number = listing.recorded.next_number();
  }
}

void RecordedMarket::end_snapshot(Listing& listing) {
  if (!listing.is_told_anew) return;
  listing.is_told_anew = false;
  for (VenueOrder& order : listing.orders) {
    if (order.takes || order.price == kNoPrice) continue;
    order.claim = 0;
    const Qty shown = listing.recorded.levels().side(order.side).qty_at(order.price);
    order.ahead = std::min(order.ahead, shown);
    order.traded = 0;
  }
  const PriceBook& levels = listing.recorded.levels();
  for (const Side side : {Side::buy, Side::sell})
    listing.consumed(side).update_all([&](Price price) { return levels.side(side).qty_at(price); });
}

}  // namespace lockstep::sim
