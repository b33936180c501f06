#include "feeds/files/okx_json.h"

#include <gtest/gtest.h>

#include "tests/unit/feeds/decoding.h"

namespace lockstep::feeds {
namespace {

using test::decode_with;
using test::Decoding;
using test::Message;

// Checksums by Python: zlib.crc32(b"3366.1:7:3366.8:9:3366:6:3368:8"), and after the update of
// b"3366.1:7:3366.8:10:3366:6:3368:8", as signed 32-bit integers.
std::string book(const std::string& action, const std::string& asks, const std::string& bids,
                 const std::string& rest) {
  return R"({"arg":{"channel":"books","instId":"BTC-USDT"},"action":")" + action + R"(","data":[{"asks":)" +
         asks + R"(,"bids":)" + bids + R"(,"ts":"1652459225464")" + rest + "}]}";
}
const std::string kAsks = R"([["3366.8","9","0","3"],["3368","8","0","4"]])";
const std::string kBids = R"([["3366.1","7","0","3"],["3366","6","0","4"]])";

TEST(OkxJson, a_book_whose_checksum_is_right_has_no_gap) {
  const Decoding d = decode_with<OkxDecoder>(
      {{book("snapshot", kAsks, kBids, R"(,"checksum":-1881014294)")},
       {book("update", R"([["3366.8","10","0","3"]])", "[]", R"(,"checksum":-1089742294)")}});
  ASSERT_EQ(d.errors, std::vector<std::string>{});
  ASSERT_EQ(d.kinds(), (std::vector<Kind>{Kind::book, Kind::book}));
  EXPECT_EQ(d.out.events[0].exch_ts_ns, 1652459225464000000);
  EXPECT_EQ(d.out.events[0].flags, kFlagVenueSnapshot);
  EXPECT_EQ(d.out.events[1].flags, 0);
  EXPECT_EQ(d.out.events[0].as<BookUpdate>().depth, 400U);
  EXPECT_EQ(bids(d, d.out.events[0]), (std::vector<Level>{{33661, 7}, {33660, 6}}));
  EXPECT_EQ(asks(d, d.out.events[0]), (std::vector<Level>{{33668, 9}, {33680, 8}}));
  EXPECT_EQ(asks(d, d.out.events[1]), (std::vector<Level>{{33668, 10}}));
}

TEST(OkxJson, a_wrong_checksum_is_a_gap_until_the_next_snapshot) {
  const Decoding d =
      decode_with<OkxDecoder>({{book("snapshot", kAsks, kBids, R"(,"checksum":-1881014294)")},
                               {book("update", "[]", "[]", R"(,"checksum":7)")},
                               {book("update", "[]", "[]", R"(,"checksum":8)")},
                               {book("snapshot", kAsks, kBids, R"(,"checksum":-1881014294)")}});
  ASSERT_EQ(d.kinds(), (std::vector<Kind>{Kind::book, Kind::gap, Kind::book, Kind::book, Kind::book}));
  EXPECT_EQ(d.out.events[1].as<Gap>().expected, 7U);
  EXPECT_EQ(d.out.events[1].as<Gap>().found, 2413953002U);
}

TEST(OkxJson, the_gap_of_a_wrong_snapshot_comes_behind_it) {
  const Decoding d = decode_with<OkxDecoder>({{book("snapshot", kAsks, kBids, R"(,"checksum":7)")},
                                              {book("update", "[]", "[]", R"(,"checksum":8)")}});
  EXPECT_EQ(d.kinds(), (std::vector<Kind>{Kind::book, Kind::gap, Kind::book}));
}

TEST(OkxJson, a_sequence_that_does_not_follow_is_a_gap) {
  const Decoding d =
      decode_with<OkxDecoder>({{book("snapshot", kAsks, kBids, R"(,"seqId":10,"prevSeqId":-1)")},
                               {book("update", "[]", "[]", R"(,"seqId":12,"prevSeqId":10)")},
                               {book("update", "[]", "[]", R"(,"seqId":15,"prevSeqId":14)")}});
  ASSERT_EQ(d.errors, std::vector<std::string>{});
  ASSERT_EQ(d.kinds(), (std::vector<Kind>{Kind::book, Kind::book, Kind::gap, Kind::book}));
  EXPECT_EQ(d.out.events[1].as<BookUpdate>().previous_update_id, 10U);
  EXPECT_EQ(d.out.events[2].as<Gap>().expected, 12U);
  EXPECT_EQ(d.out.events[2].as<Gap>().found, 14U);
}

// From captured frames (fixtures tardis_node/okx_messages.jsonl).
TEST(OkxJson, trades_tickers_marks_and_funding_are_events) {
  const Decoding d = decode_with<OkxDecoder>(
      {{R"({"arg":{"channel":"trades","instId":"BTC-USDT-SWAP"},"data":[{"instId":"BTC-USDT-SWAP","tradeId":"148266905","px":"48938.5","sz":"5","side":"buy","ts":"1640131236050"}]})"},
       {R"({"arg":{"channel":"tickers","instId":"ETH-USD-211231-9600-C"},"data":[{"instType":"OPTION","instId":"ETH-USD-211231-9600-C","last":"0.006","lastSz":"0","askPx":"0.0005","askSz":"111","bidPx":"","bidSz":"","ts":"1640001603301"}]})"},
       {R"({"arg":{"channel":"mark-price","instId":"WNCG-USDT-SWAP"},"data":[{"instId":"WNCG-USDT-SWAP","instType":"SWAP","markPx":"2.1729","ts":"1640131259180"}]})"},
       {R"({"arg":{"channel":"open-interest","instId":"WNCG-USDT-SWAP"},"data":[{"instId":"WNCG-USDT-SWAP","instType":"SWAP","oi":"644195","oiCcy":"644195","ts":"1640131258756"}]})"},
       {R"({"arg":{"channel":"funding-rate","instId":"WNCG-USDT-SWAP"},"data":[{"fundingRate":"0.00048105","fundingTime":"1640131200000","instId":"WNCG-USDT-SWAP","instType":"SWAP","nextFundingRate":"0.00114"}]})"},
       {R"({"arg":{"channel":"bbo-tbt","instId":"BTC-USDT-SWAP"},"data":[{"asks":[["38632.4","727","0","22"]],"bids":[["38632.3","990","0","22"]],"ts":"1651761120004"}]})"}});
  ASSERT_EQ(d.errors, std::vector<std::string>{});
  ASSERT_EQ(d.kinds(), (std::vector<Kind>{Kind::trade, Kind::quote, Kind::mark, Kind::mark, Kind::funding,
                                          Kind::quote}));
  EXPECT_EQ(d.out.events[0].as<Trade>().price, 489385);
  EXPECT_EQ(d.out.events[0].as<Trade>().trade_id, 148266905U);
  EXPECT_EQ(static_cast<Side>(d.out.events[0].detail), Side::buy);
  EXPECT_EQ(d.out.events[1].as<Quote>().bid_price, kNoPrice);
  EXPECT_EQ(d.out.events[1].as<Quote>().ask_price, 5);
  EXPECT_EQ(d.out.events[2].as<Mark>().mark_price, 21729);
  EXPECT_EQ(d.out.events[3].as<Mark>().open_interest, 644195);
  EXPECT_EQ(d.out.events[3].as<Mark>().mark_price, kNoPrice);
  EXPECT_EQ(d.out.events[4].as<Funding>().rate, 48105);
  EXPECT_EQ(d.out.events[4].detail, 8);
  EXPECT_EQ(d.out.events[5].as<Quote>().bid_qty, 990);
  EXPECT_EQ(d.instruments.at(0).kind, InstrumentKind::linear_perpetual);
  EXPECT_EQ(d.instruments.at(1).kind, InstrumentKind::option);
  EXPECT_EQ(d.instruments.at(1).strike, 9600'0000);
  EXPECT_EQ(d.instruments.at(1).quote, "ETH");
}

TEST(OkxJson, an_option_summary_is_statistics_and_empty_values_are_none) {
  const Decoding d = decode_with<OkxDecoder>(
      {{R"({"arg":{"channel":"opt-summary","uly":"ETH-USD"},"data":[{"instType":"OPTION","instId":"ETH-USD-211227-4150-P","uly":"ETH-USD","delta":"-1.0127414362","gamma":"5.1005664647","vega":"0.0000045884","theta":"-0.0002998793","lever":"0","markVol":"1.30710927","bidVol":"","askVol":"5","realVol":"","ts":"1640588400390"}]})"}});
  ASSERT_EQ(d.errors, std::vector<std::string>{});
  ASSERT_EQ(d.out.events.size(), 6U);
  EXPECT_EQ(d.out.events[0].as<Statistic>().value, 130710927);
  EXPECT_EQ(d.out.events[0].as<Statistic>().value_scale, 8U);
  EXPECT_EQ(d.out.events[2].as<Statistic>().value, -10127414362);
  EXPECT_EQ(d.instruments.at(0).right, OptionRight::put);
}

TEST(OkxJson, contracts_have_their_size_from_the_list_or_by_the_coin_margined_rule) {
  const auto trade = [](const std::string& symbol) {
    return Message{R"({"arg":{"channel":"trades","instId":"x"},"data":[{"instId":")" + symbol +
                   R"(","tradeId":"1","px":"1","sz":"5","side":"sell","ts":"1"}]})"};
  };
  const Decoding d = decode_with<OkxDecoder>(
      {{R"({"code":"0","data":[{"instId":"BTC-USDT-SWAP","tickSz":"0.1","lotSz":"1","ctVal":"0.01","ctMult":"1","expTime":""},{"instId":"BTC-USD-220527","tickSz":"0.1","lotSz":"1","ctVal":"100","ctMult":"1","expTime":"1653638400000"}],"msg":""})",
        "https://www.okx.com/api/v5/public/instruments?instType=SWAP"},
       trade("BTC-USDT-SWAP"),
       trade("BTC-USD-220527"),
       trade("LTC-USD-SWAP"),
       trade("BTC-USDT")});
  ASSERT_EQ(d.errors, std::vector<std::string>{});
  ASSERT_EQ(d.instruments.size(), 4U);
  EXPECT_EQ(d.instruments[0].multiplier, 1);
  EXPECT_EQ(d.instruments[0].multiplier_scale, 2);
  EXPECT_EQ(d.instruments[0].tick, 1);
  EXPECT_EQ(d.instruments[0].price_scale, 1);
  EXPECT_EQ(d.instruments[1].multiplier, 100);
  EXPECT_EQ(d.instruments[1].kind, InstrumentKind::inverse_perpetual);
  EXPECT_EQ(format_time(d.instruments[1].expiry_ts_ns), "2022-05-27T08:00:00.000000000Z");
  EXPECT_EQ(d.instruments[2].multiplier, 10);
  EXPECT_EQ(d.instruments[2].settle, "LTC");
  EXPECT_EQ(d.instruments[3].kind, InstrumentKind::spot);
}

TEST(OkxJson, what_is_no_market_data_is_counted) {
  const Decoding d = decode_with<OkxDecoder>(
      {{R"({"event":"subscribe","arg":{"channel":"trades","instId":"BTC-USDT"}})"},
       {"pong"},
       {R"({"table":"spot/trade","data":[{"instrument_id":"BCH-USDT","price":"328.74"}]})"},
       {R"({"arg":{"channel":"index-tickers","instId":"ETH-USD"},"data":[{"instId":"ETH-USD","idxPx":"3814.05","ts":"1640001659508"}]})"}});
  EXPECT_TRUE(d.errors.empty());
  EXPECT_TRUE(d.out.events.empty());
  EXPECT_EQ(d.left_out, (std::map<std::string, std::uint64_t>{
                            {"channel index-tickers", 1}, {"control", 2}, {"message of API version 3", 1}}));
}

}  // namespace
}  // namespace lockstep::feeds
