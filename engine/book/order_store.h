// Every resting order of every instrument: a table from (instrument, order id) to the order, and a pool of
// order records. Owned by Books, changed only through its order-by-order books. Knows nothing of prices'
// order or queues: the links in a record belong to the queue of its price.
//
// A look-up is two cache misses, one in the table and one in the pool; nothing else in a book costs as much.
// Hence: cells of 16 bytes, records of 32, the record freed last is used first, ids that follow one another
// share a cache line of the table, and a reader that sees what comes can ask for the memory early.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/check.h"
#include "engine/event/event.h"

namespace lockstep {

struct RestingOrder {
  std::uint64_t id;
  Price price;
  Qty qty;
  std::uint32_t before;  ///< slot of the order ahead of it in its queue, or kNone
  std::uint32_t behind;  ///< slot of the order that came after it, or kNone
};
static_assert(sizeof(RestingOrder) == 32);

class OrderStore {
 public:
  static constexpr std::uint32_t kNone = 0xffff'ffffU;
  static constexpr InstrumentId kMaxInstruments = 1U << 31U;

  /// Where an order is, or, with slot kNone, where it would go. Valid until the next insert or erase.
  struct Place {
    std::size_t cell;
    std::uint32_t slot;
    Side side;
    [[nodiscard]] bool is_there() const { return slot != kNone; }
  };

  OrderStore() : cells_(kLeastCells), shift_(64 - kLeastBits + kRunBits) {}

  [[nodiscard]] std::size_t size() const { return size_; }

  /// Requires: instrument < kMaxInstruments.
  [[nodiscard]] Place find(InstrumentId instrument, std::uint64_t id) const {
    for (std::size_t i = home(instrument, id);; i = next(i)) {
      const Cell& cell = cells_[i];
      if (cell.slot == kNone) return {i, kNone, Side::none};
      if (cell.id == id && cell.tag >> 1U == instrument) return {i, cell.slot, side_of(cell.tag)};
    }
  }

  /// A record that is in no queue yet. Requires: `place` is what find() says now, and the order is not there;
  /// side is buy or sell.
  std::uint32_t insert(Place place, InstrumentId instrument, std::uint64_t id, Side side, Price price,
                       Qty qty);

  /// Forgets the order. Requires: `place` is what find() says now, and the order is there.
  void erase(const Place& place);

  [[nodiscard]] const RestingOrder& at(std::uint32_t slot) const { return pool_[slot]; }
  [[nodiscard]] RestingOrder& at(std::uint32_t slot) { return pool_[slot]; }

  void clear();

  // For prefetches: addresses, because gcc takes a function that only prefetches for one without effect and
  // drops the call; and guesses that take no branch, because which way it goes is what a processor cannot
  // guess.

  /// Where find() looks first.
  [[nodiscard]] const void* cell_address(InstrumentId instrument, std::uint64_t id) const {
    return &cells_[home(instrument, id)];
  }
  /// The order that stands where find() looks first: most often the one that is meant. Slot kNone: none.
  [[nodiscard]] Place guess(InstrumentId instrument, std::uint64_t id) const {
    const std::size_t cell = home(instrument, id);
    return {cell, cells_[cell].slot, side_of(cells_[cell].tag)};
  }
  /// Any slot will do, kNone too.
  [[nodiscard]] const RestingOrder* record_address(std::uint32_t slot) const {
    return pool_.data() + (slot == kNone ? 0 : slot);
  }

 private:
  struct Cell {
    std::uint64_t id = 0;
    std::uint32_t slot = kNone;
    std::uint32_t tag = 0;  // instrument << 1 | is sell
  };
  static_assert(sizeof(Cell) == 16);

  static constexpr unsigned kRunBits = 2;  // 4 cells of 16 bytes to a cache line
  static constexpr unsigned kLeastBits = 10;
  static constexpr std::size_t kLeastCells = std::size_t{1} << kLeastBits;

  [[nodiscard]] std::size_t home(InstrumentId instrument, std::uint64_t id) const {
    const std::uint64_t line =
        ((id >> kRunBits) + instrument * 0xC2B2AE3D27D4EB4FULL) * 0x9E3779B97F4A7C15ULL;
    return static_cast<std::size_t>(line >> shift_ << kRunBits | (id & ((1U << kRunBits) - 1)));
  }
  [[nodiscard]] std::size_t next(std::size_t i) const { return (i + 1) & (cells_.size() - 1); }
  [[nodiscard]] static Side side_of(std::uint32_t tag) {
    static_assert(static_cast<int>(Side::buy) == 1 && static_cast<int>(Side::sell) == 2);
    return static_cast<Side>(1U + (tag & 1U));
  }
  void grow();

  std::vector<Cell> cells_;  // a power of two
  unsigned shift_;           // leaves the number of a line out of a 64-bit hash
  std::size_t size_ = 0;
  std::vector<RestingOrder> pool_ = std::vector<RestingOrder>(1);  // the first is of no order: to guess at
  std::uint32_t free_ = kNone;                                     // chained through `behind`
};

}  // namespace lockstep
