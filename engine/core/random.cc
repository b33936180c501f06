#include "engine/core/random.h"

#include <cmath>

#include "engine/core/math.h"

namespace lockstep {

namespace {

__extension__ typedef unsigned __int128 Uint128;

constexpr std::uint32_t low_word(std::uint64_t x) {
  return static_cast<std::uint32_t>(x);
}
constexpr std::uint32_t high_word(std::uint64_t x) {
  return static_cast<std::uint32_t>(x >> 32);
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32_10(std::array<std::uint32_t, 4> counter,
                                           std::array<std::uint32_t, 2> key) noexcept {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t even = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t odd = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {high_word(odd) ^ counter[1] ^ key[0], low_word(odd), high_word(even) ^ counter[3] ^ key[1],
               low_word(even)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

RandomStream::RandomStream(std::uint64_t seed, std::uint32_t stream, std::uint64_t entity)
    : seed_(seed), entity_(entity), stream_(stream) {
  LOCKSTEP_CHECK(entity <= kMaxEntity, "the entity of a random stream has at most 48 bits");
}

std::array<std::uint64_t, 2> RandomStream::block(std::uint64_t number) const noexcept {
  const auto words = philox4x32_10(
      {low_word(number), high_word(number) | (low_word(entity_) << 16), low_word(entity_ >> 16), stream_},
      {low_word(seed_), high_word(seed_)});
  return {words[0] | (std::uint64_t{words[1]} << 32), words[2] | (std::uint64_t{words[3]} << 32)};
}

void RandomStream::seek(std::uint64_t counter) {
  LOCKSTEP_CHECK(counter <= kMaxCounter, "a random stream has 2^49 draws");
  counter_ = counter;
  second_word_ = (counter & 1) != 0 ? block(counter >> 1)[1] : 0;
}

std::uint64_t RandomStream::next_u64() {
  LOCKSTEP_CHECK(counter_ < kMaxCounter, "a random stream has 2^49 draws");
  const std::uint64_t position = counter_++;
  if ((position & 1) != 0) return second_word_;
  const auto words = block(position >> 1);
  second_word_ = words[1];
  return words[0];
}

double RandomStream::uniform01() {
  return static_cast<double>(next_u64() >> 11) * 0x1p-53;
}

double RandomStream::uniform_open() {
  return (static_cast<double>(next_u64() >> 12) + 0.5) * 0x1p-52;
}

std::uint64_t RandomStream::uniform_below(std::uint64_t bound) {
  LOCKSTEP_CHECK(bound > 0, "a uniform integer needs a range that is not empty");
  Uint128 product = static_cast<Uint128>(next_u64()) * bound;
  if (static_cast<std::uint64_t>(product) < bound) {
    const std::uint64_t surplus = (0 - bound) % bound;  // 2^64 mod bound: how many products are too many
    while (static_cast<std::uint64_t>(product) < surplus) product = static_cast<Uint128>(next_u64()) * bound;
  }
  return static_cast<std::uint64_t>(product >> 64);
}

std::int64_t RandomStream::uniform_int(std::int64_t lo, std::int64_t hi) {
  LOCKSTEP_CHECK(lo <= hi, "a uniform integer needs lo <= hi");
  const std::uint64_t size =
      static_cast<std::uint64_t>(hi) - static_cast<std::uint64_t>(lo) + 1;  // 0 stands for 2^64
  const std::uint64_t offset = size == 0 ? next_u64() : uniform_below(size);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(lo) + offset);
}

bool RandomStream::bernoulli(std::uint64_t numerator, std::uint64_t denominator) {
  LOCKSTEP_CHECK(denominator > 0 && numerator <= denominator,
                 "a probability needs 0 <= numerator <= denominator, denominator > 0");
  return uniform_below(denominator) < numerator;
}

double RandomStream::normal() {
  return math::normal_quantile(uniform_open());
}

double RandomStream::exponential(double mean) {
  LOCKSTEP_CHECK(mean >= 0.0 && mean <= std::numeric_limits<double>::max(),
                 "an exponential needs a finite mean >= 0");
  return -mean * math::log(uniform_open());
}

double RandomStream::gamma(double shape, double scale) {
  LOCKSTEP_CHECK(shape > 0.0 && shape <= 1e9, "a gamma needs 0 < shape <= 1e9");
  LOCKSTEP_CHECK(scale >= 0.0 && scale <= std::numeric_limits<double>::max(),
                 "a gamma needs a finite scale >= 0");
  // A shape below 1 is raised by 1 and corrected by a power of a uniform.
  double correction = 1.0;
  if (shape < 1.0) {
    const double u = uniform_open();
    correction = math::exp(math::log(u) / shape);
    shape += 1.0;
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  while (true) {
    const double x = normal();
    const double u = uniform_open();
    const double root = 1.0 + c * x;
    if (root <= 0.0) continue;
    const double v = root * root * root;
    const double x2 = x * x;
    const bool squeezed = u < 1.0 - 0.0331 * (x2 * x2);
    if (squeezed || math::log(u) < 0.5 * x2 + d * (1.0 - v + math::log(v))) return d * v * correction * scale;
  }
}

double RandomStream::student_t(double dof) {
  LOCKSTEP_CHECK(dof > 0.0 && dof <= 1e9, "a Student t needs 0 < dof <= 1e9");
  const double variance_ratio = gamma(0.5 * dof, 2.0 / dof);
  return normal() / std::sqrt(variance_ratio);
}

std::size_t RandomStream::categorical(std::span<const std::uint64_t> weights) {
  std::uint64_t sum = 0;
  for (const std::uint64_t weight : weights) {
    LOCKSTEP_CHECK(weight <= std::numeric_limits<std::uint64_t>::max() - sum,
                   "the weights of a choice sum to 2^64 or more");
    sum += weight;
  }
  LOCKSTEP_CHECK(sum > 0, "a choice needs a weight that is not zero");
  std::uint64_t rest = uniform_below(sum);
  std::size_t index = 0;
  while (rest >= weights[index]) rest -= weights[index++];
  return index;
}

}  // namespace lockstep
