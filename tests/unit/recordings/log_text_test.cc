#include "recordings/log_text.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "tests/support/log_sample.h"

namespace lockstep::recordings {
namespace {

using namespace lockstep::testing;

std::string json_of(std::size_t i, TimeStyle style = TimeStyle::nanoseconds) {
  const LogHeader header = sample_header();
  const OwnedEvent e = sample_events()[i];
  std::string out;
  LogText(header.instruments, style).append_json(out, i, e.event, e.levels);
  return out;
}

std::string csv_of(std::size_t i) {
  const LogHeader header = sample_header();
  const OwnedEvent e = sample_events()[i];
  std::string out;
  LogText(header.instruments, TimeStyle::nanoseconds).append_csv(out, i, e.event, e.levels);
  return out;
}

TEST(LogText, a_trade_is_one_object_with_decimal_prices) {
  EXPECT_EQ(
      json_of(0),
      R"({"n":0,"kind":"trade","recv":"1723161255000000000","exch":"1723161254999000000","venue":"binance-usdm",)"
      R"("symbol":"BTCUSDT","side":"buy","price":"61500.10","qty":"2.500","trade_id":"111","sequence":"112",)"
      R"("conditions":"113"})"
      "\n");
}

TEST(LogText, times_can_be_read_by_people) {
  const std::string line = json_of(0, TimeStyle::rfc3339);
  EXPECT_NE(line.find(R"("recv":"2024-08-08T23:54:15.000000000Z","exch":"2024-08-08T23:54:14.999000000Z")"),
            std::string::npos)
      << line;
}

TEST(LogText, a_book_update_lists_its_levels_and_an_absent_price_is_null) {
  EXPECT_NE(
      json_of(2).find(R"("action":"diff","depth":10,"first_update_id":"131","last_update_id":"132",)"
                      R"("previous_update_id":"133","bids":[["61500.00","1.500"],["61499.90","0.000"]],)"
                      R"("asks":[["61500.20","0.700"]]})"),
      std::string::npos)
      << json_of(2);
  EXPECT_NE(json_of(1).find(R"("flags":["suspicious"],"bid_price":"61500.00","ask_price":null)"),
            std::string::npos);
}

TEST(LogText, csv_has_a_line_for_each_price) {
  EXPECT_EQ(LogText::csv_header(), "n,kind,recv,exch,venue,symbol,flags,side,price,qty,fields\n");
  const std::string book = "2,book,1723161255000000200,1723161254999000200,binance-usdm,BTCUSDT,,";
  EXPECT_EQ(csv_of(2), book +
                           "buy,61500.00,1.500,action=diff;depth=10;first_update_id=131;last_update_id=132;"
                           "previous_update_id=133\n" +
                           book + "buy,61499.90,0.000,\n" + book + "sell,61500.20,0.700,\n");
  const std::string quote =
      "1,quote,1723161255000000100,1723161254999000100,binance-usdm,BTCUSDT,suspicious,";
  EXPECT_EQ(csv_of(1), quote + "buy,61500.00,1.001,update_id=121\n" + quote + "sell,,0.000,\n");
  EXPECT_EQ(csv_of(12),
            "12,gap,1723161255000001200,1723161254999001200,,,,,,,"
            "reason=sequence;expected=201;found=204;lost_events=3;from=1723161254000000000\n");
  EXPECT_EQ(csv_of(28),
            "28,submit,1723161255000002800,1723161254999002800,binance-usdm,BTCUSDT,reduce_only;post_only,"
            "buy,3.61,0.362,"
            "order_id=281474976710657;type=limit;time_in_force=fok;decision_price=\n");
}

TEST(LogText, every_csv_line_has_eleven_cells) {
  for (std::size_t i = 0; i < sample_events().size(); ++i) {
    std::string line;
    for (const char c : csv_of(i)) {
      if (c != '\n') {
        line += c;
        continue;
      }
      EXPECT_EQ(std::count(line.begin(), line.end(), ','), 10) << line;
      line.clear();
    }
    EXPECT_EQ(line, "");
  }
}

TEST(LogText, what_would_break_a_line_is_quoted) {
  LogHeader header = sample_header();
  header.instruments[0].symbol = "A\"B,\\\n";
  const OwnedEvent e = sample_events()[0];
  const LogText text(header.instruments, TimeStyle::nanoseconds);
  std::string json;
  text.append_json(json, 0, e.event, e.levels);
  EXPECT_NE(json.find(R"("symbol":"A\"B,\\\u000a",)"), std::string::npos) << json;
  std::string csv;
  text.append_csv(csv, 0, e.event, e.levels);
  EXPECT_NE(csv.find("binance-usdm,\"A\"\"B,\\\n\",,buy"), std::string::npos) << csv;
}

std::string output_of(const std::string& command) {
  std::string out;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  char buffer[4096];
  while (const std::size_t n = std::fread(buffer, 1, sizeof(buffer), pipe)) out.append(buffer, n);
  return ::pclose(pipe) == 0 ? out : "failed: " + out;
}

const std::string kReadLog = std::string("python3 ") + LOCKSTEP_SOURCE + "/tests/support/read_log.py ";

TEST(LogText, a_reader_written_from_the_format_page_prints_the_same) {
  if (std::system("python3 -c '' 2>/dev/null") != 0) GTEST_SKIP() << "python3 is not there";
  const TemporaryFolder folder;
  LogWriterOptions options;
  options.block_bytes = 500;
  options.blocks_per_index = 2;
  write_log(folder / "a.lsr", sample_header(), sample_events(), options);
  std::string expected;
  for (std::size_t i = 0; i < sample_events().size(); ++i) expected += json_of(i);
  EXPECT_EQ(output_of(kReadLog + (folder / "a.lsr")), expected);
}

TEST(LogText, a_reader_written_from_the_format_page_finds_the_same_content_hash) {
  if (std::system("python3 -c '' 2>/dev/null") != 0) GTEST_SKIP() << "python3 is not there";
  const TemporaryFolder folder;
  std::vector<OwnedEvent> events = sample_events();
  for (std::uint32_t n = 0; n < 9; ++n) {  // every remainder of levels in groups of four
    OwnedEvent book = events[2];
    book.event.set(BookUpdate{0, n, 0, 0, n, n, n});
    book.levels.resize(n, Level{-7, 8});
    events.push_back(book);
  }
  write_log(folder / "a.lsr", sample_header(), events);
  const auto reader = LogReader::open(folder / "a.lsr");
  const std::string hash = format_hex((*reader)->seal()->content_hash);
  EXPECT_EQ(
      output_of(kReadLog + (folder / "a.lsr") + " --summary"),
      R"({"kind": "recording", "program_version": "0.0-test", "attributes": )"
      R"({"note": "a \"quoted\" line,\nand another", )"
      R"("source": "test:sample"}, "instruments": ["BTCUSDT", "ESH4"], "events": 42, "content_hash": ")" +
          hash + R"(", "sealed_hash": ")" + hash + "\"}\n");
}

}  // namespace
}  // namespace lockstep::recordings
