#include "engine/desk.h"

namespace lockstep {
namespace {

// What an execution says about price and size, fills and reports alike.
struct Terms {
  OrderId order_id;
  Price price;
  Qty qty;
};

Terms terms_of(const Event& execution) {
  if (execution.kind == Kind::filled || execution.kind == Kind::partially_filled) {
    const auto fill = execution.as<Fill>();
    return {fill.order_id, fill.price, fill.qty};
  }
  const auto report = execution.as<OrderReport>();
  return {report.order_id, report.price, report.qty};
}

OrderOutcome outcome_of(OrderState state) {
  switch (state) {
    case OrderState::filled: return OrderOutcome::filled;
    case OrderState::cancelled: return OrderOutcome::cancelled;
    case OrderState::rejected: return OrderOutcome::rejected;
    case OrderState::expired: return OrderOutcome::expired;
    default: return OrderOutcome::working;
  }
}

// Whether a request gives just the terms that its type, time in force and contingency call for.
bool are_well_formed_terms(const OrderRequest& request, const Instrument& instrument) {
  const bool trails = request.type == OrderType::trailing_stop;
  if (trails != (request.trail_unit != TrailUnit::none) || trails != (request.trail != 0)) return false;
  if (trails && request.trail < 0) return false;
  if ((is_conditional(request.type) && !trails) != (request.trigger_price != kNoPrice)) return false;
  if ((request.time_in_force == TimeInForce::gtd) != (request.expire_ts_ns != kNoTime)) return false;
  if ((request.contingency != Contingency::none) != (request.link != 0)) return false;
  if (request.display_qty == 0) return true;
  return has_limit_price(request.type) && request.display_qty > 0 && request.display_qty <= request.qty &&
         request.display_qty % instrument.lot == 0;
}

bool has_terms(const Order& order) {
  return order.trigger_price != kNoPrice || order.display_qty != 0 || order.expire_ts_ns != kNoTime ||
         order.link != 0;
}

}  // namespace

Desk::Desk(std::span<const Instrument> instruments, const PortfolioConfig& portfolio,
           std::vector<QuotedRate> rates, std::vector<RiskLimits> limits, const Books& books,
           ResultSink* results)
    : instruments_(instruments),
      books_(books),
      results_(results),
      portfolio_(instruments, portfolio),
      rates_(std::move(rates)),
      risk_(std::move(limits)) {}

RiskView Desk::view(InstrumentId instrument, TimeNs now) const {
  return {instruments_[instrument], books_[instrument], orders_, portfolio_.position(instrument).qty, now};
}

Event Desk::deny(std::uint32_t strategy, InstrumentId instrument, OrderId id, Qty qty, const Denied& denied,
                 TimeNs now) {
  Event event;
  event.recv_ts_ns = now;
  event.instrument = instrument;
  event.kind = Kind::denied;
  event.detail = static_cast<std::uint8_t>(denied.reason);
  event.set(Denial{id, denied.value, denied.limit, denied.gate, qty});
  if (results_ != nullptr) {
    results_->denial({now, id, instrument, strategy, denied.reason, denied.gate, denied.value, denied.limit});
  }
  return event;
}

Desk::Decision Desk::submit(std::uint32_t strategy, const OrderRequest& request, TimeNs now) {
  LOCKSTEP_CHECK(request.instrument < instruments_.size(),
                 "an order for an instrument that the run does not have");
  LOCKSTEP_CHECK(request.side != Side::none, "an order needs a side");
  const OrderId id = orders_.next_id(strategy);
  const bool trails = request.type == OrderType::trailing_stop;
  Order order;
  order.id = id;
  order.price = has_limit_price(request.type) ? request.price : kNoPrice;
  order.qty = request.qty;
  order.submit_ts_ns = now;
  order.decision_price = books_[request.instrument].reference_price();
  order.trigger_price = trails ? request.trail : request.trigger_price;
  order.display_qty = request.display_qty;
  order.expire_ts_ns = request.expire_ts_ns;
  order.link = request.link;
  order.instrument = request.instrument;
  order.strategy = strategy;
  order.side = request.side;
  order.type = request.type;
  order.time_in_force = request.time_in_force;
  order.flags = static_cast<std::uint8_t>((request.post_only ? kFlagPostOnly : 0) |
                                          (request.reduce_only ? kFlagReduceOnly : 0));
  order.terms = pack_terms(request.trail_unit, request.trigger, request.contingency);

  std::optional<Denied> denied;
  if (!are_well_formed_terms(request, instruments_[request.instrument])) {
    denied = Denied{DenyReason::bad_terms, 0, 0};
  } else {
    RiskRequest risk_request{request.instrument, request.side, request.type,
                             order.price,        request.qty,  nullptr};
    if (!trails) risk_request.trigger_price = request.trigger_price;
    denied = risk_.check(risk_request, view(request.instrument, now));
  }
  if (denied) {
    if (results_ != nullptr) {
      results_->order({id, order.instrument, strategy, order.side, order.type, order.time_in_force,
                       order.flags, OrderOutcome::denied, Reason::none, order.price, order.qty, 0, 0, now,
                       kNoTime, now});
    }
    return {std::nullopt, deny(strategy, request.instrument, id, request.qty, *denied, now)};
  }
  orders_.add(order);

  Decision decision;
  Event& event = decision.event;
  event.recv_ts_ns = now;
  event.instrument = request.instrument;
  event.kind = Kind::submit;
  event.flags = order.flags;
  event.detail = static_cast<std::uint8_t>(request.side);
  event.set(OrderInstruction{id, order.price, order.qty, static_cast<std::uint32_t>(request.type),
                             static_cast<std::uint32_t>(request.time_in_force), order.decision_price});
  if (has_terms(order)) {
    decision.terms = event;
    decision.terms->kind = Kind::order_terms;
    decision.terms->flags = 0;
    decision.terms->detail = order.terms;
    decision.terms->set(
        OrderTerms{id, order.trigger_price, order.display_qty, order.expire_ts_ns, order.link});
  }
  return decision;
}

Event Desk::cancel(std::uint32_t strategy, OrderId id, TimeNs now) {
  Order* order = orders_.find(id);
  if (order == nullptr) return deny(strategy, kNoInstrument, id, 0, {DenyReason::unknown_order}, now);
  const Result<OrderState> next = next_state(order->state, Kind::cancel, order->filled_qty > 0);
  if (!next) return deny(strategy, order->instrument, id, order->qty, {DenyReason::not_working}, now);
  order->state = *next;
  Event event;
  event.recv_ts_ns = now;
  event.instrument = order->instrument;
  event.kind = Kind::cancel;
  event.detail = static_cast<std::uint8_t>(order->side);
  event.set(OrderInstruction{id, order->price, order->qty, static_cast<std::uint32_t>(order->type),
                             static_cast<std::uint32_t>(order->time_in_force), kNoPrice});
  return event;
}

Event Desk::replace(std::uint32_t strategy, OrderId id, Price price, Qty qty, TimeNs now) {
  Order* order = orders_.find(id);
  if (order == nullptr) return deny(strategy, kNoInstrument, id, qty, {DenyReason::unknown_order}, now);
  const Result<OrderState> next = next_state(order->state, Kind::replace, order->filled_qty > 0);
  const bool waits = order->is_waiting();
  if (!next || !(waits || has_limit_price(order->type)))
    return deny(strategy, order->instrument, id, qty, {DenyReason::not_working}, now);
  RiskRequest request{order->instrument,       order->side, order->type, waits ? order->price : price,
                      qty - order->filled_qty, order};
  if (waits && order->type != OrderType::trailing_stop) request.trigger_price = price;
  if (const auto denied = risk_.check(request, view(order->instrument, now))) {
    return deny(strategy, order->instrument, id, qty, *denied, now);
  }
  order->state = *next;
  order->pending_price = price;
  order->pending_qty = qty;
  Event event;
  event.recv_ts_ns = now;
  event.instrument = order->instrument;
  event.kind = Kind::replace;
  event.flags = order->flags;
  event.detail = static_cast<std::uint8_t>(order->side);
  event.set(OrderInstruction{id, price, qty, static_cast<std::uint32_t>(order->type),
                             static_cast<std::uint32_t>(order->time_in_force),
                             books_[order->instrument].reference_price()});
  return event;
}

Event Desk::cancel_all(std::uint32_t strategy, InstrumentId instrument, TimeNs now) {
  for (Order& order : orders_.alive_to_change()) {
    if (order.strategy != strategy || (instrument != kNoInstrument && order.instrument != instrument))
      continue;
    const Result<OrderState> next = next_state(order.state, Kind::cancel, order.filled_qty > 0);
    if (next) order.state = *next;
  }
  Event event;
  event.recv_ts_ns = now;
  event.instrument = instrument;
  event.kind = Kind::cancel_all;
  event.set(CancelAll{strategy, {}});
  return event;
}

std::optional<Denied> Desk::check_quote_side(Side side, Price price, Qty qty, const QuoteRequest& request,
                                             const Order* replaced, TimeNs now) const {
  if (qty == 0) return std::nullopt;
  const RiskRequest risk_request{request.instrument, side, OrderType::limit, price, qty, replaced};
  return risk_.check(risk_request, view(request.instrument, now));
}

Event Desk::quote(std::uint32_t strategy, const QuoteRequest& request, TimeNs now) {
  LOCKSTEP_CHECK(request.instrument < instruments_.size(),
                 "a quote for an instrument that the run does not have");
  const OrderId bid_id = orders_.next_id(strategy);
  const OrderId ask_id = orders_.next_id(strategy);
  const auto quoted = [&](Side side) -> Order* {
    for (Order& order : orders_.alive_to_change()) {
      if (order.strategy == strategy && order.instrument == request.instrument && order.side == side &&
          (order.how & Order::kQuote) != 0 && order.state != OrderState::cancelling)
        return &order;
    }
    return nullptr;
  };
  for (const Side side : {Side::buy, Side::sell}) {
    const bool buys = side == Side::buy;
    const Qty qty = buys ? request.bid_qty : request.ask_qty;
    const auto denied =
        check_quote_side(side, buys ? request.bid_price : request.ask_price, qty, request, quoted(side), now);
    if (denied) return deny(strategy, request.instrument, buys ? bid_id : ask_id, qty, *denied, now);
  }
  for (const Side side : {Side::buy, Side::sell}) {
    if (Order* old = quoted(side)) {
      const Result<OrderState> next = next_state(old->state, Kind::cancel, old->filled_qty > 0);
      LOCKSTEP_CHECK(next.ok(), "a quote that is alive can be replaced");
      old->state = *next;
    }
    const bool buys = side == Side::buy;
    Order order;
    order.id = buys ? bid_id : ask_id;
    order.price = buys ? request.bid_price : request.ask_price;
    order.qty = buys ? request.bid_qty : request.ask_qty;
    if (order.qty == 0) continue;
    order.submit_ts_ns = now;
    order.decision_price = books_[request.instrument].reference_price();
    order.instrument = request.instrument;
    order.strategy = strategy;
    order.side = side;
    order.how = Order::kQuote;
    orders_.add(order);
  }
  Event event;
  event.recv_ts_ns = now;
  event.instrument = request.instrument;
  event.kind = Kind::mass_quote;
  event.set(MassQuote{bid_id, request.bid_price, request.ask_price, request.bid_qty, request.ask_qty});
  return event;
}

Result<Order> Desk::apply_execution(const Event& execution) {
  const Terms terms = terms_of(execution);
  const TimeNs now = execution.recv_ts_ns;
  Order* order = orders_.find(terms.order_id);
  if (order == nullptr) {
    // The answer to a cancel that lost its race against the end of the order.
    if (execution.kind == Kind::cancel_rejected) {
      Order done;
      done.id = terms.order_id;
      done.instrument = execution.instrument;
      done.strategy = Orders::strategy_of(terms.order_id);
      done.state = OrderState::cancelled;
      return done;
    }
    return Error{
        ErrorCode::mismatch, "order " + std::to_string(terms.order_id),
        "the venue sent \"" + std::string(to_string(execution.kind)) + "\" for an order that is not alive"};
  }
  const bool is_fill = execution.kind == Kind::filled || execution.kind == Kind::partially_filled;
  const Result<OrderState> next = next_state(order->state, execution.kind, order->filled_qty > 0);
  if (!next) return Error{next.error().code, "order " + std::to_string(terms.order_id), next.error().what};
  if (is_fill) {
    const auto fill = execution.as<Fill>();
    const bool completes = fill.qty == order->leaves_qty();
    if (fill.qty <= 0 || fill.qty > order->leaves_qty() || completes != (execution.kind == Kind::filled) ||
        fill.leaves_qty != order->leaves_qty() - fill.qty) {
      return Error{ErrorCode::mismatch, "order " + std::to_string(terms.order_id),
                   "a fill of " + std::to_string(fill.qty) + " does not fit the " +
                       std::to_string(order->leaves_qty()) + " that are open"};
    }
    const Result<Realised> realised = portfolio_.apply_fill(order->instrument, order->side, fill.price,
                                                            fill.qty, Money::from_nanos(fill.fee_nanos));
    if (!realised) return realised.error();
    order->filled_qty += fill.qty;
    order->fees_nanos += fill.fee_nanos;
    if (results_ != nullptr) {
      results_->fill({now, execution.exch_ts_ns, order->submit_ts_ns, order->id, order->instrument,
                      order->strategy, order->side, (execution.flags & kFlagMaker) != 0, fill.price, fill.qty,
                      order->decision_price, fill.fee_nanos, realised->profit.nanos(),
                      realised->position_qty});
    }
  }
  // What was filled, what is left and what ends are what was ordered.
  const bool ends_open = execution.kind == Kind::cancelled || execution.kind == Kind::expired;
  if (ends_open) {
    const auto report = execution.as<OrderReport>();
    if (report.qty != order->qty || report.leaves_qty != order->leaves_qty())
      return Error{ErrorCode::mismatch, "order " + std::to_string(terms.order_id),
                   "the venue ended " + std::to_string(report.leaves_qty) + " of " +
                       std::to_string(report.qty) + ", where " + std::to_string(order->leaves_qty()) +
                       " of " + std::to_string(order->qty) + " were open"};
  }
  order->state = *next;
  if (execution.kind == Kind::accepted) order->accepted_ts_ns = now;
  if (execution.kind == Kind::triggered) {
    order->how |= Order::kTriggered;
    order->price = terms.price;
  }
  if (execution.kind == Kind::replaced) {
    (order->is_waiting() ? order->trigger_price : order->price) = terms.price;
    order->qty = terms.qty;
  }
  if (execution.kind == Kind::replaced || execution.kind == Kind::cancel_rejected) {
    order->pending_price = kNoPrice;
    order->pending_qty = 0;
  }
  if (!is_fill) order->reason = static_cast<Reason>(execution.detail);
  const Order after = *order;
  if (is_done(after.state)) {
    close(after, now, outcome_of(after.state));
    orders_.remove(after.id);
  }
  return after;
}

void Desk::close(const Order& order, TimeNs now, OrderOutcome outcome) {
  if (results_ == nullptr) return;
  results_->order({order.id, order.instrument, order.strategy, order.side, order.type, order.time_in_force,
                   order.flags, outcome, order.reason, order.price, order.qty, order.filled_qty,
                   order.fees_nanos, order.submit_ts_ns, order.accepted_ts_ns, now});
}

Status Desk::apply_funding(const Event& event) {
  const auto funding = event.as<Funding>();
  if (funding.is_settlement == 0 || portfolio_.position(event.instrument).qty == 0) return Done{};
  const MarketState& market = books_[event.instrument];
  Price mark = funding.mark_price;
  if (mark == kNoPrice) mark = market.mark_price;
  if (mark == kNoPrice) mark = market.reference_price();
  if (mark == kNoPrice) {
    return Error{ErrorCode::bad_input, "instrument " + instruments_[event.instrument].symbol,
                 "funding settles while we hold a position, but no price has been seen to value it"};
  }
  const Result<Money> paid = portfolio_.apply_funding(event.instrument, funding.rate, event.detail, mark);
  if (!paid) return paid.error();
  return Done{};
}

Status Desk::apply_account(const Event& event) {
  const auto type = static_cast<AccountChangeType>(event.detail);
  const auto change = event.as<AccountChange>();
  const Result<Realised> realised = portfolio_.apply_account(event.instrument, type, change);
  if (!realised) return realised.error();
  const bool is_fill = change.qty != 0 && (type != AccountChangeType::split || realised->position_qty == 0);
  if (results_ == nullptr || !is_fill) return Done{};
  results_->fill({event.recv_ts_ns, event.exch_ts_ns, kNoTime, 0, event.instrument, FillRow::kNoStrategy,
                  change.qty > 0 ? Side::buy : Side::sell, false, change.price,
                  change.qty > 0 ? change.qty : -change.qty, kNoPrice, change.fee_nanos,
                  realised->profit.nanos(), realised->position_qty});
  return Done{};
}

Status Desk::sample(TimeNs ts_ns) {
  // Marks are state and are set whether or not anybody keeps the rows.
  for (InstrumentId id = 0; id < instruments_.size(); ++id) {
    const Price reference = books_[id].reference_price();
    if (reference != kNoPrice) portfolio_.set_mark(id, reference);
    const Position& position = portfolio_.position(id);
    if (results_ == nullptr || (reference == kNoPrice && position.traded_qty == 0)) continue;
    const Top top = books_[id].top();
    results_->position({ts_ns, id, position.qty, portfolio_.average_price(id), top.bid_price, top.ask_price,
                        books_[id].last_price, position.realised.nanos(), portfolio_.unrealised(id).nanos()});
  }
  for (const QuotedRate& rate : rates_) {
    const Price twice_mid = books_[rate.instrument].mid_times_two();
    if (twice_mid <= 0) continue;  // kNoPrice too: the last one stands
    const std::int64_t twice_unit = 2 * pow10(instruments_[rate.instrument].price_scale);
    const Status set = rate.is_inverted ? portfolio_.set_rate(rate.currency, twice_unit, twice_mid)
                                        : portfolio_.set_rate(rate.currency, twice_mid, twice_unit);
    if (!set) return set.error();
  }
  const std::optional<Totals> total = portfolio_.total();
  if (!total) {
    return Error{ErrorCode::bad_input, "portfolio",
                 "profit arises in a currency that has no rate to the reporting currency " +
                     portfolio_.currencies()[portfolio_.reporting_currency()] +
                     "; set account.currency to the settlement currency, "
                     "or give account.rates (of a quoted rate, `rate` until its first quote)"};
  }
  if (total->overflowed())
    return Error{ErrorCode::overflow, "portfolio", "equity left the range of 9.2 billion units"};
  if (results_ == nullptr) return Done{};
  results_->equity({ts_ns, total->equity.nanos(), total->cash.nanos(), total->realised.nanos(),
                    total->unrealised.nanos(), total->fees.nanos()});
  return Done{};
}

}  // namespace lockstep
