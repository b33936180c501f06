// Money at a simulated venue: our account, what holding costs, and reference data, as one. Owned by SimVenue,
// which ends and changes orders and sends what happened. Never ends an order or sends an event itself.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "engine/book/books.h"
#include "sim/carry.h"
#include "sim/corporate.h"
#include "sim/listing.h"
#include "sim/venue_account.h"

namespace lockstep::sim {

struct MoneyConfig {
  VenueAccountConfig account;
  CarryConfig carry;
  ReferenceData reference;
};

/// Whether any of it can refuse an order or change the account beyond fills and recorded funding.
bool has_effect(const MoneyConfig& config);

class Ledger {
 public:
  /// Requires: each part passes its validate().
  Ledger(std::span<const Instrument> instruments, const MoneyConfig& config)
      : account_(instruments, config.account),
        carry_(instruments, config.carry),
        corporate_(instruments, config.reference) {}

  /// Whether the account can carry a new order, or one that takes the place of `replaced`, beside all that is
  /// open in `listings`. Reduce-only orders and those that sleep need nothing.
  Reason admit(const VenueOrder& order, std::span<const Listing> listings,
               const VenueOrder* replaced = nullptr);

  void on_fill(InstrumentId instrument, Side side, Price price, Qty qty, Money fee) {
    account_.on_fill(instrument, side, price, qty, fee);
  }
  /// What the market is after the last event of an instrument.
  void on_state(InstrumentId instrument, const MarketState& market);

  /// What is due at or before `now`, one step at a time: orders to end or change, then a change of the
  /// account, which is not booked yet. See Corporate::next and Carry::next.
  std::optional<CorporateStep> next(TimeNs now);
  /// An event of the feed, after what was due before it; what it changes of the account.
  std::optional<AccountEvent> on_event(const Event& event);
  void book(const AccountEvent& event) { account_.apply(event.instrument, event.type, event.change); }

  /// Liquidation: see VenueAccount. `listings` say what is open.
  std::optional<Liquidation> check(std::span<const Listing> listings);
  AccountChange liquidate(const Liquidation& due, Price book_price) {
    return account_.liquidate(due, book_price);
  }

  [[nodiscard]] Qty position(InstrumentId instrument) const { return account_.position(instrument); }
  [[nodiscard]] const VenueAccount& account() const { return account_; }

  void visit(StateVisitor& visitor) {
    account_.visit(visitor);
    carry_.visit(visitor);
    corporate_.visit(visitor);
  }

 private:
  void restate_open(std::span<const Listing> listings);

  VenueAccount account_;
  Carry carry_;
  Corporate corporate_;
};

}  // namespace lockstep::sim
