// Orders that wait for a price: stops, touched orders, trailing stops, and what becomes of them. Every market
// is worked out by hand.
#include <gtest/gtest.h>

#include "tests/support/floor.h"

namespace lockstep {
namespace {

using test::bar;
using test::Floor;
using test::quote;
using test::trade;
using Told = std::vector<std::string>;

constexpr Side kBuy = Side::buy;
constexpr Side kSell = Side::sell;

// 99 x 50 against 101 x 50, last trade at 100.
Floor open_floor(sim::VenueRules rules = {}) {
  Floor floor(0, 0, {}, {test::plain_instrument()}, rules);
  floor.see(quote(100, 99, 50, 101, 50));
  floor.see(trade(101, 100, 1, kBuy));
  return floor;
}

test::Ask stop(Side side, Qty qty, Price trigger, TriggerSource source = TriggerSource::last) {
  return {.side = side, .qty = qty, .type = OrderType::stop, .trigger = trigger, .source = source};
}

test::Ask trailing(Side side, std::int64_t distance, TrailUnit unit,
                   TriggerSource source = TriggerSource::last) {
  return {.side = side,
          .qty = 1,
          .type = OrderType::trailing_stop,
          .trigger = distance,
          .trail = unit,
          .source = source};
}

TEST(Stop, a_buy_stop_waits_below_its_trigger_and_meets_the_market_after_the_trade_that_reaches_it) {
  Floor floor = open_floor();
  floor.submit(105, stop(kBuy, 5, 103));
  floor.see(trade(110, 102, 1, kBuy));
  floor.see(quote(111, 102, 50, 104, 50));
  EXPECT_EQ(floor.told(), Told{});
  floor.see(trade(120, 103, 1, kBuy));
  EXPECT_EQ(floor.told(), Told{}) << "it is known with the next event";
  floor.see(quote(130, 103, 50, 107, 50));
  EXPECT_EQ(floor.told(), (Told{"1 triggered", "1 buy 5 @ 104"})) << "the offer that stood after the trade";
  EXPECT_EQ(floor.answers().back().exch_ts_ns, 120);
}

TEST(Stop, a_sell_stop_triggers_at_or_below) {
  Floor floor = open_floor();
  floor.submit(105, stop(kSell, 5, 98));
  floor.see(trade(110, 97, 1, kSell));
  floor.see(quote(120, 96, 50, 98, 50));
  EXPECT_EQ(floor.told(), (Told{"1 triggered", "1 sell 5 @ 99"})) << "the bid shown when it triggered";
}

TEST(Stop, a_stop_limit_rests_at_its_limit_where_the_market_has_run_away) {
  Floor floor = open_floor();
  floor.submit(105, {.side = kBuy, .qty = 5, .price = 103, .type = OrderType::stop_limit, .trigger = 102});
  floor.see(trade(110, 105, 1, kBuy));
  floor.see(quote(111, 104, 50, 106, 50));
  EXPECT_EQ(floor.told(), (Told{"1 triggered", "1 buy 5 @ 101"}));
  Floor gone = open_floor();
  gone.submit(105, {.side = kBuy, .qty = 5, .price = 103, .type = OrderType::stop_limit, .trigger = 102});
  gone.see(quote(109, 104, 50, 106, 50));
  gone.see(trade(110, 105, 1, kBuy));
  gone.see(quote(111, 104, 50, 106, 50));
  EXPECT_EQ(gone.told(), (Told{"1 triggered"})) << "106 is beyond the limit of 103";
  gone.see(trade(120, 102, 5, kSell));
  EXPECT_EQ(gone.told(), (Told{"1 buy 5 @ 103 maker"}));
}

TEST(Stop, the_trigger_may_look_at_the_other_side_of_the_quote) {
  Floor floor = open_floor();
  floor.submit(105, stop(kBuy, 1, 103, TriggerSource::bid_ask));
  floor.see(trade(110, 104, 1, kBuy));
  floor.see(quote(111, 101, 50, 102, 50));
  EXPECT_EQ(floor.told(), Told{}) << "trades do not count";
  floor.see(quote(120, 102, 50, 103, 50));
  floor.see(quote(121, 102, 50, 103, 50));
  EXPECT_EQ(floor.told(), (Told{"1 triggered", "1 buy 1 @ 103"}));
}

TEST(Stop, the_trigger_may_look_at_the_mark) {
  Floor floor = open_floor();
  floor.submit(105, stop(kSell, 1, 95, TriggerSource::mark));
  floor.see(trade(110, 90, 1, kSell));
  Event mark = trade(120, 0, 0);
  mark.kind = Kind::mark;
  mark.detail = 0;
  mark.set(Mark{94, kNoPrice, -1, {}});
  floor.see(mark);
  EXPECT_EQ(floor.told(), Told{});
  floor.see(quote(121, 99, 50, 101, 50));
  EXPECT_EQ(floor.told(), (Told{"1 triggered", "1 sell 1 @ 99"}));
}

TEST(Stop, a_trigger_that_is_reached_already_is_refused_or_fires_by_the_venues_rule) {
  Floor strict = open_floor();
  strict.submit(105, stop(kBuy, 1, 100));
  strict.see(quote(110, 99, 50, 101, 50));
  EXPECT_EQ(strict.told(), (Told{"1 rejected bad_trigger"}));
  Floor lenient = open_floor({.reached_trigger = sim::ReachedTrigger::trigger});
  lenient.submit(105, stop(kBuy, 1, 100));
  lenient.see(quote(110, 99, 50, 101, 50));
  EXPECT_EQ(lenient.told(), (Told{"1 triggered", "1 buy 1 @ 101"}));
}

TEST(Touched, an_order_if_touched_triggers_in_our_favour) {
  Floor floor = open_floor();
  floor.submit(105, {.side = kBuy, .qty = 2, .type = OrderType::market_if_touched, .trigger = 98});
  floor.submit(105,
               {.side = kSell, .qty = 2, .price = 103, .type = OrderType::limit_if_touched, .trigger = 102});
  floor.see(trade(110, 98, 1, kSell));
  floor.see(quote(111, 97, 50, 99, 50));
  EXPECT_EQ(floor.told(), (Told{"1 triggered", "1 buy 2 @ 101"}));
  floor.see(trade(120, 102, 1, kBuy));
  floor.see(quote(121, 101, 50, 104, 50));
  EXPECT_EQ(floor.told(), (Told{"2 triggered"})) << "and rests at 103";
  floor.see(trade(130, 104, 2, kBuy));
  EXPECT_EQ(floor.told(), (Told{"2 sell 2 @ 103 maker"}));
}

TEST(Trailing, a_sell_stop_follows_the_highest_price_at_its_distance) {
  Floor floor = open_floor();
  floor.submit(105, trailing(kSell, 5, TrailUnit::price));
  for (const Price price : {102, 110, 107, 106}) floor.see(trade(110 + price, price, 1, kBuy));
  floor.see(quote(300, 104, 50, 108, 50));
  EXPECT_EQ(floor.told(), Told{}) << "the highest was 110, the trigger is 105";
  floor.see(trade(310, 105, 1, kSell));
  floor.see(quote(320, 103, 50, 108, 50));
  EXPECT_EQ(floor.told(), (Told{"1 triggered", "1 sell 1 @ 104"}));
}

TEST(Trailing, a_buy_stop_follows_the_lowest_price) {
  Floor floor = open_floor();
  floor.submit(105, trailing(kBuy, 4, TrailUnit::ticks));
  floor.see(trade(110, 90, 1, kSell));
  floor.see(trade(111, 93, 1, kBuy));
  floor.see(quote(112, 92, 50, 95, 50));
  EXPECT_EQ(floor.told(), Told{}) << "90 + 4 ticks of 1";
  floor.see(trade(120, 94, 1, kBuy));
  floor.see(quote(121, 92, 50, 96, 50));
  EXPECT_EQ(floor.told(), (Told{"1 triggered", "1 buy 1 @ 95"}));
}

TEST(Trailing, basis_points_are_of_the_best_price_seen) {
  Instrument instrument = test::plain_instrument();
  Floor floor(0, 0, {}, {instrument});
  floor.see(quote(100, 9'999, 50, 10'001, 50));
  floor.see(trade(101, 10'000, 1, kBuy));
  floor.submit(105, trailing(kSell, 100, TrailUnit::bps));  // 1%: trigger 9'900
  floor.see(trade(110, 20'000, 1, kBuy));                   // now 19'800
  floor.see(trade(111, 19'801, 1, kSell));
  floor.see(quote(112, 19'700, 50, 19'900, 50));
  EXPECT_EQ(floor.told(), Told{});
  floor.see(trade(120, 19'800, 1, kSell));
  floor.see(quote(121, 19'700, 50, 19'900, 50));
  EXPECT_EQ(floor.told(), (Told{"1 triggered", "1 sell 1 @ 19700"}));
}

TEST(Trailing, without_a_price_to_trail_it_is_refused) {
  Floor floor;
  floor.see(quote(100, 99, 50, 101, 50));
  floor.submit(105, trailing(kSell, 5, TrailUnit::price));
  floor.see(quote(110, 99, 50, 101, 50));
  EXPECT_EQ(floor.told(), (Told{"1 rejected no_reference_price"}));
}

TEST(Trailing, it_may_trail_the_bid) {
  Floor floor = open_floor();
  floor.submit(105, trailing(kSell, 3, TrailUnit::price, TriggerSource::bid_ask));
  floor.see(quote(110, 105, 50, 106, 50));
  floor.see(quote(120, 103, 50, 106, 50));
  floor.see(quote(121, 102, 50, 106, 50));
  EXPECT_EQ(floor.told(), Told{});
  floor.see(quote(130, 101, 50, 106, 50));
  EXPECT_EQ(floor.told(), (Told{"1 triggered", "1 sell 1 @ 102"})) << "105 - 3";
}

TEST(Waiting, an_order_that_waits_can_be_cancelled_and_replaced) {
  Floor floor = open_floor();
  const OrderId id = floor.submit(105, stop(kBuy, 5, 103));
  floor.replace(106, id, 105, 4);
  floor.see(trade(110, 103, 1, kBuy));
  floor.see(quote(111, 102, 50, 104, 50));
  EXPECT_EQ(floor.told(), (Told{"1 replaced"})) << "the trigger is 105 now";
  EXPECT_EQ(floor.answers().back().as<OrderReport>().price, 105);
  EXPECT_EQ(floor.answers().back().as<OrderReport>().leaves_qty, 4);
  floor.replace(112, id, 103, 4);
  floor.see(quote(113, 102, 50, 104, 50));
  EXPECT_EQ(floor.told(), (Told{"1 cancel_rejected bad_trigger"})) << "the last trade was at 103";
  floor.cancel(115, id);
  floor.see(quote(120, 102, 50, 104, 50));
  EXPECT_EQ(floor.told(), (Told{"1 cancelled requested"}));
  floor.see(trade(130, 110, 1, kBuy));
  floor.see(quote(140, 102, 50, 104, 50));
  EXPECT_EQ(floor.told(), Told{});
}

TEST(Waiting, a_cancel_that_arrives_after_the_trigger_meets_an_order_that_is_done) {
  Floor floor(10);
  floor.see(quote(100, 99, 50, 101, 50));
  floor.see(trade(101, 100, 1, kBuy));
  floor.submit(102, stop(kBuy, 5, 103));  // arrives at 112
  floor.see(trade(120, 103, 1, kBuy));
  floor.cancel(115, 1);  // arrives at 125, after the trigger of 120
  floor.see(quote(130, 99, 50, 101, 50));
  EXPECT_EQ(floor.told(), (Told{"1 triggered", "1 buy 5 @ 101", "1 cancel_rejected already_done"}));
}

TEST(Waiting, inside_a_bar_the_extreme_against_the_order_counts) {
  Floor floor;
  floor.see(bar(1'000 * kMinute, Bar{100, 102, 99, 101, 50}, {BarUnit::minute, 1, BarSide::trade}));
  floor.submit(1'000 * kMinute + 1, stop(kBuy, 5, 105));
  floor.see(bar(1'002 * kMinute, Bar{101, 106, 100, 103, 50}, {BarUnit::minute, 1, BarSide::trade}));
  EXPECT_EQ(floor.told(), Told{});
  floor.see(bar(1'003 * kMinute, Bar{104, 107, 103, 105, 50}, {BarUnit::minute, 1, BarSide::trade}));
  EXPECT_EQ(floor.told(), (Told{"1 triggered", "1 buy 5 @ 104"})) << "the open of the bar that follows";
}

TEST(Waiting, a_stop_that_reduces_only_ends_where_nothing_is_left_to_reduce) {
  Floor floor = open_floor();
  test::Ask guard = stop(kSell, 5, 98);
  guard.flags = kFlagReduceOnly;
  floor.submit(105, guard);
  floor.see(trade(110, 98, 1, kSell));
  floor.see(quote(120, 97, 50, 99, 50));
  EXPECT_EQ(floor.told(), (Told{"1 triggered", "1 cancelled reduce_only_would_increase"}));
}

TEST(MarketToLimit, it_takes_the_best_price_and_rests_there_with_the_remainder) {
  Floor floor = open_floor();
  floor.submit(105, {.side = kBuy, .qty = 60, .type = OrderType::market_to_limit});
  floor.see(quote(110, 99, 50, 103, 50));
  EXPECT_EQ(floor.told(), (Told{"1 buy 50 @ 101"}));
  floor.see(trade(120, 100, 20, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 10 @ 101 maker"}));
}

}  // namespace
}  // namespace lockstep
