#include "engine/strategy/market_maker.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr ParameterSpec kParameters[] = {
    {"on", ParameterType::choice, "", "book", "", "", "events on which it looks at the mid",
     kPriceFeedChoices},
    {"half_spread_bps", ParameterType::decimal, "bps", "1", "0", "1000",
     "distance of each quote from the centre"},
    {"skew_bps", ParameterType::decimal, "bps", "0.5", "0", "1000",
     "shift of the centre per qty of inventory, against it"},
    {"requote_bps", ParameterType::decimal, "bps", "0.5", "0", "1000",
     "how far the mid must move before quotes follow"},
    {"qty", ParameterType::decimal, "base", "0.01", "0.000000001", "", "size of each quote"},
    {"max_inventory", ParameterType::decimal, "base", "0.05", "0.000000001", "",
     "no quote that would add beyond this"},
};

constexpr Int128 kOneInBpsNanos = 10'000 * kNanosPerUnit;

// value x bps, both given in their units of 10^-9 basis points; rounded towards minus infinity.
Int128 times_bps(Int128 value, Int128 bps_nanos) {
  const Int128 product = value * bps_nanos;
  return product >= 0 ? product / kOneInBpsNanos : -((-product + kOneInBpsNanos - 1) / kOneInBpsNanos);
}

// The tick at or below a price given in 1 / (2 kOneInBpsNanos) of its unit: exact, so that a spread that is
// finer than the unit still counts.
Price floor_to(Int128 fine_price, Price tick) {
  const Int128 step = 2 * kOneInBpsNanos * Int128{tick};
  const Int128 ticks = fine_price >= 0 ? fine_price / step : -((-fine_price + step - 1) / step);
  return static_cast<Price>(ticks * tick);
}

Price ceil_to(Int128 fine_price, Price tick) {
  return -floor_to(-fine_price, tick);
}

std::size_t slot_of(Side side) {
  return side == Side::buy ? 0 : 1;
}

}  // namespace

StrategyFactory MarketMaker::factory() {
  return {"market_maker", "quotes both sides around the mid, skewed against its inventory", kParameters,
          [](const Parameters& parameters) -> std::unique_ptr<Strategy> {
            return std::make_unique<MarketMaker>(parameters);
          }};
}

MarketMaker::MarketMaker(const Parameters& parameters) {
  read(parameters);
}

void MarketMaker::read(const Parameters& parameters) {
  feed_ = static_cast<PriceFeed>(parameters.choice("on"));
  half_spread_bps_nanos_ = parameters.decimal_nanos("half_spread_bps");
  skew_bps_nanos_ = parameters.decimal_nanos("skew_bps");
  requote_bps_nanos_ = parameters.decimal_nanos("requote_bps");
  order_qty_nanos_ = parameters.decimal_nanos("qty");
  max_inventory_nanos_ = parameters.decimal_nanos("max_inventory");
}

Status MarketMaker::size_up(Context& context) {
  for (const InstrumentId id : context.universe()) {
    const Result<Qty> qty = qty_from_nanos(context.instruments()[id], order_qty_nanos_);
    if (!qty) return qty.error();
    const Result<Qty> max_inventory = qty_from_nanos(context.instruments()[id], max_inventory_nanos_);
    if (!max_inventory) return max_inventory.error();
    states_[id].order_qty = *qty;
    states_[id].max_inventory = *max_inventory;
  }
  return Done{};
}

Status MarketMaker::on_start(Context& context) {
  states_.assign(context.instruments().size(), {});
  return size_up(context);
}

Status MarketMaker::on_parameters(const Parameters& parameters, Context& context) {
  read(parameters);
  for (const InstrumentId id : context.universe()) states_[id].quoted_mid_times_two = kNoPrice;
  return size_up(context);
}

void MarketMaker::on_trade(const Event& event, const Trade&, Context& context) {
  if (feed_ == PriceFeed::trades) observe(event.instrument, context);
}
void MarketMaker::on_quote(const Event& event, const Quote&, Context& context) {
  if (feed_ == PriceFeed::quotes) observe(event.instrument, context);
}
void MarketMaker::on_book(const Event& event, const BookUpdate&, Context& context) {
  if (feed_ == PriceFeed::book) observe(event.instrument, context);
}
void MarketMaker::on_other(const Event& event, Context& context) {
  if (feed_ == PriceFeed::book && is_book_event(event)) observe(event.instrument, context);
}
void MarketMaker::on_bar(const Event& event, const Bar&, Context& context) {
  if (feed_ == PriceFeed::bars) observe(event.instrument, context);
}

void MarketMaker::observe(InstrumentId instrument, Context& context) {
  const Price mid_times_two = price_times_two(feed_, context.market(instrument));
  if (mid_times_two == kNoPrice) return;
  const State& state = states_[instrument];
  if (state.quoted_mid_times_two != kNoPrice) {
    // |moved| <= mid x requote_bps, without a division.
    const Int128 moved = Int128{mid_times_two} - state.quoted_mid_times_two;
    const bool is_near =
        (moved < 0 ? -moved : moved) * kOneInBpsNanos <= Int128{mid_times_two} * requote_bps_nanos_;
    const bool is_settled = (state.working[0] != 0 || !may_ask(instrument, Side::buy, context)) &&
                            (state.working[1] != 0 || !may_ask(instrument, Side::sell, context));
    if (is_near && is_settled) {
      if (state.is_lagging) quote_both(instrument, context);
      return;
    }
  }
  requote(instrument, mid_times_two, context);
}

void MarketMaker::requote(InstrumentId instrument, Price mid_times_two, Context& context) {
  State& state = states_[instrument];
  const Price tick = context.instruments()[instrument].tick;
  const Qty inventory = context.position(instrument);
  // Everything times two, so that a mid between two ticks is whole.
  const Int128 skew = times_bps(mid_times_two, skew_bps_nanos_) * inventory / state.order_qty;
  const Int128 centre = Int128{mid_times_two} - skew;
  const Int128 half_spread = Int128{mid_times_two} * half_spread_bps_nanos_;
  Price bid = floor_to(centre * kOneInBpsNanos - half_spread, tick);
  Price ask = ceil_to(centre * kOneInBpsNanos + half_spread, tick);
  const Top top = context.market(instrument).top();
  if (top.ask_price != kNoPrice) bid = std::min(bid, top.ask_price - tick);
  if (top.bid_price != kNoPrice) ask = std::max(ask, top.bid_price + tick);
  if (bid >= ask) ask = bid + tick;
  state.quoted_mid_times_two = mid_times_two;
  state.wanted = {bid, ask};
  quote_both(instrument, context);
}

void MarketMaker::quote_both(InstrumentId instrument, Context& context) {
  const bool bid_stands = quote_side(instrument, Side::buy, context);
  const bool ask_stands = quote_side(instrument, Side::sell, context);
  states_[instrument].is_lagging = !bid_stands || !ask_stands;
}

bool MarketMaker::has_room(InstrumentId instrument, Side side, Context& context) const {
  const State& state = states_[instrument];
  const Qty inventory = context.position(instrument);
  return (side == Side::buy ? inventory : -inventory) + state.order_qty <= state.max_inventory;
}

bool MarketMaker::may_ask(InstrumentId instrument, Side side, Context& context) const {
  return has_room(instrument, side, context) &&
         context.now() >= states_[instrument].retry_ts_ns[slot_of(side)];
}

bool MarketMaker::quote_side(InstrumentId instrument, Side side, Context& context) {
  State& state = states_[instrument];
  OrderId& working = state.working[slot_of(side)];
  TimeNs& retry_ts_ns = state.retry_ts_ns[slot_of(side)];
  const Price price = state.wanted[slot_of(side)];
  if (working == 0) {
    if (!may_ask(instrument, side, context)) return true;
    OrderRequest request;
    request.instrument = instrument;
    request.side = side;
    request.price = price;
    request.qty = state.order_qty;
    request.post_only = true;
    const Requested requested = context.submit(request);
    if (!requested) retry_ts_ns = context.now() + kRetryAfterDenial;
    working = requested.order_id;
    return true;
  }
  const Order* order = context.order(working);
  if (order == nullptr ||
      (order->state != OrderState::working && order->state != OrderState::partially_filled))
    return false;
  if (!has_room(instrument, side, context)) {
    context.cancel(working);
    return true;
  }
  if (order->price == price) return true;
  if (context.now() < retry_ts_ns) return false;
  const Requested requested = context.replace(working, price, order->qty);
  if (!requested) retry_ts_ns = context.now() + kRetryAfterDenial;
  return static_cast<bool>(requested);
}

void MarketMaker::on_execution(const Event& execution, const Order& order, Context&) {
  State& state = states_[order.instrument];
  if (execution.kind == Kind::cancel_rejected) state.is_lagging = true;  // it stands where it stood
  if (!is_done(order.state)) return;
  for (OrderId& working : state.working) {
    if (order.id == working) working = 0;  // the next event quotes this side anew
  }
}

void MarketMaker::visit(StateVisitor& visitor) {
  visitor.field(feed_);
  for (std::int64_t* value : {&half_spread_bps_nanos_, &skew_bps_nanos_, &requote_bps_nanos_,
                              &order_qty_nanos_, &max_inventory_nanos_}) {
    visitor.field(*value);
  }
  visitor.list(states_, [&](State& state) {
    visitor.field(state.order_qty);
    visitor.field(state.max_inventory);
    for (OrderId& id : state.working) visitor.field(id);
    for (Price& price : state.wanted) visitor.field(price);
    visitor.field(state.is_lagging);
    visitor.field(state.quoted_mid_times_two);
    for (TimeNs& ts_ns : state.retry_ts_ns) visitor.field(ts_ns);
  });
}

}  // namespace lockstep
