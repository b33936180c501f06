#include "scenarios/venue_profile.h"

#include <gtest/gtest.h>

#include <fstream>

#include "scenarios/toml_text.h"
#include "tests/support/log_sample.h"
#include "tests/support/small_run.h"

namespace lockstep::scenarios {
namespace {

// The [venue] that comes of a scenario's own and a profile in a file.
std::string merged(const std::string& own, const std::string& profile) {
  const testing::TemporaryFolder folder;
  std::ofstream(folder / "p.toml") << profile;
  Result<toml::table> document = parse_toml("[venue]\nprofile = \"./p.toml\"\n" + own, "t");
  if (!document) return document.error().text();
  if (const Status applied = apply_profile(*document, folder / ""); !applied) return applied.error().text();
  return write_toml(*(*document)["venue"].as_table());
}

TEST(VenueProfile, the_scenarios_own_keys_win_tables_key_by_key_and_lists_as_a_whole) {
  EXPECT_EQ(merged("maker_fee_bps = 1\nlist = [3]\n[venue.rules]\ntick = 2\n",
                   "description = \"d\"\n[venue]\nmaker_fee_bps = 5\ntaker_fee_bps = 6\nlist = [1, 2]\n"
                   "[venue.rules]\ntick = 1\nlot = 4\n[venue.order_latency]\nmedian = \"1ms\"\n"),
            "from_profile = \"./p.toml\"\nlist = [3]\nmaker_fee_bps = 1\ntaker_fee_bps = 6\n\n"
            "[order_latency]\nmedian = \"1ms\"\n\n[rules]\nlot = 4\ntick = 2\n");
}

TEST(VenueProfile, a_file_that_is_no_profile_is_an_error) {
  EXPECT_EQ(merged("", "[feed]\n[venue]\n"),
            "venue.profile: profile ./p.toml holds a description and [venue], found \"feed\"");
  EXPECT_EQ(merged("", "description = \"d\""), "venue.profile: profile ./p.toml has no [venue]");
  EXPECT_EQ(merged("", "[venue]\nprofile = \"ideal\""),
            "venue.profile: profile ./p.toml names another profile; it stands alone");
}

std::string complaint(const std::string& profile) {
  const auto scenario = parse_scenario(test::kSmallScenario, "t.toml", {"venue.profile=" + profile});
  return scenario.ok() ? "" : scenario.error().text();
}

TEST(VenueProfile, an_unknown_name_suggests_the_nearest) {
  EXPECT_EQ(complaint("idael"),
            "t.toml: venue.profile: there is no profile \"idael\"; did you mean ideal?; a file of your own "
            "goes by a "
            "path, as in ./my_venue.toml");
  EXPECT_NE(complaint("./p.toml"), "") << "this scenario is not a file";
}

TEST(VenueProfile, the_resolved_scenario_holds_all_of_it_and_needs_it_no_more) {
  const testing::TemporaryFolder folder;
  std::ofstream(folder / "p.toml") << "[venue]\ntaker_fee_bps = 7\n";
  std::ofstream(folder / "a.toml") << test::kSmallScenario;
  const auto scenario = load_scenario(folder / "a.toml", {"venue.profile=./p.toml"});
  ASSERT_TRUE(scenario.ok()) << scenario.error().text();
  // The scenario says 3 itself.
  EXPECT_NE(scenario->resolved_toml.find("taker_fee_bps = \"3\""), std::string::npos);
  EXPECT_NE(scenario->resolved_toml.find("from_profile = \"./p.toml\""), std::string::npos);
  EXPECT_EQ(scenario->resolved_toml.find("\nprofile"), std::string::npos);
  const auto again = parse_scenario(scenario->resolved_toml, "again", {});
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_EQ(again->resolved_toml, scenario->resolved_toml);
}

TEST(VenueProfile, every_profile_of_the_program_makes_a_venue) {
  ASSERT_FALSE(venue_profiles().empty());
  for (const VenueProfile& profile : venue_profiles()) {
    const auto description = profile_description(profile.toml, std::string(profile.name));
    ASSERT_TRUE(description.ok()) << description.error().text();
    EXPECT_FALSE(description->empty()) << profile.name;
    std::string text = test::kSmallScenario;
    const std::size_t venue = text.find("[venue]");
    const std::size_t risk = text.find("[risk]");
    text.replace(venue, risk - venue, "[venue]\nprofile = \"" + std::string(profile.name) + "\"\n");
    const auto scenario = parse_scenario(text, "t.toml", {});
    EXPECT_TRUE(scenario.ok()) << profile.name << ": " << scenario.error().text();
  }
}

}  // namespace
}  // namespace lockstep::scenarios
