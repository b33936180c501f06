// What came first goes first. Owned by the parts of the simulated venue. Allocates only while it holds more
// than ever before; its memory follows the most that it held at once.
#pragma once

#include <vector>

#include "engine/core/check.h"
#include "engine/core/state.h"

namespace lockstep::sim {

template <class T>
class Fifo {
 public:
  void reserve(std::size_t size) { items_.reserve(size); }
  [[nodiscard]] bool empty() const { return head_ == items_.size(); }
  [[nodiscard]] std::size_t size() const { return items_.size() - head_; }
  /// Requires: not empty. Valid until the next call that is not const.
  [[nodiscard]] const T& front() const {
    LOCKSTEP_CHECK(!empty(), "front of an empty queue");
    return items_[head_];
  }
  [[nodiscard]] T& back() {
    LOCKSTEP_CHECK(!empty(), "back of an empty queue");
    return items_.back();
  }
  void push(const T& item) {
    if (items_.size() == items_.capacity()) close_up();
    items_.push_back(item);
  }
  /// Requires: not empty.
  void pop() {
    LOCKSTEP_CHECK(!empty(), "pop of an empty queue");
    // Half of it gone: moving the rest costs less than what was taken since the last time.
    if (++head_ * 2 >= items_.size()) close_up();
  }
  void clear() {
    items_.clear();
    head_ = 0;
  }

  template <class Each>
  void visit(StateVisitor& visitor, Each each) {
    close_up();
    visitor.list(items_, each);
  }

 private:
  void close_up() {
    items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }

  std::vector<T> items_;
  std::size_t head_ = 0;
};

}  // namespace lockstep::sim
