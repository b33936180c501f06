// The whole program as one function, so that a user's own program with their own strategies is the same
// program.
#pragma once

#include <span>

#include "engine/strategy/strategy.h"

namespace lockstep {

/// Runs `lockstep` with the strategies that come with it and those of the caller; a name of the caller's
/// wins. Returns the exit code: 0 done; 1 the work failed or a check did not hold; 2 usage or bad scenario; 3
/// done, but data was lost.
///
///   int main(int argc, char** argv) { return lockstep::main(argc, argv, {{my_factory()}}); }
int main(int argc, const char* const* argv, std::span<const StrategyFactory> own_strategies = {});

}  // namespace lockstep
