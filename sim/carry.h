// What holding costs or pays: funding, borrow fees, interest, at the venue's times. Owned by the simulated
// venue, in exchange time; reads its account, changes nothing there. Never sends an event itself.
//
// Funding of a perpetual, paid on value at the mark: a long pays a positive rate, a short receives it;
// rounded half away from zero to 10^-9, as Portfolio::apply_funding does.
//   recorded   A recorded settlement (Funding::is_settlement = 1) is paid at its event. The desk learns of it
//              from that event, so only the venue's account is told.
//   forecast   The last recorded forecast is paid when its settle_ts_ns comes.
//   constant   rate_ppb, every interval from offset: 00:00, 08:00 and 16:00 UTC by default.
//   premium    F = P + clamp(I - P, -clamp, +clamp), then kept within +-cap; I the interest rate of the
//   interval,
//              P the average of (mark - index) / index over it, sample n of N weighted by n. This is the
//              formula of Binance (https://www.binance.com/en/support/faq/360033525031) and Bybit, with the
//              mark in the place of their impact prices.
// Borrow fee of a short in spot or equity: quantity x collateral price x annual rate / day count, each
// calendar day. The collateral price is the mark, or by the convention of US securities lending 102% of it
// rounded up to a whole unit (https://ibkrguides.com/reportingreference/reportguide/borrowfeedetails.htm).
// Interest: negative cash of a currency x debit rate / day count, positive cash x credit rate, each day.
// Both are due at one time of day, UTC, and rounded half away from zero.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "sim/account_event.h"
#include "sim/venue_account.h"

namespace lockstep::sim {

enum class FundingSource : std::uint8_t { none, recorded, forecast, constant, premium };

struct FundingRule {
  FundingSource source = FundingSource::recorded;
  DurationNs interval_ns = 8 * kHour;
  DurationNs offset_ns = 0;                 ///< of the first settlement after midnight UTC
  std::int64_t rate_ppb = 100'000;          ///< constant; of premium: I. 0.01%
  std::int64_t clamp_ppb = 500'000;         ///< 0.05%
  std::int64_t cap_ppb = 20'000'000;        ///< 2%
  DurationNs sample_interval_ns = kMinute;  ///< of the premium; the first mark in each counts
  friend bool operator==(const FundingRule&, const FundingRule&) = default;
};

struct CarryConfig {
  std::vector<FundingRule> funding;      ///< one per instrument, or empty for defaults
  std::vector<std::int64_t> borrow_ppb;  ///< a year, one per instrument; empty: nothing
  bool marks_up_collateral = false;      ///< 102% of the mark, rounded up to a whole unit
  std::int64_t debit_ppb = 0;            ///< a year, on negative cash
  std::int64_t credit_ppb = 0;           ///< a year, on positive cash
  DurationNs daily_at_ns = 0;            ///< time of day, UTC
  int days_per_year = 360;               ///< 360: the money market's convention; 365
};

/// Says what is out of range: intervals that are not positive, rates beyond +-100%, a time of day beyond a
/// day.
Status validate(const CarryConfig& config, std::size_t instruments);

class Carry {
 public:
  /// The instruments are copied. Requires: a valid configuration.
  Carry(std::span<const Instrument> instruments, CarryConfig config);

  /// What is due at or before `now`, one at a time and in order of time, borrow fees before interest before
  /// funding, then by instrument; nothing once all is paid. Call it with each event's exchange time before
  /// the event itself, until it returns nothing, and apply each change to the account before the next call.
  /// What has no position or no price pays nothing. The first call starts the clock.
  std::optional<AccountEvent> next(TimeNs now, const VenueAccount& account);

  /// A funding event of the feed, after what was due before it. Returns what a settlement pays at once.
  std::optional<AccountEvent> on_funding(InstrumentId instrument, const Event& event,
                                         const VenueAccount& account);
  /// A mark event of the feed: what the premium is taken from.
  void on_mark(InstrumentId instrument, TimeNs exch_ts_ns, Price mark, Price index);

  void visit(StateVisitor& visitor);

 private:
  struct Perpetual {
    TimeNs due_ns = kEndOfTime;
    std::int64_t rate = 0;  // forecast
    int rate_scale = 0;
    Int128 weighted_sum = 0;  // of the premium, in 10^-9
    std::int64_t weights = 0;
    std::int64_t last_sample = 0;  // its number within the interval
  };

  [[nodiscard]] std::int64_t modelled_ppb(InstrumentId instrument) const;
  [[nodiscard]] std::optional<AccountEvent> payment(InstrumentId instrument, TimeNs ts_ns, std::int64_t rate,
                                                    int scale, Price mark, const VenueAccount& account) const;
  [[nodiscard]] std::optional<AccountEvent> daily(std::size_t step, const VenueAccount& account) const;
  [[nodiscard]] std::int64_t of_day(Int128 amount, std::int64_t annual_ppb) const;
  void find_next();

  std::vector<Instrument> instruments_;
  CarryConfig config_;
  std::vector<InstrumentId> payers_;   // first instrument of each settlement currency: interest goes there
  std::vector<Perpetual> perpetuals_;  // by instrument
  bool is_started_ = false;
  TimeNs day_due_ns_ = kEndOfTime;
  std::uint64_t day_step_ = 0;  // of the day that is being paid: instruments, then currencies
  TimeNs next_ns_ = kEndOfTime;
};

}  // namespace lockstep::sim
