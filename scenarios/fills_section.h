// The parts of a scenario that say how our orders fill: [venue.fills] and [venue.impact]. Amounts stay
// decimal text until the instruments are known.
#pragma once

#include <string>

#include "scenarios/toml_section.h"
#include "sim/fill_rules.h"

namespace lockstep::scenarios {

/// Amounts as decimal text in the instrument's own units.
struct FillsChoice {
  sim::FillRules rules;             ///< all but the amounts below
  std::string queue_unit = "0";     ///< unit of the logarithms; 0: the instrument's lot
  std::string reference_qty = "1";  ///< of impact
};

/// Reads the keys of [venue.fills]; what is not given is as in `fallback`.
void read_fills(Section section, const FillsChoice& fallback, FillsChoice& out);
/// The same for [venue.impact].
void read_impact(Section section, const FillsChoice& fallback, FillsChoice& out);

/// The rules in the instrument's units. Error: an amount finer than the instrument counts, or a rule that
/// contradicts itself.
Result<sim::FillRules> fills_for(const FillsChoice& choice, const Instrument& instrument);

}  // namespace lockstep::scenarios
