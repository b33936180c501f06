#include "engine/metrics/returns.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

namespace lockstep {
namespace {

// Expected figures: numpy 2.4.6 and scipy 1.17.1 on the same twelve returns, unless a comment works them out
// by hand.
constexpr std::array kReturns = {0.012, -0.007, 0.004,  0.009, -0.015, 0.003,
                                 0.0,   0.021,  -0.004, 0.006, -0.011, 0.008};
constexpr double kTight = 1e-14;

TEST(Returns, mean_and_standard_deviation_with_n_less_one) {
  EXPECT_NEAR(mean(kReturns), 0.0021666666666666666, kTight);
  EXPECT_NEAR(standard_deviation(kReturns), 0.010205464964983965, kTight);
}

TEST(Returns, total_and_annualised_return_compound) {
  EXPECT_NEAR(total_return(kReturns), 0.02572676615497671, kTight);
  EXPECT_NEAR(annualised_return(kReturns, 252), 0.7047686822869463, 1e-12);
  // 10% twice a year: 1.1 x 1.1 - 1 = 0.21
  EXPECT_NEAR(annualised_return(std::array{0.1, 0.1}, 2), 0.21, kTight);
}

TEST(Returns, volatility_sharpe_and_sortino_are_annualised) {
  EXPECT_NEAR(annualised_volatility(kReturns, 252), 0.16200673386678044, kTight);
  EXPECT_NEAR(sharpe_ratio(kReturns, 252), 3.37023027974245, 1e-12);
  EXPECT_NEAR(sharpe_ratio(kReturns, 252, 0.0001), 3.2146811899081835, 1e-12);
  EXPECT_NEAR(sortino_ratio(kReturns, 252), 5.877086521857702, 1e-12);
  EXPECT_NEAR(sortino_ratio(kReturns, 252, 0.001), 2.8982753492378865, 1e-12);
  EXPECT_EQ(calmar_ratio(0.3, -0.15), 2.0);
}

TEST(Returns, skewness_and_raw_kurtosis_use_population_moments) {
  EXPECT_NEAR(skewness(kReturns), -0.01294309947113758, 1e-13);
  EXPECT_NEAR(kurtosis(kReturns), 2.415004813777129, 1e-13);
  // A fair coin: skew 0, raw kurtosis 1.
  EXPECT_EQ(skewness(std::array{1.0, -1.0}), 0.0);
  EXPECT_EQ(kurtosis(std::array{1.0, -1.0}), 1.0);
}

TEST(Returns, historical_value_at_risk_is_a_quantile_and_the_mean_of_what_lies_below) {
  EXPECT_NEAR(value_at_risk_historical(kReturns, 0.05), -0.0128, kTight);
  EXPECT_NEAR(conditional_value_at_risk_historical(kReturns, 0.05), -0.015, kTight);
  EXPECT_NEAR(value_at_risk_historical(kReturns, 0.25), -0.00475, kTight);
  EXPECT_NEAR(conditional_value_at_risk_historical(kReturns, 0.25), -0.011, kTight);
}

TEST(Returns, parametric_value_at_risk_is_that_of_a_normal_distribution) {
  EXPECT_NEAR(value_at_risk_normal(kReturns, 0.05), -0.014619829395713393, kTight);
  // scipy.integrate.quad of x * density below the quantile, over 0.05
  EXPECT_NEAR(conditional_value_at_risk_normal(kReturns, 0.05), -0.01888427662317408, kTight);
}

TEST(Returns, probabilistic_sharpe_ratio_uses_raw_kurtosis) {
  // 24 monthly returns with a Sharpe ratio of 0.458 per month: 0.982 as if normal, and 0.913 with skew -2.448
  // and kurtosis 10.164, the example of Bailey & Lopez de Prado (2012). Further digits: scipy.stats.norm.cdf.
  EXPECT_NEAR(probabilistic_sharpe_ratio(0.458, 0, 24, 0, 3), 0.9816749190910771, 1e-13);
  EXPECT_NEAR(probabilistic_sharpe_ratio(0.458, 0, 24, -2.448, 10.164), 0.913361083860933, 1e-13);
  const double sharpe = sharpe_ratio(kReturns, 1);
  EXPECT_NEAR(probabilistic_sharpe_ratio(sharpe, 0, 12, skewness(kReturns), kurtosis(kReturns)),
              0.7573001778615193, 1e-13);
  EXPECT_NEAR(probabilistic_sharpe_ratio(sharpe, 0.1, 12, skewness(kReturns), kurtosis(kReturns)),
              0.6439506293925102, 1e-13);
  EXPECT_EQ(probabilistic_sharpe_ratio(0.2, 0.2, 24, 0, 3), 0.5);
}

TEST(Returns, nothing_is_measured_of_no_returns) {
  const std::vector<double> none;
  for (const double figure :
       {mean(none), standard_deviation(none), total_return(none), annualised_return(none, 252),
        annualised_volatility(none, 252), sharpe_ratio(none, 252), sortino_ratio(none, 252), skewness(none),
        kurtosis(none), value_at_risk_historical(none, 0.05),
        conditional_value_at_risk_historical(none, 0.05), value_at_risk_normal(none, 0.05),
        conditional_value_at_risk_normal(none, 0.05), probabilistic_sharpe_ratio(0.1, 0, 0, 0, 3)}) {
    EXPECT_TRUE(std::isnan(figure));
  }
}

TEST(Returns, of_one_return_only_what_needs_no_spread) {
  const std::vector<double> one = {-0.02};
  EXPECT_EQ(mean(one), -0.02);
  EXPECT_EQ(value_at_risk_historical(one, 0.05), -0.02);
  EXPECT_EQ(conditional_value_at_risk_historical(one, 0.05), -0.02);
  EXPECT_TRUE(std::isnan(standard_deviation(one)));
  EXPECT_TRUE(std::isnan(sharpe_ratio(one, 252)));
  EXPECT_TRUE(std::isnan(sortino_ratio(one, 252)));
  EXPECT_TRUE(std::isnan(value_at_risk_normal(one, 0.05)));
  EXPECT_TRUE(std::isnan(kurtosis(one)));
}

TEST(Returns, equal_returns_have_no_spread_and_no_ratio_to_it) {
  // The mean of these rounds to another number than 0.1, so the naive spread would not be 0.
  const std::vector<double> constant(11, 0.1);
  EXPECT_EQ(standard_deviation(constant), 0.0);
  EXPECT_EQ(annualised_volatility(constant, 252), 0.0);
  EXPECT_TRUE(std::isnan(sharpe_ratio(constant, 252)));
  EXPECT_TRUE(std::isnan(sortino_ratio(constant, 252)));
  EXPECT_TRUE(std::isnan(skewness(constant)));
  EXPECT_TRUE(std::isnan(kurtosis(constant)));
  EXPECT_TRUE(std::isnan(calmar_ratio(0.1, 0.0)));
}

TEST(Returns, losses_alone_are_measured) {
  const std::vector<double> losses = {-0.01, -0.02, -0.03};
  // mean -0.02, deviation 0.01; downside sqrt((1 + 4 + 9) / 3) / 100
  EXPECT_NEAR(sharpe_ratio(losses, 1), -2.0, 1e-14);
  EXPECT_NEAR(sortino_ratio(losses, 1), -0.02 / (std::sqrt(14.0 / 3.0) / 100), 1e-14);
  EXPECT_NEAR(total_return(losses), 0.99 * 0.98 * 0.97 - 1, kTight);
}

TEST(Returns, what_leaves_the_doubles_is_not_measured) {
  EXPECT_TRUE(std::isnan(annualised_return(std::array{1.0, 1.0}, 1e6)));   // 2^1000000
  EXPECT_TRUE(std::isnan(annualised_return(std::array{-1.5, 0.1}, 252)));  // a negative product has no root
  EXPECT_TRUE(std::isnan(annualised_return(std::array{-1.0, 0.1}, 252)));
  // 1 - 3 x 1 + 0: no variance to divide by
  EXPECT_TRUE(std::isnan(probabilistic_sharpe_ratio(1, 0, 10, 3, 1)));
}

}  // namespace
}  // namespace lockstep
