#include "engine/core/math.h"
#include "engine/core/math_internal.h"

// x^y = exp(y log x), with the logarithm and the product carried in two doubles: an error in y log x is
// multiplied by up to 745 in the result.

namespace lockstep::math {

using namespace internal;

namespace {

enum class Parity { kNotAnInteger, kEven, kOdd };

/// Requires: y finite and not zero.
[[nodiscard]] Parity parity_of(double y) noexcept {
  const int exponent = static_cast<int>((to_bits(y) >> 52) & 0x7ff) - 1023;
  if (exponent < 0) return Parity::kNotAnInteger;
  if (exponent > 52) return Parity::kEven;
  const std::uint64_t mantissa = (to_bits(y) & kMantissaMask) | (kMantissaMask + 1);
  const int fraction_bits = 52 - exponent;
  if ((mantissa & ((std::uint64_t{1} << fraction_bits) - 1)) != 0) return Parity::kNotAnInteger;
  return ((mantissa >> fraction_bits) & 1) != 0 ? Parity::kOdd : Parity::kEven;
}

/// x^y for x in (0, infinity) other than 1 and y finite other than 0.
[[nodiscard]] double pow_of_positive(double x, double y) noexcept {
  // |log x| lies between 2^-54 and 745, so a y beyond these bounds decides alone.
  if (magnitude(y) > 0x1p65) return (x > 1.0) == (y > 0.0) ? kInfinity : 0.0;
  if (magnitude(y) < 0x1p-65) return 1.0;
  const DoubleDouble logarithm = log_of_positive(x);
  const DoubleDouble product = two_product(y, logarithm.hi);
  const DoubleDouble exponent = fast_two_sum(product.hi, product.lo + y * logarithm.lo);
  if (exponent.hi > 709.8) return kInfinity;
  if (exponent.hi < -745.2) return 0.0;
  return round_scaled(scaled_exp(exponent));
}

}  // namespace

double pow(double x, double y) noexcept {
  if (x == 1.0 || y == 0.0) return 1.0;
  if (is_nan(x) || is_nan(y)) return kNan;

  const double size = magnitude(x);
  if (magnitude(y) == kInfinity) {
    if (size == 1.0) return 1.0;
    return (size > 1.0) == (y > 0.0) ? kInfinity : 0.0;
  }

  const Parity parity = is_negative(x) ? parity_of(y) : Parity::kEven;
  const double sign = parity == Parity::kOdd ? -1.0 : 1.0;
  if (size == 0.0) return sign * (y > 0.0 ? 0.0 : kInfinity);
  if (size == kInfinity) return sign * (y > 0.0 ? kInfinity : 0.0);
  if (parity == Parity::kNotAnInteger) return kNan;
  if (size == 1.0) return sign;
  return sign * pow_of_positive(size, y);
}

}  // namespace lockstep::math
