// Which orders of an order-by-order feed joined a queue after one of ours, so that it is known of any order
// in that queue whether it stands before ours: all that are not among these came before. Owned by its
// Listing; grows with our queues, not with the market.
#pragma once

#include <vector>

#include "engine/core/id_map.h"
#include "engine/core/state.h"

namespace lockstep::sim {

class Latecomers {
 public:
  /// The number of the next to join: who stands in a queue now is before it.
  [[nodiscard]] std::uint64_t next_number() const { return next_number_; }
  /// Numbers begin at 1 and rise; 0: it is none of them.
  [[nodiscard]] std::uint64_t number_of(std::uint64_t id) const {
    const std::uint32_t slot = slots_.find(id);
    return slot == IdMap::kAbsent ? 0 : entries_[slot].number;
  }

  /// To the back of its queue, wherever it was before.
  void join(std::uint64_t id) {
    leave(id);
    slots_.insert(id, static_cast<std::uint32_t>(entries_.size()));
    entries_.push_back({id, next_number_++});
  }
  /// Does nothing where it is none of them.
  void leave(std::uint64_t id) {
    const std::uint32_t slot = slots_.find(id);
    if (slot == IdMap::kAbsent) return;
    slots_.erase(id);
    if (slot + 1 != entries_.size()) {
      entries_[slot] = entries_.back();
      slots_.erase(entries_[slot].id);
      slots_.insert(entries_[slot].id, slot);
    }
    entries_.pop_back();
  }
  void clear() {
    if (entries_.empty()) return;
    slots_.clear();
    entries_.clear();
  }

  void visit(StateVisitor& visitor) {
    visitor.list(entries_, [&](Entry& entry) { visitor.record(entry); });
    visitor.field(next_number_);
    if (!visitor.is_loading()) return;
    slots_.clear();
    for (std::uint32_t slot = 0; slot < entries_.size() && visitor.ok(); ++slot) {
      if (slots_.find(entries_[slot].id) != IdMap::kAbsent) return visitor.fail();
      slots_.insert(entries_[slot].id, slot);
    }
  }

 private:
  struct Entry {
    std::uint64_t id;
    std::uint64_t number;
  };

  IdMap slots_;  // by id
  std::vector<Entry> entries_;
  std::uint64_t next_number_ = 1;
};

}  // namespace lockstep::sim
