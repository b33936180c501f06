// Pro-rata matching at one level: rounds that share a taker's quantity out among what is displayed.
#include <algorithm>

#include "sim/matching/matching_engine.h"
#include "sim/matching/walk.h"

namespace lockstep::matching {

/// False: the taker has ended (M4).
bool MatchingEngine::match_pro_rata(Order& taker, Key key, Output& out) {
  BookSide& against = side_of(opposite(taker.side));
  while (taker.leaves > 0 && against.best() == key) {
    if (prevents(taker)) {
      bool goes_on = true;
      walk(Queue(against.at(key)), [&](Slot slot) {
        if (goes_on && pool_[slot].participant == taker.participant) {
          goes_on = prevent_self_trade(taker, slot, out);
        }
      });
      if (!goes_on) return false;
      if (against.best() != key) return true;
    }
    Level& level = against.at(key);
    share_out(taker, level);
    for (const Share& share : shares_) {
      if (share.qty > 0) fill(taker, level, share.slot, share.qty, out);
    }
    if (level.count == 0) against.close(key);
  }
  return true;
}

/// Fills `shares_` in the order of the queue (M5, M6).
void MatchingEngine::share_out(const Order& taker, const Level& level) {
  Qty left = std::min(taker.leaves, level.shown);
  const Slot top = config_.top_order ? top_[index_of(opposite(taker.side))] : kNoSlot;
  shares_.clear();
  Qty shown_left = level.shown;
  for (Slot slot = level.head; slot != kNoSlot; slot = pool_[slot].next) {
    Qty first = 0;
    if (slot == top) {
      first = std::min(left, pool_[slot].shown);
      if (config_.top_order_max > 0) first = std::min(first, config_.top_order_max);
    }
    shares_.push_back({slot, first});
    shown_left -= first;
    left -= first;
  }
  const Qty to_share = left;
  for (Share& share : shares_) {
    if (to_share == 0) break;
    const Qty size = pool_[share.slot].shown - share.qty;
    Qty part = static_cast<Qty>(Int128{to_share} * size / shown_left);
    part -= part % config_.lot;
    if (part < config_.min_allocation) part = 0;
    share.qty += part;
    left -= part;
  }
  for (Share& share : shares_) {
    const Qty rest = std::min(left, pool_[share.slot].shown - share.qty);
    share.qty += rest;
    left -= rest;
  }
}

}  // namespace lockstep::matching
