#include "sim/venue_account.h"

#include <algorithm>

#include "sim/amounts.h"

namespace lockstep::sim {

VenueAccount::VenueAccount(std::span<const Instrument> instruments, VenueAccountConfig config)
    : config_(std::move(config)) {
  LOCKSTEP_CHECK(validate(config_, instruments).ok(), "an account was not validated");
  const auto id_of = [&](const std::string& name) {
    const auto found = std::find_if(currencies_.begin(), currencies_.end(),
                                    [&](const Currency& currency) { return currency.name == name; });
    if (found != currencies_.end()) return static_cast<std::uint32_t>(found - currencies_.begin());
    Currency currency;
    currency.name = name;
    for (const Conversion& conversion : config_.conversions) {
      if (conversion.currency == name) currency.conversion = conversion;
    }
    currencies_.push_back(std::move(currency));
    return static_cast<std::uint32_t>(currencies_.size() - 1);
  };
  id_of(config_.currency);
  for (const auto& [name, amount] : config_.cash) currencies_[id_of(name)].cash = amount.nanos();
  for (std::size_t i = 0; i < instruments.size(); ++i) {
    Listing listing;
    listing.instrument = instruments[i];
    if (!config_.terms.empty()) listing.terms = config_.terms[i];
    listing.currency = id_of(instruments[i].settle);
    listings_.push_back(std::move(listing));
  }
}

// ---- What a state comes to, and the sums

VenueAccount::Derived VenueAccount::derive(const Listing& listing, const State& state) const {
  Derived out;
  const Instrument& instrument = listing.instrument;
  const InstrumentTerms& terms = listing.terms;
  const Int128 value = state.qty == 0 ? Int128{0} : value_of(instrument, state.mark, state.qty);
  out.worth = instrument.is_margined() ? value - state.cost : value;
  if (config_.kind == AccountKind::unlimited) return out;

  const Int128 held = magnitude(value);
  if (config_.kind == AccountKind::cash) {
    out.reserved = state.open_buy_value + share(state.open_buy_value, terms.fee_ppb);
    const Qty uncovered = -state.qty - state.open_buy_qty;
    if (uncovered > 0) out.reserved += exposure_of(instrument, state.mark, uncovered);
    return out;
  }
  const Int128 signed_held = state.qty < 0 ? -held : held;
  const Int128 exposure =
      std::max({held, signed_held + state.open_buy_value, -signed_held + state.open_sell_value});
  out.initial = initial_margin(terms.margin, exposure);
  out.maintenance = maintenance_margin(terms.margin, held);
  if (!terms.is_isolated) return out;
  out.is_below = state.qty != 0 && state.isolated + out.worth < out.maintenance;
  out.initial -= initial_margin(terms.margin, held);
  return out;
}

void VenueAccount::add(Listing& listing, int sign) {
  Currency& currency = currencies_[listing.currency];
  const Derived& derived = listing.derived;
  (listing.terms.is_isolated ? currency.isolated_worth : currency.worth) += derived.worth * sign;
  currency.isolated += listing.state.isolated * sign;
  currency.initial += derived.initial * sign;
  if (!listing.terms.is_isolated) currency.maintenance += derived.maintenance * sign;
  currency.reserved += derived.reserved * sign;
  if (derived.is_below) below_count_ += static_cast<std::uint32_t>(sign);
  if (listing.state.open_buy_qty != 0 || listing.state.open_sell_qty != 0)
    open_count_ += static_cast<std::uint32_t>(sign);
}

template <class Change>
void VenueAccount::change(Listing& listing, Change apply_to) {
  add(listing, -1);
  apply_to(listing.state);
  listing.derived = derive(listing, listing.state);
  add(listing, 1);
}

std::optional<Int128> VenueAccount::to_account(const Currency& currency, Int128 amount) const {
  if (amount == 0 || &currency == currencies_.data()) return amount;
  if (!currency.conversion) return std::nullopt;
  const Conversion& rate = *currency.conversion;
  if (rate.instrument == kNoInstrument) return divide_rounded(amount * rate.numerator, rate.denominator);
  const Listing& quoted = listings_[rate.instrument];
  if (quoted.state.mark <= 0) return std::nullopt;  // kNoPrice too
  const std::int64_t unit = pow10(quoted.instrument.price_scale);
  return rate.is_inverted ? divide_rounded(amount * unit, quoted.state.mark)
                          : divide_rounded(amount * quoted.state.mark, unit);
}

std::optional<Int128> VenueAccount::from_account(const Currency& currency, Int128 amount) const {
  if (amount == 0 || &currency == currencies_.data()) return amount;
  if (!currency.conversion) return std::nullopt;
  const Conversion& rate = *currency.conversion;
  if (rate.instrument == kNoInstrument) return divide_rounded(amount * rate.denominator, rate.numerator);
  const Listing& quoted = listings_[rate.instrument];
  if (quoted.state.mark <= 0) return std::nullopt;  // kNoPrice too
  const std::int64_t unit = pow10(quoted.instrument.price_scale);
  return rate.is_inverted ? divide_rounded(amount * quoted.state.mark, unit)
                          : divide_rounded(amount * unit, quoted.state.mark);
}

std::optional<VenueAccount::Standing> VenueAccount::standing() const {
  Standing sum;
  for (const Currency& currency : currencies_) {
    Int128 pledged = currency.cash - currency.isolated + currency.worth;
    if (pledged > 0 && currency.conversion) pledged -= share(pledged, currency.conversion->haircut_ppb);
    const std::optional<Int128> collateral = to_account(currency, pledged);
    const std::optional<Int128> initial = to_account(currency, currency.initial);
    const std::optional<Int128> maintenance = to_account(currency, currency.maintenance);
    if (!initial || !maintenance || (!collateral && pledged < 0)) return std::nullopt;
    sum.collateral += collateral.value_or(0);  // what has no rate is no collateral
    sum.initial += *initial;
    sum.maintenance += *maintenance;
  }
  return sum;
}

// ---- Orders

Reason VenueAccount::admit(const AskedOrder& order, const AskedOrder* replaced) const {
  LOCKSTEP_CHECK(order.instrument < listings_.size() && order.side != Side::none && order.qty > 0,
                 "an order has an instrument, a side and a quantity");
  if (config_.kind == AccountKind::unlimited) return Reason::none;
  const Listing& listing = listings_[order.instrument];
  if (!is_valued(listing.instrument, order.price)) return Reason::no_reference_price;
  State after = listing.state;
  const auto open = [&](const AskedOrder& one, int sign) {
    const Int128 value = exposure_of(listing.instrument, one.price, one.qty) * sign;
    (one.side == Side::buy ? after.open_buy_value : after.open_sell_value) += value;
    (one.side == Side::buy ? after.open_buy_qty : after.open_sell_qty) += one.qty * sign;
  };
  open(order, 1);
  if (replaced != nullptr) open(*replaced, -1);
  if (config_.kind == AccountKind::cash) return admit_cash(listing, after, order);

  if (order.side == Side::sell && !listing.instrument.is_margined()) {
    const Qty short_qty = after.open_sell_qty - after.qty;
    const bool is_limited = listing.terms.short_available >= 0;
    if (short_qty > 0 &&
        (!listing.terms.may_short || (is_limited && short_qty > listing.terms.short_available)))
      return Reason::short_not_available;
  }
  const Int128 value = exposure_of(listing.instrument, order.price, order.qty);
  return admit_margin(listing, after, share(value, listing.terms.fee_ppb));
}

Reason VenueAccount::admit_cash(const Listing& listing, const State& after, const AskedOrder& order) const {
  if (order.side == Side::sell) {
    const Qty short_qty = after.open_sell_qty - after.qty;
    if (short_qty <= 0) return Reason::none;
    if (!listing.terms.may_short) return Reason::insufficient_funds;
    const bool is_limited = listing.terms.short_available >= 0;
    return is_limited && short_qty > listing.terms.short_available ? Reason::short_not_available
                                                                   : Reason::none;
  }
  const Currency& currency = currencies_[listing.currency];
  const Int128 reserved = currency.reserved - listing.derived.reserved + derive(listing, after).reserved;
  return reserved > currency.cash ? Reason::insufficient_funds : Reason::none;
}

Reason VenueAccount::admit_margin(const Listing& listing, const State& after, Int128 fee) const {
  const Currency& currency = currencies_[listing.currency];
  const Int128 more = derive(listing, after).initial - listing.derived.initial;
  if (more <= 0) return Reason::none;
  const std::optional<Standing> now = standing();
  const std::optional<Int128> needed = to_account(currency, more + fee);
  if (!now || !needed) return Reason::insufficient_margin;
  return now->initial + *needed > now->collateral ? Reason::insufficient_margin : Reason::none;
}

void VenueAccount::on_open_qty(InstrumentId instrument, Side side, Price price, Qty before, Qty after) {
  LOCKSTEP_CHECK(instrument < listings_.size() && before >= 0 && after >= 0, "an order's open quantity");
  if (config_.kind == AccountKind::unlimited || before == after) return;
  Listing& listing = listings_[instrument];
  const auto worth = [&](Qty qty) {
    return qty == 0 || !is_valued(listing.instrument, price) ? Int128{0}
                                                             : exposure_of(listing.instrument, price, qty);
  };
  change(listing, [&](State& state) {
    const bool buys = side == Side::buy;
    (buys ? state.open_buy_value : state.open_sell_value) += worth(after) - worth(before);
    (buys ? state.open_buy_qty : state.open_sell_qty) += after - before;
  });
  LOCKSTEP_CHECK(listing.state.open_buy_qty >= 0 && listing.state.open_sell_qty >= 0,
                 "no more closes than was opened");
}

void VenueAccount::add_to(Open& open, InstrumentId instrument, Side side, Price price, Qty qty) const {
  const Instrument& listed = listings_[instrument].instrument;
  const bool buys = side == Side::buy;
  if (is_valued(listed, price)) (buys ? open.buy_value : open.sell_value) += exposure_of(listed, price, qty);
  (buys ? open.buy_qty : open.sell_qty) += qty;
}

void VenueAccount::set_open(InstrumentId instrument, const Open& open) {
  State& state = listings_[instrument].state;
  if (state.open_buy_value == open.buy_value && state.open_sell_value == open.sell_value &&
      state.open_buy_qty == open.buy_qty && state.open_sell_qty == open.sell_qty)
    return;
  change(listings_[instrument], [&](State& now) {
    now.open_buy_value = open.buy_value;
    now.open_sell_value = open.sell_value;
    now.open_buy_qty = open.buy_qty;
    now.open_sell_qty = open.sell_qty;
  });
}

// ---- Fills and other changes

void VenueAccount::fill(Listing& listing, bool buys, Price price, Qty qty, Int128 fee, bool releases_margin) {
  const Instrument& instrument = listing.instrument;
  Currency& currency = currencies_[listing.currency];
  change(listing, [&](State& state) {
    const bool reduces = state.qty != 0 && (state.qty > 0) != buys;
    const Qty closed = reduces ? std::min(qty, magnitude(state.qty)) : 0;
    const Int128 value = value_of(instrument, price, buys ? qty : -qty);
    const Int128 closed_value = closed == qty ? value
                                : closed == 0 ? Int128{0}
                                              : value_of(instrument, price, buys ? closed : -closed);
    const Int128 released =
        closed == 0 ? Int128{0} : divide_rounded(state.cost * closed, magnitude(state.qty));
    const Int128 profit = -(closed_value + released);
    currency.cash += (instrument.is_margined() ? profit : -value) - fee;
    if (listing.terms.is_isolated && closed > 0) {
      const Qty held = magnitude(state.qty);
      if (profit < 0) state.isolated += profit;
      if (closed == held) {
        state.isolated = 0;
      } else if (releases_margin && state.isolated > 0) {
        state.isolated -= divide_rounded(state.isolated * closed, held);
      }
    }
    state.cost += value - closed_value - released;
    state.qty += buys ? qty : -qty;
    if (listing.terms.is_isolated && closed < qty)
      state.isolated += initial_margin(listing.terms.margin, magnitude(value - closed_value));
    if (state.mark == kNoPrice) state.mark = price;
  });
}

void VenueAccount::on_fill(InstrumentId instrument, Side side, Price price, Qty qty, Money fee) {
  LOCKSTEP_CHECK(instrument < listings_.size() && side != Side::none && qty > 0,
                 "a fill has an instrument, a side and a quantity");
  fill(listings_[instrument], side == Side::buy, price, qty, fee.nanos());
}

void VenueAccount::apply(InstrumentId instrument, AccountChangeType type, const AccountChange& applied) {
  LOCKSTEP_CHECK(instrument < listings_.size(), "an account change of an instrument that there is not");
  Listing& listing = listings_[instrument];
  if (type == AccountChangeType::split && listing.state.qty + applied.qty != 0) {
    const std::int64_t new_shares = new_shares_of(applied.reference);
    change(listing, [&](State& state) {
      state.qty += applied.qty;
      if (new_shares > 0 && state.mark != kNoPrice) {
        state.mark = static_cast<Price>(
            divide_rounded(Int128{state.mark} * old_shares_of(applied.reference), new_shares));
      }
    });
  } else if (type == AccountChangeType::symbol_change) {
    Listing& to = listings_[applied.reference];
    LOCKSTEP_CHECK(to.state.qty == 0 && to.currency == listing.currency,
                   "a position moves to a flat instrument");
    const State from = listing.state;
    change(listing, [](State& state) {
      state.qty = 0;
      state.cost = state.isolated = 0;
    });
    change(to, [&](State& state) {
      state.qty = from.qty;
      state.cost = from.cost;
      state.isolated = to.terms.is_isolated ? from.isolated : Int128{0};
      if (state.mark == kNoPrice) state.mark = from.mark;
    });
  } else if (applied.qty != 0) {
    fill(listing, applied.qty > 0, applied.price, magnitude(applied.qty), applied.fee_nanos);
  }
  if (applied.cash_nanos == 0) return;
  currencies_[listing.currency].cash += applied.cash_nanos;
  // What an isolated position pays or receives is its own.
  if (listing.terms.is_isolated && listing.state.qty != 0) change_isolated(listing, applied.cash_nanos);
}

void VenueAccount::change_isolated(Listing& listing, Int128 amount) {
  change(listing, [&](State& state) { state.isolated += amount; });
}

void VenueAccount::on_mark(InstrumentId instrument, Price price) {
  LOCKSTEP_CHECK(instrument < listings_.size(), "a mark of an instrument that there is not");
  Listing& listing = listings_[instrument];
  if (price == listing.state.mark || !is_valued(listing.instrument, price)) return;
  if (listing.state.qty == 0) {
    listing.state.mark = price;  // nothing depends on it
    return;
  }
  change(listing, [&](State& state) { state.mark = price; });
}

// ---- What others may know, and state

const VenueAccount::Currency* VenueAccount::find(std::string_view currency) const {
  const auto found = std::find_if(currencies_.begin(), currencies_.end(),
                                  [&](const Currency& one) { return one.name == currency; });
  return found == currencies_.end() ? nullptr : &*found;
}

Money VenueAccount::cash(InstrumentId instrument) const {
  return Money::from_wide(currencies_[listings_[instrument].currency].cash);
}

Money VenueAccount::cash(std::string_view currency) const {
  const Currency* found = find(currency);
  return found == nullptr ? Money() : Money::from_wide(found->cash);
}

Money VenueAccount::equity(std::string_view currency) const {
  const Currency* found = find(currency);
  if (found == nullptr) return Money();
  return Money::from_wide(found->cash + found->worth + found->isolated_worth);
}

Money VenueAccount::cost(InstrumentId instrument) const {
  return Money::from_wide(listings_[instrument].state.cost);
}

Money VenueAccount::isolated_margin(InstrumentId instrument) const {
  return Money::from_wide(listings_[instrument].state.isolated);
}

void VenueAccount::visit(StateVisitor& visitor) {
  for (Listing& listing : listings_) {
    if (visitor.is_loading()) add(listing, -1);
    State& state = listing.state;
    visitor.field(state.qty);
    visitor.field(state.mark);
    visitor.field(state.cost);
    visitor.field(state.isolated);
    visitor.field(state.open_buy_value);
    visitor.field(state.open_sell_value);
    visitor.field(state.open_buy_qty);
    visitor.field(state.open_sell_qty);
    if (!visitor.is_loading()) continue;
    listing.derived = visitor.ok() ? derive(listing, state) : Derived{};
    add(listing, 1);
  }
  for (Currency& currency : currencies_) visitor.field(currency.cash);
}

}  // namespace lockstep::sim
