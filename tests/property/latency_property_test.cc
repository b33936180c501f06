#include "engine/core/latency.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace lockstep {
namespace {

LatencyModel any_model() {
  const auto below = [](int bound) { return *rc::gen::inRange(0, bound); };
  LatencyModel model;
  model.kind = static_cast<LatencyKind>(below(6));
  model.median_ns = below(2'000'000);
  model.sigma = below(500) / 100.0;
  model.minimum_ns = below(2) * below(3'000'000);
  model.low_ns = below(1'000'000);
  model.high_ns = model.low_ns + below(1'000'000);
  model.shape = 0.01 + below(500) / 100.0;
  model.scale_ns = below(1'000'000);
  const int samples = 1 + below(20);
  for (int i = 0; i < samples; ++i) model.samples_ns.push_back(below(5'000'000));
  std::sort(model.samples_ns.begin(), model.samples_ns.end());
  model.bursty = {{below(1'000'000), 0.5}, {below(9'000'000), 1.0}, kMillisecond, kMillisecond};
  model.rate = {below(3) / 2.0, 1'000, kMillisecond + below(1'000'000), static_cast<RateOf>(below(2))};
  return model;
}

std::vector<DurationNs> any_gaps() {
  return *rc::gen::container<std::vector<DurationNs>>(rc::gen::inRange<DurationNs>(-1'000, 3'000'000));
}

RC_GTEST_PROP(Latency, arrivals_never_go_back_and_never_come_before_sending_and_the_minimum, ()) {
  const LatencyModel model = any_model();
  RC_ASSERT(validate(model).ok());
  Latency latency(model, RandomStream(*rc::gen::arbitrary<std::uint64_t>(), 1, 0));
  TimeNs last_ns = INT64_MIN;
  TimeNs sent_ns = 0;
  for (const DurationNs gap_ns : any_gaps()) {
    sent_ns += gap_ns;
    latency.see(sent_ns);
    const TimeNs arrival_ns = latency.arrival(sent_ns);
    RC_ASSERT(arrival_ns >= last_ns);
    RC_ASSERT(arrival_ns >= sent_ns + model.minimum_ns);
    if (model.kind == LatencyKind::uniform) RC_ASSERT(arrival_ns >= sent_ns + model.low_ns);
    if (model.kind == LatencyKind::empirical) RC_ASSERT(arrival_ns >= sent_ns + model.samples_ns.front());
    last_ns = arrival_ns;
  }
}

RC_GTEST_PROP(Latency, a_restored_one_goes_on_as_the_old_one, ()) {
  const LatencyModel model = any_model();
  Latency latency(model, RandomStream(7, 1, 0));
  TimeNs sent_ns = 0;
  for (const DurationNs gap_ns : any_gaps()) {
    latency.see(sent_ns += gap_ns);
    latency.arrival(sent_ns);
  }
  StateVisitor saving = StateVisitor::saving();
  latency.visit(saving);
  const std::vector<std::uint8_t> bytes = saving.take();
  Latency restored(model, RandomStream(7, 1, 0));
  StateVisitor loading = StateVisitor::loading(bytes);
  restored.visit(loading);
  RC_ASSERT(loading.complete());
  for (const DurationNs gap_ns : any_gaps()) {
    sent_ns += gap_ns;
    RC_ASSERT(restored.arrival(sent_ns) == latency.arrival(sent_ns));
  }
}

}  // namespace
}  // namespace lockstep
