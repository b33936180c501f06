// A source whose events reach us as a model of the line from the exchange says, instead of as recorded. Wraps
// and owns another source; changes nothing of an event but when it was received, and loses none.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/core/latency.h"
#include "engine/event/ports.h"

namespace lockstep::feeds {

struct DelayOptions {
  DurationNs slack_ns = 5 * kSecond;  ///< the longest recorded delay that it reckons with: 0 .. 1d
  std::size_t most_waiting = std::size_t{1} << 20U;  ///< events: 1 .. 2^24
};

/// Each venue has a connection of its own, with random numbers of its own. An event that the exchange stamped
/// is received at that time and a delay of the model (kFlagReceiveDerived is set), and not before what its
/// connection delivered earlier: the order within a venue stays as recorded. Where the stamp does not say
/// when the event was sent (there is none; a definition, a gap, a state replay), the recorded time of receipt
/// counts. A gap of every book, which has no instrument, stays between the same events of all venues. Events
/// of the control kind keep their time. The connections are merged by time of receipt, and by the original
/// number where it is equal.
///
/// To merge, it reads ahead in the wrapped source until no event can come that belongs earlier: as far as the
/// modelled delay, and with several venues `slack_ns` more. It holds these events and their levels, and never
/// more than `most_waiting` events. One that comes later than reckoned with, or for which there was no room
/// to wait, is received with the event that was handed out last, and counted by late(). No allocation per
/// event once it has held the most that it ever holds at once.
class DelayedSource final : public Source {
 public:
  /// Requires: a valid model, and options in their ranges.
  DelayedSource(std::unique_ptr<Source> source, const LatencyModel& model, std::uint64_t seed,
                const DelayOptions& options = {});

  [[nodiscard]] std::span<const Instrument> instruments() const override { return source_->instruments(); }
  /// About a thousand events at a time. An error of the wrapped source comes out behind the events before it.
  Result<Pull> pull(Batch& out) override;
  /// In the order in which this source hands out. Goes to the beginning and makes everything again, so it
  /// costs what pulling that many events costs. Error past the end, or where the wrapped source cannot go to
  /// its beginning.
  Status seek(std::uint64_t event_number) override;

  /// Events so far that had to come later than the model says, because they came out of order.
  [[nodiscard]] std::uint64_t late() const { return late_; }

 private:
  struct Waiting {
    Event event;
    std::vector<Level> levels;
  };
  struct Place {
    TimeNs recv_ts_ns;
    std::uint64_t number;  // in the wrapped source; no two are equal
    std::uint32_t slot;
    std::uint32_t connection;
  };
  struct Connection {
    Latency latency;
    TimeNs last_ts_ns = INT64_MIN;  // the last time of receipt given
    std::size_t waiting = 0;
  };

  static bool is_later(const Place& a, const Place& b);
  void restart();
  void take(const Event& event, std::span<const Level> levels);
  [[nodiscard]] TimeNs received(const Event& event, std::uint32_t connection);
  [[nodiscard]] bool may_go(const Place& first) const;
  void hand_out();
  void fill();

  std::unique_ptr<Source> source_;
  LatencyModel model_;
  std::uint64_t seed_;
  DelayOptions options_;
  std::vector<std::uint32_t> connection_of_;  // by instrument
  std::vector<Connection> connections_;       // by venue, and a last one for what has no venue
  std::vector<Waiting> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::vector<Place> heap_;  // the first to be received in front
  Batch input_;
  std::size_t input_at_ = 0;
  std::uint64_t taken_ = 0;
  TimeNs latest_ts_ns_ = INT64_MIN;  // of the recorded times of receipt
  TimeNs last_out_ts_ns_ = INT64_MIN;
  std::uint64_t late_ = 0;
  bool ended_ = false;
  Status end_ = Done{};  // how the wrapped source ended
  std::vector<Event> events_;
  std::vector<Level> levels_;
  std::size_t batch_begin_ = 0;   // where the next pull begins in events_, after a seek
  std::uint64_t handed_out_ = 0;  // events up to the end of events_
};

}  // namespace lockstep::feeds
