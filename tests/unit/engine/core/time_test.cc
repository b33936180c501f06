#include "engine/core/time.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace lockstep {
namespace {

// Seconds from `date -u -d ... +%s`.
TEST(Time, days_are_counted_from_1970_in_both_directions) {
  EXPECT_EQ(days_from_civil(1970, 1, 1), 0);
  EXPECT_EQ(days_from_civil(1969, 12, 31), -1);
  EXPECT_EQ(days_from_civil(2000, 2, 29), 11'016);
  EXPECT_EQ(days_from_civil(2000, 3, 1), 11'017);
  EXPECT_EQ(days_from_civil(2024, 8, 8), 19'943);
  EXPECT_EQ(days_from_civil(1600, 2, 29), -135'081);
}

TEST(Time, a_date_becomes_nanoseconds_and_comes_back) {
  const Result<TimeNs> ts_ns = from_civil({2024, 8, 8, 23, 54, 15, 30'314'667});
  ASSERT_TRUE(ts_ns.ok());
  EXPECT_EQ(*ts_ns, 1'723'161'255'030'314'667);
  const CivilTime civil = to_civil(*ts_ns);
  EXPECT_EQ(civil.year, 2024);
  EXPECT_EQ(civil.month, 8);
  EXPECT_EQ(civil.day, 8);
  EXPECT_EQ(civil.hour, 23);
  EXPECT_EQ(civil.minute, 54);
  EXPECT_EQ(civil.second, 15);
  EXPECT_EQ(civil.nanosecond, 30'314'667);
}

TEST(Time, the_nanosecond_before_the_epoch_lies_in_1969) {
  EXPECT_EQ(format_time(-1), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(*from_civil({1969, 12, 31, 23, 59, 59, 999'999'999}), -1);
}

TEST(Time, the_ends_of_the_range_are_reached_and_not_passed) {
  EXPECT_EQ(format_time(INT64_MAX), "2262-04-11T23:47:16.854775807Z");
  EXPECT_EQ(*from_civil({2262, 4, 11, 23, 47, 16, 854'775'807}), INT64_MAX);
  EXPECT_EQ(format_time(INT64_MIN), "1677-09-21T00:12:43.145224192Z");
  EXPECT_EQ(*from_civil({1677, 9, 21, 0, 12, 43, 145'224'192}), INT64_MIN);
  EXPECT_EQ(from_civil({2262, 4, 11, 23, 47, 16, 854'775'808}).error().code, ErrorCode::overflow);
  EXPECT_EQ(from_civil({1677, 9, 21, 0, 12, 43, 145'224'191}).error().code, ErrorCode::overflow);
}

TEST(Time, a_day_that_the_calendar_does_not_have_is_an_error) {
  EXPECT_EQ(from_civil({2023, 2, 29}).error().code, ErrorCode::bad_input);
  EXPECT_TRUE(from_civil({2024, 2, 29}).ok());
  EXPECT_EQ(from_civil({1900, 2, 29}).error().code, ErrorCode::bad_input);
  EXPECT_TRUE(from_civil({2000, 2, 29}).ok());
  EXPECT_FALSE(from_civil({2024, 13, 1}).ok());
  EXPECT_FALSE(from_civil({2024, 0, 1}).ok());
  EXPECT_FALSE(from_civil({2024, 4, 31}).ok());
  EXPECT_FALSE(from_civil({2024, 1, 1, 24, 0, 0, 0}).ok());
  EXPECT_FALSE(from_civil({2024, 1, 1, 0, 60, 0, 0}).ok());
  EXPECT_FALSE(from_civil({2024, 1, 1, 0, 0, 60, 0}).ok());
  EXPECT_FALSE(from_civil({2024, 1, 1, 0, 0, 0, 1'000'000'000}).ok());
}

TEST(Time, text_is_read_with_and_without_time_of_day_decimals_and_zone) {
  EXPECT_EQ(*parse_time("2024-08-08"), 1'723'075'200'000'000'000);
  EXPECT_EQ(*parse_time("2024-08-08T23:54"), 1'723'161'240'000'000'000);
  EXPECT_EQ(*parse_time("2024-08-08T23:54:15"), 1'723'161'255'000'000'000);
  EXPECT_EQ(*parse_time("2024-08-08 23:54:15.5Z"), 1'723'161'255'500'000'000);
  EXPECT_EQ(*parse_time("2024-08-08T23:54:15.030314667Z"), 1'723'161'255'030'314'667);
  EXPECT_EQ(*parse_time("2024-08-08T23:54:15+02:00"), 1'723'154'055'000'000'000);
  EXPECT_EQ(*parse_time("2024-08-08T23:54:15-05:30"), 1'723'181'055'000'000'000);
}

TEST(Time, a_bare_integer_is_nanoseconds) {
  EXPECT_EQ(*parse_time("1723161255030314667"), 1'723'161'255'030'314'667);
  EXPECT_EQ(*parse_time("-5"), -5);
  EXPECT_EQ(*parse_time("0"), 0);
}

TEST(Time, what_is_no_time_is_an_error_that_shows_the_text) {
  for (const char* text : {"", "yesterday", "2024-08", "2024-8-8", "2024-08-08T", "2024-08-08T23",
                           "2024-08-08T23:54:15.", "2024-08-08T23:54:15.1234567890", "2024-08-08T23:54:15X",
                           "2024-08-08T23:54:15Zx", "2024-08-08T23:54:15+2", "2024-08-08T23:54:15+24:00",
                           "2024-02-30", "2024-08-08T25:00:00", "2024-08-08x", "99999999999999999999"}) {
    const Result<TimeNs> parsed = parse_time(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_NE(parsed.error().what.find('"' + std::string(text) + '"'), std::string::npos)
        << parsed.error().what;
  }
}

TEST(Time, a_time_beyond_2262_is_an_overflow) {
  EXPECT_EQ(parse_time("2262-04-12").error().code, ErrorCode::overflow);
  EXPECT_EQ(parse_time("2262-04-11T23:47:16.8-01:00").error().code, ErrorCode::overflow);
}

TEST(Time, durations_are_read_in_every_unit) {
  EXPECT_EQ(*parse_duration("250ns"), 250);
  EXPECT_EQ(*parse_duration("10us"), 10'000);
  EXPECT_EQ(*parse_duration("1.5ms"), 1'500'000);
  EXPECT_EQ(*parse_duration("2s"), 2'000'000'000);
  EXPECT_EQ(*parse_duration("3m"), 180'000'000'000);
  EXPECT_EQ(*parse_duration("4h"), 14'400'000'000'000);
  EXPECT_EQ(*parse_duration("1d"), 86'400'000'000'000);
  EXPECT_EQ(*parse_duration("0"), 0);
  EXPECT_EQ(*parse_duration("-1.5ms"), -1'500'000);
  EXPECT_EQ(*parse_duration("0.000000001s"), 1);
}

TEST(Time, what_is_no_duration_is_an_error) {
  for (const char* text : {"", "ms", "5", "5 ms", "5min", "1.5ns", "1h30m", "..5s", "0.0000000001s"}) {
    EXPECT_FALSE(parse_duration(text).ok()) << text;
  }
  EXPECT_EQ(parse_duration("106752d").error().code, ErrorCode::overflow);
  EXPECT_TRUE(parse_duration("106751d").ok());
}

TEST(Time, a_duration_is_written_in_the_largest_unit_that_divides_it) {
  EXPECT_EQ(format_duration(0), "0");
  EXPECT_EQ(format_duration(1'500'000), "1500us");
  EXPECT_EQ(format_duration(2 * kSecond), "2s");
  EXPECT_EQ(format_duration(90 * kMinute), "90m");
  EXPECT_EQ(format_duration(48 * kHour), "2d");
  EXPECT_EQ(format_duration(-7), "-7ns");
}

RC_GTEST_PROP(TimeProperty, any_time_survives_text, (std::int64_t ts_ns)) {
  RC_ASSERT(*parse_time(format_time(ts_ns)) == ts_ns);
}

RC_GTEST_PROP(TimeProperty, any_duration_survives_text, (std::int64_t duration_ns)) {
  RC_ASSERT(*parse_duration(format_duration(duration_ns)) == duration_ns);
}

}  // namespace
}  // namespace lockstep
