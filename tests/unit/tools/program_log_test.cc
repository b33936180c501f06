// `lockstep log ...` from outside, on a small recording.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/log_sample.h"
#include "tests/support/program.h"
#include "tests/support/small_run.h"

namespace lockstep::tools {
namespace {

using test::json_complaint;
using test::ProgramRun;
using namespace lockstep::testing;

class ProgramLog : public ::testing::Test {
 protected:
  // 40 trades of two instruments, 10 ns apart from 1,000 ns on, in blocks of 8.
  void SetUp() override {
    recordings::LogWriterOptions options;
    options.block_bytes = 8 * 64;
    write_log(folder_ / "a.lsr", sample_header(), sample_trades(40), options);
  }
  ProgramRun lockstep(std::vector<std::string> words) {
    for (std::string& word : words) {  // names of files stand for those in the folder
      if (word.ends_with(".lsr")) word = folder_ / word;
    }
    return test::run_program(LOCKSTEP_PROGRAM, words);
  }
  /// One byte in the third block is another.
  void damage() {
    std::vector<std::byte> bytes = read_bytes(folder_ / "a.lsr");
    const auto reader = recordings::LogReader::open(folder_ / "a.lsr");
    recordings::BlockCursor blocks = (*reader)->blocks();
    for (int i = 0; i < 3; ++i) ASSERT_EQ(blocks.next(), recordings::BlockCursor::Step::block);
    bytes[blocks.offset() + 200] ^= std::byte{1};
    write_bytes(folder_ / "bad.lsr", bytes);
  }
  TemporaryFolder folder_;
};

TEST_F(ProgramLog, info_says_what_is_in_it) {
  const ProgramRun text = lockstep({"log", "info", "a.lsr"});
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_EQ(text.err, "");
  EXPECT_NE(text.out.find("40 with 0 levels"), std::string::npos);
  EXPECT_NE(text.out.find("40 trade\n"), std::string::npos);
  EXPECT_NE(text.out.find("binance-usdm BTCUSDT (linear_perpetual, settles in USDT): tick 0.1, lot 0.001\n"),
            std::string::npos);
  EXPECT_EQ(text.out.find('\x1b'), std::string::npos) << "no colours where there is no terminal";
  EXPECT_EQ(
      json_complaint(
          lockstep({"log", "info", "a.lsr", "--json"}).out,
          R"(d["kind"] == "recording" and d["sealed"] and d["events"] == 40 and d["by_kind"] == {"trade": 40}
      and d["first"] == "1970-01-01T00:00:00.000001000Z" and d["last"] == "1970-01-01T00:00:00.000001390Z"
      and [i["events"] for i in d["instruments"]] == [20, 20] and d["damage"] == [] and len(d["content_hash"]) == 16)"),
      "");
}

TEST_F(ProgramLog, verify_tells_sound_from_damaged_by_its_exit_code) {
  const ProgramRun sound = lockstep({"log", "verify", "a.lsr"});
  EXPECT_EQ(sound.exit_code, 0);
  EXPECT_EQ(sound.out.substr(0, 17), "sound: 40 events ");
  damage();
  const ProgramRun damaged = lockstep({"log", "verify", "bad.lsr"});
  EXPECT_EQ(damaged.exit_code, 1);
  EXPECT_EQ(damaged.out.substr(0, 8), "DAMAGED:");
  EXPECT_NE(damaged.out.find("DAMAGE at byte "), std::string::npos);
  EXPECT_EQ(
      json_complaint(lockstep({"log", "verify", "bad.lsr", "--json"}).out,
                     R"(not d["sound"] and d["events"] == 32 and d["problems"][0]["lost_events"] == 8)"),
      "");
}

TEST_F(ProgramLog, a_torn_end_is_told) {
  const auto writer = recordings::LogWriter::create(folder_ / "open.lsr", sample_header());
  append_all(**writer, sample_trades(40));
  ASSERT_TRUE((*writer)->flush().ok());
  EXPECT_EQ(lockstep({"log", "info", "open.lsr"}).exit_code, 0);
  EXPECT_NE(lockstep({"log", "info", "open.lsr"}).out.find("NOT SEALED"), std::string::npos);
  std::vector<std::byte> bytes = read_bytes(folder_ / "open.lsr");
  bytes.resize(bytes.size() - 30);
  write_bytes(folder_ / "torn.lsr", bytes);
  for (const char* verb : {"info", "verify", "cat"})
    EXPECT_EQ(lockstep({"log", verb, "torn.lsr"}).exit_code, 3) << verb;
}

TEST_F(ProgramLog, recover_saves_what_is_sound_and_says_that_data_was_lost) {
  damage();
  const ProgramRun run = lockstep({"log", "recover", "bad.lsr", "--out", "good.lsr"});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_NE(run.out.find("32 events saved, 1 gap put in where data is missing, 8 events known to be lost"),
            std::string::npos)
      << run.out;
  EXPECT_EQ(lockstep({"log", "verify", "good.lsr"}).exit_code, 0);
  EXPECT_EQ(
      json_complaint(lockstep({"log", "recover", "bad.lsr", "--out", "good.lsr", "--force", "--json"}).out,
                     R"(d["events"] == 32 and d["gaps"] == 1 and d["lost_events"] == 8)"),
      "");
  EXPECT_EQ(lockstep({"log", "recover", "a.lsr", "--out", "same.lsr"}).exit_code, 0) << "nothing was lost";
}

TEST_F(ProgramLog, cat_prints_json_lines_and_csv) {
  const ProgramRun json = lockstep({"log", "cat", "a.lsr"});
  EXPECT_EQ(json.exit_code, 0);
  EXPECT_EQ(std::count(json.out.begin(), json.out.end(), '\n'), 40);
  EXPECT_EQ(json_complaint("[" + json.out.substr(0, json.out.find('\n')) + "]",
                           R"(d[0]["n"] == 0 and d[0]["kind"] == "trade" and d[0]["symbol"] == "BTCUSDT"
      and d[0]["recv"] == "1970-01-01T00:00:00.000001000Z")"),
            "");
  const ProgramRun csv = lockstep({"log", "cat", "a.lsr", "--format", "csv", "--time-format", "nanoseconds",
                                   "--instrument", "ESH4", "--limit", "2"});
  EXPECT_EQ(csv.out.substr(0, csv.out.find('\n')),
            "n,kind,recv,exch,venue,symbol,flags,side,price,qty,fields");
  EXPECT_EQ(std::count(csv.out.begin(), csv.out.end(), '\n'), 3);
  EXPECT_EQ(csv.out.substr(csv.out.find('\n') + 1, 13), "0,trade,1010,");
  EXPECT_EQ(lockstep({"log", "cat", "a.lsr", "--kind", "quote"}).out, "");
}

TEST_F(ProgramLog, cat_stops_at_damage_unless_it_is_told_to_go_on) {
  damage();
  const ProgramRun strict = lockstep({"log", "cat", "bad.lsr"});
  EXPECT_EQ(strict.exit_code, 1);
  EXPECT_EQ(std::count(strict.out.begin(), strict.out.end(), '\n'), 16) << "what was before it";
  EXPECT_NE(strict.err, "");
  const ProgramRun salvage = lockstep({"log", "cat", "bad.lsr", "--on-damage", "salvage"});
  EXPECT_EQ(salvage.exit_code, 3);
  EXPECT_EQ(std::count(salvage.out.begin(), salvage.out.end(), '\n'), 33) << "32 trades and a gap";
  EXPECT_NE(salvage.err.find("damage at byte "), std::string::npos);
}

TEST_F(ProgramLog, cat_refuses_what_it_does_not_know) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--format", "xml"},
                                                {"--kind", "tarde"},
                                                {"--time-format", "unix"},
                                                {"--on-damage", "ignore"},
                                                {"--instrument", "XRP"},
                                                {"--from", "yesterday"}}) {
    std::vector<std::string> all = {"log", "cat", "a.lsr"};
    all.insert(all.end(), words.begin(), words.end());
    const ProgramRun run = lockstep(all);
    EXPECT_EQ(run.exit_code, 2) << words[0];
    EXPECT_EQ(run.out, "");
    EXPECT_NE(run.err, "");
  }
}

TEST_F(ProgramLog, slice_and_merge_are_each_others_opposite) {
  EXPECT_EQ(lockstep({"log", "slice", "a.lsr", "--to", "1200", "--out", "first.lsr"}).exit_code, 0);
  const ProgramRun rest =
      lockstep({"log", "slice", "a.lsr", "--from", "1200", "--out", "rest.lsr", "--codec", "zstd", "--json"});
  EXPECT_EQ(json_complaint(rest.out, R"(d["events"] == 20)"), "");
  const ProgramRun merged = lockstep({"log", "merge", "rest.lsr", "first.lsr", "--out", "all.lsr"});
  EXPECT_EQ(merged.exit_code, 0);
  EXPECT_EQ(merged.out, folder_ / "all.lsr: 40 events\n");
  EXPECT_EQ(lockstep({"log", "cat", "all.lsr"}).out, lockstep({"log", "cat", "a.lsr"}).out);
}

TEST_F(ProgramLog, nothing_is_overwritten_unless_it_is_asked_for) {
  write_log(folder_ / "b.lsr", sample_header(), sample_trades(3));
  EXPECT_NE(lockstep({"log", "slice", "a.lsr", "--out", "b.lsr"}).exit_code, 0);
  EXPECT_EQ(read_log(folder_ / "b.lsr").events.size(), 3U);
  EXPECT_EQ(lockstep({"log", "slice", "a.lsr", "--out", "b.lsr", "--force"}).exit_code, 0);
  EXPECT_EQ(read_log(folder_ / "b.lsr").events.size(), 40U);
  for (const char* verb : {"slice", "recover", "merge"}) {
    const ProgramRun run = lockstep({"log", verb, "a.lsr", "--out", "a.lsr", "--force"});
    EXPECT_EQ(run.exit_code, 2) << verb;
    EXPECT_NE(run.err.find("is the file that is read"), std::string::npos) << run.err;
  }
  EXPECT_EQ(read_log(folder_ / "a.lsr").events.size(), 40U);
}

TEST_F(ProgramLog, of_a_file_that_is_no_log_is_a_clear_error) {
  write_bytes(folder_ / "text.lsr", std::vector<std::byte>(500, std::byte{'x'}));
  for (const char* verb : {"info", "verify", "cat"}) {
    EXPECT_EQ(lockstep({"log", verb, "text.lsr"}).exit_code, 2) << verb;
    const ProgramRun missing = lockstep({"log", verb, "none.lsr"});
    EXPECT_EQ(missing.exit_code, 1) << verb;
    EXPECT_NE(missing.err.find("No such file"), std::string::npos);
  }
}

}  // namespace
}  // namespace lockstep::tools
