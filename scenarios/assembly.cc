#include "scenarios/assembly.h"

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "feeds/delayed.h"
#include "feeds/script/script_source.h"
#include "recordings/log_content.h"
#include "scenarios/instrument_name.h"

namespace lockstep::scenarios {
namespace {

recordings::OnDamage on_damage(Damage damage) {
  switch (damage) {
    case Damage::strict: return recordings::OnDamage::strict;
    case Damage::prefix: return recordings::OnDamage::prefix;
    case Damage::salvage: return recordings::OnDamage::salvage;
  }
  return recordings::OnDamage::strict;
}

// A limit given in decimal text as the instrument counts; what is finer than the instrument's unit is an
// error.
Result<std::int64_t> limit_in(const std::string& text, int scale, const std::string& where) {
  const Result<std::int64_t> value = parse_decimal(text, scale);
  if (!value) return Error{ErrorCode::bad_input, where, value.error().what};
  return *value;
}

// A checkpoint walks over the state of every instrument.
std::uint64_t checkpoint_interval(const Scenario& scenario, std::size_t instruments) {
  if (scenario.checkpoint_interval > 0) return static_cast<std::uint64_t>(scenario.checkpoint_interval);
  return std::max<std::uint64_t>(4096, 64 * instruments);
}

}  // namespace

Result<std::uint64_t> content_hash_of(const recordings::LogReader& reader) {
  if (reader.seal()) return reader.seal()->content_hash;
  auto whole = recordings::LogReader::open(reader.path());
  if (!whole) return whole.error();
  recordings::ContentHash hash((*whole)->instruments());
  for (Batch batch;;) {
    const Result<Source::Pull> pulled = (*whole)->pull(batch);
    if (!pulled) return pulled.error();
    if (*pulled == Source::Pull::end) return hash.value();
    for (const Event& event : batch.events) {
      if (event.kind == Kind::book) {
        const auto update = event.as<BookUpdate>();
        hash.add(event,
                 batch.levels.subspan(update.first_level, std::size_t{update.bid_count} + update.ask_count));
      } else {
        hash.add(event, {});
      }
    }
  }
}

Result<std::unique_ptr<Source>> make_source(const Feed& feed) {
  LOCKSTEP_CHECK(feed.kind != FeedKind::recording, "a recording is opened, not made");
  if (feed.kind == FeedKind::synthetic) {
    if (Status valid = feeds::validate(feed.synthetic); !valid) return valid.error();
    return std::unique_ptr<Source>(std::make_unique<feeds::SyntheticSource>(feed.synthetic));
  }
  if (feed.kind == FeedKind::flow) {
    if (Status valid = feeds::validate(feed.flow); !valid) return valid.error();
    return std::unique_ptr<Source>(std::make_unique<feeds::OrderFlowSource>(feed.flow));
  }
  const ScriptFeed& script = feed.script;
  Result<feeds::ScriptEvents> events =
      feeds::parse_script(script.events, script.instruments, script.start_ts_ns);
  if (!events) return events.error();
  return std::unique_ptr<Source>(
      std::make_unique<feeds::ScriptSource>(script.instruments, std::move(*events)));
}

Result<std::unique_ptr<Assembly>> Assembly::make(const Scenario& scenario,
                                                 std::span<const StrategyFactory> factories,
                                                 const std::string& recording_path) {
  std::unique_ptr<Assembly> assembly(new Assembly);
  if (Status done = assembly->open_source(scenario, recording_path); !done) return done.error();
  if (scenario.feed.latency_model) {
    assembly->source_ = std::make_unique<feeds::DelayedSource>(std::move(assembly->source_),
                                                               *scenario.feed.latency_model, scenario.seed);
  }
  SessionConfig& config = assembly->session_config_;
  config.seed = scenario.seed;
  config.sample_interval_ns = scenario.sample_interval_ns;
  config.checkpoint_interval = checkpoint_interval(scenario, assembly->source_->instruments().size());
  config.until_ts_ns = scenario.until_ts_ns;
  if (Status done = assembly->set_account(scenario); !done) return done.error();
  if (Status done = assembly->set_limits(scenario); !done) return done.error();
  if (Status done = assembly->set_venue(scenario); !done) return done.error();
  if (Status done = assembly->add_strategies(scenario, factories); !done) return done.error();
  return assembly;
}

Status Assembly::open_source(const Scenario& scenario, const std::string& recording_path) {
  if (scenario.feed.kind != FeedKind::recording) {
    Result<std::unique_ptr<Source>> source = make_source(scenario.feed);
    if (!source) return source.error();
    source_ = std::move(*source);
    return Done{};
  }
  const std::string path = recording_path.empty() ? scenario.feed.path : recording_path;
  recordings::LogReadOptions options;
  options.on_damage = on_damage(scenario.feed.on_damage);
  options.from_ts_ns = scenario.feed.from_ts_ns;
  options.to_ts_ns = scenario.feed.to_ts_ns;
  auto reader = recordings::LogReader::open(path);
  if (!reader) return reader.error();
  if ((*reader)->header().kind == recordings::LogKind::journal) {
    return Error{
        ErrorCode::bad_input, path,
        "this is a run's journal, not a recording; repeat the run with `lockstep replay " + path + "`"};
  }
  const Result<std::uint64_t> hash = content_hash_of(**reader);
  if (!hash) return hash.error();
  recording_ = {std::filesystem::path(path).filename().string(), *hash};
  if (!scenario.feed.instruments.empty() || options.on_damage != recordings::OnDamage::strict ||
      options.from_ts_ns != INT64_MIN || options.to_ts_ns != INT64_MAX) {
    for (const std::string& symbol : scenario.feed.instruments) {
      const Result<InstrumentId> id = find_instrument((*reader)->instruments(), symbol, "feed.instruments");
      if (!id) return id.error();
      options.instruments.push_back(*id);
    }
    reader = recordings::LogReader::open(path, options);
    if (!reader) return reader.error();
  }
  reader_ = reader->get();
  source_ = std::move(*reader);
  if (source_->instruments().empty())
    return Error{ErrorCode::bad_input, path, "the recording has no instruments"};
  return Done{};
}

Status Assembly::set_account(const Scenario& scenario) {
  PortfolioConfig& portfolio = session_config_.portfolio;
  portfolio.reporting_currency =
      scenario.account.currency.empty() ? instruments().front().settle : scenario.account.currency;
  portfolio.cost_basis = scenario.account.cost_basis;
  for (const auto& [currency, amount] : scenario.account.cash) {
    if (currency == portfolio.reporting_currency) {
      return Error{ErrorCode::bad_input, "account.balances." + currency,
                   "is the account's own currency; say it as account.cash"};
    }
    portfolio.starting_cash[currency.empty() ? portfolio.reporting_currency : currency] = amount;
  }
  for (const auto& [currency, rate] : scenario.account.rates) {
    if (rate.nanos > 0) session_config_.rates_nanos[currency] = rate.nanos;
    if (rate.instrument.empty()) continue;
    const std::string where = "account.rates." + currency + ".instrument";
    const Result<InstrumentId> id = find_instrument(instruments(), rate.instrument, where);
    if (!id) return id.error();
    const std::string& expected = rate.is_inverted ? currency : portfolio.reporting_currency;
    if (instruments()[*id].quote != expected)
      return Error{ErrorCode::bad_input, where,
                   rate.instrument + " is quoted in " + instruments()[*id].quote + ", expected " + expected +
                       (rate.is_inverted ? ", since it is inverted"
                                         : "; a price of the account's currency in "
                                           "this one is `inverted = true`")};
    session_config_.quoted_rates.push_back({currency, *id, rate.is_inverted});
  }
  return validate(portfolio);
}

Status Assembly::set_limits(const Scenario& scenario) {
  const auto choices =
      by_instrument(instruments(), scenario.risk, scenario.risk_by_symbol, "risk.instruments");
  if (!choices) return choices.error();
  for (InstrumentId id = 0; id < instruments().size(); ++id) {
    const Instrument& instrument = instruments()[id];
    const RiskChoice& choice = (*choices)[id];
    const Result<std::int64_t> order_qty =
        limit_in(choice.max_order_qty, instrument.qty_scale, "risk.max_order_qty of " + instrument.symbol);
    if (!order_qty) return order_qty.error();
    const Result<std::int64_t> order_notional =
        limit_in(choice.max_order_notional, kMoneyScale, "risk.max_order_notional of " + instrument.symbol);
    if (!order_notional) return order_notional.error();
    const Result<std::int64_t> position =
        limit_in(choice.max_position, instrument.qty_scale, "risk.max_position of " + instrument.symbol);
    if (!position) return position.error();
    session_config_.limits.push_back({*order_qty, *order_notional, *position,
                                      static_cast<std::uint32_t>(choice.max_open_orders),
                                      static_cast<std::uint32_t>(choice.price_collar_bps)});
  }
  return Done{};
}

Status Assembly::set_venue(const Scenario& scenario) {
  Result<std::vector<sim::Fees>> fees =
      by_instrument(instruments(), scenario.venue.fees, scenario.venue.fees_by_symbol, "venue.instruments");
  if (!fees) return fees.error();
  sim::SimConfig config;
  config.seed = scenario.seed;
  config.connection = scenario.venue.connection;
  config.fees = std::move(*fees);
  const Result<std::vector<RulesChoice>> rules =
      by_instrument(instruments(), scenario.venue.rules, scenario.venue.rules_by_symbol, "venue.instruments");
  if (!rules) return rules.error();
  const Result<std::vector<FillsChoice>> fills =
      by_instrument(instruments(), scenario.venue.fills, scenario.venue.fills_by_symbol, "venue.instruments");
  if (!fills) return fills.error();
  for (InstrumentId id = 0; id < instruments().size(); ++id) {
    const Result<sim::VenueRules> of_one = rules_for((*rules)[id], instruments()[id]);
    if (!of_one) return of_one.error();
    config.rules.push_back(*of_one);
    const Result<sim::FillRules> fills_of_one = fills_for((*fills)[id], instruments()[id]);
    if (!fills_of_one) return fills_of_one.error();
    config.fills.push_back(*fills_of_one);
  }
  const Result<std::vector<ExchangeChoice>> exchanges = by_instrument(
      instruments(), scenario.venue.exchange, scenario.venue.exchange_by_symbol, "venue.instruments");
  if (!exchanges) return exchanges.error();
  for (InstrumentId id = 0; id < instruments().size(); ++id) {
    const auto of_one = exchange_for((*exchanges)[id], config.rules[id], instruments()[id]);
    if (!of_one) return of_one.error();
    config.exchanges.push_back(*of_one);
  }
  config.fee_window_days = scenario.venue.fee_window_days;
  Result<sim::MoneyConfig> money = money_for(scenario.venue.money, instruments(), session_config_.portfolio);
  if (!money) return money.error();
  if (sim::has_effect(*money)) config.money = std::move(*money);
  venue_ = std::make_unique<sim::SimVenue>(instruments(), config);
  return Done{};
}

Status Assembly::add_strategies(const Scenario& scenario, std::span<const StrategyFactory> factories) {
  std::vector<std::string_view> names;
  for (const StrategyFactory& factory : factories) names.push_back(factory.name);
  for (const StrategyChoice& choice : scenario.strategies) {
    const auto factory = std::find_if(factories.begin(), factories.end(),
                                      [&](const StrategyFactory& f) { return f.name == choice.name; });
    if (factory == factories.end()) {
      std::string list;
      for (const std::string_view name : names) list += (list.empty() ? "" : ", ") + std::string(name);
      const std::string_view near = nearest(choice.name, names);
      return Error{ErrorCode::bad_input, "strategy \"" + choice.name + "\"",
                   "this program does not have it" +
                       (near.empty() ? std::string() : "; did you mean " + std::string(near) + "?") +
                       (near.empty() ? "; it has " : " It has ") + list};
    }
    Result<Parameters> parameters = Parameters::read(factory->parameters, choice.parameters);
    if (!parameters)
      return Error{parameters.error().code, "strategy " + choice.name + ", " + parameters.error().where,
                   parameters.error().what};
    SessionStrategy entry;
    entry.name = choice.name;
    entry.strategy = factory->make(*parameters);
    entry.parameters = std::move(*parameters);
    for (const std::string& symbol : choice.instruments) {
      const Result<InstrumentId> id =
          find_instrument(instruments(), symbol, "instruments of strategy " + choice.name);
      if (!id) return id.error();
      entry.universe.push_back(*id);
    }
    std::sort(entry.universe.begin(), entry.universe.end());
    if (std::adjacent_find(entry.universe.begin(), entry.universe.end()) != entry.universe.end()) {
      return Error{ErrorCode::bad_input, "instruments of strategy " + choice.name,
                   "name each instrument once"};
    }
    if (entry.universe.empty()) {
      entry.universe.resize(instruments().size());
      std::iota(entry.universe.begin(), entry.universe.end(), InstrumentId{0});
    }
    strategies_.push_back(std::move(entry));
  }
  return Done{};
}

std::set<InstrumentId> Assembly::traded() const {
  std::set<InstrumentId> ids;
  for (const SessionStrategy& strategy : strategies_)
    ids.insert(strategy.universe.begin(), strategy.universe.end());
  return ids;
}

std::unique_ptr<Session> Assembly::make_session(Journal& journal, ResultSink* results) {
  LOCKSTEP_CHECK(!strategies_.empty(), "an assembly makes one session");
  return std::make_unique<Session>(session_config_, *source_, *venue_, journal, results,
                                   std::move(strategies_));
}

}  // namespace lockstep::scenarios
