// Commands to the slow exchange: sections 3 and 8 of MATCHING.md.
#include "tests/support/slow_exchange.h"

#include <algorithm>

namespace lockstep::test {

using matching::Message;
using matching::MessageType;
using matching::Output;
using matching::Phase;
using matching::Reason;
using matching::TimeInForce;
using matching::Type;

namespace {

bool is_day_or_gtc(TimeInForce tif) {
  return tif == TimeInForce::day || tif == TimeInForce::gtc;
}

Message rejection(Reason reason, matching::OrderId id) {
  return {.type = MessageType::rejected, .reason = reason, .order_id = id};
}

}  // namespace

// ---- A new order ----

bool SlowExchange::bad_qty(Qty qty) const {  // R4
  return qty < config_.min_qty || qty > config_.max_qty || qty % config_.lot != 0;
}

bool SlowExchange::bad_price(Price price) const {  // R5
  return price < config_.min_price || price > config_.max_price || price % config_.tick != 0;
}

bool SlowExchange::bad_display_qty(const matching::NewOrder& order) const {  // R6
  const Qty display = order.display_qty;
  if (display == 0) return false;
  return display < 0 || display > order.qty || display % config_.lot != 0 || order.type != Type::limit ||
         !is_day_or_gtc(order.tif);
}

bool SlowExchange::barred_by_phase(const matching::NewOrder& order) const {  // R8
  const bool needs_trading =
      order.tif == TimeInForce::ioc || order.tif == TimeInForce::fok || order.post_only || order.min_qty > 0;
  switch (phase_) {
    case Phase::closed: return true;
    case Phase::pre_open: return needs_trading;
    case Phase::continuous: return order.tif == TimeInForce::at_open;
    case Phase::halted:
      return !config_.queue_when_halted || needs_trading || order.tif == TimeInForce::at_open;
    case Phase::reopening_call:
    case Phase::closing_call: return needs_trading || order.tif == TimeInForce::at_open;
  }
  return true;
}

Reason SlowExchange::refuse(const matching::NewOrder& order) const {
  const bool at_auction = order.tif == TimeInForce::at_open || order.tif == TimeInForce::at_close;
  if (order.order_id == 0) return Reason::bad_id;                    // R1
  if (find(order.order_id) != nullptr) return Reason::duplicate_id;  // R2
  if (order.side == Side::none) return Reason::bad_combination;      // R3
  if (order.post_only && order.type != Type::limit) return Reason::bad_combination;
  if (order.post_only && !is_day_or_gtc(order.tif)) return Reason::bad_combination;
  if (order.post_only && order.min_qty > 0) return Reason::bad_combination;
  if (at_auction && order.min_qty > 0) return Reason::bad_combination;
  if (bad_qty(order.qty)) return Reason::bad_qty;  // R4
  if (order.type == Type::limit ? bad_price(order.price) : order.price != kNoPrice) {
    return Reason::bad_price;  // R5
  }
  if (bad_display_qty(order)) return Reason::bad_display_qty;  // R6
  if (order.min_qty < 0 || order.min_qty > order.qty || order.min_qty % config_.lot != 0) {
    return Reason::bad_min_qty;  // R7
  }
  if (barred_by_phase(order)) return Reason::phase;  // R8
  if (order.type == Type::limit && outside_static_band(order.price)) {
    return Reason::outside_band;  // R9
  }
  if (orders_.size() >= config_.max_orders) return Reason::book_full;  // R10
  if (phase_ == Phase::continuous && order.post_only && reaches_best(order.side, order.price)) {
    return Reason::post_only_would_cross;  // R11
  }
  return Reason::none;
}

void SlowExchange::submit(const matching::NewOrder& order, Output& out) {
  const Reason reason = refuse(order);
  if (reason == Reason::none) {
    accept(order, false, out);
    return;
  }
  Message answer = rejection(reason, order.order_id);
  answer.side = order.side;
  answer.participant = order.participant;
  out.push_back(answer);
}

void SlowExchange::accept(const matching::NewOrder& terms, bool is_quote, Output& out) {  // R12
  const Order order{.terms = terms, .leaves = terms.qty, .is_quote = is_quote};
  out.push_back({.type = MessageType::accepted,
                 .side = terms.side,
                 .detail = static_cast<std::uint8_t>(terms.type),
                 .participant = terms.participant,
                 .order_id = terms.order_id,
                 .price = terms.price,
                 .qty = terms.qty,
                 .leaves = terms.qty,
                 .shown = terms.display_qty});
  if (terms.tif == TimeInForce::at_close && phase_ != Phase::closing_call) {
    note("R12 waits for the close");
    put_in_list(order, Place::waiting_for_close);
  } else if (phase_ == Phase::halted) {
    note("R12 halt queue");
    put_in_list(order, Place::halt_queue);
  } else if (phase_ == Phase::continuous) {
    arrive(order, out);
  } else {
    note(is_quote                  ? "X7 quote into a call"
         : terms.price == kNoPrice ? "R12 unpriced"
                                   : "R12 booked in a call");
    book(order, out);
  }
}

// ---- Cancel, replace, mass quote ----

void SlowExchange::cancel(const matching::CancelOrder& cancel, Output& out) {  // X1
  if (find(cancel.order_id) == nullptr) {
    out.push_back(rejection(Reason::unknown_order, cancel.order_id));
  } else {
    end(cancel.order_id, cancel.reason, out);
  }
}

void SlowExchange::cancel_all(const matching::CancelAll& cancel, Output& out) {  // X2
  std::vector<OrderId> ids = book_in_order();
  for (const OrderId id : list(Place::waiting_for_close)) ids.push_back(id);
  for (const OrderId id : list(Place::halt_queue)) ids.push_back(id);
  for (const OrderId id : ids) {
    const matching::NewOrder& terms = find(id)->terms;
    if (cancel.participant != matching::kEveryone && cancel.participant != terms.participant) continue;
    if (cancel.side != Side::none && cancel.side != terms.side) continue;
    if (cancel.day_only && terms.tif != TimeInForce::day) continue;
    note(find(id)->place == Place::book ? "X2 in the book" : "X2 in a list");
    end(id, cancel.reason, out);
  }
}

void SlowExchange::replace(const matching::ReplaceOrder& replace, Output& out) {  // X3
  const Order* order = find(replace.order_id);
  const auto reject = [&](Reason reason) { out.push_back(rejection(reason, replace.order_id)); };
  if (order == nullptr) return reject(Reason::unknown_order);  // 1
  const bool is_unpriced = order->terms.price == kNoPrice;
  if (bad_qty(replace.qty)) return reject(Reason::bad_qty);  // 2
  if (is_unpriced ? replace.price != kNoPrice : bad_price(replace.price))
    return reject(Reason::bad_price);                                                            // 3
  if (phase_ == Phase::closed) return reject(Reason::phase);                                     // 4
  if (replace.qty <= order->done()) return end(replace.order_id, Reason::reduced_to_done, out);  // 5
  const bool same_price = replace.price == order->terms.price;
  const Qty leaves = replace.qty - order->done();
  if (same_price && leaves <= order->leaves && !config_.any_change_loses_priority) {  // 6
    change_in_place(get(replace.order_id), replace.qty, leaves, out);
    return;
  }
  if (phase_ == Phase::halted) return reject(Reason::phase);                                   // 7
  if (!same_price && outside_static_band(replace.price)) return reject(Reason::outside_band);  // 8
  if (phase_ == Phase::continuous && order->place == Place::book && order->terms.post_only &&
      reaches_best(order->terms.side, replace.price)) {
    return reject(Reason::post_only_would_cross);  // 9
  }
  lose_place(replace.order_id, replace.price, replace.qty, out);  // 10
}

void SlowExchange::change_in_place(Order& order, Qty qty, Qty leaves, Output& out) {  // X4
  note(order.place == Place::book ? "X4 in the book" : "X4 in a list");
  order.terms.qty = qty;
  order.leaves = leaves;
  order.shown = std::min(order.shown, leaves);
  out.push_back(replaced(order, true));
}

void SlowExchange::lose_place(OrderId id, Price price, Qty qty, Output& out) {  // X5
  Order order = take_out(id);
  order.leaves = qty - order.done();
  order.terms.qty = qty;
  order.terms.price = price;
  out.push_back(replaced(order, false));
  if (order.place != Place::book) {
    note("X5 in a list");
    put_in_list(order, order.place);
  } else if (phase_ == Phase::continuous) {
    note("X5 arrives as a taker");
    match(order, edge(order.terms.side), out);
  } else {
    note(price == kNoPrice ? "X5 unpriced in a call" : "X5 in a call");
    book(order, out);
  }
}

Reason SlowExchange::refuse(const matching::MassQuote& quote) const {  // X6
  const auto taken = [&](OrderId id, Side side) {
    const Order* order = find(id);
    return order != nullptr &&
           !(order->is_quote && order->terms.participant == quote.participant && order->terms.side == side);
  };
  const bool bid = quote.bid_qty != 0;
  const bool ask = quote.ask_qty != 0;
  if (quote.bid_id == 0 || quote.ask_id == 0 || quote.bid_id == quote.ask_id) return Reason::bad_id;
  if (taken(quote.bid_id, Side::buy) || taken(quote.ask_id, Side::sell)) return Reason::duplicate_id;
  if ((bid && bad_qty(quote.bid_qty)) || (ask && bad_qty(quote.ask_qty))) return Reason::bad_qty;
  if ((bid && bad_price(quote.bid_price)) || (ask && bad_price(quote.ask_price))) return Reason::bad_price;
  if (bid && ask && quote.bid_price >= quote.ask_price) return Reason::bad_combination;
  if ((phase_ == Phase::closed || phase_ == Phase::halted) && (bid || ask)) return Reason::phase;
  if ((bid && outside_static_band(quote.bid_price)) || (ask && outside_static_band(quote.ask_price))) {
    return Reason::outside_band;
  }
  if (orders_.size() + 2 > config_.max_orders && (bid || ask)) return Reason::book_full;
  return Reason::none;
}

bool SlowExchange::keeps_quote(OrderId id, Price price, Qty size) const {  // X7 (a)
  const Order* order = find(id);
  return order != nullptr && order->terms.price == price && size > 0 && size <= order->leaves &&
         !config_.any_change_loses_priority;
}

void SlowExchange::mass_quote(const matching::MassQuote& quote, Output& out) {
  const Reason reason = refuse(quote);
  if (reason != Reason::none) {
    Message answer = rejection(reason, quote.bid_id);
    answer.participant = quote.participant;
    out.push_back(answer);
    return;
  }
  const matching::NewOrder bid{.order_id = quote.bid_id,
                               .price = quote.bid_price,
                               .qty = quote.bid_qty,
                               .participant = quote.participant,
                               .side = Side::buy};
  const matching::NewOrder ask{.order_id = quote.ask_id,
                               .price = quote.ask_price,
                               .qty = quote.ask_qty,
                               .participant = quote.participant,
                               .side = Side::sell};
  const auto settle_old = [&](const matching::NewOrder& wanted) {  // X7 (a), (b)
    if (keeps_quote(wanted.order_id, wanted.price, wanted.qty)) {
      note("X7 kept");
      Order& old = get(wanted.order_id);
      change_in_place(old, old.done() + wanted.qty, wanted.qty, out);
      return true;
    }
    if (find(wanted.order_id) != nullptr) end(wanted.order_id, Reason::quote_replaced, out);
    return false;
  };
  const bool bid_stays = settle_old(bid);
  const bool ask_stays = settle_old(ask);
  if (bid.qty > 0 && !bid_stays) accept(bid, true, out);  // X7 (c)
  if (ask.qty > 0 && !ask_stays) accept(ask, true, out);  // X7 (d)
}

}  // namespace lockstep::test
