#include "feeds/files/merge.h"

#include <algorithm>
#include <numeric>

namespace lockstep::feeds {

MergedStream::MergedStream(std::vector<std::unique_ptr<EventStream>> inputs) {
  for (auto& stream : inputs) {
    inputs_.push_back({{}, std::move(stream), {}, INT64_MIN});
    push(inputs_.size() - 1);
  }
}

MergedStream::MergedStream(std::vector<LateInput> inputs) {
  for (LateInput& late : inputs) {
    const TimeNs first_ts_ns = late.first_ts_ns;
    inputs_.push_back({std::move(late), nullptr, {}, first_ts_ns});
    push(inputs_.size() - 1);
  }
}

bool MergedStream::is_later(std::size_t a, std::size_t b) const {
  const TimeNs a_ts_ns = inputs_[a].next_ts_ns;
  const TimeNs b_ts_ns = inputs_[b].next_ts_ns;
  return a_ts_ns != b_ts_ns ? a_ts_ns > b_ts_ns : a > b;
}

void MergedStream::push(std::size_t index) {
  heap_.push_back(index);
  // std heaps keep the greatest in front, so "less" means later.
  std::push_heap(heap_.begin(), heap_.end(), [this](std::size_t a, std::size_t b) { return is_later(a, b); });
}

Status MergedStream::advance(std::size_t index) {
  Input& input = inputs_[index];
  input.head.events.clear();
  input.head.levels.clear();
  const Result<bool> more = input.stream->next(input.head);
  if (!input.head.events.empty()) {
    input.next_ts_ns = order_ts_ns(input.head.events.front());
    push(index);
  } else if (more && !*more) {
    input.stream.reset();
  }
  if (!more) return more.error();
  return Done{};
}

Result<bool> MergedStream::next(EventBatch& out) {
  while (!heap_.empty()) {
    std::pop_heap(heap_.begin(), heap_.end(),
                  [this](std::size_t a, std::size_t b) { return is_later(a, b); });
    const std::size_t first = heap_.back();
    heap_.pop_back();
    Input& input = inputs_[first];
    if (!input.stream) {
      Result<std::unique_ptr<EventStream>> opened = input.late.open();
      if (!opened) return opened.error();
      input.stream = std::move(opened).value();
    }
    const bool has_head = !input.head.events.empty();
    for (const Event& event : input.head.events) append_event(out, event, input.head.levels);
    if (const Status status = advance(first); !status) return status.error();
    if (has_head) return true;
  }
  return false;
}

Result<bool> ChainedStream::next(EventBatch& out) {
  for (; at_ < inputs_.size(); ++at_) {
    const Result<bool> more = inputs_[at_]->next(out);
    if (!more || *more) return more;
    inputs_[at_].reset();
  }
  return false;
}

Result<bool> SortedStream::next(EventBatch& out) {
  if (!loaded_) {
    loaded_ = true;
    for (;;) {
      const Result<bool> more = input_->next(all_);
      if (!more) status_ = more.error();
      if (!more || !*more) break;
    }
    input_.reset();
    order_.resize(all_.events.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::stable_sort(order_.begin(), order_.end(), [this](std::size_t a, std::size_t b) {
      return order_ts_ns(all_.events[a]) < order_ts_ns(all_.events[b]);
    });
  }
  if (at_ < order_.size()) {
    append_event(out, all_.events[order_[at_++]], all_.levels);
    return true;
  }
  if (!status_) return status_.error();
  return false;
}

}  // namespace lockstep::feeds
