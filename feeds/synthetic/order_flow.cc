#include "feeds/synthetic/order_flow.h"

#include <algorithm>
#include <cmath>

namespace lockstep::feeds {
namespace {

constexpr std::uint32_t kFlowStream = 48;
constexpr std::size_t kBatch = 1024;

}  // namespace

Status validate(const OrderFlowConfig& config) {
  const auto bad = [](const std::string& where, const std::string& what) {
    return Error{ErrorCode::bad_input, where, what};
  };
  if (config.instruments.empty()) return bad("instruments", "a flow needs at least one");
  if (config.duration_ns < 0 || (config.duration_ns == 0 && config.max_events == 0))
    return bad("duration", "give a duration or max_events, so that the flow ends");
  for (std::size_t i = 0; i < config.instruments.size(); ++i) {
    const OrderFlowInstrument& one = config.instruments[i];
    const std::string where = "instruments." + std::to_string(i);
    if (Status valid = validate(one.instrument); !valid) return valid;
    if (one.depth_ticks < 1 || one.depth_ticks > 10'000)
      return bad(where + ".depth_ticks", "must lie between 1 and 10000");
    if (one.start_price % one.instrument.tick != 0 ||
        one.start_price / one.instrument.tick <= 2 * Price{one.depth_ticks})
      return bad(where + ".price", "must be a multiple of the tick and more than 2 x depth_ticks of them");
    if (!(one.events_per_second >= 0.001 && one.events_per_second <= 1e7))
      return bad(where + ".events_per_second", "must lie between 0.001 and 10000000");
    if (!(one.volatility_per_sqrt_day >= 0 && one.volatility_per_sqrt_day <= 10))
      return bad(where + ".volatility_per_sqrt_day", "must lie between 0 and 10");
    if (one.take_percent + one.cancel_percent > 100)
      return bad(where + ".take_percent", "take_percent and cancel_percent are shares of the same 100");
    if (one.qty < one.instrument.lot || one.qty > 1'000'000'000'000)
      return bad(where + ".qty", "must be at least a lot");
    if (one.participants < 1 || one.participants > 1'000'000)
      return bad(where + ".participants", "must lie between 1 and 1000000");
  }
  return Done{};
}

OrderFlowSource::OrderFlowSource(const OrderFlowConfig& config) : config_(config) {
  LOCKSTEP_CHECK(validate(config).ok(), "the configuration was not validated");
  for (const OrderFlowInstrument& one : config_.instruments) instruments_.push_back(one.instrument);
  events_.reserve(kBatch);
  restart();
}

void OrderFlowSource::restart() {
  flows_.clear();
  produced_ = 0;
  for (std::size_t i = 0; i < config_.instruments.size(); ++i) {
    flows_.push_back({RandomStream(config_.seed, kFlowStream, i), config_.start_ts_ns,
                      static_cast<double>(config_.instruments[i].start_price),
                      std::vector<std::uint64_t>(kRemembered, 0), 0, 0});
    wait(i);
  }
}

void OrderFlowSource::wait(std::size_t index) {
  const OrderFlowInstrument& one = config_.instruments[index];
  Flowing& flow = flows_[index];
  const double wait_s = flow.random.exponential(1.0 / one.events_per_second);
  flow.next_ts_ns += 1 + static_cast<DurationNs>(wait_s * 1e9);
  const double shock = flow.random.normal();
  flow.fair += flow.fair * one.volatility_per_sqrt_day * std::sqrt(wait_s / 86'400.0) * shock;
  const double least = static_cast<double>(one.instrument.tick * (2 * Price{one.depth_ticks} + 1));
  flow.fair = std::max(flow.fair, least);
}

Event OrderFlowSource::next(std::size_t index) {
  const OrderFlowInstrument& one = config_.instruments[index];
  const Instrument& instrument = one.instrument;
  Flowing& flow = flows_[index];
  Event event;
  event.recv_ts_ns = event.exch_ts_ns = flow.next_ts_ns;
  event.instrument = static_cast<InstrumentId>(index);
  event.kind = Kind::flow;
  Flow order{};
  order.price = kNoPrice;
  const std::uint64_t what = flow.random.uniform_below(100);
  const std::uint64_t pick = flow.random.next_u64();
  if (what >= 100 - std::uint64_t{one.cancel_percent} && flow.rested > 0) {
    const std::uint64_t known = std::min<std::uint64_t>(flow.rested, kRemembered);
    event.detail = static_cast<std::uint8_t>(FlowAction::cancel);
    order.order_id = flow.resting[(flow.rested - 1 - pick % known) % kRemembered];
    event.set(order);
    return event;
  }
  order.order_id = ++flow.last_id;
  order.participant = 1 + static_cast<std::uint32_t>(pick % one.participants);
  const bool buys = (pick >> 40U & 1U) != 0;
  order.side = static_cast<std::uint32_t>(buys ? Side::buy : Side::sell);
  const double size = flow.random.exponential(static_cast<double>(one.qty));
  order.qty = std::max<Qty>(instrument.lot, static_cast<Qty>(size) / instrument.lot * instrument.lot);
  const Price fair = static_cast<Price>(flow.fair) / instrument.tick * instrument.tick;
  if (what < one.take_percent) {
    order.type = static_cast<std::uint16_t>(OrderType::market);
    order.time_in_force = static_cast<std::uint16_t>(TimeInForce::ioc);
  } else {
    const auto away = static_cast<Price>(1 + flow.random.uniform_below(one.depth_ticks));
    order.type = static_cast<std::uint16_t>(OrderType::limit);
    order.price = buys ? fair - away * instrument.tick : fair + away * instrument.tick;
    flow.resting[flow.rested++ % kRemembered] = order.order_id;
  }
  event.set(order);
  return event;
}

Result<Source::Pull> OrderFlowSource::pull(Batch& out) {
  events_.clear();
  while (events_.size() < kBatch) {
    if (config_.max_events > 0 && produced_ >= config_.max_events) break;
    std::size_t first = 0;  // equal times: by the instrument's place
    for (std::size_t i = 1; i < flows_.size(); ++i) {
      if (flows_[i].next_ts_ns < flows_[first].next_ts_ns) first = i;
    }
    if (config_.duration_ns > 0 && flows_[first].next_ts_ns - config_.start_ts_ns > config_.duration_ns)
      break;
    const Event event = next(first);
    wait(first);
    ++produced_;
    if (skip_ > 0) {
      --skip_;
      continue;
    }
    events_.push_back(event);
  }
  out = {events_, {}};
  return events_.empty() ? Pull::end : Pull::events;
}

Status OrderFlowSource::seek(std::uint64_t event_number) {
  if (config_.max_events > 0 && event_number > config_.max_events)
    return Error{ErrorCode::bad_input, "order flow", "there is no event " + std::to_string(event_number)};
  restart();
  skip_ = event_number;
  return Done{};
}

}  // namespace lockstep::feeds
