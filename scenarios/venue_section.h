// The part of a scenario that says what a venue takes: [venue.rules]. Amounts stay decimal text until the
// instruments are known.
#pragma once

#include <map>
#include <span>
#include <string>

#include "scenarios/toml_section.h"
#include "sim/venue_rules.h"

namespace lockstep::scenarios {

/// Amounts as decimal text in the instrument's own units; `0` switches one off, and means the instrument's
/// own for tick and lot.
struct RulesChoice {
  sim::VenueRules rules;  ///< all but the amounts below
  std::string tick = "0";
  std::string lot = "0";
  std::string min_qty = "0";
  std::string max_qty = "0";
  std::string min_notional = "0";                 ///< in the settlement currency
  std::map<std::string, std::string> rejections;  ///< by reason: the venue's own code and words
};

/// Reads the keys of [venue.rules]; what is not given is as in `fallback`.
RulesChoice read_rules(Section section, const RulesChoice& fallback);

/// The rules in the instrument's units. Error: an amount finer than the instrument counts; `where` names it.
Result<sim::VenueRules> rules_for(const RulesChoice& choice, const Instrument& instrument);

}  // namespace lockstep::scenarios
