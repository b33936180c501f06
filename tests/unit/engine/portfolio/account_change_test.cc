// What a venue does to our account without an order of ours, as the portfolio takes it in.
#include <gtest/gtest.h>

#include "engine/portfolio/portfolio.h"

namespace lockstep {
namespace {

Money units(std::int64_t whole) {
  return Money::from_nanos(whole * kNanosPerUnit);
}

Instrument stock() {
  Instrument out;
  out.symbol = "TEST";
  out.quote = out.settle = "USD";
  out.kind = InstrumentKind::equity;
  out.price_scale = 2;
  return out;
}

Portfolio portfolio_of(CostBasis basis = CostBasis::average) {
  return Portfolio(std::vector{stock()}, {"USD", {{"USD", units(10'000)}}, basis});
}

Realised fill(Portfolio& portfolio, Side side, Price price, Qty qty) {
  const Result<Realised> done = portfolio.apply_fill(0, side, price, qty, Money());
  EXPECT_TRUE(done.ok());
  return done.ok() ? *done : Realised{};
}

Realised apply(Portfolio& portfolio, AccountChangeType type, const AccountChange& change) {
  const Result<Realised> done = portfolio.apply_account(0, type, change);
  EXPECT_TRUE(done.ok()) << (done.ok() ? "" : done.error().text());
  return done.ok() ? *done : Realised{};
}

Money cash(const Portfolio& portfolio) {
  return portfolio.cash(portfolio.reporting_currency());
}

std::uint64_t digest(Portfolio& portfolio) {
  StateVisitor visitor = StateVisitor::digesting();
  portfolio.visit(visitor);
  return visitor.digest();
}

TEST(AccountChange, a_dividend_is_received_and_a_borrow_fee_is_paid) {
  Portfolio portfolio = portfolio_of();
  apply(portfolio, AccountChangeType::dividend, {0, kNoPrice, 24'000'000'000, 0, 0});
  apply(portfolio, AccountChangeType::borrow_fee, {0, kNoPrice, -4'000'000'000, 0, 0});
  EXPECT_EQ(cash(portfolio), units(10'020));
  EXPECT_EQ(portfolio.position(0).funding, units(-20));
  EXPECT_EQ(portfolio.position(0).realised, Money());
}

TEST(AccountChange, a_liquidation_closes_at_its_price_pays_its_fee_and_takes_what_the_insurance_gives) {
  Portfolio portfolio = portfolio_of();
  fill(portfolio, Side::buy, 10'000, 50);
  const Realised done =
      apply(portfolio, AccountChangeType::liquidation, {-50, 8'000, 7'000'000'000, 3'000'000'000, 0});
  EXPECT_EQ(done.profit, units(-1'000));
  EXPECT_EQ(done.position_qty, 0);
  EXPECT_EQ(cash(portfolio), units(9'004));  // 10'000 - 1'000 - 3 + 7
  EXPECT_EQ(portfolio.position(0).fees, units(3));
  EXPECT_EQ(portfolio.position(0).funding, units(-7));
}

TEST(AccountChange, a_split_changes_the_quantity_and_the_mark_and_not_the_cost) {
  Portfolio portfolio = portfolio_of();
  fill(portfolio, Side::sell, 12'000, 10);
  apply(portfolio, AccountChangeType::split, {-30, kNoPrice, 0, 0, pack_split(4, 1)});
  EXPECT_EQ(portfolio.position(0).qty, -40);
  EXPECT_EQ(portfolio.position(0).cost, units(-1'200));
  EXPECT_EQ(portfolio.mark(0), 3'000);
  EXPECT_EQ(portfolio.unrealised(0), Money());
  EXPECT_EQ(fill(portfolio, Side::buy, 2'900, 40).profit, units(40));
}

TEST(AccountChange, fifo_lots_are_split_each_by_its_share) {
  Portfolio portfolio = portfolio_of(CostBasis::fifo);
  fill(portfolio, Side::buy, 10'000, 3);
  fill(portfolio, Side::buy, 20'000, 2);
  fill(portfolio, Side::buy, 30'000, 4);
  apply(portfolio, AccountChangeType::split, {9, kNoPrice, 0, 0, pack_split(2, 1)});
  EXPECT_EQ(fill(portfolio, Side::sell, 10'000, 6).profit, units(300));   // 600 - 300
  EXPECT_EQ(fill(portfolio, Side::sell, 10'000, 4).profit, Money());      // 400 - 400
  EXPECT_EQ(fill(portfolio, Side::sell, 10'000, 8).profit, units(-400));  // 800 - 1'200
}

TEST(AccountChange, a_reverse_split_merges_lots_that_are_left_with_nothing) {
  Portfolio portfolio = portfolio_of(CostBasis::fifo);
  fill(portfolio, Side::buy, 100, 4);   // 4
  fill(portfolio, Side::buy, 200, 3);   // 6
  fill(portfolio, Side::buy, 300, 13);  // 39
  apply(portfolio, AccountChangeType::split, {-18, kNoPrice, 0, 0, pack_split(1, 10)});
  // 20 become 2. Up to the lots: 4/10, 7/10, 20/10 -> 0, 0, 2: all of the cost lies in the last.
  EXPECT_EQ(fill(portfolio, Side::sell, 5'000, 1).profit.nanos(), 25'500'000'000);  // 50 - 49/2
  EXPECT_EQ(fill(portfolio, Side::sell, 5'000, 1).profit.nanos(), 25'500'000'000);
}

TEST(AccountChange, a_split_that_leaves_nothing_is_a_fill_at_its_price) {
  Portfolio portfolio = portfolio_of(CostBasis::fifo);
  fill(portfolio, Side::buy, 10'000, 5);
  const Realised done = apply(portfolio, AccountChangeType::split, {-5, 9'000, 0, 0, pack_split(1, 10)});
  EXPECT_EQ(done.profit, units(-50));
  EXPECT_EQ(portfolio.position(0).cost, Money());
  EXPECT_EQ(cash(portfolio), units(9'950));
}

TEST(AccountChange, what_does_not_fit_changes_nothing) {
  Portfolio portfolio = portfolio_of();
  fill(portfolio, Side::buy, 10'000, 5);
  const std::uint64_t before = digest(portfolio);
  const auto refused = [&](AccountChangeType type, const AccountChange& change) {
    return !portfolio.apply_account(0, type, change).ok() && digest(portfolio) == before;
  };
  EXPECT_TRUE(refused(AccountChangeType::split, {-6, kNoPrice, 0, 0, pack_split(1, 10)}));
  EXPECT_TRUE(refused(AccountChangeType::expiry, {-5, kNoPrice, 7, 0, 0}));  // a payment beside a bad fill
  EXPECT_TRUE(refused(AccountChangeType::expiry, {INT64_MIN, 100, 0, 0, 0}));
  EXPECT_TRUE(refused(AccountChangeType::dividend, {0, kNoPrice, 1, 5, 0}));
  EXPECT_TRUE(refused(AccountChangeType::dividend, {0, kNoPrice, INT64_MAX, 0, 0}));
  EXPECT_FALSE(portfolio.apply_account(1, AccountChangeType::dividend, {0, kNoPrice, 1, 0, 0}).ok());
}

}  // namespace
}  // namespace lockstep
