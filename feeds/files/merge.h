// Several event streams into one, or one unsorted stream into a sorted one, by receive time. Stable: equal
// times keep their input's order, and between inputs the one added first goes first. It never changes an
// event.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "feeds/files/import.h"

namespace lockstep::feeds {

/// When an event was received, or its exchange time where the source has no receive time.
inline TimeNs order_ts_ns(const Event& event) {
  return event.recv_ts_ns != kNoTime ? event.recv_ts_ns : event.exch_ts_ns;
}

/// A stream that is opened when its time comes, so that a folder of days does not hold every file open.
struct LateInput {
  TimeNs first_ts_ns = INT64_MIN;  ///< no event of it has an earlier order time
  std::function<Result<std::unique_ptr<EventStream>>()> open;
};

/// Merges streams that are each in order. Holds one row's events of each open one. What one next() of an
/// input yields stays together, at the time of its first event. The first error of any input ends it.
class MergedStream final : public EventStream {
 public:
  explicit MergedStream(std::vector<std::unique_ptr<EventStream>> inputs);
  explicit MergedStream(std::vector<LateInput> inputs);
  Result<bool> next(EventBatch& out) override;

 private:
  struct Input {
    LateInput late;
    std::unique_ptr<EventStream> stream;
    EventBatch head;  ///< empty while it is not open
    TimeNs next_ts_ns = INT64_MIN;
  };
  void push(std::size_t index);
  /// Reads the head of an input and puts it back into the heap, unless it is at its end.
  Status advance(std::size_t index);
  [[nodiscard]] bool is_later(std::size_t a, std::size_t b) const;

  std::vector<Input> inputs_;
  std::vector<std::size_t> heap_;  ///< inputs that go on, soonest in front
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

/// A stream together with what it speaks of, such as the instruments that its files share.
class KeepingStream final : public EventStream {
 public:
  KeepingStream(std::unique_ptr<EventStream> stream, std::shared_ptr<const void> kept)
      : kept_(std::move(kept)), stream_(std::move(stream)) {}
  Result<bool> next(EventBatch& out) override { return stream_->next(out); }

 private:
  std::shared_ptr<const void> kept_;  // outlives stream_, which is destroyed first
  std::unique_ptr<EventStream> stream_;
};

}  // namespace lockstep::feeds
