// `lockstep test` from outside.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/log_sample.h"
#include "tests/support/program.h"
#include "tests/support/small_run.h"

namespace lockstep::tools {
namespace {

using test::json_complaint;
using test::ProgramRun;
using test::text_of_file;

constexpr const char* kScenario = R"([feed]
kind = "script"
events = """
+0ms   quote X 99x10 101x10
+100ms quote X 99x10 101x10
"""
[[feed.instruments]]
symbol = "X"
[strategy]
name = "script"
[strategy.parameters]
orders = "+50ms buy 2 X market as a"
)";

class ProgramTests : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_ / "suite/deep");
    write("suite/b.toml", "[expect]\nfills = 1\nposition = { X = 2 }\n");
    write("suite/deep/a.toml", "[expect]\nfills = 1\n");
  }
  void write(const std::string& name, const std::string& expect) {
    std::ofstream(folder_ / name) << kScenario << expect;
  }
  ProgramRun shell(const std::string& command) {
    return test::run_shell("cd " + (folder_ / "") + " && lockstep() { " LOCKSTEP_PROGRAM " \"$@\"; }; " +
                           command);
  }
  testing::TemporaryFolder folder_;
};

TEST_F(ProgramTests, a_folder_is_tested_with_all_below_it_in_order) {
  write("suite/c.toml", "");
  const ProgramRun run = shell("lockstep test suite");
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.out,
            "pass  suite/b.toml\n"
            "skip  suite/c.toml: it expects nothing: it has no [expect]\n"
            "pass  suite/deep/a.toml\n"
            "2 passed, 0 failed, 1 skipped\n");
}

TEST_F(ProgramTests, a_failure_says_what_was_expected_and_what_was_found) {
  write("suite/b.toml", "[expect]\nfills = 2\n");
  const ProgramRun run = shell("lockstep test suite/b.toml --junit j.xml");
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(run.out,
            "FAIL  suite/b.toml\n"
            "      fills\n        expected  2\n        found     1\n"
            "0 passed, 1 failed, 0 skipped\n");
  EXPECT_EQ(shell("python3 -c 'import xml.etree.ElementTree as e; t = e.parse(\"j.xml\").getroot()[0]; "
                  "print(t.get(\"failures\"), t[0][0].get(\"message\"))'")
                .out,
            "1 fills: expected 2, found 1\n");
  EXPECT_EQ(json_complaint(shell("lockstep test suite --json").out,
                           R"(d["passed"] == 1 and d["failed"] == 1 and d["skipped"] == 0
      and d["tests"][0]["mismatches"] == [{"what": "fills", "expected": "2", "found": "1"}]
      and d["tests"][1]["verdict"] == "passed")"),
            "");
}

TEST_F(ProgramTests, update_makes_a_test_of_a_scenario_and_a_second_one_changes_nothing) {
  write("new.toml", "");
  EXPECT_EQ(shell("lockstep test new.toml --update").exit_code, 0);
  const std::string updated = text_of_file(folder_ / "new.toml");
  EXPECT_EQ(updated.substr(0, std::string(kScenario).size()), kScenario);
  EXPECT_NE(updated.find("  \"+100ms a filled 2 at 101 taker fee 0 exch=+51ms\",\n"), std::string::npos)
      << updated;
  EXPECT_EQ(shell("lockstep test new.toml --update").out, "pass  new.toml\n1 passed, 0 failed, 0 skipped\n");
  EXPECT_EQ(text_of_file(folder_ / "new.toml"), updated);
  // Only digest and executions: a figure that is wrong stays wrong.
  write("wrong.toml", "[expect]\nfills = 7\n");
  EXPECT_EQ(shell("lockstep test wrong.toml --update").exit_code, 1);
  EXPECT_NE(text_of_file(folder_ / "wrong.toml").find("fills = 7"), std::string::npos);
}

TEST_F(ProgramTests, what_show_prints_passes_when_pasted) {
  write("new.toml", "");
  EXPECT_EQ(shell("lockstep test new.toml --show >> new.toml && lockstep test new.toml").out,
            "pass  new.toml\n1 passed, 0 failed, 0 skipped\n");
}

TEST_F(ProgramTests, a_kept_run_shows_where_a_failing_one_parts_from_it) {
  EXPECT_EQ(shell("lockstep test suite --baseline kept --keep").exit_code, 0);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "kept/deep/a/journal.lsr"));
  const ProgramRun run = shell(
      "lockstep test suite --baseline kept --set 'strategy.parameters.orders=+50ms buy 20 X "
      "market as a'");
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_NE(run.out.find("the runs part at event 0 (2026-01-05T09:00:00.050000000Z): strategy script"),
            std::string::npos)
      << run.out;
}

TEST_F(ProgramTests, a_recording_becomes_a_scenario_that_holds_it_as_text) {
  EXPECT_EQ(shell("lockstep record --from scenario:suite/b.toml --out b.lsr").exit_code, 0);
  const ProgramRun cat = shell("lockstep log cat b.lsr --format script > c.toml");
  EXPECT_EQ(cat.exit_code, 0) << cat.err;
  const std::string text = text_of_file(folder_ / "c.toml");
  EXPECT_NE(
      text.find("events = '''\n+0 quote X 99.00x10 101.00x10\n+100ms quote X 99.00x10 101.00x10\n'''\n"),
      std::string::npos)
      << text;
  // The same market again: its recording has the same content.
  EXPECT_EQ(shell("lockstep record --from scenario:c.toml --out c.lsr").exit_code, 0);
  EXPECT_EQ(
      shell("for f in b c; do lockstep log verify $f.lsr | grep -o 'hash [0-9a-f]*'; done | uniq | wc -l")
          .out,
      "1\n");
  EXPECT_EQ(shell("lockstep run c.toml --out r").exit_code, 0);
}

TEST_F(ProgramTests, venues_lists_the_profiles_and_prints_one_to_start_from) {
  EXPECT_NE(shell("lockstep venues").out.find("ideal  "), std::string::npos);
  EXPECT_EQ(json_complaint(shell("lockstep venues --json").out,
                           "any(v['name'] == 'ideal' and len(v['description']) > 10 for v in d)"),
            "");
  write("own.toml", "[venue]\nprofile = \"./mine.toml\"\n[expect]\nfees = { min = 0.1 }\n");
  EXPECT_EQ(shell("lockstep venues ideal | sed s/taker_fee_bps.*/taker_fee_bps=10/ > mine.toml && "
                  "lockstep test own.toml")
                .out,
            "pass  own.toml\n1 passed, 0 failed, 0 skipped\n");
  EXPECT_EQ(shell("lockstep venues idael").exit_code, 2);
}

TEST_F(ProgramTests, mistakes_in_the_command_line_are_usage_errors) {
  EXPECT_EQ(shell("lockstep test").exit_code, 2);
  EXPECT_EQ(shell("lockstep test nowhere").exit_code, 2);
  EXPECT_EQ(shell("mkdir empty && lockstep test empty").exit_code, 2);
  EXPECT_EQ(shell("lockstep test suite --keep").exit_code, 2);
  EXPECT_EQ(shell("lockstep test suite --update --set seed=2").exit_code, 2);
}

}  // namespace
}  // namespace lockstep::tools
