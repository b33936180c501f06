// What the events of an order-by-order feed do to our orders. The book is as it was just before the event;
// what becomes of it is as engine/book/order_book_editor.h says.
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
  const auto action = event.as<OrderAction>();
  const auto type = static_cast<OrderActionType>(event.detail);
  const bool is_snapshot = (event.flags & kFlagVenueSnapshot) != 0;
  if (type == OrderActionType::clear) return clear_orders(listing);
  if (!is_snapshot) end_snapshot(listing, market);
  if (listing.is_idle()) return;
  if (type == OrderActionType::trade) return meet_order_trade(listing, event, market, moment);

  const std::optional<BookOrder> found = market.find_order(action.order_id);
  if (type == OrderActionType::execute) {
    if (is_exact(listing)) {
      meet_execution(listing, action, found, moment);
    } else if (const auto trade = trade_of(event)) {
      meet_trade(listing, *trade, market, moment);
    }
  }
  if ((action.venue_flags & kDoesNotChangeBook) != 0 || action.qty <= 0) return;
  const bool joins = type == OrderActionType::add || type == OrderActionType::modify;
  if (!joins) {
    if (found) take_off(listing, *found, std::min(action.qty, found->qty), market, moment);
    return;
  }
  const Side side = side_of(action);
  if (side == Side::none || action.price == kNoPrice) return;
  const bool keeps_place = type == OrderActionType::modify && found && found->side == side &&
                           found->price == action.price && action.qty <= found->qty;
  if (found) take_off(listing, *found, keeps_place ? found->qty - action.qty : found->qty, market, moment);
  if (!keeps_place) add_order(listing, action, is_snapshot, market, moment);
}

void RecordedMarket::meet_order_trade(Listing& listing, const Event& event, const MarketState& market,
                                      const Moment& moment) {
  const auto trade = trade_of(event);
  if (!trade) return;
  if (!is_exact(listing)) return meet_trade(listing, *trade, market, moment);
  const auto action = event.as<OrderAction>();
  if ((action.venue_flags & kDoesNotChangeBook) == 0) return meet_order_print(listing, *trade, moment);
  // Its executions follow, each with the order that it met; but they need not name what it went through.
  Qty left = action.qty;
  meet_through(listing, static_cast<Side>(trade->detail), action.price, left, moment);
  listing.print_given = action.qty - left;
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
void RecordedMarket::meet_execution(Listing& listing, const OrderAction& action,
                                    const std::optional<BookOrder>& met, const Moment& moment) {
  const Side side = side_of(action);
  const bool is_at_its_price = met && met->price == action.price;
  const std::uint64_t met_number = met ? listing.latecomers.number_of(met->id) : 0;
  Qty left = action.qty;
  if ((action.venue_flags & kDoesNotChangeBook) != 0) {
    const Qty given = std::min(left, listing.print_given);
    listing.print_given -= given;
    left -= given;
  }
  rank(listing, [&](const VenueOrder& order) {
    if (order.side != side) return false;
    if (is_better(side, order.price, action.price)) return true;
    return is_at_its_price && order.price == action.price && order.number <= met_number;
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
                               const MarketState& market, const Moment& moment) {
  const Side side = side_of(action);
  const Qty before = shown_now(market, side, action.price);
  const Qty after = before + action.qty;
  bool is_late = false;
  for (VenueOrder& order : listing.orders) {
    if (order.side != side || order.price != action.price || order.takes) continue;
    if (!is_exact(listing)) {
      if (!is_snapshot) restate(listing, order, before, after, moment);
      continue;
    }
    if (!is_late) listing.latecomers.join(action.order_id);
    is_late = true;
    if (order.claim > 0) {
      order.ahead += action.qty;
      order.claim = std::max<Qty>(0, order.claim - action.qty);
      order.number = listing.latecomers.next_number();
    }
  }
  if (!is_snapshot) cross_level(listing, side, {action.price, after}, moment);
}

void RecordedMarket::take_off(Listing& listing, const BookOrder& order, Qty qty, const MarketState& market,
                              const Moment& moment) {
  const Qty before = market.book.side(order.side).qty_at(order.price);
  taken_ = {order.side, order.price, qty};
  const std::uint64_t number = listing.latecomers.number_of(order.id);
  if (qty == order.qty) listing.latecomers.leave(order.id);
  for (VenueOrder& ours : listing.orders) {
    if (ours.side != order.side || ours.price != order.price || ours.takes) continue;
    if (is_exact(listing)) {
      if (number < ours.number) ours.ahead = std::max<Qty>(0, ours.ahead - qty);
      continue;
    }
    // A print that met several orders is explained by them one after the other.
    const Qty unexplained = ours.traded - qty;
    restate(listing, ours, before, before - qty, moment);
    ours.traded = std::max<Qty>(0, unexplained);
  }
  listing.consumed(order.side).update(order.price, before - qty);
}

Qty RecordedMarket::shown_now(const MarketState& market, Side side, Price price) const {
  const Qty shown = market.book.side(side).qty_at(price);
  return taken_.side == side && taken_.price == price ? shown - taken_.qty : shown;
}

// The orders will be told anew. Ours claim the places that they had.
void RecordedMarket::clear_orders(Listing& listing) {
  listing.latecomers.clear();
  listing.is_told_anew = true;
  if (!is_exact(listing)) return;
  for (VenueOrder& order : listing.orders) {
    order.claim += std::max<Qty>(0, order.ahead);
    order.ahead = 0;
    order.number = listing.latecomers.next_number();
  }
}

void RecordedMarket::end_snapshot(Listing& listing, const MarketState& market) {
  if (!listing.is_told_anew) return;
  listing.is_told_anew = false;
  for (VenueOrder& order : listing.orders) {
    if (order.takes || order.price == kNoPrice) continue;
    order.claim = 0;
    order.ahead = std::min(order.ahead, market.book.side(order.side).qty_at(order.price));
    order.traded = 0;
  }
  for (const Side side : {Side::buy, Side::sell})
    listing.consumed(side).update_all([&](Price price) { return market.book.side(side).qty_at(price); });
}

}  // namespace lockstep::sim
