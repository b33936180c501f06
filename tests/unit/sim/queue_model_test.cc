// The arithmetic of the queue models, against values reckoned by hand from their formulas.
#include "sim/queue_model.h"

#include <gtest/gtest.h>

namespace lockstep::sim {
namespace {

QueueModel model(QueueModelKind kind, double exponent = 1.0) {
  QueueModel out;
  out.kind = kind;
  out.exponent = exponent;
  return out;
}

VenueOrder resting(Qty ahead, Qty traded = 0) {
  VenueOrder order;
  order.ahead = ahead;
  order.traded = traded;
  return order;
}

TEST(QueueModel, chances_are_those_of_the_formulas) {
  // 30 ahead, 10 behind: x = 3/4.
  EXPECT_DOUBLE_EQ(chance_ahead(model(QueueModelKind::proportional), 30, 10), 0.75);
  EXPECT_DOUBLE_EQ(chance_ahead(model(QueueModelKind::pessimistic), 30, 10), 0.0);
  EXPECT_DOUBLE_EQ(chance_ahead(model(QueueModelKind::power, 1), 30, 10), 0.75);
  EXPECT_DOUBLE_EQ(chance_ahead(model(QueueModelKind::power, 2), 30, 10), 0.9);            // 9 / (9 + 1)
  EXPECT_DOUBLE_EQ(chance_ahead(model(QueueModelKind::power_behind, 2), 30, 10), 0.9375);  // 1 - 1/16
  EXPECT_DOUBLE_EQ(chance_ahead(model(QueueModelKind::power_ahead, 2), 30, 10), 0.5625);   // 9/16
  // 3 ahead, 1 behind: log 4 = 2 log 2.
  EXPECT_NEAR(chance_ahead(model(QueueModelKind::log), 3, 1), 2.0 / 3.0, 1e-15);
  // 1 - log 2 / log 5
  EXPECT_NEAR(chance_ahead(model(QueueModelKind::log_behind), 3, 1), 0.5693234419266069, 1e-15);
}

TEST(QueueModel, logarithms_count_in_the_instruments_unit) {
  QueueModel in_hundreds = model(QueueModelKind::log);
  in_hundreds.unit_qty = 100;
  EXPECT_NEAR(chance_ahead(in_hundreds, 300, 100), 2.0 / 3.0, 1e-15);
}

TEST(QueueModel, a_table_is_read_along_straight_lines) {
  QueueModel fitted = model(QueueModelKind::fitted);
  fitted.chances = {0.2, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.6};
  EXPECT_DOUBLE_EQ(chance_ahead(fitted, 5, 95), 0.2);
  EXPECT_DOUBLE_EQ(chance_ahead(fitted, 10, 90), 0.3);   // between two entries
  EXPECT_NEAR(chance_ahead(fitted, 1, 39), 0.1, 1e-15);  // x = 0.025: half way from 0 to the first
  EXPECT_DOUBLE_EQ(chance_ahead(fitted, 50, 50), 0.4);
  EXPECT_NEAR(chance_ahead(fitted, 39, 1), 0.8, 1e-15);  // half way from the last to 1
}

TEST(QueueModel, with_nobody_ahead_or_behind_there_is_no_doubt) {
  for (std::size_t kind = 0; kind < kQueueModelNames.size(); ++kind) {
    const QueueModel any = model(static_cast<QueueModelKind>(kind), 3);
    EXPECT_EQ(chance_ahead(any, 0, 7), 0) << kQueueModelNames[kind];
    if (any.kind != QueueModelKind::pessimistic) {
      EXPECT_EQ(chance_ahead(any, 7, 0), 1) << kQueueModelNames[kind];
    }
  }
}

TEST(QueueModel, fractions_of_a_unit_are_carried_to_the_next_cancellation) {
  // One unit at a time, half of each ahead: every other one moves us up.
  const QueueModel power = model(QueueModelKind::power, 1);
  std::uint64_t carry = 0;
  EXPECT_EQ(cancelled_ahead(power, 50, 50, 1, carry), 0);
  EXPECT_EQ(carry, 0x8000'0000U);
  EXPECT_EQ(cancelled_ahead(power, 50, 50, 1, carry), 1);
  EXPECT_EQ(carry, 0U);
}

TEST(QueueModel, no_more_is_cancelled_ahead_than_is_there_and_no_less_than_cannot_be_behind) {
  std::uint64_t carry = 0;
  EXPECT_EQ(cancelled_ahead(model(QueueModelKind::pessimistic), 90, 10, 30, carry), 20);
  carry = 0;
  EXPECT_EQ(cancelled_ahead(model(QueueModelKind::power, 0.1), 2, 98, 50, carry), 2);
}

TEST(QueueModel, trades_explain_a_shrinking_level_before_cancellations_do) {
  // 100 shown, 60 ahead; 20 traded (40 ahead of us now), then the level shows 60: 20 of 80 were cancelled.
  VenueOrder order = resting(40, 20);
  restate_queue(model(QueueModelKind::power, 1), order, 100, 60);
  EXPECT_EQ(order.ahead, 30);
  EXPECT_EQ(order.traded, 0);
  order = resting(40, 20);
  restate_queue(model(QueueModelKind::proportional), order, 100, 60);
  EXPECT_EQ(order.ahead, 30);
  order = resting(40, 20);
  restate_queue(model(QueueModelKind::pessimistic), order, 100, 60);
  EXPECT_EQ(order.ahead, 40);
}

TEST(QueueModel, the_queue_never_exceeds_what_shows_and_growth_is_behind_us) {
  VenueOrder order = resting(40);
  restate_queue(model(QueueModelKind::pessimistic), order, 100, 25);
  EXPECT_EQ(order.ahead, 25);
  restate_queue(model(QueueModelKind::pessimistic), order, 25, 500);
  EXPECT_EQ(order.ahead, 25);
  VenueOrder unknown = resting(kUnknownQueue);
  restate_queue(model(QueueModelKind::power), unknown, 0, 12);
  EXPECT_EQ(unknown.ahead, 12);
}

TEST(QueueModel, parameters_out_of_range_are_refused) {
  EXPECT_TRUE(bool(validate(QueueModel{})));
  EXPECT_FALSE(bool(validate(model(QueueModelKind::power, 0.01))));
  QueueModel bad = model(QueueModelKind::fitted);
  bad.chances[3] = 1.5;
  EXPECT_FALSE(bool(validate(bad)));
  bad = model(QueueModelKind::log);
  bad.unit_qty = 0;
  EXPECT_FALSE(bool(validate(bad)));
}

}  // namespace
}  // namespace lockstep::sim
