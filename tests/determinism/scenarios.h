// The table of scenarios whose digests must be the same everywhere. Plain data; needs engine, sim and
// feeds/synthetic only, so that it compiles with few packages and for other processors.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/session.h"
#include "feeds/synthetic/synthetic.h"
#include "sim/sim_venue.h"

namespace lockstep::determinism {

struct StrategyUse {
  std::string name;  ///< of engine/strategy or of test_strategies.h
  std::map<std::string, std::string> parameters;
  std::vector<InstrumentId> universe;
};

/// A control event put into the stream as event number `at`, received together with the one it comes before.
struct ControlAt {
  std::uint64_t at;
  Kind kind;
  Control control;
};

/// What a scenario must at least bring about, so that it tests what its name says.
struct Least {
  std::uint64_t fills = 0;
  std::uint64_t denials = 0;
  std::uint64_t gaps = 0;
};

struct Scenario {
  std::string name;
  feeds::SyntheticConfig feed;
  sim::SimConfig venue;
  SessionConfig session;
  std::vector<StrategyUse> strategies;
  std::vector<ControlAt> controls;  ///< ascending
  bool has_unsteady_clock = false;  ///< every seventh event is stamped as received half a second too early
  Least least;
};

std::vector<Scenario> all_scenarios();

/// Requires: a name of the table.
Scenario scenario_named(std::string_view name);

/// The same with a stream of `events` events, controls among them not counted.
Scenario shortened(Scenario scenario, std::uint64_t events);

}  // namespace lockstep::determinism
