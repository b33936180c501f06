#include <gtest/gtest.h>

#include <algorithm>

#include "engine/core/random.h"
#include "tests/determinism/trial.h"

namespace lockstep::determinism {
namespace {

using Snapshot = std::vector<std::uint8_t>;

std::uint64_t digest_of(const Scenario& scenario) {
  const Result<Outcome> outcome = run(scenario);
  EXPECT_TRUE(outcome.ok()) << outcome.error().text();
  return outcome.ok() ? outcome->totals.digest : 0;
}

// The snapshot after each of these numbers of events, which ascend.
std::vector<Snapshot> snapshots_at(const Scenario& scenario, const std::vector<std::uint64_t>& points) {
  Trial trial(scenario);
  EXPECT_TRUE(trial.session().begin().ok());
  std::vector<Snapshot> taken;
  for (const std::uint64_t point : points) {
    EXPECT_TRUE(trial.session().advance(point - trial.session().totals().input_events).ok());
    EXPECT_EQ(trial.session().totals().input_events, point);
    taken.push_back(trial.session().snapshot());
  }
  return taken;
}

void expect_the_same_end_from_each(const Scenario& scenario, const std::vector<std::uint64_t>& points) {
  const std::uint64_t expected = digest_of(scenario);
  const std::vector<Snapshot> snapshots = snapshots_at(scenario, points);
  for (std::size_t i = 0; i < points.size(); ++i) {
    SCOPED_TRACE(scenario.name + " at event " + std::to_string(points[i]));
    Trial trial(scenario);
    const Status restored = trial.session().restore(snapshots[i]);
    ASSERT_TRUE(restored.ok()) << restored.error().text();
    ASSERT_EQ(trial.session().snapshot(), snapshots[i]);
    const Result<Outcome> outcome = trial.finish();
    ASSERT_TRUE(outcome.ok()) << outcome.error().text();
    ASSERT_EQ(outcome->totals.digest, expected);
  }
}

std::vector<std::uint64_t> every_event(std::uint64_t count) {
  std::vector<std::uint64_t> points;
  for (std::uint64_t i = 0; i <= count; ++i) points.push_back(i);
  return points;
}

// A scenario that is short enough to be restored at each event, and still has orders in flight, fills and
// timers.
Scenario short_one(const char* name, std::uint64_t events) {
  return shortened(scenario_named(name), events);
}

TEST(Snapshot, of_the_market_maker_at_every_event_continues_to_the_same_digest) {
  const Scenario scenario = short_one("market_maker_lognormal_latency", 400);
  expect_the_same_end_from_each(scenario, every_event(400));
}

TEST(Snapshot, of_random_orders_at_every_event_continues_to_the_same_digest) {
  Scenario scenario = short_one("fifo_basis", 400);
  scenario.controls = {{200, Kind::pause, {}}, {220, Kind::resume, {}}, {380, Kind::kill, {}}};
  expect_the_same_end_from_each(scenario, every_event(403));
}

TEST(Snapshot, of_several_strategies_at_every_event_continues_to_the_same_digest) {
  Scenario scenario = short_one("several_strategies", 400);
  for (StrategyUse& use : scenario.strategies) {
    if (use.name == "momentum")
      use.parameters = {{"fast", "3"}, {"slow", "9"}, {"qty", "1"}, {"threshold_bps", "0"}};
    if (use.name == "mean_reversion") use.parameters["window"] = "20";
  }
  scenario.feed.instruments[0].gap_numerator = 1;
  scenario.feed.instruments[0].gap_denominator = 50;
  expect_the_same_end_from_each(scenario, every_event(400));
}

TEST(Snapshot, the_short_scenarios_trade) {
  for (const Scenario& scenario : {short_one("market_maker_lognormal_latency", 400),
                                   short_one("fifo_basis", 400), short_one("several_strategies", 400)}) {
    const Result<Outcome> outcome = run(scenario);
    ASSERT_TRUE(outcome.ok());
    EXPECT_GT(outcome->totals.fills, 5U) << scenario.name;
  }
}

TEST(Snapshot, of_every_scenario_at_random_events_continues_to_the_same_digest) {
  for (const Scenario& scenario : all_scenarios()) {
    const Result<Outcome> whole = run(scenario);
    ASSERT_TRUE(whole.ok());
    RandomStream random(7, 0, 0);
    std::vector<std::uint64_t> points;
    for (int i = 0; i < 3; ++i) points.push_back(random.uniform_below(whole->totals.input_events));
    std::sort(points.begin(), points.end());
    expect_the_same_end_from_each(scenario, points);
  }
}

TEST(Snapshot, cut_short_anywhere_is_an_error) {
  const Scenario scenario = short_one("several_strategies", 400);
  const Snapshot whole = snapshots_at(scenario, {300}).front();
  RandomStream random(11, 0, 0);
  for (int i = 0; i < 300; ++i) {
    // Near both ends each length, elsewhere random ones.
    const std::size_t size = i < 64    ? static_cast<std::size_t>(i)
                             : i < 128 ? whole.size() - 1 - static_cast<std::size_t>(i - 64)
                                       : static_cast<std::size_t>(random.uniform_below(whole.size()));
    Trial trial(scenario);
    const Status restored =
        trial.session().restore(Snapshot(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
    ASSERT_FALSE(restored.ok()) << size << " of " << whole.size() << " bytes";
    ASSERT_EQ(restored.error().code, ErrorCode::damaged);
  }
}

TEST(Snapshot, with_any_bit_changed_is_an_error) {
  const Scenario scenario = short_one("several_strategies", 400);
  const Snapshot whole = snapshots_at(scenario, {300}).front();
  RandomStream random(12, 0, 0);
  for (int i = 0; i < 400; ++i) {
    Snapshot damaged = whole;
    const std::uint64_t bit =
        i < 128 ? static_cast<std::uint64_t>(i) : random.uniform_below(whole.size() * 8);
    damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ (1U << (bit % 8)));
    Trial trial(scenario);
    const Status restored = trial.session().restore(damaged);
    ASSERT_FALSE(restored.ok()) << "bit " << bit;
    ASSERT_EQ(restored.error().code, ErrorCode::damaged);
  }
}

TEST(Snapshot, with_bytes_added_is_an_error) {
  const Scenario scenario = short_one("market_maker_lognormal_latency", 100);
  Snapshot longer = snapshots_at(scenario, {50}).front();
  longer.resize(longer.size() + 8);
  Trial trial(scenario);
  EXPECT_FALSE(trial.session().restore(longer).ok());
}

TEST(Snapshot, of_another_scenario_is_a_mismatch) {
  const Snapshot taken = snapshots_at(short_one("market_maker_on_book", 100), {50}).front();
  for (const char* name :
       {"momentum_on_book", "market_maker_inverse_perpetual", "market_maker_several_instruments"}) {
    Trial trial(short_one(name, 100));
    const Status restored = trial.session().restore(taken);
    ASSERT_FALSE(restored.ok()) << name;
    EXPECT_EQ(restored.error().code, ErrorCode::mismatch) << name;
  }
}

}  // namespace
}  // namespace lockstep::determinism
