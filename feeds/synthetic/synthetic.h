// A seeded session of several instruments as a source: coherent books, trades and what goes with them, for
// demonstrations, tests and benchmarks. Pure: the same configuration gives the same events everywhere. Models
// no real market.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/latency.h"
#include "engine/event/ports.h"

namespace lockstep::feeds {

/// Receive time = exchange time + constant + median x exp(sigma x Z), Z standard normal; never before an
/// earlier event's, as on one connection.
struct FeedLatency {
  DurationNs constant_ns = 0;  ///< 0 .. a minute
  DurationNs median_ns = 0;    ///< 0 .. a minute; 0: no random part
  double sigma = 0;            ///< 0 .. 5
};

/// One instrument. Its events depend on the seed, on its place in the list and on nothing of the other
/// instruments.
///
/// A hidden fair price walks at random. At each step either a trade prints at the displayed best price
/// (buyers likelier while the fair price is above the mid) or the display follows: `levels` changes on each
/// side, near the best price. The display moves by at most (levels - 1) / 2 ticks an update, so it lags
/// behind where a tick is small against a step of the fair price.
struct SyntheticInstrument {
  Instrument instrument;
  Price start_price = 0;  ///< a multiple of the tick; more than depth + spread + 8 ticks, at most 10^15
  double volatility_per_sqrt_day =
      0.03;                       ///< of the fair price, as a fraction: 0 .. 10; the steps must stay under 5%
  double events_per_second = 50;  ///< steps (trades and updates), mean of exponential waits: 10^-3 .. 10^7
  std::uint32_t trade_percent =
      20;                    ///< share of trades among the steps, 0 .. 100; 100 needs books and quotes off
  Qty trade_qty = 0;         ///< mean; a multiple of the lot; times events_per_second at most 10^15
  Qty level_qty = 0;         ///< mean of one displayed level; a multiple of the lot; at most 10^15
  std::uint32_t levels = 5;  ///< changes per side in an update, 3 .. 64
  std::uint32_t depth = 20;  ///< levels shown per side, 2 x levels + 2 .. 1024
  std::uint32_t spread_ticks = 1;  ///< between the best prices, 1 .. 1000

  bool trades = true;   ///< false: trades happen and make bars, but are not shown
  bool books = true;    ///< a snapshot, then one difference per update
  bool quotes = false;  ///< one whenever an update changed the best prices or their quantities
  bool bars = false;    ///< of one minute of trades, stamped with its end; none for a minute without trades
  DurationNs mark_interval_ns = 0;  ///< perpetuals only; at most a day; 0: none
  DurationNs funding_interval_ns =
      0;  ///< perpetuals only; at most a day; 0: none; each event is a settlement

  /// A difference is lost with probability numerator / denominator; a gap event says so, then no difference
  /// comes until a snapshot after `snapshot_delay_ns`. Numerator 0: never.
  std::uint64_t gap_numerator = 0;
  std::uint64_t gap_denominator = 1;
  DurationNs snapshot_delay_ns = kSecond;
};

struct SyntheticConfig {
  std::uint64_t seed = 1;
  TimeNs start_ts_ns = 0;
  DurationNs duration_ns = 0;    ///< exchange time; 0: no end but max_events
  std::uint64_t max_events = 0;  ///< 0: no end but duration
  FeedLatency latency;
  std::vector<SyntheticInstrument> instruments;
};

/// Says which field is out of range, or nothing.
Status validate(const SyntheticConfig& config);

/// An hour of a linear perpetual, ALPHA-PERP, and a spot pair, BETA-USD, both settled in USD on the venue
/// `synthetic`: books, trades, marks and funding, about 400,000 events.
SyntheticConfig demo_session(std::uint64_t seed);

class SyntheticMarket;

/// Uses the same memory however long the session; allocates only in the constructor.
class SyntheticSource final : public Source {
 public:
  /// Requires: a valid configuration.
  explicit SyntheticSource(const SyntheticConfig& config);
  ~SyntheticSource() override;

  [[nodiscard]] std::span<const Instrument> instruments() const override { return instruments_; }
  /// About a thousand events at a time.
  Result<Pull> pull(Batch& out) override;
  /// Makes everything again from the first event, so it costs what pulling that many events costs. Error past
  /// the end.
  Status seek(std::uint64_t event_number) override;

 private:
  void restart();
  void fill();
  void stamp(std::size_t first);

  SyntheticConfig config_;
  TimeNs end_ts_ns_;
  std::vector<Instrument> instruments_;
  std::vector<SyntheticMarket> markets_;
  std::vector<Latency> latencies_;  // by instrument
  std::vector<Event> events_;
  std::vector<Level> levels_;
  std::size_t level_room_ = 0;   // the most levels that one step adds
  std::size_t event_count_ = 0;  // of the batch
  std::size_t batch_begin_ = 0;  // where the next pull begins in the batch, after a seek
  std::uint64_t produced_ = 0;   // events up to the end of the batch
  TimeNs last_recv_ts_ns_ = INT64_MIN;
  bool ended_ = false;
};

}  // namespace lockstep::feeds
