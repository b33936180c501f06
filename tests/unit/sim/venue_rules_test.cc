// What a venue refuses, reason by reason, and its rule on priority after a replace.
#include "sim/venue_rules.h"

#include <gtest/gtest.h>

#include "tests/support/floor.h"

namespace lockstep {
namespace {

using test::Floor;
using test::quote;
using test::trade;
using Told = std::vector<std::string>;

constexpr Side kBuy = Side::buy;

Told answer_to(const sim::VenueRules& rules, const test::Ask& ask) {
  Floor floor(0, 0, {}, {test::plain_instrument()}, rules);
  floor.see(quote(100, 99, 50, 101, 50));
  floor.see(trade(101, 100, 1, kBuy));
  floor.submit(105, ask);
  floor.see(quote(110, 99, 50, 101, 50));
  return floor.told();
}

constexpr std::uint32_t but(std::uint32_t bit) {
  return ~bit;
}

TEST(VenueRules, a_venue_without_rules_takes_everything) {
  EXPECT_EQ(answer_to({}, {kBuy, 5, 98}), Told{});
  EXPECT_EQ(answer_to({}, {.side = kBuy, .qty = 5, .price = 98, .display = 1}), Told{});
}

TEST(VenueRules, what_the_venue_does_not_have_is_unsupported) {
  const Told refused = {"1 rejected unsupported_order"};
  EXPECT_EQ(answer_to({.order_types = but(sim::bit_of(OrderType::stop))},
                      {.side = kBuy, .qty = 1, .type = OrderType::stop, .trigger = 105}),
            refused);
  EXPECT_EQ(answer_to({.times_in_force = but(sim::bit_of(TimeInForce::fok))},
                      {.side = kBuy, .qty = 1, .price = 98, .time_in_force = TimeInForce::fok}),
            refused);
  EXPECT_EQ(answer_to({.contingencies = sim::bit_of(Contingency::none)},
                      {.side = kBuy, .qty = 1, .price = 98, .contingency = Contingency::oco, .link = 1}),
            refused);
  EXPECT_EQ(
      answer_to({.takes_post_only = false}, {.side = kBuy, .qty = 1, .price = 98, .flags = kFlagPostOnly}),
      refused);
  EXPECT_EQ(answer_to({.takes_reduce_only = false},
                      {.side = kBuy, .qty = 1, .price = 98, .flags = kFlagReduceOnly}),
            refused);
  EXPECT_EQ(answer_to({.takes_icebergs = false}, {.side = kBuy, .qty = 5, .price = 98, .display = 1}),
            refused);
}

TEST(VenueRules, a_price_or_size_off_the_grid_is_refused) {
  EXPECT_EQ(answer_to({.tick = 5}, {kBuy, 1, 98}), (Told{"1 rejected off_tick"}));
  EXPECT_EQ(answer_to({.tick = 5}, {kBuy, 1, 95}), Told{});
  EXPECT_EQ(answer_to({.tick = 5}, {.side = kBuy, .qty = 1, .type = OrderType::stop, .trigger = 103}),
            (Told{"1 rejected off_tick"}));
  EXPECT_EQ(answer_to({.lot = 10}, {kBuy, 15, 98}), (Told{"1 rejected off_lot"}));
  EXPECT_EQ(answer_to({.min_qty = 5}, {kBuy, 4, 98}), (Told{"1 rejected below_min_qty"}));
  EXPECT_EQ(answer_to({.max_qty = 5}, {kBuy, 6, 98}), (Told{"1 rejected above_max_qty"}));
}

TEST(VenueRules, the_least_value_counts_at_the_limit_or_at_the_mid) {
  constexpr std::int64_t kThousand = 1'000 * kNanosPerUnit;
  EXPECT_EQ(answer_to({.min_notional_nanos = kThousand}, {kBuy, 10, 99}),
            (Told{"1 rejected below_min_notional"}));                                             // 990
  EXPECT_EQ(answer_to({.min_notional_nanos = kThousand}, {kBuy, 10}), (Told{"1 buy 10 @ 101"}));  // 10 x 100
  EXPECT_EQ(answer_to({.min_notional_nanos = kThousand}, {kBuy, 9}), (Told{"1 rejected below_min_notional"}));
}

TEST(VenueRules, a_limit_too_far_from_the_market_is_refused) {
  // 5% of the mid of 100
  EXPECT_EQ(answer_to({.price_band_ppb = 50'000'000}, {kBuy, 1, 95}), Told{});
  EXPECT_EQ(answer_to({.price_band_ppb = 50'000'000}, {kBuy, 1, 94}),
            (Told{"1 rejected outside_price_band"}));
  EXPECT_EQ(answer_to({.price_band_ppb = 50'000'000}, {kBuy, 1, 106}),
            (Told{"1 rejected outside_price_band"}));
}

TEST(VenueRules, the_number_of_orders_counts_those_that_wait) {
  Floor floor(0, 0, {}, {test::plain_instrument()}, {.max_orders = 2});
  floor.see(quote(100, 99, 50, 101, 50));
  floor.see(trade(101, 100, 1, kBuy));
  floor.submit(105, {kBuy, 1, 98});
  floor.submit(105, {.side = kBuy, .qty = 1, .type = OrderType::stop, .trigger = 105});
  floor.submit(105, {kBuy, 1, 97});
  floor.see(quote(110, 99, 50, 101, 50));
  EXPECT_EQ(floor.told(), (Told{"3 rejected too_many_orders"}));
}

TEST(VenueRules, a_replace_may_always_lose_the_place_or_not_be_allowed_at_all) {
  const auto filled_after_shrinking = [](sim::ReplaceRule rule) {
    Floor floor(0, 0, {}, {test::plain_instrument()}, {.replace = rule});
    floor.see(quote(100, 99, 50, 101, 50));
    floor.submit(101, {kBuy, 10, 99});
    floor.see(trade(102, 99, 50, Side::sell));  // nobody is before us any more
    floor.see(quote(103, 99, 30, 101, 50));
    floor.replace(104, 1, 99, 8);
    floor.see(quote(105, 99, 30, 101, 50));
    floor.see(trade(106, 99, 3, Side::sell));
    return floor.told();
  };
  EXPECT_EQ(filled_after_shrinking(sim::ReplaceRule::smaller_keeps),
            (Told{"1 replaced", "1 buy 3 @ 99 maker"}));
  EXPECT_EQ(filled_after_shrinking(sim::ReplaceRule::always_loses), (Told{"1 replaced"}));
  EXPECT_EQ(filled_after_shrinking(sim::ReplaceRule::not_allowed),
            (Told{"1 cancel_rejected unsupported_order", "1 buy 3 @ 99 maker"}));
}

TEST(VenueRules, the_end_of_the_day_is_the_next_one) {
  constexpr TimeNs kMidnight = 20'000 * kDay;
  EXPECT_EQ(sim::end_of_day({}, kMidnight), kMidnight + kDay);
  EXPECT_EQ(sim::end_of_day({}, kMidnight + 1), kMidnight + kDay);
  EXPECT_EQ(sim::end_of_day({.day_end_ns = 16 * kHour}, kMidnight + 15 * kHour), kMidnight + 16 * kHour);
  EXPECT_EQ(sim::end_of_day({.day_end_ns = 16 * kHour}, kMidnight + 16 * kHour),
            kMidnight + kDay + 16 * kHour);
}

}  // namespace
}  // namespace lockstep
