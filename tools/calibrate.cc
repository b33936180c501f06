// `lockstep calibrate`: what a recording says of queues, impact and latency, as a fragment of a scenario; and
// how far each queue model is from the truth.
#include "scenarios/calibration.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "scenarios/queue_comparison.h"
#include "tools/json_writer.h"
#include "tools/terminal.h"
#include "tools/verb.h"

namespace lockstep::tools {
namespace {

namespace po = boost::program_options;
using scenarios::ModelComparison;
using sim::QueueModel;
using sim::QueueModelKind;

po::options_description options() {
  po::options_description list;
  list.add_options()("recording", po::value<std::string>()->required(), "a recording")(
      "out", po::value<std::string>(), "write the fragment to this file instead of standard output")(
      "window", po::value<std::string>()->default_value("10s"), "length of the windows of impact")(
      "seed", po::value<std::uint64_t>()->default_value(1), "of the resampling, and of the virtual orders")(
      "compare-models", po::bool_switch(),
      "place virtual orders at the touch and measure the error of each queue model")(
      "gap", po::value<std::string>()->default_value("2s"),
      "with --compare-models: mean time between the virtual orders of one of eight slots")(
      "patience", po::value<std::string>()->default_value("1m"),
      "with --compare-models: how long a virtual order waits; also at a sixth and a sixtieth of it")(
      "json", po::bool_switch(), "print the estimates as JSON");
  return list;
}

void write_estimate(JsonWriter& json, std::string_view name, const sim::Estimate& estimate) {
  json.key(name).begin_object().key("value").number(estimate.value);
  json.key("low").number(estimate.interval.low).key("high").number(estimate.interval.high).end_object();
}

std::string json_of(const scenarios::Calibration& calibration) {
  JsonWriter json;
  json.begin_object().key("latency").begin_object();
  const scenarios::LatencyEstimates& latency = calibration.latency;
  json.key("count").integer(latency.count).key("negative").integer(latency.negative);
  json.key("minimum_ns").number(latency.minimum_ns).key("p99_ns").number(latency.p99_ns);
  write_estimate(json, "median_ns", latency.median_ns);
  write_estimate(json, "sigma", latency.sigma);
  json.end_object().key("instruments").begin_array();
  for (const scenarios::InstrumentCalibration& one : calibration.instruments) {
    json.begin_object().pair("symbol", one.instrument.symbol).key("queue");
    if (one.has_orders) {
      json.begin_object().key("cancellations").integer(one.queue.cancellations);
      write_estimate(json, "power", one.queue.power);
      write_estimate(json, "power_behind", one.queue.power_behind);
      write_estimate(json, "power_ahead", one.queue.power_ahead);
      json.key("chances").begin_array();
      for (const sim::Estimate& chance : one.queue.chances) {
        json.begin_object().key("value").number(chance.value);
        json.key("low").number(chance.interval.low).key("high").number(chance.interval.high).end_object();
      }
      json.end_array().end_object();
    } else {
      json.null();
    }
    json.key("impact").begin_object().key("windows").integer(one.impact.windows);
    json.key("reference_qty").number(one.impact.reference_qty);
    write_estimate(json, "square_root", one.impact.square_root);
    write_estimate(json, "linear", one.impact.linear);
    write_estimate(json, "left_after_window", one.impact.left_after_window);
    json.end_object().end_object();
  }
  return json.end_array().end_object().take();
}

std::string json_of(const std::vector<ModelComparison>& comparisons) {
  JsonWriter json;
  json.begin_array();
  for (const ModelComparison& one : comparisons) {
    json.begin_object().pair("symbol", one.symbol).key("orders").integer(one.orders);
    json.key("filled").integer(one.filled).key("models").begin_array();
    for (const scenarios::ModelError& model : one.models) {
      json.begin_object().pair("model", model.name).key("within").begin_array();
      for (const scenarios::Confusion& c : model.within) {
        json.begin_object().key("both").integer(c.both).key("only_model").integer(c.only_model);
        json.key("only_truth").integer(c.only_truth).key("neither").integer(c.neither).end_object();
      }
      json.end_array().key("both_filled").integer(model.both_filled);
      json.key("median_error_ms")
          .number(model.median_error_ms)
          .key("p90_error_ms")
          .number(model.p90_error_ms);
      json.key("position_bias").number(model.position_bias);
      json.key("position_rmse").number(model.position_rmse);
      json.key("position_samples").integer(model.position_samples).end_object();
    }
    json.end_array().end_object();
  }
  return json.end_array().take();
}

void print_comparison(const ModelComparison& one, const scenarios::ComparisonSetup& setup) {
  fmt::print("{}: {} virtual orders at the touch, {} of them filled in truth within {}\n\n", one.symbol,
             with_commas(one.orders), with_commas(one.filled), format_duration(setup.patience_ns));
  fmt::print("| model | fill time error, median ms | 90% ms |");
  for (const DurationNs horizon : setup.horizons_ns)
    fmt::print(" within {}: right / only model / only truth |", format_duration(horizon));
  fmt::print(" place bias | place RMSE |\n|---|---|---|");
  for (std::size_t i = 0; i < setup.horizons_ns.size(); ++i) fmt::print("---|");
  fmt::print("---|---|\n");
  for (const scenarios::ModelError& model : one.models) {
    fmt::print("| {} | {:.1f} | {:.1f} |", model.name, model.median_error_ms, model.p90_error_ms);
    for (const scenarios::Confusion& c : model.within) {
      const auto all = static_cast<double>(c.both + c.only_model + c.only_truth + c.neither);
      fmt::print(" {:.1f}% / {:.1f}% / {:.1f}% |", 100 * static_cast<double>(c.both + c.neither) / all,
                 100 * static_cast<double>(c.only_model) / all,
                 100 * static_cast<double>(c.only_truth) / all);
    }
    fmt::print(" {:+.3f} | {:.3f} |\n", model.position_bias, model.position_rmse);
  }
  fmt::print("\n");
}

QueueModel model_of(QueueModelKind kind, double exponent, Qty unit) {
  QueueModel model;
  model.kind = kind;
  model.exponent = exponent;
  model.unit_qty = unit;
  return model;
}

// Every kind there is, at common exponents and at those that fit the recording best.
std::vector<std::pair<std::string, QueueModel>> models_for(const scenarios::Calibration& calibration) {
  const auto with_orders = std::find_if(calibration.instruments.begin(), calibration.instruments.end(),
                                        [](const auto& one) { return one.has_orders; });
  Qty lot = 1;
  if (with_orders != calibration.instruments.end()) lot = std::max<Qty>(1, with_orders->instrument.lot);
  std::vector<std::pair<std::string, QueueModel>> out = {
      {"pessimistic", model_of(QueueModelKind::pessimistic, 1, lot)},
      {"proportional", model_of(QueueModelKind::proportional, 1, lot)},
      {"power n=1", model_of(QueueModelKind::power, 1, lot)},
      {"power n=2", model_of(QueueModelKind::power, 2, lot)},
      {"power n=3", model_of(QueueModelKind::power, 3, lot)},
      {"power_behind n=2", model_of(QueueModelKind::power_behind, 2, lot)},
      {"power_ahead n=2", model_of(QueueModelKind::power_ahead, 2, lot)},
      {"log", model_of(QueueModelKind::log, 1, lot)},
      {"log_behind", model_of(QueueModelKind::log_behind, 1, lot)},
  };
  if (with_orders == calibration.instruments.end()) return out;
  const sim::QueueEstimates& queue = with_orders->queue;
  const double best = queue.power.value;
  if (best >= 0.05 && best <= 20)
    out.emplace_back(fmt::format("power n={:.2f} (fitted)", best),
                     model_of(QueueModelKind::power, best, lot));
  QueueModel fitted = model_of(QueueModelKind::fitted, 1, lot);
  bool is_known = true;
  for (std::size_t i = 0; i < QueueModel::kPlaces; ++i) {
    fitted.chances[i] = queue.chances[i].value;
    is_known = is_known && fitted.chances[i] >= 0 && fitted.chances[i] <= 1;
  }
  if (is_known) out.emplace_back("fitted", fitted);
  return out;
}

int run(const OptionValues& values, std::span<const StrategyFactory>) {
  const std::string recording = text_of(values, "recording");
  scenarios::CalibrationSetup setup;
  setup.seed = values["seed"].as<std::uint64_t>();
  const Result<DurationNs> window = parse_duration(text_of(values, "window"));
  if (!window || *window <= 0) return fail_usage("calibrate", "--window takes a duration such as 10s");
  setup.window_ns = *window;
  const auto read = [&](const char* what, auto work) {
    ProgressLine line(what);
    return work([&](std::uint64_t events, double fraction) { line.update(events, fraction); });
  };
  const Result<scenarios::Calibration> calibration =
      read("calibrate", [&](const auto& progress) { return calibrate(recording, setup, progress); });
  if (!calibration) return fail(calibration.error());
  if (is_set(values, "compare-models")) {
    scenarios::ComparisonSetup comparison;
    comparison.seed = setup.seed;
    const Result<DurationNs> gap = parse_duration(text_of(values, "gap"));
    const Result<DurationNs> patience = parse_duration(text_of(values, "patience"));
    if (!gap || !patience || *gap <= 0 || *patience < 60)
      return fail_usage("calibrate", "--gap and --patience take durations such as 2s and 1m");
    comparison.mean_gap_ns = *gap;
    comparison.patience_ns = *patience;
    comparison.horizons_ns = {*patience / 60, *patience / 6, *patience};
    const auto result = read("compare", [&](const auto& progress) {
      return compare_queue_models(recording, models_for(*calibration), comparison, progress);
    });
    if (!result) return fail(result.error());
    if (is_set(values, "json")) {
      fmt::print("{}\n", json_of(*result));
    } else {
      for (const ModelComparison& one : *result) print_comparison(one, comparison);
    }
    return kExitOk;
  }
  if (is_set(values, "json")) {
    fmt::print("{}\n", json_of(*calibration));
    return kExitOk;
  }
  const std::string fragment =
      scenario_fragment(*calibration, std::filesystem::path(recording).filename().string());
  const std::string out = text_of(values, "out");
  if (out.empty()) {
    fmt::print("{}", fragment);
    return kExitOk;
  }
  if (const Status kept = keep_inputs(out, {recording}); !kept) return fail(kept.error());
  std::ofstream file(out, std::ios::binary);
  file << fragment;
  if (!file.flush()) return fail({ErrorCode::io, out, "cannot be written"});
  fmt::print("{}\n", out);
  return kExitOk;
}

}  // namespace

Verb calibrate_verb() {
  return {"calibrate",
          "RECORDING.lsr [--out FILE] [--compare-models]",
          "estimate queue, impact and latency parameters from a recording",
          "calibrate amzn.lsr --out fills.toml",
          options,
          "recording",
          1,
          run};
}

}  // namespace lockstep::tools
