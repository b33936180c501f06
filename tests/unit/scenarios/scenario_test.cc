#include "scenarios/scenario.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/support/log_sample.h"

namespace lockstep::scenarios {
namespace {

using testing::TemporaryFolder;

constexpr const char* kLeast = R"([feed]
path = "btc.lsr"
[strategy]
name = "momentum"
)";

constexpr const char* kLeastSynthetic = R"([feed]
kind = "synthetic"
[strategy]
name = "momentum"
)";

Scenario parsed(std::string_view text, const std::vector<std::string>& settings = {}) {
  const Result<Scenario> scenario = parse_scenario(text, "test.toml", settings);
  EXPECT_TRUE(scenario.ok()) << scenario.error().text();
  return scenario.ok() ? *scenario : Scenario{};
}

std::string error_of(std::string_view text, const std::vector<std::string>& settings = {}) {
  const Result<Scenario> scenario = parse_scenario(text, "test.toml", settings);
  if (scenario) return "no error";
  EXPECT_EQ(scenario.error().code, ErrorCode::bad_input);
  return scenario.error().text();
}

/// kLeast with more lines behind it, or in front of it (for keys of the root).
std::string error_of_more(const std::string& lines) {
  return error_of(kLeast + lines);
}
std::string error_of_root(const std::string& line) {
  return error_of(line + "\n" + kLeast);
}

TEST(Scenario, what_is_not_said_takes_its_default) {
  const Scenario scenario = parsed(kLeast);
  EXPECT_EQ(scenario.name, "test");
  EXPECT_EQ(scenario.description, "");
  EXPECT_EQ(scenario.seed, 1U);
  EXPECT_EQ(scenario.until_ts_ns, 9'223'372'036'854'775'807);
  EXPECT_EQ(scenario.feed.kind, FeedKind::recording);
  EXPECT_EQ(scenario.feed.path, "btc.lsr");
  EXPECT_EQ(scenario.feed.from_ts_ns, INT64_MIN);
  EXPECT_EQ(scenario.feed.to_ts_ns, INT64_MAX);
  EXPECT_TRUE(scenario.feed.instruments.empty());
  EXPECT_EQ(scenario.feed.on_damage, Damage::strict);
  EXPECT_EQ(scenario.account.currency, "");
  ASSERT_EQ(scenario.account.cash.size(), 1U);
  EXPECT_EQ(scenario.account.cash.at("").nanos(), 100'000'000'000'000);
  EXPECT_TRUE(scenario.account.rates.empty());
  EXPECT_EQ(scenario.account.cost_basis, CostBasis::average);
  ASSERT_EQ(scenario.strategies.size(), 1U);
  EXPECT_EQ(scenario.strategies[0].name, "momentum");
  EXPECT_TRUE(scenario.strategies[0].instruments.empty());
  EXPECT_TRUE(scenario.strategies[0].parameters.empty());
  EXPECT_EQ(scenario.venue.connection.order_latency.kind, LatencyKind::constant);
  EXPECT_EQ(scenario.venue.connection.order_latency.median_ns, 1'000'000);
  EXPECT_EQ(scenario.venue.connection.answer_latency.median_ns, 1'000'000);
  EXPECT_EQ(scenario.venue.fees.maker_ppb, 0);
  EXPECT_EQ(scenario.venue.fees.taker_ppb, 0);
  EXPECT_EQ(scenario.risk.max_order_qty, "0");
  EXPECT_EQ(scenario.risk.max_order_notional, "0");
  EXPECT_EQ(scenario.risk.max_position, "0");
  EXPECT_EQ(scenario.risk.max_open_orders, 0);
  EXPECT_EQ(scenario.risk.price_collar_bps, 0);
  EXPECT_EQ(scenario.sample_interval_ns, 1'000'000'000);
  EXPECT_EQ(scenario.checkpoint_interval, 0);
}

TEST(Scenario, a_synthetic_feed_says_every_default_too) {
  const Scenario scenario = parsed(kLeastSynthetic);
  ASSERT_EQ(scenario.feed.synthetic.instruments.size(), 1U);
  const feeds::SyntheticInstrument& one = scenario.feed.synthetic.instruments[0];
  EXPECT_EQ(scenario.feed.synthetic.start_ts_ns, 1'704'067'200'000'000'000);  // date -d 2024-01-01Z +%s
  EXPECT_EQ(scenario.feed.synthetic.duration_ns, 3'600'000'000'000);
  EXPECT_EQ(one.instrument.symbol, "SYNTH");
  EXPECT_EQ(one.instrument.kind, InstrumentKind::spot);
  EXPECT_EQ(one.instrument.tick, 1);
  EXPECT_EQ(one.instrument.price_scale, 2);
  EXPECT_EQ(one.instrument.lot, 1);
  EXPECT_EQ(one.instrument.qty_scale, 3);
  EXPECT_EQ(one.start_price, 10'000);
  EXPECT_EQ(one.trade_qty, 500);
  EXPECT_EQ(one.level_qty, 2'000);
  const std::string& text = scenario.resolved_toml;
  const std::size_t feed = text.find("[feed]");
  EXPECT_EQ(text.substr(feed, text.find("[results]") - feed), R"([feed]
duration = "1h"
kind = "synthetic"
max_events = 0
start = "2024-01-01T00:00:00.000000000Z"

[feed.latency]
constant = "0"
median = "0"
sigma = 0.0

[feed.latency_model]
kind = "recorded"

[[feed.instruments]]
bars = false
base = "SYNTH"
books = true
depth = 20
events_per_second = 50.0
funding_interval = "0"
gaps_per_million = 0
kind = "spot"
level_qty = "2"
levels = 5
lot = "0.001"
mark_interval = "0"
multiplier = "1"
price = "100"
quote = "USD"
quotes = false
settle = "USD"
snapshot_delay = "1s"
spread_ticks = 1
symbol = "SYNTH"
tick = "0.01"
trade_percent = 20
trade_qty = "0.5"
trades = true
venue = "synthetic"
volatility_per_sqrt_day = 0.03

)");
}

TEST(Scenario, every_key_is_read) {
  const Scenario scenario = parsed(R"(
name = "all"
description = "of them"
seed = 42
until = "2024-08-08T23:59:00Z"
[feed]
path = "a.lsr"
from = "2024-08-08"
to = "2024-08-09T00:00:00.5Z"
instruments = ["BTCUSDT", "ETHUSDT"]
on_damage = "salvage"
[account]
currency = "USDT"
cash = "12.5"
cost_basis = "fifo"
[account.balances]
BTC = 0.25
[account.rates]
BTC = "60000"
[[strategies]]
name = "momentum"
instruments = ["BTCUSDT"]
parameters = { fast = 3, threshold_bps = 1.5, time_stop = "30s" }
[[strategies]]
name = "market_maker"
[venue]
maker_fee_bps = -0.5
taker_fee_bps = "4.25"
order_latency = { kind = "lognormal", median = "5ms", sigma = 0.3, minimum = "2ms" }
answer_latency = { median = "7ms" }
[venue.instruments.ETHUSDT]
taker_fee_bps = 1
[risk]
max_order_qty = 0.1
max_order_notional = "5000"
max_position = 2
max_open_orders = 10
price_collar_bps = 100
[risk.instruments.ETHUSDT]
max_position = 20
[results]
sample_interval = "250ms"
checkpoint_interval = 100
)");
  EXPECT_EQ(scenario.name, "all");
  EXPECT_EQ(scenario.description, "of them");
  EXPECT_EQ(scenario.seed, 42U);
  EXPECT_EQ(scenario.until_ts_ns, 1'723'161'540'000'000'000);
  EXPECT_EQ(scenario.feed.from_ts_ns, 1'723'075'200'000'000'000);
  EXPECT_EQ(scenario.feed.to_ts_ns, 1'723'161'600'500'000'000);
  EXPECT_EQ(scenario.feed.instruments, (std::vector<std::string>{"BTCUSDT", "ETHUSDT"}));
  EXPECT_EQ(scenario.feed.on_damage, Damage::salvage);
  EXPECT_EQ(scenario.account.currency, "USDT");
  EXPECT_EQ(scenario.account.cash.at("").nanos(), 12'500'000'000);
  EXPECT_EQ(scenario.account.cash.at("BTC").nanos(), 250'000'000);
  EXPECT_EQ(scenario.account.rates.at("BTC").nanos, 60'000'000'000'000);
  EXPECT_EQ(scenario.account.cost_basis, CostBasis::fifo);
  ASSERT_EQ(scenario.strategies.size(), 2U);
  EXPECT_EQ(scenario.strategies[0].instruments, std::vector<std::string>{"BTCUSDT"});
  EXPECT_EQ(
      scenario.strategies[0].parameters,
      (std::map<std::string, std::string>{{"fast", "3"}, {"threshold_bps", "1.5"}, {"time_stop", "30s"}}));
  EXPECT_EQ(scenario.strategies[1].name, "market_maker");
  EXPECT_EQ(scenario.venue.fees.maker_ppb, -50'000);
  EXPECT_EQ(scenario.venue.fees.taker_ppb, 425'000);
  EXPECT_EQ(scenario.venue.connection.order_latency.kind, LatencyKind::lognormal);
  EXPECT_EQ(scenario.venue.connection.order_latency.median_ns, 5'000'000);
  EXPECT_EQ(scenario.venue.connection.order_latency.sigma, 0.3);
  EXPECT_EQ(scenario.venue.connection.order_latency.minimum_ns, 2'000'000);
  EXPECT_EQ(scenario.venue.connection.answer_latency.median_ns, 7'000'000);
  EXPECT_EQ(scenario.venue.fees_by_symbol.at("ETHUSDT").maker_ppb, -50'000);  // of the venue
  EXPECT_EQ(scenario.venue.fees_by_symbol.at("ETHUSDT").taker_ppb, 100'000);
  EXPECT_EQ(scenario.risk.max_order_qty, "0.1");
  EXPECT_EQ(scenario.risk.max_order_notional, "5000");
  EXPECT_EQ(scenario.risk.max_position, "2");
  EXPECT_EQ(scenario.risk.max_open_orders, 10);
  EXPECT_EQ(scenario.risk.price_collar_bps, 100);
  EXPECT_EQ(scenario.risk_by_symbol.at("ETHUSDT").max_position, "20");
  EXPECT_EQ(scenario.risk_by_symbol.at("ETHUSDT").max_order_qty, "0.1");  // of all
  EXPECT_EQ(scenario.sample_interval_ns, 250'000'000);
  EXPECT_EQ(scenario.checkpoint_interval, 100);
}

TEST(Scenario, the_resolved_text_of_every_scenario_of_the_library_resolves_to_itself) {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(
           std::filesystem::path(LOCKSTEP_SOURCE) / "scenarios/library")) {
    if (entry.path().extension() != ".toml") continue;
    SCOPED_TRACE(entry.path());
    const Result<Scenario> scenario = load_scenario(entry.path().string(), {});
    ASSERT_TRUE(scenario.ok()) << scenario.error().text();
    EXPECT_EQ(scenario->name, entry.path().stem().string());
    EXPECT_EQ(parsed(scenario->resolved_toml).resolved_toml, scenario->resolved_toml);
    ++count;
  }
  EXPECT_GE(count, 4U);
}

TEST(Scenario, numbers_are_the_decimals_that_were_written) {
  const Scenario scenario = parsed(
      kLeast, {"strategy.parameters.a=0.1", "strategy.parameters.b=100000.0", "strategy.parameters.c=1e-7",
               "strategy.parameters.d=3", "strategy.parameters.e=-0.000001", "strategy.parameters.f=1e15",
               "strategy.parameters.g=0.30", "strategy.parameters.h=123456789.123456"});
  const std::map<std::string, std::string> expected = {{"a", "0.1"}, {"b", "100000"},          {"c", "1e-07"},
                                                       {"d", "3"},   {"e", "-0.000001"},       {"f", "1e+15"},
                                                       {"g", "0.3"}, {"h", "123456789.123456"}};
  EXPECT_EQ(scenario.strategies[0].parameters, expected);
}

TEST(Scenario, a_number_with_more_digits_than_a_double_holds_is_refused) {
  EXPECT_EQ(
      error_of_more("[account]\ncash = 123456789.123456789\n"),
      "test.toml: line 6, account.cash: has more digits than a number of TOML can hold; put it in quotes");
  EXPECT_EQ(
      parsed(std::string(kLeast) + "[account]\ncash = \"123456789.123456789\"\n").account.cash.at("").nanos(),
      123'456'789'123'456'789);
  EXPECT_EQ(error_of(kLeast, {"strategy.parameters.qty=0.12345678901234567"}),
            "test.toml: strategies[0].parameters.qty: has more digits than a number of TOML can hold; put it "
            "in quotes");
}

TEST(Scenario, an_unknown_key_names_its_line_and_the_nearest) {
  EXPECT_EQ(error_of_root("sede = 3"),
            "test.toml: line 1, sede: is not a key of a scenario; did you mean seed?");
  EXPECT_EQ(
      error_of_more("[risk]\nmax_postion = 3\n"),
      "test.toml: line 6, risk.max_postion: is not a key of a scenario; did you mean risk.max_position?");
  EXPECT_EQ(error_of_more("[venue.order_latency]\nmedain = \"1ms\"\n"),
            "test.toml: line 6, venue.order_latency.medain: is not a key of a scenario; did you mean "
            "venue.order_latency.median?");
  EXPECT_EQ(error_of("[feed]\npath = \"a\"\n\n[strategy]\nname = \"m\"\ninstrument = []\n"),
            "test.toml: line 6, strategies[0].instrument: is not a key of a scenario; did you mean "
            "strategies[0].instruments?");
  EXPECT_EQ(error_of_more("[xyzzy]\n"), "test.toml: line 5, xyzzy: is not a key of a scenario");
  EXPECT_EQ(error_of_more("[risk.instruments]\nmax_position = 3\n"),
            "test.toml: line 6, risk.instruments.max_position: is not a key of a scenario");
  EXPECT_EQ(error_of_more("[venue.instruments.X]\nfee = 3\n").substr(0, 51),
            "test.toml: line 6, venue.instruments.X.fee: is not ");
  // A key of the other kind of feed.
  EXPECT_EQ(
      error_of(std::string(kLeastSynthetic) + "[feed.latency]\nmean = \"1ms\"\n"),
      "test.toml: line 6, feed.latency.mean: is not a key of a scenario; did you mean feed.latency.median?");
}

TEST(Scenario, a_wrong_type_says_what_was_found_and_where) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"[results]\ncheckpoint_interval = 1.5\n",
       "line 6, results.checkpoint_interval: expected an integer, found 1.5"},
      {"[results]\ncheckpoint_interval = \"7\"\n",
       "line 6, results.checkpoint_interval: expected an integer, found \"7\""},
      {"[venue.order_latency]\nsigma = \"wide\"\n",
       "line 6, venue.order_latency.sigma: expected a number, found \"wide\""},
      {"[venue.order_latency]\nsigma = true\n",
       "line 6, venue.order_latency.sigma: expected a number, found true"},
      {"[account]\ncash = true\n", "line 6, account.cash: expected a text, found true"},
      {"[account]\ncurrency = [\"USD\"]\n", "line 6, account.currency: expected a text, found a list"},
      {"[account]\nrates = 3\n", "line 6, account.rates: expected a table, as in [account.rates], found 3"},
      {"[account.rates]\nBTC = {}\n",
       "line 6, account.rates.BTC.instrument: name the instrument whose quotes say the rate"},
      {"[account]\ncost_basis = 3\n", "line 6, account.cost_basis: expected one of average, fifo, found 3"},
      {"[account]\ncost_basis = \"lifo\"\n",
       "line 6, account.cost_basis: expected one of average, fifo, found \"lifo\""},
  };
  for (const auto& [lines, error] : cases) EXPECT_EQ(error_of_more(lines), "test.toml: " + error);
  EXPECT_EQ(error_of_root("until = 2024-08-08T00:00:00Z"),
            "test.toml: line 1, until: expected a time as text, like \"2024-08-08T23:55:00Z\", found a date "
            "or time of TOML; put it in quotes");
  EXPECT_EQ(error_of("feed = 3\n[strategy]\nname = \"m\"\n").substr(0, 62),
            "test.toml: line 1, feed: expected a table, as in [feed], found");
  EXPECT_EQ(error_of("strategy = 3\n[feed]\npath = \"a\"\n"),
            "test.toml: line 1, strategy: expected a table, as in [strategy]");
  EXPECT_EQ(error_of("strategies = 3\n[feed]\npath = \"a\"\n"),
            "test.toml: line 1, strategies: expected tables, as in [[strategies]], found 3");
  EXPECT_EQ(error_of("strategies = [3]\n[feed]\npath = \"a\"\n"),
            "test.toml: line 1, strategies: expected tables, as in [[strategies]], found 3");
  EXPECT_EQ(error_of("[feed]\npath = \"a\"\ninstruments = \"BTC\"\n[strategy]\nname = \"m\"\n"),
            "test.toml: line 3, feed.instruments: expected a list of texts, found \"BTC\"");
  EXPECT_EQ(error_of("[feed]\npath = \"a\"\ninstruments = [1]\n[strategy]\nname = \"m\"\n"),
            "test.toml: line 3, feed.instruments: expected a list of texts, found 1 in it");
}

TEST(Scenario, what_is_out_of_range_is_refused) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"[results]\ncheckpoint_interval = -1\n",
       "results.checkpoint_interval: must lie between 0 and 1000000000, found -1"},
      {"[results]\nsample_interval = \"-1s\"\n",
       "results.sample_interval: must not be negative; 0 samples only at the end"},
      {"[risk]\nmax_position = -1\n", "risk.max_position: must not be negative; 0 switches it off"},
      {"[risk]\nmax_open_orders = -1\n", "risk.max_open_orders: must lie between 0 and 1000000, found -1"},
      {"[risk]\nprice_collar_bps = 1000001\n",
       "risk.price_collar_bps: must lie between 0 and 1000000, found 1000001"},
      {"[venue]\nmaker_fee_bps = 10000.1\n",
       "venue.maker_fee_bps: must lie between -10000 and 10000, found 10000.1"},
      {"[venue]\ntaker_fee_bps = 0.000001\n",
       "venue.taker_fee_bps: \"0.000001\" needs 6 decimals, but the scale here is 5"},
      {"[venue.order_latency]\nsigma = 6\n", "venue.order_latency.sigma: must lie between 0 and 5, found 6"},
      {"[venue.order_latency]\nsigma = nan\n",
       "venue.order_latency.sigma: must lie between 0 and 5, found nan"},
      {"[account]\ncash = \"much\"\n", "account.cash: expected a decimal number, found \"much\" (no digit)"},
      {"[account]\ncash = inf\n", "account.cash: expected a decimal number, found \"inf\" (no digit)"},
      {"[account]\ncash = 10000000000.0\n",
       "account.cash: \"10000000000\" does not fit 64 bits with 9 decimals"},
      {"[account.rates]\nBTC = 0\n",
       "account.rates.BTC: expected a positive number: what one unit is worth in account.currency"},
  };
  for (const auto& [lines, error] : cases) EXPECT_EQ(error_of_more(lines), "test.toml: line 6, " + error);
  EXPECT_EQ(error_of_root("seed = -1"),
            "test.toml: line 1, seed: must lie between 0 and 9223372036854775807, found -1");
  EXPECT_EQ(
      error_of(
          "[feed]\npath = \"a\"\nfrom = \"2024-01-02\"\nto = \"2024-01-02\"\n[strategy]\nname = \"m\"\n"),
      "test.toml: line 4, feed.to: must be later than from");
  const std::string market = "[feed]\nkind = \"synthetic\"\n[strategy]\nname = \"m\"\n[[feed.instruments]]\n";
  EXPECT_EQ(error_of(market + "levels = 2\n"),
            "test.toml: line 6, feed.instruments[0].levels: must lie between 3 and 64, found 2");
  EXPECT_EQ(error_of(market + "tick = 0.0000000000000000001\n"),
            "test.toml: line 6, feed.instruments[0].tick: has more than 18 decimals");
  EXPECT_EQ(
      error_of(market + "price = 100.001\n"),
      "test.toml: line 6, feed.instruments[0].price: \"100.001\" needs 3 decimals, but the scale here is 2");
}

TEST(Scenario, what_a_run_cannot_do_without_is_asked_for) {
  EXPECT_EQ(error_of("[strategy]\nname = \"m\"\n"),
            "test.toml: feed.path: name the recording to replay (make one with `lockstep record`)");
  EXPECT_EQ(error_of("[feed]\npath = \"a\"\n"),
            "test.toml: strategies: a run needs a strategy: add [strategy] with a name");
  EXPECT_EQ(error_of(""),
            "test.toml: feed.path: name the recording to replay (make one with `lockstep record`)");
  EXPECT_EQ(error_of("[feed]\npath = \"a\"\n[strategy]\n"),
            "test.toml: line 3, strategies[0].name: name the strategy, for instance market_maker");
  EXPECT_EQ(error_of("[feed]\npath = \"a\"\n[strategy]\nname = \"a\"\n[[strategies]]\nname = \"b\"\n"),
            "test.toml: line 3, strategy: give either [strategy] or [[strategies]]");
}

TEST(Scenario, text_that_is_no_toml_names_its_line) {
  EXPECT_EQ(error_of("seed = 1\n\n[feed\npath = 3\n").substr(0, 43),
            "test.toml, line 3: this is not TOML: Error ");
  EXPECT_EQ(error_of("seed = 1\nseed = 2\n").substr(0, 37), "test.toml, line 2: this is not TOML: ");
  EXPECT_EQ(error_of("description = \"\xff\"\n").substr(0, 37), "test.toml, line 1: this is not TOML: ");
}

TEST(ScenarioSettings, replace_what_the_text_says) {
  const Scenario scenario =
      parsed(kLeast, {"seed=9", "name=\"quoted\"", "description=two words = one", "feed.path=dir/x.lsr",
                      "feed.instruments=[\"A\",\"B\"]", "feed.from=2024-01-01", "account.cash=12.5",
                      "venue.order_latency.median=3ms", "strategy.parameters.qty=0.02",
                      "risk.instruments.A.max_position=4", "seed=10"});
  EXPECT_EQ(scenario.seed, 10U);  // the last word
  EXPECT_EQ(scenario.name, "quoted");
  EXPECT_EQ(scenario.description, "two words = one");
  EXPECT_EQ(scenario.feed.path, "dir/x.lsr");
  EXPECT_EQ(scenario.feed.instruments, (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(scenario.feed.from_ts_ns, 1'704'067'200'000'000'000);
  EXPECT_EQ(scenario.account.cash.at("").nanos(), 12'500'000'000);
  EXPECT_EQ(scenario.venue.connection.order_latency.median_ns, 3'000'000);
  EXPECT_EQ(scenario.strategies[0].parameters.at("qty"), "0.02");
  EXPECT_EQ(scenario.risk_by_symbol.at("A").max_position, "4");
}

TEST(ScenarioSettings, reach_the_strategy_of_a_resolved_scenario) {
  const std::string resolved = parsed(kLeast, {"strategy.parameters.qty=0.02"}).resolved_toml;
  const Scenario scenario =
      parsed(resolved, {"strategy.parameters.qty=0.03", "strategies.0.parameters.fast=7"});
  EXPECT_EQ(scenario.strategies[0].parameters,
            (std::map<std::string, std::string>{{"fast", "7"}, {"qty", "0.03"}}));
}

TEST(ScenarioSettings, name_one_of_several_strategies_by_its_number) {
  const std::string two =
      "[feed]\npath = \"a\"\n[[strategies]]\nname = \"momentum\"\n[[strategies]]\nname = \"market_maker\"\n";
  EXPECT_EQ(parsed(two, {"strategies.1.parameters.qty=5"}).strategies[1].parameters.at("qty"), "5");
  EXPECT_EQ(
      error_of(two, {"strategy.parameters.qty=5"}).substr(0, 98),
      "--set strategy.parameters.qty=5: what stands before .parameters.qty is not one table in the scenar");
  EXPECT_EQ(error_of(two, {"strategies.2.parameters.qty=5"}).substr(0, 40),
            "--set strategies.2.parameters.qty=5: wha");
}

TEST(ScenarioSettings, that_are_none_are_refused) {
  EXPECT_EQ(error_of(kLeast, {"description=\xff"}), "test.toml: a value given by --set is not text in UTF-8");
  EXPECT_EQ(error_of(kLeast, {"seed"}), "--set seed: expected key=value, as in strategy.parameters.qty=0.02");
  EXPECT_EQ(error_of(kLeast, {"=3"}), "--set =3: expected key=value, as in strategy.parameters.qty=0.02");
  EXPECT_EQ(error_of(kLeast, {"sede=3"}), "test.toml: sede: is not a key of a scenario; did you mean seed?");
  EXPECT_EQ(error_of(kLeast, {"seed=0x"}), "test.toml: seed: expected an integer, found \"0x\"");
  EXPECT_EQ(error_of(kLeast, {"feed.path.x=3"}).substr(0, 62),
            "--set feed.path.x=3: what stands before .x is not one table in");
}

TEST(LoadScenario, finds_a_recording_beside_its_file) {
  const TemporaryFolder folder;
  std::ofstream(folder / "s.toml") << "[feed]\npath = \"beside.lsr\"\n[strategy]\nname = \"momentum\"\n";
  const Result<Scenario> without = load_scenario(folder / "s.toml", {});
  ASSERT_TRUE(without.ok());
  EXPECT_EQ(without->feed.path, "beside.lsr");
  std::ofstream(folder / "beside.lsr") << "x";
  const Result<Scenario> with = load_scenario(folder / "s.toml", {});
  ASSERT_TRUE(with.ok());
  EXPECT_EQ(with->feed.path, folder / "beside.lsr");
  EXPECT_NE(with->resolved_toml.find("path = \"" + folder / "beside.lsr" + "\""), std::string::npos)
      << "so that run.toml leads there";
}

TEST(LoadScenario, a_file_that_cannot_be_read_is_an_error) {
  const TemporaryFolder folder;
  for (const std::string& path : {folder / "none.toml", folder / "."}) {
    const Result<Scenario> scenario = load_scenario(path, {});
    ASSERT_FALSE(scenario.ok());
    EXPECT_EQ(scenario.error().code, ErrorCode::io);
    EXPECT_EQ(
        scenario.error().text(),
        path + ": the scenario cannot be read; name a TOML file, for instance one of scenarios/library");
  }
}

}  // namespace
}  // namespace lockstep::scenarios
