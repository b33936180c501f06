#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "feeds/files/kinds.h"
#include "tests/support/data.h"
#include "tests/support/imported.h"

namespace lockstep::feeds {
namespace {

using test::import_all;
using test::Imported;
using Counts = std::map<std::string, std::size_t>;

Imported import_capture(const std::string& name) {
  ImportOptions options;
  options.paths = {(test::data_dir() / "crypto/cryptofeed_captures" / (name + ".jsonl.zst")).string()};
  return import_all(open_cryptofeed(options));
}

// "BTCUSDT trade" -> 40; book updates by their action, gaps by their reason.
Counts counts(const Imported& all) {
  Counts found;
  for (const Event& event : all.events) {
    std::string key = event.instrument == kNoInstrument ? "-" : all.instruments[event.instrument].symbol;
    if (all.instruments.at(0).symbol == "BTCUSDT") key = all.instruments[event.instrument].venue;
    key += " ";
    if (event.kind == Kind::book) {
      key += to_string(static_cast<BookAction>(event.detail));
    } else if (event.kind == Kind::gap) {
      key += "gap " + std::string(to_string(static_cast<GapReason>(event.detail)));
    } else {
      key += to_string(event.kind);
    }
    ++found[key];
  }
  return found;
}

void expect_order(const Imported& all) {
  TimeNs last = 0;
  for (const Event& event : all.events) {
    ASSERT_GE(event.recv_ts_ns, last);
    last = event.recv_ts_ns;
  }
  EXPECT_EQ(all.summary.receive_steps_back, 0U);
  EXPECT_EQ(all.summary.bad_rows, 0U);
}

// The best prices after every update of one instrument's book must not cross.
void expect_never_crossed(const Imported& all, InstrumentId id) {
  std::map<Price, Qty> bids;
  std::map<Price, Qty> asks;
  const auto put = [](std::map<Price, Qty>& side, const Level& level) {
    if (level.qty == 0) {
      side.erase(level.price);
    } else {
      side[level.price] = level.qty;
    }
  };
  for (const Event& event : all.of(Kind::book)) {
    if (event.instrument != id) continue;
    if (static_cast<BookAction>(event.detail) == BookAction::snapshot) {
      bids.clear();
      asks.clear();
    }
    const auto update = event.as<BookUpdate>();
    for (const Level& level : bids_of(update, all.levels)) put(bids, level);
    for (const Level& level : asks_of(update, all.levels)) put(asks, level);
    ASSERT_FALSE(bids.empty() || asks.empty());
    ASSERT_LT(bids.rbegin()->first, asks.begin()->first) << update.last_update_id;
  }
}

// All counts below: Python's json module over the decompressed lines.

TEST(CryptofeedFiles, bybit_spot_and_linear_are_two_instruments_without_a_gap) {
  if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  const Imported all = import_capture("BYBIT_BTCUSDT");
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(counts(all), (Counts{{"bybit-linear bar", 1},
                                 {"bybit-linear diff", 413},
                                 {"bybit-linear snapshot", 1},
                                 {"bybit-linear funding", 1},
                                 {"bybit-linear mark", 64},
                                 {"bybit-linear quote", 134},
                                 {"bybit-linear trade", 56},
                                 {"bybit-spot bar", 1},
                                 {"bybit-spot diff", 299},
                                 {"bybit-spot snapshot", 1},
                                 {"bybit-spot trade", 11}}));
  EXPECT_EQ(all.summary.rows, 1057U);
  expect_order(all);
  ASSERT_EQ(all.instruments.size(), 2U);
  for (InstrumentId id = 0; id < 2; ++id) {
    expect_never_crossed(all, id);
    const Instrument& instrument = all.instruments[id];
    // tickSize 0.10 and qtyStep 0.001; spot: 0.1 and 0.000001.
    const bool is_linear = instrument.kind == InstrumentKind::linear_perpetual;
    EXPECT_EQ(instrument.tick, is_linear ? 10 : 1);
    EXPECT_EQ(instrument.price_scale, is_linear ? 2 : 1);
    EXPECT_EQ(instrument.qty_scale, is_linear ? 3 : 6);
    EXPECT_EQ(instrument.lot, 1);
  }
}

TEST(CryptofeedFiles, every_okx_checksum_is_right) {
  if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  const Imported all = import_capture("OKX");
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(counts(all), (Counts{{"BTC-USD-220527 diff", 98},
                                 {"BTC-USD-220527 snapshot", 1},
                                 {"BTC-USD-220527 quote", 2},
                                 {"BTC-USD-220527 trade", 4},
                                 {"BTC-USDT diff", 97},
                                 {"BTC-USDT snapshot", 1},
                                 {"BTC-USDT quote", 25},
                                 {"BTC-USDT trade", 69},
                                 {"UNI-USD-SWAP diff", 92},
                                 {"UNI-USD-SWAP snapshot", 1},
                                 {"UNI-USD-SWAP quote", 1},
                                 {"UNI-USD-SWAP trade", 1}}));
  expect_order(all);
  for (InstrumentId id = 0; id < 3; ++id) expect_never_crossed(all, id);
}

TEST(CryptofeedFiles, coinbase_counts_its_missing_sequence_numbers) {
  if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  const Imported all = import_capture("COINBASE_BTC-USD");
  ASSERT_EQ(all.error_text(), "");
  // 100 candles in the snapshot, of which the last had not ended.
  EXPECT_EQ(counts(all), (Counts{{"BTC-USD bar", 99},
                                 {"BTC-USD diff", 399},
                                 {"BTC-USD snapshot", 1},
                                 {"BTC-USD quote", 73},
                                 {"BTC-USD trade", 147}}));
  expect_order(all);
  expect_never_crossed(all, 0);
  std::size_t replayed = 0;
  for (const Event& event : all.of(Kind::trade))
    replayed += (event.flags & kFlagVenueSnapshot) != 0 ? 1U : 0U;
  EXPECT_EQ(replayed, 100U);
  // The last of 1,032 numbers is 1031; 549 messages are there.
  EXPECT_NE(
      std::find(all.summary.notes.begin(), all.summary.notes.end(),
                "left out: 483 x sequence number of the connection that is not in the capture (coinbase)"),
      all.summary.notes.end());
}

TEST(CryptofeedFiles, deribit_options_have_quotes_marks_and_nine_statistics_each) {
  if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  const Imported all = import_capture("DERIBIT");
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.instruments.size(), 10U);
  EXPECT_EQ(all.of(Kind::quote).size(), 89U);
  EXPECT_EQ(all.of(Kind::mark).size(), 89U);
  EXPECT_EQ(all.of(Kind::statistic).size(), 801U);
  EXPECT_EQ(all.of(Kind::book).size(), 46U);
  EXPECT_EQ(all.of(Kind::gap).size(), 0U);
  expect_order(all);
}

TEST(CryptofeedFiles, binance_futures_books_join_their_rest_snapshots) {
  if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  const Imported all = import_capture("BINANCE_FUTURES");
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.instruments.size(), 4U);
  EXPECT_EQ(all.of(Kind::quote).size(), 305U + 145U + 88U + 75U);
  EXPECT_EQ(all.of(Kind::trade).size(), 40U + 38U + 8U + 5U);
  EXPECT_EQ(all.of(Kind::bar).size(), 4U);
  const auto gaps = all.of(Kind::gap);
  ASSERT_EQ(gaps.size(), 4U);  // each book begins before its snapshot, and never breaks
  for (const Event& gap : gaps) EXPECT_EQ(static_cast<GapReason>(gap.detail), GapReason::no_snapshot);
  expect_order(all);
}

class CryptofeedText : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ =
        std::filesystem::temp_directory_path() /
        ("cryptofeed_test_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
  }
  void TearDown() override { std::filesystem::remove(path_); }
  Imported import(const std::string& text, std::uint64_t skip_bad = 0) {
    std::ofstream(path_) << text;
    ImportOptions options;
    options.paths = {path_.string()};
    options.skip_bad = skip_bad;
    return import_all(open_cryptofeed(options));
  }
  std::filesystem::path path_;
};

const std::string kConnect = R"({"t":"connect","conn":"A","ts":1.5,"addr":"wss://www.deribit.com/ws/api/v2"})"
                             "\n";
std::string quote(const std::string& conn, const std::string& ts) {
  return R"({"t":"recv","conn":")" + conn + R"(","ts":)" + ts +
         R"(,"data":"{\"jsonrpc\":\"2.0\",\"method\":\"subscription\",\"params\":{\"channel\":\"quote.BTC-PERPETUAL\",\"data\":{\"timestamp\":1,\"instrument_name\":\"BTC-PERPETUAL\",\"best_bid_price\":1.5,\"best_bid_amount\":10,\"best_ask_price\":2,\"best_ask_amount\":10}}}"})"
         "\n";
}

TEST_F(CryptofeedText, the_local_time_is_read_exactly_and_lines_are_sorted_by_it) {
  const Imported all = import(kConnect + quote("A", "1626992741.0621712") + quote("A", "1626992741.06217"));
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 2U);
  EXPECT_EQ(all.events[0].recv_ts_ns, 1626992741062170000);
  EXPECT_EQ(all.events[1].recv_ts_ns, 1626992741062171200);
}

TEST_F(CryptofeedText, a_connection_made_again_is_a_gap_of_all_books) {
  const Imported all =
      import(kConnect + quote("A", "2") +
             R"({"t":"connect","conn":"A","ts":3,"addr":"wss://www.deribit.com/ws/api/v2"})" + "\n" +
             quote("A", "4"));
  ASSERT_EQ(all.events.size(), 3U);
  EXPECT_EQ(all.events[1].kind, Kind::gap);
  EXPECT_EQ(static_cast<GapReason>(all.events[1].detail), GapReason::disconnected);
  EXPECT_EQ(all.events[1].instrument, kNoInstrument);
}

TEST_F(CryptofeedText, malformed_lines_name_their_place_and_can_be_skipped) {
  const std::string text = kConnect + quote("A", "2") + quote("B", "3") + "{\"t\":\"recv\"\n" +
                           R"({"t":"recv","conn":"A","ts":5,"data":"{\"method\":\"subscription\"}"})" + "\n" +
                           quote("A", "6");
  const Imported stopped = import(text);
  EXPECT_EQ(stopped.events.size(), 1U);
  EXPECT_EQ(stopped.error_text().find(path_.string() + ":3: the address \"\" of connection B is of no venue"),
            0U)
      << stopped.error_text();
  const Imported skipped = import(text, 3);
  ASSERT_EQ(skipped.error_text(), "");
  EXPECT_EQ(skipped.summary.bad_rows, 3U);
  ASSERT_EQ(skipped.events.size(), 3U);
  EXPECT_EQ(skipped.events[1].as<Gap>().lost_events, 3U);
}

TEST_F(CryptofeedText, a_file_of_something_else_is_an_error) {
  EXPECT_NE(import("").error_text().find("no market data found"), std::string::npos);
}

}  // namespace
}  // namespace lockstep::feeds
