// The orders of one engine, and the queues they stand in: records in a pool, linked by index. Owned by the
// engine. It never looks at prices and decides nothing.
#pragma once

#include <vector>

#include "engine/core/check.h"
#include "sim/matching/types.h"

namespace lockstep::matching {

using Slot = std::uint32_t;  ///< index of a live order in the pool
inline constexpr Slot kNoSlot = 0xffff'ffffU;

/// A price in ticks, signed so that larger is better: ticks of a buy, minus ticks of a sell.
using Key = std::int64_t;
inline constexpr Key kUnpricedKey = INT64_MAX;

/// Where a live order is.
enum class Place : std::uint8_t { level, unpriced, waiting_for_close, halt_queue };

/// One cache line. A taker is one of these by value; it gets a slot when it rests.
struct Order {
  OrderId id = 0;
  Key key = kUnpricedKey;
  Qty leaves = 0;
  Qty shown = 0;
  Qty qty = 0;          ///< ordered in all
  Qty display_qty = 0;  ///< 0: no iceberg
  Slot next = kNoSlot;
  Slot prev = kNoSlot;
  Participant participant = 0;
  Side side = Side::none;
  Place place = Place::level;
  Type type : 4 = Type::limit;
  TimeInForce tif : 4 = TimeInForce::gtc;
  SelfTrade self_trade : 4 = SelfTrade::none;  ///< as it counts: never venue_default
  bool post_only : 1 = false;
  bool is_quote : 1 = false;

  [[nodiscard]] bool is_unpriced() const { return key == kUnpricedKey; }
  /// What it shows when it joins a queue (R14).
  [[nodiscard]] Qty fresh_slice() const {
    return display_qty != 0 && display_qty < leaves ? display_qty : leaves;
  }
};
static_assert(sizeof(Order) == 64);

/// First in, first out; links are in the orders.
struct Queue {
  Slot head = kNoSlot;
  Slot tail = kNoSlot;
  std::uint32_t count = 0;
};

class OrderPool {
 public:
  [[nodiscard]] Order& operator[](Slot slot) { return orders_[slot]; }
  [[nodiscard]] const Order& operator[](Slot slot) const { return orders_[slot]; }
  [[nodiscard]] std::uint32_t live() const { return live_; }

  Slot add(const Order& order) {
    ++live_;
    if (free_ == kNoSlot) {
      orders_.push_back(order);
      return static_cast<Slot>(orders_.size() - 1);
    }
    const Slot slot = free_;
    free_ = orders_[slot].next;
    orders_[slot] = order;
    return slot;
  }

  /// Requires: in no queue.
  void free(Slot slot) {
    orders_[slot].next = free_;
    free_ = slot;
    --live_;
  }

  void push_back(Queue& queue, Slot slot) { insert_after(queue, slot, queue.tail); }

  /// Behind `before`, which is in the queue; kNoSlot: at the front.
  void insert_after(Queue& queue, Slot slot, Slot before) {
    Order& order = orders_[slot];
    order.prev = before;
    order.next = before == kNoSlot ? queue.head : orders_[before].next;
    (before == kNoSlot ? queue.head : orders_[before].next) = slot;
    (order.next == kNoSlot ? queue.tail : orders_[order.next].prev) = slot;
    ++queue.count;
  }

  void unlink(Queue& queue, Slot slot) {
    const Order& order = orders_[slot];
    (order.prev == kNoSlot ? queue.head : orders_[order.prev].next) = order.next;
    (order.next == kNoSlot ? queue.tail : orders_[order.next].prev) = order.prev;
    --queue.count;
  }

  void clear() {
    orders_.clear();
    free_ = kNoSlot;
    live_ = 0;
  }

 private:
  std::vector<Order> orders_;
  Slot free_ = kNoSlot;  // linked by `next`
  std::uint32_t live_ = 0;
};

}  // namespace lockstep::matching
