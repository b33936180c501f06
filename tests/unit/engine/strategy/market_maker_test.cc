#include "engine/strategy/market_maker.h"

#include <gtest/gtest.h>

#include "tests/support/hand_context.h"

namespace lockstep {
namespace {

using test::HandContext;

// Prices have two decimals and a tick of 0.05; 10 bps of 1000.00 are 1.00.
Instrument fine_instrument() {
  Instrument out = test::plain_instrument();
  out.price_scale = 2;
  out.tick = 5;
  return out;
}

HandContext context_with(std::map<std::string, std::string> parameters = {}) {
  parameters.insert({{"on", "quotes"},
                     {"half_spread_bps", "10"},
                     {"skew_bps", "5"},
                     {"requote_bps", "2"},
                     {"qty", "10"},
                     {"max_inventory", "30"}});
  HandContext context(MarketMaker::factory(), parameters, {fine_instrument()});
  EXPECT_TRUE(context.start().ok());
  return context;
}

void expect_sent(const HandContext& context, std::size_t index, Kind kind, Side side, Price price, Qty qty) {
  ASSERT_GT(context.sent.size(), index);
  EXPECT_EQ(to_string(context.sent[index].kind), to_string(kind));
  EXPECT_EQ(context.sent[index].request.side, side);
  EXPECT_EQ(context.sent[index].request.price, price);
  EXPECT_EQ(context.sent[index].request.qty, qty);
}

// Both quotes stand: orders 1 (bid) and 2 (offer).
HandContext quoting(std::map<std::string, std::string> parameters = {}) {
  HandContext context = context_with(std::move(parameters));
  context.see(test::quote(1, 999'00, 1, 1001'00, 1));
  context.accept(1);
  context.accept(2);
  return context;
}

TEST(MarketMaker, it_quotes_both_sides_around_the_mid_post_only) {
  HandContext context = context_with();
  context.see(test::quote(1, 999'00, 1, 1001'00, 1));  // mid 1000.00
  ASSERT_EQ(context.sent.size(), 2U);
  expect_sent(context, 0, Kind::submit, Side::buy, 999'00, 10);
  expect_sent(context, 1, Kind::submit, Side::sell, 1001'00, 10);
  EXPECT_TRUE(context.sent[0].request.post_only);
  EXPECT_EQ(context.sent[0].request.type, OrderType::limit);
  EXPECT_EQ(context.sent[0].request.time_in_force, TimeInForce::gtc);
}

TEST(MarketMaker, a_bid_is_rounded_down_and_an_offer_up_to_a_tick) {
  HandContext context = context_with();
  // mid 1000.125, half spread 1.000125: 999.124875 and 1001.125125
  context.see(test::quote(1, 998'00, 1, 1002'25, 1));
  expect_sent(context, 0, Kind::submit, Side::buy, 999'10, 10);
  expect_sent(context, 1, Kind::submit, Side::sell, 1001'15, 10);
}

TEST(MarketMaker, the_centre_moves_against_its_inventory) {
  HandContext context = context_with();
  context.positions[0] = 20;  // two sizes long: 2 x 5 bps of 1000 = 1.00 down
  context.see(test::quote(1, 990'00, 1, 1010'00, 1));
  expect_sent(context, 0, Kind::submit, Side::buy, 998'00, 10);
  expect_sent(context, 1, Kind::submit, Side::sell, 1000'00, 10);
  HandContext other = context_with();
  other.positions[0] = -10;  // 0.50 up
  other.see(test::quote(1, 990'00, 1, 1010'00, 1));
  expect_sent(other, 0, Kind::submit, Side::buy, 999'50, 10);
  expect_sent(other, 1, Kind::submit, Side::sell, 1001'50, 10);
}

TEST(MarketMaker, its_quotes_never_cross_the_market) {
  HandContext long_one = context_with({{"skew_bps", "100"}});
  long_one.positions[0] = 20;  // 20.00 down: the offer would be at 981.00, below the bid
  long_one.see(test::quote(1, 999'00, 1, 1001'00, 1));
  expect_sent(long_one, 0, Kind::submit, Side::buy, 979'00, 10);
  expect_sent(long_one, 1, Kind::submit, Side::sell, 999'05, 10);
  HandContext short_one = context_with({{"skew_bps", "100"}});
  short_one.positions[0] = -20;
  short_one.see(test::quote(1, 999'00, 1, 1001'00, 1));
  expect_sent(short_one, 0, Kind::submit, Side::buy, 1000'95, 10);
  expect_sent(short_one, 1, Kind::submit, Side::sell, 1021'00, 10);
}

TEST(MarketMaker, a_spread_finer_than_the_price_unit_still_counts) {
  HandContext context(MarketMaker::factory(),
                      {{"on", "quotes"}, {"half_spread_bps", "1"}, {"qty", "10"}, {"max_inventory", "30"}});
  ASSERT_TRUE(context.start().ok());
  context.see(test::quote(1, 98, 1, 102, 1));  // 100 -+ 0.01 in whole units
  expect_sent(context, 0, Kind::submit, Side::buy, 99, 10);
  expect_sent(context, 1, Kind::submit, Side::sell, 101, 10);
}

TEST(MarketMaker, with_no_spread_of_its_own_it_still_keeps_a_tick_between_its_quotes) {
  HandContext context = context_with({{"half_spread_bps", "0"}});
  context.see(test::quote(1, 999'00, 1, 1001'00, 1));
  expect_sent(context, 0, Kind::submit, Side::buy, 1000'00, 10);
  expect_sent(context, 1, Kind::submit, Side::sell, 1000'05, 10);
}

TEST(MarketMaker, a_side_that_would_pass_the_inventory_limit_is_not_quoted) {
  HandContext context = context_with();
  context.positions[0] = 21;
  context.see(test::quote(1, 990'00, 1, 1010'00, 1));
  ASSERT_EQ(context.sent.size(), 1U);
  EXPECT_EQ(context.sent[0].request.side, Side::sell);
  HandContext other = context_with();
  other.positions[0] = -30;
  other.see(test::quote(1, 990'00, 1, 1010'00, 1));
  ASSERT_EQ(other.sent.size(), 1U);
  EXPECT_EQ(other.sent[0].request.side, Side::buy);
}

TEST(MarketMaker, quotes_stay_until_the_mid_has_moved_beyond_the_threshold) {
  HandContext context = quoting();
  context.see(test::quote(2, 999'20, 1, 1001'20, 1));  // 0.20 = 2 bps of 1000.20 less a little: not more
  EXPECT_EQ(context.sent.size(), 2U);
  context.see(test::quote(3, 999'25, 1, 1001'25, 1));  // 0.25
  ASSERT_EQ(context.sent.size(), 4U);
  // mid 1000.25, half spread 1.00025: 999.24975 and 1001.25025
  expect_sent(context, 2, Kind::replace, Side::buy, 999'20, 10);
  expect_sent(context, 3, Kind::replace, Side::sell, 1001'30, 10);
}

TEST(MarketMaker, a_quote_whose_price_does_not_change_is_left_alone) {
  HandContext context = quoting({{"requote_bps", "0"}});
  // mid 1000.025, half spread 1.000025: 999.024975 and 1001.025025
  context.see(test::quote(2, 999'00, 1, 1001'05, 1));
  ASSERT_EQ(context.sent.size(), 3U);
  expect_sent(context, 2, Kind::replace, Side::sell, 1001'05, 10);
}

TEST(MarketMaker, a_filled_side_is_quoted_anew_at_the_next_event) {
  HandContext context = quoting();
  context.fill(1, 999'00, 10);
  EXPECT_EQ(context.sent.size(), 2U);
  context.see(test::quote(2, 999'00, 1, 1001'00, 1));  // long 10: 0.50 down
  ASSERT_EQ(context.sent.size(), 4U);
  expect_sent(context, 2, Kind::submit, Side::buy, 998'50, 10);
  expect_sent(context, 3, Kind::replace, Side::sell, 1000'50, 10);
}

TEST(MarketMaker, an_order_on_its_way_follows_the_mid_once_it_works) {
  HandContext context = context_with();
  context.see(test::quote(1, 999'00, 1, 1001'00, 1));
  context.see(test::quote(2, 1009'00, 1, 1011'00, 1));  // neither order has been accepted yet
  EXPECT_EQ(context.sent.size(), 2U);
  context.accept(1);
  context.accept(2);
  context.see(
      test::quote(3, 1009'00, 1, 1011'00, 1));  // the mid stands still, the quotes do not yet stand right
  ASSERT_EQ(context.sent.size(), 4U);
  // 1010.00 -+ 1.01
  expect_sent(context, 2, Kind::replace, Side::buy, 1008'95, 10);
  expect_sent(context, 3, Kind::replace, Side::sell, 1011'05, 10);
  context.answer(1, Kind::replaced);
  context.answer(2, Kind::cancel_rejected);  // this one is asked again
  context.see(test::quote(4, 1009'00, 1, 1011'00, 1));
  ASSERT_EQ(context.sent.size(), 5U);
  expect_sent(context, 4, Kind::replace, Side::sell, 1011'05, 10);
  context.answer(2, Kind::replaced);
  context.see(test::quote(5, 1009'00, 1, 1011'00, 1));
  EXPECT_EQ(context.sent.size(), 5U);
}

TEST(MarketMaker, a_quote_that_no_longer_has_room_is_cancelled_when_quotes_move) {
  HandContext context = quoting();
  context.positions[0] = 25;
  context.see(test::quote(2, 1009'00, 1, 1011'00, 1));
  ASSERT_EQ(context.sent.size(), 4U);
  EXPECT_EQ(context.sent[2].kind, Kind::cancel);
  EXPECT_EQ(context.sent[2].id, 1U);
  EXPECT_EQ(context.sent[3].kind, Kind::replace);
}

TEST(MarketMaker, after_a_denial_that_side_waits_a_second_and_the_other_goes_on) {
  HandContext context = context_with();
  context.deny = {Side::buy};
  context.see(test::quote(1, 999'00, 1, 1001'00, 1));
  ASSERT_EQ(context.sent.size(), 2U);
  expect_sent(context, 0, Kind::denied, Side::buy, 999'00, 10);
  expect_sent(context, 1, Kind::submit, Side::sell, 1001'00, 10);
  context.accept(1);
  context.see(test::quote(2, 1009'00, 1, 1011'00, 1));
  ASSERT_EQ(context.sent.size(), 3U);
  expect_sent(context, 2, Kind::replace, Side::sell, 1011'05, 10);
  context.answer(1, Kind::replaced);
  context.see(test::quote(kSecond, 1009'00, 1, 1011'00, 1));
  EXPECT_EQ(context.sent.size(), 3U);
  context.see(test::quote(kSecond + 1, 1009'00, 1, 1011'00, 1));
  ASSERT_EQ(context.sent.size(), 4U);
  expect_sent(context, 3, Kind::denied, Side::buy, 1008'95, 10);
}

TEST(MarketMaker, without_a_mid_it_does_nothing) {
  HandContext context = context_with();
  context.see(test::quote(1, 999'00, 1, kNoPrice, 0));
  context.see(test::trade(2, 1000'00, 5));
  EXPECT_TRUE(context.sent.empty());
}

TEST(MarketMaker, changed_parameters_hold_from_the_next_event) {
  HandContext context = quoting();
  ASSERT_TRUE(context.change("half_spread_bps", 20 * std::uint64_t{kNanosPerUnit}).ok());
  context.see(test::quote(2, 999'00, 1, 1001'00, 1));
  ASSERT_EQ(context.sent.size(), 4U);
  expect_sent(context, 2, Kind::replace, Side::buy, 998'00, 10);
  expect_sent(context, 3, Kind::replace, Side::sell, 1002'00, 10);
}

}  // namespace
}  // namespace lockstep
