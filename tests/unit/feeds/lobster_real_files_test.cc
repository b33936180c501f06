// The proof on real data: whole days of LOBSTER, imported, applied to an order-by-order book, and compared
// with LOBSTER's own orderbook file after every row, all of its levels, prices and quantities.
#include <gtest/gtest.h>

#include "engine/book/books.h"
#include "feeds/files/kinds.h"
#include "tests/support/data.h"
#include "tests/support/lobster_day.h"
#include "tests/support/order_oracle.h"

namespace lockstep::feeds {
namespace {

using test::LobsterDay;
using test::OrderOracle;

class LobsterRealFiles : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  }
};

std::vector<Level> levels_of(const OrderOracle& book, Side side, std::size_t depth) {
  std::vector<Level> out;
  for (const OrderOracle::Total& total : book.top(side, depth)) out.push_back({total.price, total.qty});
  return out;
}

std::vector<Level> levels_of(const BookSide& side, std::size_t depth) {
  std::vector<Level> out;
  for (std::size_t i = 0; i < std::min(depth, side.size()); ++i) out.push_back(side.at(i));
  return out;
}

std::uint64_t sequence_of(const Event& event) {
  if (event.kind == Kind::trade) return event.as<Trade>().sequence;
  return event.kind == Kind::order_action ? event.as<OrderAction>().sequence : 0;
}

struct Proof {
  std::uint64_t rows = 0;
  std::uint64_t mismatches = 0;
  std::uint64_t first_mismatch = 0;
  std::uint64_t crossed = 0;           // after a row
  std::uint64_t named_executions = 0;  // of the visible order that the row names
  std::uint64_t out_of_turn = 0;       // of these, another order stands first in the queue
  std::uint64_t executed_qty = 0;
  std::uint64_t ends_of_rows = 0;
  ImportSummary summary;
  std::uint64_t engine_mismatches = 0;  // of the books that runs use
  OrderOracle book;
  std::string error;
};

/// Every event of the import into the oracle and into the books that runs use; at the end of each row both
/// against the file.
Proof prove(const std::vector<std::string>& paths, LobsterDay& day) {
  Proof out;
  ImportOptions options;
  options.paths = paths;
  const ImportResult import = open_lobster(options);
  if (!import) {
    out.error = import.error().text();
    return out;
  }
  Books books(1);
  const auto check_row = [&] {
    ++out.rows;
    const PriceBook& ours = books[0].book;
    if (levels_of(ours.bids(), day.depth()) != day.after().bids ||
        levels_of(ours.asks(), day.depth()) != day.after().asks)
      ++out.engine_mismatches;
    const bool same = levels_of(out.book, Side::buy, day.depth()) == day.after().bids &&
                      levels_of(out.book, Side::sell, day.depth()) == day.after().asks;
    if (!same && ++out.mismatches == 1) out.first_mismatch = day.row();
    if (out.book.is_crossed()) ++out.crossed;
  };
  bool has_row = day.next();
  for (;;) {
    Batch batch;
    const Result<Source::Pull> pulled = (*import)->pull(batch);
    if (!pulled) out.error = pulled.error().text();
    if (!pulled || *pulled == Source::Pull::end) break;
    for (const Event& event : batch.events) {
      while (has_row && sequence_of(event) > day.row()) {
        check_row();
        has_row = day.next();
      }
      books.apply(event, {});
      if (event.kind != Kind::order_action) continue;
      const auto action = event.as<OrderAction>();
      if ((action.venue_flags & 128U) != 0) ++out.ends_of_rows;
      if (event.detail == static_cast<std::uint8_t>(OrderActionType::execute)) {
        const auto queue = out.book.queue(static_cast<Side>(action.side), action.price);
        out.executed_qty += static_cast<std::uint64_t>(action.qty);
        const bool is_named = action.order_id == static_cast<std::uint64_t>(day.message().order_id);
        if (is_named) ++out.named_executions;
        if (is_named && queue.at(0) != action.order_id) ++out.out_of_turn;
      }
      out.book.apply(event);
    }
  }
  while (has_row) {
    check_row();
    has_row = day.next();
  }
  if (out.error.empty()) out.error = day.problem();
  out.summary = (*import)->summary();
  return out;
}

TEST_F(LobsterRealFiles, five_levels_of_a_whole_day_agree_after_every_row) {
  LobsterDay day(test::lobster_zip(5));
  const Proof proof = prove({test::lobster_zip(5)}, day);
  EXPECT_EQ(proof.error, "");
  EXPECT_EQ(proof.rows, 155'935U);
  EXPECT_EQ(proof.engine_mismatches, 0U);
  EXPECT_EQ(proof.mismatches, 0U) << "first at row " << proof.first_mismatch;
  EXPECT_EQ(proof.book.faults(), 0U) << proof.book.first_fault();
  EXPECT_EQ(proof.crossed, 0U);
  EXPECT_EQ(proof.summary.rows, 155'935U);
  EXPECT_EQ(proof.summary.suspicious_events, 0U);
  EXPECT_EQ(proof.ends_of_rows, 155'935U - 2'444U) << "all rows but hidden executions behind the first";
}
// The counts here and below are those of a program of its own in another language, which keeps the same
// rules.
TEST_F(LobsterRealFiles, what_was_concluded_is_counted_and_told) {
  LobsterDay day(test::lobster_zip(5));
  const Proof proof = prove({test::lobster_zip(5)}, day);
  EXPECT_EQ(
      proof.summary.notes,
      (std::vector<std::string>{
          "left out: LOBSTER_SampleFiles_ReadMe.txt",
          "AMZN 2012-06-21: reconciled 15327 levels that came into view: 6865 with an anonymous order, "
          "8462 by taking orders off",
          "AMZN 2012-06-21: 7786 cancellations of orders that were never announced, taken off anonymous "
          "orders",
          "AMZN 2012-06-21: 1170 executions of orders that were never announced, taken off anonymous "
          "orders",
          "AMZN 2012-06-21: 101 cancellations or executions of another size than the order was known to "
          "have"}));
  EXPECT_EQ(proof.summary.gaps, 0U);
}

TEST_F(LobsterRealFiles, visible_executions_hit_the_first_order_of_the_queue_but_for_a_few) {
  LobsterDay day(test::lobster_zip(5));
  const Proof proof = prove({test::lobster_zip(5)}, day);
  std::uint64_t executed_qty = 0;
  LobsterDay again(test::lobster_zip(5));
  while (again.next()) {
    if (again.message().type == 4) executed_qty += static_cast<std::uint64_t>(again.message().qty);
  }
  EXPECT_EQ(proof.executed_qty, executed_qty) << "every share that the file says was traded, and no other";
  EXPECT_EQ(proof.named_executions, 8'974U - 1'170U);
  EXPECT_EQ(proof.out_of_turn, 46U);
}

TEST_F(LobsterRealFiles, the_head_of_ten_levels_agrees_after_every_row) {
  const std::string stem = (test::data_dir() / "lobster/AAPL_2012-06-21_34200000_57600000_").string();
  LobsterDay day(stem + "message_10.head998.csv", stem + "orderbook_10.head998.csv");
  const Proof proof = prove({stem + "message_10.head998.csv"}, day);
  EXPECT_EQ(proof.error, "");
  EXPECT_EQ(proof.rows, 999U);
  EXPECT_EQ(proof.engine_mismatches, 0U);
  EXPECT_EQ(proof.mismatches, 0U) << "first at row " << proof.first_mismatch;
  EXPECT_EQ(proof.book.faults(), 0U) << proof.book.first_fault();
}

TEST_F(LobsterRealFiles, one_level_of_a_whole_day_agrees_after_every_row) {
  LobsterDay day(test::lobster_zip(1));
  const Proof proof = prove({test::lobster_zip(1)}, day);
  EXPECT_EQ(proof.error, "");
  EXPECT_EQ(proof.rows, 57'515U);
  EXPECT_EQ(proof.engine_mismatches, 0U);
  EXPECT_EQ(proof.mismatches, 0U) << "first at row " << proof.first_mismatch;
  EXPECT_EQ(proof.book.faults(), 0U) << proof.book.first_fault();
  EXPECT_EQ(proof.crossed, 0U);
  EXPECT_EQ(proof.summary.suspicious_events, 0U);
}

}  // namespace
}  // namespace lockstep::feeds
