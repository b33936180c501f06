#include "engine/metrics/performance.h"

#include "engine/metrics/returns.h"

namespace lockstep {
namespace {

using P = Performance;

double count(std::uint64_t value) {
  return static_cast<double>(value);
}

// A double holds a time of this century in seconds to a quarter of a microsecond, in nanoseconds no better.
double seconds_since_1970(TimeNs ts_ns) {
  return ts_ns == kNoTime ? P::kNotMeasured : static_cast<double>(ts_ns) / 1e9;
}

struct Figure {
  std::string_view name;
  std::string_view unit;
  double (*value)(const P&);
  std::string_view definition;
};

constexpr Figure kFigures[] = {
    {"starting_equity", "currency", [](const P& p) { return p.starting_equity; },
     "Equity at the start: cash plus the value of positions at their marks, in the reporting currency."},
    {"final_equity", "currency", [](const P& p) { return p.final_equity; }, "Equity at the end of the run."},
    {"net_profit", "currency", [](const P& p) { return p.net_profit(); },
     "Final equity - starting equity; after fees and funding."},
    {"realised_profit", "currency", [](const P& p) { return p.realised; },
     "Profit of what was closed, before fees and funding."},
    {"unrealised_profit", "currency", [](const P& p) { return p.unrealised; },
     "Profit at the last marks of what is still open."},
    {"fees", "currency", [](const P& p) { return p.fees; },
     "Fees paid to the venue; a negative amount is a rebate."},
    {"total_return", "fraction", [](const P& p) { return p.total_return(); },
     "Final equity / starting equity - 1."},
    {"annualised_return", "fraction", [](const P& p) { return p.annualised_return; },
     "Compound growth per year (CAGR): product(1 + r)^(A / n) - 1 over the n returns r of the equity grid, A "
     "= returns in a year. "
     "Not measured for runs shorter than a day, which it would raise to a power above 365."},
    {"volatility", "fraction", [](const P& p) { return p.volatility; },
     "Annualised: sqrt(sum((r - mean)^2) / (n - 1)) x sqrt(A)."},
    {"sharpe", "ratio", [](const P& p) { return p.sharpe; },
     "mean(r - riskless) / standard deviation(r) x sqrt(A), standard deviation with n - 1."},
    {"sortino", "ratio", [](const P& p) { return p.sortino; },
     "mean(r - riskless) / sqrt(sum(min(r - riskless, 0)^2) / n) x sqrt(A), over all n returns."},
    {"calmar", "ratio", [](const P& p) { return p.calmar(); }, "Annualised return / |maximum drawdown|."},
    {"probabilistic_sharpe", "probability", [](const P& p) { return p.probabilistic_sharpe; },
     "PSR, the probability that the true Sharpe ratio exceeds the benchmark: Phi((S - S*) sqrt(n - 1) / "
     "sqrt(1 - skew S + "
     "(kurtosis - 1) / 4 S^2)), S per return, raw kurtosis (Bailey and Lopez de Prado 2012)."},
    {"skewness", "ratio", [](const P& p) { return p.skewness; },
     "m3 / m2^1.5 of the returns, m_k = sum((r - mean)^k) / n."},
    {"kurtosis", "ratio", [](const P& p) { return p.kurtosis; },
     "Raw: m4 / m2^2 of the returns; 3 for a normal distribution."},
    {"var_95_historical", "fraction", [](const P& p) { return p.value_at_risk_historical; },
     "Value at risk of one return interval, historical: the 5% quantile of the returns, interpolated "
     "linearly. A loss is "
     "negative."},
    {"cvar_95_historical", "fraction", [](const P& p) { return p.conditional_value_at_risk_historical; },
     "Expected shortfall of one return interval, historical: mean of the floor(0.05 (n - 1)) + 1 lowest "
     "returns."},
    {"var_95_normal", "fraction", [](const P& p) { return p.value_at_risk_normal; },
     "Value at risk of one return interval, parametric (normal): mean + standard deviation x "
     "PhiInverse(0.05)."},
    {"cvar_95_normal", "fraction", [](const P& p) { return p.conditional_value_at_risk_normal; },
     "Expected shortfall of one return interval, parametric (normal): mean - standard deviation x "
     "phi(PhiInverse(0.05)) / "
     "0.05."},
    {"return_count", "count", [](const P& p) { return p.return_count; },
     "Returns n behind the ratios: steps of the equity grid that had an equity above zero to start from."},
    {"return_interval", "s", [](const P& p) { return p.return_interval_s; },
     "Length of one return: the grid's interval, doubled as often as needed to keep at most 100000 of them."},
    {"max_drawdown", "fraction", [](const P& p) { return p.max_drawdown; },
     "Least of equity / highest equity so far - 1, over all equity rows."},
    {"max_drawdown_amount", "currency", [](const P& p) { return p.max_drawdown_amount; },
     "Largest of highest equity so far - equity; it may be another fall than that of max_drawdown."},
    {"max_drawdown_peak", "s since 1970",
     [](const P& p) { return seconds_since_1970(p.max_drawdown_peak_ts_ns); },
     "Last time at the peak before the maximum drawdown (UTC)."},
    {"max_drawdown_trough", "s since 1970",
     [](const P& p) { return seconds_since_1970(p.max_drawdown_trough_ts_ns); },
     "Time of the lowest point of the maximum drawdown (UTC)."},
    {"max_drawdown_recovery", "s since 1970",
     [](const P& p) { return seconds_since_1970(p.max_drawdown_recovery_ts_ns); },
     "First time back at the peak after the maximum drawdown (UTC); missing if the run ended before."},
    {"longest_under_water", "s", [](const P& p) { return p.longest_under_water_s; },
     "Longest time from a peak of equity to the return to it; one still open at the end counts."},
    {"exposure", "fraction", [](const P& p) { return p.exposure; },
     "Time during which any position was open / time of the run."},
    {"turnover", "ratio", [](const P& p) { return p.turnover(); },
     "Traded value, buys and sells together / mean equity of the grid."},
    {"traded_value", "currency", [](const P& p) { return p.executions.traded_value; },
     "Sum of |price x quantity x multiplier| over fills."},
    {"trades", "count", [](const P& p) { return count(p.trades.count); },
     "Closed trades: trips of one instrument's position from flat back to flat; a fill through zero ends one "
     "and begins "
     "the next."},
    {"trades_won", "count", [](const P& p) { return count(p.trades.won); },
     "Closed trades that brought more than they cost, fees included and funding left out."},
    {"trades_lost", "count", [](const P& p) { return count(p.trades.lost); },
     "Closed trades that cost more than they brought."},
    {"win_rate", "fraction", [](const P& p) { return win_rate(p.trades); },
     "Trades won / (trades won + trades lost)."},
    {"profit_factor", "ratio", [](const P& p) { return profit_factor(p.trades); },
     "Sum of the gains of closed trades / |sum of their losses|, after fees; not measured without a loss."},
    {"average_win", "currency", [](const P& p) { return average_win(p.trades); },
     "Mean result of the trades won, after fees."},
    {"average_loss", "currency", [](const P& p) { return average_loss(p.trades); },
     "Mean result of the trades lost, after fees; negative."},
    {"expectancy", "currency", [](const P& p) { return expectancy(p.trades); },
     "Mean result of a closed trade, after fees."},
    {"orders", "count", [](const P& p) { return count(p.executions.orders); },
     "Orders sent to the venue and done by the end of the run."},
    {"orders_filled", "count", [](const P& p) { return count(p.executions.filled); },
     "Orders that filled to their last lot."},
    {"orders_cancelled", "count", [](const P& p) { return count(p.executions.cancelled); },
     "Orders that were cancelled, perhaps after a part was filled."},
    {"orders_rejected", "count", [](const P& p) { return count(p.executions.rejected); },
     "Orders that the venue refused."},
    {"orders_expired", "count", [](const P& p) { return count(p.executions.expired); },
     "Orders that lapsed, among them those still working at the end."},
    {"denials", "count", [](const P& p) { return count(p.denials); }, "Requests that the risk gate refused."},
    {"fills", "count", [](const P& p) { return count(p.executions.fills); }, "Fills, partial ones included."},
    {"fill_ratio", "fraction", [](const P& p) { return fill_ratio(p.executions); },
     "Mean over the orders sent to the venue of filled quantity / ordered quantity."},
    {"maker_share", "fraction", [](const P& p) { return maker_share(p.executions); },
     "Value of the fills whose order rested in the book / value of all fills."},
    {"slippage_bps", "bps", [](const P& p) { return slippage_bps(p.executions); },
     "Mean over fills, weighted by value at the decision price, of 10^4 x (price - decision price) / "
     "decision price, with the "
     "sign turned for sells: positive is a cost. Fees left out."},
    {"order_latency_mean", "ns", [](const P& p) { return p.order_latency.mean_ns; },
     "Mean time from an order's decision to the news that the venue accepted it."},
    {"order_latency_median", "ns", [](const P& p) { return p.order_latency.median_ns; },
     "Median of the same, at most 1/64 too high."},
    {"order_latency_p99", "ns", [](const P& p) { return p.order_latency.p99_ns; },
     "99% quantile of the same, at most 1/64 too high."},
    {"order_latency_max", "ns", [](const P& p) { return p.order_latency.max_ns; }, "Largest of the same."},
    {"fill_latency_mean", "ns", [](const P& p) { return p.fill_latency.mean_ns; },
     "Mean time from an order's decision to the news of a fill; the wait of a resting order included."},
    {"fill_latency_median", "ns", [](const P& p) { return p.fill_latency.median_ns; },
     "Median of the same, at most 1/64 too high."},
    {"fill_latency_p99", "ns", [](const P& p) { return p.fill_latency.p99_ns; },
     "99% quantile of the same, at most 1/64 too high."},
    {"fill_latency_max", "ns", [](const P& p) { return p.fill_latency.max_ns; }, "Largest of the same."},
};

}  // namespace

double Performance::total_return() const {
  return starting_equity > 0.0 ? final_equity / starting_equity - 1.0 : kNotMeasured;
}

double Performance::calmar() const {
  return calmar_ratio(annualised_return, max_drawdown);
}

double Performance::turnover() const {
  return mean_equity > 0.0 ? executions.traded_value / mean_equity : kNotMeasured;
}

std::vector<MetricRow> metric_rows(const Performance& performance) {
  std::vector<MetricRow> rows;
  rows.reserve(std::size(kFigures));
  for (const Figure& figure : kFigures) {
    // One NaN for all: the sign of a computed one depends on processor and compiler, and these are stored.
    const double value = figure.value(performance);
    rows.push_back({figure.name, value == value ? value : P::kNotMeasured, figure.unit, figure.definition});
  }
  return rows;
}

}  // namespace lockstep
