#include "engine/book/books.h"

#include <gtest/gtest.h>

#include "tests/support/events.h"

namespace lockstep {
namespace {

using test::book;
using test::Entry;

void apply(Books& books, const Entry& entry) {
  books.apply(entry.event, entry.levels);
}
void apply(Books& books, const Event& event) {
  books.apply(event, {});
}

std::vector<Level> levels_of(const BookSide& side) {
  std::vector<Level> levels;
  for (std::size_t i = 0; i < side.size(); ++i) levels.push_back(side.at(i));
  return levels;
}

TEST(Books, a_snapshot_is_the_whole_book_in_whatever_order_it_comes) {
  Books books(1);
  apply(books,
        book(1, BookAction::snapshot, {{98, 3}, {100, 1}, {99, 0}, {97, 2}}, {{103, 4}, {101, 5}, {102, 6}}));
  EXPECT_EQ(levels_of(books[0].book.bids()), (std::vector<Level>{{100, 1}, {98, 3}, {97, 2}}));
  EXPECT_EQ(levels_of(books[0].book.asks()), (std::vector<Level>{{101, 5}, {102, 6}, {103, 4}}));
  apply(books, book(2, BookAction::snapshot, {{90, 1}}, {{91, 1}}));
  EXPECT_EQ(levels_of(books[0].book.bids()), (std::vector<Level>{{90, 1}}));
  EXPECT_EQ(levels_of(books[0].book.asks()), (std::vector<Level>{{91, 1}}));
}

TEST(Books, a_difference_sets_adds_and_deletes_levels) {
  Books books(1);
  apply(books, book(1, BookAction::snapshot, {{100, 1}, {98, 3}}, {{101, 5}}));
  apply(books, book(2, BookAction::diff, {{100, 0}, {99, 7}, {98, 4}, {50, 0}}, {{101, 6}, {105, 1}}));
  EXPECT_EQ(levels_of(books[0].book.bids()), (std::vector<Level>{{99, 7}, {98, 4}}));
  EXPECT_EQ(levels_of(books[0].book.asks()), (std::vector<Level>{{101, 6}, {105, 1}}));
  EXPECT_EQ(books[0].book.bids().qty_at(98), 4);
  EXPECT_EQ(books[0].book.bids().qty_at(100), 0);
}

TEST(Books, a_book_is_safe_from_its_snapshot_to_a_gap_or_a_clear) {
  Books books(2);
  apply(books, book(1, BookAction::diff, {{100, 1}}, {}));
  EXPECT_TRUE(books[0].has_book);
  EXPECT_FALSE(books[0].book_is_safe);
  apply(books, book(2, BookAction::snapshot, {{100, 1}}, {}));
  apply(books, book(2, BookAction::snapshot, {{100, 1}}, {}, 1));
  EXPECT_TRUE(books[0].book_is_safe);
  apply(books, test::gap(3, 0));
  EXPECT_FALSE(books[0].book_is_safe);
  EXPECT_TRUE(books[1].book_is_safe);
  apply(books, book(4, BookAction::diff, {{99, 1}}, {}));
  EXPECT_FALSE(books[0].book_is_safe);
  apply(books, book(5, BookAction::snapshot, {{100, 1}}, {}));
  EXPECT_TRUE(books[0].book_is_safe);
  apply(books, book(6, BookAction::clear, {}, {}));
  EXPECT_FALSE(books[0].book_is_safe);
  EXPECT_TRUE(books[0].book.bids().empty());
}

TEST(Books, a_gap_of_no_instrument_makes_every_book_unsafe) {
  Books books(2);
  apply(books, book(1, BookAction::snapshot, {{100, 1}}, {}, 0));
  apply(books, book(1, BookAction::snapshot, {{100, 1}}, {}, 1));
  apply(books, test::gap(2, kNoInstrument));
  EXPECT_FALSE(books[0].book_is_safe);
  EXPECT_FALSE(books[1].book_is_safe);
}

TEST(Books, the_top_is_the_book_while_it_is_safe_and_else_the_quote) {
  Books books(1);
  EXPECT_EQ(books[0].top().bid_price, kNoPrice);
  EXPECT_EQ(books[0].mid_times_two(), kNoPrice);
  apply(books, test::quote(1, 90, 9, 95, 5));
  EXPECT_EQ(books[0].top().bid_price, 90);
  EXPECT_EQ(books[0].top().ask_qty, 5);
  apply(books, book(2, BookAction::snapshot, {{100, 1}}, {{101, 2}}));
  EXPECT_EQ(books[0].top().price(Side::buy), 100);
  EXPECT_EQ(books[0].top().price(Side::sell), 101);
  EXPECT_EQ(books[0].mid_times_two(), 201);
  apply(books, test::gap(3));
  EXPECT_EQ(books[0].top().bid_price, 90);
  EXPECT_EQ(books[0].mid_times_two(), 185);
}

TEST(Books, an_empty_side_has_no_price_even_if_there_is_a_quote) {
  Books books(1);
  apply(books, test::quote(1, 90, 9, 95, 5));
  apply(books, book(2, BookAction::snapshot, {{100, 1}}, {}));
  EXPECT_EQ(books[0].top().ask_price, kNoPrice);
  EXPECT_EQ(books[0].top().ask_qty, 0);
  EXPECT_FALSE(books[0].top().has_both());
  EXPECT_EQ(books[0].mid_times_two(), kNoPrice);
}

TEST(Books, a_decision_is_measured_against_the_mid_rounded_down_else_the_last_trade) {
  Books books(1);
  EXPECT_EQ(books[0].reference_price(), kNoPrice);
  apply(books, test::trade(1, 77, 1));
  EXPECT_EQ(books[0].reference_price(), 77);
  apply(books, test::quote(2, 100, 1, 103, 1));
  EXPECT_EQ(books[0].reference_price(), 101);
  apply(books, test::quote(3, -104, 1, -101, 1));  // -102.5
  EXPECT_EQ(books[0].reference_price(), -103);
}

TEST(Books, the_last_price_is_of_trades_and_of_bars_of_trades) {
  Books books(1);
  apply(books, test::bar(10, {1, 5, 1, 4, 100}));
  EXPECT_EQ(books[0].last_price, 4);
  apply(books, test::bar(11, {1, 5, 1, 3, 100}, {BarUnit::minute, 1, BarSide::bid}));
  EXPECT_EQ(books[0].last_price, 4);
  apply(books, test::trade(12, 6, 1));
  EXPECT_EQ(books[0].last_price, 6);
}

TEST(Books, marks_and_status_are_kept_and_what_is_not_given_changes_nothing) {
  Books books(1);
  Event event = test::trade(1, 0, 0);
  event.kind = Kind::mark;
  event.set(Mark{50, kNoPrice, -1, {}});
  apply(books, event);
  EXPECT_EQ(books[0].mark_price, 50);
  EXPECT_EQ(books[0].index_price, kNoPrice);
  event.set(Mark{kNoPrice, 51, -1, {}});
  apply(books, event);
  EXPECT_EQ(books[0].mark_price, 50);
  EXPECT_EQ(books[0].index_price, 51);
  EXPECT_EQ(books[0].status, TradingStatus::unknown);
  apply(books, test::status(2, TradingStatus::halted));
  EXPECT_EQ(books[0].status, TradingStatus::halted);
  EXPECT_EQ(books[0].last_price, kNoPrice);
}

TEST(BooksDeathTest, an_instrument_that_the_run_does_not_have_is_a_bug) {
  Books books(1);
  EXPECT_DEATH(apply(books, test::trade(1, 1, 1, Side::buy, 1)), "does not have");
}

TEST(Books, a_restored_state_is_the_same) {
  Books books(1);
  apply(books, book(1, BookAction::snapshot, {{100, 1}, {99, 2}}, {{101, 3}}));
  apply(books, test::quote(2, 98, 1, 102, 1));
  apply(books, test::trade(3, 100, 1));
  StateVisitor saving = StateVisitor::saving();
  books.visit(saving);
  const std::vector<std::uint8_t> bytes = saving.take();
  Books restored(1);
  StateVisitor loading = StateVisitor::loading(bytes);
  restored.visit(loading);
  ASSERT_TRUE(loading.complete());
  EXPECT_EQ(levels_of(restored[0].book.bids()), (std::vector<Level>{{100, 1}, {99, 2}}));
  EXPECT_TRUE(restored[0].book_is_safe);
  EXPECT_EQ(restored[0].last_price, 100);
  EXPECT_EQ(restored[0].quote.ask_price, 102);
}

}  // namespace
}  // namespace lockstep
