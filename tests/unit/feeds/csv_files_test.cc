// The csv files there are. Counts and values were taken with Python's csv and decimal modules, and by eye.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "feeds/files/kinds.h"
#include "tests/support/data.h"
#include "tests/support/imported.h"

namespace lockstep::feeds {
namespace {

using test::import_all;
using test::Imported;

class CsvFiles : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  }
  static ImportOptions options(const std::string& file, const std::string& columns = "") {
    ImportOptions out;
    out.paths = {(test::data_dir() / file).string()};
    out.columns = columns;
    return out;
  }
  static Imported import(const std::string& file, const std::string& columns = "") {
    return import_all(open_csv(options(file, columns)));
  }
};

void expect_bar(const Event& event, TimeNs end_ts_ns, const Bar& want) {
  EXPECT_EQ(event.kind, Kind::bar);
  EXPECT_EQ(event.exch_ts_ns, end_ts_ns);
  EXPECT_EQ(event.recv_ts_ns, end_ts_ns);
  EXPECT_TRUE(event.flags & kFlagReceiveDerived);
  const Bar bar = event.as<Bar>();
  EXPECT_EQ(bar.open, want.open);
  EXPECT_EQ(bar.high, want.high);
  EXPECT_EQ(bar.low, want.low);
  EXPECT_EQ(bar.close, want.close);
  EXPECT_EQ(bar.volume, want.volume);
}

TEST_F(CsvFiles, daily_equity_bars_end_at_new_york_midnight) {
  const Imported all = import("equity_daily/AAPL_2006-01-01_to_2018-01-01.csv");
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 3019U);
  EXPECT_EQ(all.summary.rows, 3019U);
  EXPECT_EQ(all.summary.suspicious_events, 2U);
  ASSERT_EQ(all.instruments.size(), 1U);
  EXPECT_EQ(all.instruments[0].symbol, "AAPL");
  EXPECT_EQ(all.instruments[0].venue, "usa");
  EXPECT_EQ(all.instruments[0].kind, InstrumentKind::equity);
  EXPECT_EQ(all.instruments[0].price_scale, 2);
  EXPECT_EQ(all.instruments[0].tick, 1);
  EXPECT_EQ(unpack_bar_spec(all.events[0].detail), (BarSpec{BarUnit::day, 1, BarSide::trade}));
  expect_bar(all.events.front(), 1136350800 * kSecond, {1034, 1068, 1032, 1068, 201853036});
  expect_bar(all.events.back(), 1514610000 * kSecond, {17052, 17059, 16922, 16923, 25999922});
}

TEST_F(CsvFiles, a_blank_price_is_a_malformed_row) {
  const std::string file = "equity_daily/IBM_2006-01-01_to_2018-01-01.csv";
  const Imported refused = import(file);
  ASSERT_TRUE(refused.error);
  EXPECT_TRUE(refused.error->where.ends_with("IBM_2006-01-01_to_2018-01-01.csv:2915"))
      << refused.error->where;
  EXPECT_NE(refused.error->what.find("2017-07-31,,144.93,,144.67,4355718,IBM"), std::string::npos);
  EXPECT_EQ(refused.events.size(), 2913U) << "what came before is delivered";

  ImportOptions tolerant = options(file);
  tolerant.skip_bad = 1;
  const Imported all = import_all(open_csv(tolerant));
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.summary.rows, 3020U);
  EXPECT_EQ(all.summary.bad_rows, 1U);
  ASSERT_EQ(all.summary.bad_row_texts.size(), 1U);
  EXPECT_EQ(all.of(Kind::bar).size(), 3019U);
  EXPECT_EQ(all.summary.suspicious_events, 4U);
  ASSERT_EQ(all.of(Kind::gap).size(), 1U);
  EXPECT_EQ(all.events[2913].kind, Kind::gap);
  EXPECT_EQ(all.events[2913].detail, static_cast<std::uint8_t>(GapReason::skipped_rows));
  EXPECT_EQ(all.events[2913].as<Gap>().lost_events, 1U);
}

TEST_F(CsvFiles, odd_bars_are_kept_and_flagged_in_each_daily_file) {
  const std::pair<const char*, std::uint64_t> files[] = {{"AAPL", 2}, {"AMZN", 1}, {"GOOGL", 1}, {"IBM", 4},
                                                         {"JPM", 3},  {"KO", 5},   {"MSFT", 2},  {"XOM", 7}};
  for (const auto& [name, odd] : files) {
    SCOPED_TRACE(name);
    ImportOptions one = options("equity_daily/" + std::string(name) + "_2006-01-01_to_2018-01-01.csv");
    one.skip_bad = 1;
    const Imported all = import_all(open_csv(one));
    ASSERT_EQ(all.error_text(), "");
    EXPECT_EQ(all.of(Kind::bar).size(), 3019U);
    EXPECT_EQ(all.summary.suspicious_events, odd);
  }
}

TEST_F(CsvFiles, a_column_without_a_name_is_addressed_by_its_number) {
  const Imported all = import(
      "equity_daily/kernc_GOOG.csv",
      "ts=$1:iso,open=Open,high=High,low=Low,close=Close,volume=Volume,period=1d,zone=America/New_York");
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 2148U);
  expect_bar(all.events.front(), 1092974400 * kSecond, {10000, 10406, 9596, 10034, 22351900});
  expect_bar(all.events.back(), 1362200400 * kSecond, {79780, 80714, 79615, 80619, 2175400});
}

TEST_F(CsvFiles, minute_bars_that_come_newest_first_are_sorted_and_it_is_noted) {
  const Imported all = import("equity_minute/AAPL_1min_20190211_15.csv", "us-equity-minute");
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 1948U);
  EXPECT_EQ(all.summary.suspicious_events, 0U);
  EXPECT_EQ(all.summary.receive_steps_back, 0U);
  EXPECT_EQ(all.instruments[0].price_scale, 4);
  EXPECT_EQ(all.instruments[0].tick, 100);
  expect_bar(all.events.front(), 1549895460 * kSecond, {1711400, 1712000, 1707000, 1709700, 619925});
  expect_bar(all.events.back(), 1550264400 * kSecond, {1702300, 1704200, 1702100, 1703800, 427888});
  EXPECT_TRUE(std::any_of(all.summary.notes.begin(), all.summary.notes.end(), [](const std::string& note) {
    return note.find("not in time order, sorted") != std::string::npos;
  }));
}

TEST_F(CsvFiles, binance_bars_end_where_their_close_time_says) {
  const Imported all = import("crypto/binance_perp_2025_26/1h/BTCUSDT.csv");
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 4500U);
  EXPECT_EQ(all.instruments[0].symbol, "BTCUSDT");
  EXPECT_EQ(all.instruments[0].price_scale, 1);
  EXPECT_EQ(all.instruments[0].qty_scale, 3);
  EXPECT_EQ(unpack_bar_spec(all.events[0].detail), (BarSpec{BarUnit::hour, 1, BarSide::trade}));
  expect_bar(all.events.front(), 1757754000000 * kMillisecond, {1157155, 1160110, 1157155, 1159133, 1844202});
  expect_bar(all.events.back(), 1773950400000 * kMillisecond, {697874, 705635, 697655, 703590, 13921076});
}

TEST_F(CsvFiles, a_folder_of_bars_is_merged_by_time) {
  const Imported all = import("crypto/binance_perp_2025_26/1h");
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 13'500U);
  ASSERT_EQ(all.instruments.size(), 3U);
  EXPECT_EQ(all.instruments[1].symbol, "SOLUSDT");
  EXPECT_TRUE(std::is_sorted(all.events.begin(), all.events.end(),
                             [](const Event& a, const Event& b) { return a.recv_ts_ns < b.recv_ts_ns; }));
  EXPECT_EQ(all.summary.receive_steps_back, 0U);
}

TEST_F(CsvFiles, funding_rates_keep_their_own_decimals) {
  const Imported all = import("crypto/binance_perp_2025_26/funding/BTCUSDT.csv");
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 200U);
  EXPECT_EQ(all.events.front().exch_ts_ns, 1768233600000 * kMillisecond);
  EXPECT_EQ(all.events.front().as<Funding>().rate, 465);  // 0.00004650
  EXPECT_EQ(all.events.front().detail, 7);
  EXPECT_EQ(all.events.front().as<Funding>().is_settlement, 1U);
  EXPECT_EQ(all.events.back().exch_ts_ns, 1773964800002 * kMillisecond);
  EXPECT_EQ(all.events.back().as<Funding>().rate, 625);  // 0.00000625
  EXPECT_EQ(all.events.back().detail, 8);
  std::int64_t sum_e8 = 0;
  for (const Event& event : all.events) sum_e8 += event.as<Funding>().rate * pow10(8 - event.detail);
  EXPECT_EQ(sum_e8, 144150);  // 0.00144150
}

TEST_F(CsvFiles, rates_with_exponents_and_21_decimals_are_exact) {
  const Imported all = import("crypto/funding/btc_daily_funding_2019_2026.csv",
                              "ts=date:iso,rate=funding_mean,period=1d,paid=0");
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 2348U);
  EXPECT_EQ(all.events.front().exch_ts_ns, 1568160000 * kSecond) << "known when its day is over";
  EXPECT_EQ(all.events.front().as<Funding>().rate, 1);  // 1e-04
  EXPECT_EQ(all.events.front().detail, 4);
  EXPECT_EQ(all.events.front().as<Funding>().is_settlement, 0U);
  EXPECT_EQ(all.events[24].as<Funding>().rate, -373333333333332);  // 2019-10-04: -3.73333333333332e-07
  EXPECT_EQ(all.events[24].detail, 21);
  EXPECT_EQ(all.events.back().exch_ts_ns, 1770940800 * kSecond);
  EXPECT_EQ(all.events.back().as<Funding>().rate, 13);  // 1.3e-06
  EXPECT_EQ(all.events.back().detail, 7);
}

TEST_F(CsvFiles, trades_carry_id_side_and_exact_amounts) {
  const Imported all = import("crypto/binance_trades/ETHUSDT_public_trades_20230202.csv");
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 1000U);
  EXPECT_EQ(all.instruments[0].symbol, "ETHUSDT");
  const Event& first = all.events.front();
  EXPECT_EQ(first.exch_ts_ns, 1675329600138 * kMillisecond);
  EXPECT_EQ(first.detail, static_cast<std::uint8_t>(Side::buy));
  EXPECT_EQ(first.as<Trade>().price, 166680);
  EXPECT_EQ(first.as<Trade>().qty, 26062);
  EXPECT_EQ(first.as<Trade>().trade_id, 1206419187U);
  EXPECT_EQ(all.events.back().as<Trade>().trade_id, 1206420186U);
  std::int64_t qty = 0;
  std::int64_t buys = 0;
  for (const Event& event : all.events) {
    qty += event.as<Trade>().qty;
    buys += event.detail == static_cast<std::uint8_t>(Side::buy) ? 1 : 0;
  }
  EXPECT_EQ(qty, 6567968);
  EXPECT_EQ(buys, 527);
}

TEST_F(CsvFiles, tardis_trades_have_both_times_and_uuids) {
  const Imported all = import("crypto/tardis_csv/bitmex_trades_XBTUSD.csv");
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 10U);
  EXPECT_EQ(all.instruments[0].symbol, "XBTUSD");
  EXPECT_EQ(all.instruments[0].venue, "bitmex");
  const Event& first = all.events.front();
  EXPECT_EQ(first.exch_ts_ns, 1583020803145000 * kMicrosecond);
  EXPECT_EQ(first.recv_ts_ns, 1583020803307160 * kMicrosecond);
  EXPECT_FALSE(first.flags & kFlagReceiveDerived);
  EXPECT_EQ(first.detail, static_cast<std::uint8_t>(Side::sell));
  EXPECT_EQ(first.as<Trade>().price, 85315);
  EXPECT_EQ(first.as<Trade>().qty, 2152);
  EXPECT_EQ(first.as<Trade>().trade_id, 0xccc3c1fa212ce8b0U);
  EXPECT_EQ(all.summary.latency.count(), 10U);
  EXPECT_EQ(all.summary.latency.min_ns(), 60743 * kMicrosecond);
  EXPECT_EQ(all.summary.latency.max_ns(), 162160 * kMicrosecond);
  EXPECT_EQ(all.summary.latency.negative_count(), 0U);
}

TEST_F(CsvFiles, tardis_book_rows_of_one_message_are_one_update) {
  const Imported all = import("crypto/tardis_csv/deribit_incremental_book_L2_BTC-PERPETUAL.csv");
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 1U);
  EXPECT_EQ(all.summary.rows, 15U);
  const Event& event = all.events[0];
  EXPECT_EQ(event.kind, Kind::book);
  EXPECT_EQ(event.detail, static_cast<std::uint8_t>(BookAction::snapshot));
  EXPECT_TRUE(event.flags & kFlagVenueSnapshot);
  EXPECT_EQ(event.as<BookUpdate>().bid_count, 0U);
  EXPECT_EQ(event.as<BookUpdate>().ask_count, 15U);
  EXPECT_EQ(all.levels[0], (Level{64215, 18640}));
  EXPECT_EQ(all.levels[14], (Level{64285, 39950}));
}

TEST_F(CsvFiles, tardis_snapshots_are_whole_books_of_25_levels) {
  const Imported all = import("crypto/tardis_csv/binance-futures_book_snapshot_25_BTCUSDT.csv");
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 10U);
  const auto first = all.events[0].as<BookUpdate>();
  EXPECT_EQ(all.events[0].detail, static_cast<std::uint8_t>(BookAction::snapshot));
  EXPECT_EQ(first.depth, 25U);
  EXPECT_EQ(first.bid_count, 25U);
  EXPECT_EQ(first.ask_count, 25U);
  const auto bids = bids_of(first, all.levels);
  const auto asks = asks_of(first, all.levels);
  EXPECT_EQ(bids[0], (Level{1165707, 10896}));
  EXPECT_EQ(asks[0], (Level{1165708, 1714}));
  EXPECT_EQ(bids[24], (Level{1165325, 1003}));
}

TEST_F(CsvFiles, binance_depth_history_joins_or_says_that_it_does_not) {
  ImportOptions both = options("crypto/binance_nautilus/btcusdt-depth-snap.csv");
  both.paths.push_back((test::data_dir() / "crypto/binance_nautilus/btcusdt-depth-update.csv").string());
  const Imported all = import_all(open_csv(both));
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 3U);
  EXPECT_EQ(all.events[0].as<BookUpdate>().bid_count, 100U);
  EXPECT_EQ(all.events[0].as<BookUpdate>().last_update_id, 2098021528332U);
  EXPECT_EQ(all.events[1].kind, Kind::gap);  // ten minutes and 20 million ids lie between the two files
  EXPECT_EQ(all.events[1].detail, static_cast<std::uint8_t>(GapReason::sequence));
  EXPECT_EQ(all.events[1].as<Gap>().expected, 2098021528333U);
  EXPECT_EQ(all.events[1].as<Gap>().found, 2098041693435U);
  const auto update = all.events[2].as<BookUpdate>();
  EXPECT_EQ(all.events[2].detail, static_cast<std::uint8_t>(BookAction::diff));
  EXPECT_EQ(update.bid_count, 23U);
  EXPECT_EQ(update.ask_count, 77U);
  EXPECT_EQ(update.previous_update_id, 2098041693400U);
  EXPECT_EQ(asks_of(update, all.levels)[0], (Level{204728, 0}));
}

TEST_F(CsvFiles, differences_without_a_snapshot_begin_with_a_gap) {
  const Imported all = import("crypto/binance_nautilus/btcusdt-depth-update.csv");
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 2U);
  EXPECT_EQ(all.events[0].detail, static_cast<std::uint8_t>(GapReason::no_snapshot));
}

TEST_F(CsvFiles, quotes_without_sizes_get_the_size_that_was_set) {
  ImportOptions options_with_size = options("fx/truefx_usdjpy-ticks.csv", "ts=timestamp:iso,bid=bid,ask=ask");
  options_with_size.set = {
      {"symbol", "USDJPY"}, {"quote_qty", "1000000"}, {"quote", "JPY"}, {"kind", "spot"}};
  const Imported all = import_all(open_csv(options_with_size));
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 1000U);
  EXPECT_EQ(all.instruments[0].symbol, "USDJPY");
  EXPECT_EQ(all.instruments[0].settle, "JPY");
  EXPECT_EQ(all.events.front().exch_ts_ns, 1357077600295 * kMillisecond);
  EXPECT_EQ(all.events.front().as<Quote>().bid_price, 86655);
  EXPECT_EQ(all.events.front().as<Quote>().ask_price, 86728);
  EXPECT_EQ(all.events.front().as<Quote>().bid_qty, 1000000);
  EXPECT_EQ(all.events.back().exch_ts_ns, 1357079713494 * kMillisecond);
  EXPECT_EQ(all.events.back().as<Quote>().ask_price, 86854);
  EXPECT_TRUE(all.summary.notes.empty());
}

TEST_F(CsvFiles, forex_bars_of_one_side) {
  const Imported all =
      import("fx/usdjpy-m1-bid-2013.csv",
             "ts=timestamp:iso,open=open,high=high,low=low,close=close,period=1m,price_side=bid");
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 28'761U);
  EXPECT_EQ(unpack_bar_spec(all.events[0].detail), (BarSpec{BarUnit::minute, 1, BarSide::bid}));
  expect_bar(all.events.front(), 1359676860 * kSecond, {91715, 91715, 91653, 91653, 0});
  expect_bar(all.events.back(), 1362096060 * kSecond, {92584, 92584, 92533, 92539, 0});
}

TEST_F(CsvFiles, volumes_with_binary_noise_are_rounded_and_it_is_noted) {
  const Imported all =
      import("crypto/bars/btc-perp-20211231-20220201_1m.csv",
             "ts=timestamp:iso,open=open,high=high,low=low,close=close,volume=volume,period=1m");
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 45'031U);
  EXPECT_EQ(all.instruments[0].qty_scale, 8);  // nine digits before the point leave no room for more
  expect_bar(all.events.front(), 1640991720 * kSecond,
             {46319000, 46385000, 46319000, 46377000, 230041372950000});
  expect_bar(all.events.back(), 1643693520 * kSecond,
             {38525000, 38546000, 38525000, 38544000, 68590697350000});
  EXPECT_TRUE(std::any_of(all.summary.notes.begin(), all.summary.notes.end(),
                          [](const std::string& note) { return note.find("rounded") != std::string::npos; }));
}

}  // namespace
}  // namespace lockstep::feeds
