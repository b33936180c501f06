// `lockstep diff`: the first event at which two runs part.
#include "scenarios/diff.h"

#include <fmt/core.h>

#include "recordings/log_text.h"
#include "tools/json_writer.h"
#include "tools/terminal.h"
#include "tools/verb.h"

namespace lockstep::tools {
namespace {

namespace po = boost::program_options;

po::options_description options() {
  po::options_description list;
  list.add_options()
      ("runs", po::value<std::vector<std::string>>()->required(), "two run folders or journals")
      ("recordings", po::value<std::vector<std::string>>()->composing(), "a folder to look for recordings in; may be repeated")
      ("json", po::bool_switch(), "print the difference as JSON");
  return list;
}

std::string input_text(const scenarios::RunDiff& diff) {
  if (!diff.input) return {};
  Event event = *diff.input;
  if (event.kind == Kind::book) {
    auto update = event.as<BookUpdate>();
    update.first_level = 0;
    event.set(update);
  }
  std::string out;
  recordings::LogText(diff.instruments, recordings::TimeStyle::rfc3339).append_json(out, diff.input_event, event, diff.input_levels);
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

std::string or_missing(const std::string& text) { return text.empty() ? "(none)" : text; }

void print_text(const scenarios::RunDiff& diff, const std::string& name_a, const std::string& name_b) {
  if (diff.equal) {
    fmt::print("the runs are equal: {} journal records\n", with_commas(diff.compared));
  } else {
    fmt::print("the runs part at event {} ({}), {}\n", with_commas(diff.input_event), format_time(diff.ts_ns), diff.subsystem);
    fmt::print("  A: {}\n  B: {}\n", name_a, name_b);
    if (!diff.inputs_differ) fmt::print("  after {} equal outputs, output {}:\n", with_commas(diff.output_event), with_commas(diff.output_event));
    if (!diff.a) fmt::print("  A does nothing here\n");
    if (!diff.b) fmt::print("  B does nothing here\n");
    fmt::print("  {:<18} {:<34} {}\n", "field", "A", "B");
    for (const auto& field : diff.fields) fmt::print("  {:<18} {:<34} {}\n", field.field, or_missing(field.a), or_missing(field.b));
    if (const std::string input = input_text(diff); !input.empty()) fmt::print("  input behind it: {:.400}{}\n", input, input.size() > 400 ? " ..." : "");
    if (!diff.earlier_state.empty()) {
      std::string names;
      for (const std::string& name : diff.earlier_state) names += (names.empty() ? "" : ", ") + name;
      fmt::print("  state that differed before, at the checkpoint after {} events: {}\n", with_commas(diff.earlier_state_at), names);
    }
  }
  if (diff.scenario.empty()) return;
  fmt::print("  scenarios differ in:\n");
  for (const auto& field : diff.scenario) fmt::print("    {} = {} | {}\n", field.field, or_missing(field.a), or_missing(field.b));
}

std::string to_json(const scenarios::RunDiff& diff) {
  JsonWriter json;
  const auto fields = [&](std::string_view key, const std::vector<scenarios::FieldDifference>& list) {
    json.key(key).begin_array();
    for (const auto& field : list) {
      json.begin_object().pair("field", field.field).pair("a", field.a).pair("b", field.b).end_object();
    }
    json.end_array();
  };
  json.begin_object().key("equal").boolean(diff.equal).key("compared").integer(diff.compared);
  if (!diff.equal) {
    json.key("inputs_differ").boolean(diff.inputs_differ);
    json.key("input_event").integer(diff.input_event).key("output_event").integer(diff.output_event);
    json.pair("ts", format_time(diff.ts_ns)).pair("subsystem", diff.subsystem);
    fields("fields", diff.fields);
    const std::string input = input_text(diff);
    json.key("input").verbatim(input.empty() ? "null" : input);
    json.key("earlier_state").begin_array();
    for (const std::string& name : diff.earlier_state) json.text(name);
    json.end_array();
  }
  fields("scenario", diff.scenario);
  return json.end_object().take();
}

int run(const OptionValues& values, std::span<const StrategyFactory>) {
  const std::vector<std::string> runs = texts_of(values, "runs");
  if (runs.size() != 2) return fail_usage("diff", "expected two runs");
  const Result<scenarios::RunDiff> diff = scenarios::diff_runs(runs[0], runs[1], texts_of(values, "recordings"));
  if (!diff) return fail(diff.error());
  if (is_set(values, "json")) {
    fmt::print("{}\n", to_json(*diff));
  } else {
    print_text(*diff, runs[0], runs[1]);
  }
  return diff->equal ? kExitOk : kExitFailed;
}

}  // namespace

Verb diff_verb() {
  return {"diff", "RUN_A RUN_B", "the first event at which two runs part, and why; exit code 1 if they do", "diff runs/mm runs/mm2", options,
          "runs", 2, run};
}

}  // namespace lockstep::tools
