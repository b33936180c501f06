// Prints one line per scenario of the table: its name and its digest. Builds by different compilers, at
// different levels and for different processors must print the same lines, and so must every process,
// whatever its environment. With --runs, the digest of the run alone, without journal and results: what must
// stay when only the state that digests of components cover has changed.
#include <cstdio>
#include <string_view>

#include "tests/determinism/trial.h"

int main(int argc, char** argv) {
  using namespace lockstep;
  const bool runs_only = argc == 2 && std::string_view(argv[1]) == "--runs";
  for (const determinism::Scenario& scenario : determinism::all_scenarios()) {
    const Result<determinism::Outcome> outcome = determinism::run(scenario);
    if (!outcome) {
      std::fprintf(stderr, "%s: %s\n", scenario.name.c_str(), outcome.error().text().c_str());
      return 1;
    }
    const std::uint64_t digest = runs_only ? outcome->totals.digest : outcome->digest;
    std::printf("%-36s %s\n", scenario.name.c_str(), format_hex(digest).c_str());
  }
  return 0;
}
