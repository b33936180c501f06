// `lockstep calibrate` from outside, on a session of orders that was made with a known law: the place of a
// cancelled order in its queue is distributed as x^2 (tests/support/order_flow.h).
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/log_sample.h"
#include "tests/support/order_flow.h"
#include "tests/support/program.h"
#include "tests/support/small_run.h"

namespace lockstep::tools {
namespace {

using test::json_complaint;
using test::ProgramRun;

class ProgramCalibrate : public ::testing::Test {
 protected:
  void SetUp() override {
    test::OrderFlow flow;
    flow.messages = 30'000;
    ASSERT_TRUE(test::OrderFlowMaker(flow).write(folder_ / "flow.lsr").ok());
  }
  ProgramRun calibrate(std::vector<std::string> words) {
    words.insert(words.begin(), {"calibrate"});
    return test::run_program(LOCKSTEP_PROGRAM, words);
  }
  testing::TemporaryFolder folder_;
};

TEST_F(ProgramCalibrate, finds_the_law_that_the_cancellations_were_made_with) {
  const ProgramRun run = calibrate({folder_ / "flow.lsr", "--json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const std::string instrument = "d['instruments'][0]";
  EXPECT_EQ(json_complaint(run.out, instrument + "['symbol'] == 'FLOW'"), "");
  EXPECT_EQ(json_complaint(run.out, instrument + "['queue']['cancellations'] > 1000"), "");
  EXPECT_EQ(json_complaint(run.out, "1.7 < " + instrument + "['queue']['power_ahead']['value'] < 2.3"), "");
  const std::string interval = "(lambda e: e['low'] < e['value'] < e['high'])";
  EXPECT_EQ(json_complaint(run.out, interval + "(" + instrument + "['queue']['power_ahead'])"), "");
  // x^2 at the middles of ten places.
  EXPECT_EQ(
      json_complaint(run.out, "all(abs(c['value'] - (i / 10 + 0.05) ** 2) < 0.1 for i, c in enumerate(" +
                                  instrument + "['queue']['chances']))"),
      "");
}

TEST_F(ProgramCalibrate, the_fragment_it_writes_is_part_of_a_scenario_that_runs) {
  const ProgramRun run = calibrate({folder_ / "flow.lsr", "--out", folder_ / "fragment.toml"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const std::string fragment = test::text_of_file(folder_ / "fragment.toml");
  EXPECT_NE(fragment.find("queue_model = \"fitted\""), std::string::npos) << fragment;
  EXPECT_NE(fragment.find("# No latency:"), std::string::npos) << fragment;
  EXPECT_EQ(fragment.find("nan"), std::string::npos) << fragment;
  std::ofstream(folder_ / "run.toml") << "[feed]\npath = \"flow.lsr\"\n[strategy]\nname = \"market_maker\"\n"
                                      << "[strategy.parameters]\nqty = 1\nmax_inventory = 5\n"
                                      << fragment;
  const ProgramRun result =
      test::run_program(LOCKSTEP_PROGRAM, {"run", folder_ / "run.toml", "--out", folder_ / "out", "--json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(json_complaint(result.out, "d['orders'] > 0"), "");
}

TEST_F(ProgramCalibrate, compares_the_models_order_by_order_with_the_truth) {
  const ProgramRun run = calibrate({folder_ / "flow.lsr", "--compare-models", "--json"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(json_complaint(run.out, "d[0]['orders'] > 100 and d[0]['filled'] > 50"), "");
  // Every virtual order that was decided is counted once within each horizon.
  EXPECT_EQ(
      json_complaint(run.out, "len({sum(w.values()) for m in d[0]['models'] for w in m['within']}) == 1"),
      "");
  // The model whose cancellations all come from behind knows least: it never takes us to be further ahead
  // than we are, and those that were fitted are nearer.
  const std::string rmse = "(lambda n: [m['position_rmse'] for m in d[0]['models'] if m['model'] == n][0])";
  EXPECT_EQ(json_complaint(run.out, rmse + "('fitted') < " + rmse + "('pessimistic')"), "");
  EXPECT_EQ(json_complaint(run.out, rmse + "('fitted') < " + rmse + "('power n=3')"), "");
  EXPECT_EQ(json_complaint(run.out,
                           "[m for m in d[0]['models'] if m['model'] == 'pessimistic'][0]"
                           "['within'][2]['only_model'] == 0"),
            "");
  const ProgramRun table = calibrate({folder_ / "flow.lsr", "--compare-models"});
  EXPECT_NE(table.out.find("| pessimistic |"), std::string::npos) << table.out;
}

TEST_F(ProgramCalibrate, mistakes_are_told) {
  const ProgramRun window = calibrate({folder_ / "flow.lsr", "--window", "soon"});
  EXPECT_EQ(window.exit_code, 2);
  EXPECT_NE(window.err.find("--window takes a duration such as 10s"), std::string::npos) << window.err;
  const ProgramRun missing = calibrate({folder_ / "no.lsr"});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_NE(missing.err.find("no.lsr"), std::string::npos) << missing.err;
}

}  // namespace
}  // namespace lockstep::tools
