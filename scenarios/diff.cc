#include "scenarios/diff.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "scenarios/journal_walk.h"
#include "scenarios/toml_section.h"

namespace lockstep::scenarios {
namespace {

// Leaves of a resolved scenario by dotted key.
void flatten(const toml::node& node, const std::string& path, FieldTexts& out) {
  if (const toml::table* table = node.as_table()) {
    for (const auto& [key, value] : *table)
      flatten(value, path.empty() ? std::string(key.str()) : path + "." + std::string(key.str()), out);
  } else if (const toml::array* array = node.as_array()) {
    for (std::size_t i = 0; i < array->size(); ++i)
      flatten(*array->get(i), path + "." + std::to_string(i), out);
  } else if (auto text = scalar_text(node)) {
    out.emplace_back(path, std::move(*text));
  }
}

FieldTexts leaves_of(const Scenario& scenario) {
  FieldTexts leaves;
  const Result<toml::table> parsed = parse_toml(scenario.resolved_toml, "scenario");
  if (parsed) flatten(*parsed, "", leaves);
  return leaves;
}

std::string strategy_name(std::size_t index, const Scenario& scenario) {
  return "strategy " +
         (index < scenario.strategies.size() ? scenario.strategies[index].name : std::to_string(index));
}

std::string subsystem_of(const Event& event, const Scenario& scenario) {
  if (is_market(event.kind)) return "input";
  if (event.kind == Kind::timer) return "timer";
  if (is_execution(event.kind)) return "venue";
  if (event.kind == Kind::denied) return "risk";
  if (is_control(event.kind)) return "session";
  return strategy_name(Orders::strategy_of(event.as<OrderInstruction>().order_id), scenario);
}

// What one run was allowed and the other denied is a matter of the gate; else it is that of the output that
// comes first.
std::string subsystem_of(const std::optional<Event>& a, const std::optional<Event>& b,
                         const Scenario& scenario) {
  if (!a || !b) return subsystem_of(a ? *a : *b, scenario);
  const bool is_denied = a->kind == Kind::denied || b->kind == Kind::denied;
  if (is_denied && is_decision(a->kind) && is_decision(b->kind)) return "risk";
  const auto order = [](const Event& event) {
    return std::tuple(event.recv_ts_ns, event.kind, event.words[0]);
  };
  return subsystem_of(order(*a) <= order(*b) ? *a : *b, scenario);
}

// Outputs come in the order of time: where they are not about the same thing, the later run has nothing at
// the earlier time.
void keep_the_earlier(std::optional<Event>& a, std::optional<Event>& b) {
  if (!a || !b || a->recv_ts_ns == b->recv_ts_ns) return;
  if (a->kind == b->kind && a->words[0] == b->words[0])
    return;  // the same answer, order or timer at another time
  (a->recv_ts_ns < b->recv_ts_ns ? b : a).reset();
}

std::string subsystem_name(std::uint8_t detail, const Scenario& scenario) {
  constexpr auto kFirstStrategy = static_cast<std::uint8_t>(Subsystem::strategy);
  if (detail < kFirstStrategy) return std::string(to_string(static_cast<Subsystem>(detail)));
  return strategy_name(detail - std::size_t{kFirstStrategy}, scenario);
}

/// Outputs that come about as time goes on, before the next input is taken in or because there is none.
bool falls_due(const Event& event) {
  return is_execution(event.kind) || is_control(event.kind);
}

/// An input event with the levels of its own.
struct Input {
  Event event;
  std::vector<Level> levels;

  bool operator==(const Input& other) const {
    Digest mine;
    Digest others;
    mix_event(mine, own_levels(), levels);
    mix_event(others, other.own_levels(), other.levels);
    return mine.value() == others.value();
  }

 private:
  [[nodiscard]] Event own_levels() const {
    Event out = event;
    if (out.kind != Kind::book) return out;
    auto update = out.as<BookUpdate>();
    update.first_level = 0;
    out.set(update);
    return out;
  }
};

/// The input of a run, from some event on.
class InputWalk {
 public:
  /// Error if the recording cannot be found or read.
  static Result<InputWalk> open(const JournalWalk& journal, const std::vector<std::string>& recordings_dirs) {
    const Result<std::string> path = find_recording(journal.reader(), journal.scenario(), recordings_dirs);
    if (!path) return path.error();
    // Strategies do not matter for the input, and the program at hand may not know them.
    Scenario bare = journal.scenario();
    bare.strategies.clear();
    Result<std::unique_ptr<Assembly>> assembly = Assembly::make(bare, {}, *path);
    if (!assembly) return assembly.error();
    InputWalk walk;
    walk.assembly_ = std::move(*assembly);
    return walk;
  }

  Status seek(std::uint64_t number) {
    batch_ = {};
    cursor_ = 0;
    return assembly_->source().seek(number);
  }

  /// Nothing: the input has no more.
  Result<std::optional<Input>> next() {
    if (cursor_ == batch_.events.size()) {
      const Result<Source::Pull> pulled = assembly_->source().pull(batch_);
      cursor_ = 0;
      if (!pulled) return pulled.error();
      if (*pulled == Source::Pull::end) {
        batch_ = {};
        return std::optional<Input>();
      }
    }
    Input input{batch_.events[cursor_++], {}};
    if (input.event.kind == Kind::book) {
      const auto update = input.event.as<BookUpdate>();
      const auto levels =
          batch_.levels.subspan(update.first_level, std::size_t{update.bid_count} + update.ask_count);
      input.levels.assign(levels.begin(), levels.end());
    }
    return std::optional<Input>(std::move(input));
  }

 private:
  std::unique_ptr<Assembly> assembly_;
  Batch batch_;
  std::size_t cursor_ = 0;
};

/// Compares the journals up to the first difference of outputs or of the run's digest.
class Comparison {
 public:
  Comparison(JournalWalk& a, JournalWalk& b, RunDiff& diff) : a_(a), b_(b), diff_(diff) {}

  /// True: they part here, with the differing records in view. False: they do not.
  Result<bool> walk() {
    for (;;) {
      if (a_.was_cut_short() || b_.was_cut_short()) return false;
      if (!a_.record() && !b_.record()) return false;
      // A digest that the other run does not keep says nothing.
      if (a_.place() < b_.place() && a_.is_digest()) {
        if (const Status moved = a_.advance(); !moved) return moved.error();
        continue;
      }
      if (b_.place() < a_.place() && b_.is_digest()) {
        if (const Status moved = b_.advance(); !moved) return moved.error();
        continue;
      }
      if (a_.place() != b_.place()) return true;
      // Of a digest only its value: one kept with an output and one kept at an interval stand at different
      // times.
      const bool is_same = a_.is_digest()
                               ? a_.record()->as<Checkpoint>().digest == b_.record()->as<Checkpoint>().digest
                               : *a_.record() == *b_.record();
      if (!is_same && !(a_.is_digest() && note_state(*a_.record()))) return true;
      if (is_same) ++diff_.compared;
      if (is_same && a_.is_digest() && a_.record()->detail == static_cast<std::uint8_t>(Subsystem::run)) {
        equal_inputs_ = a_.place().inputs;
      }
      if (const Status moved = a_.advance(); !moved) return moved.error();
      if (const Status moved = b_.advance(); !moved) return moved.error();
    }
  }

  /// So many inputs are known to be equal.
  [[nodiscard]] std::uint64_t equal_inputs() const { return equal_inputs_; }

 private:
  /// True: it is the state of a subsystem that differs, and the walk can go on.
  bool note_state(const Event& digest) {
    if (digest.detail == static_cast<std::uint8_t>(Subsystem::run)) return false;
    const std::uint64_t inputs = digest.as<Checkpoint>().input_events;
    if (diff_.earlier_state.empty()) {
      diff_.earlier_state_at = inputs;
      diff_.ts_ns = digest.recv_ts_ns;
    }
    if (diff_.earlier_state_at == inputs)
      diff_.earlier_state.push_back(subsystem_name(digest.detail, a_.scenario()));
    return true;
  }

  JournalWalk& a_;
  JournalWalk& b_;
  RunDiff& diff_;
  std::uint64_t equal_inputs_ = 0;
};

struct InputDifference {
  std::uint64_t number;
  std::optional<Input> a;
  std::optional<Input> b;
};

/// Looks for the first input that differs among those numbered from `from` to `until`, and at `until` itself
/// if `arrives_differently` of the two that stand there. What is there at `from` - 1 is taken to be equal.
template <class ArrivesDifferently>
Result<std::optional<InputDifference>> first_input_difference(InputWalk& a, InputWalk& b, std::uint64_t from,
                                                              std::uint64_t until,
                                                              ArrivesDifferently arrives_differently) {
  const std::uint64_t start =
      from == 0 ? 0 : from - 1;  // an event that is there, so that no seek goes past the end
  for (InputWalk* walk : {&a, &b}) {
    if (const Status moved = walk->seek(start); !moved) return moved.error();
  }
  for (std::uint64_t number = start;; ++number) {
    Result<std::optional<Input>> next_a = a.next();
    if (!next_a) return next_a.error();
    Result<std::optional<Input>> next_b = b.next();
    if (!next_b) return next_b.error();
    const bool differs = number < until ? *next_a != *next_b : arrives_differently(*next_a, *next_b);
    if (differs) return std::optional(InputDifference{number, std::move(*next_a), std::move(*next_b)});
    if (number == until || (!*next_a && !*next_b)) return std::optional<InputDifference>();
  }
}

// Whether the run ends before another input: all that its journal still has stands behind as many.
Result<bool> ends_here(JournalWalk& walk) {
  const std::uint64_t inputs = walk.place().inputs;
  while (walk.record() && walk.place().inputs == inputs) {
    if (const Status moved = walk.advance(); !moved) return moved.error();
  }
  return !walk.record() && walk.reader().seal().has_value();
}

void put_inputs(RunDiff& diff, const InputDifference& found, const JournalWalk& a, const JournalWalk& b) {
  diff.inputs_differ = true;
  diff.subsystem = "input";
  diff.input_event = diff.first_possible_input = found.number;
  const auto texts = [](const std::optional<Input>& input, const JournalWalk& walk) {
    return input ? field_texts(input->event, input->levels, walk.reader().instruments()) : FieldTexts();
  };
  diff.fields = differences(texts(found.a, a), texts(found.b, b));
  diff.a = diff.b = std::nullopt;
  if (found.a) diff.a = found.a->event;
  if (found.b) diff.b = found.b->event;
}

/// Both records in view are outputs that differ, or only one run has an output here; or the run's digests
/// differ.
Status explain(RunDiff& diff, JournalWalk& a, JournalWalk& b, std::uint64_t equal_inputs,
               const std::vector<std::string>& recordings_dirs) {
  const JournalPlace place = std::min(a.place(), b.place());
  const std::uint64_t inputs = place.inputs;
  const bool is_digest = place.rank < JournalPlace::kOutputRank;
  const bool both_act = a.place() == b.place();
  diff.output_event = place.outputs;
  diff.ts_ns = kNoTime;
  if (!is_digest) {
    if (a.place() == place) diff.a = a.record();
    if (b.place() == place) diff.b = b.record();
    keep_the_earlier(diff.a, diff.b);
  }
  const auto is_due = [](const std::optional<Event>& event) { return event && falls_due(*event); };
  const bool due = is_due(diff.a) || is_due(diff.b);
  const bool is_start = (diff.a && diff.a->kind == Kind::start) || (diff.b && diff.b->kind == Kind::start);

  // What falls due does so when the next input arrives, or because none does: if that is where the inputs
  // part, it is why.
  const auto arrives_differently = [&](const std::optional<Input>& next_a,
                                       const std::optional<Input>& next_b) {
    if (next_a.has_value() != next_b.has_value()) return due;
    if (!next_a) return false;
    return due && (!both_act || is_start) && next_a->event.recv_ts_ns != next_b->event.recv_ts_ns;
  };
  Result<InputWalk> input_a = InputWalk::open(a, recordings_dirs);
  Result<InputWalk> input_b = InputWalk::open(b, recordings_dirs);
  diff.inputs_compared = false;
  if (input_a && input_b) {
    const auto found = first_input_difference(*input_a, *input_b, equal_inputs, inputs, arrives_differently);
    diff.inputs_compared = found.ok();
    if (found && *found) {
      put_inputs(diff, **found, a, b);
    }
  }
  if (diff.inputs_differ) {
    // Named already.
  } else if (is_digest) {
    // The outputs up to here are the same, so it is an input; which one, nobody can tell without both
    // recordings.
    diff.inputs_differ = true;
    diff.subsystem = "input";
    diff.input_event = inputs - 1;
    diff.first_possible_input = equal_inputs;
    diff.ts_ns = std::min(a.record()->recv_ts_ns, b.record()->recv_ts_ns);
  } else {
    diff.inputs_compared = diff.inputs_compared || equal_inputs == inputs;
    if (inputs > 0) diff.input_event = diff.first_possible_input = inputs - 1;
    diff.subsystem = subsystem_of(diff.a, diff.b, a.scenario());
    const auto texts = [](const std::optional<Event>& event, const JournalWalk& walk) {
      return event ? field_texts(*event, {}, walk.reader().instruments()) : FieldTexts();
    };
    diff.fields = differences(texts(diff.a, a), texts(diff.b, b));
    if (due && !both_act) {
      const Result<bool> ends = ends_here(diff.a ? a : b);
      if (!ends) return ends.error();
      if (*ends) diff.subsystem = "session";
    }
    if (input_a && diff.input_event && input_a->seek(*diff.input_event)) {
      if (Result<std::optional<Input>> input = input_a->next(); input && *input) {
        diff.input = (*input)->event;
        diff.input_levels = std::move((*input)->levels);
      }
    }
  }
  for (const std::optional<Event>* event : {&diff.a, &diff.b}) {
    if (*event)
      diff.ts_ns = diff.ts_ns == kNoTime ? (*event)->recv_ts_ns : std::min(diff.ts_ns, (*event)->recv_ts_ns);
  }
  return Done{};
}

}  // namespace

Result<RunDiff> diff_runs(const std::string& run_a, const std::string& run_b,
                          const std::vector<std::string>& recordings_dirs) {
  Result<JournalWalk> a = JournalWalk::open(run_a);
  if (!a) return a.error();
  Result<JournalWalk> b = JournalWalk::open(run_b);
  if (!b) return b.error();

  RunDiff diff;
  diff.scenario = differences(leaves_of(a->scenario()), leaves_of(b->scenario()));
  diff.instruments.assign(a->reader().instruments().begin(), a->reader().instruments().end());
  Comparison comparison(*a, *b, diff);
  const Result<bool> parted = comparison.walk();
  if (!parted) return parted.error();
  diff.a_is_whole = !a->was_cut_short();
  diff.b_is_whole = !b->was_cut_short();
  if (*parted) {
    if (const Status explained = explain(diff, *a, *b, comparison.equal_inputs(), recordings_dirs);
        !explained)
      return explained.error();
  } else if (diff.earlier_state.empty()) {
    diff.equal = true;
  } else {
    diff.state_only = true;
    diff.subsystem = diff.earlier_state.front();
    if (diff.earlier_state_at > 0) diff.input_event = diff.earlier_state_at - 1;
  }
  return diff;
}

}  // namespace lockstep::scenarios
