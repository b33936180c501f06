#include "engine/metrics/duration_histogram.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "engine/core/check.h"

namespace lockstep {
namespace {

// 64 buckets per power of two: the leading seven bits of a duration choose its bucket, the rest are dropped.
constexpr int kLeadingBits = 7;
constexpr std::size_t kBucketCount = std::size_t{63 - kLeadingBits} * 64 + 128;

int dropped_bits(std::uint64_t duration) {
  return std::max(0, static_cast<int>(std::bit_width(duration)) - kLeadingBits);
}

std::size_t bucket_of(std::uint64_t duration) {
  const int dropped = dropped_bits(duration);
  return (static_cast<std::size_t>(dropped) << 6U) + (duration >> static_cast<unsigned>(dropped));
}

// The longest duration that falls into the bucket.
std::uint64_t top_of(std::size_t bucket) {
  const std::size_t dropped = bucket < 128 ? 0 : bucket / 64 - 1;
  const std::uint64_t leading = bucket - (dropped << 6U);
  return ((leading + 1) << dropped) - 1;
}

}  // namespace

void DurationHistogram::add(DurationNs duration_ns) {
  LOCKSTEP_CHECK(duration_ns >= 0, "an effect does not precede its cause");
  if (buckets_.empty()) buckets_.resize(kBucketCount);
  ++buckets_[bucket_of(static_cast<std::uint64_t>(duration_ns))];
  ++count_;
  sum_ns_ += duration_ns;
  max_ns_ = std::max(max_ns_, duration_ns);
}

double DurationHistogram::mean_ns() const {
  if (count_ == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(sum_ns_) / static_cast<double>(count_);
}

double DurationHistogram::max_ns() const {
  return count_ == 0 ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(max_ns_);
}

double DurationHistogram::quantile_ns(int per_mille) const {
  LOCKSTEP_CHECK(per_mille >= 1 && per_mille <= 1000, "a share of the durations");
  if (count_ == 0) return std::numeric_limits<double>::quiet_NaN();
  const auto rank = static_cast<std::uint64_t>((Int128{count_} * per_mille + 999) / 1000);
  std::uint64_t seen = 0;
  std::size_t bucket = 0;
  for (; bucket < buckets_.size(); ++bucket) {
    seen += buckets_[bucket];
    if (seen >= rank) break;
  }
  return static_cast<double>(std::min(top_of(bucket), static_cast<std::uint64_t>(max_ns_)));
}

}  // namespace lockstep
