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

ImportOptions options_for(const std::filesystem::path& path) {
  ImportOptions options;
  options.paths = {path.string()};
  options.clock_offset.is_auto = true;
  return options;
}

// Counted with Python's gzip and json modules over the same files.
struct Capture {
  const char* path;
  std::size_t trades;
  std::size_t quotes;
  std::size_t differences;
  std::size_t replayed;  // of those before the snapshot: u > lastUpdateId (spot), u >= lastUpdateId (futures)
  DurationNs clock_offset_ns;
  std::uint64_t first_trade_id;
  std::uint64_t last_trade_id;
};
constexpr Capture kCaptures[] = {
    {"crypto/binance_hftbacktest/spot/btcusdt_20240808.gz", 9757, 28040, 3451, 1, 1274761454, 3735683259,
     3735693015},
    {"crypto/binance_hftbacktest/usdm/btcusdt_20240808.gz", 21313, 66089, 6551, 2, 1272402468, 5266583935,
     5266605247},
    {"crypto/binance_hftbacktest/cm/btcusd_perp_20240808.gz", 2286, 19136, 26847, 2, 1267953940, 849714402,
     849716687},
};

class BinanceWsFiles : public ::testing::TestWithParam<Capture> {
 protected:
  void SetUp() override {
    if (!test::has_data()) GTEST_SKIP() << test::kNoData;
    static std::map<std::string, Imported> read;  // each file once for all the tests
    const auto [found, is_new] = read.try_emplace(GetParam().path);
    all_ = &found->second;
    if (is_new) *all_ = import_all(open_binance_ws(options_for(test::data_dir() / GetParam().path)));
    ASSERT_EQ(all_->error_text(), "");
  }
  Imported* all_ = nullptr;
};

TEST_P(BinanceWsFiles, every_message_is_there_and_no_update_id_is_missing) {
  const Capture& expected = GetParam();
  const auto trades = all_->of(Kind::trade);
  ASSERT_EQ(trades.size(), expected.trades);
  EXPECT_EQ(trades.front().as<Trade>().trade_id, expected.first_trade_id);
  EXPECT_EQ(trades.back().as<Trade>().trade_id, expected.last_trade_id);
  EXPECT_EQ(all_->of(Kind::quote).size(), expected.quotes);
  EXPECT_EQ(all_->of(Kind::book).size(), expected.differences + expected.replayed + 1);
  const auto gaps = all_->of(Kind::gap);
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(static_cast<GapReason>(gaps[0].detail), GapReason::no_snapshot);
  EXPECT_EQ(all_->summary.rows, expected.trades + expected.quotes + expected.differences + 1);
  EXPECT_EQ(all_->summary.bad_rows, 0U);
}

TEST_P(BinanceWsFiles, the_recorder_clock_is_found_to_be_1_27_s_behind) {
  EXPECT_EQ(all_->summary.clock_offset_ns, GetParam().clock_offset_ns);
  EXPECT_EQ(all_->summary.latency.min_ns(), 0);
  TimeNs last = 0;
  for (const Event& event : all_->events) {
    ASSERT_GE(event.recv_ts_ns, last);
    last = event.recv_ts_ns;
  }
  EXPECT_EQ(all_->summary.receive_steps_back, 0U);
}

// The book rebuilt by an own small map, against the venue's own best prices: the last quote at or before an
// update id shows the book at that id.
TEST_P(BinanceWsFiles, the_rebuilt_best_prices_are_those_of_the_book_ticker) {
  std::map<std::uint64_t, Quote> quotes;
  for (const Event& event : all_->of(Kind::quote)) quotes[event.as<Quote>().update_id] = event.as<Quote>();
  std::map<Price, Qty> bids;
  std::map<Price, Qty> asks;
  bool whole = false;
  std::size_t compared = 0;
  std::size_t equal = 0;
  for (const Event& event : all_->of(Kind::book)) {
    const auto update = event.as<BookUpdate>();
    if (static_cast<BookAction>(event.detail) == BookAction::snapshot) {
      bids.clear();
      asks.clear();
      whole = true;
    }
    const auto put = [](std::map<Price, Qty>& side, const Level& level) {
      if (level.qty == 0) {
        side.erase(level.price);
      } else {
        side[level.price] = level.qty;
      }
    };
    for (const Level& level : bids_of(update, all_->levels)) put(bids, level);
    for (const Level& level : asks_of(update, all_->levels)) put(asks, level);
    const auto after = quotes.upper_bound(update.last_update_id);
    if (!whole || after == quotes.begin()) continue;
    const Quote& quote = std::prev(after)->second;
    ++compared;
    if (bids.rbegin()->first == quote.bid_price && asks.begin()->first == quote.ask_price) ++equal;
  }
  EXPECT_GE(compared, GetParam().differences - 30);
  EXPECT_EQ(equal, compared);
}

std::string capture_name(const ::testing::TestParamInfo<Capture>& info) {
  return info.index == 0 ? "spot" : info.index == 1 ? "usdm" : "coinm";
}
INSTANTIATE_TEST_SUITE_P(Files, BinanceWsFiles, ::testing::ValuesIn(kCaptures), capture_name);

TEST(BinanceWs, files_of_two_markets_are_merged_by_receive_time) {
  if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  ImportOptions options = options_for(test::data_dir() / kCaptures[0].path);
  options.paths.push_back((test::data_dir() / kCaptures[2].path).string());
  const Imported all = import_all(open_binance_ws(options));
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.instruments.size(), 2U);
  EXPECT_EQ(all.instruments[0].venue, "binance-spot");
  EXPECT_EQ(all.instruments[1].venue, "binance-coinm");
  EXPECT_EQ(all.of(Kind::trade).size(), 9757U + 2286U);
  EXPECT_EQ(all.summary.receive_steps_back, 0U);
  EXPECT_EQ(all.summary.clock_offset_ns, 1274761454);  // the worse of the two
}

class BinanceWsText : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ =
        std::filesystem::temp_directory_path() /
        ("binance_ws_test_" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
  }
  void TearDown() override { std::filesystem::remove(path_); }
  Imported import(const std::string& text, std::uint64_t skip_bad = 0,
                  std::map<std::string, std::string> set = {}) {
    std::ofstream(path_) << text;
    ImportOptions options = options_for(path_);
    options.clock_offset.is_auto = false;
    options.skip_bad = skip_bad;
    options.set = std::move(set);
    return import_all(open_binance_ws(options));
  }
  std::filesystem::path path_;
};

const std::string kTicker =
    R"({"e":"bookTicker","u":1,"s":"BTCUSDT","b":"1.5","B":"1","a":"2","A":"1","T":5,"E":6})";

TEST_F(BinanceWsText, a_malformed_line_is_an_error_with_file_line_and_text) {
  const Imported all = import("1000 " + kTicker + "\n1001 {\"e\":\"trade\"}\n1002 " + kTicker + "\n");
  EXPECT_EQ(all.events.size(), 1U);
  EXPECT_EQ(
      all.error_text(),
      path_.string() +
          ":2: field \"s\" is missing: \"1001 {\"e\":\"trade\"}\"; --skip-bad N skips up to N such rows");
}

TEST_F(BinanceWsText, skipped_lines_are_counted_and_leave_a_gap) {
  const Imported all =
      import("1000 " + kTicker + "\nnonsense\n1001 {\"e\":\"trade\"}\n1002 " + kTicker + "\n", 2);
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 3U);
  EXPECT_EQ(all.summary.bad_rows, 2U);
  EXPECT_EQ(all.events[1].kind, Kind::gap);
  EXPECT_EQ(static_cast<GapReason>(all.events[1].detail), GapReason::skipped_rows);
  EXPECT_EQ(all.events[1].as<Gap>().lost_events, 2U);
}

TEST_F(BinanceWsText, a_malformed_number_does_not_change_the_scales) {
  const Imported all = import(
      "1000 " + kTicker + "\n1001 {\"e\":\"trade\",\"s\":\"BTCUSDT\",\"p\":\"1.23456\",\"q\":\"x\"}\n", 1);
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.instruments.at(0).price_scale, 1);
}

TEST_F(BinanceWsText, a_market_that_no_message_tells_must_be_set) {
  const std::string kline =
      R"(1000 {"e":"kline","E":1,"s":"BTCUSDT","k":{"T":59999,"i":"1m","o":"1","c":"1","h":"1","l":"1","v":"1","x":true}})"
      "\n";
  EXPECT_NE(import(kline).error_text().find("--set market=spot, usdm or coinm"), std::string::npos);
  const Imported all = import(kline, 0, {{"market", "usdm"}});
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.instruments.at(0).venue, "binance-usdm");
  EXPECT_NE(import(kline, 0, {{"market", "moon"}}).error_text().find("found \"moon\""), std::string::npos);
}

TEST_F(BinanceWsText, what_a_person_sets_wins) {
  const Imported all = import("1000 " + kTicker + "\n", 0, {{"BTCUSDT.tick", "0.25"}, {"lot", "0.001"}});
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.instruments.at(0).price_scale, 2);
  EXPECT_EQ(all.instruments.at(0).tick, 25);
  EXPECT_EQ(all.instruments.at(0).lot, 1);
  EXPECT_EQ(all.instruments.at(0).qty_scale, 3);
  EXPECT_EQ(all.events.at(0).as<Quote>().bid_price, 150);
}

}  // namespace
}  // namespace lockstep::feeds
