#include "engine/strategy/script.h"

#include <gtest/gtest.h>

#include "tests/support/hand_context.h"

namespace lockstep {
namespace {

using test::HandContext;

HandContext context_with(const std::string& orders, const std::string& start = "") {
  return HandContext(Script::factory(), {{"orders", orders}, {"start", start}});
}

std::string complaint(const std::string& orders) {
  HandContext context = context_with(orders);
  const Status started = context.start();
  return started.ok() ? "" : started.error().text();
}

// The request of a script of one line.
OrderRequest one(const std::string& line) {
  HandContext context = context_with(line);
  const Status started = context.start();
  EXPECT_TRUE(started.ok()) << started.error().text();
  context.wait_until(kHour);
  EXPECT_EQ(context.sent.size(), 1U) << line;
  return context.sent.empty() ? OrderRequest{} : context.sent[0].request;
}

TEST(ScriptStrategy, it_acts_at_its_times_and_not_before) {
  HandContext context = context_with(
      "+50ms buy 10 T limit 99 as a\n"
      "+60ms replace a 98 12\n"
      "+60ms sell 1 T market\n"
      "+70ms cancel a\n");
  ASSERT_TRUE(context.start().ok());
  context.wait_until(50 * kMillisecond - 1);
  EXPECT_TRUE(context.sent.empty());
  context.wait_until(50 * kMillisecond);
  ASSERT_EQ(context.sent.size(), 1U);
  EXPECT_EQ(context.sent[0].kind, Kind::submit);
  EXPECT_EQ(context.sent[0].request.side, Side::buy);
  EXPECT_EQ(context.sent[0].request.qty, 10);
  EXPECT_EQ(context.sent[0].request.price, 99);
  EXPECT_EQ(context.sent[0].request.type, OrderType::limit);
  context.accept(context.sent[0].id);
  context.wait_until(60 * kMillisecond);
  ASSERT_EQ(context.sent.size(), 3U);
  EXPECT_EQ(context.sent[1].kind, Kind::replace);
  EXPECT_EQ(context.sent[1].id, context.sent[0].id);
  EXPECT_EQ(context.sent[1].request.price, 98);
  EXPECT_EQ(context.sent[1].request.qty, 12);
  EXPECT_EQ(context.sent[2].request.type, OrderType::market);
  context.answer(context.sent[0].id, Kind::replaced);
  context.wait_until(kSecond);
  ASSERT_EQ(context.sent.size(), 4U);
  EXPECT_EQ(context.sent[3].kind, Kind::cancel);
  EXPECT_EQ(context.sent[3].id, context.sent[0].id);
}

TEST(ScriptStrategy, offsets_count_from_the_start_that_it_is_told) {
  HandContext context = context_with("+1s buy 1 T market", "1970-01-01T00:00:10Z");
  ASSERT_TRUE(context.start().ok());
  ASSERT_EQ(context.timers.size(), 1U);
  EXPECT_EQ(context.timers[0].first, 11 * kSecond);
}

TEST(ScriptStrategy, every_field_of_a_request_can_be_said) {
  const OrderRequest stop = one("+1s sell 5 T stop_limit 95 trigger=96 on=mark gtd expire=+2s reduce_only");
  EXPECT_EQ(stop.type, OrderType::stop_limit);
  EXPECT_EQ(stop.price, 95);
  EXPECT_EQ(stop.trigger_price, 96);
  EXPECT_EQ(stop.trigger, TriggerSource::mark);
  EXPECT_EQ(stop.time_in_force, TimeInForce::gtd);
  EXPECT_EQ(stop.expire_ts_ns, 2 * kSecond);
  EXPECT_TRUE(stop.reduce_only);
  EXPECT_FALSE(stop.post_only);

  const OrderRequest ticks = one("+1s sell 5 T trailing_stop trail=3ticks");
  EXPECT_EQ(ticks.type, OrderType::trailing_stop);
  EXPECT_EQ(ticks.trail_unit, TrailUnit::ticks);
  EXPECT_EQ(ticks.trail, 3);
  EXPECT_EQ(one("+1s sell 5 T trailing_stop trail=25bps").trail_unit, TrailUnit::bps);
  EXPECT_EQ(one("+1s sell 5 T trailing_stop trail=2").trail_unit, TrailUnit::price);

  const OrderRequest iceberg = one("+1s buy 10 T limit 99 display=2 post_only ioc");
  EXPECT_EQ(iceberg.display_qty, 2);
  EXPECT_TRUE(iceberg.post_only);
  EXPECT_EQ(iceberg.time_in_force, TimeInForce::ioc);
  EXPECT_EQ(one("+1s buy 1 T market_if_touched trigger=90").type, OrderType::market_if_touched);
}

TEST(ScriptStrategy, groups_share_a_number_and_dependants_name_their_order) {
  HandContext context = context_with(
      "+1s buy 10 T limit 99 as entry\n"
      "+1s sell 10 T limit 105 bracket=entry\n"
      "+1s sell 10 T stop trigger=95 bracket=entry\n"
      "+1s buy 1 T limit 90 oco=left\n"
      "+1s buy 1 T limit 80 oco=right\n"
      "+1s buy 1 T limit 91 oco=left\n");
  ASSERT_TRUE(context.start().ok());
  context.wait_until(kSecond);
  ASSERT_EQ(context.sent.size(), 6U);
  for (const std::size_t child : {1U, 2U}) {
    EXPECT_EQ(context.sent[child].request.contingency, Contingency::bracket);
    EXPECT_EQ(context.sent[child].request.link, context.sent[0].id);
  }
  EXPECT_EQ(context.sent[3].request.contingency, Contingency::oco);
  EXPECT_EQ(context.sent[3].request.link, context.sent[5].request.link);
  EXPECT_NE(context.sent[3].request.link, context.sent[4].request.link);
  for (const auto& sent : context.sent) EXPECT_NE(sent.id, context.sent[3].request.link);
}

TEST(ScriptStrategy, both_sides_of_a_quote_have_names) {
  HandContext context = context_with("+1s quote T 99x5 101x6 as q\n+2s cancel q.ask\n");
  ASSERT_TRUE(context.start().ok());
  context.wait_until(kSecond);
  const std::size_t quoted = context.sent.size();
  ASSERT_GE(quoted, 1U);
  const OrderId bid = context.sent[0].id;
  context.accept(bid + 1);
  context.wait_until(2 * kSecond);
  ASSERT_EQ(context.sent.size(), quoted + 1);
  EXPECT_EQ(context.sent.back().kind, Kind::cancel);
  EXPECT_EQ(context.sent.back().id, bid + 1);
  const auto orders =
      parse_orders("+1s quote T 99x5 101x6 as q\n+1s buy 1 T market\n+1s buy 1 T market as b");
  ASSERT_TRUE(orders.ok());
  EXPECT_EQ(order_names(*orders), (std::vector<std::string>{"q.bid", "q.ask", "", "b"}));
}

TEST(ScriptStrategy, a_line_that_cannot_be_right_ends_the_run_before_it_begins) {
  EXPECT_EQ(complaint("+1s buy 1 T limt 3").substr(0, 83),
            "strategy script, orders, line 1, column 13: expected one of market, limit, stop, st");
  EXPECT_EQ(complaint("+1s cancel a").substr(0, 69),
            "strategy script, orders, line 1, column 12: no order above has the na");
  EXPECT_EQ(complaint("+1s buy 1 T market as a\n+1s buy 1 T market as a").substr(0, 62),
            "strategy script, orders, line 2, column 23: another order has ");
  EXPECT_EQ(complaint("+1s buy 1.5 T market"),
            "strategy script, orders, line 1: \"1.5\" needs 1 decimals, but the scale here is 0");
  EXPECT_EQ(complaint("+1s buy 1 Z market"),
            "strategy script, orders, line 1: the run has no instrument \"Z\"");
  EXPECT_EQ(complaint("+2s buy 1 T market\n+1s buy 1 T market").substr(0, 65),
            "strategy script, orders, line 2: lines stand in the order of thei");
  EXPECT_EQ(complaint("+1s buy 1 T limit 9 as a\n+2s replace a 9.5 1"),
            "strategy script, orders, line 2: \"9.5\" needs 1 decimals, but the scale here is 0");
  EXPECT_NE(complaint("+1s buy 1 T limit 9 oco=a oto=b"), "");
}

TEST(ScriptStrategy, a_restored_one_goes_on_where_it_was) {
  const std::map<std::string, std::string> given = {{"orders", "+1s buy 1 T limit 9 as a\n+2s cancel a\n"}};
  HandContext context(Script::factory(), given);
  const auto parameters = Parameters::read(Script::factory().parameters, given);
  ASSERT_TRUE(parameters.ok());
  Script first(*parameters);
  ASSERT_TRUE(first.on_start(context).ok());
  first.on_timer(1, context);
  context.accept(context.sent[0].id);
  StateVisitor saving = StateVisitor::saving();
  first.visit(saving);
  const std::vector<std::uint8_t> bytes = saving.take();
  Script second(*parameters);
  StateVisitor loading = StateVisitor::loading(bytes);
  second.visit(loading);
  ASSERT_TRUE(loading.complete());
  second.on_timer(2, context);
  ASSERT_EQ(context.sent.size(), 2U);
  EXPECT_EQ(context.sent[1].kind, Kind::cancel);
  EXPECT_EQ(context.sent[1].id, context.sent[0].id);
}

TEST(TextParameter, keeps_any_text_and_does_not_change_while_running) {
  auto parameters = Parameters::read(Script::factory().parameters, {{"orders", "x\ny"}});
  ASSERT_TRUE(parameters.ok());
  EXPECT_EQ(parameters->text("orders"), "x\ny");
  EXPECT_EQ(parameters->text(0), "x\ny");
  EXPECT_TRUE(parameters->set_bits(0, parameters->bits_at(0)).ok());
  EXPECT_FALSE(parameters->set_bits(0, parameters->bits_at(0) + 1).ok());
}

}  // namespace
}  // namespace lockstep
