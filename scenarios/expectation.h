// What must come of a scenario: [expect]. Reads the section and holds a finished run against it. Has no part
// in the run itself; nothing here reaches a digest.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/event/results.h"
#include "scenarios/toml_section.h"

namespace lockstep::scenarios {

/// What a figure may be: `value` give or take `tolerance`, or between `min` and `max`, each inclusive, as
/// decimal text. The value `not measured` stands for a figure that there is not.
struct FigureBound {
  std::optional<std::string> value;
  std::string tolerance = "0";
  std::optional<std::string> min;
  std::optional<std::string> max;
};

struct Expectation {
  std::optional<std::string> digest;             ///< 16 hex digits
  std::optional<std::string> error;              ///< part of the text with which the scenario is refused
  std::map<std::string, FigureBound> figures;    ///< see figures_of
  std::map<std::string, std::string> positions;  ///< by instrument: at the end, decimal text
  std::optional<std::vector<std::string>> executions;  ///< see what_happened; the whole list
};

/// Reads the keys of [expect]: digest, error, executions, [expect.position], and a figure by its name, as in
/// `fills = 3`, `pnl = { value = 12.5, tolerance = 0.01 }` or `max_drawdown = { min = -0.01 }`. Errors go to
/// the section.
Expectation read_expectation(Section section);

/// A figure of a run. Counts and amounts of money are exact.
struct Figure {
  double value = 0;                   ///< NaN: not measured
  std::optional<std::int64_t> nanos;  ///< the exact value in 10^-9
};

/// What a finished run is held against.
struct Outcome {
  std::uint64_t digest = 0;
  std::map<std::string, Figure> figures;
  std::vector<Instrument> instruments;
  std::vector<Qty> positions;  ///< by instrument
  std::vector<std::string> executions;
};

/// One thing that is not as expected.
struct Mismatch {
  std::string what;  ///< `digest`, `fills`, `position X`, `executions, line 3`
  std::string expected;
  std::string found;
};

/// Everything in which the outcome is not as expected; of the list of executions, the first line that
/// differs.
std::vector<Mismatch> compare(const Expectation& expectation, const Outcome& outcome);

/// The names that [expect] takes for figures.
const std::vector<std::string>& figure_names();

}  // namespace lockstep::scenarios
