#include "engine/strategy/mean_reversion.h"

#include <gtest/gtest.h>

#include "tests/support/hand_context.h"

namespace lockstep {
namespace {

using test::HandContext;

// window = 3: w = 1/2. Prices enter times two. After 100, 104, 100 (x = 200, 208, 200):
//   m = 200, v = 0;  then d = 8: m = 204, v = 1/2 (0 + 32) = 16;  then d = -4: m = 202, v = 1/2 (16 + 8)
//   = 12.
// The next price p is judged by z = (2p - 202) / sqrt(12) = (2p - 202) / 3.4641.
HandContext warm(std::map<std::string, std::string> parameters = {}) {
  parameters.insert({{"window", "3"},
                     {"entry_z", "2"},
                     {"exit_z", "0.5"},
                     {"take_profit_bps", "0"},
                     {"stop_loss_bps", "0"},
                     {"time_stop", "0"},
                     {"qty", "10"}});
  HandContext context(MeanReversion::factory(), parameters);
  EXPECT_TRUE(context.start().ok());
  context.see(test::trade(1, 100, 1));
  context.see(test::trade(2, 104, 1));
  context.see(test::trade(3, 100, 1));
  EXPECT_TRUE(context.sent.empty());
  return context;
}

void expect_market_order(const HandContext& context, std::size_t index, Side side, Qty qty) {
  ASSERT_GT(context.sent.size(), index);
  EXPECT_EQ(context.sent[index].kind, Kind::submit);
  EXPECT_EQ(context.sent[index].request.side, side);
  EXPECT_EQ(context.sent[index].request.qty, qty);
  EXPECT_EQ(context.sent[index].request.type, OrderType::market);
}

TEST(MeanReversion, it_sells_above_the_band_and_buys_below_it) {
  HandContext high = warm();
  high.see(test::trade(4, 105, 1));  // z = 8 / 3.4641 = 2.309
  expect_market_order(high, 0, Side::sell, 10);
  HandContext low = warm();
  low.see(test::trade(4, 97, 1));  // z = -8 / 3.4641
  expect_market_order(low, 0, Side::buy, 10);
  HandContext inside = warm();
  inside.see(test::trade(4, 104, 1));  // z = 6 / 3.4641 = 1.732
  EXPECT_TRUE(inside.sent.empty());
}

TEST(MeanReversion, it_leaves_when_the_price_is_back) {
  HandContext context = warm();
  context.see(test::trade(4, 105, 1));  // m = 206, v = 1/2 (12 + 32) = 22
  context.fill(1, 105, 10);
  context.see(test::trade(5, 105, 1));  // z = 4 / 4.690 = 0.853: not yet; m = 208, v = 1/2 (22 + 8) = 15
  EXPECT_EQ(context.sent.size(), 1U);
  context.see(test::trade(6, 104, 1));  // z = 0 / 3.873
  expect_market_order(context, 1, Side::buy, 10);
}

TEST(MeanReversion, it_takes_its_profit_and_stops_its_loss) {
  // Short at 110: a price of 108.9 or less is 1% of profit, 111.1 or more 1% of loss. Whether it is back by
  // its mean is kept out of the way by exit_z = 0 and prices that stay above the mean.
  HandContext profit = warm({{"take_profit_bps", "100"}, {"exit_z", "0"}});
  profit.see(test::trade(4, 110, 1));  // z = 18 / 3.46; m = 211, v = 1/2 (12 + 162) = 87
  profit.fill(1, 110, 10);
  profit.see(test::trade(5, 109, 1));  // gain 0.909%; z > 0; m = 214.5
  EXPECT_EQ(profit.sent.size(), 1U);
  profit.see(test::trade(6, 108, 1));  // gain 1.82%; z = 1.5 / 5.. > 0
  expect_market_order(profit, 1, Side::buy, 10);

  HandContext loss = warm({{"stop_loss_bps", "100"}, {"exit_z", "0"}});
  loss.see(test::trade(4, 110, 1));
  loss.fill(1, 110, 10);
  loss.see(test::trade(5, 111, 1));  // 0.909%
  EXPECT_EQ(loss.sent.size(), 1U);
  loss.see(test::trade(6, 112, 1));  // 1.82%
  expect_market_order(loss, 1, Side::buy, 10);
}

TEST(MeanReversion, profit_counts_from_the_weighted_entry_price) {
  HandContext context = warm({{"stop_loss_bps", "100"}, {"exit_z", "0"}});
  context.see(test::trade(4, 110, 1));
  context.accept(1);
  context.fill(1, 110, 5);
  context.fill(1, 106, 5);              // entry 108: the stop is at 109.08
  context.see(test::trade(5, 109, 1));  // 0.926%
  EXPECT_EQ(context.sent.size(), 1U);
  context.see(test::trade(6, 110, 1));  // 1.85%
  expect_market_order(context, 1, Side::buy, 10);
}

TEST(MeanReversion, its_time_stop_takes_it_out_and_insists) {
  HandContext context = warm({{"time_stop", "60s"}, {"exit_z", "0"}});
  context.see(test::trade(4, 110, 1));
  context.fill(1, 110, 10);
  ASSERT_EQ(context.timers.size(), 1U);
  EXPECT_EQ(context.timers[0].first, 4 + 60 * kSecond);
  context.wait_until(4 + 60 * kSecond - 1);
  EXPECT_EQ(context.sent.size(), 1U);
  context.deny = {Side::buy};
  context.wait_until(4 + 60 * kSecond);
  ASSERT_EQ(context.sent.size(), 2U);
  EXPECT_EQ(context.sent[1].kind, Kind::denied);
  context.deny.clear();
  context.wait_until(4 + 61 * kSecond);
  expect_market_order(context, 2, Side::buy, 10);
  context.fill(2, 110, 10);
  context.wait_until(4 + 100 * kSecond);
  EXPECT_EQ(context.sent.size(), 3U);
  EXPECT_TRUE(context.timers.empty());
}

TEST(MeanReversion, the_timer_of_an_old_position_does_not_end_a_new_one) {
  HandContext context = warm({{"time_stop", "60s"}});
  context.see(test::trade(4, 105, 1));
  context.fill(1, 105, 10);
  context.see(test::trade(5, 100, 1));  // z = -6 / 4.69: back
  ASSERT_EQ(context.sent.size(), 2U);
  context.fill(2, 100, 10);
  context.see(test::trade(30 * kSecond, 150, 1));
  ASSERT_EQ(context.sent.size(), 3U);
  context.fill(3, 150, 10);
  context.wait_until(4 + 60 * kSecond);  // of the first position
  EXPECT_EQ(context.sent.size(), 3U);
  context.wait_until(90 * kSecond);
  expect_market_order(context, 3, Side::buy, 10);
}

TEST(MeanReversion, after_a_denial_it_waits_a_second) {
  HandContext context = warm();
  context.deny = {Side::sell};
  context.see(test::trade(4, 200, 1));
  EXPECT_EQ(context.sent.size(), 1U);
  context.see(test::trade(5, 900, 1));
  EXPECT_EQ(context.sent.size(), 1U);
  context.see(test::trade(4 + kSecond, 9000, 1));
  EXPECT_EQ(context.sent.size(), 2U);
}

TEST(MeanReversion, what_cannot_work_is_refused_before_the_run) {
  HandContext context(MeanReversion::factory(), {{"entry_z", "1"}, {"exit_z", "1"}, {"qty", "1"}});
  EXPECT_EQ(context.start().error().what, "exit_z must be less than entry_z");
}

}  // namespace
}  // namespace lockstep
