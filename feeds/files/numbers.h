// Numbers as vendors write them, and the decimals that they need. Text to integers, exactly; where binary
// noise makes that impossible it is rounded and says so.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/core/instrument.h"

namespace lockstep::feeds {

/// The most decimals seen so far. Text that is no number is left to the second pass to report.
struct Scales {
  int price = 0;
  int qty = 0;
  int qty_digits = 1;  ///< most digits before the point of a quantity
  void see_price(std::string_view text);
  void see_qty(std::string_view text);
};

/// Decimals to count quantities in: what the text needs, where that fits 64 bits. Sources that computed sizes
/// in binary floating point write noise like 6.1153319800000006; where all its digits do not fit, quantities
/// are rounded (see read_qty) to as many decimals as leave room for a thousand times the largest, or to 8.
/// Where not even 8 fit, the exact number is the answer, and reading the rows will fail.
int choose_qty_scale(const Scales& seen);

/// Decimal text as a quantity; digits beyond the scale are rounded half away from zero and set `rounded`.
Result<Qty> read_qty(std::string_view text, int scale, bool& rounded);

/// 1 to 16 hexadecimal digits of either case.
std::optional<std::uint64_t> read_hex(std::string_view text);

/// A trade id as 64 bits: digits as the number, a UUID by its first 64 bits; nothing for anything else.
std::optional<std::uint64_t> read_trade_id(std::string_view text);

/// A number that brings its own decimals: rates, factors, greeks.
struct ScaledNumber {
  std::int64_t value;
  std::uint8_t scale;  ///< value is in 10^-scale; may exceed kMaxScale for very small numbers
};
/// Exact, or an error where the digits do not fit 64 bits.
Result<ScaledNumber> read_own_scale(std::string_view text);

}  // namespace lockstep::feeds
