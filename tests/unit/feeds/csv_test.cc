#include <gtest/gtest.h>

#include "feeds/files/csv_map.h"
#include "feeds/files/csv_preset.h"
#include "feeds/files/csv_rows.h"
#include "feeds/files/kinds.h"
#include "tests/support/imported.h"
#include "tests/support/temp_file.h"

namespace lockstep::feeds {
namespace {

using test::import_all;
using test::Imported;
using test::write_temp;

Imported import_text(const std::string& text, const std::string& columns,
                     std::map<std::string, std::string> set = {}) {
  ImportOptions options;
  options.paths = {write_temp("XYZ_trades.csv", text)};
  options.columns = columns;
  options.set = std::move(set);
  return import_all(open_csv(options));
}

TEST(CsvMap, roles_units_and_options_are_read) {
  const Result<CsvMap> map = parse_csv_map(
      "ts=time:us,open=o,high=h,low=l,close=a:b,period=5m,stamp=end,zone=Asia/Tokyo,delimiter=tab");
  ASSERT_TRUE(map.ok()) << map.error().text();
  EXPECT_EQ(map->rows, CsvRows::bars);
  EXPECT_EQ((*map)[CsvRole::ts].name, "time");
  EXPECT_EQ((*map)[CsvRole::ts].unit, CsvUnit::us);
  EXPECT_EQ((*map)[CsvRole::close].name, "a:b") << "only a known unit ends a name";
  EXPECT_EQ(*map->period, (BarSpec{BarUnit::minute, 5, BarSide::trade}));
  EXPECT_TRUE(map->stamp_is_end);
  EXPECT_EQ(map->zone, "Asia/Tokyo");
  EXPECT_EQ(map->delimiter, '\t');
}

TEST(CsvMap, the_rows_are_told_by_the_roles) {
  EXPECT_EQ(parse_csv_map("ts=t,price=p,qty=q")->rows, CsvRows::trades);
  EXPECT_EQ(parse_csv_map("ts=t,bid=b,ask=a")->rows, CsvRows::quotes);
  EXPECT_EQ(parse_csv_map("ts=t,bid=b#,ask=a#,bid_qty=c#,ask_qty=d#")->rows, CsvRows::snapshots);
  EXPECT_EQ(parse_csv_map("ts=t,price=p,qty=q,side=s,snapshot=x")->rows, CsvRows::book);
  EXPECT_EQ(parse_csv_map("ts=t,price=p,qty=q,side=s,rows=book")->rows, CsvRows::book);
  EXPECT_EQ(parse_csv_map("ts=t,rate=r")->rows, CsvRows::funding);
}

TEST(CsvMap, mistakes_are_errors_that_show_the_entry) {
  for (const char* text :
       {"nonsense", "ts", "=x,ts=t", "ts=t,price=p,qty=q,colour=c", "ts=t,ts=u,price=p,qty=q",
        "ts=,price=p,qty=q", "price=p,qty=q", "ts=t,price=p", "ts=t,price=p:ms,qty=q",
        "ts=t,open=o,high=h,low=l,close=c", "ts=t,open=o,high=h,low=l,close=c,period=7m",
        "ts=t,open=o,high=h,low=l,close=c,period=x", "ts=t,open=o,high=h,low=l,close=c,last=e:iso",
        "ts=t,price=p,qty=q,stamp=middle", "ts=t,price=p,qty=q,rows=cats", "ts=t,price=p,qty=q,header=2",
        "ts=t,price=p,qty=q,delimiter=x", "ts=t,bid=b,ask=a,price_side=left"}) {
    const Result<CsvMap> map = parse_csv_map(text);
    ASSERT_FALSE(map.ok()) << text;
    EXPECT_EQ(map.error().where, "column map");
  }
}

TEST(CsvMap, every_preset_can_be_named_and_those_with_a_header_are_recognised) {
  for (const CsvPreset& preset : csv_presets()) {
    EXPECT_TRUE(parse_csv_map(preset.name).ok()) << preset.name;
    if (preset.header.empty() || preset.header.ends_with('*')) continue;
    ASSERT_TRUE(recognise_csv_header(preset.header).ok()) << preset.name;
    std::vector<std::string_view> header;
    split_fields(preset.header, ',', header);
    EXPECT_TRUE(bind_csv(*parse_csv_map(preset.name), header).ok()) << preset.name;
  }
  const Result<CsvMap> unknown = recognise_csv_header("a,b,c");
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(unknown.error().what.find("tardis-trades"), std::string::npos);
}

TEST(Csv, a_column_that_is_not_there_is_an_error_with_the_header) {
  const Imported all = import_text("time,price\n", "ts=time:ms,price=price,qty=size");
  ASSERT_TRUE(all.error);
  EXPECT_NE(all.error->what.find("there is no column \"size\"; the header has time, price"),
            std::string::npos)
      << all.error->what;
}

TEST(Csv, a_file_without_header_is_addressed_by_number) {
  const Imported all =
      import_text("1;20240501 093000123;10.5;2\n2;20240501 093001000;10.25;3\n",
                  "id=$1,ts=$2:compact,price=$3,qty=$4,header=0,delimiter=semicolon,zone=EST");
  ASSERT_EQ(all.error_text(), "");
  ASSERT_EQ(all.events.size(), 2U);
  EXPECT_EQ(all.instruments[0].symbol, "XYZ");
  EXPECT_EQ(all.events[0].exch_ts_ns, 1714573800123 * kMillisecond);  // 14:30:00.123Z
  EXPECT_EQ(all.events[0].as<Trade>().price, 1050);
  EXPECT_EQ(all.events[1].as<Trade>().trade_id, 2U);
}

TEST(Csv, the_buyer_as_maker_means_that_the_aggressor_sold) {
  const Imported all =
      import_text("id,price,qty,quote_qty,time,is_buyer_maker\n1,2,3,6,1000,true\n2,2,3,6,1001,false\n", "");
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.events[0].detail, static_cast<std::uint8_t>(Side::sell));
  EXPECT_EQ(all.events[1].detail, static_cast<std::uint8_t>(Side::buy));
}

TEST(Csv, quoted_fields_may_hold_the_delimiter) {
  const Imported all = import_text("t,name,p,q\n1000,\"Smith, Inc\",\"1.5\",2\n", "ts=t:ms,price=p,qty=q");
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.events[0].as<Trade>().price, 15);
}

TEST(Csv, a_row_with_another_number_of_fields_is_malformed) {
  const Imported all = import_text("t,p,q\n1000,1,2\n1001,1,2,3\n", "ts=t:ms,price=p,qty=q");
  ASSERT_TRUE(all.error);
  EXPECT_TRUE(all.error->where.ends_with("XYZ_trades.csv:3"));
  EXPECT_NE(all.error->what.find("expected 3 fields as in the header, found 4"), std::string::npos);
}

TEST(Csv, values_that_make_no_sense_are_malformed_rows) {
  const char* const rows[] = {"x,1,2,buy",
                              "1000,,2,buy",
                              "1000,1,two,buy",
                              "1000,1,-2,buy",
                              "1000,1,2,up",
                              "0,1,2,buy",
                              "99999999999999999999,1,2,buy",
                              "1000,1e30,2,buy"};
  for (const char* row : rows) {
    const Imported all = import_text("t,p,q,s\n" + std::string(row) + "\n", "ts=t:ms,price=p,qty=q,side=s");
    ASSERT_TRUE(all.error) << row;
    EXPECT_TRUE(all.error->where.ends_with(":2")) << row << " " << all.error->where;
  }
}

TEST(Csv, a_funding_rate_beyond_64_bits_at_its_own_decimals_is_an_error) {
  EXPECT_EQ(import_text("t,r\n1000,1.23e-21\n", "ts=t:ms,rate=r").events[0].detail, 23);
  EXPECT_TRUE(import_text("t,r\n1000,0.12345678901234567891\n", "ts=t:ms,rate=r").error);
}

TEST(Csv, a_clock_that_runs_behind_is_corrected_by_auto) {
  ImportOptions options;
  options.paths = {write_temp("X.csv", "t,r,p,q\n1000,400,1,1\n2000,1500,1,1\n")};
  options.columns = "ts=t:ms,recv=r:ms,price=p,qty=q";
  options.clock_offset.is_auto = true;
  const Imported all = import_all(open_csv(options));
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.summary.clock_offset_ns, 600 * kMillisecond);
  EXPECT_EQ(all.events[0].recv_ts_ns, 1000 * kMillisecond);
  EXPECT_EQ(all.events[1].recv_ts_ns, 2100 * kMillisecond);
  EXPECT_EQ(all.summary.latency.negative_count(), 0U);
}

TEST(Csv, months_end_by_the_calendar_and_days_by_the_clock_of_the_zone) {
  const std::string rows = "d,o,h,l,c\n2024-03-10,1,1,1,1\n2024-12-01,1,1,1,1\n";
  const Imported days = import_text(rows, "ts=d,open=o,high=h,low=l,close=c,period=1d,zone=America/New_York");
  EXPECT_EQ(days.events[0].exch_ts_ns, *parse_time("2024-03-11T04:00:00Z")) << "a day of 23 hours";
  const Imported months = import_text(rows, "ts=d,open=o,high=h,low=l,close=c,period=1mo");
  EXPECT_EQ(months.events[0].exch_ts_ns, *parse_time("2024-04-10"));
  EXPECT_EQ(months.events[1].exch_ts_ns, *parse_time("2025-01-01"));
}

TEST(Csv, a_time_with_an_offset_needs_no_zone) {
  const Imported all = import_text("t,p,q\n2024-05-01T09:30:00.5-04:00,1,1\n2024-05-01 09:30:01,1,1\n",
                                   "ts=t,price=p,qty=q,zone=America/New_York");
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.events[0].exch_ts_ns, *parse_time("2024-05-01T13:30:00.5Z"));
  EXPECT_EQ(all.events[1].exch_ts_ns, *parse_time("2024-05-01T13:30:01Z"));
}

TEST(Csv, an_absent_side_of_a_quote_is_no_price_and_a_crossed_quote_is_flagged) {
  const Imported all =
      import_text("t,b,bq,a,aq\n1000,,,11,2\n1001,12,1,11,2\n", "ts=t:ms,bid=b,bid_qty=bq,ask=a,ask_qty=aq");
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(all.events[0].as<Quote>().bid_price, kNoPrice);
  EXPECT_EQ(all.events[0].as<Quote>().bid_qty, 0);
  EXPECT_EQ(all.events[0].flags & kFlagSuspicious, 0);
  EXPECT_NE(all.events[1].flags & kFlagSuspicious, 0);
}

// --- books with update ids: rows of (time, first, last, previous, snapshot, side, price, size)

Imported import_book(const std::string& rows) {
  return import_text("t,U,u,pu,x,s,p,q\n" + rows,
                     "ts=t:ms,first_id=U,last_id=u,prev_id=pu,snapshot=x,side=s,price=p,qty=q,rows=book");
}
std::vector<Kind> kinds(const Imported& all) {
  std::vector<Kind> out;
  for (const Event& event : all.events) out.push_back(event.kind);
  return out;
}

TEST(CsvBook, differences_that_join_are_no_gap) {
  const Imported all = import_book(
      "1,10,10,-1,true,b,100,1\n1,10,10,-1,true,a,101,1\n2,9,12,8,false,b,100,2\n2,9,12,8,false,b,99,1\n3,13,"
      "15,12,false,a,101,0\n");
  ASSERT_EQ(all.error_text(), "");
  EXPECT_EQ(kinds(all), (std::vector<Kind>{Kind::book, Kind::book, Kind::book}));
  EXPECT_EQ(all.events[1].as<BookUpdate>().bid_count, 2U);
  EXPECT_EQ(all.events[2].as<BookUpdate>().ask_count, 1U);
}

TEST(CsvBook, a_break_of_the_ids_is_a_gap_before_the_difference) {
  const Imported all = import_book(
      "1,10,10,-1,true,b,100,1\n2,11,12,10,false,b,100,2\n3,14,15,13,false,b,100,3\n4,16,16,15,false,b,100,"
      "3\n");
  ASSERT_EQ(kinds(all), (std::vector<Kind>{Kind::book, Kind::book, Kind::gap, Kind::book, Kind::book}));
  EXPECT_EQ(all.events[2].as<Gap>().expected, 13U);
  EXPECT_EQ(all.events[2].as<Gap>().found, 14U);
}

TEST(CsvBook, a_difference_older_than_the_snapshot_is_left_out_and_noted) {
  const Imported all =
      import_book("1,10,10,-1,true,b,100,1\n2,5,9,4,false,b,100,2\n3,10,12,9,false,b,100,3\n");
  EXPECT_EQ(kinds(all), (std::vector<Kind>{Kind::book, Kind::book}));
  EXPECT_EQ(all.events[1].as<BookUpdate>().last_update_id, 12U);
  EXPECT_NE(all.summary.notes.back().find("older than the snapshot"), std::string::npos);
}

TEST(TradeIds, are_numbers_or_the_head_of_a_uuid) {
  EXPECT_EQ(read_trade_id("18446744073709551615"), UINT64_MAX);
  EXPECT_FALSE(read_trade_id("18446744073709551616"));
  EXPECT_EQ(read_trade_id("20f43950-d8dd-5b31-9112-a178eb6023af"), 0x20f43950d8dd5b31U);
  EXPECT_EQ(read_trade_id("20F43950-D8DD-5B31-9112-A178EB6023AF"), 0x20f43950d8dd5b31U);
  EXPECT_FALSE(read_trade_id("20f43950-d8dd-5b31-9112"));
  EXPECT_FALSE(read_trade_id("BTC-17"));
}

TEST(Csv, pairs_say_their_currencies_and_other_symbols_do_not) {
  const std::string rows = "t,p,q\n1,2,3\n";
  const Imported pair =
      import_text(rows, "ts=t:s,price=p,qty=q,pairs=1", {{"symbol", "BTCUSDT"}, {"kind", "spot"}});
  ASSERT_EQ(pair.error_text(), "");
  EXPECT_EQ(pair.instruments[0].base, "BTC");
  EXPECT_EQ(pair.instruments[0].settle, "USDT");
  EXPECT_TRUE(pair.summary.notes.empty());
  const Imported other = import_text(rows, "ts=t:s,price=p,qty=q", {{"symbol", "BTCUSDT"}, {"kind", "spot"}});
  EXPECT_EQ(other.instruments[0].quote, "");
  ASSERT_EQ(other.summary.notes.size(), 1U);
  EXPECT_NE(other.summary.notes[0].find("--set quote=CURRENCY"), std::string::npos);
}

TEST(Csv, json_is_named_as_such) {
  const Imported json = import_text("[[1,2,3]]", "");
  ASSERT_TRUE(json.error);
  EXPECT_NE(json.error->what.find("of the kind ccxt"), std::string::npos);
}

}  // namespace
}  // namespace lockstep::feeds
