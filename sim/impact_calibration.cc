#include "sim/impact_calibration.h"

#include <cmath>
#include <limits>

namespace lockstep::sim {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double ratio(double above, double below) {
  return below > 0 ? above / below : kNone;
}

}  // namespace

void ImpactCalibration::advance(TimeNs ts_ns) {
  if (!has_begun_) {
    has_begun_ = true;
    window_ends_ns_ = ts_ns + window_ns_;
    mid_at_start_ = mid_;
    return;
  }
  if (ts_ns < window_ends_ns_) return;
  close_window();
  // Windows without anything are passed over at once.
  const std::int64_t passed = (ts_ns - window_ends_ns_) / window_ns_;
  if (passed > 0) has_before_ = false;
  window_ends_ns_ += (passed + 1) * window_ns_;
}

void ImpactCalibration::close_window() {
  const double change = mid_at_start_ != 0 && mid_ != 0 ? (mid_ - mid_at_start_) / mid_at_start_ : kNone;
  const bool has_change = !std::isnan(change);
  const double sign = signed_volume_ < 0 ? -1.0 : 1.0;
  const double root = sign * std::sqrt(std::fabs(signed_volume_));
  if (has_change && (volume_ > 0 || has_before_)) {
    blocks_.observe([&](Sums& sums) {
      if (has_before_) {
        sums.next_return += root_before_ * change;
        sums.next_square += root_before_ * root_before_;
      }
      if (volume_ == 0) return;
      sums.windows += 1;
      sums.volume += volume_;
      sums.root_return += root * change;
      sums.root_square += root * root;
      sums.linear_return += signed_volume_ * change;
      sums.linear_square += signed_volume_ * signed_volume_;
    });
  }
  has_before_ = has_change && volume_ > 0;
  root_before_ = root;
  mid_at_start_ = mid_;
  signed_volume_ = 0;
  volume_ = 0;
}

void ImpactCalibration::see_mid(TimeNs ts_ns, Price mid_times_two) {
  advance(ts_ns);
  mid_ = static_cast<double>(mid_times_two);
  if (mid_at_start_ == 0) mid_at_start_ = mid_;
}

void ImpactCalibration::see_trade(TimeNs ts_ns, Side aggressor, Qty qty) {
  if (aggressor == Side::none) return;
  advance(ts_ns);
  const auto size = static_cast<double>(qty);
  volume_ += size;
  signed_volume_ += aggressor == Side::buy ? size : -size;
}

ImpactEstimates ImpactCalibration::estimates(std::uint64_t seed) const {
  ImpactEstimates out;
  const Sums all = blocks_.total();
  out.windows = static_cast<std::uint64_t>(all.windows);
  out.reference_qty = ratio(all.volume, all.windows);
  const auto estimate = [&](auto of) {
    if (blocks_.blocks() < 2) return Estimate{kNone, {kNone, kNone}};
    return Estimate{of(all), blocks_.interval(of, seed)};
  };
  const double volume = out.reference_qty;
  out.square_root =
      estimate([volume](const Sums& s) { return ratio(s.root_return, s.root_square) * std::sqrt(volume); });
  out.linear = estimate([volume](const Sums& s) { return ratio(s.linear_return, s.linear_square) * volume; });
  out.left_after_window = estimate([](const Sums& s) {
    const double first = ratio(s.root_return, s.root_square);
    return first > 0 ? 1 + ratio(s.next_return, s.next_square) / first : kNone;
  });
  return out;
}

}  // namespace lockstep::sim
