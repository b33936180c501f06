// All orders of a run that are alive, by id. Owned by the session; strategies and the gate read it. Orders
// that are done leave at once, so memory depends on how many work at the same time and not on how long the
// run is.
#pragma once

#include <span>
#include <vector>

#include "engine/core/id_map.h"
#include "engine/portfolio/order.h"

namespace lockstep {

class Orders {
 public:
  Orders() { alive_.reserve(64); }

  /// Ids of strategy s are s << 48 | 1, 2, 3 ...: deterministic, and the strategy can be read off.
  [[nodiscard]] OrderId next_id(std::uint32_t strategy);
  static std::uint32_t strategy_of(OrderId id) { return static_cast<std::uint32_t>(id >> 48U); }

  /// Requires: a new id. The reference is valid until the next add or remove.
  Order& add(const Order& order);
  /// Null when it was never there or is done.
  [[nodiscard]] Order* find(OrderId id);
  [[nodiscard]] const Order* find(OrderId id) const;
  /// Requires: it is there and done.
  void remove(OrderId id);

  /// Alive orders in the order of their submission.
  [[nodiscard]] std::span<const Order> alive() const { return alive_; }
  /// The same, to change states in place: ids and order stay as they are.
  [[nodiscard]] std::span<Order> alive_to_change() { return alive_; }
  /// Sum of the unfilled quantities on one side of an instrument; while a replace is on its way, the larger
  /// of the old and the new one, since either may come to be.
  [[nodiscard]] Qty open_qty(InstrumentId instrument, Side side) const;

  void visit(StateVisitor& visitor);

 private:
  std::vector<Order> alive_;                 // sorted by submission
  IdMap slots_;                              // id -> index in alive_
  std::vector<std::uint64_t> next_counter_;  // per strategy
};

}  // namespace lockstep
