// Elementary functions whose results are the same bits on every compiler, optimisation level and processor.
// They own no state. They never call the platform's libm, never use fma and never depend on tables built at
// run time.
#pragma once

namespace lockstep::math {

// Every function takes the whole range of double. A NaN argument gives the one quiet NaN of
// std::numeric_limits (unless said otherwise), as does an argument outside the domain; floating-point flags
// are not part of the contract. The code is correct under round-to-nearest and without flushing of denormal
// numbers, which are the defaults. Bounds are in units in the last place (ulp) of the exact result and are
// checked against MPFR by math_test.cc.

/// e^x, within 0.52 ulp (0.8 ulp where the result is denormal). Overflows to infinity, underflows to +0.
[[nodiscard]] double exp(double x) noexcept;

/// e^x - 1 without cancellation near zero, within 0.52 ulp. -0 gives -0.
[[nodiscard]] double expm1(double x) noexcept;

/// Natural logarithm, within 0.51 ulp. Zero of either sign gives -infinity, a negative argument NaN.
[[nodiscard]] double log(double x) noexcept;

/// log(1 + x) without cancellation near zero, within 0.51 ulp. -0 gives -0, -1 gives -infinity, less gives
/// NaN.
[[nodiscard]] double log1p(double x) noexcept;

/// x^y, within 0.53 ulp (0.8 ulp where the result is denormal). Special cases follow IEEE 754-2019 `pow`:
/// pow(x, 0) and pow(1, y) are 1 even for NaN; a negative x needs an integer y, otherwise NaN.
[[nodiscard]] double pow(double x, double y) noexcept;

/// Sine of x radians, within 0.9 ulp for every finite x, however large. An infinity gives NaN, -0 gives -0.
[[nodiscard]] double sin(double x) noexcept;

/// Cosine of x radians, within 0.9 ulp for every finite x, however large. An infinity gives NaN.
[[nodiscard]] double cos(double x) noexcept;

/// Error function 2/sqrt(pi) * integral of exp(-t^2) from 0 to x, within 0.9 ulp. -0 gives -0.
[[nodiscard]] double erf(double x) noexcept;

/// 1 - erf(x) without cancellation for large x, within 0.95 ulp (1 ulp where the result is denormal).
[[nodiscard]] double erfc(double x) noexcept;

/// Density of the standard normal distribution, exp(-x^2/2)/sqrt(2 pi), within 0.6 ulp (1 ulp where
/// denormal).
[[nodiscard]] double normal_pdf(double x) noexcept;

/// Distribution function of the standard normal distribution, P(Z <= x), within 1 ulp in both tails.
[[nodiscard]] double normal_cdf(double x) noexcept;

/// The x with normal_cdf(x) = p, within 7 ulp for every p. 0 gives -infinity, 1 gives +infinity, outside [0,
/// 1] NaN.
[[nodiscard]] double normal_quantile(double p) noexcept;

}  // namespace lockstep::math
