// The first event at which two runs part, and why: from their journals, and from the inputs behind them where
// they can be had. Reads each journal once, and of the inputs only the stretch between two digests; bounded
// memory. The digests would allow a search by halves, but a journal holds no market data: reading all of it
// costs little, and finds state that parted before any output did.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/event_fields.h"
#include "scenarios/replay.h"

namespace lockstep::scenarios {

struct RunDiff {
  /// Every output is the same, and so is every digest that both runs keep. Of a journal that was cut short:
  /// as far as it goes.
  bool equal = false;
  std::uint64_t compared = 0;             ///< journal records that were equal
  std::vector<FieldDifference> scenario;  ///< keys of the resolved scenarios that differ
  bool a_is_whole = true;                 ///< false: its journal was cut short, and its end was reached
  bool b_is_whole = true;

  // The rest only when not equal.
  /// Who parted: `input`, `strategy market_maker`, `risk`, `venue`, `timer`, `session` (one run ends here and
  /// the other does not, or they begin differently), or a subsystem whose state differs though no output
  /// does.
  std::string subsystem;
  bool inputs_differ = false;  ///< the first difference is in the input, not in what was made of it
  bool state_only = false;     ///< all outputs are the same; `earlier_state` is the difference
  /// False: an input was not found, so that it may be an input that differs first, between the last digest
  /// that was equal and this place.
  bool inputs_compared = true;

  /// Number, from 0, of the input event that differs or is the last one before the difference; nothing: it
  /// comes before all.
  std::optional<std::uint64_t> input_event;
  std::uint64_t first_possible_input =
      0;  ///< inputs differ, but were not found: the first that can be the one; else as above
  std::uint64_t output_event =
      0;  ///< number, from 0, of the first output that differs; for inputs: outputs before it
  TimeNs ts_ns = kNoTime;
  std::optional<Event> a;  ///< the event that differs; nothing: that run has none here
  std::optional<Event> b;
  std::vector<FieldDifference> fields;

  std::optional<Event> input;  ///< the input event behind a difference of outputs, where the input was found
  std::vector<Level> input_levels;
  std::vector<Instrument> instruments;  ///< of run A

  /// Subsystems whose digests differed at a checkpoint before, with the input count of that checkpoint.
  std::vector<std::string> earlier_state;
  std::uint64_t earlier_state_at = 0;
};

/// `run_a` and `run_b` are run folders or journals. Errors: one cannot be read, or is damaged.
Result<RunDiff> diff_runs(const std::string& run_a, const std::string& run_b,
                          const std::vector<std::string>& recordings_dirs);

}  // namespace lockstep::scenarios
