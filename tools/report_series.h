// What a report keeps of columns that are too long to draw or to sort: extremes per pixel, counts per bin,
// quantiles. One pass, memory independent of the length. For pictures only: nothing here decides anything.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/core/time.h"

namespace lockstep::tools {

/// Thins a line without losing its spikes: of each bucket of time it keeps the points at which one of the
/// chosen values is smallest or largest. Points come in the order of time.
template <std::size_t N>
class ThinnedSeries {
 public:
  struct Point {
    TimeNs ts_ns = 0;
    std::array<double, N> values{};  ///< NaN: none
  };
  struct Extreme {
    std::size_t value;  ///< index in Point::values
    bool largest;
  };

  /// For `rows` points between first_ts_ns and last_ts_ns; at most about max_points are kept, all of them if
  /// they fit.
  ThinnedSeries(TimeNs first_ts_ns, TimeNs last_ts_ns, std::uint64_t rows, std::size_t max_points,
                std::vector<Extreme> extremes)
      : first_ts_ns_(first_ts_ns), extremes_(std::move(extremes)), keeps_all_(rows <= max_points) {
    const auto buckets = static_cast<std::int64_t>(std::max<std::size_t>(1, max_points / extremes_.size()));
    width_ns_ = std::max<DurationNs>(1, (last_ts_ns - first_ts_ns) / buckets + 1);
    kept_.resize(extremes_.size());
  }

  void add(const Point& point) {
    if (keeps_all_) {
      points_.push_back(point);
      return;
    }
    last_ = point;
    if (points_.empty()) {
      points_.push_back(point);
      return;
    }
    const std::int64_t bucket = (point.ts_ns - first_ts_ns_) / width_ns_;
    if (!is_open_ || bucket != bucket_) {
      close_bucket();
      is_open_ = true;
      bucket_ = bucket;
      order_ = 0;
      std::fill(kept_.begin(), kept_.end(), Kept{point, 0});
      return;
    }
    ++order_;
    for (std::size_t i = 0; i < extremes_.size(); ++i) {
      const double now = point.values[extremes_[i].value];
      const double best = kept_[i].point.values[extremes_[i].value];
      // A NaN loses against any number.
      if (best != best || (extremes_[i].largest ? now > best : now < best)) kept_[i] = {point, order_};
    }
  }

  /// Requires: called once, last.
  const std::vector<Point>& finish() {
    if (!is_open_) return points_;
    close_bucket();
    if (points_.back().ts_ns < last_.ts_ns) points_.push_back(last_);
    return points_;
  }

 private:
  struct Kept {
    Point point;
    std::uint64_t order = 0;
  };

  void close_bucket() {
    if (!is_open_) return;
    std::sort(kept_.begin(), kept_.end(), [](const Kept& a, const Kept& b) { return a.order < b.order; });
    for (std::size_t i = 0; i < kept_.size(); ++i) {
      if (i == 0 || kept_[i].order != kept_[i - 1].order) points_.push_back(kept_[i].point);
    }
  }

  TimeNs first_ts_ns_;
  DurationNs width_ns_ = 1;
  std::vector<Extreme> extremes_;
  bool keeps_all_;
  bool is_open_ = false;
  std::int64_t bucket_ = 0;
  std::uint64_t order_ = 0;
  std::vector<Kept> kept_;
  Point last_;
  std::vector<Point> points_;
};

/// Quantiles of positive integers, at most 1.6% too low: 64 counters per power of two.
class Quantiles {
 public:
  void add(std::uint64_t value) {
    ++count_;
    ++counts_[index_of(value)];
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// The value below which `fraction` of them lie. Requires: count() > 0.
  [[nodiscard]] std::uint64_t at(double fraction) const {
    const auto wanted = static_cast<std::uint64_t>(fraction * static_cast<double>(count_ - 1));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen > wanted) return lowest_of(i);
    }
    return lowest_of(counts_.size() - 1);
  }

 private:
  static constexpr unsigned kBits = 6;
  static std::size_t index_of(std::uint64_t value) {
    if (value < (1U << kBits)) return static_cast<std::size_t>(value);
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - 1 - kBits;
    return (static_cast<std::size_t>(shift + 1) << kBits) +
           static_cast<std::size_t>((value >> shift) & ((1U << kBits) - 1));
  }
  static std::uint64_t lowest_of(std::size_t index) {
    const std::size_t group = index >> kBits;
    const std::uint64_t rest = index & ((1U << kBits) - 1);
    return group == 0 ? rest : ((std::uint64_t{1} << kBits) + rest) << (group - 1);
  }

  std::uint64_t count_ = 0;
  std::array<std::uint64_t, (64 - kBits + 1) << kBits> counts_{};
};

}  // namespace lockstep::tools
