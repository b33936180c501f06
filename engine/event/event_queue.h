// What is due later: executions and timers, totally ordered by (time, rank of the kind, sequence). Owned by
// the session. Two entries are never equal, so the order of removal does not depend on the heap's shape.
#pragma once

#include <algorithm>
#include <vector>

#include "engine/core/state.h"
#include "engine/event/event.h"

namespace lockstep {

class EventQueue {
 public:
  EventQueue() { heap_.reserve(256); }

  [[nodiscard]] bool empty() const { return heap_.empty(); }
  [[nodiscard]] std::size_t size() const { return heap_.size(); }
  /// When the first entry is due; kEndOfTime when there is none.
  [[nodiscard]] TimeNs next_ts_ns() const {
    return heap_.empty() ? kEndOfTime : heap_.front().event.recv_ts_ns;
  }

  /// Due at event.recv_ts_ns.
  void push(const Event& event) {
    heap_.push_back({event, next_sequence_++});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }

  /// Requires: not empty.
  Event pop() {
    LOCKSTEP_CHECK(!heap_.empty(), "pop of an empty queue");
    std::pop_heap(heap_.begin(), heap_.end(), later);
    const Event event = heap_.back().event;
    heap_.pop_back();
    return event;
  }

  void visit(StateVisitor& visitor) {
    // In order of removal, so that equal queues have equal digests whatever the history of the heap.
    std::sort(heap_.begin(), heap_.end(), [](const Entry& a, const Entry& b) { return later(b, a); });
    visitor.list(heap_, [&](Entry& entry) {
      visitor.record(entry.event);
      visitor.field(entry.sequence);
    });
    visitor.field(next_sequence_);
  }

 private:
  struct Entry {
    Event event;
    std::uint64_t sequence = 0;
  };

  static int rank(Kind kind) {
    return is_control(kind) && kind != Kind::timer ? 0 : is_execution(kind) ? 1 : 2;
  }

  static bool later(const Entry& a, const Entry& b) {
    if (a.event.recv_ts_ns != b.event.recv_ts_ns) return a.event.recv_ts_ns > b.event.recv_ts_ns;
    const int rank_a = rank(a.event.kind);
    const int rank_b = rank(b.event.kind);
    if (rank_a != rank_b) return rank_a > rank_b;
    return a.sequence > b.sequence;
  }

  std::vector<Entry> heap_;  // a sorted array is a heap too, which visit relies on
  std::uint64_t next_sequence_ = 0;
};

}  // namespace lockstep
