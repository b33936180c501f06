// `lockstep replay`: repeat a finished run from its journal and check every decision.
#include "scenarios/replay.h"

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
  list.add_options()("journal", po::value<std::string>()->required(),
                     "journal.lsr of a run, or the run's folder")(
      "recordings", po::value<std::vector<std::string>>()->composing(),
      "a folder to look for the recording in; may be repeated")("json", po::bool_switch(),
                                                                "print the outcome as JSON");
  return list;
}

std::string event_json(const std::optional<Event>& event, const recordings::LogText& text) {
  if (!event) return "null";
  std::string out;
  text.append_json(out, 0, *event, {});
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

int run(const OptionValues& values, std::span<const StrategyFactory> strategies) {
  Result<scenarios::ReplayOutcome> outcome = [&] {
    ProgressLine line("replay");
    return scenarios::replay_journal(text_of(values, "journal"), strategies,
                                     {texts_of(values, "recordings"), [&](const scenarios::Progress& p) {
                                        line.update(p.events, p.fraction);
                                      }});
  }();
  if (!outcome) return fail(outcome.error());
  const auto& divergence = outcome->divergence;
  const recordings::LogText text(outcome->instruments, recordings::TimeStyle::rfc3339);
  const bool is_same = !divergence;
  if (is_set(values, "json")) {
    JsonWriter json;
    json.begin_object().key("same").boolean(is_same);
    json.pair("digest", format_hex(outcome->totals.digest));
    json.key("checked").integer(outcome->checked).key("events").integer(outcome->totals.input_events);
    json.key("decisions").integer(outcome->totals.decisions).key("fills").integer(outcome->totals.fills);
    json.key("journal_is_whole").boolean(outcome->journal_is_whole);
    json.key("divergence");
    if (is_same) {
      json.null();
    } else {
      json.begin_object().key("input_events").integer(divergence->input_events);
      json.key("in_journal").verbatim(event_json(divergence->in_journal, text));
      json.key("in_replay").verbatim(event_json(divergence->in_replay, text)).end_object();
    }
    fmt::print("{}\n", json.end_object().take());
  } else if (is_same) {
    fmt::print("same: {} journal records checked over {} events; {} decisions, {} fills\n  {:<14}{}\n",
               with_commas(outcome->checked), with_commas(outcome->totals.input_events),
               with_commas(outcome->totals.decisions), with_commas(outcome->totals.fills), "digest",
               format_hex(outcome->totals.digest));
  } else {
    const auto shown = [&](const std::optional<Event>& event) {
      return event ? event_json(event, text) : "nothing here";
    };
    fmt::print(
        "DIFFERENT after {} input events ({} records were the same)\n  in the journal: {}\n  in the replay:  "
        "{}\n",
        with_commas(divergence->input_events), with_commas(outcome->checked), shown(divergence->in_journal),
        shown(divergence->in_replay));
    if (outcome->journal_version != LOCKSTEP_VERSION) {
      fmt::print("  the journal was written by version {}, this is {}\n", outcome->journal_version,
                 LOCKSTEP_VERSION);
    }
  }
  if (!is_same) return kExitFailed;
  if (!outcome->journal_is_whole) {
    fmt::print(stderr, "lockstep: the journal was never finished; only what it holds was checked\n");
    return kExitDataLost;
  }
  return kExitOk;
}

}  // namespace

Verb replay_verb() {
  return {"replay",
          "JOURNAL.lsr [--recordings DIR]",
          "repeat a finished run from its journal and check that every decision is the same",
          "replay runs/mm/journal.lsr",
          options,
          "journal",
          1,
          run};
}

}  // namespace lockstep::tools
