#include "engine/strategy/mean_reversion.h"

#include <cmath>

namespace lockstep {
namespace {

constexpr ParameterSpec kParameters[] = {
    {"on", ParameterType::choice, "", "trades", "", "", "events that move the mean", kPriceFeedChoices},
    {"window", ParameterType::integer, "observations", "500", "2", "10000000",
     "length of the mean and the deviation"},
    {"entry_z", ParameterType::real, "deviations", "2", "0.01", "100",
     "distance from the mean at which it enters"},
    {"exit_z", ParameterType::real, "deviations", "0.5", "0", "100",
     "distance at which it is back; less than entry_z"},
    {"take_profit_bps", ParameterType::real, "bps", "20", "0", "10000",
     "profit at which it leaves; 0: never"},
    {"stop_loss_bps", ParameterType::real, "bps", "20", "0", "10000", "loss at which it leaves; 0: never"},
    {"time_stop", ParameterType::duration, "", "60s", "0", "365d", "time after which it leaves; 0: never"},
    {"qty", ParameterType::decimal, "base", "0.01", "0.000000001", "", "size of the position"},
};

}  // namespace

StrategyFactory MeanReversion::factory() {
  return {"mean_reversion", "trades against a price far from its mean; take profit, stop loss and time stop",
          kParameters, [](const Parameters& parameters) -> std::unique_ptr<Strategy> {
            return std::make_unique<MeanReversion>(parameters);
          }};
}

MeanReversion::MeanReversion(const Parameters& parameters) {
  read(parameters);
}

void MeanReversion::read(const Parameters& parameters) {
  feed_ = static_cast<PriceFeed>(parameters.choice("on"));
  weight_ = 2.0 / (static_cast<double>(parameters.integer("window")) + 1.0);
  entry_z_ = parameters.real("entry_z");
  exit_z_ = parameters.real("exit_z");
  take_profit_ = parameters.real("take_profit_bps") / 10'000.0;
  stop_loss_ = parameters.real("stop_loss_bps") / 10'000.0;
  time_stop_ns_ = parameters.duration_ns("time_stop");
  warm_up_ = parameters.integer("window");
  order_qty_nanos_ = parameters.decimal_nanos("qty");
}

// Checks that the parameters fit together and each instrument.
Status MeanReversion::size_up(Context& context) {
  if (exit_z_ >= entry_z_) {
    return Error{ErrorCode::bad_input, "strategy mean_reversion", "exit_z must be less than entry_z"};
  }
  for (const InstrumentId id : context.universe()) {
    const Result<Qty> qty = qty_from_nanos(context.instruments()[id], order_qty_nanos_);
    if (!qty) return qty.error();
    states_[id].order_qty = *qty;
  }
  return Done{};
}

Status MeanReversion::on_start(Context& context) {
  states_.assign(context.instruments().size(), {});
  return size_up(context);
}

Status MeanReversion::on_parameters(const Parameters& parameters, Context& context) {
  read(parameters);
  return size_up(context);
}

void MeanReversion::on_trade(const Event& event, const Trade&, Context& context) {
  if (feed_ == PriceFeed::trades) observe(event.instrument, context);
}
void MeanReversion::on_quote(const Event& event, const Quote&, Context& context) {
  if (feed_ == PriceFeed::quotes) observe(event.instrument, context);
}
void MeanReversion::on_book(const Event& event, const BookUpdate&, Context& context) {
  if (feed_ == PriceFeed::book) observe(event.instrument, context);
}
void MeanReversion::on_other(const Event& event, Context& context) {
  if (feed_ == PriceFeed::book && is_book_event(event)) observe(event.instrument, context);
}
void MeanReversion::on_bar(const Event& event, const Bar&, Context& context) {
  if (feed_ == PriceFeed::bars) observe(event.instrument, context);
}

void MeanReversion::observe(InstrumentId instrument, Context& context) {
  const Price twice = price_times_two(feed_, context.market(instrument));
  if (twice == kNoPrice) return;
  State& state = states_[instrument];
  const auto price = static_cast<double>(twice);
  if (state.seen++ == 0) state.mean = price;
  // Judged by the mean and deviation before this price, which it must not soften.
  const double distance = price - state.mean;
  const double deviation = std::sqrt(state.variance);
  state.mean += weight_ * distance;
  state.variance = (1.0 - weight_) * (state.variance + weight_ * distance * distance);
  if (state.seen <= warm_up_ || deviation <= 0 || state.working != 0) return;
  if (context.now() < state.retry_ts_ns) return;

  const double z = distance / deviation;
  if (state.entry_qty == 0) {
    if (z > entry_z_) send(instrument, Side::sell, state.order_qty, context);
    if (z < -entry_z_) send(instrument, Side::buy, state.order_qty, context);
    return;
  }
  const bool is_long = state.entry_qty > 0;
  const double gain = (is_long ? price - state.entry_price : state.entry_price - price) / state.entry_price;
  const bool is_back = is_long ? z > -exit_z_ : z < exit_z_;
  if (is_back || (take_profit_ > 0 && gain >= take_profit_) || (stop_loss_ > 0 && gain <= -stop_loss_))
    exit(instrument, context);
}

void MeanReversion::send(InstrumentId instrument, Side side, Qty qty, Context& context) {
  OrderRequest request;
  request.instrument = instrument;
  request.side = side;
  request.type = OrderType::market;
  request.qty = qty;
  const Requested requested = context.submit(request);
  if (!requested) states_[instrument].retry_ts_ns = context.now() + kRetryAfterDenial;
  states_[instrument].working = requested.order_id;
}

void MeanReversion::exit(InstrumentId instrument, Context& context) {
  const Qty held = states_[instrument].entry_qty;
  send(instrument, held > 0 ? Side::sell : Side::buy, held > 0 ? held : -held, context);
}

void MeanReversion::on_execution(const Event& execution, const Order& order, Context& context) {
  State& state = states_[order.instrument];
  if (execution.kind == Kind::filled || execution.kind == Kind::partially_filled) {
    const auto fill = execution.as<Fill>();
    const Qty signed_qty = order.side == Side::buy ? fill.qty : -fill.qty;
    const bool opens = state.entry_qty == 0 || (state.entry_qty > 0) == (signed_qty > 0);
    if (opens) {
      if (state.entry_qty == 0) {
        ++state.entry_number;
        if (time_stop_ns_ > 0) {
          context.set_timer(context.now() + time_stop_ns_, state.entry_number << 32U | order.instrument);
        }
      }
      const double held = static_cast<double>(state.entry_qty < 0 ? -state.entry_qty : state.entry_qty);
      const auto added = static_cast<double>(fill.qty);
      state.entry_price =
          (state.entry_price * held + 2.0 * static_cast<double>(fill.price) * added) / (held + added);
    }
    state.entry_qty += signed_qty;
    if (state.entry_qty == 0) state.entry_price = 0;
  }
  if (is_done(order.state) && order.id == state.working) state.working = 0;
}

void MeanReversion::on_timer(std::uint64_t timer_id, Context& context) {
  const auto instrument = static_cast<InstrumentId>(timer_id & 0xffff'ffffU);
  const State& state = states_[instrument];
  const bool is_current = state.entry_qty != 0 && (state.entry_number & 0xffff'ffffU) == timer_id >> 32U;
  if (!is_current) return;
  if (state.working == 0) exit(instrument, context);
  context.set_timer(context.now() + kRetryAfterDenial, timer_id);  // until it is out
}

void MeanReversion::visit(StateVisitor& visitor) {
  visitor.field(feed_);
  for (double* value : {&weight_, &entry_z_, &exit_z_, &take_profit_, &stop_loss_}) visitor.field(*value);
  visitor.field(time_stop_ns_);
  visitor.field(warm_up_);
  visitor.field(order_qty_nanos_);
  visitor.list(states_, [&](State& state) {
    visitor.field(state.mean);
    visitor.field(state.variance);
    visitor.field(state.seen);
    visitor.field(state.order_qty);
    visitor.field(state.working);
    visitor.field(state.retry_ts_ns);
    visitor.field(state.entry_price);
    visitor.field(state.entry_qty);
    visitor.field(state.entry_number);
  });
}

}  // namespace lockstep
