// Into and out of the places where a live order can be: price levels, unpriced queues, and the two lists.
#include <algorithm>

#include "sim/matching/matching_engine.h"
#include "sim/matching/walk.h"

namespace lockstep::matching {

Message MatchingEngine::message(MessageType type, const Order& order) const {
  Message out;
  out.type = type;
  out.side = order.side;
  out.participant = order.participant;
  out.order_id = order.id;
  out.price = price_of(order.side, order.key);
  return out;
}

/// A new place in the book, at the back (M8: by size). Requires: the order is not live.
void MatchingEngine::book(const Order& order, Output& out) {
  const Slot slot = pool_.add(order);
  index_.insert(order.id, slot);
  Order& booked = pool_[slot];
  booked.shown = booked.fresh_slice();
  if (booked.is_unpriced()) {
    booked.place = Place::unpriced;
    pool_.push_back(unpriced_[index_of(booked.side)], slot);
  } else {
    booked.place = Place::level;
    BookSide& levels = side_of(booked.side);
    if (config_.priority == PriorityRule::pro_rata && phase_ == Phase::continuous &&
        booked.key > levels.best()) {
      top_[index_of(booked.side)] = slot;  // M7
    }
    join(levels.open(booked.key), slot);
  }
  Message& said = out.emplace_back(message(MessageType::booked, booked));
  said.qty = booked.qty;
  said.leaves = booked.leaves;
  said.shown = booked.shown;
}

void MatchingEngine::join(Level& level, Slot slot) {
  const Order& order = pool_[slot];
  level.shown += order.shown;
  level.leaves += order.leaves;
  if (config_.priority != PriorityRule::price_size_time) {
    pool_.push_back(level, slot);
    return;
  }
  if (joined_.size() <= slot) joined_.resize(slot + 1);
  joined_[slot] = ++joins_;
  place_by_size(level, slot);
}

/// Links an order that is in no queue where its size and time of joining belong (M8).
void MatchingEngine::place_by_size(Level& level, Slot slot) {
  const auto goes_ahead_of = [&](Slot other) {
    const Qty mine = pool_[slot].shown;
    const Qty theirs = pool_[other].shown;
    return mine > theirs || (mine == theirs && joined_[slot] < joined_[other]);
  };
  Slot before = level.tail;
  while (before != kNoSlot && goes_ahead_of(before)) before = pool_[before].prev;
  pool_.insert_after(level, slot, before);
}

/// Into the list of its place. Requires: the order is not live.
void MatchingEngine::wait(const Order& order) {
  const Slot slot = pool_.add(order);
  index_.insert(order.id, slot);
  Order& waiting = pool_[slot];
  waiting.shown = waiting.fresh_slice();
  pool_.push_back(list_of(waiting), slot);
}

Queue& MatchingEngine::list_of(const Order& order) {
  switch (order.place) {
    case Place::unpriced: return unpriced_[index_of(order.side)];
    case Place::waiting_for_close: return waiting_for_close_;
    case Place::halt_queue: return halt_queue_;
    case Place::level: break;
  }
  return side_of(order.side).at(order.key);
}

/// Out of its place, and no longer live.
void MatchingEngine::remove(Slot slot) {
  const Order& order = pool_[slot];
  if (order.place == Place::level) {
    const Key key = order.key;
    BookSide& levels = side_of(order.side);
    Level& level = levels.at(key);
    remove_from_level(level, slot);
    if (level.count == 0) levels.close(key);
    return;
  }
  pool_.unlink(list_of(order), slot);
  index_.erase(order.id);
  pool_.free(slot);
}

/// As `remove`; the level is left to be closed by the caller if it is empty now.
void MatchingEngine::remove_from_level(Level& level, Slot slot) {
  const Order& order = pool_[slot];
  level.shown -= order.shown;
  level.leaves -= order.leaves;
  Slot& top = top_[index_of(order.side)];
  if (top == slot) top = kNoSlot;
  pool_.unlink(level, slot);
  index_.erase(order.id);
  pool_.free(slot);
}

/// `cancelled`, for an order that is not live (a taker).
void MatchingEngine::end(const Order& order, Reason reason, Output& out) const {
  Message& said = out.emplace_back(message(MessageType::cancelled, order));
  said.reason = reason;
  said.qty = order.leaves;
}

/// `cancelled`, for a live order.
void MatchingEngine::end(Slot slot, Reason reason, Output& out) {
  end(pool_[slot], reason, out);
  remove(slot);
}

/// To fewer leaves, in place, hidden first; under price_size_time it moves to where its size belongs (M9).
/// Requires: 0 < leaves <= the order's.
void MatchingEngine::reduce(Slot slot, Qty leaves) {
  Order& order = pool_[slot];
  const Qty shown = std::min(order.shown, leaves);
  if (order.place == Place::level) {
    Level& level = side_of(order.side).at(order.key);
    level.shown -= order.shown - shown;
    level.leaves -= order.leaves - leaves;
    const bool moves = config_.priority == PriorityRule::price_size_time && shown != order.shown;
    order.shown = shown;
    if (moves) {
      pool_.unlink(level, slot);
      place_by_size(level, slot);
    }
  }
  order.shown = shown;
  order.leaves = leaves;
}

std::optional<MatchingEngine::LevelView> MatchingEngine::best(Side side) const {
  const BookSide& levels = side_of(side);
  if (levels.empty()) return std::nullopt;
  return view(side, levels.best(), *levels.find(levels.best()));
}

const Order* MatchingEngine::find(OrderId id) const {
  const Slot slot = index_.find(id);
  return slot == IdMap::kAbsent ? nullptr : &pool_[slot];
}

Qty MatchingEngine::shown_ahead(OrderId id) const {
  const Order* order = find(id);
  LOCKSTEP_CHECK(order != nullptr && order->place == Place::level, "the order is not at a price level");
  Qty ahead = 0;
  for (Slot slot = order->prev; slot != kNoSlot; slot = pool_[slot].prev) ahead += pool_[slot].shown;
  return ahead;
}

}  // namespace lockstep::matching
