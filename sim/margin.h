// How much a venue wants to see for a position and for open orders: rates, or brackets by size. Data and two
// functions; owned by the venue's account. Never knows a price, a position or a currency.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/decimal.h"
#include "engine/core/result.h"

namespace lockstep::sim {

/// From this exposure upward. As Binance's notional and leverage brackets: initial_ppb = 1 / initialLeverage,
/// maintenance_ppb = maintMarginRatio; their `cum` follows from the floors.
struct MarginBracket {
  std::int64_t floor_units = 0;  ///< whole units of the settlement currency
  std::int64_t initial_ppb = 0;
  std::int64_t maintenance_ppb = 0;
  friend bool operator==(const MarginBracket&, const MarginBracket&) = default;
};

struct MarginRule {
  std::int64_t initial_ppb = 1'000'000'000;  ///< 1 / leverage of the account; brackets can only ask for more
  std::int64_t maintenance_ppb = 0;          ///< without brackets
  std::vector<MarginBracket> brackets;       ///< by ascending floor, the first at 0; may be empty
  friend bool operator==(const MarginRule&, const MarginRule&) = default;
};

/// Rates in 0..100%, maintenance at most initial and never falling with size, floors ascending from 0.
Status validate(const MarginRule& rule);

/// exposure x max(initial_ppb, that of the bracket it lies in), in 10^-9, rounded half away from zero.
/// Requires: exposure_nanos >= 0, here and below.
Int128 initial_margin(const MarginRule& rule, Int128 exposure_nanos);

/// What the part of the exposure in each bracket asks for, summed and rounded once. It is the same as
/// exposure x rate - cum with cum(n) = cum(n-1) + floor(n) x (rate(n) - rate(n-1)), which is how Binance
/// states it (https://www.binance.com/en/support/faq/b3c689c1f50a44cabb3a84e663b81d93).
Int128 maintenance_margin(const MarginRule& rule, Int128 exposure_nanos);

}  // namespace lockstep::sim
