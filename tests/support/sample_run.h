// A made-up run: deterministic rows that look like those of a market maker, for tests of what keeps and shows
// results. Pure integers; equal arguments give equal rows. No engine takes part.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "engine/core/result.h"
#include "engine/event/results.h"

namespace lockstep::tests {

struct SampleOptions {
  std::uint64_t seed = 7;
  int seconds = 4 * 3600;     ///< length of the run; the grid of equity and positions is one second
  int fills_per_1000_s = 90;  ///< per instrument
};

/// BTCUSDT and ETHUSDT, linear perpetuals.
std::vector<Instrument> sample_instruments();

/// Feeds the rows of the run to `sink`, in the order of time.
void feed_sample_run(const SampleOptions& options, ResultSink& sink);

std::vector<MetricRow> sample_metrics();

/// A whole run folder: results.h5, summary.json and run.toml.
Status write_sample_run(const SampleOptions& options, const std::filesystem::path& folder);

}  // namespace lockstep::tests
