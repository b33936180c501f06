// What must not change when a recording is cut in two and joined again, when a strategy looks on, and when it
// trades: of whole runs, from the recording to the digest.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "feeds/delayed.h"
#include "recordings/log_reader.h"
#include "recordings/log_tools.h"
#include "tests/support/log_sample.h"
#include "tests/support/order_flow.h"
#include "tests/support/small_run.h"

namespace lockstep {
namespace {

// What a strategy saw of the books, event by event.
std::vector<std::uint64_t>* seen_by_watcher = nullptr;

std::uint64_t digest_of_levels(const PriceBook& book) {
  Digest digest;
  for (const Side side : {Side::buy, Side::sell}) {
    digest.mix(book.side(side).size());
    for (std::size_t depth = 0; depth < book.side(side).size(); ++depth) {
      digest.mix(static_cast<std::uint64_t>(book.side(side).at(depth).price));
      digest.mix(static_cast<std::uint64_t>(book.side(side).at(depth).qty));
    }
  }
  return digest.value();
}

// Does what the strategy within does, or nothing, and writes down every book it is shown.
class Watcher final : public Strategy {
 public:
  explicit Watcher(std::unique_ptr<Strategy> inner) : inner_(std::move(inner)) {}
  Status on_start(Context& context) override { return inner_ ? inner_->on_start(context) : Done{}; }
  void on_trade(const Event& event, const Trade& trade, Context& context) override {
    if (!is_told_as_trade_) look(event, context);
    is_told_as_trade_ = false;
    if (inner_) inner_->on_trade(event, trade, context);
  }
  void on_book(const Event& event, const BookUpdate& update, Context& context) override {
    look(event, context);
    if (inner_) inner_->on_book(event, update, context);
  }
  void on_other(const Event& event, Context& context) override {
    look(event, context);
    // It is told again, as the trade that it is.
    is_told_as_trade_ = event.kind == Kind::order_action && trade_of(event).has_value();
    if (inner_) inner_->on_other(event, context);
  }
  void on_execution(const Event& execution, const Order& order, Context& context) override {
    if (inner_) inner_->on_execution(execution, order, context);
  }
  void on_timer(std::uint64_t id, Context& context) override {
    if (inner_) inner_->on_timer(id, context);
  }
  void visit(StateVisitor& visitor) override {
    if (inner_) inner_->visit(visitor);
  }

 private:
  static void look(const Event& event, Context& context) {
    seen_by_watcher->push_back(digest_of_levels(context.market(event.instrument).book));
  }
  std::unique_ptr<Strategy> inner_;
  bool is_told_as_trade_ = false;
};

StrategyFactory market_maker() {
  for (const StrategyFactory& factory : builtin_strategies()) {
    if (factory.name == "market_maker") return factory;
  }
  return {};
}

std::unique_ptr<Strategy> make_idle(const Parameters&) {
  return std::make_unique<Watcher>(nullptr);
}
std::unique_ptr<Strategy> make_trading(const Parameters& parameters) {
  return std::make_unique<Watcher>(market_maker().make(parameters));
}

std::vector<StrategyFactory> watchers() {
  StrategyFactory idle = market_maker();
  idle.name = "idle";
  idle.make = make_idle;
  StrategyFactory trading = market_maker();
  trading.make = make_trading;
  return {idle, trading};
}

// A market maker on a recording of levels and trades, or of orders.
std::string scenario_on(const std::string& recording, const char* strategy = "market_maker") {
  return "seed = 3\n[feed]\npath = \"" + recording + "\"\n[account]\ncash = 100000\n[strategy]\nname = \"" +
         strategy +
         "\"\n[strategy.parameters]\nhalf_spread_bps = 0.5\nrequote_bps = 0.5\nqty = 1\nmax_inventory = 5\n"
         "[venue]\norder_latency = { median = \"2ms\" }\n"
         "answer_latency = { median = \"2ms\" }\n[venue.fills]\nqueue_model = \"proportional\"\n";
}

std::uint64_t random_seed() {
  return *rc::gen::inRange<std::uint64_t>(1, 1'000'000);
}

// Makes one of the two kinds and says which.
bool record_any(const std::string& path) {
  if (*rc::gen::arbitrary<bool>()) {
    test::OrderFlow flow;
    flow.seed = random_seed();
    flow.messages = 3000;
    RC_ASSERT(test::OrderFlowMaker(flow).write(path).ok());
    return true;
  }
  scenarios::Scenario scenario =
      test::scenario_of(test::kSmallScenario, {"seed=" + std::to_string(random_seed()), "feed.duration=20s"});
  feeds::SyntheticSource source(scenario.feed.synthetic);
  recordings::LogHeader header;
  header.program_version = "test";
  header.instruments.assign(source.instruments().begin(), source.instruments().end());
  testing::write_log(path, header, testing::read_all(source).events);
  return false;
}

scenarios::RunSummary run_on(const std::string& recording, const std::string& folder, const char* strategy,
                             const std::vector<StrategyFactory>& factories) {
  const scenarios::Scenario scenario = test::scenario_of(scenario_on(recording, strategy));
  auto summary = scenarios::run_scenario(scenario, factories, {folder, {}});
  RC_ASSERT(summary.ok());
  return std::move(summary).value();
}

// Events that were received at one time stay in one half: between files, only time says which comes first.
RC_GTEST_PROP(RunMetamorphosis, a_flow_cut_in_two_recordings_and_merged_gives_the_same_run, ()) {
  const testing::TemporaryFolder folder;
  const std::string whole = folder / "whole.lsr";
  record_any(whole);
  const auto reader = recordings::LogReader::open(whole);
  const recordings::LogHeader header = (*reader)->header();
  std::vector<testing::OwnedEvent> halves[2];
  RandomStream coin(random_seed(), 1, 0);
  bool is_second = false;
  TimeNs before = kNoTime;
  for (const testing::OwnedEvent& event : testing::read_log(whole).events) {
    if (event.event.recv_ts_ns != before) is_second = coin.bernoulli(1, 2);
    before = event.event.recv_ts_ns;
    halves[is_second ? 1 : 0].push_back(event);
  }
  RC_PRE(!halves[0].empty() && !halves[1].empty());
  testing::write_log(folder / "a.lsr", header, halves[0]);
  testing::write_log(folder / "b.lsr", header, halves[1]);
  RC_ASSERT(recordings::log_merge({folder / "a.lsr", folder / "b.lsr"}, folder / "merged.lsr", {}).ok());

  const auto expected = run_on(whole, folder / "run", "market_maker", builtin_strategies());
  const auto found = run_on(folder / "merged.lsr", folder / "run2", "market_maker", builtin_strategies());
  RC_CLASSIFY(expected.totals.fills > 0);
  RC_ASSERT(found.totals.digest == expected.totals.digest);
  RC_ASSERT(found.totals.fills == expected.totals.fills);
  RC_ASSERT(found.final_equity == expected.final_equity);
}

// Nor does one that trades change it: the recorded market does not know of us.
RC_GTEST_PROP(RunMetamorphosis, whether_or_not_it_trades_a_strategy_sees_the_book_as_recorded, ()) {
  const testing::TemporaryFolder folder;
  const std::string path = folder / "market.lsr";
  const bool by_order = record_any(path);
  std::vector<std::uint64_t> expected;
  Books books(1);
  for (const testing::OwnedEvent& owned : testing::read_log(path).events) {
    if (!is_market(owned.event.kind)) continue;
    books.apply(owned.event, owned.levels);
    expected.push_back(digest_of_levels(books[0].book));
  }
  for (const char* strategy : {"idle", "market_maker"}) {
    std::vector<std::uint64_t> seen;
    seen_by_watcher = &seen;
    const auto summary = run_on(path, folder / strategy, strategy, watchers());
    RC_CLASSIFY(by_order, "by order");
    RC_CLASSIFY(by_order && summary.totals.orders > 0, "by order with orders");
    RC_CLASSIFY(by_order && summary.totals.fills > 0, "by order with fills");
    RC_CLASSIFY(!by_order && summary.totals.fills > 0, "levels with fills");
    RC_ASSERT(seen == expected);
  }
}

// Under a constant delay of the feed, what is known at any time is a beginning of what a smaller delay knows.
RC_GTEST_PROP(RunMetamorphosis, with_more_delay_of_the_feed_less_is_known_at_any_time, ()) {
  const testing::TemporaryFolder folder;
  const std::string path = folder / "market.lsr";
  record_any(path);
  const auto delay_ns = *rc::gen::inRange<DurationNs>(0, 50 * kMillisecond);
  const auto more_ns = delay_ns + *rc::gen::inRange<DurationNs>(0, 50 * kMillisecond);
  const auto received = [&](DurationNs constant_ns) {
    LatencyModel model;
    model.kind = LatencyKind::constant;
    model.median_ns = constant_ns;
    feeds::DelayedSource source(recordings::LogReader::open(path).value(), model, 1);
    return testing::read_all(source).events;
  };
  const auto early = received(delay_ns);
  const auto late = received(more_ns);
  RC_ASSERT(early.size() == late.size());
  for (std::size_t i = 0; i < early.size(); ++i) {
    RC_ASSERT(early[i].event.words == late[i].event.words);
    RC_ASSERT(early[i].event.recv_ts_ns <= late[i].event.recv_ts_ns);
    RC_ASSERT(early[i].event.recv_ts_ns >= early[i].event.exch_ts_ns + delay_ns);
  }
}

}  // namespace
}  // namespace lockstep
