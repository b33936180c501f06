// Expected messages are worked out by hand from sim/matching/MATCHING.md; the rule stands beside each.
#include <gtest/gtest.h>

#include "tests/support/matching_desk.h"

namespace lockstep::matching {
namespace {

using enum TimeInForce;

TEST(ContinuousMatching, the_best_price_is_first_and_then_the_earlier_order) {  // M1, example 1
  MatchingDesk desk;
  desk.submit_all({sell(1, 1, 5, 101), sell(2, 2, 5, 101), sell(3, 3, 5, 102)});
  EXPECT_EQ(
      desk.submit(buy(4, 4, 12, 102)),
      (Texts{"fill 1 by 4 5@101 left 0/7", "fill 2 by 4 5@101 left 0/2", "fill 3 by 4 2@102 left 3/0"}));
  EXPECT_EQ(desk.engine.last_price(), 102);
  EXPECT_EQ(desk.levels(Side::sell), (Texts{"3@102 x1"}));
}

TEST(ContinuousMatching, what_is_left_of_a_limit_order_rests_at_its_limit) {  // C6, example 2
  MatchingDesk desk;
  desk.submit(sell(1, 1, 5, 101));
  EXPECT_EQ(desk.submit(buy(2, 2, 8, 101)), (Texts{"fill 1 by 2 5@101 left 0/3", "booked 2 3@101"}));
  EXPECT_EQ(desk.levels(Side::buy), (Texts{"3@101 x1"}));
}

TEST(ContinuousMatching, a_taker_never_pays_more_than_its_limit) {
  MatchingDesk desk;
  desk.submit_all({buy(1, 1, 5, 99), buy(2, 1, 5, 98)});
  EXPECT_EQ(desk.submit(sell(3, 2, 8, 99)), (Texts{"fill 1 by 3 5@99 left 0/3", "booked 3 3@99"}));
}

TEST(ContinuousMatching, a_slice_of_an_iceberg_waits_behind_all_that_is_displayed) {  // M2, example 3
  MatchingDesk desk;
  desk.submit_all({showing(4, sell(1, 1, 10, 101)), sell(2, 2, 5, 101)});
  EXPECT_EQ(desk.submit(buy(3, 3, 11, 101)),
            (Texts{"fill 1 by 3 4@101 left 6/7 shows 0", "refreshed 1 6 shows 4",
                   "fill 2 by 3 5@101 left 0/2", "fill 1 by 3 2@101 left 4/0 shows 2"}));
  EXPECT_EQ(desk.levels(Side::sell), (Texts{"2@101 x1"}));
  EXPECT_EQ(desk.engine.best(Side::sell)->leaves, 4);
}

TEST(ContinuousMatching, the_last_slice_of_an_iceberg_is_what_is_left_of_it) {  // R14
  MatchingDesk desk;
  desk.submit(showing(4, sell(1, 1, 5, 101)));
  EXPECT_EQ(desk.submit(buy(2, 2, 4, 101)), (Texts{"fill 1 by 2 4@101 left 1/0 shows 0", "refreshed 1 1"}));
}

TEST(ContinuousMatching, immediate_or_cancel_leaves_nothing_behind) {
  MatchingDesk desk;
  desk.submit(sell(1, 1, 5, 101));
  EXPECT_EQ(desk.submit(as(ioc, buy(2, 2, 8, 101))),
            (Texts{"fill 1 by 2 5@101 left 0/3", "cancelled 2 3 ioc_remainder"}));
  EXPECT_EQ(desk.engine.live_orders(), 0U);
}

TEST(ContinuousMatching, fill_or_kill_is_all_or_nothing_and_sees_what_is_hidden) {  // C4, C10
  MatchingDesk desk;
  desk.submit_all({showing(1, sell(1, 1, 5, 101)), sell(2, 2, 5, 102), sell(3, 2, 5, 103)});
  EXPECT_EQ(desk.submit(as(fok, buy(4, 4, 11, 102))), (Texts{"cancelled 4 11 fok_not_filled"}));
  EXPECT_EQ(desk.submit(as(fok, buy(5, 5, 10, 102))).back(), "fill 2 by 5 5@102 left 0/0");
  EXPECT_EQ(desk.levels(Side::sell), (Texts{"5@103 x1"}));
}

TEST(ContinuousMatching, a_minimum_that_is_not_there_ends_the_order_and_is_spent_once_met) {  // C4, C8
  MatchingDesk desk;
  desk.submit(sell(1, 1, 5, 101));
  EXPECT_EQ(desk.submit(with_min_qty(6, buy(2, 2, 9, 101))), (Texts{"cancelled 2 9 min_qty_not_met"}));
  EXPECT_EQ(desk.submit(with_min_qty(5, buy(3, 2, 9, 101))),
            (Texts{"fill 1 by 3 5@101 left 0/4", "booked 3 4@101"}));
  EXPECT_EQ(desk.submit(sell(4, 1, 1, 101)), (Texts{"fill 3 by 4 1@101 left 3/0"}));
}

TEST(ContinuousMatching, a_market_order_takes_every_price_and_never_rests) {  // C6, C9
  MatchingDesk desk;
  desk.submit_all({sell(1, 1, 5, 101), sell(2, 1, 5, 5000)});
  EXPECT_EQ(
      desk.submit(market(buy(3, 2, 12, 0))),
      (Texts{"fill 1 by 3 5@101 left 0/7", "fill 2 by 3 5@5000 left 0/2", "cancelled 3 2 no_liquidity"}));
  EXPECT_EQ(desk.submit(as(ioc, market(buy(4, 2, 1, 0)))), (Texts{"cancelled 4 1 ioc_remainder"}));
}

TEST(ContinuousMatching, market_to_limit_takes_the_best_price_only_and_rests_there) {  // C3
  MatchingDesk desk;
  EXPECT_EQ(desk.submit(market_to_limit(buy(9, 2, 7, 0))), (Texts{"cancelled 9 7 no_liquidity"}));
  desk.submit_all({sell(1, 1, 5, 101), sell(2, 1, 5, 102)});
  EXPECT_EQ(desk.submit(market_to_limit(buy(3, 2, 7, 0))),
            (Texts{"fill 1 by 3 5@101 left 0/2", "booked 3 2@101"}));
}

TEST(ContinuousMatching, a_post_only_order_that_would_take_is_rejected) {  // R11
  MatchingDesk desk;
  desk.submit(sell(1, 1, 5, 101));
  EXPECT_EQ(desk.submit(post_only(buy(2, 2, 5, 101))), (Texts{"rejected 2 post_only_would_cross"}));
  EXPECT_EQ(desk.submit(post_only(buy(3, 2, 5, 100))), (Texts{"booked 3 5@100"}));
}

TEST(ContinuousMatching, a_sweep_ends_after_the_levels_that_are_allowed) {  // C5 b
  Config config;
  config.max_levels = 2;
  MatchingDesk desk(config);
  desk.submit_all({sell(1, 1, 5, 101), sell(2, 1, 5, 102), sell(3, 1, 5, 103)});
  EXPECT_EQ(desk.submit(as(fok, buy(5, 2, 11, 103))), (Texts{"cancelled 5 11 fok_not_filled"}));
  EXPECT_EQ(desk.submit(buy(4, 2, 12, 103)),
            (Texts{"fill 1 by 4 5@101 left 0/7", "fill 2 by 4 5@102 left 0/2", "cancelled 4 2 max_levels"}));
}

TEST(ContinuousMatching, larger_size_goes_first_and_a_smaller_rest_falls_behind) {  // M8, M9, example 7
  Config config;
  config.priority = PriorityRule::price_size_time;
  MatchingDesk desk(config);
  desk.submit_all({sell(1, 1, 5, 101), sell(2, 2, 9, 101), sell(3, 3, 9, 101)});
  EXPECT_EQ(desk.submit(buy(4, 4, 15, 101)),
            (Texts{"fill 2 by 4 9@101 left 0/6", "fill 3 by 4 6@101 left 3/0"}));
  EXPECT_EQ(desk.engine.shown_ahead(3), 5);
  EXPECT_EQ(desk.submit(buy(5, 4, 6, 101)),
            (Texts{"fill 1 by 5 5@101 left 0/1", "fill 3 by 5 1@101 left 2/0"}));
}

TEST(ContinuousMatching, by_size_an_equal_slice_joins_behind_and_a_reduced_order_keeps_its_time) {  // M8, M9
  Config config;
  config.priority = PriorityRule::price_size_time;
  MatchingDesk desk(config);
  desk.submit_all({showing(5, sell(1, 1, 10, 101)), sell(2, 2, 5, 101), sell(3, 3, 7, 101)});
  EXPECT_EQ(desk.replace(3, 5, 101), (Texts{"replaced 3 5@101 left 5 in place"}));
  EXPECT_EQ(desk.submit(buy(4, 4, 16, 101)),
            (Texts{"fill 1 by 4 5@101 left 5/11 shows 0", "refreshed 1 5", "fill 2 by 4 5@101 left 0/6",
                   "fill 3 by 4 5@101 left 0/1", "fill 1 by 4 1@101 left 4/0"}));
}

TEST(ContinuousMatching, far_prices_and_negative_ones_are_prices_like_others) {
  Config config;
  config.tick = 5;
  config.min_price = -1'000'000'000;
  MatchingDesk desk(config);
  desk.submit_all({buy(1, 1, 1, -999'999'995), buy(2, 1, 1, -5), buy(3, 1, 1, 999'999'995), buy(4, 1, 1, 0)});
  EXPECT_EQ(desk.levels(Side::buy), (Texts{"1@999999995 x1", "1@0 x1", "1@-5 x1", "1@-999999995 x1"}));
  desk.cancel(3);
  EXPECT_EQ(
      desk.submit(sell(5, 2, 3, -999'999'995)),
      (Texts{"fill 4 by 5 1@0 left 0/2", "fill 2 by 5 1@-5 left 0/1", "fill 1 by 5 1@-999999995 left 0/0"}));
}

TEST(ContinuousMatching, the_messages_name_sides_participants_and_every_quantity) {  // section 2
  MatchingDesk desk;
  desk.submit(showing(4, sell(1, 7, 10, 101)));
  ASSERT_EQ(desk.said.size(), 2U);
  EXPECT_EQ(desk.said[0],
            (Message{MessageType::accepted, Reason::none, Side::sell, 0, 7, 1, 0, 101, 10, 10, 0, 4}));
  EXPECT_EQ(desk.said[1],
            (Message{MessageType::booked, Reason::none, Side::sell, 0, 7, 1, 0, 101, 10, 10, 0, 4}));
  desk.submit(as(ioc, market(buy(2, 8, 4, 0))));
  ASSERT_EQ(desk.said.size(), 3U);
  EXPECT_EQ(desk.said[0],
            (Message{MessageType::accepted, Reason::none, Side::buy, 1, 8, 2, 0, kNoPrice, 4, 4, 0, 0}));
  EXPECT_EQ(desk.said[1], (Message{MessageType::fill, Reason::none, Side::buy, 0, 7, 1, 2, 101, 4, 6, 0, 0}));
  EXPECT_EQ(desk.said[2],
            (Message{MessageType::refreshed, Reason::none, Side::sell, 0, 7, 1, 0, 101, 0, 6, 0, 4}));
  desk.cancel(1);
  EXPECT_EQ(desk.said[0],
            (Message{MessageType::cancelled, Reason::requested, Side::sell, 0, 7, 1, 0, 101, 6, 0, 0, 0}));
  desk.submit(buy(3, 8, 0, 4));
  EXPECT_EQ(desk.said[0],
            (Message{MessageType::rejected, Reason::bad_qty, Side::buy, 0, 8, 3, 0, kNoPrice, 0, 0, 0, 0}));
}

}  // namespace
}  // namespace lockstep::matching
