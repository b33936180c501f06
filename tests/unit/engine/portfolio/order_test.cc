#include "engine/portfolio/order.h"

#include <gtest/gtest.h>

#include <map>

namespace lockstep {
namespace {

constexpr OrderState kStates[] = {OrderState::submitted, OrderState::working,    OrderState::partially_filled,
                                  OrderState::replacing, OrderState::cancelling, OrderState::filled,
                                  OrderState::cancelled, OrderState::rejected,   OrderState::expired};

constexpr Kind kColumns[] = {Kind::accepted,  Kind::rejected,        Kind::partially_filled, Kind::filled,
                             Kind::cancelled, Kind::cancel_rejected, Kind::replaced,         Kind::expired,
                             Kind::cancel,    Kind::replace,         Kind::triggered};

// The life of an order as the header tells it, copied by hand: one word per cell, `-` for what is refused.
const std::map<OrderState, std::array<std::string_view, 11>> kTable = {
    {OrderState::submitted,
     {"working", "rejected", "-", "-", "cancelled", "-", "-", "expired", "cancelling", "-", "-"}},
    {OrderState::working,
     {"itself", "rejected", "partially_filled", "filled", "cancelled", "itself", "itself", "expired",
      "cancelling", "replacing", "itself"}},
    {OrderState::partially_filled,
     {"-", "-", "itself", "filled", "cancelled", "itself", "itself", "expired", "cancelling", "replacing",
      "-"}},
    {OrderState::replacing,
     {"-", "-", "itself", "filled", "cancelled", "back", "back", "expired", "cancelling", "-", "itself"}},
    {OrderState::cancelling,
     {"itself", "rejected", "itself", "filled", "cancelled", "back", "itself", "expired", "-", "-",
      "itself"}},
    {OrderState::filled, {"-", "-", "-", "-", "-", "itself", "-", "-", "-", "-", "-"}},
    {OrderState::cancelled, {"-", "-", "-", "-", "-", "itself", "-", "-", "-", "-", "-"}},
    {OrderState::rejected, {"-", "-", "-", "-", "-", "itself", "-", "-", "-", "-", "-"}},
    {OrderState::expired, {"-", "-", "-", "-", "-", "itself", "-", "-", "-", "-", "-"}}};

TEST(OrderState, every_cell_of_the_table_holds) {
  for (const OrderState from : kStates) {
    for (std::size_t column = 0; column < 11; ++column) {
      for (const bool any_filled : {false, true}) {
        const Result<OrderState> next = next_state(from, kColumns[column], any_filled);
        const std::string_view cell = kTable.at(from)[column];
        const std::string place =
            std::string(to_string(from)) + " + " + std::string(to_string(kColumns[column]));
        if (cell == "-") {
          ASSERT_FALSE(next.ok()) << place;
          EXPECT_EQ(next.error().code, ErrorCode::mismatch);
          EXPECT_EQ(next.error().what, "an order that is " + std::string(to_string(from)) +
                                           " cannot take \"" + std::string(to_string(kColumns[column])) +
                                           "\"");
          continue;
        }
        ASSERT_TRUE(next.ok()) << place;
        const std::string_view expected = cell == "itself" ? to_string(from)
                                          : cell == "back" ? (any_filled ? "partially_filled" : "working")
                                                           : cell;
        EXPECT_EQ(to_string(*next), expected) << place;
      }
    }
  }
}

TEST(OrderState, an_event_that_is_no_answer_and_no_request_is_refused_everywhere) {
  for (const OrderState from : kStates) {
    for (int i = 0; i < kKindCount; ++i) {
      const auto kind = static_cast<Kind>(i);
      if (std::find(std::begin(kColumns), std::end(kColumns), kind) != std::end(kColumns)) continue;
      EXPECT_FALSE(next_state(from, kind, false).ok()) << to_string(from) << " " << to_string(kind);
    }
  }
}

TEST(OrderState, the_last_four_are_ends) {
  for (std::size_t i = 0; i < std::size(kStates); ++i)
    EXPECT_EQ(is_done(kStates[i]), i >= 5) << to_string(kStates[i]);
}

TEST(Order, what_leaves_is_what_is_not_filled) {
  Order order;
  order.qty = 10;
  order.filled_qty = 3;
  EXPECT_EQ(order.leaves_qty(), 7);
}

}  // namespace
}  // namespace lockstep
