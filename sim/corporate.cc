#include "sim/corporate.h"

#include <algorithm>

#include "engine/portfolio/entry_price.h"
#include "sim/amounts.h"

namespace lockstep::sim {
namespace {

Error bad(const std::string& what) {
  return {ErrorCode::bad_input, "reference data", what};
}

// The same terms, so that a quantity of one is a quantity of the other.
bool are_exchangeable(const Instrument& one, const Instrument& other) {
  return one.kind == other.kind && one.settle == other.settle && one.qty_scale == other.qty_scale &&
         one.price_scale == other.price_scale && one.multiplier == other.multiplier &&
         one.multiplier_scale == other.multiplier_scale;
}

bool is_owned(const Instrument& instrument) {
  return instrument.kind == InstrumentKind::spot || instrument.kind == InstrumentKind::equity;
}

std::optional<Price> rescaled(std::int64_t value, int from, int to) {
  if (from < 0 || from > kMaxScale) return std::nullopt;
  const Int128 wide =
      to >= from ? Int128{value} * pow10(to - from) : divide_rounded(Int128{value}, pow10(from - to));
  const Result<std::int64_t> narrowed = narrow(wide, "price");
  if (!narrowed) return std::nullopt;
  return *narrowed;
}

// Of the underlying, for a quantity of the option; nothing if it is no whole number of units.
std::optional<Qty> delivered_qty(const Instrument& option, const Instrument& underlying, Qty qty) {
  const Int128 value = Int128{qty} * option.multiplier;
  const int scale = option.qty_scale + option.multiplier_scale - underlying.qty_scale;
  if (scale > kMaxScale) return std::nullopt;
  if (scale > 0 && value % pow10(scale) != 0) return std::nullopt;
  const Int128 units = scale > 0 ? value / pow10(scale) : value * pow10(-scale);
  const Result<std::int64_t> narrowed = narrow(units, "quantity");
  if (!narrowed || *narrowed % underlying.lot != 0) return std::nullopt;
  return *narrowed;
}

}  // namespace

Status validate(const ReferenceData& data, std::span<const Instrument> instruments) {
  const auto is_known = [&](InstrumentId id) { return id < instruments.size(); };
  const std::string unknown = "it names an instrument that the run does not have";
  for (const Dividend& dividend : data.dividends) {
    if (!is_known(dividend.instrument)) return bad("dividend: " + unknown);
    if (!is_owned(instruments[dividend.instrument]))
      return bad("dividend: " + instruments[dividend.instrument].symbol + " is neither equity nor spot");
    if (dividend.amount_nanos < 0) return bad("dividend: the amount is negative");
  }
  for (const Split& split : data.splits) {
    if (!is_known(split.instrument)) return bad("split: " + unknown);
    if (!is_owned(instruments[split.instrument]))
      return bad("split: " + instruments[split.instrument].symbol + " is neither equity nor spot");
    if (split.new_shares == 0 || split.old_shares == 0) return bad("split: a number of shares is zero");
  }
  for (const SymbolChange& change : data.symbol_changes) {
    if (!is_known(change.instrument) || !is_known(change.new_instrument))
      return bad("symbol change: " + unknown);
    if (!are_exchangeable(instruments[change.instrument], instruments[change.new_instrument]))
      return bad("symbol change: " + instruments[change.instrument].symbol + " and " +
                 instruments[change.new_instrument].symbol + " have different terms");
  }
  for (const Expiry& expiry : data.expiries) {
    if (!is_known(expiry.instrument)) return bad("expiry: " + unknown);
    const Instrument& instrument = instruments[expiry.instrument];
    if (instrument.kind != InstrumentKind::future && instrument.kind != InstrumentKind::option)
      return bad("expiry: " + instrument.symbol + " is neither a future nor an option");
    if (expiry.underlying != kNoInstrument && !is_known(expiry.underlying)) return bad("expiry: " + unknown);
    if (instrument.kind == InstrumentKind::option && instrument.right == OptionRight::none)
      return bad("expiry: " + instrument.symbol + " is neither a call nor a put");
    if (expiry.is_physical &&
        (instrument.kind != InstrumentKind::option || expiry.underlying == kNoInstrument))
      return bad("expiry: physical delivery needs an option and its underlying");
    if (expiry.threshold < 0) return bad("expiry: the threshold is negative");
  }
  for (const Roll& roll : data.rolls) {
    if (!is_known(roll.instrument) || !is_known(roll.next)) return bad("roll: " + unknown);
    if (roll.instrument == roll.next ||
        !are_exchangeable(instruments[roll.instrument], instruments[roll.next]))
      return bad("roll: the next contract of " + instruments[roll.instrument].symbol + " has other terms");
    if (roll.fee_ppb < 0 || roll.fee_ppb > kAll) return bad("roll: a fee lies between 0 and 100%");
  }
  return Done{};
}

Price split_price(Side side, Price price, Price tick, std::uint32_t new_shares, std::uint32_t old_shares) {
  const Int128 scaled = Int128{price} * old_shares;
  const Int128 grid = Int128{tick} * new_shares;
  Int128 ticks = scaled / grid;
  if (side == Side::sell && scaled % grid != 0) ++ticks;
  return static_cast<Price>(std::max<Int128>(ticks, 1) * tick);
}

Qty split_qty(Qty qty, Qty lot, std::uint32_t new_shares, std::uint32_t old_shares) {
  const auto scaled = static_cast<Qty>(Int128{qty} * new_shares / old_shares);
  return scaled - scaled % lot;
}

Corporate::Corporate(std::span<const Instrument> instruments, ReferenceData data) : data_(std::move(data)) {
  LOCKSTEP_CHECK(validate(data_, instruments).ok(), "reference data was not validated");
  for (const Instrument& instrument : instruments) listings_.push_back({instrument});
  for (std::size_t i = 0; i < data_.dividends.size(); ++i)
    due_.push_back({data_.dividends[i].ex_ts_ns, What::dividend, i});
  for (std::size_t i = 0; i < data_.splits.size(); ++i)
    due_.push_back({data_.splits[i].ex_ts_ns, What::split, i});
  for (std::size_t i = 0; i < data_.symbol_changes.size(); ++i)
    due_.push_back({data_.symbol_changes[i].ts_ns, What::symbol_change, i});
  for (std::size_t i = 0; i < data_.rolls.size(); ++i) due_.push_back({data_.rolls[i].ts_ns, What::roll, i});
  for (std::size_t i = 0; i < data_.expiries.size(); ++i)
    due_.push_back({data_.expiries[i].ts_ns, What::expiry, i});
  std::sort(due_.begin(), due_.end(), [](const Due& a, const Due& b) {
    if (a.ts_ns != b.ts_ns) return a.ts_ns < b.ts_ns;
    return a.what != b.what ? a.what < b.what : a.index < b.index;
  });
}

std::optional<CorporateStep> Corporate::next(TimeNs now, const VenueAccount& account) {
  if (second_) {
    const CorporateStep step = *second_;
    second_.reset();
    return step;
  }
  if (!is_started_) {
    is_started_ = true;
    for (; next_ < due_.size() && due_[next_].ts_ns < now; ++next_) {
      if (due_[next_].what == What::expiry)
        listings_[data_.expiries[due_[next_].index].instrument].is_delisted = true;
    }
  }
  while (next_ < due_.size() && due_[next_].ts_ns <= now) {
    const Due due = due_[next_++];
    const auto step = [&]() -> CorporateStep {
      switch (due.what) {
        case What::dividend: return dividend(data_.dividends[due.index], account);
        case What::split: return split(data_.splits[due.index], account);
        case What::symbol_change: return symbol_change(data_.symbol_changes[due.index], account);
        case What::roll: return roll(data_.rolls[due.index], account);
        case What::expiry: break;
      }
      return expiry(data_.expiries[due.index], account);
    }();
    if (step.change || step.orders != OrderFate::keep) return step;
  }
  return std::nullopt;
}

CorporateStep Corporate::dividend(const Dividend& dividend, const VenueAccount& account) const {
  CorporateStep step{dividend.ex_ts_ns, dividend.instrument};
  const Int128 amount = divide_rounded(Int128{account.position(dividend.instrument)} * dividend.amount_nanos,
                                       pow10(listings_[dividend.instrument].instrument.qty_scale));
  const Money paid = Money::from_wide(amount);
  if (amount == 0 || paid.overflowed()) return step;
  step.change = {dividend.ex_ts_ns, dividend.instrument, AccountChangeType::dividend};
  step.change->change.cash_nanos = paid.nanos();
  return step;
}

CorporateStep Corporate::split(const Split& split, const VenueAccount& account) const {
  CorporateStep step{split.ex_ts_ns, split.instrument};
  step.new_shares = split.new_shares;
  step.old_shares = split.old_shares;
  const bool is_forward = split.new_shares > split.old_shares;
  if (split.orders == SplitOrders::cancel || (split.orders == SplitOrders::finra && !is_forward))
    step.orders = OrderFate::cancel;
  else if (split.orders == SplitOrders::finra)
    step.orders = OrderFate::adjust;

  const Qty held = account.position(split.instrument);
  if (held == 0 || split.new_shares == split.old_shares) return step;
  const Instrument& instrument = listings_[split.instrument].instrument;
  const Qty after = split_qty(magnitude(held), instrument.lot, split.new_shares, split.old_shares);
  const Price price = price_or_cost(split.instrument, kNoPrice, account);
  step.change = {split.ex_ts_ns, split.instrument, AccountChangeType::split};
  AccountChange& change = step.change->change;
  change.reference = pack_split(split.new_shares, split.old_shares);
  if (after == 0) {
    change.qty = -held;
    change.price = price;
    return step;
  }
  change.qty = (held > 0 ? after : -after) - held;
  // What is left over, in old shares, is rest / new_shares.
  const Int128 rest = Int128{magnitude(held)} * split.new_shares - Int128{after} * split.old_shares;
  const Money value = notional(instrument, price, static_cast<Qty>(rest));
  if (value.overflowed()) return step;
  const std::int64_t cash = value.nanos() / split.new_shares;
  change.cash_nanos = held > 0 ? cash : -cash;
  return step;
}

CorporateStep Corporate::symbol_change(const SymbolChange& change, const VenueAccount& account) {
  CorporateStep step{change.ts_ns, change.instrument};
  if (change.instrument == change.new_instrument) return step;
  listings_[change.instrument].is_delisted = true;
  step.orders = OrderFate::cancel;
  step.reason = Reason::delisted;
  if (account.position(change.instrument) == 0) return step;
  if (account.position(change.new_instrument) != 0) {
    const Price price = price_or_cost(change.instrument, kNoPrice, account);
    return move(step, change.new_instrument, price, price, 0, account);
  }
  step.change = {change.ts_ns, change.instrument, AccountChangeType::symbol_change};
  step.change->change.reference = change.new_instrument;
  return step;
}

CorporateStep Corporate::roll(const Roll& roll, const VenueAccount& account) {
  CorporateStep step{roll.ts_ns, roll.instrument};
  const Qty held = account.position(roll.instrument);
  const Price from = account.mark(roll.instrument);
  if (held == 0 || from == kNoPrice) return step;
  const Price to = roll.spread == kNoPrice ? account.mark(roll.next) : from + roll.spread;
  if (!is_valued(listings_[roll.next].instrument, to)) return step;
  step.orders = OrderFate::cancel;
  return move(step, roll.next, from, to, roll.fee_ppb, account);
}

// Closed in one instrument at `from`, opened in the next at `to`.
CorporateStep Corporate::move(CorporateStep step, InstrumentId next, Price from, Price to,
                              std::int64_t fee_ppb, const VenueAccount& account) {
  const Qty held = account.position(step.instrument);
  const auto leg = [&](InstrumentId id, Qty qty, Price price) {
    AccountEvent event{step.ts_ns, id, AccountChangeType::delivery};
    event.change.qty = qty;
    event.change.price = price;
    event.change.fee_nanos =
        static_cast<std::int64_t>(share(exposure_of(listings_[id].instrument, price, qty), fee_ppb));
    return event;
  };
  step.change = leg(step.instrument, -held, from);
  second_ = CorporateStep{step.ts_ns, next};
  second_->change = leg(next, held, to);
  return step;
}

CorporateStep Corporate::expiry(const Expiry& expiry, const VenueAccount& account) {
  CorporateStep step{expiry.ts_ns, expiry.instrument};
  Listing& listing = listings_[expiry.instrument];
  listing.is_delisted = true;
  step.orders = OrderFate::cancel;
  step.reason = Reason::delisted;
  const Qty held = account.position(expiry.instrument);
  if (held == 0) return step;
  step.change = {expiry.ts_ns, expiry.instrument, AccountChangeType::expiry};
  step.change->change.qty = -held;
  if (listing.instrument.kind == InstrumentKind::option) return expire_option(expiry, step, account);
  const Price given = expiry.settlement_price != kNoPrice ? expiry.settlement_price : listing.settlement;
  step.change->change.price = price_or_cost(expiry.instrument, given, account);
  return step;
}

CorporateStep Corporate::expire_option(const Expiry& expiry, CorporateStep step,
                                       const VenueAccount& account) {
  const Instrument& option = listings_[expiry.instrument].instrument;
  AccountEvent& event = *step.change;
  const std::optional<Price> settlement = option_settlement(expiry, account);
  if (!settlement) {
    event.change.price = price_or_cost(expiry.instrument, kNoPrice, account);
    return step;
  }
  const bool is_call = option.right == OptionRight::call;
  const Price intrinsic = is_call ? *settlement - option.strike : option.strike - *settlement;
  event.change.price = 0;
  if (intrinsic <= 0 || intrinsic < expiry.threshold) return step;
  const bool is_long = event.change.qty < 0;
  event.type = is_long ? AccountChangeType::exercise : AccountChangeType::assignment;
  if (expiry.is_physical) {
    const Instrument& underlying = listings_[expiry.underlying].instrument;
    const std::optional<Qty> qty = delivered_qty(option, underlying, magnitude(event.change.qty));
    const std::optional<Price> strike = rescaled(option.strike, option.price_scale, underlying.price_scale);
    if (qty && *qty > 0 && strike) {
      second_ = CorporateStep{expiry.ts_ns, expiry.underlying};
      second_->change = {expiry.ts_ns, expiry.underlying, AccountChangeType::delivery};
      second_->change->change.qty = is_call == is_long ? *qty : -*qty;
      second_->change->change.price = *strike;
      second_->change->change.reference = expiry.instrument;
      return step;
    }
  }
  event.change.price =
      expiry.pays_in_base
          ? static_cast<Price>(divide_rounded(Int128{intrinsic} * pow10(option.price_scale), *settlement))
          : intrinsic;
  return step;
}

std::optional<Price> Corporate::option_settlement(const Expiry& expiry, const VenueAccount& account) const {
  const Listing& option = listings_[expiry.instrument];
  std::optional<Price> found;
  if (expiry.settlement_price != kNoPrice) {
    found = expiry.settlement_price;
  } else if (expiry.underlying != kNoInstrument && account.mark(expiry.underlying) != kNoPrice) {
    found = rescaled(account.mark(expiry.underlying), listings_[expiry.underlying].instrument.price_scale,
                     option.instrument.price_scale);
  } else if (option.underlying != kNoPrice) {
    found = option.underlying;
  }
  return found && expiry.pays_in_base && *found <= 0 ? std::nullopt : found;
}

Price Corporate::price_or_cost(InstrumentId instrument, Price price, const VenueAccount& account) const {
  const Instrument& listed = listings_[instrument].instrument;
  if (is_valued(listed, price)) return price;
  if (is_valued(listed, account.mark(instrument))) return account.mark(instrument);
  return entry_price(listed, account.position(instrument), account.cost(instrument)).value_or(1);
}

void Corporate::on_statistic(InstrumentId instrument, const Statistic& statistic, bool is_price) {
  LOCKSTEP_CHECK(instrument < listings_.size(), "a statistic of an instrument that there is not");
  Listing& listing = listings_[instrument];
  const auto type = static_cast<StatisticType>(statistic.type);
  if (statistic.value == INT64_MIN) return;
  if (type != StatisticType::settlement_price && type != StatisticType::underlying_price) return;
  const std::optional<Price> price = is_price
                                         ? std::optional<Price>(statistic.value)
                                         : rescaled(statistic.value, static_cast<int>(statistic.value_scale),
                                                    listing.instrument.price_scale);
  if (price) (type == StatisticType::settlement_price ? listing.settlement : listing.underlying) = *price;
}

void Corporate::visit(StateVisitor& visitor) {
  visitor.field(is_started_);
  visitor.field(next_);
  for (Listing& listing : listings_) {
    visitor.field(listing.is_delisted);
    visitor.field(listing.settlement);
    visitor.field(listing.underlying);
  }
}

}  // namespace lockstep::sim
