// The figures of one run, and what each of them means. Plain data; made by RunMetrics, shown by reports. A
// figure that the run did not produce is NaN, never zero.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "engine/core/time.h"
#include "engine/event/results.h"
#include "engine/metrics/executions.h"
#include "engine/metrics/round_trips.h"

namespace lockstep {

struct Performance {
  static constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

  // Amounts are in the reporting currency.
  double starting_equity = kNotMeasured;
  double final_equity = kNotMeasured;
  double realised = kNotMeasured;
  double unrealised = kNotMeasured;
  double fees = kNotMeasured;
  double mean_equity = kNotMeasured;

  // Of the returns between the points of the equity grid.
  double return_count = 0.0;
  double return_interval_s = kNotMeasured;
  double annualised_return = kNotMeasured;
  double volatility = kNotMeasured;
  double sharpe = kNotMeasured;
  double sortino = kNotMeasured;
  double probabilistic_sharpe = kNotMeasured;
  double skewness = kNotMeasured;
  double kurtosis = kNotMeasured;
  double value_at_risk_historical = kNotMeasured;
  double conditional_value_at_risk_historical = kNotMeasured;
  double value_at_risk_normal = kNotMeasured;
  double conditional_value_at_risk_normal = kNotMeasured;

  double max_drawdown = kNotMeasured;
  double max_drawdown_amount = kNotMeasured;
  TimeNs max_drawdown_peak_ts_ns = kNoTime;
  TimeNs max_drawdown_trough_ts_ns = kNoTime;
  TimeNs max_drawdown_recovery_ts_ns = kNoTime;
  double longest_under_water_s = kNotMeasured;

  double exposure = kNotMeasured;
  TradeTotals trades;
  ExecutionTotals executions;
  std::uint64_t denials = 0;

  struct Latency {
    double mean_ns = kNotMeasured;
    double median_ns = kNotMeasured;
    double p99_ns = kNotMeasured;
    double max_ns = kNotMeasured;
  };
  Latency order_latency;
  Latency fill_latency;

  // The rest follows from the above.

  [[nodiscard]] double net_profit() const { return final_equity - starting_equity; }
  /// final equity / starting equity - 1; NaN if the start is not positive.
  [[nodiscard]] double total_return() const;
  [[nodiscard]] double calmar() const;
  /// traded value / mean equity; NaN if that is not positive.
  [[nodiscard]] double turnover() const;
};

/// Every figure by name, in the order in which a report shows them. The texts are literals and live as long
/// as the program.
std::vector<MetricRow> metric_rows(const Performance& performance);

}  // namespace lockstep
