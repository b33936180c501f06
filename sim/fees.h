// What a fill costs.
#pragma once

#include <cstdint>

#include "engine/core/instrument.h"

namespace lockstep::sim {

/// Fractions of the fill's value, in 10^-9; negative: a rebate. 2 basis points = 200'000.
struct Fees {
  std::int64_t maker_ppb = 0;
  std::int64_t taker_ppb = 0;
};

/// |notional| x rate, rounded half away from zero to 10^-9 of the currency.
Money fee_of(const Instrument& instrument, Price price, Qty qty, std::int64_t rate_ppb);

}  // namespace lockstep::sim
