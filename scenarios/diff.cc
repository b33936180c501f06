#include "scenarios/diff.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <sstream>

#include "recordings/log_fields.h"
#include "scenarios/toml_section.h"

namespace lockstep::scenarios {
namespace {

namespace fs = std::filesystem;

/// One journal, read record by record, with the count of inputs that stands behind each.
struct JournalWalk {
  std::unique_ptr<recordings::LogReader> reader;
  Scenario scenario;
  Batch batch;
  std::size_t cursor = 0;
  std::uint64_t input_events = 0;

  static Result<JournalWalk> open(const std::string& run) {
    const std::string path = fs::is_directory(run) ? (fs::path(run) / "journal.lsr").string() : run;
    auto reader = recordings::LogReader::open(path);
    if (!reader) return reader.error();
    Result<Scenario> scenario = scenario_of(**reader);
    if (!scenario) return scenario.error();
    JournalWalk walk;
    walk.reader = std::move(*reader);
    walk.scenario = std::move(*scenario);
    return walk;
  }

  Result<std::optional<Event>> next() {
    if (cursor == batch.events.size()) {
      const Result<Source::Pull> pulled = reader->pull(batch);
      if (!pulled) return pulled.error();
      cursor = 0;
      if (*pulled == Source::Pull::end) {
        batch = {};
        return std::optional<Event>();
      }
    }
    return std::optional<Event>(batch.events[cursor++]);
  }

  /// The next record that is no checkpoint, or a checkpoint if `checkpoints`.
  Result<std::optional<Event>> next_output() {
    for (;;) {
      Result<std::optional<Event>> event = next();
      if (!event || !*event || (*event)->kind != Kind::checkpoint) return event;
      input_events = (*event)->as<Checkpoint>().input_events;
    }
  }
};

// Leaves of a resolved scenario by dotted key.
void flatten(const toml::node& node, const std::string& path, std::map<std::string, std::string>& out) {
  if (const toml::table* table = node.as_table()) {
    for (const auto& [key, value] : *table) flatten(value, path.empty() ? std::string(key.str()) : path + "." + std::string(key.str()), out);
  } else if (const toml::array* array = node.as_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) flatten(*array->get(i), path + "[" + std::to_string(i) + "]", out);
  } else if (const auto text = scalar_text(node)) {
    out[path] = *text;
  }
}

std::map<std::string, std::string> leaves_of(const Scenario& scenario) {
  std::map<std::string, std::string> leaves;
  const Result<toml::table> parsed = parse_toml(scenario.resolved_toml, "scenario");
  if (parsed) flatten(*parsed, "", leaves);
  return leaves;
}

std::vector<FieldDifference> differences(const std::map<std::string, std::string>& a, const std::map<std::string, std::string>& b) {
  std::vector<FieldDifference> out;
  for (const auto& [key, value] : a) {
    const auto other = b.find(key);
    if (other == b.end()) {
      out.push_back({key, value, ""});
    } else if (other->second != value) {
      out.push_back({key, value, other->second});
    }
  }
  for (const auto& [key, value] : b) {
    if (!a.contains(key)) out.push_back({key, "", value});
  }
  return out;
}

std::map<std::string, std::string> fields_by_name(const Event& event, std::span<const Instrument> instruments) {
  const Instrument* instrument = event.instrument < instruments.size() ? &instruments[event.instrument] : nullptr;
  std::map<std::string, std::string> out;
  out["kind"] = to_string(event.kind);
  out["recv_ts"] = format_time(event.recv_ts_ns);
  if (event.exch_ts_ns != kNoTime) out["exch_ts"] = format_time(event.exch_ts_ns);
  if (instrument != nullptr) out["instrument"] = instrument->symbol;
  if (event.flags != 0) out["flags"] = recordings::flags_text(event.flags, ",");
  for (const recordings::Field& field : recordings::fields_of(event, instrument)) {
    if (!field.is_given) continue;
    switch (field.type) {
      case recordings::FieldType::text: out[std::string(field.key)] = field.text; break;
      case recordings::FieldType::integer:
      case recordings::FieldType::small: out[std::string(field.key)] = std::to_string(field.bits); break;
      case recordings::FieldType::amount: out[std::string(field.key)] = std::to_string(static_cast<std::int64_t>(field.bits)); break;
      case recordings::FieldType::time: out[std::string(field.key)] = format_time(static_cast<TimeNs>(field.bits)); break;
    }
  }
  return out;
}

std::string subsystem_of(const Event& event, const Scenario& scenario) {
  if (event.kind == Kind::timer) return "timer";
  if (is_execution(event.kind)) return "venue";
  if (event.kind == Kind::denied) return "risk";
  if (event.kind == Kind::start || event.kind == Kind::stop) return "session";
  const std::uint32_t index = Orders::strategy_of(event.as<OrderInstruction>().order_id);
  return "strategy " + (index < scenario.strategies.size() ? scenario.strategies[index].name : std::to_string(index));
}

std::string subsystem_name(std::uint8_t detail, const Scenario& scenario) {
  constexpr auto kFirstStrategy = static_cast<std::uint8_t>(Subsystem::strategy);
  if (detail < kFirstStrategy) return std::string(to_string(static_cast<Subsystem>(detail)));
  const std::size_t index = detail - std::size_t{kFirstStrategy};
  return "strategy " + (index < scenario.strategies.size() ? scenario.strategies[index].name : std::to_string(index));
}

/// The source behind a run, or null where it cannot be had.
std::unique_ptr<Assembly> input_of(const JournalWalk& walk, const std::vector<std::string>& recordings_dirs) {
  const Result<std::string> path = find_recording(*walk.reader, walk.scenario, recordings_dirs);
  if (!path) return nullptr;
  // Strategies do not matter for the input, and the program at hand may not know them.
  Scenario bare = walk.scenario;
  bare.strategies.clear();
  Result<std::unique_ptr<Assembly>> assembly = Assembly::make(bare, {}, *path);
  return assembly ? std::move(*assembly) : nullptr;
}

struct InputWalk {
  Source& source;
  Batch batch;
  std::size_t cursor = 0;

  const Event* next() {
    if (cursor == batch.events.size()) {
      const Result<Source::Pull> pulled = source.pull(batch);
      cursor = 0;
      if (!pulled || *pulled == Source::Pull::end) {
        batch = {};
        return nullptr;
      }
    }
    return &batch.events[cursor++];
  }
};

void note_input(RunDiff& diff, Assembly& assembly) {
  if (!assembly.source().seek(diff.input_event)) return;
  InputWalk walk{assembly.source(), {}, 0};
  const Event* event = walk.next();
  if (event == nullptr) return;
  diff.input = *event;
  if (event->kind == Kind::book) {
    const auto update = event->as<BookUpdate>();
    const auto levels = walk.batch.levels.subspan(update.first_level, std::size_t{update.bid_count} + update.ask_count);
    diff.input_levels.assign(levels.begin(), levels.end());
  }
}

std::uint64_t digest_of(const Event& event, std::span<const Level> levels) {
  Digest digest;
  mix_event(digest, event, levels);
  return digest.value();
}

// Both inputs from `from` on: the number of the first event that differs, if one does before the journals part at `until`.
std::optional<std::uint64_t> first_input_difference(Assembly& a, Assembly& b, std::uint64_t from, std::uint64_t until) {
  if (!a.source().seek(from) || !b.source().seek(from)) return std::nullopt;
  InputWalk walk_a{a.source(), {}, 0};
  InputWalk walk_b{b.source(), {}, 0};
  for (std::uint64_t number = from; number < until; ++number) {
    const Event* event_a = walk_a.next();
    const Event* event_b = walk_b.next();
    if (event_a == nullptr && event_b == nullptr) return std::nullopt;
    if (event_a == nullptr || event_b == nullptr ||
        digest_of(*event_a, walk_a.batch.levels) != digest_of(*event_b, walk_b.batch.levels)) {
      return number;
    }
  }
  return std::nullopt;
}

}  // namespace

Result<RunDiff> diff_runs(const std::string& run_a, const std::string& run_b, const std::vector<std::string>& recordings_dirs) {
  Result<JournalWalk> opened_a = JournalWalk::open(run_a);
  if (!opened_a) return opened_a.error();
  Result<JournalWalk> opened_b = JournalWalk::open(run_b);
  if (!opened_b) return opened_b.error();
  JournalWalk& a = *opened_a;
  JournalWalk& b = *opened_b;

  RunDiff diff;
  diff.scenario = differences(leaves_of(a.scenario), leaves_of(b.scenario));
  diff.instruments.assign(a.reader->instruments().begin(), a.reader->instruments().end());

  // Record by record. The chain never comes together again, so the first difference is the one to name; a checkpoint whose
  // run digest differs with no output before it means that the inputs parted.
  std::uint64_t outputs = 0;
  std::uint64_t last_equal_inputs = 0;
  std::optional<Event> event_a;
  std::optional<Event> event_b;
  for (;;) {
    Result<std::optional<Event>> next_a = a.next();
    if (!next_a) return next_a.error();
    Result<std::optional<Event>> next_b = b.next();
    if (!next_b) return next_b.error();
    event_a = *next_a;
    event_b = *next_b;
    if (!event_a && !event_b) {
      diff.equal = true;
      return diff;
    }
    const bool both_checkpoints = event_a && event_b && event_a->kind == Kind::checkpoint && event_b->kind == Kind::checkpoint;
    if (both_checkpoints) {
      const auto point_a = event_a->as<Checkpoint>();
      const auto point_b = event_b->as<Checkpoint>();
      const bool same_place = event_a->detail == event_b->detail && point_a.input_events == point_b.input_events;
      if (*event_a == *event_b) {
        if (event_a->detail == static_cast<std::uint8_t>(Subsystem::run)) last_equal_inputs = point_a.input_events;
        ++diff.compared;
        continue;
      }
      if (same_place && event_a->detail != static_cast<std::uint8_t>(Subsystem::run)) {
        if (diff.earlier_state.empty()) diff.earlier_state_at = point_a.input_events;
        if (diff.earlier_state_at == point_a.input_events) diff.earlier_state.push_back(subsystem_name(event_a->detail, a.scenario));
        ++diff.compared;
        continue;
      }
    } else if (event_a && event_b && *event_a == *event_b) {
      ++outputs;
      ++diff.compared;
      continue;
    }
    break;
  }

  // The outputs on either side of the parting, and the inputs behind the earlier of them.
  const auto settle = [](JournalWalk& walk, std::optional<Event>& event) -> Status {
    if (event && event->kind == Kind::checkpoint) {
      walk.input_events = event->as<Checkpoint>().input_events;
      Result<std::optional<Event>> output = walk.next_output();
      if (!output) return output.error();
      event = *output;
    } else {
      walk.input_events = 0;  // no mark of its own: the same input as the record before
    }
    return Done{};
  };
  if (const Status settled = settle(a, event_a); !settled) return settled.error();
  if (const Status settled = settle(b, event_b); !settled) return settled.error();
  const std::uint64_t inputs_a = a.input_events == 0 ? last_equal_inputs : a.input_events;
  const std::uint64_t inputs_b = b.input_events == 0 ? last_equal_inputs : b.input_events;
  if (inputs_a < inputs_b) {
    event_b.reset();
  } else if (inputs_b < inputs_a) {
    event_a.reset();
  }
  const std::uint64_t inputs = std::min(inputs_a, inputs_b);
  diff.output_event = outputs;
  diff.input_event = inputs == 0 ? 0 : inputs - 1;
  diff.a = event_a;
  diff.b = event_b;

  const std::unique_ptr<Assembly> input_a = input_of(a, recordings_dirs);
  const std::unique_ptr<Assembly> input_b = input_of(b, recordings_dirs);
  if (input_a && input_b) {
    if (const auto number = first_input_difference(*input_a, *input_b, last_equal_inputs, inputs)) {
      diff.inputs_differ = true;
      diff.input_event = *number;
      diff.subsystem = "input";
      note_input(diff, *input_a);
      diff.a = diff.input;
      RunDiff other;
      other.input_event = *number;
      note_input(other, *input_b);
      diff.b = other.input;
    }
  }
  if (!diff.inputs_differ) {
    if (input_a) note_input(diff, *input_a);
    diff.subsystem = event_a ? subsystem_of(*event_a, a.scenario) : event_b ? subsystem_of(*event_b, b.scenario) : "run";
  }
  const auto fields = [&](const std::optional<Event>& event) {
    return event ? fields_by_name(*event, diff.instruments) : std::map<std::string, std::string>{};
  };
  diff.fields = differences(fields(diff.a), fields(diff.b));
  diff.ts_ns = diff.a ? diff.a->recv_ts_ns : diff.b ? diff.b->recv_ts_ns : kNoTime;
  return diff;
}

}  // namespace lockstep::scenarios
