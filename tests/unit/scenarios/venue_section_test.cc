// [venue.rules]: what a venue takes, as a scenario says it.
#include "scenarios/venue_section.h"

#include <gtest/gtest.h>

#include "scenarios/scenario.h"
#include "tests/support/events.h"

namespace lockstep::scenarios {
namespace {

constexpr const char* kLeast = R"([feed]
path = "btc.lsr"
[strategy]
name = "momentum"
)";

Result<Scenario> parsed(const std::string& rules) {
  return parse_scenario(kLeast + rules, "test.toml", {});
}

std::string error_of(const std::string& rules) {
  const Result<Scenario> scenario = parsed(rules);
  return scenario ? "no error" : scenario.error().text();
}

TEST(VenueSection, without_rules_a_venue_takes_everything) {
  const Result<Scenario> scenario = parsed("");
  ASSERT_TRUE(scenario.ok());
  const Result<sim::VenueRules> rules = rules_for(scenario->venue.rules, test::plain_instrument());
  ASSERT_TRUE(rules.ok());
  EXPECT_EQ(rules->order_types, ~std::uint32_t{0});
  EXPECT_EQ(rules->max_orders, 0U);
  EXPECT_TRUE(rules->takes_icebergs);
  EXPECT_EQ(rules->replace, sim::ReplaceRule::smaller_keeps);
}

TEST(VenueSection, every_key_is_read_and_survives_the_resolved_form) {
  const Result<Scenario> first = parsed(R"([venue.rules]
order_types = ["market", "limit", "stop"]
times_in_force = ["gtc", "ioc"]
contingencies = ["oco"]
post_only = false
reduce_only = false
icebergs = false
mass_quotes = false
tick = 0.5
lot = "0.001"
min_qty = "0.002"
max_qty = 100
min_notional = 5
max_orders = 200
price_band_bps = 500
day_end = "21h"
replace = "always_loses"
reached_trigger = "trigger"
self_trade = "decrement"
[venue.rules.rejections]
off_tick = "-1013 PRICE_FILTER"
[venue.instruments.BTC.rules]
max_orders = 10
)");
  ASSERT_TRUE(first.ok()) << first.error().text();
  const Result<Scenario> second = parse_scenario(first->resolved_toml, "again.toml", {});
  ASSERT_TRUE(second.ok()) << second.error().text();
  Instrument instrument = test::plain_instrument();
  instrument.price_scale = 1;
  instrument.qty_scale = 3;
  for (const Scenario& scenario : {*first, *second}) {
    const Result<sim::VenueRules> rules = rules_for(scenario.venue.rules, instrument);
    ASSERT_TRUE(rules.ok());
    EXPECT_EQ(rules->order_types, 0b111U);
    EXPECT_EQ(rules->times_in_force, 0b11U);
    EXPECT_EQ(rules->contingencies, 0b11U);  // none, oco
    EXPECT_FALSE(rules->takes_post_only || rules->takes_reduce_only || rules->takes_icebergs ||
                 rules->takes_mass_quotes);
    EXPECT_EQ(rules->tick, 5);
    EXPECT_EQ(rules->lot, 1);
    EXPECT_EQ(rules->min_qty, 2);
    EXPECT_EQ(rules->max_qty, 100'000);
    EXPECT_EQ(rules->min_notional_nanos, 5'000'000'000);
    EXPECT_EQ(rules->max_orders, 200U);
    EXPECT_EQ(rules->price_band_ppb, 50'000'000);
    EXPECT_EQ(rules->day_end_ns, 21 * kHour);
    EXPECT_EQ(rules->replace, sim::ReplaceRule::always_loses);
    EXPECT_EQ(rules->reached_trigger, sim::ReachedTrigger::trigger);
    EXPECT_EQ(rules->self_trade, sim::SelfTrade::decrement);
    EXPECT_EQ(scenario.venue.rules.rejections.at("off_tick"), "-1013 PRICE_FILTER");
    EXPECT_EQ(scenario.venue.rules_by_symbol.at("BTC").rules.max_orders, 10U);
    EXPECT_EQ(scenario.venue.rules_by_symbol.at("BTC").rules.order_types, 0b111U);
  }
}

TEST(VenueSection, what_is_wrong_names_its_line_and_key) {
  EXPECT_EQ(error_of("[venue.rules]\norder_types = [\"stopp\"]\n"),
            "test.toml: line 6, venue.rules.order_types: expected some of market, limit, stop, stop_limit, "
            "market_if_touched, limit_if_touched, market_to_limit, trailing_stop, found \"stopp\"");
  EXPECT_EQ(error_of("[venue.rules]\npost_only = 1\n"),
            "test.toml: line 6, venue.rules.post_only: expected true or false, found 1");
  EXPECT_EQ(error_of("[venue.rules]\nday_end = \"25h\"\n"),
            "test.toml: line 6, venue.rules.day_end: is a time of day in UTC, from 0 to 24h");
  EXPECT_EQ(error_of("[venue.rules.rejections]\nbad = \"x\"\n"),
            "test.toml: line 6, venue.rules.rejections.bad: is no reason for which a venue refuses; see "
            "recordings/FORMAT.md");
}

TEST(VenueSection, an_amount_finer_than_the_instrument_counts_is_an_error) {
  RulesChoice choice;
  choice.tick = "0.05";
  Instrument instrument = test::plain_instrument();
  instrument.price_scale = 1;
  const Result<sim::VenueRules> rules = rules_for(choice, instrument);
  ASSERT_FALSE(rules.ok());
  EXPECT_EQ(rules.error().where, "venue.rules.tick of T");
}

}  // namespace
}  // namespace lockstep::scenarios
