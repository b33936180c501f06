// Several event streams into one, or one unsorted stream into a sorted one, by receive time. Stable: equal
// times keep their input's order, and between inputs the one added first goes first. It never changes an
// event.
#pragma once

#include <memory>
#include <vector>

#include "feeds/files/import.h"

namespace lockstep::feeds {

/// When an event was received, or its exchange time where the source has no receive time.
inline TimeNs order_ts_ns(const Event& event) {
  return event.recv_ts_ns != kNoTime ? event.recv_ts_ns : event.exch_ts_ns;
}

/// Merges streams that are each in order. Holds one row's events of each. What one next() of an input yields
/// stays together, at the time of its first event. The first error of any input ends it.
class MergedStream final : public EventStream {
 public:
  explicit MergedStream(std::vector<std::unique_ptr<EventStream>> inputs);
  Result<bool> next(EventBatch& out) override;

 private:
  struct Input {
    std::unique_ptr<EventStream> stream;
    EventBatch head;
    bool at_end = false;
  };
  Status advance(Input& input);
  std::vector<Input> inputs_;
  std::vector<std::size_t> heap_;  // inputs that have a head, soonest first
  bool started_ = false;
};

/// Streams one after the other, each as it is.
class ChainedStream final : public EventStream {
 public:
  explicit ChainedStream(std::vector<std::unique_ptr<EventStream>> inputs) : inputs_(std::move(inputs)) {}
  Result<bool> next(EventBatch& out) override;

 private:
  std::vector<std::unique_ptr<EventStream>> inputs_;
  std::size_t at_ = 0;
};

/// The whole of a stream, sorted by receive time. Takes memory for all of it (64 bytes an event, 16 a level).
class SortedStream final : public EventStream {
 public:
  explicit SortedStream(std::unique_ptr<EventStream> input) : input_(std::move(input)) {}
  Result<bool> next(EventBatch& out) override;

 private:
  std::unique_ptr<EventStream> input_;
  EventBatch all_;
  std::vector<std::size_t> order_;
  std::size_t at_ = 0;
  bool loaded_ = false;
  Status status_ = Done{};
};

/// Appends an event, with its levels if it is a book update, to another batch.
void append_event(EventBatch& out, const Event& event, const std::vector<Level>& levels);

}  // namespace lockstep::feeds
