#include <gtest/gtest.h>

#include "tests/support/matching_desk.h"

namespace lockstep::matching {
namespace {

Config pro_rata() {
  Config config;
  config.priority = PriorityRule::pro_rata;
  return config;
}

const std::vector<NewOrder> kThree = {sell(1, 1, 50, 101), sell(2, 2, 30, 101), sell(3, 3, 20, 101)};

TEST(ProRata, shares_are_proportional_and_the_rest_goes_by_time) {  // M6, example 4
  MatchingDesk desk(pro_rata());
  desk.submit_all(kThree);
  EXPECT_EQ(
      desk.submit(buy(4, 4, 33, 101)),
      (Texts{"fill 1 by 4 18@101 left 32/15", "fill 2 by 4 9@101 left 21/6", "fill 3 by 4 6@101 left 14/0"}));
}

TEST(ProRata, the_top_order_is_served_first_up_to_its_maximum) {  // M5, example 5
  Config config = pro_rata();
  config.top_order = true;
  config.top_order_max = 10;
  MatchingDesk desk(config);
  desk.submit_all(kThree);
  EXPECT_EQ(
      desk.submit(buy(4, 4, 33, 101)),
      (Texts{"fill 1 by 4 21@101 left 29/12", "fill 2 by 4 7@101 left 23/5", "fill 3 by 4 5@101 left 15/0"}));
}

TEST(ProRata, only_an_order_that_sets_a_new_best_is_top_and_it_does_not_come_back) {  // M7
  Config config = pro_rata();
  config.top_order = true;
  MatchingDesk desk(config);
  // 4 takes the place of 1 as top order and leaves: 1 is not top again, so 10 are shared 6, 4 by size.
  desk.submit_all({sell(1, 1, 60, 101), sell(2, 2, 40, 101), sell(4, 3, 1, 100)});
  desk.cancel(4);
  EXPECT_EQ(desk.submit(buy(5, 5, 10, 101)),
            (Texts{"fill 1 by 5 6@101 left 54/4", "fill 2 by 5 4@101 left 36/0"}));
  desk.submit(sell(6, 6, 8, 100));
  desk.submit(sell(7, 7, 92, 100));
  // 6 is top: 8 for it, 2 of the rest to 7.
  EXPECT_EQ(desk.submit(buy(8, 5, 10, 100)),
            (Texts{"fill 6 by 8 8@100 left 0/2", "fill 7 by 8 2@100 left 90/0"}));
}

TEST(ProRata, a_top_order_that_is_reduced_stays_top_and_one_that_moves_does_not) {  // M7
  Config config = pro_rata();
  config.top_order = true;
  MatchingDesk desk(config);
  desk.submit_all({sell(1, 1, 60, 101), sell(2, 2, 50, 101)});
  desk.replace(1, 50, 101);
  EXPECT_EQ(desk.submit(buy(3, 5, 10, 101)), (Texts{"fill 1 by 3 10@101 left 40/0"}));
  desk.replace(1, 60, 101);  // leaves 50, at the back: of 10, five each
  EXPECT_EQ(desk.submit(buy(4, 5, 10, 101)),
            (Texts{"fill 2 by 4 5@101 left 45/5", "fill 1 by 4 5@101 left 45/0"}));
}

TEST(ProRata, a_top_order_that_is_refreshed_is_top_no_more) {  // M7
  Config config = pro_rata();
  config.top_order = true;
  MatchingDesk desk(config);
  desk.submit_all({showing(10, sell(1, 1, 30, 101)), sell(2, 2, 10, 101)});
  EXPECT_EQ(desk.submit(buy(3, 5, 10, 101)),
            (Texts{"fill 1 by 3 10@101 left 20/0 shows 0", "refreshed 1 20 shows 10"}));
  EXPECT_EQ(desk.submit(buy(4, 5, 10, 101)),
            (Texts{"fill 2 by 4 5@101 left 5/5", "fill 1 by 4 5@101 left 15/0 shows 5"}));
}

TEST(ProRata, there_is_no_top_order_after_trading_was_interrupted) {  // P2
  Config config = pro_rata();
  config.top_order = true;
  MatchingDesk desk(config);
  desk.submit_all({sell(1, 1, 10, 101), sell(2, 2, 10, 101)});
  desk.set_phase(Phase::halted);
  desk.set_phase(Phase::continuous);
  EXPECT_EQ(desk.submit(buy(3, 5, 10, 101)),
            (Texts{"fill 1 by 3 5@101 left 5/5", "fill 2 by 3 5@101 left 5/0"}));
}

TEST(ProRata, a_share_below_the_minimum_is_nothing) {  // M6, example 6
  Config config = pro_rata();
  config.min_allocation = 8;
  MatchingDesk desk(config);
  desk.submit_all(kThree);
  EXPECT_EQ(desk.submit(buy(4, 4, 33, 101)),
            (Texts{"fill 1 by 4 24@101 left 26/9", "fill 2 by 4 9@101 left 21/0"}));
}

TEST(ProRata, shares_are_whole_lots) {  // M6: 30 of 100: 15, 9, 6 -> lots of 5: 15, 5, 5; 5 left to the first
  Config config = pro_rata();
  config.lot = 5;
  config.min_qty = 5;
  MatchingDesk desk(config);
  desk.submit_all(kThree);
  EXPECT_EQ(
      desk.submit(buy(4, 4, 30, 101)),
      (Texts{"fill 1 by 4 20@101 left 30/10", "fill 2 by 4 5@101 left 25/5", "fill 3 by 4 5@101 left 15/0"}));
}

TEST(ProRata, new_slices_take_part_in_the_next_round) {  // M6, last line
  MatchingDesk desk(pro_rata());
  desk.submit_all({showing(10, sell(1, 1, 30, 101)), sell(2, 2, 10, 101)});
  // Round 1: 20 displayed, all taken. Round 2: 5 of the slice of 10.
  EXPECT_EQ(desk.submit(buy(3, 3, 25, 101)),
            (Texts{"fill 1 by 3 10@101 left 20/15 shows 0", "refreshed 1 20 shows 10",
                   "fill 2 by 3 10@101 left 0/5", "fill 1 by 3 5@101 left 15/0 shows 5"}));
}

TEST(ProRata, own_orders_of_a_level_are_dealt_with_before_anything_is_shared) {  // M4
  Config config = pro_rata();
  config.self_trade = SelfTrade::cancel_oldest;
  MatchingDesk desk(config);
  desk.submit_all({sell(1, 1, 50, 101), sell(2, 2, 30, 101), sell(3, 1, 20, 101)});
  EXPECT_EQ(desk.submit(buy(4, 1, 10, 101)), (Texts{"cancelled 1 50 self_trade", "cancelled 3 20 self_trade",
                                                    "fill 2 by 4 10@101 left 20/0"}));
  NewOrder newest = buy(5, 2, 10, 101);
  newest.self_trade = SelfTrade::cancel_newest;
  desk.submit(sell(6, 6, 10, 101));
  EXPECT_EQ(desk.submit(newest), (Texts{"cancelled 5 10 self_trade"}));
}

TEST(ProRata, large_quantities_do_not_overflow) {
  Config config = pro_rata();
  config.max_qty = Qty{1} << 42;
  MatchingDesk desk(config);
  const Qty big = Qty{1} << 42;
  desk.submit_all({sell(1, 1, big, 101), sell(2, 2, big, 101)});
  EXPECT_EQ(desk.submit(buy(3, 3, big, 101)),
            (Texts{"fill 1 by 3 2199023255552@101 left 2199023255552/2199023255552",
                   "fill 2 by 3 2199023255552@101 left 2199023255552/0"}));
}

}  // namespace
}  // namespace lockstep::matching
