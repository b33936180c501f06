#include "engine/book/order_book.h"

#include <string>

namespace lockstep {
namespace {

constexpr std::uint32_t kNone = OrderStore::kNone;

}  // namespace

std::optional<BookOrder> OrderBook::find(std::uint64_t id) const {
  const OrderStore::Place place = store_.find(id);
  if (!place.is_there()) return std::nullopt;
  const RestingOrder& order = store_.at(place.slot);
  return BookOrder{id, order.side, store_.level(order.level).price, order.qty};
}

std::uint32_t OrderBook::count_at(Side side, Price price) const {
  const BookSide& levels = levels_.side(side);
  const std::size_t i = levels.find(price);
  return levels.has(i, price) ? store_.level(BookSide::slot_of(levels.levels_[i])).count : 0;
}

std::optional<Qty> OrderBook::qty_ahead_of(std::uint64_t id) const {
  const OrderStore::Place place = store_.find(id);
  if (!place.is_there()) return std::nullopt;
  Qty ahead = 0;
  for (std::uint32_t slot = store_.at(place.slot).before; slot != kNone; slot = store_.at(slot).before)
    ahead += store_.at(slot).qty;
  return ahead;
}

std::size_t OrderBook::count() const {
  std::size_t count = 0;
  for (const Side side : {Side::buy, Side::sell}) {
    for (const Level& entry : levels_.side(side).levels_)
      count += store_.level(BookSide::slot_of(entry)).count;
  }
  return count;
}

std::string OrderBook::broken_invariant() const {
  for (const Side side : {Side::buy, Side::sell}) {
    const BookSide& levels = levels_.side(side);
    const auto at = [side](Price price) {
      return " at " + std::to_string(price) + " of the " + std::string(to_string(side)) + " side";
    };
    for (std::size_t i = 0; i < levels.levels_.size(); ++i) {
      const Price price = levels.levels_[i].price;
      const std::uint32_t level = BookSide::slot_of(levels.levels_[i]);
      const OrderLevel& queue = store_.level(level);
      if (queue.price != price) return "a level of another price" + at(price);
      if (i > 0 && !levels.better(price, levels.levels_[i - 1].price))
        return "levels out of order" + at(price);
      Qty qty = 0;
      std::uint32_t count = 0;
      std::uint32_t before = kNone;
      for (std::uint32_t slot = queue.first; slot != kNone; slot = store_.at(slot).behind) {
        const RestingOrder& order = store_.at(slot);
        if (order.before != before) return "a broken link" + at(price);
        if (order.level != level) return "an order of another level" + at(price);
        if (order.qty <= 0) return "an order without quantity" + at(price);
        if (store_.find(order.id).slot != slot || order.side != side)
          return "an order not in the table" + at(price);
        qty += order.qty;
        before = slot;
        if (++count > queue.count) return "more orders than counted" + at(price);
      }
      if (count != queue.count || count == 0) return "a wrong count of orders" + at(price);
      if (before != queue.last) return "a wrong end of the queue" + at(price);
      if (qty != queue.qty) return "a wrong total" + at(price);
    }
  }
  return "";
}

}  // namespace lockstep
