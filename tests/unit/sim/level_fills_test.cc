// Resting orders on feeds of levels beyond the plain queue: icebergs, trades that are told of late, sizes
// that are not checked, chance, impact.
#include <gtest/gtest.h>

#include "tests/support/floor.h"

namespace lockstep {
namespace {

using test::book;
using test::Floor;
using test::trade;
using Told = std::vector<std::string>;

constexpr Side kBuy = Side::buy;
constexpr Side kSell = Side::sell;

test::Entry snapshot(TimeNs ts_ns, const std::vector<Level>& bids, const std::vector<Level>& asks) {
  return book(ts_ns, BookAction::snapshot, bids, asks);
}
test::Entry diff(TimeNs ts_ns, const std::vector<Level>& bids, const std::vector<Level>& asks) {
  return book(ts_ns, BookAction::diff, bids, asks);
}

// 10 at 99 against 5 at 101 and 6 at 102.
Floor floor_with(const sim::FillRules& fills) {
  Floor floor(0, 0, {}, {test::plain_instrument()}, {}, fills);
  floor.see(snapshot(100, {{99, 10}}, {{101, 5}, {102, 6}}));
  return floor;
}

sim::FillRules queue_rules(sim::QueueModelKind kind, double exponent = 1) {
  sim::FillRules fills;
  fills.queue.kind = kind;
  fills.queue.exponent = exponent;
  return fills;
}

constexpr sim::QueueModelKind kLevelModels[] = {
    sim::QueueModelKind::proportional, sim::QueueModelKind::pessimistic, sim::QueueModelKind::power,
    sim::QueueModelKind::power_behind, sim::QueueModelKind::power_ahead, sim::QueueModelKind::log,
    sim::QueueModelKind::log_behind,   sim::QueueModelKind::fitted};

TEST(LevelQueue, each_model_moves_us_up_by_its_own_chance) {
  // 12 ahead, then 12 more behind; 12 of 24 are cancelled, so that a trade of the rest and 1 fills us.
  const struct {
    sim::FillRules fills;
    Qty ahead;
  } cases[] = {{queue_rules(sim::QueueModelKind::pessimistic), 12},
               {queue_rules(sim::QueueModelKind::proportional), 6},
               {queue_rules(sim::QueueModelKind::power, 3), 6},
               {queue_rules(sim::QueueModelKind::power_behind, 2), 3},  // 1 - 1/4
               {queue_rules(sim::QueueModelKind::power_ahead, 2), 9}};  // 1/4
  for (const auto& each : cases) {
    Floor floor(0, 0, {}, {test::plain_instrument()}, {}, each.fills);
    floor.see(snapshot(100, {{99, 12}}, {{101, 5}}));
    floor.submit(110, {kBuy, 4, 99});
    floor.see(diff(120, {{99, 24}}, {}));
    floor.see(diff(130, {{99, 12}}, {}));
    floor.see(trade(140, 99, each.ahead, kSell));
    EXPECT_EQ(floor.told(), Told{}) << sim::kQueueModelNames[static_cast<std::size_t>(each.fills.queue.kind)];
    floor.see(trade(150, 99, 1, kSell));
    EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 99 maker"}));
  }
}

TEST(LevelQueue, a_trade_told_before_or_after_the_level_it_took_from_gives_the_same) {
  for (const sim::QueueModelKind kind : kLevelModels) {
    for (const Qty traded : {Qty{3}, Qty{8}, Qty{10}, Qty{14}}) {
      std::vector<std::string> told[2];
      for (const bool is_late : {false, true}) {
        Floor floor = floor_with(queue_rules(kind, 2));
        floor.submit(110, {kBuy, 9, 99});
        floor.see(diff(120, {{99, 17}}, {}));  // 10 ahead, 7 behind
        const Event print = trade(130, 99, traded, kSell);
        const test::Entry level = diff(130, {{99, 17 - traded - 1}}, {});  // and one was cancelled
        if (is_late) floor.see(level);
        floor.see(print);
        if (!is_late) floor.see(level);
        floor.see(trade(140, 99, 8, kSell));
        told[is_late ? 1 : 0] = floor.told();
      }
      EXPECT_EQ(told[0], told[1]) << sim::kQueueModelNames[static_cast<std::size_t>(kind)] << ' ' << traded;
    }
  }
}

TEST(LevelQueue, a_late_trade_that_emptied_the_level_gives_us_only_what_reached_us) {
  Floor floor = floor_with({});
  floor.submit(110, {kBuy, 9, 99});
  floor.see(diff(130, {{99, 0}}, {}));
  floor.see(trade(130, 99, 12, kSell));  // 10 stood before us
  EXPECT_EQ(floor.told(), (Told{"1 buy 2 @ 99 maker"}));
}

TEST(LevelQueue, a_trade_from_before_our_arrival_is_none_of_ours) {
  Floor floor = floor_with({});
  floor.submit(110, {kBuy, 9, 100});
  floor.see(diff(120, {}, {}));
  floor.see(trade(105, 99, 12, kSell), 125);
  EXPECT_EQ(floor.told(), Told{});
}

TEST(Iceberg, shows_a_slice_and_goes_to_the_back_for_the_next) {
  Floor floor = floor_with({});
  test::Ask iceberg{kBuy, 10, 99};
  iceberg.display = 4;
  floor.submit(110, iceberg);
  floor.see(trade(120, 99, 30, kSell));  // 10 ahead, then ours
  EXPECT_EQ(floor.told(), (Told{"1 buy 4 @ 99 maker"}));
  floor.see(diff(130, {{99, 7}}, {}));  // newcomers: ahead of the second slice? they came with the update
  floor.see(trade(140, 99, 3, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 3 @ 99 maker"}));
}

TEST(Iceberg, the_next_slice_stands_behind_all_that_shows) {
  Floor floor = floor_with({});
  floor.see(diff(105, {{99, 10}}, {}));
  test::Ask iceberg{kBuy, 6, 99};
  iceberg.display = 2;
  floor.submit(110, iceberg);
  floor.see(diff(115, {{99, 18}}, {}));  // 8 behind
  floor.see(trade(120, 99, 12, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 2 @ 99 maker"}));
  floor.see(diff(120, {{99, 6}}, {}));
  floor.see(trade(130, 99, 7, kSell));  // the six that show, then ours
  EXPECT_EQ(floor.told(), (Told{"1 buy 1 @ 99 maker"}));
}

TEST(Iceberg, stands_behind_our_own_later_order_once_its_slice_is_used_up) {
  Floor floor = floor_with({});
  test::Ask iceberg{kBuy, 6, 100};
  iceberg.display = 2;
  floor.submit(110, iceberg);
  floor.submit(111, {kBuy, 3, 100});
  floor.see(trade(120, 100, 4, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 2 @ 100 maker", "2 buy 2 @ 100 maker"}));
  floor.see(trade(130, 100, 2, kSell));
  EXPECT_EQ(floor.told(), (Told{"2 buy 1 @ 100 maker", "1 buy 1 @ 100 maker"}));
}

TEST(Iceberg, whoever_trades_through_takes_all_of_it_and_it_takes_with_all_of_itself) {
  Floor floor = floor_with({});
  test::Ask iceberg{kBuy, 12, 101};
  iceberg.display = 2;
  floor.submit(110, iceberg);
  floor.see(trade(120, 100, 6, kSell));
  EXPECT_EQ(floor.told(), (Told{"1 buy 5 @ 101", "1 buy 6 @ 101 maker"}));
}

TEST(Sizes, where_they_are_not_checked_the_best_price_gives_everything) {
  sim::FillRules fills;
  fills.checks_size = false;
  Floor floor = floor_with(fills);
  floor.submit(110, {kBuy, 50});
  floor.submit(111, {kBuy, 40, 101, TimeInForce::fok});
  floor.submit(112, {kBuy, 30, 100});
  floor.see(diff(120, {}, {}));
  EXPECT_EQ(floor.told(), (Told{"1 buy 50 @ 101", "2 buy 40 @ 101"}));
  floor.see(trade(130, 99, 1, kSell));
  EXPECT_EQ(floor.told(), (Told{"3 buy 30 @ 100 maker"}));
}

TEST(PartialFills, come_as_often_as_their_chance_says_and_leave_a_rest_that_is_tried_again) {
  sim::FillRules fills;
  fills.partial_fill_ppb = 100'000'000;  // one in ten
  fills.checks_size = false;
  Floor floor = floor_with(fills);
  int cut = 0;
  for (int i = 0; i < 2000; ++i) {
    floor.submit(200 + 10 * i, {kBuy, 100});
    floor.see(diff(205 + 10 * i, {}, {}));
    floor.see(diff(206 + 10 * i, {}, {}));
  }
  Qty filled = 0;
  for (const Event& answer : floor.answers()) {
    if (!is_fill(answer.kind)) continue;
    filled += answer.as<Fill>().qty;
    if (answer.kind == Kind::partially_filled) ++cut;
  }
  // A binomial of 2,000 (and the second tries) at 0.1: 200 with a standard deviation of 13.
  EXPECT_GT(cut, 150);
  EXPECT_LT(cut, 290);
  EXPECT_EQ(filled / 100, 2000);
}

TEST(PartialFills, never_cut_a_fill_or_kill) {
  sim::FillRules fills;
  fills.partial_fill_ppb = 1'000'000'000;
  Floor floor = floor_with(fills);
  floor.submit(110, {kBuy, 11, 102, TimeInForce::fok});
  floor.see(diff(120, {}, {}));
  EXPECT_EQ(floor.told(), (Told{"1 buy 5 @ 101", "1 buy 6 @ 102"}));
}

TEST(ImpactOnFills, our_own_taking_moves_the_next_price_against_us_until_it_has_decayed) {
  sim::FillRules fills;
  fills.impact.kind = sim::ImpactKind::linear;
  fills.impact.coefficient = 0.02;  // 2 % for 5 units: 2 ticks at 101
  fills.impact.reference_qty = 5;
  fills.impact.decay_ns = 1000;
  Floor floor = floor_with(fills);
  floor.submit(110, {kBuy, 5});
  floor.see(diff(120, {}, {{101, 10}}));
  floor.submit(121, {kBuy, 1, 102, TimeInForce::ioc});
  floor.submit(122, {kBuy, 1, 103, TimeInForce::ioc});
  floor.submit(123, {kSell, 1});
  floor.see(diff(130, {}, {}));
  EXPECT_EQ(floor.told(),
            (Told{"1 buy 5 @ 101", "2 cancelled immediate_or_cancel", "3 buy 1 @ 103", "4 sell 1 @ 99"}));
  floor.submit(2000, {kBuy, 1});
  floor.see(diff(2010, {}, {}));
  EXPECT_EQ(floor.told(), (Told{"5 buy 1 @ 101"}));
}

}  // namespace
}  // namespace lockstep
