#include "sim/executions.h"

#include <algorithm>

namespace lockstep::sim {

Qty Executions::fill(Listing& listing, VenueOrder& order, Price price, Qty available, bool is_maker,
                     const Moment& moment) {
  const Qty qty = std::min(available, fillable(listing, order));
  if (qty <= 0) return 0;
  fill_whole(listing, order, price, qty, is_maker, moment);
  tell(order, moment);
  return qty;
}

void Executions::fill_whole(Listing& listing, VenueOrder& order, Price price, Qty qty, bool is_maker,
                            const Moment& moment) {
  const Money fee = fees_.charge(listing.id, order.side, price, qty, is_maker, moment.exch_ts_ns, order.id);
  if (ledger_ != nullptr) ledger_->on_fill(listing.id, order.side, price, qty, fee);
  order.leaves -= qty;
  order.filled += qty;
  listing.position += order.side == Side::buy ? qty : -qty;
  Event event;
  event.exch_ts_ns = moment.exch_ts_ns;
  event.instrument = order.instrument;
  event.flags = is_maker ? std::uint8_t{kFlagMaker} : std::uint8_t{0};
  event.detail = static_cast<std::uint8_t>(order.side);
  event.kind = order.leaves == 0 ? Kind::filled : Kind::partially_filled;
  event.set(Fill{order.id, price, qty, order.leaves, fee.nanos()});
  send(event, moment);
}

void Executions::tell(const VenueOrder& order, const Moment& moment) {
  listener_.on_fill(order, moment);
  if (order.leaves > 0) return;
  fees_.end(order.id);
  listener_.on_end(order, moment);
}

void Executions::report(const VenueOrder& order, Kind kind, Reason reason, const Moment& moment) {
  Event event;
  event.exch_ts_ns = moment.exch_ts_ns;
  event.instrument = order.instrument;
  event.detail = static_cast<std::uint8_t>(reason);
  event.kind = kind;
  event.set(OrderReport{order.id, order.price, order.filled + order.leaves, order.leaves,
                        static_cast<std::uint64_t>(order.side)});
  send(event, moment);
  if (kind == Kind::cancelled || kind == Kind::expired || kind == Kind::rejected) {
    fees_.end(order.id);
    listener_.on_end(order, moment);
  }
}

void Executions::end(VenueOrder& order, Kind kind, Reason reason, const Moment& moment) {
  const VenueOrder ended = order;
  order.leaves = 0;
  report(ended, kind, reason, moment);
}

void Executions::send(Event event, const Moment& moment) {
  event.recv_ts_ns = lines_[line_of_[event.instrument]].answer_ts_ns(moment.exch_ts_ns, moment.recv_ts_ns);
  moment.sink.push(event);
}

}  // namespace lockstep::sim
