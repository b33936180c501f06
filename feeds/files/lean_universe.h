// LEAN's option universes: one file a day and underlying, with the day's bar, open interest, implied
// volatility and greeks of every listed contract, known when the day is over.
#pragma once

#include <memory>

#include "feeds/files/lean_rows.h"

namespace lockstep::feeds {

/// `contracts` must outlive it; the first pass adds the contracts that the rows name.
std::shared_ptr<RowFormat> make_universe_format(LeanFile file, LeanContracts& contracts);

}  // namespace lockstep::feeds
