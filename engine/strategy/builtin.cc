#include "engine/strategy/market_maker.h"
#include "engine/strategy/mean_reversion.h"
#include "engine/strategy/momentum.h"
#include "engine/strategy/script.h"

namespace lockstep {

std::vector<StrategyFactory> builtin_strategies() {
  return {MarketMaker::factory(), MeanReversion::factory(), Momentum::factory(), Script::factory()};
}

}  // namespace lockstep
