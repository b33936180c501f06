#include "engine/core/digest.h"

#include <gtest/gtest.h>

#include <set>

namespace lockstep {
namespace {

// From a model in Python: state = fold((state ^ value) * M) + I, products of 128 bits, sums modulo 2^64.
TEST(Digest, the_chain_has_the_values_of_its_formula) {
  Digest digest;
  EXPECT_EQ(digest.value(), 0x6a09e667f3bcc909U);
  digest.mix(0);
  EXPECT_EQ(digest.value(), 0xf055da0d23b75a41U);
  digest.mix(42);
  EXPECT_EQ(digest.value(), 0xc7f8492a4f79e3d3U);
  Digest eight;
  eight.mix8(1, 2, 3, 4, 5, 6, 7, 8);
  EXPECT_EQ(eight.value(), 0x97706d2ebb3f77a8U);
}

TEST(Digest, order_matters) {
  Digest ab;
  ab.mix(1);
  ab.mix(2);
  Digest ba;
  ba.mix(2);
  ba.mix(1);
  EXPECT_NE(ab.value(), ba.value());
}

TEST(Digest, each_of_eight_words_matters_in_its_place) {
  std::set<std::uint64_t> seen;
  for (std::size_t i = 0; i < 8; ++i) {
    std::uint64_t w[8] = {};
    w[i] = 1;
    Digest digest;
    digest.mix8(w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7]);
    seen.insert(digest.value());
  }
  EXPECT_EQ(seen.size(), 8U);
}

TEST(Digest, a_chain_goes_on_from_a_kept_value) {
  Digest whole;
  whole.mix(1);
  Digest rest = Digest::from_value(whole.value());
  whole.mix(2);
  rest.mix(2);
  EXPECT_EQ(rest.value(), whole.value());
}

TEST(Digest, hex_text_has_16_lower_case_digits) {
  EXPECT_EQ(format_hex(0), "0000000000000000");
  EXPECT_EQ(format_hex(0xDEADBEEF01234567), "deadbeef01234567");
  EXPECT_EQ(*parse_hex("deadbeef01234567"), 0xDEADBEEF01234567U);
  for (const char* text :
       {"", "deadbeef0123456", "deadbeef012345678", "DEADBEEF01234567", "deadbeef0123456g"}) {
    EXPECT_FALSE(parse_hex(text).ok()) << text;
  }
}

}  // namespace
}  // namespace lockstep
