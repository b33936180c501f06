#include <gtest/gtest.h>

#include "tests/support/matching_desk.h"

namespace lockstep::matching {
namespace {

using enum TimeInForce;

TEST(Phases, a_new_engine_is_closed_and_takes_nothing) {
  MatchingDesk desk({}, Phase::closed);
  EXPECT_EQ(desk.submit(buy(1, 1, 1, 100)), (Texts{"rejected 1 phase"}));
  EXPECT_EQ(desk.set_phase(Phase::closed), (Texts{"rejected 0 bad_phase"}));
}

TEST(Phases, each_phase_takes_what_the_table_says) {  // R8
  struct Row {
    Phase phase;
    bool gtc_order, ioc_order, post, minimum, opening, closing;
  };
  const Row rows[] = {
      {Phase::closed, false, false, false, false, false, false},
      {Phase::pre_open, true, false, false, false, true, true},
      {Phase::continuous, true, true, true, true, false, true},
      {Phase::halted, false, false, false, false, false, false},
      {Phase::reopening_call, true, false, false, false, false, true},
      {Phase::closing_call, true, false, false, false, false, true},
  };
  for (const Row& row : rows) {
    MatchingDesk desk({}, row.phase);
    const auto is_taken = [&](const NewOrder& order) {
      desk.submit(order);
      return desk.said.front().type == MessageType::accepted;
    };
    EXPECT_EQ(is_taken(buy(1, 1, 1, 100)), row.gtc_order) << name(row.phase);
    EXPECT_EQ(is_taken(as(ioc, buy(2, 1, 1, 100))), row.ioc_order) << name(row.phase);
    EXPECT_EQ(is_taken(as(fok, buy(3, 1, 1, 100))), row.ioc_order) << name(row.phase);
    EXPECT_EQ(is_taken(post_only(buy(4, 1, 1, 100))), row.post) << name(row.phase);
    EXPECT_EQ(is_taken(with_min_qty(1, buy(5, 1, 1, 100))), row.minimum) << name(row.phase);
    EXPECT_EQ(is_taken(as(at_open, buy(6, 1, 1, 100))), row.opening) << name(row.phase);
    EXPECT_EQ(is_taken(as(at_close, buy(7, 1, 1, 100))), row.closing) << name(row.phase);
  }
}

TEST(Phases, a_call_collects_and_may_be_crossed) {
  MatchingDesk desk({}, Phase::pre_open);
  EXPECT_EQ(desk.submit_all({buy(1, 1, 5, 102), sell(2, 2, 5, 100)}),
            (Texts{"booked 1 5@102", "booked 2 5@100"}));
}

TEST(Phases, opening_orders_that_are_left_over_are_cancelled_and_others_carry_over_with_their_time) {  // P4
  MatchingDesk desk({}, Phase::pre_open);
  desk.submit_all({as(at_open, buy(1, 1, 5, 100)), buy(2, 1, 5, 100), as(at_open, sell(3, 2, 5, 104)),
                   sell(4, 2, 5, 104)});
  EXPECT_EQ(desk.set_phase(Phase::continuous),
            (Texts{"phase continuous", "cancelled 1 5 auction_leftover", "cancelled 3 5 auction_leftover"}));
  desk.submit(buy(5, 1, 5, 100));
  EXPECT_EQ(desk.engine.shown_ahead(5), 5);
  EXPECT_EQ(desk.engine.shown_ahead(2), 0);
}

TEST(Phases, closing_orders_wait_unseen_and_trade_in_the_closing_auction_only) {  // P6, P3, P4
  MatchingDesk desk({}, Phase::pre_open);
  EXPECT_EQ(desk.submit(as(at_close, sell(1, 2, 5, 100))), Texts{});
  desk.set_phase(Phase::continuous);
  EXPECT_EQ(desk.submit(buy(2, 1, 3, 100)), (Texts{"booked 2 3@100"}));
  EXPECT_EQ(desk.set_phase(Phase::closing_call), (Texts{"phase closing_call", "booked 1 5@100"}));
  EXPECT_EQ(desk.set_phase(Phase::closed),
            (Texts{"phase closed", "uncross 3@100 imbalance -2", "fill 2 by 1 3@100 left 0/2",
                   "cancelled 1 2 auction_leftover"}));
}

TEST(Phases, closing_without_a_call_ends_those_that_waited_for_it) {  // P5
  MatchingDesk desk;
  desk.submit_all(
      {as(at_close, sell(1, 2, 5, 100)), as(at_close, market(buy(2, 2, 5, 0))), buy(3, 1, 1, 90)});
  EXPECT_EQ(desk.set_phase(Phase::closed),
            (Texts{"phase closed", "cancelled 1 5 auction_leftover", "cancelled 2 5 auction_leftover"}));
  EXPECT_EQ(desk.engine.live_orders(), 1U);
}

TEST(Phases, a_halt_takes_cancels_and_keeps_the_book) {
  MatchingDesk desk;
  desk.submit_all({buy(1, 1, 5, 100), buy(2, 1, 5, 100)});
  EXPECT_EQ(desk.set_phase(Phase::halted), (Texts{"phase halted"}));
  EXPECT_EQ(desk.submit(sell(3, 2, 5, 100)), (Texts{"rejected 3 phase"}));
  EXPECT_EQ(desk.cancel(1), (Texts{"cancelled 1 5 requested"}));
  EXPECT_EQ(desk.set_phase(Phase::continuous), (Texts{"phase continuous"}));
  EXPECT_EQ(desk.submit(sell(4, 2, 5, 100)), (Texts{"fill 2 by 4 5@100 left 0/0"}));
}

Config queueing() {
  Config config;
  config.queue_when_halted = true;
  return config;
}

MatchingDesk halted_with_queue() {
  MatchingDesk desk(queueing());
  desk.submit(buy(1, 1, 5, 100));
  desk.set_phase(Phase::halted);
  EXPECT_EQ(desk.submit_all(
                {sell(2, 2, 3, 100), sell(3, 2, 4, 99), market(buy(4, 3, 1, 0)), as(ioc, sell(5, 2, 1, 99))}),
            (Texts{"rejected 5 phase"}));
  return desk;
}

TEST(Phases, orders_queued_in_a_halt_arrive_one_by_one_when_trading_resumes) {  // P7
  MatchingDesk desk = halted_with_queue();
  EXPECT_EQ(desk.set_phase(Phase::continuous),
            (Texts{"phase continuous", "fill 1 by 2 3@100 left 2/0", "fill 1 by 3 2@100 left 0/2",
                   "booked 3 2@99", "fill 3 by 4 1@99 left 1/0"}));
}

TEST(Phases, or_are_booked_into_the_call_that_reopens_it) {  // P7
  MatchingDesk desk = halted_with_queue();
  EXPECT_EQ(desk.set_phase(Phase::reopening_call),
            (Texts{"phase reopening_call", "booked 2 3@100", "booked 3 4@99", "booked 4 1@-"}));
  // At 99: buy 6, sell 4; at 100: buy 6, sell 7.
  EXPECT_EQ(desk.set_phase(Phase::continuous),
            (Texts{"phase continuous", "uncross 6@100 imbalance -1", "fill 4 by 3 1@100 left 0/3",
                   "fill 1 by 3 3@100 left 2/0", "fill 1 by 2 2@100 left 0/1"}));
}

TEST(Phases, or_end_when_the_market_closes) {  // P5
  EXPECT_EQ(halted_with_queue().set_phase(Phase::closed),
            (Texts{"phase closed", "cancelled 2 3 phase", "cancelled 3 4 phase", "cancelled 4 1 phase"}));
}

TEST(Phases, a_queued_order_that_interrupts_sends_those_behind_it_into_the_call) {  // P7, B7
  Config config = queueing();
  config.dynamic_band = {BandKind::absolute, 2};
  config.band_action = BandAction::interrupt;
  MatchingDesk desk(config);
  desk.trade_at(100);
  desk.submit(buy(1, 1, 5, 90));
  desk.set_phase(Phase::halted);
  desk.submit_all({sell(2, 2, 3, 90), buy(3, 3, 1, 95)});
  EXPECT_EQ(desk.set_phase(Phase::continuous),
            (Texts{"phase continuous", "phase reopening_call by band", "booked 2 3@90", "booked 3 1@95"}));
}

TEST(Phases, a_crossed_book_left_by_an_abandoned_call_is_uncrossed_on_resumption) {  // P3
  MatchingDesk desk({}, Phase::pre_open);
  desk.submit_all({buy(1, 1, 5, 100), sell(2, 2, 5, 100)});
  EXPECT_EQ(desk.set_phase(Phase::halted), (Texts{"phase halted"}));
  EXPECT_EQ(desk.set_phase(Phase::closed),
            (Texts{"phase closed"}));  // a halted market does not trade at its close
  EXPECT_EQ(desk.set_phase(Phase::continuous),
            (Texts{"phase continuous", "uncross 5@100 imbalance 0", "fill 1 by 2 5@100 left 0/0"}));
}

}  // namespace
}  // namespace lockstep::matching
