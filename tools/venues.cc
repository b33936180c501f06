// `lockstep venues`: the venue profiles that come with the program.
#include <fmt/core.h>

#include <algorithm>

#include "scenarios/venue_profile.h"
#include "tools/json_writer.h"
#include "tools/verb.h"

namespace lockstep::tools {
namespace {

namespace po = boost::program_options;

po::options_description options() {
  po::options_description list;
  list.add_options()("name", po::value<std::string>(), "the profile to print")("json", po::bool_switch(),
                                                                               "print the list as JSON");
  return list;
}

int print_one(const std::string& name) {
  std::vector<std::string_view> names;
  for (const scenarios::VenueProfile& profile : scenarios::venue_profiles()) {
    if (profile.name == name) {
      fmt::print("{}", profile.toml);
      return kExitOk;
    }
    names.push_back(profile.name);
  }
  const std::string_view near = nearest(name, names);
  return fail_usage("venues",
                    "there is no profile \"" + name + "\"" +
                        (near.empty() ? std::string() : "; did you mean " + std::string(near) + "?"));
}

int run(const OptionValues& values, std::span<const StrategyFactory>) {
  if (values.count("name") != 0) return print_one(text_of(values, "name"));
  JsonWriter json;
  json.begin_array();
  for (const scenarios::VenueProfile& profile : scenarios::venue_profiles()) {
    const Result<std::string> description =
        scenarios::profile_description(profile.toml, std::string(profile.name));
    if (!description) return fail(description.error());
    if (is_set(values, "json")) {
      json.begin_object().pair("name", profile.name).pair("description", *description).end_object();
    } else {
      fmt::print("{:<20} {}\n", profile.name, *description);
    }
  }
  if (is_set(values, "json")) fmt::print("{}\n", json.end_array().take());
  return kExitOk;
}

}  // namespace

Verb venues_verb() {
  return {"venues",
          "[NAME] [--json]",
          "the venue profiles there are, or one of them as TOML",
          "venues ideal > my_venue.toml",
          options,
          "name",
          1,
          run};
}

}  // namespace lockstep::tools
