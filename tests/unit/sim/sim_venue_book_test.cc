// Fills against a book: what a taker gets, how a resting order moves up and when it is met.
#include <gtest/gtest.h>

#include "tests/support/floor.h"

namespace lockstep {
namespace {

using test::book;
using test::Floor;
using test::trade;
using Told = std::vector<std::string>;

constexpr Side kBuy = Side::buy;
constexpr Side kSell = Side::sell;

test::Entry snapshot(TimeNs ts_ns, const std::vector<Level>& bids, const std::vector<Level>& asks) {
  return book(ts_ns, BookAction::snapshot, bids, asks);
}
test::Entry diff(TimeNs ts_ns, const std::vector<Level>& bids, const std::vector<Level>& asks) {
  return book(ts_ns, BookAction::diff, bids, asks);
}
// Any later stamp: lets what was sent arrive.
test::Entry pulse(TimeNs ts_ns) {
  return diff(ts_ns, {}, {});
}

// 10 at 99, 20 at 98 against 5 at 101, 6 at 102, 7 at 103.
Floor open_floor() {
  Floor floor;
  floor.see(snapshot(100, {{99, 10}, {98, 20}}, {{101, 5}, {102, 6}, {103, 7}}));
  return floor;
}

TEST(SimVenueTaker, a_market_order_walks_the_levels_best_first) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 13});
  floor.see(pulse(120));
  EXPECT_EQ(floor.told(), (Told{"1 buy 5 @ 101", "1 buy 6 @ 102", "1 buy 2 @ 103"}));
  EXPECT_EQ(floor.answers()[0].kind, Kind::accepted);
  EXPECT_EQ(floor.answers()[1].kind, Kind::partially_filled);
  EXPECT_EQ(floor.answers()[1].as<Fill>().leaves_qty, 8);
  EXPECT_EQ(floor.answers()[3].kind, Kind::filled);
}

TEST(SimVenueTaker, what_the_book_cannot_give_a_market_order_is_cancelled) {
  Floor floor = open_floor();
  floor.submit(110, {kSell, 50});
  floor.see(pulse(120));
  EXPECT_EQ(floor.told(), (Told{"1 sell 10 @ 99", "1 sell 20 @ 98", "1 cancelled no_liquidity"}));
}

TEST(SimVenueTaker, a_limit_stops_at_its_price_and_rests_with_what_is_left) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 20, 102});
  floor.see(pulse(120));
  EXPECT_EQ(floor.told(), (Told{"1 buy 5 @ 101", "1 buy 6 @ 102"}));
  floor.see(trade(130, 101, 4, kSell));  // below our bid of 102
  EXPECT_EQ(floor.told(), (Told{"1 buy 4 @ 102 maker"}));
}

TEST(SimVenueTaker, immediate_or_cancel_takes_what_there_is) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 20, 101, TimeInForce::ioc});
  floor.submit(110, {kBuy, 20, 100, TimeInForce::ioc});
  floor.see(pulse(120));
  EXPECT_EQ(floor.told(),
            (Told{"1 buy 5 @ 101", "1 cancelled immediate_or_cancel", "2 cancelled immediate_or_cancel"}));
}

TEST(SimVenueTaker, fill_or_kill_takes_all_or_nothing) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 12, 102, TimeInForce::fok});
  floor.submit(110, {kBuy, 11, 102, TimeInForce::fok});
  floor.see(pulse(120));
  EXPECT_EQ(floor.told(), (Told{"1 cancelled fill_or_kill", "2 buy 5 @ 101", "2 buy 6 @ 102"}));
}

TEST(SimVenueTaker, post_only_is_rejected_where_it_would_cross) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 1, 101, TimeInForce::gtc, kFlagPostOnly});
  floor.submit(110, {kBuy, 1, 100, TimeInForce::gtc, kFlagPostOnly});
  floor.submit(110, {kSell, 1, 99, TimeInForce::gtc, kFlagPostOnly});
  floor.see(pulse(120));
  EXPECT_EQ(floor.told(), (Told{"1 rejected post_only_would_cross", "3 rejected post_only_would_cross"}));
}

TEST(SimVenueTaker, reduce_only_stops_at_a_flat_position) {
  Floor floor = open_floor();
  floor.submit(110, {kSell, 3, kNoPrice, TimeInForce::gtc, kFlagReduceOnly});  // nothing to reduce
  floor.submit(110, {kBuy, 4});
  floor.submit(110, {kBuy, 1, kNoPrice, TimeInForce::gtc, kFlagReduceOnly});  // would add
  floor.submit(110, {kSell, 9, 98, TimeInForce::gtc, kFlagReduceOnly});
  floor.see(pulse(120));
  EXPECT_EQ(floor.told(), (Told{"1 rejected reduce_only_would_increase", "2 buy 4 @ 101",
                                "3 rejected reduce_only_would_increase", "4 sell 4 @ 99",
                                "4 cancelled reduce_only_would_increase"}));
}

TEST(SimVenueTaker, a_resting_reduce_only_order_ends_when_another_flattens_the_position) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 4});
  floor.submit(110, {kSell, 4, 105, TimeInForce::gtc, kFlagReduceOnly});
  floor.submit(111, {kSell, 4});
  floor.see(pulse(120));
  EXPECT_EQ(floor.told(), (Told{"1 buy 4 @ 101", "3 sell 4 @ 99", "2 cancelled reduce_only_would_increase"}));
}

TEST(SimVenueTaker, fill_or_kill_and_reduce_only_fills_all_or_nothing_too) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 4});
  floor.submit(110, {kSell, 9, 98, TimeInForce::fok, kFlagReduceOnly});
  floor.submit(110, {kSell, 4, 98, TimeInForce::fok, kFlagReduceOnly});
  floor.see(pulse(120));
  EXPECT_EQ(floor.told(), (Told{"1 buy 4 @ 101", "2 cancelled fill_or_kill", "3 sell 4 @ 99"}));
}

TEST(SimVenueTaker, displayed_quantity_is_given_once_among_all_our_orders) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 3});
  floor.submit(110, {kBuy, 3});
  floor.see(pulse(120));
  EXPECT_EQ(floor.told(), (Told{"1 buy 3 @ 101", "2 buy 2 @ 101", "2 buy 1 @ 102"}));
  floor.see(diff(130, {}, {{101, 7}}));  // two more than before
  floor.submit(140, {kBuy, 3});
  floor.see(pulse(150));
  EXPECT_EQ(floor.told(), (Told{"3 buy 2 @ 101", "3 buy 1 @ 102"}));
  floor.see(diff(160, {}, {{101, 0}}));
  floor.see(diff(170, {}, {{101, 4}}));  // a new level
  floor.submit(180, {kBuy, 5});
  floor.see(pulse(190));
  EXPECT_EQ(floor.told(), (Told{"4 buy 4 @ 101", "4 buy 1 @ 102"}));
}

TEST(SimVenueQueue, an_order_joins_at_the_back_and_trades_shorten_the_queue) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 4, 99});
  floor.see(pulse(120));
  floor.see(trade(130, 99, 6, kSell));  // 4 still ahead
  floor.see(trade(131, 99, 3, kBuy));   // not against us
  floor.see(trade(132, 99, 3));         // nobody knows
  EXPECT_TRUE(floor.told().empty());
  floor.see(trade(133, 99, 5, kSell));  // 4 of them are ahead of us
  EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 99 maker"}));
  floor.see(trade(134, 99, 50, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 3 @ 99 maker"}));
}

TEST(SimVenueQueue, at_a_price_where_nobody_stands_it_is_first) {
  Floor floor = open_floor();
  floor.submit(110, {kSell, 4, 100});
  floor.see(pulse(120));
  floor.see(trade(130, 100, 3, kBuy));
  EXPECT_EQ(floor.told(), (Told{"1 sell 3 @ 100 maker"}));
}

TEST(SimVenueQueue, cancellations_are_spread_evenly_over_the_queue) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 4, 99});
  floor.see(diff(120, {{99, 40}}, {}));  // 10 ahead, 30 behind
  floor.see(diff(130, {{99, 20}}, {}));  // half of the queue went, 5 of them ahead
  floor.see(trade(140, 99, 6, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 99 maker"}));
}

TEST(SimVenueQueue, what_trades_explain_is_no_cancellation) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 4, 99});
  floor.see(diff(120, {{99, 50}}, {}));  // 10 ahead, 40 behind
  floor.see(trade(130, 99, 5, kSell));   // 5 ahead of 45
  floor.see(diff(131, {{99, 27}}, {}));  // 18 of 45 cancelled: 5 x 18 / 45 = 2 of them ahead of us
  floor.see(trade(140, 99, 3, kSell));   // exactly the 3 that are left
  EXPECT_TRUE(floor.told().empty());
  floor.see(trade(141, 99, 1, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 99 maker"}));
}

TEST(SimVenueQueue, the_queue_ahead_never_exceeds_what_the_level_shows) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 4, 99});
  floor.see(diff(120, {{99, 2}}, {}));
  floor.see(diff(121, {{99, 30}}, {}));  // those came later
  floor.see(trade(130, 99, 3, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 99 maker"}));
}

TEST(SimVenueQueue, after_a_clear_the_snapshot_bounds_the_queue) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 4, 99});
  floor.see(pulse(120));
  floor.see(book(121, BookAction::clear, {}, {}));
  floor.see(snapshot(122, {{99, 4}}, {{101, 5}}));
  floor.see(diff(123, {{99, 30}}, {}));
  floor.see(trade(130, 99, 5, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 99 maker"}));
}

TEST(SimVenueQueue, what_a_trade_gave_to_us_explains_the_level_as_well) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 5, 99});
  floor.see(diff(120, {{99, 20}}, {}));
  floor.submit(121, {kBuy, 5, 99});
  floor.see(diff(125, {{99, 40}}, {}));  // 20 ahead of the second, and our first order among them
  floor.see(
      trade(130, 99, 15, kSell));  // 10 that were there, 5 for the first: 10 are left ahead of the second
  EXPECT_EQ(floor.told(), (Told{"1 buy 5 @ 99 maker"}));
  floor.see(diff(131, {{99, 25}}, {}));  // 15 less, all of them traded: nobody cancelled
  floor.see(trade(140, 99, 10, kSell));
  EXPECT_TRUE(floor.told().empty());
  floor.see(trade(141, 99, 1, kSell));
  EXPECT_EQ(floor.told(), (Told{"2 buy 1 @ 99 maker"}));
}

TEST(SimVenueQueue, beyond_the_last_level_the_queue_is_learned_when_it_shows) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 4, 90});
  floor.see(diff(120, {{90, 8}}, {}));
  floor.see(trade(130, 90, 9, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 90 maker"}));
}

TEST(SimVenueQueue, a_snapshot_keeps_our_place) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 1, 99});
  floor.submit(110, {kBuy, 1, 98});
  floor.submit(110, {kBuy, 1, 99});
  floor.see(snapshot(120, {{99, 12}, {98, 20}}, {{101, 5}}));
  floor.see(snapshot(130, {{99, 6}, {98, 20}},
                     {{101, 5}}));  // 6 of 12 cancelled: 10 ahead become 5, for each of ours once
  floor.see(trade(140, 99, 5, kSell));
  EXPECT_TRUE(floor.told().empty());
  floor.see(trade(141, 99, 2, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 99 maker", "3 buy 1 @ 99 maker"}));
}

TEST(SimVenueQueue, a_trade_through_our_price_fills_us_at_our_price) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 4, 99});
  floor.see(pulse(120));
  floor.see(trade(130, 98, 3, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 3 @ 99 maker"}));
}

TEST(SimVenueQueue, a_print_is_shared_better_prices_first_then_by_arrival) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 2, 98});
  floor.submit(110, {kBuy, 2, 100});
  floor.submit(110, {kBuy, 2, 99});
  floor.submit(110, {kBuy, 2, 99});
  floor.see(pulse(120));
  floor.see(trade(130, 97, 7, kSell));
  EXPECT_EQ(floor.told(),
            (Told{"2 buy 2 @ 100 maker", "3 buy 2 @ 99 maker", "4 buy 2 @ 99 maker", "1 buy 1 @ 98 maker"}));
}

TEST(SimVenueQueue, two_of_ours_at_one_price_are_not_given_the_same_print) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 4, 99});
  floor.submit(110, {kBuy, 4, 99});
  floor.see(pulse(120));
  floor.see(trade(130, 99, 15, kSell));  // 10 ahead, 4 for the first, 1 for the second
  EXPECT_EQ(floor.told(), (Told{"1 buy 4 @ 99 maker", "2 buy 1 @ 99 maker"}));
}

TEST(SimVenueQueue, an_opposite_level_at_or_through_our_price_fills_us_up_to_its_quantity) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 4, 99});
  floor.submit(110, {kBuy, 4, 100});
  floor.see(pulse(120));
  floor.see(diff(130, {}, {{99, 5}}));
  EXPECT_EQ(floor.told(), (Told{"2 buy 4 @ 100 maker", "1 buy 1 @ 99 maker"}));
  floor.see(diff(131, {}, {{99, 5}}));  // the same five
  EXPECT_TRUE(floor.told().empty());
  floor.see(diff(132, {}, {{99, 7}}));
  EXPECT_EQ(floor.told(), (Told{"1 buy 2 @ 99 maker"}));
}

TEST(SimVenueQueue, our_own_orders_do_not_trade_with_each_other) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 4, 100});
  floor.submit(110, {kSell, 4, 100});
  floor.submit(110, {kSell, 4, 100, TimeInForce::gtc, kFlagPostOnly});
  floor.see(pulse(120));
  floor.see(pulse(121));
  EXPECT_TRUE(floor.told().empty());
}

TEST(SimVenueReplace, less_at_the_same_price_keeps_the_place) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 4, 99});
  floor.see(trade(120, 99, 8, kSell));  // 2 ahead
  floor.replace(125, 1, 99, 3);
  floor.see(pulse(130));
  EXPECT_EQ(floor.told(), (Told{"1 replaced"}));
  floor.see(trade(140, 99, 5, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 3 @ 99 maker"}));
}

TEST(SimVenueReplace, more_or_another_price_goes_to_the_back) {
  for (const bool is_larger : {true, false}) {
    Floor floor = open_floor();
    floor.submit(110, {kBuy, 4, is_larger ? 99 : 98});
    floor.see(trade(120, is_larger ? 99 : 98, 8, kSell));
    floor.replace(125, 1, 99, is_larger ? 5 : 4);
    floor.see(pulse(130));
    EXPECT_EQ(floor.told(), (Told{"1 replaced"}));
    floor.see(trade(140, 99, 10, kSell));  // as many as are shown there
    EXPECT_TRUE(floor.told().empty());
    floor.see(trade(141, 99, 1, kSell));
    EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 99 maker"}));
  }
}

TEST(SimVenueReplace, to_a_price_that_crosses_it_takes_unless_it_is_post_only) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 4, 99});
  floor.submit(110, {kBuy, 4, 99, TimeInForce::gtc, kFlagPostOnly});
  floor.see(pulse(120));
  floor.replace(125, 1, 101, 4);
  floor.replace(125, 2, 101, 4);
  floor.see(pulse(130));
  EXPECT_EQ(floor.told(), (Told{"1 replaced", "1 buy 4 @ 101", "2 cancel_rejected post_only_would_cross"}));
  floor.see(trade(140, 98, 9, kSell));  // the second still stands at 99
  EXPECT_EQ(floor.told(), (Told{"2 buy 4 @ 99 maker"}));
}

TEST(SimVenueReplace, less_at_the_same_price_is_no_crossing_even_where_offers_show) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 9, 99, TimeInForce::gtc, kFlagPostOnly});
  floor.see(pulse(120));
  floor.see(diff(121, {}, {{99, 5}}));
  floor.replace(125, 1, 99, 8);
  floor.see(pulse(130));
  EXPECT_EQ(floor.told(), (Told{"1 buy 5 @ 99 maker", "1 replaced"}));
}

TEST(SimVenueReplace, below_what_is_filled_it_ends_the_order) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 7, 101});
  floor.see(pulse(120));
  floor.replace(125, 1, 101, 5);
  floor.see(pulse(130));
  EXPECT_EQ(floor.told(), (Told{"1 buy 5 @ 101", "1 cancelled requested"}));
}

TEST(SimVenueCancel, it_ends_what_rests_and_is_refused_after_the_fill) {
  Floor floor = open_floor();
  floor.submit(110, {kBuy, 4, 99});
  floor.submit(110, {kBuy, 1});
  floor.see(pulse(120));
  floor.cancel(125, 1);
  floor.cancel(125, 2);
  floor.cancel(125, 77);
  floor.see(pulse(130));
  EXPECT_EQ(floor.told(), (Told{"2 buy 1 @ 101", "1 cancelled requested", "2 cancel_rejected already_done",
                                "77 cancel_rejected already_done"}));
}

TEST(SimVenueCancel, one_that_arrives_after_the_fill_lost_the_race) {
  Floor floor(10);
  floor.see(snapshot(100, {{99, 10}}, {{101, 5}}));
  floor.submit(100, {kBuy, 4, 100});
  floor.see(pulse(120));
  floor.cancel(125, 1);  // arrives at 135
  floor.see(trade(130, 100, 9, kSell));
  floor.see(pulse(140));
  EXPECT_EQ(floor.told(), (Told{"1 buy 4 @ 100 maker", "1 cancel_rejected already_done"}));
}

TEST(SimVenueMarket, a_closed_market_takes_no_new_order) {
  for (const TradingStatus closed :
       {TradingStatus::halted, TradingStatus::closed, TradingStatus::not_available}) {
    Floor floor = open_floor();
    floor.see(test::status(105, closed));
    floor.submit(110, {kBuy, 4, 99});
    floor.see(test::status(120, TradingStatus::trading));
    floor.submit(130, {kBuy, 1});
    floor.see(pulse(140));
    EXPECT_EQ(floor.told(), (Told{"1 rejected market_closed", "2 buy 1 @ 101"}));
  }
}

TEST(SimVenueMarket, a_book_that_cannot_be_trusted_takes_no_new_order_until_its_snapshot) {
  Floor floor = open_floor();
  floor.see(test::gap(105));
  floor.submit(110, {kBuy, 4});
  floor.see(diff(120, {}, {{101, 3}}));
  floor.see(snapshot(130, {{99, 1}}, {{101, 2}}));
  floor.submit(140, {kBuy, 2});
  floor.see(pulse(150));
  EXPECT_EQ(floor.told(), (Told{"1 rejected book_unsafe", "2 buy 2 @ 101"}));
}

TEST(SimVenueMarket, without_a_trusted_book_the_quote_stands_in) {
  Floor floor = open_floor();
  floor.see(test::quote(102, 97, 5, 104, 2));
  floor.see(test::gap(105));
  floor.submit(110, {kBuy, 4});
  floor.see(pulse(120));
  EXPECT_EQ(floor.told(), (Told{"1 buy 2 @ 104", "1 cancelled no_liquidity"}));
}

}  // namespace
}  // namespace lockstep
