#include "scenarios/calibration.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "engine/book/books.h"
#include "engine/core/decimal.h"
#include "engine/metrics/duration_histogram.h"
#include "recordings/log_reader.h"

namespace lockstep::scenarios {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

class Latencies {
 public:
  void add(DurationNs latency_ns) {
    if (latency_ns < 0) {
      ++negative_;
      return;
    }
    minimum_ns_ = histogram_.count() == 0 ? latency_ns : std::min(minimum_ns_, latency_ns);
    histogram_.add(latency_ns);
  }

  [[nodiscard]] LatencyEstimates estimates() const {
    LatencyEstimates out;
    out.count = histogram_.count();
    out.negative = negative_;
    if (out.count < 2) {
      out.minimum_ns = out.p99_ns = kNone;
      out.median_ns = out.sigma = {kNone, {kNone, kNone}};
      return out;
    }
    const auto count = static_cast<double>(out.count);
    out.minimum_ns = static_cast<double>(minimum_ns_);
    out.p99_ns = histogram_.quantile_ns(990);
    // Ranks 1.96 standard deviations of a binomial apart: sqrt(n)/2 for the median.
    const int spread = std::min(499, static_cast<int>(std::ceil(1000 * 1.96 * 0.5 / std::sqrt(count))));
    const double median = histogram_.quantile_ns(500);
    out.median_ns = {median, {histogram_.quantile_ns(500 - spread), histogram_.quantile_ns(500 + spread)}};
    const double high = histogram_.quantile_ns(841);
    const double sigma = median > 0 ? std::log(high / median) : kNone;
    // Var(sigma) for normal logs: sigma^2 / n x (V(q84) + V(q50) - 2 Cov), V(p) = p (1 - p) / pdf(z_p)^2.
    constexpr double kVariance =
        0.1337 / (0.2420 * 0.2420) + 0.25 / (0.3989 * 0.3989) - 2 * (0.5 * 0.1587) / (0.2420 * 0.3989);
    const double error = 1.96 * sigma * std::sqrt(kVariance / count);
    out.sigma = {sigma, {sigma - error, sigma + error}};
    return out;
  }

 private:
  DurationHistogram histogram_;
  DurationNs minimum_ns_ = 0;
  std::uint64_t negative_ = 0;
};

struct OfInstrument {
  explicit OfInstrument(DurationNs window_ns) : impact(window_ns) {}
  sim::QueueCalibration queue;
  sim::ImpactCalibration impact;
  bool has_orders = false;
};

std::string interval(const sim::Estimate& estimate, int digits) {
  return fmt::format("95%: {:.{}g} to {:.{}g}", estimate.interval.low, digits, estimate.interval.high,
                     digits);
}

// How long an exponential kernel takes to fall to 1/e, from what is left after a window; nothing where no
// decay was seen.
double decay_seconds(const sim::ImpactEstimates& impact, DurationNs window_ns) {
  const double left = impact.left_after_window.value;
  if (!(left > 0.001 && left < 0.999)) return kNone;
  return static_cast<double>(window_ns) / 1e9 / -std::log(left);
}

void append_queue(std::string& out, const sim::QueueEstimates& queue, const std::string& table) {
  out += fmt::format(
      "\n# From {} cancellations at the touch. Mean log-likelihood: power {:.4f}, power_behind "
      "{:.4f}, power_ahead {:.4f}.\n",
      queue.cancellations, queue.power_likelihood, queue.power_behind_likelihood,
      queue.power_ahead_likelihood);
  out += fmt::format(
      "# queue_model = \"exact\" is the truth on this feed; this is for feeds of levels.\n"
      "# power: queue_exponent {:.4g}, {}; power_behind: {:.4g}, {}; power_ahead: {:.4g}, {}\n",
      queue.power.value, interval(queue.power, 4), queue.power_behind.value, interval(queue.power_behind, 4),
      queue.power_ahead.value, interval(queue.power_ahead, 4));
  out += fmt::format("{}.fills]\nqueue_model = \"fitted\"\n{}.fills.queue_chances]\n", table, table);
  for (std::size_t i = 0; i < sim::QueueModel::kPlaces; ++i) {
    out += fmt::format("at_{:02} = {:.4f}  # {}\n", 10 * i + 5, queue.chances[i].value,
                       interval(queue.chances[i], 3));
  }
}

}  // namespace

Result<Calibration> calibrate(const std::string& recording_path, const CalibrationSetup& setup,
                              const std::function<void(std::uint64_t, double)>& progress) {
  auto reader = recordings::LogReader::open(recording_path);
  if (!reader) return reader.error();
  const std::vector<Instrument> instruments((*reader)->instruments().begin(), (*reader)->instruments().end());
  Books books(instruments.size());
  std::vector<std::unique_ptr<OfInstrument>> parts(instruments.size());
  Latencies latencies;
  std::uint64_t events = 0;
  for (Batch batch;;) {
    const Result<Source::Pull> pulled = (*reader)->pull(batch);
    if (!pulled) return pulled.error();
    if (*pulled == Source::Pull::end) break;
    for (const Event& event : batch.events) {
      if (!is_market(event.kind)) continue;
      if (const auto latency_ns = latency_of(event)) latencies.add(*latency_ns);
      if (event.kind == Kind::flow || event.kind == Kind::definition) continue;
      if (event.instrument >= instruments.size()) {
        if (event.kind == Kind::gap) books.apply(event, batch.levels);
        continue;
      }
      auto& part = parts[event.instrument];
      if (part == nullptr) part = std::make_unique<OfInstrument>(setup.window_ns);
      const TimeNs ts_ns = event.exch_ts_ns == kNoTime ? event.recv_ts_ns : event.exch_ts_ns;
      std::optional<Event> trade;
      if (event.kind == Kind::trade) trade = event;
      if (event.kind == Kind::order_action) trade = trade_of(event);
      if (trade) part->impact.see_trade(ts_ns, static_cast<Side>(trade->detail), trade->as<Trade>().qty);
      if (event.kind == Kind::order_action) {
        part->has_orders = true;
        part->queue.see(event, books[event.instrument]);
      }
      books.apply(event, batch.levels);
      const Price mid = books[event.instrument].mid_times_two();
      if (mid != kNoPrice) part->impact.see_mid(ts_ns, mid);
    }
    events += batch.events.size();
    if (progress)
      progress(events,
               static_cast<double>((*reader)->position()) / static_cast<double>((*reader)->file_size()));
  }
  Calibration out;
  out.window_ns = setup.window_ns;
  out.latency = latencies.estimates();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == nullptr) continue;
    InstrumentCalibration one;
    one.instrument = instruments[i];
    one.has_orders = parts[i]->has_orders;
    one.queue = parts[i]->queue.estimates(setup.seed);
    one.impact = parts[i]->impact.estimates(setup.seed);
    out.instruments.push_back(std::move(one));
  }
  return out;
}

std::string scenario_fragment(const Calibration& calibration, const std::string& recording_name) {
  std::string out = fmt::format(
      "# Estimated from {} by `lockstep calibrate`; intervals by resampling blocks.\n", recording_name);
  const LatencyEstimates& latency = calibration.latency;
  if (latency.count >= 2 && latency.p99_ns > 0) {
    out += fmt::format(
        "\n# Exchange to us, from {} events ({} more came before they were sent). The way of an order is not "
        "in "
        "a recording;\n# taken to be the same, it would be:\n# [venue.order_latency]\n# kind = "
        "\"lognormal\"\n# median = \"{:.0f}ns\"  # {}\n# sigma = {:.4f}  # {}\n# minimum = \"{:.0f}ns\"\n",
        latency.count, latency.negative, latency.median_ns.value, interval(latency.median_ns, 6),
        latency.sigma.value, interval(latency.sigma, 4), latency.minimum_ns);
  } else {
    out += "\n# No latency: in the recording, all was received when it was stamped.\n";
  }
  for (const InstrumentCalibration& one : calibration.instruments) {
    const std::string table = "[venue.instruments.\"" + one.instrument.symbol + "\"";
    if (one.has_orders && !std::isnan(one.queue.power.value)) {
      append_queue(out, one.queue, table);
    } else {
      out +=
          fmt::format("\n# No queue model of {}: it takes a feed order by order.\n", one.instrument.symbol);
    }
    const sim::ImpactEstimates& impact = one.impact;
    if (!(impact.square_root.value > 0 && impact.square_root.value <= 1)) {
      out += fmt::format("\n# No impact of {}: {} windows with trades, and no price that follows them.\n",
                         one.instrument.symbol, impact.windows);
      continue;
    }
    const double decay = decay_seconds(impact, calibration.window_ns);
    out +=
        fmt::format("\n# From {} windows of {}. Of a window's impact {:.3g} is left after the next ({}).\n",
                    impact.windows, format_duration(calibration.window_ns), impact.left_after_window.value,
                    interval(impact.left_after_window, 3));
    out += fmt::format(
        "{}.impact]\nmodel = \"square_root\"\ncoefficient = {:.6g}  # {}\nreference_qty = \"{}\"\n", table,
        impact.square_root.value, interval(impact.square_root, 4),
        format_decimal_short(static_cast<std::int64_t>(std::llround(impact.reference_qty)),
                             one.instrument.qty_scale));
    out += std::isnan(decay) ? std::string("# decay: none was seen\n")
                             : fmt::format("decay = \"{:.0f}ms\"\n", decay * 1000);
  }
  return out;
}

}  // namespace lockstep::scenarios
