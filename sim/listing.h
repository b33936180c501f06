// One instrument at a simulated venue: its terms, our orders in it and our position. Owned by SimVenue.
#pragma once

#include <vector>

#include "engine/core/instrument.h"
#include "sim/consumed.h"
#include "sim/fill_rules.h"
#include "sim/latecomers.h"
#include "sim/venue_order.h"

namespace lockstep::sim {

struct alignas(64) Listing {
  // More orders than a strategy has at work at once, so that the steady state allocates nothing.
  static constexpr std::size_t kReserve = 64;

  // First what every event of the market reads, most often to find that we have nothing there.
  std::vector<VenueOrder> orders;   ///< in the market, in order of arrival, which is time priority
  std::vector<VenueOrder> waiting;  ///< accepted but not in the market yet, in order of arrival
  Consumed consumed_bids;
  Consumed consumed_asks;
  std::uint32_t venue = 0;    ///< index among the distinct venue names
  bool is_told_anew = false;  ///< a feed order by order was cleared, and its snapshot is not over
  InstrumentId id = 0;
  Qty position = 0;       ///< ours, for reduce-only
  Qty print_given = 0;    ///< of such a feed's last print: what went to us before its executions came
  Latecomers latecomers;  ///< of such a feed, for the queue model `exact`
  ImpactState impact;
  FillRules fills;
  Instrument instrument;

  [[nodiscard]] Consumed& consumed(Side side) { return side == Side::buy ? consumed_bids : consumed_asks; }
  [[nodiscard]] bool is_idle() const {
    return orders.empty() && waiting.empty() && consumed_bids.empty() && consumed_asks.empty();
  }

  void visit(StateVisitor& visitor) {
    visitor.list(orders, [&](VenueOrder& order) { visitor.record(order); });
    visitor.list(waiting, [&](VenueOrder& order) { visitor.record(order); });
    consumed_bids.visit(visitor);
    consumed_asks.visit(visitor);
    latecomers.visit(visitor);
    visitor.field(is_told_anew);
    impact.visit(visitor);
    visitor.field(print_given);
    visitor.field(position);
  }
};

/// Calls visit(order) for each of our orders that has not ended, those in the market first. It may end any of
/// them, and adds and removes none.
template <class AnyListing, class Visit>
void for_each_alive(AnyListing& listing, Visit visit) {
  for (auto* orders : {&listing.orders, &listing.waiting}) {
    for (auto& order : *orders) {
      if (order.leaves > 0) visit(order);
    }
  }
}

/// Stops the program if an order of ours at rest cannot be as it stands. For test builds.
inline void check_invariants(const Listing& listing) {
  for (const std::vector<VenueOrder>* orders : {&listing.orders, &listing.waiting}) {
    for (const VenueOrder& order : *orders) {
      LOCKSTEP_CHECK(order.leaves > 0 && order.filled >= 0, "an order at rest has something left");
      LOCKSTEP_CHECK(order.ahead >= 0 || order.ahead == kUnknownQueue, "nothing negative stands ahead");
      LOCKSTEP_CHECK(order.traded >= 0 && order.claim >= 0, "counts of a queue are not negative");
      LOCKSTEP_CHECK(order.shown >= 0 && order.shown <= order.leaves, "no more shows than there is");
    }
  }
}

/// What an order on a side could close of our position; zero or less: nothing.
inline Qty reducible(const Listing& listing, Side side) {
  return side == Side::sell ? listing.position : -listing.position;
}

/// What of an order may still fill: a reduce-only order ends at a flat position.
inline Qty fillable(const Listing& listing, const VenueOrder& order) {
  if ((order.flags & kFlagReduceOnly) == 0) return order.leaves;
  return std::clamp<Qty>(reducible(listing, order.side), 0, order.leaves);
}

}  // namespace lockstep::sim
