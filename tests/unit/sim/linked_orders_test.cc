// Orders that depend on each other, quotes, cancel-all, and what ends by the clock or by the market's phase.
#include <gtest/gtest.h>

#include "tests/support/floor.h"

namespace lockstep {
namespace {

using test::Floor;
using test::quote;
using test::status;
using test::trade;
using Told = std::vector<std::string>;

constexpr Side kBuy = Side::buy;
constexpr Side kSell = Side::sell;
constexpr TimeNs kSomeDay = 20'000 * kDay;  // midnight

Floor open_floor(sim::VenueRules rules = {}, TimeNs ts_ns = 100) {
  Floor floor(0, 0, {}, {test::plain_instrument()}, rules);
  floor.see(quote(ts_ns, 99, 50, 101, 50));
  floor.see(trade(ts_ns + 1, 100, 1, kBuy));
  return floor;
}

Event auction_print(TimeNs ts_ns, Price price, Qty qty, char cross) {
  Event event = trade(ts_ns, price, qty);
  event.flags = kFlagAuction;
  event.set(Trade{price, qty, 0, 0, static_cast<std::uint64_t>(cross)});
  return event;
}

test::Ask linked(Side side, Qty qty, Price price, Contingency contingency, std::uint64_t link) {
  return {.side = side, .qty = qty, .price = price, .contingency = contingency, .link = link};
}

TEST(OneCancelsOther, the_first_fill_ends_the_others_before_anything_else_can_fill) {
  Floor floor = open_floor();
  floor.submit(105, linked(kBuy, 5, 98, Contingency::oco, 7));
  floor.submit(105, linked(kBuy, 5, 97, Contingency::oco, 7));
  floor.submit(105, linked(kBuy, 5, 97, Contingency::oco, 8));
  floor.see(quote(106, 99, 50, 101, 50));
  floor.see(trade(110, 96, 100, kSell));  // goes through all three
  EXPECT_EQ(floor.told(), (Told{"1 buy 5 @ 98 maker", "2 cancelled other_executed", "3 buy 5 @ 97 maker"}));
}

TEST(OneCancelsOther, a_partial_fill_ends_the_others_too) {
  Floor floor = open_floor();
  floor.submit(105, linked(kBuy, 5, 98, Contingency::oco, 7));
  floor.submit(105, {.side = kBuy,
                     .qty = 5,
                     .type = OrderType::stop,
                     .trigger = 110,
                     .contingency = Contingency::oco,
                     .link = 7});
  floor.see(quote(106, 99, 50, 101, 50));
  floor.see(trade(110, 97, 2, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 2 @ 98 maker", "2 cancelled other_executed"}));
}

TEST(OneTriggersOther, it_sleeps_until_the_first_has_filled_and_works_with_what_that_filled) {
  Floor floor = open_floor();
  const OrderId first = floor.submit(105, {kBuy, 5, 98});
  floor.submit(105, linked(kSell, 9, 100, Contingency::oto, first));
  floor.see(quote(106, 99, 50, 101, 50));
  floor.see(trade(107, 102, 50, kBuy));
  EXPECT_EQ(floor.told(), Told{}) << "a sell at 100 would have filled, but it sleeps";
  floor.see(trade(110, 97, 2, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 2 @ 98 maker"}));
  floor.see(trade(111, 97, 3, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 3 @ 98 maker", "2 replaced"})) << "5 filled, so 5 of the 9 work";
  floor.see(quote(112, 99, 50, 101, 50));
  floor.see(trade(113, 101, 50, kBuy));
  EXPECT_EQ(floor.told(), (Told{"2 sell 5 @ 100 maker"}));
}

TEST(OneTriggersOther, it_ends_with_a_parent_that_ends_unfilled) {
  Floor floor = open_floor();
  const OrderId first = floor.submit(105, {kBuy, 5, 98});
  floor.submit(105, linked(kSell, 5, 100, Contingency::oto, first));
  floor.cancel(106, first);
  floor.see(quote(110, 99, 50, 101, 50));
  EXPECT_EQ(floor.told(), (Told{"1 cancelled requested", "2 cancelled parent_done"}));
}

TEST(OneTriggersOther, a_parent_that_was_done_before_it_arrived_counts_as_it_ended) {
  Floor floor = open_floor();
  const OrderId filled = floor.submit(105, {kBuy, 5});
  floor.submit(106, linked(kSell, 5, 100, Contingency::oto, filled));
  floor.submit(107, linked(kSell, 5, 100, Contingency::oto, 999));
  floor.see(quote(110, 99, 50, 101, 50));
  EXPECT_EQ(floor.told(), (Told{"1 buy 5 @ 101", "3 cancelled bad_link"}));
  floor.see(quote(111, 99, 50, 101, 50));
  floor.see(trade(112, 101, 5, kBuy));
  EXPECT_EQ(floor.told(), (Told{"2 sell 5 @ 100 maker"}));
}

TEST(Bracket, profit_and_loss_wake_together_and_the_one_ends_the_other) {
  Floor floor = open_floor();
  const OrderId entry = floor.submit(105, {kBuy, 5});
  floor.submit(105, linked(kSell, 5, 104, Contingency::bracket, entry));
  floor.submit(105, {.side = kSell,
                     .qty = 5,
                     .type = OrderType::stop,
                     .trigger = 95,
                     .contingency = Contingency::bracket,
                     .link = entry});
  floor.see(quote(110, 99, 50, 101, 50));
  EXPECT_EQ(floor.told(), (Told{"1 buy 5 @ 101"}));
  floor.see(quote(111, 99, 50, 101, 50));
  floor.see(trade(112, 95, 1, kSell));
  floor.see(quote(113, 94, 50, 96, 50));
  EXPECT_EQ(floor.told(), (Told{"3 triggered", "3 sell 5 @ 99", "2 cancelled other_executed"}));
}

TEST(Bracket, the_profit_ends_the_stop) {
  Floor floor = open_floor();
  const OrderId entry = floor.submit(105, {kBuy, 5});
  floor.submit(105, linked(kSell, 5, 104, Contingency::bracket, entry));
  floor.submit(105, {.side = kSell,
                     .qty = 5,
                     .type = OrderType::stop,
                     .trigger = 95,
                     .contingency = Contingency::bracket,
                     .link = entry});
  floor.see(quote(110, 99, 50, 101, 50));
  floor.see(quote(111, 99, 50, 101, 50));
  floor.told();
  floor.see(trade(112, 105, 9, kBuy));
  EXPECT_EQ(floor.told(), (Told{"2 sell 5 @ 104 maker", "3 cancelled other_executed"}));
  floor.see(trade(113, 90, 9, kSell));
  floor.see(quote(114, 89, 50, 91, 50));
  EXPECT_EQ(floor.told(), Told{});
}

TEST(CancelAll, every_order_of_the_strategy_ends_by_one_message) {
  Floor floor = open_floor();
  floor.submit(105, {kBuy, 5, 98});
  floor.submit(105, {.side = kBuy, .qty = 5, .type = OrderType::stop, .trigger = 110});
  floor.cancel_all(106);
  floor.submit(107, {kBuy, 5, 97});
  floor.see(quote(110, 99, 50, 101, 50));
  EXPECT_EQ(floor.told(), (Told{"1 cancelled requested", "2 cancelled requested"}));
  floor.see(trade(111, 96, 5, kSell));
  EXPECT_EQ(floor.told(), (Told{"3 buy 5 @ 97 maker"}));
}

TEST(MassQuote, a_new_quote_takes_the_place_of_the_old_one) {
  Floor floor = open_floor();
  floor.quote(105, {99, 10}, {103, 10});
  floor.see(quote(106, 99, 50, 101, 50));
  EXPECT_EQ(floor.told(), Told{});
  floor.quote(107, {98, 10}, {102, 0});
  floor.see(quote(108, 99, 50, 101, 50));
  EXPECT_EQ(floor.told(), (Told{"1 cancelled quote_replaced", "2 cancelled quote_replaced"}));
  floor.see(trade(110, 97, 4, kSell));
  EXPECT_EQ(floor.told(), (Told{"3 buy 4 @ 98 maker"}));
}

TEST(MassQuote, the_same_price_and_no_more_size_keeps_the_place_in_the_queue) {
  Floor floor = open_floor();
  floor.quote(105, {99, 10}, {103, 0});
  floor.see(trade(106, 99, 50, kSell));  // all that stood before us
  floor.see(quote(107, 99, 40, 101, 50));
  floor.quote(108, {99, 8}, {103, 0});  // keeps its place
  floor.see(quote(109, 99, 80, 101, 50));
  floor.told();
  floor.see(trade(110, 99, 5, kSell));
  EXPECT_EQ(floor.told(), (Told{"3 buy 5 @ 99 maker"}));
  floor.quote(111, {99, 9}, {103, 0});  // asks for more: to the back
  floor.see(quote(112, 99, 75, 101, 50));
  floor.told();
  floor.see(trade(113, 99, 5, kSell));
  EXPECT_EQ(floor.told(), Told{});
}

TEST(TimeInForce, a_dated_order_ends_before_the_first_event_stamped_at_its_time_or_later) {
  Floor floor = open_floor();
  floor.submit(105,
               {.side = kBuy, .qty = 5, .price = 98, .time_in_force = TimeInForce::gtd, .expire_ts_ns = 120});
  floor.see(trade(119, 97, 1, kSell));
  floor.see(trade(120, 97, 9, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 98 maker", "1 expired time_in_force"}));
  EXPECT_EQ(floor.answers().back().exch_ts_ns, 120);
  floor.submit(130,
               {.side = kBuy, .qty = 5, .price = 98, .time_in_force = TimeInForce::gtd, .expire_ts_ns = 125});
  floor.see(quote(131, 99, 50, 101, 50));
  EXPECT_EQ(floor.told(), (Told{"2 rejected bad_expiry"}));
}

TEST(TimeInForce, a_day_order_ends_with_the_venues_day) {
  Floor floor = open_floor({.day_end_ns = 16 * kHour}, kSomeDay + 10 * kHour);
  floor.submit(kSomeDay + 11 * kHour,
               {.side = kBuy, .qty = 5, .price = 98, .time_in_force = TimeInForce::day});
  floor.submit(kSomeDay + 17 * kHour,
               {.side = kBuy, .qty = 5, .price = 97, .time_in_force = TimeInForce::day});
  floor.see(quote(kSomeDay + 18 * kHour, 99, 50, 101, 50));
  EXPECT_EQ(floor.told(), (Told{"1 expired time_in_force"}));
  EXPECT_EQ(floor.answers().back().as<OrderReport>().order_id, 2U) << "the second one is accepted";
  floor.see(quote(kSomeDay + kDay + 15 * kHour, 99, 50, 101, 50));
  EXPECT_EQ(floor.told(), Told{});
  floor.see(quote(kSomeDay + kDay + 16 * kHour, 99, 50, 101, 50));
  EXPECT_EQ(floor.told(), (Told{"2 expired time_in_force"}));
}

TEST(TimeInForce, a_day_order_ends_when_the_market_closes) {
  Floor floor = open_floor();
  floor.submit(105, {.side = kBuy, .qty = 5, .price = 98, .time_in_force = TimeInForce::day});
  floor.submit(105, {kBuy, 5, 97});
  floor.see(quote(106, 99, 50, 101, 50));
  floor.see(status(110, TradingStatus::closed));
  EXPECT_EQ(floor.told(), (Told{"1 expired time_in_force"}));
  floor.submit(111, {kBuy, 1, 98});
  floor.see(quote(112, 99, 50, 101, 50));
  EXPECT_EQ(floor.told(), (Told{"3 rejected market_closed"}));
}

TEST(Auction, an_order_at_the_open_takes_part_in_the_uncross_and_ends_with_it) {
  Floor floor;
  floor.see(status(100, TradingStatus::pre_open));
  floor.submit(101, {.side = kBuy, .qty = 5, .price = 100, .time_in_force = TimeInForce::at_open});
  floor.submit(101, {.side = kBuy, .qty = 5, .price = 98, .time_in_force = TimeInForce::at_open});
  floor.submit(101, {.side = kSell, .qty = 4, .time_in_force = TimeInForce::at_close});
  floor.see(status(102, TradingStatus::auction));
  floor.see(auction_print(110, 99, 100, 'O'));
  EXPECT_EQ(floor.told(), (Told{"1 buy 5 @ 99"}));
  floor.see(status(111, TradingStatus::trading));
  EXPECT_EQ(floor.told(), (Told{"2 expired time_in_force"})) << "99 was above its limit of 98";
  floor.see(auction_print(200, 101, 3, 'C'));
  EXPECT_EQ(floor.told(), (Told{"3 sell 3 @ 101"})) << "no more than the auction traded";
  floor.see(status(201, TradingStatus::closed));
  EXPECT_EQ(floor.told(), (Told{"3 expired time_in_force"}));
}

TEST(Auction, an_order_that_rests_at_a_better_price_trades_at_the_price_of_the_auction) {
  Floor floor = open_floor();
  floor.submit(105, {kBuy, 5, 98});
  floor.submit(105, {kBuy, 5, 97});
  floor.see(quote(106, 99, 50, 101, 50));
  floor.see(auction_print(110, 97, 100, 'H'));
  EXPECT_EQ(floor.told(), (Told{"1 buy 5 @ 97"})) << "at its own price the queue is unknown";
}

TEST(SelfTradePrevention, each_mode_ends_what_it_says) {
  using sim::SelfTrade;
  const auto told_by = [](SelfTrade mode, Qty resting, Qty arriving) {
    Floor floor(0, 0, {}, {test::plain_instrument()}, {.self_trade = mode});
    floor.see(quote(100, 90, 50, 110, 50));
    floor.submit(101, {kSell, resting, 100});
    floor.submit(102, {kBuy, arriving, 100});
    floor.see(quote(103, 90, 50, 110, 50));
    return floor.told();
  };
  EXPECT_EQ(told_by(SelfTrade::none, 5, 5), Told{});
  EXPECT_EQ(told_by(SelfTrade::cancel_newest, 5, 5), (Told{"2 cancelled self_trade"}));
  EXPECT_EQ(told_by(SelfTrade::cancel_oldest, 5, 5), (Told{"1 cancelled self_trade"}));
  EXPECT_EQ(told_by(SelfTrade::cancel_both, 5, 5),
            (Told{"1 cancelled self_trade", "2 cancelled self_trade"}));
  EXPECT_EQ(told_by(SelfTrade::decrement, 5, 3), (Told{"2 cancelled self_trade", "1 replaced self_trade"}));
  EXPECT_EQ(told_by(SelfTrade::decrement, 3, 5), (Told{"1 cancelled self_trade", "2 replaced self_trade"}));
  EXPECT_EQ(told_by(SelfTrade::decrement, 3, 3), (Told{"1 cancelled self_trade", "2 cancelled self_trade"}));
}

TEST(SelfTradePrevention, an_order_that_finds_enough_at_better_prices_does_not_meet_our_own) {
  Floor floor(0, 0, {}, {test::plain_instrument()}, {.self_trade = sim::SelfTrade::cancel_newest});
  floor.see(quote(100, 90, 50, 95, 50));
  floor.submit(101, {kSell, 5, 100});
  floor.submit(102, {kBuy, 50, 100});
  floor.submit(103, {kBuy, 1, 100});
  floor.see(quote(104, 90, 50, 95, 50));
  EXPECT_EQ(floor.told(), (Told{"2 buy 50 @ 95", "3 cancelled self_trade"}));
}

}  // namespace
}  // namespace lockstep
