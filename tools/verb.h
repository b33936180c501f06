// What a verb of the program is: its names, its options, its body. Verbs are an explicit list; each has a
// file of its own.
#pragma once

#include <boost/program_options.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"
#include "engine/strategy/strategy.h"

namespace lockstep::tools {

enum ExitCode : int { kExitOk = 0, kExitFailed = 1, kExitUsage = 2, kExitDataLost = 3 };

using OptionValues = boost::program_options::variables_map;

struct Verb {
  std::string_view name;      ///< `run`, `log info`
  std::string_view synopsis;  ///< what follows the name: `SCENARIO.toml [options]`
  std::string_view about;     ///< one line
  std::string_view example;   ///< shown first in --help, without `lockstep`
  boost::program_options::options_description (*options)();
  std::string_view positional;  ///< option that takes the words without a name; empty: there are none
  int positional_count;         ///< at most so many; -1: any number
  int (*run)(const OptionValues& values, std::span<const StrategyFactory> strategies);
};

std::span<const Verb> verbs();

Verb run_verb();
Verb demo_verb();
Verb record_verb();
Verb replay_verb();
Verb diff_verb();
Verb test_verb();
Verb report_verb();
Verb calibrate_verb();
Verb strategies_verb();
Verb venues_verb();
std::vector<Verb> log_verbs();
std::vector<Verb> help_verbs();  ///< completion, man

// Shorthands for option values.

inline std::string text_of(const OptionValues& values, const char* name) {
  return values.count(name) != 0 ? values[name].as<std::string>() : std::string();
}
inline std::vector<std::string> texts_of(const OptionValues& values, const char* name) {
  return values.count(name) != 0 ? values[name].as<std::vector<std::string>>() : std::vector<std::string>();
}
inline bool is_set(const OptionValues& values, const char* name) {
  return values.count(name) != 0 && values[name].as<bool>();
}

/// An error if writing `out` would destroy one of the files that it is made of.
Status keep_inputs(const std::string& out, const std::vector<std::string>& inputs);

/// Prints the error to standard error and returns the exit code that fits: 2 for bad input, 1 for the rest.
int fail(const Error& error);
/// A mistake in the command line: prints it and how to get help; returns 2.
int fail_usage(std::string_view verb, const std::string& what);

}  // namespace lockstep::tools
