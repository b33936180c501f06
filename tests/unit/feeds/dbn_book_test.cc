// The books that Databento's order-by-order files make. The expected figures are those of a program of its
// own in another language, which reads the bytes itself and applies Databento's published rules: T, F and N
// change nothing, a modify that moves the price or grows the size loses its place, a cancel takes its size
// off.
#include <gtest/gtest.h>

#include <map>

#include "tests/support/data.h"
#include "tests/support/order_oracle.h"
#include "tests/unit/feeds/dbn_bytes.h"

namespace lockstep {
namespace {

using test::Bytes;
using test::dbn_mbo;
using test::DbnImport;
using test::import_dbn;
using test::OrderOracle;
using Total = OrderOracle::Total;

constexpr std::int64_t kDollar = 1'000'000'000;
constexpr std::uint32_t kLastFlag = 128;

std::string file(const std::string& name) {
  return (test::data_dir() / "databento" / name).string();
}

class DbnBook : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  }
};

TEST_F(DbnBook, two_seconds_of_the_es_future_are_the_same_book_after_every_message) {
  const DbnImport import = import_dbn(std::vector{
      file("nautilus/es_mbo_20240508/orderbooks_mbo_2024-05-08T00-00-00_2024-05-08T00-00-02.dbn.zst")});
  ASSERT_EQ(import.error, "");
  OrderOracle book;
  std::int64_t messages = 0;
  std::int64_t prices = 0;  // of the ten best levels of both sides, each times its place
  std::int64_t quantities = 0;
  std::int64_t orders = 0;
  for (const Event& event : import.events) {
    ASSERT_EQ(event.kind, Kind::order_action);
    book.apply(event);
    if ((event.as<OrderAction>().venue_flags & kLastFlag) == 0) continue;
    EXPECT_FALSE(book.is_crossed());
    if ((event.flags & kFlagVenueSnapshot) != 0) continue;
    ++messages;
    for (const Side side : {Side::buy, Side::sell}) {
      std::int64_t place = 0;
      for (const Total& total : book.top(side, 10)) {
        ++place;
        prices += place * total.price;
        quantities += place * total.qty;
        orders += place * static_cast<std::int64_t>(total.orders);
      }
    }
  }
  EXPECT_EQ(book.faults(), 0U) << book.first_fault();
  EXPECT_EQ(messages, 184);
  EXPECT_EQ(prices, 10'553'389'000);
  EXPECT_EQ(quantities, 947'762);
  EXPECT_EQ(orders, 547'604);
  EXPECT_EQ(book.orders().size(), 13'598U);
  EXPECT_EQ(book.top(Side::buy).size(), 976U);
  EXPECT_EQ(book.top(Side::sell).size(), 571U);
  EXPECT_EQ(book.top(Side::buy, 1), (std::vector<Total>{{521'400, 28, 22}}));
  EXPECT_EQ(book.top(Side::sell, 1), (std::vector<Total>{{521'425, 17, 11}}));
  const std::vector<std::uint64_t> queue = book.queue(Side::sell, 521'425);
  ASSERT_GE(queue.size(), 3U);
  EXPECT_EQ(queue[0], 6'413'245'567'872U) << "filled in parts, it keeps its place";
  EXPECT_EQ(queue[1], 6'413'245'566'552U);
  EXPECT_EQ(queue[2], 6'413'245'568'349U);
}

TEST_F(DbnBook, what_a_fill_reports_is_taken_off_by_the_change_of_the_same_order_that_follows) {
  const DbnImport import = import_dbn(std::vector{
      file("nautilus/es_mbo_20240508/orderbooks_mbo_2024-05-08T00-00-00_2024-05-08T00-00-02.dbn.zst")});
  ASSERT_EQ(import.error, "");
  OrderOracle book;
  std::map<std::uint64_t, Qty> due;  // size that each order should have once its message is over
  int fills = 0;
  Qty printed = 0;
  Qty filled = 0;
  for (const Event& event : import.events) {
    const auto action = event.as<OrderAction>();
    if (event.detail == static_cast<std::uint8_t>(OrderActionType::trade)) printed += action.qty;
    if (event.detail == static_cast<std::uint8_t>(OrderActionType::execute)) {
      ++fills;
      filled += action.qty;
      const OrderOracle::Order& order = book.orders().at(action.order_id);
      EXPECT_EQ(order.price, action.price);
      EXPECT_EQ(book.top(order.side, 1).at(0).price, order.price) << "filled at the best price";
      due[action.order_id] = order.qty - action.qty;
    }
    book.apply(event);
    if ((action.venue_flags & kLastFlag) == 0) continue;
    for (const auto& [id, qty] : due) {
      const auto found = book.orders().find(id);
      EXPECT_EQ(found == book.orders().end() ? 0 : found->second.qty, qty) << "order " << id;
    }
    due.clear();
  }
  EXPECT_EQ(fills, 5);
  EXPECT_EQ(filled, 6);
  EXPECT_EQ(printed, 6);
}

TEST_F(DbnBook, the_snapshot_of_a_christmas_eve_is_a_whole_book) {
  const DbnImport import = import_dbn(std::vector{file("nautilus/esh4-glbx-mdp3-20231224.mbo.dbn.zst")});
  ASSERT_EQ(import.error, "");
  OrderOracle book;
  for (const Event& event : import.events) book.apply(event);
  EXPECT_EQ(book.faults(), 0U) << book.first_fault();
  EXPECT_FALSE(book.is_crossed());
  EXPECT_EQ(book.orders().size(), 8'725U);
  EXPECT_EQ(book.top(Side::buy).size(), 892U);
  EXPECT_EQ(book.top(Side::sell).size(), 559U);
  EXPECT_EQ(book.top(Side::buy, 1), (std::vector<Total>{{479'900, 16, 4}}));
  EXPECT_EQ(book.top(Side::sell, 1), (std::vector<Total>{{479'950, 23, 4}}));
  EXPECT_EQ(book.queue(Side::buy, 479'900),
            (std::vector<std::uint64_t>{6'412'777'162'812, 6'412'777'162'851, 6'412'777'162'918,
                                        6'412'777'160'435}))
      << "in the order of the snapshot, not of the ids";
}

// Where the same market was recorded by order and by level, with two records of each: the cancel of 1 at the
// tenth offer is in both, the next one, behind it, in the file by order alone.
TEST_F(DbnBook, a_message_by_order_and_the_same_by_level_tell_of_the_same_level) {
  const DbnImport by_order = import_dbn(std::vector{file("dbn_repo/test_data.mbo.v3.dbn.zst")});
  const DbnImport by_level = import_dbn(std::vector{file("dbn_repo/test_data.mbp-10.v3.dbn.zst")});
  ASSERT_EQ(by_order.events.size(), 2U);
  ASSERT_EQ(by_level.events.size(), 2U);
  const auto seen = by_order.events[0].as<OrderAction>();
  const auto update = by_level.events[0].as<BookUpdate>();
  EXPECT_EQ(seen.sequence, update.last_update_id);
  EXPECT_EQ(by_order.events[0].exch_ts_ns, by_level.events[0].exch_ts_ns);
  EXPECT_EQ(by_order.events[0].recv_ts_ns, by_level.events[0].recv_ts_ns);
  EXPECT_EQ(by_level.levels[0].at(19).price, seen.price);
  const auto behind = by_order.events[1].as<OrderAction>();
  EXPECT_GT(behind.price, by_level.levels[0].at(19).price);
  EXPECT_EQ(by_level.levels[1].at(19), by_level.levels[0].at(19)) << "which it does not touch";
}

Bytes file_of(const std::vector<feeds::dbn::MboRecord>& records) {
  test::DbnHead head;
  head.mappings = {{"SPY", 20240508, 20240509, "7"}};
  Bytes bytes = dbn_head(head);
  for (const auto& record : records) test::put(bytes, record);
  return bytes;
}

feeds::dbn::MboRecord top_of_book(char side, std::int64_t price, std::uint32_t size) {
  feeds::dbn::MboRecord record = dbn_mbo('A', side, 0, price, size);
  record.flags = feeds::dbn::kTopOfBook | feeds::dbn::kLast;
  return record;
}

TEST(DbnTopOfBook, an_add_replaces_what_stood_on_its_side) {
  const DbnImport import = import_dbn(file_of({
      top_of_book('B', 500 * kDollar, 4),
      top_of_book('A', 501 * kDollar, 5),
      top_of_book('B', 499 * kDollar, 6),
      top_of_book('A', feeds::dbn::kUndefinedPrice, 0),
  }));
  ASSERT_EQ(import.error, "");
  ASSERT_EQ(import.events.size(), 5U);
  OrderOracle book;
  for (std::size_t i = 0; i < 4; ++i) book.apply(import.events[i]);
  EXPECT_EQ(book.top(Side::buy), (std::vector<Total>{{49'900, 6, 1}}));
  EXPECT_EQ(book.top(Side::sell), (std::vector<Total>{{50'100, 5, 1}}));
  book.apply(import.events[4]);
  EXPECT_TRUE(book.top(Side::sell).empty());
  EXPECT_EQ(book.faults(), 0U) << book.first_fault();
  EXPECT_EQ(import.events[2].as<OrderAction>().venue_flags & kLastFlag, 0U) << "its add follows";
  EXPECT_EQ(import.events[3].as<OrderAction>().venue_flags & kLastFlag, kLastFlag);
  EXPECT_EQ(import.events[4].as<OrderAction>().venue_flags & kLastFlag, kLastFlag);
}

TEST(DbnTopOfBook, after_a_clear_there_is_nothing_to_replace) {
  const DbnImport import = import_dbn(file_of({
      top_of_book('B', 500 * kDollar, 4),
      dbn_mbo('R', 'N', 0, feeds::dbn::kUndefinedPrice, 0),
      top_of_book('B', 499 * kDollar, 6),
  }));
  ASSERT_EQ(import.events.size(), 3U);
  OrderOracle book;
  for (const Event& event : import.events) book.apply(event);
  EXPECT_EQ(book.top(Side::buy), (std::vector<Total>{{49'900, 6, 1}}));
  EXPECT_EQ(book.faults(), 0U) << book.first_fault();
}

TEST(DbnTopOfBook, an_order_without_a_side_or_a_price_is_refused) {
  const DbnImport no_side = import_dbn(file_of({dbn_mbo('C', 'N', 1, 500 * kDollar, 4)}));
  EXPECT_NE(no_side.error.find("action 'C' has no side"), std::string::npos) << no_side.error;
  const DbnImport no_price = import_dbn(file_of({dbn_mbo('A', 'B', 1, feeds::dbn::kUndefinedPrice, 4)}));
  EXPECT_NE(no_price.error.find("action 'A' has no price"), std::string::npos) << no_price.error;
}

}  // namespace
}  // namespace lockstep
