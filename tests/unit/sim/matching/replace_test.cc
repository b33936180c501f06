#include <gtest/gtest.h>

#include "tests/support/matching_desk.h"

namespace lockstep::matching {
namespace {

using enum TimeInForce;

TEST(CancelAndReplace, what_is_not_live_is_unknown) {  // X1, X3.1
  MatchingDesk desk;
  EXPECT_EQ(desk.cancel(1), (Texts{"rejected 1 unknown_order"}));
  EXPECT_EQ(desk.replace(1, 5, 100), (Texts{"rejected 1 unknown_order"}));
  desk.submit_all({sell(1, 1, 5, 101), buy(2, 2, 5, 101)});
  EXPECT_EQ(desk.cancel(1), (Texts{"rejected 1 unknown_order"}));
  EXPECT_EQ(desk.replace(1, 6, 101), (Texts{"rejected 1 unknown_order"}));
}

TEST(CancelAndReplace, a_cancelled_order_ends_with_what_is_left_and_its_id_is_free) {  // X1, W2
  MatchingDesk desk;
  desk.submit_all({sell(1, 1, 5, 101), buy(2, 2, 2, 101)});
  EXPECT_EQ(desk.cancel(1), (Texts{"cancelled 1 3 requested"}));
  EXPECT_EQ(desk.submit(sell(1, 1, 5, 101)), (Texts{"booked 1 5@101"}));
}

TEST(CancelAndReplace, less_at_the_same_price_keeps_the_place) {  // X4, example 11
  MatchingDesk desk;
  desk.submit_all({buy(1, 1, 10, 100), buy(2, 2, 5, 100), sell(3, 3, 4, 100)});
  EXPECT_EQ(desk.replace(1, 8, 100), (Texts{"replaced 1 8@100 left 4 in place"}));
  EXPECT_EQ(desk.engine.shown_ahead(1), 0);
  EXPECT_EQ(desk.levels(Side::buy), (Texts{"9@100 x2"}));
  EXPECT_EQ(desk.replace(1, 12, 100), (Texts{"replaced 1 12@100 left 8 moved", "booked 1 8@100"}));
  EXPECT_EQ(desk.engine.shown_ahead(1), 5);
  EXPECT_EQ(desk.replace(1, 4, 100), (Texts{"cancelled 1 8 reduced_to_done"}));
}

TEST(CancelAndReplace, no_change_at_all_keeps_the_place) {  // X4
  MatchingDesk desk;
  desk.submit_all({buy(1, 1, 10, 100), buy(2, 2, 5, 100)});
  EXPECT_EQ(desk.replace(1, 10, 100), (Texts{"replaced 1 10@100 left 10 in place"}));
  EXPECT_EQ(desk.engine.shown_ahead(2), 10);
}

TEST(CancelAndReplace, any_change_may_be_told_to_lose_the_place) {  // X4
  Config config;
  config.any_change_loses_priority = true;
  MatchingDesk desk(config);
  desk.submit_all({buy(1, 1, 10, 100), buy(2, 2, 5, 100)});
  EXPECT_EQ(desk.replace(1, 8, 100), (Texts{"replaced 1 8@100 left 8 moved", "booked 1 8@100"}));
  EXPECT_EQ(desk.engine.shown_ahead(1), 5);
}

TEST(CancelAndReplace, a_new_price_that_crosses_takes) {  // X5
  MatchingDesk desk;
  desk.submit_all({buy(1, 1, 10, 100), sell(2, 2, 4, 102)});
  EXPECT_EQ(desk.replace(1, 10, 102),
            (Texts{"replaced 1 10@102 left 10 moved", "fill 2 by 1 4@102 left 0/6", "booked 1 6@102"}));
}

TEST(CancelAndReplace,
     an_iceberg_is_reduced_in_its_hidden_part_first_and_moves_with_a_fresh_slice) {  // X4, X5
  MatchingDesk desk;
  desk.submit_all({showing(4, sell(1, 1, 10, 101)), buy(2, 2, 1, 101)});
  desk.replace(1, 6, 101);
  EXPECT_EQ(desk.levels(Side::sell), (Texts{"3@101 x1"}));
  desk.replace(1, 3, 101);
  EXPECT_EQ(desk.levels(Side::sell), (Texts{"2@101 x1"}));
  EXPECT_EQ(desk.replace(1, 9, 102), (Texts{"replaced 1 9@102 left 8 moved", "booked 1 8@102 shows 4"}));
}

TEST(CancelAndReplace, a_refused_replace_changes_nothing) {  // X3
  Config config;
  config.tick = 5;
  config.lot = 10;
  config.min_qty = 10;
  config.static_band = {BandKind::absolute, 50};
  MatchingDesk desk(config);
  desk.engine.set_reference_price(100);
  desk.submit_all({post_only(buy(1, 1, 50, 100)), sell(2, 2, 10, 110)});
  EXPECT_EQ(desk.replace(1, 55, 100), (Texts{"rejected 1 bad_qty"}));
  EXPECT_EQ(desk.replace(1, 0, 100), (Texts{"rejected 1 bad_qty"}));
  EXPECT_EQ(desk.replace(1, 50, 101), (Texts{"rejected 1 bad_price"}));
  EXPECT_EQ(desk.replace(1, 50, 155), (Texts{"rejected 1 outside_band"}));
  EXPECT_EQ(desk.replace(1, 50, 110), (Texts{"rejected 1 post_only_would_cross"}));
  EXPECT_EQ(desk.levels(Side::buy), (Texts{"50@100 x1"}));
  EXPECT_EQ(desk.replace(1, 50, 105), (Texts{"replaced 1 50@105 left 50 moved", "booked 1 50@105"}));
}

TEST(CancelAndReplace, in_a_halt_only_less_is_possible_and_in_a_closed_market_only_cancel) {  // X3.4, X3.7
  MatchingDesk desk;
  desk.submit(buy(1, 1, 10, 100));
  desk.set_phase(Phase::halted);
  EXPECT_EQ(desk.replace(1, 11, 100), (Texts{"rejected 1 phase"}));
  EXPECT_EQ(desk.replace(1, 9, 100), (Texts{"replaced 1 9@100 left 9 in place"}));
  desk.set_phase(Phase::closed);
  EXPECT_EQ(desk.replace(1, 8, 100), (Texts{"rejected 1 phase"}));
  EXPECT_EQ(desk.cancel(1), (Texts{"cancelled 1 9 requested"}));
}

TEST(CancelAndReplace, orders_that_wait_can_be_changed_and_lose_their_turn) {  // X4, X5 in a list
  MatchingDesk desk;
  desk.submit_all({as(at_close, buy(1, 1, 10, 100)), as(at_close, buy(2, 1, 10, 100)),
                   as(at_close, market(buy(3, 1, 10, 0)))});
  EXPECT_EQ(desk.replace(1, 11, 100), (Texts{"replaced 1 11@100 left 11 moved"}));
  EXPECT_EQ(desk.replace(2, 9, 100), (Texts{"replaced 2 9@100 left 9 in place"}));
  EXPECT_EQ(desk.replace(3, 9, 100), (Texts{"rejected 3 bad_price"}));
  EXPECT_EQ(desk.replace(3, 9, kNoPrice), (Texts{"replaced 3 9@- left 9 in place"}));
  EXPECT_EQ(desk.set_phase(Phase::closing_call),
            (Texts{"phase closing_call", "booked 2 9@100", "booked 3 9@-", "booked 1 11@100"}));
}

TEST(CancelAll, takes_what_fits_in_walking_order) {  // X2, W7
  const auto filled_desk = [] {
    MatchingDesk desk({}, Phase::pre_open);
    desk.submit_all({sell(1, 1, 1, 105), as(day, sell(2, 2, 2, 104)), buy(3, 1, 3, 100),
                     as(day, buy(4, 2, 4, 101)), market(buy(5, 1, 5, 0)), buy(6, 1, 6, 101),
                     as(at_close, sell(7, 1, 7, 101))});
    return desk;
  };
  EXPECT_EQ(filled_desk().cancel_all({}),
            (Texts{"cancelled 5 5 requested", "cancelled 4 4 requested", "cancelled 6 6 requested",
                   "cancelled 3 3 requested", "cancelled 2 2 requested", "cancelled 1 1 requested",
                   "cancelled 7 7 requested"}));
  EXPECT_EQ(filled_desk().cancel_all({1, Side::sell, false, Reason::operator_action}),
            (Texts{"cancelled 1 1 operator_action", "cancelled 7 7 operator_action"}));
  EXPECT_EQ(filled_desk().cancel_all({kEveryone, Side::none, true, Reason::expired}),
            (Texts{"cancelled 4 4 expired", "cancelled 2 2 expired"}));
  EXPECT_EQ(filled_desk().cancel_all({9, Side::none, false, Reason::requested}), Texts{});
}

MassQuote quote(Qty bid_qty, Price bid, Qty ask_qty, Price ask) {
  return {7, 1, bid, bid_qty, 2, ask, ask_qty};
}

TEST(MassQuotes, both_sides_are_booked_replaced_in_one_step_and_withdrawn) {  // X6, X7
  MatchingDesk desk;
  EXPECT_EQ(desk.quote(quote(10, 99, 10, 101)), (Texts{"booked 1 10@99", "booked 2 10@101"}));
  desk.submit_all({buy(3, 3, 1, 99), sell(4, 3, 1, 101)});
  // The bid shrinks and stays first; the ask grows and goes to the back.
  EXPECT_EQ(desk.quote(quote(6, 99, 12, 101)),
            (Texts{"replaced 1 6@99 left 6 in place", "cancelled 2 10 quote_replaced", "booked 2 12@101"}));
  EXPECT_EQ(desk.engine.shown_ahead(1), 0);
  EXPECT_EQ(desk.engine.shown_ahead(2), 1);
  EXPECT_EQ(desk.quote(quote(0, kNoPrice, 5, 102)),
            (Texts{"cancelled 1 6 quote_replaced", "cancelled 2 12 quote_replaced", "booked 2 5@102"}));
  EXPECT_EQ(desk.quote(quote(0, kNoPrice, 0, kNoPrice)), (Texts{"cancelled 2 5 quote_replaced"}));
  EXPECT_EQ(desk.quote(quote(0, kNoPrice, 0, kNoPrice)), Texts{});
}

TEST(MassQuotes, the_size_is_what_is_open_from_now_on) {  // X7 a: 4 of 10 are filled, 3 stay open: 7 in all
  MatchingDesk desk;
  desk.quote(quote(10, 99, 0, kNoPrice));
  desk.submit(sell(3, 3, 4, 99));
  EXPECT_EQ(desk.quote(quote(3, 99, 0, kNoPrice)), (Texts{"replaced 1 7@99 left 3 in place"}));
}

TEST(MassQuotes, moving_across_the_old_quote_does_not_trade_with_it) {
  MatchingDesk desk;
  desk.quote(quote(10, 99, 10, 101));
  EXPECT_EQ(desk.quote(quote(10, 101, 10, 103)),
            (Texts{"cancelled 1 10 quote_replaced", "cancelled 2 10 quote_replaced", "booked 1 10@101",
                   "booked 2 10@103"}));
}

TEST(MassQuotes, a_quote_may_take) {  // X7 c
  MatchingDesk desk;
  desk.submit(sell(3, 3, 4, 100));
  EXPECT_EQ(desk.quote(quote(10, 100, 10, 101)),
            (Texts{"fill 3 by 1 4@100 left 0/6", "booked 1 6@100", "booked 2 10@101"}));
}

TEST(MassQuotes, a_refused_quote_leaves_the_old_one) {  // X6
  MatchingDesk desk;
  desk.quote(quote(10, 99, 10, 101));
  EXPECT_EQ(desk.quote(quote(-1, 99, 10, 101)), (Texts{"rejected 1 bad_qty"}));
  EXPECT_EQ(desk.quote(quote(1, 0, 10, 101)), (Texts{"rejected 1 bad_price"}));
  EXPECT_EQ(desk.quote(quote(1, 101, 10, 101)), (Texts{"rejected 1 bad_combination"}));
  EXPECT_EQ(desk.quote({7, 2, 99, 1, 1, 101, 1}), (Texts{"rejected 2 duplicate_id"}));  // sides exchanged
  EXPECT_EQ(desk.quote({8, 1, 99, 1, 2, 101, 1}), (Texts{"rejected 1 duplicate_id"}));  // another's
  EXPECT_EQ(desk.quote({7, 1, 99, 1, 1, 101, 1}), (Texts{"rejected 1 bad_id"}));
  EXPECT_EQ(desk.levels(Side::buy), (Texts{"10@99 x1"}));
  desk.set_phase(Phase::halted);
  EXPECT_EQ(desk.quote(quote(1, 99, 1, 101)), (Texts{"rejected 1 phase"}));
  EXPECT_EQ(desk.quote(quote(0, 99, 0, 101)),
            (Texts{"cancelled 1 10 quote_replaced", "cancelled 2 10 quote_replaced"}));
}

}  // namespace
}  // namespace lockstep::matching
