#include <gtest/gtest.h>

#include "tests/support/matching_desk.h"

namespace lockstep::matching {
namespace {

using enum TimeInForce;

Config preventing(SelfTrade mode) {
  Config config;
  config.self_trade = mode;
  return config;
}

const std::vector<NewOrder> kBook = {sell(1, 2, 2, 101), sell(2, 1, 3, 101), sell(3, 3, 4, 101)};

TEST(SelfTrade, none_lets_a_participant_trade_with_itself) {
  MatchingDesk desk;
  desk.submit_all(kBook);
  EXPECT_EQ(desk.submit(buy(4, 1, 5, 101)),
            (Texts{"fill 1 by 4 2@101 left 0/3", "fill 2 by 4 3@101 left 0/0"}));
}

TEST(SelfTrade, cancel_newest_ends_the_taker_where_it_meets_its_own) {  // T1
  MatchingDesk desk(preventing(SelfTrade::cancel_newest));
  desk.submit_all(kBook);
  EXPECT_EQ(desk.submit(buy(4, 1, 5, 101)),
            (Texts{"fill 1 by 4 2@101 left 0/3", "cancelled 4 3 self_trade"}));
  EXPECT_EQ(desk.levels(Side::sell), (Texts{"7@101 x2"}));
}

TEST(SelfTrade, cancel_oldest_ends_the_maker_and_goes_on) {  // T2
  MatchingDesk desk(preventing(SelfTrade::cancel_oldest));
  desk.submit_all(kBook);
  EXPECT_EQ(desk.submit(buy(4, 1, 5, 101)),
            (Texts{"fill 1 by 4 2@101 left 0/3", "cancelled 2 3 self_trade", "fill 3 by 4 3@101 left 1/0"}));
}

TEST(SelfTrade, cancel_oldest_may_empty_a_level_and_the_side) {
  MatchingDesk desk(preventing(SelfTrade::cancel_oldest));
  desk.submit_all({sell(1, 1, 2, 101), sell(2, 1, 2, 102)});
  EXPECT_EQ(desk.submit(buy(3, 1, 5, 102)),
            (Texts{"cancelled 1 2 self_trade", "cancelled 2 2 self_trade", "booked 3 5@102"}));
}

TEST(SelfTrade, cancel_both_ends_both_the_maker_first) {  // T3
  MatchingDesk desk(preventing(SelfTrade::cancel_both));
  desk.submit_all(kBook);
  EXPECT_EQ(desk.submit(buy(4, 1, 5, 101)),
            (Texts{"fill 1 by 4 2@101 left 0/3", "cancelled 2 3 self_trade", "cancelled 4 3 self_trade"}));
}

TEST(SelfTrade, decrement_takes_the_smaller_off_both) {  // T4, T5, example 8
  MatchingDesk desk(preventing(SelfTrade::decrement));
  desk.submit_all({sell(1, 1, 3, 101), sell(2, 2, 4, 101)});
  EXPECT_EQ(desk.submit(buy(3, 1, 5, 101)),
            (Texts{"cancelled 1 3 self_trade", "decremented 3 by 3 left 2", "fill 2 by 3 2@101 left 2/0"}));
  EXPECT_EQ(desk.submit(buy(4, 2, 1, 101)), (Texts{"decremented 2 by 1 left 1", "cancelled 4 1 self_trade"}));
  EXPECT_EQ(desk.levels(Side::sell), (Texts{"1@101 x1"}));
}

TEST(SelfTrade, decrement_of_equals_cancels_both) {  // T6
  MatchingDesk desk(preventing(SelfTrade::decrement));
  desk.submit(sell(1, 1, 3, 101));
  EXPECT_EQ(desk.submit(buy(2, 1, 3, 101)), (Texts{"cancelled 1 3 self_trade", "cancelled 2 3 self_trade"}));
}

TEST(SelfTrade, decrement_takes_the_hidden_part_first) {  // T5
  MatchingDesk desk(preventing(SelfTrade::decrement));
  desk.submit(showing(4, sell(1, 1, 10, 101)));
  desk.submit(buy(2, 1, 5, 101));
  EXPECT_EQ(desk.levels(Side::sell), (Texts{"4@101 x1"}));
  EXPECT_EQ(desk.engine.find(1)->leaves, 5);
  desk.submit(buy(3, 1, 3, 101));
  EXPECT_EQ(desk.levels(Side::sell), (Texts{"2@101 x1"}));
}

TEST(SelfTrade, the_takers_own_mode_counts_before_the_venues) {  // C1
  MatchingDesk desk(preventing(SelfTrade::cancel_newest));
  desk.submit_all(kBook);
  NewOrder order = buy(4, 1, 5, 101);
  order.self_trade = SelfTrade::none;
  EXPECT_EQ(desk.submit(order).back(), "fill 2 by 4 3@101 left 0/0");
}

TEST(SelfTrade, participant_0_is_nobody) {  // W6
  MatchingDesk desk(preventing(SelfTrade::cancel_newest));
  desk.submit(sell(1, 0, 3, 101));
  EXPECT_EQ(desk.submit(buy(2, 0, 3, 101)), (Texts{"fill 1 by 2 3@101 left 0/0"}));
}

TEST(SelfTrade, own_orders_do_not_count_for_fill_or_kill) {  // C10, example 9
  MatchingDesk desk(preventing(SelfTrade::cancel_oldest));
  desk.submit_all({sell(1, 1, 3, 101), sell(2, 2, 4, 102)});
  EXPECT_EQ(desk.submit(as(fok, buy(3, 1, 5, 102))), (Texts{"cancelled 3 5 fok_not_filled"}));
  EXPECT_EQ(desk.submit(as(fok, buy(5, 1, 4, 102))),
            (Texts{"cancelled 1 3 self_trade", "fill 2 by 5 4@102 left 0/0"}));
}

TEST(SelfTrade, fill_or_kill_counts_up_to_the_first_level_with_an_own_order) {  // C10, example 9
  for (const SelfTrade mode : {SelfTrade::cancel_newest, SelfTrade::cancel_both, SelfTrade::decrement}) {
    MatchingDesk desk(preventing(mode));
    desk.submit_all({sell(1, 2, 4, 101), sell(2, 3, 9, 102), sell(4, 1, 1, 102)});
    EXPECT_EQ(desk.submit(as(fok, buy(3, 1, 5, 102))), (Texts{"cancelled 3 5 fok_not_filled"}));
    EXPECT_EQ(desk.submit(as(fok, buy(5, 1, 4, 102))), (Texts{"fill 1 by 5 4@101 left 0/0"}));
  }
}

}  // namespace
}  // namespace lockstep::matching
