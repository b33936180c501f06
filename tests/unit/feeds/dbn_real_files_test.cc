// Databento's own sample files and captured sessions. The expected numbers come from Databento's Python
// package.
#include <gtest/gtest.h>

#include <array>
#include <map>

#include "engine/core/decimal.h"
#include "feeds/files/dbn_decode.h"
#include "tests/support/data.h"
#include "tests/unit/feeds/dbn_bytes.h"

namespace lockstep {
namespace {

using test::DbnImport;
using test::import_dbn;

std::string file(const std::string& name) {
  return (test::data_dir() / "databento" / name).string();
}
DbnImport sample(const std::string& name) {
  return import_dbn(std::vector{file("dbn_repo/test_data." + name)});
}

const char* kEs = "nautilus/es_mbo_20240508/orderbooks_mbo_2024-05-08T00-00-00_2024-05-08T00-00-02.dbn.zst";
const char* kBars = "nautilus/historical_bars_catalog";

class DbnRealFiles : public testing::Test {
 protected:
  void SetUp() override {
    if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  }
};

void expect_equal(const DbnImport& a, const DbnImport& b, const std::string& what) {
  EXPECT_EQ(a.error, "") << what;
  EXPECT_EQ(b.error, "") << what;
  EXPECT_TRUE(a.instruments == b.instruments) << what;
  EXPECT_TRUE(a.events == b.events) << what;
  EXPECT_TRUE(a.levels == b.levels) << what;
}

std::uint64_t count(const DbnImport& import, Kind kind) {
  std::uint64_t n = 0;
  for (const Event& event : import.events) n += event.kind == kind ? 1 : 0;
  return n;
}

TEST_F(DbnRealFiles, the_same_records_in_every_version_are_the_same_events) {
  const std::vector<std::string> v1 = {"definition", "imbalance",  "mbo",      "mbp-1",
                                       "mbp-10",     "ohlcv-1d",   "ohlcv-1h", "ohlcv-1m",
                                       "ohlcv-1s",   "statistics", "tbbo",     "trades"};
  for (const std::string& schema : v1) {
    const DbnImport plain = sample(schema + ".dbn");
    for (const char* version : {".v1.dbn.zst", ".v2.dbn.zst", ".v3.dbn.zst"}) {
      expect_equal(plain, sample(schema + version), schema + version);
    }
  }
  for (const std::string schema : {"bbo-1m", "bbo-1s", "cbbo-1s", "cmbp-1", "status"}) {
    const DbnImport plain = sample(schema + ".dbn");
    EXPECT_FALSE(plain.events.empty());
    for (const char* version : {".v2.dbn.zst", ".v3.dbn.zst"}) {
      expect_equal(plain, sample(schema + version), schema + version);
    }
  }
}

TEST_F(DbnRealFiles, dbz_holds_the_same_events_as_dbn) {
  for (const std::string schema :
       {"mbo", "mbp-1", "mbp-10", "ohlcv-1d", "ohlcv-1h", "ohlcv-1m", "ohlcv-1s", "tbbo", "trades"}) {
    expect_equal(sample(schema + ".dbn"), sample(schema + ".dbz"), schema);
  }
}

TEST_F(DbnRealFiles, fragments_of_every_version_hold_the_same_definitions) {
  const DbnImport v1 = sample("definition.v1.dbn.frag");
  ASSERT_EQ(v1.events.size(), 2U);
  for (const char* other :
       {"v1.dbn.frag.zst", "v2.dbn.frag", "v3.dbn.frag", "v3.dbn.frag.zst", "dbn.frag.zst"}) {
    expect_equal(v1, sample(std::string("definition.") + other), other);
  }
}

TEST_F(DbnRealFiles, an_order_action_keeps_every_field) {
  const DbnImport import = sample("mbo.v1.dbn.zst");
  ASSERT_EQ(import.events.size(), 2U);
  const Event& event = import.events[0];
  EXPECT_EQ(event.kind, Kind::order_action);
  EXPECT_EQ(event.recv_ts_ns, 1609160400000704060);
  EXPECT_EQ(event.exch_ts_ns, 1609160400000429831);
  EXPECT_EQ(event.detail, static_cast<int>(OrderActionType::cancel));
  const auto action = event.as<OrderAction>();
  EXPECT_EQ(action.order_id, 647784973705U);
  EXPECT_EQ(action.price, 372275);
  EXPECT_EQ(action.qty, 1);
  EXPECT_EQ(action.sequence, 1170352U);
  EXPECT_EQ(action.side, static_cast<std::uint32_t>(Side::sell));
  EXPECT_EQ(action.venue_flags, 128U);
  ASSERT_EQ(import.instruments.size(), 1U);
  EXPECT_EQ(import.instruments[0].symbol, "ESH1");
  EXPECT_EQ(import.instruments[0].venue, "glbx");
  EXPECT_EQ(import.instruments[0].price_scale, 2);
}

TEST_F(DbnRealFiles, a_ten_level_record_is_one_snapshot) {
  const DbnImport import = sample("mbp-10.v3.dbn.zst");
  ASSERT_EQ(import.events.size(), 2U);
  const Event& event = import.events[1];
  EXPECT_EQ(event.recv_ts_ns, 1609160400000750544);
  EXPECT_EQ(event.exch_ts_ns, 1609160400000435673);
  EXPECT_EQ(event.detail, static_cast<int>(BookAction::snapshot));
  const auto update = event.as<BookUpdate>();
  EXPECT_EQ(update.depth, 10U);
  EXPECT_EQ(update.bid_count, 10U);
  EXPECT_EQ(update.ask_count, 10U);
  EXPECT_EQ(update.last_update_id, 1170356U);
  ASSERT_EQ(import.levels[1].size(), 20U);
  EXPECT_EQ(import.levels[1][0], (Level{372025, 24}));
  EXPECT_EQ(import.levels[1][1], (Level{372000, 30}));
  EXPECT_EQ(import.levels[1][9], (Level{371800, 67}));
  EXPECT_EQ(import.levels[1][10], (Level{372050, 10}));
  EXPECT_EQ(import.levels[1][19], (Level{372275, 44}));
}

TEST_F(DbnRealFiles, a_trade_with_quote_is_the_quote_before_it_and_then_the_trade) {
  const DbnImport import = sample("tbbo.v2.dbn.zst");
  ASSERT_EQ(import.events.size(), 4U);
  EXPECT_EQ(import.events[0].kind, Kind::quote);
  const auto quote = import.events[0].as<Quote>();
  EXPECT_EQ(quote.bid_price, 372025);
  EXPECT_EQ(quote.ask_price, 372050);
  EXPECT_EQ(quote.bid_qty, 26);
  EXPECT_EQ(quote.ask_qty, 7);
  EXPECT_EQ(quote.update_id, 1170380U);
  EXPECT_EQ(import.events[1].kind, Kind::trade);
  EXPECT_EQ(import.events[1].detail, static_cast<int>(Side::sell));
  EXPECT_EQ(import.events[1].recv_ts_ns, 1609160400099150057);
  EXPECT_EQ(import.events[1].exch_ts_ns, 1609160400098821953);
  const auto trade = import.events[1].as<Trade>();
  EXPECT_EQ(trade.price, 372025);
  EXPECT_EQ(trade.qty, 5);
  EXPECT_EQ(trade.sequence, 1170380U);
  EXPECT_EQ(trade.conditions, 129U);
  EXPECT_EQ(import.events[3].as<Trade>().qty, 21);
}

TEST_F(DbnRealFiles, a_bar_is_stamped_with_its_end) {
  const DbnImport hours = sample("ohlcv-1h.v3.dbn.zst");
  ASSERT_EQ(hours.events.size(), 2U);
  EXPECT_EQ(hours.events[0].exch_ts_ns, 1609160400000000000 + kHour);
  EXPECT_EQ(hours.events[0].recv_ts_ns, 1609160400000000000 + kHour);
  EXPECT_EQ(hours.events[0].flags, kFlagReceiveDerived);
  EXPECT_EQ(unpack_bar_spec(hours.events[0].detail), (BarSpec{BarUnit::hour, 1, BarSide::trade}));
  const Bar bar = hours.events[0].as<Bar>();
  EXPECT_EQ(bar.open, 37202500);  // the file has 372,025 points: its prices were never divided by 100
  EXPECT_EQ(bar.high, 37235000);
  EXPECT_EQ(bar.low, 37202500);
  EXPECT_EQ(bar.close, 37222500);
  EXPECT_EQ(bar.volume, 9385);
  const DbnImport seconds = sample("ohlcv-1s.dbz");
  ASSERT_EQ(seconds.events.size(), 2U);
  EXPECT_EQ(seconds.events[0].exch_ts_ns, 1609160400000000000 + kSecond);
  EXPECT_EQ(seconds.events[0].as<Bar>().volume, 57);
}

TEST_F(DbnRealFiles, a_sampled_quote_has_no_exchange_time) {
  const DbnImport import = sample("bbo-1m.dbn");
  ASSERT_EQ(import.events.size(), 4U);
  EXPECT_EQ(import.events[3].recv_ts_ns, 1609113780000000000);
  EXPECT_EQ(import.events[3].exch_ts_ns, kNoTime);
  const auto quote = import.events[3].as<Quote>();
  EXPECT_EQ(quote.bid_price, 370425);
  EXPECT_EQ(quote.ask_price, 370475);
  EXPECT_EQ(quote.bid_qty, 10);
  EXPECT_EQ(quote.ask_qty, 18);
  EXPECT_EQ(count(import, Kind::trade), 0U);
}

TEST_F(DbnRealFiles, status_statistics_and_imbalance) {
  const DbnImport status = sample("status.dbn");
  ASSERT_EQ(status.events.size(), 4U);
  EXPECT_EQ(status.events[0].kind, Kind::status);
  EXPECT_EQ(status.events[0].detail, static_cast<int>(TradingStatus::trading));
  EXPECT_EQ(status.events[1].detail, static_cast<int>(TradingStatus::pre_open));
  EXPECT_EQ(status.events[3].detail,
            static_cast<int>(TradingStatus::trading));  // a price indication while it trades
  EXPECT_EQ(status.events[3].as<StatusChange>().venue_action, 6U);
  EXPECT_EQ(status.events[3].as<StatusChange>().venue_reason & 0xFFFFU, 1U);
  EXPECT_EQ(status.events[3].as<StatusChange>().venue_reason >> 32U, 0x5959U);  // Y, Y

  const DbnImport statistics = sample("statistics.v3.dbn.zst");
  ASSERT_EQ(statistics.events.size(), 2U);
  EXPECT_EQ(statistics.instruments.at(0).symbol, "146945");  // the file maps no symbols
  EXPECT_EQ(statistics.events[0].detail, 1);
  const auto offer = statistics.events[0].as<Statistic>();
  EXPECT_EQ(offer.type, static_cast<std::uint32_t>(StatisticType::lowest_offer));
  EXPECT_EQ(offer.value, 10000);
  EXPECT_EQ(offer.value_scale, 2U);
  EXPECT_EQ(offer.qty, INT64_MIN);
  EXPECT_EQ(offer.reference_ts_ns, kNoTime);
  EXPECT_EQ(offer.venue_flags, 255U + (1U << 8U) + (13U << 16U) + (std::uint64_t{2} << 32U));

  const DbnImport imbalance = sample("imbalance.v1.dbn.zst");
  ASSERT_EQ(imbalance.events.size(), 4U);
  EXPECT_EQ(imbalance.instruments.at(0).symbol, "SPOT");
  EXPECT_EQ(imbalance.instruments.at(0).kind, InstrumentKind::equity);
  const auto second = imbalance.events[2].as<Statistic>();
  EXPECT_EQ(second.type, static_cast<std::uint32_t>(StatisticType::auction_imbalance));
  EXPECT_EQ(second.value, 22999);
  EXPECT_EQ(second.qty, 281);
  EXPECT_EQ(second.venue_flags & 0xFFFFU, 'O' + 256U * 'B');
  const auto paired = imbalance.events[3].as<Statistic>();
  EXPECT_EQ(paired.type, static_cast<std::uint32_t>(StatisticType::auction_paired));
  EXPECT_EQ(paired.qty, 1719);
}

TEST_F(DbnRealFiles, two_seconds_of_the_es_future_by_order) {
  const DbnImport import = import_dbn(std::vector{file(kEs)});
  EXPECT_EQ(import.error, "");
  ASSERT_EQ(import.events.size(), 13796U);
  std::map<OrderActionType, int> actions;
  std::int64_t qty = 0;
  std::int64_t price = 0;
  std::uint64_t sequence = 0;
  std::uint64_t orders = 0;
  std::uint64_t flags = 0;
  int snapshots = 0;
  for (const Event& event : import.events) {
    const auto action = event.as<OrderAction>();
    ++actions[static_cast<OrderActionType>(event.detail)];
    qty += action.qty;
    if (action.price != kNoPrice) price += action.price;
    sequence += action.sequence;
    orders ^= action.order_id;
    flags += action.venue_flags & 0xFFU;
    snapshots += (event.flags & kFlagVenueSnapshot) != 0 ? 1 : 0;
  }
  EXPECT_EQ(actions[OrderActionType::add], 13678);
  EXPECT_EQ(actions[OrderActionType::cancel], 80);
  EXPECT_EQ(actions[OrderActionType::modify], 27);
  EXPECT_EQ(actions[OrderActionType::trade], 5);
  EXPECT_EQ(actions[OrderActionType::execute], 5);
  EXPECT_EQ(actions[OrderActionType::clear], 1);
  EXPECT_EQ(qty, 46308);
  EXPECT_EQ(price, 7158148375);
  EXPECT_EQ(sequence, 77241761469U);
  EXPECT_EQ(orders, 6413092448317U);
  EXPECT_EQ(flags, 568088U);
  EXPECT_EQ(snapshots, 13601);
  EXPECT_EQ(import.summary.suspicious_events, 0U);
  EXPECT_EQ(import.summary.gaps, 0U);
  EXPECT_EQ(import.events.front().recv_ts_ns, 1715126400000000000);
  EXPECT_EQ(import.events.front().exch_ts_ns, 1714910404570304567);  // orders keep the day they were placed
  EXPECT_EQ(import.events.back().recv_ts_ns, 1715126401995697728);
}

TEST_F(DbnRealFiles, a_fill_is_marked_as_leaving_the_book_to_the_cancel_that_follows) {
  const DbnImport import = import_dbn(std::vector{file(kEs)});
  ASSERT_GT(import.events.size(), 13719U);
  const auto fill = import.events[13717].as<OrderAction>();
  const auto cancel = import.events[13718].as<OrderAction>();
  EXPECT_EQ(import.events[13717].detail, static_cast<int>(OrderActionType::execute));
  EXPECT_EQ(import.events[13718].detail, static_cast<int>(OrderActionType::cancel));
  EXPECT_EQ(fill.order_id, 6413245567536U);
  EXPECT_EQ(cancel.order_id, 6413245567536U);
  EXPECT_EQ(fill.venue_flags & kDoesNotChangeBook, kDoesNotChangeBook);
  EXPECT_EQ(cancel.venue_flags & kDoesNotChangeBook, 0U);
  EXPECT_EQ(fill.side, static_cast<std::uint32_t>(Side::sell));
  EXPECT_EQ(import.events[13716].as<OrderAction>().side,
            static_cast<std::uint32_t>(Side::buy));  // the aggressor
}

TEST_F(DbnRealFiles, a_book_of_a_christmas_eve_is_all_snapshot) {
  const DbnImport import = import_dbn(std::vector{file("nautilus/esh4-glbx-mdp3-20231224.mbo.dbn.zst")});
  ASSERT_EQ(import.events.size(), 8725U);
  std::int64_t qty = 0;
  std::int64_t price = 0;
  for (const Event& event : import.events) {
    EXPECT_EQ(event.detail, static_cast<int>(OrderActionType::add));
    EXPECT_EQ(event.flags, kFlagVenueSnapshot);
    qty += event.as<OrderAction>().qty;
    price += event.as<OrderAction>().price;
  }
  EXPECT_EQ(qty, 38304);
  EXPECT_EQ(price, 4158331625);
}

TEST_F(DbnRealFiles, definitions_beside_the_data_give_its_instruments_their_terms) {
  const DbnImport import = import_dbn(std::vector{file(kBars)});
  EXPECT_EQ(import.error, "");
  ASSERT_EQ(import.instruments.size(), 2U);
  const Instrument& es = import.instruments[0];
  EXPECT_EQ(es.symbol, "ESU4");
  EXPECT_EQ(es.kind, InstrumentKind::future);
  EXPECT_EQ(es.price_scale, 2);
  EXPECT_EQ(es.tick, 25);
  EXPECT_EQ(es.multiplier, 50);
  EXPECT_EQ(es.multiplier_scale, 0);
  EXPECT_EQ(es.quote, "USD");
  EXPECT_EQ(es.base, "ES");
  EXPECT_EQ(es.expiry_ts_ns, 1726839000000000000);
  EXPECT_EQ(import.instruments[1].symbol, "NQU4");
  EXPECT_EQ(import.instruments[1].multiplier, 20);
  EXPECT_TRUE(import.summary.notes.empty());

  EXPECT_EQ(import.summary.rows, 2470U);
  EXPECT_EQ(count(import, Kind::definition), 2U);
  EXPECT_EQ(count(import, Kind::bar), 60U);
  EXPECT_EQ(count(import, Kind::quote), 2288U);
  EXPECT_EQ(count(import, Kind::trade), 240U);  // each once of mbp-1 and once of trades
  TimeNs last_ts_ns = 0;
  for (const Event& event : import.events) {
    EXPECT_GE(event.recv_ts_ns, last_ts_ns);
    last_ts_ns = event.recv_ts_ns;
  }
  EXPECT_EQ(import.summary.receive_steps_back, 0U);
}

TEST_F(DbnRealFiles, four_minutes_of_quotes_and_trades) {
  const std::string base = file(kBars);
  const DbnImport quotes =
      import_dbn(std::vector{base + "/futures_mbp-1_2024-07-01T23-58_2024-07-02T00-02.dbn.zst"});
  std::int64_t bids = 0;
  std::int64_t asks = 0;
  std::int64_t bid_qty = 0;
  std::int64_t ask_qty = 0;
  std::int64_t traded = 0;
  for (const Event& event : quotes.events) {
    if (event.kind == Kind::trade) traded += event.as<Trade>().qty;
    if (event.kind != Kind::quote) continue;
    const auto quote = event.as<Quote>();
    bids += quote.bid_price;
    asks += quote.ask_price;
    bid_qty += quote.bid_qty;
    ask_qty += quote.ask_qty;
  }
  EXPECT_EQ(bids, 1265004225);
  EXPECT_EQ(asks, 1265064050);
  EXPECT_EQ(bid_qty, 39104);
  EXPECT_EQ(ask_qty, 49749);
  EXPECT_EQ(traded, 253);
  const DbnImport trades =
      import_dbn(std::vector{base + "/futures_trades_2024-07-01T23-58_2024-07-02T00-02.dbn.zst"});
  ASSERT_EQ(trades.events.size(), 120U);
  std::int64_t price = 0;
  int bought = 0;
  for (const Event& event : trades.events) {
    price += event.as<Trade>().price;
    bought += event.detail == static_cast<int>(Side::buy) ? 1 : 0;
  }
  EXPECT_EQ(price, 66348200);
  EXPECT_EQ(bought, 66);
}

TEST_F(DbnRealFiles, contract_sizes_of_options_survive_wrong_tick_values) {
  const DbnImport import = import_dbn(std::vector{file("dbn_repo/multi-frame.definition.v1.dbn.frag.zst")});
  ASSERT_EQ(import.instruments.size(), 8U);
  const Instrument& eurodollar = import.instruments[0];  // a tick of half a basis point is 12.50 dollars
  EXPECT_EQ(eurodollar.symbol, "GEM3 P9812");
  EXPECT_EQ(eurodollar.kind, InstrumentKind::option);
  EXPECT_EQ(eurodollar.right, OptionRight::put);
  EXPECT_EQ(format_decimal_short(eurodollar.strike, eurodollar.price_scale), "9812.5");
  EXPECT_EQ(format_decimal_short(eurodollar.tick, eurodollar.price_scale), "0.5");
  EXPECT_EQ(eurodollar.multiplier, 25);
  const Instrument& gas = import.instruments[7];  // 10,000 MMBtu; the record's tick value says 1,000
  EXPECT_EQ(gas.symbol, "LNEH1 C3400");
  EXPECT_EQ(gas.right, OptionRight::call);
  EXPECT_EQ(format_decimal_short(gas.strike, gas.price_scale), "0.34");
  EXPECT_EQ(format_decimal_short(gas.tick, gas.price_scale), "0.001");
  EXPECT_EQ(gas.multiplier, 10000);
  ASSERT_EQ(import.summary.notes.size(), 1U);
  EXPECT_NE(import.summary.notes[0].find("does not agree with the contract size"), std::string::npos);
}

}  // namespace
}  // namespace lockstep
