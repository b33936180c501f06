#include "engine/portfolio/entry_price.h"

#include "engine/core/check.h"

namespace lockstep {
namespace {

// numerator x 10^exponent / denominator, rounded half away from zero; nothing if it leaves 64 bits. Long
// division, one decimal at a time, because the scaled numerator may need more than 128 bits. Requires:
// numerator >= 0, denominator > 0.
std::optional<std::int64_t> scaled_quotient(Int128 numerator, Int128 denominator, int exponent) {
  for (; exponent < 0; ++exponent) {
    if (__builtin_mul_overflow(denominator, Int128{10}, &denominator)) return 0;  // the quotient is below 1/2
  }
  Int128 quotient = numerator / denominator;
  Int128 rest = numerator % denominator;
  for (; exponent > 0; --exponent) {
    if (quotient > INT64_MAX || __builtin_mul_overflow(rest, Int128{10}, &rest)) return std::nullopt;
    quotient = quotient * 10 + rest / denominator;
    rest %= denominator;
  }
  if (rest >= denominator - rest) ++quotient;
  if (quotient > INT64_MAX) return std::nullopt;
  return static_cast<std::int64_t>(quotient);
}

}  // namespace

std::optional<Price> entry_price(const Instrument& instrument, Qty qty, Money cost) {
  LOCKSTEP_CHECK(qty != 0 && !cost.overflowed(), "only an open position has an entry price");
  const Int128 held = (qty < 0 ? -Int128{qty} : Int128{qty}) * instrument.multiplier;
  const Int128 paid = cost.nanos() < 0 ? -Int128{cost.nanos()} : Int128{cost.nanos()};
  const int scales = instrument.qty_scale + instrument.multiplier_scale;
  if (instrument.is_inverse()) {
    if (paid == 0) return std::nullopt;
    return scaled_quotient(held, paid, kMoneyScale + instrument.price_scale - scales);
  }
  const std::optional<Price> price =
      scaled_quotient(paid, held, scales + instrument.price_scale - kMoneyScale);
  const bool negative = (qty < 0) != (cost.nanos() < 0);
  return price && negative ? -*price : price;
}

}  // namespace lockstep
