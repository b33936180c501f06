// `lockstep diff`: the first event at which two runs part.
#include "tools/diff.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "recordings/log_text.h"
#include "tools/json_writer.h"
#include "tools/terminal.h"
#include "tools/verb.h"

namespace lockstep::tools {
namespace {

namespace po = boost::program_options;

po::options_description options() {
  po::options_description list;
  list.add_options()("runs", po::value<std::vector<std::string>>()->required(),
                     "two run folders or journals")("recordings",
                                                    po::value<std::vector<std::string>>()->composing(),
                                                    "a folder to look for recordings in; may be repeated")(
      "json", po::bool_switch(), "print the difference as JSON");
  return list;
}

std::string event_text(const std::optional<Event>& given, std::uint64_t number, std::span<const Level> levels,
                       std::span<const Instrument> instruments) {
  if (!given) return "null";
  Event event = *given;
  if (event.kind == Kind::book) {
    auto update = event.as<BookUpdate>();
    update.first_level = 0;
    if (levels.empty()) update.bid_count = update.ask_count = 0;
    event.set(update);
  }
  std::string out;
  recordings::LogText(instruments, recordings::TimeStyle::rfc3339).append_json(out, number, event, levels);
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

// Three columns as wide as they need to be.
void print_fields(const std::vector<scenarios::FieldDifference>& fields) {
  constexpr std::size_t kMostRows = 20;
  constexpr std::string_view kNone = "(none)";
  std::size_t name_width = 5;
  std::size_t a_width = kNone.size();
  for (const auto& field : fields) {
    name_width = std::max(name_width, field.field.size());
    a_width = std::max(a_width, field.a.size());
  }
  const auto row = [&](std::string_view name, std::string_view a, std::string_view b) {
    fmt::print("    {:<{}}  {:<{}}  {}\n", name, name_width, a.empty() ? kNone : a, a_width,
               b.empty() ? kNone : b);
  };
  row("field", "A", "B");
  for (std::size_t i = 0; i < fields.size() && i < kMostRows; ++i)
    row(fields[i].field, fields[i].a, fields[i].b);
  if (fields.size() > kMostRows) fmt::print("    and {} more, see --json\n", fields.size() - kMostRows);
}

void print_inputs(const scenarios::RunDiff& diff) {
  if (!diff.inputs_compared) {
    fmt::print("the inputs differ, at an event from {} to {} (after {} equal outputs)\n",
               with_commas(diff.first_possible_input), with_commas(*diff.input_event),
               with_commas(diff.output_event));
    fmt::print("  to see which, name the folder that holds both recordings: --recordings DIR\n");
    return;
  }
  fmt::print("the inputs differ at event {} ({}), after {} equal outputs\n", with_commas(*diff.input_event),
             format_time(diff.ts_ns), with_commas(diff.output_event));
  if (!diff.a) fmt::print("  A has no event there: its input is shorter\n");
  if (!diff.b) fmt::print("  B has no event there: its input is shorter\n");
  print_fields(diff.fields);
}

void print_outputs(const scenarios::RunDiff& diff) {
  if (diff.input_event) {
    fmt::print("the runs part at event {} ({}): {}\n", with_commas(*diff.input_event),
               format_time(diff.ts_ns), diff.subsystem);
  } else {
    fmt::print("the runs part before the first event ({}): {}\n", format_time(diff.ts_ns), diff.subsystem);
  }
  if (!diff.a || !diff.b) {
    const char* actor = diff.a ? "A" : "B";
    const std::string more = diff.subsystem == "session" ? fmt::format("; {} ends here", actor) : "";
    fmt::print("  after {} equal outputs, only {} has an output here{}:\n", with_commas(diff.output_event),
               actor, more);
  } else {
    fmt::print("  after {} equal outputs, output {} differs:\n", with_commas(diff.output_event),
               with_commas(diff.output_event));
  }
  print_fields(diff.fields);
  if (diff.input) {
    const std::string input = event_text(diff.input, *diff.input_event, diff.input_levels, diff.instruments);
    fmt::print("  input behind it: {:.400}{}\n", input, input.size() > 400 ? " ..." : "");
  }
  if (!diff.inputs_compared) {
    fmt::print(
        "  a recording was not found, so an input before it may differ first; name its folder with "
        "--recordings DIR\n");
  }
}

}  // namespace

void print_diff(const scenarios::RunDiff& diff, const std::string& name_a, const std::string& name_b) {
  if (diff.equal) {
    fmt::print("the runs are equal: {} journal records\n", with_commas(diff.compared));
  } else if (diff.state_only) {
    fmt::print("all outputs are the same, but state differs at the checkpoint after {} events ({}): {}\n",
               with_commas(diff.earlier_state_at), format_time(diff.ts_ns), joined(diff.earlier_state));
  } else if (diff.inputs_differ) {
    print_inputs(diff);
  } else {
    print_outputs(diff);
  }
  if (!diff.equal && !diff.state_only && !diff.earlier_state.empty()) {
    fmt::print("  state that differed before, at the checkpoint after {} events: {}\n",
               with_commas(diff.earlier_state_at), joined(diff.earlier_state));
  }
  fmt::print("  A: {}\n  B: {}\n", name_a, name_b);
  if (diff.scenario.empty()) return;
  fmt::print("  the scenarios differ in:\n");
  print_fields(diff.scenario);
}

std::string diff_json(const scenarios::RunDiff& diff) {
  JsonWriter json;
  const auto fields = [&](std::string_view key, const std::vector<scenarios::FieldDifference>& list) {
    json.key(key).begin_array();
    for (const auto& field : list) {
      json.begin_object().pair("field", field.field).pair("a", field.a).pair("b", field.b).end_object();
    }
    json.end_array();
  };
  json.begin_object().key("equal").boolean(diff.equal).key("compared").integer(diff.compared);
  json.key("a_is_whole").boolean(diff.a_is_whole).key("b_is_whole").boolean(diff.b_is_whole);
  if (!diff.equal) {
    json.key("inputs_differ").boolean(diff.inputs_differ).key("state_only").boolean(diff.state_only);
    json.key("inputs_compared").boolean(diff.inputs_compared);
    json.key("input_event");
    if (diff.input_event) {
      json.integer(*diff.input_event);
    } else {
      json.null();
    }
    json.key("first_possible_input")
        .integer(diff.first_possible_input)
        .key("output_event")
        .integer(diff.output_event);
    json.pair("ts", format_time(diff.ts_ns)).pair("subsystem", diff.subsystem);
    fields("fields", diff.fields);
    json.key("input").verbatim(
        event_text(diff.input, diff.input_event.value_or(0), diff.input_levels, diff.instruments));
    json.key("earlier_state").begin_array();
    for (const std::string& name : diff.earlier_state) json.text(name);
    json.end_array().key("earlier_state_at").integer(diff.earlier_state_at);
  }
  fields("scenario", diff.scenario);
  return json.end_object().take();
}

namespace {

int run(const OptionValues& values, std::span<const StrategyFactory>) {
  const std::vector<std::string> runs = texts_of(values, "runs");
  if (runs.size() != 2) return fail_usage("diff", "expected two runs");
  const Result<scenarios::RunDiff> diff =
      scenarios::diff_runs(runs[0], runs[1], texts_of(values, "recordings"));
  if (!diff) return fail(diff.error());
  if (is_set(values, "json")) {
    fmt::print("{}\n", diff_json(*diff));
  } else {
    print_diff(*diff, runs[0], runs[1]);
  }
  for (const auto& [is_whole, run] :
       {std::pair(diff->a_is_whole, runs[0]), std::pair(diff->b_is_whole, runs[1])}) {
    if (!is_whole)
      fmt::print(stderr,
                 "lockstep: the journal of {} was never finished; the runs were compared as far as it goes\n",
                 run);
  }
  if (!diff->equal) return kExitFailed;
  return diff->a_is_whole && diff->b_is_whole ? kExitOk : kExitDataLost;
}

}  // namespace

Verb diff_verb() {
  return {"diff",
          "RUN_A RUN_B",
          "the first event at which two runs part, and why; exit code 1 if they do",
          "diff runs/mm runs/mm2",
          options,
          "runs",
          2,
          run};
}

}  // namespace lockstep::tools
