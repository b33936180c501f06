#include "engine/metrics/run_metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace lockstep {
namespace {

Instrument spot(std::string settle) {
  Instrument out;
  out.symbol = "TEST";
  out.settle = std::move(settle);
  out.price_scale = 0;
  return out;
}

EquityRow equity(TimeNs ts_ns, std::int64_t units, std::int64_t fees = 0) {
  return {ts_ns, units * 1'000'000'000, 0, 0, 0, fees * 1'000'000'000};
}

double named(const RunMetrics& metrics, std::string_view name) {
  for (const MetricRow& row : metrics.rows()) {
    if (row.name == name) return row.value;
  }
  ADD_FAILURE() << "no metric " << name;
  return 0.0;
}

MetricsConfig minutes() {
  MetricsConfig config;
  config.interval_ns = kMinute;
  return config;
}

// A row a minute; the expected figures are numpy's of the same eight levels, A = 365 x 24 x 60.
RunMetrics eight_minutes(MetricsConfig config = minutes()) {
  RunMetrics metrics({}, std::move(config));
  TimeNs ts_ns = 0;
  for (const int units : {1000, 1010, 1005, 1020, 990, 1000, 1025, 1015})
    metrics.equity(equity(ts_ns += kMinute, units));
  return metrics;
}

TEST(RunMetrics, figures_of_an_equity_curve) {
  const RunMetrics metrics = eight_minutes();
  EXPECT_EQ(named(metrics, "starting_equity"), 1000.0);
  EXPECT_EQ(named(metrics, "final_equity"), 1015.0);
  EXPECT_EQ(named(metrics, "net_profit"), 15.0);
  EXPECT_NEAR(named(metrics, "total_return"), 0.015, 1e-15);
  EXPECT_EQ(named(metrics, "return_count"), 7.0);
  EXPECT_EQ(named(metrics, "return_interval"), 60.0);
  EXPECT_NEAR(named(metrics, "volatility"), 13.230970855715858, 1e-11);
  EXPECT_NEAR(named(metrics, "sharpe"), 90.27799259990961, 1e-10);
  EXPECT_NEAR(named(metrics, "max_drawdown"), -0.02941176470588236, 1e-15);
  EXPECT_EQ(named(metrics, "max_drawdown_amount"), 30.0);
  EXPECT_EQ(named(metrics, "max_drawdown_peak"), 240.0);
  EXPECT_EQ(named(metrics, "max_drawdown_trough"), 300.0);
  EXPECT_EQ(named(metrics, "max_drawdown_recovery"), 420.0);
  EXPECT_EQ(named(metrics, "longest_under_water"), 180.0);
}

TEST(RunMetrics, less_than_a_day_is_not_annualised) {
  RunMetrics metrics({}, minutes());
  metrics.equity(equity(kMinute, 100'000));
  metrics.equity(equity(2 * kMinute, 99'999));
  metrics.equity(equity(3 * kMinute, 100'001));  // as a power of 262800 this would be thirteenfold
  EXPECT_TRUE(std::isnan(named(metrics, "annualised_return")));
  EXPECT_TRUE(std::isnan(named(metrics, "calmar")));
  EXPECT_FALSE(std::isnan(named(metrics, "sharpe")));
}

TEST(RunMetrics, the_riskless_rate_and_the_benchmark_are_per_year) {
  MetricsConfig config = minutes();
  config.riskless_per_year = 0.05;
  EXPECT_NEAR(named(eight_minutes(config), "sharpe"), 90.27421358773086, 1e-10);
  config = minutes();
  config.benchmark_sharpe = 2.0;
  EXPECT_NEAR(named(eight_minutes(config), "probabilistic_sharpe"), 0.6131471555001041, 1e-12);
}

TEST(RunMetrics, a_day_is_long_enough_to_be_annualised) {
  MetricsConfig config;
  config.interval_ns = kDay;
  RunMetrics metrics({}, config);
  metrics.equity(equity(kDay, 1000));
  metrics.equity(equity(2 * kDay, 1001));
  metrics.equity(equity(3 * kDay, 1000));
  metrics.equity(equity(4 * kDay, 1003));
  // 1.003^(365 / 3) - 1 by Python; maximum drawdown 1 / 1001
  EXPECT_NEAR(named(metrics, "annualised_return"), 0.4397271155535749, 1e-13);
  EXPECT_NEAR(named(metrics, "calmar"), 0.4397271155535749 * 1001, 1e-9);
  MetricsConfig given = config;
  given.periods_per_year = 3;
  RunMetrics other({}, given);
  other.equity(equity(kDay, 1000));
  other.equity(equity(2 * kDay, 1001));
  other.equity(equity(3 * kDay, 1000));
  other.equity(equity(4 * kDay, 1003));
  EXPECT_NEAR(named(other, "annualised_return"), 0.003, 1e-14);
}

TEST(RunMetrics, trades_exposure_turnover_and_fees) {
  const std::vector<Instrument> instruments = {spot("USD")};
  RunMetrics metrics(instruments, minutes());
  metrics.equity(equity(kMinute, 1000));
  FillRow row{};
  row.ts_ns = 2 * kMinute;
  row.submit_ts_ns = 2 * kMinute - 50;
  row.side = Side::buy;
  row.price = 100;
  row.qty = 2;
  row.decision_price = 99;
  row.position_qty = 2;
  metrics.fill(row);
  metrics.equity(equity(2 * kMinute, 1000));
  row.ts_ns = 3 * kMinute;
  row.submit_ts_ns = 3 * kMinute;
  row.side = Side::sell;
  row.price = 110;
  row.decision_price = 110;
  row.position_qty = 0;
  row.realised_nanos = 20'000'000'000;
  row.fee_nanos = 1'000'000'000;
  metrics.fill(row);
  metrics.equity(equity(5 * kMinute, 1019, 1));
  EXPECT_EQ(named(metrics, "fees"), 1.0);
  EXPECT_EQ(named(metrics, "trades"), 1.0);
  EXPECT_EQ(named(metrics, "average_win"), 19.0);
  EXPECT_EQ(named(metrics, "exposure"), 0.25);  // one minute of four
  EXPECT_EQ(named(metrics, "traded_value"), 420.0);
  // Levels 1000 1000 1019 1019 1019: mean 1011.4
  EXPECT_NEAR(named(metrics, "turnover"), 420.0 / 1011.4, 1e-15);
  EXPECT_NEAR(named(metrics, "slippage_bps"), 2.0 / 418 * 1e4, 1e-10);  // cost 2 x 1 on 2 x 99 + 2 x 110
  EXPECT_EQ(named(metrics, "fill_latency_mean"), 25.0);
}

TEST(RunMetrics, what_was_not_measured_is_missing_and_not_zero) {
  const RunMetrics empty({}, minutes());
  const std::set<std::string_view> counts = {
      "trades",          "trades_won",     "trades_lost", "orders", "orders_filled", "orders_cancelled",
      "orders_rejected", "orders_expired", "denials",     "fills",  "traded_value",  "return_count"};
  for (const MetricRow& row : empty.rows()) {
    if (counts.contains(row.name)) {
      EXPECT_EQ(row.value, 0.0) << row.name;
    } else {
      EXPECT_TRUE(std::isnan(row.value)) << row.name;
    }
  }
}

TEST(RunMetrics, every_missing_figure_is_the_same_nan) {
  Performance performance;
  performance.starting_equity = -performance.starting_equity;  // one with its sign set
  for (const MetricRow& row : metric_rows(performance)) {
    EXPECT_FALSE(std::isnan(row.value) && std::signbit(row.value)) << row.name;
  }
}

TEST(RunMetrics, constant_equity_has_no_ratios) {
  RunMetrics metrics({}, minutes());
  for (int i = 1; i <= 5; ++i) metrics.equity(equity(i * kMinute, 1000));
  EXPECT_EQ(named(metrics, "total_return"), 0.0);
  EXPECT_EQ(named(metrics, "volatility"), 0.0);
  EXPECT_EQ(named(metrics, "max_drawdown"), 0.0);
  EXPECT_EQ(named(metrics, "exposure"), 0.0);
  EXPECT_EQ(named(metrics, "longest_under_water"), 0.0);
  for (const char* name : {"sharpe", "sortino", "calmar", "probabilistic_sharpe", "skewness", "kurtosis",
                           "win_rate", "max_drawdown_peak"}) {
    EXPECT_TRUE(std::isnan(named(metrics, name))) << name;
  }
}

TEST(RunMetrics, a_fill_in_a_currency_without_a_rate_spoils_only_sums_of_value) {
  const std::vector<Instrument> instruments = {spot("BTC")};
  FillRow row{};
  row.side = Side::buy;
  row.price = 2;
  row.qty = 3;
  row.position_qty = 3;
  RunMetrics unknown(instruments, minutes());
  unknown.fill(row);
  EXPECT_TRUE(std::isnan(named(unknown, "traded_value")));
  EXPECT_EQ(named(unknown, "fills"), 1.0);
  MetricsConfig config = minutes();
  config.rates["BTC"] = 50'000.0;
  RunMetrics known(instruments, config);
  known.fill(row);
  EXPECT_EQ(named(known, "traded_value"), 300'000.0);
}

class CountingSink final : public ResultSink {
 public:
  void fill(const FillRow&) override { ++fills; }
  void order(const OrderRow&) override { ++orders; }
  void equity(const EquityRow&) override { ++equities; }
  void position(const PositionRow&) override { ++positions; }
  void denial(const DenialRow&) override { ++denials; }
  int fills = 0, orders = 0, equities = 0, positions = 0, denials = 0;
};

TEST(RunMetrics, passes_every_row_on) {
  CountingSink sink;
  const std::vector<Instrument> instruments = {spot("USD")};
  RunMetrics metrics(instruments, minutes(), &sink);
  FillRow fill{};
  fill.side = Side::sell;
  fill.qty = 1;
  fill.position_qty = -1;
  metrics.fill(fill);
  metrics.order({});
  metrics.equity(equity(kMinute, 1));
  metrics.position({});
  metrics.denial({});
  metrics.denial({});
  EXPECT_EQ(sink.fills, 1);
  EXPECT_EQ(sink.orders, 1);
  EXPECT_EQ(sink.equities, 1);
  EXPECT_EQ(sink.positions, 1);
  EXPECT_EQ(sink.denials, 2);
  EXPECT_EQ(named(metrics, "denials"), 2.0);
}

TEST(RunMetrics, every_figure_has_its_own_name_a_unit_and_a_definition_that_fit_a_results_file) {
  std::set<std::string_view> names;
  for (const MetricRow& row : metric_rows({})) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_LT(row.name.size(), 40U) << row.name;
    EXPECT_LE(row.unit.size(), 15U) << row.name;
    EXPECT_LT(row.definition.size(), 400U) << row.name;
    EXPECT_FALSE(row.unit.empty()) << row.name;
    EXPECT_TRUE(row.definition.ends_with('.')) << row.name;
  }
}

}  // namespace
}  // namespace lockstep
