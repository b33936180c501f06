// What a scenario says of money at the venue: fees, the account, margin, liquidation, funding, borrowing, and
// reference data. Reads the sections below [venue] and fits them to the instruments of a run. Decides
// nothing.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/portfolio/portfolio.h"
#include "scenarios/toml_section.h"
#include "sim/fees.h"
#include "sim/ledger.h"

namespace lockstep::scenarios {

struct MarginChoice {
  sim::InstrumentTerms terms;
  std::string short_available;  ///< decimal text in the instrument's units; empty: no limit
};

struct ConversionChoice {
  std::string rate;        ///< decimal text: account currency for one unit; empty: by an instrument
  std::string instrument;  ///< name; its price, or 1 / price
  bool is_inverted = false;
  std::int64_t haircut_ppb = 0;
};

/// A row of [[venue.dividends]], splits, symbol_changes, expiries or rolls, before the instruments are known.
struct ReferenceRow {
  std::string instrument;
  TimeNs ts_ns = 0;         ///< of an expiry INT64_MIN: the instrument's own
  std::string other;        ///< new instrument, next contract or underlying; may be empty
  std::int64_t amount = 0;  ///< dividend: nanos; roll: fee in ppb
  std::uint32_t new_shares = 1;
  std::uint32_t old_shares = 1;
  sim::SplitOrders orders = sim::SplitOrders::finra;
  bool is_physical = false;
  bool pays_in_base = false;
  std::string price;      ///< expiry: settlement; roll: spread; decimal text, may be empty
  std::string threshold;  ///< of an exercise, decimal text
};

struct MoneyChoice {
  sim::AccountKind account = sim::AccountKind::unlimited;
  std::map<std::string, ConversionChoice> conversions;  ///< by currency
  sim::LiquidationRule liquidation;
  MarginChoice margin;
  std::map<std::string, MarginChoice> margin_by_symbol;
  sim::FundingRule funding;
  std::map<std::string, sim::FundingRule> funding_by_symbol;
  std::int64_t borrow_ppb = 0;
  std::map<std::string, std::int64_t> borrow_by_symbol;
  sim::CarryConfig carry;  ///< what is not per instrument
  bool expires_contracts = false;
  std::vector<ReferenceRow> dividends, splits, symbol_changes, expiries, rolls;
};

/// [venue.fees] or [venue.instruments.X.fees]: a whole schedule, of which `base` gives maker and taker rates.
sim::Fees read_fee_schedule(Section section, const sim::Fees& base);

/// [venue.account], .margin, .liquidation, .funding, .borrow, and the tables of reference data.
MoneyChoice read_money(Section& venue);

/// [venue.instruments.X.margin], .funding and .borrow, as far as they are given; the rest is the venue's.
void read_money_of(Section& instrument, const std::string& symbol, MoneyChoice& money);

/// The same with instruments and scales. Errors: a name that no instrument has, a number finer than the
/// instrument's unit, and what the parts refuse.
Result<sim::MoneyConfig> money_for(const MoneyChoice& choice, std::span<const Instrument> instruments,
                                   const PortfolioConfig& portfolio);

}  // namespace lockstep::scenarios
