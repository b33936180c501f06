// [venue.fills] and [venue.impact]: how orders fill, as a scenario says it.
#include "scenarios/fills_section.h"

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

constexpr const char* kAll = R"([venue.fills]
queue_model = "power"
queue_exponent = 2.5
queue_unit = 100
checks_size = false
partial_fill_chance = 0.1
[venue.fills.queue_chances]
at_05 = 0.125
[venue.impact]
model = "power"
coefficient = 0.002
reference_qty = 5000
decay = "10s"
size_exponent = 0.5
decay_exponent = 0.25
[venue.instruments.T.fills]
queue_model = "exact"
)";

Result<Scenario> parsed(const std::string& keys) {
  return parse_scenario(kLeast + keys, "test.toml", {});
}

std::string error_of(const std::string& keys) {
  const Result<Scenario> scenario = parsed(keys);
  return scenario ? "no error" : scenario.error().text();
}

TEST(FillsSection, without_keys_fills_are_as_recorded) {
  const Result<Scenario> scenario = parsed("");
  ASSERT_TRUE(scenario.ok());
  const Result<sim::FillRules> rules = fills_for(scenario->venue.fills, test::plain_instrument());
  ASSERT_TRUE(rules.ok());
  EXPECT_EQ(rules->queue.kind, sim::QueueModelKind::proportional);
  EXPECT_TRUE(rules->checks_size);
  EXPECT_EQ(rules->partial_fill_ppb, 0);
  EXPECT_EQ(rules->impact.kind, sim::ImpactKind::none);
}

TEST(FillsSection, every_key_is_read_and_survives_the_resolved_form) {
  const Result<Scenario> first = parsed(kAll);
  ASSERT_TRUE(first.ok()) << first.error().text();
  const Result<Scenario> again = parse_scenario(first->resolved_toml, "again.toml", {});
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_EQ(again->resolved_toml, first->resolved_toml);
  const Result<sim::FillRules> rules = fills_for(again->venue.fills, test::plain_instrument());
  ASSERT_TRUE(rules.ok()) << rules.error().text();
  EXPECT_EQ(rules->queue.kind, sim::QueueModelKind::power);
  EXPECT_EQ(rules->queue.exponent, 2.5);
  EXPECT_EQ(rules->queue.unit_qty, 100);
  EXPECT_EQ(rules->queue.chances[0], 0.125);
  EXPECT_EQ(rules->queue.chances[9], 0.95);
  EXPECT_FALSE(rules->checks_size);
  EXPECT_EQ(rules->partial_fill_ppb, 100'000'000);
  EXPECT_EQ(rules->impact.kind, sim::ImpactKind::power);
  EXPECT_EQ(rules->impact.coefficient, 0.002);
  EXPECT_EQ(rules->impact.reference_qty, 5000);
  EXPECT_EQ(rules->impact.decay_ns, 10 * kSecond);
  EXPECT_EQ(rules->impact.size_exponent, 0.5);
  EXPECT_EQ(rules->impact.decay_exponent, 0.25);
}

TEST(FillsSection, an_instrument_of_its_own_keeps_what_it_does_not_say) {
  const Result<Scenario> scenario = parsed(kAll);
  ASSERT_TRUE(scenario.ok());
  const FillsChoice& own = scenario->venue.fills_by_symbol.at("T");
  EXPECT_EQ(own.rules.queue.kind, sim::QueueModelKind::exact);
  EXPECT_EQ(own.rules.queue.exponent, 2.5);
  EXPECT_EQ(own.rules.impact.kind, sim::ImpactKind::power);
  EXPECT_EQ(own.reference_qty, "5000");
}

TEST(FillsSection, mistakes_name_the_key) {
  EXPECT_NE(error_of("[venue.fills]\nqueue_model = \"best\"\n").find("venue.fills.queue_model"),
            std::string::npos);
  EXPECT_NE(error_of("[venue.fills]\npartial_fill_chance = 1.5\n").find("between 0 and 1"),
            std::string::npos);
  EXPECT_NE(error_of("[venue.impact]\ndecay = \"0s\"\n").find("venue.impact.decay"), std::string::npos);
  EXPECT_NE(error_of("[venue.impact]\nreference_qty = 0\n").find("venue.impact.reference_qty"),
            std::string::npos);
}

TEST(FillsSection, an_amount_finer_than_the_instrument_counts_is_refused) {
  const Result<Scenario> scenario = parsed("[venue.fills]\nqueue_unit = 0.5\n");
  ASSERT_TRUE(scenario.ok());
  const Result<sim::FillRules> rules = fills_for(scenario->venue.fills, test::plain_instrument());
  ASSERT_FALSE(rules.ok());
  EXPECT_NE(rules.error().text().find("venue.fills.queue_unit of T"), std::string::npos);
}

}  // namespace
}  // namespace lockstep::scenarios
