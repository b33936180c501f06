// How an account at a venue is kept: its kind, cash, terms per instrument, conversions and the rule of
// liquidation. Data, read from a scenario and owned by the account. Decides nothing: see venue_account.h.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/core/instrument.h"
#include "engine/core/money.h"
#include "engine/core/result.h"
#include "sim/margin.h"

namespace lockstep::sim {

enum class AccountKind : std::uint8_t { unlimited, cash, margin };

struct InstrumentTerms {
  MarginRule margin;
  bool is_isolated = false;
  bool may_short = true;     ///< spot, equity and options; perpetuals and futures always may
  Qty short_available = -1;  ///< largest short position; -1: no limit
  std::int64_t fee_ppb = 0;  ///< reserved with an order on top of its value
  friend bool operator==(const InstrumentTerms&, const InstrumentTerms&) = default;
};

/// What one unit of a currency is worth in the account currency: fixed, or by the mark of an instrument.
struct Conversion {
  std::string currency;
  InstrumentId instrument = kNoInstrument;  ///< its price, or 1 / price if is_inverted; kNoInstrument: fixed
  bool is_inverted = false;
  std::int64_t numerator = 1;  ///< fixed: numerator / denominator, both > 0
  std::int64_t denominator = 1;
  std::int64_t haircut_ppb = 0;  ///< off positive collateral
};

enum class LiquidationPrice : std::uint8_t {
  mark,
  bankruptcy,  ///< where the pot is worth nothing; to the nearest unit of the price scale
  book,        ///< what the venue's book gives, else the mark
};

struct LiquidationRule {
  LiquidationPrice price = LiquidationPrice::mark;
  std::int64_t step_ppb = kNanosPerUnit;  ///< of the position at a time, down to a whole lot, at least one
  std::int64_t fee_ppb = 0;               ///< of the notional
  bool insurance = true;
};

struct VenueAccountConfig {
  AccountKind kind = AccountKind::unlimited;
  std::string currency = "USD";
  std::map<std::string, Money> cash;    ///< by currency, at the start
  std::vector<InstrumentTerms> terms;   ///< one per instrument, or empty for defaults
  std::vector<Conversion> conversions;  ///< of currencies other than the account's
  LiquidationRule liquidation;
};

/// Says what is wrong, with the instrument: margin rules, terms per instrument, conversions that name each
/// currency once, a cash account with perpetuals or futures, isolated margin of what is not margined.
Status validate(const VenueAccountConfig& config, std::span<const Instrument> instruments);

}  // namespace lockstep::sim
