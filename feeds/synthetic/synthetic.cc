#include "feeds/synthetic/synthetic.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "feeds/synthetic/market.h"

namespace lockstep::feeds {
namespace {

constexpr std::uint32_t kFeedLatencyStream = 35;
constexpr std::size_t kBatchEvents = 1024;
constexpr std::int64_t kMost = 1'000'000'000'000'000;

Error bad(const std::string& where, std::string what) {
  return {ErrorCode::bad_input, where, std::move(what)};
}

// Also false for a NaN.
bool lies_within(double value, double least, double most) {
  return value >= least && value <= most;
}

Status validate(const FeedLatency& latency) {
  if (latency.constant_ns < 0 || latency.constant_ns > kMinute)
    return bad("latency.constant_ns", "must be 0 to a minute");
  if (latency.median_ns < 0 || latency.median_ns > kMinute)
    return bad("latency.median_ns", "must be 0 to a minute");
  if (!lies_within(latency.sigma, 0, 5)) return bad("latency.sigma", "must be 0 to 5");
  return Done{};
}

Status validate(const SyntheticInstrument& one, const std::string& where) {
  if (const Status instrument = lockstep::validate(one.instrument); !instrument) {
    return bad(where + ".instrument", instrument.error().text());
  }
  const auto is_lots = [&](Qty qty) { return qty > 0 && qty <= kMost && qty % one.instrument.lot == 0; };
  if (one.levels < 3 || one.levels > 64) return bad(where + ".levels", "must be 3 to 64");
  if (one.depth < 2 * one.levels + 2 || one.depth > 1024)
    return bad(where + ".depth", "must be 2 x levels + 2 to 1024");
  if (one.spread_ticks < 1 || one.spread_ticks > 1000)
    return bad(where + ".spread_ticks", "must be 1 to 1000");
  if (one.start_price > kMost || one.start_price % one.instrument.tick != 0 ||
      one.start_price / one.instrument.tick <= std::int64_t{one.depth} + one.spread_ticks + 8) {
    return bad(where + ".start_price",
               "must be a multiple of the tick, more than depth + spread + 8 ticks, at most 10^15");
  }
  if (!lies_within(one.events_per_second, 1e-3, 1e7))
    return bad(where + ".events_per_second", "must be 0.001 to 10^7");
  const double steps_per_day = one.events_per_second * 86'400;
  if (!lies_within(one.volatility_per_sqrt_day, 0, 10) ||
      one.volatility_per_sqrt_day > 0.05 * std::sqrt(steps_per_day)) {
    return bad(where + ".volatility_per_sqrt_day", "must be 0 to 10, and at most 0.05 per step");
  }
  if (one.trade_percent > 100) return bad(where + ".trade_percent", "must be 0 to 100");
  if (one.trade_percent == 100 && (one.books || one.quotes)) {
    return bad(where + ".trade_percent",
               "must be under 100 where books or quotes are shown, which need updates");
  }
  if (!is_lots(one.trade_qty) ||
      static_cast<double>(one.trade_qty) * one.events_per_second > static_cast<double>(kMost)) {
    return bad(where + ".trade_qty",
               "must be a positive multiple of the lot, times events_per_second at most 10^15");
  }
  if (!is_lots(one.level_qty))
    return bad(where + ".level_qty", "must be a positive multiple of the lot, at most 10^15");
  const bool is_perpetual =
      one.instrument.kind == InstrumentKind::linear_perpetual || one.instrument.is_inverse();
  for (const DurationNs interval_ns : {one.mark_interval_ns, one.funding_interval_ns}) {
    if (interval_ns < 0 || interval_ns > kDay || (interval_ns > 0 && !is_perpetual)) {
      return bad(where + ".mark_interval_ns and .funding_interval_ns",
                 "must be 0, or for a perpetual at most a day");
    }
  }
  if (one.gap_denominator == 0 || one.gap_numerator > one.gap_denominator) {
    return bad(where + ".gap_numerator and .gap_denominator", "must be a ratio from 0 to 1");
  }
  if (one.snapshot_delay_ns <= 0 || one.snapshot_delay_ns > kDay) {
    return bad(where + ".snapshot_delay_ns", "must be above 0 and at most a day");
  }
  return Done{};
}

}  // namespace

Status validate(const SyntheticConfig& config) {
  if (config.instruments.empty()) return bad("instruments", "must not be empty");
  if (config.start_ts_ns < 0) return bad("start_ts_ns", "must not be before 1970");
  if (config.duration_ns < 0 || config.duration_ns > kEndOfTime - kDay - config.start_ts_ns) {
    return bad("duration_ns", "must be 0 or more, and end before 2262");
  }
  if (config.duration_ns == 0 && config.max_events == 0)
    return bad("duration_ns", "or max_events must say where the session ends");
  if (const Status latency = validate(config.latency); !latency) return latency.error();
  for (std::size_t i = 0; i < config.instruments.size(); ++i) {
    const Status one = validate(config.instruments[i], "instruments[" + std::to_string(i) + "]");
    if (!one) return one.error();
  }
  return Done{};
}

SyntheticSource::SyntheticSource(const SyntheticConfig& config)
    : config_(config),
      end_ts_ns_(config.duration_ns > 0 ? config.start_ts_ns + config.duration_ns : kEndOfTime - kDay) {
  const Status valid = validate(config);
  LOCKSTEP_CHECK(valid.ok(), valid.ok() ? "" : valid.error().text().c_str());
  std::size_t changes = 0;
  for (const SyntheticInstrument& one : config_.instruments) {
    instruments_.push_back(one.instrument);
    level_room_ = std::max(level_room_, 2 * std::size_t{one.depth});
    changes = std::max(changes, 2 * std::size_t{one.levels});
  }
  markets_.reserve(config_.instruments.size());
  latencies_.reserve(config_.instruments.size());
  events_.resize(kBatchEvents);
  levels_.resize(kBatchEvents * changes + level_room_);
  restart();
}

SyntheticSource::~SyntheticSource() = default;

void SyntheticSource::restart() {
  markets_.clear();
  latencies_.clear();
  LatencyModel model;
  model.kind = LatencyKind::lognormal;
  model.median_ns = config_.latency.median_ns;
  model.sigma = config_.latency.sigma;
  for (std::size_t i = 0; i < config_.instruments.size(); ++i) {
    const auto id = static_cast<InstrumentId>(i);
    markets_.emplace_back(config_.instruments[i], id, config_.seed, config_.start_ts_ns);
    latencies_.emplace_back(model, RandomStream(config_.seed, kFeedLatencyStream, id));
  }
  event_count_ = 0;
  batch_begin_ = 0;
  produced_ = 0;
  last_recv_ts_ns_ = INT64_MIN;
  ended_ = false;
}

void SyntheticSource::fill() {
  Emission out{events_.data(), levels_.data(), 0, 0};
  while (out.event_count + SyntheticMarket::kMostEvents <= kBatchEvents &&
         out.level_count + level_room_ <= levels_.size()) {
    SyntheticMarket* next = &markets_.front();
    for (SyntheticMarket& market : markets_) {
      if (market.next_ts_ns() < next->next_ts_ns()) next = &market;  // of equal times, the first in the list
    }
    if (next->next_ts_ns() >= end_ts_ns_) {
      ended_ = true;
      break;
    }
    const std::size_t first = out.event_count;
    next->step(out);
    for (std::size_t i = first; i < out.event_count; ++i) stamp(i);
  }
  event_count_ = out.event_count;
  if (config_.max_events > 0 && event_count_ >= config_.max_events - produced_) {
    event_count_ = static_cast<std::size_t>(config_.max_events - produced_);
    ended_ = true;
  }
  produced_ += event_count_;
}

void SyntheticSource::stamp(std::size_t i) {
  Event& event = events_[i];
  TimeNs recv_ts_ns = event.exch_ts_ns + config_.latency.constant_ns;
  if (config_.latency.median_ns > 0) recv_ts_ns = latencies_[event.instrument].arrival(recv_ts_ns);
  last_recv_ts_ns_ = std::max(last_recv_ts_ns_, recv_ts_ns);
  event.recv_ts_ns = last_recv_ts_ns_;
}

Result<Source::Pull> SyntheticSource::pull(Batch& out) {
  while (batch_begin_ == event_count_) {
    if (ended_) return Pull::end;
    batch_begin_ = 0;
    fill();
  }
  out.events = std::span<const Event>(events_).subspan(batch_begin_, event_count_ - batch_begin_);
  out.levels = levels_;
  batch_begin_ = event_count_;
  return Pull::events;
}

Status SyntheticSource::seek(std::uint64_t event_number) {
  restart();
  while (produced_ < event_number && !ended_) fill();
  if (produced_ < event_number) {
    return Error{
        ErrorCode::bad_input, "synthetic session",
        "has " + std::to_string(produced_) + " events; cannot go to number " + std::to_string(event_number)};
  }
  batch_begin_ = event_count_ - static_cast<std::size_t>(produced_ - event_number);
  return Done{};
}

SyntheticConfig demo_session(std::uint64_t seed) {
  SyntheticInstrument alpha;
  alpha.instrument.symbol = "ALPHA-PERP";
  alpha.instrument.venue = "synthetic";
  alpha.instrument.base = "ALPHA";
  alpha.instrument.quote = "USD";
  alpha.instrument.settle = "USD";
  alpha.instrument.kind = InstrumentKind::linear_perpetual;
  alpha.instrument.price_scale = 2;
  alpha.instrument.qty_scale = 3;
  alpha.instrument.tick = 2;
  alpha.start_price = 250'00;
  alpha.volatility_per_sqrt_day = 0.06;
  alpha.events_per_second = 70;
  alpha.trade_qty = 400;
  alpha.level_qty = 4'000;
  alpha.mark_interval_ns = kSecond;
  alpha.funding_interval_ns = kHour / 2;

  SyntheticInstrument beta;
  beta.instrument.symbol = "BETA-USD";
  beta.instrument.venue = "synthetic";
  beta.instrument.base = "BETA";
  beta.instrument.quote = "USD";
  beta.instrument.settle = "USD";
  beta.instrument.kind = InstrumentKind::spot;
  beta.instrument.price_scale = 4;
  beta.instrument.qty_scale = 2;
  beta.instrument.tick = 20;
  beta.start_price = 18'4000;
  beta.volatility_per_sqrt_day = 0.09;
  beta.events_per_second = 45;
  beta.trade_qty = 500;
  beta.level_qty = 6'000;

  SyntheticConfig config;
  config.seed = seed;
  config.start_ts_ns = 1'767'603'600 * kSecond;  // 2026-01-05T09:00:00Z
  config.duration_ns = kHour;
  config.latency = {2 * kMillisecond, kMillisecond, 0.5};
  config.instruments = {alpha, beta};
  return config;
}

}  // namespace lockstep::feeds
