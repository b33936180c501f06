// Our account as the venue keeps it: what may be ordered, what is reserved for open orders, and when the
// venue liquidates. Owned by the simulated venue, in exchange time, independent of engine/portfolio, which
// learns the same facts later by events. Never sees an order book; prices come in as marks.
//
// Kinds
//   unlimited  admits everything, never liquidates; keeps positions and cash.
//   cash       A buy needs its value and fee in cash of the settlement currency, less what open buys have
//              reserved. A sale needs the holding, less open sales. Where shorts are allowed, the value of a
//              short stays locked in cash.
//   margin     Collateral (below) must cover the initial margin of positions and open orders. Of each
//              instrument the larger of (long + open buys) and (short + open sales) counts, open orders at
//              their own price, positions at the mark. An order that does not add to that is always admitted.
//              Maintenance margin is of the position alone.
// Collateral of the cross account = cash - margins of isolated positions + value of spot, equity and options
// + open profit of margined instruments, each currency converted; a positive amount of another currency
// counts less its haircut, a negative one wholly. An isolated position has its own margin, set apart from
// cash at each fill that opens, initial margin of what it adds; losses of a close come out of it, then the
// closed share of it goes back; profit goes to cash. Margined instruments are kept at average cost, rounded
// as engine/portfolio does. So cash is equal to a portfolio's at average cost to the last unit; at FIFO what
// is realised differs, cash + open profit does not.
//
// Liquidation, when a pot (the cross account, or one isolated position) is below its maintenance margin: open
// orders first (all, or those of the isolated instrument), then the position with the largest maintenance
// margin, whole or in steps, until the pot is above again. It pays the fee of its rule. With insurance, the
// fee takes no more than is left, and the venue pays in what is missing once nothing is left to close.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/instrument.h"
#include "engine/core/money.h"
#include "engine/core/state.h"
#include "engine/event/event.h"
#include "sim/account_config.h"

namespace lockstep::sim {

/// An order as the account sees it.
struct AskedOrder {
  InstrumentId instrument = kNoInstrument;
  Side side = Side::none;
  Price price = kNoPrice;  ///< its limit, or what a market order is valued at
  Qty qty = 0;             ///< what may still fill
};

/// What check() asks the venue to do next.
struct Liquidation {
  InstrumentId instrument = kNoInstrument;  ///< kNoInstrument: all, with cancel_orders
  bool cancel_orders = false;               ///< cancel what is open (Reason::liquidated) and check again
  Qty qty = 0;                              ///< else: the signed change of position, for liquidate()
};

class VenueAccount {
 public:
  /// The instruments are copied. Requires: both pass validate().
  VenueAccount(std::span<const Instrument> instruments, VenueAccountConfig config);

  /// Whether an order may be opened now: none, insufficient_funds, insufficient_margin, short_not_available,
  /// or no_reference_price if it cannot be valued. Of a replace, `replaced` is the order as it stands.
  /// Changes nothing.
  [[nodiscard]] Reason admit(const AskedOrder& order, const AskedOrder* replaced = nullptr) const;

  /// An order of ours goes from `before` to `after` open: 0 to n when it is opened, less with each fill,
  /// n to 0 when it ends. Always with the price that it was opened at. The fill itself goes to on_fill.
  void on_open_qty(InstrumentId instrument, Side side, Price price, Qty before, Qty after);

  /// What is open of an instrument, all of it, for a venue that counts rather than tells each change.
  struct Open {
    Int128 buy_value = 0;
    Int128 sell_value = 0;
    Qty buy_qty = 0;
    Qty sell_qty = 0;
  };
  void add_to(Open& open, InstrumentId instrument, Side side, Price price, Qty qty) const;
  void set_open(InstrumentId instrument, const Open& open);

  void on_fill(InstrumentId instrument, Side side, Price price, Qty qty, Money fee);
  /// A change that the venue makes to the account (funding, a dividend, a split ...), as its event says it.
  /// liquidate() has done this already for what it returns.
  void apply(InstrumentId instrument, AccountChangeType type, const AccountChange& change);
  /// The price at which positions are valued from now on. kNoPrice, and what values nothing, is left out.
  void on_mark(InstrumentId instrument, Price price);

  /// What is due now; nothing if the account is sound. Constant time while it is.
  [[nodiscard]] std::optional<Liquidation> check() const;
  /// Closes what check() said, and returns the change to send as an account event of type liquidation.
  /// `book_price`: what the venue's book gives for it; kNoPrice: nothing.
  AccountChange liquidate(const Liquidation& due, Price book_price);

  [[nodiscard]] AccountKind kind() const { return config_.kind; }
  [[nodiscard]] Qty position(InstrumentId instrument) const { return listings_[instrument].state.qty; }
  [[nodiscard]] Price mark(InstrumentId instrument) const { return listings_[instrument].state.mark; }
  /// In the instrument's settlement currency, isolated margins included.
  [[nodiscard]] Money cash(InstrumentId instrument) const;
  [[nodiscard]] Money cash(std::string_view currency) const;
  /// cash + value of spot, equity and options + open profit of the rest, of one currency; isolated included.
  [[nodiscard]] Money equity(std::string_view currency) const;
  /// Value at entry of what is open, signed as Position::cost.
  [[nodiscard]] Money cost(InstrumentId instrument) const;
  [[nodiscard]] Money isolated_margin(InstrumentId instrument) const;

  /// The cross account in its own currency. Nothing where an amount cannot be converted.
  struct Standing {
    Int128 collateral = 0;
    Int128 initial = 0;  ///< positions and open orders; of isolated instruments the open orders
    Int128 maintenance = 0;
  };
  [[nodiscard]] std::optional<Standing> standing() const;

  void visit(StateVisitor& visitor);

 private:
  struct State {
    Qty qty = 0;
    Price mark = kNoPrice;
    Int128 cost = 0;
    Int128 isolated = 0;  // margin set apart
    Int128 open_buy_value = 0;
    Int128 open_sell_value = 0;
    Qty open_buy_qty = 0;
    Qty open_sell_qty = 0;
  };
  // Follows from State and the terms; what it adds to the sums of its currency.
  struct Derived {
    Int128 worth = 0;  // beside cash
    Int128 initial = 0;
    Int128 maintenance = 0;
    Int128 reserved = 0;  // cash account: open buys and locked shorts
    bool is_below = false;
  };
  struct Listing {
    Instrument instrument;
    InstrumentTerms terms;
    std::uint32_t currency = 0;
    State state;
    Derived derived;
  };
  struct Currency {
    std::string name;
    std::optional<Conversion> conversion;  // nothing: none known, or the account currency itself
    Int128 cash = 0;
    // Sums of Derived.
    Int128 worth = 0;  // cross
    Int128 isolated = 0;
    Int128 isolated_worth = 0;
    Int128 initial = 0;
    Int128 maintenance = 0;
    Int128 reserved = 0;
  };

  [[nodiscard]] Derived derive(const Listing& listing, const State& state) const;
  void add(Listing& listing, int sign);
  template <class Change>
  void change(Listing& listing, Change apply_to);
  // A close that does not release margin leaves it with what stays open.
  void fill(Listing& listing, bool buys, Price price, Qty qty, Int128 fee, bool releases_margin = true);
  void change_isolated(Listing& listing, Int128 amount);
  [[nodiscard]] Reason admit_cash(const Listing& listing, const State& after, const AskedOrder& order) const;
  [[nodiscard]] Reason admit_margin(const Listing& listing, const State& after, Int128 fee) const;
  [[nodiscard]] std::optional<Int128> to_account(const Currency& currency, Int128 amount) const;
  [[nodiscard]] std::optional<Int128> from_account(const Currency& currency, Int128 amount) const;
  [[nodiscard]] Price bankruptcy_price(const Listing& listing) const;
  [[nodiscard]] Int128 pot(const Listing& listing) const;
  [[nodiscard]] bool has_open_orders(InstrumentId instrument) const;
  [[nodiscard]] const Currency* find(std::string_view currency) const;

  VenueAccountConfig config_;
  std::vector<Listing> listings_;
  std::vector<Currency> currencies_;  // the account's is the first
  std::uint32_t below_count_ = 0;     // isolated positions below maintenance
  std::uint32_t open_count_ = 0;      // instruments with open orders
};

}  // namespace lockstep::sim
