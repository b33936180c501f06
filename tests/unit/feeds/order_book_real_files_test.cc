// Real order-by-order files through Books: it must agree with the slow oracle, order by order.
#include <gtest/gtest.h>

#include "engine/book/books.h"
#include "feeds/files/kinds.h"
#include "tests/support/data.h"
#include "tests/support/imported.h"
#include "tests/support/order_oracle.h"

namespace lockstep::feeds {
namespace {

void expect_equal(const MarketState& market, const test::OrderOracle& oracle) {
  for (const Side side : {Side::buy, Side::sell}) {
    const std::vector<test::OrderOracle::Total> expected = oracle.top(side);
    const BookSide& levels = market.book.side(side);
    ASSERT_EQ(levels.size(), expected.size());
    for (std::size_t depth = 0; depth < expected.size(); ++depth) {
      ASSERT_EQ(levels.at(depth), (Level{expected[depth].price, expected[depth].qty}));
      ASSERT_EQ(market.orders().count_at_depth(side, depth), expected[depth].orders);
      std::vector<std::uint64_t> ids;
      market.orders().for_each_at(side, expected[depth].price, [&](const BookOrder& order) {
        ids.push_back(order.id);
        return true;
      });
      ASSERT_EQ(ids, oracle.queue(side, expected[depth].price));
    }
  }
}

struct Seen {
  std::uint64_t actions = 0;
  std::uint64_t crossed = 0;  // at the end of a message, while the book was safe
  std::uint64_t unsafe = 0;   // actions that left the book unsafe
};

Seen follow(const std::string& file, std::string_view kind) {
  ImportOptions options;
  options.paths = {(test::data_dir() / file).string()};
  const test::Imported imported = test::import_all(open_import(kind, options));
  EXPECT_EQ(imported.error_text(), "");
  EXPECT_EQ(imported.instruments.size(), 1U);
  Books books(imported.instruments.size());
  test::OrderOracle oracle;
  Seen seen;
  for (std::size_t i = 0; i < imported.events.size(); ++i) {
    const Event& event = imported.events[i];
    books.look_ahead(std::span(imported.events).subspan(i));
    if (is_market(event.kind)) books.apply(event, imported.levels);
    if (event.kind != Kind::order_action) continue;
    oracle.apply(event);
    ++seen.actions;
    const MarketState& market = books[0];
    if (!market.book_is_safe) ++seen.unsafe;
    const bool is_last = (event.as<OrderAction>().venue_flags & kLastOfMessage) != 0;
    const Top top = market.top();
    if (is_last && market.book_is_safe && top.has_both() && top.bid_price >= top.ask_price) ++seen.crossed;
    if (seen.actions % 512 != 0) continue;
    EXPECT_EQ(books.broken_invariant(), "");
    expect_equal(market, oracle);
    if (testing::Test::HasFailure()) return seen;
  }
  EXPECT_EQ(books.broken_invariant(), "");
  expect_equal(books[0], oracle);
  EXPECT_EQ(oracle.faults(), books[0].anomalies.total()) << oracle.first_fault();
  EXPECT_EQ(books[0].anomalies.total(), 0U);
  return seen;
}

TEST(OrderBookRealFiles, two_seconds_of_the_es_future_agree_with_the_oracle) {
  if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  const Seen seen = follow("databento/nautilus/es_mbo_20240508", "dbn");
  EXPECT_EQ(seen.actions, 13'796U);
  EXPECT_EQ(seen.crossed, 0U);
}

TEST(OrderBookRealFiles, a_snapshot_alone_agrees_with_the_oracle) {
  if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  follow("databento/nautilus/esh4-glbx-mdp3-20231224.mbo.dbn.zst", "dbn");
}

}  // namespace
}  // namespace lockstep::feeds
