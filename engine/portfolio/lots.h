// The open lots of one position, oldest first: what FIFO needs to know which cost leaves first. Owned by the
// portfolio. Never knows prices or sides: a lot is a quantity and what it cost.
#pragma once

#include <cstddef>
#include <vector>

#include "engine/core/instrument.h"
#include "engine/core/money.h"
#include "engine/core/state.h"

namespace lockstep {

struct Lot {
  Qty qty;     ///< > 0, whichever way the position points
  Money cost;  ///< signed as Position::cost
};

/// A queue in one vector: lots leave at the front by moving an index, and the dead front is dropped when it
/// is the larger half, so that a push is cheap on average and memory follows the number of open lots.
class LotQueue {
 public:
  [[nodiscard]] bool empty() const { return first_ == lots_.size(); }
  [[nodiscard]] std::size_t size() const { return lots_.size() - first_; }
  /// The open lots, oldest first; index < size().
  [[nodiscard]] const Lot& operator[](std::size_t index) const { return lots_[first_ + index]; }

  /// What the oldest `qty` cost; of a lot taken in part its share, rounded half away from zero. Changes
  /// nothing. Requires: 0 <= qty <= the quantity of all lots.
  [[nodiscard]] Int128 cost_of_oldest(Qty qty) const;
  /// Takes the oldest `qty` away, so that exactly cost_of_oldest(qty) leaves.
  void remove_oldest(Qty qty);
  void push(Lot lot);
  /// The same cost in another quantity: each lot keeps its share, rounded so that the lots up to it hold
  /// floor(their quantity x after / before); one that is left with nothing leaves its cost to the next.
  /// Requires: 0 < after, before = the quantity of all lots > 0.
  void rescale(Qty before, Qty after);

  void visit(StateVisitor& visitor);

 private:
  std::vector<Lot> lots_;
  std::size_t first_ = 0;  ///< lots before it are gone
};

}  // namespace lockstep
