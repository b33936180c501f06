// The price behind a cost: what the open part of a position was entered at. Pure; for reports and positions
// rows, never for money, which is kept as the cost itself.
#pragma once

#include <optional>

#include "engine/core/instrument.h"

namespace lockstep {

/// The price p, in the instrument's price scale and rounded half away from zero, for which notional(p, qty)
/// is `cost` (of an inverse contract: -cost). Nothing if it or a step to it is out of range, or an inverse
/// contract's cost is zero. Requires: qty != 0.
std::optional<Price> entry_price(const Instrument& instrument, Qty qty, Money cost);

}  // namespace lockstep
