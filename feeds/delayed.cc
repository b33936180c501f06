#include "feeds/delayed.h"

#include <algorithm>

namespace lockstep::feeds {
namespace {

constexpr std::uint32_t kFeedLatencyStream = 36;
constexpr std::size_t kBatchEvents = 1024;

// Whether the exchange time is when the exchange sent it.
bool says_when_sent(const Event& event) {
  return event.exch_ts_ns != kNoTime && event.kind != Kind::definition && event.kind != Kind::gap &&
         (event.flags & kFlagVenueSnapshot) == 0;
}

TimeNs recorded_ts_ns(const Event& event) {
  return event.recv_ts_ns != kNoTime ? event.recv_ts_ns : event.exch_ts_ns;
}

}  // namespace

DelayedSource::DelayedSource(std::unique_ptr<Source> source, const LatencyModel& model, std::uint64_t seed,
                             const DelayOptions& options)
    : source_(std::move(source)), model_(model), seed_(seed), options_(options) {
  LOCKSTEP_CHECK(validate(model).ok(), "the model of a feed's latency is valid");
  LOCKSTEP_CHECK(options.slack_ns >= 0 && options.slack_ns <= kDay, "a feed reads ahead by at most a day");
  LOCKSTEP_CHECK(options.most_waiting >= 1 && options.most_waiting <= std::size_t{1} << 24U,
                 "1 to 2^24 events may wait");
  std::vector<std::string> venues;
  for (const Instrument& instrument : source_->instruments()) {
    const auto found = std::find(venues.begin(), venues.end(), instrument.venue);
    connection_of_.push_back(static_cast<std::uint32_t>(found - venues.begin()));
    if (found == venues.end()) venues.push_back(instrument.venue);
  }
  const std::size_t count = venues.size() + 1;
  connections_.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    connections_.push_back({Latency(model_, RandomStream(seed_, kFeedLatencyStream, i))});
  events_.reserve(kBatchEvents);
}

void DelayedSource::restart() {
  for (std::size_t i = 0; i < connections_.size(); ++i)
    connections_[i] = {Latency(model_, RandomStream(seed_, kFeedLatencyStream, i))};
  for (const Place& place : heap_) free_slots_.push_back(place.slot);
  heap_.clear();
  input_ = {};
  input_at_ = 0;
  taken_ = 0;
  latest_ts_ns_ = INT64_MIN;
  last_out_ts_ns_ = INT64_MIN;
  late_ = 0;
  ended_ = false;
  end_ = Done{};
  events_.clear();
  levels_.clear();
  batch_begin_ = 0;
  handed_out_ = 0;
}

// Of std heaps the greatest is in front, so "less" means later.
bool DelayedSource::is_later(const Place& a, const Place& b) {
  return a.recv_ts_ns != b.recv_ts_ns ? a.recv_ts_ns > b.recv_ts_ns : a.number > b.number;
}

TimeNs DelayedSource::received(const Event& event, std::uint32_t connection) {
  Connection& line = connections_[connection];
  TimeNs ts_ns = recorded_ts_ns(event);
  const bool has_venue = event.instrument != kNoInstrument;
  if (has_venue && says_when_sent(event)) {
    ts_ns = line.latency.arrival(event.exch_ts_ns);
    line.latency.see(event.exch_ts_ns);
  }
  if (event.kind == Kind::gap && !has_venue) {
    for (const Connection& one : connections_) ts_ns = std::max(ts_ns, one.last_ts_ns);
    for (Connection& one : connections_) one.last_ts_ns = ts_ns;
  }
  return line.last_ts_ns = std::max(ts_ns, line.last_ts_ns);
}

void DelayedSource::take(const Event& event, std::span<const Level> levels) {
  const std::uint32_t connection = event.instrument == kNoInstrument
                                       ? static_cast<std::uint32_t>(connections_.size() - 1)
                                       : connection_of_[event.instrument];
  latest_ts_ns_ = std::max(recorded_ts_ns(event), latest_ts_ns_);
  const TimeNs recv_ts_ns = received(event, connection);
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  slots_[slot].event = event;
  slots_[slot].levels.assign(levels.begin(), levels.end());
  if (event.instrument != kNoInstrument && says_when_sent(event))
    slots_[slot].event.flags = static_cast<std::uint8_t>(event.flags | kFlagReceiveDerived);
  heap_.push_back({recv_ts_ns, taken_++, slot, connection});
  std::push_heap(heap_.begin(), heap_.end(), is_later);
  ++connections_[connection].waiting;
}

// Nothing that is still to come belongs before it. A connection with something waiting, or that has delivered
// later than that, has nothing earlier; of the others only the recorded times tell.
bool DelayedSource::may_go(const Place& first) const {
  if (ended_ || heap_.size() >= options_.most_waiting) return true;
  if (latest_ts_ns_ > INT64_MIN + kDay && first.recv_ts_ns <= latest_ts_ns_ - options_.slack_ns) return true;
  return std::all_of(connections_.begin(), connections_.end(), [&](const Connection& one) {
    if (one.waiting > 0 || one.last_ts_ns >= first.recv_ts_ns) return true;
    return &one == &connections_.back() && first.recv_ts_ns <= latest_ts_ns_;
  });
}

void DelayedSource::hand_out() {
  std::pop_heap(heap_.begin(), heap_.end(), is_later);
  const Place first = heap_.back();
  heap_.pop_back();
  --connections_[first.connection].waiting;
  const Waiting& waiting = slots_[first.slot];
  Event event = waiting.event;
  if (first.recv_ts_ns < last_out_ts_ns_) ++late_;
  last_out_ts_ns_ = event.recv_ts_ns = std::max(first.recv_ts_ns, last_out_ts_ns_);
  if (event.kind == Kind::book) {
    auto update = event.as<BookUpdate>();
    update.first_level = static_cast<std::uint32_t>(levels_.size());
    event.set(update);
    levels_.insert(levels_.end(), waiting.levels.begin(), waiting.levels.end());
  }
  events_.push_back(event);
  free_slots_.push_back(first.slot);
}

void DelayedSource::fill() {
  events_.clear();
  levels_.clear();
  batch_begin_ = 0;
  while (events_.size() < kBatchEvents && !(ended_ && heap_.empty())) {
    if (!heap_.empty() && may_go(heap_.front())) {
      hand_out();
    } else if (input_at_ < input_.events.size()) {
      const Event& event = input_.events[input_at_++];
      std::span<const Level> levels;
      if (event.kind == Kind::book) {
        const auto update = event.as<BookUpdate>();
        levels = input_.levels.subspan(update.first_level, std::size_t{update.bid_count} + update.ask_count);
      }
      take(event, levels);
    } else {
      const Result<Pull> pulled = source_->pull(input_);
      input_at_ = 0;
      if (!pulled) end_ = pulled.error();
      ended_ = !pulled || *pulled == Pull::end;
      if (ended_) input_ = {};
    }
  }
  handed_out_ += events_.size();
}

Result<Source::Pull> DelayedSource::pull(Batch& out) {
  if (batch_begin_ == events_.size()) fill();
  if (events_.empty()) {
    if (!end_) return end_.error();
    return Pull::end;
  }
  out.events = std::span<const Event>(events_).subspan(batch_begin_);
  out.levels = levels_;
  batch_begin_ = events_.size();
  return Pull::events;
}

Status DelayedSource::seek(std::uint64_t event_number) {
  if (Status begun = source_->seek(0); !begun) return begun;
  restart();
  while (handed_out_ < event_number) {
    fill();
    if (!events_.empty()) continue;
    if (!end_) return end_.error();
    return Error{ErrorCode::bad_input, "delayed feed",
                 "has " + std::to_string(handed_out_) + " events; cannot go to number " +
                     std::to_string(event_number)};
  }
  batch_begin_ = events_.size() - static_cast<std::size_t>(handed_out_ - event_number);
  return Done{};
}

}  // namespace lockstep::feeds
