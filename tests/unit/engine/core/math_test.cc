// The oracle is MPFR at 220 bits: it rounds correctly and shares no code with ours.
#include "engine/core/math.h"

#include <gtest/gtest.h>
#include <mpfr.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace lockstep::math {
namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kLeast = std::numeric_limits<double>::denorm_min();
constexpr double kMost = std::numeric_limits<double>::max();
// Per range. The bounds were also checked with a hundred times as many.
constexpr int kSamples = 3'000;
constexpr int kSteps = 300;

std::uint64_t bits(double x) {
  return std::bit_cast<std::uint64_t>(x);
}

class Real {
 public:
  explicit Real(double x = 0.0) {
    mpfr_init2(value_, 220);
    mpfr_set_d(value_, x, MPFR_RNDN);
  }
  ~Real() { mpfr_clear(value_); }
  Real(const Real&) = delete;
  Real& operator=(const Real&) = delete;
  mpfr_ptr get() { return value_; }

 private:
  mpfr_t value_;
};

/// |got - exact| in units in the last place of `exact` (of the least denormal number where that is larger).
/// Zero where both overflow, infinite where only one is out of range.
double error_in_ulp(double got, Real& exact) {
  const double rounded = mpfr_get_d(exact.get(), MPFR_RNDN);
  if (std::isinf(rounded) || std::isnan(got) || std::isinf(got)) return got == rounded ? 0.0 : kInf;
  if (mpfr_zero_p(exact.get()) != 0) return got == 0.0 ? 0.0 : kInf;
  const long exponent = std::max(mpfr_get_exp(exact.get()) - 53L, -1074L);
  Real difference(got);
  mpfr_sub(difference.get(), difference.get(), exact.get(), MPFR_RNDN);
  mpfr_mul_2si(difference.get(), difference.get(), -exponent, MPFR_RNDN);
  return std::fabs(mpfr_get_d(difference.get(), MPFR_RNDN));
}

using Function = double (*)(double);
using Oracle = void (*)(Real& result, double x);

template <int (*F)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t)>
void oracle(Real& result, double x) {
  Real argument(x);
  F(result.get(), argument.get(), MPFR_RNDN);
}

void normal_pdf_oracle(Real& result, double x) {
  Real two_pi;
  mpfr_const_pi(two_pi.get(), MPFR_RNDN);
  mpfr_mul_2ui(two_pi.get(), two_pi.get(), 1, MPFR_RNDN);
  mpfr_sqrt(two_pi.get(), two_pi.get(), MPFR_RNDN);
  mpfr_set_d(result.get(), x, MPFR_RNDN);
  mpfr_sqr(result.get(), result.get(), MPFR_RNDN);
  mpfr_div_si(result.get(), result.get(), -2, MPFR_RNDN);
  mpfr_exp(result.get(), result.get(), MPFR_RNDN);
  mpfr_div(result.get(), result.get(), two_pi.get(), MPFR_RNDN);
}

/// erfc(-x/sqrt(2))/2 at an argument that is itself a Real.
void cdf_of(Real& result, Real& x) {
  Real root(2.0);
  mpfr_sqrt(root.get(), root.get(), MPFR_RNDN);
  mpfr_div(result.get(), x.get(), root.get(), MPFR_RNDN);
  mpfr_neg(result.get(), result.get(), MPFR_RNDN);
  mpfr_erfc(result.get(), result.get(), MPFR_RNDN);
  mpfr_div_2ui(result.get(), result.get(), 1, MPFR_RNDN);
}

void normal_cdf_oracle(Real& result, double x) {
  Real argument(x);
  cdf_of(result, argument);
}

/// One step of Newton's method on log(cdf) from our own answer: its 50 good bits become about 95.
void normal_quantile_oracle(Real& result, double p) {
  Real x(normal_quantile(p));
  Real cdf;
  cdf_of(cdf, x);
  // step = log(cdf / p) * cdf * exp(x^2 / 2) * sqrt(2 pi)
  Real step(p);
  mpfr_div(step.get(), cdf.get(), step.get(), MPFR_RNDN);
  mpfr_log(step.get(), step.get(), MPFR_RNDN);
  mpfr_mul(step.get(), step.get(), cdf.get(), MPFR_RNDN);
  Real factor;
  mpfr_sqr(factor.get(), x.get(), MPFR_RNDN);
  mpfr_div_2ui(factor.get(), factor.get(), 1, MPFR_RNDN);
  mpfr_exp(factor.get(), factor.get(), MPFR_RNDN);
  mpfr_mul(step.get(), step.get(), factor.get(), MPFR_RNDN);
  mpfr_const_pi(factor.get(), MPFR_RNDN);
  mpfr_mul_2ui(factor.get(), factor.get(), 1, MPFR_RNDN);
  mpfr_sqrt(factor.get(), factor.get(), MPFR_RNDN);
  mpfr_mul(step.get(), step.get(), factor.get(), MPFR_RNDN);
  mpfr_sub(result.get(), x.get(), step.get(), MPFR_RNDN);
}

struct Range {
  double lo;
  double hi;
};

/// Random points of each range, its ends and their neighbours, the powers of two in it and theirs, and even
/// steps.
std::vector<double> arguments(const std::vector<Range>& ranges) {
  std::mt19937_64 generator(20240229);
  std::vector<double> xs;
  for (const Range& range : ranges) {
    const auto add = [&](double x) {
      if (x >= range.lo && x <= range.hi) xs.push_back(x);
    };
    const auto add_with_neighbours = [&](double x) {
      add(x);
      add(std::nextafter(x, -kInf));
      add(std::nextafter(x, kInf));
    };
    add_with_neighbours(range.lo);
    add_with_neighbours(range.hi);
    for (int exponent = -1074; exponent <= 1023; exponent += std::abs(exponent) < 60 ? 1 : 7) {
      add_with_neighbours(std::ldexp(1.0, exponent));
      add_with_neighbours(-std::ldexp(1.0, exponent));
    }
    for (int i = 0; i <= kSteps; ++i)
      add_with_neighbours(range.lo + (range.hi / kSteps - range.lo / kSteps) * i);
    for (int i = 0; i < kSamples; ++i) {
      const double unit = static_cast<double>(generator() >> 11) * 0x1p-53;
      add(range.lo + (range.hi - range.lo) * unit);
    }
  }
  return xs;
}

std::vector<double> random_bit_patterns() {
  std::mt19937_64 generator(7);
  std::vector<double> xs;
  while (xs.size() < kSamples) {
    const double x = std::bit_cast<double>(generator());
    if (std::isfinite(x)) xs.push_back(x);
  }
  return xs;
}

void expect_within(double bound_ulp, Function function, Oracle exact, const std::vector<double>& xs) {
  double worst = 0.0;
  double worst_at = 0.0;
  Real expected;
  for (const double x : xs) {
    exact(expected, x);
    const double error = error_in_ulp(function(x), expected);
    if (error > worst) {
      worst = error;
      worst_at = x;
    }
  }
  ::testing::Test::RecordProperty("worst_ulp", std::to_string(worst));
  EXPECT_LE(worst, bound_ulp) << "at " << std::hexfloat << worst_at << " got " << function(worst_at);
}

TEST(Math, exp_is_within_its_bound) {
  expect_within(0.52, exp, oracle<mpfr_exp>,
                arguments({{-708.0, 709.782}, {-1.0, 1.0}, {-0.02, 0.02}, {-1e-8, 1e-8}}));
  expect_within(0.8, exp, oracle<mpfr_exp>, arguments({{-746.0, -708.0}, {709.7, 710.0}}));
}

TEST(Math, expm1_is_within_its_bound) {
  expect_within(0.52, expm1, oracle<mpfr_expm1>,
                arguments({{-45.0, 45.0}, {-2.0, 2.0}, {-0.02, 0.02}, {-1e-8, 1e-8}, {-1e-300, 1e-300}}));
  expect_within(0.52, expm1, oracle<mpfr_expm1>, arguments({{44.0, 709.782}}));
}

TEST(Math, log_is_within_its_bound) {
  expect_within(
      0.51, log, oracle<mpfr_log>,
      arguments(
          {{0.5, 2.0}, {0.99, 1.01}, {0.999999, 1.000001}, {kLeast, 1e-307}, {0.0, 1000.0}, {1.0, kMost}}));
  std::vector<double> positive;
  for (const double x : random_bit_patterns()) positive.push_back(std::fabs(x));
  expect_within(0.51, log, oracle<mpfr_log>, positive);
}

TEST(Math, log1p_is_within_its_bound) {
  expect_within(
      0.51, log1p, oracle<mpfr_log1p>,
      arguments(
          {{-0.9999999, 2.0}, {-0.02, 0.02}, {-1e-8, 1e-8}, {-1e-300, 1e-300}, {1.0, 1e17}, {1.0, kMost}}));
}

TEST(Math, sin_and_cos_are_within_their_bounds) {
  auto xs = arguments({{-0.8, 0.8}, {-10.0, 10.0}, {-2e6, 2e6}, {-1e22, 1e22}});
  for (const double x : random_bit_patterns()) xs.push_back(x);
  // The doubles nearest to multiples of pi/2.
  Real half_pi;
  mpfr_const_pi(half_pi.get(), MPFR_RNDN);
  mpfr_div_2ui(half_pi.get(), half_pi.get(), 1, MPFR_RNDN);
  for (unsigned long k = 1; k < 3'000'000; k += 1 + k / 64) {
    Real multiple;
    mpfr_mul_ui(multiple.get(), half_pi.get(), k, MPFR_RNDN);
    xs.push_back(mpfr_get_d(multiple.get(), MPFR_RNDN));
    mpfr_div_2ui(multiple.get(), multiple.get(), 1, MPFR_RNDN);
    xs.push_back(mpfr_get_d(multiple.get(), MPFR_RNDN));
  }
  // The double nearest to a multiple of pi/2 of all (J.-M. Muller, "Elementary functions"), and its like.
  for (const double x :
       {0x1.6ac5b262ca1ffp+849, 0x1.921fb54442d18p+0, 0x1.6c6cbc45dc8dep+5, 6381956970095103.0 * 0x1p797}) {
    xs.push_back(x);
    xs.push_back(-x);
  }
  expect_within(0.9, sin, oracle<mpfr_sin>, xs);
  expect_within(0.9, cos, oracle<mpfr_cos>, xs);
}

TEST(Math, erf_and_erfc_are_within_their_bounds) {
  expect_within(0.9, erf, oracle<mpfr_erf>,
                arguments({{-7.0, 7.0}, {-0.5, 0.5}, {-1e-8, 1e-8}, {-1e-300, 1e-300}}));
  expect_within(0.95, erfc, oracle<mpfr_erfc>,
                arguments({{-7.0, 7.0}, {-0.5, 1.0}, {-1e-8, 1e-8}, {1.0, 26.5}}));
  expect_within(1.0, erfc, oracle<mpfr_erfc>, arguments({{26.5, 27.4}}));
}

TEST(Math, the_normal_density_and_distribution_are_within_their_bounds) {
  expect_within(0.6, normal_pdf, normal_pdf_oracle,
                arguments({{-37.5, 37.5}, {-2.0, 2.0}, {-1e-8, 1e-8}, {-1e-300, 1e-300}}));
  expect_within(1.0, normal_pdf, normal_pdf_oracle, arguments({{37.5, 38.7}}));
  expect_within(1.0, normal_cdf, normal_cdf_oracle,
                arguments({{-38.7, 9.5}, {-2.0, 2.0}, {-1e-8, 1e-8}, {-1e-300, 1e-300}}));
}

TEST(Math, the_normal_quantile_is_within_its_bound) {
  auto xs = arguments({{0.05, 0.95}, {1e-9, 0.08}, {0.9, 1.0 - 0x1p-53}, {0.499999, 0.500001}});
  std::mt19937_64 generator(3);
  for (int i = 0; i < kSamples; ++i) {
    const double p = std::ldexp(0.5 + 0x1p-54 * static_cast<double>(generator() >> 11),
                                -static_cast<int>(generator() % 1074));
    if (p > 0.0 && p < 1.0) xs.push_back(p);
  }
  expect_within(7.0, normal_quantile, normal_quantile_oracle, xs);
}

TEST(Math, pow_is_within_its_bound) {
  std::mt19937_64 generator(11);
  const auto unit = [&] { return static_cast<double>(generator() >> 11) * 0x1p-53; };
  double worst = 0.0;
  double worst_denormal = 0.0;
  Real expected;
  const auto check = [&](double x, double y) {
    Real base(x);
    Real power(y);
    mpfr_pow(expected.get(), base.get(), power.get(), MPFR_RNDN);
    const double error = error_in_ulp(pow(x, y), expected);
    double& bucket = mpfr_get_exp(expected.get()) < -1021 ? worst_denormal : worst;
    bucket = std::max(bucket, error);
    EXPECT_LE(error, 0.8) << std::hexfloat << x << " ^ " << y;
  };
  for (int i = 0; i < kSamples; ++i) {
    check(unit() * 4.0, unit() * 40.0 - 20.0);
    check(0.9 + 0.2 * unit(), (unit() - 0.5) * 14000.0);
    check(1.0 + (unit() - 0.5) * 1e-6, (unit() - 0.5) * 1.4e9);
    check(-unit() * 10.0, static_cast<double>(static_cast<std::int64_t>(unit() * 600.0) - 300));
    const double x = std::fabs(std::bit_cast<double>(generator()));
    const double y = (unit() - 0.5) * 2.2;
    if (std::isfinite(x) && x > 0.0) check(x, y);
    // Results around the limits of the range.
    const double base = 1.5 + unit() * 1000.0;
    check(base, (709.0 + unit()) / std::log(base));
    check(base, -(708.0 + 38.0 * unit()) / std::log(base));
  }
  for (const double n : {2.0, 3.0, 5.0, 7.0, 9.0, 10.0, 0.5, 0.1, 1.1, 0.9}) {
    for (int k = -400; k <= 400; ++k) check(n, k * 0.5);
  }
  ::testing::Test::RecordProperty("worst_ulp", std::to_string(worst));
  ::testing::Test::RecordProperty("worst_denormal_ulp", std::to_string(worst_denormal));
  EXPECT_LE(worst, 0.53);
}

// Literal values from mpmath at 50 digits.
TEST(Math, known_values_come_out) {
  EXPECT_EQ(exp(1.0), 0x1.5bf0a8b145769p+1);
  EXPECT_EQ(log(10.0), 0x1.26bb1bbb55516p+1);
  EXPECT_EQ(pow(2.0, 0.5), 0x1.6a09e667f3bcdp+0);
  EXPECT_EQ(pow(10.0, 22.0), 1e22);
  EXPECT_EQ(erf(1.0), 0x1.af767a741088bp-1);
  EXPECT_EQ(erfc(5.0), 0x1.b0c1a759f7739p-40);
  EXPECT_EQ(normal_pdf(0.0), 0x1.9884533d43651p-2);
  EXPECT_EQ(normal_cdf(-5.0), 0x1.33ca2f2133831p-22);
  EXPECT_EQ(sin(1e22), -0x1.b453ab76bf397p-1);
  EXPECT_EQ(cos(0x1.6ac5b262ca1ffp+849), -0x1.14ae72e6ba22fp-61);
  EXPECT_DOUBLE_EQ(normal_quantile(0.975), 0x1.f5c0331eeff83p+0);
  EXPECT_DOUBLE_EQ(normal_quantile(1e-10), -0x1.97203597a2155p+2);
  EXPECT_DOUBLE_EQ(normal_quantile(kLeast), -0x1.33bd3f27fcd03p+5);
}

TEST(Math, exact_cases_are_exact) {
  EXPECT_EQ(exp(0.0), 1.0);
  EXPECT_EQ(exp(-0.0), 1.0);
  EXPECT_EQ(bits(log(1.0)), bits(0.0));
  EXPECT_EQ(cos(0.0), 1.0);
  EXPECT_EQ(erfc(0.0), 1.0);
  EXPECT_EQ(normal_cdf(0.0), 0.5);
  EXPECT_EQ(bits(normal_quantile(0.5)), bits(0.0));
  for (const double zero : {0.0, -0.0}) {
    EXPECT_EQ(bits(expm1(zero)), bits(zero));
    EXPECT_EQ(bits(log1p(zero)), bits(zero));
    EXPECT_EQ(bits(sin(zero)), bits(zero));
    EXPECT_EQ(bits(erf(zero)), bits(zero));
  }
  for (int k = -1074; k <= 1023; ++k) EXPECT_EQ(pow(2.0, k), std::ldexp(1.0, k));
  for (int k = -20; k <= 20; ++k) EXPECT_EQ(pow(-3.0, k) > 0.0, k % 2 == 0);
}

TEST(Math, the_ends_of_the_range_are_defined) {
  EXPECT_EQ(exp(kInf), kInf);
  EXPECT_EQ(bits(exp(-kInf)), bits(0.0));
  EXPECT_EQ(exp(kMost), kInf);
  EXPECT_EQ(bits(exp(-kMost)), bits(0.0));
  EXPECT_EQ(exp(0x1.62e42fefa39efp+9),
            0x1.fffffffffff2ap+1023);  // the largest argument that does not overflow
  EXPECT_EQ(exp(0x1.62e42fefa39f0p+9), kInf);
  EXPECT_EQ(exp(-0x1.74910d52d3051p+9), kLeast);  // the smallest that does not underflow
  EXPECT_EQ(exp(-0x1.74910d52d3052p+9), 0.0);
  EXPECT_EQ(expm1(kInf), kInf);
  EXPECT_EQ(expm1(-kInf), -1.0);
  EXPECT_EQ(expm1(kMost), kInf);
  EXPECT_EQ(log(0.0), -kInf);
  EXPECT_EQ(log(-0.0), -kInf);
  EXPECT_EQ(log(kInf), kInf);
  EXPECT_EQ(log1p(-1.0), -kInf);
  EXPECT_EQ(log1p(kInf), kInf);
  EXPECT_EQ(erf(kInf), 1.0);
  EXPECT_EQ(erf(-kInf), -1.0);
  EXPECT_EQ(bits(erfc(kInf)), bits(0.0));
  EXPECT_EQ(erfc(-kInf), 2.0);
  EXPECT_EQ(normal_pdf(kInf), 0.0);
  EXPECT_EQ(normal_pdf(-kInf), 0.0);
  EXPECT_EQ(normal_cdf(kInf), 1.0);
  EXPECT_EQ(bits(normal_cdf(-kInf)), bits(0.0));
  EXPECT_EQ(normal_quantile(0.0), -kInf);
  EXPECT_EQ(normal_quantile(1.0), kInf);
}

TEST(Math, what_is_undefined_is_the_one_nan) {
  const double odd_nan = std::bit_cast<double>(std::uint64_t{0xfff0000000000123});
  for (const Function f :
       {exp, expm1, log, log1p, sin, cos, erf, erfc, normal_pdf, normal_cdf, normal_quantile}) {
    EXPECT_EQ(bits(f(kNan)), bits(kNan));
    EXPECT_EQ(bits(f(-kNan)), bits(kNan));
    EXPECT_EQ(bits(f(odd_nan)), bits(kNan));
  }
  for (const double x :
       {log(-1.0), log(-kInf), log(-kLeast), log1p(-1.5), log1p(-kInf), sin(kInf), sin(-kInf), cos(kInf),
        normal_quantile(-kLeast), normal_quantile(1.0 + 0x1p-52), normal_quantile(kInf), pow(-2.0, 0.5),
        pow(kNan, 1.0), pow(2.0, kNan), pow(-kLeast, -1.5)}) {
    EXPECT_EQ(bits(x), bits(kNan));
  }
}

// IEEE 754-2019, 9.2.1.
TEST(Math, pow_has_the_special_cases_of_the_standard) {
  for (const double any : {0.0, -0.0, 1.0, -1.0, 2.5, -2.5, kLeast, kMost, kInf, -kInf, kNan}) {
    EXPECT_EQ(pow(any, 0.0), 1.0);
    EXPECT_EQ(pow(any, -0.0), 1.0);
    EXPECT_EQ(pow(1.0, any), 1.0);
  }
  EXPECT_EQ(bits(pow(-0.0, 3.0)), bits(-0.0));
  EXPECT_EQ(bits(pow(-0.0, 2.0)), bits(0.0));
  EXPECT_EQ(bits(pow(-0.0, 0.5)), bits(0.0));
  EXPECT_EQ(pow(-0.0, -3.0), -kInf);
  EXPECT_EQ(pow(-0.0, -2.0), kInf);
  EXPECT_EQ(pow(0.0, -0.5), kInf);
  EXPECT_EQ(pow(0.0, -kInf), kInf);
  EXPECT_EQ(bits(pow(-0.0, kInf)), bits(0.0));
  EXPECT_EQ(pow(-1.0, kInf), 1.0);
  EXPECT_EQ(pow(-1.0, -kInf), 1.0);
  EXPECT_EQ(pow(0.5, kInf), 0.0);
  EXPECT_EQ(pow(-0.5, -kInf), kInf);
  EXPECT_EQ(pow(-2.0, kInf), kInf);
  EXPECT_EQ(pow(2.0, -kInf), 0.0);
  EXPECT_EQ(pow(kInf, 0.5), kInf);
  EXPECT_EQ(bits(pow(kInf, -0.5)), bits(0.0));
  EXPECT_EQ(pow(-kInf, 3.0), -kInf);
  EXPECT_EQ(pow(-kInf, 0.5), kInf);
  EXPECT_EQ(bits(pow(-kInf, -3.0)), bits(-0.0));
  EXPECT_EQ(bits(pow(-kInf, -2.0)), bits(0.0));
  EXPECT_EQ(pow(-1.0, 1e300), 1.0);
  EXPECT_EQ(pow(-1.0, 9007199254740991.0), -1.0);
  EXPECT_EQ(pow(-2.0, 4503599627370497.0), -kInf);
  EXPECT_EQ(bits(pow(-0.5, 9007199254740991.0)), bits(-0.0));
  EXPECT_EQ(pow(1.0 + 0x1p-52, 1e300), kInf);
  EXPECT_EQ(pow(1.0 - 0x1p-53, 1e300), 0.0);
  EXPECT_EQ(pow(kMost, 1e-300), 1.0);
}

}  // namespace
}  // namespace lockstep::math
