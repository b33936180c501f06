// The part of the account that liquidates.
#include <algorithm>

#include "engine/portfolio/entry_price.h"
#include "sim/amounts.h"
#include "sim/venue_account.h"

namespace lockstep::sim {

bool VenueAccount::has_open_orders(InstrumentId instrument) const {
  const State& state = listings_[instrument].state;
  return state.open_buy_qty != 0 || state.open_sell_qty != 0;
}

std::optional<Liquidation> VenueAccount::check() const {
  if (config_.kind != AccountKind::margin) return std::nullopt;
  const auto close = [&](InstrumentId id) {
    const Listing& listing = listings_[id];
    const Qty held = magnitude(listing.state.qty);
    const Qty lot = listing.instrument.lot;
    Qty step = static_cast<Qty>(Int128{held} * config_.liquidation.step_ppb / kAll);
    step = std::max(step - step % lot, lot);
    if (held - step < lot) step = held;
    return Liquidation{id, false, listing.state.qty > 0 ? -step : step};
  };
  if (below_count_ > 0) {
    for (InstrumentId id = 0; id < listings_.size(); ++id) {
      if (!listings_[id].derived.is_below) continue;
      return has_open_orders(id) ? Liquidation{id, true, 0} : close(id);
    }
  }
  bool has_maintenance = false;
  for (const Currency& currency : currencies_) has_maintenance = has_maintenance || currency.maintenance != 0;
  if (!has_maintenance) return std::nullopt;
  const std::optional<Standing> now = standing();
  if (!now || now->collateral >= now->maintenance) return std::nullopt;
  if (open_count_ > 0) return Liquidation{kNoInstrument, true, 0};
  InstrumentId largest = kNoInstrument;
  Int128 most = 0;
  for (InstrumentId id = 0; id < listings_.size(); ++id) {
    const Listing& listing = listings_[id];
    if (listing.terms.is_isolated || listing.derived.maintenance == 0) continue;
    const Int128 margin = to_account(currencies_[listing.currency], listing.derived.maintenance).value_or(0);
    if (margin <= most) continue;
    most = margin;
    largest = id;
  }
  if (largest == kNoInstrument) return std::nullopt;
  return close(largest);
}

// What is left to lose, in the settlement currency.
Int128 VenueAccount::pot(const Listing& listing) const {
  if (listing.terms.is_isolated) return listing.state.isolated + listing.derived.worth;
  const std::optional<Standing> now = standing();
  if (!now) return 0;
  return from_account(currencies_[listing.currency], now->collateral).value_or(0);
}

Price VenueAccount::bankruptcy_price(const Listing& listing) const {
  const State& state = listing.state;
  const Int128 worthless = value_of(listing.instrument, state.mark, state.qty) - pot(listing);
  const Money target = Money::from_wide(worthless);
  if (target.overflowed()) return state.mark;
  const Price price = entry_price(listing.instrument, state.qty, target).value_or(state.mark);
  return price > 0 ? price : state.mark;
}

AccountChange VenueAccount::liquidate(const Liquidation& due, Price book_price) {
  LOCKSTEP_CHECK(due.instrument < listings_.size() && due.qty != 0, "orders are cancelled by the venue");
  Listing& listing = listings_[due.instrument];
  const LiquidationRule& rule = config_.liquidation;
  Price price = listing.state.mark;
  if (rule.price == LiquidationPrice::bankruptcy) price = bankruptcy_price(listing);
  if (rule.price == LiquidationPrice::book && is_valued(listing.instrument, book_price)) price = book_price;

  AccountChange done{};
  done.qty = due.qty;
  done.price = price;
  Int128 fee = share(exposure_of(listing.instrument, price, due.qty), rule.fee_ppb);
  bool is_exhausted = due.qty == -listing.state.qty;
  Int128 left = 0;
  if (listing.terms.is_isolated) {
    left =
        listing.state.isolated + value_of(listing.instrument, price, listing.state.qty) - listing.state.cost;
    fill(listing, due.qty > 0, price, magnitude(due.qty), 0, false);
  } else {
    fill(listing, due.qty > 0, price, magnitude(due.qty), 0, false);
    left = pot(listing);
    for (const Listing& other : listings_)
      is_exhausted = is_exhausted && (other.terms.is_isolated || other.derived.maintenance == 0);
  }
  if (rule.insurance) {
    fee = std::clamp<Int128>(left, 0, fee);
    if (is_exhausted && left < 0) done.cash_nanos = static_cast<std::int64_t>(-left);
  }
  done.fee_nanos = static_cast<std::int64_t>(fee);
  currencies_[listing.currency].cash += done.cash_nanos - fee;
  if (listing.terms.is_isolated && listing.state.qty != 0) change_isolated(listing, -fee);
  return done;
}

}  // namespace lockstep::sim
