#include "feeds/files/bybit_json.h"

#include <gtest/gtest.h>

#include "tests/unit/feeds/decoding.h"

namespace lockstep::feeds {
namespace {

using test::Decoding;
using test::Message;

Decoding decode(BybitCategory category, const std::vector<Message>& messages) {
  return test::decode_with(
      messages, [&](MarketTable& markets) { return std::make_unique<BybitDecoder>(markets, category); });
}

// From the documentation (fixtures bybit_docs and nautilus_bybit), levels cut.
constexpr const char* kSnapshot =
    R"({"topic":"orderbook.50.BTCUSDT","type":"snapshot","ts":1672304484978,"data":{"s":"BTCUSDT","b":[["16493.50","0.006"],["16493.00","0.100"]],"a":[["16611.00","0.029"]],"u":18521288,"seq":7961638724},"cts":1672304484976})";
std::string delta(std::uint64_t update_id) {
  return R"({"topic":"orderbook.50.BTCUSDT","type":"delta","ts":1687940967466,"data":{"s":"BTCUSDT","b":[["30240.00","0"]],"a":[["30249.30","0.892"],["30249.50","1.778"]],"u":)" +
         std::to_string(update_id) + R"(,"seq":66544703342},"cts":1687940967464})";
}

TEST(BybitJson, a_snapshot_and_a_delta_are_book_updates_at_the_engines_time) {
  const Decoding d = decode(BybitCategory::linear, {{kSnapshot}, {delta(18521289)}});
  ASSERT_EQ(d.errors, std::vector<std::string>{});
  ASSERT_EQ(d.kinds(), (std::vector<Kind>{Kind::book, Kind::book}));
  const Event& snapshot = d.out.events[0];
  EXPECT_EQ(static_cast<BookAction>(snapshot.detail), BookAction::snapshot);
  EXPECT_EQ(snapshot.exch_ts_ns, 1672304484976000000);
  EXPECT_EQ(snapshot.as<BookUpdate>().depth, 50U);
  EXPECT_EQ(snapshot.as<BookUpdate>().last_update_id, 18521288U);
  EXPECT_EQ(bids(d, snapshot), (std::vector<Level>{{164935, 6}, {164930, 100}}));
  EXPECT_EQ(asks(d, snapshot), (std::vector<Level>{{166110, 29}}));
  const Event& change = d.out.events[1];
  EXPECT_EQ(static_cast<BookAction>(change.detail), BookAction::diff);
  EXPECT_EQ(bids(d, change), (std::vector<Level>{{302400, 0}}));
  EXPECT_EQ(asks(d, change), (std::vector<Level>{{302493, 892}, {302495, 1778}}));
  EXPECT_EQ(d.instruments.at(0).venue, "bybit-linear");
  EXPECT_EQ(d.instruments.at(0).kind, InstrumentKind::linear_perpetual);
  EXPECT_EQ(d.instruments.at(0).settle, "USDT");
}

TEST(BybitJson, a_missing_update_id_is_a_gap_until_the_next_snapshot) {
  const Decoding d =
      decode(BybitCategory::linear,
             {{kSnapshot}, {delta(18521291)}, {delta(18521292)}, {kSnapshot}, {delta(18521289)}});
  ASSERT_EQ(d.kinds(),
            (std::vector<Kind>{Kind::book, Kind::gap, Kind::book, Kind::book, Kind::book, Kind::book}));
  EXPECT_EQ(static_cast<GapReason>(d.out.events[1].detail), GapReason::sequence);
  EXPECT_EQ(d.out.events[1].as<Gap>().expected, 18521289U);
  EXPECT_EQ(d.out.events[1].as<Gap>().found, 18521291U);
}

TEST(BybitJson, a_delta_without_a_snapshot_is_a_gap) {
  const Decoding d = decode(BybitCategory::linear, {{delta(7)}, {delta(8)}});
  ASSERT_EQ(d.kinds(), (std::vector<Kind>{Kind::gap, Kind::book, Kind::book}));
  EXPECT_EQ(static_cast<GapReason>(d.out.events[0].detail), GapReason::no_snapshot);
}

TEST(BybitJson, update_id_one_replaces_the_book) {
  const Decoding d = decode(BybitCategory::linear, {{kSnapshot}, {delta(1)}, {delta(2)}});
  ASSERT_EQ(d.kinds(), (std::vector<Kind>{Kind::book, Kind::book, Kind::book}));
  EXPECT_EQ(static_cast<BookAction>(d.out.events[1].detail), BookAction::snapshot);
  EXPECT_EQ(d.out.events[1].flags, kFlagVenueSnapshot);
  EXPECT_EQ(d.out.events[2].flags, 0);
}

TEST(BybitJson, a_book_of_one_level_comes_whole_each_time_and_restates_nothing) {
  const Decoding d = decode(
      BybitCategory::linear,
      {{R"({"topic":"orderbook.1.BTCUSDT","type":"snapshot","ts":1709891679000,"data":{"s":"BTCUSDT","b":[["27450.00","0.500"]],"a":[["27451.00","0.750"]],"u":123456789,"seq":987654321}})"}});
  ASSERT_EQ(d.kinds(), std::vector<Kind>{Kind::book});
  EXPECT_EQ(static_cast<BookAction>(d.out.events[0].detail), BookAction::snapshot);
  EXPECT_EQ(d.out.events[0].flags, 0);
}

TEST(BybitJson, of_several_depths_the_deepest_is_the_book) {
  const std::string shallow =
      R"({"topic":"orderbook.1.BTCUSDT","type":"snapshot","ts":1709891679000,"data":{"s":"BTCUSDT","b":[["27450.00","0.500"]],"a":[["27451.00","0.750"]],"u":123456789,"seq":987654321}})";
  const Decoding alone = decode(BybitCategory::linear, {{shallow}});
  EXPECT_EQ(alone.kinds(), std::vector<Kind>{Kind::book});
  EXPECT_EQ(alone.out.events.at(0).exch_ts_ns, 1709891679000000000);  // ts where there is no cts
  const Decoding both = decode(BybitCategory::linear, {{shallow}, {kSnapshot}, {shallow}});
  EXPECT_EQ(both.kinds(), std::vector<Kind>{Kind::book});
  EXPECT_EQ(both.left_out.at("orderbook beside a deeper one"), 2U);
}

TEST(BybitJson, a_trades_side_is_the_aggressor_and_a_uuid_keeps_its_first_64_bits) {
  const Decoding d = decode(
      BybitCategory::linear,
      {{R"({"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1672304486868,"data":[{"T":1672304486865,"s":"BTCUSDT","S":"Buy","v":"0.001","p":"16578.50","L":"PlusTick","i":"20f43950-d8dd-5b31-9112-a178eb6023af","BT":false,"seq":1783284617},{"T":1672304486866,"s":"BTCUSDT","S":"Sell","v":"0.002","p":"16578.00","i":"2290000001189048101","BT":true,"RPI":true}]})"}});
  ASSERT_EQ(d.errors, std::vector<std::string>{});
  ASSERT_EQ(d.out.events.size(), 2U);
  const Trade first = d.out.events[0].as<Trade>();
  EXPECT_EQ(static_cast<Side>(d.out.events[0].detail), Side::buy);
  EXPECT_EQ(d.out.events[0].exch_ts_ns, 1672304486865000000);
  EXPECT_EQ(first.price, 165785);
  EXPECT_EQ(first.qty, 1);
  EXPECT_EQ(first.trade_id, 0x20f43950d8dd5b31U);
  EXPECT_EQ(first.sequence, 1783284617U);
  EXPECT_EQ(first.conditions, 0U);
  const Trade second = d.out.events[1].as<Trade>();
  EXPECT_EQ(static_cast<Side>(d.out.events[1].detail), Side::sell);
  EXPECT_EQ(second.trade_id, 2290000001189048101U);
  EXPECT_EQ(second.conditions, 3U);
}

TEST(BybitJson, a_ticker_snapshot_has_quote_mark_and_funding_and_a_delta_completes_itself) {
  const Decoding d = decode(
      BybitCategory::linear,
      {{R"({"topic":"tickers.BTCUSDT","type":"snapshot","data":{"symbol":"BTCUSDT","lastPrice":"17216.00","markPrice":"17217.33","indexPrice":"17227.36","openInterest":"68744.761","nextFundingTime":"1673280000000","fundingRate":"-0.000212","bid1Price":"17215.50","bid1Size":"84.489","ask1Price":"17216.00","ask1Size":"83.020","fundingIntervalHour":"8"},"cs":24987956059,"ts":1673272861686})"},
       {R"({"topic":"tickers.BTCUSDT","type":"delta","data":{"symbol":"BTCUSDT","bid1Size":"6.054"},"cs":24987956060,"ts":1673272861786})"},
       {R"({"topic":"tickers.BTCUSDT","type":"delta","data":{"symbol":"BTCUSDT","markPrice":"17218"},"cs":24987956061,"ts":1673272861886})"}});
  ASSERT_EQ(d.errors, std::vector<std::string>{});
  ASSERT_EQ(d.kinds(), (std::vector<Kind>{Kind::quote, Kind::mark, Kind::funding, Kind::quote, Kind::mark}));
  const Quote quote = d.out.events[0].as<Quote>();
  EXPECT_EQ(quote.bid_price, 1721550);
  EXPECT_EQ(quote.ask_price, 1721600);
  EXPECT_EQ(quote.bid_qty, 84489);
  EXPECT_EQ(quote.ask_qty, 83020);
  EXPECT_EQ(quote.update_id, 24987956059U);
  EXPECT_EQ(d.out.events[0].exch_ts_ns, 1673272861686000000);
  const Mark mark = d.out.events[1].as<Mark>();
  EXPECT_EQ(mark.mark_price, 1721733);
  EXPECT_EQ(mark.index_price, 1722736);
  EXPECT_EQ(mark.open_interest, 68744761);
  const Funding funding = d.out.events[2].as<Funding>();
  EXPECT_EQ(funding.rate, -212);
  EXPECT_EQ(d.out.events[2].detail, 6);
  EXPECT_EQ(funding.settle_ts_ns, 1673280000000000000);
  EXPECT_EQ(funding.interval_ns, 8 * kHour);
  const Quote changed = d.out.events[3].as<Quote>();
  EXPECT_EQ(changed.bid_qty, 6054);
  EXPECT_EQ(changed.bid_price, 1721550);
  EXPECT_EQ(changed.ask_qty, 83020);
  EXPECT_EQ(d.out.events[4].as<Mark>().mark_price, 1721800);
  EXPECT_EQ(d.out.events[4].as<Mark>().index_price, 1722736);
}

TEST(BybitJson, an_option_ticker_gives_volatilities_and_greeks) {
  const Decoding d = decode(
      BybitCategory::option,
      {{R"({"id":"x","topic":"tickers.BTC-6JAN23-17500-C","ts":1672917511074,"data":{"symbol":"BTC-6JAN23-17500-C","bidPrice":"0","bidSize":"0","bidIv":"0","askPrice":"10","askSize":"5.1","askIv":"0.514","lastPrice":"10","markPrice":"7.86976724","indexPrice":"16823.73","markPriceIv":"0.4896","underlyingPrice":"16815.1","openInterest":"49.85","delta":"0.047831","gamma":"0.00021453","vega":"0.81351067","theta":"-19.9115368"},"type":"snapshot"})"}});
  ASSERT_EQ(d.errors, std::vector<std::string>{});
  ASSERT_EQ(d.out.events.size(), 10U);
  const Quote quote = d.out.events[0].as<Quote>();
  EXPECT_EQ(quote.bid_price, kNoPrice);
  EXPECT_EQ(quote.bid_qty, 0);
  EXPECT_EQ(quote.ask_price, 10'00000000);
  EXPECT_EQ(quote.ask_qty, 510);
  const Instrument& option = d.instruments.at(0);
  EXPECT_EQ(option.kind, InstrumentKind::option);
  EXPECT_EQ(option.right, OptionRight::call);
  EXPECT_EQ(option.price_scale, 8);
  EXPECT_EQ(option.strike, 17500'00000000);
  EXPECT_EQ(option.settle, "USDC");
  EXPECT_EQ(format_time(option.expiry_ts_ns), "2023-01-06T08:00:00.000000000Z");
  const Statistic theta = d.out.events[8].as<Statistic>();
  EXPECT_EQ(theta.type, static_cast<std::uint32_t>(StatisticType::option_theta));
  EXPECT_EQ(theta.value, -199115368);
  EXPECT_EQ(theta.value_scale, 7U);
}

TEST(BybitJson, only_a_confirmed_kline_is_a_bar) {
  const std::string open =
      R"({"topic":"kline.5.BTCUSDT","data":[{"start":1672324800000,"end":1672325099999,"interval":"5","open":"16649.5","close":"16677","high":"16677","low":"16608","volume":"2.081","turnover":"34666.4005","confirm":false,"timestamp":1672324988882}],"ts":1672324988882,"type":"snapshot"})";
  std::string closed = open;
  closed.replace(closed.find("false"), 5, "true");
  const Decoding d = decode(BybitCategory::linear, {{open}, {closed}});
  ASSERT_EQ(d.kinds(), std::vector<Kind>{Kind::bar});
  EXPECT_EQ(d.out.events[0].exch_ts_ns, 1672325100000000000);
  EXPECT_EQ(unpack_bar_spec(d.out.events[0].detail), (BarSpec{BarUnit::minute, 5, BarSide::trade}));
  EXPECT_EQ(d.out.events[0].as<Bar>().low, 166080);
  EXPECT_EQ(d.out.events[0].as<Bar>().volume, 2081);
}

TEST(BybitJson, the_instrument_list_states_tick_lot_and_currencies) {
  const Decoding d = decode(
      BybitCategory::inverse,
      {{R"({"retCode":0,"retMsg":"OK","result":{"list":[{"symbol":"BTCUSD","contractType":"InversePerpetual","baseCoin":"BTC","quoteCoin":"USD","deliveryTime":"0","priceFilter":{"minPrice":"1","maxPrice":"1000000","tickSize":"0.5"},"lotSizeFilter":{"maxOrderQty":"1000000","minOrderQty":"1","qtyStep":"10"},"settleCoin":"BTC"}]},"time":1700000000000})",
        "https://api.bybit.com/v5/market/instruments-info?category=inverse"},
       {R"({"topic":"publicTrade.BTCUSD","type":"snapshot","ts":5,"data":[{"T":5,"s":"BTCUSD","S":"Buy","v":"30","p":"16578.50","i":"1","BT":false}]})"}});
  ASSERT_EQ(d.errors, std::vector<std::string>{});
  const Instrument& btc = d.instruments.at(0);
  EXPECT_EQ(btc.kind, InstrumentKind::inverse_perpetual);
  EXPECT_EQ(btc.settle, "BTC");
  EXPECT_EQ(btc.tick, 5);
  EXPECT_EQ(btc.price_scale, 1);
  EXPECT_EQ(btc.lot, 10);
}

TEST(BybitJson, control_and_unknown_topics_are_counted) {
  const Decoding d = decode(
      BybitCategory::linear,
      {{R"({"success":true,"ret_msg":"pong","conn_id":"x","op":"ping"})"},
       {R"({"topic":"allLiquidation.ROSEUSDT","type":"snapshot","ts":1,"data":[]})"},
       {R"({"topic":"orderbook.rpi.BTCUSDT","ts":1752472188075,"type":"delta","data":{"s":"BTCUSDT","b":[["121975.1","0.114259","0"]],"a":[],"u":2258980,"seq":79683241099},"cts":1752472188067})"}});
  EXPECT_TRUE(d.out.events.empty());
  EXPECT_EQ(d.left_out, (std::map<std::string, std::uint64_t>{
                            {"control", 1}, {"topic allLiquidation", 1}, {"topic orderbook.rpi", 1}}));
}

TEST(BybitJson, the_category_is_in_the_address) {
  EXPECT_EQ(bybit_category_of("wss://stream.bybit.com/v5/public/linear"), BybitCategory::linear);
  EXPECT_EQ(bybit_category_of("https://api.bybit.com/v5/market/instruments-info?&category=spot&limit=1000"),
            BybitCategory::spot);
  EXPECT_EQ(bybit_category_of("wss://stream.bybit.com/v5/private"), std::nullopt);
}

TEST(BybitJson, dated_contracts_have_their_expiry) {
  const auto trade = [](const std::string& symbol) {
    return Message{R"({"topic":"publicTrade.X","data":[{"T":5,"s":")" + symbol +
                   R"(","S":"Buy","v":"3","p":"1","i":"1"}]})"};
  };
  const Decoding linear =
      decode(BybitCategory::linear, {trade("BTC-27DEC24"), trade("BTCPERP"), trade("BTCUSDT-27DEC24")});
  ASSERT_EQ(linear.instruments.size(), 3U);
  EXPECT_EQ(linear.instruments[0].kind, InstrumentKind::future);
  EXPECT_EQ(linear.instruments[0].quote, "USDC");
  EXPECT_EQ(format_time(linear.instruments[0].expiry_ts_ns), "2024-12-27T08:00:00.000000000Z");
  EXPECT_EQ(linear.instruments[1].kind, InstrumentKind::linear_perpetual);
  EXPECT_EQ(linear.instruments[1].base, "BTC");
  EXPECT_EQ(linear.instruments[2].quote, "USDT");
  const Decoding inverse = decode(BybitCategory::inverse, {trade("BTCUSDH25")});
  EXPECT_EQ(inverse.instruments.at(0).settle, "BTC");
}

}  // namespace
}  // namespace lockstep::feeds
