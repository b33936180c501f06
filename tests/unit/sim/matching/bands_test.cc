#include <gtest/gtest.h>

#include "tests/support/matching_desk.h"

namespace lockstep::matching {
namespace {

using enum TimeInForce;

Config dynamic(BandAction action) {
  Config config;
  config.dynamic_band = {BandKind::absolute, 2};
  config.band_action = action;
  return config;
}

// Last price 100, so a buyer may go up to 102; 5 at 101 and 5 at 103 are offered.
MatchingDesk offered(BandAction action) {
  MatchingDesk desk(dynamic(action));
  desk.trade_at(100);
  desk.submit_all({sell(1, 1, 5, 101), sell(2, 1, 5, 103)});
  return desk;
}

TEST(PriceBands, a_limit_outside_the_static_band_is_rejected_on_both_sides_in_every_phase) {  // R9, B1
  Config config;
  config.static_band = {BandKind::absolute, 10};
  for (const Phase phase : {Phase::continuous, Phase::pre_open}) {
    MatchingDesk desk(config, phase);
    EXPECT_EQ(desk.submit(buy(1, 1, 1, 500)), (Texts{"booked 1 1@500"}));  // no reference yet: no band
    desk.cancel(1);
    desk.engine.set_reference_price(100);
    EXPECT_EQ(desk.submit(buy(2, 1, 1, 111)), (Texts{"rejected 2 outside_band"}));
    EXPECT_EQ(desk.submit(buy(3, 1, 1, 89)), (Texts{"rejected 3 outside_band"}));
    EXPECT_EQ(desk.submit(sell(4, 1, 1, 110)), (Texts{"booked 4 1@110"}));
    EXPECT_EQ(desk.submit(buy(5, 1, 1, 90)), (Texts{"booked 5 1@90"}));
  }
}

TEST(PriceBands, millionths_are_rounded_inward_to_the_tick) {  // B1: 1003 +- 50 (5 %: 50.15) = 953 .. 1053
  Config config;
  config.tick = 17;  // 952 = 56 x 17, 969 = 57 x 17; 1037 = 61 x 17, 1054 = 62 x 17; 1003 = 59 x 17
  config.static_band = {BandKind::ppm, 50'000};
  MatchingDesk desk(config);
  desk.engine.set_reference_price(1003);
  EXPECT_EQ(desk.submit(buy(1, 1, 1, 952)), (Texts{"rejected 1 outside_band"}));
  EXPECT_EQ(desk.submit(buy(2, 1, 1, 969)), (Texts{"booked 2 1@969"}));
  EXPECT_EQ(desk.submit(sell(3, 1, 1, 1037)), (Texts{"booked 3 1@1037"}));
  EXPECT_EQ(desk.submit(sell(4, 1, 1, 1054)), (Texts{"rejected 4 outside_band"}));
}

TEST(PriceBands, the_remainder_rests_at_the_band) {  // B5, example 10
  MatchingDesk desk = offered(BandAction::rest);
  EXPECT_EQ(desk.submit(buy(3, 2, 8, 105)), (Texts{"fill 1 by 3 5@101 left 0/3", "booked 3 3@102"}));
  // The next taker's band lies around 101: up to 103.
  EXPECT_EQ(desk.submit(buy(4, 2, 1, 103)), (Texts{"fill 2 by 4 1@103 left 4/0"}));
}

TEST(PriceBands, the_remainder_is_cancelled) {  // B6
  MatchingDesk desk = offered(BandAction::cancel);
  EXPECT_EQ(desk.submit(buy(3, 2, 8, 105)),
            (Texts{"fill 1 by 3 5@101 left 0/3", "cancelled 3 3 outside_band"}));
}

TEST(PriceBands, the_market_is_interrupted_and_becomes_a_call) {  // B7
  MatchingDesk desk = offered(BandAction::interrupt);
  EXPECT_EQ(desk.submit(buy(3, 2, 8, 105)),
            (Texts{"fill 1 by 3 5@101 left 0/3", "phase reopening_call by band", "booked 3 3@105"}));
  EXPECT_EQ(desk.engine.phase(), Phase::reopening_call);
  // 103 to 105: volume 3, imbalance -2: all sellers' surplus: the lowest.
  EXPECT_EQ(desk.set_phase(Phase::continuous),
            (Texts{"phase continuous", "uncross 3@103 imbalance -2", "fill 3 by 2 3@103 left 0/2"}));
}

TEST(PriceBands, market_and_immediate_orders_are_cancelled_whatever_the_action) {  // B4
  for (const BandAction action : {BandAction::rest, BandAction::cancel}) {
    MatchingDesk desk = offered(action);
    EXPECT_EQ(desk.submit(market(buy(3, 2, 8, 0))),
              (Texts{"fill 1 by 3 5@101 left 0/3", "cancelled 3 3 outside_band"}));
  }
  MatchingDesk desk = offered(BandAction::interrupt);
  EXPECT_EQ(
      desk.submit(as(ioc, buy(3, 2, 8, 105))),
      (Texts{"fill 1 by 3 5@101 left 0/3", "phase reopening_call by band", "cancelled 3 3 outside_band"}));
}

TEST(PriceBands, the_edge_does_not_move_while_one_taker_sweeps) {  // C2
  MatchingDesk desk(dynamic(BandAction::cancel));
  desk.trade_at(100);
  desk.submit_all({sell(1, 1, 1, 102), sell(2, 1, 1, 104)});
  EXPECT_EQ(desk.submit(buy(3, 2, 2, 104)),
            (Texts{"fill 1 by 3 1@102 left 0/1", "cancelled 3 1 outside_band"}));
}

TEST(PriceBands, only_the_direction_of_the_taker_is_barred) {  // B3
  MatchingDesk desk(dynamic(BandAction::cancel));
  desk.trade_at(100);
  desk.submit(sell(1, 1, 5, 90));  // passive, far below: may rest, and may be bought
  EXPECT_EQ(desk.submit(buy(2, 2, 5, 95)), (Texts{"fill 1 by 2 5@90 left 0/0"}));
  desk.submit(buy(3, 1, 5, 80));
  EXPECT_EQ(desk.submit(sell(4, 2, 5, 80)), (Texts{"cancelled 4 5 outside_band"}));
}

TEST(PriceBands, before_the_first_trade_the_dynamic_band_lies_around_the_reference) {  // B2
  MatchingDesk desk(dynamic(BandAction::cancel));
  desk.engine.set_reference_price(100);
  desk.submit(sell(1, 1, 5, 103));
  EXPECT_EQ(desk.submit(buy(2, 2, 5, 103)), (Texts{"cancelled 2 5 outside_band"}));
}

TEST(PriceBands, what_lies_beyond_the_edge_is_not_available) {  // C10
  MatchingDesk desk = offered(BandAction::rest);
  EXPECT_EQ(desk.submit(as(fok, buy(3, 2, 6, 105))), (Texts{"cancelled 3 6 fok_not_filled"}));
  EXPECT_EQ(desk.submit(as(fok, buy(4, 2, 5, 105))), (Texts{"fill 1 by 4 5@101 left 0/0"}));
}

}  // namespace
}  // namespace lockstep::matching
