#include "sim/fees.h"

namespace lockstep::sim {

Money fee_of(const Instrument& instrument, Price price, Qty qty, std::int64_t rate_ppb) {
  const Money value = notional(instrument, price, qty);
  if (value.overflowed()) return value;
  const Int128 magnitude = value.nanos() < 0 ? -Int128{value.nanos()} : Int128{value.nanos()};
  return Money::from_wide(divide_rounded(magnitude * rate_ppb, kNanosPerUnit));
}

}  // namespace lockstep::sim
