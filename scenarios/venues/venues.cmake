# The venue profiles become part of the program, so that an installed one has them.
file(GLOB profiles CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/scenarios/venues/*.toml)
set(profile_source "// Generated from scenarios/venues/ by its venues.cmake.
#include \"scenarios/venue_profile.h\"

namespace lockstep::scenarios {
namespace {
constexpr VenueProfile kProfiles[] = {
")
foreach(profile ${profiles})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${profile})
  get_filename_component(name ${profile} NAME_WE)
  file(READ ${profile} text)
  string(APPEND profile_source "    {\"${name}\", R\"profile(${text})profile\"},\n")
endforeach()
string(APPEND profile_source "};
}  // namespace

std::span<const VenueProfile> venue_profiles() {
  return kProfiles;
}

}  // namespace lockstep::scenarios
")
set(profile_file ${CMAKE_BINARY_DIR}/generated/venue_profiles.cc)
set(profile_before "")
if(EXISTS ${profile_file})
  file(READ ${profile_file} profile_before)
endif()
if(NOT profile_before STREQUAL profile_source)  # an unchanged file is not compiled again
  file(WRITE ${profile_file} "${profile_source}")
endif()
target_sources(lockstep_scenarios PRIVATE ${profile_file})
