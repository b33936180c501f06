#include "engine/strategy/market_maker.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr ParameterSpec kParameters[] = {
    {"on", ParameterType::choice, "", "book", "", "", "events on which it looks at the mid", kPriceFeedChoices},
    {"half_spread_bps", ParameterType::decimal, "bps", "1", "0", "1000", "distance of each quote from the centre"},
    {"skew_bps", ParameterType::decimal, "bps", "0.5", "0", "1000", "shift of the centre per qty of inventory, against it"},
    {"requote_bps", ParameterType::decimal, "bps", "0.5", "0", "1000", "how far the mid must move before quotes follow"},
    {"qty", ParameterType::decimal, "base", "0.01", "0.000000001", "", "size of each quote"},
    {"max_inventory", ParameterType::decimal, "base", "0.05", "0.000000001", "", "no quote that would add beyond this"},
};

constexpr std::int64_t kOneInBpsNanos = 10'000 * kNanosPerUnit;

// value x bps, both given in their units of 10^-9 basis points; rounded towards minus infinity.
Int128 times_bps(Int128 value, Int128 bps_nanos) {
  const Int128 product = value * bps_nanos;
  return product >= 0 ? product / kOneInBpsNanos : -((-product + kOneInBpsNanos - 1) / kOneInBpsNanos);
}

Price floor_to(Int128 twice_price, Price tick) {
  const Int128 step = Int128{2} * tick;
  const Int128 ticks = twice_price >= 0 ? twice_price / step : -((-twice_price + step - 1) / step);
  return static_cast<Price>(ticks * tick);
}

Price ceil_to(Int128 twice_price, Price tick) { return -floor_to(-twice_price, tick); }

std::size_t slot_of(Side side) { return side == Side::buy ? 0 : 1; }

}  // namespace

StrategyFactory MarketMaker::factory() {
  return {"market_maker", "quotes both sides around the mid, skewed against its inventory", kParameters,
          [](const Parameters& parameters) -> std::unique_ptr<Strategy> { return std::make_unique<MarketMaker>(parameters); }};
}

MarketMaker::MarketMaker(const Parameters& parameters) { read(parameters); }

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

void MarketMaker::on_parameters(const Parameters& parameters, Context& context) {
  read(parameters);
  if (!size_up(context)) return;  // a size that does not fit an instrument leaves that size as it was
  for (const InstrumentId id : context.universe()) states_[id].quoted_mid_times_two = kNoPrice;
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
void MarketMaker::on_bar(const Event& event, const Bar&, Context& context) {
  if (feed_ == PriceFeed::bars) observe(event.instrument, context);
}

void MarketMaker::observe(InstrumentId instrument, Context& context) {
  const Price mid_times_two = price_times_two(feed_, context.market(instrument));
  if (mid_times_two == kNoPrice) return;
  const State& state = states_[instrument];
  if (state.quoted_mid_times_two != kNoPrice) {
    const Int128 moved = Int128{mid_times_two} - state.quoted_mid_times_two;
    const Int128 needed = times_bps(mid_times_two, requote_bps_nanos_);
    const bool is_settled = (state.working[0] != 0 || !may_quote(instrument, Side::buy, context)) &&
                            (state.working[1] != 0 || !may_quote(instrument, Side::sell, context));
    if (is_settled && (moved < 0 ? -moved : moved) <= needed) return;
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
  const Int128 half_spread = times_bps(mid_times_two, half_spread_bps_nanos_);
  Price bid = floor_to(centre - half_spread, tick);
  Price ask = ceil_to(centre + half_spread, tick);
  const Top top = context.market(instrument).top();
  if (top.ask_price != kNoPrice) bid = std::min(bid, top.ask_price - tick);
  if (top.bid_price != kNoPrice) ask = std::max(ask, top.bid_price + tick);
  if (bid >= ask) ask = bid + tick;
  state.quoted_mid_times_two = mid_times_two;
  quote_side(instrument, Side::buy, bid, context);
  quote_side(instrument, Side::sell, ask, context);
}

bool MarketMaker::may_quote(InstrumentId instrument, Side side, Context& context) const {
  const State& state = states_[instrument];
  const Qty inventory = context.position(instrument);
  const Qty after = (side == Side::buy ? inventory : -inventory) + state.order_qty;
  return after <= state.max_inventory && context.now() >= state.retry_ts_ns;
}

void MarketMaker::quote_side(InstrumentId instrument, Side side, Price price, Context& context) {
  State& state = states_[instrument];
  OrderId& working = state.working[slot_of(side)];
  Price& quoted = state.quoted[slot_of(side)];
  if (working == 0) {
    if (!may_quote(instrument, side, context)) return;
    OrderRequest request;
    request.instrument = instrument;
    request.side = side;
    request.price = price;
    request.qty = state.order_qty;
    request.post_only = true;
    const Requested requested = context.submit(request);
    if (!requested) state.retry_ts_ns = context.now() + kRetryAfterDenial;
    working = requested.order_id;
    quoted = price;
    return;
  }
  const Order* order = context.order(working);
  if (order == nullptr || (order->state != OrderState::working && order->state != OrderState::partially_filled)) return;
  if (!may_quote(instrument, side, context)) {
    context.cancel(working);
  } else if (quoted != price) {
    if (context.replace(working, price, order->qty)) {
      quoted = price;
    } else {
      state.retry_ts_ns = context.now() + kRetryAfterDenial;
    }
  }
}

void MarketMaker::on_execution(const Event&, const Order& order, Context&) {
  if (!is_done(order.state)) return;
  for (OrderId& working : states_[order.instrument].working) {
    if (order.id == working) working = 0;  // the next event quotes this side anew
  }
}

void MarketMaker::visit(StateVisitor& visitor) {
  visitor.field(feed_);
  for (std::int64_t* value :
       {&half_spread_bps_nanos_, &skew_bps_nanos_, &requote_bps_nanos_, &order_qty_nanos_, &max_inventory_nanos_}) {
    visitor.field(*value);
  }
  visitor.list(states_, [&](State& state) {
    visitor.field(state.order_qty);
    visitor.field(state.max_inventory);
    for (OrderId& id : state.working) visitor.field(id);
    for (Price& price : state.quoted) visitor.field(price);
    visitor.field(state.quoted_mid_times_two);
    visitor.field(state.retry_ts_ns);
  });
}

}  // namespace lockstep
