// The resting orders of one instrument and the levels that they belong to: a table from order id to order, a
// pool of orders and a pool of levels. Part of a MarketState, changed only through OrderBookEditor. Knows
// nothing of which price is better than another. Each instrument has its own, so that those of a busy one lie
// close together and stay in the cache.
//
// A look-up is two cache misses, one in the table and one in the pool, and a branch that a processor cannot
// guess costs as much as a near miss. Hence: the table has buckets of eight, a cache line each, which are
// compared without a branch; orders and levels have 32 bytes; an order knows its level; the order freed last
// is used first; ids that follow one another share a bucket; and a reader that sees what comes can ask for
// the memory early.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/core/check.h"
#include "engine/event/event.h"

namespace lockstep {

struct RestingOrder {
  std::uint64_t id;
  Qty qty;
  std::uint32_t level;   ///< slot of its level
  std::uint32_t before;  ///< slot of the order ahead of it in its queue, or kNone
  std::uint32_t behind;  ///< slot of the order that came after it, or kNone
  Side side;
  std::array<std::uint8_t, 3> unused;
};
static_assert(sizeof(RestingOrder) == 32);

/// The orders at one price, first come first.
struct OrderLevel {
  Price price;
  Qty qty;              ///< of all its orders
  std::uint32_t first;  ///< slots of orders; a free level keeps the next free one in `first`
  std::uint32_t last;
  std::uint32_t count;  ///< of orders
  std::uint32_t unused;
};
static_assert(sizeof(OrderLevel) == 32);

class OrderStore {
 public:
  static constexpr std::uint32_t kNone = 0xffff'ffffU;

  /// Where an order is, or, with slot kNone, where it would go. Valid until the next insert or erase.
  struct Place {
    std::uint32_t slot;
    std::uint32_t hash;
    std::size_t bucket;
    unsigned cell;  ///< of an order that is there
    [[nodiscard]] bool is_there() const { return slot != kNone; }
  };

  /// Empty again, and ready: nothing else may be called before the first clear().
  void clear();

  [[nodiscard]] std::size_t size() const { return size_; }

  [[nodiscard]] Place find(std::uint64_t id) const {
    const std::uint32_t hash = hash_of(id);
    for (std::size_t b = home(hash);; b = next(b)) {
      const Bucket& bucket = buckets_[b];
      // Most often once at most: two orders seldom share a hash.
      for (unsigned cell = bucket.last_with(hash); cell < kCells; cell = bucket.last_with(hash, cell)) {
        if (orders_[bucket.slots[cell]].id == id) return {bucket.slots[cell], hash, b, cell};
      }
      if (!bucket.is_full()) return {kNone, hash, b, 0};
    }
  }

  /// An order that is in no queue yet. Requires: `place` is what find() says now, and the order is not there;
  /// side is buy or sell.
  std::uint32_t insert(const Place& place, std::uint64_t id, Side side, Qty qty);

  /// Forgets the order. Requires: `place` is what find() says now, and the order is there.
  void erase(const Place& place);

  [[nodiscard]] const RestingOrder& at(std::uint32_t slot) const { return orders_[slot]; }
  [[nodiscard]] RestingOrder& at(std::uint32_t slot) { return orders_[slot]; }

  /// A level without orders. The slot stays the same until the level is freed.
  std::uint32_t insert_level(Price price);
  void erase_level(std::uint32_t level);
  [[nodiscard]] const OrderLevel& level(std::uint32_t level) const { return levels_[level]; }
  [[nodiscard]] OrderLevel& level(std::uint32_t level) { return levels_[level]; }

  /// To the back of the queue; and out of it, its quantity off the level. The order itself stays, and so does
  /// a level without orders.
  void link(std::uint32_t slot, std::uint32_t level);
  void unlink(std::uint32_t slot);

  // For prefetches: addresses, because gcc takes a function that only prefetches for one without effect and
  // drops the call; and a guess, because a search may end in any of several ways.

  [[nodiscard]] static std::uint32_t hash_of(std::uint64_t id) {
    constexpr unsigned kRunBits = 2;  // so many ids in a row, a power of two, have one home
    constexpr std::uint32_t kWithin = (1U << kRunBits) - 1;
    const auto hash = static_cast<std::uint32_t>((id >> kRunBits) * 0x9E3779B97F4A7C15ULL >> 32U);
    const std::uint32_t value = (hash & ~kWithin) | (static_cast<std::uint32_t>(id) & kWithin);
    return value == kEmpty ? 1U << kRunBits : value;
  }
  /// Where find() looks first.
  [[nodiscard]] const void* bucket_address(std::uint32_t hash) const { return &buckets_[home(hash)]; }
  /// The order there that is most likely the one that is meant; kNone: none.
  [[nodiscard]] std::uint32_t guess(std::uint32_t hash) const {
    const Bucket& bucket = buckets_[home(hash)];
    const unsigned cell = bucket.last_with(hash);
    return cell < kCells ? bucket.slots[cell] : kNone;
  }
  /// Where the next order to come will be.
  [[nodiscard]] const RestingOrder* next_address() const { return order_address(free_order_); }
  /// Of any number: a guess may be of another store, or of a time long gone.
  [[nodiscard]] const RestingOrder* order_address(std::uint32_t slot) const {
    return orders_.data() + (slot < orders_.size() ? slot : 0);
  }
  [[nodiscard]] const OrderLevel* level_address(std::uint32_t level) const {
    return levels_.data() + (level < levels_.size() ? level : 0);
  }

 private:
  static constexpr unsigned kCells = 8;
  static constexpr std::uint32_t kEmpty = 0;  // no order has this hash

  // Filled from the front. An order is in its home or, where that and all between are full, in a later one.
  struct alignas(64) Bucket {
    std::array<std::uint32_t, kCells> hashes{};
    std::array<std::uint32_t, kCells> slots{};

    // The last cell before `end` that has the hash; kCells: none. Without a branch.
    [[nodiscard]] unsigned last_with(std::uint32_t hash, unsigned end = kCells) const {
      unsigned found = kCells;
      for (unsigned cell = 0; cell < end; ++cell) found = hashes[cell] == hash ? cell : found;
      return found;
    }
    [[nodiscard]] bool is_full() const { return hashes[kCells - 1] != kEmpty; }
    [[nodiscard]] unsigned size() const {
      unsigned size = 0;
      for (const std::uint32_t hash : hashes) size += hash != kEmpty ? 1U : 0U;
      return size;
    }
  };
  static_assert(sizeof(Bucket) == 64);

  static constexpr unsigned kLeastBits = 2;
  static constexpr std::size_t kMostInBucket = 5;  // on average: then one in ten is full
  static constexpr std::size_t kMostBuckets = std::size_t{1} << 29U;

  [[nodiscard]] std::size_t home(std::uint32_t hash) const { return hash >> shift_; }
  [[nodiscard]] std::size_t next(std::size_t bucket) const { return (bucket + 1) & (buckets_.size() - 1); }
  /// Fills a hole in a bucket that was full from a later one, and so on.
  void close_gap(std::size_t bucket);
  void grow();

  std::vector<Bucket> buckets_;       // a power of two
  std::vector<RestingOrder> orders_;  // the first is none: to guess at
  std::vector<OrderLevel> levels_;
  unsigned shift_ = 32 - kLeastBits;  // leaves the number of a bucket of a hash
  std::uint32_t size_ = 0;
  std::uint32_t free_order_ = kNone;  // chained through `behind`
  std::uint32_t free_level_ = kNone;  // chained through `first`
};

inline std::uint32_t OrderStore::insert(const Place& place, std::uint64_t id, Side side, Qty qty) {
  LOCKSTEP_CHECK(!place.is_there(), "an order is stored once");
  std::uint32_t slot = free_order_;
  if (slot != kNone) {
    free_order_ = orders_[slot].behind;
  } else {
    slot = static_cast<std::uint32_t>(orders_.size());
    LOCKSTEP_CHECK(slot != kNone, "more orders than the pool can number");
    orders_.emplace_back();
  }
  orders_[slot] = {id, qty, kNone, kNone, kNone, side, {}};
  Bucket& bucket = buckets_[place.bucket];
  const unsigned cell = bucket.size();
  LOCKSTEP_CHECK(cell < kCells, "the place is no longer true");
  bucket.hashes[cell] = place.hash;
  bucket.slots[cell] = slot;
  if (++size_ > buckets_.size() * kMostInBucket) grow();
  return slot;
}

inline void OrderStore::erase(const Place& place) {
  Bucket& bucket = buckets_[place.bucket];
  LOCKSTEP_CHECK(place.is_there() && bucket.slots[place.cell] == place.slot, "the place is no longer true");
  orders_[place.slot].behind = free_order_;
  free_order_ = place.slot;
  --size_;
  const bool was_full = bucket.is_full();
  const unsigned last = bucket.size() - 1;
  bucket.hashes[place.cell] = bucket.hashes[last];
  bucket.slots[place.cell] = bucket.slots[last];
  bucket.hashes[last] = kEmpty;
  if (was_full) close_gap(place.bucket);
}

inline std::uint32_t OrderStore::insert_level(Price price) {
  std::uint32_t slot = free_level_;
  if (slot != kNone) {
    free_level_ = levels_[slot].first;
  } else {
    slot = static_cast<std::uint32_t>(levels_.size());
    levels_.emplace_back();
  }
  levels_[slot] = {price, 0, kNone, kNone, 0, 0};
  return slot;
}

inline void OrderStore::erase_level(std::uint32_t level) {
  levels_[level].first = free_level_;
  free_level_ = level;
}

inline void OrderStore::link(std::uint32_t slot, std::uint32_t level) {
  RestingOrder& order = orders_[slot];
  OrderLevel& queue = levels_[level];
  order.level = level;
  order.before = queue.last;
  order.behind = kNone;
  *(queue.count == 0 ? &queue.first : &orders_[queue.last].behind) = slot;
  queue.last = slot;
  queue.qty += order.qty;
  ++queue.count;
}

inline void OrderStore::unlink(std::uint32_t slot) {
  const RestingOrder& order = orders_[slot];
  OrderLevel& queue = levels_[order.level];
  const std::uint32_t before = order.before;
  const std::uint32_t behind = order.behind;
  std::uint32_t* const to_it = before == kNone ? &queue.first : &orders_.data()[before].behind;
  std::uint32_t* const back_to_it = behind == kNone ? &queue.last : &orders_.data()[behind].before;
  *to_it = behind;
  *back_to_it = before;
  queue.qty -= order.qty;
  --queue.count;
}

}  // namespace lockstep
