#include "engine/portfolio/portfolio.h"

#include <algorithm>
#include <set>
#include <utility>

#include "engine/core/check.h"
#include "engine/portfolio/entry_price.h"

namespace lockstep {
namespace {

bool is_valued(const Instrument& instrument, Price price) {
  return price != kNoPrice && (!instrument.is_inverse() || price > 0);
}

Qty magnitude(Qty qty) {
  return qty < 0 ? -qty : qty;
}  // no position is INT64_MIN: apply_fill refuses it

Money converted(Money amount, std::int64_t numerator, std::int64_t denominator) {
  if (amount.overflowed()) return amount;
  return Money::from_wide(divide_rounded(Int128{amount.nanos()} * numerator, denominator));
}

// Calls `apply(sum's amount, part's amount)` for each amount of Totals.
template <class Apply>
void for_each_amount(Totals& sum, const Totals& part, Apply apply) {
  apply(sum.cash, part.cash);
  apply(sum.equity, part.equity);
  apply(sum.realised, part.realised);
  apply(sum.unrealised, part.unrealised);
  apply(sum.fees, part.fees);
  apply(sum.funding, part.funding);
}

bool is_nothing(const Totals& totals) {
  bool nothing = true;
  Totals unused;
  for_each_amount(unused, totals, [&](Money&, Money amount) { nothing = nothing && amount == Money(); });
  return nothing;
}

}  // namespace

bool Totals::overflowed() const {
  return (cash + equity + realised + unrealised + fees + funding).overflowed();
}

Status validate(const PortfolioConfig& config) {
  if (config.reporting_currency.empty()) {
    return Error{ErrorCode::bad_input, "portfolio", "the reporting currency has no name"};
  }
  for (const auto& [currency, amount] : config.starting_cash) {
    if (currency.empty())
      return Error{ErrorCode::bad_input, "portfolio", "a starting amount names no currency"};
    if (amount.overflowed()) {
      return Error{ErrorCode::overflow, "portfolio",
                   "the starting cash in " + currency + " is beyond +-9.2 billion"};
    }
  }
  return Done{};
}

Portfolio::Portfolio(std::span<const Instrument> instruments, const PortfolioConfig& config)
    : instruments_(instruments.begin(), instruments.end()),
      positions_(instruments.size()),
      marks_(instruments.size(), kNoPrice),
      cost_basis_(config.cost_basis) {
  LOCKSTEP_CHECK(validate(config).ok(), "the portfolio's configuration was not validated");
  LOCKSTEP_CHECK(instruments.size() < kNoInstrument, "more instruments than ids");
  std::set<std::string> names = {config.reporting_currency};
  for (const auto& [currency, amount] : config.starting_cash) names.insert(currency);
  for (const Instrument& instrument : instruments_) names.insert(instrument.settle);
  currencies_.assign(names.begin(), names.end());
  starting_cash_.resize(currencies_.size());
  rates_.resize(currencies_.size());
  for (const auto& [currency, amount] : config.starting_cash)
    starting_cash_[*find_currency(currency)] = amount;
  cash_ = starting_cash_;
  reporting_ = *find_currency(config.reporting_currency);
  settlement_.reserve(instruments_.size());
  for (const Instrument& instrument : instruments_) {
    LOCKSTEP_CHECK(validate(instrument).ok(), "an instrument was not validated");
    settlement_.push_back(*find_currency(instrument.settle));
  }
  if (cost_basis_ == CostBasis::fifo) lots_.resize(instruments_.size());
}

Money Portfolio::value(const Instrument& instrument, Price price, Qty qty) const {
  const Money amount = notional(instrument, price, qty);
  return instrument.is_inverse() ? -amount : amount;
}

Error Portfolio::refused(InstrumentId instrument, ErrorCode code, const std::string& what) const {
  const std::string name =
      instrument < instruments_.size() ? instruments_[instrument].symbol : std::to_string(instrument);
  return Error{code, "portfolio, instrument " + name, what};
}

Result<Realised> Portfolio::apply_fill(InstrumentId instrument, Side side, Price price, Qty qty, Money fee) {
  if (instrument >= instruments_.size()) {
    return refused(instrument, ErrorCode::bad_input, "a fill of an instrument that the run does not have");
  }
  if (side != Side::buy && side != Side::sell) {
    return refused(instrument, ErrorCode::bad_input, "a fill is a buy or a sell; this one has no side");
  }
  if (qty <= 0) {
    return refused(instrument, ErrorCode::bad_input,
                   "a fill's quantity is positive; found " + std::to_string(qty));
  }
  const Instrument& traded = instruments_[instrument];
  if (!is_valued(traded, price)) {
    return refused(instrument, ErrorCode::bad_input,
                   "the fill price " + std::to_string(price) + " values nothing");
  }
  Position& position = positions_[instrument];
  Money& cash = cash_[settlement_[instrument]];

  const bool buys = side == Side::buy;
  const bool reduces = position.qty != 0 && (position.qty > 0) != buys;
  const Qty closed = reduces ? std::min(qty, magnitude(position.qty)) : 0;
  const Money fill_value = value(traded, price, buys ? qty : -qty);
  const Money closed_value = closed == qty ? fill_value
                             : closed == 0 ? Money()
                                           : value(traded, price, buys ? closed : -closed);
  const Money opened_value = fill_value - closed_value;
  const Money released = closed == 0 ? Money() : released_cost(instrument, closed);
  const Money profit = -(closed_value + released);

  Position after = position;
  const bool qty_out =
      __builtin_add_overflow(position.qty, buys ? qty : -qty, &after.qty) || after.qty == INT64_MIN;
  after.cost += opened_value - released;
  after.realised += profit;
  after.fees += fee;
  after.traded_qty += qty;
  after.turnover_nanos += fill_value.nanos() < 0 ? -Int128{fill_value.nanos()} : Int128{fill_value.nanos()};
  const Money cash_after = cash + (traded.is_margined() ? profit : -fill_value) - fee;
  if (qty_out) return refused(instrument, ErrorCode::overflow, "the position leaves 64 bits");
  if (fill_value.overflowed() || (after.cost + after.realised + after.fees + cash_after).overflowed()) {
    return refused(instrument, ErrorCode::overflow,
                   "a fill of " + format_decimal_short(qty, traded.qty_scale) + " at " +
                       format_decimal_short(price, traded.price_scale) +
                       " leaves the range of money, +-9.2 billion " + traded.settle);
  }
  LOCKSTEP_CHECK(after.qty != 0 || after.cost == Money(), "a flat position has no cost");
  LOCKSTEP_CHECK(after.cost - position.cost == fill_value + profit, "a fill's value is cost or realised");
  LOCKSTEP_CHECK(magnitude(after.qty) == magnitude(position.qty) - closed + (qty - closed),
                 "what does not close opens");

  if (cost_basis_ == CostBasis::fifo) {
    LotQueue& lots = lots_[instrument];
    lots.remove_oldest(closed);
    if (closed < qty) lots.push({qty - closed, opened_value});
    LOCKSTEP_CHECK(lots.empty() == (after.qty == 0), "open lots and position agree");
  }
  position = after;
  cash = cash_after;
  if (marks_[instrument] == kNoPrice) marks_[instrument] = price;
  return Realised{profit, after.qty};
}

Money Portfolio::released_cost(InstrumentId instrument, Qty closed) const {
  const Position& position = positions_[instrument];
  LOCKSTEP_CHECK(closed > 0 && closed <= magnitude(position.qty), "no more closes than is open");
  if (cost_basis_ == CostBasis::fifo) return Money::from_wide(lots_[instrument].cost_of_oldest(closed));
  return Money::from_wide(divide_rounded(Int128{position.cost.nanos()} * closed, magnitude(position.qty)));
}

Result<Money> Portfolio::apply_funding(InstrumentId instrument, std::int64_t rate, int rate_scale,
                                       Price mark_price) {
  if (instrument >= instruments_.size()) {
    return refused(instrument, ErrorCode::bad_input, "funding of an instrument that the run does not have");
  }
  if (rate_scale < 0 || rate_scale > kMaxScale) {
    return refused(instrument, ErrorCode::bad_input,
                   "a funding rate's scale lies between 0 and 18; found " + std::to_string(rate_scale));
  }
  Position& position = positions_[instrument];
  if (position.qty == 0) return Money();
  if (!is_valued(instruments_[instrument], mark_price)) {
    return refused(instrument, ErrorCode::bad_input,
                   "the mark price " + std::to_string(mark_price) + " values nothing");
  }
  const Money held = notional(instruments_[instrument], mark_price, position.qty);
  const Money payment = Money::from_wide(divide_rounded(Int128{held.nanos()} * rate, pow10(rate_scale)));
  Money& cash = cash_[settlement_[instrument]];
  const Money cash_after = cash - payment;
  const Money funding_after = position.funding + payment;
  if (held.overflowed() || (cash_after + funding_after).overflowed()) {
    return refused(instrument, ErrorCode::overflow,
                   "a funding payment leaves the range of money, +-9.2 billion");
  }
  LOCKSTEP_CHECK(cash_after + payment == cash, "funding leaves cash");
  cash = cash_after;
  position.funding = funding_after;
  return payment;
}

Result<Realised> Portfolio::apply_account(InstrumentId instrument, AccountChangeType type,
                                          const AccountChange& change) {
  if (instrument >= instruments_.size()) {
    return refused(instrument, ErrorCode::bad_input,
                   "an account change of an instrument that the run does not have");
  }
  Position& position = positions_[instrument];
  Money& cash = cash_[settlement_[instrument]];
  const Money received = Money::from_nanos(change.cash_nanos);
  const Money cash_before = cash;
  const Money funding_before = position.funding;
  const Money cash_after = cash + received;
  const Money funding_after = position.funding - received;
  if ((cash_after + funding_after).overflowed())
    return refused(instrument, ErrorCode::overflow, "a payment leaves the range of money, +-9.2 billion");
  if (type == AccountChangeType::symbol_change) return move_position(instrument, change);
  const bool closes = type == AccountChangeType::split && position.qty + Int128{change.qty} == 0;
  if (type == AccountChangeType::split && !closes) {
    if (const Status done = apply_split(instrument, change); !done) return done.error();
  } else if (change.qty != 0 && change.qty != INT64_MIN) {
    cash = cash_after;
    position.funding = funding_after;
    const Result<Realised> filled =
        apply_fill(instrument, change.qty > 0 ? Side::buy : Side::sell, change.price, magnitude(change.qty),
                   Money::from_nanos(change.fee_nanos));
    if (!filled) {
      cash = cash_before;
      position.funding = funding_before;
    }
    return filled;
  } else if (change.qty != 0 || change.fee_nanos != 0) {
    return refused(instrument, ErrorCode::bad_input,
                   "an account change has a fee, or no quantity, without a fill");
  }
  cash = cash_after;
  position.funding = funding_after;
  return Realised{Money(), position.qty};
}

Result<Realised> Portfolio::move_position(InstrumentId instrument, const AccountChange& change) {
  const auto to = static_cast<InstrumentId>(change.reference);
  Position& from = positions_[instrument];
  if (change.reference >= instruments_.size() || to == instrument || positions_[to].qty != 0 ||
      change.qty != 0 || change.cash_nanos != 0 || change.fee_nanos != 0 ||
      settlement_[to] != settlement_[instrument] ||
      instruments_[to].is_margined() != instruments_[instrument].is_margined()) {
    return refused(instrument, ErrorCode::bad_input,
                   "its position cannot become one in instrument " + std::to_string(change.reference) +
                       ": it must be flat and of the same settlement, and nothing else may change");
  }
  positions_[to].qty = std::exchange(from.qty, 0);
  positions_[to].cost = std::exchange(from.cost, Money());
  if (cost_basis_ == CostBasis::fifo) std::swap(lots_[to], lots_[instrument]);
  if (marks_[to] == kNoPrice) marks_[to] = marks_[instrument];
  return Realised{Money(), 0};
}

Status Portfolio::apply_split(InstrumentId instrument, const AccountChange& change) {
  Position& position = positions_[instrument];
  const Int128 after = position.qty + Int128{change.qty};
  if (position.qty == 0 || after == 0 || (after > 0) != (position.qty > 0) || after > INT64_MAX ||
      after < -Int128{INT64_MAX}) {
    return refused(instrument, ErrorCode::bad_input,
                   "a split changes a position of " + std::to_string(position.qty) + " by " +
                       std::to_string(change.qty) + ", which leaves none or turns it round");
  }
  const auto qty_after = static_cast<Qty>(after);
  if (cost_basis_ == CostBasis::fifo)
    lots_[instrument].rescale(magnitude(position.qty), magnitude(qty_after));
  position.qty = qty_after;
  const std::int64_t new_shares = new_shares_of(change.reference);
  Price& mark = marks_[instrument];
  if (new_shares > 0 && mark != kNoPrice) {
    const Int128 scaled = divide_rounded(Int128{mark} * old_shares_of(change.reference), new_shares);
    if (const Result<Price> price = narrow(scaled, "mark");
        price && is_valued(instruments_[instrument], *price))
      mark = *price;
  }
  return Done{};
}

bool Portfolio::set_mark(InstrumentId instrument, Price price) {
  LOCKSTEP_CHECK(instrument < instruments_.size(), "an instrument that the run does not have");
  if (!is_valued(instruments_[instrument], price)) return false;
  marks_[instrument] = price;
  return true;
}

Status Portfolio::set_rate(std::string_view currency, std::int64_t numerator, std::int64_t denominator) {
  const std::optional<CurrencyId> id = find_currency(currency);
  const std::string where = "portfolio, rate of " + std::string(currency);
  if (!id) return Error{ErrorCode::bad_input, where, "no instrument settles in it and no cash is held in it"};
  if (*id == reporting_)
    return Error{ErrorCode::bad_input, where, "the reporting currency is worth one of itself"};
  if (numerator <= 0 || denominator <= 0) {
    return Error{ErrorCode::bad_input, where,
                 "expected a ratio of positive integers, found " + std::to_string(numerator) + "/" +
                     std::to_string(denominator)};
  }
  rates_[*id] = {numerator, denominator};
  return Done{};
}

const Position& Portfolio::position(InstrumentId instrument) const {
  LOCKSTEP_CHECK(instrument < instruments_.size(), "an instrument that the run does not have");
  return positions_[instrument];
}

Price Portfolio::mark(InstrumentId instrument) const {
  LOCKSTEP_CHECK(instrument < instruments_.size(), "an instrument that the run does not have");
  return marks_[instrument];
}

Price Portfolio::average_price(InstrumentId instrument) const {
  const Position& held = position(instrument);
  return held.qty == 0 ? kNoPrice
                       : entry_price(instruments_[instrument], held.qty, held.cost).value_or(kNoPrice);
}

Money Portfolio::unrealised(InstrumentId instrument) const {
  const Position& held = position(instrument);
  if (held.qty == 0) return Money();
  LOCKSTEP_CHECK(marks_[instrument] != kNoPrice, "what was filled has a mark");
  return value(instruments_[instrument], marks_[instrument], held.qty) - held.cost;
}

std::optional<CurrencyId> Portfolio::find_currency(std::string_view name) const {
  const auto found = std::lower_bound(currencies_.begin(), currencies_.end(), name);
  if (found == currencies_.end() || *found != name) return std::nullopt;
  return static_cast<CurrencyId>(found - currencies_.begin());
}

CurrencyId Portfolio::settlement_currency(InstrumentId instrument) const {
  LOCKSTEP_CHECK(instrument < instruments_.size(), "an instrument that the run does not have");
  return settlement_[instrument];
}

Money Portfolio::cash(CurrencyId currency) const {
  LOCKSTEP_CHECK(currency < currencies_.size(), "a currency that the run does not have");
  return cash_[currency];
}

Money Portfolio::starting_cash(CurrencyId currency) const {
  LOCKSTEP_CHECK(currency < currencies_.size(), "a currency that the run does not have");
  return starting_cash_[currency];
}

Money Portfolio::equity(CurrencyId currency) const {
  return totals(currency).equity;
}

Totals Portfolio::totals(CurrencyId currency) const {
  Totals sum;
  sum.cash = cash(currency);
  sum.equity = sum.cash;
  for (InstrumentId i = 0; i < instruments_.size(); ++i) {
    if (settlement_[i] != currency) continue;
    const Position& held = positions_[i];
    const Money open_profit = unrealised(i);
    sum.equity += instruments_[i].is_margined() ? open_profit : held.cost + open_profit;
    sum.realised += held.realised;
    sum.unrealised += open_profit;
    sum.fees += held.fees;
    sum.funding += held.funding;
  }
  return sum;
}

std::optional<Totals> Portfolio::total() const {
  Totals sum;
  for (CurrencyId currency = 0; currency < currencies_.size(); ++currency) {
    const Totals part = totals(currency);
    if (is_nothing(part)) continue;
    const Rate rate = currency == reporting_ ? Rate{1, 1} : rates_[currency];
    if (rate.denominator == 0) return std::nullopt;
    for_each_amount(sum, part, [rate](Money& into, Money amount) {
      into += converted(amount, rate.numerator, rate.denominator);
    });
  }
  return sum;
}

void Portfolio::visit(StateVisitor& visitor) {
  for (Position& position : positions_) {
    visitor.field(position.qty);
    visitor.field(position.cost);
    visitor.field(position.realised);
    visitor.field(position.fees);
    visitor.field(position.funding);
    visitor.field(position.traded_qty);
    visitor.field(position.turnover_nanos);
  }
  for (Price& mark : marks_) visitor.field(mark);
  for (LotQueue& lots : lots_) lots.visit(visitor);
  for (Money& cash : cash_) visitor.field(cash);
  for (Rate& rate : rates_) {
    visitor.field(rate.numerator);
    visitor.field(rate.denominator);
  }
}

std::string_view to_string(CostBasis basis) {
  return basis == CostBasis::fifo ? "fifo" : "average";
}

Result<CostBasis> parse_cost_basis(std::string_view text) {
  if (text == "average") return CostBasis::average;
  if (text == "fifo") return CostBasis::fifo;
  return Error{ErrorCode::bad_input, "",
               "cost basis \"" + std::string(text) + "\" is unknown; expected average or fifo"};
}

}  // namespace lockstep
