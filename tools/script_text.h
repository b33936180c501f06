// A recording as a scenario that holds it as text: what `lockstep log cat --format script` prints around and
// between the events.
#pragma once

#include <span>
#include <string>

#include "engine/event/event.h"

namespace lockstep::tools {

/// Everything before the first event; `start_ts_ns` is what `+offset` counts from.
std::string script_scenario_head(TimeNs start_ts_ns);

/// Everything after the last event: the instruments, and a strategy that does nothing yet.
std::string script_scenario_tail(std::span<const Instrument> instruments);

}  // namespace lockstep::tools
