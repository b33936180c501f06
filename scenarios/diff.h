// The first event at which two runs part, and why: from their journals, and from the recordings behind them where they can
// be found. Reads both once, in bounded memory.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/replay.h"

namespace lockstep::scenarios {

struct FieldDifference {
  std::string field;
  std::string a;  ///< as text, with the instrument's scales; empty: not there
  std::string b;
};

struct RunDiff {
  bool equal = false;
  std::vector<FieldDifference> scenario;  ///< keys of the resolved scenarios that differ
  bool inputs_differ = false;             ///< the first difference is in the input, not in what was made of it

  // The rest only when not equal.
  std::uint64_t input_event = 0;  ///< number, from 0, of the input event behind the difference
  std::uint64_t output_event = 0;  ///< number, from 0, of the first output that differs; for inputs_differ: outputs before it
  TimeNs ts_ns = kNoTime;
  std::string subsystem;  ///< who parted: `input`, `strategy market_maker`, `risk`, `venue`, `timer`
  std::vector<FieldDifference> fields;
  std::optional<Event> a;  ///< nothing: that run has no more
  std::optional<Event> b;
  std::optional<Event> input;  ///< the input event behind it, where a recording was found
  std::vector<Level> input_levels;
  std::vector<Instrument> instruments;  ///< of run A
  /// Subsystems whose digests already differed at an earlier checkpoint, with the input count of that checkpoint: state
  /// that parted before any output did.
  std::vector<std::string> earlier_state;
  std::uint64_t earlier_state_at = 0;
  std::uint64_t compared = 0;  ///< journal records that were equal
};

/// `run_a` and `run_b` are run folders or journals.
Result<RunDiff> diff_runs(const std::string& run_a, const std::string& run_b, const std::vector<std::string>& recordings_dirs);

}  // namespace lockstep::scenarios
