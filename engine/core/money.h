// Money: an integer count of 10^-9 units of one currency, checked. The currency is known by where the amount
// is kept; amounts of two currencies are never added. Range +-9.2 billion units; leaving it is an error,
// never a wrap.
#pragma once

#include <cstdint>

#include "engine/core/decimal.h"

namespace lockstep {

inline constexpr int kMoneyScale = 9;
inline constexpr std::int64_t kNanosPerUnit = 1'000'000'000;

/// An amount. Arithmetic is checked and sticky: once out of range, `overflowed()` stays true through every
/// sum that contains it, so that one look at the end of a computation is enough.
class Money {
 public:
  constexpr Money() = default;
  static constexpr Money from_nanos(std::int64_t nanos) {
    return nanos == INT64_MIN ? Money(0, true) : Money(nanos, false);  // the range is symmetric
  }
  static constexpr Money from_wide(Int128 nanos) {
    constexpr Int128 kMax = INT64_MAX;
    return nanos > kMax || nanos < -kMax ? Money(0, true) : Money(static_cast<std::int64_t>(nanos), false);
  }

  [[nodiscard]] constexpr std::int64_t nanos() const { return nanos_; }
  [[nodiscard]] constexpr bool overflowed() const { return overflowed_; }
  /// For signals and reports only.
  [[nodiscard]] constexpr double to_double() const { return static_cast<double>(nanos_) / 1e9; }

  constexpr Money operator-() const { return Money(-nanos_, overflowed_); }
  constexpr Money operator+(Money other) const {
    std::int64_t sum = 0;
    const bool out = __builtin_add_overflow(nanos_, other.nanos_, &sum) || sum == INT64_MIN;
    return Money(out ? 0 : sum, out || overflowed_ || other.overflowed_);
  }
  constexpr Money operator-(Money other) const { return *this + (-other); }
  constexpr Money& operator+=(Money other) { return *this = *this + other; }
  constexpr Money& operator-=(Money other) { return *this = *this - other; }
  friend constexpr bool operator==(const Money&, const Money&) = default;

 private:
  constexpr Money(std::int64_t nanos, bool overflowed) : nanos_(nanos), overflowed_(overflowed) {}
  std::int64_t nanos_ = 0;
  bool overflowed_ = false;
};

/// `12.345`, without trailing zeros.
inline std::string format_money(Money amount) {
  return format_decimal_short(amount.nanos(), kMoneyScale);
}

}  // namespace lockstep
