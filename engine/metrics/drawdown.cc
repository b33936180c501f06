#include "engine/metrics/drawdown.h"

#include <algorithm>

namespace lockstep {

void Drawdown::update(TimeNs ts_ns, std::int64_t equity_nanos) {
  if (!any_ || equity_nanos >= highest_nanos_) {
    if (under_water_) longest_under_water_ns_ = std::max(longest_under_water_ns_, ts_ns - highest_ts_ns_);
    if (deepest_is_open_) recovery_ts_ns_ = ts_ns;
    any_ = true;
    under_water_ = false;
    deepest_is_open_ = false;
    highest_nanos_ = equity_nanos;
    highest_ts_ns_ = ts_ns;
    if (equity_nanos > 0 && !(depth_ <= 0.0)) depth_ = 0.0;
    return;
  }
  under_water_ = true;
  longest_under_water_ns_ = std::max(longest_under_water_ns_, ts_ns - highest_ts_ns_);
  const double highest = static_cast<double>(highest_nanos_);
  const double equity = static_cast<double>(equity_nanos);
  amount_nanos_ = std::max(amount_nanos_, highest - equity);
  if (highest_nanos_ <= 0) return;  // no fraction of nothing
  const double depth = equity / highest - 1.0;
  if (depth < depth_) {
    depth_ = depth;
    peak_ts_ns_ = highest_ts_ns_;
    trough_ts_ns_ = ts_ns;
    recovery_ts_ns_ = kNoTime;
    deepest_is_open_ = true;
  }
}

}  // namespace lockstep
