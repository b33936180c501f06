// `lockstep record` from outside: one small real file of each kind, and the whole way from a capture to a
// report.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/support/data.h"
#include "tests/support/log_sample.h"
#include "tests/support/program.h"
#include "tests/support/small_run.h"

namespace lockstep::tools {
namespace {

using test::json_complaint;
using test::ProgramRun;
using testing::TemporaryFolder;

class ProgramRecord : public ::testing::Test {
 protected:
  ProgramRun shell(const std::string& command) {
    return test::run_shell("cd " + (folder_ / "") + " && lockstep() { " LOCKSTEP_PROGRAM " \"$@\"; }; DATA=" +
                           test::data_dir().string() + "; LIBRARY=" LOCKSTEP_SOURCE "/scenarios/library; " +
                           command);
  }
  TemporaryFolder folder_;
};

TEST_F(ProgramRecord, a_generated_session) {
  std::ofstream(folder_ / "small.toml") << test::kSmallScenario;
  const ProgramRun run = shell("lockstep record --from scenario:small.toml --out rec.lsr --json");
  EXPECT_EQ(run.exit_code, 0) << run.err;
  test::record_small(folder_ / "same.lsr");
  const auto reader = recordings::LogReader::open(folder_ / "same.lsr");
  EXPECT_EQ(
      json_complaint(run.out, "d['content_hash'] == '" + format_hex((*reader)->seal()->content_hash) + "'"),
      "");
  EXPECT_EQ(shell("lockstep log verify rec.lsr").exit_code, 0);
}

TEST_F(ProgramRecord, a_malformed_row_is_an_error_with_file_line_and_text_and_leaves_no_file) {
  std::ofstream(folder_ / "aapl.csv") << "Date,Open,High,Low,Close,Volume,Name\n"
                                         "2006-01-03,10.34,10.68,10.32,10.68,201853036,AAPL\n"
                                         "2006-01-04,10.73,ten,10.64,10.71,155225609,AAPL\n"
                                         "2006-01-05,10.69,10.70,10.54,10.63,112396081,AAPL\n";
  const ProgramRun strict = shell("lockstep record --from csv:aapl.csv --out a.lsr");
  EXPECT_EQ(strict.exit_code, 2);
  EXPECT_EQ(strict.out, "");
  EXPECT_NE(strict.err.find("aapl.csv:3: "), std::string::npos) << strict.err;
  EXPECT_NE(strict.err.find("ten"), std::string::npos) << strict.err;
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a.lsr"));
  const ProgramRun lenient = shell("lockstep record --from csv:aapl.csv --skip-bad 1 --out a.lsr --json");
  EXPECT_EQ(lenient.exit_code, 3);
  EXPECT_EQ(
      json_complaint(
          lenient.out,
          R"(d["bad_rows"] == 1 and len(d["bad_row_texts"]) == 1 and "aapl.csv:3: " in d["bad_row_texts"][0])"),
      "");
  const ProgramRun text = shell("lockstep record --from csv:aapl.csv --skip-bad 1 --out a.lsr --force");
  EXPECT_NE(text.out.find("LEFT OUT"), std::string::npos) << text.out;
}

TEST_F(ProgramRecord, mistakes_are_told) {
  std::ofstream(folder_ / "x.csv")
      << "Date,Open,High,Low,Close,Volume,Name\n2006-01-03,10.34,10.68,10.32,10.68,201853036,AAPL\n";
  const auto said = [&](const std::string& options, int exit_code = 2) {
    const ProgramRun run = shell("lockstep record " + options);
    EXPECT_EQ(run.exit_code, exit_code) << options;
    EXPECT_EQ(run.out, "");
    return run.err;
  };
  EXPECT_NE(said("--from x.csv --out a.lsr").find("expected KIND:PATH, where KIND is one of\n  binance-ws"),
            std::string::npos);
  EXPECT_NE(said("--from bianance-ws:x.csv --out a.lsr")
                .find("is no kind of vendor file; expected one of binance-ws"),
            std::string::npos);
  EXPECT_NE(said("--from csv:none.csv --out a.lsr", 1).find("No such file"), std::string::npos);
  EXPECT_NE(said("--from csv:x.csv --from lean:x.csv --out a.lsr").find("files of two kinds"),
            std::string::npos);
  EXPECT_NE(said("--from csv:x.csv --codec lz4 --out a.lsr").find("expected none or zstd"),
            std::string::npos);
  EXPECT_NE(said("--from csv:x.csv --clock-offset soon --out a.lsr").find("--clock-offset"),
            std::string::npos);
  EXPECT_NE(said("--from csv:x.csv --skip-bad many --out a.lsr").find("skip-bad"), std::string::npos);
  EXPECT_NE(said("--from csv:x.csv --out x.csv --force").find("is the file that is read"), std::string::npos);
  EXPECT_EQ(shell("lockstep record --from csv:x.csv --out a.lsr").exit_code, 0);
  EXPECT_NE(said("--from csv:x.csv --out a.lsr")
                .find("it exists already; choose another name, or replace it with --force"),
            std::string::npos);
}

// Rows as the list of the data says, counted there by other programs.
TEST_F(ProgramRecord, one_real_file_of_each_kind) {
  if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"cryptofeed:$DATA/crypto/cryptofeed_captures/OKX.jsonl.zst", "d['rows'] == 440"},
      {"dbn:$DATA/databento/nautilus/esh4-glbx-mdp3-20231224.mbo.dbn.zst",
       "d['rows'] == 8725 and d['events'] == 8725"},
      {"lobster:$DATA/lobster/full_day/LOBSTER_SampleFile_AMZN_2012-06-21_1.zip", "d['rows'] == 57515"},
      {"lean:$DATA/lean/equity/usa/minute/aapl", "d['rows'] == 4815"},
      {"csv:$DATA/equity_daily/AAPL_2006-01-01_to_2018-01-01.csv",
       "d['rows'] == 3019 and d['events'] == 3019"},
      {"ccxt:$DATA/crypto/binance_trades/XRP_ETH-trades_20191011.json.gz",
       "d['rows'] == 12477 and d['events'] == 12477"},
  };
  for (const auto& [from, holds] : cases) {
    SCOPED_TRACE(from);
    const ProgramRun run = shell("lockstep record --from " + from + " --out x.lsr --force --json");
    EXPECT_EQ(run.exit_code, 0) << run.err;
    EXPECT_EQ(json_complaint(run.out, holds + " and d['bad_rows'] == 0 and len(d['content_hash']) == 16"),
              "");
    EXPECT_EQ(shell("lockstep log verify x.lsr").exit_code, 0);
  }
}

TEST_F(ProgramRecord, from_a_real_capture_to_a_report) {
  if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  const std::string capture = "$DATA/crypto/binance_hftbacktest/usdm/btcusdt_20240808.gz";
  EXPECT_EQ(shell("zcat " + capture + " | wc -l").out, "93954\n");

  const ProgramRun recorded =
      shell("lockstep record --from binance-ws:" + capture + " --clock-offset auto --out btc.lsr --json");
  EXPECT_EQ(recorded.exit_code, 0) << recorded.err;
  EXPECT_EQ(
      json_complaint(
          recorded.out,
          R"(d["rows"] == 93954 and d["bad_rows"] == 0 and 1_272_000_000 < d["clock_offset_ns"] < 1_273_000_000
      and d["latency_ns"]["min"] == 0 and d["latency_ns"]["negative"] == 0)"),
      "");
  const ProgramRun counts = shell(
      "zcat " + capture + " | grep -o 'btcusdt@[a-zA-Z]*' | sort | uniq -c | awk '{print $2 \"=\" $1}'");
  const ProgramRun info = shell("lockstep log info btc.lsr --json");
  EXPECT_EQ(json_complaint(info.out, "all(line in '''" + counts.out + R"('''.split() for line in
      ['btcusdt@trade=' + str(d["by_kind"]["trade"]), 'btcusdt@bookTicker=' + str(d["by_kind"]["quote"])]))"),
            "");
  EXPECT_EQ(shell("lockstep log info btc.lsr && lockstep log verify btc.lsr").exit_code, 0);

  const std::string run = "lockstep run $LIBRARY/replay_market_maker.toml --set feed.path=btc.lsr ";
  // One event for each line, the gap before the first snapshot, and two differences that are joined to the
  // snapshot again.
  const ProgramRun mm = shell(run + "--out runs/mm --json");
  EXPECT_EQ(mm.exit_code, 0) << mm.err;
  EXPECT_EQ(json_complaint(
                mm.out, R"(d["events"] == 93954 + 3 and d["instruments"] == ["BTCUSDT"] and d["fills"] > 0)"),
            "");

  const ProgramRun replayed = shell("lockstep replay runs/mm/journal.lsr");
  EXPECT_EQ(replayed.exit_code, 0);
  EXPECT_EQ(replayed.out.substr(0, 6), "same: ");

  EXPECT_EQ(shell(run + "--set strategy.parameters.half_spread_bps=0.6 --out runs/mm2").exit_code, 0);
  const ProgramRun parted = shell("lockstep diff runs/mm runs/mm2");
  EXPECT_EQ(parted.exit_code, 1);
  EXPECT_EQ(parted.out.substr(0, 23), "the runs part at event ");
  EXPECT_NE(parted.out.find("strategy market_maker"), std::string::npos);
  EXPECT_NE(parted.out.find("strategies.0.parameters.half_spread_bps"), std::string::npos);

  EXPECT_EQ(shell("lockstep report runs/mm").exit_code, 0);
}

}  // namespace
}  // namespace lockstep::tools
