// One synthetic instrument: its fair price, its book and what it emits. Owned by SyntheticSource, which
// orders the instruments and adds the time of receipt. Never allocates after construction.
#pragma once

#include <array>
#include <vector>

#include "engine/core/random.h"
#include "engine/event/event.h"
#include "feeds/synthetic/synthetic.h"

namespace lockstep::feeds {

/// Where a step puts its events and levels: arrays of the source with room for at least kMostEvents and
/// most_levels().
struct Emission {
  Event* events;
  Level* levels;
  std::size_t event_count;
  std::size_t level_count;
};

class SyntheticMarket {
 public:
  static constexpr std::size_t kMostEvents = 4;  ///< of one step

  /// Requires: a valid configuration.
  SyntheticMarket(const SyntheticInstrument& config, InstrumentId id, std::uint64_t seed, TimeNs start_ts_ns);

  /// Exchange time of the next step.
  [[nodiscard]] TimeNs next_ts_ns() const { return next_ts_ns_; }
  [[nodiscard]] std::size_t most_levels() const { return 2 * std::size_t{config_.depth}; }

  /// Takes the step that is due: no event at all, or a few, all with exch_ts_ns = next_ts_ns().
  void step(Emission& out);

 private:
  static constexpr std::size_t kTable = 256;  // random choices are made by a byte each

  // One side's quantities at `depth` prices without holes, in a ring by price.
  struct Side {
    std::vector<Qty> qty;
    Qty consumed = 0;  // taken off the best level by trades that no update has shown yet
  };

  void scheduled(Emission& out);
  void market_step(Emission& out);
  void print_free(std::uint64_t word, Emission& out);
  void print_displayed(std::uint64_t word, Emission& out);
  void trade(lockstep::Side aggressor, std::int64_t ticks, Qty qty, Emission& out);
  void update(Emission& out);
  void change_side(bool is_bid, std::int64_t shift, Emission& out);
  void snapshot(Emission& out);
  void quote(Emission& out);
  void bar(Emission& out);
  void mark(Emission& out);
  void funding(Emission& out);

  [[nodiscard]] bool buys(std::uint64_t word) const;
  [[nodiscard]] double mid_ticks() const { return static_cast<double>(bid_ticks_) + half_spread_; }
  [[nodiscard]] std::int64_t wanted_shift() const;
  [[nodiscard]] std::int64_t ask_ticks() const { return bid_ticks_ + config_.spread_ticks; }
  Qty& at(Side& side, std::int64_t ticks) const {
    return side.qty[static_cast<std::size_t>(ticks) & ring_mask_];
  }
  Event& add(Kind kind, Emission& out) const;
  void schedule();

  SyntheticInstrument config_;
  InstrumentId id_;
  std::array<double, kTable> relative_step_{};
  std::array<DurationNs, kTable> wait_ns_{};
  std::array<Qty, kTable> trade_qty_{};
  std::array<Qty, kTable> level_qty_{};
  std::uint64_t trade_threshold_;  // of 2^16
  double half_spread_;
  double fair_least_;
  double fair_most_;
  bool is_displayed_;
  std::int64_t most_shift_;
  std::size_t ring_mask_;

  RandomStream random_;
  RandomStream gap_random_;
  RandomStream funding_random_;
  double fair_ticks_;
  std::int64_t bid_ticks_;
  Side bids_;
  Side asks_;
  std::int64_t forced_shift_ = 0;  // a trade took the whole best level: the next step must move away from it
  std::uint64_t update_id_ = 0;
  std::uint64_t trade_id_ = 0;
  Quote last_quote_{};
  Bar bar_{};

  TimeNs step_ts_ns_;
  TimeNs bar_ts_ns_ = kEndOfTime;
  TimeNs mark_ts_ns_ = kEndOfTime;
  TimeNs funding_ts_ns_ = kEndOfTime;
  TimeNs snapshot_ts_ns_ = kEndOfTime;
  TimeNs scheduled_ts_ns_ = kEndOfTime;  // the first of the four above
  TimeNs next_ts_ns_;
  TimeNs whole_ts_ns_;  // of the last update or snapshot
};

}  // namespace lockstep::feeds
