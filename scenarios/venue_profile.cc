#include "scenarios/venue_profile.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "engine/strategy/parameters.h"
#include "scenarios/toml_section.h"

namespace lockstep::scenarios {
namespace {

Error bad(std::string what) {
  return {ErrorCode::bad_input, "venue.profile", std::move(what)};
}

Result<std::string> read_profile_file(const std::filesystem::path& path) {
  std::error_code missing;
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path, missing))
    return Error{ErrorCode::io, path.string(), "the venue's profile cannot be read"};
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// The text behind a name or a path.
Result<std::string> find_profile(const std::string& name,
                                 const std::optional<std::filesystem::path>& folder) {
  if (name.find('/') != std::string::npos || name.ends_with(".toml")) {
    if (!folder && !std::filesystem::path(name).is_absolute())
      return bad("a profile by its path is looked for beside the scenario's file, and this one has none");
    return read_profile_file(folder.value_or(std::filesystem::path()) / name);
  }
  std::vector<std::string_view> names;
  std::string list;
  for (const VenueProfile& profile : venue_profiles()) {
    if (profile.name == name) return std::string(profile.toml);
    names.push_back(profile.name);
    list += (list.empty() ? "" : ", ") + std::string(profile.name);
  }
  const std::string_view near = nearest(name, names);
  return bad("there is no profile \"" + name + "\"; " +
             (near.empty() ? "there are " + list : "did you mean " + std::string(near) + "?") +
             "; a file of your own goes by a path, as in ./my_venue.toml");
}

Result<toml::table> read_profile(std::string_view text, const std::string& name) {
  Result<toml::table> profile = parse_toml(text, "profile " + name);
  if (!profile) return profile;
  for (const auto& [key, node] : *profile) {
    if (key != "description" && key != "venue")
      return bad("profile " + name + " holds a description and [venue], found \"" + std::string(key.str()) +
                 "\"");
  }
  const toml::table* venue = (*profile)["venue"].as_table();
  if (venue == nullptr) return bad("profile " + name + " has no [venue]");
  if (venue->contains("profile")) return bad("profile " + name + " names another profile; it stands alone");
  return profile;
}

void merge(toml::table& given, const toml::table& profile) {
  for (const auto& [key, node] : profile) {
    toml::node* own = given.get(key);
    if (own == nullptr) {
      node.visit([&, name = key.str()](const auto& typed) { given.insert(name, typed); });
    } else if (own->is_table() && node.is_table()) {
      merge(*own->as_table(), *node.as_table());
    }
  }
}

}  // namespace

Result<std::string> profile_description(std::string_view toml, const std::string& name) {
  const Result<toml::table> profile = read_profile(toml, name);
  if (!profile) return profile.error();
  return (*profile)["description"].value_or(std::string());
}

Status apply_profile(toml::table& document, const std::optional<std::filesystem::path>& folder) {
  toml::table* venue = document["venue"].as_table();
  if (venue == nullptr || !venue->contains("profile")) return Done{};
  const auto name = (*venue)["profile"].value<std::string>();
  if (!name || name->empty()) return bad("expected the name of a profile, or a path");
  const Result<std::string> text = find_profile(*name, folder);
  if (!text) return text.error();
  const Result<toml::table> profile = read_profile(*text, *name);
  if (!profile) return profile.error();
  merge(*venue, *(*profile)["venue"].as_table());
  venue->erase("profile");
  venue->insert_or_assign("from_profile", *name);
  return Done{};
}

}  // namespace lockstep::scenarios
