// One instrument's price levels, both sides. Owned by Books. Knows nothing of times or other instruments.
//
// Each side is one sorted array with the best price LAST. Nearly every change is near the best price, so a
// search from the end finds it in a few steps and an insertion moves a few entries; far prices cost a binary
// search and a memmove. An entry holds the quantity at its price, or, in a book that is kept order by order,
// where the OrderStore has the level: an order knows its level, and only a price that comes or goes is
// searched for.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/book/order_store.h"
#include "engine/core/state.h"
#include "engine/event/event.h"

namespace lockstep {

/// One side of a book: bids sorted ascending or asks sorted descending, so that back() is the best.
class BookSide {
 public:
  /// `orders`: of a side that is kept order by order, by OrderBookEditor; null: by set() and assign().
  explicit BookSide(Side side, const OrderStore* orders = nullptr)
      : orders_(orders), flip_(side == Side::buy ? 0 : -1) {}

  [[nodiscard]] bool empty() const { return levels_.empty(); }
  [[nodiscard]] std::size_t size() const { return levels_.size(); }
  /// Requires: not empty.
  [[nodiscard]] Level best() const { return level_of(levels_.back()); }
  /// The level that is `depth` steps from the best (0 = best). Requires: depth < size().
  [[nodiscard]] Level at(std::size_t depth) const { return level_of(levels_[levels_.size() - 1 - depth]); }
  /// Quantity shown at a price; 0 where there is none.
  [[nodiscard]] Qty qty_at(Price price) const {
    const std::size_t i = find(price);
    return has(i, price) ? level_of(levels_[i]).qty : 0;
  }
  /// Whether `a` is a better price than `b` on this side.
  [[nodiscard]] bool better(Price a, Price b) const { return (a ^ flip_) > (b ^ flip_); }

  /// Sets the total at a price; 0 removes the level, and removing what is not there does nothing.
  void set(Price price, Qty qty) {
    const std::size_t i = find(price);
    const bool present = has(i, price);
    const auto at = levels_.begin() + static_cast<std::ptrdiff_t>(i);
    if (qty > 0) {
      if (present) {
        at->qty = qty;
      } else {
        if (levels_.capacity() == 0) return start({price, qty});
        levels_.insert(at, Level{price, qty});
      }
    } else if (present) {
      levels_.erase(at);
    }
  }

  void clear() { levels_.clear(); }

  /// Replaces the side. The levels may come in any order; zero quantities are left out.
  void assign(std::span<const Level> levels);

  void visit(StateVisitor& visitor) {
    visitor.list(levels_, [&](Level& level) { visitor.record(level); });
  }

  /// Asks for the memory of the levels around the best. Never inlined into a function that does nothing else:
  /// gcc takes such a one for without effect and drops its call.
  [[gnu::always_inline]] void prefetch() const {
    // Without a branch; what lies before the first level is asked for in vain, so these are no pointers.
    // NOLINTBEGIN(performance-no-int-to-ptr): addresses to ask for, never read
    const auto end = reinterpret_cast<std::uintptr_t>(levels_.data() + levels_.size());
    __builtin_prefetch(reinterpret_cast<const void*>(end - 1));
    __builtin_prefetch(reinterpret_cast<const void*>(end - 1 - 64));
    __builtin_prefetch(reinterpret_cast<const void*>(end - kNear * sizeof(Level)));
    // NOLINTEND(performance-no-int-to-ptr): as above
  }

 private:
  friend class OrderBook;        // reads the queues behind the entries
  friend class OrderBookEditor;  // keeps entries and levels in step

  static constexpr std::size_t kReserve = 1024;
  static constexpr std::size_t kNear = 8;

  [[nodiscard]] bool has(std::size_t i, Price price) const {
    return i < levels_.size() && levels_[i].price == price;
  }
  // Of a side that is kept order by order: the slot of an entry's level.
  [[nodiscard]] static std::uint32_t slot_of(const Level& entry) {
    return static_cast<std::uint32_t>(entry.qty);
  }
  [[nodiscard]] Level level_of(const Level& entry) const {
    return {entry.price, orders_ == nullptr ? entry.qty : orders_->level(slot_of(entry)).qty};
  }

  // Room for most books at once, but only for those that there are.
  void start(const Level& level) {
    levels_.reserve(kReserve);
    levels_.push_back(level);
  }

  // Index of the worst level that is at `price` or better; size() if there is none. Near the best price the
  // levels are counted without a branch, because which of them it will be is what a processor cannot guess.
  [[nodiscard]] std::size_t find(Price price) const {
    const std::size_t size = levels_.size();
    const Price key = price ^ flip_;
    if (size >= kNear) {
      const Level* near = levels_.data() + (size - kNear);
      const std::size_t not_worse = count_not_worse(near, key, std::make_index_sequence<kNear>());
      if (not_worse < kNear) return size - not_worse;
    }
    // Steps that double, away from the best price: most of the rest is not far, and what is near is in the
    // cache.
    std::size_t end = size >= kNear ? size - kNear : size;  // all from here on are at `price` or better
    std::size_t begin = 0;
    for (std::size_t step = kNear; end > step; step *= 2) {
      if ((levels_[end - step].price ^ flip_) < key) {
        begin = end - step + 1;
        break;
      }
      end -= step;
    }
    const Level* const levels = levels_.data();
    const Level* const found =
        std::lower_bound(levels + begin, levels + end, key,
                         [this](const Level& level, Price k) { return (level.price ^ flip_) < k; });
    return static_cast<std::size_t>(found - levels);
  }

  template <std::size_t... kIndex>
  [[nodiscard]] std::size_t count_not_worse(const Level* near, Price key,
                                            std::index_sequence<kIndex...>) const {
    return (static_cast<std::size_t>((near[kIndex].price ^ flip_) >= key) + ...);
  }

  std::vector<Level> levels_;  // where orders_ is not null, slot_of() instead of the quantity
  const OrderStore* orders_;
  Price flip_;  // -1 for asks: inverting all bits turns the order round
};

class PriceBook {
 public:
  PriceBook() = default;
  /// A book that is kept order by order. Requires: `orders` outlives it.
  explicit PriceBook(const OrderStore* orders) : bids_(Side::buy, orders), asks_(Side::sell, orders) {}

  [[nodiscard]] const BookSide& bids() const { return bids_; }
  [[nodiscard]] const BookSide& asks() const { return asks_; }
  [[nodiscard]] const BookSide& side(Side side) const { return side == Side::buy ? bids_ : asks_; }

  /// For the order-by-order book that keeps its levels here.
  [[nodiscard]] BookSide& mutable_side(Side side) { return side == Side::buy ? bids_ : asks_; }

  /// One update as a whole: difference, snapshot or clear.
  void apply(BookAction action, std::span<const Level> bids, std::span<const Level> asks);

  void visit(StateVisitor& visitor) {
    bids_.visit(visitor);
    asks_.visit(visitor);
  }

 private:
  BookSide bids_{Side::buy};
  BookSide asks_{Side::sell};
};

}  // namespace lockstep
