#include "engine/core/decimal.h"

#include <array>
#include <limits>

namespace lockstep {
namespace {

constexpr std::array<std::int64_t, kMaxScale + 1> kPowersOf10 = [] {
  std::array<std::int64_t, kMaxScale + 1> powers{};
  std::int64_t power = 1;
  for (int i = 0; i <= kMaxScale; ++i) {
    powers[static_cast<std::size_t>(i)] = power;
    if (i < kMaxScale) power *= 10;
  }
  return powers;
}();

// digits * 10^exponent, the digits without trailing zeros.
struct Parsed {
  bool negative = false;
  std::uint64_t digits = 0;
  int exponent = 0;
};

Error not_a_number(std::string_view text, const char* why) {
  return {ErrorCode::bad_input, "",
          "expected a decimal number, found \"" + std::string(text) + "\" (" + why + ")"};
}

Result<Parsed> parse(std::string_view text) {
  Parsed out;
  std::size_t i = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) out.negative = text[i++] == '-';
  bool any_digit = false;
  bool after_point = false;
  int zeros = 0;  // seen, but not yet known to matter
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.' && !after_point) {
      after_point = true;
      continue;
    }
    if (c < '0' || c > '9') break;
    any_digit = true;
    if (after_point) --out.exponent;
    if (c == '0') {
      ++zeros;
      continue;
    }
    for (; zeros >= 0; --zeros) {
      const unsigned digit = zeros == 0 ? static_cast<unsigned>(c - '0') : 0U;
      if (__builtin_mul_overflow(out.digits, std::uint64_t{10}, &out.digits) ||
          __builtin_add_overflow(out.digits, std::uint64_t{digit}, &out.digits)) {
        return Error{ErrorCode::overflow, "",
                     "\"" + std::string(text) + "\" has more digits than 64 bits hold"};
      }
    }
    zeros = 0;
  }
  if (!any_digit) return not_a_number(text, "no digit");
  out.exponent += zeros;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    bool negative = false;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) negative = text[i++] == '-';
    if (i == text.size()) return not_a_number(text, "an exponent without digits");
    int exponent = 0;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
      exponent = exponent * 10 + (text[i] - '0');
      if (exponent > 9999) return not_a_number(text, "an exponent beyond 9999");
    }
    out.exponent += negative ? -exponent : exponent;
  }
  if (i != text.size()) return not_a_number(text, "an unexpected character");
  if (out.digits == 0) out.exponent = 0;
  return out;
}

}  // namespace

std::int64_t pow10(int exponent) {
  LOCKSTEP_CHECK(exponent >= 0 && exponent <= kMaxScale, "a scale lies between 0 and 18");
  return kPowersOf10[static_cast<std::size_t>(exponent)];
}

Result<std::int64_t> parse_decimal(std::string_view text, int scale) {
  const Result<Parsed> parsed = parse(text);
  if (!parsed) return parsed.error();
  const int shift = parsed->exponent + scale;
  if (parsed->digits == 0) return std::int64_t{0};
  if (shift < 0) {
    return Error{ErrorCode::bad_input, "",
                 "\"" + std::string(text) + "\" needs " + std::to_string(-parsed->exponent) +
                     " decimals, but the scale here is " + std::to_string(scale)};
  }
  std::uint64_t magnitude = parsed->digits;
  bool overflow = shift > kMaxScale + 1;
  for (int i = 0; i < shift && !overflow; ++i) {
    overflow = __builtin_mul_overflow(magnitude, std::uint64_t{10}, &magnitude);
  }
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (overflow || magnitude > kMax) {
    return Error{
        ErrorCode::overflow, "",
        "\"" + std::string(text) + "\" does not fit 64 bits with " + std::to_string(scale) + " decimals"};
  }
  const auto value = static_cast<std::int64_t>(magnitude);
  return parsed->negative ? -value : value;
}

Result<int> decimals_needed(std::string_view text) {
  const Result<Parsed> parsed = parse(text);
  if (!parsed) return parsed.error();
  return parsed->exponent < 0 ? -parsed->exponent : 0;
}

std::string format_decimal(std::int64_t value, int scale) {
  const bool negative = value < 0;
  const std::uint64_t magnitude =
      negative ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  std::string digits = std::to_string(magnitude);
  const auto decimals = static_cast<std::size_t>(scale);
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  if (scale > 0) digits.insert(digits.size() - decimals, 1, '.');
  return negative ? "-" + digits : digits;
}

std::string format_decimal_short(std::int64_t value, int scale) {
  std::string text = format_decimal(value, scale);
  if (scale == 0) return text;
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

Int128 divide_rounded(Int128 numerator, Int128 denominator) {
  LOCKSTEP_CHECK(denominator > 0, "a rounded division needs a positive denominator");
  const Int128 quotient = numerator / denominator;
  const Int128 remainder = numerator % denominator;
  const Int128 magnitude = remainder < 0 ? -remainder : remainder;
  if (magnitude < denominator - magnitude) return quotient;
  return numerator < 0 ? quotient - 1 : quotient + 1;
}

Result<std::int64_t> narrow(Int128 value, std::string_view what) {
  if (value > std::numeric_limits<std::int64_t>::max() || value < std::numeric_limits<std::int64_t>::min()) {
    return Error{ErrorCode::overflow, "", std::string(what) + " does not fit 64 bits"};
  }
  return static_cast<std::int64_t>(value);
}

}  // namespace lockstep
