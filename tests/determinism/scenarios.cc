#include "tests/determinism/scenarios.h"

namespace lockstep::determinism {
namespace {

using feeds::SyntheticInstrument;

constexpr TimeNs kStart = 1'767'603'600 * kSecond;  // 2026-01-05T09:00:00Z
constexpr std::uint64_t kAll = ~std::uint64_t{0};   // every strategy

SyntheticInstrument instrument(const char* symbol, InstrumentKind kind, const char* settle) {
  SyntheticInstrument one;
  one.instrument.symbol = symbol;
  one.instrument.venue = "synthetic";
  one.instrument.base = "BTC";
  one.instrument.quote = "USD";
  one.instrument.settle = settle;
  one.instrument.kind = kind;
  one.events_per_second = 50;
  return one;
}

// 250.00 USD in steps of 0.02.
SyntheticInstrument perpetual() {
  SyntheticInstrument one = instrument("LINEAR", InstrumentKind::linear_perpetual, "USD");
  one.instrument.qty_scale = 3;
  one.instrument.tick = 2;
  one.start_price = 250'00;
  one.volatility_per_sqrt_day = 0.08;
  one.trade_qty = 400;
  one.level_qty = 2'000;
  return one;
}

// Contracts of 100 USD at 60,000.0 in steps of 5.0, settled in coins.
SyntheticInstrument inverse() {
  SyntheticInstrument one = instrument("INVERSE", InstrumentKind::inverse_perpetual, "BTC");
  one.instrument.price_scale = 1;
  one.instrument.multiplier = 100;
  one.instrument.tick = 50;
  one.start_price = 60'000'0;
  one.volatility_per_sqrt_day = 0.08;
  one.trade_qty = 5;
  one.level_qty = 40;
  return one;
}

// 41.00 USD in cents, whole shares.
SyntheticInstrument equity() {
  SyntheticInstrument one = instrument("EQUITY", InstrumentKind::equity, "USD");
  one.start_price = 41'00;
  one.volatility_per_sqrt_day = 0.08;
  one.trade_qty = 80;
  one.level_qty = 500;
  one.spread_ticks = 2;
  return one;
}

// 0.9000 USD in steps of 0.0005, lots of ten.
SyntheticInstrument spot() {
  SyntheticInstrument one = instrument("SPOT", InstrumentKind::spot, "USD");
  one.instrument.price_scale = 4;
  one.instrument.tick = 5;
  one.instrument.lot = 10;
  one.start_price = 9'000;
  one.volatility_per_sqrt_day = 0.1;
  one.trade_qty = 1'000;
  one.level_qty = 5'000;
  return one;
}

SyntheticInstrument on_trades(SyntheticInstrument one) {
  one.books = false;
  one.trade_percent = 100;
  return one;
}

SyntheticInstrument on_quotes(SyntheticInstrument one) {
  one.books = false;
  one.quotes = true;
  return one;
}

SyntheticInstrument on_bars(SyntheticInstrument one) {
  one = on_trades(one);
  one.trades = false;
  one.bars = true;
  one.events_per_second = 2;
  return one;
}

class Builder {
 public:
  Builder(std::string name, std::vector<SyntheticInstrument> instruments, std::uint64_t events) {
    scenario_.name = std::move(name);
    scenario_.feed.seed = 20'260'105 + scenario_.name.size();
    scenario_.feed.start_ts_ns = kStart;
    scenario_.feed.max_events = events;
    scenario_.feed.latency.constant_ns = kMillisecond;
    scenario_.feed.instruments = std::move(instruments);
    const std::size_t count = scenario_.feed.instruments.size();
    scenario_.venue.seed = scenario_.feed.seed;
    scenario_.venue.connection.order_latency.median_ns = 5 * kMillisecond;
    scenario_.venue.connection.answer_latency.median_ns = 3 * kMillisecond;
    scenario_.venue.fees.resize(count);
    scenario_.session.seed = scenario_.feed.seed;
    scenario_.session.portfolio.starting_cash = {{"USD", Money::from_nanos(100'000 * kNanosPerUnit)}};
    for (const SyntheticInstrument& one : scenario_.feed.instruments) {
      if (one.instrument.settle == "BTC") scenario_.session.rates_nanos = {{"BTC", 60'000 * kNanosPerUnit}};
    }
    scenario_.session.limits.resize(count);
    scenario_.session.checkpoint_interval = 1'000;
  }

  Builder& strategy(std::string name, std::map<std::string, std::string> parameters) {
    std::vector<InstrumentId> universe;
    for (InstrumentId id = 0; id < scenario_.feed.instruments.size(); ++id) universe.push_back(id);
    return strategy(std::move(name), std::move(parameters), std::move(universe));
  }
  Builder& strategy(std::string name, std::map<std::string, std::string> parameters,
                    std::vector<InstrumentId> universe) {
    scenario_.strategies.push_back({std::move(name), std::move(parameters), std::move(universe)});
    return *this;
  }
  Builder& control(std::uint64_t at, Kind kind, Control control = {0, kAll, 0, {}}) {
    scenario_.controls.push_back({at, kind, control});
    return *this;
  }
  /// Half of all feed, order and answer delays are longer than these.
  Builder& lognormal() {
    scenario_.feed.latency = {500 * kMicrosecond, 2 * kMillisecond, 1.0};
    scenario_.venue.connection.order_latency = {LatencyKind::lognormal, 10 * kMillisecond, 0.8, kMillisecond};
    scenario_.venue.connection.answer_latency = {LatencyKind::lognormal, 8 * kMillisecond, 0.8, kMillisecond};
    return *this;
  }
  Builder& fees(std::int64_t maker_ppb, std::int64_t taker_ppb) {
    for (sim::Fees& fees : scenario_.venue.fees) fees = {maker_ppb, taker_ppb};
    return *this;
  }
  Builder& limits(const RiskLimits& limits) {
    for (RiskLimits& one : scenario_.session.limits) one = limits;
    return *this;
  }
  Builder& least(const Least& least) {
    scenario_.least = least;
    return *this;
  }
  Scenario* operator->() { return &scenario_; }
  Scenario done() { return scenario_; }

 private:
  Scenario scenario_;
};

using Words = std::map<std::string, std::string>;

Words momentum(const char* on) {
  return {{"on", on}, {"fast", "20"}, {"slow", "80"}, {"threshold_bps", "0.1"}, {"qty", "1"}};
}
Words reversion(const char* on) {
  return {{"on", on}, {"window", "100"}, {"entry_z", "1.5"}, {"time_stop", "5s"}, {"qty", "1"}};
}
Words maker(const char* on) {
  return {{"on", on},   {"half_spread_bps", "0.4"}, {"skew_bps", "0.2"}, {"requote_bps", "0.3"},
          {"qty", "1"}, {"max_inventory", "5"}};
}

Words with(Words words, const char* name, const char* value) {
  words[name] = value;
  return words;
}

void add_each_strategy_on_each_feed(std::vector<Scenario>& all) {
  const auto add = [&](std::string name, SyntheticInstrument one, std::uint64_t events, std::string strategy,
                       Words words) {
    all.push_back(Builder(std::move(name), {std::move(one)}, events)
                      .strategy(std::move(strategy), std::move(words))
                      .least({10})
                      .done());
  };
  add("momentum_on_trades", on_trades(perpetual()), 10'000, "momentum", momentum("trades"));
  add("momentum_on_quotes", on_quotes(perpetual()), 10'000, "momentum", momentum("quotes"));
  add("momentum_on_book", perpetual(), 10'000, "momentum", momentum("book"));
  add("momentum_on_bars", on_bars(perpetual()), 2'000, "momentum", momentum("bars"));
  add("mean_reversion_on_trades", on_trades(perpetual()), 10'000, "mean_reversion", reversion("trades"));
  add("mean_reversion_on_quotes", on_quotes(perpetual()), 10'000, "mean_reversion", reversion("quotes"));
  add("mean_reversion_on_book", perpetual(), 10'000, "mean_reversion", reversion("book"));
  add("mean_reversion_on_bars", on_bars(perpetual()), 2'000, "mean_reversion",
      with(reversion("bars"), "time_stop", "20m"));
  add("market_maker_on_trades", on_trades(perpetual()), 10'000, "market_maker", maker("trades"));
  add("market_maker_on_quotes", on_quotes(perpetual()), 10'000, "market_maker", maker("quotes"));
  add("market_maker_on_book", perpetual(), 10'000, "market_maker", maker("book"));
  add("market_maker_on_bars", on_bars(perpetual()), 2'000, "market_maker",
      with(maker("bars"), "half_spread_bps", "5"));
}

void add_latency_and_instruments(std::vector<Scenario>& all) {
  all.push_back(Builder("momentum_lognormal_latency", {perpetual()}, 10'000)
                    .strategy("momentum", momentum("book"))
                    .lognormal()
                    .least({10})
                    .done());
  all.push_back(Builder("market_maker_lognormal_latency", {perpetual()}, 10'000)
                    .strategy("market_maker", maker("book"))
                    .lognormal()
                    .least({10})
                    .done());
  all.push_back(Builder("market_maker_rebates", {perpetual()}, 10'000)
                    .strategy("market_maker", maker("book"))
                    .fees(-100'000, 500'000)
                    .least({10})
                    .done());
  all.push_back(Builder("momentum_inverse_perpetual_fees", {inverse()}, 10'000)
                    .strategy("momentum", with(momentum("book"), "qty", "3"))
                    .fees(200'000, 500'000)
                    .least({10})
                    .done());
  all.push_back(Builder("market_maker_inverse_perpetual", {inverse()}, 10'000)
                    .strategy("market_maker", maker("book"))
                    .fees(200'000, 500'000)
                    .least({10})
                    .done());
  all.push_back(Builder("mean_reversion_equity", {equity()}, 10'000)
                    .strategy("mean_reversion", with(reversion("book"), "qty", "100"))
                    .fees(0, 50'000)
                    .least({10})
                    .done());
  all.push_back(
      Builder("market_maker_several_instruments", {perpetual(), spot(), equity(), inverse()}, 20'000)
          .strategy("market_maker", with(with(maker("book"), "qty", "10"), "max_inventory", "40"))
          .fees(100'000, 300'000)
          .least({40})
          .done());

  Builder funding("funding_and_marks", {perpetual(), inverse()}, 10'000);
  for (SyntheticInstrument& one : funding->feed.instruments) {
    one.mark_interval_ns = kSecond;
    one.funding_interval_ns = kMinute;
  }
  all.push_back(
      funding.strategy("mean_reversion", reversion("trades")).fees(100'000, 300'000).least({10}).done());

  Builder unsteady("a_receive_clock_that_goes_back", {perpetual(), equity()}, 10'000);
  unsteady->has_unsteady_clock = true;
  all.push_back(unsteady.strategy("dice", {})
                    .strategy("market_maker", maker("book"))
                    .lognormal()
                    .least({100, 1})
                    .done());

  Builder until("until_a_time_before_the_end", {perpetual()}, 10'000);
  until->session.until_ts_ns = kStart + 100 * kSecond;
  all.push_back(until.strategy("market_maker", maker("book")).least({10}).done());
}

void add_controls(std::vector<Scenario>& all) {
  all.push_back(Builder("kill", {perpetual(), spot()}, 10'000)
                    .strategy("dice", {})
                    .control(6'000, Kind::kill)
                    .least({100, 100})
                    .done());
  all.push_back(Builder("pause_and_resume", {perpetual()}, 10'000)
                    .strategy("market_maker", maker("book"))
                    .control(3'000, Kind::pause)
                    .control(5'000, Kind::resume)
                    .control(7'000, Kind::pause)
                    .least({10, 5})
                    .done());
  all.push_back(Builder("stop", {perpetual()}, 10'000)
                    .strategy("market_maker", maker("book"))
                    .control(7'000, Kind::stop)
                    .least({10})
                    .done());
  // By index: momentum's `fast`, market maker's `qty` in 10^-9.
  all.push_back(Builder("parameter_changes", {perpetual()}, 10'000)
                    .strategy("momentum", momentum("trades"))
                    .strategy("market_maker", maker("book"))
                    .control(2'000, Kind::parameter, {1, 0, 5, {}})
                    .control(4'000, Kind::parameter, {4, 1, 2'000'000'000, {}})
                    .control(6'000, Kind::parameter, {1, 0, 40, {}})
                    .least({10})
                    .done());
  // A live run's clock: timers that only move time on.
  Builder clock("clock_events_from_the_source", {perpetual()}, 10'000);
  for (std::uint64_t at = 500; at < 10'000; at += 500) clock.control(at, Kind::timer);
  all.push_back(clock.strategy("metronome", {}).least({10}).done());
}

void add_risk_and_gaps(std::vector<Scenario>& all) {
  all.push_back(Builder("denied_by_position_and_size", {perpetual(), inverse()}, 10'000)
                    .strategy("dice", {})
                    .limits({8, 0, 20, 0, 0})
                    .least({100, 100})
                    .done());
  all.push_back(Builder("denied_by_notional_orders_and_collar", {perpetual(), equity()}, 10'000)
                    .strategy("dice", {{"lots", "40"}})
                    .limits({0, 1'000 * kNanosPerUnit, 0, 6, 5})
                    .least({100, 100})
                    .done());

  Builder gaps("gaps_in_the_book", {perpetual(), spot()}, 15'000);
  for (SyntheticInstrument& one : gaps->feed.instruments) {
    one.gap_numerator = 1;
    one.gap_denominator = 400;
    one.snapshot_delay_ns = 2 * kSecond;
  }
  all.push_back(gaps.strategy("dice", {})
                    .strategy("market_maker", with(with(maker("book"), "qty", "10"), "max_inventory", "40"))
                    .least({100, 10, 10})
                    .done());

  Builder quotes("gaps_with_quotes_to_fall_back_on", {perpetual()}, 15'000);
  quotes->feed.instruments[0].quotes = true;
  quotes->feed.instruments[0].gap_numerator = 1;
  quotes->feed.instruments[0].gap_denominator = 400;
  all.push_back(quotes.strategy("dice", {}).lognormal().least({100, 10, 10}).done());
}

void add_chance_and_timers(std::vector<Scenario>& all) {
  all.push_back(Builder("dice_on_book", {perpetual(), equity()}, 10'000)
                    .strategy("dice", {{"one_in", "3"}, {"lots", "3000"}})
                    .lognormal()
                    .fees(100'000, 300'000)
                    .least({100, 1})
                    .done());
  all.push_back(Builder("dice_on_quotes", {on_quotes(perpetual())}, 10'000)
                    .strategy("dice", {{"lots", "1000"}})
                    .least({100, 1})
                    .done());
  all.push_back(Builder("dice_on_trades", {on_trades(perpetual())}, 10'000)
                    .strategy("dice", {{"lots", "1000"}})
                    .least({100, 1})
                    .done());
  all.push_back(Builder("dice_on_bars", {on_bars(spot())}, 3'000)
                    .strategy("dice", {{"one_in", "2"}})
                    .least({100, 1})
                    .done());
  all.push_back(Builder("timers", {perpetual()}, 8'000)
                    .strategy("metronome", {})
                    .strategy("metronome", {{"interval", "100ms"}})
                    .least({100})
                    .done());

  Builder fifo("fifo_basis", {perpetual(), inverse(), spot()}, 12'000);
  fifo->session.portfolio.cost_basis = CostBasis::fifo;
  all.push_back(fifo.strategy("dice", {{"lots", "50"}}).fees(100'000, 300'000).least({100, 1}).done());

  all.push_back(Builder("several_strategies", {perpetual(), spot(), equity()}, 20'000)
                    .strategy("momentum", momentum("trades"), {0})
                    .strategy("mean_reversion", with(reversion("book"), "qty", "10"), {0, 1})
                    .strategy("market_maker", with(with(maker("book"), "qty", "10"), "max_inventory", "50"))
                    .strategy("dice", {}, {1, 2})
                    .strategy("metronome", {}, {2})
                    .lognormal()
                    .fees(-50'000, 300'000)
                    .limits({0, 0, 100'000, 40, 100})
                    .least({200, 5})
                    .done());
}

}  // namespace

std::vector<Scenario> all_scenarios() {
  std::vector<Scenario> all;
  add_each_strategy_on_each_feed(all);
  add_latency_and_instruments(all);
  add_controls(all);
  add_risk_and_gaps(all);
  add_chance_and_timers(all);
  return all;
}

Scenario scenario_named(std::string_view name) {
  for (Scenario& scenario : all_scenarios()) {
    if (scenario.name == name) return scenario;
  }
  LOCKSTEP_CHECK(false, "no scenario of that name");
  return {};
}

Scenario shortened(Scenario scenario, std::uint64_t events) {
  scenario.feed.max_events = events;
  return scenario;
}

}  // namespace lockstep::determinism
