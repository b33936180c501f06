// Closed trades: what each trip of an instrument's position from flat back to flat brought, and how long
// anything was held. Folded over fills. Never keeps a trade: only sums.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/decimal.h"
#include "engine/event/results.h"

namespace lockstep {

/// Sums over closed trades. A trade's result is its realised profit less the fees of its fills, funding left
/// out. It is the same by average cost and by FIFO, and however its orders were split into fills.
struct TradeTotals {
  std::uint64_t count = 0;
  std::uint64_t won = 0;   ///< result > 0
  std::uint64_t lost = 0;  ///< result < 0
  double won_sum = 0.0;    ///< of results > 0, in the reporting currency
  double lost_sum = 0.0;   ///< of results < 0; <= 0
};

// Pure functions of the sums; NaN: not measured.

double win_rate(const TradeTotals& trades);       ///< won / (won + lost)
double profit_factor(const TradeTotals& trades);  ///< sum of gains / |sum of losses|; NaN without a loss
double average_win(const TradeTotals& trades);
double average_loss(const TradeTotals& trades);  ///< <= 0
double expectancy(const TradeTotals& trades);    ///< mean result of a trade

class RoundTrips {
 public:
  explicit RoundTrips(std::size_t instrument_count) : trips_(instrument_count) {}

  /// A fill, and what one unit of its settlement currency is worth in the reporting currency (NaN: unknown).
  /// A fill through zero ends one trade and begins the next; its fee is shared by quantity. A position that
  /// was there before the first fill counts as a trade from that fill on. Requires: fills in the order of
  /// time.
  void add(const FillRow& fill, double rate);

  [[nodiscard]] const TradeTotals& totals() const { return totals_; }
  /// Time from the first fill to `end_ts_ns` during which any position was open.
  [[nodiscard]] DurationNs time_in_market_ns(TimeNs end_ts_ns) const;

 private:
  struct Trip {
    Int128 net_nanos = 0;  // result so far
    bool is_open = false;
  };

  void close(Trip& trip, double rate);
  void set_open(Trip& trip, bool is_open, TimeNs ts_ns);

  std::vector<Trip> trips_;  // by instrument
  TradeTotals totals_;
  std::uint64_t open_count_ = 0;
  TimeNs open_since_ts_ns_ = kNoTime;  // while open_count_ > 0
  DurationNs closed_spans_ns_ = 0;
};

}  // namespace lockstep
