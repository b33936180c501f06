#include "engine/strategy/momentum.h"

namespace lockstep {
namespace {

constexpr ParameterSpec kParameters[] = {
    {"on", ParameterType::choice, "", "trades", "", "", "events that move the averages", kPriceFeedChoices},
    {"fast", ParameterType::integer, "observations", "50", "1", "1000000", "length of the fast average"},
    {"slow", ParameterType::integer, "observations", "200", "2", "10000000",
     "length of the slow average; more than fast"},
    {"threshold_bps", ParameterType::real, "bps", "1", "0", "10000",
     "how far the fast average must be from the slow one before the position changes"},
    {"qty", ParameterType::decimal, "base", "0.01", "0.000000001", "", "size of the position"},
    {"direction", ParameterType::choice, "", "both", "", "", "whether it may be short", "both|long_only"},
};

double weight_of(std::int64_t length) {
  return 2.0 / (static_cast<double>(length) + 1.0);
}

}  // namespace

StrategyFactory Momentum::factory() {
  return {"momentum", "long while a fast exponential average is above a slow one, short while below",
          kParameters, [](const Parameters& parameters) -> std::unique_ptr<Strategy> {
            return std::make_unique<Momentum>(parameters);
          }};
}

Momentum::Momentum(const Parameters& parameters) {
  read(parameters);
}

void Momentum::read(const Parameters& parameters) {
  feed_ = static_cast<PriceFeed>(parameters.choice("on"));
  fast_weight_ = weight_of(parameters.integer("fast"));
  slow_weight_ = weight_of(parameters.integer("slow"));
  threshold_ = parameters.real("threshold_bps") / 10'000.0;
  warm_up_ = parameters.integer("slow");
  order_qty_nanos_ = parameters.decimal_nanos("qty");
  may_short_ = parameters.choice("direction") == 0;
}

// Checks that the parameters fit together and each instrument.
Status Momentum::size_up(Context& context) {
  if (fast_weight_ <= slow_weight_) {
    return Error{ErrorCode::bad_input, "strategy momentum", "fast must be shorter than slow"};
  }
  for (const InstrumentId id : context.universe()) {
    const Result<Qty> qty = qty_from_nanos(context.instruments()[id], order_qty_nanos_);
    if (!qty) return qty.error();
    states_[id].order_qty = *qty;
  }
  return Done{};
}

Status Momentum::on_start(Context& context) {
  states_.assign(context.instruments().size(), {});
  return size_up(context);
}

Status Momentum::on_parameters(const Parameters& parameters, Context& context) {
  read(parameters);
  return size_up(context);
}

void Momentum::on_trade(const Event& event, const Trade&, Context& context) {
  if (feed_ == PriceFeed::trades) observe(event.instrument, context);
}
void Momentum::on_quote(const Event& event, const Quote&, Context& context) {
  if (feed_ == PriceFeed::quotes) observe(event.instrument, context);
}
void Momentum::on_book(const Event& event, const BookUpdate&, Context& context) {
  if (feed_ == PriceFeed::book) observe(event.instrument, context);
}
void Momentum::on_other(const Event& event, Context& context) {
  if (feed_ == PriceFeed::book && is_book_event(event)) observe(event.instrument, context);
}
void Momentum::on_bar(const Event& event, const Bar&, Context& context) {
  if (feed_ == PriceFeed::bars) observe(event.instrument, context);
}

void Momentum::observe(InstrumentId instrument, Context& context) {
  const Price twice = price_times_two(feed_, context.market(instrument));
  if (twice == kNoPrice) return;
  State& state = states_[instrument];
  const auto price = static_cast<double>(twice);
  if (state.seen++ == 0) {
    state.fast = price;
    state.slow = price;
  }
  state.fast += fast_weight_ * (price - state.fast);
  state.slow += slow_weight_ * (price - state.slow);
  if (state.seen < warm_up_) return;
  const double distance = state.fast - state.slow;
  const double needed = threshold_ * (state.slow < 0 ? -state.slow : state.slow);
  if (distance > needed) {
    state.target = 1;
  } else if (distance < -needed) {
    state.target = may_short_ ? -1 : 0;
  }
  trade_towards_target(instrument, context);
}

void Momentum::trade_towards_target(InstrumentId instrument, Context& context) {
  State& state = states_[instrument];
  if (state.working != 0 || context.now() < state.retry_ts_ns) return;
  const Qty wanted = state.target * state.order_qty - context.position(instrument);
  if (wanted == 0) return;
  OrderRequest request;
  request.instrument = instrument;
  request.side = wanted > 0 ? Side::buy : Side::sell;
  request.type = OrderType::market;
  request.qty = wanted > 0 ? wanted : -wanted;
  const Requested requested = context.submit(request);
  if (!requested) state.retry_ts_ns = context.now() + kRetryAfterDenial;
  state.working = requested.order_id;
}

void Momentum::on_execution(const Event&, const Order& order, Context&) {
  State& state = states_[order.instrument];
  if (is_done(order.state) && order.id == state.working) state.working = 0;
}

void Momentum::visit(StateVisitor& visitor) {
  visitor.field(feed_);
  for (double* value : {&fast_weight_, &slow_weight_, &threshold_}) visitor.field(*value);
  visitor.field(warm_up_);
  visitor.field(order_qty_nanos_);
  visitor.field(may_short_);
  visitor.list(states_, [&](State& state) {
    visitor.field(state.fast);
    visitor.field(state.slow);
    visitor.field(state.seen);
    visitor.field(state.order_qty);
    visitor.field(state.target);
    visitor.field(state.working);
    visitor.field(state.retry_ts_ns);
  });
}

}  // namespace lockstep
