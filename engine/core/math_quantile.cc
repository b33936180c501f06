#include <cmath>

#include "engine/core/math.h"
#include "engine/core/math_internal.h"

// Three rational functions, in the variables of M. Wichura, "Algorithm AS 241: The percentage points of the
// normal distribution", Applied Statistics 1988; the coefficients are our own and of higher degree: rational
// interpolation of -quantile/q and of the tail at Chebyshev nodes, solved with mpmath at 260 bits. Each keeps
// every coefficient positive, so that no evaluation cancels.

namespace lockstep::math {

using namespace internal;

namespace {

template <std::size_t N, std::size_t M>
struct Rational {
  double numerator[N];
  double denominator[M];

  [[nodiscard]] double operator()(double x) const noexcept {
    return polynomial(numerator, x) / polynomial(denominator, x);
  }
};

/// quantile(1/2 + q) / q in 0.425^2 - q^2, for |q| <= 0.425.
constexpr Rational<9, 9> kCentre = {
    {0x1.b18d91e9eef75p+1, 0x1.2983594fd7e7fp+7, 0x1.3e873207f0ef8p+11, 0x1.51edecb555ec5p+14,
     0x1.75ccbc4a8f65fp+16, 0x1.a11714cc49c9bp+17, 0x1.a273b0aa578a2p+17, 0x1.214cd08b4e4e1p+16,
     0x1.e8603e9431aedp+11},
    {0x1.0000000000000p+0, 0x1.776318ab2437dp+5, 0x1.b3a456a404a18p+9, 0x1.ff0e0daee92acp+12,
     0x1.41a3f69d2d15ap+15, 0x1.aabcb49f39b9cp+16, 0x1.122c69e2df947p+17, 0x1.1a96b28ee4223p+16,
     0x1.25b3b754cc15ep+13},
};

/// -quantile(p) in sqrt(-log p) - 1.6, for sqrt(-log p) in [1.6, 5].
constexpr Rational<10, 9> kTail = {
    {0x1.6c665fde9526ap+0, 0x1.3b08fc5514682p+2, 0x1.b04650f5c6407p+2, 0x1.3c6637a8c809ep+2,
     0x1.13aeb177d13f1p+1, 0x1.2931c50b507bap-1, 0x1.875073a74dfa0p-4, 0x1.255265df26f00p-7,
     0x1.ac8e007328e62p-12, 0x1.a9a0a813a01f2p-18},
    {0x1.0000000000000p+0, 0x1.2112e443f9ae6p+1, 0x1.0f9f2a0a333f5p+1, 0x1.154e82258e3bdp+0,
     0x1.4eee7de93a951p-2, 0x1.e18389b5bc03ep-5, 0x1.822dbf3aa9a64p-8, 0x1.278834aa7bd9ep-12,
     0x1.2cf559fda1538p-18},
};

/// -quantile(p) in sqrt(-log p) - 5, for sqrt(-log p) in [5, 27.4]: down to the least denormal number.
constexpr Rational<11, 10> kFarTail = {
    {0x1.aa1b1c13ee527p+2, 0x1.d8a8995d0c14bp+2, 0x1.b91a1e6537d4cp+1, 0x1.c2bb770a873fbp-1,
     0x1.13213c1631457p-3, 0x1.9b80f269b7e22p-7, 0x1.74ca7d4a49b09p-11, 0x1.87cf6716553ecp-16,
     0x1.b79861f71c512p-22, 0x1.c33a16eeaa95ap-29, 0x1.2a7a07435cec2p-37},
    {0x1.0000000000000p+0, 0x1.c6e142d2e394dp-1, 0x1.4a77afd288352p-2, 0x1.fb26974538cc6p-5,
     0x1.bbfbc09af4696p-8, 0x1.c0aa6b221b762p-12, 0x1.fbb369711fef1p-17, 0x1.2a906cd9bacccp-22,
     0x1.3af1adf4e8b7bp-29, 0x1.a61c0c1eb0ab5p-38},
};

}  // namespace

double normal_quantile(double p) noexcept {
  if (is_nan(p) || p < 0.0 || p > 1.0) return kNan;
  if (p == 0.0) return -kInfinity;
  if (p == 1.0) return kInfinity;

  const double q = p - 0.5;
  if (magnitude(q) <= 0.425) return q * kCentre(0.180625 - q * q);

  const double r = std::sqrt(-log(q < 0.0 ? p : 1.0 - p));  // 1 - p is exact: p > 1/2
  const double x = r <= 5.0 ? kTail(r - 1.6) : kFarTail(r - 5.0);
  return q < 0.0 ? -x : x;
}

}  // namespace lockstep::math
