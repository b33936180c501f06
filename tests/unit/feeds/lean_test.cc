// LEAN files in detail. Values were read from the files by eye; times come from Python's zoneinfo.
#include <gtest/gtest.h>

#include "feeds/files/kinds.h"
#include "feeds/files/lean_path.h"
#include "tests/support/data.h"
#include "tests/support/imported.h"
#include "tests/support/temp_file.h"

namespace lockstep::feeds {
namespace {

using test::import_all;
using test::Imported;
using test::write_temp;

Imported import_with(const std::string& path, std::map<std::string, std::string> set = {},
                     std::uint64_t skip_bad = 0) {
  ImportOptions options;
  options.paths = {path};
  options.set = std::move(set);
  options.skip_bad = skip_bad;
  return import_all(open_lean(options));
}

class LeanData : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  }
  static Imported import(const std::string& file) {
    return import_with((test::data_dir() / "lean" / file).string());
  }
};

void expect_bar(const Event& event, TimeNs end_ts_ns, const BarSpec& spec, const Bar& want) {
  ASSERT_EQ(event.kind, Kind::bar);
  EXPECT_EQ(event.exch_ts_ns, end_ts_ns);
  EXPECT_EQ(unpack_bar_spec(event.detail), spec);
  const Bar bar = event.as<Bar>();
  EXPECT_EQ(bar.open, want.open);
  EXPECT_EQ(bar.high, want.high);
  EXPECT_EQ(bar.low, want.low);
  EXPECT_EQ(bar.close, want.close);
  EXPECT_EQ(bar.volume, want.volume);
}

constexpr BarSpec kMinuteTrade{BarUnit::minute, 1, BarSide::trade};
constexpr BarSpec kMinuteBid{BarUnit::minute, 1, BarSide::bid};
constexpr BarSpec kMinuteAsk{BarUnit::minute, 1, BarSide::ask};
constexpr BarSpec kHourTrade{BarUnit::hour, 1, BarSide::trade};
constexpr BarSpec kDayTrade{BarUnit::day, 1, BarSide::trade};

TEST_F(LeanData, equity_minutes_are_new_york_time_and_ten_thousandths_of_a_dollar) {
  const Imported all = import("equity/usa/minute/aapl/20140605_trade.zip");
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.instruments[0].symbol, "AAPL");
  EXPECT_EQ(all.instruments[0].venue, "usa");
  EXPECT_EQ(all.instruments[0].kind, InstrumentKind::equity);
  EXPECT_EQ(all.instruments[0].price_scale, 4);
  EXPECT_EQ(all.instruments[0].tick, 100);
  expect_bar(all.events.front(), 1401956160 * kSecond, kMinuteTrade,
             {6448000, 6448000, 6448000, 6448000, 90});
}

TEST_F(LeanData, a_quote_bar_is_a_bid_bar_an_ask_bar_and_the_closing_quote) {
  const Imported all = import("equity/usa/minute/aapl/20140605_quote.zip");
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 3U * 830U);
  expect_bar(all.events[0], 1401955260 * kSecond, kMinuteBid, {6438000, 6440600, 6438000, 6440600, 100});
  expect_bar(all.events[1], 1401955260 * kSecond, kMinuteAsk, {6460000, 6460000, 6460000, 6460000, 100});
  ASSERT_EQ(all.events[2].kind, Kind::quote);
  const Quote quote = all.events[2].as<Quote>();
  EXPECT_EQ(quote.bid_price, 6440600);
  EXPECT_EQ(quote.ask_price, 6460000);
  EXPECT_EQ(quote.bid_qty, 100);
  EXPECT_EQ(quote.ask_qty, 100);
}

TEST_F(LeanData, hours_end_an_hour_later_and_days_at_the_next_local_midnight) {
  const Imported hours = import("equity/usa/hour/aapl.zip");
  ASSERT_EQ(hours.error_text(), "");
  expect_bar(hours.events.front(), 883753200 * kSecond, kHourTrade, {136300, 137500, 135000, 136300, 540700});
  const Imported days = import("equity/usa/daily/aapl.zip");
  ASSERT_EQ(days.error_text(), "");
  expect_bar(days.events.front(), 883803600 * kSecond, kDayTrade, {136300, 162500, 135000, 162500, 6315000});
  expect_bar(days.events.back(), 1617249600 * kSecond, kDayTrade,
             {1216500, 1235400, 1211500, 1221500, 109019052});
}

TEST_F(LeanData, a_quote_tick_of_one_side_carries_the_other_forward) {
  const Imported all = import("equity/usa/tick/bac/20131007_quote.zip");
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 476'855U);
  EXPECT_EQ(all.events[0].exch_ts_ns, 1381132800 * kSecond + 151 * kMillisecond);
  EXPECT_EQ(all.events[0].as<Quote>().bid_price, kNoPrice);
  EXPECT_EQ(all.events[0].as<Quote>().bid_qty, 0);
  EXPECT_EQ(all.events[0].as<Quote>().ask_price, 140200);
  EXPECT_EQ(all.events[1].as<Quote>().bid_price, 138400);
  EXPECT_EQ(all.events[1].as<Quote>().ask_price, 140200);
  EXPECT_EQ(all.events[2].as<Quote>().ask_price, 139500);
  EXPECT_EQ(all.events[2].as<Quote>().bid_qty, 700);
  EXPECT_EQ(all.events.back().as<Quote>().bid_price, 138000);
  EXPECT_EQ(all.events.back().as<Quote>().bid_qty, 8000);
  EXPECT_EQ(all.events.back().as<Quote>().ask_price, 138600);
}

TEST_F(LeanData, suspicious_ticks_are_kept_and_flagged) {
  const Imported all = import("equity/usa/tick/ibm/20131007_quote.zip");
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.events.size(), 109'067U);
  EXPECT_EQ(all.summary.suspicious_events, 1U);
  EXPECT_TRUE(all.events.back().flags & kFlagSuspicious);
}

TEST_F(LeanData, trade_ticks_keep_condition_and_exchange) {
  const Imported all = import("equity/usa/tick/bac/20131007_trade.zip");
  ASSERT_EQ(all.error_text(), "");
  const Trade first = all.events.front().as<Trade>();
  EXPECT_EQ(all.events.front().exch_ts_ns, 1381132800 * kSecond + 614 * kMillisecond);
  EXPECT_EQ(first.price, 139400);
  EXPECT_EQ(first.qty, 500);
  EXPECT_EQ(first.conditions, std::uint64_t{'P'} << 56U | 0x20002020U);
}

TEST_F(LeanData, futures_are_utc_with_a_contract_each_and_sides_may_be_absent) {
  const Imported all = import("future/cme/minute/es/20131007_quote.zip");
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.events.size(), 10'933U);
  ASSERT_EQ(all.instruments.size(), 5U);
  EXPECT_EQ(all.instruments[0].symbol, "ES201312");
  EXPECT_EQ(all.instruments[0].kind, InstrumentKind::future);
  EXPECT_EQ(all.instruments[0].price_scale, 2);
  EXPECT_EQ(all.instruments[0].expiry_ts_ns, kNoTime);
  expect_bar(all.events[0], 1381104060 * kSecond, kMinuteBid, {167650, 167650, 167650, 167650, 86});
  EXPECT_EQ(all.summary.receive_steps_back, 0U);
}

TEST_F(LeanData, open_interest_is_a_statistic) {
  const Imported all = import("future/cme/minute/es/20131007_openinterest.zip");
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 15U);
  const Statistic first = all.events[0].as<Statistic>();
  EXPECT_EQ(first.type, static_cast<std::uint32_t>(StatisticType::open_interest));
  EXPECT_EQ(first.qty, 2691941);
  EXPECT_EQ(first.value, INT64_MIN);
  EXPECT_EQ(all.events[0].exch_ts_ns, 1381104000 * kSecond + 21960 * kSecond);
}

TEST_F(LeanData, options_are_named_as_the_occ_does_and_expire_at_four_in_new_york) {
  const Imported all = import("option/usa/minute/goog/20151223_quote_american.zip");
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.events.size(), 75'077U);
  ASSERT_EQ(all.instruments.size(), 118U);
  const Instrument& first = all.instruments[0];
  EXPECT_EQ(first.symbol, "GOOG151224C00600000");
  EXPECT_EQ(first.kind, InstrumentKind::option);
  EXPECT_EQ(first.right, OptionRight::call);
  EXPECT_EQ(first.strike, 6000000);
  EXPECT_EQ(first.price_scale, 4);
  EXPECT_EQ(first.multiplier, 100);
  EXPECT_EQ(first.expiry_ts_ns, 1450990800 * kSecond);
}

TEST_F(LeanData, daily_open_interest_is_known_when_the_day_is_over) {
  const Imported all = import("option/usa/daily/goog_2015_openinterest_american.zip");
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.instruments.size(), 1320U);
  EXPECT_EQ(all.events.front().exch_ts_ns, 1450933200 * kSecond);
  EXPECT_EQ(all.events.back().exch_ts_ns, 1451019600 * kSecond);
}

TEST_F(LeanData, an_option_universe_is_bars_and_statistics_of_every_contract) {
  const Imported all = import("option/usa/universes/spy/20240104.csv");
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.of(Kind::bar).size(), 37U);
  EXPECT_EQ(all.of(Kind::statistic).size(), 225U);
  EXPECT_EQ(all.instruments[0].symbol, "SPY");
  EXPECT_EQ(all.instruments[0].kind, InstrumentKind::equity);
  EXPECT_EQ(all.instruments[1].symbol, "SPY240105C00315000");
  expect_bar(all.events[0], 1704430800 * kSecond, kDayTrade, {4683500, 4709600, 4670500, 4672800, 69508521});
  EXPECT_EQ(all.events[2].as<Statistic>().type,
            static_cast<std::uint32_t>(StatisticType::implied_volatility_mark));
  EXPECT_EQ(all.events[2].as<Statistic>().value, 1);  // 0.0000001
  EXPECT_EQ(all.events[2].as<Statistic>().value_scale, 7U);
}

TEST_F(LeanData, margin_interest_is_funding_of_a_perpetual) {
  const Imported all = import("cryptofuture/binance/margin_interest/btcusd.csv");
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 12U);
  EXPECT_EQ(all.instruments[0].symbol, "BTCUSD");
  EXPECT_EQ(all.instruments[0].kind, InstrumentKind::inverse_perpetual);
  EXPECT_EQ(all.instruments[0].multiplier, 100);
  EXPECT_EQ(all.instruments[0].settle, "BTC");
  EXPECT_EQ(all.events[0].exch_ts_ns, 1609200000 * kSecond);
  EXPECT_EQ(all.events[0].as<Funding>().rate, 2003);  // 0.00020030
  EXPECT_EQ(all.events[0].detail, 7);
}

TEST_F(LeanData, factors_are_statistics_and_the_sentinel_of_2050_is_none) {
  const Imported all = import("equity/usa/factor_files/aapl.csv");
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.summary.rows, 41U);
  ASSERT_EQ(all.events.size(), 80U);
  EXPECT_EQ(all.events[0].exch_ts_ns, 883803600 * kSecond);
  EXPECT_EQ(all.events[0].as<Statistic>().type, static_cast<std::uint32_t>(StatisticType::price_factor));
  EXPECT_EQ(all.events[0].as<Statistic>().value, 8613657);
  EXPECT_EQ(all.events[0].as<Statistic>().value_scale, 7U);
  EXPECT_EQ(all.events[1].as<Statistic>().type, static_cast<std::uint32_t>(StatisticType::split_factor));
  EXPECT_EQ(all.events[1].as<Statistic>().value, 892857);
}

TEST_F(LeanData, forex_has_no_sizes_and_says_so) {
  const Imported all = import("forex/oanda/minute/eurusd/20140501_quote.zip");
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.instruments[0].base, "EUR");
  EXPECT_EQ(all.instruments[0].quote, "USD");
  expect_bar(all.events[0], 1398902460 * kSecond, kMinuteBid, {138676, 138686, 138669, 138686, 0});
  EXPECT_EQ(all.events[2].as<Quote>().bid_qty, 0);
  ASSERT_EQ(all.summary.notes.size(), 1U);
  EXPECT_NE(all.summary.notes[0].find("quote_qty"), std::string::npos);
}

TEST_F(LeanData, crypto_seconds_are_utc_and_sizes_exact) {
  const Imported all = import("crypto/coinbase/second/btcusd/20161007_trade.zip");
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.instruments[0].base, "BTC");
  EXPECT_EQ(all.instruments[0].qty_scale, 8);
  expect_bar(all.events[0], 1475798405 * kSecond, {BarUnit::second, 1, BarSide::trade},
             {61178, 61187, 61178, 61187, 60046000});
}

TEST_F(LeanData, a_folder_is_merged_by_time_with_quotes_before_trades) {
  const Imported all = import("equity/usa/minute/ibm");
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.summary.rows, 2965U);
  EXPECT_EQ(all.instruments.size(), 1U);
  EXPECT_EQ(all.summary.receive_steps_back, 0U);
  for (std::size_t i = 1; i < all.events.size(); ++i) {
    ASSERT_LE(all.events[i - 1].recv_ts_ns, all.events[i].recv_ts_ns);
    const bool is_after_trade = all.events[i - 1].kind == Kind::bar &&
                                unpack_bar_spec(all.events[i - 1].detail).side == BarSide::trade;
    EXPECT_FALSE(is_after_trade && all.events[i - 1].recv_ts_ns == all.events[i].recv_ts_ns);
  }
}

// --- small files of our own

std::string lean_file(const std::string& place, const std::string& rows) {
  return write_temp("lean/" + place, rows);
}

TEST(Lean, a_malformed_row_is_an_error_with_its_place_and_text) {
  const std::string path = lean_file("crypto/gdax/minute/btcusd/20180101_trade.csv",
                                     "0,1,2,1,2,5\n60000,1,2,1\n120000,1,2,1,2,5\n");
  const Imported refused = import_with(path);
  ASSERT_TRUE(refused.error);
  EXPECT_EQ(refused.error->where, path + ":2");
  EXPECT_NE(
      refused.error->what.find("expected time,open,high,low,close,volume, found 4 fields: \"60000,1,2,1\""),
      std::string::npos)
      << refused.error->what;
  EXPECT_EQ(refused.events.size(), 1U);

  const Imported skipped = import_with(path, {}, 1);
  ASSERT_EQ(skipped.error_text(), "");
  ASSERT_EQ(skipped.events.size(), 3U);
  EXPECT_EQ(skipped.events[1].kind, Kind::gap);
  EXPECT_EQ(skipped.events[1].exch_ts_ns, skipped.events[2].exch_ts_ns);
}

TEST(Lean, a_skipped_last_row_leaves_a_gap_at_the_end) {
  const std::string path = lean_file("crypto/gdax/minute/btcusd/20180101_trade.csv", "0,1,2,1,2,5\nx\n");
  const Imported all = import_with(path, {}, 1);
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 2U);
  EXPECT_EQ(all.events[1].kind, Kind::gap);
}

TEST(Lean, a_suspicious_quote_is_not_carried_forward) {
  const std::string path =
      lean_file("equity/usa/tick/xyz/20131007_quote.csv",
                "1000,100000,1,0,0,P,1,0\n1001,10000,1,0,0,P,1,1\n1002,0,0,100100,1,P,1,0\n");
  const Imported all = import_with(path);
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 3U);
  EXPECT_EQ(all.events[1].as<Quote>().bid_price, 10000);
  EXPECT_TRUE(all.events[1].flags & kFlagSuspicious);
  EXPECT_EQ(all.events[2].as<Quote>().bid_price, 100000);
  EXPECT_EQ(all.events[2].as<Quote>().ask_price, 100100);
}

TEST(Lean, a_path_that_does_not_fit_is_an_error_that_shows_the_layouts) {
  for (const char* path : {"x.csv", "equity/usa/x.csv", "equity/usa/fortnight/aapl/20140605_trade.zip",
                           "equity/usa/minute/aapl/today_trade.zip", "equity/usa/minute/aapl/20140605.zip",
                           "future/cme/minute/es/20131006_trade.zip#es.csv",
                           "option/usa/minute/goog/20151223_trade_american.zip#goog.csv"}) {
    const Result<LeanPath> parsed = parse_lean_path(path);
    ASSERT_FALSE(parsed.ok()) << path;
    EXPECT_EQ(parsed.error().code, ErrorCode::bad_input);
    EXPECT_NE(parsed.error().what.find("ASSET/MARKET/"), std::string::npos);
  }
}

TEST(Lean, a_file_that_lies_elsewhere_is_read_with_its_place_given) {
  const std::string path = write_temp("elsewhere.csv", "0,10000,10000,10000,10000,7\n");
  EXPECT_FALSE(import_with(path).error_text().empty());
  const Imported all = import_with(path, {{"layout", "equity/usa/minute/spy/20140605_trade.zip"}});
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.instruments[0].symbol, "SPY");
  EXPECT_EQ(all.events[0].as<Bar>().volume, 7);
}

TEST(Lean, the_time_zone_of_another_market_must_be_given) {
  const std::string path =
      lean_file("equity/india/minute/xyz/20200101_trade.csv", "33300000,10000,10000,10000,10000,7\n");
  EXPECT_NE(import_with(path).error_text().find("time_zone"), std::string::npos);
  const Imported all = import_with(path, {{"time_zone", "Asia/Kolkata"}});
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.events[0].exch_ts_ns, (1577850300 + 60) * kSecond);
}

TEST(Lean, settings_of_a_root_hold_for_all_its_contracts) {
  const std::string path = lean_file("future/cme/minute/es/20131006_trade.csv", "0,1,1,1,1,1\n");
  const Imported all = import_with(
      path, {{"layout", "future/cme/minute/es/20131006_trade.zip#20131006_es_minute_trade_201312.csv"},
             {"ES.multiplier", "50"},
             {"ES.tick", "0.25"}});
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.instruments[0].symbol, "ES201312");
  EXPECT_EQ(all.instruments[0].multiplier, 50);
  EXPECT_EQ(all.instruments[0].price_scale, 2);
  EXPECT_EQ(all.instruments[0].tick, 25);
  EXPECT_TRUE(all.summary.notes.empty());
}

TEST(Lean, an_unknown_setting_is_an_error) {
  EXPECT_NE(import_with("x", {{"AAPL.tik", "1"}}).error_text().find("AAPL.tik"), std::string::npos);
}

}  // namespace
}  // namespace lockstep::feeds
