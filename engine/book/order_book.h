// One instrument's order-by-order book: a queue of orders per price, found by the prices of a PriceBook.
// A view over what Books owns; made where it is needed, never kept. Knows nothing of times or of our own
// orders. How it changes, and what is counted where a feed contradicts it: order_book_editor.h.
#pragma once

#include <optional>

#include "engine/book/order_store.h"
#include "engine/book/price_book.h"

namespace lockstep {

/// How often a feed contradicted the book, or itself.
struct OrderAnomalies {
  std::uint64_t unknown_orders = 0;     ///< modified, cancelled or executed
  std::uint64_t duplicate_adds = 0;     ///< of an id that rests
  std::uint64_t excess_takes = 0;       ///< more cancelled or executed than there was
  std::uint64_t mismatches = 0;         ///< another side or price than the order has
  std::uint64_t malformed_actions = 0;  ///< without quantity, side or price where one is needed

  [[nodiscard]] std::uint64_t total() const {
    return unknown_orders + duplicate_adds + excess_takes + mismatches + malformed_actions;
  }
  void visit(StateVisitor& visitor) {
    for (std::uint64_t* count :
         {&unknown_orders, &duplicate_adds, &excess_takes, &mismatches, &malformed_actions})
      visitor.field(*count);
  }
};

/// An order as a feed shows it.
struct BookOrder {
  std::uint64_t id = 0;
  Side side = Side::none;
  Price price = kNoPrice;
  Qty qty = 0;
  friend bool operator==(const BookOrder&, const BookOrder&) = default;
};

/// Reads. Everything it was made of must outlive it.
class OrderBook {
 public:
  OrderBook(const OrderStore& store, const PriceBook& levels) : store_(store), levels_(levels) {}

  /// Constant time.
  [[nodiscard]] std::optional<BookOrder> find(std::uint64_t id) const;

  /// Orders at a price; 0 where there are none. Their quantity is qty_at() of the price book's side.
  [[nodiscard]] std::uint32_t count_at(Side side, Price price) const;
  /// Orders at the level that is `depth` steps from the best. Requires: depth < size of the side.
  [[nodiscard]] std::uint32_t count_at_depth(Side side, std::size_t depth) const {
    const BookSide& levels = levels_.side(side);
    return store_.level(BookSide::slot_of(levels.levels_[levels.size() - 1 - depth])).count;
  }

  /// Calls visit(const BookOrder&) for the orders at a price, first come first, until it returns false.
  template <class Visit>
  void for_each_at(Side side, Price price, Visit visit) const {
    const BookSide& levels = levels_.side(side);
    const std::size_t i = levels.find(price);
    if (!levels.has(i, price)) return;
    for (std::uint32_t slot = store_.level(BookSide::slot_of(levels.levels_[i])).first;
         slot != OrderStore::kNone;) {
      const RestingOrder& order = store_.at(slot);
      slot = order.behind;
      if (!visit(BookOrder{order.id, side, price, order.qty})) return;
    }
  }

  /// Quantity that stands ahead of an order in its own queue; nothing if it does not rest. Takes a step per
  /// order ahead.
  [[nodiscard]] std::optional<Qty> qty_ahead_of(std::uint64_t id) const;

  /// What is wrong with the book, in words; empty if nothing is: totals and counts agree with the orders,
  /// nothing at rest is without quantity, links are whole, levels stand in order, each order is in the table.
  /// For tests: it walks everything.
  [[nodiscard]] std::string broken_invariant() const;

  /// Orders at rest, both sides. Walks the levels.
  [[nodiscard]] std::size_t count() const;

 private:
  const OrderStore& store_;
  const PriceBook& levels_;
};

}  // namespace lockstep
