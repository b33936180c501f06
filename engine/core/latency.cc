#include "engine/core/latency.h"

#include <algorithm>
#include <string>

#include "engine/core/math.h"

namespace lockstep {
namespace {

constexpr double kLn2 = 0x1.62e42fefa39efp-1;

Error bad(const std::string& what) {
  return {ErrorCode::bad_input, "latency", what};
}

// Also false for a NaN.
bool lies_within(double value, double least, double most) {
  return value >= least && value <= most;
}

Status within(const char* name, DurationNs value_ns, DurationNs least_ns, DurationNs most_ns) {
  if (value_ns >= least_ns && value_ns <= most_ns) return Done{};
  return bad(std::string(name) + " must lie between " + format_duration(least_ns) + " and " +
             format_duration(most_ns) + ", found " + format_duration(value_ns));
}

Status validate_bursty(const BurstyDelay& bursty) {
  for (const LognormalDelay* delay : {&bursty.calm, &bursty.burst}) {
    const std::string name = delay == &bursty.calm ? "calm" : "burst";
    if (Status valid = within((name + ".median").c_str(), delay->median_ns, 0, kHour); !valid) return valid;
    if (!lies_within(delay->sigma, 0, 5)) return bad(name + ".sigma must lie between 0 and 5");
  }
  constexpr DurationNs kMost = 30 * kDay;
  if (Status valid = within("calm_duration", bursty.calm_duration_ns, kMicrosecond, kMost); !valid)
    return valid;
  return within("burst_duration", bursty.burst_duration_ns, kMicrosecond, kMost);
}

Status validate_samples(const std::vector<DurationNs>& samples_ns) {
  if (samples_ns.empty() || samples_ns.size() > LatencyModel::kMostSamples) {
    return bad("samples must be 1 to 65536 durations, found " + std::to_string(samples_ns.size()) +
               "; of more, give evenly spaced quantiles");
  }
  if (!std::is_sorted(samples_ns.begin(), samples_ns.end())) return bad("samples must be in ascending order");
  for (const DurationNs end_ns : {samples_ns.front(), samples_ns.back()}) {
    if (Status valid = within("samples", end_ns, 0, kHour); !valid) return valid;
  }
  return Done{};
}

Status validate_rate(const RateEffect& rate) {
  if (!lies_within(rate.factor, 0, 1'000)) return bad("rate.factor must lie between 0 and 1000");
  if (!lies_within(rate.reference_per_second, 1e-9, 1e9))
    return bad("rate.reference must lie above 0 and not above 10^9 messages per second");
  return within("rate.half_life", rate.half_life_ns, kMicrosecond, kDay);
}

// a - b, at least 0, without leaving the range.
DurationNs since(TimeNs later_ns, TimeNs earlier_ns) {
  DurationNs passed_ns = 0;
  if (__builtin_sub_overflow(later_ns, earlier_ns, &passed_ns)) return later_ns > earlier_ns ? INT64_MAX : 0;
  return std::max<DurationNs>(passed_ns, 0);
}

}  // namespace

Status validate(const LatencyModel& model) {
  if (Status valid = within("minimum", model.minimum_ns, 0, kHour); !valid) return valid;
  if (Status valid = validate_rate(model.rate); !valid) return valid;
  switch (model.kind) {
    case LatencyKind::constant:
    case LatencyKind::lognormal:
      if (Status valid = within("median", model.median_ns, 0, kHour); !valid) return valid;
      if (!lies_within(model.sigma, 0, 5)) return bad("sigma must lie between 0 and 5");
      return Done{};
    case LatencyKind::uniform:
      if (Status valid = within("high", model.high_ns, 0, kHour); !valid) return valid;
      return within("low", model.low_ns, 0, model.high_ns);
    case LatencyKind::gamma:
      if (!lies_within(model.shape, 0.01, 1e6)) return bad("shape must lie between 0.01 and 10^6");
      return within("scale", model.scale_ns, 0, kHour);
    case LatencyKind::empirical: return validate_samples(model.samples_ns);
    case LatencyKind::bursty: return validate_bursty(model.bursty);
  }
  return bad("is of no known kind");
}

TimeNs Latency::arrival(TimeNs sent_ns) {
  const DurationNs delay_ns = draw(sent_ns);
  const TimeNs arrival_ns = sent_ns > kEndOfTime - delay_ns ? kEndOfTime : sent_ns + delay_ns;
  return last_arrival_ns_ = std::max(arrival_ns, last_arrival_ns_);
}

DurationNs Latency::draw(TimeNs sent_ns) {
  double delay_ns = base_ns(sent_ns);
  if (model_.rate.factor > 0) {
    const double half_life_s = static_cast<double>(model_.rate.half_life_ns) * 1e-9;
    const double rate_per_second = decayed(sent_ns) * kLn2 / half_life_s;
    delay_ns *= 1 + model_.rate.factor * (rate_per_second / model_.rate.reference_per_second);
    if (model_.rate.of == RateOf::carried) count(sent_ns);
  }
  // At most e^(5 x 8.3) hours and more, far inside a double, but not inside 64 bits of nanoseconds.
  const auto whole_ns = delay_ns < static_cast<double>(kDay) ? static_cast<DurationNs>(delay_ns) : kDay;
  return std::max(whole_ns, model_.minimum_ns);
}

double Latency::base_ns(TimeNs sent_ns) {
  const auto lognormal = [this](DurationNs median_ns, double sigma) {
    return static_cast<double>(median_ns) * math::exp(sigma * random_.normal());
  };
  switch (model_.kind) {
    case LatencyKind::constant: return static_cast<double>(model_.median_ns);
    case LatencyKind::lognormal: return lognormal(model_.median_ns, model_.sigma);
    case LatencyKind::uniform: return static_cast<double>(random_.uniform_int(model_.low_ns, model_.high_ns));
    case LatencyKind::gamma: return random_.gamma(model_.shape, static_cast<double>(model_.scale_ns));
    case LatencyKind::empirical: return static_cast<double>(quantile(random_.next_u64()));
    case LatencyKind::bursty: {
      const LognormalDelay& delay = is_burst_at(sent_ns) ? model_.bursty.burst : model_.bursty.calm;
      return lognormal(delay.median_ns, delay.sigma);
    }
  }
  return 0;
}

// The chain is looked at only when something is sent, so it is drawn only then, from its transition
// probability: P(burst at t) = p + (P(burst at 0) - p) exp(-(1/calm + 1/burst) t), p the stationary share.
bool Latency::is_burst_at(TimeNs sent_ns) {
  const auto calm_ns = static_cast<double>(model_.bursty.calm_duration_ns);
  const auto burst_ns = static_cast<double>(model_.bursty.burst_duration_ns);
  double probability = burst_ns / (calm_ns + burst_ns);
  if (burst_ts_ns_ != INT64_MIN) {
    const auto passed_ns = static_cast<double>(since(sent_ns, burst_ts_ns_));
    const double memory = math::exp(-(1 / calm_ns + 1 / burst_ns) * passed_ns);
    probability += ((is_burst_ ? 1.0 : 0.0) - probability) * memory;
  }
  is_burst_ = random_.uniform01() < probability;
  burst_ts_ns_ = std::max(sent_ns, burst_ts_ns_);
  return is_burst_;
}

// The quantile at position / 2^64.
DurationNs Latency::quantile(std::uint64_t position) const {
  __extension__ typedef unsigned __int128 Wide;
  const std::vector<DurationNs>& samples_ns = model_.samples_ns;
  const Wide at = Wide{position} * (samples_ns.size() - 1);
  const auto index = static_cast<std::size_t>(at >> 64U);
  if (index + 1 >= samples_ns.size()) return samples_ns.back();
  const auto step_ns = static_cast<std::uint64_t>(samples_ns[index + 1] - samples_ns[index]);
  // The step and one, so that both ends of it are drawn.
  const auto part_ns = static_cast<DurationNs>((Wide{static_cast<std::uint64_t>(at)} * (step_ns + 1)) >> 64U);
  return samples_ns[index] + part_ns;
}

double Latency::decayed(TimeNs ts_ns) const {
  if (messages_ == 0) return 0;
  const auto age_ns = static_cast<double>(since(ts_ns, counted_ts_ns_));
  return messages_ * math::exp(-kLn2 * age_ns / static_cast<double>(model_.rate.half_life_ns));
}

void Latency::count(TimeNs ts_ns) {
  messages_ = decayed(ts_ns) + 1;
  counted_ts_ns_ = std::max(ts_ns, counted_ts_ns_);
}

void Latency::visit(StateVisitor& visitor) {
  std::uint64_t counter = random_.counter();
  visitor.field(counter);
  visitor.field(last_arrival_ns_);
  if (model_.kind == LatencyKind::bursty) {
    visitor.field(burst_ts_ns_);
    visitor.field(is_burst_);
  }
  if (model_.rate.factor > 0) {
    visitor.field(counted_ts_ns_);
    visitor.field(messages_);
  }
  if (!visitor.is_loading()) return;
  if (counter > RandomStream::kMaxCounter || !lies_within(messages_, 0, 1e18)) {
    visitor.fail();
  } else {
    random_.seek(counter);
  }
}

}  // namespace lockstep
