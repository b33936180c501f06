// Building blocks shared by the math_*.cc files: bit access, error-free sums and products, and the kernels of
// exp and log. Nobody else includes this header.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace lockstep::math::internal {

inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63;
inline constexpr std::uint64_t kMantissaMask = (std::uint64_t{1} << 52) - 1;

/// The unevaluated sum hi + lo with |lo| at most half an ulp of hi: about 106 bits.
struct DoubleDouble {
  double hi;
  double lo;
};

[[nodiscard]] constexpr std::uint64_t to_bits(double x) noexcept {
  return std::bit_cast<std::uint64_t>(x);
}
[[nodiscard]] constexpr double from_bits(std::uint64_t bits) noexcept {
  return std::bit_cast<double>(bits);
}
[[nodiscard]] constexpr double magnitude(double x) noexcept {
  return from_bits(to_bits(x) & ~kSignBit);
}
[[nodiscard]] constexpr bool is_negative(double x) noexcept {
  return (to_bits(x) & kSignBit) != 0;
}
[[nodiscard]] constexpr bool is_nan(double x) noexcept {
  return (to_bits(x) & ~kSignBit) > to_bits(kInfinity);
}
[[nodiscard]] constexpr double with_sign_of(double x, double sign) noexcept {
  return from_bits((to_bits(x) & ~kSignBit) | (to_bits(sign) & kSignBit));
}

/// a + b exactly (Knuth).
[[nodiscard]] constexpr DoubleDouble two_sum(double a, double b) noexcept {
  const double sum = a + b;
  const double b_part = sum - a;
  const double a_part = sum - b_part;
  return {sum, (a - a_part) + (b - b_part)};
}

/// a + b exactly, provided |a| >= |b| or a is zero (Dekker).
[[nodiscard]] constexpr DoubleDouble fast_two_sum(double a, double b) noexcept {
  const double sum = a + b;
  return {sum, b - (sum - a)};
}

/// The upper 26 bits of x; x minus this is exact and has at most 27 bits.
[[nodiscard]] constexpr double upper_half(double x) noexcept {
  return from_bits(to_bits(x) & ~((std::uint64_t{1} << 27) - 1));
}

/// a * b with a relative error below 2^-104 (Dekker's product; the product of the lower halves may round).
/// Requires: neither overflow nor underflow of the partial products.
[[nodiscard]] constexpr DoubleDouble two_product(double a, double b) noexcept {
  const double a_hi = upper_half(a);
  const double a_lo = a - a_hi;
  const double b_hi = upper_half(b);
  const double b_lo = b - b_hi;
  const double product = a * b;
  return {product, (((a_hi * b_hi - product) + a_hi * b_lo) + a_lo * b_hi) + a_lo * b_lo};
}

[[nodiscard]] constexpr DoubleDouble multiply(DoubleDouble a, DoubleDouble b) noexcept {
  const DoubleDouble product = two_product(a.hi, b.hi);
  return fast_two_sum(product.hi, product.lo + (a.hi * b.lo + a.lo * b.hi));
}

/// c[0] + c[1] x + ... as two interleaved Horner chains, even and odd powers, to halve the latency.
template <std::size_t N>
[[nodiscard]] constexpr double polynomial(const double (&c)[N], double x) noexcept {
  static_assert(N >= 2);
  const double x2 = x * x;
  constexpr std::size_t last_even = (N - 1) / 2 * 2;
  constexpr std::size_t last_odd = N / 2 * 2 - 1;
  double even = c[last_even];
  for (std::size_t i = last_even; i >= 2; i -= 2) even = even * x2 + c[i - 2];
  double odd = c[last_odd];
  for (std::size_t i = last_odd; i >= 3; i -= 2) odd = odd * x2 + c[i - 2];
  return even + x * odd;
}

/// x * 2^exponent, rounded once. Requires: 2^-100 <= |x| <= 4 and -1300 <= exponent <= 1100.
[[nodiscard]] constexpr double scale_by_power_of_two(double x, int exponent) noexcept {
  const auto power = [](int e) { return from_bits(static_cast<std::uint64_t>(e + 1023) << 52); };
  if (exponent > 1000) return x * power(1000) * power(exponent - 1000);
  if (exponent < -900) return x * power(exponent + 600) * power(-600);
  return x * power(exponent);
}

/// Nearest integer to x as a double (ties to even). Requires: |x| < 2^51.
[[nodiscard]] constexpr double round_to_integer(double x) noexcept {
  constexpr double kShift = 0x1.8p52;
  return (x + kShift) - kShift;
}

/// e^(hi + lo) as (hi + lo) * 2^exponent with the mantissa in [0.99, 2].
struct ScaledExp {
  double hi;
  double lo;
  int exponent;
};

/// Relative error of the unevaluated result below 2^-58. Requires: |x.hi| <= 1000.
[[nodiscard]] ScaledExp scaled_exp(DoubleDouble x) noexcept;

/// log(x.hi + x.lo) with a relative error below 2^-65. Requires: x.hi > 0 normal and finite, |x.lo| <=
/// ulp(x.hi).
[[nodiscard]] DoubleDouble log_double_double(DoubleDouble x) noexcept;

/// log(x) with a relative error below 2^-65. Requires: 0 < x < infinity.
[[nodiscard]] DoubleDouble log_of_positive(double x) noexcept;

/// `value` rounded to double, including denormal results and overflow.
[[nodiscard]] inline double round_scaled(ScaledExp value) noexcept {
  return scale_by_power_of_two(value.hi + value.lo, value.exponent);
}

}  // namespace lockstep::math::internal
