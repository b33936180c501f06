// How fast the matching engine alone is: 5 M operations on one symbol, 60 % add, 30 % cancel, 10 % take,
// prices near the touch, with so many orders alive as the argument says. The aim is 12 M operations/s.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <vector>

#include "engine/core/random.h"
#include "sim/matching/matching_engine.h"

namespace lockstep::matching {
namespace {

constexpr std::size_t kOperations = 5'000'000;
constexpr std::uint64_t kSeed = 20260101;
constexpr Price kOpening = 100'000;

enum class Act : std::uint8_t { add, cancel, take };

struct Operation {
  OrderId id;
  std::int32_t price;
  std::uint16_t qty;
  Side side;
  Act act;
};

NewOrder order_of(const Operation& operation) {
  NewOrder order;
  order.order_id = operation.id;
  order.participant = static_cast<Participant>(operation.id % 1000 + 1);
  order.side = operation.side;
  order.price = operation.price;
  order.qty = operation.qty;
  if (operation.act == Act::take) order.tif = TimeInForce::ioc;
  return order;
}

void apply(MatchingEngine& engine, const Operation& operation, Output& out) {
  if (operation.act == Act::cancel) {
    engine.cancel({operation.id, Reason::requested}, out);
  } else {
    engine.submit(order_of(operation), out);
  }
}

Config venue(PriorityRule priority) {
  Config config;
  config.priority = priority;
  config.self_trade = SelfTrade::cancel_oldest;
  return config;
}

/// The orders that stand before the clock starts, and the operations that are timed. Made by running an
/// engine along, so that prices follow the touch and cancels name live orders.
class Flow {
 public:
  explicit Flow(std::size_t alive)
      : random_(kSeed, 1, 0), engine_(venue(PriorityRule::price_time)), aim_(alive) {
    engine_.set_phase(Phase::continuous, out_);
    while (live_.size() < aim_) before.push_back(add());
    operations.reserve(kOperations);
    while (operations.size() < kOperations) {
      const std::uint64_t draw = random_.uniform_below(10);
      if (draw < 6 || live_.size() < aim_ / 2 + 2) {
        operations.push_back(add());
      } else if (draw < 9) {
        operations.push_back(cancel());
      } else {
        operations.push_back(take());
      }
    }
  }

  std::vector<Operation> before;
  std::vector<Operation> operations;

 private:
  Price best(Side side) const {
    const auto level = engine_.best(side);
    if (level) return level->price;
    const auto other = engine_.best(opposite(side));
    const Price step = side == Side::buy ? -1 : 1;
    return other ? other->price + step : kOpening + step;
  }

  /// Mostly at the touch and a few ticks behind it, now and then one tick inside, seldom far away.
  Operation add() {
    const Side side = random_.uniform_below(2) == 0 ? Side::buy : Side::sell;
    const Price sign = side == Side::buy ? 1 : -1;
    Price behind = static_cast<Price>(std::min(random_.uniform_below(24), random_.uniform_below(24))) - 1;
    if (random_.uniform_below(100) == 0) behind = static_cast<Price>(random_.uniform_below(5000));
    const Price against = best(opposite(side)) - sign;
    Price price = best(side) - sign * behind;
    price = sign > 0 ? std::min(price, against) : std::max(price, against);
    return perform({next_id_++, static_cast<std::int32_t>(price), qty(1), side, Act::add});
  }

  Operation cancel() {
    const std::size_t at = random_.uniform_below(live_.size());
    return perform({live_[at], 0, 0, Side::none, Act::cancel});
  }

  /// About three orders' worth: what adds bring and cancels leave.
  Operation take() {
    const Side side = random_.uniform_below(2) == 0 ? Side::buy : Side::sell;
    const Price limit = side == Side::buy ? kOpening * 10 : 1;
    return perform(
        {next_id_++, static_cast<std::int32_t>(limit), qty(live_.size() > aim_ ? 4 : 2), side, Act::take});
  }

  std::uint16_t qty(std::uint64_t orders) {
    return static_cast<std::uint16_t>(orders * (1 + random_.uniform_below(100)));
  }

  Operation perform(const Operation& operation) {
    out_.clear();
    apply(engine_, operation, out_);
    for (const Message& message : out_) {
      if (message.type == MessageType::booked) {
        if (places_.size() <= message.order_id) places_.resize(message.order_id * 2 + 2);
        places_[message.order_id] = live_.size();
        live_.push_back(message.order_id);
      }
      const bool maker_done = message.type == MessageType::fill && message.leaves == 0;
      if (maker_done || (message.type == MessageType::cancelled && message.order_id != operation.id) ||
          (message.type == MessageType::cancelled && operation.act == Act::cancel)) {
        const std::size_t at = places_[message.order_id];
        live_[at] = live_.back();
        places_[live_[at]] = at;
        live_.pop_back();
      }
    }
    return operation;
  }

  RandomStream random_;
  MatchingEngine engine_;
  Output out_;
  OrderId next_id_ = 1;
  std::size_t aim_;
  std::vector<OrderId> live_;
  std::vector<std::size_t> places_;
};

void run(benchmark::State& state, PriorityRule priority) {
  const Flow flow(static_cast<std::size_t>(state.range(0)));
  std::uint64_t messages = 0;
  std::uint64_t fills = 0;
  std::uint32_t alive = 0;
  for (auto _ : state) {
    state.PauseTiming();
    MatchingEngine engine(venue(priority));
    Output out;
    engine.set_phase(Phase::continuous, out);
    for (const Operation& operation : flow.before) apply(engine, operation, out);
    messages = 0;
    fills = 0;
    state.ResumeTiming();
    for (const Operation& operation : flow.operations) {
      out.clear();
      apply(engine, operation, out);
      messages += out.size();
      for (const Message& message : out) fills += message.type == MessageType::fill ? 1 : 0;
    }
    alive = engine.live_orders();
  }
  const auto operations =
      static_cast<double>(flow.operations.size() * static_cast<std::uint64_t>(state.iterations()));
  state.counters["operations/s"] = benchmark::Counter(operations, benchmark::Counter::kIsRate);
  state.counters["s/operation"] =
      benchmark::Counter(operations, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["messages/operation"] = static_cast<double>(messages) / kOperations;
  state.counters["fills/operation"] = static_cast<double>(fills) / kOperations;
  state.counters["alive"] = alive;
}

void matching_engine(benchmark::State& state) {
  run(state, PriorityRule::price_time);
}
void matching_engine_pro_rata(benchmark::State& state) {
  run(state, PriorityRule::pro_rata);
}
void matching_engine_price_size_time(benchmark::State& state) {
  run(state, PriorityRule::price_size_time);
}

BENCHMARK(matching_engine)
    ->Arg(1'000)
    ->Arg(10'000)
    ->Arg(100'000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(matching_engine_pro_rata)->Arg(1'000)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(matching_engine_price_size_time)->Arg(1'000)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace lockstep::matching
