// One instrument at a simulated venue: its terms, our orders in it and our position. Owned by SimVenue.
#pragma once

#include <vector>

#include "engine/core/instrument.h"
#include "sim/consumed.h"
#include "sim/fill_rules.h"
#include "sim/latecomers.h"
#include "sim/venue_order.h"

namespace lockstep::sim {

struct Listing {
  // More orders than a strategy has at work at once, so that the steady state allocates nothing.
  static constexpr std::size_t kReserve = 64;

  Instrument instrument;
  InstrumentId id = 0;
  std::uint32_t venue = 0;          ///< index among the distinct venue names
  std::vector<VenueOrder> orders;   ///< in the market, in order of arrival, which is time priority
  std::vector<VenueOrder> waiting;  ///< accepted but not in the market yet, in order of arrival
  FillRules fills;
  Consumed consumed_bids;
  Consumed consumed_asks;
  Latecomers latecomers;      ///< of a feed order by order, for the queue model `exact`
  bool is_told_anew = false;  ///< such a feed was cleared, and its snapshot is not over
  ImpactState impact;
  Qty print_given =
      0;             ///< of the last print of such a feed: what of it went to us before its executions came
  Qty position = 0;  ///< ours, for reduce-only

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

/// What of an order may still fill: a reduce-only order ends at a flat position.
inline Qty fillable(const Listing& listing, const VenueOrder& order) {
  if ((order.flags & kFlagReduceOnly) == 0) return order.leaves;
  const Qty reducible = order.side == Side::sell ? listing.position : -listing.position;
  return std::clamp<Qty>(reducible, 0, order.leaves);
}

}  // namespace lockstep::sim
