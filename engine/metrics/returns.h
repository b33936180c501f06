// Statistics of a series of returns: pure functions, sums from left to right, no platform mathematics. A
// return is a fraction (0.01 = one per cent) per period of equal length; A is the number of periods in a
// year. NaN means not measured: too few returns, or a division by zero. Never infinity.
#pragma once

#include <cstddef>
#include <span>

namespace lockstep {

/// sum(r) / n. NaN when empty.
double mean(std::span<const double> returns);

/// sqrt(sum((r - mean)^2) / (n - 1)); exactly 0 when all are equal. NaN of fewer than 2.
double standard_deviation(std::span<const double> returns);

/// product(1 + r) - 1. NaN when empty.
double total_return(std::span<const double> returns);

/// Compound growth per year: product(1 + r)^(A / n) - 1. NaN when empty, when the product is not positive, or
/// beyond a double.
double annualised_return(std::span<const double> returns, double periods_per_year);

/// standard_deviation * sqrt(A).
double annualised_volatility(std::span<const double> returns, double periods_per_year);

/// mean(r - f) / standard_deviation(r) * sqrt(A), f = the riskless return per period (Sharpe, "The Sharpe
/// Ratio", Journal of Portfolio Management 21(1), 1994).
double sharpe_ratio(std::span<const double> returns, double periods_per_year, double riskless = 0.0);

/// mean(r - t) / sqrt(sum(min(r - t, 0)^2) / n) * sqrt(A), over all n returns, t = the least acceptable
/// return per period (Sortino & Price, Journal of Investing 3(3), 1994).
double sortino_ratio(std::span<const double> returns, double periods_per_year, double target = 0.0);

/// annualised return / |maximum drawdown| (Young, Futures 20(1), 1991). Requires: drawdown <= 0, as a
/// fraction.
double calmar_ratio(double annualised, double drawdown);

/// m3 / m2^1.5, with m_k = sum((r - mean)^k) / n. NaN when all are equal.
double skewness(std::span<const double> returns);

/// Raw kurtosis m4 / m2^2: 3 for a normal distribution. NaN when all are equal.
double kurtosis(std::span<const double> returns);

/// Probability that the true Sharpe ratio exceeds `benchmark`, both *per period*:
///   Phi((S - S*) sqrt(n - 1) / sqrt(1 - skew S + (kurtosis - 1) / 4 S^2)), raw kurtosis
/// (Bailey & Lopez de Prado, "The Sharpe Ratio Efficient Frontier", Journal of Risk 15(2), 2012). NaN of
/// fewer than 2 returns.
double probabilistic_sharpe_ratio(double sharpe, double benchmark, std::size_t count, double skew,
                                  double raw_kurtosis);

// Value at risk and what is expected beyond it, as returns: a loss is negative. `tail` is a probability, 0.05
// for the usual.

/// Historical: the `tail` quantile, interpolated linearly between neighbours at position tail (n - 1). NaN
/// when empty.
double value_at_risk_historical(std::span<const double> returns, double tail);

/// Historical: the mean of the floor(tail (n - 1)) + 1 lowest returns. NaN when empty.
double conditional_value_at_risk_historical(std::span<const double> returns, double tail);

/// Parametric, as if normal: mean + standard_deviation * PhiInverse(tail).
double value_at_risk_normal(std::span<const double> returns, double tail);

/// Parametric, as if normal: mean - standard_deviation * phi(PhiInverse(tail)) / tail (McNeil, Frey &
/// Embrechts, "Quantitative Risk Management", example 2.14).
double conditional_value_at_risk_normal(std::span<const double> returns, double tail);

}  // namespace lockstep
