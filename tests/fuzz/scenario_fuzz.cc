// Any bytes as a scenario: an error, or a scenario whose resolved text reads back to itself.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "scenarios/scenario.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lockstep;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto scenario = scenarios::parse_scenario(text, "fuzz", {});
  if (!scenario) return 0;
  const auto again = scenarios::parse_scenario(scenario->resolved_toml, "fuzz", {});
  LOCKSTEP_CHECK(again && again->resolved_toml == scenario->resolved_toml,
                 "a resolved scenario reads back to itself");
  return 0;
}
