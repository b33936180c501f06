// Prints one line per scenario of the table: its name and its digest. Builds by different compilers, at
// different levels and for different processors must print the same lines, and so must every process,
// whatever its environment.
#include <cstdio>

#include "tests/determinism/trial.h"

int main() {
  using namespace lockstep;
  for (const determinism::Scenario& scenario : determinism::all_scenarios()) {
    const Result<determinism::Outcome> outcome = determinism::run(scenario);
    if (!outcome) {
      std::fprintf(stderr, "%s: %s\n", scenario.name.c_str(), outcome.error().text().c_str());
      return 1;
    }
    std::printf("%-36s %s\n", scenario.name.c_str(), format_hex(outcome->digest).c_str());
  }
  return 0;
}
