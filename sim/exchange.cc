#include "sim/exchange.h"

#include <algorithm>

namespace lockstep::sim {
namespace {

// Ids and participants of the flow and of ours never meet: theirs have the highest bit.
constexpr std::uint64_t kFlowId = std::uint64_t{1} << 63U;
constexpr std::uint32_t kFlowParticipant = std::uint32_t{1} << 31U;

bool is_ours(std::uint64_t id) {
  return (id & kFlowId) == 0;
}

matching::Type type_of(const VenueOrder& order) {
  if (order.type == OrderType::market_to_limit) return matching::Type::market_to_limit;
  return order.price == kNoPrice ? matching::Type::market : matching::Type::limit;
}

matching::TimeInForce time_of(TimeInForce time_in_force) {
  switch (time_in_force) {
    case TimeInForce::ioc: return matching::TimeInForce::ioc;
    case TimeInForce::fok: return matching::TimeInForce::fok;
    case TimeInForce::day: return matching::TimeInForce::day;
    case TimeInForce::at_open: return matching::TimeInForce::at_open;
    case TimeInForce::at_close: return matching::TimeInForce::at_close;
    case TimeInForce::gtc:
    case TimeInForce::gtd: return matching::TimeInForce::gtc;
  }
  return matching::TimeInForce::gtc;
}

Reason reason_of(matching::Reason reason) {
  switch (reason) {
    case matching::Reason::none: return Reason::none;
    case matching::Reason::bad_id:
    case matching::Reason::duplicate_id: return Reason::duplicate_id;
    case matching::Reason::bad_combination:
    case matching::Reason::bad_display_qty: return Reason::unsupported_order;
    case matching::Reason::bad_qty: return Reason::bad_qty;
    case matching::Reason::bad_price: return Reason::bad_price;
    case matching::Reason::bad_min_qty: return Reason::below_min_qty;
    case matching::Reason::phase:
    case matching::Reason::bad_phase: return Reason::not_in_this_phase;
    case matching::Reason::outside_band: return Reason::outside_price_band;
    case matching::Reason::book_full: return Reason::too_many_orders;
    case matching::Reason::post_only_would_cross: return Reason::post_only_would_cross;
    case matching::Reason::unknown_order: return Reason::already_done;
    case matching::Reason::self_trade: return Reason::self_trade;
    case matching::Reason::ioc_remainder: return Reason::immediate_or_cancel;
    case matching::Reason::fok_not_filled: return Reason::fill_or_kill;
    case matching::Reason::min_qty_not_met: return Reason::below_min_qty;
    case matching::Reason::no_liquidity:
    case matching::Reason::max_levels: return Reason::no_liquidity;
    case matching::Reason::reduced_to_done:
    case matching::Reason::requested:
    case matching::Reason::operator_action: return Reason::requested;
    case matching::Reason::quote_replaced: return Reason::quote_replaced;
    case matching::Reason::auction_leftover:
    case matching::Reason::expired: return Reason::time_in_force;
  }
  return Reason::none;
}

TradingStatus status_of(matching::Phase phase) {
  switch (phase) {
    case matching::Phase::closed: return TradingStatus::closed;
    case matching::Phase::pre_open: return TradingStatus::pre_open;
    case matching::Phase::continuous: return TradingStatus::trading;
    case matching::Phase::halted: return TradingStatus::halted;
    case matching::Phase::reopening_call:
    case matching::Phase::closing_call: return TradingStatus::auction;
  }
  return TradingStatus::unknown;
}

// Ours by id, dead or alive: an order that has ended outside may still hear of a fill of the same command.
VenueOrder* find(Listing& listing, std::uint64_t id) {
  for (VenueOrder& order : listing.orders) {
    if (order.id == id) return &order;
  }
  return nullptr;
}

}  // namespace

Exchange::Exchange(InstrumentId instrument, const ExchangeConfig& config, RandomStream feed_random,
                   Executions& executions)
    : instrument_(instrument),
      publish_(config.publish),
      engine_(config.matching),
      feed_latency_(config.feed_latency, feed_random),
      executions_(executions) {
  if (config.reference_price != kNoPrice) engine_.set_reference_price(config.reference_price);
  engine_.set_phase(matching::Phase::continuous, out_);
  out_.clear();
  out_.reserve(1024);
  filled_.reserve(Listing::kReserve);
  news_.reserve(1024);
  shown_.reserve(1024);
}

void Exchange::flow(Listing& listing, const Event& event, const Moment& moment) {
  const auto flow = event.as<Flow>();
  const std::uint64_t id = flow.order_id | kFlowId;
  switch (static_cast<FlowAction>(event.detail)) {
    case FlowAction::add: {
      matching::NewOrder order;
      order.order_id = id;
      const auto type = static_cast<OrderType>(static_cast<std::uint8_t>(flow.type));
      order.type = type == OrderType::market            ? matching::Type::market
                   : type == OrderType::market_to_limit ? matching::Type::market_to_limit
                                                        : matching::Type::limit;
      order.price = order.type == matching::Type::limit ? flow.price : kNoPrice;
      order.qty = flow.qty;
      order.display_qty = flow.display_qty;
      order.participant = flow.participant == 0 ? 0 : flow.participant | kFlowParticipant;
      order.side = static_cast<Side>(static_cast<std::uint8_t>(flow.side));
      order.tif = time_of(static_cast<TimeInForce>(static_cast<std::uint8_t>(flow.time_in_force)));
      order.post_only = (event.flags & kFlagPostOnly) != 0;
      engine_.submit(order, out_);
      break;
    }
    case FlowAction::cancel: {
      const matching::Order* live = engine_.find(id);
      if (live != nullptr && flow.qty > 0 && flow.qty < live->leaves) {
        const std::uint32_t slot = slots_.find(id);
        const Price price = slot == IdMap::kAbsent ? kNoPrice : shown_[slot].price;
        engine_.replace({id, price, live->qty - flow.qty}, out_);
      } else {
        engine_.cancel({id, matching::Reason::requested}, out_);
      }
      break;
    }
    case FlowAction::replace: engine_.replace({id, flow.price, flow.qty}, out_); break;
  }
  settle(listing, moment);
}

void Exchange::note(Listing& listing, const Event& event, const Moment& moment) {
  if (event.kind == Kind::mark) {
    const auto mark = event.as<Mark>();
    if (mark.mark_price != kNoPrice) market_.mark_price = mark.mark_price;
    if (mark.index_price != kNoPrice) market_.index_price = mark.index_price;
    return;
  }
  using matching::Phase;
  const Phase now = engine_.phase();
  Phase next = now;
  switch (static_cast<TradingStatus>(event.detail)) {
    case TradingStatus::trading: next = Phase::continuous; break;
    case TradingStatus::halted:
    case TradingStatus::paused: next = Phase::halted; break;
    case TradingStatus::pre_open: next = Phase::pre_open; break;
    case TradingStatus::closed:
    case TradingStatus::not_available: next = Phase::closed; break;
    case TradingStatus::auction:
      next = now == Phase::closed       ? Phase::pre_open
             : now == Phase::continuous ? Phase::closing_call
             : now == Phase::halted     ? Phase::reopening_call
                                        : now;
      break;
    case TradingStatus::quoting_only:
    case TradingStatus::unknown: break;
  }
  if (next == now) return;
  engine_.set_phase(next, out_);
  settle(listing, moment);
}

void Exchange::enter(Listing& listing, VenueOrder order, bool is_new, const Moment& moment) {
  if (const Qty open = may_rest(listing, order, listing.orders.size()); open < order.leaves) {
    constexpr Reason kReason = Reason::reduce_only_would_increase;
    if (open == 0)
      return executions_.report(order, is_new ? Kind::rejected : Kind::cancelled, kReason, moment);
    if (is_new) executions_.report(order, Kind::accepted, Reason::none, moment);
    is_new = false;
    order.leaves = open;
    executions_.report(order, Kind::replaced, kReason, moment);
  }
  matching::NewOrder entry;
  entry.order_id = order.id;
  entry.price = order.price;
  entry.qty = order.leaves;
  entry.display_qty = order.display_qty < order.leaves ? order.display_qty : 0;
  entry.participant = 1 + static_cast<std::uint32_t>(strategy_of(order.id));
  entry.side = order.side;
  entry.type = type_of(order);
  entry.tif = time_of(order.time_in_force);
  entry.post_only = (order.flags & kFlagPostOnly) != 0;
  listing.orders.push_back(order);
  new_order_ = is_new ? order.id : 0;
  engine_.submit(entry, out_);
  settle(listing, moment);
  new_order_ = 0;
}

void Exchange::replace(Listing& listing, VenueOrder& order, Price price, Qty qty, const Moment& moment) {
  const matching::Order* live = engine_.find(order.id);
  LOCKSTEP_CHECK(live != nullptr, "an order of ours that works is in the book");
  // The engine counts from the order's entry; the venue may have restated it before.
  engine_.replace({order.id, price, qty - order.filled + (live->qty - live->leaves)}, out_);
  settle(listing, moment);
}

// One sweep may fill all that rest: together they must not be more than there is to close. Of reduce-only
// orders, those that came first keep what they have.
Qty Exchange::may_rest(const Listing& listing, const VenueOrder& order, std::size_t before) {
  if ((order.flags & kFlagReduceOnly) == 0) return order.leaves;
  Qty closable = reducible(listing, order.side);
  for (std::size_t i = 0; i < before; ++i) {
    const VenueOrder& other = listing.orders[i];
    if (other.side == order.side && (other.flags & kFlagReduceOnly) != 0) closable -= other.leaves;
  }
  return std::clamp<Qty>(closable, 0, order.leaves);
}

void Exchange::trim_reduce_only(Listing& listing, const Moment& moment) {
  for (std::size_t i = 0; i < listing.orders.size(); ++i) {
    VenueOrder& order = listing.orders[i];
    const Qty open = may_rest(listing, order, i);
    if (open == order.leaves) continue;
    if (open == 0) {
      executions_.end(order, Kind::cancelled, Reason::reduce_only_would_increase, moment);
    } else {
      replace(listing, order, order.price, order.filled + open, moment);
    }
  }
}

void Exchange::withdraw_ended(Listing& listing, const Moment& moment) {
  for (const VenueOrder& order : listing.orders) {
    if (order.leaves == 0 && engine_.find(order.id) != nullptr)
      engine_.cancel({order.id, matching::Reason::operator_action}, out_);
  }
  if (!out_.empty()) settle(listing, moment);
}

// What the engine said becomes answers to us and news for everybody. Orders that end others do so behind the
// command: the engine has done all of it at once.
void Exchange::settle(Listing& listing, const Moment& moment) {
  for (std::size_t i = 0; i < out_.size(); ++i) settle_one(listing, out_[i], moment);
  out_.clear();
  if constexpr (kChecksInvariants) engine_.check_invariants();
  publish_quote(moment);
  send_news(moment);
  for (const VenueOrder& order : filled_) executions_.tell(order, moment);
  filled_.clear();
}

void Exchange::settle_one(Listing& listing, const matching::Message& message, const Moment& moment) {
  using matching::MessageType;
  VenueOrder* ours = is_ours(message.order_id) ? find(listing, message.order_id) : nullptr;
  switch (message.type) {
    case MessageType::accepted:
      if (ours != nullptr && ours->id == new_order_)
        executions_.report(*ours, Kind::accepted, Reason::none, moment);
      return;
    case MessageType::rejected: refuse(listing, message, moment); return;
    case MessageType::booked:
      if (ours != nullptr) ours->price = message.price;
      show(message, moment);
      return;
    case MessageType::refreshed: show(message, moment); return;
    case MessageType::fill: {
      const bool is_uncross = message.side == Side::none;
      market_.last_price = message.price;
      if (is_uncross) {
        const matching::Order* seller = engine_.find(message.other_id);
        change(message.order_id, message.shown, OrderActionType::cancel, message.qty, moment);
        change(message.other_id, seller == nullptr ? 0 : seller->shown, OrderActionType::cancel, message.qty,
               moment);
      } else {
        change(message.order_id, message.shown, OrderActionType::execute, message.qty, moment);
        if (publish_ == Publish::quotes) publish_trade(message.price, message.qty, message.side, 0, moment);
      }
      fill(listing, message.order_id, message, !is_uncross, moment);
      fill(listing, message.other_id, message, false, moment);
      return;
    }
    case MessageType::decremented:
      change(message.order_id, message.shown, OrderActionType::cancel, message.qty, moment);
      if (ours != nullptr) {
        ours->leaves = message.leaves;
        executions_.report(*ours, Kind::replaced, Reason::self_trade, moment);
      }
      return;
    case MessageType::cancelled:
      change(message.order_id, 0, OrderActionType::cancel, message.qty, moment);
      if (ours != nullptr && ours->leaves > 0) {
        const bool is_over = message.reason == matching::Reason::auction_leftover;
        executions_.end(*ours, is_over ? Kind::expired : Kind::cancelled, reason_of(message.reason), moment);
      }
      return;
    case MessageType::replaced:
      if (message.detail == 0) {
        change(message.order_id, 0, OrderActionType::cancel, message.qty, moment);
      } else {
        change(message.order_id, message.shown, OrderActionType::modify, message.shown, moment);
      }
      if (ours != nullptr && ours->leaves > 0) {
        ours->price = message.price;
        ours->leaves = message.leaves;
        executions_.report(*ours, Kind::replaced, Reason::none, moment);
      }
      return;
    case MessageType::uncross:
      market_.last_price = message.price;
      publish_trade(message.price, message.qty, Side::none, kFlagAuction, moment);
      return;
    case MessageType::phase: publish_status(static_cast<matching::Phase>(message.detail), moment); return;
  }
}

void Exchange::fill(Listing& listing, std::uint64_t id, const matching::Message& message, bool is_maker,
                    const Moment& moment) {
  if (!is_ours(id)) return;
  VenueOrder* order = find(listing, id);
  LOCKSTEP_CHECK(order != nullptr && order->leaves >= message.qty, "what the engine fills is open");
  executions_.fill_whole(listing, *order, message.price, message.qty, is_maker, moment);
  filled_.push_back(*order);
}

void Exchange::refuse(Listing& listing, const matching::Message& message, const Moment& moment) {
  if (!is_ours(message.order_id)) {
    ++refused_flow_;
    return;
  }
  VenueOrder* order = find(listing, message.order_id);
  if (order == nullptr || order->leaves == 0) return;
  const Reason reason = reason_of(message.reason);
  if (engine_.find(order->id) != nullptr) {  // it lives on: a replace was refused
    executions_.report(*order, Kind::cancel_rejected, reason, moment);
  } else {
    executions_.end(*order, order->id == new_order_ ? Kind::rejected : Kind::cancelled, reason, moment);
  }
}

// An order joins its queue at the back, with what it shows.
void Exchange::show(const matching::Message& message, const Moment& moment) {
  if (message.price == kNoPrice) return;  // it waits for an auction without a price: nobody sees it
  const Shown order{message.price, message.shown, message.order_id, static_cast<std::uint64_t>(message.side)};
  slots_.insert(order.id, static_cast<std::uint32_t>(shown_.size()));
  shown_.push_back(order);
  publish_action(OrderActionType::add, order, order.qty, moment);
}

void Exchange::change(std::uint64_t id, Qty shown, OrderActionType how, Qty qty, const Moment& moment) {
  const std::uint32_t slot = slots_.find(id);
  if (slot == IdMap::kAbsent) return;
  Shown& order = shown_[slot];
  if (how == OrderActionType::cancel) qty = order.qty - shown;
  if (qty > 0 || how == OrderActionType::modify) publish_action(how, order, qty, moment);
  order.qty = shown;
  if (shown > 0) return;
  slots_.erase(id);
  if (slot + 1 != shown_.size()) {
    shown_[slot] = shown_.back();
    slots_.erase(shown_[slot].id);
    slots_.insert(shown_[slot].id, slot);
  }
  shown_.pop_back();
}

void Exchange::publish_action(OrderActionType type, const Shown& order, Qty qty, const Moment& moment) {
  if (publish_ != Publish::orders) return;
  Event event;
  event.kind = Kind::order_action;
  event.detail = static_cast<std::uint8_t>(type);
  event.set(OrderAction{order.id, order.price, qty, ++sequence_, static_cast<std::uint32_t>(order.side), 0});
  publish(event, moment);
}

void Exchange::publish_trade(Price price, Qty qty, Side aggressor, std::uint8_t flags, const Moment& moment) {
  Event event;
  event.kind = Kind::trade;
  event.flags = flags;
  event.detail = static_cast<std::uint8_t>(aggressor);
  event.set(Trade{price, qty, 0, ++sequence_, 0});
  publish(event, moment);
}

void Exchange::publish_status(matching::Phase phase, const Moment& moment) {
  market_.status = status_of(phase);
  Event event;
  event.kind = Kind::status;
  event.detail = static_cast<std::uint8_t>(market_.status);
  event.set(StatusChange{0, 0, 0, {}});
  publish(event, moment);
}

// In a call the book may be crossed and there is no best price.
void Exchange::publish_quote(const Moment& moment) {
  Top top;
  const matching::Phase phase = engine_.phase();
  if (phase == matching::Phase::continuous || phase == matching::Phase::halted) {
    if (const auto bid = engine_.best(Side::buy)) top.bid_price = bid->price, top.bid_qty = bid->shown;
    if (const auto ask = engine_.best(Side::sell)) top.ask_price = ask->price, top.ask_qty = ask->shown;
  }
  Top& quote = market_.quote;
  if (top.bid_price == quote.bid_price && top.ask_price == quote.ask_price && top.bid_qty == quote.bid_qty &&
      top.ask_qty == quote.ask_qty)
    return;
  quote = top;
  if (publish_ != Publish::quotes) return;
  Event event;
  event.kind = Kind::quote;
  event.set(Quote{top.bid_price, top.ask_price, top.bid_qty, top.ask_qty, ++sequence_});
  publish(event, moment);
}

void Exchange::publish(Event event, const Moment& moment) {
  event.instrument = instrument_;
  event.exch_ts_ns = moment.exch_ts_ns;
  news_.push_back(event);
}

// What one command led to is one message: its last order action says so.
void Exchange::send_news(const Moment& moment) {
  for (std::size_t i = news_.size(); i-- > 0;) {
    if (news_[i].kind != Kind::order_action) continue;
    auto action = news_[i].as<OrderAction>();
    action.venue_flags |= kLastOfMessage;
    news_[i].set(action);
    break;
  }
  for (Event& event : news_) {
    event.recv_ts_ns = std::max(feed_latency_.arrival(moment.exch_ts_ns), moment.recv_ts_ns);
    moment.sink.push(event);
  }
  news_.clear();
}

void Exchange::visit(StateVisitor& visitor) {
  engine_.visit(visitor);
  feed_latency_.visit(visitor);
  Top& quote = market_.quote;
  for (Price* price : {&quote.bid_price, &quote.ask_price, &quote.bid_qty, &quote.ask_qty,
                       &market_.last_price, &market_.mark_price, &market_.index_price})
    visitor.field(*price);
  visitor.field(market_.status);
  visitor.list(shown_, [&](Shown& order) { visitor.record(order); });
  visitor.field(sequence_);
  visitor.field(refused_flow_);
  if (!visitor.is_loading()) return;
  slots_.clear();
  for (std::uint32_t i = 0; i < shown_.size(); ++i) slots_.insert(shown_[i].id, i);
}

}  // namespace lockstep::sim
