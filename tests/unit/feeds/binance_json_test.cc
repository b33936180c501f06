#include "feeds/files/binance_json.h"

#include <gtest/gtest.h>

#include "tests/unit/feeds/decoding.h"

namespace lockstep::feeds {
namespace {

using test::Decoding;
using test::Message;

Decoding decode(BinanceMarket market, const std::vector<Message>& messages) {
  BinanceBookJoin join;
  return test::decode_with(messages, [&](MarketTable& markets) {
    return std::make_unique<BinanceDecoder>(markets, join, market);
  });
}

constexpr const char* kSpotTrade =
    R"({"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}})";
constexpr const char* kSpotTicker =
    R"({"stream":"btcusdt@bookTicker","data":{"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"}})";
constexpr const char* kSpotDepth =
    R"({"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1723161255308,"s":"BTCUSDT","U":50093239203,"u":50093239207,"b":[["55653.87000000","0.00000000"]],"a":[["61838.04000000","0.32332000"],["61844.30000000","0.40163000"]]}})";

TEST(BinanceJson, a_spot_trade_whose_buyer_is_the_maker_was_an_aggressive_sale) {
  const Decoding d = decode(BinanceMarket::spot, {{kSpotTrade}});
  ASSERT_EQ(d.out.events.size(), 1U);
  const Event& event = d.out.events[0];
  EXPECT_EQ(event.kind, Kind::trade);
  EXPECT_EQ(event.exch_ts_ns, 1723161255342000000);
  EXPECT_EQ(event.recv_ts_ns, 1'000'000'000);
  EXPECT_EQ(static_cast<Side>(event.detail), Side::sell);
  const Trade trade = event.as<Trade>();
  EXPECT_EQ(trade.price, 6183763);  // two decimals are enough
  EXPECT_EQ(trade.qty, 2);
  EXPECT_EQ(trade.trade_id, 3735683259U);
  EXPECT_EQ(event.flags, 0);
  const Instrument& instrument = d.instruments.at(0);
  EXPECT_EQ(instrument.symbol, "BTCUSDT");
  EXPECT_EQ(instrument.venue, "binance-spot");
  EXPECT_EQ(instrument.kind, InstrumentKind::spot);
  EXPECT_EQ(instrument.base, "BTC");
  EXPECT_EQ(instrument.settle, "USDT");
  EXPECT_EQ(instrument.price_scale, 2);
  EXPECT_EQ(instrument.qty_scale, 2);
}

TEST(BinanceJson, a_spot_book_ticker_has_no_exchange_time) {
  const Decoding d = decode(BinanceMarket::spot, {{kSpotTicker}});
  ASSERT_EQ(d.out.events.size(), 1U);
  EXPECT_EQ(d.out.events[0].exch_ts_ns, kNoTime);
  const Quote quote = d.out.events[0].as<Quote>();
  EXPECT_EQ(quote.bid_price, 6183763);
  EXPECT_EQ(quote.ask_price, 6183764);
  EXPECT_EQ(quote.bid_qty, 378826);
  EXPECT_EQ(quote.ask_qty, 154698);
  EXPECT_EQ(quote.update_id, 50093239212U);
}

TEST(BinanceJson, all_levels_of_a_depth_message_are_one_event) {
  const Decoding d = decode(BinanceMarket::spot, {{kSpotDepth}});
  ASSERT_EQ(d.out.events.size(), 2U);  // the gap for the missing snapshot, and the book
  EXPECT_EQ(d.out.events[0].kind, Kind::gap);
  const Event& event = d.out.events[1];
  const auto update = event.as<BookUpdate>();
  EXPECT_EQ(update.first_update_id, 50093239203U);
  EXPECT_EQ(update.last_update_id, 50093239207U);
  EXPECT_EQ(update.previous_update_id, 0U);
  EXPECT_EQ(event.exch_ts_ns, 1723161255308000000);
  EXPECT_EQ(bids(d, event), (std::vector<Level>{{5565387, 0}}));
  EXPECT_EQ(asks(d, event), (std::vector<Level>{{6183804, 32332}, {6184430, 40163}}));
}

TEST(BinanceJson, a_snapshot_without_a_symbol_is_of_the_only_book_there_is_even_when_it_comes_first) {
  const std::string snapshot =
      R"({"lastUpdateId":50093239202,"bids":[["61837.635","0.1"]],"asks":[["61837.64","1.5"]]})";
  const Decoding d = decode(BinanceMarket::spot, {{snapshot}, {kSpotDepth}});
  ASSERT_EQ(d.errors, std::vector<std::string>{});
  ASSERT_EQ(d.out.events.size(), 2U);
  EXPECT_EQ(d.instruments.at(0).price_scale, 3);  // learned from the snapshot too
  EXPECT_EQ(static_cast<BookAction>(d.out.events[0].detail), BookAction::snapshot);
  EXPECT_EQ(d.out.events[0].flags, kFlagVenueSnapshot);
  EXPECT_EQ(bids(d, d.out.events[0]), (std::vector<Level>{{61837635, 10000}}));
}

TEST(BinanceJson, a_snapshot_without_a_symbol_among_several_books_is_an_error) {
  std::string other = kSpotDepth;
  other.replace(other.find("\"s\":\"BTCUSDT\""), 13, "\"s\":\"ETHUSDT\"");
  const Decoding d = decode(BinanceMarket::spot,
                            {{kSpotDepth}, {other}, {R"({"lastUpdateId":50093239202,"bids":[],"asks":[]})"}});
  ASSERT_EQ(d.errors.size(), 1U);
  EXPECT_NE(d.errors[0].find("does not say which symbol"), std::string::npos);
}

TEST(BinanceJson, coin_margined_contracts_are_inverse_and_of_100_or_10_dollars) {
  const Decoding d = decode(
      BinanceMarket::coinm,
      {{R"({"e":"trade","E":1723161257687,"T":1723161257679,"s":"BTCUSD_PERP","t":849714402,"p":"61804.8","q":"4","X":"MARKET","m":false})"},
       {R"({"e":"trade","E":1723161257687,"T":1723161257679,"s":"ETHUSD_240927","t":1,"p":"2600.25","q":"7","X":"MARKET","m":true})"}});
  ASSERT_EQ(d.errors, std::vector<std::string>{});
  const Instrument& btc = d.instruments.at(0);
  EXPECT_EQ(btc.kind, InstrumentKind::inverse_perpetual);
  EXPECT_EQ(btc.quote, "USD");
  EXPECT_EQ(btc.settle, "BTC");
  EXPECT_EQ(btc.multiplier, 100);
  EXPECT_EQ(btc.expiry_ts_ns, kNoTime);
  const Instrument& eth = d.instruments.at(1);
  EXPECT_EQ(eth.multiplier, 10);
  EXPECT_EQ(eth.settle, "ETH");
  EXPECT_EQ(format_time(eth.expiry_ts_ns), "2024-09-27T08:00:00.000000000Z");
  EXPECT_EQ(static_cast<Side>(d.out.events[0].detail), Side::buy);
  EXPECT_EQ(d.out.events[1].as<Trade>().price, 260025);
}

TEST(BinanceJson, dated_usd_margined_contracts_are_futures) {
  const Decoding d = decode(
      BinanceMarket::usdm,
      {{R"({"e":"bookTicker","u":1,"s":"BTCUSDT_240927","b":"1","B":"1","a":"2","A":"1","T":5,"E":6})"}});
  EXPECT_EQ(d.instruments.at(0).kind, InstrumentKind::future);
  EXPECT_EQ(d.instruments.at(0).settle, "USDT");
  EXPECT_EQ(d.out.events.at(0).exch_ts_ns, 5'000'000);
}

TEST(BinanceJson, trades_outside_the_book_are_flagged) {
  const Decoding d =
      decode(BinanceMarket::usdm,
             {{R"({"e":"trade","E":9,"T":8,"s":"BTCUSDT","t":1,"p":"5","q":"4","X":"ADL","m":false})"}});
  EXPECT_EQ(d.out.events.at(0).flags, kFlagSuspicious);
  EXPECT_EQ(d.out.events.at(0).as<Trade>().conditions, 0x4C4441U);  // "ADL", first letter lowest
}

// The documentation's messages (fixtures nautilus_binance/futures/market_data_json).
TEST(BinanceJson, a_mark_price_update_is_a_mark_and_a_funding_forecast) {
  const Decoding d = decode(
      BinanceMarket::usdm,
      {{R"({"e":"markPriceUpdate","E":1562305380000,"s":"BTCUSDT","p":"11794.15000000","i":"11784.62659091","P":"11784.25641265","r":"0.00038167","T":1562306400000,"st":1})"}});
  ASSERT_EQ(d.kinds(), (std::vector<Kind>{Kind::mark, Kind::funding}));
  EXPECT_EQ(d.instruments.at(0).price_scale, 8);
  EXPECT_EQ(d.out.events[0].as<Mark>().mark_price, 1179415000000);
  EXPECT_EQ(d.out.events[0].as<Mark>().index_price, 1178462659091);
  EXPECT_EQ(d.out.events[0].as<Mark>().open_interest, -1);
  const Funding funding = d.out.events[1].as<Funding>();
  EXPECT_EQ(funding.rate, 38167);
  EXPECT_EQ(d.out.events[1].detail, 8);
  EXPECT_EQ(funding.settle_ts_ns, 1562306400000000000);
  EXPECT_EQ(funding.is_settlement, 0U);
}

TEST(BinanceJson, the_decimals_of_marks_do_not_make_the_tick) {
  const Decoding d = decode(
      BinanceMarket::usdm,
      {{R"({"e":"markPriceUpdate","E":1,"s":"BTCUSDT","p":"11794.15000000","i":"11784.62659091","r":"","T":0})"},
       {R"({"e":"bookTicker","u":1,"s":"BTCUSDT","b":"11794.1","B":"1","a":"11794.2","A":"1","T":5,"E":6})"}});
  EXPECT_EQ(d.kinds(), (std::vector<Kind>{Kind::mark, Kind::quote}));
  EXPECT_EQ(d.instruments.at(0).price_scale, 8);
  EXPECT_EQ(d.instruments.at(0).tick, 10'000'000);
}

TEST(BinanceJson, a_closed_kline_is_a_bar_that_ends_with_its_interval) {
  const std::string kline =
      R"({"e":"kline","E":1638747660000,"s":"BTCUSDT","k":{"t":1638747660000,"T":1638747719999,"s":"BTCUSDT","i":"1m","f":100,"L":200,"o":"0.0010","c":"0.0020","h":"0.0025","l":"0.0015","v":"1000","n":100,"x":true,"q":"1.0000","V":"500","Q":"0.500","B":"123456"}})";
  std::string open = kline;
  open.replace(open.find("\"x\":true"), 8, "\"x\":false");
  const Decoding d = decode(BinanceMarket::usdm, {{open}, {kline}});
  ASSERT_EQ(d.kinds(), std::vector<Kind>{Kind::bar});
  EXPECT_EQ(d.out.events[0].exch_ts_ns, 1638747720000000000);
  EXPECT_EQ(unpack_bar_spec(d.out.events[0].detail), (BarSpec{BarUnit::minute, 1, BarSide::trade}));
  const Bar bar = d.out.events[0].as<Bar>();
  EXPECT_EQ(bar.open, 10);
  EXPECT_EQ(bar.high, 25);
  EXPECT_EQ(bar.low, 15);
  EXPECT_EQ(bar.close, 20);
  EXPECT_EQ(bar.volume, 1000);
  EXPECT_EQ(d.left_out.at("kline that is not closed"), 1U);
}

TEST(BinanceJson, aggregated_trades_count_only_where_the_single_ones_are_missing) {
  const Message aggregated{
      R"({"e":"aggTrade","E":123456789,"a":5933014,"s":"BTCUSDT","p":"0.001","q":"100","f":100,"l":105,"T":123456785,"m":true,"st":1})"};
  const Message single{
      R"({"e":"trade","E":123456789,"s":"BTCUSDT","t":12,"p":"0.001","q":"100","T":123456785,"m":true})"};
  const Decoding alone = decode(BinanceMarket::usdm, {aggregated});
  ASSERT_EQ(alone.out.events.size(), 1U);
  EXPECT_EQ(alone.out.events[0].as<Trade>().trade_id, 5933014U);
  const Decoding both = decode(BinanceMarket::usdm, {aggregated, single});
  ASSERT_EQ(both.out.events.size(), 1U);
  EXPECT_EQ(both.out.events[0].as<Trade>().trade_id, 12U);
  EXPECT_EQ(both.left_out.at("aggTrade beside the single trades"), 1U);
}

TEST(BinanceJson, a_partial_book_is_a_snapshot_of_its_depth) {
  const Decoding d = decode(
      BinanceMarket::spot,
      {{R"({"stream":"bnbbtc@depth5@100ms","data":{"lastUpdateId":160,"bids":[["0.0024","10"]],"asks":[["0.0026","100"]]}})"}});
  ASSERT_EQ(d.kinds(), std::vector<Kind>{Kind::book});
  EXPECT_EQ(d.instruments.at(0).symbol, "BNBBTC");
  EXPECT_EQ(d.out.events[0].as<BookUpdate>().depth, 5U);
  EXPECT_EQ(static_cast<BookAction>(d.out.events[0].detail), BookAction::snapshot);
}

TEST(BinanceJson, what_is_no_market_data_is_counted) {
  const Decoding d = decode(
      BinanceMarket::usdm,
      {{R"({"result":null,"id":1})"},
       {R"({"e":"forceOrder","E":1568014460893,"o":{"s":"BTCUSDT","S":"SELL","o":"LIMIT","f":"IOC","q":"0.014","p":"9910","ap":"9910","X":"FILLED","l":"0.014","z":"0.014","T":1568014460893}})"},
       {R"({"stream":"!x@arr","data":[{"e":"24hrTicker","s":"BTCUSDT"},{"e":"24hrTicker","s":"ETHUSDT"}]})"}});
  EXPECT_TRUE(d.out.events.empty());
  EXPECT_TRUE(d.errors.empty());
  EXPECT_EQ(d.left_out, (std::map<std::string, std::uint64_t>{
                            {"control", 1}, {"stream 24hrTicker", 2}, {"stream forceOrder", 1}}));
}

TEST(BinanceJson, a_field_that_is_wrong_is_an_error_and_leaves_no_event) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"e":"trade","E":1,"T":1,"s":"BTCUSDT","t":1,"p":"6x","q":"1","m":true})",
       "expected a decimal number, found \"6x\""},
      {R"({"e":"trade","E":1,"T":1,"s":"BTCUSDT","p":"6","q":"1","m":true})", "field \"t\" is missing"},
      {R"({"e":"trade","E":1,"T":"x","s":"BTCUSDT","t":1,"p":"6","q":"1","m":true})",
       "expected an unsigned integer"},
      {R"({"e":"trade","E":1,"T":99999999999999999,"s":"BTCUSDT","t":1,"p":"6","q":"1","m":true})",
       "neither in ms nor in us"},
      {R"({"e":"depthUpdate","E":1,"T":1,"s":"BTCUSDT","U":1,"u":2,"pu":0,"b":[["1"]],"a":[]})",
       "needs a price and a quantity"},
      {R"({"e":"depthUpdate","E":1,"T":1,"s":"BTCUSDT","U":1,"u":2,"pu":0,"b":[["1","-2"]],"a":[]})",
       "negative quantity"},
      {R"({"e":"depthUpdate","E":1,"T":1,"s":"BTCUSDT","U":1,"u":2,"b":[],"a":[]})",
       "field \"pu\" is missing"},
      {R"({"e":"kline","E":1,"s":"BTCUSDT","k":{"T":1,"i":"7m","o":"1","c":"1","h":"1","l":"1","v":"1","x":true}})",
       "\"7m\" is no length"},
      {R"({"e":"tra)", "expected one JSON object"},
  };
  for (const auto& [json, expected] : cases) {
    const Decoding d = decode(
        BinanceMarket::usdm,
        {{R"({"e":"bookTicker","u":1,"s":"BTCUSDT","b":"1","B":"1","a":"2","A":"1","T":5,"E":6})"}, {json}});
    ASSERT_EQ(d.errors.size(), 1U) << json;
    EXPECT_NE(d.errors[0].find(expected), std::string::npos) << d.errors[0];
    EXPECT_EQ(d.out.events.size(), 1U) << json;
    EXPECT_TRUE(d.out.levels.empty()) << json;
  }
}

TEST(BinanceJson, the_market_is_told_from_the_message) {
  EXPECT_EQ(binance_market_of(kSpotTrade), BinanceMarket::spot);
  EXPECT_EQ(binance_market_of(kSpotTicker), BinanceMarket::spot);
  EXPECT_EQ(binance_market_of(kSpotDepth), BinanceMarket::spot);
  EXPECT_EQ(binance_market_of(
                R"({"e":"depthUpdate","E":1,"T":1,"s":"BTCUSDT","U":157,"u":160,"pu":149,"b":[],"a":[]})"),
            BinanceMarket::usdm);
  EXPECT_EQ(binance_market_of(R"({"e":"bookTicker","u":1,"s":"BTCUSD_PERP"})"), BinanceMarket::coinm);
  EXPECT_EQ(binance_market_of(R"({"e":"bookTicker","u":1,"s":"BTCUSDT_240927"})"), BinanceMarket::usdm);
  EXPECT_EQ(binance_market_of(R"({"e":"kline","s":"BTCUSDT"})"), std::nullopt);
  EXPECT_EQ(binance_market_of("not json"), std::nullopt);
}

TEST(BinanceJson, exchange_info_states_tick_lot_and_contract_size) {
  const Decoding d = decode(
      BinanceMarket::coinm,
      {{R"({"symbols":[{"symbol":"BTCUSD_PERP","baseAsset":"BTC","quoteAsset":"USD","marginAsset":"BTC","contractSize":50,"filters":[{"filterType":"PRICE_FILTER","tickSize":"0.50"},{"filterType":"LOT_SIZE","stepSize":"2"}]}]})",
        "https://dapi.binance.com/dapi/v1/exchangeInfo"},
       {R"({"e":"trade","E":1,"T":1,"s":"BTCUSD_PERP","t":1,"p":"61804.25","q":"4","m":false})"}});
  ASSERT_EQ(d.errors, std::vector<std::string>{});
  EXPECT_EQ(d.instruments.at(0).price_scale, 2);
  EXPECT_EQ(d.instruments.at(0).tick, 50);
  EXPECT_EQ(d.instruments.at(0).lot, 2);
  EXPECT_EQ(d.instruments.at(0).multiplier, 50);
}

}  // namespace
}  // namespace lockstep::feeds
