#include "engine/strategy/script.h"

namespace lockstep {
namespace {

using Verb = ScriptAction::Verb;

// No order has this bit in its id, so that a group is never taken for an order.
constexpr std::uint64_t kGroupBit = std::uint64_t{1} << 63U;

constexpr ParameterSpec kParameters[] = {
    {"orders", ParameterType::text, "", "", "", "",
     "what to do, one line each: +50ms buy 10 X limit 99.98 as a"},
    {"start", ParameterType::text, "", "", "", "",
     "the time that +offsets count from; empty: a scripted market's start, else the first event"},
};

Error bad_line(const ScriptAction& action, const std::string& what) {
  return {ErrorCode::bad_input, "strategy script, orders, line " + std::to_string(action.line), what};
}

Result<InstrumentId> find(std::span<const Instrument> instruments, std::string_view name) {
  InstrumentId found = kNoInstrument;
  for (InstrumentId id = 0; id < instruments.size(); ++id) {
    if (instruments[id].venue + ":" + instruments[id].symbol == name) return id;
    if (instruments[id].symbol != name) continue;
    if (found != kNoInstrument) {
      return Error{ErrorCode::bad_input, "",
                   "several venues list \"" + std::string(name) + "\"; say VENUE:SYMBOL"};
    }
    found = id;
  }
  if (found != kNoInstrument) return found;
  return Error{ErrorCode::bad_input, "", "the run has no instrument \"" + std::string(name) + "\""};
}

// Empty text is `none`.
Result<std::int64_t> amount(const std::string& text, int scale, std::int64_t none) {
  if (text.empty()) return none;
  return parse_decimal(text, scale);
}

Result<OrderRequest> request_of(const ScriptAction& action, std::span<const Instrument> instruments) {
  const Result<InstrumentId> id = find(instruments, action.instrument);
  if (!id) return id.error();
  const Instrument& instrument = instruments[*id];
  OrderRequest request = action.request;
  request.instrument = *id;
  const int trail_scale = request.trail_unit == TrailUnit::price ? instrument.price_scale : 0;
  const struct {
    const std::string& text;
    int scale;
    std::int64_t none;
    std::int64_t& into;
  } amounts[] = {{action.qty, instrument.qty_scale, 0, request.qty},
                 {action.price, instrument.price_scale, kNoPrice, request.price},
                 {action.trigger, instrument.price_scale, kNoPrice, request.trigger_price},
                 {action.trail, trail_scale, 0, request.trail},
                 {action.display, instrument.qty_scale, 0, request.display_qty}};
  for (const auto& one : amounts) {
    const Result<std::int64_t> value = amount(one.text, one.scale, one.none);
    if (!value) return value.error();
    one.into = *value;
  }
  return request;
}

// `99.98x10`, or `-` for a side that is not quoted.
Status read_side(const std::string& text, const Instrument& instrument, Price& price, Qty& qty) {
  if (text == "-") return Done{};
  const std::size_t x = text.find('x');
  const Result<std::int64_t> at = parse_decimal(std::string_view(text).substr(0, x), instrument.price_scale);
  if (!at) return at.error();
  const Result<std::int64_t> size = parse_decimal(std::string_view(text).substr(x + 1), instrument.qty_scale);
  if (!size) return size.error();
  price = *at;
  qty = *size;
  return Done{};
}

Result<QuoteRequest> quote_of(const ScriptAction& action, std::span<const Instrument> instruments) {
  const Result<InstrumentId> id = find(instruments, action.instrument);
  if (!id) return id.error();
  QuoteRequest quote;
  quote.instrument = *id;
  if (Status bid = read_side(action.bid, instruments[*id], quote.bid_price, quote.bid_qty); !bid)
    return bid.error();
  if (Status ask = read_side(action.ask, instruments[*id], quote.ask_price, quote.ask_qty); !ask)
    return ask.error();
  return quote;
}

}  // namespace

StrategyFactory Script::factory() {
  return {"script", "does what its text says, when it says so; for tests and examples", kParameters,
          [](const Parameters& parameters) -> std::unique_ptr<Strategy> {
            return std::make_unique<Script>(parameters);
          }};
}

Script::Script(const Parameters& parameters)
    : orders_(parse_orders(parameters.text("orders"))), start_(parameters.text("start")) {
  if (orders_) ids_.resize(orders_->names.size());
}

TimeNs Script::time_of(const ScriptTime& time) const {
  const Result<TimeNs> at = time.from(start_ts_ns_);
  return at ? *at : kEndOfTime;  // on_start has refused it
}

// Whether the action fits the instruments of this run.
Status Script::check(const ScriptAction& action, Context& context) const {
  for (const ScriptTime& time : {action.at, action.expire.value_or(ScriptTime{})}) {
    if (const Result<TimeNs> at = time.from(start_ts_ns_); !at) return bad_line(action, at.error().what);
  }
  switch (action.verb) {
    case Verb::submit:
      if (const auto request = request_of(action, context.instruments()); !request)
        return bad_line(action, request.error().what);
      return Done{};
    case Verb::quote:
      if (const auto quote = quote_of(action, context.instruments()); !quote)
        return bad_line(action, quote.error().what);
      return Done{};
    case Verb::cancel_all:
      if (action.instrument == "*") return Done{};
      if (const auto id = find(context.instruments(), action.instrument); !id)
        return bad_line(action, id.error().what);
      return Done{};
    case Verb::cancel: return Done{};
    case Verb::replace: {
      // The order's own line says which instrument it is.
      for (const ScriptAction& made : orders_->actions) {
        const bool is_it = made.own_name != 0 && action.order >= made.own_name &&
                           action.order <= made.own_name + (made.verb == Verb::quote ? 1 : 0);
        if (!is_it) continue;
        ScriptAction as_order;
        as_order.instrument = made.instrument;
        as_order.qty = action.qty;
        as_order.price = action.price;
        if (const auto request = request_of(as_order, context.instruments()); !request)
          return bad_line(action, request.error().what);
      }
      return Done{};
    }
  }
  return Done{};
}

Status Script::on_start(Context& context) {
  if (!orders_) {
    return Error{ErrorCode::bad_input, "strategy script, orders, " + orders_.error().where,
                 orders_.error().what};
  }
  start_ts_ns_ = context.now();
  if (!start_.empty()) {
    const Result<TimeNs> start = parse_time(start_);
    if (!start) return Error{ErrorCode::bad_input, "strategy script, start", start.error().what};
    start_ts_ns_ = *start;
  }
  TimeNs last_ts_ns = INT64_MIN;
  for (const ScriptAction& action : orders_->actions) {
    if (Status fits = check(action, context); !fits) return fits;
    if (time_of(action.at) < last_ts_ns) {
      return bad_line(action, "lines stand in the order of their times; the line above comes at " +
                                  format_time(last_ts_ns));
    }
    last_ts_ns = time_of(action.at);
  }
  set_timer(context);
  return Done{};
}

void Script::set_timer(Context& context) const {
  if (next_ < orders_->actions.size())
    context.set_timer(time_of(orders_->actions[next_].at), orders_->actions[next_].line);
}

// All lines of the same time at once, so that nothing comes between them.
void Script::on_timer(std::uint64_t, Context& context) {
  const TimeNs due_ts_ns = time_of(orders_->actions[next_].at);
  while (next_ < orders_->actions.size() && time_of(orders_->actions[next_].at) == due_ts_ns)
    act(orders_->actions[next_++], context);
  set_timer(context);
}

void Script::act(const ScriptAction& action, Context& context) {
  const std::span<const Instrument> instruments = context.instruments();
  switch (action.verb) {
    case Verb::submit: {
      OrderRequest request = *request_of(action, instruments);
      if (action.expire) request.expire_ts_ns = time_of(*action.expire);
      if (request.contingency == Contingency::oco) request.link = kGroupBit | action.group;
      if (request.contingency == Contingency::oto || request.contingency == Contingency::bracket)
        request.link = id_of(action.order);
      const Requested requested = context.submit(request);
      if (action.own_name != 0) ids_[action.own_name - 1] = requested.order_id;
      return;
    }
    case Verb::quote: {
      const Requested requested = context.quote(*quote_of(action, instruments));
      if (action.own_name == 0 || !requested) return;
      ids_[action.own_name - 1] = requested.order_id;
      ids_[action.own_name] = requested.order_id + 1;
      return;
    }
    case Verb::cancel: context.cancel(id_of(action.order)); return;
    case Verb::replace: {
      const OrderId id = id_of(action.order);
      const Order* order = context.order(id);
      if (order == nullptr) {  // denied, and journalled as such
        context.replace(id, 0, 0);
        return;
      }
      const Instrument& instrument = instruments[order->instrument];
      const bool trails = order->type == OrderType::trailing_stop && order->is_waiting() &&
                          trail_unit_of(order->terms) != TrailUnit::price;
      context.replace(id, *parse_decimal(action.price, trails ? 0 : instrument.price_scale),
                      *parse_decimal(action.qty, instrument.qty_scale));
      return;
    }
    case Verb::cancel_all:
      context.cancel_all(action.instrument == "*" ? kNoInstrument : *find(instruments, action.instrument));
      return;
  }
}

void Script::visit(StateVisitor& visitor) {
  visitor.field(start_ts_ns_);
  visitor.field(next_);
  visitor.list(ids_);
  const std::size_t actions = orders_ ? orders_->actions.size() : 0;
  if (next_ > actions || (orders_ && ids_.size() != orders_->names.size())) visitor.fail();
}

}  // namespace lockstep
