// LOBSTER days made by hand: what each row becomes, and how the book is kept whole where the file is silent.
#include <gtest/gtest.h>
#include <zlib.h>

#include "feeds/files/kinds.h"
#include "feeds/files/lobster_book.h"
#include "feeds/files/lobster_path.h"
#include "tests/support/imported.h"
#include "tests/support/order_oracle.h"
#include "tests/support/temp_file.h"

namespace lockstep::feeds {
namespace {

using test::Imported;
using test::OrderOracle;
using test::write_temp;
using Total = OrderOracle::Total;

constexpr TimeNs kMidnight = 1'340'251'200'000'000'000;  // 2012-06-21T04:00Z: New York is four hours behind
const std::string kStem = "AMZN_2012-06-21_34200000_57600000_";

struct Files {
  std::string message;
  std::string orderbook;  // empty: there is none
};

Imported import_files(const Files& files, ImportOptions options = {}) {
  std::filesystem::remove_all(test::temp_dir());
  options.paths = {write_temp(kStem + "message_2.csv", files.message)};
  if (!files.orderbook.empty()) write_temp(kStem + "orderbook_2.csv", files.orderbook);
  return test::import_all(open_lobster(options));
}

OrderActionType type_of(const Event& event) {
  return static_cast<OrderActionType>(event.detail);
}

OrderOracle book_of(const Imported& imported) {
  OrderOracle book;
  for (const Event& event : imported.of(Kind::order_action)) book.apply(event);
  EXPECT_EQ(book.faults(), 0U) << book.first_fault();
  return book;
}

/// The order actions of a row of the message file, from 1.
std::vector<Event> actions_of_row(const Imported& imported, std::uint64_t row) {
  std::vector<Event> out;
  for (const Event& event : imported.of(Kind::order_action)) {
    if (event.as<OrderAction>().sequence == row) out.push_back(event);
  }
  return out;
}

bool has_note(const Imported& imported, const std::string& text) {
  for (const std::string& note : imported.summary.notes) {
    if (note.find(text) != std::string::npos) return true;
  }
  return false;
}

constexpr std::uint64_t kAnonymous = std::uint64_t{1} << 62U;

// One level a side: the offer of 100 at 101 dollars and the bid of 50 at 100 stand there at first.
TEST(Lobster, each_type_of_row_has_its_event) {
  const Imported day =
      import_files({"34200.5,1,7,20,1000000,1\n"
                    "34201,2,7,5,1000000,1\n"
                    "34202,4,7,10,1000000,1\n"
                    "34203,3,7,5,1000000,1\n"
                    "34204,5,0,3,1005000,-1\n"
                    "34205,6,-1,900,1004000,1\n"
                    "34206,7,0,0,-1,-1\n"
                    "34207,7,0,0,0,-1\n"
                    "34208,7,0,0,1,-1\n",
                    "1010000,100,1000000,70\n"
                    "1010000,100,1000000,65\n"
                    "1010000,100,1000000,55\n"
                    "1010000,100,1000000,50\n"
                    "1010000,100,1000000,50\n"
                    "1010000,100,1000000,50\n"
                    "1010000,100,1000000,50\n"
                    "1010000,100,1000000,50\n"
                    "1010000,100,1000000,50\n"});
  ASSERT_EQ(day.error_text(), "");
  EXPECT_EQ(day.summary.rows, 9U);
  ASSERT_EQ(day.events.size(), 3U + 4U + 2U + 3U);
  const auto expect = [&](std::size_t i, OrderActionType type, std::uint64_t id, Side side, Price price,
                          Qty qty) {
    SCOPED_TRACE(i);
    ASSERT_EQ(day.events[i].kind, Kind::order_action);
    const auto action = day.events[i].as<OrderAction>();
    EXPECT_EQ(type_of(day.events[i]), type);
    EXPECT_EQ(action.order_id, id);
    EXPECT_EQ(action.side, static_cast<std::uint32_t>(side));
    EXPECT_EQ(action.price, price);
    EXPECT_EQ(action.qty, qty);
  };
  expect(0, OrderActionType::clear, 0, Side::none, kNoPrice, 0);
  expect(1, OrderActionType::add, kAnonymous, Side::buy, 1'000'000, 50);
  expect(2, OrderActionType::add, kAnonymous + 1, Side::sell, 1'010'000, 100);
  expect(3, OrderActionType::add, 7, Side::buy, 1'000'000, 20);
  expect(4, OrderActionType::cancel, 7, Side::buy, 1'000'000, 5);
  expect(5, OrderActionType::execute, 7, Side::buy, 1'000'000, 10);
  expect(6, OrderActionType::cancel, 7, Side::buy, 1'000'000, 5);
  for (const std::size_t i : {0U, 1U, 2U})
    EXPECT_EQ(day.events[i].flags, kFlagVenueSnapshot | kFlagReceiveDerived);
  EXPECT_EQ(day.events[3].flags, kFlagReceiveDerived);
  EXPECT_EQ(day.events[3].exch_ts_ns, kMidnight + 34'200'500'000'000);
  EXPECT_EQ(day.events[3].recv_ts_ns, kMidnight + 34'200'500'000'000);
  for (const std::size_t i : {0U, 1U, 2U}) EXPECT_EQ(day.events[i].as<OrderAction>().venue_flags, 0U);
  for (const std::size_t i : {3U, 4U, 5U, 6U})
    EXPECT_EQ(day.events[i].as<OrderAction>().venue_flags, 128U) << "the last action of its row";
  EXPECT_EQ(static_cast<Side>(trade_of(day.events[5])->detail), Side::sell) << "the aggressor";

  const Event& hidden = day.events[7];
  EXPECT_EQ(hidden.kind, Kind::trade);
  EXPECT_EQ(static_cast<Side>(hidden.detail), Side::buy);
  EXPECT_EQ(hidden.as<Trade>().price, 1'005'000);
  EXPECT_EQ(hidden.as<Trade>().qty, 3);
  EXPECT_EQ(hidden.as<Trade>().conditions, 5U);
  EXPECT_EQ(hidden.as<Trade>().sequence, 5U);
  const Event& cross = day.events[8];
  EXPECT_EQ(cross.kind, Kind::trade);
  EXPECT_EQ(static_cast<Side>(cross.detail), Side::none);
  EXPECT_EQ(cross.flags, kFlagAuction | kFlagReceiveDerived);
  EXPECT_EQ(cross.as<Trade>().conditions, 6U + (1U << 8U)) << "the opening cross";
  const TradingStatus states[] = {TradingStatus::halted, TradingStatus::quoting_only, TradingStatus::trading};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(day.events[9 + i].kind, Kind::status);
    EXPECT_EQ(static_cast<TradingStatus>(day.events[9 + i].detail), states[i]);
  }
  ASSERT_EQ(day.instruments.size(), 1U);
  EXPECT_EQ(day.instruments[0].symbol, "AMZN");
  EXPECT_EQ(day.instruments[0].venue, "xnas");
  EXPECT_EQ(day.instruments[0].kind, InstrumentKind::equity);
  EXPECT_EQ(day.instruments[0].price_scale, 4);
  EXPECT_EQ(day.instruments[0].tick, 100);
  EXPECT_TRUE(day.summary.notes.empty()) << day.summary.notes.front();
}

TEST(Lobster, the_book_begins_as_it_stood_before_the_first_row) {
  // A deletion of 30 from a level that still has 20, an execution that empties one, and a hidden one.
  const Imported deleted = import_files({"34200,3,7,30,1000000,1\n", "1010000,100,1000000,20\n"});
  ASSERT_EQ(deleted.error_text(), "");
  EXPECT_EQ(book_of(deleted).top(Side::buy), (std::vector<Total>{{1'000'000, 20, 1}}));
  EXPECT_EQ(type_of(deleted.events.back()), OrderActionType::cancel);
  EXPECT_EQ(deleted.events.back().as<OrderAction>().qty, 30);
  EXPECT_EQ(deleted.events.back().flags, kFlagReceiveDerived) << "this has happened";

  const Imported executed = import_files({"34200,4,7,30,1010000,-1\n", "1020000,100,1000000,20\n"});
  ASSERT_EQ(executed.error_text(), "");
  EXPECT_EQ(book_of(executed).top(Side::sell), (std::vector<Total>{{1'020'000, 100, 1}}));
  EXPECT_EQ(type_of(executed.events.back()), OrderActionType::execute);
  EXPECT_EQ(executed.events.back().as<OrderAction>().price, 1'010'000);

  const Imported hidden = import_files({"34200,5,0,30,1005000,-1\n", "1020000,100,1000000,20\n"});
  EXPECT_EQ(book_of(hidden).top(Side::sell), (std::vector<Total>{{1'020'000, 100, 1}}));
  EXPECT_EQ(hidden.events.back().kind, Kind::trade) << "behind the book";
}

TEST(Lobster, empty_places_of_a_row_are_no_levels) {
  const Imported day =
      import_files({"34200,1,7,30,1000000,1\n", "9999999999,0,1000000,30,9999999999,0,-9999999999,0\n"});
  ASSERT_EQ(day.error_text(), "");
  EXPECT_EQ(book_of(day).top(Side::buy), (std::vector<Total>{{1'000'000, 30, 1}}));
  EXPECT_TRUE(book_of(day).top(Side::sell).empty());
}

TEST(Lobster, a_level_that_comes_into_view_gets_an_anonymous_order) {
  const Imported day =
      import_files({"34200,1,7,30,1000000,1\n"
                    "34201,3,7,30,1000000,1\n",
                    "1010000,100,1000000,30\n"
                    "1010000,100,990000,80\n"});
  ASSERT_EQ(day.error_text(), "");
  const std::vector<Event> row = actions_of_row(day, 2);
  ASSERT_EQ(row.size(), 2U);
  EXPECT_EQ(row[1].as<OrderAction>().price, 990'000);
  EXPECT_EQ(row[1].as<OrderAction>().qty, 80);
  EXPECT_GE(row[1].as<OrderAction>().order_id, kAnonymous);
  EXPECT_EQ(row[1].flags, kFlagVenueSnapshot | kFlagReceiveDerived);
  EXPECT_EQ(row[0].as<OrderAction>().venue_flags, 0U) << "more of the row follows";
  EXPECT_EQ(row[1].as<OrderAction>().venue_flags, 128U);
  EXPECT_TRUE(has_note(day, "AMZN 2012-06-21: reconciled 1 levels that came into view: 1 with an anonymous"));
}

// Order 7 goes out of view with 30; while it is, 10 come behind it.
TEST(Lobster, what_came_while_a_level_was_out_of_view_stands_behind_what_was_there) {
  const Imported day =
      import_files({"34200,1,7,30,1000000,1\n"
                    "34201,1,8,5,1005000,1\n"
                    "34202,3,8,5,1005000,1\n",
                    "1010000,100,1000000,30\n"
                    "1010000,100,1005000,5\n"
                    "1010000,100,1000000,40\n"});
  ASSERT_EQ(day.error_text(), "");
  const std::vector<std::uint64_t> queue = book_of(day).queue(Side::buy, 1'000'000);
  ASSERT_EQ(queue.size(), 2U);
  EXPECT_EQ(queue[0], 7U);
  EXPECT_GE(queue[1], kAnonymous);
}

/// 20, 10 and 10 named and 15 anonymous at 100 dollars, which then come back with `left`.
std::vector<std::pair<std::uint64_t, Qty>> left_of_queue(int left) {
  const Imported day =
      import_files({"34200,5,0,1,1005000,1\n"
                    "34201,1,7,20,1000000,1\n"
                    "34201,1,8,10,1000000,1\n"
                    "34201,1,9,10,1000000,1\n"
                    "34202,1,10,5,1005000,1\n"
                    "34203,3,10,5,1005000,1\n",
                    "1010000,100,1000000,15\n"
                    "1010000,100,1000000,35\n"
                    "1010000,100,1000000,45\n"
                    "1010000,100,1000000,55\n"
                    "1010000,100,1005000,5\n"
                    "1010000,100,1000000," +
                        std::to_string(left) + "\n"});
  EXPECT_EQ(day.error_text(), "");
  for (const Event& event : actions_of_row(day, 6)) {
    const bool is_announced = event.as<OrderAction>().order_id == 10;
    EXPECT_EQ((event.flags & kFlagVenueSnapshot) != 0, !is_announced);
  }
  const OrderOracle book = book_of(day);
  std::vector<std::pair<std::uint64_t, Qty>> out;
  for (const std::uint64_t id : book.queue(Side::buy, 1'000'000))
    out.emplace_back(id, book.orders().at(id).qty);
  return out;
}

TEST(Lobster, a_level_that_comes_back_with_less_has_lost_the_oldest_order_of_that_size) {
  using Queue = std::vector<std::pair<std::uint64_t, Qty>>;
  EXPECT_EQ(left_of_queue(45), (Queue{{kAnonymous, 15}, {7, 20}, {9, 10}}));
  EXPECT_EQ(left_of_queue(35), (Queue{{kAnonymous, 15}, {8, 10}, {9, 10}}));
  EXPECT_EQ(left_of_queue(43), (Queue{{kAnonymous, 3}, {7, 20}, {8, 10}, {9, 10}}))
      << "no order of 12: off the anonymous one";
  EXPECT_EQ(left_of_queue(31), (Queue{{7, 11}, {8, 10}, {9, 10}}))
      << "the anonymous one does not suffice: off the oldest named one";
}

TEST(Lobster, a_level_that_has_gone_while_it_was_out_of_view_is_taken_out) {
  const Imported day =
      import_files({"34200,1,7,30,1000000,1\n"
                    "34201,1,8,5,1005000,1\n"
                    "34202,3,8,5,1005000,1\n",
                    "1010000,100,1000000,30\n"
                    "1010000,100,1005000,5\n"
                    "1010000,100,990000,40\n"});
  ASSERT_EQ(day.error_text(), "");
  EXPECT_EQ(book_of(day).top(Side::buy), (std::vector<Total>{{990'000, 40, 1}}));
  EXPECT_TRUE(has_note(day, "reconciled 2 levels that came into view: 1 with an anonymous order, 1 by"));
}

TEST(Lobster, a_level_that_nothing_shows_any_more_stays_as_it_was_last_seen) {
  const Imported day =
      import_files({"34200,1,7,30,1000000,1\n"
                    "34201,1,8,5,1005000,1\n",
                    "1010000,100,1000000,30\n"
                    "1010000,100,1005000,5\n"});
  EXPECT_EQ(book_of(day).top(Side::buy), (std::vector<Total>{{1'005'000, 5, 1}, {1'000'000, 30, 1}}));
}

TEST(Lobster, an_action_of_an_order_that_was_never_announced_is_taken_off_the_anonymous_ones) {
  // 40 anonymous, 30 of order 7, then 12 more that came out of view; order 99 is known to nobody.
  const std::string messages =
      "34200,5,0,1,1005000,1\n"
      "34201,1,7,30,1000000,1\n"
      "34202,1,8,5,1005000,1\n"
      "34203,3,8,5,1005000,1\n";
  const std::string books =
      "1010000,100,1000000,40\n"
      "1010000,100,1000000,70\n"
      "1010000,100,1005000,5\n"
      "1010000,100,1000000,82\n";
  const Imported executed =
      import_files({messages + "34204,4,99,10,1000000,1\n", books + "1010000,100,1000000,72\n"});
  std::vector<Event> row = actions_of_row(executed, 5);
  ASSERT_EQ(row.size(), 1U);
  EXPECT_EQ(type_of(row[0]), OrderActionType::execute);
  EXPECT_EQ(row[0].as<OrderAction>().order_id, kAnonymous) << "the oldest";
  EXPECT_EQ(row[0].flags, kFlagReceiveDerived);
  EXPECT_TRUE(has_note(executed, "1 executions of orders that were never announced"));

  const Imported cancelled =
      import_files({messages + "34204,3,99,10,1000000,1\n", books + "1010000,100,1000000,72\n"});
  row = actions_of_row(cancelled, 5);
  ASSERT_EQ(row.size(), 1U);
  EXPECT_EQ(type_of(row[0]), OrderActionType::cancel);
  EXPECT_EQ(row[0].as<OrderAction>().order_id, kAnonymous + 2) << "the newest";
  EXPECT_TRUE(has_note(cancelled, "1 cancellations of orders that were never announced"));

  const Imported more =
      import_files({messages + "34204,3,99,60,1000000,1\n", books + "1010000,100,1000000,22\n"});
  EXPECT_EQ(book_of(more).queue(Side::buy, 1'000'000), (std::vector<std::uint64_t>{7}));
  EXPECT_EQ(book_of(more).top(Side::buy), (std::vector<Total>{{1'000'000, 22, 1}}));
  EXPECT_EQ(actions_of_row(more, 5).size(), 3U) << "12, 40 and 8 of order 7";
}

TEST(Lobster, a_deletion_of_another_size_than_the_order_had_ends_the_order_and_keeps_the_level) {
  const Imported less = import_files({"34200,1,7,30,1000000,1\n34201,3,7,10,1000000,1\n",
                                      "1010000,100,1000000,30\n1010000,100,1000000,20\n"});
  const std::vector<std::uint64_t> queue = book_of(less).queue(Side::buy, 1'000'000);
  ASSERT_EQ(queue.size(), 1U);
  EXPECT_GE(queue[0], kAnonymous);
  EXPECT_EQ(book_of(less).top(Side::buy), (std::vector<Total>{{1'000'000, 20, 1}}));
  EXPECT_TRUE(has_note(less, "1 cancellations or executions of another size"));

  const Imported more =
      import_files({"34200,1,7,30,1000000,1\n34201,1,8,30,1000000,1\n34202,3,7,40,1000000,1\n",
                    "1010000,100,1000000,30\n1010000,100,1000000,60\n"
                    "1010000,100,1000000,20\n"});
  EXPECT_EQ(book_of(more).top(Side::buy), (std::vector<Total>{{1'000'000, 20, 1}}));
  EXPECT_EQ(book_of(more).queue(Side::buy, 1'000'000), (std::vector<std::uint64_t>{8}));
}

TEST(Lobster, a_level_that_changes_in_view_without_a_message_is_suspicious) {
  const Imported day = import_files(
      {"34200,1,7,30,1000000,1\n34201,5,0,1,1005000,1\n", "1010000,100,1000000,30\n1010000,90,1000000,35\n"});
  ASSERT_EQ(day.error_text(), "");
  EXPECT_EQ(book_of(day).top(Side::buy), (std::vector<Total>{{1'000'000, 35, 2}}));
  EXPECT_EQ(book_of(day).top(Side::sell), (std::vector<Total>{{1'010'000, 90, 1}}));
  EXPECT_EQ(day.summary.suspicious_events, 2U);
  EXPECT_TRUE(has_note(day, "2 levels changed in view without a message"));
  EXPECT_FALSE(has_note(day, "reconciled"));
}

TEST(Lobster, without_its_orderbook_file_the_book_is_unsafe_and_unknown_orders_are_kept_as_suspicious) {
  const Imported day =
      import_files({"34200,1,7,30,1000000,1\n"
                    "34201,4,99,10,1010000,-1\n"
                    "34202,3,98,10,1010000,-1\n"
                    "34203,3,7,20,1000000,1\n",
                    ""});
  ASSERT_EQ(day.error_text(), "");
  ASSERT_EQ(day.events.size(), 6U);
  EXPECT_EQ(type_of(day.events[0]), OrderActionType::clear);
  EXPECT_EQ(day.events[1].kind, Kind::gap);
  EXPECT_EQ(static_cast<GapReason>(day.events[1].detail), GapReason::no_snapshot);
  EXPECT_EQ(type_of(day.events[2]), OrderActionType::add);
  EXPECT_EQ(type_of(day.events[3]), OrderActionType::trade);
  EXPECT_EQ(day.events[3].flags, kFlagSuspicious | kFlagReceiveDerived);
  EXPECT_EQ(day.events[3].as<OrderAction>().order_id, 99U);
  EXPECT_EQ(static_cast<Side>(trade_of(day.events[3])->detail), Side::buy) << "the aggressor";
  EXPECT_EQ(type_of(day.events[4]), OrderActionType::cancel);
  EXPECT_EQ(day.events[4].flags, kFlagSuspicious | kFlagReceiveDerived);
  EXPECT_EQ(day.events[5].as<OrderAction>().qty, 30) << "a deletion takes all that is known of the order";
  EXPECT_TRUE(has_note(day, "1 cancellations of orders that were never announced, kept as suspicious"));
  EXPECT_TRUE(has_note(day, "1 executions of orders that were never announced, kept as suspicious prints"));
  EXPECT_TRUE(has_note(day, "without its orderbook file the book is not whole"));
}

TEST(Lobster, the_side_of_a_hidden_order_is_not_known_since_july_2014) {
  const auto aggressor = [](const std::string& date) {
    ImportOptions options;
    options.paths = {
        write_temp("AMZN_" + date + "_34200000_57600000_message_1.csv", "34200,5,0,3,1005000,1\n")};
    const Imported day = test::import_all(open_lobster(options));
    return static_cast<Side>(day.of(Kind::trade).at(0).detail);
  };
  EXPECT_EQ(aggressor("2014-07-11"), Side::sell);
  EXPECT_EQ(aggressor("2014-07-14"), Side::none);
}

TEST(Lobster, times_are_new_yorks_in_winter_too_and_rounded_to_nanoseconds) {
  ImportOptions options;
  options.paths = {write_temp("AMZN_2012-01-05_34200000_57600000_message_1.csv",
                              "34200.632812672004,1,7,30,1000000,1\n34200.6328126729996,3,7,30,1000000,1\n")};
  const Imported day = test::import_all(open_lobster(options));
  ASSERT_EQ(day.error_text(), "");
  const TimeNs open = 1'325'773'800'000'000'000;  // 2012-01-05T14:30Z
  EXPECT_EQ(day.events[2].exch_ts_ns, open + 632'812'672);
  EXPECT_EQ(day.events[3].exch_ts_ns, open + 632'812'673);
}

TEST(Lobster, the_orderbook_file_is_found_beside_the_message_file_compressed_or_not) {
  std::filesystem::remove_all(test::temp_dir());
  const std::string message = write_temp(kStem + "message_1.csv", "34200,1,7,30,1000000,1\n");
  const std::string orderbook = (test::temp_dir() / (kStem + "orderbook_1.csv.gz")).string();
  gzFile out = gzopen(orderbook.c_str(), "wb");
  gzputs(out, "1010000,100,1000000,30\n");
  gzclose(out);
  ImportOptions options;
  options.paths = {message};
  EXPECT_EQ(test::import_all(open_lobster(options)).summary.gaps, 0U);
  options.paths = {test::temp_dir().string()};
  const Imported folder = test::import_all(open_lobster(options));
  EXPECT_EQ(folder.error_text(), "");
  EXPECT_EQ(folder.events.size(), 3U);
  options.paths = {orderbook};
  EXPECT_NE(test::import_all(open_lobster(options)).error_text().find("no LOBSTER message file found"),
            std::string::npos);
}

TEST(Lobster, days_and_symbols_are_one_source) {
  std::filesystem::remove_all(test::temp_dir());
  for (const char* name : {"AMZN_2012-06-21", "AMZN_2012-06-22", "AAPL_2012-06-21"}) {
    write_temp(std::string(name) + "_34200000_57600000_message_1.csv", "34200,1,7,30,1000000,1\n");
    write_temp(std::string(name) + "_34200000_57600000_orderbook_1.csv", "1010000,100,1000000,30\n");
  }
  ImportOptions options;
  options.paths = {test::temp_dir().string()};
  const Imported all = test::import_all(open_lobster(options));
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.instruments.size(), 2U);
  EXPECT_EQ(all.instruments[0].symbol, "AAPL");
  EXPECT_EQ(all.events.size(), 9U);
  EXPECT_EQ(all.events.back().instrument, 1U);
  EXPECT_EQ(all.events.back().exch_ts_ns, kMidnight + kDay + 34'200 * kSecond);
  EXPECT_EQ(all.summary.receive_steps_back, 0U);

  write_temp("more/AMZN_2012-06-22_34200000_57600000_message_5.csv", "34200,1,7,30,1000000,1\n");
  EXPECT_NE(test::import_all(open_lobster(options)).error_text().find("is a second message file of AMZN"),
            std::string::npos);
}

TEST(Lobster, what_the_name_does_not_say_can_be_set) {
  ImportOptions options;
  options.paths = {write_temp("day.csv", "34200,1,7,30,1000000,1\n")};
  EXPECT_NE(test::import_all(open_lobster(options)).error_text().find("has \"message\" in its name"),
            std::string::npos);
  options.set = {{"symbol", "AMZN"}};
  EXPECT_NE(test::import_all(open_lobster(options)).error_text().find("--set date=2012-06-21"),
            std::string::npos);
  options.set = {{"symbol", "AMZN"}, {"date", "2012-06-21"}, {"price_scale", "6"}};
  const Imported day = test::import_all(open_lobster(options));
  ASSERT_EQ(day.error_text(), "");
  EXPECT_EQ(day.instruments.at(0).symbol, "AMZN");
  EXPECT_EQ(day.events.back().exch_ts_ns, kMidnight + 34'200 * kSecond);
  EXPECT_EQ(day.events.back().as<OrderAction>().price, 100'000'000);
  options.set = {{"symbol", "AMZN"}, {"date", "21.06.2012"}};
  EXPECT_NE(test::import_all(open_lobster(options)).error_text().find("expected a date like 2012-06-21"),
            std::string::npos);
}

TEST(Lobster, a_row_that_makes_no_sense_is_refused_with_its_place) {
  const auto said = [](const std::string& row) {
    return import_files({"34200,1,7,30,1000000,1\n" + row + "\n", ""}).error_text();
  };
  const std::string where = kStem + "message_2.csv:2: ";
  for (const auto& [row, why] : std::vector<std::pair<std::string, std::string>>{
           {"noon,1,8,30,1000000,1", "expected seconds after midnight, found \"noon\""},
           {"34200,1,8,30,1000000", "expected time,type,order id,size,price,direction"},
           {"34200,8,8,30,1000000,1", "expected a type from 1 to 7"},
           {"34200,1,8,0,1000000,1", "expected a size from 1 to 2^32 - 1"},
           {"34200,1,8,30,0,1", "expected a price above 0"},
           {"34200,1,8,30,1000000,0", "expected a direction of 1 or -1"},
           {"34200,1,-8,30,1000000,1", "expected an order id above 0 and below 2^62"},
           {"34200,1,4611686018427387904,30,1000000,1", "expected an order id above 0 and below 2^62"},
           {"34200,7,0,0,5,-1", "expected a price of -1 (halt), 0 (quoting) or 1 (trading)"},
           {"34200,1,7,30,1000000,1", "an order with this id rests already"}}) {
    EXPECT_NE(said(row).find(where + why), std::string::npos) << said(row);
  }
  const auto book = [](const std::string& row) {
    return import_files({"34200,1,7,30,1000000,1\n34201,1,8,5,1000000,1\n",
                         "1010000,100,1000000,30,1020000,1,990000,1\n" + row + "\n"})
        .error_text();
  };
  for (const auto& [row, why] : std::vector<std::pair<std::string, std::string>>{
           {"1010000,100,1000000", "expected groups of ask price, ask size, bid price, bid size"},
           {"1010000,100,1000000,30", "expected 2 levels a side as in the rows before, found 1"},
           {"1010000,100,1000000,30,1000000,1,990000,1", "the levels of a side are not in order"},
           {"1010000,100,1000000,30,x,1,990000,1", "expected a whole number, found \"x\""}}) {
    EXPECT_NE(book(row).find(kStem + "orderbook_2.csv:2: " + why), std::string::npos) << book(row);
  }
}

TEST(Lobster, after_rows_that_were_left_out_the_book_begins_anew) {
  ImportOptions options;
  options.skip_bad = 1;
  const Imported day =
      import_files({"34200,1,7,30,1000000,1\n34201,1,8\n34202,3,8,5,1000000,1\n",
                    "1010000,100,1000000,30\n1010000,100,1000000,35\n1010000,100,1000000,30\n"},
                   options);
  ASSERT_EQ(day.error_text(), "");
  EXPECT_EQ(day.summary.bad_rows, 1U);
  ASSERT_EQ(day.of(Kind::gap).size(), 1U);
  EXPECT_EQ(static_cast<GapReason>(day.of(Kind::gap)[0].detail), GapReason::skipped_rows);
  EXPECT_EQ(type_of(actions_of_row(day, 3).at(0)), OrderActionType::clear);
  EXPECT_EQ(book_of(day).top(Side::buy), (std::vector<Total>{{1'000'000, 30, 1}}));
  EXPECT_FALSE(has_note(day, "changed in view"));
}

TEST(Lobster, files_of_different_lengths_do_not_belong_together) {
  const std::string row = "1010000,100,1000000,30\n";
  EXPECT_NE(import_files({"34200,1,7,30,1000000,1\n34201,5,0,1,1000000,1\n", row})
                .error_text()
                .find("ends after 1 rows, but"),
            std::string::npos);
  EXPECT_NE(import_files({"34200,1,7,30,1000000,1\n", row + row})
                .error_text()
                .find("the two files must have a row for a row"),
            std::string::npos);
}

TEST(LobsterName, says_symbol_and_day) {
  const auto name = parse_lobster_name("/data/x.zip#dir/BRK_B_2012-06-21_34200000_57600000_message_5.csv");
  ASSERT_TRUE(name.has_value());
  EXPECT_EQ(name->symbol, "BRK_B");
  EXPECT_EQ(name->year, 2012);
  EXPECT_EQ(name->month, 6);
  EXPECT_EQ(name->day, 21);
  EXPECT_TRUE(parse_lobster_name("A_2012-06-21_0_1_orderbook_10.head998.csv").has_value());
  for (const char* other : {"message_5.csv", "AMZN_message_5.csv", "AMZN_20120621_1_2_message_5.csv",
                            "AMZN_2012-06-21_1_x_message_5.csv", "_2012-06-21_1_2_message_5.csv"})
    EXPECT_FALSE(parse_lobster_name(other).has_value()) << other;
  EXPECT_EQ(lobster_orderbook_of("message/A_message_5.csv"), "message/A_orderbook_5.csv");
  EXPECT_EQ(lobster_file_of("message/A_orderbook_5.csv"), LobsterFile::orderbook);
  EXPECT_EQ(lobster_file_of("message/readme.txt"), LobsterFile::other);
}

}  // namespace
}  // namespace lockstep::feeds
