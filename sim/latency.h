// How long an order takes to the exchange and an answer back. Seeded, and never reorders what one connection
// carries.
#pragma once

#include <algorithm>

#include "engine/core/random.h"
#include "engine/core/state.h"
#include "engine/core/time.h"

namespace lockstep::sim {

enum class LatencyKind : std::uint8_t { constant, lognormal };

/// constant: always `median_ns`. lognormal: median_ns x exp(sigma x Z) with Z standard normal, so that half
/// of the delays are shorter than the median; never under `minimum_ns`.
struct LatencyModel {
  LatencyKind kind = LatencyKind::constant;
  DurationNs median_ns = 0;   ///< >= 0, at most an hour
  double sigma = 0;           ///< 0..5, lognormal only
  DurationNs minimum_ns = 0;  ///< >= 0
};

/// Says which field is out of range, or nothing.
Status validate(const LatencyModel& model);

/// One direction of one connection.
class Latency {
 public:
  /// Requires: a valid model.
  Latency(const LatencyModel& model, RandomStream random) : model_(model), random_(random) {}

  /// When something sent at `sent_ns` arrives: after its delay, and not before what was handed over earlier.
  TimeNs arrival(TimeNs sent_ns) { return last_arrival_ns_ = std::max(sent_ns + draw(), last_arrival_ns_); }

  void visit(StateVisitor& visitor);

 private:
  DurationNs draw();

  LatencyModel model_;
  RandomStream random_;
  TimeNs last_arrival_ns_ = INT64_MIN;
};

}  // namespace lockstep::sim
