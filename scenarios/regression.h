// A scenario as a regression test: runs it and holds what came of it against its [expect]. Leaves nothing
// behind but what it is told to keep.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/diff.h"
#include "scenarios/expectation.h"
#include "scenarios/run.h"

namespace lockstep::scenarios {

enum class Verdict { passed, failed, skipped };

struct RegressionOptions {
  std::vector<std::string> settings;  ///< as for load_scenario
  std::string work_dir;      ///< where the run is made and removed again; a folder of this test's own
  std::string baseline_dir;  ///< kept runs, by the name of the test; empty: none
  bool keep = false;         ///< the run of a test that passed becomes its kept run
  bool run_without_expectation =
      false;  ///< also runs what is skipped for want of an [expect], for its outcome
};

struct RegressionResult {
  std::string path;
  Verdict verdict = Verdict::failed;
  std::string reason;  ///< why it was skipped, or could not be run; else empty
  std::vector<Mismatch> mismatches;
  std::optional<Expectation> expectation;  ///< of a scenario that could be read and has one
  bool is_scripted = false;                ///< its orders are text
  std::optional<Outcome> outcome;          ///< of a scenario that ran
  std::optional<RunDiff> difference;       ///< to its kept run (A), where there is one and the test failed
  std::string baseline;                    ///< the kept run
  double wall_seconds = 0;
};

/// The scenarios in files and folders, folders with all below them, sorted: path, and the name of the test,
/// which is the path within its folder without `.toml`. Error: a path does not exist or a folder has none.
Result<std::vector<std::pair<std::string, std::string>>> find_scenarios(
    const std::vector<std::string>& paths);

/// A scenario without [expect], or whose recording is not there, is skipped. `name` is that of its kept run.
RegressionResult test_scenario(const std::string& path, const std::string& name,
                               std::span<const StrategyFactory> factories, const RegressionOptions& options);

/// The text of a scenario's file with this digest, and these executions unless they are null, in its
/// [expect], which is added at the end if there is none; everything else stays. Error: [expect] is not
/// written as a table of its own.
Result<std::string> with_expectation(const std::string& toml_text, const std::string& name,
                                     const std::string& digest, const std::vector<std::string>* executions);

/// `executions = [...]` as a scenario has it, without a line feed at the end.
std::string executions_toml(const std::vector<std::string>& executions);

}  // namespace lockstep::scenarios
