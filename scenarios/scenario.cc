#include "scenarios/scenario.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "scenarios/latency_section.h"
#include "scenarios/money_section.h"
#include "scenarios/scripted_orders.h"
#include "scenarios/synthetic_section.h"
#include "scenarios/toml_section.h"
#include "scenarios/toml_text.h"
#include "scenarios/venue_profile.h"

namespace lockstep::scenarios {
namespace {

constexpr int kPpbPerBpsScale =
    5;  // 1 bps = 10^5 parts per billion, so fees in bps with up to 5 decimals are whole

// The rates of the venue, or of one instrument.
sim::Fees read_fees(Section& section, const sim::Fees& fallback) {
  const auto text = [](std::int64_t ppb) { return format_decimal_short(ppb, kPpbPerBpsScale); };
  sim::Fees fees = fallback;
  const auto fee = [&](std::string_view key, std::int64_t otherwise) {
    constexpr std::int64_t kAll = 1'000'000'000;
    const std::int64_t ppb = section.decimal(key, text(otherwise), kPpbPerBpsScale);
    if (ppb < -kAll || ppb > kAll) section.fail(key, "must lie between -10000 and 10000, found " + text(ppb));
    return ppb;
  };
  fees.maker_ppb = fee("maker_fee_bps", fallback.maker_ppb);
  fees.taker_ppb = fee("taker_fee_bps", fallback.taker_ppb);
  // Rates of its own end what the venue's tiers say of them.
  if (fees.maker_ppb != fallback.maker_ppb || fees.taker_ppb != fallback.taker_ppb) fees.tiers.clear();
  return fees;
}

RiskChoice read_limits(Section& section, const RiskChoice& fallback) {
  RiskChoice risk;
  const auto limit = [&](std::string_view key, const std::string& default_text) {
    if (section.decimal(key, default_text, kMoneyScale) < 0)
      section.fail(key, "must not be negative; 0 switches it off");
    return section.text(key, default_text);
  };
  risk.max_order_qty = limit("max_order_qty", fallback.max_order_qty);
  risk.max_order_notional = limit("max_order_notional", fallback.max_order_notional);
  risk.max_position = limit("max_position", fallback.max_position);
  risk.max_open_orders = section.integer("max_open_orders", fallback.max_open_orders, 0, 1'000'000);
  risk.price_collar_bps = section.integer("price_collar_bps", fallback.price_collar_bps, 0, 1'000'000);
  return risk;
}

Feed read_feed(Section section, std::uint64_t seed) {
  Feed feed;
  const std::string kind = section.choice("kind", "recording", {"recording", "synthetic", "script", "flow"});
  feed.kind = kind == "script"      ? FeedKind::script
              : kind == "synthetic" ? FeedKind::synthetic
              : kind == "flow"      ? FeedKind::flow
                                    : FeedKind::recording;
  if (feed.kind == FeedKind::synthetic) {
    feed.synthetic = read_synthetic(section, seed);
  } else if (feed.kind == FeedKind::flow) {
    feed.flow = read_flow(section, seed);
  } else if (feed.kind == FeedKind::script) {
    feed.script = read_script(section);
  } else {
    feed.path = section.text("path", "");
    if (feed.path.empty())
      section.fail("path", "name the recording to replay (make one with `lockstep record`)");
    feed.from_ts_ns = section.time("from", INT64_MIN);
    feed.to_ts_ns = section.time("to", INT64_MAX);
    if (feed.from_ts_ns >= feed.to_ts_ns) section.fail("to", "must be later than from");
    feed.instruments = section.texts("instruments");
    const std::string damage = section.choice("on_damage", "strict", {"strict", "prefix", "salvage"});
    feed.on_damage = damage == "strict"   ? Damage::strict
                     : damage == "prefix" ? Damage::prefix
                                          : Damage::salvage;
  }
  feed.latency_model = read_feed_latency(section.section("latency_model"));
  section.finish();
  return feed;
}

std::map<std::string, RateChoice> read_rates(Section section) {
  std::map<std::string, RateChoice> rates;
  const std::vector<std::string> quoted = section.table_names();
  for (const std::string& currency : section.names()) {
    RateChoice& choice = rates[currency];
    const bool is_quoted = std::find(quoted.begin(), quoted.end(), currency) != quoted.end();
    if (is_quoted) {
      Section one = section.section(currency);
      choice.instrument = one.text("instrument", "");
      if (choice.instrument.empty()) one.fail("instrument", "name the instrument whose quotes say the rate");
      choice.is_inverted = one.flag("inverted", false);
      choice.nanos = one.decimal("rate", "0", kMoneyScale);
      if (choice.nanos < 0)
        one.fail("rate", "must be positive: what one unit is worth until the first quote");
      one.finish();
    } else {
      choice.nanos = section.decimal(currency, "0", kMoneyScale);
      if (choice.nanos <= 0)
        section.fail(currency, "expected a positive number: what one unit is worth in account.currency");
    }
  }
  section.finish();
  return rates;
}

Account read_account(Section section) {
  Account account;
  account.currency = section.text("currency", "");
  account.cash[""] = Money::from_nanos(section.decimal("cash", "100000", kMoneyScale));
  const Result<CostBasis> basis =
      parse_cost_basis(section.choice("cost_basis", "average", {"average", "fifo"}));
  account.cost_basis = basis ? *basis : CostBasis::average;
  Section balances = section.section("balances");
  for (const auto& [currency, amount] : balances.scalars()) {
    const Result<std::int64_t> nanos = parse_decimal(amount, kMoneyScale);
    if (nanos) {
      account.cash[currency] = Money::from_nanos(*nanos);
    } else {
      balances.fail(currency, nanos.error().what);
    }
  }
  account.rates = read_rates(section.section("rates"));
  section.finish();
  return account;
}

StrategyChoice read_strategy(Section section) {
  StrategyChoice choice;
  choice.name = section.text("name", "");
  if (choice.name.empty()) section.fail("name", "name the strategy, for instance market_maker");
  choice.instruments = section.texts("instruments");
  choice.parameters = section.section("parameters").scalars();
  section.finish();
  return choice;
}

// The node behind a key, a table made if missing; null if there is none. An entry of a list goes by its
// number, and `strategy` also names the only entry of [[strategies]], which is how a resolved scenario writes
// it.
toml::node* step_into(toml::node& node, std::string_view key) {
  if (toml::array* array = node.as_array()) {
    const Result<std::int64_t> index = parse_decimal(key, 0);
    return index && *index >= 0 ? array->get(static_cast<std::size_t>(*index)) : nullptr;
  }
  toml::table* table = node.as_table();
  if (table == nullptr) return nullptr;
  if (key == "strategy" && table->contains("strategies")) {
    toml::array* strategies = table->get("strategies")->as_array();
    return strategies != nullptr && strategies->size() == 1 ? strategies->get(0) : nullptr;
  }
  if (!table->contains(key)) table->insert(key, toml::table{});
  return table->get(key);
}

// The document with `key=value` put in its place.
Status apply_setting(toml::table& document, const std::string& setting) {
  const std::size_t equals = setting.find('=');
  if (equals == std::string::npos || equals == 0) {
    return Error{ErrorCode::bad_input, "--set " + setting,
                 "expected key=value, as in strategy.parameters.qty=0.02"};
  }
  const std::string value = setting.substr(equals + 1);
  toml::node* node = &document;
  std::string_view rest(setting.data(), equals);
  for (std::size_t dot = rest.find('.'); dot != std::string_view::npos && node != nullptr;
       dot = rest.find('.')) {
    node = step_into(*node, rest.substr(0, dot));
    rest.remove_prefix(dot + 1);
  }
  toml::table* table = node == nullptr ? nullptr : node->as_table();
  if (table == nullptr) {
    return Error{ErrorCode::bad_input, "--set " + setting,
                 "what stands before ." + std::string(rest) +
                     " is not one table in the scenario; of several strategies, name one by its number, "
                     "as in strategies.0.parameters.qty=0.02"};
  }
  const Result<toml::table> parsed = parse_toml("value = " + value, "--set");
  if (parsed && parsed->size() == 1) {
    const toml::node* typed_value = parsed->get("value");
    // Dates have a type of their own in TOML; here they are texts.
    if (typed_value->is_string() || typed_value->is_integer() || typed_value->is_floating_point() ||
        typed_value->is_boolean() || typed_value->is_array()) {
      typed_value->visit([&](const auto& typed) { table->insert_or_assign(rest, typed); });
      return Done{};
    }
  }
  table->insert_or_assign(rest, value);
  return Done{};
}

// Where the recording is instead, if it is not where the scenario says but beside the scenario's file; else
// empty.
std::string beside(const Scenario& scenario, const std::string& scenario_path) {
  namespace fs = std::filesystem;
  std::error_code missing;
  if (scenario.feed.kind != FeedKind::recording || fs::exists(scenario.feed.path, missing)) return {};
  const fs::path candidate = fs::path(scenario_path).parent_path() / scenario.feed.path;
  return fs::exists(candidate, missing) ? candidate.string() : std::string();
}

Result<std::string> read_text(const std::filesystem::path& path, const std::string& what) {
  std::error_code missing;
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path, missing)) return Error{ErrorCode::io, path.string(), what};
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// A scripted market in a file of its own becomes part of the scenario.
Status inline_events(toml::table& document, const std::optional<std::filesystem::path>& folder) {
  toml::table* feed = document["feed"].as_table();
  if (feed == nullptr || !feed->contains("events_file")) return Done{};
  const auto name = scalar_text(*feed->get("events_file"));
  const std::string where = "feed.events_file";
  if (!name) return Error{ErrorCode::bad_input, where, "expected the name of a file"};
  if (feed->contains("events"))
    return Error{ErrorCode::bad_input, where, "give either events or events_file"};
  if (!folder)
    return Error{ErrorCode::bad_input, where, "this scenario is not a file, so that none stands beside it"};
  const Result<std::string> text =
      read_text(*folder / *name, "the events cannot be read; events_file is looked for beside the scenario");
  if (!text) return text.error();
  feed->erase("events_file");
  feed->insert_or_assign("events", *text);
  return Done{};
}

// Scripted orders count from the start of the scripted market, unless they say otherwise.
void set_script_start(toml::table& strategy, const Feed& feed) {
  const auto name = strategy["name"].value<std::string>();
  if (feed.kind != FeedKind::script || name != kScriptStrategy) return;
  if (!strategy.contains("parameters")) strategy.insert("parameters", toml::table{});
  if (toml::table* parameters = strategy["parameters"].as_table();
      parameters != nullptr && !parameters->contains("start"))
    parameters->insert("start", format_time(feed.script.start_ts_ns));
}

// `folder` is where the scenario's file stands; nothing if there is none.
Result<Scenario> read_scenario(std::string_view toml_text, const std::string& name,
                               const std::vector<std::string>& settings,
                               const std::optional<std::filesystem::path>& folder);

}  // namespace

Result<Scenario> parse_scenario(std::string_view toml_text, const std::string& name,
                                const std::vector<std::string>& settings) {
  return read_scenario(toml_text, name, settings, std::nullopt);
}

namespace {

Result<Scenario> read_scenario(std::string_view toml_text, const std::string& name,
                               const std::vector<std::string>& settings,
                               const std::optional<std::filesystem::path>& folder) {
  Result<toml::table> parsed = parse_toml(toml_text, name);
  if (!parsed) return parsed.error();
  toml::table& document = *parsed;
  for (const std::string& setting : settings) {
    if (const Status applied = apply_setting(document, setting); !applied) return applied.error();
  }
  for (const Status& completed : {inline_events(document, folder), apply_profile(document, folder)}) {
    if (!completed)
      return Error{completed.error().code, name + ": " + completed.error().where, completed.error().what};
  }
  if (const Status inlined = inline_latency_files(document, folder); !inlined) {
    return Error{inlined.error().code, name + ": " + inlined.error().where, inlined.error().what};
  }

  Scenario scenario;
  toml::table resolved;
  std::optional<Error> error;
  Section root("", &document, &resolved, &error);
  scenario.name = root.text("name", std::filesystem::path(name).stem().string());
  scenario.description = root.text("description", "");
  scenario.seed = static_cast<std::uint64_t>(root.integer("seed", 1, 0, INT64_MAX));
  scenario.until_ts_ns = root.time("until", kEndOfTime);
  scenario.feed = read_feed(root.section("feed"), scenario.seed);
  scenario.account = read_account(root.section("account"));

  // One strategy as [strategy], several as [[strategies]]; resolved always as the latter.
  if (toml::node* one = document.get("strategy")) {
    if (root.has("strategies")) root.fail("strategy", "give either [strategy] or [[strategies]]");
    if (!one->is_table()) root.fail("strategy", "expected a table, as in [strategy]");
    toml::array list;
    if (one->is_table()) list.push_back(std::move(*one->as_table()));  // a copy would forget its lines
    document.erase("strategy");
    document.insert_or_assign("strategies", std::move(list));
  }
  if (toml::array* list = document["strategies"].as_array()) {
    for (toml::node& node : *list) {
      if (node.is_table()) set_script_start(*node.as_table(), scenario.feed);
    }
  }
  for (Section& section : root.sections("strategies")) scenario.strategies.push_back(read_strategy(section));
  if (scenario.strategies.empty())
    root.fail("strategies", "a run needs a strategy: add [strategy] with a name");

  Section venue = root.section("venue");
  venue.allow("profile");
  if (venue.has("from_profile")) venue.text("from_profile", "");
  scenario.venue.connection = read_connection(venue);
  scenario.venue.fees = read_fees(venue, {});
  Section fees = venue.section("fees");
  scenario.venue.fee_window_days = static_cast<int>(fees.integer("window_days", 30, 1, 366));
  scenario.venue.fees = read_fee_schedule(std::move(fees), scenario.venue.fees);
  scenario.venue.money = read_money(venue);
  scenario.venue.rules = read_rules(venue.section("rules"), {});
  scenario.venue.exchange = read_exchange(venue.section("exchange"), {});
  read_fills(venue.section("fills"), {}, scenario.venue.fills);
  read_impact(venue.section("impact"), {}, scenario.venue.fills);
  Section venue_instruments = venue.section("instruments");
  for (const std::string& symbol : venue_instruments.table_names()) {
    Section one = venue_instruments.section(symbol);
    sim::Fees& own = scenario.venue.fees_by_symbol[symbol];
    own = read_fees(one, scenario.venue.fees);
    if (one.has("fees")) own = read_fee_schedule(one.section("fees"), own);
    read_money_of(one, symbol, scenario.venue.money);
    scenario.venue.rules_by_symbol[symbol] = read_rules(one.section("rules"), scenario.venue.rules);
    scenario.venue.exchange_by_symbol[symbol] =
        read_exchange(one.section("exchange"), scenario.venue.exchange);
    read_fills(one.section("fills"), scenario.venue.fills, scenario.venue.fills_by_symbol[symbol]);
    read_impact(one.section("impact"), scenario.venue.fills, scenario.venue.fills_by_symbol[symbol]);
    one.finish();
  }
  venue_instruments.finish();
  venue.finish();

  Section risk = root.section("risk");
  scenario.risk = read_limits(risk, {});
  Section risk_instruments = risk.section("instruments");
  for (const std::string& symbol : risk_instruments.table_names()) {
    Section one = risk_instruments.section(symbol);
    scenario.risk_by_symbol[symbol] = read_limits(one, scenario.risk);
    one.finish();
  }
  risk_instruments.finish();
  risk.finish();

  Section results = root.section("results");
  scenario.sample_interval_ns = results.duration("sample_interval", "1s");
  if (scenario.sample_interval_ns < 0)
    results.fail("sample_interval", "must not be negative; 0 samples only at the end");
  scenario.checkpoint_interval = results.integer("checkpoint_interval", 0, 0, 1'000'000'000);
  results.finish();
  root.allow("expect");
  if (root.has("expect")) scenario.expect = read_expectation(root.section("expect"));
  root.finish();
  if (error) return Error{error->code, name + ": " + error->where, error->what};
  if (const Status fits = check_scripted_orders(scenario); !fits)
    return Error{fits.error().code, name + ": " + fits.error().where, fits.error().what};

  scenario.resolved_toml = write_toml(resolved);
  if (!parse_toml(scenario.resolved_toml, name)) {
    return Error{ErrorCode::bad_input, name, "a value given by --set is not text in UTF-8"};
  }
  return scenario;
}

}  // namespace

Result<Scenario> load_scenario(const std::string& path, const std::vector<std::string>& settings) {
  const Result<std::string> text =
      read_text(path, "the scenario cannot be read; name a TOML file, for instance one of scenarios/library");
  if (!text) return text.error();
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  Result<Scenario> scenario = read_scenario(*text, path, settings, folder);
  if (!scenario) return scenario;
  const std::string recording = beside(*scenario, path);
  if (recording.empty()) return scenario;
  // The place where it was found goes into the resolved scenario, which must lead there from anywhere in the
  // tree.
  std::vector<std::string> more = settings;
  more.push_back("feed.path=" + recording);
  return read_scenario(*text, path, more, folder);
}

}  // namespace lockstep::scenarios
