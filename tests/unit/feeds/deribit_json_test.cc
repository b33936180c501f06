#include "feeds/files/deribit_json.h"

#include <gtest/gtest.h>

#include "tests/unit/feeds/decoding.h"

namespace lockstep::feeds {
namespace {

using test::decode_with;
using test::Decoding;

std::string subscription(const std::string& channel, const std::string& data) {
  return R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":")" + channel + R"(","data":)" +
         data + "}}";
}

// From captured frames (fixtures tardis_node/deribit_messages.jsonl).
TEST(DeribitJson, trades_keep_their_aggressor_sequence_and_liquidations) {
  const Decoding d = decode_with<DeribitDecoder>({{subscription(
      "trades.BTC-PERPETUAL.raw",
      R"([{"trade_seq":20944815,"trade_id":"39355898","timestamp":1567296022565,"tick_direction":2,"price":9598.5,"instrument_name":"BTC-PERPETUAL","index_price":9600.8,"direction":"sell","amount":2000.0},{"trade_seq":40782080,"trade_id":"ETH-66460626","timestamp":1584058067675,"price":4458.5,"liquidation":"M","instrument_name":"BTC-PERPETUAL","direction":"buy","amount":2500}])")}});
  ASSERT_EQ(d.errors, std::vector<std::string>{});
  ASSERT_EQ(d.out.events.size(), 2U);
  const Trade first = d.out.events[0].as<Trade>();
  EXPECT_EQ(first.price, 95985);
  EXPECT_EQ(first.qty, 2000);
  EXPECT_EQ(first.trade_id, 39355898U);
  EXPECT_EQ(first.sequence, 20944815U);
  EXPECT_EQ(d.out.events[0].exch_ts_ns, 1567296022565000000);
  EXPECT_EQ(static_cast<Side>(d.out.events[0].detail), Side::sell);
  EXPECT_EQ(d.out.events[1].as<Trade>().trade_id, 66460626U);
  EXPECT_EQ(d.out.events[1].as<Trade>().conditions, 1U);
  const Instrument& perpetual = d.instruments.at(0);
  EXPECT_EQ(perpetual.kind, InstrumentKind::inverse_perpetual);
  EXPECT_EQ(perpetual.quote, "USD");
  EXPECT_EQ(perpetual.settle, "BTC");
  EXPECT_EQ(perpetual.multiplier, 1);
}

TEST(DeribitJson, a_books_changes_follow_each_other_by_change_id) {
  const std::string snapshot =
      R"({"timestamp":1564617600273,"instrument_name":"ETH-PERPETUAL","change_id":1776289261,"bids":[["new",217.8,1895.0],["new",217.75,712.0]],"asks":[["new",218.6,179803.0]]})";
  const std::string change =
      R"({"type":"change","timestamp":1564617654272,"prev_change_id":1776289261,"instrument_name":"ETH-PERPETUAL","change_id":1776294623,"bids":[["delete",217.8,0.0]],"asks":[["change",219.2,64903.0]]})";
  const std::string lost =
      R"({"type":"change","timestamp":1564617654273,"prev_change_id":1776294699,"instrument_name":"ETH-PERPETUAL","change_id":1776294700,"bids":[],"asks":[]})";
  const std::string channel = "book.ETH-PERPETUAL.raw";
  const Decoding d = decode_with<DeribitDecoder>(
      {{subscription(channel, snapshot)}, {subscription(channel, change)}, {subscription(channel, lost)}});
  ASSERT_EQ(d.errors, std::vector<std::string>{});
  ASSERT_EQ(d.kinds(), (std::vector<Kind>{Kind::book, Kind::book, Kind::gap, Kind::book}));
  EXPECT_EQ(static_cast<BookAction>(d.out.events[0].detail), BookAction::snapshot);
  EXPECT_EQ(d.out.events[0].flags, kFlagVenueSnapshot);
  EXPECT_EQ(bids(d, d.out.events[0]), (std::vector<Level>{{21780, 1895}, {21775, 712}}));
  EXPECT_EQ(static_cast<BookAction>(d.out.events[1].detail), BookAction::diff);
  EXPECT_EQ(bids(d, d.out.events[1]), (std::vector<Level>{{21780, 0}}));
  EXPECT_EQ(asks(d, d.out.events[1]), (std::vector<Level>{{21920, 64903}}));
  EXPECT_EQ(d.out.events[1].as<BookUpdate>().previous_update_id, 1776289261U);
  EXPECT_EQ(d.out.events[2].as<Gap>().expected, 1776294623U);
  EXPECT_EQ(d.out.events[2].as<Gap>().found, 1776294699U);
}

TEST(DeribitJson, an_options_ticker_gives_quote_mark_volatilities_and_greeks) {
  const Decoding d = decode_with<DeribitDecoder>({{subscription(
      "ticker.BTC-5JUN20-9250-C.raw",
      R"({"underlying_price":9440.73,"underlying_index":"SYN.BTC-5JUN20","timestamp":1590969652595,"stats":{"volume":13.4,"price_change":-19.1489,"low":0.037,"high":0.047},"state":"open","settlement_price":0.05,"open_interest":533.2,"min_price":0.0115,"max_price":0.069,"mark_price":0.03847784,"mark_iv":63.21,"last_price":0.038,"interest_rate":0.0,"instrument_name":"BTC-5JUN20-9250-C","index_price":9434.36,"greeks":{"vega":3.88497,"theta":-28.34113,"rho":0.66242,"gamma":4e-05,"delta":0.62959},"estimated_delivery_price":9434.36,"bid_iv":58.39,"best_bid_price":0.0365,"best_bid_amount":15.4,"best_ask_price":0.04,"best_ask_amount":4.8,"ask_iv":66.9})")}});
  ASSERT_EQ(d.errors, std::vector<std::string>{});
  ASSERT_EQ(d.out.events.size(), 11U);
  const Instrument& option = d.instruments.at(0);
  EXPECT_EQ(option.kind, InstrumentKind::option);
  EXPECT_EQ(option.quote, "BTC");
  EXPECT_EQ(option.price_scale, 8);
  EXPECT_EQ(option.tick, 10000);  // 0.0001: the decimals of what is quoted
  EXPECT_EQ(option.strike, 9250'00000000);
  EXPECT_EQ(format_time(option.expiry_ts_ns), "2020-06-05T08:00:00.000000000Z");
  const Quote quote = d.out.events[0].as<Quote>();
  EXPECT_EQ(quote.bid_price, 3650000);
  EXPECT_EQ(quote.ask_price, 4000000);
  EXPECT_EQ(quote.bid_qty, 154);
  EXPECT_EQ(d.out.events[1].as<Mark>().mark_price, 3847784);
  EXPECT_EQ(d.out.events[1].as<Mark>().index_price, 943436000000);
  EXPECT_EQ(d.out.events[1].as<Mark>().open_interest, 5332);
  const Statistic gamma = d.out.events[7].as<Statistic>();
  EXPECT_EQ(gamma.type, static_cast<std::uint32_t>(StatisticType::option_gamma));
  EXPECT_EQ(gamma.value, 4);
  EXPECT_EQ(gamma.value_scale, 5U);
}

TEST(DeribitJson, a_perpetuals_ticker_has_its_running_funding) {
  const Decoding d = decode_with<DeribitDecoder>({{subscription(
      "ticker.BTC-PERPETUAL.raw",
      R"({"timestamp":1569888003897,"state":"open","settlement_price":7792.17,"open_interest":84844461,"mark_price":8304.39,"last_price":8304.5,"instrument_name":"BTC-PERPETUAL","index_price":8305.94,"funding_8h":-8.477e-05,"current_funding":-1.5e-05,"best_bid_price":8304.0,"best_bid_amount":267900.0,"best_ask_price":8304.5,"best_ask_amount":5260.0})")}});
  ASSERT_EQ(d.kinds(), (std::vector<Kind>{Kind::quote, Kind::mark, Kind::funding}));
  EXPECT_EQ(d.out.events[2].as<Funding>().rate, -15);
  EXPECT_EQ(d.out.events[2].detail, 6);
  EXPECT_EQ(d.out.events[2].as<Funding>().interval_ns, 8 * kHour);
}

TEST(DeribitJson, an_absent_side_of_a_quote_has_no_price) {
  const Decoding d = decode_with<DeribitDecoder>({{subscription(
      "quote.BTC-8JUN20-8750-P",
      R"({"timestamp":1567296000183,"instrument_name":"BTC-8JUN20-8750-P","best_bid_price":0.0,"best_bid_amount":0.0,"best_ask_price":0.0015,"best_ask_amount":4.5})")}});
  ASSERT_EQ(d.kinds(), std::vector<Kind>{Kind::quote});
  EXPECT_EQ(d.out.events[0].as<Quote>().bid_price, kNoPrice);
  EXPECT_EQ(d.out.events[0].as<Quote>().ask_price, 15);
  EXPECT_EQ(d.instruments.at(0).right, OptionRight::put);
}

TEST(DeribitJson, linear_contracts_and_strikes_with_decimals_are_told_by_the_name) {
  const auto quote = [](const std::string& name) {
    return test::Message{subscription(
        "quote." + name,
        R"({"timestamp":1,"instrument_name":")" + name +
            R"(","best_bid_price":1,"best_bid_amount":1.0,"best_ask_price":2,"best_ask_amount":1})")};
  };
  const Decoding d =
      decode_with<DeribitDecoder>({quote("LINK_USDC-PERPETUAL"), quote("MATIC_USDC-9MAR24-1d02-C"),
                                   quote("BTC-30JUL21"), quote("BTC_USDC"), quote("BTC-STRD-30SEP22-20000")});
  ASSERT_EQ(d.errors, std::vector<std::string>{});
  ASSERT_EQ(d.instruments.size(), 4U);
  EXPECT_EQ(d.instruments[0].kind, InstrumentKind::linear_perpetual);
  EXPECT_EQ(d.instruments[0].settle, "USDC");
  EXPECT_EQ(d.instruments[1].strike, 102);
  EXPECT_EQ(d.instruments[1].price_scale, 2);
  EXPECT_EQ(d.instruments[2].kind, InstrumentKind::inverse_perpetual);
  EXPECT_EQ(d.instruments[3].kind, InstrumentKind::spot);
  EXPECT_EQ(d.left_out.at("instrument of an unsupported kind: BTC-STRD-30SEP22-20000"), 1U);
}

}  // namespace
}  // namespace lockstep::feeds
