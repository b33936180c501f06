#include "engine/portfolio/orders.h"

#include <algorithm>

namespace lockstep {

OrderId Orders::next_id(std::uint32_t strategy) {
  if (strategy >= next_counter_.size()) next_counter_.resize(strategy + 1, 0);
  return OrderId{strategy} << 48U | ++next_counter_[strategy];
}

Order& Orders::add(const Order& order) {
  slots_.insert(order.id, static_cast<std::uint32_t>(alive_.size()));
  alive_.push_back(order);
  return alive_.back();
}

Order* Orders::find(OrderId id) {
  const std::uint32_t slot = slots_.find(id);
  return slot == IdMap::kAbsent ? nullptr : &alive_[slot];
}

const Order* Orders::find(OrderId id) const {
  const std::uint32_t slot = slots_.find(id);
  return slot == IdMap::kAbsent ? nullptr : &alive_[slot];
}

void Orders::remove(OrderId id) {
  const std::uint32_t slot = slots_.find(id);
  LOCKSTEP_CHECK(slot != IdMap::kAbsent && is_done(alive_[slot].state), "only an order that is done leaves");
  alive_.erase(alive_.begin() + slot);
  slots_.erase(id);
  for (std::uint32_t i = slot; i < alive_.size(); ++i) {
    slots_.erase(alive_[i].id);
    slots_.insert(alive_[i].id, i);
  }
}

Qty Orders::open_qty(InstrumentId instrument, Side side) const {
  Qty total = 0;
  for (const Order& order : alive_) {
    if (order.instrument == instrument && order.side == side) {
      total += std::max(order.qty, order.pending_qty) - order.filled_qty;
    }
  }
  return total;
}

void Orders::visit(StateVisitor& visitor) {
  visitor.list(alive_, [&](Order& order) { visitor.record(order); });
  visitor.list(next_counter_);
  if (!visitor.is_loading()) return;
  slots_.clear();
  for (std::uint32_t i = 0; i < alive_.size(); ++i) slots_.insert(alive_[i].id, i);
}

}  // namespace lockstep
