#include "engine/portfolio/lots.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

Lot lot(Qty qty, std::int64_t cost_nanos) {
  return {qty, Money::from_nanos(cost_nanos)};
}

TEST(LotQueue, the_oldest_lots_leave_first_and_in_part) {
  LotQueue lots;
  lots.push(lot(3, 10));
  lots.push(lot(2, 8));
  EXPECT_EQ(lots.cost_of_oldest(0), 0);
  EXPECT_EQ(lots.cost_of_oldest(1), 3);   // 10/3 = 3.33
  EXPECT_EQ(lots.cost_of_oldest(4), 14);  // 10 + 8/2
  lots.remove_oldest(1);
  EXPECT_EQ(lots[0].qty, 2);
  EXPECT_EQ(lots[0].cost.nanos(), 7);
  EXPECT_EQ(lots.cost_of_oldest(4), 15);
  lots.remove_oldest(3);
  ASSERT_EQ(lots.size(), 1U);
  EXPECT_EQ(lots[0].cost.nanos(), 4);
  lots.remove_oldest(1);
  EXPECT_TRUE(lots.empty());
}

TEST(LotQueue, memory_follows_the_open_lots) {
  LotQueue lots;
  for (int i = 0; i < 100'000; ++i) {
    lots.push(lot(1, i));
    if (i >= 3) lots.remove_oldest(1);
  }
  ASSERT_EQ(lots.size(), 3U);
  EXPECT_EQ(lots[0].cost.nanos(), 99'997);
  StateVisitor saving = StateVisitor::saving();
  lots.visit(saving);
  EXPECT_EQ(saving.take().size(), 8U + 3 * 24U);
}

TEST(LotQueue, a_damaged_length_is_refused) {
  LotQueue lots;
  lots.push(lot(3, 10));
  StateVisitor saving = StateVisitor::saving();
  lots.visit(saving);
  std::vector<std::uint8_t> bytes = saving.take();
  bytes[6] = 1;
  StateVisitor loading = StateVisitor::loading(bytes);
  LotQueue other;
  other.visit(loading);
  EXPECT_FALSE(loading.ok());
}

}  // namespace
}  // namespace lockstep
