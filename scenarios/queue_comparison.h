// How far each queue model is from the truth: virtual orders of the smallest size join the touch of an
// order-by-order recording at seeded times, and are followed by the exact model and, on the same stream added
// up to levels and trades, by each of the others. Reads a recording; runs no strategy.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "sim/queue_model.h"

namespace lockstep::scenarios {

struct ComparisonSetup {
  std::uint64_t seed = 1;
  DurationNs mean_gap_ns = 2 * kSecond;  ///< between virtual orders of one slot
  DurationNs patience_ns = kMinute;      ///< an order that has not filled is taken back
  std::vector<DurationNs> horizons_ns = {kSecond, 10 * kSecond, kMinute};  ///< at most the patience
  int slots = 8;  ///< virtual orders alive at once, apart
};

/// Filled within a horizon according to the model, and in truth.
struct Confusion {
  std::uint64_t both = 0;
  std::uint64_t only_model = 0;
  std::uint64_t only_truth = 0;
  std::uint64_t neither = 0;
};

/// NaN where nothing was measured.
struct ModelError {
  std::string name;
  std::vector<Confusion> within;  ///< per horizon
  std::uint64_t both_filled = 0;  ///< within the patience
  double median_error_ms = 0;     ///< of |fill time - true fill time| over those
  double p90_error_ms = 0;
  double position_bias = 0;  ///< mean of (ahead - true ahead) / ahead at the start
  double position_rmse = 0;
  std::uint64_t position_samples = 0;  ///< one at every change of the level while both rest
};

struct ModelComparison {
  std::string symbol;
  std::uint64_t orders = 0;
  std::uint64_t filled = 0;  ///< in truth, within the patience
  std::vector<ModelError> models;
};

/// One per instrument with order-by-order events. `models` are named. Error: the recording cannot be read, or
/// shows no orders.
Result<std::vector<ModelComparison>> compare_queue_models(
    const std::string& recording_path, const std::vector<std::pair<std::string, sim::QueueModel>>& models,
    const ComparisonSetup& setup, const std::function<void(std::uint64_t, double)>& progress);

}  // namespace lockstep::scenarios
