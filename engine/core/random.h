// Random numbers as a pure function of (seed, stream, entity, counter): a stream can be copied, replayed and
// restored exactly. Whoever needs chance owns a RandomStream of its own, handed in by constructor; nothing
// here is global or reads the world.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

#include "engine/core/check.h"

namespace lockstep {

/// Philox4x32-10: 128 random bits from a 128-bit counter and a 64-bit key (Salmon, Moraes, Dror, Shaw,
/// "Parallel random numbers: as easy as 1, 2, 3", SC 2011). For a fixed key it is a bijection of the counter.
[[nodiscard]] std::array<std::uint32_t, 4> philox4x32_10(std::array<std::uint32_t, 4> counter,
                                                         std::array<std::uint32_t, 2> key) noexcept;

/// A stream of 2^49 random 64-bit words, named by (seed, stream, entity).
///
/// Layout: the seed is the Philox key. The Philox counter holds, from its lowest bit, the block number (48
/// bits), the entity (48 bits) and the stream (32 bits); each block gives two words. Different (stream,
/// entity) of one seed therefore use different Philox counters and never overlap; different seeds are
/// different permutations.
///
/// A "draw" is one next_u64(). Each function says how many draws it takes; where it rejects, the number
/// depends on the values drawn and so is the same in every run. Take one draw per full expression: the order
/// in which the arguments of a call are evaluated is up to the compiler. Arguments outside the stated range
/// are a caller's bug and stop the program.
class RandomStream {
 public:
  static constexpr std::uint64_t kMaxEntity = (std::uint64_t{1} << 48) - 1;
  static constexpr std::uint64_t kMaxCounter = std::uint64_t{1} << 49;

  /// Requires: entity <= kMaxEntity.
  RandomStream(std::uint64_t seed, std::uint32_t stream, std::uint64_t entity);

  /// Draws taken so far. Together with the constructor's arguments it is the whole state.
  [[nodiscard]] std::uint64_t counter() const noexcept { return counter_; }

  /// Continues as if exactly `counter` draws had been taken. Requires: counter <= kMaxCounter.
  void seek(std::uint64_t counter);

  /// 64 random bits. One draw. Requires: counter() < kMaxCounter.
  [[nodiscard]] std::uint64_t next_u64();

  /// k * 2^-53 for k uniform in [0, 2^53): in [0, 1). One draw.
  [[nodiscard]] double uniform01();

  /// (k + 1/2) * 2^-52 for k uniform in [0, 2^52): in (0, 1), symmetric about 1/2. One draw.
  [[nodiscard]] double uniform_open();

  /// Uniform in [0, bound), without bias (Lemire, "Fast random integer generation in an interval", 2019). One
  /// draw, and one more with probability below bound / 2^64 each time. Requires: bound > 0.
  [[nodiscard]] std::uint64_t uniform_below(std::uint64_t bound);

  /// Uniform in [lo, hi], both included, without bias. Draws as uniform_below. Requires: lo <= hi.
  [[nodiscard]] std::int64_t uniform_int(std::int64_t lo, std::int64_t hi);

  /// True with probability numerator / denominator exactly. Draws as uniform_below(denominator).
  /// Requires: denominator > 0 and numerator <= denominator.
  [[nodiscard]] bool bernoulli(std::uint64_t numerator, std::uint64_t denominator);

  /// Standard normal: the quantile function at uniform_open(), so |value| < 8.21. One draw.
  [[nodiscard]] double normal();

  /// Exponential with the given mean: -mean * log(uniform_open()). One draw. Requires: 0 <= mean < infinity.
  [[nodiscard]] double exponential(double mean);

  /// Poisson with the given mean. Below 10 by inversion, one draw; from 10 by Hörmann's transformed rejection
  /// PTRS ("The transformed rejection method for generating Poisson random variables", 1993), two draws per
  /// attempt and about 1.1 to 1.4 attempts. Exact up to the rounding of double. Requires: 0 <= mean <= 1e12.
  [[nodiscard]] std::int64_t poisson(double mean);

  /// Gamma with density proportional to x^(shape-1) exp(-x/scale): Marsaglia and Tsang, "A simple method for
  /// generating gamma variables", 2000. Two draws per attempt (under 1.06 attempts on average), and one more
  /// first where shape < 1; values below the least double underflow to 0. Requires: 0 < shape <= 1e9, 0 <=
  /// scale < infinity.
  [[nodiscard]] double gamma(double shape, double scale);

  /// Student's t: normal() / sqrt(gamma(dof / 2, 2 / dof)), the gamma drawn first. Draws: those of gamma and
  /// one. For very small dof a value may overflow to an infinity. Requires: 0 < dof <= 1e9.
  [[nodiscard]] double student_t(double dof);

  /// Index i with probability weights[i] / sum exactly; an index of weight 0 never. Draws as
  /// uniform_below(sum). Requires: 0 < sum < 2^64.
  [[nodiscard]] std::size_t categorical(std::span<const std::uint64_t> weights);

  /// Puts the items in a uniformly random order (Fisher-Yates from the last). Draws as uniform_below(n), ...,
  /// uniform_below(2); none for fewer than two items.
  template <typename T>
  void shuffle(std::span<T> items) {
    for (std::size_t left = items.size(); left > 1; --left) {
      const std::size_t chosen = static_cast<std::size_t>(uniform_below(left));
      using std::swap;
      if (chosen != left - 1) swap(items[chosen], items[left - 1]);
    }
  }

 private:
  [[nodiscard]] std::array<std::uint64_t, 2> block(std::uint64_t number) const noexcept;

  std::uint64_t seed_;
  std::uint64_t entity_;
  std::uint64_t counter_ = 0;
  std::uint64_t second_word_ = 0;  // of the current block; valid while counter_ is odd, derived from it
  std::uint32_t stream_;
};

}  // namespace lockstep
