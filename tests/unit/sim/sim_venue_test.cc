// When an order arrives, when its answer does, what it costs, and fills without a book: quotes, trades, bars.
#include "sim/sim_venue.h"

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

TEST(SimVenueTime, an_order_meets_the_book_as_it_was_at_its_arrival) {
  Floor floor(10);
  floor.see(quote(100, 99, 5, 101, 5));
  floor.submit(100, {kBuy, 1});  // arrives at 110
  floor.see(quote(109, 99, 5, 102, 5));
  EXPECT_TRUE(floor.told().empty());  // held: something stamped 110 may still come
  floor.see(quote(120, 99, 5, 103, 5));
  EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 102"}));
  EXPECT_EQ(floor.answers()[1].exch_ts_ns, 110);
}

TEST(SimVenueTime, an_event_stamped_exactly_at_the_arrival_goes_first) {
  Floor floor(10);
  floor.see(quote(100, 99, 5, 101, 5));
  floor.submit(100, {kBuy, 1});
  floor.see(quote(110, 99, 5, 102, 5));
  EXPECT_TRUE(floor.told().empty());
  floor.see(quote(111, 99, 5, 103, 5));
  EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 102"}));
}

TEST(SimVenueTime, it_is_exchange_time_that_decides_and_not_the_receipt) {
  Floor floor(10);
  floor.see(quote(100, 99, 5, 101, 5), 150);
  floor.submit(150, {kBuy, 1});               // arrives at 160
  floor.see(quote(155, 99, 5, 102, 5), 200);  // received later, but stamped earlier
  EXPECT_TRUE(floor.told().empty());
  floor.see(quote(161, 99, 5, 103, 5), 210);
  EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 102"}));
}

TEST(SimVenueTime, an_answer_comes_after_its_latency_and_not_before_the_event_that_decided_it) {
  Floor slow(10, 500);
  slow.see(quote(100, 99, 5, 101, 5));
  slow.submit(100, {kBuy, 1});
  slow.see(quote(120, 99, 5, 101, 5), 130);
  EXPECT_EQ(slow.answers()[1].recv_ts_ns, 610);
  Floor quick(10, 5);
  quick.see(quote(100, 99, 5, 101, 5));
  quick.submit(100, {kBuy, 1});
  quick.see(quote(120, 99, 5, 101, 5), 130);
  EXPECT_EQ(quick.answers()[1].exch_ts_ns, 110);
  EXPECT_EQ(quick.answers()[1].recv_ts_ns, 130);
}

TEST(SimVenueTime, a_resting_fill_is_stamped_by_the_event_that_met_it) {
  Floor floor(10, 7);
  floor.see(quote(100, 99, 5, 105, 5));
  floor.submit(100, {kBuy, 1, 100});
  floor.see(quote(120, 99, 5, 105, 5));
  floor.see(trade(130, 99, 5, kSell), 133);
  EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 100 maker"}));
  EXPECT_EQ(floor.answers().back().exch_ts_ns, 130);
  EXPECT_EQ(floor.answers().back().recv_ts_ns, 137);
}

TEST(SimVenueTime, answers_come_in_the_order_in_which_they_were_given) {
  Floor floor(0, 50);
  floor.see(quote(100, 99, 50, 101, 50));
  for (TimeNs ts_ns = 110; ts_ns < 150; ts_ns += 10) floor.submit(ts_ns, {kBuy, 1});
  floor.see(quote(200, 99, 50, 101, 50), 175);
  TimeNs last_ns = 0;
  ASSERT_EQ(floor.answers().size(), 8U);
  for (const Event& answer : floor.answers()) {
    EXPECT_GE(answer.recv_ts_ns, last_ns);
    last_ns = answer.recv_ts_ns;
  }
  EXPECT_EQ(last_ns, 190);
}

TEST(SimVenueTime, only_the_stream_of_its_own_venue_lets_an_order_arrive) {
  Floor floor(
      10, 0, {},
      {test::plain_instrument("A", "x"), test::plain_instrument("B", "y"), test::plain_instrument("C", "x")});
  floor.see(quote(100, 99, 5, 101, 5, 0));
  floor.submit(100, {kBuy, 1}, 0);
  floor.see(quote(200, 99, 5, 101, 5, 1));
  EXPECT_TRUE(floor.told().empty());
  floor.see(quote(200, 9, 5, 11, 5, 2));
  EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 101"}));
}

TEST(SimVenueTime, without_an_exchange_stamp_the_receipt_counts) {
  Floor floor(10);
  Event first = quote(100, 99, 5, 101, 5);
  first.exch_ts_ns = kNoTime;
  floor.see(first);
  floor.submit(100, {kBuy, 1});
  Event second = quote(111, 99, 5, 102, 5);
  second.exch_ts_ns = kNoTime;
  floor.see(second);
  EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 101"}));
}

TEST(SimVenueEnd, what_rests_and_what_is_on_its_way_expires) {
  Floor floor(10);
  floor.see(quote(100, 99, 5, 101, 5));
  floor.submit(100, {kBuy, 1, 90});
  floor.see(quote(120, 99, 5, 101, 5));
  floor.submit(120, {kBuy, 1});
  floor.cancel(120, 1);
  floor.finish(125);
  EXPECT_EQ(floor.told(), (Told{"2 expired end_of_session", "1 expired end_of_session"}));
  EXPECT_EQ(floor.answers().back().recv_ts_ns, 125);
}

TEST(SimVenueFees, a_fee_is_a_share_of_the_value_rounded_half_away_from_zero) {
  Instrument instrument = test::plain_instrument();
  EXPECT_EQ(sim::fee_of(instrument, 50'000, 3, 200'000).nanos(), 30'000'000'000);  // 2 bps of 150000
  EXPECT_EQ(sim::fee_of(instrument, 50'000, 3, -100'000).nanos(), -15'000'000'000);
  EXPECT_EQ(sim::fee_of(instrument, -50'000, 3, 200'000).nanos(), 30'000'000'000);  // of its magnitude
  EXPECT_EQ(sim::fee_of(instrument, 50'000, 3, 0).nanos(), 0);
  instrument.price_scale = 9;                                          // values of whole nanos
  EXPECT_EQ(sim::fee_of(instrument, 5, 1, 100'000'000).nanos(), 1);    // 0.5
  EXPECT_EQ(sim::fee_of(instrument, 4, 1, 100'000'000).nanos(), 0);    // 0.4
  EXPECT_EQ(sim::fee_of(instrument, 5, 1, -100'000'000).nanos(), -1);  // -0.5
  EXPECT_TRUE(sim::fee_of(test::plain_instrument(), INT64_MAX, 2, 1).overflowed());
}

TEST(SimVenueFees, takers_pay_and_makers_are_paid_their_rate) {
  Floor floor(0, 0, {-100'000, 400'000});  // rebate of 1 bp, fee of 4 bps
  floor.see(quote(100, 1000, 5, 1010, 5));
  floor.submit(110, {kBuy, 2});
  floor.submit(110, {kSell, 3, 1020});
  floor.see(quote(120, 1000, 5, 1010, 5));
  floor.see(trade(130, 1030, 9, kBuy));
  EXPECT_EQ(floor.told(), (Told{"1 buy 2 @ 1010", "2 sell 3 @ 1020 maker"}));
  EXPECT_EQ(floor.answers()[1].as<Fill>().fee_nanos, 808'000'000);   // 2020 x 0.0004
  EXPECT_EQ(floor.answers()[3].as<Fill>().fee_nanos, -306'000'000);  // 3060 x 0.0001
}

TEST(SimVenueQuotes, a_taker_gets_the_best_and_no_more) {
  Floor floor;
  floor.see(quote(100, 99, 5, 101, 5));
  floor.submit(110, {kBuy, 7, 103});
  floor.see(quote(120, 99, 5, 101, 5));
  floor.see(quote(121, 99, 5, 101, 6));  // one more than we took: it meets the rest of our order
  EXPECT_EQ(floor.told(), (Told{"1 buy 5 @ 101", "1 buy 1 @ 103 maker"}));
}

TEST(SimVenueQuotes, at_the_best_the_queue_is_known_and_behind_it_when_the_quote_gets_there) {
  Floor floor;
  floor.see(quote(100, 99, 5, 101, 5));
  floor.submit(110, {kBuy, 1, 99});
  floor.submit(110, {kBuy, 1, 98});
  floor.see(quote(120, 99, 5, 101, 5));
  floor.see(trade(130, 99, 6, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 99 maker"}));
  floor.see(trade(131, 98, 50, kSell));  // as long as the quote says 99, nobody knows who stands at 98
  EXPECT_TRUE(floor.told().empty());
  floor.see(quote(140, 98, 8, 101, 5));
  floor.see(trade(150, 98, 8, kSell));
  EXPECT_TRUE(floor.told().empty());
  floor.see(trade(151, 98, 1, kSell));
  EXPECT_EQ(floor.told(), (Told{"2 buy 1 @ 98 maker"}));
}

TEST(SimVenueQuotes, an_order_that_betters_the_quote_is_first) {
  Floor floor;
  floor.see(quote(100, 97, 5, 101, 5));
  floor.submit(110, {kBuy, 1, 99});
  floor.see(quote(120, 97, 5, 101, 5));
  floor.see(trade(130, 99, 1, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 99 maker"}));
}

TEST(SimVenueQuotes, when_the_quote_falls_behind_our_price_nobody_is_ahead_of_us) {
  Floor floor;
  floor.see(quote(100, 98, 5, 101, 5));
  floor.submit(110, {kBuy, 1, 98});
  floor.see(quote(120, 99, 5, 101, 5));  // our price is out of sight
  floor.see(quote(130, 97, 5, 101, 5));  // and shows nothing now
  floor.see(trade(140, 98, 1, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 98 maker"}));
}

TEST(SimVenueQuotes, an_offer_that_reaches_our_bid_fills_it) {
  Floor floor;
  floor.see(quote(100, 99, 5, 101, 5));
  floor.submit(110, {kBuy, 4, 99});
  floor.see(quote(120, 99, 5, 101, 5));
  floor.see(quote(130, 97, 5, 99, 3));
  EXPECT_EQ(floor.told(), (Told{"1 buy 3 @ 99 maker"}));
}

TEST(SimVenueTrades, a_market_order_takes_from_the_prints_after_its_arrival) {
  Floor floor;
  floor.see(trade(100, 50, 9));
  floor.submit(110, {kBuy, 5});
  floor.see(trade(120, 51, 3));
  floor.see(trade(121, 52, 3));
  EXPECT_EQ(floor.told(), (Told{"1 buy 3 @ 51", "1 buy 2 @ 52"}));
}

TEST(SimVenueTrades, a_limit_that_the_last_price_satisfies_takes_while_it_is_allowed_to) {
  Floor floor;
  floor.see(trade(100, 50, 9));
  floor.submit(110, {kBuy, 5, 51});
  floor.see(trade(120, 52, 3));
  floor.see(trade(121, 51, 3));
  floor.see(trade(122, 49, 9));
  EXPECT_EQ(floor.told(), (Told{"1 buy 3 @ 51", "1 buy 2 @ 49"}));
}

TEST(SimVenueTrades, another_limit_rests_and_is_filled_only_when_a_trade_goes_through_it) {
  Floor floor;
  floor.see(trade(100, 50, 9));
  floor.submit(110, {kBuy, 5, 48});
  floor.see(trade(120, 48, 90, kSell));
  EXPECT_TRUE(floor.told().empty());
  floor.see(trade(121, 47, 2, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 2 @ 48 maker"}));
}

TEST(SimVenueTrades, an_immediate_order_has_one_chance) {
  Floor floor;
  floor.see(trade(100, 50, 9));
  floor.submit(110, {kBuy, 5, 51, TimeInForce::ioc});
  floor.submit(110, {kBuy, 5, 40, TimeInForce::ioc});  // far below the market: it does not rest
  floor.submit(110, {kBuy, 5, 51, TimeInForce::fok});
  floor.see(trade(120, 51, 3));
  EXPECT_EQ(floor.told(), (Told{"1 buy 3 @ 51", "1 cancelled immediate_or_cancel",
                                "2 cancelled immediate_or_cancel", "3 cancelled fill_or_kill"}));
  floor.see(trade(121, 30, 99));
  EXPECT_TRUE(floor.told().empty());
}

TEST(SimVenueTrades, a_print_is_given_once) {
  Floor floor;
  floor.see(trade(100, 50, 9));
  floor.submit(110, {kBuy, 5});
  floor.submit(110, {kBuy, 5});
  floor.submit(110, {kBuy, 5, 49});
  floor.see(trade(120, 48, 12, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 5 @ 48", "2 buy 5 @ 48", "3 buy 2 @ 49 maker"}));
}

// Bars of one second; `s` counts their ends.
constexpr TimeNs s(int n) {
  return n * kSecond;
}

TEST(SimVenueBars, an_order_from_before_a_bar_gets_its_open_if_that_satisfies_it) {
  Floor floor;
  floor.see(bar(s(1), {50, 50, 50, 50, 9}));
  floor.submit(s(1), {kBuy, 2});
  floor.submit(s(1), {kBuy, 2, 53});
  floor.submit(s(1), {kSell, 2, 51});
  floor.see(bar(s(2), {52, 55, 49, 54, 90}));
  EXPECT_EQ(floor.told(), (Told{"1 buy 2 @ 52", "2 buy 2 @ 52", "3 sell 2 @ 52"}));
}

TEST(SimVenueBars, a_limit_gets_its_price_when_the_bar_goes_through_it) {
  Floor floor;
  floor.see(bar(s(1), {50, 50, 50, 50, 9}));
  floor.submit(s(1), {kBuy, 2, 49});
  floor.submit(s(1), {kBuy, 2, 48});
  floor.submit(s(1), {kSell, 2, 54});
  floor.see(bar(s(2), {52, 55, 48, 54, 90}));
  EXPECT_EQ(floor.told(), (Told{"1 buy 2 @ 49 maker", "3 sell 2 @ 54 maker"}));
}

TEST(SimVenueBars, an_order_that_arrives_inside_a_bar_can_only_get_its_close) {
  Floor floor(1);
  floor.see(bar(s(1), {50, 50, 50, 50, 9}));
  floor.submit(s(1), {kBuy, 2});
  floor.submit(s(1), {kBuy, 2, 54});
  floor.submit(s(1), {kBuy, 2, 53});  // the bar was there, but perhaps before we were
  floor.see(bar(s(2), {52, 55, 49, 54, 90}));
  EXPECT_EQ(floor.told(), (Told{"1 buy 2 @ 54", "2 buy 2 @ 54"}));
  floor.see(bar(s(3), {60, 61, 52, 60, 90}));
  EXPECT_EQ(floor.told(), (Told{"3 buy 2 @ 53 maker"}));
}

TEST(SimVenueBars, no_more_than_the_volume_is_given) {
  Floor floor;
  floor.see(bar(s(1), {50, 50, 50, 50, 9}));
  floor.submit(s(1), {kBuy, 5});
  floor.submit(s(1), {kBuy, 5});
  floor.see(bar(s(2), {52, 55, 49, 54, 7}));
  EXPECT_EQ(floor.told(), (Told{"1 buy 5 @ 52", "2 buy 2 @ 52"}));
  floor.see(bar(s(3), {56, 56, 56, 56, 7}));
  EXPECT_EQ(floor.told(), (Told{"2 buy 3 @ 56"}));
}

TEST(SimVenueBars, an_immediate_order_has_one_bar) {
  Floor floor;
  floor.see(bar(s(1), {50, 50, 50, 50, 9}));
  floor.submit(s(1), {kBuy, 5, 60, TimeInForce::ioc});
  floor.submit(s(1), {kBuy, 5, 60, TimeInForce::fok});
  floor.see(bar(s(2), {52, 55, 49, 54, 7}));
  EXPECT_EQ(floor.told(), (Told{"1 buy 5 @ 52", "2 cancelled fill_or_kill"}));
}

TEST(SimVenueBars, a_bar_of_bids_is_no_trade) {
  Floor floor;
  floor.see(bar(s(1), {50, 50, 50, 50, 9}));
  floor.submit(s(1), {kBuy, 5});
  floor.see(bar(s(2), {52, 55, 49, 54, 70}, {BarUnit::second, 1, BarSide::bid}));
  EXPECT_TRUE(floor.told().empty());
}

TEST(SimVenueState, a_restored_venue_goes_on_as_the_old_one) {
  const std::vector<Instrument> instruments = {test::plain_instrument()};
  sim::SimConfig config;
  config.fees = {{1, 2}};
  config.connection.order_latency = {LatencyKind::lognormal, 50, 1, 0};
  sim::SimVenue venue(instruments, config);
  sim::SimVenue restored(instruments, config);
  Books books(1);
  test::KeptAnswers first;
  test::KeptAnswers second;
  const auto show = [&](sim::SimVenue& each, const Event& event, test::KeptAnswers& answers) {
    each.on_market(event, {}, books, answers);
  };
  const auto send = [&](sim::SimVenue& each, TimeNs ts_ns, OrderId id, Price price,
                        test::KeptAnswers& answers) {
    Event event = trade(ts_ns, 0, 0);
    event.kind = Kind::submit;
    event.detail = static_cast<std::uint8_t>(kBuy);
    event.set(OrderInstruction{id, price, 7, 1, 0, kNoPrice});
    each.instruct(event, answers);
  };
  const Event opening = quote(100, 99, 5, 101, 5);
  show(venue, opening, first);
  books.apply(opening, {});
  send(venue, 100, 1, 99, first);
  send(venue, 101, 2, 101, first);
  show(venue, trade(5'000, 99, 2, kSell), first);  // one rests behind three, one took five of seven
  send(venue, 5'000, 3, 101, first);               // one is on its way

  StateVisitor saving = StateVisitor::saving();
  venue.visit(saving);
  const std::vector<std::uint8_t> bytes = saving.take();
  StateVisitor loading = StateVisitor::loading(bytes);
  restored.visit(loading);
  ASSERT_TRUE(loading.complete());
  first.events.clear();
  for (auto& [each, answers] : {std::pair{&venue, &first}, std::pair{&restored, &second}}) {
    show(*each, trade(9'000, 99, 5, kSell), *answers);
    send(*each, 9'000, 4, 102, *answers);
    show(*each, quote(20'000, 98, 5, 99, 50), *answers);
  }
  EXPECT_GE(first.events.size(), 6U);
  EXPECT_EQ(first.events, second.events);
}

}  // namespace
}  // namespace lockstep
