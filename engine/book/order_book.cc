#include "engine/book/order_book.h"

#include <string>

namespace lockstep {
namespace {

constexpr std::uint32_t kNone = OrderStore::kNone;

Side side_of(const OrderAction& action) {
  return static_cast<Side>(static_cast<std::uint8_t>(action.side));
}

bool is_whole(const OrderAction& action) {
  const Side side = side_of(action);
  return action.qty > 0 && action.price != kNoPrice && (side == Side::buy || side == Side::sell);
}

}  // namespace

std::optional<BookOrder> OrderBook::find(std::uint64_t id) const {
  const OrderStore::Place place = store_.find(instrument_, id);
  if (!place.is_there()) return std::nullopt;
  const RestingOrder& order = store_.at(place.slot);
  return BookOrder{id, place.side, order.price, order.qty};
}

std::uint32_t OrderBook::count_at(Side side, Price price) const {
  const BookSide& levels = levels_.side(side);
  const std::size_t i = levels.find(price);
  return i < levels.queues_.size() && levels.levels_[i].price == price ? levels.queues_[i].count : 0;
}

std::optional<Qty> OrderBook::qty_ahead_of(std::uint64_t id) const {
  const OrderStore::Place place = store_.find(instrument_, id);
  if (!place.is_there()) return std::nullopt;
  Qty ahead = 0;
  for (std::uint32_t slot = store_.at(place.slot).before; slot != kNone; slot = store_.at(slot).before)
    ahead += store_.at(slot).qty;
  return ahead;
}

std::size_t OrderBook::count() const {
  std::size_t count = 0;
  for (const Side side : {Side::buy, Side::sell}) {
    for (const BookSide::Queue& queue : levels_.side(side).queues_) count += queue.count;
  }
  return count;
}

std::string OrderBook::broken_invariant() const {
  for (const Side side : {Side::buy, Side::sell}) {
    const BookSide& levels = levels_.side(side);
    const auto at = [side](Price price) {
      return " at " + std::to_string(price) + " of the " + std::string(to_string(side)) + " side";
    };
    if (levels.queues_.size() != levels.levels_.size()) return "levels and queues differ in number";
    for (std::size_t i = 0; i < levels.levels_.size(); ++i) {
      const Level& level = levels.levels_[i];
      const BookSide::Queue& queue = levels.queues_[i];
      if (i > 0 && !levels.better(level.price, levels.levels_[i - 1].price))
        return "levels out of order" + at(level.price);
      Qty qty = 0;
      std::uint32_t count = 0;
      std::uint32_t before = kNone;
      for (std::uint32_t slot = queue.first; slot != kNone; slot = store_.at(slot).behind) {
        const RestingOrder& order = store_.at(slot);
        if (order.before != before) return "a broken link" + at(level.price);
        if (order.price != level.price) return "an order of another price" + at(level.price);
        if (order.qty <= 0) return "an order without quantity" + at(level.price);
        const OrderStore::Place place = store_.find(instrument_, order.id);
        if (place.slot != slot || place.side != side) return "an order not in the table" + at(level.price);
        qty += order.qty;
        before = slot;
        if (++count > queue.count) return "more orders than counted" + at(level.price);
      }
      if (count != queue.count || count == 0) return "a wrong count of orders" + at(level.price);
      if (before != queue.last) return "a wrong end of the queue" + at(level.price);
      if (qty != level.qty) return "a wrong total" + at(level.price);
    }
  }
  return "";
}

OrderBookEditor::Outcome OrderBookEditor::apply(OrderActionType type, const OrderAction& action,
                                                OrderAnomalies& anomalies) {
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

OrderBookEditor::Outcome OrderBookEditor::add(const OrderAction& action, OrderAnomalies& anomalies) {
  if (!is_whole(action)) {
    ++anomalies.malformed_actions;
    return {};
  }
  OrderStore::Place place = store_.find(instrument_, action.order_id);
  if (place.is_there()) {
    ++anomalies.duplicate_adds;
    remove(place);
    place = store_.find(instrument_, action.order_id);
  }
  return join(place, action);
}

OrderBookEditor::Outcome OrderBookEditor::modify(const OrderAction& action, OrderAnomalies& anomalies) {
  if (!is_whole(action)) {
    ++anomalies.malformed_actions;
    return {};
  }
  OrderStore::Place place = store_.find(instrument_, action.order_id);
  if (!place.is_there()) {
    ++anomalies.unknown_orders;
    return join(place, action);
  }
  if (side_of(action) != place.side) {
    ++anomalies.mismatches;
    remove(place);
    place = store_.find(instrument_, action.order_id);
    return join(place, action);
  }
  BookSide& side = levels_.mutable_side(place.side);
  RestingOrder& order = store_.at(place.slot);
  if (action.price == order.price && action.qty <= order.qty) {  // keeps its place
    const std::size_t i = side.find(order.price);
    side.levels_[i].qty -= order.qty - action.qty;
    order.qty = action.qty;
    return {order.price, side.levels_[i].qty, side.queues_[i].count};
  }
  unlink(side, place.slot);
  order.price = action.price;
  order.qty = action.qty;
  return link(side, place.slot);
}

OrderBookEditor::Outcome OrderBookEditor::take(OrderActionType type, const OrderAction& action,
                                               OrderAnomalies& anomalies) {
  if (action.qty <= 0) {
    ++anomalies.malformed_actions;
    return {};
  }
  const OrderStore::Place place = store_.find(instrument_, action.order_id);
  if (!place.is_there()) {
    ++anomalies.unknown_orders;
    return {};
  }
  RestingOrder& order = store_.at(place.slot);
  // An execution may be at a better price than the order's own.
  const bool is_elsewhere =
      type == OrderActionType::cancel && action.price != kNoPrice && action.price != order.price;
  if (is_elsewhere || (side_of(action) != Side::none && side_of(action) != place.side))
    ++anomalies.mismatches;
  if (action.qty < order.qty) {
    BookSide& side = levels_.mutable_side(place.side);
    const std::size_t i = side.find(order.price);
    order.qty -= action.qty;
    side.levels_[i].qty -= action.qty;
    return {order.price, side.levels_[i].qty, side.queues_[i].count};
  }
  if (action.qty > order.qty) ++anomalies.excess_takes;
  return remove(place);
}

OrderBookEditor::Outcome OrderBookEditor::join(const OrderStore::Place& place, const OrderAction& action) {
  const Side side = side_of(action);
  const std::uint32_t slot =
      store_.insert(place, instrument_, action.order_id, side, action.price, action.qty);
  return link(levels_.mutable_side(side), slot);
}

OrderBookEditor::Outcome OrderBookEditor::remove(const OrderStore::Place& place) {
  const Outcome outcome = unlink(levels_.mutable_side(place.side), place.slot);
  store_.erase(place);
  return outcome;
}

OrderBookEditor::Outcome OrderBookEditor::link(BookSide& side, std::uint32_t slot) {
  RestingOrder& order = store_.at(slot);
  const std::size_t i = side.find(order.price);
  if (i < side.levels_.size() && side.levels_[i].price == order.price) {
    BookSide::Queue& queue = side.queues_[i];
    side.levels_[i].qty += order.qty;
    order.before = queue.last;
    order.behind = kNone;
    store_.at(queue.last).behind = slot;
    queue.last = slot;
    return {order.price, side.levels_[i].qty, ++queue.count};
  }
  order.before = order.behind = kNone;
  const auto at = static_cast<std::ptrdiff_t>(i);
  side.levels_.insert(side.levels_.begin() + at, Level{order.price, order.qty});
  side.queues_.insert(side.queues_.begin() + at, BookSide::Queue{slot, slot, 1});
  return {order.price, order.qty, 1};
}

OrderBookEditor::Outcome OrderBookEditor::unlink(BookSide& side, std::uint32_t slot) {
  const RestingOrder& order = store_.at(slot);
  const std::size_t i = side.find(order.price);
  LOCKSTEP_CHECK(i < side.levels_.size() && side.levels_[i].price == order.price, "an order has its level");
  BookSide::Queue& queue = side.queues_[i];
  if (queue.count == 1) {
    const auto at = static_cast<std::ptrdiff_t>(i);
    side.levels_.erase(side.levels_.begin() + at);
    side.queues_.erase(side.queues_.begin() + at);
    return {order.price, 0, 0};
  }
  (order.before == kNone ? queue.first : store_.at(order.before).behind) = order.behind;
  (order.behind == kNone ? queue.last : store_.at(order.behind).before) = order.before;
  side.levels_[i].qty -= order.qty;
  return {order.price, side.levels_[i].qty, --queue.count};
}

void OrderBookEditor::clear() {
  for (const Side which : {Side::buy, Side::sell}) {
    BookSide& side = levels_.mutable_side(which);
    for (const BookSide::Queue& queue : side.queues_) {
      for (std::uint32_t slot = queue.first; slot != kNone;) {
        const RestingOrder order = store_.at(slot);
        store_.erase(store_.find(instrument_, order.id));
        slot = order.behind;
      }
    }
    side.clear();
  }
}

void OrderBookEditor::visit(StateVisitor& visitor) {
  for (const Side side : {Side::buy, Side::sell}) visit_side(visitor, side);
}

void OrderBookEditor::visit_side(StateVisitor& visitor, Side which) {
  BookSide& side = levels_.mutable_side(which);
  if (!visitor.is_loading()) {
    visitor.length(side.levels_.size(), 32);
    for (std::size_t i = 0; i < side.levels_.size(); ++i) {
      Price price = side.levels_[i].price;
      visitor.field(price);
      visitor.length(side.queues_[i].count, 16);
      for (std::uint32_t slot = side.queues_[i].first; slot != kNone; slot = store_.at(slot).behind) {
        RestingOrder& order = store_.at(slot);
        visitor.field(order.id);
        visitor.field(order.qty);
      }
    }
    return;
  }
  side.clear();
  const std::uint64_t level_count = visitor.length(0, 32);
  for (std::uint64_t i = 0; i < level_count && visitor.ok(); ++i) {
    OrderAction action{};
    action.side = static_cast<std::uint32_t>(which);
    visitor.field(action.price);
    const std::uint64_t order_count = visitor.length(0, 16);
    for (std::uint64_t k = 0; k < order_count && visitor.ok(); ++k) {
      visitor.field(action.order_id);
      visitor.field(action.qty);
      const OrderStore::Place place = store_.find(instrument_, action.order_id);
      if (place.is_there() || !is_whole(action)) return visitor.fail();
      join(place, action);
    }
  }
}

}  // namespace lockstep
