// Continuous trading: a taker arrives, sweeps the other side, and rests or ends.
#include <algorithm>

#include "sim/matching/matching_engine.h"

namespace lockstep::matching {

/// Requires: phase continuous (or a call into which an interruption has led: then it is only booked); the
/// taker is not live.
void MatchingEngine::arrive(Order taker, Qty min_qty, Output& out) {
  BookSide& against = side_of(opposite(taker.side));
  if (taker.type == Type::market_to_limit && taker.is_unpriced()) {  // C3
    if (against.empty()) return end(taker, Reason::no_liquidity, out);
    taker.key = -against.best();
  }
  const Key worst_allowed = edge(taker.side);
  if (taker.tif == TimeInForce::fok || min_qty > 0) [[unlikely]] {  // C4
    const Qty there = available(taker, worst_allowed);
    if (taker.tif == TimeInForce::fok) {
      if (there < taker.qty) return end(taker, Reason::fok_not_filled, out);
    } else if (there < min_qty) {
      return end(taker, Reason::min_qty_not_met, out);
    }
  }
  std::uint32_t levels = 0;
  while (taker.leaves > 0 && !against.empty()) {  // C5
    const Key key = against.best();
    if (key < -taker.key) break;
    if (key < worst_allowed) return stopped_by_band(taker, worst_allowed, out);
    if (levels++ == config_.max_levels && config_.max_levels != 0) {
      return end(taker, Reason::max_levels, out);
    }
    const bool goes_on = config_.priority == PriorityRule::pro_rata ? match_pro_rata(taker, key, out)
                                                                    : match_in_turn(taker, key, out);
    if (!goes_on) return;
  }
  if (taker.leaves == 0) return;
  if (taker.tif == TimeInForce::ioc) {  // C6
    end(taker, Reason::ioc_remainder, out);
  } else if (taker.type == Type::market) {
    end(taker, Reason::no_liquidity, out);
  } else {
    book(taker, out);
  }
}

Qty MatchingEngine::available(const Order& taker, Key worst_allowed) const {  // C10
  const BookSide& against = side_of(opposite(taker.side));
  const Key worst = std::max(-taker.key, worst_allowed);
  Qty sum = 0;
  std::uint32_t levels = 0;
  for (Key key = against.best(); key != BookSide::kNoKey && key >= worst; key = against.next_worse(key)) {
    if (levels++ == config_.max_levels && config_.max_levels != 0) break;
    const Level& level = *against.find(key);
    Qty own = 0;
    if (prevents(taker)) {
      for (Slot slot = level.head; slot != kNoSlot; slot = pool_[slot].next) {
        if (pool_[slot].participant == taker.participant) own += pool_[slot].leaves;
      }
    }
    if (own > 0 && taker.self_trade != SelfTrade::cancel_oldest) break;
    sum += level.leaves - own;
    if (sum >= taker.qty) break;
  }
  return sum;
}

/// Price-time and price-size-time at one level: always the front (M1, M8). False: the taker has ended.
bool MatchingEngine::match_in_turn(Order& taker, Key key, Output& out) {
  BookSide& against = side_of(opposite(taker.side));
  Level& level = against.at(key);
  const bool watches = prevents(taker);
  while (taker.leaves > 0) {
    const Slot slot = level.head;
    const Order& maker = pool_[slot];
    if (watches && maker.participant == taker.participant) {
      // Taking the last order out closes the level.
      const bool goes_on = prevent_self_trade(taker, slot, out);
      if (!goes_on) return false;
      if (against.best() != key) return true;
      continue;
    }
    fill(taker, level, slot, std::min(taker.leaves, maker.shown), out);
    if (level.count == 0) {
      against.close(key);
      return true;
    }
  }
  return true;
}

/// One fill in continuous trading, and what it means for the maker (M2). A level that is empty after it is
/// left to the caller.
void MatchingEngine::fill(Order& taker, Level& level, Slot slot, Qty qty, Output& out) {
  Order& maker = pool_[slot];
  taker.leaves -= qty;
  maker.leaves -= qty;
  maker.shown -= qty;
  level.leaves -= qty;
  level.shown -= qty;
  Message& said = out.emplace_back(message(MessageType::fill, maker));
  said.side = taker.side;
  said.other_id = taker.id;
  said.qty = qty;
  said.leaves = maker.leaves;
  said.other_leaves = taker.leaves;
  said.shown = maker.shown;
  last_price_ = said.price;
  if (maker.leaves == 0) {
    remove_from_level(level, slot);
    return;
  }
  if (maker.shown > 0) {
    if (config_.priority == PriorityRule::price_size_time) {  // M9
      pool_.unlink(level, slot);
      place_by_size(level, slot);
    }
    return;
  }
  Slot& top = top_[index_of(maker.side)];
  if (top == slot) top = kNoSlot;
  level.leaves -= maker.leaves;  // `join` counts it anew
  maker.shown = maker.fresh_slice();
  pool_.unlink(level, slot);
  join(level, slot);
  Message& slice = out.emplace_back(message(MessageType::refreshed, maker));
  slice.leaves = maker.leaves;
  slice.shown = maker.shown;
}

}  // namespace lockstep::matching
