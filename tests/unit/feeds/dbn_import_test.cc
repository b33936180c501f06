// Databento records made by hand: what each becomes, and what is refused.
#include <gtest/gtest.h>

#include "feeds/files/dbn_decode.h"
#include "tests/unit/feeds/dbn_bytes.h"

namespace lockstep {
namespace {

using namespace feeds::dbn;
using test::Bytes;
using test::dbn_head;
using test::dbn_mbo;
using test::dbn_trade;
using test::DbnFile;
using test::DbnImport;
using test::import_dbn;
using test::kDbnTs;
using test::put;

constexpr std::int64_t kOne = 1'000'000'000;
constexpr std::int64_t kDollar = kOne;

test::DbnHead head_of(const std::string& symbol, std::uint8_t version = 2) {
  test::DbnHead head;
  head.version = version;
  head.mappings = {{symbol, 20240508, 20240509, "7"}};
  return head;
}

template <class Wire>
Bytes file_of(const std::vector<Wire>& records, const test::DbnHead& head = head_of("ESM4")) {
  Bytes bytes = dbn_head(head);
  for (const Wire& record : records) put(bytes, record);
  return bytes;
}

feeds::ImportOptions with(const std::map<std::string, std::string>& set, std::uint64_t skip_bad = 0) {
  feeds::ImportOptions options;
  options.set = set;
  options.skip_bad = skip_bad;
  return options;
}

Mbp10Record ten_levels(char action) {
  Mbp10Record wire{};
  wire.trade = dbn_trade(100 * kDollar, 3);
  wire.trade.hd = test::dbn_header<Mbp10Record>(kMbp10);
  wire.trade.action = action;
  for (BidAsk& level : wire.levels) level = {kUndefinedPrice, kUndefinedPrice, 0, 0, 0, 0};
  return wire;
}

Mbp1Record top(std::uint8_t rtype, char action, std::int64_t bid, std::int64_t ask) {
  Mbp1Record wire{};
  wire.trade = dbn_trade(bid, 3);
  wire.trade.hd = test::dbn_header<Mbp1Record>(rtype);
  wire.trade.action = action;
  wire.level = {bid, ask, 4, 5, 1, 1};
  return wire;
}

TEST(DbnImport, every_action_of_an_order_has_its_type_and_side) {
  const DbnImport import = import_dbn(file_of<MboRecord>({
      dbn_mbo('A', 'B', 11, 5000 * kDollar, 4),
      dbn_mbo('M', 'B', 11, 5001 * kDollar, 3),
      dbn_mbo('T', 'A', 0, 5001 * kDollar, 1),
      dbn_mbo('F', 'B', 11, 5001 * kDollar, 1),
      dbn_mbo('C', 'B', 11, 5001 * kDollar, 1),
      dbn_mbo('N', 'N', 0, kUndefinedPrice, 0),
      dbn_mbo('R', 'N', 0, kUndefinedPrice, 0),
  }));
  EXPECT_EQ(import.error, "");
  EXPECT_EQ(import.summary.rows, 7U);
  ASSERT_EQ(import.events.size(), 6U);  // N does nothing
  const OrderActionType types[] = {OrderActionType::add,     OrderActionType::modify, OrderActionType::trade,
                                   OrderActionType::execute, OrderActionType::cancel, OrderActionType::clear};
  const Side sides[] = {Side::buy, Side::buy, Side::sell, Side::buy, Side::buy, Side::none};
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(import.events[i].detail, static_cast<int>(types[i]));
    EXPECT_EQ(import.events[i].as<OrderAction>().side, static_cast<std::uint32_t>(sides[i]));
    const bool is_report = i == 2 || i == 3;
    EXPECT_EQ(import.events[i].as<OrderAction>().venue_flags, (3U << 8U) + (is_report ? 1U << 16U : 0U));
  }
  EXPECT_EQ(import.events[1].as<OrderAction>().price, 500100);
  EXPECT_EQ(import.events[5].as<OrderAction>().price, kNoPrice);
}

TEST(DbnImport, a_bad_book_is_one_gap_until_it_is_whole_again) {
  std::vector<MboRecord> records(5, dbn_mbo('A', 'B', 1, 5000 * kDollar, 1));
  records[1].flags = records[2].flags = records[4].flags = kMaybeBadBook;
  const DbnImport import = import_dbn(file_of(records));
  ASSERT_EQ(import.events.size(), 7U);
  EXPECT_EQ(import.events[1].kind, Kind::gap);
  EXPECT_EQ(import.events[1].detail, static_cast<int>(GapReason::sequence));
  EXPECT_EQ(import.events[1].instrument, 0U);
  EXPECT_EQ(import.events[5].kind, Kind::gap);
  EXPECT_EQ(import.summary.gaps, 2U);
  EXPECT_EQ(import.summary.suspicious_events, 3U);
}

TEST(DbnImport, a_bad_receive_time_is_suspicious_but_in_a_snapshot_it_is_the_rule) {
  std::vector<MboRecord> records(2, dbn_mbo('A', 'B', 1, 5000 * kDollar, 1));
  records[0].flags = kBadReceiveTime | kSnapshot;
  records[1].flags = kBadReceiveTime;
  const DbnImport import = import_dbn(file_of(records));
  ASSERT_EQ(import.events.size(), 2U);
  EXPECT_EQ(import.events[0].flags, kFlagVenueSnapshot);
  EXPECT_EQ(import.events[1].flags, kFlagSuspicious);
}

TEST(DbnImport, a_trade_inside_ten_levels_comes_after_the_book) {
  Mbp10Record wire = ten_levels('T');
  wire.levels[0] = {99 * kDollar, 101 * kDollar, 4, 5, 1, 1};
  wire.levels[1] = {98 * kDollar, kUndefinedPrice, 6, 0, 1, 0};
  const DbnImport import = import_dbn(file_of<Mbp10Record>({wire}));
  ASSERT_EQ(import.events.size(), 2U);
  EXPECT_EQ(import.events[0].kind, Kind::book);
  EXPECT_EQ(import.levels[0], (std::vector<Level>{{9900, 4}, {9800, 6}, {10100, 5}}));
  EXPECT_EQ(import.events[0].as<BookUpdate>().bid_count, 2U);
  EXPECT_EQ(import.events[0].as<BookUpdate>().ask_count, 1U);
  EXPECT_EQ(import.events[1].kind, Kind::trade);
  EXPECT_EQ(import.events[1].detail, static_cast<int>(Side::buy));
  EXPECT_EQ(import.events[1].as<Trade>().price, 10000);
  EXPECT_EQ(import.events[1].as<Trade>().qty, 3);
}

TEST(DbnImport, a_cleared_book_is_a_clear) {
  const DbnImport import = import_dbn(file_of<Mbp10Record>({ten_levels('R'), ten_levels('C')}));
  ASSERT_EQ(import.events.size(), 2U);
  EXPECT_EQ(import.events[0].detail, static_cast<int>(BookAction::clear));
  EXPECT_EQ(import.events[1].detail,
            static_cast<int>(BookAction::snapshot));  // whose ten levels are all empty
}

TEST(DbnImport, an_absent_side_of_a_quote_has_no_price_and_no_quantity) {
  const DbnImport import = import_dbn(file_of<Mbp1Record>(
      {top(kMbp1, 'C', 10 * kDollar, kUndefinedPrice), top(kTcbbo, 'T', kDollar, kDollar)}));
  ASSERT_EQ(import.events.size(), 3U);
  const auto quote = import.events[0].as<Quote>();
  EXPECT_EQ(quote.bid_qty, 4);
  EXPECT_EQ(quote.ask_price, kNoPrice);
  EXPECT_EQ(quote.ask_qty, 0);
  EXPECT_EQ(quote.update_id, 9U);
  EXPECT_EQ(import.events[1].as<Quote>().update_id, 0U);  // consolidated records have no sequence
  EXPECT_EQ(import.events[2].as<Trade>().sequence, 0U);
}

TEST(DbnImport, the_scale_is_the_least_that_is_exact) {
  EXPECT_EQ(import_dbn(file_of<TradeRecord>({dbn_trade(5000 * kDollar, 1)})).instruments.at(0).price_scale,
            2);
  const DbnImport fine =
      import_dbn(file_of<TradeRecord>({dbn_trade(-37 * kDollar, 1), dbn_trade(1'000'000'001, 1)}));
  EXPECT_EQ(fine.instruments.at(0).price_scale, 9);
  EXPECT_EQ(fine.events.at(0).as<Trade>().price, -37 * kDollar);  // oil, April 2020
  EXPECT_EQ(fine.events.at(1).as<Trade>().price, 1'000'000'001);
  const DbnImport eighth = import_dbn(file_of<TradeRecord>({dbn_trade(125'000'000, 1)}));
  EXPECT_EQ(eighth.instruments.at(0).price_scale, 3);
  EXPECT_EQ(eighth.events.at(0).as<Trade>().price, 125);
}

TEST(DbnImport, the_times_of_sending_at_the_end_of_each_record_are_left_off) {
  test::DbnHead head = head_of("ESM4");
  head.has_ts_out = true;
  Bytes bytes = dbn_head(head);
  for (int i = 0; i < 3; ++i) {
    TradeRecord record = dbn_trade((100 + i) * kDollar, 1);
    record.hd.length_words = (sizeof record + 8) / 4;
    put(bytes, record);
    put(bytes, kDbnTs + 1000);
  }
  const DbnImport import = import_dbn(bytes);
  EXPECT_EQ(import.error, "");
  ASSERT_EQ(import.events.size(), 3U);
  EXPECT_EQ(import.events[2].as<Trade>().price, 10200);
  const Bytes fragment(bytes.begin() + static_cast<std::ptrdiff_t>(dbn_head(head).size()), bytes.end());
  EXPECT_EQ(import_dbn(fragment).events.size(), 3U);
}

TEST(DbnImport, a_symbol_keeps_being_one_instrument_when_its_id_changes_overnight) {
  test::DbnHead head;
  head.dataset = "XNAS.ITCH";
  head.mappings = {
      {"MSFT", 20240508, 20240509, "7"}, {"MSFT", 20240509, 20240510, "8"}, {"SPY", 20240509, 20240510, "7"}};
  std::vector<TradeRecord> records(3, dbn_trade(400 * kDollar, 1));
  records[1].ts_recv = records[2].ts_recv = kDbnTs + 86'400'000'000'000;
  records[1].hd.instrument_id = 8;
  const DbnImport import = import_dbn(file_of(records, head));
  ASSERT_EQ(import.instruments.size(), 2U);
  EXPECT_EQ(import.instruments[0].symbol, "MSFT");
  EXPECT_EQ(import.instruments[1].symbol, "SPY");
  EXPECT_EQ(import.instruments[0].venue, "xnas");
  EXPECT_EQ(import.events.at(0).instrument, 0U);
  EXPECT_EQ(import.events.at(1).instrument, 0U);
  EXPECT_EQ(import.events.at(2).instrument, 1U);
}

TEST(DbnImport, a_mapping_does_not_reach_beyond_its_days) {
  test::DbnHead head;
  head.mappings = {{"ESM4", 20240509, 20240510, "7"}};
  std::vector<TradeRecord> records(3, dbn_trade(5000 * kDollar, 1));
  records[1].ts_recv = kDbnTs + 86'400'000'000'000;
  records[2].ts_recv = kDbnTs + 2 * 86'400'000'000'000;
  const DbnImport import = import_dbn(file_of(records, head));
  ASSERT_EQ(import.instruments.size(), 2U);
  EXPECT_EQ(import.instruments[0].symbol, "7");
  EXPECT_EQ(import.instruments[1].symbol, "ESM4");
  EXPECT_EQ(import.events.at(0).instrument, 0U);
  EXPECT_EQ(import.events.at(1).instrument, 1U);
  EXPECT_EQ(import.events.at(2).instrument, 0U);
}

// A definition of version 2, of a put on a future; the fields that the test is not about are undefined.
Bytes put_definition(std::int64_t tick) {
  Bytes bytes(400, 0);
  const auto at = [&bytes](std::size_t offset, const auto& value) {
    std::memcpy(bytes.data() + offset, &value, sizeof value);
  };
  at(0, Header{100, kDefinition, 1, 7, kDbnTs});
  at(16, kDbnTs + 100);
  at(24, tick);
  at(32, kUndefinedPrice);                            // display_factor
  at(40, kDbnTs + 1'000'000'000);                     // expiration
  at(88, 50 * kOne);                                  // unit_of_measure_qty
  at(96, kUndefinedPrice);                            // min_price_increment_amount
  at(112, std::int64_t{4'500'500'000'000});           // strike
  at(164, kUndefinedQty32);                           // contract_multiplier
  std::memcpy(bytes.data() + 186, "EUR", 3);          // currency
  std::memcpy(bytes.data() + 200, "ESM4 P4500", 10);  // raw_symbol
  bytes[374] = 'P';
  return bytes;
}

TEST(DbnImport, a_definition_gives_the_terms_of_its_instrument_and_is_an_event) {
  const DbnImport import = import_dbn(put_definition(250'000'000));
  EXPECT_EQ(import.error, "");
  const Instrument& option = import.instruments.at(0);
  EXPECT_EQ(option.symbol, "ESM4 P4500");
  EXPECT_EQ(option.venue, "publisher-1");
  EXPECT_EQ(option.kind, InstrumentKind::option);
  EXPECT_EQ(option.right, OptionRight::put);
  EXPECT_EQ(option.quote, "EUR");
  EXPECT_EQ(option.settle, "EUR");
  const auto terms = import.events.at(0).as<Definition>();
  EXPECT_EQ(terms.tick, 25);
  EXPECT_EQ(terms.lot, 1);
  EXPECT_EQ(terms.multiplier, 50);
  EXPECT_EQ(terms.strike, 450050);
  EXPECT_EQ(terms.expiry_ts_ns, static_cast<TimeNs>(kDbnTs) + kSecond);
  EXPECT_EQ(option.tick, terms.tick);
  EXPECT_EQ(option.strike, terms.strike);
  EXPECT_EQ(option.expiry_ts_ns, terms.expiry_ts_ns);
}

TEST(DbnImport, what_a_definition_leaves_open_or_a_person_sets_is_in_its_event_too) {
  const DbnImport open = import_dbn(put_definition(kUndefinedPrice));
  EXPECT_EQ(open.events.at(0).as<Definition>().tick, open.instruments.at(0).tick);
  EXPECT_GT(open.instruments.at(0).tick, 0);
  const DbnImport set =
      import_dbn(put_definition(250'000'000), with({{"tick", "0.125"}, {"multiplier", "5"}}));
  EXPECT_EQ(set.instruments.at(0).price_scale, 3);
  EXPECT_EQ(set.events.at(0).as<Definition>().tick, 125);
  EXPECT_EQ(set.events.at(0).as<Definition>().multiplier, 5);
  EXPECT_EQ(set.events.at(0).as<Definition>().strike, 4500500);
}

TEST(DbnImport, a_definition_in_a_fragment_names_the_bare_ids_of_another) {
  Bytes trades;
  put(trades, dbn_trade(20 * kDollar, 1));
  const DbnFile definitions(put_definition(250'000'000), "a.frag");
  const DbnFile data(trades, "b.frag");
  for (const std::vector<std::string>& order :
       {std::vector{definitions.path(), data.path()}, std::vector{data.path(), definitions.path()}}) {
    const DbnImport import = import_dbn(order);
    ASSERT_EQ(import.instruments.size(), 1U);
    EXPECT_EQ(import.instruments[0].symbol, "ESM4 P4500");
    ASSERT_EQ(import.events.size(), 2U);
    EXPECT_EQ(import.events[0].instrument, 0U);
    EXPECT_EQ(import.events[1].instrument, 0U);
  }
}

TEST(DbnImport, mappings_from_ids_and_of_groups) {
  test::DbnHead head = head_of("ESM4");
  head.type_in = 0;
  head.type_out = 1;
  head.mappings = {{"7", 20240508, 20240509, "ESM4"}};
  EXPECT_EQ(import_dbn(file_of<TradeRecord>({dbn_trade(kDollar, 1)}, head)).instruments.at(0).symbol, "ESM4");
  head.type_in = 4;  // a parent symbol names all its children
  head.type_out = 0;
  head.mappings = {{"ES.FUT", 20240508, 20240509, "7"}, {"ES.FUT", 20240508, 20240509, "8"}};
  const DbnImport group = import_dbn(file_of<TradeRecord>({dbn_trade(kDollar, 1)}, head));
  EXPECT_EQ(group.instruments.at(0).symbol, "7");
  EXPECT_EQ(group.summary.notes.size(), 2U);
}

TEST(DbnImport, a_symbol_mapping_record_names_what_follows) {
  SymbolMappingV2Record mapping{};
  mapping.hd = test::dbn_header<SymbolMappingV2Record>(kSymbolMapping);
  std::memcpy(mapping.symbol_in.data(), "ES.FUT", 6);
  std::memcpy(mapping.symbol_out.data(), "ESM4", 4);
  test::DbnHead head;
  Bytes bytes = dbn_head(head);
  put(bytes, mapping);
  put(bytes, dbn_trade(kDollar, 1));
  const DbnImport import = import_dbn(bytes);
  EXPECT_EQ(import.error, "");
  ASSERT_EQ(import.events.size(), 1U);
  EXPECT_EQ(import.instruments.at(0).symbol, "ESM4");
}

TEST(DbnImport, two_publishers_of_a_dataset_are_two_instruments) {
  test::DbnHead head = head_of("MSFT");
  head.dataset = "DBEQ.BASIC";
  std::vector<TradeRecord> records(2, dbn_trade(400 * kDollar, 1));
  records[0].hd.publisher_id = 39;
  records[1].hd.publisher_id = 41;
  const DbnImport import = import_dbn(file_of(records, head));
  ASSERT_EQ(import.instruments.size(), 2U);
  EXPECT_EQ(import.instruments[0].venue, "dbeq-39");
  EXPECT_EQ(import.instruments[1].venue, "dbeq-41");
  EXPECT_EQ(import.instruments[1].kind, InstrumentKind::equity);
}

TEST(DbnImport, what_a_person_sets_wins_over_what_is_assumed) {
  const DbnImport import = import_dbn(
      file_of<TradeRecord>({dbn_trade(5000 * kDollar, 2)}),
      with({{"ESM4.tick", "0.25"}, {"multiplier", "50"}, {"price_scale", "12"}, {"qty_scale", "1"}}));
  EXPECT_EQ(import.error, "");
  const Instrument& es = import.instruments.at(0);
  EXPECT_EQ(es.price_scale, 12);
  EXPECT_EQ(es.tick, 250'000'000'000);
  EXPECT_EQ(es.multiplier, 50);
  EXPECT_EQ(import.events.at(0).as<Trade>().price, 5'000'000'000'000'000);
  EXPECT_EQ(import.events.at(0).as<Trade>().qty, 20);
  const DbnImport coarse =
      import_dbn(file_of<TradeRecord>({dbn_trade(5'250'000'000, 1)}), with({{"price_scale", "1"}}));
  EXPECT_NE(coarse.error.find("need 2 decimals"), std::string::npos) << coarse.error;
}

TEST(DbnImport, statistics_of_the_third_version_have_wide_quantities) {
  StatisticsV3Record wire{};
  wire.hd = test::dbn_header<StatisticsV3Record>(kStatistics);
  wire.ts_recv = kDbnTs;
  wire.ts_ref = kDbnTs - 5;
  wire.price = kUndefinedPrice;
  wire.quantity = 5'000'000'000;
  wire.stat_type = 9;
  StatisticsV3Record average = wire;
  average.stat_type = 13;
  average.price = 4'000'123'456'789;
  average.quantity = kUndefinedQty64;
  const DbnImport import = import_dbn(file_of<StatisticsV3Record>({wire, average}, head_of("ESM4", 3)));
  ASSERT_EQ(import.events.size(), 2U);
  EXPECT_EQ(import.events[0].as<Statistic>().qty, 5'000'000'000);
  EXPECT_EQ(import.events[0].as<Statistic>().value, INT64_MIN);
  EXPECT_EQ(import.events[0].as<Statistic>().reference_ts_ns, static_cast<TimeNs>(kDbnTs) - 5);
  // An average is finer than any tick; it keeps nine decimals and does not drag the prices along.
  EXPECT_EQ(import.events[1].detail, 0);
  EXPECT_EQ(import.events[1].as<Statistic>().value, 4'000'123'456'789);
  EXPECT_EQ(import.events[1].as<Statistic>().value_scale, 9U);
  EXPECT_EQ(import.instruments.at(0).price_scale, 2);
}

TEST(DbnImport, records_skipped_by_the_gateway_are_a_gap_in_every_book) {
  ErrorV2Record wire{};
  wire.hd = test::dbn_header<ErrorV2Record>(kError);
  std::memcpy(wire.text.data(), "too slow", 8);
  wire.code = kErrorSkippedRecords;
  const DbnImport import = import_dbn(file_of<ErrorV2Record>({wire}));
  ASSERT_EQ(import.events.size(), 1U);
  EXPECT_EQ(import.events[0].kind, Kind::gap);
  EXPECT_EQ(import.events[0].instrument, kNoInstrument);
  ASSERT_EQ(import.summary.notes.size(), 1U);
  EXPECT_NE(import.summary.notes[0].find("too slow"), std::string::npos);
}

TEST(DbnImport, bars_of_an_old_fragment_need_to_be_told_their_length) {
  OhlcvRecord wire{test::dbn_header<OhlcvRecord>(kOhlcvOfSchema), kOne, 2 * kOne, kOne, kOne, 10};
  Bytes fragment;
  put(fragment, wire);
  EXPECT_NE(import_dbn(fragment).error.find("set schema"), std::string::npos);
  const DbnImport import = import_dbn(fragment, with({{"schema", "ohlcv-1m"}}));
  ASSERT_EQ(import.events.size(), 1U);
  EXPECT_EQ(import.events[0].exch_ts_ns, static_cast<TimeNs>(kDbnTs) + kMinute);
  EXPECT_NE(import_dbn(fragment, with({{"schema", "mbo"}})).error.find("found \"mbo\""), std::string::npos);
}

TEST(DbnImport, an_unknown_record_type_is_an_error_with_its_place) {
  std::vector<TradeRecord> records(3, dbn_trade(5000 * kDollar, 1));
  records[1].hd.rtype = 0x77;
  const Bytes bytes = file_of(records);
  const DbnFile file(bytes, "odd.dbn");
  const DbnImport refused = import_dbn(std::vector{file.path()});
  EXPECT_EQ(refused.events.size(), 1U);
  EXPECT_NE(refused.error.find("odd.dbn: byte " + std::to_string(bytes.size() - 96)), std::string::npos)
      << refused.error;
  EXPECT_NE(refused.error.find("record type 119 is not known"), std::string::npos) << refused.error;
  feeds::ImportOptions options = with({}, 1);
  options.paths = {file.path()};
  const DbnImport skipped = import_dbn(options);
  EXPECT_EQ(skipped.error, "");
  EXPECT_EQ(skipped.summary.bad_rows, 1U);
  ASSERT_EQ(skipped.events.size(), 3U);
  EXPECT_EQ(skipped.events[1].kind, Kind::gap);
  EXPECT_EQ(skipped.events[1].detail, static_cast<int>(GapReason::skipped_rows));
  EXPECT_EQ(skipped.events[1].as<Gap>().lost_events, 1U);
}

TEST(DbnImport, what_makes_no_sense_inside_a_record_is_refused) {
  const auto error_of = [](auto change) {
    MboRecord record = dbn_mbo('A', 'B', 1, 5000 * kDollar, 1);
    change(record);
    return import_dbn(file_of<MboRecord>({record})).error;
  };
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  EXPECT_PRED2(has, error_of([](MboRecord& r) { r.action = 'Q'; }),
               "action is 'Q'; expected one of A C F M N R T");
  EXPECT_PRED2(has, error_of([](MboRecord& r) { r.side = '\x01'; }),
               "side is byte 1; expected 'A', 'B' or 'N'");
  EXPECT_PRED2(has, error_of([](MboRecord& r) { r.price = INT64_MIN; }), "price is -2^63");
  EXPECT_PRED2(has, error_of([](MboRecord& r) { r.ts_recv = UINT64_MAX - 1; }),
               "ts_recv is 18446744073709551614");
  EXPECT_PRED2(has, error_of([](MboRecord& r) { r.ts_recv = r.hd.ts_event = kUndefinedTime; }),
               "neither ts_recv nor ts_event is given");
  EXPECT_PRED2(has, error_of([](MboRecord& r) { r.hd.length_words = 13; }), "has 52 bytes; expected 56");
  EXPECT_PRED2(has, error_of([](MboRecord& r) { r.hd.length_words = 0; }),
               "a record is said to be 0 bytes long");
  TradeRecord trade = dbn_trade(kUndefinedPrice, 1);
  EXPECT_PRED2(has, import_dbn(file_of<TradeRecord>({trade})).error, "a trade has no price");
  trade = dbn_trade(kDollar, 1);
  trade.action = 'A';
  EXPECT_PRED2(has, import_dbn(file_of<TradeRecord>({trade})).error, "expected 'T' in trades");
}

TEST(DbnImport, a_definition_of_another_version_than_the_file_is_refused) {
  Bytes bytes = dbn_head(head_of("ESM4", 2));
  put(bytes, Header{90, kDefinition, 1, 7, kDbnTs});  // 360 bytes: version 1
  bytes.resize(bytes.size() + 344);
  EXPECT_NE(import_dbn(bytes).error.find("type definition has 360 bytes; expected 400"), std::string::npos);
}

TEST(DbnImport, files_that_are_not_databento_are_refused) {
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  EXPECT_PRED2(has, import_dbn(Bytes{}).error, "the file is empty");
  EXPECT_PRED2(has, import_dbn(Bytes{'t', 'i', 'm', 'e', ',', 'p'}).error, "byte 0: neither DBN or DBZ");
  EXPECT_PRED2(has, import_dbn(Bytes(64, 'x')).error, "neither DBN or DBZ");
  EXPECT_PRED2(has, import_dbn(Bytes{'D', 'B', 'N', 4, 0, 0, 0, 0}).error,
               "version 4; versions 1 to 3 can be read");
  EXPECT_PRED2(has, import_dbn(Bytes{'D', 'B', 'N', 2, 0xFF, 0xFF, 0xFF, 0xFF, 0}).error,
               "should be 4294967295 bytes, but the file ends after 1");
  test::DbnHead head = head_of("ESM4");
  head.mappings[0].from = 20241308;
  EXPECT_PRED2(has, import_dbn(file_of<TradeRecord>({}, head)).error, "expected dates like 20240508");
}

}  // namespace
}  // namespace lockstep
