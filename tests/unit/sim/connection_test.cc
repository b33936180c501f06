#include "sim/connection.h"

#include <gtest/gtest.h>

namespace lockstep::sim {
namespace {

ConnectionConfig constant(DurationNs order_ns, DurationNs answer_ns) {
  ConnectionConfig config;
  config.order_latency.median_ns = order_ns;
  config.answer_latency.median_ns = answer_ns;
  return config;
}

Instruction submit(TimeNs sent_ns, OrderId id = 1) {
  Instruction instruction;
  instruction.event.kind = Kind::submit;
  instruction.event.recv_ts_ns = sent_ns;
  instruction.event.set(OrderInstruction{id, 100, 1, 1, 0, kNoPrice});
  return instruction;
}

OrderId id_of(const Instruction& instruction) {
  return instruction.event.as<OrderInstruction>().order_id;
}

void expect_refused(const Sent& sent, Reason reason, TimeNs answer_ts_ns) {
  EXPECT_EQ(sent.refusal, reason);
  EXPECT_EQ(sent.answer_ts_ns, answer_ts_ns);
}

TEST(Connection, an_instruction_is_due_after_its_latency_and_before_no_event_of_that_time) {
  Connection line(constant(50, 20), 1, 0);
  EXPECT_TRUE(line.idle());
  EXPECT_EQ(line.send(submit(1'000)).refusal, Reason::none);
  EXPECT_EQ(line.in_flight(), 1U);
  EXPECT_EQ(line.due(1'050), nullptr);  // an event stamped exactly at its arrival goes first
  ASSERT_NE(line.due(1'051), nullptr);
  EXPECT_EQ(line.take().arrival_ns, 1'050);
  EXPECT_TRUE(line.idle());
}

TEST(Connection, what_was_sent_first_is_handed_over_first) {
  ConnectionConfig config = constant(0, 0);
  config.order_latency = {LatencyKind::lognormal, kMillisecond, 3, 0};
  Connection line(config, 1, 0);
  for (OrderId id = 1; id <= 100; ++id) line.send(submit(static_cast<TimeNs>(id), id));
  TimeNs last_ns = 0;
  for (OrderId id = 1; id <= 100; ++id) {
    ASSERT_NE(line.due(kEndOfTime), nullptr);
    const Instruction instruction = line.take();
    EXPECT_EQ(id_of(instruction), id);
    EXPECT_GE(instruction.arrival_ns, last_ns);
    last_ns = instruction.arrival_ns;
  }
}

TEST(Connection, terms_travel_with_their_submit) {
  Connection line(constant(1, 1), 1, 0);
  Instruction sent = submit(10);
  sent.terms = {1, 95, 7, 99, 3};
  sent.terms_detail = 5;
  line.send(sent);
  const Instruction got = line.take();
  EXPECT_EQ(got.terms.trigger_price, 95);
  EXPECT_EQ(got.terms.link, 3U);
  EXPECT_EQ(got.terms_detail, 5U);
}

TEST(Connection, an_answer_comes_after_its_latency_and_not_before_it_can_be_known) {
  Connection line(constant(0, 20), 1, 0);
  EXPECT_EQ(line.answer_ts_ns(1'000, 1'005), 1'020);
  EXPECT_EQ(line.answer_ts_ns(1'010, 1'500), 1'500);
  EXPECT_EQ(line.answer_ts_ns(1'100, 1'500), 1'500);
}

TEST(Connection, no_answer_comes_before_an_earlier_one_even_if_less_was_known) {
  Connection line(constant(0, 20), 1, 0);
  EXPECT_EQ(line.answer_ts_ns(500, 1'000), 1'000);
  EXPECT_EQ(line.answer_ts_ns(500, 900), 1'000);
}

TEST(Connection, every_limit_holds_and_the_refusal_comes_back_at_once) {
  ConnectionConfig config = constant(0, 0);
  config.rate_limits = {{2, kSecond, RateWindow::sliding, {}}, {3, kMinute, RateWindow::sliding, {}}};
  Connection line(config, 1, 0);
  EXPECT_EQ(line.send(submit(0)).refusal, Reason::none);
  EXPECT_EQ(line.send(submit(1)).refusal, Reason::none);
  expect_refused(line.send(submit(2)), Reason::rate_limited, 2);
  EXPECT_EQ(line.send(submit(kSecond)).refusal, Reason::none);
  expect_refused(line.send(submit(30 * kSecond)), Reason::rate_limited, 30 * kSecond);
  EXPECT_EQ(line.send(submit(kMinute)).refusal, Reason::none);
  EXPECT_EQ(line.in_flight(), 4U);
}

TEST(Connection, what_one_limit_refuses_takes_no_place_in_another) {
  ConnectionConfig config = constant(0, 0);
  config.rate_limits = {{2, kMinute, RateWindow::sliding, {}}, {1, kSecond, RateWindow::sliding, {}}};
  Connection line(config, 1, 0);
  EXPECT_EQ(line.send(submit(0)).refusal, Reason::none);
  for (TimeNs ts_ns = 1; ts_ns < 5; ++ts_ns)
    EXPECT_EQ(line.send(submit(ts_ns)).refusal, Reason::rate_limited);
  EXPECT_EQ(line.send(submit(kSecond)).refusal, Reason::none);
}

// Down in [1000, 2000), state recovered at 2300.
ConnectionConfig with_outage() {
  ConnectionConfig config = constant(50, 20);
  config.outages.scheduled = {{1'000, 2'000}};
  config.outages.reconnect_delay_ns = 300;
  return config;
}

TEST(Connection, while_the_line_is_down_what_is_sent_is_refused_at_once) {
  Connection line(with_outage(), 1, 0);
  EXPECT_EQ(line.send(submit(900)).refusal, Reason::none);
  expect_refused(line.send(submit(1'000)), Reason::disconnected, 1'000);
  expect_refused(line.send(submit(2'299)), Reason::disconnected, 2'299);
  EXPECT_EQ(line.send(submit(2'300)).refusal, Reason::none);
  EXPECT_EQ(line.in_flight(), 2U);
}

TEST(Connection, what_had_not_arrived_when_the_line_went_down_is_lost_and_said_so_on_recovery) {
  Connection line(with_outage(), 1, 0);
  EXPECT_EQ(line.send(submit(949, 1)).refusal, Reason::none);  // arrives at 999
  expect_refused(line.send(submit(950, 2)), Reason::disconnected, 2'300);
  expect_refused(line.send(submit(999, 3)), Reason::disconnected, 2'300);
  EXPECT_EQ(id_of(line.take()), 1U);
  EXPECT_TRUE(line.idle());
}

TEST(Connection, what_is_in_doubt_and_spared_arrives_as_if_nothing_had_happened) {
  ConnectionConfig config = with_outage();
  config.lost_ppm = 0;
  Connection line(config, 1, 0);
  EXPECT_EQ(line.send(submit(990)).refusal, Reason::none);
  EXPECT_EQ(line.take().arrival_ns, 1'040);
  EXPECT_EQ(line.answer_ts_ns(1'040, 1'040), 2'300);
}

TEST(Connection, half_of_what_is_in_doubt_is_lost_with_half_a_million_millionths) {
  int lost = 0;
  for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
    ConnectionConfig config = with_outage();
    config.lost_ppm = 500'000;
    Connection line(config, seed, 0);
    lost += line.send(submit(990)).refusal == Reason::disconnected ? 1 : 0;
  }
  EXPECT_NEAR(lost, 1'000, 110);  // 4.9 standard deviations
}

TEST(Connection, an_answer_that_falls_into_the_outage_is_held_until_our_state_is_recovered) {
  Connection line(with_outage(), 1, 0);
  EXPECT_EQ(line.answer_ts_ns(979, 979), 999);
  EXPECT_EQ(line.answer_ts_ns(980, 980), 2'300);
  EXPECT_EQ(line.answer_ts_ns(1'500, 1'600), 2'300);  // the venue goes on meanwhile
  EXPECT_EQ(line.answer_ts_ns(2'290, 2'290), 2'310);
}

TEST(Connection, what_can_be_known_only_in_the_outage_is_held_too) {
  Connection line(with_outage(), 1, 0);
  EXPECT_EQ(line.answer_ts_ns(500, 1'999), 2'300);
}

TEST(Connection, an_answer_delayed_into_a_later_outage_is_held_by_that_one_alone) {
  ConnectionConfig config = constant(0, 5'000);
  config.outages.scheduled = {{1'000, 2'000}, {5'900, 6'100}};
  Connection line(config, 1, 0);
  EXPECT_EQ(line.answer_ts_ns(950, 950), 6'100);  // due at 5'950
  // The first outage still stands for what is sent afterwards.
  expect_refused(line.send(submit(1'500)), Reason::disconnected, 1'500);
}

TEST(Connection, the_venue_is_told_when_the_line_goes_down_once_and_only_if_it_cancels_then) {
  Connection silent(with_outage(), 1, 0);
  EXPECT_FALSE(silent.disconnect_due(kEndOfTime).has_value());
  ConnectionConfig config = with_outage();
  config.cancel_on_disconnect = true;
  config.outages.scheduled.push_back({5'000, 6'000});
  Connection line(config, 1, 0);
  EXPECT_FALSE(line.disconnect_due(1'000).has_value());
  EXPECT_EQ(line.disconnect_due(1'001), 1'000);
  EXPECT_EQ(line.disconnect_due(9'000), 1'000);
  line.take_disconnect();
  EXPECT_FALSE(line.disconnect_due(5'000).has_value());
  EXPECT_EQ(line.disconnect_due(9'000), 5'000);
  line.take_disconnect();
  EXPECT_FALSE(line.disconnect_due(kEndOfTime).has_value());
}

TEST(Connection, our_clock_does_not_take_a_disconnect_away_from_the_venue) {
  ConnectionConfig config = with_outage();
  config.cancel_on_disconnect = true;
  Connection line(config, 1, 0);
  line.send(submit(10'000));
  EXPECT_EQ(line.disconnect_due(10'000), 1'000);
}

TEST(Connection, lines_to_two_venues_have_random_numbers_of_their_own) {
  ConnectionConfig config = constant(0, 0);
  config.order_latency = {LatencyKind::lognormal, kMillisecond, 1, 0};
  Connection one(config, 1, 0);
  Connection other(config, 1, 1);
  one.send(submit(0));
  other.send(submit(0));
  EXPECT_NE(one.take().arrival_ns, other.take().arrival_ns);
}

TEST(Connection, a_busy_market_slows_a_line_that_depends_on_it) {
  ConnectionConfig config = constant(1'000, 0);
  config.order_latency.rate = {1, 1'000, kSecond, RateOf::market};
  Connection line(config, 1, 0);
  line.send(submit(0));
  EXPECT_EQ(line.take().arrival_ns, 1'000);
  // Ten thousand messages at once count ln 2 x 10'000 a second each second: 1 + 6.931 times as long.
  for (int i = 0; i < 10'000; ++i) line.see_market(kSecond);
  line.send(submit(kSecond));
  EXPECT_EQ(line.take().arrival_ns, kSecond + 7'931);
}

TEST(Connection, a_field_out_of_range_is_named) {
  EXPECT_TRUE(validate(with_outage()).ok());
  ConnectionConfig config = constant(-1, 0);
  EXPECT_EQ(validate(config).error().text(), "order latency: median must lie between 0 and 1h, found -1ns");
  config = constant(0, kHour + 1);
  EXPECT_EQ(validate(config).error().where, "answer latency");
  config = with_outage();
  config.lost_ppm = 1'000'001;
  EXPECT_FALSE(validate(config).ok());
  config = with_outage();
  config.rate_limits.assign(17, {});
  EXPECT_EQ(validate(config).error().text(), "rate limits: may be 16 at most, found 17");
}

}  // namespace
}  // namespace lockstep::sim
