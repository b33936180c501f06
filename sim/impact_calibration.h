// Estimates the parameters of the impact models from trades and mid prices: what signed volume does to the
// mid in windows of equal length, and how much of it is given back in the next one. Fed with one instrument's
// trades and mids in the order of exchange time; pure.
#pragma once

#include "sim/block_bootstrap.h"
#include "sim/queue_calibration.h"

namespace lockstep::sim {

struct ImpactEstimates {
  std::uint64_t windows = 0;  ///< with a mid at both ends and a trade of known side
  double reference_qty = 0;   ///< V: mean volume of such a window
  /// Y of the square-root law: slope through the origin of the mid's relative change on sign(Q) sqrt(|Q| /
  /// V).
  Estimate square_root;
  /// Y of the linear law: the same on Q / V.
  Estimate linear;
  /// The share of a window's impact that is left after the next one; 1: it stays.
  Estimate left_after_window;
};

class ImpactCalibration {
 public:
  /// Requires: window_ns > 0.
  explicit ImpactCalibration(DurationNs window_ns) : window_ns_(window_ns) {}

  /// Twice the mid, as it is from `ts_ns` on.
  void see_mid(TimeNs ts_ns, Price mid_times_two);
  void see_trade(TimeNs ts_ns, Side aggressor, Qty qty);
  [[nodiscard]] ImpactEstimates estimates(std::uint64_t seed) const;

 private:
  struct Sums {
    double windows = 0;
    double volume = 0;
    double root_return = 0;  // sum of z r, z = sign(Q) sqrt(|Q|)
    double root_square = 0;  // of z^2
    double linear_return = 0;
    double linear_square = 0;
    double next_return = 0;  // of z and the return of the window after
    double next_square = 0;  // of z^2 where there is one after
    Sums& operator+=(const Sums& other) {
      windows += other.windows;
      volume += other.volume;
      root_return += other.root_return;
      root_square += other.root_square;
      linear_return += other.linear_return;
      linear_square += other.linear_square;
      next_return += other.next_return;
      next_square += other.next_square;
      return *this;
    }
  };

  void advance(TimeNs ts_ns);
  void close_window();

  DurationNs window_ns_;
  TimeNs window_ends_ns_ = 0;
  bool has_begun_ = false;
  double mid_ = 0;  // 0: none yet
  double mid_at_start_ = 0;
  double signed_volume_ = 0;
  double volume_ = 0;
  double root_before_ = 0;  // z of the last window
  bool has_before_ = false;
  BlockBootstrap<Sums> blocks_;
};

}  // namespace lockstep::sim
