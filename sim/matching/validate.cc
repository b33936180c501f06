// Whether a command is in order: the rejections, in the order of the rules.
#include "sim/matching/matching_engine.h"

namespace lockstep::matching {
namespace {

bool rests(TimeInForce tif) {
  return tif == TimeInForce::day || tif == TimeInForce::gtc;
}

bool is_bad_combination(const NewOrder& order) {  // R3
  if (order.side == Side::none) return true;
  if (order.post_only) return order.type != Type::limit || !rests(order.tif) || order.min_qty > 0;
  const bool for_auction = order.tif == TimeInForce::at_open || order.tif == TimeInForce::at_close;
  return for_auction && order.min_qty > 0;
}

}  // namespace

bool MatchingEngine::is_bad_qty(Qty qty) const {
  return qty < config_.min_qty || qty > config_.max_qty || (config_.lot != 1 && qty % config_.lot != 0);
}

bool MatchingEngine::is_bad_price(Price price) const {
  return price < config_.min_price || price > config_.max_price ||
         (config_.tick != 1 && price % config_.tick != 0);
}

bool MatchingEngine::is_outside_static_band(Price price) const {
  if (!has_bands_) return false;
  const Bounds allowed = bounds(config_.static_band, reference_);
  return allowed.lower != kNoPrice && (price < allowed.lower || price > allowed.upper);
}

bool MatchingEngine::would_cross(Side side, Key key) const {
  const BookSide& against = side_of(opposite(side));
  return !against.empty() && against.best() >= -key;
}

Reason MatchingEngine::refusal_by_phase(const NewOrder& order) const {
  const bool at_close = order.tif == TimeInForce::at_close;
  const bool plain = rests(order.tif) && !order.post_only && order.min_qty == 0;
  bool allowed = false;
  switch (phase_) {
    case Phase::closed: break;
    case Phase::pre_open: allowed = plain || at_close || order.tif == TimeInForce::at_open; break;
    case Phase::continuous: allowed = order.tif != TimeInForce::at_open; break;
    case Phase::halted: allowed = config_.queue_when_halted && (plain || at_close); break;
    case Phase::reopening_call:
    case Phase::closing_call: allowed = plain || at_close; break;
  }
  return allowed ? Reason::none : Reason::phase;
}

Reason MatchingEngine::refusal(const NewOrder& order) const {
  if (order.order_id == 0) return Reason::bad_id;
  if (index_.find(order.order_id) != IdMap::kAbsent) return Reason::duplicate_id;
  if (is_bad_combination(order)) return Reason::bad_combination;
  if (is_bad_qty(order.qty)) return Reason::bad_qty;
  const bool is_limit = order.type == Type::limit;
  if (is_limit ? is_bad_price(order.price) : order.price != kNoPrice) return Reason::bad_price;
  if (order.display_qty != 0) {
    const bool sound = order.display_qty > 0 && order.display_qty <= order.qty &&
                       order.display_qty % config_.lot == 0 && is_limit && rests(order.tif);
    if (!sound) return Reason::bad_display_qty;
  }
  if (order.min_qty != 0) {
    const bool sound = order.min_qty > 0 && order.min_qty <= order.qty && order.min_qty % config_.lot == 0;
    if (!sound) return Reason::bad_min_qty;
  }
  if (const Reason reason = refusal_by_phase(order); reason != Reason::none) return reason;
  if (is_limit && is_outside_static_band(order.price)) return Reason::outside_band;
  if (pool_.live() >= config_.max_orders) return Reason::book_full;
  // By its phase it has come this far in continuous trading only.
  if (order.post_only && would_cross(order.side, key_of(order.side, order.price))) {
    return Reason::post_only_would_cross;
  }
  return Reason::none;
}

Reason MatchingEngine::refusal(const MassQuote& quote) const {  // X6
  const bool has_bid = quote.bid_qty != 0;
  const bool has_ask = quote.ask_qty != 0;
  if (quote.bid_id == 0 || quote.ask_id == 0 || quote.bid_id == quote.ask_id) return Reason::bad_id;
  const auto is_taken = [&](OrderId id, Side side) {
    const Order* order = find(id);
    return order != nullptr &&
           (!order->is_quote || order->participant != quote.participant || order->side != side);
  };
  if (is_taken(quote.bid_id, Side::buy) || is_taken(quote.ask_id, Side::sell)) return Reason::duplicate_id;
  if ((has_bid && is_bad_qty(quote.bid_qty)) || (has_ask && is_bad_qty(quote.ask_qty))) {
    return Reason::bad_qty;
  }
  if ((has_bid && is_bad_price(quote.bid_price)) || (has_ask && is_bad_price(quote.ask_price))) {
    return Reason::bad_price;
  }
  if (has_bid && has_ask && quote.bid_price >= quote.ask_price) return Reason::bad_combination;
  if (!has_bid && !has_ask) return Reason::none;
  if (phase_ == Phase::closed || phase_ == Phase::halted) return Reason::phase;
  if ((has_bid && is_outside_static_band(quote.bid_price)) ||
      (has_ask && is_outside_static_band(quote.ask_price))) {
    return Reason::outside_band;
  }
  if (pool_.live() + 2 > config_.max_orders) return Reason::book_full;
  return Reason::none;
}

}  // namespace lockstep::matching
