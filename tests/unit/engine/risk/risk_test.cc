#include "engine/risk/risk.h"

#include <gtest/gtest.h>

#include "tests/support/events.h"

namespace lockstep {
namespace {

// One instrument with tick 5 and lot 10; a market of 1000 to 1010, so that the reference is 1005.
struct Desk {
  Desk() {
    instrument.tick = 5;
    instrument.lot = 10;
    books.apply(test::quote(1, 1000, 50, 1010, 50), {});
  }
  [[nodiscard]] std::optional<Denied> check(const RiskRequest& request) const {
    const RiskChain chain({limits});
    return chain.check(request, view());
  }
  [[nodiscard]] RiskView view() const { return {instrument, books[0], orders, position, 0}; }

  Instrument instrument = test::plain_instrument();
  Books books{1};
  Orders orders;
  Qty position = 0;
  RiskLimits limits;
};

RiskRequest limit_order(Side side, Price price, Qty qty) {
  return {0, side, OrderType::limit, price, qty, nullptr};
}
RiskRequest market_order(Side side, Qty qty) {
  return {0, side, OrderType::market, kNoPrice, qty, nullptr};
}

void expect_denied(const std::optional<Denied>& denied, DenyReason reason, std::int64_t value,
                   std::int64_t limit, std::uint32_t gate) {
  ASSERT_TRUE(denied.has_value());
  EXPECT_EQ(to_string(denied->reason), to_string(reason));
  EXPECT_EQ(denied->value, value);
  EXPECT_EQ(denied->limit, limit);
  EXPECT_EQ(denied->gate, gate);
}

TEST(Risk, the_chain_has_six_gates_in_their_order) {
  const RiskChain chain({RiskLimits{}});
  ASSERT_EQ(chain.size(), 6U);
  constexpr std::string_view kNames[] = {"well_formed", "kill_switch", "order_size",
                                         "position",    "open_orders", "price_collar"};
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(chain.gate_name(i), kNames[i]);
}

TEST(Risk, without_limits_any_well_formed_order_passes) {
  const Desk desk;
  EXPECT_FALSE(desk.check(limit_order(Side::buy, 5, 1'000'000'000)).has_value());
  EXPECT_FALSE(desk.check(market_order(Side::sell, 10)).has_value());
}

TEST(Risk, a_quantity_that_is_no_positive_number_of_lots_is_denied) {
  const Desk desk;
  expect_denied(desk.check(limit_order(Side::buy, 1000, 15)), DenyReason::bad_qty, 15, 10, 0);
  expect_denied(desk.check(limit_order(Side::buy, 1000, 0)), DenyReason::bad_qty, 0, 10, 0);
  expect_denied(desk.check(market_order(Side::buy, -10)), DenyReason::bad_qty, -10, 10, 0);
}

TEST(Risk, a_price_off_the_tick_or_not_positive_is_denied) {
  Desk desk;
  expect_denied(desk.check(limit_order(Side::buy, 1001, 10)), DenyReason::bad_price, 1001, 5, 0);
  expect_denied(desk.check(limit_order(Side::buy, 0, 10)), DenyReason::bad_price, 0, 5, 0);
  expect_denied(desk.check(limit_order(Side::buy, kNoPrice, 10)), DenyReason::bad_price, kNoPrice, 5, 0);
  desk.instrument.kind = InstrumentKind::future;  // oil was at -37.63 once
  EXPECT_FALSE(desk.check(limit_order(Side::buy, -5, 10)).has_value());
  expect_denied(desk.check(limit_order(Side::buy, -4, 10)), DenyReason::bad_price, -4, 5, 0);
}

TEST(Risk, nothing_new_passes_while_paused_and_nothing_ever_after_a_kill) {
  const Desk desk;
  RiskChain chain({RiskLimits{}});
  chain.pause(true);
  expect_denied(chain.check(limit_order(Side::buy, 1000, 10), desk.view()), DenyReason::paused, 1, 0, 1);
  chain.pause(false);
  EXPECT_FALSE(chain.check(limit_order(Side::buy, 1000, 10), desk.view()).has_value());
  chain.kill();
  EXPECT_TRUE(chain.killed());
  chain.pause(true);
  chain.pause(false);
  expect_denied(chain.check(limit_order(Side::buy, 1000, 10), desk.view()), DenyReason::kill_switch, 1, 0, 1);
}

TEST(Risk, an_order_beyond_its_size_is_denied_and_one_at_it_passes) {
  Desk desk;
  desk.limits.max_order_qty = 100;
  EXPECT_FALSE(desk.check(limit_order(Side::buy, 1000, 100)).has_value());
  expect_denied(desk.check(limit_order(Side::buy, 1000, 110)), DenyReason::order_size, 110, 100, 2);
}

TEST(Risk, an_order_beyond_its_value_is_denied_at_its_limit_or_for_a_market_order_at_the_reference) {
  Desk desk;
  desk.limits.max_order_notional_nanos = 100'500'000'000'000;  // 100 x 1005
  EXPECT_FALSE(desk.check(limit_order(Side::buy, 1005, 100)).has_value());
  expect_denied(desk.check(limit_order(Side::buy, 1010, 100)), DenyReason::order_notional,
                101'000'000'000'000, 100'500'000'000'000, 2);
  EXPECT_FALSE(desk.check(market_order(Side::sell, 100)).has_value());
  expect_denied(desk.check(market_order(Side::sell, 110)), DenyReason::order_notional, 110'550'000'000'000,
                100'500'000'000'000, 2);
}

TEST(Risk, a_value_that_leaves_the_range_counts_as_the_largest) {
  Desk desk;
  desk.limits.max_order_notional_nanos = 1'000'000'000;
  expect_denied(desk.check(limit_order(Side::buy, 1000, 1'000'000'000'000)), DenyReason::order_notional,
                INT64_MAX, 1'000'000'000, 2);
}

TEST(Risk, what_cannot_be_valued_is_denied) {
  Desk desk;
  desk.books = Books(1);
  desk.limits.max_order_notional_nanos = 1;
  expect_denied(desk.check(market_order(Side::buy, 10)), DenyReason::no_reference_price, 0, 0, 2);
}

TEST(Risk, the_position_counts_what_is_open_on_the_same_side) {
  Desk desk;
  desk.limits.max_position_qty = 100;
  desk.position = 40;
  Order open;
  open.instrument = 0;
  open.id = 1;
  open.side = Side::buy;
  open.qty = 50;
  open.filled_qty = 20;
  desk.orders.add(open);
  EXPECT_FALSE(desk.check(limit_order(Side::buy, 1000, 30)).has_value());  // 40 + 30 + 30
  expect_denied(desk.check(limit_order(Side::buy, 1000, 40)), DenyReason::position, 110, 100, 3);
  EXPECT_FALSE(desk.check(limit_order(Side::sell, 1000, 140)).has_value());  // down to -100
  expect_denied(desk.check(limit_order(Side::sell, 1000, 150)), DenyReason::position, 110, 100, 3);
}

TEST(Risk, an_order_that_reduces_passes_from_beyond_the_limit) {
  Desk desk;
  desk.limits.max_position_qty = 100;
  desk.position = 500;
  EXPECT_FALSE(desk.check(market_order(Side::sell, 500)).has_value());
  EXPECT_FALSE(desk.check(market_order(Side::sell, 600)).has_value());
  expect_denied(desk.check(market_order(Side::sell, 610)), DenyReason::position, 110, 100, 3);
  expect_denied(desk.check(market_order(Side::buy, 10)), DenyReason::position, 510, 100, 3);
  desk.position = -500;
  EXPECT_FALSE(desk.check(market_order(Side::buy, 500)).has_value());
  expect_denied(desk.check(market_order(Side::sell, 10)), DenyReason::position, 510, 100, 3);
}

TEST(Risk, a_replace_counts_with_its_new_quantity_instead_of_its_old) {
  Desk desk;
  desk.limits.max_position_qty = 100;
  Order open;
  open.instrument = 0;
  open.id = 1;
  open.side = Side::buy;
  open.qty = 60;
  const Order& working = desk.orders.add(open);
  RiskRequest request = limit_order(Side::buy, 1000, 100);
  request.replaces = &working;
  EXPECT_FALSE(desk.check(request).has_value());
  request.qty = 110;
  expect_denied(desk.check(request), DenyReason::position, 110, 100, 3);
}

TEST(Risk, a_replace_on_its_way_leaves_no_room_for_another_order) {
  Desk desk;
  desk.limits.max_position_qty = 100;
  Order open;
  open.instrument = 0;
  open.id = 1;
  open.side = Side::buy;
  open.qty = 10;
  open.pending_qty = 90;
  desk.orders.add(open);
  EXPECT_FALSE(desk.check(limit_order(Side::buy, 1000, 10)).has_value());
  expect_denied(desk.check(limit_order(Side::buy, 1000, 20)), DenyReason::position, 110, 100, 3);
}

TEST(Risk, one_order_more_than_may_be_open_is_denied_but_a_replace_adds_none) {
  Desk desk;
  desk.limits.max_open_orders = 2;
  for (OrderId id = 1; id <= 2; ++id) {
    EXPECT_FALSE(desk.check(limit_order(Side::buy, 1000, 10)).has_value());
    Order open;
    open.instrument = 0;
    open.id = id;
    open.qty = 10;
    desk.orders.add(open);
  }
  expect_denied(desk.check(limit_order(Side::buy, 1000, 10)), DenyReason::open_orders, 3, 2, 4);
  RiskRequest request = limit_order(Side::buy, 1000, 10);
  request.replaces = desk.orders.find(1);
  EXPECT_FALSE(desk.check(request).has_value());
}

TEST(Risk, a_limit_price_stays_inside_the_collar_on_both_sides) {
  Desk desk;
  desk.limits.price_collar_bps = 100;  // 1% of 1005 = 10.05
  EXPECT_FALSE(desk.check(limit_order(Side::buy, 1015, 10)).has_value());
  EXPECT_FALSE(desk.check(limit_order(Side::sell, 995, 10)).has_value());
  expect_denied(desk.check(limit_order(Side::buy, 1020, 10)), DenyReason::price_collar, 15, 10, 5);
  expect_denied(desk.check(limit_order(Side::buy, 990, 10)), DenyReason::price_collar, 15, 10, 5);
  EXPECT_FALSE(desk.check(market_order(Side::buy, 10)).has_value());
}

TEST(Risk, a_collar_without_a_reference_lets_nothing_through) {
  Desk desk;
  desk.books = Books(1);
  desk.limits.price_collar_bps = 100;
  expect_denied(desk.check(limit_order(Side::buy, 1000, 10)), DenyReason::no_reference_price, 0, 0, 5);
}

TEST(Risk, the_first_denial_of_the_chain_wins) {
  Desk desk;
  desk.limits = {10, 1, 10, 1, 1};
  Order open;
  open.instrument = 0;
  open.id = 1;
  open.qty = 10;
  desk.orders.add(open);
  // Breaks every gate but the switch; each repair uncovers the next.
  expect_denied(desk.check(limit_order(Side::buy, 1, 25)), DenyReason::bad_qty, 25, 10, 0);
  expect_denied(desk.check(limit_order(Side::buy, 5, 20)), DenyReason::order_size, 20, 10, 2);
  desk.limits.max_order_qty = 0;
  expect_denied(desk.check(limit_order(Side::buy, 5, 20)), DenyReason::order_notional, 100'000'000'000, 1, 2);
  desk.limits.max_order_notional_nanos = 0;
  expect_denied(desk.check(limit_order(Side::buy, 5, 20)), DenyReason::position, 20, 10, 3);
  desk.limits.max_position_qty = 0;
  expect_denied(desk.check(limit_order(Side::buy, 5, 20)), DenyReason::open_orders, 2, 1, 4);
  desk.limits.max_open_orders = 0;
  expect_denied(desk.check(limit_order(Side::buy, 5, 20)), DenyReason::price_collar, 1000, 0, 5);
}

TEST(Risk, its_switches_are_saved_and_restored) {
  RiskChain chain({RiskLimits{}});
  chain.kill();
  StateVisitor saving = StateVisitor::saving();
  chain.visit(saving);
  const std::vector<std::uint8_t> bytes = saving.take();
  RiskChain restored({RiskLimits{}});
  StateVisitor loading = StateVisitor::loading(bytes);
  restored.visit(loading);
  ASSERT_TRUE(loading.complete());
  EXPECT_TRUE(restored.killed());
}

}  // namespace
}  // namespace lockstep
