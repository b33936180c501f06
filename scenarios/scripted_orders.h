// What a scenario that holds its own orders as text has to fit: the time that they count from, and a market
// that lasts long enough for all of them.
#pragma once

#include <toml++/toml.h>
#include <string>

#include "engine/core/result.h"
#include "scenarios/scenario.h"

namespace lockstep::scenarios {

/// The name of the strategy whose orders are text.
inline constexpr std::string_view kScriptStrategy = "script";

/// Error: orders that cannot be read, or that a scripted market ends too early for. Other strategies and
/// other feeds pass.
Status check_scripted_orders(const Scenario& scenario);

}  // namespace lockstep::scenarios
