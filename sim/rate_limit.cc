#include "sim/rate_limit.h"

#include <algorithm>
#include <string>

namespace lockstep::sim {
namespace {

constexpr std::uint32_t kMostCount = 100'000;

// Division that rounds down, before 1970 too.
std::int64_t window_of(TimeNs ts_ns, DurationNs per_ns) {
  return ts_ns / per_ns - (ts_ns % per_ns < 0 ? 1 : 0);
}

}  // namespace

std::uint32_t InstructionWeights::of(Kind kind) const {
  switch (kind) {
    case Kind::submit: return submit;
    case Kind::cancel: return cancel;
    case Kind::replace: return replace;
    case Kind::cancel_all: return cancel_all;
    case Kind::mass_quote: return mass_quote;
    default: break;
  }
  LOCKSTEP_CHECK(false, "only an instruction has a weight");
  return 0;
}

Status validate(const RateLimit& limit) {
  const auto bad = [](const std::string& what) { return Error{ErrorCode::bad_input, "rate limit", what}; };
  if (limit.count < 1 || limit.count > kMostCount)
    return bad("count must lie between 1 and 100000, found " + std::to_string(limit.count));
  if (limit.per_ns < kMicrosecond || limit.per_ns > kDay)
    return bad("per must lie between 1us and 1d, found " + format_duration(limit.per_ns));
  const InstructionWeights& weights = limit.weights;
  for (const std::uint32_t weight :
       {weights.submit, weights.cancel, weights.replace, weights.cancel_all, weights.mass_quote}) {
    if (weight > limit.count) {
      return bad("a weight of " + std::to_string(weight) + " is above count, which is " +
                 std::to_string(limit.count) + ": such an instruction could never be sent");
    }
  }
  return Done{};
}

RateMeter::RateMeter(const RateLimit& limit) : limit_(limit) {
  LOCKSTEP_CHECK(validate(limit).ok(), "a rate limit is valid");
  tokens_ = Int128{limit.count} * limit.per_ns;
  if (limit.window == RateWindow::sliding) sent_.reserve(limit.count);
}

// Everything that time alone changes.
void RateMeter::pass(TimeNs ts_ns) {
  if (now_ns_ == INT64_MIN) now_ns_ = ts_ns;
  const TimeNs now_ns = std::max(ts_ns, now_ns_);
  switch (limit_.window) {
    case RateWindow::sliding:
      while (!sent_.empty() && sent_.front().ts_ns <= now_ns - limit_.per_ns) {
        used_ -= sent_.front().weight;
        sent_.pop();
      }
      break;
    case RateWindow::fixed:
      if (window_of(now_ns, limit_.per_ns) != window_of(now_ns_, limit_.per_ns)) used_ = 0;
      break;
    case RateWindow::bucket:
      tokens_ = std::min(tokens_ + Int128{limit_.count} * (Int128{now_ns} - now_ns_),
                         Int128{limit_.count} * limit_.per_ns);
      break;
  }
  now_ns_ = now_ns;
}

bool RateMeter::admits(Kind kind, TimeNs ts_ns) {
  pass(ts_ns);
  const std::uint32_t weight = limit_.weights.of(kind);
  if (limit_.window == RateWindow::bucket) return tokens_ >= Int128{weight} * limit_.per_ns;
  return used_ + weight <= limit_.count;
}

void RateMeter::count(Kind kind, TimeNs ts_ns) {
  LOCKSTEP_CHECK(admits(kind, ts_ns), "what is counted was admitted");
  const std::uint32_t weight = limit_.weights.of(kind);
  if (weight == 0) return;
  if (limit_.window == RateWindow::bucket) {
    tokens_ -= Int128{weight} * limit_.per_ns;
    return;
  }
  used_ += weight;
  if (limit_.window != RateWindow::sliding) return;
  if (!sent_.empty() && sent_.back().ts_ns == now_ns_) {
    sent_.back().weight += weight;
  } else {
    sent_.push({now_ns_, weight});
  }
}

void RateMeter::visit(StateVisitor& visitor) {
  visitor.field(now_ns_);
  visitor.field(used_);
  visitor.field(tokens_);
  sent_.visit(visitor, [&](Sent& sent) {
    visitor.field(sent.ts_ns);
    visitor.field(sent.weight);
  });
}

}  // namespace lockstep::sim
