#include "sim/latency.h"

#include "engine/core/math.h"

namespace lockstep::sim {

Status validate(const LatencyModel& model) {
  const auto bad = [](const std::string& what) { return Error{ErrorCode::bad_input, "latency", what}; };
  if (model.median_ns < 0 || model.median_ns > kHour) {
    return bad("must lie between 0 and 1h, found " + format_duration(model.median_ns));
  }
  if (model.minimum_ns < 0 || model.minimum_ns > kHour) {
    return bad("its minimum must lie between 0 and 1h, found " + format_duration(model.minimum_ns));
  }
  if (!(model.sigma >= 0 && model.sigma <= 5)) return bad("sigma must lie between 0 and 5");
  return Done{};
}

DurationNs Latency::draw() {
  if (model_.kind == LatencyKind::constant) return std::max(model_.median_ns, model_.minimum_ns);
  // At most e^(5 x 8.3) hours, far inside a double, but not inside 64 bits of nanoseconds.
  const double delay_ns = static_cast<double>(model_.median_ns) * math::exp(model_.sigma * random_.normal());
  const auto whole_ns = delay_ns < static_cast<double>(kDay) ? static_cast<DurationNs>(delay_ns) : kDay;
  return std::max(whole_ns, model_.minimum_ns);
}

void Latency::visit(StateVisitor& visitor) {
  std::uint64_t counter = random_.counter();
  visitor.field(counter);
  visitor.field(last_arrival_ns_);
  if (visitor.is_loading() && counter <= RandomStream::kMaxCounter) random_.seek(counter);
}

}  // namespace lockstep::sim
