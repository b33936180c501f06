// `lockstep run, replay, diff, report, demo` from outside, on a generated minute.
#include <gtest/gtest.h>

#include <algorithm>
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
using testing::TemporaryFolder;

class ProgramRuns : public ::testing::Test {
 protected:
  void SetUp() override { std::ofstream(folder_ / "small.toml") << test::kSmallScenario; }
  /// With the folder as the working directory.
  ProgramRun shell(const std::string& command) {
    return test::run_shell("cd " + (folder_ / "") + " && lockstep() { " LOCKSTEP_PROGRAM " \"$@\"; }; " +
                           command);
  }
  TemporaryFolder folder_;
};

TEST_F(ProgramRuns, a_run_leaves_five_files_and_prints_a_table) {
  const ProgramRun run = shell("lockstep run small.toml --out r");
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.err, "") << "progress is for terminals";
  EXPECT_EQ(run.out.substr(0, 38), "small: market_maker on SYNTH-PERP\n  pe");
  EXPECT_NE(run.out.find("r/report.html"), std::string::npos);
  EXPECT_EQ(run.out.find('\x1b'), std::string::npos);
  for (const char* name : {"run.toml", "journal.lsr", "results.h5", "summary.json", "report.html"}) {
    EXPECT_TRUE(std::filesystem::file_size(folder_ / ("r/" + std::string(name))) > 0) << name;
  }
}

TEST_F(ProgramRuns, summary_json_has_the_keys_that_are_promised) {
  const ProgramRun run = shell("lockstep run small.toml --out r --json");
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.out, text_of_file(folder_ / "r/summary.json"));
  EXPECT_EQ(json_complaint(
                run.out,
                R"({"digest", "events", "decisions", "orders", "fills", "wall_seconds", "events_per_second",
      "first_ts", "last_ts", "pnl", "fees", "max_drawdown", "scenario_sha256", "program_version", "seed"} <= set(d)
      and len(d["digest"]) == 16 and int(d["digest"], 16) >= 0 and d["seed"] == 3 and d["events"] > 2000
      and len(d["scenario_sha256"]) == 64 and d["program_version"] == ")" LOCKSTEP_VERSION R"("
      and abs(d["final_equity"] - d["starting_equity"] - d["pnl"]) < 1e-6)"),
            "");
  const ProgramRun sha = shell("sha256sum r/run.toml");
  EXPECT_EQ(json_complaint(run.out, "d['scenario_sha256'] == '" + sha.out.substr(0, 64) + "'"), "");
}

TEST_F(ProgramRuns, the_same_run_twice_is_the_same_in_every_byte_that_is_not_time) {
  EXPECT_EQ(shell("lockstep run small.toml --out a --json > a.json && lockstep run small.toml --out b --json "
                  "> b.json")
                .exit_code,
            0);
  EXPECT_EQ(
      shell("cmp a/run.toml b/run.toml && cmp a/journal.lsr b/journal.lsr && cmp a/results.h5 b/results.h5")
          .exit_code,
      0);
  EXPECT_EQ(shell("grep -o '\"digest\":\"[0-9a-f]*\"' a.json").out,
            shell("grep -o '\"digest\":\"[0-9a-f]*\"' b.json").out);
}

TEST_F(ProgramRuns, seed_until_and_set_are_settings) {
  EXPECT_EQ(shell("lockstep run small.toml --seed 9 --until 2024-01-01T00:00:10Z --set "
                  "strategy.parameters.qty=0.2 --out r")
                .exit_code,
            0);
  const std::string resolved = text_of_file(folder_ / "r/run.toml");
  EXPECT_NE(resolved.find("seed = 9\n"), std::string::npos);
  EXPECT_NE(resolved.find("until = \"2024-01-01T00:00:10Z\"\n"), std::string::npos);
  EXPECT_NE(resolved.find("qty = \"0.2\"\n"), std::string::npos);
}

TEST_F(ProgramRuns, without_out_the_folder_has_the_scenarios_name) {
  EXPECT_EQ(shell("lockstep run small.toml").exit_code, 0);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "runs/small/report.html"));
}

TEST_F(ProgramRuns, a_bad_scenario_is_a_usage_error_and_a_missing_file_a_failure) {
  std::ofstream(folder_ / "bad.toml") << "sede = 3\n" << test::kSmallScenario;
  const ProgramRun bad = shell("lockstep run bad.toml --out r");
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_EQ(bad.err, "lockstep: bad.toml: line 1, sede: is not a key of a scenario; did you mean seed?\n");
  EXPECT_EQ(bad.out, "");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "r"));
  EXPECT_EQ(shell("lockstep run none.toml").exit_code, 1);
  EXPECT_EQ(shell("lockstep run small.toml --set strategy.name=nobody --out r").exit_code, 2);
  EXPECT_EQ(shell("lockstep run small.toml --seed x --out r").exit_code, 2);
}

TEST_F(ProgramRuns, a_full_disk_is_an_error_and_no_crash) {
  // In blocks of 1,024 bytes: too little for run.toml, the journal, the results, the report.
  for (const char* blocks : {"0", "1", "20", "60", "100"}) {
    const ProgramRun run =
        shell("ulimit -f " + std::string(blocks) + "; lockstep run small.toml --out r" + blocks);
    EXPECT_EQ(run.exit_code, 1) << blocks << ": " << run.out << run.err;
    const bool takes_messages =
        blocks[0] != '0';  // with 0, the file that standard error goes to is full as well
    EXPECT_EQ(!run.err.empty(), takes_messages) << blocks;
  }
}

TEST_F(ProgramRuns, a_replay_says_that_all_is_the_same) {
  ASSERT_EQ(shell("lockstep run small.toml --out r").exit_code, 0);
  const ProgramRun text = shell("lockstep replay r/journal.lsr");
  EXPECT_EQ(text.exit_code, 0);
  EXPECT_EQ(text.out.substr(0, 6), "same: ");
  EXPECT_EQ(json_complaint(shell("lockstep replay r --json").out,
                           R"(d["same"] and d["checked"] > 100 and d["divergence"] is None)"),
            "");
}

TEST_F(ProgramRuns, a_replay_that_differs_fails_and_shows_both) {
  ASSERT_EQ(shell("lockstep run small.toml --out r").exit_code, 0);
  const auto reader = recordings::LogReader::open(folder_ / "r/journal.lsr");
  std::vector<testing::OwnedEvent> events = testing::read_all(**reader).events;
  const auto order =
      std::find_if(events.begin(), events.end(), [](const auto& e) { return e.event.kind == Kind::submit; });
  auto instruction = order->event.as<OrderInstruction>();
  instruction.qty += 1;
  order->event.set(instruction);
  testing::write_log(folder_ / "bad.lsr", (*reader)->header(), events);
  const ProgramRun text = shell("lockstep replay bad.lsr");
  EXPECT_EQ(text.exit_code, 1);
  EXPECT_EQ(text.out.substr(0, 15), "DIFFERENT after");
  EXPECT_NE(text.out.find("in the journal: {\"n\":"), std::string::npos);
  EXPECT_EQ(json_complaint(shell("lockstep replay bad.lsr --json").out,
                           R"(not d["same"] and d["divergence"]["in_journal"]["qty"] == "0.101"
      and d["divergence"]["in_replay"]["qty"] == "0.100")"),
            "");
}

TEST_F(ProgramRuns, a_replay_of_an_unfinished_journal_is_done_but_incomplete) {
  ASSERT_EQ(shell("lockstep run small.toml --out r").exit_code, 0);
  // Without index and seal, and then with a block torn as well.
  const auto reader = recordings::LogReader::open(folder_ / "r/journal.lsr");
  auto writer = recordings::LogWriter::create(folder_ / "cut.lsr", (*reader)->header());
  testing::append_all(**writer, testing::read_all(**reader).events);
  ASSERT_TRUE((*writer)->flush().ok());
  const ProgramRun run = shell("lockstep replay cut.lsr");
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_EQ(run.err, "lockstep: the journal was never finished; only what it holds was checked\n");
  const ProgramRun torn = shell("head -c -100 cut.lsr > torn.lsr; lockstep replay torn.lsr");
  EXPECT_EQ(torn.exit_code, 3) << torn.err;
  EXPECT_EQ(shell("lockstep diff r cut.lsr").exit_code, 3);
}

TEST_F(ProgramRuns, a_replay_finds_its_recording_in_a_folder_that_is_named) {
  ASSERT_EQ(shell("lockstep record --from scenario:small.toml --out rec.lsr").exit_code, 0);
  std::ofstream(folder_ / "on.toml") << test::small_on_recording();
  ASSERT_EQ(shell("lockstep run on.toml --set feed.path=rec.lsr --out r").exit_code, 0);
  ASSERT_EQ(shell("mkdir away && mv rec.lsr away").exit_code, 0);
  EXPECT_EQ(shell("lockstep replay r").exit_code, 1);
  EXPECT_EQ(shell("lockstep replay r --recordings away").exit_code, 0);
}

// The answer of `diff` against another program's, which reads what `log cat` prints of both journals.
TEST_F(ProgramRuns, diff_names_what_an_independent_comparison_of_both_journals_finds) {
  ASSERT_EQ(shell("lockstep run small.toml --out a && lockstep run small.toml --set "
                  "strategy.parameters.skew_bps=3 --out b")
                .exit_code,
            0);
  std::ofstream(folder_ / "first.py") << R"(import json, subprocess, sys
def outputs(run):
    cat = [sys.argv[1], "log", "cat", run + "/journal.lsr"]
    text = subprocess.run(cat, capture_output=True, check=True, text=True).stdout
    inputs = 0
    for line in text.splitlines():
        record = json.loads(line)
        if record["kind"] == "checkpoint":
            inputs = int(record["input_events"])
        else:
            record.pop("n")
            yield inputs, record
for number, ((inputs_a, a), (inputs_b, b)) in enumerate(zip(outputs("a"), outputs("b"))):
    if (inputs_a, a) != (inputs_b, b):
        break
found = json.loads(subprocess.run([sys.argv[1], "diff", "a", "b", "--json"], capture_output=True, text=True).stdout)
assert not found["equal"] and not found["inputs_differ"], found
assert found["output_event"] == number, (found, number)
assert inputs_a == inputs_b and found["input_event"] == inputs_a - 1, (found, inputs_a, inputs_b)
differing = {k: (a[k], b[k]) for k in a if a[k] != b.get(k)}
assert {f["field"]: (f["a"], f["b"]) for f in found["fields"]} == differing, (found, a, b)
assert [f["field"] for f in found["scenario"]] == ["strategies.0.parameters.skew_bps"], found
assert int(found["input"]["n"]) == found["input_event"], found
)";
  const ProgramRun checked = shell("/usr/bin/python3 first.py " LOCKSTEP_PROGRAM);
  EXPECT_EQ(checked.exit_code, 0) << checked.err;
  const ProgramRun text = shell("lockstep diff a b");
  EXPECT_EQ(text.exit_code, 1);
  EXPECT_EQ(text.out.substr(0, 23), "the runs part at event ");
  EXPECT_NE(text.out.find("strategies.0.parameters.skew_bps"), std::string::npos);
}

TEST_F(ProgramRuns, diff_of_equal_runs_is_content) {
  ASSERT_EQ(shell("lockstep run small.toml --out a && lockstep run small.toml --out b").exit_code, 0);
  const ProgramRun run = shell("lockstep diff a b");
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.out.substr(0, 20), "the runs are equal: ");
  EXPECT_EQ(json_complaint(shell("lockstep diff a b --json").out,
                           R"(d["equal"] and d["compared"] > 100 and d["scenario"] == [])"),
            "");
}

TEST_F(ProgramRuns, report_writes_the_page_anew) {
  ASSERT_EQ(shell("lockstep run small.toml --out r && rm r/report.html").exit_code, 0);
  const ProgramRun run = shell("lockstep report r");
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.out, "r/report.html\n");
  EXPECT_GT(std::filesystem::file_size(folder_ / "r/report.html"), 10'000U);
  EXPECT_EQ(shell("mkdir empty; lockstep report empty").exit_code, 1);
}

TEST_F(ProgramRuns, the_demo_does_the_main_job_with_nothing_given) {
  const ProgramRun run = shell("lockstep demo");
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_NE(run.out.find("the same digest"), std::string::npos);
  EXPECT_NE(run.out.find("runs/demo/report.html"), std::string::npos);
  // What it proposes to go on with works, as it stands there.
  const std::string go_on = run.out.substr(run.out.find("Go on:\n") + 7);
  const ProgramRun next = shell("set -e; diff_code=0; " + go_on.substr(0, go_on.find("  lockstep diff")));
  EXPECT_EQ(next.exit_code, 0) << next.err;
  EXPECT_EQ(shell(go_on.substr(go_on.find("  lockstep diff"))).exit_code, 1)
      << "the two runs differ in a parameter";
  EXPECT_EQ(json_complaint(shell("lockstep demo --out again --json").out,
                           R"(d["fills"] > 0 and d["recording"]["name"] == "again.lsr")"),
            "");
}

}  // namespace
}  // namespace lockstep::tools
