// Small sums on amounts in 10^-9 of a currency, wide enough that none overflows. Pure; shared by what the
// venue keeps of money. Never rounds but half away from zero.
#pragma once

#include "engine/core/instrument.h"
#include "engine/core/money.h"

namespace lockstep::sim {

inline constexpr std::int64_t kAll = kNanosPerUnit;  ///< 100% in parts per billion

template <class T>
constexpr T magnitude(T value) {
  return value < 0 ? -value : value;
}

inline Int128 share(Int128 amount, std::int64_t ppb) {
  return divide_rounded(amount * ppb, kAll);
}

inline bool is_valued(const Instrument& instrument, Price price) {
  return price != kNoPrice && (!instrument.is_inverse() || price > 0);
}

// |price x qty|, in the settlement currency. Out of range counts as all that there can be.
inline Int128 exposure_of(const Instrument& instrument, Price price, Qty qty) {
  const Money value = notional(instrument, price, qty);
  return value.overflowed() ? Int128{INT64_MAX} : magnitude(Int128{value.nanos()});
}

// What is owned more after a buy of qty; see Position in engine/portfolio.
inline Int128 value_of(const Instrument& instrument, Price price, Qty qty) {
  const Money value = notional(instrument, price, qty);
  const Int128 nanos =
      value.overflowed() ? (qty < 0 ? -Int128{INT64_MAX} : Int128{INT64_MAX}) : value.nanos();
  return instrument.is_inverse() ? -nanos : nanos;
}

}  // namespace lockstep::sim
