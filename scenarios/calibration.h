// Estimates from a recording what a scenario's venue should be told: queue model, impact, latency. Reads the
// recording once; writes nothing.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "sim/impact_calibration.h"
#include "sim/queue_calibration.h"

namespace lockstep::scenarios {

struct CalibrationSetup {
  std::uint64_t seed = 1;               ///< of the resampling behind the intervals
  DurationNs window_ns = 10 * kSecond;  ///< of impact
};

/// Receive minus exchange time. NaN where there is nothing to estimate from.
struct LatencyEstimates {
  std::uint64_t count = 0;
  std::uint64_t negative = 0;  ///< left out: a clock was wrong
  double minimum_ns = 0;
  sim::Estimate median_ns;  ///< the interval by order statistics, as if they were independent
  sim::Estimate sigma;  ///< of a lognormal: log of the 84.13% quantile over the median; by the delta method
  double p99_ns = 0;
};

struct InstrumentCalibration {
  Instrument instrument;
  bool has_orders = false;
  sim::QueueEstimates queue;  ///< where there are orders
  sim::ImpactEstimates impact;
};

struct Calibration {
  std::vector<InstrumentCalibration> instruments;
  LatencyEstimates latency;
  DurationNs window_ns = 0;
};

/// Error: the recording cannot be read.
Result<Calibration> calibrate(const std::string& recording_path, const CalibrationSetup& setup,
                              const std::function<void(std::uint64_t, double)>& progress);

/// A fragment of a scenario, with a table per instrument under [venue.instruments]; what could not be
/// estimated is left out and said in a comment.
std::string scenario_fragment(const Calibration& calibration, const std::string& recording_name);

}  // namespace lockstep::scenarios
