#include "sim/consumed.h"

#include <gtest/gtest.h>

namespace lockstep::sim {
namespace {

TEST(Consumed, what_we_took_is_not_left) {
  Consumed consumed;
  EXPECT_EQ(consumed.left(100, 10), 10);
  consumed.take(100, 4);
  consumed.take(100, 3);
  consumed.take(101, 1);
  EXPECT_EQ(consumed.left(100, 10), 3);
  EXPECT_EQ(consumed.left(101, 10), 9);
  EXPECT_EQ(consumed.left(100, 5), 0);
}

TEST(Consumed, growth_is_new_and_a_shrinking_level_takes_ours_with_it) {
  Consumed consumed;
  consumed.take(100, 7);
  consumed.update(100, 12);
  EXPECT_EQ(consumed.left(100, 12), 5);
  consumed.update(100, 6);
  EXPECT_EQ(consumed.left(100, 6), 0);
  consumed.update(100, 9);
  EXPECT_EQ(consumed.left(100, 9), 3);
  consumed.update(100, 0);
  EXPECT_TRUE(consumed.empty());
  EXPECT_EQ(consumed.left(100, 9), 9);
}

TEST(Consumed, a_snapshot_restates_every_price) {
  Consumed consumed;
  consumed.take(100, 7);
  consumed.take(101, 7);
  consumed.take(102, 7);
  consumed.update_all([](Price price) { return price == 101 ? Qty{3} : price == 102 ? Qty{50} : Qty{0}; });
  EXPECT_EQ(consumed.at(100), 0);
  EXPECT_EQ(consumed.at(101), 3);
  EXPECT_EQ(consumed.at(102), 7);
}

}  // namespace
}  // namespace lockstep::sim
