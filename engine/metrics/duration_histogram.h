// Counts durations in buckets that grow with them, so that quantiles of any number of durations take fixed
// memory. Integers only: the same durations in any order give the same answers.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/decimal.h"
#include "engine/core/time.h"

namespace lockstep {

class DurationHistogram {
 public:
  /// Requires: duration_ns >= 0.
  void add(DurationNs duration_ns);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// NaN when empty, as the next two.
  [[nodiscard]] double mean_ns() const;
  [[nodiscard]] double max_ns() const;
  /// The duration of rank ceil(n x per_mille / 1000), exact below 128 ns and at most 1/64 too high above.
  /// Requires: 1 <= per_mille <= 1000.
  [[nodiscard]] double quantile_ns(int per_mille) const;

 private:
  std::vector<std::uint64_t> buckets_;  // empty until the first
  std::uint64_t count_ = 0;
  Int128 sum_ns_ = 0;
  DurationNs max_ns_ = 0;
};

}  // namespace lockstep
