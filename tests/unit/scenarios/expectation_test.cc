#include "scenarios/expectation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "scenarios/regression.h"
#include "tests/support/events.h"
#include "tests/support/log_sample.h"
#include "tests/support/small_run.h"

namespace lockstep::scenarios {
namespace {

Result<Expectation> read(const std::string& text) {
  Result<toml::table> document = parse_toml("[expect]\n" + text, "t.toml");
  if (!document) return document.error();
  toml::table resolved;
  std::optional<Error> error;
  Section root("", &*document, &resolved, &error);
  Expectation expectation = read_expectation(root.section("expect"));
  if (error) return *error;
  return expectation;
}

// 2 fills, a profit of 12.345 USD, a drawdown of 1%, 5.0 X, no Sharpe ratio.
Outcome outcome() {
  Outcome out;
  out.digest = 0xabc;
  for (const std::string& name : figure_names()) out.figures[name] = {std::nan(""), {}};
  out.figures["fills"] = {2, 2'000'000'000};
  out.figures["pnl"] = {12.345, 12'345'000'000};
  out.figures["max_drawdown"] = {-0.01, {}};
  out.instruments = {test::plain_instrument("X")};
  out.instruments[0].qty_scale = 1;
  out.positions = {50};
  out.executions = {"+1s a accepted", "+2s a filled 5 at 100 maker fee 0"};
  return out;
}

// What of the outcome is not as the text expects, as `what: expected / found`.
std::vector<std::string> mismatches(const std::string& text) {
  const Result<Expectation> expectation = read(text);
  if (!expectation) return {expectation.error().text()};
  std::vector<std::string> out;
  for (const Mismatch& one : compare(*expectation, outcome()))
    out.push_back(one.what + ": " + one.expected + " / " + one.found);
  return out;
}

using Texts = std::vector<std::string>;

TEST(Expectation, what_holds_is_not_mentioned) {
  EXPECT_EQ(mismatches(R"(
digest = "0000000000000abc"
fills = 2
pnl = { value = 12.3, tolerance = 0.045 }
max_drawdown = { min = -0.01 }
sharpe = "not measured"
executions = ["+1s a accepted", "+2s a filled 5 at 100 maker fee 0"]
[expect.position]
X = 5.0
)"),
            Texts{});
}

TEST(Expectation, each_figure_that_does_not_hold_is_named_with_what_was_found) {
  EXPECT_EQ(mismatches("fills = 3"), Texts{"fills: 3 / 2"});
  EXPECT_EQ(mismatches("pnl = { value = 12.3, tolerance = 0.044 }"), Texts{"pnl: 12.3 +- 0.044 / 12.345"});
  EXPECT_EQ(mismatches("pnl = \"12.345000001\""), Texts{"pnl: 12.345000001 / 12.345"}) << "money is exact";
  EXPECT_EQ(mismatches("max_drawdown = { min = -0.005 }"), Texts{"max_drawdown: at least -0.005 / -0.01"});
  EXPECT_EQ(mismatches("pnl = { min = 1, max = 12.3 }"), Texts{"pnl: at least 1, at most 12.3 / 12.345"});
  EXPECT_EQ(mismatches("sharpe = 1"), Texts{"sharpe: 1 / not measured"});
  EXPECT_EQ(mismatches("sharpe = { min = -1e9 }").size(), 1U) << "what is not measured is not above anything";
  EXPECT_EQ(mismatches("fills = \"not measured\""), Texts{"fills: not measured / 2"});
  EXPECT_EQ(mismatches("digest = \"0000000000000abd\""),
            Texts{"digest: 0000000000000abd / 0000000000000abc"});
  EXPECT_EQ(mismatches("position = { X = -5 }"), Texts{"position X: -5 / 5"});
  EXPECT_EQ(mismatches("position = { Q = 5 }").size(), 1U);
  EXPECT_EQ(mismatches("error = \"no\""), Texts{"error: no / the scenario ran"});
}

TEST(Expectation, of_the_executions_the_first_line_that_differs_is_named_and_the_whole_list_must_match) {
  EXPECT_EQ(mismatches(R"(executions = ["+1s a accepted", "+2s a filled 4 at 100 maker fee 0"])"),
            Texts{"executions, line 2 of 2: +2s a filled 4 at 100 maker fee 0 / "
                  "+2s a filled 5 at 100 maker fee 0"});
  EXPECT_EQ(mismatches(R"(executions = ["+1s a accepted"])"),
            Texts{"executions, line 2 of 2: (nothing more) / +2s a filled 5 at 100 maker fee 0"});
  EXPECT_EQ(mismatches("executions = []").size(), 1U);
}

TEST(Expectation, a_key_or_value_that_makes_no_sense_is_an_error_with_its_line) {
  EXPECT_EQ(mismatches("filz = 3"),
            Texts{"line 2, expect.filz: is not a key of a scenario; did you mean expect.fills?"});
  EXPECT_EQ(mismatches("\nfills = \"many\""),
            Texts{"line 3, expect.fills: expected a number or \"not measured\", found \"many\""});
  EXPECT_EQ(mismatches("digest = \"abc\""),
            Texts{"line 2, expect.digest: expected 16 hex digits in quotes, found \"abc\""});
  EXPECT_EQ(mismatches("fills = { tolerance = 1 }").size(), 1U);
  EXPECT_EQ(mismatches("pnl = { value = 1, tolerance = -1 }").size(), 1U);
}

TEST(Expectation, has_no_part_in_the_run_and_stands_in_the_resolved_scenario) {
  const testing::TemporaryFolder folder;
  const std::string text = std::string(test::kSmallScenario) + "[expect]\nfills = { min = 1 }\n";
  const auto with = test::run_of(text, {}, folder / "with");
  const auto without = test::small_run(folder / "without");
  ASSERT_TRUE(with.ok() && without.ok());
  EXPECT_EQ(with->totals.digest, without->totals.digest);
  const Scenario again = test::scenario_of(test::text_of_file(folder / "with/run.toml"));
  ASSERT_TRUE(again.expect.has_value());
  EXPECT_EQ(again.expect->figures.at("fills").min, "1");
  EXPECT_EQ(again.resolved_toml, test::text_of_file(folder / "with/run.toml"));
}

TEST(WithExpectation, is_added_at_the_end_where_there_is_none) {
  const auto text = with_expectation("name = \"a\"", "t", "00000000000000aa", nullptr);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(*text, "name = \"a\"\n\n[expect]\ndigest = \"00000000000000aa\"\n");
}

TEST(WithExpectation, changes_the_two_values_and_nothing_else) {
  const std::string before = R"(name = "ä # [expect]"  # comment
[expect]  # by hand
fills = 3 # three
executions = [ # all
  "a ] \" b", # one
]   # after
digest = "00000000000000aa"
[expect.position]
X = 5
)";
  const Texts lines = {"+1s a \"quoted\"", "+2s b"};
  const auto text = with_expectation(before, "t", "00000000000000bb", &lines);
  ASSERT_TRUE(text.ok()) << text.error().text();
  EXPECT_EQ(*text, R"(name = "ä # [expect]"  # comment
[expect]  # by hand
fills = 3 # three
executions = [
  "+1s a \"quoted\"",
  "+2s b",
]   # after
digest = "00000000000000bb"
[expect.position]
X = 5
)");
}

TEST(WithExpectation, a_missing_value_goes_below_the_header) {
  const auto text = with_expectation("[expect]\nfills = 3\n", "t", "00000000000000bb", nullptr);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(*text, "[expect]\ndigest = \"00000000000000bb\"\nfills = 3\n");
  EXPECT_FALSE(with_expectation("expect = { fills = 3 }\n", "t", "00000000000000bb", nullptr).ok());
}

}  // namespace
}  // namespace lockstep::scenarios
