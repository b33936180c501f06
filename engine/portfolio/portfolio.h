// What a run owns: positions, cash per currency, and the profit they made, in exact integers. Owned by the
// session; fed by fills, funding and marks. Never looks at an order, a book or a clock, and never converts a
// currency at a rate of its own.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/instrument.h"
#include "engine/core/money.h"
#include "engine/core/result.h"
#include "engine/core/state.h"
#include "engine/event/event.h"
#include "engine/portfolio/lots.h"

namespace lockstep {

enum class CostBasis : std::uint8_t { average, fifo };

struct PortfolioConfig {
  std::string reporting_currency = "USD";
  std::map<std::string, Money>
      starting_cash;  ///< by currency; a currency that is not here starts with nothing
  CostBasis cost_basis = CostBasis::average;
};

/// Index into Portfolio::currencies().
using CurrencyId = std::uint32_t;

/// One instrument's holding. Amounts are in its settlement currency.
///
/// Signs. A fill has a *value*: what is owned more after it, at its price; a buy's is +price x qty x
/// multiplier, a sell's the negative. For an inverse contract it is the other way round, because its buyer
/// owes coins and owns quote currency: a buy's is -qty x multiplier / price. `cost` is the value at entry of
/// what is still open: positive for a long spot, linear or option position, negative for a short one;
/// negative for a long inverse position. Always:
///   profit = value now - cost,  and over all fills:  sum of values = cost - realised.
struct Position {
  Qty qty = 0;                ///< signed: short is negative
  Money cost;                 ///< 0 when flat
  Money realised;             ///< profit of what was closed, before fees and funding
  Money fees;                 ///< paid; a rebate counts negative
  Money funding;              ///< paid for holding it: funding, borrow fees, interest; received (dividends
                              ///< too) counts negative
  Int128 traded_qty = 0;      ///< sum of fill quantities, in the instrument's quantity scale
  Int128 turnover_nanos = 0;  ///< sum of |fill value|
};

/// What one fill did.
struct Realised {
  Money profit;      ///< of the part that closed, before fees; 0 if none did
  Qty position_qty;  ///< after the fill
};

/// Amounts of one currency, or converted into the reporting currency.
struct Totals {
  Money cash;
  Money equity;    ///< cash + value of spot, equity and option positions + unrealised profit of margined ones
  Money realised;  ///< before fees and funding
  Money unrealised;  ///< at the marks
  Money fees;
  Money funding;
  [[nodiscard]] bool overflowed() const;
};

/// Says what is wrong with a configuration, or nothing. Call it on what comes from outside.
Status validate(const PortfolioConfig& config);

/// Invariants, exact after every change (checked at each, and as a property in tests/property):
///   spot, equity, option:  cash + cost - realised + fees + funding = starting cash
///   margined (perpetuals, futures):  cash - realised + fees + funding = starting cash
/// per currency, each position counted by its kind. A change that would leave the range of an integer is
/// refused whole.
class Portfolio {
 public:
  /// The instruments are copied. Requires: each passes validate(), and so does the configuration.
  Portfolio(std::span<const Instrument> instruments, const PortfolioConfig& config);

  /// Our fill of `qty` > 0; the fee leaves the settlement currency's cash. A fill through zero closes, then
  /// opens: the closed part is valued on its own and the rest is what remains of the fill's value, so nothing
  /// is lost to rounding. Of a position closed in part, average cost releases cost x closed / qty rounded
  /// half away from zero, FIFO the oldest lots. Errors: overflow; bad_input for an unknown instrument, no
  /// side, qty <= 0, or a price that values nothing. Then nothing has changed.
  Result<Realised> apply_fill(InstrumentId instrument, Side side, Price price, Qty qty, Money fee);

  /// Pays rate x 10^-rate_scale of the position's value (in the settlement currency) at `mark_price`, rounded
  /// half away from zero: a long pays a positive rate, a short receives it. Returns what was paid. Errors as
  /// apply_fill.
  Result<Money> apply_funding(InstrumentId instrument, std::int64_t rate, int rate_scale, Price mark_price);

  /// What the venue did to our account: a fill without an order of ours, cash that the position pays or
  /// receives (counted as funding), or both. A split changes the quantity at the same cost, FIFO lots each by
  /// their share, and the mark by the ratio in its reference; one that leaves nothing is a fill at its price.
  /// A symbol change moves the position, at its cost, into a flat instrument. Returns what a fill would.
  /// Errors as apply_fill, and bad_input for a split that turns the position round; then nothing has changed.
  Result<Realised> apply_account(InstrumentId instrument, AccountChangeType type,
                                 const AccountChange& change);

  /// The price at which the instrument is valued from now on. Until the first mark, the price of its first
  /// fill stands in. False, and the mark stays as it was, if the price values nothing: kNoPrice, or zero or
  /// below for an inverse contract.
  bool set_mark(InstrumentId instrument, Price price);

  /// One unit of `currency` is worth numerator / denominator units of the reporting currency, until set
  /// again. Errors: a currency that is not in the table, the reporting currency itself, or a term that is not
  /// positive.
  Status set_rate(std::string_view currency, std::int64_t numerator, std::int64_t denominator);

  [[nodiscard]] std::size_t instrument_count() const { return instruments_.size(); }
  [[nodiscard]] const Position& position(InstrumentId instrument) const;
  /// kNoPrice: neither marked nor filled yet.
  [[nodiscard]] Price mark(InstrumentId instrument) const;
  /// Entry price of what is open, rounded half away from zero to the price scale; kNoPrice when flat or
  /// beyond 64 bits.
  [[nodiscard]] Price average_price(InstrumentId instrument) const;
  /// Value at the mark less cost, in the settlement currency; 0 when flat. Look at overflowed().
  [[nodiscard]] Money unrealised(InstrumentId instrument) const;

  /// Every currency of the instruments, the starting cash and the report, in alphabetical order.
  [[nodiscard]] std::span<const std::string> currencies() const { return currencies_; }
  [[nodiscard]] std::optional<CurrencyId> find_currency(std::string_view name) const;
  [[nodiscard]] CurrencyId reporting_currency() const { return reporting_; }
  [[nodiscard]] CurrencyId settlement_currency(InstrumentId instrument) const;
  [[nodiscard]] Money cash(CurrencyId currency) const;
  [[nodiscard]] Money starting_cash(CurrencyId currency) const;
  /// Look at overflowed(), here and below. Walks all instruments.
  [[nodiscard]] Money equity(CurrencyId currency) const;
  [[nodiscard]] Totals totals(CurrencyId currency) const;
  /// All currencies together, in the reporting currency, each amount converted on its own and rounded half
  /// away from zero. Nothing if a currency without a rate holds any amount.
  [[nodiscard]] std::optional<Totals> total() const;

  /// Everything but the instruments and the configuration, which a restored session has from its scenario.
  void visit(StateVisitor& visitor);

 private:
  struct Rate {
    std::int64_t numerator = 0;
    std::int64_t denominator = 0;  ///< 0: not set
  };

  [[nodiscard]] Money value(const Instrument& instrument, Price price, Qty qty) const;
  [[nodiscard]] Money released_cost(InstrumentId instrument, Qty closed) const;
  Result<Realised> move_position(InstrumentId instrument, const AccountChange& change);
  Status apply_split(InstrumentId instrument, const AccountChange& change);
  [[nodiscard]] Error refused(InstrumentId instrument, ErrorCode code, const std::string& what) const;

  std::vector<Instrument> instruments_;
  std::vector<CurrencyId> settlement_;  // by instrument, as the next three
  std::vector<Position> positions_;
  std::vector<Price> marks_;
  std::vector<LotQueue> lots_;  // empty unless FIFO
  std::vector<std::string> currencies_;
  std::vector<Money> starting_cash_;  // by currency, as the next two
  std::vector<Money> cash_;
  std::vector<Rate> rates_;
  CurrencyId reporting_ = 0;
  CostBasis cost_basis_ = CostBasis::average;
};

std::string_view to_string(CostBasis basis);
/// `average` or `fifo`.
Result<CostBasis> parse_cost_basis(std::string_view text);

}  // namespace lockstep
