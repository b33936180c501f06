// The chained hash that names a run. It is fed field values as 64-bit integers, never struct bytes, and its
// value depends on their order. Not a cryptographic hash: it finds differences, it does not stop a forger.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/core/decimal.h"

namespace lockstep {

__extension__ typedef unsigned __int128 Uint128;

/// Both halves of a 64x64-bit product, xor-ed: the mixing step of the wyhash family (Wang Yi, 2019).
constexpr std::uint64_t fold_multiply(std::uint64_t a, std::uint64_t b) {
  const Uint128 product = Uint128{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

class Digest {
 public:
  constexpr void mix(std::uint64_t value) {
    state_ = fold_multiply(state_ ^ value, kMultiplier) + kIncrement;
  }

  /// Eight values at once: four independent products, then one link of the chain, so that the chain costs one
  /// product's latency and not eight. A product with a zero factor loses the other value, hence the
  /// constants.
  constexpr void mix8(std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t d, std::uint64_t e,
                      std::uint64_t f, std::uint64_t g, std::uint64_t h) {
    const std::uint64_t p = fold_multiply(a ^ kSecret[0], b ^ kSecret[1]);
    const std::uint64_t q = fold_multiply(c ^ kSecret[2], d ^ kSecret[3]);
    const std::uint64_t r = fold_multiply(e ^ kSecret[4], f ^ kSecret[5]);
    const std::uint64_t s = fold_multiply(g ^ kSecret[6], h ^ kSecret[7]);
    state_ = fold_multiply(state_ ^ p ^ rotate(q, 17), (r + kMultiplier) ^ rotate(s, 41)) + kIncrement;
  }

  [[nodiscard]] constexpr std::uint64_t value() const { return state_; }
  static constexpr Digest from_value(std::uint64_t value) {
    Digest digest;
    digest.state_ = value;
    return digest;
  }

 private:
  static constexpr std::uint64_t rotate(std::uint64_t x, int by) { return (x << by) | (x >> (64 - by)); }
  // Odd constants with balanced bits: 64-bit fractions of square roots of primes, as in SHA-512's initial
  // values.
  static constexpr std::uint64_t kMultiplier = 0x9E3779B97F4A7C15;
  static constexpr std::uint64_t kIncrement = 0x6A09E667F3BCC909;
  static constexpr std::uint64_t kSecret[8] = {0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
                                               0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B,
                                               0x5BE0CD19137E2179, 0xCBBB9D5DC1059ED8};
  std::uint64_t state_ = kIncrement;
};

/// 16 lower-case hex digits.
std::string format_hex(std::uint64_t value);
/// Reads what format_hex writes.
Result<std::uint64_t> parse_hex(std::string_view text);

}  // namespace lockstep
