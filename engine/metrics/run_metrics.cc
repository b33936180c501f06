#include "engine/metrics/run_metrics.h"

#include <cmath>

#include "engine/core/check.h"
#include "engine/metrics/returns.h"

namespace lockstep {
namespace {

constexpr double kTail = 0.05;

double units(std::int64_t nanos) {
  return Money::from_nanos(nanos).to_double();
}
double seconds(DurationNs duration_ns) {
  return static_cast<double>(duration_ns) / 1e9;
}

Performance::Latency summary_of(const DurationHistogram& latency) {
  return {latency.mean_ns(), latency.quantile_ns(500), latency.quantile_ns(990), latency.max_ns()};
}

}  // namespace

RunMetrics::RunMetrics(std::span<const Instrument> instruments, MetricsConfig config, ResultSink* next)
    : instruments_(instruments.begin(), instruments.end()),
      config_(std::move(config)),
      next_(next),
      grid_(config_.interval_ns, config_.trading_time.longest_silence_ns),
      round_trips_(instruments.size()) {
  rates_.reserve(instruments_.size());
  for (const Instrument& instrument : instruments_) {
    const auto rate = config_.rates.find(instrument.settle);
    rates_.push_back(instrument.settle == config_.reporting_currency ? 1.0
                     : rate != config_.rates.end()                   ? rate->second
                                                                     : Performance::kNotMeasured);
  }
}

void RunMetrics::fill(const FillRow& row) {
  LOCKSTEP_CHECK(row.instrument < instruments_.size(), "an instrument that the run does not have");
  round_trips_.add(row, rates_[row.instrument]);
  executions_.add(row, instruments_[row.instrument], rates_[row.instrument]);
  if (next_ != nullptr) next_->fill(row);
}

void RunMetrics::order(const OrderRow& row) {
  executions_.add(row);
  if (next_ != nullptr) next_->order(row);
}

void RunMetrics::equity(const EquityRow& row) {
  if (!first_) first_ = row;
  last_ = row;
  grid_.update(row.ts_ns, row.equity_nanos);
  drawdown_.update(row.ts_ns, row.equity_nanos);
  if (next_ != nullptr) next_->equity(row);
}

void RunMetrics::position(const PositionRow& row) {
  if (next_ != nullptr) next_->position(row);
}

void RunMetrics::denial(const DenialRow& row) {
  ++denials_;
  if (next_ != nullptr) next_->denial(row);
}

Performance RunMetrics::performance() const {
  Performance out;
  out.trades = round_trips_.totals();
  out.executions = executions_.totals();
  out.denials = denials_;
  out.order_latency = summary_of(executions_.order_latency());
  out.fill_latency = summary_of(executions_.fill_latency());
  if (!first_) return out;
  out.starting_equity = units(first_->equity_nanos);
  out.final_equity = units(last_.equity_nanos);
  out.realised = units(last_.realised_nanos);
  out.unrealised = units(last_.unrealised_nanos);
  out.fees = units(last_.fees_nanos);
  out.max_drawdown = drawdown_.depth();
  out.max_drawdown_amount = drawdown_.amount_nanos() / 1e9;
  out.max_drawdown_peak_ts_ns = drawdown_.peak_ts_ns();
  out.max_drawdown_trough_ts_ns = drawdown_.trough_ts_ns();
  out.max_drawdown_recovery_ts_ns = drawdown_.recovery_ts_ns();
  out.longest_under_water_s = seconds(drawdown_.longest_under_water_ns());
  const DurationNs length_ns = last_.ts_ns - first_->ts_ns;
  if (length_ns > 0) {
    out.exposure =
        static_cast<double>(round_trips_.time_in_market_ns(last_.ts_ns)) / static_cast<double>(length_ns);
  }
  add_return_figures(out);
  return out;
}

void RunMetrics::add_return_figures(Performance& out) const {
  if (config_.interval_ns == 0) return;
  double sum = 0.0;
  for (const std::int64_t level : grid_.levels()) sum += units(level);
  out.mean_equity = sum / static_cast<double>(grid_.levels().size());

  const std::vector<double> returns = grid_.returns();
  const auto stride = static_cast<double>(grid_.stride());
  const double intervals_per_year =
      config_.periods_per_year.value_or(periods_per_year(config_.trading_time, config_.interval_ns));
  const double a = intervals_per_year / stride;
  const double riskless = config_.riskless_per_year / a;
  out.return_count = static_cast<double>(returns.size());
  out.return_interval_s = seconds(config_.interval_ns) * stride;
  constexpr double kDaysPerYear = 365.0;
  if (out.return_count / a >= 1.0 / kDaysPerYear) out.annualised_return = annualised_return(returns, a);
  out.volatility = annualised_volatility(returns, a);
  out.sharpe = sharpe_ratio(returns, a, riskless);
  out.sortino = sortino_ratio(returns, a, riskless);
  out.skewness = skewness(returns);
  out.kurtosis = kurtosis(returns);
  const double root = std::sqrt(a);
  out.probabilistic_sharpe = probabilistic_sharpe_ratio(out.sharpe / root, config_.benchmark_sharpe / root,
                                                        returns.size(), out.skewness, out.kurtosis);
  out.value_at_risk_historical = value_at_risk_historical(returns, kTail);
  out.conditional_value_at_risk_historical = conditional_value_at_risk_historical(returns, kTail);
  out.value_at_risk_normal = value_at_risk_normal(returns, kTail);
  out.conditional_value_at_risk_normal = conditional_value_at_risk_normal(returns, kTail);
}

}  // namespace lockstep
