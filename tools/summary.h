// The totals of a run as summary.json and as lines for people. Reads nothing.
#pragma once

#include <string>

#include "scenarios/run.h"

namespace lockstep::tools {

/// One JSON object with stable keys; what was not measured is null. Ends with a line feed.
std::string summary_json(const scenarios::RunSummary& summary);

/// A short table for the terminal.
std::string summary_text(const scenarios::RunSummary& summary);

}  // namespace lockstep::tools
