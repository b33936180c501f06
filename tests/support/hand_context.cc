#include "tests/support/hand_context.h"

#include <algorithm>

namespace lockstep::test {

HandContext::HandContext(const StrategyFactory& factory, const std::map<std::string, std::string>& parameters,
                         std::vector<Instrument> instruments)
    : positions(instruments.size(), 0),
      instruments_(std::move(instruments)),
      books_(instruments_.size()),
      parameters_(Parameters::read(factory.parameters, parameters).value()),
      strategy_(factory.make(parameters_)) {
  for (InstrumentId id = 0; id < instruments_.size(); ++id) universe_.push_back(id);
}

void HandContext::see(const Entry& entry) {
  const Event& event = entry.event;
  now_ = event.recv_ts_ns;
  books_.apply(event, entry.levels);
  switch (event.kind) {
    case Kind::trade: return strategy_->on_trade(event, event.as<Trade>(), *this);
    case Kind::quote: return strategy_->on_quote(event, event.as<Quote>(), *this);
    case Kind::book: return strategy_->on_book(event, event.as<BookUpdate>(), *this);
    case Kind::bar: return strategy_->on_bar(event, event.as<Bar>(), *this);
    default: return strategy_->on_other(event, *this);
  }
}

Status HandContext::change(const std::string& name, std::uint64_t bits) {
  for (std::size_t i = 0; i < parameters_.specs().size(); ++i) {
    if (parameters_.specs()[i].name == name)
      LOCKSTEP_CHECK(parameters_.set_bits(i, bits).ok(), "a value in range");
  }
  return strategy_->on_parameters(parameters_, *this);
}

void HandContext::wait_until(TimeNs ts_ns) {
  for (;;) {
    const auto next = std::min_element(timers.begin(), timers.end());
    if (next == timers.end() || next->first > ts_ns) break;
    const auto [at_ns, id] = *next;
    timers.erase(next);
    now_ = at_ns;
    strategy_->on_timer(id, *this);
  }
  now_ = ts_ns;
}

void HandContext::fill(OrderId id, Price price, Qty qty) {
  Order& order = *orders_.find(id);
  order.filled_qty += qty;
  positions[order.instrument] += order.side == Side::buy ? qty : -qty;
  order.state = order.leaves_qty() == 0 ? OrderState::filled : OrderState::partially_filled;
  Event event;
  event.recv_ts_ns = now_;
  event.instrument = order.instrument;
  event.kind = order.leaves_qty() == 0 ? Kind::filled : Kind::partially_filled;
  event.set(Fill{id, price, qty, order.leaves_qty(), 0});
  const Order after = order;
  if (is_done(after.state)) orders_.remove(id);
  strategy_->on_execution(event, after, *this);
}

void HandContext::answer(OrderId id, Kind kind) {
  Order& order = *orders_.find(id);
  order.state = next_state(order.state, kind, order.filled_qty > 0).value();
  if (kind == Kind::replaced) {
    order.price = order.pending_price;
    order.qty = order.pending_qty;
  }
  Event event;
  event.recv_ts_ns = now_;
  event.instrument = order.instrument;
  event.kind = kind;
  event.set(
      OrderReport{id, order.price, order.qty, order.leaves_qty(), static_cast<std::uint64_t>(order.side)});
  const Order after = order;
  if (is_done(after.state)) orders_.remove(id);
  strategy_->on_execution(event, after, *this);
}

Requested HandContext::submit(const OrderRequest& request) {
  if (deny.contains(request.side)) {
    sent.push_back({Kind::denied, 0, request});
    return {0, DenyReason::position};
  }
  Order order;
  order.id = orders_.next_id(0);
  order.instrument = request.instrument;
  order.side = request.side;
  order.type = request.type;
  order.price = request.type == OrderType::market ? kNoPrice : request.price;
  order.qty = request.qty;
  orders_.add(order);
  sent.push_back({Kind::submit, order.id, request});
  return {order.id, DenyReason::none};
}

Requested HandContext::cancel(OrderId id) {
  Order& order = *orders_.find(id);
  order.state = next_state(order.state, Kind::cancel, order.filled_qty > 0).value();
  sent.push_back({Kind::cancel, id, {}});
  return {id, DenyReason::none};
}

Requested HandContext::cancel_all(InstrumentId instrument) {
  for (Order& order : orders_.alive_to_change()) {
    if (instrument != kNoInstrument && order.instrument != instrument) continue;
    if (const auto next = next_state(order.state, Kind::cancel, order.filled_qty > 0)) order.state = *next;
  }
  OrderRequest request;
  request.instrument = instrument;
  sent.push_back({Kind::cancel_all, 0, request});
  return {};
}

Requested HandContext::quote(const QuoteRequest& request) {
  const OrderId bid_id = orders_.next_id(0);
  const OrderId ask_id = orders_.next_id(0);
  for (const Side side : {Side::buy, Side::sell}) {
    const bool buys = side == Side::buy;
    OrderRequest part;
    part.instrument = request.instrument;
    part.side = side;
    part.price = buys ? request.bid_price : request.ask_price;
    part.qty = buys ? request.bid_qty : request.ask_qty;
    if (part.qty == 0) continue;
    Order order;
    order.id = buys ? bid_id : ask_id;
    order.instrument = request.instrument;
    order.side = side;
    order.price = part.price;
    order.qty = part.qty;
    orders_.add(order);
    sent.push_back({Kind::mass_quote, order.id, part});
  }
  return {bid_id, DenyReason::none};
}

Requested HandContext::replace(OrderId id, Price price, Qty qty) {
  Order& order = *orders_.find(id);
  OrderRequest request;
  request.side = order.side;
  request.price = price;
  request.qty = qty;
  if (deny.contains(order.side)) {
    sent.push_back({Kind::denied, id, request});
    return {0, DenyReason::price_collar};
  }
  order.state = next_state(order.state, Kind::replace, order.filled_qty > 0).value();
  order.pending_price = price;
  order.pending_qty = qty;
  sent.push_back({Kind::replace, id, request});
  return {id, DenyReason::none};
}

}  // namespace lockstep::test
