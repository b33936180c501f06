#include "engine/session.h"

#include <gtest/gtest.h>

#include <functional>

#include "engine/strategy/momentum.h"
#include "tests/support/events.h"
#include "tests/support/keepers.h"

namespace lockstep {
namespace {

using test::trade;

// A strategy whose every reaction the test writes. It notes what it is called with, in order.
class Puppet final : public Strategy {
 public:
  Status on_start(Context& context) override {
    if (start) start(context);
    return started;
  }
  void on_trade(const Event& event, const Trade& trade, Context& context) override {
    notes.push_back("trade " + std::to_string(trade.price) + " at " + std::to_string(context.now()));
    if (traded) traded(event, context);
  }
  void on_other(const Event& event, Context&) override {
    notes.push_back(std::string(to_string(event.kind)));
  }
  void on_execution(const Event& execution, const Order& order, Context& context) override {
    notes.push_back(std::string(to_string(execution.kind)) + " at " + std::to_string(context.now()));
    if (executed) executed(execution, order, context);
  }
  void on_timer(std::uint64_t id, Context& context) override {
    notes.push_back("timer " + std::to_string(id) + " at " + std::to_string(context.now()));
    if (timed) timed(id, context);
  }
  Status on_parameters(const Parameters& parameters, Context&) override {
    notes.push_back("fast " + std::to_string(parameters.integer("fast")));
    return Done{};
  }
  void visit(StateVisitor&) override {}

  Status started = Done{};
  std::function<void(Context&)> start;
  std::function<void(const Event&, Context&)> traded;
  std::function<void(const Event&, const Order&, Context&)> executed;
  std::function<void(std::uint64_t, Context&)> timed;
  std::vector<std::string> notes;
};

// Accepts and fills at once, or as the test says, `delay_ns` later.
class PromptVenue final : public Venue {
 public:
  void instruct(const Event& instruction, ExecutionSink& sink) override {
    instructions.push_back(instruction);
    const auto terms = instruction.as<OrderInstruction>();
    if (instruction.kind == Kind::cancel) {
      working.erase(std::remove(working.begin(), working.end(), terms.order_id), working.end());
      return report(instruction, Kind::cancelled, Reason::requested, sink);
    }
    report(instruction, Kind::accepted, Reason::none, sink);
    if (!fills) return working.push_back(terms.order_id);
    Event fill = answer(instruction, Kind::filled);
    fill.detail = instruction.detail;
    fill.set(Fill{terms.order_id, 100, terms.qty, 0, 0});
    sink.push(fill);
  }
  void on_market(const Event& event, std::span<const Level>, const Books& books, ExecutionSink&) override {
    seen_before.push_back(books[0].last_price);
    static_cast<void>(event);
  }
  void finish(TimeNs now, const Books&, ExecutionSink& sink) override {
    for (const OrderId id : working) {
      Event event = trade(now, 0, 0);
      event.set(OrderInstruction{id, 100, 10, 0, 0, kNoPrice});
      report(event, Kind::expired, Reason::end_of_session, sink);
    }
    working.clear();
  }
  void visit(StateVisitor&) override {}

  DurationNs delay_ns = 0;
  bool fills = true;
  std::vector<Event> instructions;
  std::vector<Price> seen_before;
  std::vector<OrderId> working;

 private:
  [[nodiscard]] Event answer(const Event& instruction, Kind kind) const {
    Event event;
    event.recv_ts_ns = instruction.recv_ts_ns + delay_ns;
    event.exch_ts_ns = event.recv_ts_ns;
    event.instrument = instruction.instrument;
    event.kind = kind;
    return event;
  }
  void report(const Event& instruction, Kind kind, Reason reason, ExecutionSink& sink) const {
    const auto terms = instruction.as<OrderInstruction>();
    Event event = answer(instruction, kind);
    event.detail = static_cast<std::uint8_t>(reason);
    event.set(OrderReport{terms.order_id, terms.price, terms.qty, terms.qty, 1});
    sink.push(event);
  }
};

OrderRequest buy(Qty qty) {
  OrderRequest request;
  request.type = OrderType::market;
  request.qty = qty;
  return request;
}

// A run of one instrument and one strategy.
struct Trial {
  Trial() {
    config.limits = {RiskLimits{}};
    config.sample_interval_ns = 0;
  }
  Result<RunTotals> go() {
    auto owned = std::make_unique<Puppet>();
    *owned = puppet;
    Puppet* inside = owned.get();
    std::vector<SessionStrategy> strategies;
    strategies.push_back(
        {"puppet", std::move(owned), *Parameters::read(Momentum::factory().parameters, {}), {0}});
    session = std::make_unique<Session>(config, tape, venue, journal, &results, std::move(strategies));
    Result<RunTotals> totals = session->run();
    notes = inside->notes;
    return totals;
  }
  [[nodiscard]] std::vector<std::string> journal_kinds() const {
    std::vector<std::string> kinds;
    for (const Event& event : journal.events) kinds.emplace_back(to_string(event.kind));
    return kinds;
  }

  SessionConfig config;
  test::Tape tape{{test::plain_instrument()}};
  PromptVenue venue;
  test::KeptJournal journal;
  test::KeptResults results;
  Puppet puppet;
  std::vector<std::string> notes;
  std::unique_ptr<Session> session;
};

using Notes = std::vector<std::string>;

TEST(Session, what_is_due_comes_before_an_input_of_the_same_time) {
  Trial run;
  run.venue.delay_ns = 10;
  run.puppet.traded = [](const Event& event, Context& context) {
    if (event.recv_ts_ns != 100) return;
    EXPECT_TRUE(context.submit(buy(1)));
    context.set_timer(110, 7);
  };
  run.tape.add(trade(100, 50, 1)).add(trade(109, 51, 1)).add(trade(110, 52, 1));
  ASSERT_TRUE(run.go().ok());
  EXPECT_EQ(run.notes, (Notes{"trade 50 at 100", "trade 51 at 109", "accepted at 110", "filled at 110",
                              "timer 7 at 110", "trade 52 at 110"}));
}

TEST(Session, the_venue_sees_an_event_before_the_books_and_the_books_before_the_strategy) {
  Trial run;
  Price seen = 0;
  run.puppet.traded = [&](const Event&, Context& context) { seen = context.market(0).last_price; };
  run.tape.add(trade(1, 50, 1)).add(trade(2, 51, 1));
  ASSERT_TRUE(run.go().ok());
  EXPECT_EQ(run.venue.seen_before, (std::vector<Price>{kNoPrice, 50}));
  EXPECT_EQ(seen, 51);
}

TEST(Session, timers_fire_in_the_order_of_time_and_one_in_the_past_at_once) {
  Trial run;
  run.puppet.start = [](Context& context) {
    context.set_timer(30, 3);
    context.set_timer(20, 2);
    context.set_timer(0, 1);
    context.set_timer(500, 9);  // beyond the end: never
  };
  run.puppet.timed = [](std::uint64_t id, Context& context) {
    if (id == 2) context.set_timer(context.now() + 5, 25);
  };
  run.tape.add(trade(10, 50, 1)).add(trade(40, 51, 1));
  ASSERT_TRUE(run.go().ok());
  EXPECT_EQ(run.notes, (Notes{"timer 1 at 10", "trade 50 at 10", "timer 2 at 20", "timer 25 at 25",
                              "timer 3 at 30", "trade 51 at 40"}));
}

TEST(Session, it_stops_before_the_first_event_after_until) {
  Trial run;
  run.config.until_ts_ns = 20;
  run.tape.add(trade(10, 1, 1)).add(trade(20, 2, 1)).add(trade(21, 3, 1));
  const Result<RunTotals> totals = run.go();
  ASSERT_TRUE(totals.ok());
  EXPECT_EQ(totals->input_events, 2U);
  EXPECT_EQ(totals->first_ts_ns, 10);
  EXPECT_EQ(totals->last_ts_ns, 20);
}

TEST(Session, a_stop_event_ends_the_run) {
  Trial run;
  run.tape.add(trade(10, 1, 1)).add(test::control(11, Kind::stop)).add(trade(12, 2, 1));
  const Result<RunTotals> totals = run.go();
  ASSERT_TRUE(totals.ok());
  EXPECT_EQ(totals->input_events, 2U);
  EXPECT_EQ(run.notes, (Notes{"trade 1 at 10"}));
}

TEST(Session, while_paused_new_orders_are_denied_and_after_resume_they_pass) {
  Trial run;
  std::vector<DenyReason> answers;
  run.puppet.traded = [&](const Event&, Context& context) {
    answers.push_back(context.submit(buy(1)).denied);
  };
  run.tape.add(trade(1, 50, 1))
      .add(test::control(2, Kind::pause))
      .add(trade(3, 50, 1))
      .add(test::control(4, Kind::resume))
      .add(trade(5, 50, 1));
  const Result<RunTotals> totals = run.go();
  ASSERT_TRUE(totals.ok());
  EXPECT_EQ(answers, (std::vector<DenyReason>{DenyReason::none, DenyReason::paused, DenyReason::none}));
  EXPECT_EQ(totals->denials, 1U);
  EXPECT_EQ(totals->orders, 2U);
  EXPECT_EQ(totals->decisions, 3U);
  EXPECT_EQ(totals->fills, 2U);
  ASSERT_EQ(run.results.denials.size(), 1U);
  EXPECT_EQ(run.results.denials[0].reason, DenyReason::paused);
  EXPECT_EQ(run.results.denials[0].gate, 1U);
}

TEST(Session, a_kill_cancels_everything_and_nothing_new_passes) {
  Trial run;
  run.venue.fills = false;
  DenyReason last = DenyReason::none;
  run.puppet.traded = [&](const Event&, Context& context) { last = context.submit(buy(1)).denied; };
  run.tape.add(trade(1, 50, 1))
      .add(trade(2, 50, 1))
      .add(test::control(3, Kind::kill))
      .add(test::control(4, Kind::resume))
      .add(trade(5, 50, 1));
  ASSERT_TRUE(run.go().ok());
  EXPECT_EQ(last, DenyReason::kill_switch);
  ASSERT_EQ(run.venue.instructions.size(), 4U);
  EXPECT_EQ(run.venue.instructions[2].kind, Kind::cancel);
  EXPECT_EQ(run.venue.instructions[2].as<OrderInstruction>().order_id, 1U);
  EXPECT_EQ(run.venue.instructions[3].kind, Kind::cancel);
  EXPECT_EQ(run.venue.instructions[3].as<OrderInstruction>().order_id, 2U);
  EXPECT_TRUE(run.session->desk().orders().alive().empty());
}

TEST(Session, a_parameter_event_reaches_its_strategy_if_it_is_allowed) {
  Trial run;
  run.tape.add(trade(1, 50, 1)).add(test::control(2, Kind::parameter, Control{1, 0, 77, {}}));
  ASSERT_TRUE(run.go().ok());
  EXPECT_EQ(run.notes, (Notes{"trade 50 at 1", "fast 77"}));

  Trial out_of_range;
  out_of_range.tape.add(trade(1, 50, 1)).add(test::control(2, Kind::parameter, Control{1, 0, 0, {}}));
  EXPECT_EQ(out_of_range.go().error().text(), "parameter fast: must be at least 1 observations");
  Trial nobody;
  nobody.tape.add(test::control(2, Kind::parameter, Control{1, 5, 10, {}}));
  EXPECT_EQ(nobody.go().error().text(), "parameter event: names strategy 5, but the run has 1");
}

TEST(Session, gaps_are_counted_and_shown_to_the_strategy) {
  Trial run;
  run.tape.add(test::gap(1)).add(test::gap(2, kNoInstrument));
  const Result<RunTotals> totals = run.go();
  ASSERT_TRUE(totals.ok());
  EXPECT_EQ(totals->gaps, 2U);
  EXPECT_EQ(run.notes, (Notes{"gap", "gap"}));
}

TEST(Session, an_instrument_outside_the_universe_is_not_delivered) {
  Trial run;
  run.tape = test::Tape({test::plain_instrument(), test::plain_instrument("U")});
  run.config.limits.resize(2);
  run.tape.add(trade(1, 50, 1)).add(trade(2, 60, 1, Side::none, 1));
  const Result<RunTotals> totals = run.go();
  ASSERT_TRUE(totals.ok());
  EXPECT_EQ(totals->input_events, 2U);
  EXPECT_EQ(run.notes, (Notes{"trade 50 at 1"}));
}

TEST(Session, an_event_received_out_of_order_does_not_move_time_back) {
  Trial run;
  run.venue.delay_ns = 5;
  run.puppet.traded = [](const Event& event, Context& context) {
    if (event.as<Trade>().price == 3) {
      EXPECT_TRUE(context.submit(buy(1)));
    }
  };
  run.tape.add(trade(100, 1, 1))
      .add(trade(200, 2, 1))
      .add(trade(150, 3, 1))
      .add(trade(204, 4, 1))
      .add(trade(205, 5, 1));
  const Result<RunTotals> totals = run.go();
  ASSERT_TRUE(totals.ok());
  EXPECT_EQ(totals->clock_regressions, 1U);
  EXPECT_EQ(run.notes, (Notes{"trade 1 at 100", "trade 2 at 200", "trade 3 at 200", "trade 4 at 204",
                              "accepted at 205", "filled at 205", "trade 5 at 205"}));
}

TEST(Session, equity_has_a_row_at_the_start_at_each_passed_grid_point_and_at_the_end) {
  Trial run;
  run.config.sample_interval_ns = 10;
  run.tape.add(trade(103, 50, 1))
      .add(trade(109, 50, 1))
      .add(trade(110, 50, 1))
      .add(trade(147, 50, 1))
      .add(trade(148, 50, 1));
  ASSERT_TRUE(run.go().ok());
  std::vector<TimeNs> times;
  for (const EquityRow& row : run.results.equities) times.push_back(row.ts_ns);
  EXPECT_EQ(times, (std::vector<TimeNs>{103, 110, 140, 148}));  // 120 to 140 were passed at once
}

TEST(Session, equity_is_starting_cash_and_profit_at_the_mid) {
  Trial run;
  run.config.sample_interval_ns = 10;
  run.config.portfolio.starting_cash["USD"] = Money::from_nanos(1'000 * kNanosPerUnit);
  run.puppet.traded = [](const Event& event, Context& context) {
    if (event.recv_ts_ns == 101) {
      EXPECT_TRUE(context.submit(buy(3)));
    }  // filled at 100
  };
  run.tape.add(trade(101, 100, 1)).add(trade(105, 104, 1)).add(trade(112, 90, 1));
  ASSERT_TRUE(run.go().ok());
  ASSERT_EQ(run.results.equities.size(), 3U);
  EXPECT_EQ(run.results.equities[0].equity_nanos, 1'000 * kNanosPerUnit);
  EXPECT_EQ(run.results.equities[1].equity_nanos, 1'012 * kNanosPerUnit);  // at 110: 3 x (104 - 100)
  EXPECT_EQ(run.results.equities[1].unrealised_nanos, 12 * kNanosPerUnit);
  EXPECT_EQ(run.results.equities[2].equity_nanos, 970 * kNanosPerUnit);
  ASSERT_EQ(run.results.fills.size(), 1U);
  EXPECT_EQ(run.results.fills[0].decision_price, 100);
  EXPECT_EQ(run.results.fills[0].position_qty, 3);
}

TEST(Session, what_still_works_at_the_end_expires_and_nothing_new_may_be_sent) {
  Trial run;
  run.venue.fills = false;
  DenyReason after_the_end = DenyReason::none;
  run.puppet.traded = [](const Event&, Context& context) { EXPECT_TRUE(context.submit(buy(10))); };
  run.puppet.executed = [&](const Event& execution, const Order&, Context& context) {
    if (execution.kind == Kind::expired) after_the_end = context.submit(buy(1)).denied;
  };
  run.tape.add(trade(1, 50, 1));
  ASSERT_TRUE(run.go().ok());
  EXPECT_EQ(run.notes, (Notes{"trade 50 at 1", "accepted at 1", "expired at 1"}));
  EXPECT_EQ(after_the_end, DenyReason::kill_switch);
  ASSERT_EQ(run.results.orders.size(), 2U);
  EXPECT_EQ(run.results.orders[0].outcome, OrderOutcome::expired);
  EXPECT_EQ(run.results.orders[0].reason, Reason::end_of_session);
  EXPECT_EQ(run.results.orders[1].outcome, OrderOutcome::denied);
}

TEST(Session, the_journal_names_the_input_before_the_decision_that_it_caused) {
  Trial run;
  run.puppet.traded = [](const Event& event, Context& context) {
    if (event.recv_ts_ns == 2) {
      EXPECT_TRUE(context.submit(buy(1)));
    }
  };
  run.tape.add(trade(1, 50, 1)).add(trade(2, 50, 1)).add(trade(3, 50, 1));
  ASSERT_TRUE(run.go().ok());
  const std::vector<std::string> kinds = run.journal_kinds();
  // start; the mark of input 2 and the order; the answers come before input 3, so input 2 is still behind
  // them.
  ASSERT_GE(kinds.size(), 6U);
  EXPECT_EQ(Notes(kinds.begin(), kinds.begin() + 6),
            (Notes{"start", "checkpoint", "submit", "accepted", "filled", "checkpoint"}));
  EXPECT_EQ(run.journal.events[1].as<Checkpoint>().input_events, 2U);
  EXPECT_EQ(run.journal.events[1].detail, static_cast<std::uint8_t>(Subsystem::run));
  EXPECT_EQ(kinds[6], "stop");
}

TEST(Session, digests_of_every_subsystem_are_kept_at_intervals_and_at_the_end) {
  Trial run;
  run.config.checkpoint_interval = 2;
  for (TimeNs ts_ns = 1; ts_ns <= 5; ++ts_ns) run.tape.add(trade(ts_ns, 50, 1));
  ASSERT_TRUE(run.go().ok());
  std::map<std::uint64_t, std::vector<std::uint8_t>> subsystems;
  for (const Event& event : run.journal.events) {
    if (event.kind == Kind::checkpoint)
      subsystems[event.as<Checkpoint>().input_events].push_back(event.detail);
  }
  const std::vector<std::uint8_t> all = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  EXPECT_EQ(subsystems[2], all);
  EXPECT_EQ(subsystems[4], all);
  EXPECT_EQ(subsystems[5],
            (std::vector<std::uint8_t>{0, 0, 1, 2, 3, 4, 5, 6, 7, 8}));  // and the mark before `stop`
}

TEST(Session, inputs_are_journalled_only_when_asked_for) {
  Trial run;
  run.tape.add(trade(1, 50, 1));
  ASSERT_TRUE(run.go().ok());
  const std::vector<std::string> without = run.journal_kinds();
  EXPECT_EQ(std::count(without.begin(), without.end(), "trade"), 0);
  Trial live;
  live.config.journal_inputs = true;
  live.tape.add(trade(1, 50, 1));
  ASSERT_TRUE(live.go().ok());
  const std::vector<std::string> kinds = live.journal_kinds();
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(), "trade"), 1);
}

TEST(Session, an_error_of_the_source_ends_the_run_with_it) {
  Trial run;
  run.tape.add(trade(1, 50, 1));
  run.tape.fail_at_the_end({ErrorCode::damaged, "chunk 7", "its hash is wrong"});
  const Result<RunTotals> totals = run.go();
  ASSERT_FALSE(totals.ok());
  EXPECT_EQ(totals.error().text(), "chunk 7: its hash is wrong");
  EXPECT_EQ(run.notes, (Notes{"trade 50 at 1"}));
}

TEST(Session, an_error_of_the_journal_or_of_a_strategy_ends_it_too) {
  Trial full;
  full.config.checkpoint_interval = 1;
  full.journal.state = Error{ErrorCode::io, "journal.lsr", "the disk is full"};
  full.tape.add(trade(1, 50, 1)).add(trade(2, 50, 1));
  EXPECT_EQ(full.go().error().text(), "journal.lsr: the disk is full");
  Trial refused;
  refused.puppet.started = Error{ErrorCode::bad_input, "strategy puppet", "no"};
  refused.tape.add(trade(1, 50, 1));
  EXPECT_EQ(refused.go().error().text(), "strategy puppet: no");
}

TEST(Session, a_source_may_not_deliver_answers_or_decisions) {
  Trial run;
  run.tape.add(test::control(1, Kind::filled));
  EXPECT_EQ(run.go().error().text(),
            "event 1: a source may deliver market and control events, found \"filled\"");
}

TEST(Session, an_empty_source_makes_an_empty_run) {
  Trial run;
  const Result<RunTotals> totals = run.go();
  ASSERT_TRUE(totals.ok());
  EXPECT_EQ(totals->input_events, 0U);
  EXPECT_EQ(totals->output_events, 2U);  // start and stop
}

TEST(Session, the_digest_does_not_depend_on_how_events_are_batched) {
  std::vector<std::uint64_t> digests;
  for (const std::size_t batch_size : {1U, 2U, 100U}) {
    Trial run;
    run.tape = test::Tape({test::plain_instrument()}, batch_size);
    run.puppet.traded = [](const Event&, Context& context) { EXPECT_TRUE(context.submit(buy(1))); };
    run.tape.add(trade(1, 50, 1))
        .add(test::book(2, BookAction::snapshot, {{49, 1}}, {{51, 2}}))
        .add(trade(3, 51, 1));
    run.tape.add(test::book(4, BookAction::diff, {{48, 1}}, {{52, 2}}));
    const Result<RunTotals> totals = run.go();
    ASSERT_TRUE(totals.ok());
    digests.push_back(totals->digest);
  }
  EXPECT_EQ(digests[0], digests[1]);
  EXPECT_EQ(digests[0], digests[2]);
}

TEST(Session, the_digest_covers_the_inputs) {
  std::vector<std::uint64_t> digests;
  for (const Price price : {50, 51}) {
    Trial run;
    run.tape.add(trade(1, price, 1));
    digests.push_back(run.go()->digest);
  }
  EXPECT_NE(digests[0], digests[1]);
}

}  // namespace
}  // namespace lockstep
