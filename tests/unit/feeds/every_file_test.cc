// Every file of the data folder: what kind it is imported as, or why it is none. Each is imported to its end
// by the call that the table states, written to a log, and the log verified. The expected rows are the
// manifest's.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "feeds/files/kinds.h"
#include "feeds/files/rows.h"
#include "recordings/log_info.h"
#include "recordings/log_writer.h"
#include "tests/support/data.h"
#include "tests/support/temp_file.h"

namespace lockstep::feeds {
namespace {

using Settings = std::map<std::string, std::string>;

// How the files are imported whose path begins and ends like this; the first that fits holds.
struct Call {
  std::string_view prefix;
  std::string_view suffix;
  std::string_view kind;  // empty: not imported, because of `reason`
  std::string_view columns = {};
  Settings set = {};
  std::uint64_t skip_bad = 0;  // as many as the file has, and no more
  std::string_view reason = {};
};

const Call kCalls[] = {
    {"crypto/binance_hftbacktest/", ".gz", "binance-ws"},
    {"crypto/cryptofeed_captures/", ".jsonl.zst", "cryptofeed"},
    {"databento/", "", "dbn"},
    {"crypto/binance_trades/", ".json.gz", "ccxt"},

    {"crypto/bars/", ".csv", "csv",
     "ts=timestamp:iso,open=open,high=high,low=low,close=close,volume=volume,period=1m"},
    {"crypto/funding/", ".csv", "csv", "ts=date:iso,rate=funding_mean,period=1d,paid=0"},
    {"crypto/", ".csv", "csv"},  // recognised by their headers
    {"equity_daily/kernc_GOOG", ".csv", "csv",
     "ts=$1:iso,open=Open,high=High,low=Low,close=Close,volume=Volume,period=1d,zone=America/New_York"},
    // Rows with a blank price, one in each file of a New York name.
    {"equity_daily/IBM", ".csv", "csv", "", {}, 1},
    {"equity_daily/JPM", ".csv", "csv", "", {}, 1},
    {"equity_daily/KO", ".csv", "csv", "", {}, 1},
    {"equity_daily/XOM", ".csv", "csv", "", {}, 1},
    {"equity_daily/", ".csv", "csv"},
    {"equity_minute/", ".csv", "csv", "us-equity-minute"},
    {"fx/truefx", ".csv", "csv", "ts=timestamp:iso,bid=bid,ask=ask", {{"quote_qty", "1000000"}}},
    {"fx/usdjpy-m1-bid", ".csv", "csv",
     "ts=timestamp:iso,open=open,high=high,low=low,close=close,period=1m,price_side=bid"},
    {"fx/usdjpy-m1-ask", ".csv", "csv",
     "ts=timestamp:iso,open=open,high=high,low=low,close=close,period=1m,price_side=ask"},

    {"lean/", ".md", "", "", {}, 0, "a document"},
    {"lean/equity/usa/map_files/", "", "", "", {}, 0, "names of tickers over time, no market data"},
    {"lean/alternative/", "", "", "", {}, 0, "interest rates, no market data"},
    // Two numbers run together: "-0.0009296.0025941".
    {"lean/option/usa/universes/spy/20240105.csv", "", "lean", "", {}, 1},
    {"lean/", "", "lean"},

    {"fixtures/", "", "", "", {}, 0, "single messages out of documents and tests: those of the decoders"},
    // Cut off within its last message.
    {"itch/", "", "itch", "", {{"date", "2019-12-30"}}, 1},
    {"lobster/AAPL_2012-06-21_34200000_57600000_orderbook", "", "", "", {}, 0, "read with its message file"},
    {"lobster/", "", "lobster"},
};

const Call* call_of(std::string_view file) {
  for (const Call& call : kCalls) {
    if (file.starts_with(call.prefix) && file.ends_with(call.suffix)) return &call;
  }
  return nullptr;
}

struct Listed {
  std::string file;
  std::uint64_t rows;
};

std::vector<Listed> manifest() {
  std::vector<Listed> out;
  Result<std::unique_ptr<LineReader>> lines = LineReader::open((test::data_dir() / "MANIFEST.csv").string());
  std::vector<std::string_view> fields;
  while (lines.ok() && *(*lines)->next()) {
    if ((*lines)->number() == 1) continue;
    split_fields((*lines)->text(), ',', fields);
    const std::string file(fields.at(0));
    const std::string rows(fields.at(8));
    // It does not count DBZ: two records each, but no daily bar (Databento's own tests).
    const bool is_dbz = file.ends_with(".dbz");
    out.push_back({file, is_dbz         ? (file.ends_with("ohlcv-1d.dbz") ? 0 : 2)
                         : rows.empty() ? 0
                                        : std::stoull(rows)});
  }
  return out;
}

ImportResult open(const Call& call, const std::string& file, std::uint64_t skip_bad) {
  ImportOptions options;
  options.paths = {(test::data_dir() / file).string()};
  options.columns = call.columns;
  options.set = call.set;
  options.skip_bad = skip_bad;
  return open_import(call.kind, options);
}

// All of the import into a log, and the log as it was verified.
void record_and_verify(const Call& call, Import& import, const Listed& listed, const std::string& path) {
  recordings::LogHeader header;
  header.instruments.assign(import.instruments().begin(), import.instruments().end());
  recordings::LogWriterOptions replace;
  replace.replace_existing = true;
  const auto writer = recordings::LogWriter::create(path, header, replace);
  ASSERT_TRUE(writer.ok()) << writer.error().text();
  for (;;) {
    Batch batch;
    const Result<Source::Pull> pulled = import.pull(batch);
    ASSERT_TRUE(pulled.ok()) << pulled.error().text();
    if (*pulled == Source::Pull::end) break;
    for (const Event& event : batch.events) (*writer)->append(event, batch.levels);
  }
  const Status sealed = (*writer)->seal();
  ASSERT_TRUE(sealed.ok()) << sealed.error().text();

  EXPECT_EQ(import.summary().rows, listed.rows);
  EXPECT_EQ(import.summary().bad_rows, call.skip_bad);
  EXPECT_EQ(import.summary().events == 0, listed.rows == 0);
  // The definitions of Databento's fragments stand in no order.
  const bool is_in_order = listed.file.find(".frag") == std::string::npos;
  EXPECT_EQ(import.summary().receive_steps_back == 0, is_in_order);

  const Result<recordings::LogVerdict> verdict = recordings::log_verify(path);
  ASSERT_TRUE(verdict.ok()) << verdict.error().text();
  EXPECT_TRUE(verdict->sealed);
  EXPECT_TRUE(verdict->problems.empty());
  EXPECT_EQ(verdict->events, import.summary().events);
  EXPECT_EQ(verdict->content_hash, (*writer)->content_hash());
}

TEST(EveryFile, imports_in_full_and_makes_a_sound_log_or_has_a_reason_why_not) {
  if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  const std::string log = (test::temp_dir() / "every_file.lsr").string();
  std::map<std::string_view, int> files;
  for (const Listed& listed : manifest()) {
    SCOPED_TRACE(listed.file);
    const Call* call = call_of(listed.file);
    ASSERT_NE(call, nullptr) << "no line of kCalls fits";
    ++files[call->kind];
    if (call->kind.empty()) {
      EXPECT_FALSE(call->reason.empty());
      continue;
    }
    if (call->skip_bad > 0) {
      // One malformed row less is allowed than there are.
      const ImportResult strict = open(*call, listed.file, call->skip_bad - 1);
      ASSERT_TRUE(strict.ok()) << strict.error().text();
      Batch batch;
      Result<Source::Pull> pulled = (*strict)->pull(batch);
      while (pulled.ok() && *pulled != Source::Pull::end) pulled = (*strict)->pull(batch);
      EXPECT_FALSE(pulled.ok());
    }
    const ImportResult import = open(*call, listed.file, call->skip_bad);
    ASSERT_TRUE(import.ok()) << import.error().text();
    record_and_verify(*call, **import, listed, log);
  }
  std::filesystem::remove(log);
  EXPECT_EQ(files["binance-ws"], 3);
  EXPECT_EQ(files["cryptofeed"], 5);
  EXPECT_EQ(files["dbn"], 102);
  EXPECT_EQ(files["lean"], 121);
  EXPECT_EQ(files["csv"], 30);
  EXPECT_EQ(files["ccxt"], 2);
  EXPECT_EQ(files["lobster"], 3);
  EXPECT_EQ(files["itch"], 1);
  EXPECT_EQ(files[""], 151 + 12 + 1);
}

TEST(EveryFile, of_lean_that_holds_no_market_data_is_refused_with_the_reason) {
  if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  for (const Listed& listed : manifest()) {
    if (!listed.file.starts_with("lean/") || !call_of(listed.file)->kind.empty()) continue;
    ImportOptions options;
    options.paths = {(test::data_dir() / listed.file).string()};
    const ImportResult import = open_lean(options);
    ASSERT_FALSE(import.ok()) << listed.file;
    EXPECT_EQ(import.error().code, ErrorCode::unsupported) << import.error().text();
  }
}

}  // namespace
}  // namespace lockstep::feeds
