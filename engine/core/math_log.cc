#include "engine/core/math.h"
#include "engine/core/math_internal.h"

// x = 2^k * m with m in [0.69, 1.38), and a table entry `inverse` near 1/m of at most 10 bits, so that r = m
// * inverse - 1 is exact as a sum of two doubles without fma. log x = k ln2 - log(inverse) + log1p(r), |r| <
// 2^-6.8. The entry around m = 1 is exactly 1, so that nothing cancels there (after P. Tang, "Table-driven
// implementation of the logarithm function", 1990).

namespace lockstep::math {
namespace internal {
namespace {

struct LogEntry {
  double inverse;  // a multiple of 2^-9
  double log_hi;   // -log(inverse) rounded to a multiple of 2^-42
  double log_lo;   // the rest
};

/// Row i belongs to the 2^46 bit patterns from kTableStart + i * 2^46; from mpmath at 260 bits.
constexpr LogEntry kLogTable[64] = {
    {0x1.7000000000000p+0, -0x1.739d7f6bbd000p-2, -0x1.a7389314feb50p-52},
    {0x1.6c00000000000p+0, -0x1.686c81e9b1000p-2, -0x1.2bb110af84054p-44},
    {0x1.6800000000000p+0, -0x1.5d1bdbf581000p-2, 0x1.8d6bdc9c7c238p-44},
    {0x1.6400000000000p+0, -0x1.51aad872e0000p-2, 0x1.f4bd8db0a7cc1p-44},
    {0x1.6080000000000p+0, -0x1.478cd5959b000p-2, -0x1.ec89bf0c8d098p-45},
    {0x1.5c80000000000p+0, -0x1.3bdd24eb15000p-2, 0x1.257b4970e6ed9p-44},
    {0x1.5900000000000p+0, -0x1.31871c9544000p-2, -0x1.84fab94cecfd9p-46},
    {0x1.5580000000000p+0, -0x1.27161913f8000p-2, -0x1.4f4f1f61564b4p-44},
    {0x1.5200000000000p+0, -0x1.1c898c169a000p-2, 0x1.81410e5c62affp-44},
    {0x1.4e80000000000p+0, -0x1.11e0e2dada000p-2, 0x1.a47f88fcce5bap-45},
    {0x1.4b00000000000p+0, -0x1.071b85fcd6000p-2, 0x1.bcb8ba3e01a11p-44},
    {0x1.4780000000000p+0, -0x1.f871b28956000p-3, 0x1.f75fd6a526efep-44},
    {0x1.4480000000000p+0, -0x1.e598ed5a88000p-3, 0x1.d134bcf1e98a1p-47},
    {0x1.4180000000000p+0, -0x1.d293581b6c000p-3, 0x1.83270128aaa5fp-44},
    {0x1.3e00000000000p+0, -0x1.bc286742d8000p-3, -0x1.9ac53f39d121cp-44},
    {0x1.3b00000000000p+0, -0x1.a8becfc882000p-3, -0x1.e3185cf21b9cfp-44},
    {0x1.3800000000000p+0, -0x1.9525a9cf46000p-3, 0x1.297137d9f158fp-44},
    {0x1.3500000000000p+0, -0x1.815c0a1436000p-3, 0x1.02a52f9201ce8p-44},
    {0x1.3200000000000p+0, -0x1.6d60fe719e000p-3, 0x1.bc6e557134767p-44},
    {0x1.2f80000000000p+0, -0x1.5c94007598000p-3, 0x1.a8d948cd23322p-44},
    {0x1.2c80000000000p+0, -0x1.483bccce6e000p-3, -0x1.eea52723f6369p-46},
    {0x1.2a00000000000p+0, -0x1.371fc201e8000p-3, -0x1.ee8779b2d8abcp-44},
    {0x1.2700000000000p+0, -0x1.2266f190a6000p-3, 0x1.4d20ab840e7f6p-45},
    {0x1.2480000000000p+0, -0x1.10f8e42254000p-3, 0x1.93b3843396307p-45},
    {0x1.2200000000000p+0, -0x1.fec9131dc0000p-4, 0x1.54555d1ae6607p-44},
    {0x1.1f80000000000p+0, -0x1.db5270187c000p-4, -0x1.9277856ae181fp-44},
    {0x1.1d00000000000p+0, -0x1.b78c82bb10000p-4, 0x1.25ef7bc3987e7p-44},
    {0x1.1a80000000000p+0, -0x1.9375e55594000p-4, -0x1.eddc37380c364p-44},
    {0x1.1800000000000p+0, -0x1.6f0d28ae58000p-4, 0x1.4b4641b664613p-44},
    {0x1.1580000000000p+0, -0x1.4a50d3aa1c000p-4, 0x1.f7fe1308973e2p-45},
    {0x1.1380000000000p+0, -0x1.2cb0283f5c000p-4, -0x1.e1ee2ca657021p-44},
    {0x1.1100000000000p+0, -0x1.0759835990000p-4, 0x1.b8ecfe4b59987p-44},
    {0x1.0f00000000000p+0, -0x1.d276b8adb0000p-5, -0x1.6a423c78a64b0p-46},
    {0x1.0c80000000000p+0, -0x1.868a830840000p-5, 0x1.2623a134ac693p-46},
    {0x1.0a80000000000p+0, -0x1.494acc34d8000p-5, -0x1.11c78a56fd247p-45},
    {0x1.0880000000000p+0, -0x1.0b94f7c198000p-5, 0x1.e89896f022783p-45},
    {0x1.0600000000000p+0, -0x1.7b91b07d60000p-6, 0x1.3b955b602ace4p-44},
    {0x1.0400000000000p+0, -0x1.fc0a8b0fc0000p-7, -0x1.f1e7cf6d3a69cp-50},
    {0x1.0200000000000p+0, -0x1.fe02a6b100000p-8, -0x1.9e23f0dda40e4p-46},
    {0x1.0000000000000p+0, 0x0.0p+0, 0x0.0p+0},
    {0x1.f800000000000p-1, 0x1.0205658930000p-6, 0x1.611d27c8e8417p-44},
    {0x1.f000000000000p-1, 0x1.0415d89e78000p-5, -0x1.dddc7f461c516p-44},
    {0x1.e900000000000p-1, 0x1.788595a358000p-5, -0x1.08b0d083b3a4cp-46},
    {0x1.e200000000000p-1, 0x1.eea31c0068000p-5, 0x1.c3dd83606d891p-44},
    {0x1.db00000000000p-1, 0x1.333d7f8184000p-4, -0x1.692b6a81b8848p-49},
    {0x1.d400000000000p-1, 0x1.700d30aeac000p-4, 0x1.c1e8da99ded32p-49},
    {0x1.ce00000000000p-1, 0x1.a4e7640b1c000p-4, -0x1.e42b6b94407c8p-47},
    {0x1.c700000000000p-1, 0x1.e3707ee304000p-4, 0x1.0f684e6766abdp-45},
    {0x1.c100000000000p-1, 0x1.0ce7ecdccc000p-3, 0x1.4652dabff5447p-46},
    {0x1.bb00000000000p-1, 0x1.28753bc11a000p-3, 0x1.7494e359302e6p-44},
    {0x1.b500000000000p-1, 0x1.4462b9dc9c000p-3, -0x1.84858a711b062p-44},
    {0x1.af00000000000p-1, 0x1.60b3100b0a000p-3, -0x1.71456c988f814p-44},
    {0x1.aa00000000000p-1, 0x1.7898d85444000p-3, 0x1.8e67be3dbaf3fp-44},
    {0x1.a400000000000p-1, 0x1.95a5adcf70000p-3, 0x1.7f22858a0ff6fp-47},
    {0x1.9f00000000000p-1, 0x1.ae2ca6f672000p-3, 0x1.7a8d5ae54f550p-44},
    {0x1.9a00000000000p-1, 0x1.c6ffbc6f00000p-3, 0x1.ee138d3a69d43p-44},
    {0x1.9500000000000p-1, 0x1.e020cc6236000p-3, -0x1.52b00adb91424p-45},
    {0x1.9000000000000p-1, 0x1.f991c6cb3c000p-3, -0x1.90d04cd7cc834p-44},
    {0x1.8b00000000000p-1, 0x1.09aa572e6c000p-2, 0x1.b50a1e1734342p-44},
    {0x1.8600000000000p-1, 0x1.16b5ccbad0000p-2, -0x1.23299042d74bfp-44},
    {0x1.8200000000000p-1, 0x1.214456d0ec000p-2, -0x1.caf0428b728a3p-44},
    {0x1.7d00000000000p-1, 0x1.2e9e2bce12000p-2, 0x1.4300c128d1dc2p-45},
    {0x1.7900000000000p-1, 0x1.396ce359bc000p-2, -0x1.5839c5663663dp-47},
    {0x1.7400000000000p-1, 0x1.4718dc271c000p-2, 0x1.06c18fb4c14c5p-44},
};

// Half a row above 0x1.6p-1, which centres one row on 1.
constexpr std::uint64_t kTableStart = 0x3fe6200000000000;

// ln2 in two parts; the first is a multiple of 2^-42, so that its product with k is exact and so is adding
// log_hi.
constexpr double kLn2Hi = 0x1.62e42fefa3800p-1;
constexpr double kLn2Lo = 0x1.ef35793c76730p-45;

/// (log1p(r) - r + r^2/2) / r^3 on [-0.00855, 0.00809]: interpolation at Chebyshev nodes, computed with
/// mpmath at 260 bits.
constexpr double kLogCubic[8] = {0x1.5555555555555p-2,  -0x1.0000000000000p-2, 0x1.9999999999aa3p-3,
                                 -0x1.5555555559c03p-3, 0x1.249249123827bp-3,  -0x1.fffffb3dccee7p-4,
                                 0x1.c7297ee7dd860p-4,  -0x1.9a546c42ea609p-4};

}  // namespace

DoubleDouble log_double_double(DoubleDouble x) noexcept {
  const std::uint64_t offset = to_bits(x.hi) - kTableStart;
  const LogEntry& entry = kLogTable[(offset >> 46) & 63];
  const auto k = static_cast<std::int64_t>(offset) >> 52;
  const double m = from_bits(to_bits(x.hi) - (static_cast<std::uint64_t>(k) << 52));

  const double m_hi = from_bits(to_bits(m) & ~std::uint64_t{0x3ff});
  const double m_lo = m - m_hi;
  DoubleDouble r = two_sum(m_hi * entry.inverse - 1.0, m_lo * entry.inverse);
  if (x.lo != 0.0) {
    const double scale = m / x.hi;  // 2^-k
    const DoubleDouble sum = two_sum(r.hi, x.lo * scale * entry.inverse);
    r = fast_two_sum(sum.hi, sum.lo + r.lo);
  }

  const double r_upper = upper_half(r.hi);
  const double half_square = 0.5 * r_upper * r_upper;  // exact
  const double half_square_lo = 0.5 * (r.hi + r_upper) * (r.hi - r_upper) + r.hi * r.lo;
  const double cubic = r.hi * r.hi * r.hi * polynomial(kLogCubic, r.hi);

  const auto k_double = static_cast<double>(k);
  const DoubleDouble with_r = two_sum(k_double * kLn2Hi + entry.log_hi, r.hi);
  const DoubleDouble head = fast_two_sum(with_r.hi, -half_square);
  const double tail =
      cubic + (((k_double * kLn2Lo + entry.log_lo) + (with_r.lo + head.lo)) + (r.lo - half_square_lo));
  return fast_two_sum(head.hi, tail);
}

DoubleDouble log_of_positive(double x) noexcept {
  if (x >= 0x1p-1022) return log_double_double({x, 0.0});
  const DoubleDouble scaled = log_double_double({x * 0x1p52, 0.0});
  const DoubleDouble sum = fast_two_sum(scaled.hi, -52.0 * kLn2Hi);  // |scaled.hi| > 656
  return fast_two_sum(sum.hi, sum.lo + (scaled.lo - 52.0 * kLn2Lo));
}

}  // namespace internal

using namespace internal;

double log(double x) noexcept {
  if (is_nan(x) || x < 0.0) return kNan;
  if (x == 0.0) return -kInfinity;
  if (x == kInfinity) return kInfinity;
  return log_of_positive(x).hi;
}

double log1p(double x) noexcept {
  if (is_nan(x) || x < -1.0) return kNan;
  if (x == -1.0) return -kInfinity;
  if (x == kInfinity) return kInfinity;
  if (magnitude(x) < 0x1p-54) return x;
  return log_double_double(two_sum(1.0, x)).hi;
}

}  // namespace lockstep::math
