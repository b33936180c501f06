#include "engine/metrics/executions.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace lockstep {
namespace {

Instrument instrument(InstrumentKind kind) {
  Instrument out;
  out.symbol = "TEST";
  out.kind = kind;
  out.price_scale = 2;
  return out;
}

FillRow fill(Side side, Price price, Qty qty, Price decision_price, bool is_maker = false) {
  FillRow row{};
  row.side = side;
  row.price = price;
  row.qty = qty;
  row.decision_price = decision_price;
  row.is_maker = is_maker;
  return row;
}

OrderRow order(OrderOutcome outcome, Qty qty, Qty filled, TimeNs accepted_ts_ns = kNoTime) {
  OrderRow row{};
  row.outcome = outcome;
  row.qty = qty;
  row.filled_qty = filled;
  row.submit_ts_ns = 100;
  row.accepted_ts_ns = accepted_ts_ns;
  return row;
}

TEST(Executions, slippage_is_signed_and_weighted_by_quantity) {
  const Instrument spot = instrument(InstrumentKind::spot);
  Executions executions;
  // Bought 3 at 100.10 decided at 100.00: cost 0.30 on 300. Sold 1 at 100.20 decided at 100.00: gain 0.20 on
  // 100.
  executions.add(fill(Side::buy, 10'010, 3, 10'000), spot, 1.0);
  executions.add(fill(Side::sell, 10'020, 1, 10'000), spot, 1.0);
  executions.add(fill(Side::sell, 1, 1, kNoPrice), spot, 1.0);  // decided at no price: left out
  EXPECT_NEAR(slippage_bps(executions.totals()), 2.5, 1e-12);   // (0.30 - 0.20) / 400
  EXPECT_EQ(executions.totals().fills, 3U);
}

TEST(Executions, slippage_of_an_inverse_contract_is_weighted_by_its_coins) {
  Executions executions;
  // 10 at 50000 decided = 0.0002 coins, 1% worse; 10 at 100000 decided = 0.0001 coins, 2% better: (2 - 2) / 3
  // = 0.
  executions.add(fill(Side::buy, 5'050'000, 10, 5'000'000), instrument(InstrumentKind::inverse_perpetual),
                 1.0);
  executions.add(fill(Side::buy, 9'800'000, 10, 10'000'000), instrument(InstrumentKind::inverse_perpetual),
                 1.0);
  EXPECT_NEAR(slippage_bps(executions.totals()), 0.0, 1e-12);
  EXPECT_NEAR(executions.totals().decided_value, 0.0003, 1e-15);
}

TEST(Executions, maker_share_is_by_value) {
  const Instrument spot = instrument(InstrumentKind::spot);
  Executions executions;
  executions.add(fill(Side::buy, 10'000, 3, kNoPrice, true), spot, 2.0);  // 300 at a rate of 2
  executions.add(fill(Side::sell, 10'000, 1, kNoPrice, false), spot, 2.0);
  EXPECT_EQ(executions.totals().traded_value, 800.0);
  EXPECT_EQ(maker_share(executions.totals()), 0.75);
  EXPECT_TRUE(std::isnan(slippage_bps(executions.totals())));
  executions.add(fill(Side::sell, 10'000, 1, kNoPrice, false), spot,
                 std::numeric_limits<double>::quiet_NaN());
  EXPECT_TRUE(std::isnan(maker_share(executions.totals())));
  EXPECT_EQ(executions.totals().fills, 3U);
}

TEST(Executions, fill_ratio_is_the_mean_over_orders_that_reached_the_venue) {
  Executions executions;
  EXPECT_TRUE(std::isnan(fill_ratio(executions.totals())));
  executions.add(order(OrderOutcome::filled, 8, 8, 110));
  executions.add(order(OrderOutcome::cancelled, 4, 1, 120));
  executions.add(order(OrderOutcome::rejected, 4, 0));
  executions.add(order(OrderOutcome::expired, 4, 3, 130));
  executions.add(order(OrderOutcome::denied, 4, 0));
  EXPECT_EQ(fill_ratio(executions.totals()), 0.5);  // (1 + 0.25 + 0 + 0.75) / 4
  EXPECT_EQ(executions.totals().orders, 4U);
  EXPECT_EQ(executions.totals().filled, 1U);
  EXPECT_EQ(executions.totals().cancelled, 1U);
  EXPECT_EQ(executions.totals().rejected, 1U);
  EXPECT_EQ(executions.totals().expired, 1U);
  EXPECT_EQ(executions.order_latency().count(), 3U);
  EXPECT_EQ(executions.order_latency().mean_ns(), 20.0);  // 10, 20, 30
}

TEST(Executions, fill_latency_runs_from_the_decision_to_the_news) {
  Executions executions;
  FillRow row = fill(Side::buy, 100, 1, kNoPrice);
  row.submit_ts_ns = 1'000;
  row.exch_ts_ns = 900;  // the exchange's clock plays no part
  row.ts_ns = 1'050;
  executions.add(row, instrument(InstrumentKind::spot), 1.0);
  EXPECT_EQ(executions.fill_latency().max_ns(), 50.0);
}

}  // namespace
}  // namespace lockstep
