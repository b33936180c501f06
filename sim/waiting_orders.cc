#include "sim/waiting_orders.h"

#include <algorithm>

#include "sim/triggers.h"

namespace lockstep::sim {

std::optional<Election> WaitingOrders::due(std::uint32_t venue, TimeNs before_ts_ns) const {
  for (const Election& election : elections_) {
    if (election.ts_ns < before_ts_ns && listings_[election.instrument].venue == venue) return election;
  }
  return std::nullopt;
}

void WaitingOrders::take(const Election& election) {
  const auto found = std::find_if(elections_.begin(), elections_.end(), [&](const Election& each) {
    return each.id == election.id && each.ts_ns == election.ts_ns;
  });
  LOCKSTEP_CHECK(found != elections_.end(), "an election is taken once");
  elections_.erase(found);
}

bool WaitingOrders::sleep(VenueOrder order, Listing& listing, const Moment& moment) {
  order.stage = Stage::sleeping;
  for (const Listing& each : listings_) {
    for (const std::vector<VenueOrder>* orders : {&each.orders, &each.waiting}) {
      for (const VenueOrder& parent : *orders) {
        if (parent.id != order.link || parent.leaves == 0) continue;
        listing.waiting.push_back(order);
        return true;
      }
    }
  }
  // It is at work no more: it has ended already, or never was.
  for (const Ended& ended : ended_) {
    if (ended.id != order.link) continue;
    listing.waiting.push_back(order);
    release_dependants(ended.id, ended.filled, moment);
    return true;
  }
  return false;
}

// In the order of their times, and of being scheduled.
void WaitingOrders::schedule(OrderId id, InstrumentId instrument, TimeNs ts_ns) {
  const auto later = std::find_if(elections_.begin(), elections_.end(),
                                  [&](const Election& election) { return election.ts_ns > ts_ns; });
  elections_.insert(later, Election{id, ts_ns, instrument});
}

void WaitingOrders::watch(Listing& listing, const MarketState& market, TimeNs ts_ns) {
  for (VenueOrder& order : listing.waiting) {
    if (order.stage != Stage::waiting || order.leaves == 0) continue;
    const Price price = watched_price(order, market);
    if (price == kNoPrice) continue;
    note_price(order, price);
    if (reaches_trigger(order, price, listing.instrument.tick)) elect_once(order, ts_ns);
  }
}

// A bar tells of prices in between that the state after it does not show: those against the order count
// first.
void WaitingOrders::watch_bar(Listing& listing, const Event& event, TimeNs exch_ts_ns) {
  if (unpack_bar_spec(event.detail).side != BarSide::trade) return;
  const auto bar = event.as<Bar>();
  for (VenueOrder& order : listing.waiting) {
    if (order.stage != Stage::waiting || order.leaves == 0) continue;
    if (trigger_source_of(order.terms) != TriggerSource::last) continue;
    if (order.arrival_ns > exch_ts_ns - bar_length(unpack_bar_spec(event.detail))) continue;
    for (const Price price :
         {order.side == Side::buy ? bar.high : bar.low, order.side == Side::buy ? bar.low : bar.high}) {
      if (trigger_of(order, listing.instrument.tick) != kNoPrice &&
          reaches_trigger(order, price, listing.instrument.tick))
        elect_once(order, exch_ts_ns);
      note_price(order, price);
    }
  }
}

void WaitingOrders::elect_once(VenueOrder& order, TimeNs ts_ns) {
  if (order.is_elected) return;
  order.is_elected = true;
  schedule(order.id, order.instrument, ts_ns);
}

void WaitingOrders::on_fill(const VenueOrder& order, const Moment& moment) {
  const Contingency contingency = contingency_of(order.terms);
  if (contingency != Contingency::oco && contingency != Contingency::bracket) return;
  for (Listing& listing : listings_) {
    for_each_alive(listing, [&](VenueOrder& other) {
      if (other.id != order.id && other.link == order.link && contingency_of(other.terms) == contingency &&
          strategy_of(other.id) == strategy_of(order.id))
        executions_.end(other, Kind::cancelled, Reason::other_executed, moment);
    });
  }
}

void WaitingOrders::on_end(const VenueOrder& order, const Moment& moment) {
  if (is_closed_) return;
  ended_[ended_count_++ % ended_.size()] = {order.id, order.filled};
  release_dependants(order.id, order.filled, moment);
}

// The price of an order that waits for its trigger is the trigger.
void WaitingOrders::restate(const VenueOrder& order, Reason reason, const Moment& moment) {
  VenueOrder told = order;
  if (order.stage != Stage::working && is_conditional(order.type)) told.price = order.trigger_price;
  executions_.report(told, Kind::replaced, reason, moment);
}

void WaitingOrders::release_dependants(OrderId parent, Qty filled, const Moment& moment) {
  for (Listing& listing : listings_) {
    for (VenueOrder& order : listing.waiting) {
      if (order.stage != Stage::sleeping || order.leaves == 0 || order.link != parent || order.is_released)
        continue;
      if (filled == 0) {
        executions_.end(order, Kind::cancelled, Reason::parent_done, moment);
        continue;
      }
      if (order.leaves > filled) {
        order.leaves = filled;
        restate(order, Reason::none, moment);
      }
      order.is_released = true;
      schedule(order.id, listing.id, moment.exch_ts_ns);
    }
  }
}

void WaitingOrders::visit(StateVisitor& visitor) {
  visitor.list(elections_, [&](Election& election) { visitor.record(election); });
  for (Ended& ended : ended_) visitor.record(ended);
  visitor.field(ended_count_);
}

}  // namespace lockstep::sim
