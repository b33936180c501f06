// Walks over the orders of an engine in the order of rule W7, for commands that concern many. Private to the
// engine's own files.
#pragma once

#include "sim/matching/matching_engine.h"

namespace lockstep::matching {

/// Calls `each(slot)` from the front; it may take that order out, and may add others elsewhere.
template <class Each>
void MatchingEngine::walk(const Queue& queue, Each each) {
  for (Slot slot = queue.head; slot != kNoSlot;) {
    const Slot next = pool_[slot].next;
    each(slot);
    slot = next;
  }
}

template <class Each>
void MatchingEngine::walk_book(Each each) {
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
    walk(unpriced_[side], each);
    const BookSide& levels = sides_[side];
    for (Key key = levels.best(); key != BookSide::kNoKey; key = levels.next_worse(key)) {
      walk(Queue(*levels.find(key)), each);
    }
  }
}

}  // namespace lockstep::matching
