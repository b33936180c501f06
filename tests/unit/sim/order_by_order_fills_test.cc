// Our orders among those of an order-by-order feed.
#include <gtest/gtest.h>

#include "tests/support/floor.h"

namespace lockstep {
namespace {

using test::Floor;
using Told = std::vector<std::string>;
using Type = OrderActionType;

constexpr Side kBuy = Side::buy;
constexpr Side kSell = Side::sell;

Event action(TimeNs ts_ns, Type type, std::uint64_t id, Side side, Price price, Qty qty,
             std::uint32_t venue_flags = 0) {
  Event event;
  event.recv_ts_ns = ts_ns;
  event.exch_ts_ns = ts_ns;
  event.instrument = 0;
  event.kind = Kind::order_action;
  event.detail = static_cast<std::uint8_t>(type);
  event.set(OrderAction{id, price, qty, 0, static_cast<std::uint32_t>(side), venue_flags});
  return event;
}

Event snapshot_add(TimeNs ts_ns, std::uint64_t id, Side side, Price price, Qty qty) {
  Event event = action(ts_ns, Type::add, id, side, price, qty);
  event.flags = kFlagVenueSnapshot;
  return event;
}

Floor floor_with(sim::QueueModelKind kind) {
  sim::FillRules fills;
  fills.queue.kind = kind;
  return Floor(0, 0, {}, {test::plain_instrument()}, {}, fills);
}

// Bids at 99: order 1 of 10, order 2 of 5; an offer of 8 at 101. Our bid of 4 at 99 comes next, then order 3.
Floor queue_floor(sim::QueueModelKind kind = sim::QueueModelKind::exact,
                  const test::Ask& ask = {kBuy, 4, 99}) {
  Floor floor = floor_with(kind);
  floor.see(action(100, Type::add, 1, kBuy, 99, 10));
  floor.see(action(101, Type::add, 2, kBuy, 99, 5));
  floor.see(action(102, Type::add, 9, kSell, 101, 8));
  floor.submit(110, ask);
  floor.see(action(120, Type::add, 3, kBuy, 99, 6));
  return floor;
}

TEST(ExactQueue, an_execution_behind_us_would_have_met_us_first) {
  Floor floor = queue_floor();
  floor.see(action(130, Type::execute, 3, kBuy, 99, 3));
  EXPECT_EQ(floor.told(), (Told{"1 buy 3 @ 99 maker"}));
  floor.see(action(140, Type::execute, 3, kBuy, 99, 3));
  EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 99 maker"}));
}

TEST(ExactQueue, executions_and_cancels_ahead_do_not_fill_us) {
  Floor floor = queue_floor();
  floor.see(action(130, Type::execute, 1, kBuy, 99, 10));
  floor.see(action(131, Type::cancel, 2, kBuy, 99, 5));
  floor.see(action(132, Type::cancel, 3, kBuy, 99, 6));
  EXPECT_EQ(floor.told(), Told{});
}

TEST(ExactQueue, a_modify_that_keeps_its_place_stays_ahead_and_one_that_loses_it_goes_behind) {
  Floor floor = queue_floor();
  floor.see(action(130, Type::modify, 1, kBuy, 99, 7));
  floor.see(action(131, Type::execute, 1, kBuy, 99, 2));
  EXPECT_EQ(floor.told(), Told{});
  floor.see(action(132, Type::modify, 1, kBuy, 99, 30));
  floor.see(action(133, Type::execute, 1, kBuy, 99, 2));
  EXPECT_EQ(floor.told(), (Told{"1 buy 2 @ 99 maker"}));
}

TEST(ExactQueue, whoever_trades_at_a_worse_price_would_have_met_us_first) {
  Floor floor = queue_floor();
  floor.see(action(130, Type::add, 4, kBuy, 98, 50));
  floor.see(action(131, Type::execute, 4, kBuy, 98, 1));
  EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 99 maker"}));
}

TEST(ExactQueue, an_order_that_crosses_us_fills_us_up_to_its_size) {
  Floor floor = queue_floor();
  floor.see(action(130, Type::add, 4, kSell, 98, 3));
  EXPECT_EQ(floor.told(), (Told{"1 buy 3 @ 99 maker"}));
}

TEST(ExactQueue, a_report_of_an_execution_is_counted_once) {
  // Databento: a print, its fills, then cancels that change the book.
  Floor floor = queue_floor();
  floor.see(action(130, Type::trade, 0, kSell, 98, 20, kDoesNotChangeBook));  // through our price
  EXPECT_EQ(floor.told(), (Told{"1 buy 4 @ 99 maker"}));
  floor.submit(131, {kBuy, 7, 99});
  floor.see(action(132, Type::execute, 3, kBuy, 99, 4, kDoesNotChangeBook));  // of the same print: given
  EXPECT_EQ(floor.told(), Told{});
  floor.see(action(133, Type::add, 5, kBuy, 99, 5));
  floor.see(action(134, Type::execute, 5, kBuy, 99, 2, kDoesNotChangeBook));
  EXPECT_EQ(floor.told(), (Told{"2 buy 2 @ 99 maker"}));
  floor.see(action(135, Type::cancel, 5, kBuy, 99, 2));
  EXPECT_EQ(floor.told(), Told{});
}

TEST(ExactQueue, our_own_orders_stand_behind_each_other) {
  Floor floor = queue_floor();
  floor.submit(125, {kBuy, 4, 99});
  floor.see(action(130, Type::add, 4, kBuy, 99, 9));
  floor.see(action(131, Type::execute, 4, kBuy, 99, 6));
  EXPECT_EQ(floor.told(), (Told{"1 buy 4 @ 99 maker", "2 buy 2 @ 99 maker"}));
  // What stands between them is behind the first and ahead of the second.
  floor.see(action(132, Type::execute, 3, kBuy, 99, 6));
  EXPECT_EQ(floor.told(), Told{});
}

TEST(ExactQueue, an_aggressor_on_our_own_side_never_fills_us) {
  Floor floor = queue_floor();
  floor.see(action(130, Type::execute, 9, kSell, 101, 8));
  EXPECT_EQ(floor.told(), Told{});
}

TEST(ExactQueue, a_hidden_print_at_our_price_meets_us_only_at_the_front) {
  Floor floor = queue_floor();
  floor.see(test::trade(130, 99, 3, kSell));
  EXPECT_EQ(floor.told(), Told{});
  floor.see(action(131, Type::cancel, 1, kBuy, 99, 10));
  floor.see(action(132, Type::cancel, 2, kBuy, 99, 5));
  floor.see(test::trade(133, 99, 3));  // of unknown side
  EXPECT_EQ(floor.told(), Told{});
  floor.see(test::trade(134, 99, 3, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 3 @ 99 maker"}));
}

TEST(ExactQueue, a_snapshot_does_not_lose_our_place) {
  Floor floor = queue_floor();
  floor.see(action(130, Type::clear, 0, Side::none, kNoPrice, 0));
  floor.see(snapshot_add(131, 1, kBuy, 99, 10));
  floor.see(snapshot_add(131, 2, kBuy, 99, 5));
  floor.see(snapshot_add(131, 3, kBuy, 99, 6));
  floor.see(action(132, Type::execute, 2, kBuy, 99, 5));
  EXPECT_EQ(floor.told(), Told{});
  floor.see(action(133, Type::execute, 3, kBuy, 99, 1));
  EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 99 maker"}));
}

TEST(ExactQueue, a_gap_and_a_snapshot_keep_our_place_within_what_shows) {
  Floor floor = queue_floor();
  floor.see(test::gap(130));
  floor.see(action(131, Type::clear, 0, Side::none, kNoPrice, 0));
  floor.see(snapshot_add(132, 7, kBuy, 99, 3));  // 15 were ahead; 3 are left
  floor.see(action(133, Type::add, 8, kBuy, 99, 6));
  floor.see(action(134, Type::execute, 7, kBuy, 99, 3));
  EXPECT_EQ(floor.told(), Told{});
  floor.see(action(135, Type::execute, 8, kBuy, 99, 2));
  EXPECT_EQ(floor.told(), (Told{"1 buy 2 @ 99 maker"}));
}

TEST(ExactQueue, no_order_is_taken_between_a_gap_and_the_next_snapshot) {
  Floor floor = queue_floor();
  floor.see(test::gap(130));
  floor.submit(131, {kBuy, 1, 98});
  floor.see(action(140, Type::add, 8, kBuy, 97, 6));
  EXPECT_EQ(floor.told(), (Told{"2 rejected book_unsafe"}));
}

TEST(ExactQueue, a_taker_walks_the_orders_added_up_and_takes_them_once) {
  Floor floor = queue_floor();
  floor.submit(125, {kBuy, 6, 101});
  floor.submit(126, {kBuy, 6, 101, TimeInForce::ioc});
  floor.see(action(130, Type::add, 12, kSell, 102, 1));
  EXPECT_EQ(floor.told(), (Told{"2 buy 6 @ 101", "3 buy 2 @ 101", "3 cancelled immediate_or_cancel"}));
  floor.submit(131, {kBuy, 9, kNoPrice});
  floor.see(action(140, Type::add, 13, kSell, 101, 2));
  EXPECT_EQ(floor.told(), (Told{"4 buy 1 @ 102", "4 cancelled no_liquidity"}));
}

TEST(ExactQueue, an_iceberg_shows_a_slice_at_a_time_and_goes_to_the_back_for_the_next) {
  test::Ask iceberg{kBuy, 4, 99};
  iceberg.display = 2;
  Floor floor = queue_floor(sim::QueueModelKind::exact, iceberg);
  floor.see(action(130, Type::execute, 3, kBuy, 99, 3));
  EXPECT_EQ(floor.told(), (Told{"1 buy 2 @ 99 maker"}));
  floor.see(action(131, Type::execute, 3, kBuy, 99, 3));  // ahead of the second slice
  EXPECT_EQ(floor.told(), Told{});
  floor.see(action(132, Type::add, 4, kBuy, 99, 9));
  floor.see(action(133, Type::execute, 4, kBuy, 99, 9));
  EXPECT_EQ(floor.told(), (Told{"1 buy 2 @ 99 maker"}));
}

TEST(LevelQueueOnOrders, orders_are_added_up_to_levels) {
  // 15 ahead, then 6 behind. Cancelling 7 of order 1: 15 x 7 / 21 = 5 are taken to be ahead.
  Floor floor = queue_floor(sim::QueueModelKind::proportional);
  floor.see(action(130, Type::cancel, 1, kBuy, 99, 7));
  floor.see(action(131, Type::execute, 1, kBuy, 99, 3));
  floor.see(action(132, Type::execute, 2, kBuy, 99, 5));
  EXPECT_EQ(floor.told(), Told{});  // 10 ahead less 8
  floor.see(action(133, Type::execute, 3, kBuy, 99, 6));
  EXPECT_EQ(floor.told(), (Told{"1 buy 4 @ 99 maker"}));
}

TEST(LevelQueueOnOrders, a_print_explains_the_cancels_of_those_that_it_met) {
  Floor floor = queue_floor(sim::QueueModelKind::pessimistic);
  floor.see(action(130, Type::trade, 0, kSell, 99, 15, kDoesNotChangeBook));
  floor.see(action(130, Type::execute, 1, kBuy, 99, 10, kDoesNotChangeBook));
  floor.see(action(130, Type::execute, 2, kBuy, 99, 5, kDoesNotChangeBook));
  floor.see(action(130, Type::cancel, 1, kBuy, 99, 10));
  floor.see(action(130, Type::cancel, 2, kBuy, 99, 5));
  EXPECT_EQ(floor.told(), Told{});
  floor.see(action(131, Type::trade, 0, kSell, 99, 1, kDoesNotChangeBook));
  EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 99 maker"}));
}

}  // namespace
}  // namespace lockstep
