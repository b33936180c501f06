// One instrument's price levels, both sides. Owned by Books. Knows nothing of orders, times or other
// instruments.
//
// Each side is one sorted array with the best level LAST. Nearly every change is near the best price, so a
// search from the end finds it in a few steps and an insertion moves a few levels; far levels cost a binary
// search and a memmove.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/core/state.h"
#include "engine/event/event.h"

namespace lockstep {

/// One side of a book: bids sorted ascending or asks sorted descending, so that back() is the best.
class BookSide {
 public:
  /// The orders behind a level of an order-by-order book: slots of the OrderStore.
  struct Queue {
    std::uint32_t first;
    std::uint32_t last;
    std::uint32_t count;
  };

  explicit BookSide(Side side) : flip_(side == Side::buy ? 0 : -1) {}

  [[nodiscard]] bool empty() const { return levels_.empty(); }
  [[nodiscard]] std::size_t size() const { return levels_.size(); }
  /// Requires: not empty.
  [[nodiscard]] const Level& best() const { return levels_.back(); }
  /// The level that is `depth` steps from the best (0 = best). Requires: depth < size().
  [[nodiscard]] const Level& at(std::size_t depth) const { return levels_[levels_.size() - 1 - depth]; }
  /// The queue of that level. Requires: the book is kept order by order; depth < size().
  [[nodiscard]] const Queue& queue_at(std::size_t depth) const { return queues_[queues_.size() - 1 - depth]; }
  /// Quantity shown at a price; 0 where there is none.
  [[nodiscard]] Qty qty_at(Price price) const {
    const std::size_t i = find(price);
    return i < levels_.size() && levels_[i].price == price ? levels_[i].qty : 0;
  }
  /// Whether `a` is a better price than `b` on this side.
  [[nodiscard]] bool better(Price a, Price b) const { return (a ^ flip_) > (b ^ flip_); }

  /// Sets the total at a price; 0 removes the level, and removing what is not there does nothing.
  void set(Price price, Qty qty) {
    const std::size_t i = find(price);
    const bool present = i < levels_.size() && levels_[i].price == price;
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

  void clear() {
    levels_.clear();
    queues_.clear();
  }

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
    const auto levels_end = reinterpret_cast<std::uintptr_t>(levels_.data() + levels_.size());
    const auto queues_end = reinterpret_cast<std::uintptr_t>(queues_.data() + queues_.size());
    for (const std::uintptr_t end : {levels_end, queues_end}) {
      __builtin_prefetch(reinterpret_cast<const void*>(end - 1));
      __builtin_prefetch(reinterpret_cast<const void*>(end - 1 - 64));
    }
    __builtin_prefetch(reinterpret_cast<const void*>(levels_end - kNear * sizeof(Level)));
    // NOLINTEND(performance-no-int-to-ptr): as above
  }

 private:
  friend class OrderBook;        // reads the queues
  friend class OrderBookEditor;  // keeps levels and queues in step

  static constexpr std::size_t kReserve = 1024;
  static constexpr std::size_t kNear = 8;

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

  std::vector<Level> levels_;
  std::vector<Queue> queues_;  // of an order-by-order book: one per level, in the same order; else empty
  Price flip_;                 // -1 for asks: inverting all bits turns the order round
};

class PriceBook {
 public:
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
