// The three ports of the core: where events come from, where orders go, where facts are kept. The core knows
// nothing else of the outside. Implementations live in feeds/, recordings/ and sim/; none of them is known
// here.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/core/result.h"
#include "engine/core/state.h"
#include "engine/event/event.h"

namespace lockstep {

/// Events in the order of their receipt, and the levels their book updates point into.
struct Batch {
  std::span<const Event> events;
  std::span<const Level> levels;
};

/// Events in. Single-threaded; a recording, a vendor file, a generator and a live feed look the same.
class Source {
 public:
  enum class Pull { events, end };

  virtual ~Source() = default;

  /// The instruments that the events index. Known before the first event and constant for the life of the
  /// source.
  [[nodiscard]] virtual std::span<const Instrument> instruments() const = 0;

  /// The next events: at least one when it returns Pull::events. `out` stays valid until the next call or the
  /// source's end. Order of receipt is the order of delivery. A loss is a gap event; what cannot go on is an
  /// Error, for ever after.
  virtual Result<Pull> pull(Batch& out) = 0;

  /// Goes to the event with this number (from 0), so that the next pull begins with it. An error if it
  /// cannot.
  virtual Status seek(std::uint64_t event_number) = 0;
};

/// Takes the venue's answers, and what a simulated exchange publishes of its own market (events without
/// levels); the session queues both by their due time.
class ExecutionSink {
 public:
  virtual ~ExecutionSink() = default;
  /// `event.recv_ts_ns` = when we get it, at or after the event that caused it; exch_ts_ns = when the venue
  /// did it.
  virtual void push(const Event& event) = 0;
};

class Books;  // engine/book/books.h

/// Orders out. Answers come back as events through the sink, never as return values.
class Venue {
 public:
  virtual ~Venue() = default;

  /// A decision that passed the risk gate, taken at recv_ts_ns: submit, cancel, replace, cancel_all or
  /// mass_quote; order_terms come right before the submit that they belong to.
  virtual void instruct(const Event& instruction, ExecutionSink& sink) = 0;

  /// Every market event in order of receipt, before it is applied to `books`: they show the market just
  /// before it.
  virtual void on_market(const Event& event, std::span<const Level> levels, const Books& books,
                         ExecutionSink& sink) = 0;

  /// The session ends at `now`: what still works expires.
  virtual void finish(TimeNs now, const Books& books, ExecutionSink& sink) = 0;

  /// State for snapshots and digests.
  virtual void visit(StateVisitor& visitor) = 0;
};

/// Facts kept, in the order of the run. A refusal to store is sticky and comes out of `status`.
class Journal {
 public:
  virtual ~Journal() = default;
  /// An input (kept by live runs), a decision, an execution or a checkpoint. `levels` belong to a book
  /// update.
  virtual void append(const Event& event, std::span<const Level> levels) = 0;
  [[nodiscard]] virtual Status status() const = 0;
};

}  // namespace lockstep
