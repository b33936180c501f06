// Changing what is live: replace, and mass quotes (which replace two orders in one step).
#include "sim/matching/matching_engine.h"

namespace lockstep::matching {

void MatchingEngine::replace(const ReplaceOrder& replace, Output& out) {  // X3
  const auto refuse = [&](Reason reason) {
    Message& said = out.emplace_back();
    said.type = MessageType::rejected;
    said.reason = reason;
    said.order_id = replace.order_id;
  };
  const Slot slot = index_.find(replace.order_id);
  if (slot == IdMap::kAbsent) return refuse(Reason::unknown_order);
  const Order& order = pool_[slot];
  if (is_bad_qty(replace.qty)) return refuse(Reason::bad_qty);
  if (order.is_unpriced() ? replace.price != kNoPrice : is_bad_price(replace.price)) {
    return refuse(Reason::bad_price);
  }
  if (phase_ == Phase::closed) return refuse(Reason::phase);
  const Qty leaves = replace.qty - (order.qty - order.leaves);
  if (leaves <= 0) return end(slot, Reason::reduced_to_done, out);
  const Key key = order.is_unpriced() ? kUnpricedKey : key_of(order.side, replace.price);
  if (keeps_place(order, key, leaves)) return change_in_place(slot, replace.qty, out);
  if (phase_ == Phase::halted) return refuse(Reason::phase);
  if (key != order.key && is_outside_static_band(replace.price)) return refuse(Reason::outside_band);
  if (phase_ == Phase::continuous && order.post_only && would_cross(order.side, key)) {
    return refuse(Reason::post_only_would_cross);
  }
  move(slot, key, replace.qty, out);
}

bool MatchingEngine::keeps_place(const Order& order, Key key, Qty leaves) const {  // X4
  return key == order.key && leaves <= order.leaves && !config_.any_change_loses_priority;
}

void MatchingEngine::change_in_place(Slot slot, Qty qty, Output& out) {
  Order& order = pool_[slot];
  reduce(slot, qty - (order.qty - order.leaves));
  order.qty = qty;
  Message& said = out.emplace_back(message(MessageType::replaced, order));
  said.detail = 1;
  said.qty = qty;
  said.leaves = order.leaves;
  said.shown = order.shown;
}

void MatchingEngine::move(Slot slot, Key key, Qty qty, Output& out) {  // X5
  Order order = pool_[slot];
  const bool in_list = order.place == Place::waiting_for_close || order.place == Place::halt_queue;
  remove(slot);
  order.leaves = qty - (order.qty - order.leaves);
  order.qty = qty;
  order.key = key;
  Message& said = out.emplace_back(message(MessageType::replaced, order));
  said.qty = qty;
  said.leaves = order.leaves;
  if (in_list) {
    wait(order);
  } else if (phase_ == Phase::continuous) {
    arrive(order, 0, out);
  } else {
    book(order, out);
  }
}

void MatchingEngine::mass_quote(const MassQuote& quote, Output& out) {
  if (const Reason reason = refusal(quote); reason != Reason::none) {
    Message& said = out.emplace_back();
    said.type = MessageType::rejected;
    said.reason = reason;
    said.participant = quote.participant;
    said.order_id = quote.bid_id;
    return;
  }
  const bool bid_stands = update_quote(quote.bid_id, Side::buy, quote.bid_price, quote.bid_qty, out);
  const bool ask_stands = update_quote(quote.ask_id, Side::sell, quote.ask_price, quote.ask_qty, out);
  if (!bid_stands) {
    new_quote(quote.participant, quote.bid_id, Side::buy, quote.bid_price, quote.bid_qty, out);
  }
  if (!ask_stands) {
    new_quote(quote.participant, quote.ask_id, Side::sell, quote.ask_price, quote.ask_qty, out);
  }
}

/// One side of the old quote (X7 a, b). True: nothing new is to be booked for this side.
bool MatchingEngine::update_quote(OrderId id, Side side, Price price, Qty qty, Output& out) {
  const Slot slot = index_.find(id);
  if (slot == IdMap::kAbsent) return qty == 0;
  const Order& order = pool_[slot];
  if (qty > 0 && keeps_place(order, key_of(side, price), qty)) {
    change_in_place(slot, order.qty - order.leaves + qty, out);
    return true;
  }
  end(slot, Reason::quote_replaced, out);
  return qty == 0;
}

void MatchingEngine::new_quote(Participant participant, OrderId id, Side side, Price price, Qty qty,
                               Output& out) {
  Order order;
  order.id = id;
  order.key = key_of(side, price);
  order.leaves = qty;
  order.qty = qty;
  order.participant = participant;
  order.side = side;
  order.self_trade = config_.self_trade == SelfTrade::venue_default ? SelfTrade::none : config_.self_trade;
  order.is_quote = true;
  Message& said = out.emplace_back(message(MessageType::accepted, order));
  said.qty = qty;
  said.leaves = qty;
  if (phase_ == Phase::continuous) {
    arrive(order, 0, out);
  } else {
    book(order, out);
  }
}

}  // namespace lockstep::matching
