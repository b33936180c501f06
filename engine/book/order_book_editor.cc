#include "engine/book/order_book_editor.h"

namespace lockstep {
namespace {

constexpr std::uint32_t kNone = OrderStore::kNone;

}  // namespace

void OrderBookEditor::erase_level(Side which, std::uint32_t level) {
  BookSide& side = levels_.mutable_side(which);
  const Price price = store_.level(level).price;
  const std::size_t i = side.find(price);
  LOCKSTEP_CHECK(side.has(i, price), "an order has its level");
  side.levels_.erase(side.levels_.begin() + static_cast<std::ptrdiff_t>(i));
  store_.erase_level(level);
}

void OrderBookEditor::clear() {
  for (const Side side : {Side::buy, Side::sell}) clear_side(levels_.mutable_side(side));
}

void OrderBookEditor::clear_side(BookSide& side) {
  for (const Level& entry : side.levels_) {
    const std::uint32_t level = BookSide::slot_of(entry);
    for (std::uint32_t slot = store_.level(level).first; slot != kNone;) {
      const RestingOrder order = store_.at(slot);
      store_.erase(store_.find(order.id));
      slot = order.behind;
    }
    store_.erase_level(level);
  }
  side.clear();
}

void OrderBookEditor::visit(StateVisitor& visitor) {
  for (const Side side : {Side::buy, Side::sell}) visit_side(visitor, side);
}

void OrderBookEditor::visit_side(StateVisitor& visitor, Side which) {
  BookSide& side = levels_.mutable_side(which);
  if (!visitor.is_loading()) {
    visitor.length(side.levels_.size(), 32);
    for (const Level& entry : side.levels_) {
      OrderLevel& level = store_.level(BookSide::slot_of(entry));
      visitor.field(level.price);
      visitor.length(level.count, 16);
      for (std::uint32_t slot = level.first; slot != kNone; slot = store_.at(slot).behind) {
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
      const OrderStore::Place place = store_.find(action.order_id);
      if (place.is_there() || !is_whole(action)) return visitor.fail();
      join(place, action);
    }
  }
}

}  // namespace lockstep
