// How our orders fill at one instrument of a simulated venue: queue model, sizes, impact. Plain data, chosen
// per instrument.
#pragma once

#include "sim/impact.h"
#include "sim/queue_model.h"

namespace lockstep::sim {

/// Defaults: today's market as it is.
struct FillRules {
  QueueModel queue;
  /// False: what shows or prints at a price fills us in whole, however small it is (some paper venues).
  bool checks_size = true;
  /// The chance that a fill is for a part only, of a uniformly drawn number of lots; in 10^-9. What is left
  /// rests, or, of a market order, is tried again at the next event.
  std::int64_t partial_fill_ppb = 0;
  Impact impact;
};

Status validate(const FillRules& rules);

}  // namespace lockstep::sim
