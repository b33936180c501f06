// Changes one instrument's order-by-order book. Of what Books owns; made for one event. Knows nothing of
// snapshots, gaps or the last price: Books does.
//
// What a feed says that cannot be is counted and never guessed at:
// - An add of an order that rests: the order that rests goes; the new one joins its queue.
// - A modify of an unknown order: it joins as if added, since the message says all there is to know.
// - A cancel or an execute of an unknown order: nothing.
// - More taken off than there is: the order goes.
// - Another side, or for a cancel another price, than the order has: the order with that id is what counts,
//   and its own place is used; a modify moves it to the side that the message names.
// - No quantity, no side, no price where one is needed: nothing.
// None of these makes a book unsafe: what else rests is right as it stands. A gap does.
//
// Inline, because it runs once per message of a feed that has millions in a second.
#pragma once

#include "engine/book/order_book.h"

namespace lockstep {

class OrderBookEditor {
 public:
  OrderBookEditor(OrderStore& store, PriceBook& levels) : store_(store), levels_(levels) {}

  /// The level that an action changed, as it is afterwards.
  struct Outcome {
    Price price = kNoPrice;  ///< kNoPrice: nothing was changed
    Qty qty = 0;
    std::uint32_t count = 0;
  };

  /// Add, modify, cancel, execute or clear, by the rules above. Requires: it changes the book.
  Outcome apply(OrderActionType type, const OrderAction& action, OrderAnomalies& anomalies) {
    switch (type) {
      case OrderActionType::add: return add(action, anomalies);
      case OrderActionType::modify: return modify(action, anomalies);
      case OrderActionType::cancel:
      case OrderActionType::execute: return take(type, action, anomalies);
      case OrderActionType::trade: return {};
      case OrderActionType::clear: clear(); return {};
    }
    ++anomalies.malformed_actions;
    return {};
  }

  /// Takes all orders off.
  void clear();

  /// Levels from the worst, each with its orders in turn: no trace of where the store keeps them.
  void visit(StateVisitor& visitor);

 private:
  static bool is_whole(const OrderAction& action) {
    const Side side = side_of(action);
    return action.qty > 0 && action.price != kNoPrice && (side == Side::buy || side == Side::sell);
  }

  Outcome add(const OrderAction& action, OrderAnomalies& anomalies) {
    if (!is_whole(action)) {
      ++anomalies.malformed_actions;
      return {};
    }
    OrderStore::Place place = store_.find(action.order_id);
    if (place.is_there()) {
      ++anomalies.duplicate_adds;
      remove(place);
      place = store_.find(action.order_id);
    }
    return join(place, action);
  }

  Outcome modify(const OrderAction& action, OrderAnomalies& anomalies) {
    if (!is_whole(action)) {
      ++anomalies.malformed_actions;
      return {};
    }
    OrderStore::Place place = store_.find(action.order_id);
    if (!place.is_there()) {
      ++anomalies.unknown_orders;
      return join(place, action);
    }
    RestingOrder& order = store_.at(place.slot);
    if (side_of(action) != order.side) {
      ++anomalies.mismatches;
      remove(place);
      place = store_.find(action.order_id);
      return join(place, action);
    }
    const bool keeps_place = action.price == store_.level(order.level).price && action.qty <= order.qty;
    if (keeps_place) return reduce(order, order.qty - action.qty);
    unlink(place.slot);
    order.qty = action.qty;
    return link(place.slot, action.price);
  }

  Outcome take(OrderActionType type, const OrderAction& action, OrderAnomalies& anomalies) {
    if (action.qty <= 0) {
      ++anomalies.malformed_actions;
      return {};
    }
    const OrderStore::Place place = store_.find(action.order_id);
    if (!place.is_there()) {
      ++anomalies.unknown_orders;
      return {};
    }
    RestingOrder& order = store_.at(place.slot);
    // An execution may be at a better price than the order's own.
    const bool is_elsewhere = type == OrderActionType::cancel && action.price != kNoPrice &&
                              action.price != store_.level(order.level).price;
    if (is_elsewhere || (side_of(action) != Side::none && side_of(action) != order.side))
      ++anomalies.mismatches;
    if (action.qty < order.qty) return reduce(order, action.qty);
    if (action.qty > order.qty && action.qty != kWholeOrder) ++anomalies.excess_takes;
    return remove(place);
  }

  Outcome join(const OrderStore::Place& place, const OrderAction& action) {
    return link(store_.insert(place, action.order_id, side_of(action), action.qty), action.price);
  }

  Outcome remove(const OrderStore::Place& place) {
    const Outcome outcome = unlink(place.slot);
    store_.erase(place);
    return outcome;
  }

  Outcome reduce(RestingOrder& order, Qty by) {
    OrderLevel& level = store_.level(order.level);
    order.qty -= by;
    level.qty -= by;
    return {level.price, level.qty, level.count};
  }

  /// To the back of the queue at a price, which comes with its first order.
  Outcome link(std::uint32_t slot, Price price) {
    BookSide& side = levels_.mutable_side(store_.at(slot).side);
    const std::size_t i = side.find(price);
    if (!side.has(i, price)) {
      const Level entry{price, Qty{store_.insert_level(price)}};
      side.levels_.insert(side.levels_.begin() + static_cast<std::ptrdiff_t>(i), entry);
    }
    const std::uint32_t level = BookSide::slot_of(side.levels_[i]);
    store_.link(slot, level);
    return {price, store_.level(level).qty, store_.level(level).count};
  }

  /// Out of its queue; a price goes with its last order. The order itself stays.
  Outcome unlink(std::uint32_t slot) {
    const RestingOrder& order = store_.at(slot);
    const std::uint32_t level = order.level;
    store_.unlink(slot);
    const OrderLevel& left = store_.level(level);
    if (left.count == 0) erase_level(order.side, level);
    return {left.price, left.qty, left.count};
  }

  void erase_level(Side which, std::uint32_t level);
  void clear_side(BookSide& side);
  void visit_side(StateVisitor& visitor, Side side);

  OrderStore& store_;
  PriceBook& levels_;
};

}  // namespace lockstep
