// Orders that are at the venue but not in its market: those that wait for a trigger, and those that depend on
// another order. Knows when each comes to the market, and which orders an execution ends. Owned by SimVenue,
// which moves them.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "engine/book/books.h"
#include "sim/executions.h"

namespace lockstep::sim {

/// An order that has waited long enough comes to the market at a time of its own.
struct Election {
  OrderId id = 0;
  TimeNs ts_ns = 0;
  std::uint64_t instrument = 0;
};
static_assert(std::has_unique_object_representations_v<Election>);

class WaitingOrders final : public FillListener {
 public:
  /// Both outlive it. Listings are not moved.
  WaitingOrders(std::vector<Listing>& listings, Executions& executions)
      : listings_(listings), executions_(executions) {
    elections_.reserve(Listing::kReserve);
  }

  [[nodiscard]] bool has_any() const { return !elections_.empty(); }
  /// The first order of a venue to come to its market before a time.
  [[nodiscard]] std::optional<Election> due(std::uint32_t venue, TimeNs before_ts_ns) const;
  /// Requires: it is scheduled.
  void take(const Election& election);
  void schedule(OrderId id, InstrumentId instrument, TimeNs ts_ns);

  /// What the event at `ts_ns` has shown: `market` is as it left it. An order that it triggers comes to the
  /// market at that time.
  void watch(Listing& listing, const MarketState& market, TimeNs ts_ns);
  /// The prices within a bar, which no state of the market shows: those against an order count first. Orders
  /// that arrived within the bar see its close only.
  void watch_bar(Listing& listing, const Event& event, TimeNs exch_ts_ns);

  /// Lays an order down beside the one it depends on; wakes it at once where that has just ended. False: no
  /// such order is known; it was not taken.
  bool sleep(VenueOrder order, Listing& listing, const Moment& moment);

  /// Tells that an order has new terms. The price told of one that waits for its trigger is the trigger.
  void restate(const VenueOrder& order, Reason reason, const Moment& moment);

  void on_fill(const VenueOrder& order, const Moment& moment) override;
  void on_end(const VenueOrder& order, const Moment& moment) override;

  /// The session is over: ends have no consequences any more.
  void close() {
    is_closed_ = true;
    elections_.clear();
  }

  void visit(StateVisitor& visitor);

 private:
  // How an order ended, kept for those that depend on it and arrive later.
  struct Ended {
    OrderId id = 0;
    Qty filled = 0;
  };

  void elect_once(VenueOrder& order, TimeNs ts_ns);
  void release_dependants(OrderId parent, Qty filled, const Moment& moment);

  std::vector<Listing>& listings_;
  Executions& executions_;
  std::vector<Election> elections_;  // in order of their times, and of being scheduled
  std::array<Ended, 64> ended_{};    // the last ones, in a ring
  std::uint64_t ended_count_ = 0;
  bool is_closed_ = false;
};

}  // namespace lockstep::sim
