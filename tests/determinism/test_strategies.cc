#include "tests/determinism/test_strategies.h"

namespace lockstep::determinism {
namespace {

constexpr ParameterSpec kDiceParameters[] = {
    {"one_in", ParameterType::integer, "events", "8", "1", "1000000", "acts on one in so many events"},
    {"lots", ParameterType::integer, "lots", "10", "1", "1000000", "largest order"},
};

constexpr ParameterSpec kMetronomeParameters[] = {
    {"interval", ParameterType::duration, "", "250ms", "1us", "1h", "between two beats"},
};

}  // namespace

StrategyFactory Dice::factory() {
  return {"dice", "random requests", kDiceParameters,
          [](const Parameters& parameters) -> std::unique_ptr<Strategy> {
            return std::make_unique<Dice>(parameters);
          }};
}

Dice::Dice(const Parameters& parameters)
    : one_in_(parameters.integer("one_in")), lots_(parameters.integer("lots")) {}

Status Dice::on_parameters(const Parameters& parameters, Context&) {
  one_in_ = parameters.integer("one_in");
  lots_ = parameters.integer("lots");
  return Done{};
}

void Dice::on_trade(const Event& event, const Trade&, Context& context) {
  roll(event.instrument, context);
}
void Dice::on_quote(const Event& event, const Quote&, Context& context) {
  roll(event.instrument, context);
}
void Dice::on_book(const Event& event, const BookUpdate&, Context& context) {
  roll(event.instrument, context);
}
void Dice::on_bar(const Event& event, const Bar&, Context& context) {
  roll(event.instrument, context);
}
void Dice::on_other(const Event& event, Context& context) {
  if (event.instrument != kNoInstrument) roll(event.instrument, context);
}

void Dice::roll(InstrumentId instrument, Context& context) {
  RandomStream& random = context.random();
  if (!random.bernoulli(1, static_cast<std::uint64_t>(one_in_))) return;
  const std::uint64_t choice = random.uniform_below(8);
  const OrderId some = known_[random.uniform_below(known_.size())];
  if (choice < 5) return send(instrument, context);
  if (choice == 5) {
    context.cancel(some);
  } else if (choice == 6) {
    const Order* order = context.order(some);
    if (order == nullptr) return;
    const Price tick = context.instruments()[order->instrument].tick;
    const Qty lot = context.instruments()[order->instrument].lot;
    const Price price =
        order->type == OrderType::limit ? order->price + tick * random.uniform_int(-2, 2) : tick;
    context.replace(some, price, order->qty + lot * random.uniform_int(-2, 2));
  } else {
    const DurationNs wait_ns = random.uniform_int(0, 200) * kMillisecond;
    context.set_timer(context.now() + wait_ns, random.uniform_below(4));
  }
}

void Dice::send(InstrumentId instrument, Context& context) {
  RandomStream& random = context.random();
  const Instrument& terms = context.instruments()[instrument];
  const Price reference = context.market(instrument).reference_price();
  OrderRequest request;
  request.instrument = instrument;
  request.side = random.bernoulli(1, 2) ? Side::buy : Side::sell;
  request.type = random.bernoulli(1, 4) ? OrderType::market : OrderType::limit;
  request.time_in_force = static_cast<TimeInForce>(random.categorical(std::array<std::uint64_t, 3>{6, 1, 1}));
  request.post_only = random.bernoulli(1, 8);
  request.reduce_only = random.bernoulli(1, 8);
  request.qty = terms.lot * random.uniform_int(1, lots_);
  const auto offset = static_cast<Price>(random.student_t(3.0) * 2);
  if (reference == kNoPrice) return;
  request.price = (reference / terms.tick + offset) * terms.tick;
  if (const Requested requested = context.submit(request))
    known_[sent_++ % known_.size()] = requested.order_id;
}

void Dice::on_execution(const Event&, const Order&, Context&) {
  ++answers_;
}

void Dice::on_timer(std::uint64_t timer_id, Context& context) {
  ++timers_;
  const auto universe = context.universe();
  send(universe[timer_id % universe.size()], context);
}

void Dice::visit(StateVisitor& visitor) {
  visitor.field(one_in_);
  visitor.field(lots_);
  for (OrderId& id : known_) visitor.field(id);
  visitor.field(sent_);
  visitor.field(answers_);
  visitor.field(timers_);
}

StrategyFactory Metronome::factory() {
  return {"metronome", "buys and sells by timers", kMetronomeParameters,
          [](const Parameters& parameters) -> std::unique_ptr<Strategy> {
            return std::make_unique<Metronome>(parameters);
          }};
}

Metronome::Metronome(const Parameters& parameters) : interval_ns_(parameters.duration_ns("interval")) {}

Status Metronome::on_start(Context& context) {
  context.set_timer(context.now() + interval_ns_, 0);
  context.set_timer(context.now() + 3 * interval_ns_, 1);  // falls on every third beat, and so tests ties
  return Done{};
}

void Metronome::on_timer(std::uint64_t timer_id, Context& context) {
  context.set_timer(context.now() + (timer_id == 0 ? 1 : 3) * interval_ns_, timer_id);
  if (timer_id == 1) {
    ++slow_beats_;
    return;
  }
  for (const InstrumentId id : context.universe()) {
    OrderRequest request;
    request.instrument = id;
    request.side = beats_ % 2 == 0 ? Side::buy : Side::sell;
    request.type = OrderType::market;
    request.qty = context.instruments()[id].lot;
    context.submit(request);
  }
  ++beats_;
}

void Metronome::visit(StateVisitor& visitor) {
  visitor.field(interval_ns_);
  visitor.field(beats_);
  visitor.field(slow_beats_);
}

std::vector<StrategyFactory> known_strategies() {
  std::vector<StrategyFactory> all = builtin_strategies();
  all.push_back(Dice::factory());
  all.push_back(Metronome::factory());
  return all;
}

}  // namespace lockstep::determinism
