#include "scenarios/diff.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "tests/support/log_sample.h"
#include "tests/support/small_run.h"

namespace lockstep::scenarios {
namespace {

using testing::OwnedEvent;
using testing::TemporaryFolder;

constexpr const char* kStrategy = "strategy.parameters.";

std::vector<std::string> names_of(const std::vector<FieldDifference>& fields) {
  std::vector<std::string> names;
  for (const FieldDifference& field : fields) names.push_back(field.field);
  return names;
}

/// The small scenario with another strategy.
std::string on_momentum(const std::string& parameters) {
  const std::string small = test::kSmallScenario;
  return small.substr(0, small.find("[strategy]")) +
         "[strategy]\nname = \"momentum\"\n[strategy.parameters]\nfast = 5\nqty = 0.1\n" + parameters + "\n" +
         small.substr(small.find("[venue]"));
}

class Diff : public ::testing::Test {
 protected:
  RunDiff diff(const std::string& a, const std::string& b, const std::vector<std::string>& dirs = {}) {
    const Result<RunDiff> found = diff_runs(folder_ / a, folder_ / b, dirs);
    EXPECT_TRUE(found.ok()) << found.error().text();
    return found.ok() ? *found : RunDiff{};
  }
  void run(const std::string& name, const std::vector<std::string>& settings = {}) {
    ASSERT_TRUE(test::small_run(folder_ / name, settings).ok());
  }
  /// A run on a recording of what the small scenario generates, with `change` applied to its events.
  void run_on(const std::string& name, const std::function<void(std::vector<OwnedEvent>&)>& change) {
    const std::string all = folder_ / (name + "_all.lsr");
    const std::string path = folder_ / (name + ".lsr");
    test::record_small(all);
    const auto reader = recordings::LogReader::open(all);
    std::vector<OwnedEvent> events = testing::read_all(**reader).events;
    change(events);
    testing::write_log(path, (*reader)->header(), events);
    std::filesystem::remove(all);
    const auto summary = test::run_of(test::small_on_recording(), {"feed.path=" + path}, folder_ / name);
    ASSERT_TRUE(summary.ok()) << summary.error().text();
  }
  /// The outputs of a run's journal, and the count of inputs before each.
  std::vector<std::pair<std::uint64_t, Event>> outputs_of(const std::string& name) {
    const auto reader = recordings::LogReader::open(folder_ / (name + "/journal.lsr"));
    std::vector<std::pair<std::uint64_t, Event>> out;
    std::uint64_t inputs = 0;
    for (const OwnedEvent& record : testing::read_all(**reader).events) {
      if (record.event.kind == Kind::checkpoint) {
        inputs = record.event.as<Checkpoint>().input_events;
      } else {
        out.emplace_back(inputs, record.event);
      }
    }
    return out;
  }
  /// The number of the first output that is not the same in both, by another way than the one under test.
  std::size_t first_output(const std::string& a, const std::string& b) {
    const auto in_a = outputs_of(a);
    const auto in_b = outputs_of(b);
    std::size_t at = 0;
    while (at < in_a.size() && at < in_b.size() && in_a[at] == in_b[at]) ++at;
    return at;
  }
  TemporaryFolder folder_;
};

TEST_F(Diff, equal_runs_are_equal) {
  run("a");
  run("b");
  const RunDiff found = diff("a", "b");
  EXPECT_TRUE(found.equal);
  EXPECT_TRUE(found.scenario.empty());
  const auto reader = recordings::LogReader::open(folder_ / "a/journal.lsr");
  EXPECT_EQ(found.compared, testing::read_all(**reader).events.size());
  EXPECT_TRUE(diff("a/journal.lsr", "b").equal) << "a journal stands for its run";
}

TEST_F(Diff, scenarios_may_differ_where_the_runs_do_not) {
  run("a");
  run("b", {"description=another", "results.checkpoint_interval=300"});
  const RunDiff found = diff("a", "b");
  EXPECT_TRUE(found.equal);
  ASSERT_EQ(found.scenario.size(), 2U);
  EXPECT_EQ(found.scenario[0].field, "description");
  EXPECT_EQ(found.scenario[0].b, "another");
  EXPECT_EQ(found.scenario[1].field, "results.checkpoint_interval");
  EXPECT_EQ(found.scenario[1].a, "500");
  EXPECT_EQ(found.scenario[1].b, "300");
}

TEST_F(Diff, of_one_parameter_names_the_first_decision_and_the_input_behind_it) {
  run("a");
  run("b", {std::string(kStrategy) + "half_spread_bps=3"});
  const RunDiff found = diff("a", "b");
  const std::size_t at = first_output("a", "b");
  const auto [inputs_a, event_a] = outputs_of("a")[at];
  const auto [inputs_b, event_b] = outputs_of("b")[at];
  EXPECT_FALSE(found.equal);
  EXPECT_FALSE(found.inputs_differ);
  EXPECT_TRUE(found.inputs_compared);
  EXPECT_EQ(found.output_event, at);
  ASSERT_EQ(inputs_a, inputs_b);
  EXPECT_EQ(found.input_event, inputs_a - 1);
  EXPECT_EQ(found.a, event_a);
  EXPECT_EQ(found.b, event_b);
  EXPECT_EQ(found.subsystem, "strategy market_maker");
  EXPECT_EQ(found.ts_ns, event_a.recv_ts_ns);
  EXPECT_EQ(names_of(found.fields), std::vector<std::string>{"price"});
  EXPECT_EQ(found.fields[0].a, format_decimal(event_a.as<OrderInstruction>().price, 2));
  EXPECT_EQ(found.fields[0].b, format_decimal(event_b.as<OrderInstruction>().price, 2));
  ASSERT_TRUE(found.input);
  feeds::SyntheticSource source(test::scenario_of(test::kSmallScenario).feed.synthetic);
  const auto inputs = testing::read_all(source).events;
  EXPECT_EQ(found.input->recv_ts_ns, inputs[inputs_a - 1].event.recv_ts_ns);
  EXPECT_EQ(found.input->kind, inputs[inputs_a - 1].event.kind);
  EXPECT_EQ(found.input_levels, inputs[inputs_a - 1].levels);
  EXPECT_EQ(names_of(found.scenario), std::vector<std::string>{"strategies.0.parameters.half_spread_bps"});
}

TEST_F(Diff, is_the_same_from_the_other_side) {
  run("a");
  run("b", {std::string(kStrategy) + "requote_bps=2"});
  const RunDiff ab = diff("a", "b");
  const RunDiff ba = diff("b", "a");
  EXPECT_EQ(ab.input_event, ba.input_event);
  EXPECT_EQ(ab.output_event, ba.output_event);
  EXPECT_EQ(ab.subsystem, ba.subsystem);
  EXPECT_EQ(ab.a, ba.b);
  EXPECT_EQ(ab.b, ba.a);
}

TEST_F(Diff, an_output_that_only_one_run_has_belongs_to_that_run) {
  run("a");
  run("b", {std::string(kStrategy) + "requote_bps=5"});  // B lets its quotes stand when A moves them
  const RunDiff found = diff("a", "b");
  EXPECT_EQ(found.output_event, first_output("a", "b"));
  ASSERT_TRUE(found.a);
  EXPECT_FALSE(found.b);
  EXPECT_EQ(found.subsystem, "strategy market_maker");
  EXPECT_EQ(found.fields.front().field, "kind");
  EXPECT_EQ(found.fields.front().b, "");
  EXPECT_EQ(found.input_event, outputs_of("a")[found.output_event].first - 1);
}

TEST_F(Diff, fees_and_latencies_part_at_the_venue) {
  run("a");
  run("fees", {"venue.maker_fee_bps=0"});
  const RunDiff fees = diff("a", "fees");
  EXPECT_EQ(fees.subsystem, "venue");
  EXPECT_EQ(fees.output_event, first_output("a", "fees"));
  EXPECT_EQ(names_of(fees.fields), std::vector<std::string>{"fee"});
  run("slow", {"venue.order_latency.median=3ms"});
  const RunDiff slow = diff("a", "slow");
  EXPECT_EQ(slow.subsystem, "venue");
  EXPECT_EQ(slow.output_event, first_output("a", "slow"));
}

TEST_F(Diff, what_one_gate_lets_through_and_the_other_denies_is_a_matter_of_risk) {
  run("a");
  run("b", {"risk.max_order_qty=0.05"});
  const RunDiff found = diff("a", "b");
  EXPECT_EQ(found.subsystem, "risk");
  ASSERT_TRUE(found.a && found.b);
  EXPECT_EQ(found.a->kind, Kind::submit);
  EXPECT_EQ(found.b->kind, Kind::denied);
}

TEST_F(Diff, another_seed_parts_at_the_start) {
  run("a");
  run("b", {"seed=4", "feed.latency.constant=1ms"});
  const RunDiff found = diff("a", "b");
  // A generated input has the seed too, but the first event is a snapshot at the same time.
  EXPECT_EQ(found.output_event, 0U);
  EXPECT_FALSE(found.input_event.has_value());
  EXPECT_EQ(found.subsystem, "session");
}

TEST_F(Diff, one_changed_trade_is_named_by_its_number) {
  std::size_t changed = 0;
  run_on("a", [](auto&) {});
  run_on("b", [&](std::vector<OwnedEvent>& events) {
    changed = 1234;
    while (events[changed].event.kind != Kind::trade) ++changed;
    auto trade = events[changed].event.as<Trade>();
    trade.qty += 5;
    events[changed].event.set(trade);
  });
  const RunDiff found = diff("a", "b");
  EXPECT_FALSE(found.equal);
  EXPECT_TRUE(found.inputs_differ);
  EXPECT_TRUE(found.inputs_compared);
  EXPECT_EQ(found.subsystem, "input");
  EXPECT_EQ(found.input_event, changed);
  EXPECT_EQ(names_of(found.fields), std::vector<std::string>{"qty"});
}

TEST_F(Diff, one_changed_level_is_named_by_its_price) {
  std::size_t changed = 0;
  Level level;
  run_on("a", [](auto&) {});
  run_on("b", [&](std::vector<OwnedEvent>& events) {
    changed = 900;
    while (events[changed].event.kind != Kind::book) ++changed;
    level = events[changed].levels[0];
    events[changed].levels[0].qty += 7;
  });
  const RunDiff found = diff("a", "b");
  EXPECT_TRUE(found.inputs_differ);
  EXPECT_EQ(found.input_event, changed);
  ASSERT_EQ(names_of(found.fields), std::vector<std::string>{"bid " + format_decimal(level.price, 2)});
  EXPECT_EQ(found.fields[0].a, format_decimal(level.qty, 3));
  EXPECT_EQ(found.fields[0].b, format_decimal(level.qty + 7, 3));
}

TEST_F(Diff, an_event_received_later_is_named_though_only_what_falls_due_before_it_shows) {
  std::size_t changed = 0;
  run_on("a", [](auto&) {});
  const auto outputs = outputs_of("a");
  // An answer that fell due before input N: moving N back before it makes it fall due later.
  std::uint64_t number = 0;
  TimeNs due = 0;
  for (const auto& [inputs, event] : outputs) {
    if (!is_execution(event.kind) || inputs < 100) continue;
    number = inputs;
    due = event.recv_ts_ns;
    break;
  }
  ASSERT_GT(number, 0U);
  run_on("b", [&](std::vector<OwnedEvent>& events) {
    changed = number;
    events[changed].event.recv_ts_ns = std::max(events[changed - 1].event.recv_ts_ns, due - 1);
  });
  const RunDiff found = diff("a", "b");
  EXPECT_TRUE(found.inputs_differ);
  EXPECT_EQ(found.input_event, changed);
  EXPECT_EQ(names_of(found.fields), std::vector<std::string>{"recv"});
}

TEST_F(Diff, another_first_event_is_named_and_not_the_start_that_follows_from_it) {
  run_on("a", [](auto&) {});
  run_on("b", [](std::vector<OwnedEvent>& events) { events[0].event.recv_ts_ns -= 3; });
  const RunDiff found = diff("a", "b");
  EXPECT_TRUE(found.inputs_differ);
  EXPECT_EQ(found.input_event, 0U);
}

TEST_F(Diff, a_longer_input_parts_where_the_shorter_ends) {
  run_on("a", [](auto&) {});
  run_on("b", [](std::vector<OwnedEvent>& events) { events.resize(2000); });
  const RunDiff found = diff("a", "b");
  EXPECT_TRUE(found.inputs_differ);
  EXPECT_EQ(found.input_event, 2000U);
  EXPECT_TRUE(found.a);
  EXPECT_FALSE(found.b);
  EXPECT_EQ(found.output_event, first_output("a", "b"));
}

TEST_F(Diff, a_run_that_stops_earlier_ends_there) {
  run("a");
  run("b", {"until=2024-01-01T00:00:40Z"});
  const RunDiff found = diff("a", "b");
  EXPECT_FALSE(found.inputs_differ);
  EXPECT_EQ(found.subsystem, "session");
  EXPECT_FALSE(found.a);
  EXPECT_TRUE(found.b);
  EXPECT_EQ(found.output_event, first_output("a", "b"));
}

TEST_F(Diff, without_the_recordings_it_says_between_which_events_the_inputs_part) {
  run_on("a", [](auto&) {});
  std::size_t changed = 0;
  run_on("b", [&](std::vector<OwnedEvent>& events) {
    changed = 1234;
    while (events[changed].event.kind != Kind::trade) ++changed;
    auto trade = events[changed].event.as<Trade>();
    trade.trade_id += 1'000'000;  // nothing is decided by it
    events[changed].event.set(trade);
  });
  std::filesystem::create_directories(folder_ / "kept");
  std::filesystem::rename(folder_ / "b.lsr", folder_ / "kept/b.lsr");
  const RunDiff blind = diff("a", "b");
  EXPECT_FALSE(blind.equal);
  EXPECT_TRUE(blind.inputs_differ);
  EXPECT_FALSE(blind.inputs_compared);
  // The digests of the run that stand on either side of the change.
  const auto reader = recordings::LogReader::open(folder_ / "a/journal.lsr");
  std::uint64_t before = 0;
  std::uint64_t after = 0;
  for (const OwnedEvent& record : testing::read_all(**reader).events) {
    if (record.event.kind != Kind::checkpoint || record.event.detail != 0) continue;
    after = record.event.as<Checkpoint>().input_events;
    if (after > changed) break;
    before = after;
  }
  EXPECT_EQ(blind.first_possible_input, before);
  EXPECT_EQ(*blind.input_event, after - 1);
  const RunDiff found = diff("a", "b", {folder_ / "kept"});
  EXPECT_TRUE(found.inputs_compared);
  EXPECT_EQ(found.input_event, changed);
}

TEST_F(Diff, state_that_differs_shows_though_no_output_does) {
  // Two averages that never cause an order: the threshold is out of reach.
  const std::string text = on_momentum("threshold_bps = 10000");
  ASSERT_TRUE(test::run_of(text, {"strategy.parameters.slow=50"}, folder_ / "a").ok());
  ASSERT_TRUE(test::run_of(text, {"strategy.parameters.slow=51"}, folder_ / "b").ok());
  ASSERT_EQ(first_output("a", "b"), outputs_of("a").size()) << "the outputs are the same";
  const RunDiff found = diff("a", "b");
  EXPECT_FALSE(found.equal);
  EXPECT_TRUE(found.state_only);
  EXPECT_EQ(found.subsystem, "strategy momentum");
  EXPECT_EQ(found.earlier_state, std::vector<std::string>{"strategy momentum"});
  EXPECT_EQ(found.earlier_state_at, 500U);
  EXPECT_EQ(found.input_event, 499U);
}

TEST_F(Diff, state_that_parted_before_the_outputs_is_told) {
  const std::string text = on_momentum("threshold_bps = 2");
  ASSERT_TRUE(
      test::run_of(text, {"strategy.parameters.slow=60", "results.checkpoint_interval=100"}, folder_ / "a")
          .ok());
  ASSERT_TRUE(
      test::run_of(text, {"strategy.parameters.slow=61", "results.checkpoint_interval=100"}, folder_ / "b")
          .ok());
  const RunDiff found = diff("a", "b");
  ASSERT_FALSE(found.equal);
  ASSERT_FALSE(found.state_only);
  EXPECT_EQ(found.output_event, first_output("a", "b"));
  EXPECT_EQ(found.earlier_state, std::vector<std::string>{"strategy momentum"});
  EXPECT_EQ(found.earlier_state_at, 100U);
  EXPECT_GT(*found.input_event, 100U);
}

TEST_F(Diff, a_journal_that_was_cut_short_is_compared_as_far_as_it_goes) {
  run("a");
  const auto reader = recordings::LogReader::open(folder_ / "a/journal.lsr");
  std::vector<OwnedEvent> events = testing::read_all(**reader).events;
  events.resize(events.size() / 3);
  auto writer = recordings::LogWriter::create(folder_ / "cut.lsr", (*reader)->header());
  testing::append_all(**writer, events);
  ASSERT_TRUE((*writer)->flush().ok());
  const RunDiff found = diff("a", "cut.lsr");
  EXPECT_TRUE(found.equal);
  EXPECT_TRUE(found.a_is_whole);
  EXPECT_FALSE(found.b_is_whole);
  EXPECT_EQ(found.compared, events.size());
}

TEST_F(Diff, of_what_is_no_run_is_an_error) {
  run("a");
  EXPECT_FALSE(diff_runs(folder_ / "a", folder_ / "none", {}).ok());
  test::record_small(folder_ / "rec.lsr");
  EXPECT_FALSE(diff_runs(folder_ / "rec.lsr", folder_ / "a", {}).ok());
  std::vector<std::byte> bytes = testing::read_bytes(folder_ / "a/journal.lsr");
  bytes[bytes.size() / 2] ^= std::byte{1};
  testing::write_bytes(folder_ / "bad.lsr", bytes);
  const auto damaged = diff_runs(folder_ / "a", folder_ / "bad.lsr", {});
  ASSERT_FALSE(damaged.ok());
  EXPECT_EQ(damaged.error().code, ErrorCode::damaged);
}

}  // namespace
}  // namespace lockstep::scenarios
