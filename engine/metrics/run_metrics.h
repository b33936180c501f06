// Folds the rows of a run into its figures as they come, in memory that does not grow with the run, and
// passes every row on. Stands between the session and whoever keeps the rows. Off the digest path: nothing in
// a run depends on it.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/core/instrument.h"
#include "engine/event/results.h"
#include "engine/metrics/drawdown.h"
#include "engine/metrics/equity_grid.h"
#include "engine/metrics/executions.h"
#include "engine/metrics/performance.h"
#include "engine/metrics/round_trips.h"

namespace lockstep {

struct MetricsConfig {
  std::string reporting_currency = "USD";
  /// What one unit of another currency is worth in the reporting currency. Without it, figures that add
  /// values of fills settled in that currency are not measured.
  std::map<std::string, double> rates;
  DurationNs interval_ns =
      kSecond;  ///< of the grid of equity rows (SessionConfig::sample_interval_ns); 0: there is none
  TradingTime trading_time = kAroundTheClock;
  std::optional<double>
      periods_per_year;  ///< grid intervals in a year; by default periods_per_year(trading_time, interval_ns)
  double riskless_per_year = 0.0;  ///< simple rate, spread evenly over the periods of a year
  double benchmark_sharpe = 0.0;   ///< annualised; PSR is the probability to exceed it
};

class RunMetrics final : public ResultSink {
 public:
  /// The instruments are copied. `next` gets every row after it was counted; it may be null and outlives
  /// this.
  RunMetrics(std::span<const Instrument> instruments, MetricsConfig config, ResultSink* next = nullptr);

  void fill(const FillRow& row) override;
  void order(const OrderRow& row) override;
  void equity(const EquityRow& row) override;
  void position(const PositionRow& row) override;
  void denial(const DenialRow& row) override;

  /// The figures up to the last row. Costs a pass over the equity grid.
  [[nodiscard]] Performance performance() const;
  [[nodiscard]] std::vector<MetricRow> rows() const { return metric_rows(performance()); }

 private:
  void add_return_figures(Performance& out) const;

  std::vector<Instrument> instruments_;
  std::vector<double> rates_;  // by instrument: settlement to reporting currency; NaN: unknown
  MetricsConfig config_;
  ResultSink* next_;
  EquityGrid grid_;
  Drawdown drawdown_;
  RoundTrips round_trips_;
  Executions executions_;
  std::uint64_t denials_ = 0;
  std::optional<EquityRow> first_;
  EquityRow last_{};
};

}  // namespace lockstep
