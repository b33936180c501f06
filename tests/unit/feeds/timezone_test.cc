// Expected values come from Python's zoneinfo.
#include "feeds/files/timezone.h"

#include <gtest/gtest.h>

namespace lockstep::feeds {
namespace {

struct Case {
  const char* zone;
  const char* local;
  std::int64_t utc_s;
};

Result<TimeZone::Utc> convert(const char* zone, const char* local) {
  const Result<TimeZone> loaded = TimeZone::load(zone);
  EXPECT_TRUE(loaded.ok()) << loaded.error().text();
  return loaded->to_utc(*parse_time(local));
}

TEST(TimeZone, wall_clock_times_become_utc_as_zoneinfo_has_them) {
  const Case cases[] = {{"America/New_York", "2013-10-07 09:30:00", 1381152600},
                        {"America/New_York", "2014-01-07 09:30:00", 1389105000},
                        {"America/New_York", "1950-06-01 12:00:00", -618048000},
                        {"America/New_York", "1880-01-01 00:00:00", -2840123038},
                        {"America/New_York", "2013-11-03 00:59:59", 1383454799},
                        {"America/New_York", "2013-11-03 02:00:00", 1383462000},
                        {"America/New_York", "2013-03-10 03:00:00", 1362898800},
                        {"America/Chicago", "2024-05-08 08:30:00", 1715175000},
                        {"Asia/Kolkata", "2020-01-01 09:15:00", 1577850300},
                        {"EST", "2012-07-01 00:00:00", 1341118800},
                        {"UTC", "2012-07-01 00:00:00", 1341100800}};
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.zone) + " " + c.local);
    const Result<TimeZone::Utc> utc = convert(c.zone, c.local);
    ASSERT_TRUE(utc.ok()) << utc.error().text();
    EXPECT_EQ(utc->ts_ns, c.utc_s * kSecond);
    EXPECT_FALSE(utc->is_ambiguous);
  }
}

TEST(TimeZone, years_beyond_the_table_follow_its_rule) {
  const Case cases[] = {{"America/New_York", "2050-07-01 12:00:00", 2540304000},
                        {"America/New_York", "2050-12-01 12:00:00", 2553526800},
                        {"Europe/Dublin", "2060-07-01 12:00:00", 2855905200},
                        {"Europe/Dublin", "2060-12-01 12:00:00", 2869128000},
                        {"Australia/Sydney", "2060-12-01 12:00:00", 2869088400},
                        {"Australia/Sydney", "2060-07-01 12:00:00", 2855872800},
                        {"Asia/Jerusalem", "2050-07-01 12:00:00", 2540278800},
                        {"America/Nuuk", "2050-07-01 12:00:00", 2540293200}};
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.zone) + " " + c.local);
    const Result<TimeZone::Utc> utc = convert(c.zone, c.local);
    ASSERT_TRUE(utc.ok()) << utc.error().text();
    EXPECT_EQ(utc->ts_ns, c.utc_s * kSecond);
  }
}

TEST(TimeZone, a_time_that_occurs_twice_is_the_first_and_says_so) {
  const Result<TimeZone::Utc> utc = convert("America/New_York", "2013-11-03 01:30:00");
  ASSERT_TRUE(utc.ok());
  EXPECT_EQ(utc->ts_ns, 1383456600 * kSecond);
  EXPECT_TRUE(utc->is_ambiguous);
}

TEST(TimeZone, a_time_that_the_clock_skips_is_an_error) {
  const Result<TimeZone::Utc> utc = convert("America/New_York", "2013-03-10 02:30:00");
  ASSERT_FALSE(utc.ok());
  EXPECT_NE(utc.error().what.find("2013-03-10T02:30:00"), std::string::npos);
  EXPECT_NE(utc.error().what.find("does not exist in America/New_York"), std::string::npos);
}

TEST(TimeZone, nanoseconds_are_kept_before_and_after_the_epoch) {
  const Result<TimeZone> zone = TimeZone::load("America/New_York");
  ASSERT_TRUE(zone.ok());
  EXPECT_EQ(zone->to_utc(-618062400 * kSecond - 1)->ts_ns, -618048000 * kSecond - 1);
  EXPECT_EQ(zone->to_utc(1389087000 * kSecond + 7)->ts_ns, 1389105000 * kSecond + 7);
}

TEST(TimeZone, names_outside_the_database_are_errors) {
  for (const char* name : {"", "Mars/Phobos", "/etc/passwd", "../../../etc/passwd", "tzdata.zi"}) {
    EXPECT_FALSE(TimeZone::load(name).ok()) << name;
  }
}

TEST(TimeZone, the_ends_of_time_are_errors_and_not_wraps) {
  const Result<TimeZone> zone = TimeZone::load("America/New_York");
  ASSERT_TRUE(zone.ok());
  EXPECT_FALSE(zone->to_utc(INT64_MAX).ok());
  EXPECT_FALSE(zone->to_utc(INT64_MIN).ok());
}

}  // namespace
}  // namespace lockstep::feeds
