// `lockstep strategies`: what can be run, and every parameter of it.
#include <fmt/core.h>

#include "tools/json_writer.h"
#include "tools/verb.h"

namespace lockstep::tools {
namespace {

namespace po = boost::program_options;

constexpr std::string_view kTypeNames[] = {"integer", "real", "decimal", "duration", "choice", "text"};

po::options_description options() {
  po::options_description list;
  list.add_options()("json", po::bool_switch(), "print them as JSON");
  return list;
}

std::string_view type_name(const ParameterSpec& spec) {
  return kTypeNames[static_cast<std::size_t>(spec.type)];
}

std::string range_of(const ParameterSpec& spec) {
  if (spec.type == ParameterType::choice) return std::string(spec.choices);
  if (spec.type == ParameterType::text) return "any";
  if (spec.minimum.empty() && spec.maximum.empty()) return {};
  return fmt::format("{} to {}", spec.minimum, spec.maximum.empty() ? "any" : spec.maximum);
}

int run(const OptionValues& values, std::span<const StrategyFactory> strategies) {
  if (is_set(values, "json")) {
    JsonWriter json;
    json.begin_array();
    for (const StrategyFactory& strategy : strategies) {
      json.begin_object()
          .pair("name", strategy.name)
          .pair("description", strategy.description)
          .key("parameters")
          .begin_array();
      for (const ParameterSpec& spec : strategy.parameters) {
        json.begin_object().pair("name", spec.name).pair("type", type_name(spec)).pair("unit", spec.unit);
        json.pair("default", spec.default_value).pair("minimum", spec.minimum).pair("maximum", spec.maximum);
        json.pair("choices", spec.choices).pair("description", spec.description).end_object();
      }
      json.end_array().end_object();
    }
    fmt::print("{}\n", json.end_array().take());
    return kExitOk;
  }
  for (const StrategyFactory& strategy : strategies) {
    fmt::print("{}: {}\n", strategy.name, strategy.description);
    for (const ParameterSpec& spec : strategy.parameters) {
      fmt::print("  {:<16} {:<9} {:>8} {:<13} {} [{}]\n", spec.name, type_name(spec), spec.default_value,
                 spec.unit, spec.description, range_of(spec));
    }
    fmt::print("\n");
  }
  return kExitOk;
}

}  // namespace

Verb strategies_verb() {
  return {"strategies",
          "[--json]",
          "the strategies there are, with their parameters",
          "strategies",
          options,
          "",
          0,
          run};
}

}  // namespace lockstep::tools
