#include <cmath>

#include "engine/core/math.h"
#include "engine/core/random.h"

namespace lockstep {

namespace {

/// log(k!) - log(sqrt(2 pi k) (k/e)^k), the error of Stirling's formula, for k >= 1: by definition below 16,
/// from there its asymptotic series (C. Loader, "Fast and accurate computation of binomial probabilities",
/// 2000).
double stirling_error(double k) {
  if (k < 16.0) {
    double factorial = 1.0;
    for (double i = 2.0; i <= k; i += 1.0) factorial *= i;
    return math::log(factorial) - (k + 0.5) * math::log(k) + k - 0x1.d67f1c864beb5p-1;  // log(sqrt(2 pi))
  }
  const double k2 = k * k;
  return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / k2) / k2) / k2) / k2) / k;
}

/// k log(k / mean) + mean - k for k >= 1, without cancellation where k is close to the mean (Loader, as
/// above).
double deviance(double k, double mean) {
  const double difference = k - mean;
  const double total = k + mean;
  if (std::fabs(difference) >= 0.1 * total) return k * math::log(k / mean) + mean - k;
  const double v = difference / total;
  const double v2 = v * v;
  double sum = difference * v;
  double power = 2.0 * k * v;
  for (int odd = 3; odd < 40; odd += 2) {
    power *= v2;
    const double next = sum + power / odd;
    if (next == sum) break;
    sum = next;
  }
  return sum;
}

double log_poisson_probability(double k, double mean) {
  if (k == 0.0) return -mean;
  return -0x1.d67f1c864beb5p-1 - 0.5 * math::log(k) - stirling_error(k) - deviance(k, mean);
}

}  // namespace

std::int64_t RandomStream::poisson(double mean) {
  LOCKSTEP_CHECK(mean >= 0.0 && mean <= 1e12, "a Poisson count needs 0 <= mean <= 1e12");
  if (mean < 10.0) {
    double rest = uniform01();
    double probability = math::exp(-mean);
    std::int64_t k = 0;
    // Beyond 100 the probability left is under 1e-60: only rounding of the sum could ever lead there.
    while (rest >= probability && k < 100) {
      rest -= probability;
      ++k;
      probability *= mean / static_cast<double>(k);
    }
    return k;
  }
  const double b = 0.931 + 2.53 * std::sqrt(mean);
  const double a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
  const double v_r = 0.9277 - 3.6224 / (b - 2.0);
  while (true) {
    const double u = uniform_open() - 0.5;
    const double v = uniform_open();
    const double us = 0.5 - std::fabs(u);
    const double position = (2.0 * a / us + b) * u + mean + 0.43;
    if (position < 0.0 || position > 1e18) continue;  // no count, or one whose probability is zero
    const auto count = static_cast<std::int64_t>(position);
    if (us >= 0.07 && v <= v_r) return count;
    if (us < 0.013 && v > us) continue;
    const double log_acceptance = math::log(v * inverse_alpha / (a / (us * us) + b));
    if (log_acceptance <= log_poisson_probability(static_cast<double>(count), mean)) return count;
  }
}

}  // namespace lockstep
