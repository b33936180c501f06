// The strategies on an order-by-order feed: `on = "book"` means the book, whatever the feed builds it from.
#include <gtest/gtest.h>

#include "engine/strategy/market_maker.h"
#include "engine/strategy/mean_reversion.h"
#include "engine/strategy/momentum.h"
#include "tests/support/hand_context.h"

namespace lockstep {
namespace {

using test::HandContext;

Event add(TimeNs ts_ns, std::uint64_t id, Side side, Price price, Qty qty,
          std::uint32_t venue_flags = kLastOfMessage) {
  Event event;
  event.recv_ts_ns = event.exch_ts_ns = ts_ns;
  event.instrument = 0;
  event.kind = Kind::order_action;
  event.detail = static_cast<std::uint8_t>(OrderActionType::add);
  event.set(OrderAction{id, price, qty, 0, static_cast<std::uint32_t>(side), venue_flags});
  return event;
}

HandContext market_maker(const std::string& on) {
  HandContext context(MarketMaker::factory(),
                      {{"on", on},
                       {"half_spread_bps", "10"},
                       {"skew_bps", "5"},
                       {"requote_bps", "2"},
                       {"qty", "10"},
                       {"max_inventory", "30"}},
                      {test::plain_instrument()});
  EXPECT_TRUE(context.start().ok());
  return context;
}

TEST(OrderFeed, the_market_maker_quotes_once_the_orders_of_both_sides_make_a_mid) {
  HandContext context = market_maker("book");
  context.see(add(1, 1, Side::buy, 99'000, 5));
  EXPECT_TRUE(context.sent.empty());
  context.see(add(2, 2, Side::sell, 101'000, 5));  // mid 100,000; ten bps of it are 100
  ASSERT_EQ(context.sent.size(), 2U);
  EXPECT_EQ(context.sent[0].request.price, 99'900);
  EXPECT_EQ(context.sent[1].request.price, 100'100);
}

TEST(OrderFeed, the_market_maker_waits_for_the_end_of_the_venues_message) {
  HandContext context = market_maker("book");
  context.see(add(1, 1, Side::buy, 99'000, 5));
  context.see(add(2, 2, Side::sell, 101'000, 5, 0));
  EXPECT_TRUE(context.sent.empty()) << "the book may be in between";
  context.see(add(2, 3, Side::sell, 102'000, 5));
  EXPECT_EQ(context.sent.size(), 2U);
}

TEST(OrderFeed, the_market_maker_on_quotes_does_not_look_at_orders) {
  HandContext context = market_maker("quotes");
  context.see(add(1, 1, Side::buy, 99'000, 5));
  context.see(add(2, 2, Side::sell, 101'000, 5));
  EXPECT_TRUE(context.sent.empty());
}

// Each raises the bid, and with it the mid, by 1%.
void rising_bids(HandContext& context) {
  context.see(add(1, 1, Side::sell, 200'000, 5));
  for (std::uint64_t i = 0; i < 40; ++i)
    context.see(
        add(static_cast<TimeNs>(2 + i), 2 + i, Side::buy, 100'000 + static_cast<Price>(i) * 2'000, 5));
}

TEST(OrderFeed, momentum_follows_the_book_of_orders) {
  HandContext context(Momentum::factory(), {{"on", "book"}, {"fast", "2"}, {"slow", "8"}, {"qty", "1"}},
                      {test::plain_instrument()});
  ASSERT_TRUE(context.start().ok());
  rising_bids(context);
  ASSERT_FALSE(context.sent.empty());
  EXPECT_EQ(context.sent[0].request.side, Side::buy);
}

TEST(OrderFeed, mean_reversion_sells_what_the_book_of_orders_has_raised) {
  HandContext context(MeanReversion::factory(), {{"on", "book"}, {"qty", "1"}, {"window", "10"}},
                      {test::plain_instrument()});
  ASSERT_TRUE(context.start().ok());
  context.see(add(1, 1, Side::sell, 101'000, 5));
  for (std::uint64_t i = 0; i < 20; ++i)
    context.see(add(static_cast<TimeNs>(2 + i), 2 + i, Side::buy, 99'000 + static_cast<Price>(i % 2), 5));
  EXPECT_TRUE(context.sent.empty());
  context.see(add(30, 30, Side::buy, 100'900, 5));
  ASSERT_FALSE(context.sent.empty());
  EXPECT_EQ(context.sent[0].request.side, Side::sell);
}

}  // namespace
}  // namespace lockstep
