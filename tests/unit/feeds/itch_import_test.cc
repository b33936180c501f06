#include <gtest/gtest.h>
#include <zlib.h>

#include <fstream>
#include <functional>

#include "engine/book/books.h"
#include "feeds/files/itch_name.h"
#include "feeds/files/kinds.h"
#include "tests/support/data.h"
#include "tests/support/imported.h"
#include "tests/support/itch_encoder.h"
#include "tests/support/temp_file.h"

namespace lockstep::feeds {
namespace {

using test::Imported;
using test::ItchEncoder;

// 2019-12-30T00:00 in New York, five hours behind UTC in winter.
constexpr TimeNs kMidnight = 1'577'682'000 * kSecond;
constexpr std::uint16_t kApple = 13;
constexpr std::uint16_t kPenny = 14;

class ItchImport : public testing::Test {
 protected:
  ItchImport() {
    e_.system_event({}, 'O');
    e_.stock_directory(at(kApple), {.symbol = "AAPL"});
    e_.stock_directory(at(kPenny), {.symbol = "PENY", .round_lot = 10});
    directory_size_ = e_.bytes().size();
  }
  ItchEncoder::Head at(std::uint16_t locate) { return {locate, ns_ += 1'000, 0}; }
  [[nodiscard]] std::string write(const std::string& name = "12302019.NASDAQ_ITCH50") const {
    const std::string path = (test::temp_dir() / name).string();
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(e_.bytes().data()),
               static_cast<std::streamsize>(e_.bytes().size()));
    return path;
  }
  [[nodiscard]] Imported import(const std::map<std::string, std::string>& set = {},
                                std::uint64_t skip_bad = 0,
                                const std::string& name = "12302019.NASDAQ_ITCH50") const {
    ImportOptions options;
    options.paths = {write(name)};
    options.set = set;
    options.skip_bad = skip_bad;
    return test::import_all(open_itch(options));
  }
  /// What comes after the directory.
  [[nodiscard]] static std::vector<Event> body(const Imported& imported) {
    return {imported.events.begin() + 5, imported.events.end()};
  }
  [[nodiscard]] static OrderAction action(const Event& event) { return event.as<OrderAction>(); }

  ItchEncoder e_;
  std::uint64_t ns_ = 34'200'000'000'000;  // 09:30
  std::size_t directory_size_ = 0;
};

void expect_action(const Event& event, OrderActionType type, const OrderAction& expected) {
  EXPECT_EQ(event.kind, Kind::order_action);
  EXPECT_EQ(static_cast<OrderActionType>(event.detail), type);
  const auto found = event.as<OrderAction>();
  EXPECT_EQ(found.order_id, expected.order_id);
  EXPECT_EQ(found.price, expected.price);
  EXPECT_EQ(found.qty, expected.qty);
  EXPECT_EQ(found.sequence, expected.sequence);
  EXPECT_EQ(found.side, expected.side);
  EXPECT_EQ(found.venue_flags, expected.venue_flags);
}

constexpr std::uint32_t kBuy = 1;
constexpr std::uint32_t kSell = 2;
using Type = OrderActionType;

TEST_F(ItchImport, the_directory_makes_instruments_definitions_and_empty_books) {
  e_.add_order(at(kPenny), 1, 'B', 100, "PENY", 1'2345);
  e_.add_order(at(kApple), 2, 'B', 100, "AAPL", 290'0500);
  const Imported imported = import();
  ASSERT_EQ(imported.error_text(), "");
  ASSERT_EQ(imported.instruments.size(), 2U);
  const Instrument& apple = imported.instruments[0];
  EXPECT_EQ(apple.symbol, "AAPL");
  EXPECT_EQ(apple.venue, "xnas");
  EXPECT_EQ(apple.quote, "USD");
  EXPECT_EQ(apple.kind, InstrumentKind::equity);
  EXPECT_EQ(apple.price_scale, 4);
  EXPECT_EQ(apple.tick, 100) << "a cent";
  EXPECT_EQ(apple.lot, 1);
  EXPECT_EQ(imported.instruments[1].tick, 1) << "it has a price off the cent";
  ASSERT_GE(imported.events.size(), 5U);
  EXPECT_EQ(imported.events[0].kind, Kind::timer);
  EXPECT_EQ(imported.events[0].as<Control>().id, static_cast<std::uint64_t>('O'));
  EXPECT_EQ(imported.events[1].kind, Kind::definition);
  EXPECT_EQ(imported.events[1].as<Definition>().tick, 100);
  EXPECT_EQ(imported.events[1].exch_ts_ns, kMidnight + 34'200'000'001'000);
  expect_action(imported.events[2], Type::clear, {0, kNoPrice, 0, 2, 0, kLastOfMessage});
  EXPECT_EQ(imported.events[4].instrument, 1U);
  ASSERT_EQ(imported.summary.notes.size(), 1U);
  EXPECT_EQ(imported.summary.notes[0], "1 stocks have a round lot other than 100 shares: PENY 10");
  EXPECT_EQ(imported.summary.rows, 5U);
}

TEST_F(ItchImport, order_messages_get_what_they_leave_unsaid) {
  e_.add_order(at(kApple), 1, 'B', 300, "AAPL", 290'0500);
  e_.add_order(at(kApple), 2, 'S', 200, "AAPL", 290'0700, "GSCO");
  e_.order_executed(at(kApple), 1, 100, 501);
  e_.order_cancel(at(kApple), 1, 50);
  e_.order_executed_with_price(at(kApple), 2, 20, 502, 'Y', 290'0600);
  e_.order_executed_with_price(at(kApple), 2, 30, 503, 'N', 290'0600);
  e_.order_replace(at(kApple), 2, 3, 500, 290'0800);
  e_.order_delete(at(kApple), 1);
  e_.order_executed(at(kApple), 3, 500, 504);
  const Imported imported = import();
  ASSERT_EQ(imported.error_text(), "");
  const std::vector<Event> events = body(imported);
  ASSERT_EQ(events.size(), 10U);
  expect_action(events[0], Type::add, {1, 290'0500, 300, 4, kBuy, kLastOfMessage});
  expect_action(events[1], Type::add, {2, 290'0700, 200, 5, kSell, kLastOfMessage});
  expect_action(events[2], Type::execute, {1, 290'0500, 100, 6, kBuy, kLastOfMessage});
  expect_action(events[3], Type::cancel, {1, 290'0500, 50, 7, kBuy, kLastOfMessage});
  expect_action(events[4], Type::execute, {2, 290'0600, 20, 8, kSell, kLastOfMessage});
  expect_action(events[5], Type::execute, {2, 290'0600, 30, 9, kSell, kLastOfMessage | kIsNoTrade});
  expect_action(events[6], Type::cancel, {2, 290'0700, 150, 10, kSell, 0});
  expect_action(events[7], Type::add, {3, 290'0800, 500, 10, kSell, kLastOfMessage});
  expect_action(events[8], Type::cancel, {1, 290'0500, 150, 11, kBuy, kLastOfMessage});
  expect_action(events[9], Type::execute, {3, 290'0800, 500, 12, kSell, kLastOfMessage});
  EXPECT_EQ(trade_of(events[2])->detail, static_cast<std::uint8_t>(Side::sell));
  EXPECT_FALSE(trade_of(events[5]));
  EXPECT_EQ(events[0].exch_ts_ns, kMidnight + 34'200'000'003'000);
  EXPECT_NE(events[0].flags & kFlagReceiveDerived, 0);
}

TEST_F(ItchImport, what_it_makes_rebuilds_the_book) {
  e_.add_order(at(kApple), 1, 'B', 300, "AAPL", 290'0500);
  e_.add_order(at(kApple), 2, 'B', 100, "AAPL", 290'0500);
  e_.add_order(at(kApple), 3, 'S', 10, "AAPL", 290'0700);
  e_.order_replace(at(kApple), 1, 4, 20, 290'0500);
  const Imported imported = import();
  ASSERT_EQ(imported.error_text(), "");
  Books books(imported.instruments.size());
  for (const Event& event : imported.events) {
    if (is_market(event.kind)) books.apply(event, {});
    ASSERT_EQ(books.broken_invariant(), "");
  }
  EXPECT_TRUE(books[0].book_is_safe);
  EXPECT_EQ(books[0].top().bid_qty, 120);
  EXPECT_EQ(books[0].orders().qty_ahead_of(4), 100) << "a replaced order goes to the back";
  EXPECT_EQ(books[0].anomalies.total(), 0U);
}

TEST_F(ItchImport, trades_that_meet_no_displayed_order_and_crosses_are_trades) {
  e_.trade(at(kApple), 0, 'B', 70, "AAPL", 290'0600, 600);
  e_.cross_trade(at(kApple), 5'000'000'000, "AAPL", 291'0000, 601, 'O');
  e_.cross_trade(at(kApple), 0, "AAPL", 0, 0, 'C');
  const Imported imported = import();
  ASSERT_EQ(imported.error_text(), "");
  const std::vector<Event> trades = imported.of(Kind::trade);
  ASSERT_EQ(trades.size(), 2U);
  EXPECT_EQ(trades[0].detail, static_cast<std::uint8_t>(Side::none));
  const auto hidden = trades[0].as<Trade>();
  EXPECT_EQ(hidden.price, 290'0600);
  EXPECT_EQ(hidden.qty, 70);
  EXPECT_EQ(hidden.trade_id, 600U);
  EXPECT_EQ(hidden.sequence, 4U);
  EXPECT_EQ(hidden.conditions, static_cast<std::uint64_t>('P'));
  EXPECT_NE(trades[1].flags & kFlagAuction, 0);
  EXPECT_EQ(trades[1].as<Trade>().qty, 5'000'000'000);
  EXPECT_EQ(trades[1].as<Trade>().conditions, static_cast<std::uint64_t>('O'));
}

TEST_F(ItchImport, halts_and_short_sale_restrictions_are_statuses) {
  e_.trading_action(at(kApple), "AAPL", 'T', "");
  e_.reg_sho(at(kApple), "AAPL", '1');
  e_.operational_halt(at(kApple), "AAPL", 'B', 'H');
  e_.operational_halt(at(kApple), "AAPL", 'Q', 'H');
  e_.operational_halt(at(kApple), "AAPL", 'Q', 'T');
  e_.trading_action(at(kApple), "AAPL", 'H', "T1");
  e_.trading_action(at(kApple), "AAPL", 'P', "LUDP");
  e_.trading_action(at(kApple), "AAPL", 'Q', "");
  const Imported imported = import();
  ASSERT_EQ(imported.error_text(), "");
  std::vector<TradingStatus> statuses;
  std::vector<std::uint64_t> restricted;
  for (const Event& event : imported.of(Kind::status)) {
    statuses.push_back(static_cast<TradingStatus>(event.detail));
    restricted.push_back(event.as<StatusChange>().short_sell_restricted);
  }
  using S = TradingStatus;
  EXPECT_EQ(statuses, (std::vector<S>{S::trading, S::trading, S::trading, S::halted, S::trading, S::halted,
                                      S::paused, S::quoting_only}));
  EXPECT_EQ(restricted, (std::vector<std::uint64_t>{0, 1, 1, 1, 1, 1, 1, 1}));
  const auto luld = imported.of(Kind::status)[6].as<StatusChange>();
  EXPECT_EQ(luld.venue_action, 0x5048U) << "'H', then 'P'";
  EXPECT_EQ(luld.venue_reason, 0x5044554cU) << "LUDP, the first letter lowest";
  EXPECT_EQ(imported.of(Kind::status)[2].as<StatusChange>().venue_action, 0x424868U) << "'h', 'H', 'B'";
}

TEST_F(ItchImport, imbalances_collars_and_listings_are_statistics) {
  e_.imbalance(at(kApple), {1'000, 200, 'S', "AAPL", 0, 290'0000, 291'0000, 'C', 'L'});
  e_.imbalance(at(kApple), {1'000, 200, 'B', "AAPL", 289'0000, 290'0000, 291'0000, 'C', '1'});
  e_.auction_collar(at(kApple), "AAPL", 100, 105'0000, 95'0000, 2);
  e_.direct_listing(at(kApple), {"AAPL", 'Y', 1, 2, 3'0000, 4, 5, 6});
  const Imported imported = import();
  ASSERT_EQ(imported.error_text(), "");
  const std::vector<Event> events = imported.of(Kind::statistic);
  ASSERT_EQ(events.size(), 8U);
  struct Expected {
    std::uint32_t type;
    std::int64_t value;
    Qty qty;
    std::uint64_t flags;
  };
  const Expected expected[] = {
      {1010, 291'0000, -200, 0x4c5343},  {1011, 290'0000, 1'000, 0x4c5343},   {1010, 291'0000, 200, 0x314243},
      {1011, 290'0000, 1'000, 0x314243}, {16, 289'0000, INT64_MIN, 0x314243}, {17, 105'0000, INT64_MIN, 2},
      {18, 95'0000, INT64_MIN, 2},       {2, 3'0000, INT64_MIN, 'Y'},
  };
  for (std::size_t i = 0; i < events.size(); ++i) {
    SCOPED_TRACE(i);
    const auto found = events[i].as<Statistic>();
    EXPECT_EQ(events[i].detail, 1);
    EXPECT_EQ(found.type, expected[i].type);
    EXPECT_EQ(found.value, expected[i].value);
    EXPECT_EQ(found.qty, expected[i].qty);
    EXPECT_EQ(found.value_scale, 4U);
    EXPECT_EQ(found.venue_flags, expected[i].flags);
  }
}

TEST_F(ItchImport, messages_that_are_no_events_are_noted_by_type) {
  e_.participant_position(at(kApple), "MPID", "AAPL", 'Y', 'N', 'A');
  e_.participant_position(at(kApple), "MPID", "AAPL", 'Y', 'N', 'D');
  e_.decline_levels(at(0), 1, 2, 3);
  e_.decline_breach(at(0), '1');
  e_.ipo_quoting_period(at(kApple), "AAPL", 1, 'A', 1);
  e_.retail_interest(at(kApple), "AAPL", 'A');
  e_.direct_listing(at(kApple), {"AAPL"});
  e_.broken_trade(at(kApple), 600);
  const Imported imported = import();
  ASSERT_EQ(imported.error_text(), "");
  EXPECT_TRUE(body(imported).empty());
  ASSERT_EQ(imported.summary.notes.size(), 8U);
  EXPECT_NE(imported.summary.notes[1].find("12302019.NASDAQ_ITCH50: 2 market participant positions (L)"),
            std::string::npos);
  EXPECT_NE(imported.summary.notes[7].find("1 broken trades (B)"), std::string::npos);
}

TEST_F(ItchImport, a_list_of_symbols_leaves_the_others_out) {
  e_.add_order(at(kPenny), 1, 'B', 300, "PENY", 1'0000);
  e_.add_order(at(kApple), 2, 'B', 300, "AAPL", 290'0500);
  const Imported imported = import({{"symbols", "AAPL"}});
  ASSERT_EQ(imported.error_text(), "");
  ASSERT_EQ(imported.instruments.size(), 1U);
  EXPECT_EQ(imported.of(Kind::order_action).size(), 2U) << "the clear and the add";
  ASSERT_EQ(imported.summary.notes.size(), 1U);
  EXPECT_NE(imported.summary.notes[0].find("2 messages of stocks that `symbols` does not name"),
            std::string::npos);
  EXPECT_NE(
      import({{"symbols", "AAPL,NONE"}}).error_text().find("\"NONE\" is in the stock directory of no file"),
      std::string::npos);
}

TEST_F(ItchImport, terms_can_be_set) {
  e_.add_order(at(kApple), 2, 'B', 300, "AAPL", 290'0500);
  const Imported imported = import({{"AAPL.tick", "0.05"}, {"price_scale", "6"}, {"venue", "xbos"}});
  ASSERT_EQ(imported.error_text(), "");
  EXPECT_EQ(imported.instruments[0].tick, 50'000);
  EXPECT_EQ(imported.instruments[1].tick, 10'000);
  EXPECT_EQ(imported.instruments[0].venue, "xbos");
  EXPECT_EQ(action(body(imported)[0]).price, 290'050'000);
}

TEST_F(ItchImport, a_name_without_a_date_needs_one_set) {
  EXPECT_NE(import({}, 0, "day.itch").error_text().find("--set date=2019-12-30"), std::string::npos);
  EXPECT_NE(
      import({{"date", "30.12.2019"}}, 0, "day.itch").error_text().find("expected a date like 2019-12-30"),
      std::string::npos);
  const Imported imported = import({{"date", "2019-07-01"}}, 0, "day.itch");
  ASSERT_EQ(imported.error_text(), "");
  EXPECT_EQ(imported.events[0].exch_ts_ns, 1'561'953'600 * kSecond) << "four hours behind UTC in summer";
}

TEST_F(ItchImport, gzip_is_read_as_it_is) {
  e_.add_order(at(kApple), 2, 'B', 300, "AAPL", 290'0500);
  const std::string path = (test::temp_dir() / "S123019-v50.txt.gz").string();
  const gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, e_.bytes().data(), static_cast<unsigned>(e_.bytes().size()));
  gzclose(file);
  ImportOptions options;
  options.paths = {path};
  const Imported imported = test::import_all(open_itch(options));
  ASSERT_EQ(imported.error_text(), "");
  ASSERT_EQ(body(imported).size(), 1U);
  EXPECT_EQ(body(imported)[0].exch_ts_ns, kMidnight + 34'200'000'003'000);
}

TEST_F(ItchImport, what_is_wrong_is_an_error_with_its_place_or_skipped_with_a_gap) {
  struct Case {
    std::function<void(ItchEncoder&)> put;
    std::string what;
  };
  const Case cases[] = {
      {[](ItchEncoder& e) { e.raw("zz"); }, "no message type of ITCH 5.0 is 'z'"},
      {[](ItchEncoder& e) { e.raw("Sxx"); }, "a message of type S has 12 bytes, found a length of 3"},
      {[](ItchEncoder& e) {
         e.order_delete({99, 1, 0}, 1);
       },
       "locate code 99 has had no stock directory message"},
      {[](ItchEncoder& e) {
         e.order_delete({kApple, 1, 0}, 9);
       },
       "order 9 is not in the book"},
      {[](ItchEncoder& e) {
         e.order_delete({kPenny, 1, 0}, 1);
       },
       "order 1 is not in the book of this stock"},
      {[](ItchEncoder& e) {
         e.order_replace({kApple, 1, 0}, 9, 10, 1, 1);
       },
       "order 9 is not in the book"},
      {[](ItchEncoder& e) {
         e.order_replace({kApple, 1, 0}, 1, 2, 1, 1);
       },
       "order 2 is in the book already"},
      {[](ItchEncoder& e) {
         e.add_order({kApple, 1, 0}, 1, 'B', 1, "AAPL", 1);
       },
       "order 1 is in the book already"},
      {[](ItchEncoder& e) {
         e.add_order({kApple, 1, 0}, 9, 'X', 1, "AAPL", 1);
       },
       "side is 'X'; expected B or S"},
      {[](ItchEncoder& e) {
         e.add_order({kApple, 1, 0}, 9, 'B', 0, "AAPL", 1);
       },
       "a size of 0 shares"},
      {[](ItchEncoder& e) {
         e.order_cancel({kApple, 1, 0}, 1, 0);
       },
       "a size of 0 shares"},
      {[](ItchEncoder& e) {
         e.order_executed({kApple, 1, 0}, 1, 301, 1);
       },
       "order 1 has 300 shares left"},
      {[](ItchEncoder& e) {
         e.order_executed_with_price({kApple, 1, 0}, 1, 1, 1, '?', 1);
       },
       "printable is '?'"},
      {[](ItchEncoder& e) {
         e.trading_action({kApple, 1, 0}, "AAPL", 'Z', "");
       },
       "trading state is 'Z'"},
      {[](ItchEncoder& e) {
         e.reg_sho({kApple, 1, 0}, "AAPL", '3');
       },
       "Reg SHO action is '3'"},
      {[](ItchEncoder& e) {
         e.operational_halt({kApple, 1, 0}, "AAPL", 'Q', 'Z');
       },
       "operational halt action"},
      {[](ItchEncoder& e) {
         e.system_event({0, 86'400'000'000'000, 0}, 'C');
       },
       "which is no day"},
  };
  e_.add_order(at(kApple), 1, 'B', 300, "AAPL", 290'0500);
  e_.add_order(at(kApple), 2, 'B', 300, "AAPL", 290'0500);
  const ItchEncoder before = e_;
  for (const Case& one : cases) {
    SCOPED_TRACE(one.what);
    e_ = before;
    const std::string place = "12302019.NASDAQ_ITCH50: byte " + std::to_string(e_.bytes().size());
    one.put(e_);
    e_.order_cancel(at(kApple), 1, 100);
    const Imported strict = import();
    EXPECT_NE(strict.error_text().find(one.what), std::string::npos) << strict.error_text();
    EXPECT_NE(strict.error_text().find(place + ": "), std::string::npos) << strict.error_text();
    EXPECT_EQ(body(strict).size(), 2U) << "what came before is handed out";
    const Imported skipped = import({}, 1);
    EXPECT_EQ(skipped.error_text(), "");
    EXPECT_EQ(skipped.summary.bad_rows, 1U);
    ASSERT_EQ(body(skipped).size(), 4U);
    EXPECT_EQ(body(skipped)[2].kind, Kind::gap);
    EXPECT_EQ(body(skipped)[2].instrument, kNoInstrument);
    EXPECT_EQ(action(body(skipped)[3]).qty, 100);
  }
}

TEST_F(ItchImport, a_file_that_ends_within_a_message_yields_what_is_whole_and_then_an_error) {
  e_.raw("");  // NASDAQ's mark of the end: what follows is not looked at
  e_.raw("zz");
  EXPECT_EQ(import().error_text(), "");
  const std::string path = write();
  for (const std::size_t cut : {directory_size_ - 1, directory_size_ - 40, directory_size_ - 41 + 1}) {
    std::filesystem::resize_file(path, cut);
    ImportOptions options;
    options.paths = {path};
    const Imported imported = test::import_all(open_itch(options));
    EXPECT_EQ(imported.events.size(), 3U);
    EXPECT_NE(imported.error_text().find("byte " + std::to_string(directory_size_ - 41) +
                                         ": the file ends within a message: "),
              std::string::npos)
        << imported.error_text();
    options.skip_bad = 1;
    EXPECT_EQ(test::import_all(open_itch(options)).error_text(), "");
  }
}

TEST_F(ItchImport, two_days_follow_each_other_whatever_order_they_are_named_in) {
  const std::string second = write("12312019.NASDAQ_ITCH50");
  const std::string first = write("12302019.NASDAQ_ITCH50");
  ImportOptions options;
  options.paths = {second, first};
  const Imported imported = test::import_all(open_itch(options));
  ASSERT_EQ(imported.error_text(), "");
  EXPECT_EQ(imported.instruments.size(), 2U);
  ASSERT_EQ(imported.events.size(), 10U);
  EXPECT_EQ(imported.events[5].exch_ts_ns - imported.events[0].exch_ts_ns, kDay);
  EXPECT_EQ(imported.summary.receive_steps_back, 0U);
}

TEST(ItchName, tells_the_date) {
  constexpr TimeNs kDate = 1'577'664'000 * kSecond;  // 2019-12-30
  EXPECT_EQ(itch_date_of("12302019.NASDAQ_ITCH50.gz"), kDate);
  EXPECT_EQ(itch_date_of("/data/x.zip#12302019.PSX_ITCH50"), kDate);
  EXPECT_EQ(itch_date_of("a/20191230.BX_ITCH_50"), kDate);
  EXPECT_EQ(itch_date_of("S123019-v50.txt.gz"), kDate);
  EXPECT_EQ(itch_date_of("nasdaq_itch50_head101.itch"), std::nullopt);
  EXPECT_EQ(itch_date_of("S1230-v50.txt"), std::nullopt);
  EXPECT_EQ(itch_date_of("13402019.NASDAQ_ITCH50"), std::nullopt);
  EXPECT_EQ(itch_date_of(""), std::nullopt);
}

TEST(ItchRealFile, the_head_of_a_day_is_its_stock_directory) {
  if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  ImportOptions options;
  options.paths = {(test::data_dir() / "itch/nasdaq_itch50_head101.itch").string()};
  options.set = {{"date", "2019-12-30"}};
  const Imported strict = test::import_all(open_itch(options));
  EXPECT_NE(strict.error_text().find("the file ends within a message"), std::string::npos)
      << strict.error_text();
  options.skip_bad = 1;
  const Imported imported = test::import_all(open_itch(options));
  ASSERT_EQ(imported.error_text(), "");
  EXPECT_EQ(imported.summary.rows, 101U);
  EXPECT_EQ(imported.instruments.size(), 98U);
  EXPECT_EQ(imported.instruments[0].symbol, "A");
  EXPECT_EQ(imported.instruments[1].symbol, "AA");
  EXPECT_EQ(imported.of(Kind::definition).size(), 98U);
  EXPECT_EQ(imported.of(Kind::status).size(), 2U) << "a trading action and a short sale restriction";
}

}  // namespace
}  // namespace lockstep::feeds
