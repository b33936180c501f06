#include "engine/strategy/momentum.h"

#include <gtest/gtest.h>

#include <bit>

#include "tests/support/hand_context.h"

namespace lockstep {
namespace {

using test::HandContext;

// fast = 1: it is the price itself; slow = 3: half of the way to the price at each step.
HandContext context_with(std::map<std::string, std::string> parameters) {
  parameters.insert({{"fast", "1"}, {"slow", "3"}, {"threshold_bps", "0"}, {"qty", "10"}});
  return HandContext(Momentum::factory(), parameters);
}

void expect_market_order(const HandContext& context, std::size_t index, Side side, Qty qty) {
  ASSERT_GT(context.sent.size(), index);
  EXPECT_EQ(context.sent[index].kind, Kind::submit);
  EXPECT_EQ(context.sent[index].request.side, side);
  EXPECT_EQ(context.sent[index].request.qty, qty);
  EXPECT_EQ(context.sent[index].request.type, OrderType::market);
}

TEST(Momentum, it_buys_when_the_fast_average_is_above_the_slow_one_and_reverses_below) {
  HandContext context = context_with({});
  ASSERT_TRUE(context.start().ok());
  context.see(test::trade(1, 100, 1));  // slow 100
  context.see(test::trade(2, 104, 1));  // slow 102
  EXPECT_TRUE(context.sent.empty());    // two observations of three
  context.see(test::trade(3, 104, 1));  // slow 103 < fast 104
  expect_market_order(context, 0, Side::buy, 10);
  context.see(test::trade(4, 105, 1));
  EXPECT_EQ(context.sent.size(), 1U);  // one at a time
  context.fill(1, 105, 10);
  context.see(test::trade(5, 105, 1));  // slow 104.5: still above, and already long
  EXPECT_EQ(context.sent.size(), 1U);
  context.see(test::trade(6, 100, 1));  // slow 102.25 > fast 100: from long to short
  expect_market_order(context, 1, Side::sell, 20);
}

TEST(Momentum, the_threshold_holds_it_back) {
  // slow after 100, 100, 102 is 101; 102 is 99.01 bps above it.
  HandContext cautious = context_with({{"threshold_bps", "100"}});
  HandContext eager = context_with({{"threshold_bps", "99"}});
  for (HandContext* context : {&cautious, &eager}) {
    ASSERT_TRUE(context->start().ok());
    context->see(test::trade(1, 100, 1));
    context->see(test::trade(2, 100, 1));
    context->see(test::trade(3, 102, 1));
  }
  EXPECT_TRUE(cautious.sent.empty());
  expect_market_order(eager, 0, Side::buy, 10);
}

TEST(Momentum, long_only_goes_flat_instead_of_short) {
  HandContext context = context_with({{"direction", "long_only"}});
  ASSERT_TRUE(context.start().ok());
  for (TimeNs ts_ns = 1; ts_ns <= 3; ++ts_ns) context.see(test::trade(ts_ns, 100 + ts_ns, 1));
  context.fill(1, 103, 10);
  context.see(test::trade(4, 90, 1));
  expect_market_order(context, 1, Side::sell, 10);
  context.fill(2, 90, 10);
  context.see(test::trade(5, 80, 1));
  EXPECT_EQ(context.sent.size(), 2U);
}

TEST(Momentum, each_feed_moves_it_and_no_other_does) {
  const auto rising = [](HandContext& context, const auto& event_of) {
    for (TimeNs i = 1; i <= 3; ++i) context.see(event_of(i));
  };
  const auto trade_of = [](TimeNs i) { return test::Entry{test::trade(i, 100 + i, 1), {}}; };
  const auto quote_of = [](TimeNs i) { return test::Entry{test::quote(i, 99 + i, 1, 101 + i, 1), {}}; };
  const auto book_of = [](TimeNs i) {
    return test::book(i, BookAction::snapshot, {{99 + i, 1}}, {{101 + i, 1}});
  };
  const auto bar_of = [](TimeNs i) { return test::Entry{test::bar(i, {1, 1, 1, 100 + i, 1}), {}}; };
  for (const std::string on : {"trades", "quotes", "book", "bars"}) {
    HandContext context = context_with({{"on", on}});
    ASSERT_TRUE(context.start().ok());
    if (on != "trades") rising(context, trade_of);
    if (on != "quotes") rising(context, quote_of);
    if (on != "book") rising(context, book_of);
    if (on != "bars") rising(context, bar_of);
    EXPECT_TRUE(context.sent.empty()) << on;
    HandContext fresh = context_with({{"on", on}});
    ASSERT_TRUE(fresh.start().ok());
    if (on == "trades") rising(fresh, trade_of);
    if (on == "quotes") rising(fresh, quote_of);
    if (on == "book") rising(fresh, book_of);
    if (on == "bars") rising(fresh, bar_of);
    EXPECT_EQ(fresh.sent.size(), 1U) << on;
  }
}

TEST(Momentum, after_a_denial_it_waits_a_second) {
  HandContext context = context_with({});
  ASSERT_TRUE(context.start().ok());
  context.deny = {Side::buy};
  for (TimeNs i = 1; i <= 20; ++i) context.see(test::trade(i, 100 + i, 1));
  EXPECT_EQ(context.sent.size(), 1U);
  context.see(test::trade(3 + kSecond - 1, 200, 1));
  EXPECT_EQ(context.sent.size(), 1U);
  context.see(test::trade(3 + kSecond, 300, 1));
  EXPECT_EQ(context.sent.size(), 2U);
}

TEST(Momentum, an_order_that_ends_short_is_followed_by_one_for_the_rest) {
  HandContext context = context_with({});
  ASSERT_TRUE(context.start().ok());
  for (TimeNs i = 1; i <= 3; ++i) context.see(test::trade(i, 100 + i, 1));
  context.accept(1);
  context.fill(1, 103, 4);
  context.answer(1, Kind::cancelled);
  context.see(test::trade(4, 104, 1));
  expect_market_order(context, 1, Side::buy, 6);
}

TEST(Momentum, what_cannot_work_is_refused_before_the_run) {
  EXPECT_EQ(context_with({}).start().ok(), true);
  EXPECT_EQ(context_with({{"qty", "0.5"}}).start().error().text(),
            "instrument T: a quantity of 0.5 is not a positive multiple of the lot 1");
  HandContext equal(Momentum::factory(), {{"fast", "3"}, {"slow", "3"}, {"qty", "1"}});
  EXPECT_EQ(equal.start().error().what, "fast must be shorter than slow");
}

TEST(Momentum, a_change_that_leaves_fast_as_long_as_slow_is_an_error) {
  HandContext context = context_with({});
  ASSERT_TRUE(context.start().ok());
  const Status changed = context.change("fast", 10'000'00);
  ASSERT_FALSE(changed.ok());
  EXPECT_EQ(changed.error().what, "fast must be shorter than slow");
}

TEST(Momentum, a_changed_quantity_holds_from_the_next_order) {
  HandContext context = context_with({});
  ASSERT_TRUE(context.start().ok());
  ASSERT_TRUE(context.change("qty", 7 * std::uint64_t{kNanosPerUnit}).ok());
  for (TimeNs i = 1; i <= 3; ++i) context.see(test::trade(i, 100 + i, 1));
  expect_market_order(context, 0, Side::buy, 7);
}

}  // namespace
}  // namespace lockstep
