#include "sim/matching/matching_engine.h"

#include "sim/matching/walk.h"

namespace lockstep::matching {

MatchingEngine::MatchingEngine(const Config& config)
    : config_(config),
      has_bands_(config.static_band.kind != BandKind::none || config.dynamic_band.kind != BandKind::none) {
  LOCKSTEP_CHECK(validate(config).ok(), "the configuration of a matching engine is out of range");
}

void MatchingEngine::set_reference_price(Price price) {
  LOCKSTEP_CHECK(!is_bad_price(price), "a reference price must be on the tick and in range");
  reference_ = price;
}

void MatchingEngine::submit(const NewOrder& order, Output& out) {
  if (const Reason reason = refusal(order); reason != Reason::none) {
    Message& said = out.emplace_back();
    said.type = MessageType::rejected;
    said.reason = reason;
    said.side = order.side;
    said.participant = order.participant;
    said.order_id = order.order_id;
    return;
  }
  Order taker;
  taker.id = order.order_id;
  taker.key = order.type == Type::limit ? key_of(order.side, order.price) : kUnpricedKey;
  taker.leaves = order.qty;
  taker.qty = order.qty;
  taker.display_qty = order.display_qty;
  taker.participant = order.participant;
  taker.side = order.side;
  taker.type = order.type;
  taker.tif = order.tif;
  const SelfTrade mode = order.self_trade == SelfTrade::venue_default ? config_.self_trade : order.self_trade;
  taker.self_trade = mode == SelfTrade::venue_default ? SelfTrade::none : mode;
  taker.post_only = order.post_only;

  Message& said = out.emplace_back(message(MessageType::accepted, taker));
  said.detail = static_cast<std::uint8_t>(order.type);
  said.qty = order.qty;
  said.leaves = order.qty;
  said.shown = order.display_qty;

  if (order.tif == TimeInForce::at_close && phase_ != Phase::closing_call) {
    taker.place = Place::waiting_for_close;
    wait(taker);
  } else if (phase_ == Phase::continuous) {
    arrive(taker, order.min_qty, out);
  } else if (phase_ == Phase::halted) {
    taker.place = Place::halt_queue;
    wait(taker);
  } else {
    book(taker, out);
  }
}

void MatchingEngine::cancel(const CancelOrder& cancel, Output& out) {
  const Slot slot = index_.find(cancel.order_id);
  if (slot != IdMap::kAbsent) return end(slot, cancel.reason, out);
  Message& said = out.emplace_back();
  said.type = MessageType::rejected;
  said.reason = Reason::unknown_order;
  said.order_id = cancel.order_id;
}

void MatchingEngine::cancel_all(const CancelAll& which, Output& out) {
  const auto cancel_if_meant = [&](Slot slot) {
    const Order& order = pool_[slot];
    const bool meant = (which.participant == kEveryone || which.participant == order.participant) &&
                       (which.side == Side::none || which.side == order.side) &&
                       (!which.day_only || order.tif == TimeInForce::day);
    if (meant) end(slot, which.reason, out);
  };
  walk_book(cancel_if_meant);
  walk(waiting_for_close_, cancel_if_meant);
  walk(halt_queue_, cancel_if_meant);
}

}  // namespace lockstep::matching
