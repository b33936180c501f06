#include "engine/desk.h"

#include <gtest/gtest.h>

#include "tests/support/events.h"
#include "tests/support/keepers.h"

namespace lockstep {
namespace {

struct Fixture {
  Fixture() { books.apply(test::quote(1, 99, 5, 101, 5), {}); }
  OrderId send(Qty qty, Price price = 100, TimeNs now = 10) {
    OrderRequest request;
    request.price = price;
    request.qty = qty;
    const Event decision = desk.submit(0, request, now).event;
    EXPECT_EQ(decision.kind, Kind::submit);
    return decision.as<OrderInstruction>().order_id;
  }
  Result<Order> answer(OrderId id, Kind kind, Price price = 100, Qty qty = 0) {
    Event event = test::trade(20, 0, 0);
    event.kind = kind;
    if (kind == Kind::filled || kind == Kind::partially_filled) {
      event.detail = static_cast<std::uint8_t>(Side::buy);
      const Order* order = desk.orders().find(id);
      event.set(Fill{id, price, qty, order == nullptr ? 0 : order->leaves_qty() - qty, 7});
    } else {
      event.set(OrderReport{id, price, qty, qty, 1});
    }
    return desk.apply_execution(event);
  }
  DenyReason reason(const Event& decision) const {
    EXPECT_EQ(decision.kind, Kind::denied);
    return static_cast<DenyReason>(decision.detail);
  }

  std::vector<Instrument> instruments{test::plain_instrument()};
  Books books{1};
  test::KeptResults results;
  Desk desk{instruments, PortfolioConfig{}, {}, {RiskLimits{.max_order_qty = 100}}, books, &results};
};

TEST(Desk, a_submitted_order_is_alive_and_carries_the_mid_of_its_decision) {
  Fixture f;
  const OrderId id = f.send(10);
  const Order* order = f.desk.orders().find(id);
  ASSERT_NE(order, nullptr);
  EXPECT_EQ(order->state, OrderState::submitted);
  EXPECT_EQ(order->decision_price, 100);
  EXPECT_EQ(order->submit_ts_ns, 10);
}

TEST(Desk, a_denied_order_uses_its_id_and_leaves_two_rows) {
  Fixture f;
  OrderRequest request;
  request.price = 100;
  request.qty = 200;
  const Event decision = f.desk.submit(0, request, 10).event;
  EXPECT_EQ(f.reason(decision), DenyReason::order_size);
  EXPECT_EQ(decision.as<Denial>().order_id, 1U);
  EXPECT_EQ(decision.as<Denial>().value, 200);
  EXPECT_EQ(decision.as<Denial>().limit, 100);
  EXPECT_EQ(decision.as<Denial>().gate, 2U);
  EXPECT_TRUE(f.desk.orders().alive().empty());
  ASSERT_EQ(f.results.orders.size(), 1U);
  EXPECT_EQ(f.results.orders[0].outcome, OrderOutcome::denied);
  EXPECT_EQ(f.results.denials.size(), 1U);
  EXPECT_EQ(f.send(10), 2U);
}

TEST(Desk, a_stop_sends_its_terms_before_itself) {
  Fixture f;
  OrderRequest request;
  request.type = OrderType::stop_limit;
  request.price = 104;
  request.trigger_price = 103;
  request.qty = 10;
  request.trigger = TriggerSource::mark;
  const Desk::Decision decision = f.desk.submit(0, request, 10);
  ASSERT_TRUE(decision.terms.has_value());
  EXPECT_EQ(decision.terms->kind, Kind::order_terms);
  EXPECT_EQ(decision.terms->as<OrderTerms>().order_id, 1U);
  EXPECT_EQ(decision.terms->as<OrderTerms>().trigger_price, 103);
  EXPECT_EQ(trigger_source_of(decision.terms->detail), TriggerSource::mark);
  EXPECT_EQ(decision.event.as<OrderInstruction>().price, 104);
  ASSERT_TRUE(f.answer(1, Kind::accepted, 104, 10).ok());
  EXPECT_TRUE(f.desk.orders().find(1)->is_waiting());
  const Result<Order> triggered = f.answer(1, Kind::triggered, 104, 10);
  ASSERT_TRUE(triggered.ok());
  EXPECT_EQ(triggered->state, OrderState::working);
  EXPECT_FALSE(triggered->is_waiting());
}

TEST(Desk, terms_that_do_not_fit_the_type_are_denied) {
  Fixture f;
  const auto denied = [&](auto change) {
    OrderRequest request;
    request.price = 100;
    request.qty = 10;
    change(request);
    return f.reason(f.desk.submit(0, request, 10).event);
  };
  EXPECT_EQ(denied([](OrderRequest& r) { r.type = OrderType::stop; }), DenyReason::bad_terms);
  EXPECT_EQ(denied([](OrderRequest& r) { r.trigger_price = 90; }), DenyReason::bad_terms);
  EXPECT_EQ(denied([](OrderRequest& r) { r.type = OrderType::trailing_stop; }), DenyReason::bad_terms);
  EXPECT_EQ(denied([](OrderRequest& r) { r.time_in_force = TimeInForce::gtd; }), DenyReason::bad_terms);
  EXPECT_EQ(denied([](OrderRequest& r) { r.expire_ts_ns = 5; }), DenyReason::bad_terms);
  EXPECT_EQ(denied([](OrderRequest& r) { r.contingency = Contingency::oco; }), DenyReason::bad_terms);
  EXPECT_EQ(denied([](OrderRequest& r) { r.display_qty = 11; }), DenyReason::bad_terms);
}

TEST(Desk, cancel_all_asks_for_every_order_of_the_strategy_in_the_instrument) {
  Fixture f;
  const OrderId first = f.send(10);
  const OrderId second = f.send(5);
  const Event all = f.desk.cancel_all(0, 0, 11);
  EXPECT_EQ(all.kind, Kind::cancel_all);
  EXPECT_EQ(all.as<CancelAll>().strategy, 0U);
  EXPECT_EQ(f.desk.orders().find(first)->state, OrderState::cancelling);
  EXPECT_EQ(f.desk.orders().find(second)->state, OrderState::cancelling);
  ASSERT_TRUE(f.answer(first, Kind::rejected, 100, 10).ok()) << "it may have been refused meanwhile";
  ASSERT_TRUE(f.answer(second, Kind::accepted, 100, 5).ok());
  ASSERT_TRUE(f.answer(second, Kind::cancelled, 100, 5).ok());
  EXPECT_TRUE(f.desk.orders().alive().empty());
}

TEST(Desk, a_quote_replaces_the_one_before_it_and_is_denied_as_a_whole) {
  Fixture f;
  const Event first = f.desk.quote(0, {0, 99, 101, 10, 10}, 10);
  EXPECT_EQ(first.kind, Kind::mass_quote);
  EXPECT_EQ(first.as<MassQuote>().order_id, 1U);
  ASSERT_EQ(f.desk.orders().alive().size(), 2U);
  EXPECT_EQ(f.desk.orders().alive()[1].id, 2U);
  EXPECT_EQ(f.desk.orders().alive()[1].side, Side::sell);
  const Event second = f.desk.quote(0, {0, 98, 0, 10, 0}, 11);
  EXPECT_EQ(second.as<MassQuote>().order_id, 3U);
  EXPECT_EQ(f.desk.orders().find(1)->state, OrderState::cancelling);
  EXPECT_EQ(f.desk.orders().find(2)->state, OrderState::cancelling);
  EXPECT_EQ(f.desk.orders().find(3)->price, 98);
  EXPECT_EQ(f.desk.orders().find(4), nullptr) << "no offer was quoted";
  const Event denied = f.desk.quote(0, {0, 98, 102, 10, 101}, 12);
  EXPECT_EQ(f.reason(denied), DenyReason::order_size);
  EXPECT_EQ(f.desk.orders().find(3)->state, OrderState::submitted) << "the bid stays as it was";
}

TEST(Desk, fills_move_the_order_and_the_position) {
  Fixture f;
  const OrderId id = f.send(10);
  ASSERT_TRUE(f.answer(id, Kind::accepted, 100, 10).ok());
  ASSERT_TRUE(f.answer(id, Kind::partially_filled, 100, 4).ok());
  EXPECT_EQ(f.desk.orders().find(id)->leaves_qty(), 6);
  EXPECT_EQ(f.desk.portfolio().position(0).qty, 4);
  const Result<Order> done = f.answer(id, Kind::filled, 101, 6);
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(done->state, OrderState::filled);
  EXPECT_EQ(done->fees_nanos, 14);
  EXPECT_EQ(f.desk.portfolio().position(0).qty, 10);
  EXPECT_EQ(f.desk.orders().find(id), nullptr);
  ASSERT_EQ(f.results.orders.size(), 1U);
  EXPECT_EQ(f.results.orders[0].filled_qty, 10);
  EXPECT_EQ(f.results.orders[0].accepted_ts_ns, 20);
  EXPECT_EQ(f.results.fills.size(), 2U);
}

TEST(Desk, an_answer_that_does_not_fit_is_an_error_and_changes_nothing) {
  Fixture f;
  const OrderId id = f.send(10);
  EXPECT_FALSE(f.answer(id, Kind::filled, 100, 10).ok());  // not accepted yet
  ASSERT_TRUE(f.answer(id, Kind::accepted, 100, 10).ok());
  EXPECT_EQ(f.answer(id, Kind::filled, 100, 9).error().text(),
            "order 1: a fill of 9 does not fit the 10 that are open");
  EXPECT_FALSE(f.answer(id, Kind::partially_filled, 100, 10).ok());
  EXPECT_FALSE(f.answer(id, Kind::partially_filled, 100, 11).ok());
  EXPECT_FALSE(f.answer(id, Kind::partially_filled, 100, 0).ok());
  EXPECT_EQ(f.answer(77, Kind::filled, 100, 1).error().text(),
            "order 77: the venue sent \"filled\" for an order that is not alive");
  // An end that leaves something out.
  EXPECT_EQ(f.answer(id, Kind::cancelled, 100, 9).error().text(),
            "order 1: the venue ended 9 of 9, where 10 of 10 were open");
  EXPECT_FALSE(f.answer(id, Kind::expired, 100, 11).ok());
  // A fill that says that something else is left.
  Event fill = test::trade(20, 0, 0);
  fill.kind = Kind::partially_filled;
  fill.set(Fill{id, 100, 4, 5, 7});
  EXPECT_EQ(f.desk.apply_execution(fill).error().text(),
            "order 1: a fill of 4 does not fit the 10 that are open");
  EXPECT_EQ(f.desk.portfolio().position(0).qty, 0);
  EXPECT_EQ(f.desk.orders().find(id)->filled_qty, 0);
}

TEST(Desk, a_cancel_refused_on_our_side_of_the_line_may_overtake_the_venues_first_answer) {
  Fixture f;
  const OrderId id = f.send(10);
  EXPECT_EQ(f.desk.cancel(0, id, 15).kind, Kind::cancel);
  ASSERT_TRUE(f.answer(id, Kind::cancel_rejected, 100, 10).ok());
  const Result<Order> accepted = f.answer(id, Kind::accepted, 100, 10);
  ASSERT_TRUE(accepted.ok());
  EXPECT_EQ(accepted->state, OrderState::working);
}

TEST(Desk, a_refused_cancel_of_an_order_that_is_gone_is_no_error) {
  Fixture f;
  const OrderId id = f.send(10);
  ASSERT_TRUE(f.answer(id, Kind::accepted, 100, 10).ok());
  EXPECT_EQ(f.desk.cancel(0, id, 15).kind, Kind::cancel);
  EXPECT_EQ(f.desk.orders().find(id)->state, OrderState::cancelling);
  ASSERT_TRUE(f.answer(id, Kind::filled, 100, 10).ok());
  const Result<Order> late = f.answer(id, Kind::cancel_rejected);
  ASSERT_TRUE(late.ok());
  EXPECT_EQ(late->id, id);
  EXPECT_TRUE(is_done(late->state));
}

TEST(Desk, a_cancel_needs_an_order_that_can_take_it) {
  Fixture f;
  EXPECT_EQ(f.reason(f.desk.cancel(0, 5, 10)), DenyReason::unknown_order);
  const OrderId id = f.send(10);
  EXPECT_EQ(f.desk.cancel(0, id, 11).kind, Kind::cancel);
  EXPECT_EQ(f.reason(f.desk.cancel(0, id, 12)), DenyReason::not_working);
}

TEST(Desk, a_replace_passes_the_gate_with_what_may_still_fill) {
  Fixture f;
  EXPECT_EQ(f.reason(f.desk.replace(0, 5, 100, 10, 10)), DenyReason::unknown_order);
  const OrderId id = f.send(100);
  EXPECT_EQ(f.reason(f.desk.replace(0, id, 99, 100, 11)), DenyReason::not_working);
  ASSERT_TRUE(f.answer(id, Kind::accepted, 100, 100).ok());
  ASSERT_TRUE(f.answer(id, Kind::partially_filled, 100, 40).ok());
  EXPECT_EQ(f.reason(f.desk.replace(0, id, 99, 141, 12)), DenyReason::order_size);  // 101 would be open
  EXPECT_EQ(f.reason(f.desk.replace(0, id, 99, 40, 12)), DenyReason::bad_qty);
  EXPECT_EQ(f.desk.replace(0, id, 99, 140, 12).kind, Kind::replace);
  EXPECT_EQ(f.desk.orders().find(id)->state, OrderState::replacing);
  EXPECT_EQ(f.desk.orders().open_qty(0, Side::buy), 100);
  const Result<Order> replaced = f.answer(id, Kind::replaced, 99, 140);
  ASSERT_TRUE(replaced.ok());
  EXPECT_EQ(replaced->state, OrderState::partially_filled);
  EXPECT_EQ(replaced->price, 99);
  EXPECT_EQ(replaced->leaves_qty(), 100);
  EXPECT_EQ(replaced->pending_qty, 0);
}

TEST(Desk, funding_is_paid_when_it_settles_and_only_with_a_position) {
  Fixture f;
  Event event = test::trade(30, 0, 0);
  event.kind = Kind::funding;
  event.detail = 4;
  event.set(Funding{10, 30, 0, 200, 1});  // 0.001 of the value at 200
  ASSERT_TRUE(f.desk.apply_funding(event).ok());
  EXPECT_EQ(f.desk.portfolio().position(0).funding.nanos(), 0);
  const OrderId id = f.send(10);
  ASSERT_TRUE(f.answer(id, Kind::accepted, 100, 10).ok());
  ASSERT_TRUE(f.answer(id, Kind::filled, 100, 10).ok());
  Event forecast = event;
  forecast.set(Funding{10, 30, 0, 200, 0});
  ASSERT_TRUE(f.desk.apply_funding(forecast).ok());
  EXPECT_EQ(f.desk.portfolio().position(0).funding.nanos(), 0);
  ASSERT_TRUE(f.desk.apply_funding(event).ok());
  EXPECT_EQ(f.desk.portfolio().position(0).funding.nanos(), 2 * kNanosPerUnit);  // 10 x 200 x 0.001
  event.set(Funding{10, 30, 0, kNoPrice, 1});  // no mark: the mid of 100 stands in
  ASSERT_TRUE(f.desk.apply_funding(event).ok());
  EXPECT_EQ(f.desk.portfolio().position(0).funding.nanos(), 3 * kNanosPerUnit);
}

TEST(Desk, what_the_venue_bought_or_sold_is_a_row_of_fills_without_an_order) {
  Fixture f;
  const OrderId id = f.send(10);
  ASSERT_TRUE(f.answer(id, Kind::accepted).ok());
  ASSERT_TRUE(f.answer(id, Kind::filled, 100, 10).ok());
  Event event = test::trade(30, 0, 0);
  event.exch_ts_ns = 29;
  event.kind = Kind::account;
  event.detail = static_cast<std::uint8_t>(AccountChangeType::dividend);
  event.set(AccountChange{0, kNoPrice, 5, 0, 0});
  ASSERT_TRUE(f.desk.apply_account(event).ok());
  event.detail = static_cast<std::uint8_t>(AccountChangeType::split);
  event.set(AccountChange{10, kNoPrice, 0, 0, pack_split(2, 1)});
  ASSERT_TRUE(f.desk.apply_account(event).ok());
  ASSERT_EQ(f.results.fills.size(), 1U);
  event.detail = static_cast<std::uint8_t>(AccountChangeType::liquidation);
  event.set(AccountChange{-20, 40, 0, 3, 0});
  ASSERT_TRUE(f.desk.apply_account(event).ok());
  ASSERT_EQ(f.results.fills.size(), 2U);
  const FillRow& row = f.results.fills[1];
  EXPECT_EQ(row.ts_ns, 30);
  EXPECT_EQ(row.exch_ts_ns, 29);
  EXPECT_EQ(row.order_id, 0U);
  EXPECT_EQ(row.strategy, FillRow::kNoStrategy);
  EXPECT_EQ(row.side, Side::sell);
  EXPECT_EQ(row.price, 40);
  EXPECT_EQ(row.qty, 20);
  EXPECT_EQ(row.fee_nanos, 3);
  EXPECT_EQ(row.realised_nanos, -200 * kNanosPerUnit);  // 20 x 40 - 1'000
  EXPECT_EQ(row.position_qty, 0);
}

TEST(Desk, profit_in_a_currency_without_a_rate_is_an_error) {
  Fixture f;
  f.instruments[0].settle = "EUR";
  Desk desk(f.instruments, PortfolioConfig{}, {}, {RiskLimits{}}, f.books, nullptr);
  EXPECT_TRUE(desk.sample(1).ok());
  OrderRequest request;
  request.price = 90;
  request.qty = 1;
  const OrderId id = desk.submit(0, request, 1).event.as<OrderInstruction>().order_id;
  Event event = test::trade(2, 0, 0);
  event.kind = Kind::accepted;
  event.set(OrderReport{id, 90, 1, 1, 1});
  ASSERT_TRUE(desk.apply_execution(event).ok());
  event.kind = Kind::filled;
  event.set(Fill{id, 90, 1, 0, 0});
  ASSERT_TRUE(desk.apply_execution(event).ok());
  EXPECT_FALSE(desk.sample(3).ok());
  ASSERT_TRUE(desk.set_rate("EUR", 2 * kNanosPerUnit).ok());
  EXPECT_TRUE(desk.sample(4).ok());
}

}  // namespace
}  // namespace lockstep
