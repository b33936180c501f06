#include "sim/recorded_orders.h"

namespace lockstep::sim {

void RecordedOrders::add(std::uint64_t id, Side side, Price price, Qty qty) {
  LOCKSTEP_CHECK(qty > 0, "an order at rest has a quantity");
  std::uint32_t slot = 0;
  if (free_.empty()) {
    slot = static_cast<std::uint32_t>(orders_.size());
    orders_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  orders_[slot] = {id, price, qty, next_number_++, static_cast<std::uint64_t>(side)};
  ids_.insert(id, slot);
  chain_.mix(id);
  chain_.mix(static_cast<std::uint64_t>(price));
  chain_.mix(static_cast<std::uint64_t>(side == Side::buy ? qty : -qty));
  change_level(side, price, qty);
}

void RecordedOrders::reduce(std::uint64_t id, Qty qty) {
  const std::uint32_t slot = ids_.find(id);
  LOCKSTEP_CHECK(slot != IdMap::kAbsent, "an order is reduced that is there");
  RecordedOrder& order = orders_[slot];
  LOCKSTEP_CHECK(qty >= 0 && qty <= order.qty, "no more is taken off an order than it has");
  order.qty -= qty;
  chain_.mix(~id);
  chain_.mix(static_cast<std::uint64_t>(qty));
  change_level(static_cast<Side>(order.side), order.price, -qty);
  if (order.qty > 0) return;
  ids_.erase(id);
  free_.push_back(slot);
}

void RecordedOrders::clear() {
  chain_.mix(0);
  ids_.clear();
  orders_.clear();
  free_.clear();
  levels_.apply(BookAction::clear, {}, {});
  is_safe_ = true;
}

void RecordedOrders::change_level(Side side, Price price, Qty by) {
  const Level level{price, levels_.side(side).qty_at(price) + by};
  const std::span<const Level> changed(&level, 1);
  const std::span<const Level> unchanged;
  levels_.apply(BookAction::diff, side == Side::buy ? changed : unchanged,
                side == Side::buy ? unchanged : changed);
}

void RecordedOrders::visit(StateVisitor& visitor) {
  if (is_used_ || !visitor.is_digesting()) {
    std::uint64_t chain = chain_.value();
    visitor.field(chain);
    if (visitor.is_loading()) chain_ = Digest::from_value(chain);
  }
  if (is_used_ && visitor.is_digesting()) {
    visitor.field(next_number_);
    visitor.field(is_safe_);
    return;
  }
  visitor.list(orders_, [&](RecordedOrder& order) { visitor.record(order); });
  visitor.list(free_);
  levels_.visit(visitor);
  visitor.field(next_number_);
  visitor.field(is_used_);
  visitor.field(is_safe_);
  if (!visitor.is_loading()) return;
  ids_.clear();
  for (std::uint32_t slot = 0; slot < orders_.size(); ++slot) {
    if (orders_[slot].qty > 0 && ids_.find(orders_[slot].id) == IdMap::kAbsent) {
      ids_.insert(orders_[slot].id, slot);
    } else if (orders_[slot].qty > 0) {
      visitor.fail();
    }
  }
}

}  // namespace lockstep::sim
