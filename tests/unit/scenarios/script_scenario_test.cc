// A scenario that holds market and orders as text, from its file to what happened.
#include <gtest/gtest.h>

#include <fstream>

#include "scenarios/regression.h"
#include "scenarios/replay.h"
#include "scenarios/what_happened.h"
#include "tests/support/log_sample.h"
#include "tests/support/small_run.h"

namespace lockstep::scenarios {
namespace {

constexpr const char* kMarket = R"(
+0ms     quote  X 99.98x10 100.02x10
+100ms   trade  X 99.97 5 sell
+200ms   quote  X 99.98x10 100.02x10
+1s      stop
)";

constexpr const char* kRest = R"(start = "2026-01-05T09:00:00Z"
[[feed.instruments]]
symbol = "X"
[strategy]
name = "script"
[strategy.parameters]
orders = """
+50ms buy 5 X limit 99.98 as a
+60ms buy 5 X limit 100.05 post_only as b
+150ms buy 5 X market
+160ms buy 500 X market as big
"""
[venue]
maker_fee_bps = 1
order_latency = { median = "1ms" }
answer_latency = { median = "2ms" }
[risk]
max_order_qty = 100
)";

std::string scenario_text() {
  return std::string("[feed]\nkind = \"script\"\nevents = \"\"\"") + kMarket + "\"\"\"\n" + kRest;
}

std::string complaint(const std::string& text, const std::vector<std::string>& settings = {}) {
  const auto scenario = parse_scenario(text, "t.toml", settings);
  return scenario.ok() ? "" : scenario.error().text();
}

// By hand: a arrives at 51 ms and rests; the print of 99.97 at 100 ms trades through its 99.98, so all 5
// fill, fee 5 x 99.98 x 0.0001 = 0.04999; b would cross 100.02; the market order takes 5 of the 10 at 100.02;
// `big` is over the limit of 100. Answers come 2 ms after the arrival, and not before the event that shows
// it.
TEST(ScriptScenario, what_happened_reads_as_it_was_reckoned_by_hand) {
  const testing::TemporaryFolder folder;
  const auto summary = test::run_of(scenario_text(), {}, folder / "run");
  ASSERT_TRUE(summary.ok()) << summary.error().text();
  const auto lines = what_happened(test::scenario_of(scenario_text()), folder / "run/journal.lsr");
  ASSERT_TRUE(lines.ok());
  EXPECT_EQ(*lines, (std::vector<std::string>{
                        "+100ms a accepted exch=+51ms",
                        "+100ms b rejected post_only_would_cross exch=+61ms",
                        "+102ms a filled 5 at 99.98 maker fee 0.04999 exch=+100ms",
                        "+160ms big denied order_size 500 > 100",
                        "+200ms #3 accepted exch=+151ms",
                        "+200ms #3 filled 5 at 100.02 taker fee 0 exch=+151ms",
                    }));
  EXPECT_EQ(summary->positions, std::vector<Qty>{10});
}

TEST(ScriptScenario, a_run_repeats_from_its_own_journal) {
  const testing::TemporaryFolder folder;
  ASSERT_TRUE(test::run_of(scenario_text(), {}, folder / "run").ok());
  const auto replayed = replay_journal(folder / "run", builtin_strategies(), {});
  ASSERT_TRUE(replayed.ok()) << replayed.error().text();
  EXPECT_FALSE(replayed->divergence.has_value());
  EXPECT_GT(replayed->checked, 5U);
}

TEST(ScriptScenario, the_resolved_scenario_says_where_the_orders_count_from) {
  const Scenario scenario = test::scenario_of(scenario_text());
  EXPECT_EQ(scenario.strategies[0].parameters.at("start"), "2026-01-05T09:00:00.000000000Z");
  EXPECT_EQ(test::scenario_of(scenario.resolved_toml).resolved_toml, scenario.resolved_toml);
}

TEST(ScriptScenario, an_order_after_the_last_event_is_refused_because_it_would_never_happen) {
  EXPECT_EQ(complaint(scenario_text(), {"strategy.parameters.orders=+2s buy 1 X market"}),
            "t.toml: orders of strategy script: line 1: never happens: it is due at "
            "2026-01-05T09:00:02.000000000Z, but the market's last event comes at "
            "2026-01-05T09:00:01.000000000Z; add a later one, for instance a stop");
}

TEST(ScriptScenario, an_error_in_the_text_names_the_key_and_the_place_in_the_text) {
  std::string text = scenario_text();
  text.replace(text.find("trade  X 99.97"), 14, "trade  X 99.9x");
  EXPECT_EQ(complaint(text).substr(0, 52), "t.toml: line 3, feed.events: line 2, column 19: expe");
  EXPECT_NE(complaint(scenario_text(), {"feed.events= "}), "") << "a market without events";
}

TEST(ScriptScenario, events_may_stand_in_a_file_beside_it_and_become_part_of_it) {
  const testing::TemporaryFolder folder;
  std::ofstream(folder / "market.txt") << kMarket;
  std::ofstream(folder / "a.toml") << "[feed]\nkind = \"script\"\nevents_file = \"market.txt\"\n" << kRest;
  const auto scenario = load_scenario(folder / "a.toml", {});
  ASSERT_TRUE(scenario.ok()) << scenario.error().text();
  EXPECT_EQ(scenario->feed.script.events, kMarket);
  EXPECT_EQ(scenario->resolved_toml.find("events_file"), std::string::npos);
  EXPECT_TRUE(parse_scenario(scenario->resolved_toml, "again", {}).ok());
  std::filesystem::remove(folder / "market.txt");
  EXPECT_FALSE(load_scenario(folder / "a.toml", {}).ok());
  EXPECT_NE(complaint(scenario_text(), {"feed.events_file=x"}), "");
}

RegressionResult test_text(const testing::TemporaryFolder& folder, const std::string& text) {
  std::ofstream(folder / "a.toml") << text;
  RegressionOptions options;
  options.work_dir = folder / "work";
  return test_scenario(folder / "a.toml", "a", builtin_strategies(), options);
}

TEST(Regression, passes_fails_and_skips) {
  const testing::TemporaryFolder folder;
  EXPECT_EQ(test_text(folder, scenario_text()).verdict, Verdict::skipped) << "it expects nothing";
  EXPECT_EQ(test_text(folder, scenario_text() + "[expect]\nfills = 2\ndenials = 1\n").verdict,
            Verdict::passed);
  const auto failed = test_text(folder, scenario_text() + "[expect]\nfills = 3\n");
  EXPECT_EQ(failed.verdict, Verdict::failed);
  ASSERT_EQ(failed.mismatches.size(), 1U);
  EXPECT_EQ(failed.mismatches[0].found, "2");
  const auto missing =
      test_text(folder, "[feed]\npath = \"no.lsr\"\n[strategy]\nname = \"momentum\"\n[expect]\nfills = 3\n");
  EXPECT_EQ(missing.verdict, Verdict::skipped);
  EXPECT_EQ(missing.reason, "its recording no.lsr is not there");
  EXPECT_FALSE(std::filesystem::exists(folder / "work"));
}

TEST(Regression, a_scenario_may_be_one_that_has_to_be_refused) {
  const testing::TemporaryFolder folder;
  const std::string refused = scenario_text() + "[account]\ncost_basis = \"lifo\"\n";
  EXPECT_EQ(test_text(folder, refused + "[expect]\nerror = \"one of average, fifo\"\n").verdict,
            Verdict::passed);
  EXPECT_EQ(test_text(folder, refused + "[expect]\nerror = \"something else\"\n").verdict, Verdict::failed);
  EXPECT_EQ(test_text(folder, refused + "[expect]\nfills = 3\n").verdict, Verdict::failed);
  EXPECT_EQ(test_text(folder, scenario_text() + "[expect]\nerror = \"anything\"\n").verdict, Verdict::failed);
}

}  // namespace
}  // namespace lockstep::scenarios
