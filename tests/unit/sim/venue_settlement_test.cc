// The simulated venue with money: what it refuses, what it ends, and what it tells of the account.
#include <gtest/gtest.h>

#include "tests/support/floor.h"

namespace lockstep::sim {
namespace {

using test::Floor;

// Prices and quantities in whole units. Quotes are 1'000 deep.

Instrument instrument(InstrumentKind kind) {
  Instrument out = test::plain_instrument();
  out.kind = kind;
  out.quote = out.settle = "USD";
  return out;
}

MoneyConfig money_of(AccountKind kind, std::int64_t cash) {
  MoneyConfig money;
  money.account.kind = kind;
  money.account.cash = {{"USD", Money::from_nanos(cash * kNanosPerUnit)}};
  InstrumentTerms terms;
  terms.margin = {100'000'000, 50'000'000, {}};  // 10x, 5%
  money.account.terms = {terms};
  return money;
}

Floor floor_with(const MoneyConfig& money, InstrumentKind kind) {
  return Floor(0, 0, {}, {instrument(kind)}, {}, {}, money);
}

std::vector<AccountChange> changes(const Floor& floor, AccountChangeType type) {
  std::vector<AccountChange> out;
  for (const Event& event : floor.answers()) {
    if (event.kind == Kind::account && event.detail == static_cast<std::uint8_t>(type))
      out.push_back(event.as<AccountChange>());
  }
  return out;
}

using Lines = std::vector<std::string>;

TEST(VenueSettlement, a_cash_account_refuses_what_it_cannot_pay) {
  Floor floor = floor_with(money_of(AccountKind::cash, 1'000), InstrumentKind::equity);
  floor.see(test::quote(1, 99, 1'000, 100, 1'000));
  floor.submit(2, {Side::buy, 6, 100});
  floor.submit(3, {Side::buy, 4, 90});  // 360 of the 400 left
  floor.submit(4, {Side::buy, 1, 50});
  floor.see(test::quote(5, 99, 1'000, 100, 1'000));
  EXPECT_EQ(floor.told(), (Lines{"1 buy 6 @ 100", "3 rejected insufficient_funds"}));
  floor.replace(6, 2, 100, 4);  // 400
  floor.replace(7, 2, 100, 5);
  floor.see(test::quote(8, 98, 1'000, 101, 1'000));
  EXPECT_EQ(floor.told().back(), "2 cancel_rejected already_done");  // it filled at 100
}

TEST(VenueSettlement, a_replace_is_weighed_against_what_it_replaces) {
  Floor floor = floor_with(money_of(AccountKind::cash, 1'000), InstrumentKind::equity);
  floor.see(test::quote(1, 99, 1'000, 100, 1'000));
  floor.submit(2, {Side::buy, 10, 90});
  floor.replace(3, 1, 91, 11);
  floor.replace(4, 1, 90, 11);
  floor.see(test::quote(5, 99, 1'000, 100, 1'000));
  EXPECT_EQ(floor.told(), (Lines{"1 cancel_rejected insufficient_funds", "1 replaced"}));
}

TEST(VenueSettlement, a_fall_ends_orders_and_closes_the_position_before_the_next_event_is_met) {
  Floor floor = floor_with(money_of(AccountKind::margin, 100), InstrumentKind::linear_perpetual);
  floor.see(test::quote(1, 99, 1'000, 100, 1'000));
  floor.submit(2, {Side::buy, 10});  // 1'000 of margin 100
  floor.submit(3, {Side::sell, 3, 120});
  floor.submit(4, {Side::buy, 1, 99});
  floor.see(test::quote(5, 99, 1'000, 101, 1'000));
  EXPECT_EQ(floor.told(), (Lines{"1 buy 10 @ 100", "3 rejected insufficient_margin"}));
  floor.see(test::quote(6, 93, 1'000, 95, 1'000));  // mark 94: 40 < 47
  EXPECT_TRUE(floor.told().empty());                // no event has shown it yet
  floor.see(test::quote(7, 94, 1'000, 95, 1'000));
  EXPECT_EQ(floor.told().front(), "2 cancelled liquidated");
  const std::vector<AccountChange> closed = changes(floor, AccountChangeType::liquidation);
  ASSERT_EQ(closed.size(), 1U);
  EXPECT_EQ(closed[0].qty, -10);
  EXPECT_EQ(closed[0].price, 94);
  EXPECT_EQ(floor.answers().back().exch_ts_ns, 6);  // when the mark fell
  EXPECT_EQ(floor.answers().back().recv_ts_ns, 7);
  floor.submit(8, {Side::sell, 1, kNoPrice, TimeInForce::gtc, kFlagReduceOnly});
  floor.see(test::quote(9, 94, 1'000, 95, 1'000));
  EXPECT_EQ(floor.told().back(), "4 rejected reduce_only_would_increase");  // the venue knows it is flat
}

TEST(VenueSettlement, what_is_liquidated_before_a_funding_time_pays_no_funding) {
  MoneyConfig money = money_of(AccountKind::margin, 100);
  money.carry.funding = {FundingRule{}};
  money.carry.funding[0].source = FundingSource::constant;
  Floor floor = floor_with(money, InstrumentKind::linear_perpetual);
  floor.see(test::quote(1, 99, 1'000, 100, 1'000));
  floor.submit(2, {Side::buy, 10});
  floor.see(test::quote(5, 99, 1'000, 101, 1'000));
  floor.see(test::quote(7 * kHour, 93, 1'000, 95, 1'000));  // mark 94: 40 < 47
  floor.see(test::quote(9 * kHour, 94, 1'000, 95, 1'000));  // the next that is heard, after 08:00
  ASSERT_EQ(changes(floor, AccountChangeType::liquidation).size(), 1U);
  EXPECT_TRUE(changes(floor, AccountChangeType::funding).empty());
}

TEST(VenueSettlement, a_split_adjusts_what_rests) {
  MoneyConfig money = money_of(AccountKind::unlimited, 10'000);
  money.reference.splits = {{0, 10, 2, 1, SplitOrders::finra}};
  Floor floor = floor_with(money, InstrumentKind::equity);
  floor.see(test::quote(1, 99, 1'000, 101, 1'000));
  floor.submit(2, {Side::buy, 3});
  floor.submit(3, {Side::buy, 5, 91});
  floor.submit(4, {Side::sell, 3, 131});
  floor.see(test::quote(5, 99, 1'000, 101, 1'000));
  floor.told();
  floor.see(test::quote(10, 49, 1'000, 51, 1'000));
  EXPECT_EQ(floor.told().front(), "2 replaced");
  std::vector<OrderReport> told;
  for (const Event& event : floor.answers()) {
    if (event.kind == Kind::replaced) told.push_back(event.as<OrderReport>());
  }
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].price, 45);  // 45.5 down
  EXPECT_EQ(told[0].qty, 10);
  EXPECT_EQ(told[1].price, 66);  // 65.5 up
  EXPECT_EQ(told[1].qty, 6);
  EXPECT_EQ(changes(floor, AccountChangeType::split).at(0).qty, 3);
}

TEST(VenueSettlement, an_expired_future_is_settled_and_takes_no_more_orders) {
  MoneyConfig money = money_of(AccountKind::unlimited, 0);
  money.reference.expiries = {{0, 10}};
  Floor floor = floor_with(money, InstrumentKind::future);
  floor.see(test::quote(1, 99, 1'000, 101, 1'000));
  floor.submit(2, {Side::sell, 3});
  floor.submit(3, {Side::buy, 5, 91});
  floor.see(test::quote(5, 103, 1'000, 105, 1'000));
  floor.told();
  floor.submit(8, {Side::buy, 1, 90});
  floor.see(test::quote(12, 103, 1'000, 105, 1'000));
  floor.submit(13, {Side::buy, 1, 90});
  floor.see(test::quote(14, 103, 1'000, 105, 1'000));
  const std::vector<AccountChange> settled = changes(floor, AccountChangeType::expiry);
  ASSERT_EQ(settled.size(), 1U);
  EXPECT_EQ(settled[0].qty, 3);
  EXPECT_EQ(settled[0].price, 104);
  EXPECT_EQ(floor.told().front(), "2 cancelled delisted");
  const Event last = floor.answers().back();
  EXPECT_EQ(last.kind, Kind::rejected);
  EXPECT_EQ(static_cast<Reason>(last.detail), Reason::delisted);
}

TEST(VenueSettlement, modelled_funding_is_told_at_its_time_and_recorded_funding_is_not) {
  for (const FundingSource source : {FundingSource::constant, FundingSource::recorded}) {
    MoneyConfig money = money_of(AccountKind::margin, 1'000);
    money.carry.funding = {FundingRule{}};
    money.carry.funding[0].source = source;
    Floor floor = floor_with(money, InstrumentKind::linear_perpetual);
    floor.see(test::quote(1, 99, 1'000, 101, 1'000));
    floor.submit(2, {Side::buy, 10});
    floor.see(test::quote(5, 99, 1'000, 101, 1'000));
    Event funding = test::quote(7 * kHour, 0, 0, 0, 0);
    funding.kind = Kind::funding;
    funding.detail = 4;
    funding.set(Funding{1, 7 * kHour, 8 * kHour, 100, 1});
    floor.see(funding);
    floor.see(test::quote(9 * kHour, 99, 1'000, 101, 1'000));
    const std::vector<AccountChange> paid = changes(floor, AccountChangeType::funding);
    if (source == FundingSource::recorded) {
      EXPECT_TRUE(paid.empty());
      continue;
    }
    ASSERT_EQ(paid.size(), 1U);
    EXPECT_EQ(paid[0].cash_nanos, -100'000'000);  // 1'000 x 0.01%
    EXPECT_EQ(floor.answers().back().exch_ts_ns, 8 * kHour);
    EXPECT_EQ(floor.answers().back().recv_ts_ns, 9 * kHour);  // not before the event that showed the time
  }
}

}  // namespace
}  // namespace lockstep::sim
