// How long what is sent takes on one direction of one connection. Owned by whoever models the connection
// (sim, feeds). Seeded; never reorders what the connection carries, never reads a clock.
#pragma once

#include <vector>

#include "engine/core/random.h"
#include "engine/core/state.h"
#include "engine/core/time.h"

namespace lockstep {

enum class LatencyKind : std::uint8_t { constant, lognormal, uniform, gamma, empirical, bursty };

/// A delay of median_ns x exp(sigma x Z), Z standard normal.
struct LognormalDelay {
  DurationNs median_ns = 0;  ///< 0 .. 1h
  double sigma = 0;          ///< 0 .. 5
};

/// Calm and burst follow each other as a Markov chain in time: each lasts an exponentially distributed time
/// with its own mean, whatever is sent meanwhile. It begins in the stationary mix, in burst with probability
/// burst_duration / (calm_duration + burst_duration). Each has a lognormal of its own.
struct BurstyDelay {
  LognormalDelay calm;
  LognormalDelay burst;
  DurationNs calm_duration_ns = kSecond;   ///< mean; 1us .. 30d
  DurationNs burst_duration_ns = kSecond;  ///< mean; 1us .. 30d
};

/// Whose messages make the rate: those that the connection carries, or those that it is told of (see()), as
/// of the market behind it.
enum class RateOf : std::uint8_t { carried, market };

/// The delay becomes base x (1 + factor x rate / reference_per_second). The rate is n x ln 2 / half_life,
/// where each earlier message counts 2^(-age / half_life) in n; for messages at a constant rate its mean is
/// that rate.
struct RateEffect {
  double factor = 0;                    ///< 0 .. 1000; 0: none
  double reference_per_second = 1'000;  ///< above 0, at most 10^9
  DurationNs half_life_ns = kSecond;    ///< 1us .. 1d
  RateOf of = RateOf::carried;
};

/// constant: always `median_ns`. lognormal: as LognormalDelay of median_ns and sigma, so that half of the
/// delays are shorter than the median. uniform: every whole nanosecond from low_ns to high_ns alike. gamma:
/// density proportional to x^(shape - 1) exp(-x / scale), mean shape x scale. empirical: the n samples are
/// the quantiles 0, 1/(n-1) ... 1, and between two of them the distribution is uniform (Hyndman and Fan's
/// type 7). bursty: see BurstyDelay. Whatever the kind, `rate` makes it longer, and then it is never under
/// `minimum_ns` and never over a day.
struct LatencyModel {
  LatencyKind kind = LatencyKind::constant;
  DurationNs median_ns = 0;                 ///< >= 0, at most an hour
  double sigma = 0;                         ///< 0..5, lognormal only
  DurationNs minimum_ns = 0;                ///< >= 0, at most an hour
  DurationNs low_ns = 0;                    ///< uniform: 0 .. high_ns
  DurationNs high_ns = 0;                   ///< uniform: at most an hour, included
  double shape = 1;                         ///< gamma: 0.01 .. 10^6
  DurationNs scale_ns = 0;                  ///< gamma: 0 .. 1h
  std::vector<DurationNs> samples_ns = {};  ///< empirical: 1 .. 65536 values from 0 to 1h, ascending
  BurstyDelay bursty = {};
  RateEffect rate = {};

  static constexpr std::size_t kMostSamples = 65'536;
};

/// Says which field is out of range, or nothing. Error::what begins with the field as a scenario calls it.
Status validate(const LatencyModel& model);

/// One direction of one connection. Memory: that of the model; no allocation after construction.
class Latency {
 public:
  /// Requires: a valid model.
  Latency(const LatencyModel& model, RandomStream random) : model_(model), random_(random) {}

  /// When something sent at `sent_ns` arrives: after its delay, and not before what was handed over earlier.
  TimeNs arrival(TimeNs sent_ns);

  /// Something happened in the market; it counts where the rate is that of the market.
  void see(TimeNs ts_ns) {
    if (model_.rate.factor > 0 && model_.rate.of == RateOf::market) count(ts_ns);
  }

  /// Two latencies of the same model with equal state go on alike.
  void visit(StateVisitor& visitor);

 private:
  DurationNs draw(TimeNs sent_ns);
  double base_ns(TimeNs sent_ns);
  bool is_burst_at(TimeNs sent_ns);
  DurationNs quantile(std::uint64_t position) const;
  void count(TimeNs ts_ns);
  [[nodiscard]] double decayed(TimeNs ts_ns) const;

  LatencyModel model_;
  RandomStream random_;
  TimeNs last_arrival_ns_ = INT64_MIN;
  TimeNs burst_ts_ns_ = INT64_MIN;  // bursty: when is_burst_ was drawn; INT64_MIN: never yet
  bool is_burst_ = false;
  TimeNs counted_ts_ns_ = INT64_MIN;  // rate: when messages_ was what it is
  double messages_ = 0;
};

}  // namespace lockstep
