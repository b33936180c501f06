#include "engine/metrics/equity_grid.h"

#include <algorithm>

#include "engine/core/check.h"

namespace lockstep {

double periods_per_year(const TradingTime& time, DurationNs interval_ns) {
  LOCKSTEP_CHECK(interval_ns > 0, "a period has a length");
  const auto interval = static_cast<double>(interval_ns);
  const double per_day = std::max(1.0, static_cast<double>(time.day_ns) / interval);
  return std::min(time.days_per_year * per_day, static_cast<double>(365 * kDay) / interval);
}

EquityGrid::EquityGrid(DurationNs interval_ns, DurationNs longest_silence_ns, std::size_t most_points)
    : interval_ns_(interval_ns), longest_silence_ns_(longest_silence_ns), most_points_(most_points) {
  LOCKSTEP_CHECK(interval_ns >= 0 && most_points >= 2 && most_points % 2 == 0, "a grid of equal steps");
}

void EquityGrid::update(TimeNs ts_ns, std::int64_t equity_nanos) {
  if (interval_ns_ == 0) return;
  if (levels_.empty()) {
    levels_.push_back(equity_nanos);
    last_ts_ns_ = ts_ns;
    return;
  }
  LOCKSTEP_CHECK(ts_ns >= last_ts_ns_, "rows come in the order of time");
  if (ts_ns % interval_ns_ != 0 || ts_ns == last_ts_ns_) return;
  const std::int64_t passed = ts_ns / interval_ns_ - last_ts_ns_ / interval_ns_;
  pass(ts_ns - last_ts_ns_ > longest_silence_ns_ ? 1 : passed, equity_nanos);
  last_ts_ns_ = ts_ns;
}

void EquityGrid::pass(std::int64_t intervals, std::int64_t equity_nanos) {
  while (intervals >= stride_ - phase_) {
    intervals -= stride_ - phase_;
    phase_ = 0;
    levels_.push_back(equity_nanos);
    if (levels_.size() > most_points_) thin_out();
  }
  phase_ += intervals;
}

void EquityGrid::thin_out() {
  for (std::size_t i = 0; 2 * i < levels_.size(); ++i) levels_[i] = levels_[2 * i];
  levels_.resize((levels_.size() + 1) / 2);
  stride_ *= 2;
}

std::vector<double> EquityGrid::returns() const {
  std::vector<double> out;
  if (levels_.size() < 2) return out;
  out.reserve(levels_.size() - 1);
  for (std::size_t i = 1; i < levels_.size(); ++i) {
    if (levels_[i - 1] <= 0) return {};
    out.push_back(static_cast<double>(levels_[i]) / static_cast<double>(levels_[i - 1]) - 1.0);
  }
  return out;
}

}  // namespace lockstep
