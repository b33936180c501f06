// Decimal text to scaled integers and back, exactly. No double is involved anywhere.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/core/result.h"

namespace lockstep {

__extension__ typedef __int128 Int128;

inline constexpr int kMaxScale = 18;

/// 10^exponent for 0 <= exponent <= 18.
std::int64_t pow10(int exponent);

/// Text such as `-12.50`, `.5`, `1e-04` or `3` as an integer of 10^-scale units: ("1.25", 3) -> 1250.
/// Trailing zeros beyond the scale are allowed; a digit that would be lost is an error, as is overflow of 64
/// bits.
Result<std::int64_t> parse_decimal(std::string_view text, int scale);

/// How many decimals the text needs to be exact (`1.500` -> 1, `2e-3` -> 3, `100` -> 0), or an error if it is
/// no number.
Result<int> decimals_needed(std::string_view text);

/// (1250, 3) -> "1.250"; always `scale` decimals.
std::string format_decimal(std::int64_t value, int scale);

/// (1250, 3) -> "1.25"; without trailing zeros.
std::string format_decimal_short(std::int64_t value, int scale);

/// numerator / denominator rounded half away from zero. Requires denominator > 0.
Int128 divide_rounded(Int128 numerator, Int128 denominator);

/// The value as 64 bits, or an overflow error that names `what`.
Result<std::int64_t> narrow(Int128 value, std::string_view what);

}  // namespace lockstep
