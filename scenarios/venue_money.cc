// Fits what a scenario says of money to the instruments of a run.
#include <algorithm>

#include "scenarios/instrument_name.h"
#include "scenarios/money_section.h"

namespace lockstep::scenarios {
namespace {

// Finds instruments and reads numbers in their units; keeps the first error.
class Reader {
 public:
  explicit Reader(std::span<const Instrument> instruments) : instruments_(instruments) {}

  InstrumentId instrument(const std::string& name, const std::string& where) {
    const Result<InstrumentId> id = find_instrument(instruments_, name, where);
    if (id) return *id;
    fail(id.error());
    return 0;
  }
  InstrumentId instrument_or_none(const std::string& name, const std::string& where) {
    return name.empty() ? kNoInstrument : instrument(name, where);
  }
  std::int64_t number(const std::string& text, int scale, const std::string& where) {
    const Result<std::int64_t> value = parse_decimal(text, scale);
    if (value) return *value;
    fail({ErrorCode::bad_input, where, value.error().what});
    return 1;
  }
  Price price_or_none(const std::string& text, InstrumentId id, const std::string& where) {
    return text.empty() ? kNoPrice : number(text, instruments_[id].price_scale, where);
  }
  void fail(const Error& error) {
    if (!error_) error_ = error;
  }
  void check(const Status& status) {
    if (!status) fail(status.error());
  }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  std::span<const Instrument> instruments_;
  std::optional<Error> error_;
};

std::string row_name(const char* table, std::size_t index) {
  return std::string("venue.") + table + "[" + std::to_string(index) + "]";
}

sim::VenueAccountConfig account_for(const MoneyChoice& choice, std::span<const Instrument> instruments,
                                    const PortfolioConfig& portfolio, Reader& reader) {
  sim::VenueAccountConfig account;
  account.kind = choice.account;
  account.currency = portfolio.reporting_currency;
  account.cash = portfolio.starting_cash;
  account.liquidation = choice.liquidation;
  const auto terms_of = [&](const MarginChoice& margin, InstrumentId id) {
    sim::InstrumentTerms terms = margin.terms;
    if (!instruments[id].is_margined()) terms.is_isolated = false;
    if (!margin.short_available.empty()) {
      terms.short_available =
          reader.number(margin.short_available, instruments[id].qty_scale, "venue.margin.short_available");
    }
    return terms;
  };
  for (InstrumentId id = 0; id < instruments.size(); ++id)
    account.terms.push_back(terms_of(choice.margin, id));
  for (const auto& [name, margin] : choice.margin_by_symbol) {
    const InstrumentId id = reader.instrument(name, "venue.instruments");
    account.terms[id] = terms_of(margin, id);
  }
  for (const auto& [currency, conversion] : choice.conversions) {
    const std::string where = "venue.account.conversions." + currency;
    sim::Conversion out;
    out.currency = currency;
    out.instrument = reader.instrument_or_none(conversion.instrument, where);
    out.is_inverted = conversion.is_inverted;
    out.haircut_ppb = conversion.haircut_ppb;
    if (out.instrument == kNoInstrument) {
      out.numerator = reader.number(conversion.rate, kMoneyScale, where);
      out.denominator = kNanosPerUnit;
    }
    account.conversions.push_back(out);
  }
  return account;
}

sim::CarryConfig carry_for(const MoneyChoice& choice, std::size_t instruments, Reader& reader) {
  sim::CarryConfig carry = choice.carry;
  carry.funding.assign(instruments, choice.funding);
  carry.borrow_ppb.assign(instruments, choice.borrow_ppb);
  for (const auto& [name, rule] : choice.funding_by_symbol)
    carry.funding[reader.instrument(name, "venue.instruments")] = rule;
  for (const auto& [name, ppb] : choice.borrow_by_symbol)
    carry.borrow_ppb[reader.instrument(name, "venue.instruments")] = ppb;
  return carry;
}

void add_expiries(const MoneyChoice& choice, std::span<const Instrument> instruments, Reader& reader,
                  sim::ReferenceData& data) {
  for (std::size_t i = 0; i < choice.expiries.size(); ++i) {
    const ReferenceRow& row = choice.expiries[i];
    const std::string where = row_name("expiries", i);
    sim::Expiry expiry;
    expiry.instrument = reader.instrument(row.instrument, where);
    const Instrument& instrument = instruments[expiry.instrument];
    expiry.ts_ns = row.ts_ns == INT64_MIN ? instrument.expiry_ts_ns : row.ts_ns;
    if (expiry.ts_ns == kNoTime)
      reader.fail({ErrorCode::bad_input, where, instrument.symbol + " has no expiry of its own; say `at`"});
    expiry.is_physical = row.is_physical;
    expiry.pays_in_base = row.pays_in_base;
    expiry.underlying = reader.instrument_or_none(row.other, where);
    expiry.settlement_price = reader.price_or_none(row.price, expiry.instrument, where);
    if (!row.threshold.empty())
      expiry.threshold = reader.number(row.threshold, instrument.price_scale, where);
    data.expiries.push_back(expiry);
  }
  if (!choice.expires_contracts) return;
  for (InstrumentId id = 0; id < instruments.size(); ++id) {
    const Instrument& instrument = instruments[id];
    const bool is_given = std::any_of(data.expiries.begin(), data.expiries.end(),
                                      [&](const sim::Expiry& expiry) { return expiry.instrument == id; });
    const bool expires =
        instrument.kind == InstrumentKind::future || instrument.kind == InstrumentKind::option;
    if (is_given || !expires || instrument.expiry_ts_ns == kNoTime) continue;
    sim::Expiry expiry;
    expiry.instrument = id;
    expiry.ts_ns = instrument.expiry_ts_ns;
    expiry.pays_in_base = instrument.kind == InstrumentKind::option && !instrument.base.empty() &&
                          instrument.settle == instrument.base;
    data.expiries.push_back(expiry);
  }
}

sim::ReferenceData reference_for(const MoneyChoice& choice, std::span<const Instrument> instruments,
                                 Reader& reader) {
  sim::ReferenceData data;
  for (std::size_t i = 0; i < choice.dividends.size(); ++i) {
    const ReferenceRow& row = choice.dividends[i];
    data.dividends.push_back(
        {reader.instrument(row.instrument, row_name("dividends", i)), row.ts_ns, row.amount});
  }
  for (std::size_t i = 0; i < choice.splits.size(); ++i) {
    const ReferenceRow& row = choice.splits[i];
    data.splits.push_back({reader.instrument(row.instrument, row_name("splits", i)), row.ts_ns,
                           row.new_shares, row.old_shares, row.orders});
  }
  for (std::size_t i = 0; i < choice.symbol_changes.size(); ++i) {
    const ReferenceRow& row = choice.symbol_changes[i];
    const std::string where = row_name("symbol_changes", i);
    data.symbol_changes.push_back(
        {reader.instrument(row.instrument, where), row.ts_ns, reader.instrument(row.other, where)});
  }
  add_expiries(choice, instruments, reader, data);
  for (std::size_t i = 0; i < choice.rolls.size(); ++i) {
    const ReferenceRow& row = choice.rolls[i];
    const std::string where = row_name("rolls", i);
    const InstrumentId id = reader.instrument(row.instrument, where);
    data.rolls.push_back({id, row.ts_ns, reader.instrument(row.other, where),
                          reader.price_or_none(row.price, id, where), row.amount});
  }
  return data;
}

}  // namespace

Result<sim::MoneyConfig> money_for(const MoneyChoice& choice, std::span<const Instrument> instruments,
                                   const PortfolioConfig& portfolio) {
  Reader reader(instruments);
  sim::MoneyConfig money;
  money.account = account_for(choice, instruments, portfolio, reader);
  money.carry = carry_for(choice, instruments.size(), reader);
  money.reference = reference_for(choice, instruments, reader);
  if (!reader.error()) {
    reader.check(sim::validate(money.account, instruments));
    reader.check(sim::validate(money.carry, instruments.size()));
    reader.check(sim::validate(money.reference, instruments));
  }
  if (reader.error()) return *reader.error();
  return money;
}

}  // namespace lockstep::scenarios
