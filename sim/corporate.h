// What happens to an instrument by its reference data: dividends, splits, changes of symbol, expiry and roll
// of futures, exercise and settlement of options. Owned by the simulated venue, in exchange time; reads its
// account, changes nothing there. Knows no order: it says what is to become of them.
//
// Dividend   At the ex time a long receives quantity x amount, a short pays it, rounded half away from zero
//            to 10^-9; what was bought before and not sold is entitled.
// Split      new for old shares. The position becomes quantity x new / old, down to whole lots; what is left
//            over is paid in cash at the mark before (a short pays), rounded towards zero. A position that
//            comes to nothing is closed at the mark. Orders by FINRA rule 5330: a forward split adjusts them
//            (split_price, split_qty), a reverse split cancels them. Or all are cancelled, or kept.
// Symbol     From then on the position is one in the new instrument, at its cost; orders are cancelled. Where
//            one is open there already, it is closed in the old and opened in the new at the old mark.
// Future     At expiry closed at the settlement price: the one given, else the last `statistic` of that type.
//            With a roll, before it: closed at its mark, and as much opened in the next contract at that
//            one's mark, or at the old mark plus a given spread; both legs pay the roll fee. Without these
//            prices there is no roll.
// Option     At expiry: in the money by at least a threshold, a long is exercised and a short assigned.
//            Cash: closed at its intrinsic value, divided by the settlement price where it pays in what it is
//            on (Deribit). Physical: closed at nothing, and the underlying delivered at the strike; where
//            that would be no whole number of lots, in cash. Out of the money: closed at nothing.
//            Settlement price: the one given, else the underlying's mark, else the last `statistic` of it.
// Where there is no settlement price: at the instrument's mark, else at its cost.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/account_event.h"
#include "sim/venue_account.h"

namespace lockstep::sim {

struct Dividend {
  InstrumentId instrument = kNoInstrument;
  TimeNs ex_ts_ns = 0;
  std::int64_t amount_nanos = 0;  ///< per share, in the settlement currency; >= 0
};

enum class SplitOrders : std::uint8_t { finra, cancel, keep };

struct Split {
  InstrumentId instrument = kNoInstrument;
  TimeNs ex_ts_ns = 0;
  std::uint32_t new_shares = 1;
  std::uint32_t old_shares = 1;
  SplitOrders orders = SplitOrders::finra;
};

/// From `ts_ns` on the instrument trades as another one, which takes over its position at its cost. The new
/// one may be the same instrument, where only the name changes.
struct SymbolChange {
  InstrumentId instrument = kNoInstrument;
  TimeNs ts_ns = 0;
  InstrumentId new_instrument = kNoInstrument;
};

struct Expiry {
  InstrumentId instrument = kNoInstrument;
  TimeNs ts_ns = 0;
  bool is_physical = false;                 ///< of an option; its underlying is delivered
  bool pays_in_base = false;                ///< of an option settled in what it is on
  InstrumentId underlying = kNoInstrument;  ///< of an option: whose mark settles it, and what is delivered
  Price settlement_price = kNoPrice;  ///< given: of the future itself, or of the option's underlying in the
                                      ///< option's price scale
  Price threshold = 1;                ///< of an option: exercised from this much in the money
};

struct Roll {
  InstrumentId instrument = kNoInstrument;
  TimeNs ts_ns = 0;
  InstrumentId next = kNoInstrument;
  Price spread = kNoPrice;   ///< of the next contract over this one; kNoPrice: its own mark
  std::int64_t fee_ppb = 0;  ///< of the notional of each leg
};

struct ReferenceData {
  std::vector<Dividend> dividends;
  std::vector<Split> splits;
  std::vector<SymbolChange> symbol_changes;
  std::vector<Expiry> expiries;
  std::vector<Roll> rolls;
};

/// Says what does not fit the instruments: an unknown one, a share count of zero, a split or dividend of what
/// is no spot or equity, an expiry of what does not expire, contracts of other terms to roll or move into,
/// physical delivery without an underlying.
Status validate(const ReferenceData& data, std::span<const Instrument> instruments);

enum class OrderFate : std::uint8_t { keep, cancel, adjust };

/// One step, to be done in this order: the instrument's orders, then the change of the account if there is
/// one.
struct CorporateStep {
  TimeNs ts_ns = 0;
  InstrumentId instrument = kNoInstrument;
  OrderFate orders = OrderFate::keep;
  Reason reason = Reason::requested;  ///< of cancelled ones
  std::uint32_t new_shares = 1;       ///< of adjusted ones
  std::uint32_t old_shares = 1;
  std::optional<AccountEvent> change = std::nullopt;
};

/// A limit or trigger after a split: price x old / new, a buy's down to the tick, a sale's up; at least a
/// tick.
Price split_price(Side side, Price price, Price tick, std::uint32_t new_shares, std::uint32_t old_shares);
/// A quantity after a split, down to whole lots; 0 if less than one is left.
Qty split_qty(Qty qty, Qty lot, std::uint32_t new_shares, std::uint32_t old_shares);

class Corporate {
 public:
  /// The instruments are copied. Requires: valid data.
  Corporate(std::span<const Instrument> instruments, ReferenceData data);

  /// What is due at or before `now`, one step at a time, in order of time, then dividends, splits, symbol
  /// changes, rolls, expiries, then as given. Call it with each event's exchange time before the event
  /// itself, until it returns nothing, and do each step before the next call. The first call starts the
  /// clock: what is older is over.
  std::optional<CorporateStep> next(TimeNs now, const VenueAccount& account);

  /// A statistic of the feed: settlement and underlying prices are kept.
  void on_statistic(InstrumentId instrument, const Statistic& statistic, bool is_price);

  /// It has expired, or trades under another symbol: the venue takes no more orders (Reason::delisted).
  [[nodiscard]] bool is_delisted(InstrumentId instrument) const { return listings_[instrument].is_delisted; }

  void visit(StateVisitor& visitor);

 private:
  enum class What : std::uint8_t { dividend, split, symbol_change, roll, expiry };
  struct Due {
    TimeNs ts_ns;
    What what;
    std::size_t index;  // in its own list
  };
  struct Listing {
    Instrument instrument;
    bool is_delisted = false;
    Price settlement = kNoPrice;  // the last statistic
    Price underlying = kNoPrice;  // the same, in this instrument's price scale
  };

  [[nodiscard]] CorporateStep dividend(const Dividend& dividend, const VenueAccount& account) const;
  [[nodiscard]] CorporateStep split(const Split& split, const VenueAccount& account) const;
  CorporateStep symbol_change(const SymbolChange& change, const VenueAccount& account);
  CorporateStep move(CorporateStep step, InstrumentId next, Price from, Price to, std::int64_t fee_ppb,
                     const VenueAccount& account);
  CorporateStep roll(const Roll& roll, const VenueAccount& account);
  CorporateStep expiry(const Expiry& expiry, const VenueAccount& account);
  CorporateStep expire_option(const Expiry& expiry, CorporateStep step, const VenueAccount& account);
  [[nodiscard]] Price price_or_cost(InstrumentId instrument, Price price, const VenueAccount& account) const;
  [[nodiscard]] std::optional<Price> option_settlement(const Expiry& expiry,
                                                       const VenueAccount& account) const;

  std::vector<Listing> listings_;
  ReferenceData data_;
  std::vector<Due> due_;  // in order
  std::uint64_t next_ = 0;
  bool is_started_ = false;
  std::optional<CorporateStep>
      second_;  // the other leg of a roll or a delivery; made and taken within one loop
};

}  // namespace lockstep::sim
