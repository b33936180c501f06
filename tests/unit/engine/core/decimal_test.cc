#include "engine/core/decimal.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace lockstep {
namespace {

TEST(Decimal, text_becomes_the_integer_of_its_scale) {
  EXPECT_EQ(*parse_decimal("1.25", 3), 1250);
  EXPECT_EQ(*parse_decimal("-12.50", 2), -1250);
  EXPECT_EQ(*parse_decimal("+3", 0), 3);
  EXPECT_EQ(*parse_decimal(".5", 1), 5);
  EXPECT_EQ(*parse_decimal("5.", 1), 50);
  EXPECT_EQ(*parse_decimal("0", 18), 0);
  EXPECT_EQ(*parse_decimal("-0.00", 1), 0);
  EXPECT_EQ(*parse_decimal("007.010", 2), 701);
}

TEST(Decimal, exponents_move_the_point) {
  EXPECT_EQ(*parse_decimal("1e-04", 8), 10'000);
  EXPECT_EQ(*parse_decimal("2.5E3", 0), 2500);
  EXPECT_EQ(*parse_decimal("1200e-2", 0), 12);
  EXPECT_EQ(*parse_decimal("1e+2", 1), 1000);
}

TEST(Decimal, trailing_zeros_beyond_the_scale_lose_nothing) {
  EXPECT_EQ(*parse_decimal("1.50000000000000000000000000", 1), 15);
  EXPECT_EQ(*parse_decimal("0.000000000000000000000000", 0), 0);
}

TEST(Decimal, a_digit_that_would_be_lost_is_an_error_that_tells_the_decimals_needed) {
  const Result<std::int64_t> parsed = parse_decimal("1.251", 2);
  ASSERT_FALSE(parsed.ok());
  EXPECT_EQ(parsed.error().code, ErrorCode::bad_input);
  EXPECT_EQ(parsed.error().what, "\"1.251\" needs 3 decimals, but the scale here is 2");
  EXPECT_FALSE(parse_decimal("1e-19", 18).ok());
}

TEST(Decimal, the_largest_64_bit_value_fits_and_one_more_does_not) {
  EXPECT_EQ(*parse_decimal("9223372036854775807", 0), INT64_MAX);
  EXPECT_EQ(*parse_decimal("-9.223372036854775807", 18), -INT64_MAX);
  EXPECT_EQ(parse_decimal("9223372036854775808", 0).error().code, ErrorCode::overflow);
  EXPECT_EQ(parse_decimal("9.3", 18).error().code, ErrorCode::overflow);
  EXPECT_EQ(parse_decimal("1", 18).ok(), true);
  EXPECT_EQ(parse_decimal("1e30", 0).error().code, ErrorCode::overflow);
}

TEST(Decimal, a_number_with_too_many_digits_is_an_error) {
  EXPECT_EQ(parse_decimal("123456789012345678901", 0).error().code, ErrorCode::overflow);
  EXPECT_EQ(parse_decimal("0.100000000000000000000001", 18).error().code, ErrorCode::overflow);
}

TEST(Decimal, what_is_no_number_is_an_error_that_shows_the_text) {
  for (const char* text : {"", "-", ".", "1.2.3", "1,5", "1e", "1e+", "0x10", "nan", "inf", " 1", "1 ",
                           "1e99999", "--1", "e5"}) {
    const Result<std::int64_t> parsed = parse_decimal(text, 2);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::bad_input) << text;
    EXPECT_NE(parsed.error().what.find('"' + std::string(text) + '"'), std::string::npos);
  }
}

TEST(Decimal, the_decimals_that_a_text_needs) {
  EXPECT_EQ(*decimals_needed("1.500"), 1);
  EXPECT_EQ(*decimals_needed("2e-3"), 3);
  EXPECT_EQ(*decimals_needed("100"), 0);
  EXPECT_EQ(*decimals_needed("0.00"), 0);
  EXPECT_EQ(*decimals_needed("1.25e1"), 1);
  EXPECT_FALSE(decimals_needed("x").ok());
}

TEST(Decimal, integers_are_written_with_their_decimals) {
  EXPECT_EQ(format_decimal(1250, 3), "1.250");
  EXPECT_EQ(format_decimal(-5, 2), "-0.05");
  EXPECT_EQ(format_decimal(7, 0), "7");
  EXPECT_EQ(format_decimal(0, 2), "0.00");
  EXPECT_EQ(format_decimal(INT64_MIN, 0), "-9223372036854775808");
  EXPECT_EQ(format_decimal(INT64_MIN, 18), "-9.223372036854775808");
  EXPECT_EQ(format_decimal_short(1250, 3), "1.25");
  EXPECT_EQ(format_decimal_short(1000, 3), "1");
  EXPECT_EQ(format_decimal_short(100, 0), "100");
  EXPECT_EQ(format_decimal_short(0, 9), "0");
}

TEST(Decimal, division_rounds_half_away_from_zero) {
  EXPECT_EQ(divide_rounded(7, 2), 4);
  EXPECT_EQ(divide_rounded(-7, 2), -4);
  EXPECT_EQ(divide_rounded(5, 4), 1);
  EXPECT_EQ(divide_rounded(6, 4), 2);
  EXPECT_EQ(divide_rounded(-5, 4), -1);
  EXPECT_EQ(divide_rounded(-6, 4), -2);
  EXPECT_EQ(divide_rounded(1, 3), 0);
  EXPECT_EQ(divide_rounded(0, 3), 0);
  EXPECT_EQ(divide_rounded(9, 3), 3);
}

TEST(Decimal, a_wide_value_is_narrowed_or_named_in_an_error) {
  EXPECT_EQ(*narrow(Int128{INT64_MAX}, "it"), INT64_MAX);
  EXPECT_EQ(*narrow(Int128{INT64_MIN}, "it"), INT64_MIN);
  EXPECT_EQ(narrow(Int128{INT64_MAX} + 1, "the sum").error().what, "the sum does not fit 64 bits");
  EXPECT_FALSE(narrow(Int128{INT64_MIN} - 1, "it").ok());
}

TEST(DecimalDeathTest, a_power_of_ten_beyond_64_bits_is_a_bug_of_the_caller) {
  EXPECT_EQ(pow10(0), 1);
  EXPECT_EQ(pow10(18), 1'000'000'000'000'000'000);
  EXPECT_DEATH(static_cast<void>(pow10(19)), "a scale lies between 0 and 18");
  EXPECT_DEATH(static_cast<void>(pow10(-1)), "a scale lies between 0 and 18");
}

RC_GTEST_PROP(DecimalProperty, what_is_written_is_read_back, (std::int64_t value)) {
  RC_PRE(value != INT64_MIN);  // its magnitude does not fit; it is kNoPrice and never a number
  const int scale = *rc::gen::inRange(0, kMaxScale + 1);
  RC_ASSERT(*parse_decimal(format_decimal(value, scale), scale) == value);
  RC_ASSERT(*parse_decimal(format_decimal_short(value, scale), scale) == value);
}

RC_GTEST_PROP(DecimalProperty, a_rounded_quotient_is_off_by_at_most_half,
              (std::int64_t numerator, std::int32_t any)) {
  const std::int64_t denominator = any == 0 ? 1 : any < 0 ? -std::int64_t{any} : any;
  const Int128 rest = Int128{numerator} - divide_rounded(numerator, denominator) * denominator;
  RC_ASSERT(2 * (rest < 0 ? -rest : rest) <= denominator);
}

}  // namespace
}  // namespace lockstep
