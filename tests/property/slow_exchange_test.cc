// The judge itself, held to the examples worked by hand in sim/matching/MATCHING.md, section 11.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/slow_exchange.h"

namespace lockstep::test {
namespace {

using matching::BandAction;
using matching::BandKind;
using matching::Config;
using matching::Message;
using matching::MessageType;
using matching::NewOrder;
using matching::Output;
using matching::Phase;
using matching::PriorityRule;
using matching::SelfTrade;
using matching::TimeInForce;
using matching::Type;
using Lines = std::vector<std::string>;

template <class Set>
Config rules(Set set) {
  Config config;
  set(config);
  return config;
}

NewOrder buy(std::uint64_t id, std::uint32_t participant, Qty qty, Price price) {
  return {.order_id = id, .price = price, .qty = qty, .participant = participant, .side = Side::buy};
}
NewOrder sell(std::uint64_t id, std::uint32_t participant, Qty qty, Price price) {
  return {.order_id = id, .price = price, .qty = qty, .participant = participant, .side = Side::sell};
}

std::string line_of(const Message& m) {
  switch (m.type) {
    case MessageType::fill:
      return fmt::format("fill {} with {} {}@{} ({}, {})", m.order_id, m.other_id, m.qty, m.price, m.leaves,
                         m.other_leaves);
    case MessageType::booked: return fmt::format("booked {} {}@{}", m.order_id, m.leaves, m.price);
    case MessageType::refreshed:
      return fmt::format("refreshed {} ({}, shown {})", m.order_id, m.leaves, m.shown);
    case MessageType::decremented:
      return fmt::format("decremented {} by {} to {}", m.order_id, m.qty, m.leaves);
    case MessageType::cancelled: return fmt::format("cancelled {} {}", m.order_id, m.qty);
    case MessageType::replaced:
      return fmt::format("replaced {} detail {} leaves {}", m.order_id, m.detail, m.leaves);
    case MessageType::uncross: return fmt::format("uncross {}@{} {:+}", m.qty, m.price, m.leaves);
    case MessageType::phase: return fmt::format("phase {}", m.detail);
    case MessageType::rejected: return fmt::format("rejected {}", m.order_id);
    case MessageType::accepted: break;
  }
  return {};
}

Lines lines_of(const Output& out) {
  Lines lines;
  for (const Message& message : out) {
    if (message.type != MessageType::accepted) lines.push_back(line_of(message));
  }
  return lines;
}

SlowExchange with(const Config& config, const std::vector<NewOrder>& orders,
                  Phase phase = Phase::continuous) {
  SlowExchange exchange(config);
  Output ignored;
  exchange.set_phase(phase, ignored);
  for (const NewOrder& order : orders) exchange.submit(order, ignored);
  return exchange;
}

Lines submit(SlowExchange& exchange, const NewOrder& order) {
  Output out;
  exchange.submit(order, out);
  return lines_of(out);
}

Lines replace(SlowExchange& exchange, std::uint64_t id, Qty qty, Price price) {
  Output out;
  exchange.replace({.order_id = id, .price = price, .qty = qty}, out);
  return lines_of(out);
}

Lines open(SlowExchange& exchange) {
  Output out;
  exchange.set_phase(Phase::continuous, out);
  return lines_of(out);
}

TEST(SlowExchange, the_earlier_order_is_served_first) {
  auto exchange = with({}, {sell(1, 1, 5, 101), sell(2, 2, 5, 101), sell(3, 3, 5, 102)});
  EXPECT_EQ(
      submit(exchange, buy(4, 4, 12, 102)),
      (Lines{"fill 1 with 4 5@101 (0, 7)", "fill 2 with 4 5@101 (0, 2)", "fill 3 with 4 2@102 (3, 0)"}));
}

TEST(SlowExchange, an_icebergs_next_slice_goes_to_the_back) {
  NewOrder iceberg = sell(1, 1, 10, 101);
  iceberg.display_qty = 4;
  auto exchange = with({}, {iceberg, sell(2, 2, 5, 101)});
  EXPECT_EQ(submit(exchange, buy(3, 3, 11, 101)),
            (Lines{"fill 1 with 3 4@101 (6, 7)", "refreshed 1 (6, shown 4)", "fill 2 with 3 5@101 (0, 2)",
                   "fill 1 with 3 2@101 (4, 0)"}));
}

TEST(SlowExchange, pro_rata_shares_by_size_and_gives_the_rest_to_the_front) {
  const std::vector<NewOrder> orders{sell(1, 1, 50, 101), sell(2, 2, 30, 101), sell(3, 3, 20, 101)};
  auto plain = with(rules([](Config& c) { c.priority = PriorityRule::pro_rata; }), orders);
  EXPECT_EQ(
      submit(plain, buy(4, 4, 33, 101)),
      (Lines{"fill 1 with 4 18@101 (32, 15)", "fill 2 with 4 9@101 (21, 6)", "fill 3 with 4 6@101 (14, 0)"}));
  auto top = with(rules([](Config& c) {
                    c.priority = PriorityRule::pro_rata;
                    c.top_order = true;
                    c.top_order_max = 10;
                  }),
                  orders);
  EXPECT_EQ(
      submit(top, buy(4, 4, 33, 101)),
      (Lines{"fill 1 with 4 21@101 (29, 12)", "fill 2 with 4 7@101 (23, 5)", "fill 3 with 4 5@101 (15, 0)"}));
  auto least = with(rules([](Config& c) {
                      c.priority = PriorityRule::pro_rata;
                      c.min_allocation = 8;
                    }),
                    orders);
  EXPECT_EQ(submit(least, buy(4, 4, 33, 101)),
            (Lines{"fill 1 with 4 24@101 (26, 9)", "fill 2 with 4 9@101 (21, 0)"}));
}

TEST(SlowExchange, the_larger_order_is_served_first_where_size_counts) {
  auto exchange = with(rules([](Config& c) { c.priority = PriorityRule::price_size_time; }),
                       {sell(1, 1, 5, 101), sell(2, 2, 9, 101), sell(3, 3, 9, 101)});
  EXPECT_EQ(submit(exchange, buy(4, 4, 11, 101)),
            (Lines{"fill 2 with 4 9@101 (0, 2)", "fill 3 with 4 2@101 (7, 0)"}));
  EXPECT_EQ(exchange.queue(Side::sell, 101), (std::vector<std::uint64_t>{3, 1}));
}

TEST(SlowExchange, own_orders_decrement_each_other) {
  auto exchange = with(rules([](Config& c) { c.self_trade = SelfTrade::decrement; }),
                       {sell(1, 1, 3, 101), sell(2, 2, 4, 101)});
  EXPECT_EQ(submit(exchange, buy(3, 1, 5, 101)),
            (Lines{"cancelled 1 3", "decremented 3 by 3 to 2", "fill 2 with 3 2@101 (2, 0)"}));
  EXPECT_EQ(submit(exchange, buy(4, 2, 1, 101)), (Lines{"decremented 2 by 1 to 1", "cancelled 4 1"}));
}

TEST(SlowExchange, fill_or_kill_counts_what_self_trade_prevention_leaves) {
  auto exchange = with(rules([](Config& c) { c.self_trade = SelfTrade::cancel_oldest; }),
                       {sell(1, 1, 3, 101), sell(2, 2, 4, 102)});
  NewOrder own = buy(3, 1, 5, 102);
  own.tif = TimeInForce::fok;
  EXPECT_EQ(submit(exchange, own), (Lines{"cancelled 3 5"}));
  NewOrder other = buy(4, 3, 7, 102);
  other.tif = TimeInForce::fok;
  EXPECT_EQ(submit(exchange, other), (Lines{"fill 1 with 4 3@101 (0, 4)", "fill 2 with 4 4@102 (0, 0)"}));
}

TEST(SlowExchange, the_dynamic_band_stops_a_taker_in_three_ways) {
  const auto stopped = [](BandAction action) {
    auto exchange = with(rules([&](Config& c) {
                           c.dynamic_band = {BandKind::absolute, 2};
                           c.band_action = action;
                         }),
                         {sell(8, 1, 1, 100), buy(9, 2, 1, 100), sell(1, 1, 5, 101), sell(2, 2, 5, 103)});
    return submit(exchange, buy(3, 3, 8, 105));
  };
  EXPECT_EQ(stopped(BandAction::rest), (Lines{"fill 1 with 3 5@101 (0, 3)", "booked 3 3@102"}));
  EXPECT_EQ(stopped(BandAction::cancel), (Lines{"fill 1 with 3 5@101 (0, 3)", "cancelled 3 3"}));
  EXPECT_EQ(stopped(BandAction::interrupt),
            (Lines{"fill 1 with 3 5@101 (0, 3)", "phase 4", "booked 3 3@105"}));
}

TEST(SlowExchange, a_replace_counts_what_is_done) {
  auto exchange = with({}, {buy(1, 1, 10, 100), sell(2, 2, 4, 100)});
  EXPECT_EQ(replace(exchange, 1, 8, 100), (Lines{"replaced 1 detail 1 leaves 4"}));
  EXPECT_EQ(replace(exchange, 1, 12, 100), (Lines{"replaced 1 detail 0 leaves 8", "booked 1 8@100"}));
  EXPECT_EQ(replace(exchange, 1, 4, 100), (Lines{"cancelled 1 8"}));
}

TEST(SlowExchange, an_uncross_takes_the_largest_volume_then_the_smallest_imbalance) {
  auto exchange = with(
      {},
      {buy(1, 1, 10, 102), buy(2, 2, 10, 101), buy(3, 3, 10, 100), sell(4, 4, 15, 99), sell(5, 5, 10, 101)},
      Phase::pre_open);
  EXPECT_EQ(open(exchange), (Lines{"phase 2", "uncross 20@101 -5", "fill 1 with 4 10@101 (0, 5)",
                                   "fill 2 with 4 5@101 (5, 0)", "fill 2 with 5 5@101 (0, 5)"}));
}

TEST(SlowExchange, ties_of_an_uncross_go_by_pressure_then_by_the_reference) {
  const auto price = [](const std::vector<NewOrder>& orders, Price reference) {
    auto exchange = with({}, orders, Phase::pre_open);
    exchange.set_reference_price(reference);
    return exchange.indicative().price;
  };
  EXPECT_EQ(price({buy(1, 1, 10, 105), sell(2, 2, 5, 100)}, kNoPrice), 105);
  EXPECT_EQ(price({buy(1, 1, 10, 105), sell(2, 2, 20, 100)}, kNoPrice), 100);
  EXPECT_EQ(price({buy(1, 1, 10, 105), sell(2, 2, 10, 100)}, 102), 102);
  EXPECT_EQ(price({buy(1, 1, 10, 105), sell(2, 2, 10, 100)}, kNoPrice), 105);
  const std::vector<NewOrder> both{buy(1, 1, 10, 101), buy(2, 2, 5, 100), sell(3, 3, 10, 100),
                                   sell(4, 4, 5, 101)};
  EXPECT_EQ(price(both, 100), 100);
  EXPECT_EQ(price(both, 101), 101);
  EXPECT_EQ(price(both, kNoPrice), 101);
}

TEST(SlowExchange, market_orders_come_first_in_an_uncross) {
  NewOrder market = buy(1, 1, 5, kNoPrice);
  market.type = Type::market;
  auto exchange = with({}, {market, buy(2, 2, 5, 101), sell(3, 3, 7, 100)}, Phase::pre_open);
  EXPECT_EQ(open(exchange), (Lines{"phase 2", "uncross 7@101 +3", "fill 1 with 3 5@101 (0, 2)",
                                   "fill 2 with 3 2@101 (3, 0)"}));
}

}  // namespace
}  // namespace lockstep::test
