#include "sim/rate_limit.h"

#include <gtest/gtest.h>

namespace lockstep::sim {
namespace {

bool sends(RateMeter& meter, TimeNs ts_ns, Kind kind = Kind::submit) {
  if (!meter.admits(kind, ts_ns)) return false;
  meter.count(kind, ts_ns);
  return true;
}

TEST(RateLimit, a_sliding_window_frees_a_place_exactly_one_window_after_it_was_taken) {
  RateMeter meter({2, kSecond, RateWindow::sliding, {}});
  EXPECT_TRUE(sends(meter, 0));
  EXPECT_TRUE(sends(meter, 400 * kMillisecond));
  EXPECT_FALSE(sends(meter, 999'999'999));
  EXPECT_TRUE(sends(meter, kSecond));  // the first has left (0, 1s]
  EXPECT_FALSE(sends(meter, 1'399'999'999));
  EXPECT_TRUE(sends(meter, 1'400 * kMillisecond));
}

TEST(RateLimit, what_is_refused_does_not_count) {
  RateMeter meter({1, kSecond, RateWindow::sliding, {}});
  EXPECT_TRUE(sends(meter, 0));
  for (int i = 1; i < 10; ++i) EXPECT_FALSE(sends(meter, i * 100 * kMillisecond));
  EXPECT_TRUE(sends(meter, kSecond));
}

TEST(RateLimit, a_fixed_window_begins_anew_at_each_whole_multiple) {
  RateMeter meter({2, kSecond, RateWindow::fixed, {}});
  EXPECT_TRUE(sends(meter, 900 * kMillisecond));
  EXPECT_TRUE(sends(meter, 950 * kMillisecond));
  EXPECT_FALSE(sends(meter, 999'999'999));
  EXPECT_TRUE(sends(meter, kSecond));
  EXPECT_TRUE(sends(meter, kSecond));
  EXPECT_FALSE(sends(meter, kSecond));
}

TEST(RateLimit, a_bucket_gives_all_at_once_and_then_a_token_each_share_of_the_time) {
  RateMeter meter({4, kSecond, RateWindow::bucket, {}});
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(sends(meter, 0));
  EXPECT_FALSE(sends(meter, 249'999'999));
  EXPECT_TRUE(sends(meter, 250 * kMillisecond));  // 4 tokens a second
  EXPECT_FALSE(sends(meter, 499'999'999));
  EXPECT_TRUE(sends(meter, 500 * kMillisecond));
  // A day later it holds 4 and not more.
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(sends(meter, kDay));
  EXPECT_FALSE(sends(meter, kDay));
}

TEST(RateLimit, each_kind_counts_its_weight_and_a_weight_of_zero_always_passes) {
  for (const RateWindow window : {RateWindow::sliding, RateWindow::fixed, RateWindow::bucket}) {
    RateMeter meter({5, kSecond, window, {2, 0, 3, 1, 5}});
    EXPECT_TRUE(sends(meter, 0, Kind::submit));
    EXPECT_FALSE(sends(meter, 0, Kind::mass_quote));
    EXPECT_TRUE(sends(meter, 0, Kind::replace));
    EXPECT_FALSE(sends(meter, 0, Kind::cancel_all));
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(sends(meter, 0, Kind::cancel));
    EXPECT_TRUE(sends(meter, kSecond, Kind::mass_quote));
  }
}

TEST(RateLimit, a_time_that_goes_back_counts_as_the_last) {
  RateMeter meter({1, kSecond, RateWindow::sliding, {}});
  EXPECT_TRUE(sends(meter, 10 * kSecond));
  EXPECT_FALSE(sends(meter, 2 * kSecond));
  EXPECT_TRUE(sends(meter, 11 * kSecond));
}

TEST(RateLimit, a_field_out_of_range_is_named) {
  EXPECT_TRUE(validate(RateLimit{100'000, kDay, RateWindow::bucket, {}}).ok());
  EXPECT_EQ(validate(RateLimit{0, kSecond, RateWindow::sliding, {}}).error().text(),
            "rate limit: count must lie between 1 and 100000, found 0");
  EXPECT_EQ(validate(RateLimit{1, 0, RateWindow::sliding, {}}).error().text(),
            "rate limit: per must lie between 1us and 1d, found 0");
  EXPECT_EQ(validate(RateLimit{1, kSecond, RateWindow::sliding, {1, 1, 2, 1, 1}}).error().text(),
            "rate limit: a weight of 2 is above count, which is 1: such an instruction could never be sent");
}

}  // namespace
}  // namespace lockstep::sim
