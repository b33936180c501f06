// A venue as data: a [venue] table with a name, that a scenario starts from and changes. The profiles of
// scenarios/venues are part of the program. Knows no meaning of any key.
#pragma once

#include <toml++/toml.h>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/core/result.h"

namespace lockstep::scenarios {

struct VenueProfile {
  std::string_view name;
  std::string_view toml;  ///< a description, and [venue]
};

/// Those that come with the program, by name.
std::span<const VenueProfile> venue_profiles();

/// The one sentence of a profile. Error: the text is no profile.
Result<std::string> profile_description(std::string_view toml, const std::string& name);

/// If the scenario names a profile ([venue] profile = "NAME", or a path such as "./my_venue.toml", which is
/// looked for from `folder`), puts every key of it into [venue] that the scenario does not give itself,
/// tables key by key, lists as a whole. `profile` becomes `from_profile`, which only tells: a resolved
/// scenario has all keys and needs no file. Errors: no such profile (with the nearest), a file that is none,
/// a path in a scenario that has no folder.
Status apply_profile(toml::table& document, const std::optional<std::filesystem::path>& folder);

}  // namespace lockstep::scenarios
