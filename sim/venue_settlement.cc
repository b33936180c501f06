// The part of SimVenue that settles money: what is due, what an event of the feed brings, and liquidation.
#include <algorithm>

#include "sim/sim_venue.h"

namespace lockstep::sim {

void SimVenue::settle(const Event& event, const Books& books, const Moment& moment) {
  if (changed_ts_ns_ != kNoTime) {
    ledger_->on_state(changed_, books[changed_]);
    // At its own time, before what falls due between it and this event: who is closed pays no funding.
    liquidate(books, {moment.recv_ts_ns, changed_ts_ns_, moment.sink});
  }
  while (const std::optional<CorporateStep> step = ledger_->next(moment.exch_ts_ns)) take_step(*step, moment);
  if (const std::optional<AccountEvent> change = ledger_->on_event(event)) change_account(*change, moment);
  liquidate(books, moment);
}

void SimVenue::take_step(const CorporateStep& step, const Moment& moment) {
  const Moment then{moment.recv_ts_ns, step.ts_ns, moment.sink};
  Listing& listing = listings_[step.instrument];
  if (step.orders == OrderFate::cancel) end_orders(listing, step.reason, then);
  if (step.orders == OrderFate::adjust) adjust_orders(listing, step, then);
  if (step.change) change_account(*step.change, then);
}

void SimVenue::end_orders(Listing& listing, Reason reason, const Moment& moment) {
  for_each_alive(listing,
                 [&](VenueOrder& order) { executions_.end(order, Kind::cancelled, reason, moment); });
  remove_done(listing, moment);
}

// Prices and quantities as after the split; what is left with less than a lot ends. Filled quantities are
// told in old shares already, so the order counts what is open in new ones from here.
void SimVenue::adjust_orders(Listing& listing, const CorporateStep& step, const Moment& moment) {
  const Instrument& instrument = listing.instrument;
  const auto adjusted = [&](Side side, Price price) {
    return split_price(side, price, instrument.tick, step.new_shares, step.old_shares);
  };
  for_each_alive(listing, [&](VenueOrder& order) {
    const Qty leaves = split_qty(order.leaves, instrument.lot, step.new_shares, step.old_shares);
    if (leaves == 0) return executions_.end(order, Kind::cancelled, Reason::off_lot, moment);
    order.leaves = leaves;
    order.display_qty = split_qty(order.display_qty, instrument.lot, step.new_shares, step.old_shares);
    order.shown = std::min(order.display_qty, leaves);
    order.ahead = kUnknownQueue;
    order.traded = 0;
    if (order.price != kNoPrice) order.price = adjusted(order.side, order.price);
    if (order.trigger_price != kNoPrice && order.type != OrderType::trailing_stop)
      order.trigger_price = adjusted(order.side, order.trigger_price);
    if (order.trail_best != kNoPrice) order.trail_best = adjusted(order.side, order.trail_best);
    waiting_.restate(order, Reason::none, moment);
  });
  remove_done(listing, moment);
}

void SimVenue::liquidate(const Books& books, const Moment& moment) {
  while (const std::optional<Liquidation> due = ledger_->check(listings_)) {
    if (due->cancel_orders) {
      for (Listing& listing : listings_) {
        if (due->instrument == kNoInstrument || due->instrument == listing.id)
          end_orders(listing, Reason::liquidated, moment);
      }
      continue;
    }
    // The other side of the book as it stands; its depth is not asked.
    const Price book_price = books[due->instrument].top().price(due->qty > 0 ? Side::sell : Side::buy);
    AccountEvent event;
    event.ts_ns = moment.exch_ts_ns;
    event.instrument = due->instrument;
    event.type = AccountChangeType::liquidation;
    event.change = ledger_->liquidate(*due, book_price);
    listings_[due->instrument].position = ledger_->position(due->instrument);
    executions_.send(to_event(event), moment);
  }
}

void SimVenue::change_account(const AccountEvent& event, const Moment& moment) {
  ledger_->book(event);
  for (Listing& listing : listings_) listing.position = ledger_->position(listing.id);
  if (event.is_told) executions_.send(to_event(event), moment);
}

}  // namespace lockstep::sim
