#include "engine/core/math.h"
#include "engine/core/math_internal.h"

// x = k pi/2 + r with |r| <= pi/4, r carried in two doubles; then a polynomial for sin r or cos r by the
// quadrant k mod 4. Up to 2^20 pi/2 is subtracted in parts (Cody and Waite); beyond, k and r come out of an
// exact integer product with the bits of 2/pi (M. Payne and R. Hanek, "Radian reduction for trigonometric
// functions", 1983).

namespace lockstep::math {

using namespace internal;

namespace {

__extension__ typedef unsigned __int128 Uint128;

/// (sin(r)/r - 1) / r^2 and (cos(r) - 1 + r^2/2) / r^4, both in r^2 on [0, (pi/4)^2]: interpolation at
/// Chebyshev nodes, computed with mpmath at 260 bits.
constexpr double kSinCubic[6] = {-0x1.5555555555555p-3, 0x1.1111111110bb2p-7,   -0x1.a01a019e83816p-13,
                                 0x1.71de379654304p-19, -0x1.ae600aca92c64p-26, 0x1.5e0b05bff20f2p-33};
constexpr double kCosQuartic[6] = {0x1.5555555555555p-5,   -0x1.6c16c16c16967p-10, 0x1.a01a019f4e9b4p-16,
                                   -0x1.27e4fa17bf139p-22, 0x1.1eeb68cd22f56p-29,  -0x1.907d8f29fe831p-37};

constexpr DoubleDouble kHalfPi = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};
constexpr double kTwoOverPi = 0x1.45f306dc9c883p-1;
// pi/2 in parts of 33 bits, so that their products with a k of 20 bits are exact, and a rest.
constexpr double kHalfPi1 = 0x1.921fb54400000p+0;
constexpr double kHalfPi2 = 0x1.0b4611a600000p-34;
constexpr double kHalfPi3 = 0x1.3198a2e000000p-69;
constexpr double kHalfPiRest = 0x1.b839a252049c1p-104;
constexpr double kQuarterPi = 0x1.921fb54442d18p-1;

/// 64 zero bits, then the first 1216 bits of 2/pi after the binary point.
constexpr std::uint64_t kTwoOverPiBits[20] = {0,
                                              0xa2f9836e4e441529,
                                              0xfc2757d1f534ddc0,
                                              0xdb6295993c439041,
                                              0xfe5163abdebbc561,
                                              0xb7246e3a424dd2e0,
                                              0x06492eea09d1921c,
                                              0xfe1deb1cb129a73e,
                                              0xe88235f52ebb4484,
                                              0xe99c7026b45f7e41,
                                              0x3991d639835339f4,
                                              0x9c845f8bbdf9283b,
                                              0x1ff897ffde05980f,
                                              0xef2f118b5a0a6d1f,
                                              0x6d367ecf27cb09b7,
                                              0x4f463f669e5fea2d,
                                              0x7527bac7ebe5f17b,
                                              0x3d0739f78a5292ea,
                                              0x6bfb5fb11f8d5d08,
                                              0x56033046fc7b6bab};

struct Reduced {
  DoubleDouble r;
  unsigned quadrant;  // only its two lowest bits count
};

/// Requires: 0 <= x < 2^20.
[[nodiscard]] Reduced reduce_by_parts(double x) noexcept {
  const double k = round_to_integer(x * kTwoOverPi);
  const DoubleDouble first = two_sum(x - k * kHalfPi1, -(k * kHalfPi2));
  const DoubleDouble second = two_sum(first.hi, -(k * kHalfPi3));
  const double rest = first.lo + (second.lo - k * kHalfPiRest);
  return {two_sum(second.hi, rest), static_cast<unsigned>(k)};
}

/// Requires: 2^20 <= x < infinity.
[[nodiscard]] Reduced reduce_by_bits(double x) noexcept {
  // x = mantissa * 2^exponent. Bits of 2/pi that contribute multiples of 4 to the product are skipped; of
  // those that follow 192 are enough: 2 for the quadrant, at most 62 zeros for the double nearest to a
  // multiple of pi/2, 53 that the cut-off tail can spoil, and 75 good ones.
  const std::uint64_t mantissa = (to_bits(x) & kMantissaMask) | (kMantissaMask + 1);
  const int exponent = static_cast<int>(to_bits(x) >> 52) - 1023 - 52;
  const auto position = static_cast<unsigned>(exponent - 2 + 64);
  const unsigned shift = position % 64;
  const std::uint64_t* words = kTwoOverPiBits + position / 64;
  const auto window = [&](unsigned i) {
    return shift == 0 ? words[i] : (words[i] << shift) | (words[i + 1] >> (64 - shift));
  };

  const Uint128 low = static_cast<Uint128>(mantissa) * window(2);
  const Uint128 middle = static_cast<Uint128>(mantissa) * window(1) + static_cast<std::uint64_t>(low >> 64);
  const std::uint64_t top = mantissa * window(0) + static_cast<std::uint64_t>(middle >> 64);

  auto quadrant = static_cast<unsigned>(top >> 62);
  Uint128 fraction = (static_cast<Uint128>(top) << 66) |
                     (static_cast<Uint128>(static_cast<std::uint64_t>(middle)) << 2) |
                     (static_cast<std::uint64_t>(low) >> 62);
  std::uint64_t below = static_cast<std::uint64_t>(low) << 2;
  // Above one half: the next quadrant, and a negative remainder.
  const bool negative = (fraction >> 127) != 0;
  if (negative) {
    ++quadrant;
    below = 0 - below;
    fraction = ~fraction + (below == 0 ? 1 : 0);
  }

  int zeros = std::countl_zero(static_cast<std::uint64_t>(fraction >> 64));
  if (zeros > 0) fraction = (fraction << zeros) | (below >> 1 >> (63 - zeros));
  const auto upper = static_cast<std::uint64_t>(fraction >> 75);
  const auto lower = static_cast<std::uint64_t>(fraction >> 22) & ((std::uint64_t{1} << 53) - 1);
  const double scale = scale_by_power_of_two(negative ? -1.0 : 1.0, -zeros);
  const DoubleDouble turn = {static_cast<double>(upper) * 0x1p-53 * scale,
                             static_cast<double>(lower) * 0x1p-106 * scale};
  return {multiply(turn, kHalfPi), quadrant};
}

/// Requires: 0 <= x < infinity.
[[nodiscard]] Reduced reduce(double x) noexcept {
  if (x <= kQuarterPi) return {{x, 0.0}, 0};
  return x < 0x1p20 ? reduce_by_parts(x) : reduce_by_bits(x);
}

[[nodiscard]] double sin_kernel(DoubleDouble r) noexcept {
  const double square = r.hi * r.hi;
  return r.hi + (r.lo * (1.0 - 0.5 * square) + r.hi * square * polynomial(kSinCubic, square));
}

[[nodiscard]] double cos_kernel(DoubleDouble r) noexcept {
  const double square = r.hi * r.hi;
  const double r_upper = upper_half(r.hi);
  const double half_square = 0.5 * r_upper * r_upper;  // exact
  const double half_square_lo = 0.5 * (r.hi + r_upper) * (r.hi - r_upper) + r.hi * r.lo;
  const DoubleDouble head = fast_two_sum(1.0, -half_square);
  return head.hi + (head.lo + (square * square * polynomial(kCosQuartic, square) - half_square_lo));
}

/// sin(r + quadrant * pi/2)
[[nodiscard]] double sin_in_quadrant(DoubleDouble r, unsigned quadrant) noexcept {
  const double value = (quadrant & 1) == 0 ? sin_kernel(r) : cos_kernel(r);
  return (quadrant & 2) == 0 ? value : -value;
}

}  // namespace

double sin(double x) noexcept {
  const double size = magnitude(x);
  if (!(size < kInfinity)) return kNan;
  if (size < 0x1p-27) return x;
  const Reduced reduced = reduce(size);
  const double value = sin_in_quadrant(reduced.r, reduced.quadrant);
  return is_negative(x) ? -value : value;
}

double cos(double x) noexcept {
  const double size = magnitude(x);
  if (!(size < kInfinity)) return kNan;
  const Reduced reduced = reduce(size);
  return sin_in_quadrant(reduced.r, reduced.quadrant + 1);
}

}  // namespace lockstep::math
