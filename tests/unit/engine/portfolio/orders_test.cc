#include "engine/portfolio/orders.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

Order order_of(OrderId id, Side side = Side::buy, Qty qty = 10, InstrumentId instrument = 0) {
  Order order;
  order.id = id;
  order.side = side;
  order.qty = qty;
  order.instrument = instrument;
  order.price = 100;
  return order;
}

std::vector<OrderId> ids_of(const Orders& orders) {
  std::vector<OrderId> ids;
  for (const Order& order : orders.alive()) ids.push_back(order.id);
  return ids;
}

TEST(Orders, ids_count_from_one_for_each_strategy) {
  Orders orders;
  EXPECT_EQ(orders.next_id(0), 1U);
  EXPECT_EQ(orders.next_id(0), 2U);
  EXPECT_EQ(orders.next_id(2), 0x0002'0000'0000'0001U);
  EXPECT_EQ(orders.next_id(1), 0x0001'0000'0000'0001U);
  EXPECT_EQ(orders.next_id(2), 0x0002'0000'0000'0002U);
  EXPECT_EQ(Orders::strategy_of(0x0002'0000'0000'0001U), 2U);
  EXPECT_EQ(Orders::strategy_of(1), 0U);
}

TEST(Orders, those_alive_stay_in_the_order_of_submission_when_one_leaves) {
  Orders orders;
  for (OrderId id = 1; id <= 5; ++id) orders.add(order_of(id));
  orders.find(2)->state = OrderState::cancelled;
  orders.remove(2);
  EXPECT_EQ(ids_of(orders), (std::vector<OrderId>{1, 3, 4, 5}));
  EXPECT_EQ(orders.find(2), nullptr);
  for (const OrderId id : std::vector<OrderId>{1, 3, 4, 5}) EXPECT_EQ(orders.find(id)->id, id);
  orders.add(order_of(6));
  orders.find(1)->state = OrderState::filled;
  orders.remove(1);
  EXPECT_EQ(ids_of(orders), (std::vector<OrderId>{3, 4, 5, 6}));
  EXPECT_EQ(orders.find(6)->id, 6U);
}

TEST(OrdersDeathTest, an_order_that_works_cannot_leave) {
  Orders orders;
  orders.add(order_of(1));
  EXPECT_DEATH(orders.remove(1), "only an order that is done leaves");
  EXPECT_DEATH(orders.remove(9), "only an order that is done leaves");
}

TEST(Orders, open_quantity_is_what_is_unfilled_on_one_side_of_one_instrument) {
  Orders orders;
  orders.add(order_of(1, Side::buy, 10));
  orders.add(order_of(2, Side::buy, 5)).filled_qty = 2;
  orders.add(order_of(3, Side::sell, 7));
  orders.add(order_of(4, Side::buy, 100, 1));
  EXPECT_EQ(orders.open_qty(0, Side::buy), 13);
  EXPECT_EQ(orders.open_qty(0, Side::sell), 7);
  EXPECT_EQ(orders.open_qty(1, Side::buy), 100);
  EXPECT_EQ(orders.open_qty(1, Side::sell), 0);
}

TEST(Orders, a_replace_on_its_way_counts_with_the_larger_of_its_two_quantities) {
  Orders orders;
  Order& order = orders.add(order_of(1, Side::buy, 10));
  order.filled_qty = 4;
  order.pending_qty = 50;
  EXPECT_EQ(orders.open_qty(0, Side::buy), 46);
  order.pending_qty = 5;  // it may still be refused
  EXPECT_EQ(orders.open_qty(0, Side::buy), 6);
}

TEST(Orders, a_restored_table_finds_its_orders_and_continues_its_ids) {
  Orders orders;
  orders.add(order_of(orders.next_id(1), Side::sell));
  orders.add(order_of(orders.next_id(0)));
  StateVisitor saving = StateVisitor::saving();
  orders.visit(saving);
  const std::vector<std::uint8_t> bytes = saving.take();
  Orders restored;
  StateVisitor loading = StateVisitor::loading(bytes);
  restored.visit(loading);
  ASSERT_TRUE(loading.complete());
  EXPECT_EQ(ids_of(restored), ids_of(orders));
  EXPECT_EQ(restored.find(OrderId{1} << 48U | 1U)->side, Side::sell);
  EXPECT_EQ(restored.next_id(1), OrderId{1} << 48U | 2U);
  EXPECT_EQ(restored.next_id(0), 2U);
}

}  // namespace
}  // namespace lockstep
