// Keeps what an estimator has seen in blocks of consecutive observations, so that confidence intervals allow
// for what is alike in neighbours: resampling whole blocks keeps that together (Kunsch, "The jackknife and
// the bootstrap for general stationary observations", 1989). At most kMost blocks, whatever the length.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/core/random.h"

namespace lockstep::sim {

struct Interval {
  double low = 0;
  double high = 0;
};

/// `Sums` has operator+= and is zero by default.
template <class Sums>
class BlockBootstrap {
 public:
  static constexpr std::size_t kMost = 128;

  /// Adds one observation's sums.
  template <class Add>
  void observe(Add add) {
    if (in_block_ == 0) blocks_.emplace_back();
    add(blocks_.back());
    if (++in_block_ < block_size_) return;
    in_block_ = 0;
    if (blocks_.size() < kMost) return;
    for (std::size_t i = 0; i < kMost / 2; ++i) {
      Sums pair = blocks_[2 * i];
      pair += blocks_[2 * i + 1];
      blocks_[i] = pair;
    }
    blocks_.resize(kMost / 2);
    block_size_ *= 2;
  }

  [[nodiscard]] Sums total() const {
    Sums sum{};
    for (const Sums& block : blocks_) sum += block;
    return sum;
  }
  [[nodiscard]] std::size_t blocks() const { return blocks_.size(); }

  /// The middle 95% of estimate(sums) over `resamples` draws of as many blocks with replacement. Requires: at
  /// least two blocks; resamples >= 40.
  template <class Estimate>
  [[nodiscard]] Interval interval(Estimate estimate, std::uint64_t seed, int resamples = 400) const {
    RandomStream random(seed, kStream, 0);
    std::vector<double> values;
    for (int i = 0; i < resamples; ++i) {
      Sums sum{};
      for (std::size_t k = 0; k < blocks_.size(); ++k)
        sum += blocks_[static_cast<std::size_t>(random.uniform_below(blocks_.size()))];
      if (const double value = estimate(sum); value == value) values.push_back(value);  // not NaN
    }
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    const std::size_t tail = values.size() / 40;
    return {values[tail], values[values.size() - 1 - tail]};
  }

 private:
  static constexpr std::uint32_t kStream = 41;

  std::vector<Sums> blocks_;
  std::uint64_t block_size_ = 1;
  std::uint64_t in_block_ = 0;
};

}  // namespace lockstep::sim
