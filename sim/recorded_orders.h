// The orders of an order-by-order feed, as far as the venue needs them to know the place of ours among them:
// what each is, in which order they came, and what they add up to. Owned by its Listing. Knows nothing of our
// orders and decides no fill.
#pragma once

#include <vector>

#include "engine/book/price_book.h"
#include "engine/core/id_map.h"
#include "engine/event/event.h"

namespace lockstep::sim {

/// Whole words, so that it can be saved as such.
struct RecordedOrder {
  std::uint64_t id = 0;
  Price price = 0;
  Qty qty = 0;
  std::uint64_t number = 0;  ///< of orders at one price, the smaller has priority
  std::uint64_t side = 0;    ///< a Side
};
static_assert(std::has_unique_object_representations_v<RecordedOrder>);

/// A feed may be wrong: what is unknown is not found, and never more is taken off than there is. Whether such
/// a book can be trusted is judged where books are kept (engine/book).
class RecordedOrders {
 public:
  /// An order-by-order event was seen.
  [[nodiscard]] bool is_used() const { return is_used_; }
  /// False between a gap and the next clear.
  [[nodiscard]] bool is_safe() const { return is_safe_; }
  [[nodiscard]] const PriceBook& levels() const { return levels_; }
  /// The number of the next order to come: whoever joins now stands behind all smaller ones.
  [[nodiscard]] std::uint64_t next_number() const { return next_number_; }
  /// Null if there is none. Valid until the next change.
  [[nodiscard]] const RecordedOrder* find(std::uint64_t id) const {
    const std::uint32_t slot = ids_.find(id);
    return slot == IdMap::kAbsent ? nullptr : &orders_[slot];
  }

  void use() { is_used_ = true; }
  void lose() { is_safe_ = false; }
  /// To the back of its queue. Requires: the id is not there; qty > 0.
  void add(std::uint64_t id, Side side, Price price, Qty qty);
  /// Takes `qty` off, and the order with its last unit. Requires: it is there, 0 <= qty <= its quantity.
  void reduce(std::uint64_t id, Qty qty);
  void clear();

  /// A digest covers the orders by a chain over what was done to them: there may be very many.
  void visit(StateVisitor& visitor);

 private:
  void change_level(Side side, Price price, Qty by);

  IdMap ids_;
  std::vector<RecordedOrder> orders_;  // by slot; quantity 0: the slot is free
  std::vector<std::uint32_t> free_;
  PriceBook levels_;
  std::uint64_t next_number_ = 0;
  Digest chain_;
  bool is_used_ = false;
  bool is_safe_ = true;
};

}  // namespace lockstep::sim
