// Prints one line per function of engine/core/math.h: its name and a digest of the bits of a million results.
// Builds by different compilers, at different levels and for different processors must print the same lines.
#include <bit>
#include <cstdint>
#include <cstdio>

#include "engine/core/math.h"

namespace {

/// A Weyl sequence through the finaliser of splitmix64: integers only, so the arguments cannot differ between
/// builds.
class Arguments {
 public:
  std::uint64_t next_bits() {
    state_ += 0x9e3779b97f4a7c15;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  /// A third each: any bit pattern, a point of [-span, span), a point near zero.
  double next(double span) {
    const std::uint64_t kind = next_bits() % 3;
    const std::uint64_t word = next_bits();
    if (kind == 0) return std::bit_cast<double>(word);
    const double unit = static_cast<double>(static_cast<std::int64_t>(word) >> 11) * 0x1p-52;
    return kind == 1 ? unit * span : unit * 0x1p-6;
  }

  /// Half below one half by a random power of two, half uniform in [0, 1).
  double next_probability() {
    const std::uint64_t exponent = next_bits() % 1074;
    const std::uint64_t word = next_bits();
    if ((word & 1) != 0) return static_cast<double>(word >> 11) * 0x1p-53;
    return std::bit_cast<double>(((1022 - (exponent % 1022)) << 52) | (word >> 12));
  }

 private:
  std::uint64_t state_ = 0;
};

class Digest {
 public:
  void add(double value) {
    hash_ = (hash_ ^ std::bit_cast<std::uint64_t>(value)) * 0x100000001b3;
    hash_ ^= hash_ >> 29;
  }
  void print(const char* name) const {
    std::printf("%-15s %016llx\n", name, static_cast<unsigned long long>(hash_));
  }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325;
};

constexpr int kCount = 1'000'000;

struct Line {
  const char* name;
  double (*function)(double);
  double span;
};

}  // namespace

int main() {
  namespace math = lockstep::math;
  constexpr Line kLines[] = {
      {"exp", math::exp, 750.0},
      {"expm1", math::expm1, 50.0},
      {"log", math::log, 1e6},
      {"log1p", math::log1p, 2.0},
      {"sin", math::sin, 1e6},
      {"cos", math::cos, 1e6},
      {"erf", math::erf, 7.0},
      {"erfc", math::erfc, 28.0},
      {"normal_pdf", math::normal_pdf, 39.0},
      {"normal_cdf", math::normal_cdf, 39.0},
  };
  for (const Line& line : kLines) {
    Arguments arguments;
    Digest digest;
    for (int i = 0; i < kCount; ++i) digest.add(line.function(arguments.next(line.span)));
    digest.print(line.name);
  }

  Arguments probabilities;
  Digest quantile;
  for (int i = 0; i < kCount; ++i) quantile.add(math::normal_quantile(probabilities.next_probability()));
  quantile.print("normal_quantile");

  Arguments arguments;
  Digest power;
  for (int i = 0; i < kCount; ++i) {
    const double x = arguments.next(10.0);
    const double y = arguments.next(300.0);
    power.add(math::pow(x, y));
  }
  power.print("pow");
  return 0;
}
