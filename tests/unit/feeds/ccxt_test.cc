// Trades as ccxt and freqtrade write them. Counts and sums of the real files were taken with Python's json
// and decimal modules.
#include <gtest/gtest.h>

#include "feeds/files/kinds.h"
#include "tests/support/data.h"
#include "tests/support/imported.h"
#include "tests/support/temp_file.h"

namespace lockstep::feeds {
namespace {

using test::import_all;
using test::Imported;

Imported import(const std::string& name, std::string_view text, ImportOptions options = {}) {
  options.paths = {test::write_temp(name, text)};
  return import_all(open_ccxt(options));
}

constexpr std::string_view kRow = R"([1570752011620,"13519807",null,"sell",0.00141342,23.0,0.03250866])";

TEST(Ccxt, a_row_of_freqtrade_is_a_trade_of_the_pair_in_the_files_name) {
  const Imported all = import("XRP_ETH-trades.json", "[" + std::string(kRow) + "]");
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 1U);
  const Instrument& instrument = all.instruments.at(0);
  EXPECT_EQ(instrument.symbol, "XRP/ETH");
  EXPECT_EQ(instrument.base, "XRP");
  EXPECT_EQ(instrument.quote, "ETH");
  EXPECT_EQ(instrument.settle, "ETH");
  EXPECT_EQ(instrument.kind, InstrumentKind::spot);
  EXPECT_EQ(instrument.price_scale, 8);
  EXPECT_EQ(instrument.qty_scale, 0);
  const Event& event = all.events[0];
  EXPECT_EQ(event.exch_ts_ns, 1570752011620 * kMillisecond);
  EXPECT_EQ(event.recv_ts_ns, event.exch_ts_ns);
  EXPECT_EQ(event.flags, kFlagReceiveDerived);
  EXPECT_EQ(event.detail, static_cast<std::uint8_t>(Side::sell));
  EXPECT_EQ(event.as<Trade>().price, 141342);
  EXPECT_EQ(event.as<Trade>().qty, 23);
  EXPECT_EQ(event.as<Trade>().trade_id, 13519807U);
}

TEST(Ccxt, numbers_with_exponents_are_exact) {
  const Imported all = import("A_B-trades.json", R"([[1,"7",null,"buy",1.5e-07,2e3,0.0003]])");
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.instruments[0].price_scale, 8);
  EXPECT_EQ(all.events[0].as<Trade>().price, 15);
  EXPECT_EQ(all.events[0].as<Trade>().qty, 2000);
}

TEST(Ccxt, the_exchanges_own_text_goes_before_what_became_a_double) {
  const Imported all = import(
      "any.json", R"([{"info":{"a":5,"p":"61776.123456789012","q":"0.30","T":1,"m":true},"timestamp":1,)"
                  R"("symbol":"BTC/USDT","id":"5","side":"sell","price":61776.12345678901,"amount":0.3}])");
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.instruments[0].symbol, "BTC/USDT");
  EXPECT_EQ(all.instruments[0].price_scale, 12);
  EXPECT_EQ(all.events[0].as<Trade>().price, 61776123456789012);
  EXPECT_EQ(all.events[0].as<Trade>().qty, 3);
}

TEST(Ccxt, an_info_that_is_not_binances_is_left_alone) {
  for (const char* info : {R"(["61776","1"])", "null", R"({"price":"1","p":"2"})", R"("text")"}) {
    const Imported all = import("any.json", R"([{"info":)" + std::string(info) +
                                                R"(,"timestamp":1,"symbol":"A/B","price":3.5,"amount":2}])");
    ASSERT_EQ(all.error_text(), "") << info;
    EXPECT_EQ(all.events[0].as<Trade>().price, 35);
    EXPECT_EQ(all.events[0].as<Trade>().trade_id, 0U);
    EXPECT_EQ(all.events[0].detail, static_cast<std::uint8_t>(Side::none));
  }
}

TEST(Ccxt, perpetuals_and_futures_are_told_by_their_symbols) {
  const auto instrument_of = [](const std::string& symbol) {
    const Imported all =
        import("any.json", R"([{"timestamp":1,"price":1,"amount":1,"symbol":")" + symbol + "\"}]");
    EXPECT_EQ(all.error_text(), "");
    EXPECT_EQ(all.summary.notes.size(), 1U) << "the size of a contract is not known";
    return all.instruments.at(0);
  };
  EXPECT_EQ(instrument_of("BTC/USDT:USDT").kind, InstrumentKind::linear_perpetual);
  const Instrument inverse = instrument_of("BTC/USD:BTC");
  EXPECT_EQ(inverse.kind, InstrumentKind::inverse_perpetual);
  EXPECT_EQ(inverse.settle, "BTC");
  const Instrument future = instrument_of("BTC/USDT:USDT-240927");
  EXPECT_EQ(future.kind, InstrumentKind::future);
  EXPECT_EQ(future.expiry_ts_ns, 1727424000 * kSecond);  // 2024-09-27 08:00
  const Imported option =
      import("any.json", R"([{"timestamp":1,"price":1,"amount":1,"symbol":"BTC/USD:BTC-240927-60000-C"}])");
  ASSERT_TRUE(option.error);
  EXPECT_NE(option.error->what.find("neither spot, a perpetual nor a future"), std::string::npos);
}

TEST(Ccxt, the_file_of_a_perpetual_names_its_settlement_too) {
  const Imported all = import("BTC_USDT_USDT-trades.json", "[" + std::string(kRow) + "]");
  EXPECT_EQ(all.instruments.at(0).symbol, "BTC/USDT:USDT");
}

TEST(Ccxt, a_symbol_that_nothing_says_is_asked_for) {
  const Imported unknown = import("trades.json", "[" + std::string(kRow) + "]");
  ASSERT_TRUE(unknown.error);
  EXPECT_NE(unknown.error->what.find("--set symbol=XRP/ETH"), std::string::npos);
  ImportOptions options;
  options.set = {{"symbol", "XRP/ETH"}};
  EXPECT_EQ(import("trades.json", "[" + std::string(kRow) + "]", options).instruments.at(0).symbol,
            "XRP/ETH");
}

TEST(Ccxt, trades_out_of_order_are_sorted_and_it_is_noted) {
  const Imported all = import("A_B-trades.json", R"([[2,"2",null,"buy",1,1,1],[1,"1",null,"buy",1,1,1]])");
  ASSERT_EQ(all.events.size(), 2U);
  EXPECT_EQ(all.events[0].as<Trade>().trade_id, 1U);
  EXPECT_EQ(all.summary.notes.size(), 1U);
}

TEST(Ccxt, malformed_rows_are_errors_that_name_their_place) {
  const std::pair<const char*, const char*> cases[] = {
      {R"([1,"7",null,"buy",1,1])", "expected [time, id, type, side, price, amount, cost], found 6 values"},
      {R"([1,"7",null,"bid",1,1,1])", "expected buy or sell, found \"bid\""},
      {R"([0,"7",null,"buy",1,1,1])", "expected a time in milliseconds since 1970, found \"0\""},
      {R"([1,"7",null,"buy",1,-1,1])", "a size is negative: -1"},
      {R"([1,"7",null,"buy",null,1,1])", ""},
      {R"([1,"7",[],"buy",1,1,1])", "expected one JSON list of text and numbers"},
      {R"({"timestamp":1,"symbol":"A/B","price":1})", "field \"amount\" is missing"},
      {R"(17)", "expected one JSON object"}};
  for (const auto& [row, what] : cases) {
    const std::string text = "[" + std::string(kRow) + "," + row + "," + std::string(kRow) + "]";
    const Imported strict = import("A_B-trades.json", text);
    ASSERT_TRUE(strict.error) << row;
    EXPECT_TRUE(strict.error->where.ends_with("A_B-trades.json[1]")) << strict.error->where;
    EXPECT_NE(strict.error->what.find(what), std::string::npos) << strict.error->what;
    EXPECT_EQ(strict.events.size(), 1U);
    ImportOptions tolerant;
    tolerant.skip_bad = 1;
    const Imported all = import("A_B-trades.json", text, tolerant);
    ASSERT_EQ(all.error_text(), "");
    ASSERT_EQ(all.events.size(), 3U);
    EXPECT_EQ(all.events[1].kind, Kind::gap);
  }
}

class CcxtFiles : public testing::TestWithParam<const char*> {};

TEST_P(CcxtFiles, have_12477_trades_with_exact_sums) {
  if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  ImportOptions options;
  options.paths = {(test::data_dir() / "crypto/binance_trades" / GetParam()).string()};
  const Imported all = import_all(open_ccxt(options));
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 12'477U);
  EXPECT_TRUE(all.summary.notes.empty());
  EXPECT_EQ(all.instruments.at(0).symbol, "XRP/ETH");
  EXPECT_EQ(all.instruments.at(0).price_scale, 8);
  EXPECT_EQ(all.instruments.at(0).qty_scale, 0);
  std::int64_t prices = 0;
  std::int64_t amounts = 0;
  int buys = 0;
  for (const Event& event : all.events) {
    prices += event.as<Trade>().price;
    amounts += event.as<Trade>().qty;
    buys += event.detail == static_cast<std::uint8_t>(Side::buy) ? 1 : 0;
  }
  EXPECT_EQ(prices, 1'843'286'701);  // 18.43286701
  EXPECT_EQ(amounts, 5'545'735);
  EXPECT_EQ(buys, 6524);
  const Event& last = all.events.back();
  EXPECT_EQ(last.exch_ts_ns, 1570965568844 * kMillisecond);
  EXPECT_EQ(last.as<Trade>().price, 152787);
  EXPECT_EQ(last.as<Trade>().qty, 130);
  EXPECT_EQ(last.as<Trade>().trade_id, 13532283U);
}

INSTANTIATE_TEST_SUITE_P(Both, CcxtFiles,
                         testing::Values("XRP_ETH-trades_20191011.json.gz", "XRP_OLD-aggTrades_raw.json.gz"),
                         [](const auto& test) { return test.index == 0 ? "freqtrade" : "ccxt"; });

}  // namespace
}  // namespace lockstep::feeds
