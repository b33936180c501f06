#include "engine/metrics/round_trips.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace lockstep {
namespace {

// Amounts in whole units of the currency.
FillRow fill(TimeNs ts_ns, InstrumentId instrument, Side side, Qty qty, Qty position_after,
             std::int64_t realised, std::int64_t fee = 0) {
  FillRow row{};
  row.ts_ns = ts_ns;
  row.instrument = instrument;
  row.side = side;
  row.qty = qty;
  row.position_qty = position_after;
  row.realised_nanos = realised * 1'000'000'000;
  row.fee_nanos = fee * 1'000'000'000;
  return row;
}

TEST(RoundTrips, a_trade_runs_from_flat_to_flat_and_bears_its_fees) {
  RoundTrips trips(1);
  trips.add(fill(1, 0, Side::buy, 2, 2, 0, 1), 1.0);
  trips.add(fill(2, 0, Side::buy, 1, 3, 0, 1), 1.0);
  trips.add(fill(3, 0, Side::sell, 1, 2, 10, 1), 1.0);
  EXPECT_EQ(trips.totals().count, 0U);
  trips.add(fill(4, 0, Side::sell, 2, 0, 15, 1), 1.0);  // 10 + 15 - 4 = 21
  trips.add(fill(5, 0, Side::sell, 5, -5, 0, 2), 1.0);
  trips.add(fill(6, 0, Side::buy, 5, 0, -3, 2), 1.0);  // -3 - 4 = -7
  EXPECT_EQ(trips.totals().count, 2U);
  EXPECT_EQ(trips.totals().won, 1U);
  EXPECT_EQ(trips.totals().lost, 1U);
  EXPECT_EQ(trips.totals().won_sum, 21.0);
  EXPECT_EQ(trips.totals().lost_sum, -7.0);
  EXPECT_EQ(profit_factor(trips.totals()), 3.0);
  EXPECT_EQ(win_rate(trips.totals()), 0.5);
  EXPECT_EQ(average_win(trips.totals()), 21.0);
  EXPECT_EQ(average_loss(trips.totals()), -7.0);
  EXPECT_EQ(expectancy(trips.totals()), 7.0);
}

TEST(RoundTrips, a_fill_through_zero_ends_one_trade_and_begins_the_next) {
  RoundTrips trips(1);
  trips.add(fill(1, 0, Side::buy, 2, 2, 0, 1), 1.0);
  // Closes 2 and opens 3: two fifths of the fee of 5 belong to the first trade. 20 - 1 - 2 = 17.
  trips.add(fill(2, 0, Side::sell, 5, -3, 20, 5), 1.0);
  EXPECT_EQ(trips.totals().count, 1U);
  EXPECT_EQ(trips.totals().won_sum, 17.0);
  trips.add(fill(3, 0, Side::buy, 3, 0, 1, 0), 1.0);  // 1 - 3 = -2
  EXPECT_EQ(trips.totals().lost_sum, -2.0);
}

TEST(RoundTrips, a_trade_that_breaks_even_is_neither_won_nor_lost) {
  RoundTrips trips(1);
  trips.add(fill(1, 0, Side::buy, 1, 1, 0, 0), 1.0);
  trips.add(fill(2, 0, Side::sell, 1, 0, 0, 0), 1.0);
  EXPECT_EQ(trips.totals().count, 1U);
  EXPECT_EQ(expectancy(trips.totals()), 0.0);
  EXPECT_TRUE(std::isnan(win_rate(trips.totals())));
}

TEST(RoundTrips, without_trades_or_losses_their_ratios_are_not_measured) {
  const TradeTotals none;
  EXPECT_TRUE(std::isnan(win_rate(none)));
  EXPECT_TRUE(std::isnan(profit_factor(none)));
  EXPECT_TRUE(std::isnan(expectancy(none)));
  EXPECT_TRUE(std::isnan(average_loss(none)));
  const TradeTotals one_win{1, 1, 0, 5.0, 0.0};
  EXPECT_EQ(win_rate(one_win), 1.0);
  EXPECT_TRUE(std::isnan(profit_factor(one_win)));
  EXPECT_TRUE(std::isnan(average_loss(one_win)));
  const TradeTotals losses{2, 0, 2, 0.0, -6.0};
  EXPECT_EQ(win_rate(losses), 0.0);
  EXPECT_EQ(profit_factor(losses), 0.0);
  EXPECT_EQ(average_loss(losses), -3.0);
  EXPECT_TRUE(std::isnan(average_win(losses)));
}

TEST(RoundTrips, results_are_converted_and_an_unknown_rate_spoils_amounts_but_not_counts) {
  RoundTrips trips(2);
  trips.add(fill(1, 0, Side::buy, 1, 1, 0), 2.5);
  trips.add(fill(2, 0, Side::sell, 1, 0, 4), 2.5);
  EXPECT_EQ(trips.totals().won_sum, 10.0);
  trips.add(fill(3, 1, Side::buy, 1, 1, 0), std::numeric_limits<double>::quiet_NaN());
  trips.add(fill(4, 1, Side::sell, 1, 0, 4), std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(trips.totals().won, 2U);
  EXPECT_TRUE(std::isnan(average_win(trips.totals())));
}

TEST(RoundTrips, time_in_market_counts_overlapping_positions_once) {
  RoundTrips trips(2);
  trips.add(fill(10, 0, Side::buy, 1, 1, 0), 1.0);
  trips.add(fill(15, 1, Side::sell, 1, -1, 0), 1.0);
  trips.add(fill(20, 0, Side::sell, 1, 0, 0), 1.0);
  trips.add(fill(30, 1, Side::buy, 1, 0, 0), 1.0);  // 10..30
  EXPECT_EQ(trips.time_in_market_ns(100), 20);
  trips.add(fill(40, 0, Side::buy, 1, 1, 0), 1.0);
  trips.add(fill(50, 0, Side::sell, 2, -1, 0), 1.0);  // through zero: never out
  EXPECT_EQ(trips.time_in_market_ns(100), 80);        // 20 + 40..100
}

}  // namespace
}  // namespace lockstep
