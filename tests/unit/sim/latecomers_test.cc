#include "sim/latecomers.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace lockstep::sim {
namespace {

TEST(Latecomers, numbers_rise_from_one_in_the_order_of_joining) {
  Latecomers late;
  EXPECT_EQ(late.next_number(), 1U);
  late.join(70);
  late.join(50);
  EXPECT_EQ(late.number_of(70), 1U);
  EXPECT_EQ(late.number_of(50), 2U);
  EXPECT_EQ(late.number_of(60), 0U) << "it is none of them";
  EXPECT_EQ(late.next_number(), 3U);
}

TEST(Latecomers, who_joins_again_is_behind_all_and_who_leaves_is_none_of_them) {
  Latecomers late;
  for (const std::uint64_t id : {1U, 2U, 3U, 4U}) late.join(id);
  late.join(2);
  EXPECT_EQ(late.number_of(2), 5U);
  late.leave(1);
  late.leave(1);  // twice does nothing
  late.leave(99);
  EXPECT_EQ(late.number_of(1), 0U);
  EXPECT_EQ(late.number_of(3), 3U);
  EXPECT_EQ(late.number_of(4), 4U);
  late.clear();
  EXPECT_EQ(late.number_of(3), 0U);
  EXPECT_EQ(late.next_number(), 6U) << "a number is never given twice";
}

TEST(Latecomers, are_saved_and_read_back_and_one_id_twice_is_damage) {
  Latecomers late;
  for (std::uint64_t id = 1; id <= 100; ++id) late.join(id * id);
  late.leave(49);
  StateVisitor saving = StateVisitor::saving();
  late.visit(saving);
  std::vector<std::uint8_t> bytes = saving.take();
  Latecomers back;
  StateVisitor loading = StateVisitor::loading(bytes);
  back.visit(loading);
  ASSERT_TRUE(loading.complete());
  for (std::uint64_t id = 1; id <= 100; ++id)
    EXPECT_EQ(back.number_of(id * id), late.number_of(id * id)) << id;
  EXPECT_EQ(back.number_of(49), 0U);
  EXPECT_EQ(back.next_number(), 101U);

  // The second entry's id becomes that of the first: 8 bytes of length, then 16 to an entry.
  std::copy_n(bytes.begin() + 8, 8, bytes.begin() + 24);
  StateVisitor damaged = StateVisitor::loading(bytes);
  Latecomers().visit(damaged);
  EXPECT_FALSE(damaged.ok());
}

}  // namespace
}  // namespace lockstep::sim
