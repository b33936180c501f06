#include "feeds/files/coinbase_json.h"

#include <gtest/gtest.h>

#include "tests/unit/feeds/decoding.h"

namespace lockstep::feeds {
namespace {

using test::decode_with;
using test::Decoding;

// From fixtures nautilus_coinbase; the snapshot is cut to one level each.
constexpr const char* kSnapshot =
    R"({"channel":"l2_data","client_id":"","timestamp":"2026-04-07T14:30:00.123456Z","sequence_num":0,"events":[{"type":"snapshot","product_id":"BTC-USD","updates":[{"side":"bid","event_time":"2026-04-07T14:30:00.123450Z","price_level":"68900.00","new_quantity":"1.50000000"},{"side":"offer","event_time":"2026-04-07T14:30:00.123456Z","price_level":"68901.00","new_quantity":"0.50000000"}]}]})";
constexpr const char* kUpdate =
    R"({"channel":"l2_data","client_id":"","timestamp":"2026-04-07T14:30:01.456789Z","sequence_num":1,"events":[{"type":"update","product_id":"BTC-USD","updates":[{"side":"offer","event_time":"2026-04-07T14:30:01.4Z","price_level":"68901.00","new_quantity":"0.00000000"},{"side":"bid","event_time":"2026-04-07T14:30:01.3Z","price_level":"68900.00","new_quantity":"2.00000000"}]}]})";

TEST(CoinbaseJson, an_l2_message_is_one_book_update_bids_first_at_its_latest_event_time) {
  const Decoding d = decode_with<CoinbaseDecoder>({{kSnapshot}, {kUpdate}});
  ASSERT_EQ(d.errors, std::vector<std::string>{});
  ASSERT_EQ(d.kinds(), (std::vector<Kind>{Kind::book, Kind::book}));
  EXPECT_EQ(static_cast<BookAction>(d.out.events[0].detail), BookAction::snapshot);
  EXPECT_EQ(d.out.events[0].flags, kFlagVenueSnapshot);
  EXPECT_EQ(format_time(d.out.events[0].exch_ts_ns), "2026-04-07T14:30:00.123456000Z");
  EXPECT_EQ(bids(d, d.out.events[0]), (std::vector<Level>{{68900, 15}}));
  EXPECT_EQ(asks(d, d.out.events[0]), (std::vector<Level>{{68901, 5}}));
  EXPECT_EQ(format_time(d.out.events[1].exch_ts_ns), "2026-04-07T14:30:01.400000000Z");
  EXPECT_EQ(bids(d, d.out.events[1]), (std::vector<Level>{{68900, 20}}));
  EXPECT_EQ(asks(d, d.out.events[1]), (std::vector<Level>{{68901, 0}}));
  EXPECT_EQ(d.out.events[1].as<BookUpdate>().last_update_id, 1U);
}

TEST(CoinbaseJson, an_update_without_a_snapshot_is_a_gap) {
  const Decoding d = decode_with<CoinbaseDecoder>({{kUpdate}, {kUpdate}});
  EXPECT_EQ(d.kinds(), (std::vector<Kind>{Kind::gap, Kind::book, Kind::book}));
}

TEST(CoinbaseJson, missing_sequence_numbers_are_counted_and_are_no_gap) {
  std::string later = kUpdate;
  later.replace(later.find("\"sequence_num\":1"), 16, "\"sequence_num\":9");
  const Decoding d = decode_with<CoinbaseDecoder>({{kSnapshot}, {later}});
  EXPECT_EQ(d.kinds(), (std::vector<Kind>{Kind::book, Kind::book}));
  EXPECT_EQ(d.left_out.at("sequence number of the connection that is not in the capture"), 8U);
}

TEST(CoinbaseJson, the_aggressor_is_the_side_that_did_not_rest_and_trades_come_in_order) {
  const Decoding d = decode_with<CoinbaseDecoder>(
      {{R"({"channel":"market_trades","timestamp":"2026-04-07T14:30:02.789012Z","sequence_num":5,"events":[{"type":"update","trades":[{"trade_id":"995098701","product_id":"BTC-USD","price":"68900.00","size":"0.05","side":"SELL","time":"2026-04-07T14:30:02.800000Z"},{"trade_id":"995098700","product_id":"BTC-USD","price":"68900.50","size":"0.00150000","side":"BUY","time":"2026-04-07T14:30:02.789012Z"}]}]})"}});
  ASSERT_EQ(d.errors, std::vector<std::string>{});
  ASSERT_EQ(d.out.events.size(), 2U);
  const Trade first = d.out.events[0].as<Trade>();
  EXPECT_EQ(first.trade_id, 995098700U);
  EXPECT_EQ(first.price, 689005);
  EXPECT_EQ(first.qty, 15);
  EXPECT_EQ(first.sequence, 5U);
  EXPECT_EQ(static_cast<Side>(d.out.events[0].detail), Side::sell);  // the buyer rested
  EXPECT_EQ(static_cast<Side>(d.out.events[1].detail), Side::buy);
  EXPECT_EQ(format_time(d.out.events[0].exch_ts_ns), "2026-04-07T14:30:02.789012000Z");
}

TEST(CoinbaseJson, a_ticker_is_a_quote) {
  const Decoding d = decode_with<CoinbaseDecoder>(
      {{R"({"channel":"ticker","client_id":"","timestamp":"2026-04-07T14:30:03.000000Z","sequence_num":12,"events":[{"type":"snapshot","tickers":[{"type":"ticker","product_id":"BTC-USD","price":"68900.50","best_bid":"68900.00","best_bid_quantity":"1.50000000","best_ask":"68901.00","best_ask_quantity":"0.50000000"}]}]})"}});
  ASSERT_EQ(d.kinds(), std::vector<Kind>{Kind::quote});
  EXPECT_EQ(d.out.events[0].as<Quote>().bid_price, 68900);
  EXPECT_EQ(d.out.events[0].as<Quote>().ask_qty, 5);
  EXPECT_EQ(d.out.events[0].as<Quote>().update_id, 12U);
}

std::string candle(const std::string& sent, const std::string& start, const std::string& close) {
  return R"({"channel":"candles","timestamp":")" + sent +
         R"(","sequence_num":3,"events":[{"type":"update","candles":[{"start":")" + start +
         R"(","high":"9","low":"1","open":"2","close":")" + close +
         R"(","volume":"42.15","product_id":"BTC-USD"}]}]})";
}

TEST(CoinbaseJson, a_candle_becomes_a_bar_when_the_next_one_begins) {
  // 1775572200 is 2026-04-07T14:30:00Z.
  const Decoding d = decode_with<CoinbaseDecoder>({{candle("2026-04-07T14:30:05Z", "1775572200", "3")},
                                                   {candle("2026-04-07T14:34:59Z", "1775572200", "4")},
                                                   {candle("2026-04-07T14:35:01Z", "1775572500", "5")}});
  ASSERT_EQ(d.errors, std::vector<std::string>{});
  ASSERT_EQ(d.kinds(), std::vector<Kind>{Kind::bar});
  EXPECT_EQ(format_time(d.out.events[0].exch_ts_ns), "2026-04-07T14:35:00.000000000Z");
  EXPECT_EQ(d.out.events[0].as<Bar>().close, 4);
  EXPECT_EQ(d.out.events[0].as<Bar>().volume, 4215);
  EXPECT_EQ(unpack_bar_spec(d.out.events[0].detail), (BarSpec{BarUnit::minute, 5, BarSide::trade}));
}

TEST(CoinbaseJson, a_candle_stated_again_after_its_end_is_one_bar) {
  const Decoding d = decode_with<CoinbaseDecoder>({{candle("2026-04-07T14:34:59Z", "1775572200", "4")},
                                                   {candle("2026-04-07T14:35:01Z", "1775572200", "5")},
                                                   {candle("2026-04-07T14:35:01Z", "1775572500", "6")}});
  ASSERT_EQ(d.kinds(), std::vector<Kind>{Kind::bar});
  EXPECT_EQ(d.out.events[0].as<Bar>().close, 5);
}

// From captured frames of the older Exchange feed (fixtures tardis_node/coinbase_messages.jsonl).
TEST(CoinbaseJson, the_older_feed_is_read_too) {
  const Decoding d = decode_with<CoinbaseDecoder>(
      {{R"({"type":"match","trade_id":216544,"maker_order_id":"4c2aa376","side":"buy","size":"0.97133855","price":"4.97800000","product_id":"ETC-GBP","sequence":253395153,"time":"2019-08-01T00:00:03.816000Z"})"},
       {R"({"product_id":"BAT-USDC","type":"snapshot","bids":[["0.247175","5299"]],"asks":[["0.257175","12"]]})"},
       {R"({"type":"l2update","product_id":"BTC-EUR","changes":[["sell","9222.39","0.00459825"],["buy","9202.70","0.58667860"]],"time":"0001-01-01T00:00:00.000000Z"})"},
       {R"({"type":"ticker","sequence":50978628538,"product_id":"BTC-USD","price":"17165.16","best_bid":"17165.15","best_bid_size":"0.61540890","best_ask":"17167.76","best_ask_size":"0.18528568","side":"sell","time":"2022-12-01T00:00:00.122581Z"})"},
       {R"({"type":"snapshot","product_id":"YFI-USD","asks":[["40584.89","0.039985"]],"bids":[["40533.24","0.020416"],["40531.19","0.-10000"]]})"}});
  ASSERT_EQ(d.kinds(), (std::vector<Kind>{Kind::trade, Kind::book, Kind::gap, Kind::book, Kind::quote}));
  EXPECT_EQ(d.out.events[0].as<Trade>().price, 4978);
  EXPECT_EQ(static_cast<Side>(d.out.events[0].detail), Side::sell);
  EXPECT_EQ(d.out.events[0].as<Trade>().sequence, 253395153U);
  EXPECT_EQ(bids(d, d.out.events[1]), (std::vector<Level>{{247175, 5299}}));
  EXPECT_EQ(d.out.events[3].exch_ts_ns, kNoTime);
  EXPECT_EQ(bids(d, d.out.events[3]), (std::vector<Level>{{920270, 58667860}}));
  EXPECT_EQ(asks(d, d.out.events[3]), (std::vector<Level>{{922239, 459825}}));
  EXPECT_EQ(d.out.events[4].as<Quote>().bid_price, 1716515);
  // The venue once sent a size of 0.-10000. No message of this product is well-formed, so none has set its
  // decimals.
  ASSERT_EQ(d.errors.size(), 1U);
  EXPECT_NE(d.errors[0].find("another of its fields is malformed"), std::string::npos) << d.errors[0];
}

TEST(CoinbaseJson, heartbeats_and_subscriptions_are_counted) {
  const Decoding d = decode_with<CoinbaseDecoder>(
      {{R"({"channel":"heartbeats","client_id":"","timestamp":"2026-04-07T14:30:10.000000Z","sequence_num":0,"events":[{"current_time":"2026-04-07 14:30:10.000000000 +00:00","heartbeat_counter":42}]})"},
       {R"({"channel":"subscriptions","timestamp":"2026-04-07T14:30:00.000000Z","sequence_num":1,"events":[{"subscriptions":{"level2":["BTC-USD"]}}]})"}});
  EXPECT_TRUE(d.out.events.empty());
  EXPECT_EQ(d.left_out, (std::map<std::string, std::uint64_t>{{"control", 2}}));
}

}  // namespace
}  // namespace lockstep::feeds
