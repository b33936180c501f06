// What came of a run's orders, as lines to read and to compare: executions, denials, and the decisions of
// every strategy but scripted ones, whose decisions stand in the scenario. From the journal; judges nothing.
#pragma once

#include <string>
#include <vector>

#include "scenarios/scenario.h"

namespace lockstep::scenarios {

/// In the order of the journal, a line each:
///
///   +150ms a accepted
///   +150ms a partially_filled 5 at 99.98 maker fee 0.01 leaves 3 exch=+100ms
///   +200ms a rejected post_only_would_cross
///   +200ms b denied order_size 10 > 5
///
/// Times count from the start of a scripted market, and stand in full for any other feed; `exch=` where the
/// exchange's time is another. An order goes by its name in the script, else by its number (`#1`), behind the
/// number of its strategy where there are several (`0:a`); its instrument follows where there are several.
/// Error: the journal cannot be read.
Result<std::vector<std::string>> what_happened(const Scenario& scenario, const std::string& journal_path);

}  // namespace lockstep::scenarios
