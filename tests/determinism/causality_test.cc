#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include "tests/determinism/trial.h"

namespace lockstep::determinism {
namespace {

// Everything that the session keeps, in order; the levels of book updates are left out.
class KeepingJournal final : public Journal {
 public:
  void append(const Event& event, std::span<const Level>) override { events_.push_back(event); }
  [[nodiscard]] Status status() const override { return Done{}; }
  [[nodiscard]] const std::vector<Event>& events() const { return events_; }

 private:
  std::vector<Event> events_;
};

TimeNs last_input_ns(const Scenario& scenario) {
  const Result<Outcome> outcome = run(scenario);
  EXPECT_TRUE(outcome.ok());
  return outcome.ok() ? outcome->totals.last_ts_ns : 0;
}

std::vector<Event> journal_of(const Scenario& scenario) {
  KeepingJournal journal;
  const Result<Outcome> outcome = run(scenario, &journal);
  EXPECT_TRUE(outcome.ok()) << outcome.error().text();
  return journal.events();
}

bool is_input(const Event& event) {
  return is_market(event.kind);
}

bool is_run_checkpoint(const Event& event) {
  return event.kind == Kind::checkpoint && event.detail == static_cast<std::uint8_t>(Subsystem::run);
}

TEST(Causality, a_run_checkpoint_names_the_inputs_that_were_taken_in_before_it) {
  Scenario scenario = shortened(scenario_named("several_strategies"), 5'000);
  scenario.session.journal_inputs = true;
  std::uint64_t inputs = 0;
  std::uint64_t checkpoints = 0;
  for (const Event& event : journal_of(scenario)) {
    if (is_input(event)) ++inputs;
    if (!is_run_checkpoint(event)) continue;
    ++checkpoints;
    ASSERT_EQ(event.as<Checkpoint>().input_events, inputs);
  }
  EXPECT_EQ(inputs, 5'000U);
  EXPECT_GT(checkpoints, 100U);
}

TEST(Causality, nothing_is_decided_or_answered_before_the_time_of_the_inputs_before_it) {
  for (const char* name :
       {"several_strategies", "dice_on_book", "gaps_with_quotes_to_fall_back_on", "timers"}) {
    Scenario scenario = shortened(scenario_named(name), 5'000);
    scenario.session.journal_inputs = true;
    TimeNs now = 0;
    std::uint64_t outputs = 0;
    for (const Event& event : journal_of(scenario)) {
      ASSERT_GE(event.recv_ts_ns, now) << name;
      now = event.recv_ts_ns;
      if (is_decision(event.kind) || is_execution(event.kind)) ++outputs;
    }
    EXPECT_GT(outputs, 100U) << name;
  }
}

TEST(Causality, an_execution_comes_after_its_order_by_at_least_both_delays) {
  const Scenario scenario = shortened(scenario_named("market_maker_on_book"), 5'000);
  std::map<OrderId, TimeNs> submitted_ns;
  std::uint64_t answers = 0;
  for (const Event& event : journal_of(scenario)) {
    if (event.kind == Kind::submit) submitted_ns[event.as<OrderInstruction>().order_id] = event.recv_ts_ns;
    if (event.kind != Kind::accepted && event.kind != Kind::filled && event.kind != Kind::partially_filled)
      continue;
    const OrderId id = event.words[0];  // the first field of both payloads
    ASSERT_TRUE(submitted_ns.contains(id));
    ++answers;
    ASSERT_GE(event.exch_ts_ns, submitted_ns[id] + 5 * kMillisecond);
    ASSERT_GE(event.recv_ts_ns, event.exch_ts_ns + 3 * kMillisecond);
  }
  EXPECT_GT(answers, 100U);
}

// What a run has put into its journal about the first `inputs` events.
std::vector<Event> decisions_within(const std::vector<Event>& journal, std::uint64_t inputs) {
  std::vector<Event> decisions;
  std::uint64_t seen = 0;
  for (const Event& event : journal) {
    if (is_run_checkpoint(event)) seen = event.as<Checkpoint>().input_events;
    if (seen > inputs) break;
    // The end of a run kills: what is asked for while orders expire is denied, and belongs to no event.
    const bool at_the_end =
        event.kind == Kind::denied && event.detail == static_cast<std::uint8_t>(DenyReason::kill_switch);
    if (is_decision(event.kind) && !at_the_end) decisions.push_back(event);
  }
  return decisions;
}

RC_GTEST_PROP(Causality, cutting_the_stream_does_not_change_what_was_decided_before_the_cut, ()) {
  static const std::vector<Scenario> kAll = all_scenarios();
  Scenario scenario = kAll[*rc::gen::inRange<std::size_t>(0, kAll.size())];
  scenario.controls.clear();
  scenario.feed.seed = *rc::gen::arbitrary<std::uint64_t>();
  const auto whole_length = *rc::gen::inRange<std::uint64_t>(200, 3'000);
  const auto cut = *rc::gen::inRange<std::uint64_t>(1, whole_length);
  scenario = shortened(std::move(scenario), whole_length);
  const std::vector<Event> whole = journal_of(scenario);
  const std::vector<Event> part = journal_of(shortened(scenario, cut));
  // While the cut session ends, nothing may be decided; so what belongs to its last event is its last
  // decision.
  const std::vector<Event> expected = decisions_within(whole, cut);
  const std::vector<Event> found = decisions_within(part, cut);
  // What the whole run decided on timers and answers due between the cut and the next event came after the
  // cut, too.
  RC_ASSERT(found.size() <= expected.size());
  RC_ASSERT(std::equal(found.begin(), found.end(), expected.begin()));
  const TimeNs cut_ns = last_input_ns(shortened(scenario, cut));
  for (std::size_t i = found.size(); i < expected.size(); ++i) RC_ASSERT(expected[i].recv_ts_ns >= cut_ns);
}

}  // namespace
}  // namespace lockstep::determinism
