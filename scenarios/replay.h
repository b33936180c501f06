// Repeats a finished run from its own journal and checks every decision, execution and digest against it, one
// by one.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/run.h"

namespace lockstep::scenarios {

/// Where the repetition parted from the journal.
struct Divergence {
  std::uint64_t input_events = 0;  ///< inputs taken in when it happened; the last of them is behind it
  /// The outputs that differ; nothing: that one has no output here. Where no output differs but a digest
  /// does, the digests.
  std::optional<Event> in_journal;
  std::optional<Event> in_replay;
};

struct ReplayOutcome {
  RunTotals totals;
  std::uint64_t checked = 0;     ///< journal records that were equal
  bool journal_is_whole = true;  ///< false: it ends without a seal; what it holds was checked
  std::optional<Divergence> divergence;
  std::string journal_version;  ///< of the program that wrote it
  std::string recording_path;   ///< empty: the input was generated
  std::vector<Instrument> instruments;
};

struct ReplayOptions {
  std::vector<std::string>
      recordings_dirs;  ///< searched after the scenario's path and the journal's own folder
  std::function<void(const Progress&)> progress;
};

/// `run` is a journal or the folder of its run. Error `mismatch`: no recording with the journal's content
/// hash was found. A run that parts is no error: see `divergence`.
Result<ReplayOutcome> replay_journal(const std::string& run, std::span<const StrategyFactory> factories,
                                     const ReplayOptions& options);

/// The scenario that a journal carries.
Result<Scenario> scenario_of(const recordings::LogReader& journal);

/// The recording that a journal names: found by content, refused if none has it. Empty if the input was
/// generated.
Result<std::string> find_recording(const recordings::LogReader& journal, const Scenario& scenario,
                                   const std::vector<std::string>& recordings_dirs);

}  // namespace lockstep::scenarios
