#include "engine/core/math.h"
#include "engine/core/math_internal.h"

// Near zero erf is x times a polynomial in x^2. Elsewhere erfc(x) = exp(-x^2) g(x), where g ("erfcx") is
// smooth: four polynomials up to 4, from there a polynomial in 1/x^2 over x. Both factors are carried in two
// doubles, so that neither the product, 1 - erfc nor the distribution function (whose argument x/sqrt(2) does
// not fit one double) loses digits.

namespace lockstep::math {

using namespace internal;

namespace {

/// erf(x)/x - 1 in x^2 for |x| <= 1/2. This and the tables below: interpolation at Chebyshev nodes, computed
/// with mpmath at 260 bits.
constexpr double kErfNearZero[10] = {0x1.06eba8214db69p-3,  -0x1.812746b0379e6p-2,  0x1.ce2f21a042b28p-4,
                                     -0x1.b82ce3127f6d1p-6, 0x1.565bcd0aa3ed8p-8,   -0x1.c02db23c5e7d3p-11,
                                     0x1.f9a2a62fe9253p-14, -0x1.f4bb98aab31bep-17, 0x1.b775c94200bfbp-20,
                                     -0x1.39f7b53f1b575p-23};

/// g(centre + s) = g(centre) + s * slope(s) for the arguments below `end`.
struct Segment {
  double end;
  double centre;
  DoubleDouble value;
  double slope[15];
};

constexpr Segment kSegments[4] = {
    {0x1.0000000000000p+0,
     0x1.8000000000000p-1,
     {0x1.038d54ea3d834p-1, -0x1.ec2134d851665p-55},
     {-0x1.78cdd551ee51ap-2, 0x1.d90093ae10928p-3, -0x1.09e77d40e0239p-3, 0x1.1192f5bd6873cp-4,
      -0x1.054d68295b21dp-5, 0x1.d43a7c7a7c0fap-7, -0x1.8c97dd4eb19c4p-8, 0x1.3f818962c9a60p-9,
      -0x1.ec0cf4c428eb2p-11, 0x1.6b984c0138dd8p-12, -0x1.02b17333ec993p-13, 0x1.635d5fe5fc73cp-15,
      -0x1.d8a237d96f6d1p-17, 0x1.37d7863ebade2p-18, -0x1.867fe9fd07b55p-20}},
    {0x1.c000000000000p+0,
     0x1.6000000000000p+0,
     {0x1.5f88f52f3c76bp-2, -0x1.b7eb97a02d0e7p-57},
     {-0x1.797a639d8129dp-3, 0x1.701342cbcea7cp-4, -0x1.4bcdb9d9083c3p-5, 0x1.17eba60d3191bp-6,
      -0x1.bdf24bccabef1p-8, 0x1.51ab9ffde7c5bp-9, -0x1.e8ae68b530e8dp-11, 0x1.535f56eedefa9p-12,
      -0x1.c5fa69e7cfde2p-14, 0x1.254f64e4ed09bp-15, -0x1.6f06c4182c45bp-17, 0x1.bd61ff6ee142cp-19,
      -0x1.06f8c78b9b998p-20, 0x1.3b2983a079b26p-22, -0x1.60df3a1388081p-24}},
    {0x1.6000000000000p+1,
     0x1.2000000000000p+1,
     {0x1.d94446d627932p-3, -0x1.a8198a8216449p-58},
     {-0x1.6a70d2bb37411p-4, 0x1.0615670e25a7fp-5, -0x1.6883f9919a17ep-7, 0x1.da595561f536bp-9,
      -0x1.2bd251bb2dcc7p-10, 0x1.6d7743d738356p-12, -0x1.aed7ebcce2c6bp-14, 0x1.ec7738995ac93p-16,
      -0x1.117a64732a89cp-17, 0x1.27b0892f01e53p-19, -0x1.37bad4c8a0b71p-21, 0x1.407d286254039p-23,
      -0x1.429bc55a3c927p-25, 0x1.4fc76a0514537p-27, -0x1.437f18ccd1e5fp-29}},
    {0x1.0000000000000p+2,
     0x1.b000000000000p+1,
     {0x1.48f8f10299b71p-3, 0x1.635e7b3452b79p-59},
     {-0x1.696d353f008b5p-5, 0x1.804cc1571418fp-7, -0x1.8c84c13afb9cap-9, 0x1.8de5f26a7bce3p-11,
      -0x1.8511846d9dc04p-13, 0x1.7350e3a47634ep-15, -0x1.5a61388f85c61p-17, 0x1.3c3b6c40eeb4fp-19,
      -0x1.1ae03e8c76d9ep-21, 0x1.f05daaf4d17b4p-24, -0x1.ab813e1f7b1e2p-26, 0x1.6931c989564fcp-28,
      -0x1.2c8c0a7d49cf2p-30, 0x1.05512bbe6310bp-32, -0x1.a4825c4a7314ap-35}},
};
constexpr double kLastSegmentEnd = 4.0;

/// x g(x) = kTailValue + z * slope(z) with z = 1/x^2, for x >= 4. kTailValue is 1/sqrt(pi).
constexpr DoubleDouble kTailValue = {0x1.20dd750429b6dp-1, 0x1.1ae3a914fed80p-57};
constexpr double kTailSlope[14] = {-0x1.20dd750429b6bp-2,  0x1.b14c2f863b914p-2,   -0x1.0ecf9db0d27efp+0,
                                   0x1.d9eb51788c4afp+1,   -0x1.0a941a5b5aaa3p+4,  0x1.6e830f224d451p+6,
                                   -0x1.296fcfb778a58p+9,  0x1.144dde79b9883p+12,  -0x1.18d7b9d1df486p+15,
                                   0x1.209545a202851p+18,  -0x1.0b87a900fdf17p+21, 0x1.86c354fa8f733p+23,
                                   -0x1.7b63901582936p+25, 0x1.63b5ba32731ebp+26};

constexpr DoubleDouble kInverseSqrt2 = {0x1.6a09e667f3bcdp-1, -0x1.bdd3413b26456p-55};
constexpr DoubleDouble kInverseSqrt2Pi = {0x1.9884533d43651p-2, -0x1.cbc0d30ebfd15p-56};
constexpr double kTwoOverSqrtPi = 0x1.20dd750429b6dp+0;

/// erf(x) - x for |x| <= 1/2.
[[nodiscard]] double erf_excess(double x) noexcept {
  return x * polynomial(kErfNearZero, x * x);
}

[[nodiscard]] DoubleDouble scaled_complement_tail(DoubleDouble x) noexcept {
  const double z = 1.0 / (x.hi * x.hi);
  const DoubleDouble numerator = fast_two_sum(kTailValue.hi, kTailValue.lo + z * polynomial(kTailSlope, z));
  const double quotient = numerator.hi / x.hi;
  const DoubleDouble back = two_product(quotient, x.hi);
  const double rest = ((numerator.hi - back.hi) - back.lo) + (numerator.lo - quotient * x.lo);
  return {quotient, rest / x.hi};
}

/// g(x) for x >= 1/2.
[[nodiscard]] DoubleDouble scaled_complement(DoubleDouble x) noexcept {
  if (x.hi >= kLastSegmentEnd) return scaled_complement_tail(x);
  const Segment* segment = kSegments;
  while (x.hi >= segment->end) ++segment;
  const double s = (x.hi - segment->centre) + x.lo;
  return fast_two_sum(segment->value.hi, segment->value.lo + s * polynomial(segment->slope, s));
}

[[nodiscard]] ScaledExp exp_of_minus_square(DoubleDouble x, double factor) noexcept {
  const DoubleDouble square = two_product(x.hi, x.hi);
  return scaled_exp({-factor * square.hi, -factor * (square.lo + 2.0 * x.hi * x.lo)});
}

/// erfc(x) for x >= 1/2. Requires: x.hi <= 30.
[[nodiscard]] ScaledExp complement_of_large(DoubleDouble x) noexcept {
  const ScaledExp power = exp_of_minus_square(x, 1.0);
  const DoubleDouble product = multiply({power.hi, power.lo}, scaled_complement(x));
  return {product.hi, product.lo, power.exponent};
}

/// 1 - erfc(x) or 2 - erfc(x), for `from` 1 or 2 and x in [1/2, 6.5].
[[nodiscard]] DoubleDouble subtract_complement(double from, DoubleDouble x) noexcept {
  const ScaledExp complement = complement_of_large(x);
  const double scale = scale_by_power_of_two(1.0, complement.exponent);
  const DoubleDouble difference = two_sum(from, -complement.hi * scale);
  return fast_two_sum(difference.hi, difference.lo - complement.lo * scale);
}

/// erfc(x) for every finite x. Beyond 6.5 erfc(-x) differs from 2 by less than a tenth of an ulp; beyond 27.3
/// erfc(x) is zero.
[[nodiscard]] ScaledExp complement(DoubleDouble x) noexcept {
  if (x.hi > 27.3) return {0.0, 0.0, 0};
  if (x.hi >= 0.5) return complement_of_large(x);
  if (x.hi < -6.5) return {2.0, 0.0, 0};
  if (x.hi <= -0.5) {
    const DoubleDouble sum = subtract_complement(2.0, {-x.hi, -x.lo});
    return {sum.hi, sum.lo, 0};
  }
  const DoubleDouble head = two_sum(1.0, -x.hi);
  return {head.hi, head.lo - (erf_excess(x.hi) + kTwoOverSqrtPi * x.lo), 0};
}

}  // namespace

double erf(double x) noexcept {
  if (is_nan(x)) return kNan;
  const double size = magnitude(x);
  if (size < 0.5) {
    return x + erf_excess(x);
  }
  if (size > 6.5) return with_sign_of(1.0, x);
  return with_sign_of(subtract_complement(1.0, {size, 0.0}).hi, x);
}

double erfc(double x) noexcept {
  if (is_nan(x)) return kNan;
  return round_scaled(complement({x, 0.0}));
}

double normal_pdf(double x) noexcept {
  if (is_nan(x)) return kNan;
  if (magnitude(x) > 38.6) return 0.0;
  const ScaledExp power = exp_of_minus_square({x, 0.0}, 0.5);
  const DoubleDouble density = multiply({power.hi, power.lo}, kInverseSqrt2Pi);
  return round_scaled({density.hi, density.lo, power.exponent});
}

double normal_cdf(double x) noexcept {
  if (is_nan(x)) return kNan;
  if (x > 9.0) return 1.0;
  if (x < -38.6) return 0.0;
  const DoubleDouble product = two_product(x, kInverseSqrt2.hi);
  const DoubleDouble argument = fast_two_sum(product.hi, product.lo + x * kInverseSqrt2.lo);
  const ScaledExp doubled = complement({-argument.hi, -argument.lo});
  return round_scaled({doubled.hi, doubled.lo, doubled.exponent - 1});
}

}  // namespace lockstep::math
