// When a line to a venue is down: what is scheduled, and what chance adds. Owned by a Connection. A pure
// sequence of windows in time, the same whoever walks it and from wherever; knows nothing of what is sent.
#pragma once

#include <vector>

#include "engine/core/random.h"
#include "engine/core/result.h"
#include "engine/core/state.h"
#include "engine/core/time.h"

namespace lockstep::sim {

/// The line is down in [from, to). Both ends of it keep one time: what we receive and what the exchange
/// stamps are compared with the same window.
struct Outage {
  TimeNs from_ts_ns = kEndOfTime;
  TimeNs to_ts_ns = kEndOfTime;
};

struct OutageConfig {
  std::vector<Outage> scheduled = {};  ///< in any order
  /// Random ones: exponential times with these means up and down in turn. Each UTC day draws its own from the
  /// seed, so that an outage stands at the same time whatever part of the day a run covers; one that runs
  /// over midnight ends when it ends.
  DurationNs random_every_ns = 0;     ///< 0: none; else 1s .. 365d
  DurationNs random_lasting_ns = 0;   ///< 1us .. 1d
  DurationNs reconnect_delay_ns = 0;  ///< 0 .. 1d: from the line being up until our state is recovered

  [[nodiscard]] bool any() const { return !scheduled.empty() || random_every_ns > 0; }
};

/// Says which field is out of range, or nothing.
Status validate(const OutageConfig& config);

/// A place in the sequence of outages. Each is [from, to + reconnect_delay), and those that touch are one.
/// Constant memory; a step costs a few draws.
class OutageCursor {
 public:
  /// Requires: a valid configuration, which outlives it. `entity` tells the lines of one seed apart.
  OutageCursor(const OutageConfig& config, std::uint64_t seed, std::uint32_t entity);
  OutageCursor(const OutageConfig&&, std::uint64_t, std::uint32_t) = delete;  // it would not outlive it

  /// The first call places it: at the first outage of the schedule, and of chance from the day before `ts_ns`
  /// on (one of that day may reach into this). Later calls change nothing.
  void begin(TimeNs ts_ns);
  /// Goes forward to the first outage that ends after `ts_ns`, beginning if it has not; never back. Costs
  /// what lies between.
  void pass(TimeNs ts_ns);
  /// Both ends kEndOfTime: there is none any more. Requires: it has begun.
  [[nodiscard]] const Outage& current() const { return current_; }
  /// To the next one. Requires: it has begun.
  void advance();

  void visit(StateVisitor& visitor);

 private:
  void begin_day(std::int64_t day);
  void draw();
  [[nodiscard]] Outage scheduled() const;

  const OutageConfig* config_;
  std::uint64_t seed_;
  std::uint32_t entity_;
  bool has_begun_ = false;
  std::uint64_t next_scheduled_ = 0;  // index in the schedule, which is sorted
  Outage current_;
  Outage next_random_;
  std::int64_t day_ = 0;  // of next_random_
  RandomStream random_;
};

}  // namespace lockstep::sim
