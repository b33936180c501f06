#include "engine/metrics/returns.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "engine/core/check.h"
#include "engine/core/math.h"

namespace lockstep {
namespace {

constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

// A quotient or product that left the doubles was not measured.
double finite(double value) {
  return value - value == 0.0 ? value : kNotMeasured;
}

// Rounding of the mean would give equal returns a tiny spread, and a ratio to it an absurd size.
bool all_equal(std::span<const double> returns) {
  return std::all_of(returns.begin(), returns.end(), [&](double r) { return r == returns.front(); });
}

double growth(std::span<const double> returns) {
  double product = 1.0;
  for (const double r : returns) product *= 1.0 + r;
  return product;
}

double central_moment(std::span<const double> returns, int order) {
  const double center = mean(returns);
  double sum = 0.0;
  for (const double r : returns) {
    const double distance = r - center;
    double power = distance;
    for (int i = 1; i < order; ++i) power *= distance;
    sum += power;
  }
  return sum / static_cast<double>(returns.size());
}

std::vector<double> sorted(std::span<const double> returns) {
  std::vector<double> out(returns.begin(), returns.end());
  std::sort(out.begin(), out.end());
  return out;
}

void check_tail(double tail) {
  LOCKSTEP_CHECK(tail > 0.0 && tail < 1.0, "a tail is a probability");
}

}  // namespace

double mean(std::span<const double> returns) {
  if (returns.empty()) return kNotMeasured;
  double sum = 0.0;
  for (const double r : returns) sum += r;
  return sum / static_cast<double>(returns.size());
}

double standard_deviation(std::span<const double> returns) {
  if (returns.size() < 2) return kNotMeasured;
  if (all_equal(returns)) return 0.0;
  const double center = mean(returns);
  double sum = 0.0;
  for (const double r : returns) sum += (r - center) * (r - center);
  return std::sqrt(sum / static_cast<double>(returns.size() - 1));
}

double total_return(std::span<const double> returns) {
  return returns.empty() ? kNotMeasured : finite(growth(returns) - 1.0);
}

double annualised_return(std::span<const double> returns, double periods_per_year) {
  const double product = growth(returns);
  if (returns.empty() || !(product > 0.0)) return kNotMeasured;
  return finite(math::pow(product, periods_per_year / static_cast<double>(returns.size())) - 1.0);
}

double annualised_volatility(std::span<const double> returns, double periods_per_year) {
  return standard_deviation(returns) * std::sqrt(periods_per_year);
}

double sharpe_ratio(std::span<const double> returns, double periods_per_year, double riskless) {
  const double spread = standard_deviation(returns);
  return finite((mean(returns) - riskless) / spread * std::sqrt(periods_per_year));
}

double sortino_ratio(std::span<const double> returns, double periods_per_year, double target) {
  if (returns.size() < 2) return kNotMeasured;
  double sum = 0.0;
  for (const double r : returns) {
    const double shortfall = std::min(r - target, 0.0);
    sum += shortfall * shortfall;
  }
  const double downside = std::sqrt(sum / static_cast<double>(returns.size()));
  return finite((mean(returns) - target) / downside * std::sqrt(periods_per_year));
}

double calmar_ratio(double annualised, double drawdown) {
  return finite(annualised / -drawdown);
}

double skewness(std::span<const double> returns) {
  if (returns.size() < 2 || all_equal(returns)) return kNotMeasured;
  const double variance = central_moment(returns, 2);
  return finite(central_moment(returns, 3) / (variance * std::sqrt(variance)));
}

double kurtosis(std::span<const double> returns) {
  if (returns.size() < 2 || all_equal(returns)) return kNotMeasured;
  const double variance = central_moment(returns, 2);
  return finite(central_moment(returns, 4) / (variance * variance));
}

double probabilistic_sharpe_ratio(double sharpe, double benchmark, std::size_t count, double skew,
                                  double raw_kurtosis) {
  if (count < 2) return kNotMeasured;
  const double variance = 1.0 - skew * sharpe + (raw_kurtosis - 1.0) / 4.0 * sharpe * sharpe;
  if (!(variance > 0.0)) return kNotMeasured;
  return math::normal_cdf((sharpe - benchmark) * std::sqrt(static_cast<double>(count - 1)) /
                          std::sqrt(variance));
}

double value_at_risk_historical(std::span<const double> returns, double tail) {
  check_tail(tail);
  if (returns.empty()) return kNotMeasured;
  const std::vector<double> ascending = sorted(returns);
  const double position = tail * static_cast<double>(ascending.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const double fraction = position - static_cast<double>(below);
  if (below + 1 == ascending.size()) return ascending[below];
  return ascending[below] + fraction * (ascending[below + 1] - ascending[below]);
}

double conditional_value_at_risk_historical(std::span<const double> returns, double tail) {
  check_tail(tail);
  if (returns.empty()) return kNotMeasured;
  const std::vector<double> ascending = sorted(returns);
  const auto count = static_cast<std::size_t>(tail * static_cast<double>(ascending.size() - 1)) + 1;
  return mean(std::span(ascending).first(count));
}

double value_at_risk_normal(std::span<const double> returns, double tail) {
  check_tail(tail);
  return mean(returns) + standard_deviation(returns) * math::normal_quantile(tail);
}

double conditional_value_at_risk_normal(std::span<const double> returns, double tail) {
  check_tail(tail);
  return mean(returns) - standard_deviation(returns) * math::normal_pdf(math::normal_quantile(tail)) / tail;
}

}  // namespace lockstep
