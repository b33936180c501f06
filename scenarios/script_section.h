// The part of a scenario that holds a scripted market.
#pragma once

#include <string>
#include <vector>

#include "engine/core/instrument.h"
#include "scenarios/toml_section.h"

namespace lockstep::scenarios {

struct ScriptFeed {
  std::vector<Instrument> instruments;
  TimeNs start_ts_ns = kNoTime;
  std::string events;           ///< see feeds/script/script_events.h; seen to be readable
  TimeNs last_ts_ns = kNoTime;  ///< receive time of the last event; kNoTime: there is none
};

/// Reads the keys of [feed] that belong to kind "script": start, events, and one [[feed.instruments]] per
/// instrument. Errors go to the section, those of the text with its line and column.
ScriptFeed read_script(Section& feed);

}  // namespace lockstep::scenarios
