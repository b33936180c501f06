// A run as people start it: with progress, summary.json and report.html. Shared by `run` and `demo`.
#pragma once

#include "scenarios/run.h"
#include "tools/verb.h"

namespace lockstep::tools {

/// Runs and writes all files of a run's folder. Progress goes to standard error.
Result<scenarios::RunSummary> run_and_report(const scenarios::Scenario& scenario,
                                             std::span<const StrategyFactory> strategies,
                                             const std::string& out_dir);

}  // namespace lockstep::tools
