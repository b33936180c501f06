// A scenario: the full description of one run, as data. Read from TOML, with every default written out in its
// resolved form, from which the same run can be made again. It opens no recording and runs nothing: see
// run.h.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"
#include "engine/core/time.h"
#include "engine/portfolio/portfolio.h"
#include "feeds/synthetic/synthetic.h"
#include "scenarios/exchange_section.h"
#include "scenarios/expectation.h"
#include "scenarios/fills_section.h"
#include "scenarios/money_section.h"
#include "scenarios/script_section.h"
#include "scenarios/venue_section.h"
#include "sim/sim_venue.h"

namespace lockstep::scenarios {

enum class FeedKind { recording, synthetic, script, flow };
enum class Damage { strict, prefix, salvage };

struct Feed {
  FeedKind kind = FeedKind::recording;
  std::string path;  ///< recording: as given, or as found beside the scenario's file
  TimeNs from_ts_ns = INT64_MIN;
  TimeNs to_ts_ns = INT64_MAX;           ///< exclusive
  std::vector<std::string> instruments;  ///< symbols; empty: all
  Damage on_damage = Damage::strict;
  feeds::OrderFlowConfig flow;                ///< kind flow
  feeds::SyntheticConfig synthetic;           ///< kind synthetic
  ScriptFeed script;                          ///< kind script
  std::optional<LatencyModel> latency_model;  ///< when events are received; nothing: as recorded
};

/// What one unit of a currency is worth in the reporting currency.
struct RateChoice {
  std::int64_t nanos = 0;    ///< in 10^-9; 0: not said, which only a quoted one may be
  std::string instrument;    ///< whose mid it follows, from its first quote on; empty: it stays
  bool is_inverted = false;  ///< the mid is what one unit of the reporting currency is worth in this one
};

struct Account {
  std::string currency;                     ///< empty: the settlement currency of the first instrument
  std::map<std::string, Money> cash;        ///< by currency; empty key: the reporting currency
  std::map<std::string, RateChoice> rates;  ///< by currency
  CostBasis cost_basis = CostBasis::average;
};

struct StrategyChoice {
  std::string name;
  std::vector<std::string> instruments;  ///< symbols; empty: all of the run
  std::map<std::string, std::string> parameters;
};

/// Limits as decimal text in the instrument's own units; `0` switches one off.
struct RiskChoice {
  std::string max_order_qty = "0";
  std::string max_order_notional = "0";
  std::string max_position = "0";
  std::int64_t max_open_orders = 0;
  std::int64_t price_collar_bps = 0;
};

struct VenueChoice {
  sim::ConnectionConfig connection;
  sim::Fees fees;
  int fee_window_days = 30;
  std::map<std::string, sim::Fees> fees_by_symbol;
  RulesChoice rules;
  FillsChoice fills;  ///< queue model, sizes, impact
  std::map<std::string, RulesChoice> rules_by_symbol;
  ExchangeChoice exchange;
  std::map<std::string, ExchangeChoice> exchange_by_symbol;
  std::map<std::string, FillsChoice> fills_by_symbol;
  MoneyChoice money;
};

struct Scenario {
  std::string name;
  std::string description;
  std::uint64_t seed = 1;
  TimeNs until_ts_ns = kEndOfTime;
  Feed feed;
  Account account;
  std::vector<StrategyChoice> strategies;  ///< not empty
  VenueChoice venue;
  RiskChoice risk;
  std::map<std::string, RiskChoice> risk_by_symbol;
  DurationNs sample_interval_ns = kSecond;
  std::int64_t checkpoint_interval = 0;  ///< 0: 4096 events, or 64 per instrument where that is more
  std::optional<Expectation> expect;     ///< has no part in the run

  std::string resolved_toml;  ///< every default written out; reads back to the same scenario
};

/// `name` stands for the text in errors (a file name). `settings` are `key=value` with dotted keys; they
/// replace what the text says, and a value that is no TOML value counts as text. Errors name line and key;
/// unknown keys suggest the nearest.
Result<Scenario> parse_scenario(std::string_view toml_text, const std::string& name,
                                const std::vector<std::string>& settings);

/// Reads a file. A recording that is not at feed.path is looked for beside the file, and feed.path then says
/// where it is. Error `io` if the scenario cannot be read; a missing recording is no error yet.
Result<Scenario> load_scenario(const std::string& path, const std::vector<std::string>& settings);

}  // namespace lockstep::scenarios
