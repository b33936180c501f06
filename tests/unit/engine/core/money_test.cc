#include "engine/core/money.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

constexpr Money nanos(std::int64_t value) {
  return Money::from_nanos(value);
}

TEST(Money, amounts_add_and_subtract_exactly) {
  EXPECT_EQ(nanos(1'500'000'000) + nanos(-300'000'001), nanos(1'199'999'999));
  EXPECT_EQ(nanos(5) - nanos(7), nanos(-2));
  EXPECT_EQ(-nanos(5), nanos(-5));
  Money sum = nanos(1);
  sum += nanos(2);
  sum -= nanos(10);
  EXPECT_EQ(sum, nanos(-7));
}

TEST(Money, the_range_is_symmetric) {
  EXPECT_FALSE((nanos(INT64_MAX - 1) + nanos(1)).overflowed());
  EXPECT_FALSE((nanos(-INT64_MAX + 1) - nanos(1)).overflowed());
  EXPECT_TRUE((nanos(INT64_MAX) + nanos(1)).overflowed());
  EXPECT_TRUE((nanos(-INT64_MAX) - nanos(1)).overflowed());
  EXPECT_TRUE(nanos(INT64_MIN).overflowed());
  EXPECT_TRUE((-nanos(INT64_MIN)).overflowed());
}

TEST(Money, an_overflow_stays_through_every_later_sum) {
  Money sum = nanos(INT64_MAX) + nanos(1);
  sum -= nanos(INT64_MAX);
  sum = sum + nanos(0);
  EXPECT_TRUE(sum.overflowed());
  EXPECT_TRUE((nanos(1) - sum).overflowed());
  EXPECT_TRUE((-sum).overflowed());
}

TEST(Money, a_wide_amount_is_taken_only_in_range) {
  EXPECT_EQ(Money::from_wide(Int128{INT64_MAX}), nanos(INT64_MAX));
  EXPECT_EQ(Money::from_wide(-Int128{INT64_MAX}), nanos(-INT64_MAX));
  EXPECT_TRUE(Money::from_wide(Int128{INT64_MAX} + 1).overflowed());
  EXPECT_TRUE(Money::from_wide(Int128{INT64_MIN}).overflowed());
}

TEST(Money, it_is_written_without_trailing_zeros) {
  EXPECT_EQ(format_money(nanos(12'345'000'000)), "12.345");
  EXPECT_EQ(format_money(nanos(-1)), "-0.000000001");
  EXPECT_EQ(format_money(nanos(0)), "0");
}

}  // namespace
}  // namespace lockstep
