// How far each queue model is from the truth on a made order-by-order session with long queues, and how long
// following eight virtual orders takes. The counters are the result; sim/QUEUE_MODELS.md has them as
// measured.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>

#include "scenarios/queue_comparison.h"
#include "tests/bench/bench_data.h"
#include "tests/support/order_flow.h"

namespace lockstep::bench {
namespace {

[[noreturn]] void stop(const Error& error) {
  std::fprintf(stderr, "bench: %s\n", error.text().c_str());
  std::exit(1);
}

const std::string& orders_recording() {
  static const std::string path = [] {
    const std::string made = scratch_folder() + "/orders.lsr";
    if (const Status written = test::OrderFlowMaker({}).write(made); !written) stop(written.error());
    return made;
  }();
  return path;
}

void queue_model_error(benchmark::State& state) {
  sim::QueueModel model;
  model.kind = static_cast<sim::QueueModelKind>(state.range(0));
  model.exponent = 2;
  const std::string name(sim::kQueueModelNames[static_cast<std::size_t>(state.range(0))]);
  const std::string& recording = orders_recording();
  for (auto _ : state) {
    const auto result = scenarios::compare_queue_models(recording, {{name, model}}, {}, {});
    if (!result) stop(result.error());
    const scenarios::ModelComparison& one = result->at(0);
    const scenarios::ModelError& error = one.models[0];
    const scenarios::Confusion& last = error.within.back();
    const auto orders = static_cast<double>(last.both + last.neither + last.only_model + last.only_truth);
    state.counters["orders"] = static_cast<double>(one.orders);
    state.counters["filled"] = static_cast<double>(one.filled);
    state.counters["median_ms"] = error.median_error_ms;
    state.counters["p90_ms"] = error.p90_error_ms;
    state.counters["only_model_%"] = 100 * static_cast<double>(last.only_model) / orders;
    state.counters["only_truth_%"] = 100 * static_cast<double>(last.only_truth) / orders;
    state.counters["bias"] = error.position_bias;
    state.counters["rmse"] = error.position_rmse;
  }
  state.SetLabel(name);
}

BENCHMARK(queue_model_error)->DenseRange(0, 6)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lockstep::bench
