#include "feeds/files/merge.h"

#include <algorithm>
#include <numeric>

namespace lockstep::feeds {

void append_event(EventBatch& out, const Event& event, const std::vector<Level>& levels) {
  out.events.push_back(event);
  if (event.kind != Kind::book) return;
  auto update = event.as<BookUpdate>();
  const auto first = levels.begin() + static_cast<std::ptrdiff_t>(update.first_level);
  const auto count =
      static_cast<std::ptrdiff_t>(update.bid_count) + static_cast<std::ptrdiff_t>(update.ask_count);
  update.first_level = static_cast<std::uint32_t>(out.levels.size());
  out.levels.insert(out.levels.end(), first, first + count);
  out.events.back().set(update);
}

MergedStream::MergedStream(std::vector<std::unique_ptr<EventStream>> inputs) {
  for (auto& stream : inputs) inputs_.push_back({std::move(stream), {}, false});
}

Status MergedStream::advance(Input& input) {
  input.head.events.clear();
  input.head.levels.clear();
  const Result<bool> more = input.stream->next(input.head);
  if (!more) return more.error();
  input.at_end = !*more;
  return Done{};
}

Result<bool> MergedStream::next(EventBatch& out) {
  // std heaps keep the greatest in front, so "less" means later.
  const auto later = [this](std::size_t a, std::size_t b) {
    const TimeNs a_ts = order_ts_ns(inputs_[a].head.events.front());
    const TimeNs b_ts = order_ts_ns(inputs_[b].head.events.front());
    return a_ts != b_ts ? a_ts > b_ts : a > b;
  };
  const auto put_back = [&](std::size_t i) -> Status {
    if (const Status status = advance(inputs_[i]); !status) return status;
    if (inputs_[i].at_end) return Done{};
    heap_.push_back(i);
    std::push_heap(heap_.begin(), heap_.end(), later);
    return Done{};
  };
  if (!started_) {
    started_ = true;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      if (const Status status = put_back(i); !status) return status.error();
    }
  }
  if (heap_.empty()) return false;
  std::pop_heap(heap_.begin(), heap_.end(), later);
  const std::size_t first = heap_.back();
  heap_.pop_back();
  for (const Event& event : inputs_[first].head.events) append_event(out, event, inputs_[first].head.levels);
  // The next row of this input is read ahead; if it is bad, what was just appended has still come first.
  if (const Status status = put_back(first); !status) return status.error();
  return true;
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
