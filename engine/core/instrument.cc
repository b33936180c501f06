#include "engine/core/instrument.h"

#include <array>

namespace lockstep {
namespace {

constexpr std::array<std::string_view, 6> kKindNames = {"spot",   "linear_perpetual", "inverse_perpetual",
                                                        "future", "equity",           "option"};

Error bad_field(const Instrument& instrument, const std::string& what) {
  return {ErrorCode::bad_input, "instrument " + instrument.symbol, what};
}

// False if the product leaves 128 bits.
bool multiply(Int128& value, Int128 factor) {
  return !__builtin_mul_overflow(value, factor, &value);
}

}  // namespace

Status validate(const Instrument& instrument) {
  if (instrument.symbol.empty()) return bad_field(instrument, "an instrument needs a symbol");
  if (static_cast<std::size_t>(instrument.kind) >= kKindNames.size()) {
    return bad_field(instrument, "kind " + std::to_string(static_cast<int>(instrument.kind)) + " is unknown");
  }
  for (const int scale :
       {int{instrument.price_scale}, int{instrument.qty_scale}, int{instrument.multiplier_scale}}) {
    if (scale > kMaxScale) {
      return bad_field(instrument,
                       "a scale of " + std::to_string(scale) + " is beyond the 18 decimals of 64 bits");
    }
  }
  if (instrument.tick <= 0)
    return bad_field(instrument, "tick must be positive, found " + std::to_string(instrument.tick));
  if (instrument.lot <= 0)
    return bad_field(instrument, "lot must be positive, found " + std::to_string(instrument.lot));
  if (instrument.multiplier <= 0) {
    return bad_field(instrument,
                     "multiplier must be positive, found " + std::to_string(instrument.multiplier));
  }
  return Done{};
}

Money notional(const Instrument& instrument, Price price, Qty qty) {
  const Money overflow = Money::from_wide(Int128{INT64_MAX} + 1);
  if (!instrument.is_inverse()) {
    Int128 value = Int128{price} * qty;
    int scale = instrument.price_scale + instrument.qty_scale;
    if (instrument.multiplier != 1 || instrument.multiplier_scale != 0) {
      if (!multiply(value, instrument.multiplier)) return overflow;
      scale += instrument.multiplier_scale;
    }
    for (; scale < kMoneyScale; ++scale) {
      if (!multiply(value, 10)) return overflow;
    }
    for (; scale > kMoneyScale + kMaxScale; --scale) value = divide_rounded(value, 10);
    return Money::from_wide(scale == kMoneyScale ? value : divide_rounded(value, pow10(scale - kMoneyScale)));
  }
  LOCKSTEP_CHECK(price > 0, "an inverse contract has no value at a price of zero or below");
  // qty*10^-qs x multiplier*10^-ms / (price*10^-ps), in 10^-9.
  Int128 value = Int128{qty} * instrument.multiplier;
  int exponent = kMoneyScale + instrument.price_scale - instrument.qty_scale - instrument.multiplier_scale;
  for (; exponent > 0; --exponent) {
    if (!multiply(value, 10)) return overflow;
  }
  Int128 divisor = price;
  for (; exponent < 0; ++exponent) {
    if (!multiply(divisor, 10)) return overflow;
  }
  return Money::from_wide(divide_rounded(value, divisor));
}

std::string_view to_string(InstrumentKind kind) {
  return kKindNames.at(static_cast<std::size_t>(kind));
}

Result<InstrumentKind> parse_instrument_kind(std::string_view text) {
  for (std::size_t i = 0; i < kKindNames.size(); ++i) {
    if (text == kKindNames[i]) return static_cast<InstrumentKind>(i);
  }
  std::string expected;
  for (const std::string_view name : kKindNames)
    expected += (expected.empty() ? "" : ", ") + std::string(name);
  return Error{ErrorCode::bad_input, "",
               "instrument kind \"" + std::string(text) + "\" is unknown; expected one of " + expected};
}

}  // namespace lockstep
