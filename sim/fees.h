// What a venue and those behind it charge for a fill: a schedule is data, a meter applies one per instrument
// and keeps the volumes that decide tiers. Owned by the simulated venue. Never sees an order book or an
// account.
//
// Fees are in the settlement currency. A fill pays the sum of
//   rate        |notional| x maker or taker rate, rounded half away from zero to 10^-9
//   exchange    quantity x maker or taker amount per share or contract, rounded likewise; negative: a rebate
//   commission  of the order so far: min(max(quantity x per_unit, minimum), |notional| x cap), less what it
//               was before this fill. So the minimum is paid with the first fill, and where cap and minimum
//               conflict the cap wins, as in Interactive Brokers' fixed and tiered schedules.
//   levies      each on its base, capped, then rounded up: by fill, by order so far, or by the venue's day
//               in UTC
// Whatever is charged "so far" is the total after the fill less the total before it, so the parts of an order
// or a day add up to exactly the charge for the whole.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/core/instrument.h"
#include "engine/core/money.h"
#include "engine/core/result.h"
#include "engine/core/state.h"
#include "engine/event/event.h"

namespace lockstep::sim {

/// Rates from a traded volume upward. Venues publish them as levels: Binance VIP 0-9, Bybit VIP and Pro.
struct FeeTier {
  std::int64_t volume_units = 0;  ///< whole units of the volume currency within the window, at least
  std::int64_t maker_ppb = 0;
  std::int64_t taker_ppb = 0;
  friend bool operator==(const FeeTier&, const FeeTier&) = default;
};

enum class LevyBase : std::uint8_t { notional, unit };
/// Over what a levy is capped and rounded.
enum class LevySpan : std::uint8_t {
  fill,
  order,
  day,  ///< the UTC day of one schedule: what Alpaca does, who book a day's sum rounded up to a cent
};

/// A charge on top. SEC section 31: notional, sell, 27'800 (27.80 USD per million, rounded up to a cent).
/// FINRA trading activity fee: unit, sell, 166'000 (0.000166 USD a share), cap 8.30 USD, rounded up to a
/// cent. Both as https://alpaca.markets/support/regulatory-fees passes them on. Exchange and clearing of a
/// future: unit.
struct Levy {
  LevyBase base = LevyBase::unit;
  LevySpan span = LevySpan::fill;
  Side side = Side::none;      ///< none: both
  std::int64_t rate = 0;       ///< 10^-9 of the notional, or 10^-9 units of money per share or contract; >= 0
  std::int64_t cap_nanos = 0;  ///< per span; 0: none
  std::int64_t round_up_nanos = 0;  ///< up to a multiple of it; 0: half away from zero to 10^-9
  friend bool operator==(const Levy&, const Levy&) = default;
};

struct Fees {
  std::int64_t maker_ppb = 0;  ///< of |notional|; negative: a rebate. 2 basis points = 200'000
  std::int64_t taker_ppb = 0;
  std::vector<FeeTier> tiers = {};  ///< by ascending volume; empty: the two rates above
  std::uint32_t lowest_tier = 0;    ///< never worse than this one, whatever was traded
  std::int64_t volume_rate_ppb =
      1'000'000'000;                      ///< what one unit of the quote currency counts as volume; > 0
  std::int64_t maker_per_unit_nanos = 0;  ///< negative: a rebate
  std::int64_t taker_per_unit_nanos = 0;
  std::int64_t commission_per_unit_nanos = 0;
  std::int64_t commission_minimum_nanos = 0;  ///< per order
  std::int64_t commission_cap_ppb = 0;        ///< of the order's |notional|; 0: none
  std::vector<Levy> levies = {};
  friend bool operator==(const Fees&, const Fees&) = default;
};

/// Says what is out of range, or nothing: rates within +-100%, tiers ascending, lowest_tier among them,
/// nothing negative but rates and rebates.
Status validate(const Fees& schedule);

/// |notional| x rate, rounded half away from zero to 10^-9 of the currency.
Money fee_of(const Instrument& instrument, Price price, Qty qty, std::int64_t rate_ppb);

/// Fees per instrument, one account. Volume counts per venue name over all its instruments, in units of the
/// quote currency, by UTC day. The tier of a day is decided at its start by the `window_days` full days
/// before it, as venues do it; what is traded today counts from tomorrow.
class FeeMeter {
 public:
  /// Requires: one valid schedule per instrument; 1 <= window_days <= 366. The instruments are copied.
  FeeMeter(std::span<const Instrument> instruments, std::vector<Fees> schedules, int window_days = 30);

  /// What this fill pays, counted into volumes, the day and its order. Requires: qty > 0. `exch_ts_ns`: when
  /// it was matched; a time before the last one counts as the last one's day. Look at overflowed().
  Money charge(InstrumentId instrument, Side side, Price price, Qty qty, bool is_maker, TimeNs exch_ts_ns,
               OrderId order);
  /// The order has ended: nothing more will be charged for it.
  void end(OrderId order);

  /// The rate part alone at the rates of today: what an order would pay at most by rate, for reserving
  /// margin.
  [[nodiscard]] std::int64_t taker_ppb(InstrumentId instrument) const { return rates(instrument, false); }

  /// Index into the schedule's tiers, now; 0 without tiers.
  [[nodiscard]] std::uint32_t tier(InstrumentId instrument) const;

  void visit(StateVisitor& visitor);

 private:
  struct Volume {
    std::vector<Int128> days;  // ring by day number; in 10^-9 of the volume unit
    Int128 window = 0;         // the days before today, which decide
    std::int64_t today = 0;    // day number since 1970
    bool is_tiered = false;    // nobody asks otherwise
  };
  struct OrderSoFar {  // kept only where something is by order
    OrderId id = 0;
    Qty filled_qty = 0;
    std::int64_t notional_nanos = 0;  // magnitude, up to the end of its range
  };
  static_assert(std::has_unique_object_representations_v<OrderSoFar>);
  struct DayLevy {  // of one instrument's schedule
    std::int64_t day = 0;
    Money before_cap;
  };
  struct Listing {
    Instrument instrument;
    Fees schedule;
    std::uint32_t volume = 0;
    std::uint32_t day_levies = 0;  // first of them
    bool is_by_order = false;      // something is
  };

  [[nodiscard]] std::int64_t rates(InstrumentId instrument, bool is_maker) const;
  [[nodiscard]] static Money commission(const Listing& listing, const OrderSoFar& order);
  Money levy(const Listing& listing, const Levy& levy, std::size_t index, Side side, Qty qty, Money value,
             const OrderSoFar& before, const OrderSoFar& after, std::int64_t day);
  void roll(Volume& volume, std::int64_t day) const;

  std::vector<Listing> listings_;
  std::vector<Volume> volumes_;  // by venue name
  std::vector<DayLevy> day_levies_;
  std::vector<OrderSoFar> orders_;
  bool is_by_order_ = false;
  std::int64_t window_days_;
};

}  // namespace lockstep::sim
