// One run of a scenario into a folder: journal.lsr, results.h5 and run.toml; figures and totals come back.
// The folder is a run's alone. Reads the wall clock only to report progress and speed; neither touches the
// run.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/metrics/performance.h"
#include "scenarios/assembly.h"

namespace lockstep::scenarios {

struct Progress {
  std::uint64_t events = 0;
  double fraction = -1;  ///< of the recording; negative: unknown
};

struct RunOptions {
  std::string out_dir;  ///< made if missing; an earlier run in it is replaced; any other content is refused
  std::function<void(const Progress&)> progress;  ///< called now and then; may be empty
};

/// What a run amounts to, for summary.json and for people.
struct RunSummary {
  std::string name;
  std::vector<std::string> strategies;
  std::vector<std::string> instruments;  ///< that the strategies trade
  RunTotals totals;
  std::string currency;
  Money starting_equity;
  Money final_equity;
  Money fees;
  Totals final_totals;         ///< in `currency`; fees and final equity among them
  std::vector<Qty> positions;  ///< at the end, by instrument
  Performance performance;
  std::vector<MetricRow> metrics;
  RecordingIdentity recording;
  double wall_seconds = 0;  ///< from opening the input to the last byte of the results
  std::string scenario_sha256;
  std::string program_version;
  std::uint64_t seed = 0;
};

Result<RunSummary> run_scenario(const Scenario& scenario, std::span<const StrategyFactory> factories,
                                const RunOptions& options);

/// SHA-256 as 64 hex digits.
std::string sha256_hex(std::string_view bytes);

/// Advances a session to its end, reporting progress about five times a second.
Result<RunTotals> drive(Session& session, const Assembly& assembly,
                        const std::function<void(const Progress&)>& progress);

}  // namespace lockstep::scenarios
