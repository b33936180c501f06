#include <gtest/gtest.h>

#include "tests/support/matching_desk.h"

namespace lockstep::matching {
namespace {

using enum TimeInForce;

MatchingDesk call(const std::vector<NewOrder>& orders, Price reference = kNoPrice) {
  MatchingDesk desk({}, Phase::pre_open);
  if (reference != kNoPrice) desk.engine.set_reference_price(reference);
  desk.submit_all(orders);
  return desk;
}

Indicative at(Price price, Qty volume, Qty imbalance) {
  return {true, price, volume, imbalance};
}

TEST(Auction, the_largest_volume_wins_and_better_prices_are_filled_first) {  // A2, A6, example 12
  MatchingDesk desk = call(
      {buy(1, 1, 10, 102), buy(2, 1, 10, 101), buy(3, 1, 10, 100), sell(4, 2, 15, 99), sell(5, 2, 10, 101)});
  EXPECT_EQ(desk.engine.indicative(), at(101, 20, -5));
  EXPECT_EQ(desk.set_phase(Phase::continuous),
            (Texts{"phase continuous", "uncross 20@101 imbalance -5", "fill 1 by 4 10@101 left 0/5",
                   "fill 2 by 4 5@101 left 5/0", "fill 2 by 5 5@101 left 0/5"}));
  EXPECT_EQ(desk.levels(Side::buy), (Texts{"10@100 x1"}));
  EXPECT_EQ(desk.levels(Side::sell), (Texts{"5@101 x1"}));
  EXPECT_EQ(desk.engine.last_price(), 101);
  EXPECT_EQ(desk.said[2],
            (Message{MessageType::fill, Reason::none, Side::none, 0, 1, 1, 4, 101, 10, 0, 5, 0}));
}

TEST(Auction, of_equal_volumes_the_smallest_imbalance_wins) {  // A3: at 101 10/+5, at 102 10/0, at 103 10/-3
  MatchingDesk desk = call({buy(1, 1, 10, 103), buy(2, 1, 5, 101), sell(3, 2, 10, 101), sell(4, 2, 3, 103)});
  EXPECT_EQ(desk.engine.indicative(), at(103, 10, -3));
  desk.submit(sell(5, 2, 1, 102));  // a candidate at 102: buy 10, sell 11
  EXPECT_EQ(desk.engine.indicative(), at(102, 10, -1));
}

TEST(Auction, a_larger_imbalance_at_a_higher_price_changes_nothing) {  // A3: at 100 10/+3, at 101 10/-5
  EXPECT_EQ(call({buy(1, 1, 10, 101), buy(2, 1, 3, 100), sell(3, 2, 10, 100), sell(4, 2, 5, 101)}, 101)
                .engine.indicative(),
            at(100, 10, 3));
}

TEST(Auction, a_surplus_of_buyers_takes_the_highest_price_one_of_sellers_the_lowest) {  // A4, example 13
  EXPECT_EQ(call({buy(1, 1, 10, 105), sell(2, 2, 5, 100)}, 101).engine.indicative(), at(105, 5, 5));
  EXPECT_EQ(call({buy(1, 1, 10, 105), sell(2, 2, 20, 100)}, 104).engine.indicative(), at(100, 10, -10));
}

TEST(Auction, without_imbalance_the_reference_decides) {  // A4, example 14
  const std::vector<NewOrder> orders = {buy(1, 1, 10, 105), sell(2, 2, 10, 100)};
  EXPECT_EQ(call(orders, 102).engine.indicative(), at(102, 10, 0));
  EXPECT_EQ(call(orders, 90).engine.indicative(), at(100, 10, 0));
  EXPECT_EQ(call(orders, 500).engine.indicative(), at(105, 10, 0));
  EXPECT_EQ(call(orders).engine.indicative(), at(105, 10, 0));
}

TEST(Auction, with_a_surplus_on_either_side_the_two_prices_between_them_stay) {  // A5, example 15
  const std::vector<NewOrder> orders = {buy(1, 1, 10, 101), buy(2, 1, 5, 100), sell(3, 2, 10, 100),
                                        sell(4, 2, 5, 101)};
  EXPECT_EQ(call(orders, 100).engine.indicative(), at(100, 10, 5));
  EXPECT_EQ(call(orders, 101).engine.indicative(), at(101, 10, -5));
  EXPECT_EQ(call(orders).engine.indicative(), at(101, 10, -5));
  // A reference far below is a candidate without volume; it does not drag the price below 100.
  EXPECT_EQ(call(orders, 50).engine.indicative(), at(100, 10, 5));
}

TEST(Auction, a_reference_with_the_same_surplus_does_not_leave_better_buyers_unfilled) {  // A5, A7
  // At 98 and 100: buy 15, sell 10: +5. At 101: buy 10, sell 15: -5. The reference 98 is closest, but 100 is
  // chosen.
  MatchingDesk desk =
      call({buy(1, 1, 10, 101), buy(2, 1, 5, 100), sell(3, 2, 10, 97), sell(4, 2, 5, 101)}, 98);
  EXPECT_EQ(desk.engine.indicative(), at(100, 10, 5));
}

TEST(Auction, market_orders_are_filled_first_and_their_rest_is_cancelled) {  // A6, P4, example 16
  MatchingDesk desk = call({market(buy(1, 1, 5, 0)), buy(2, 1, 5, 101), sell(3, 2, 7, 100)});
  EXPECT_EQ(desk.set_phase(Phase::continuous),
            (Texts{"phase continuous", "uncross 7@101 imbalance 3", "fill 1 by 3 5@101 left 0/2",
                   "fill 2 by 3 2@101 left 3/0"}));
  MatchingDesk more = call({market(buy(1, 1, 9, 0)), buy(2, 1, 5, 101), sell(3, 2, 7, 100)});
  EXPECT_EQ(more.set_phase(Phase::continuous),
            (Texts{"phase continuous", "uncross 7@101 imbalance 7", "fill 1 by 3 7@101 left 2/0",
                   "cancelled 1 2 auction_leftover"}));
}

TEST(Auction, only_market_orders_need_a_reference) {  // A1
  const std::vector<NewOrder> orders = {market(buy(1, 1, 5, 0)), market(sell(2, 2, 7, 0))};
  EXPECT_EQ(call(orders).set_phase(Phase::continuous),
            (Texts{"phase continuous", "cancelled 1 5 auction_leftover", "cancelled 2 7 auction_leftover"}));
  EXPECT_EQ(call(orders, 100).set_phase(Phase::continuous),
            (Texts{"phase continuous", "uncross 5@100 imbalance -2", "fill 1 by 2 5@100 left 0/2",
                   "cancelled 2 2 auction_leftover"}));
}

TEST(Auction, nothing_that_crosses_is_no_uncross) {  // A2
  MatchingDesk desk = call({buy(1, 1, 5, 100), sell(2, 2, 5, 101)}, 100);
  EXPECT_EQ(desk.engine.indicative(), Indicative{});
  EXPECT_EQ(desk.set_phase(Phase::continuous), (Texts{"phase continuous"}));
}

TEST(Auction, a_market_to_limit_rest_stays_at_the_uncross_price) {  // P4
  MatchingDesk desk = call({market_to_limit(buy(1, 1, 9, 0)), sell(2, 2, 7, 100)});
  EXPECT_EQ(desk.set_phase(Phase::continuous),
            (Texts{"phase continuous", "uncross 7@100 imbalance 2", "fill 1 by 2 7@100 left 2/0",
                   "replaced 1 9@100 left 2 moved", "booked 1 2@100"}));
  EXPECT_EQ(call({market_to_limit(buy(1, 1, 9, 0))}).set_phase(Phase::continuous),
            (Texts{"phase continuous", "cancelled 1 9 auction_leftover"}));
}

TEST(Auction, an_iceberg_takes_part_with_all_of_it_and_keeps_its_place) {  // A6
  MatchingDesk desk = call({showing(4, buy(1, 1, 10, 100)), buy(2, 1, 5, 100), sell(3, 2, 7, 100)});
  EXPECT_EQ(desk.set_phase(Phase::continuous),
            (Texts{"phase continuous", "uncross 7@100 imbalance 8", "fill 1 by 3 7@100 left 3/0"}));
  EXPECT_EQ(desk.engine.shown_ahead(2), 3);
}

TEST(Auction, self_trades_are_not_prevented) {  // T7
  Config config;
  config.self_trade = SelfTrade::cancel_both;
  MatchingDesk desk(config, Phase::pre_open);
  desk.submit_all({buy(1, 1, 5, 100), sell(2, 1, 5, 100)});
  EXPECT_EQ(desk.set_phase(Phase::continuous).back(), "fill 1 by 2 5@100 left 0/0");
}

TEST(Auction, by_size_the_larger_is_filled_first_and_its_rest_falls_behind) {  // A6, M9
  Config config;
  config.priority = PriorityRule::price_size_time;
  MatchingDesk desk(config, Phase::pre_open);
  desk.submit_all({buy(1, 1, 5, 100), buy(2, 1, 8, 100), sell(3, 2, 4, 100)});
  EXPECT_EQ(desk.set_phase(Phase::continuous).back(), "fill 2 by 3 4@100 left 4/0");
  EXPECT_EQ(desk.engine.shown_ahead(2), 5);
}

}  // namespace
}  // namespace lockstep::matching
