#include "engine/portfolio/portfolio.h"

#include <gtest/gtest.h>

#include <vector>

namespace lockstep {
namespace {

// All expected figures are worked out by hand in the comments beside them.

Money units(std::int64_t whole, std::int64_t nanos = 0) {
  return Money::from_nanos(whole * kNanosPerUnit + (whole < 0 ? -nanos : nanos));
}

Instrument instrument(InstrumentKind kind, std::string settle, int price_scale, int qty_scale,
                      std::int64_t multiplier = 1) {
  Instrument out;
  out.symbol = "TEST";
  out.kind = kind;
  out.quote = "USD";
  out.settle = std::move(settle);
  out.price_scale = static_cast<std::uint8_t>(price_scale);
  out.qty_scale = static_cast<std::uint8_t>(qty_scale);
  out.multiplier = multiplier;
  return out;
}

Instrument spot() {
  return instrument(InstrumentKind::spot, "USD", 2, 3);
}  // 100.00 = 10000, 1 = 1000
Instrument linear() {
  return instrument(InstrumentKind::linear_perpetual, "USD", 2, 3);
}
Instrument inverse() {
  return instrument(InstrumentKind::inverse_perpetual, "BTC", 1, 0, 100);
}  // 100 USD each
Instrument nanos() {
  return instrument(InstrumentKind::spot, "USD", 9, 0);
}  // price in 10^-9

Portfolio portfolio_of(std::vector<Instrument> instruments, CostBasis basis = CostBasis::average) {
  return Portfolio(instruments, {"USD", {{"USD", units(10'000)}, {"BTC", units(1)}}, basis});
}

Realised fill(Portfolio& portfolio, Side side, Price price, Qty qty, Money fee = {}, InstrumentId id = 0) {
  const Result<Realised> done = portfolio.apply_fill(id, side, price, qty, fee);
  EXPECT_TRUE(done.ok()) << (done.ok() ? "" : done.error().text());
  return done.ok() ? *done : Realised{};
}

Money cash(const Portfolio& portfolio, std::string_view currency) {
  return portfolio.cash(*portfolio.find_currency(currency));
}

std::uint64_t digest(Portfolio& portfolio) {
  StateVisitor visitor = StateVisitor::digesting();
  portfolio.visit(visitor);
  return visitor.digest();
}

TEST(Portfolio, a_partial_close_at_average_cost_releases_its_share) {
  Portfolio portfolio = portfolio_of({spot()});
  fill(portfolio, Side::buy, 10'000, 2'000, units(0, 200'000'000));  // 2 at 100.00, fee 0.2
  fill(portfolio, Side::buy, 13'000, 1'000);                         // 1 at 130.00: cost 330, average 110
  const Realised done = fill(portfolio, Side::sell, 12'000, 1'000);  // 1 at 120.00: 120 - 110
  EXPECT_EQ(done.profit, units(10));
  EXPECT_EQ(done.position_qty, 2'000);
  EXPECT_EQ(portfolio.position(0).cost, units(220));
  EXPECT_EQ(portfolio.average_price(0), 11'000);
  EXPECT_EQ(portfolio.position(0).realised, units(10));
  EXPECT_EQ(portfolio.position(0).fees, units(0, 200'000'000));
  EXPECT_EQ(cash(portfolio, "USD"), units(9'789, 800'000'000));  // 10000 - 200 - 130 + 120 - 0.2
  EXPECT_EQ(portfolio.position(0).traded_qty, 4'000);
  EXPECT_EQ(portfolio.position(0).turnover_nanos, Int128{450} * kNanosPerUnit);  // 200 + 130 + 120
}

TEST(Portfolio, a_partial_close_by_fifo_releases_the_oldest_lots) {
  Portfolio portfolio = portfolio_of({spot()}, CostBasis::fifo);
  fill(portfolio, Side::buy, 10'000, 2'000);
  fill(portfolio, Side::buy, 13'000, 1'000);
  EXPECT_EQ(fill(portfolio, Side::sell, 12'000, 1'000).profit, units(20));  // 120 - 100
  EXPECT_EQ(portfolio.position(0).cost, units(230));                        // 100 + 130
  // 1.5 at 120: the lot at 100 and half of the one at 130: 180 - (100 + 65)
  EXPECT_EQ(fill(portfolio, Side::sell, 12'000, 1'500).profit, units(15));
  EXPECT_EQ(portfolio.position(0).cost, units(65));
  EXPECT_EQ(portfolio.average_price(0), 13'000);
}

TEST(Portfolio, a_short_has_a_negative_cost_and_profits_when_bought_back_lower) {
  Portfolio portfolio = portfolio_of({spot()});
  fill(portfolio, Side::sell, 5'000, 3'000);  // 3 at 50
  EXPECT_EQ(portfolio.position(0).cost, units(-150));
  EXPECT_EQ(portfolio.average_price(0), 5'000);
  EXPECT_EQ(fill(portfolio, Side::buy, 4'000, 1'000).profit, units(10));
  EXPECT_EQ(portfolio.position(0).cost, units(-100));
  EXPECT_EQ(cash(portfolio, "USD"), units(10'110));  // + 150 - 40
  EXPECT_TRUE(portfolio.set_mark(0, 4'500));
  EXPECT_EQ(portfolio.unrealised(0), units(10));  // 2 x (50 - 45)
}

TEST(Portfolio, a_fill_through_zero_closes_then_opens) {
  for (const CostBasis basis : {CostBasis::average, CostBasis::fifo}) {
    Portfolio portfolio = portfolio_of({spot()}, basis);
    fill(portfolio, Side::buy, 10'000, 2'000);
    const Realised done = fill(portfolio, Side::sell, 9'000, 5'000);  // closes 2 at 90, opens 3 short
    EXPECT_EQ(done.profit, units(-20));
    EXPECT_EQ(done.position_qty, -3'000);
    EXPECT_EQ(portfolio.position(0).cost, units(-270));
    EXPECT_EQ(portfolio.average_price(0), 9'000);
    EXPECT_EQ(cash(portfolio, "USD"), units(10'250));  // 10000 - 200 + 450
    const Realised back = fill(portfolio, Side::buy, 8'000, 3'000);
    EXPECT_EQ(back.profit, units(30));
    EXPECT_EQ(portfolio.position(0).cost, Money());
    EXPECT_EQ(portfolio.average_price(0), kNoPrice);
  }
}

TEST(Portfolio, what_a_partial_close_rounds_stays_in_what_remains) {
  Portfolio portfolio = portfolio_of({nanos()});
  fill(portfolio, Side::buy, 3, 2);
  fill(portfolio, Side::buy, 4, 1);                                // 3 units cost 10 nanos
  EXPECT_EQ(fill(portfolio, Side::sell, 5, 1).profit.nanos(), 2);  // 10/3 = 3.33 -> 3 leave: 5 - 3
  EXPECT_EQ(portfolio.position(0).cost.nanos(), 7);
  EXPECT_EQ(fill(portfolio, Side::sell, 5, 1).profit.nanos(), 1);  // 7/2 = 3.5 -> 4 leave: 5 - 4
  EXPECT_EQ(fill(portfolio, Side::sell, 5, 1).profit.nanos(), 2);  // the last 3: 5 - 3
  EXPECT_EQ(portfolio.position(0).realised.nanos(), 5);            // 15 - 10
  EXPECT_EQ(cash(portfolio, "USD"), units(10'000) + Money::from_nanos(5));
}

TEST(Portfolio, a_perpetual_moves_cash_only_by_profit_and_fees) {
  Portfolio portfolio = portfolio_of({linear()});
  fill(portfolio, Side::buy, 10'000, 2'000, units(0, 50'000'000));  // 2 at 100, fee 0.05
  EXPECT_EQ(cash(portfolio, "USD"), units(9'999, 950'000'000));
  EXPECT_TRUE(portfolio.set_mark(0, 10'300));
  EXPECT_EQ(portfolio.unrealised(0), units(6));
  EXPECT_EQ(portfolio.equity(portfolio.reporting_currency()), units(10'005, 950'000'000));
  EXPECT_EQ(fill(portfolio, Side::sell, 10'400, 1'000).profit, units(4));
  EXPECT_EQ(cash(portfolio, "USD"), units(10'003, 950'000'000));
}

TEST(Portfolio, a_spot_position_counts_by_its_whole_value_in_equity) {
  Portfolio portfolio = portfolio_of({spot()});
  fill(portfolio, Side::buy, 10'000, 2'000);
  EXPECT_EQ(portfolio.equity(portfolio.reporting_currency()), units(10'000));  // marked at its own fill
  EXPECT_TRUE(portfolio.set_mark(0, 10'300));
  EXPECT_EQ(portfolio.equity(portfolio.reporting_currency()), units(10'006));  // 9800 + 206
}

TEST(Portfolio, a_future_and_an_option_count_their_multiplier) {
  // ES: 50 per point, (5010.75 - 5000.25) x 2 x 50 = 1050. Oil below zero: (-13.10 - -37.63) x 1000 = 24530.
  const Instrument es = instrument(InstrumentKind::future, "USD", 2, 0, 50);
  const Instrument oil = instrument(InstrumentKind::future, "USD", 2, 0, 1'000);
  const Instrument call = instrument(InstrumentKind::option, "USD", 2, 0, 100);
  Portfolio portfolio = portfolio_of({es, oil, call});
  fill(portfolio, Side::buy, 500'025, 2, {}, 0);
  EXPECT_EQ(fill(portfolio, Side::sell, 501'075, 2, {}, 0).profit, units(1'050));
  fill(portfolio, Side::buy, -3'763, 1, {}, 1);
  EXPECT_EQ(portfolio.average_price(1), -3'763);
  EXPECT_EQ(fill(portfolio, Side::sell, -1'310, 1, {}, 1).profit, units(24'530));
  EXPECT_EQ(cash(portfolio, "USD"), units(35'580));  // 10000 + 1050 + 24530
  // Three calls at 2.15 cost 645; one sold at 3.00 brings 300, profit 300 - 215 = 85.
  fill(portfolio, Side::buy, 215, 3, {}, 2);
  EXPECT_EQ(cash(portfolio, "USD"), units(34'935));
  EXPECT_EQ(fill(portfolio, Side::sell, 300, 1, {}, 2).profit, units(85));
  EXPECT_EQ(portfolio.position(2).cost, units(430));
}

TEST(Portfolio, an_inverse_long_gains_the_coins_at_entry_less_the_coins_at_exit) {
  Portfolio portfolio = portfolio_of({inverse()});
  // 100 contracts x 100 USD / 50000 = 0.2 BTC; at 40000, 0.25 BTC. Together 20000 USD / 0.45 BTC =
  // 44444.44...
  fill(portfolio, Side::buy, 500'000, 100);
  fill(portfolio, Side::buy, 400'000, 100);
  EXPECT_EQ(portfolio.position(0).cost, units(0, -450'000'000));
  EXPECT_EQ(portfolio.average_price(0), 444'444);
  EXPECT_EQ(cash(portfolio, "BTC"), units(1));
  // At 80000 the 20000 USD are 0.25 BTC: 0.45 - 0.25 = 0.2.
  EXPECT_TRUE(portfolio.set_mark(0, 800'000));
  EXPECT_EQ(portfolio.unrealised(0), units(0, 200'000'000));
  // Half closed at 62500 (0.16 BTC) releases 0.225: 0.225 - 0.16 = 0.065.
  EXPECT_EQ(fill(portfolio, Side::sell, 625'000, 100).profit, units(0, 65'000'000));
  EXPECT_EQ(cash(portfolio, "BTC"), units(1, 65'000'000));
  EXPECT_EQ(cash(portfolio, "USD"), units(10'000));
}

TEST(Portfolio, an_inverse_short_gains_when_the_price_falls) {
  Portfolio portfolio = portfolio_of({inverse()}, CostBasis::fifo);
  fill(portfolio, Side::sell, 500'000, 100);  // 0.2 BTC
  EXPECT_EQ(portfolio.position(0).cost, units(0, 200'000'000));
  // Bought back at 40000, 0.25 BTC: 0.25 - 0.2 = 0.05; the other 50 contracts open a long of 0.125 BTC.
  const Realised done = fill(portfolio, Side::buy, 400'000, 150, units(0, 1'000'000));
  EXPECT_EQ(done.profit, units(0, 50'000'000));
  EXPECT_EQ(done.position_qty, 50);
  EXPECT_EQ(portfolio.position(0).cost, units(0, -125'000'000));
  EXPECT_EQ(cash(portfolio, "BTC"), units(1, 49'000'000));
}

TEST(Portfolio, a_long_pays_a_positive_funding_rate_and_a_short_receives_it) {
  Portfolio portfolio = portfolio_of({linear(), inverse()});
  fill(portfolio, Side::buy, 10'000, 2'000);
  // 2 x 110 x 0.0001 = 0.022
  EXPECT_EQ(*portfolio.apply_funding(0, 100, 6, 11'000), units(0, 22'000'000));
  EXPECT_EQ(cash(portfolio, "USD"), units(9'999, 978'000'000));
  EXPECT_EQ(portfolio.position(0).funding, units(0, 22'000'000));
  // Short 10000 USD at 50000 = -0.2 BTC x 0.0001 = -0.00002: received.
  fill(portfolio, Side::sell, 500'000, 100, {}, 1);
  EXPECT_EQ(*portfolio.apply_funding(1, 100, 6, 500'000), Money::from_nanos(-20'000));
  EXPECT_EQ(cash(portfolio, "BTC"), units(1, 20'000));
}

TEST(Portfolio, funding_rounds_half_away_from_zero_and_spares_the_flat) {
  Instrument tiny = nanos();
  tiny.kind = InstrumentKind::linear_perpetual;
  Portfolio portfolio = portfolio_of({tiny});
  EXPECT_EQ(*portfolio.apply_funding(0, 1, 1, 5), Money());
  fill(portfolio, Side::buy, 5, 1);
  EXPECT_EQ(portfolio.apply_funding(0, 1, 1, 5)->nanos(), 1);  // 5 x 0.1 = 0.5
  fill(portfolio, Side::sell, 5, 2);
  EXPECT_EQ(portfolio.apply_funding(0, 1, 1, 5)->nanos(), -1);
  EXPECT_EQ(portfolio.apply_funding(0, 1, 1, 4)->nanos(), 0);  // 0.4
}

TEST(Portfolio, a_fill_beyond_the_range_of_money_is_refused_and_changes_nothing) {
  for (const CostBasis basis : {CostBasis::average, CostBasis::fifo}) {
    Portfolio portfolio = portfolio_of({spot()}, basis);
    fill(portfolio, Side::buy, 900'000'000'000, 1'000);  // 1 at 9 billion leaves cash at -8.99999 billion
    const std::uint64_t before = digest(portfolio);
    const Result<Realised> second = portfolio.apply_fill(0, Side::buy, 900'000'000'000, 1'000, {});
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code, ErrorCode::overflow);
    EXPECT_EQ(
        second.error().text(),
        "portfolio, instrument TEST: a fill of 1 at 9000000000 leaves the range of money, +-9.2 billion USD");
    EXPECT_EQ(digest(portfolio), before);
    EXPECT_FALSE(portfolio.apply_fill(0, Side::sell, 1, 1, Money::from_wide(Int128{1} << 64)).ok());
    EXPECT_EQ(digest(portfolio), before);
  }
}

TEST(Portfolio, cash_beyond_its_range_is_refused_though_each_position_fits) {
  Portfolio portfolio = portfolio_of({spot(), spot()});
  fill(portfolio, Side::buy, 900'000'000'000, 1'000, {}, 0);  // 1 at 9 billion, of each
  const Result<Realised> second = portfolio.apply_fill(1, Side::buy, 900'000'000'000, 1'000, {});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::overflow);
  EXPECT_EQ(cash(portfolio, "USD"), units(10'000 - 9'000'000'000));
}

TEST(Portfolio, realised_profit_beyond_its_range_is_refused_though_cash_fits) {
  Portfolio portfolio(std::vector<Instrument>{linear()},
                      {"USD", {{"USD", units(-9'000'000'000)}}, CostBasis::average});
  for (const bool fits : {true, false}) {  // 5 billion of profit, twice
    fill(portfolio, Side::buy, 100, 1'000);
    EXPECT_EQ(portfolio.apply_fill(0, Side::sell, 500'000'000'100, 1'000, {}).ok(), fits);
  }
  EXPECT_EQ(portfolio.position(0).realised, units(5'000'000'000));
  EXPECT_EQ(cash(portfolio, "USD"), units(-4'000'000'000));
}

TEST(Portfolio, a_fill_stands_in_for_a_mark_only_until_there_is_one) {
  Portfolio portfolio = portfolio_of({spot()});
  fill(portfolio, Side::buy, 10'000, 1'000);
  EXPECT_EQ(portfolio.mark(0), 10'000);
  EXPECT_TRUE(portfolio.set_mark(0, 10'500));
  fill(portfolio, Side::buy, 11'000, 1'000);
  EXPECT_EQ(portfolio.mark(0), 10'500);
}

TEST(Portfolio, a_position_beyond_64_bits_is_refused) {
  Portfolio portfolio = portfolio_of({instrument(InstrumentKind::spot, "USD", 0, 18)});
  fill(portfolio, Side::buy, 1, INT64_MAX);  // 9.2 at 1
  const Result<Realised> more = portfolio.apply_fill(0, Side::buy, 1, 1, {});
  ASSERT_FALSE(more.ok());
  EXPECT_EQ(more.error().code, ErrorCode::overflow);
  EXPECT_EQ(portfolio.position(0).qty, INT64_MAX);
}

TEST(Portfolio, funding_beyond_the_range_of_money_is_refused) {
  Portfolio portfolio = portfolio_of({linear()});
  fill(portfolio, Side::buy, 100'000'000'000, 1'000);  // 1 at a billion
  const Result<Money> paid = portfolio.apply_funding(0, 10, 0, 100'000'000'000);
  ASSERT_FALSE(paid.ok());
  EXPECT_EQ(paid.error().code, ErrorCode::overflow);
  EXPECT_EQ(cash(portfolio, "USD"), units(10'000));
}

TEST(Portfolio, a_fill_that_makes_no_sense_is_an_error) {
  Portfolio portfolio = portfolio_of({spot(), inverse()});
  const std::uint64_t before = digest(portfolio);
  const auto code = [&](InstrumentId id, Side side, Price price, Qty qty) {
    const Result<Realised> done = portfolio.apply_fill(id, side, price, qty, {});
    return !done.ok() && done.error().code == ErrorCode::bad_input;
  };
  EXPECT_TRUE(code(2, Side::buy, 1, 1));
  EXPECT_TRUE(code(0, Side::none, 1, 1));
  EXPECT_TRUE(code(0, Side::buy, 1, 0));
  EXPECT_TRUE(code(0, Side::buy, 1, -1));
  EXPECT_TRUE(code(0, Side::buy, kNoPrice, 1));
  EXPECT_TRUE(code(1, Side::buy, 0, 1));
  EXPECT_EQ(digest(portfolio), before);
  EXPECT_FALSE(portfolio.apply_funding(2, 1, 1, 1).ok());
  EXPECT_FALSE(portfolio.apply_funding(0, 1, 19, 1).ok());
}

TEST(Portfolio, a_price_that_values_nothing_does_not_move_the_mark) {
  Portfolio portfolio = portfolio_of({spot(), inverse()});
  EXPECT_EQ(portfolio.mark(1), kNoPrice);
  EXPECT_TRUE(portfolio.set_mark(1, 500'000));
  EXPECT_FALSE(portfolio.set_mark(1, 0));
  EXPECT_FALSE(portfolio.set_mark(0, kNoPrice));
  EXPECT_EQ(portfolio.mark(1), 500'000);
  EXPECT_TRUE(portfolio.set_mark(0, 0));  // a worthless stock
  EXPECT_EQ(portfolio.mark(0), 0);
}

TEST(Portfolio, currencies_stand_side_by_side_until_a_rate_joins_them) {
  Portfolio portfolio = portfolio_of({linear(), inverse()});
  ASSERT_EQ(portfolio.currencies().size(), 2U);
  EXPECT_EQ(portfolio.currencies()[0], "BTC");
  EXPECT_EQ(portfolio.currencies()[1], "USD");
  EXPECT_EQ(portfolio.settlement_currency(1), 0U);
  EXPECT_EQ(portfolio.find_currency("EUR"), std::nullopt);
  EXPECT_EQ(portfolio.total(), std::nullopt);
  EXPECT_EQ(portfolio.equity(0), units(1));
  ASSERT_TRUE(portfolio.set_rate("BTC", 60'001, 2).ok());  // 30000.5
  EXPECT_EQ(portfolio.total()->equity, units(40'000, 500'000'000));
  fill(portfolio, Side::buy, 500'000, 100, units(0, 100'000), 1);      // fee 0.0001 BTC
  EXPECT_EQ(portfolio.total()->fees, units(3, 50'000));                // 3.00005
  EXPECT_TRUE(portfolio.set_mark(1, 625'000));                         // 0.2 - 0.16 = 0.04 BTC
  EXPECT_EQ(portfolio.total()->unrealised, units(1'200, 20'000'000));  // 0.04 x 30000.5
  EXPECT_FALSE(portfolio.set_rate("BTC", 0, 1).ok());
  EXPECT_FALSE(portfolio.set_rate("BTC", 1, -1).ok());
  EXPECT_FALSE(portfolio.set_rate("USD", 1, 1).ok());
  EXPECT_FALSE(portfolio.set_rate("EUR", 1, 1).ok());
}

TEST(Portfolio, a_currency_that_holds_nothing_needs_no_rate) {
  Portfolio portfolio(std::vector<Instrument>{linear(), inverse()},
                      {"USD", {{"USD", units(5)}}, CostBasis::average});
  ASSERT_TRUE(portfolio.total().has_value());
  EXPECT_EQ(portfolio.total()->equity, units(5));
  fill(portfolio, Side::buy, 500'000, 100, units(0, 1), 1);
  EXPECT_EQ(portfolio.total(), std::nullopt);
}

TEST(Portfolio, a_snapshot_restores_everything_that_comes_after) {
  for (const CostBasis basis : {CostBasis::average, CostBasis::fifo}) {
    Portfolio first = portfolio_of({spot(), inverse()}, basis);
    fill(first, Side::buy, 10'000, 1'000, units(1));
    fill(first, Side::buy, 13'000, 1'000);
    fill(first, Side::sell, 12'000, 1'500);
    fill(first, Side::sell, 500'000, 7, {}, 1);
    ASSERT_TRUE(first.apply_funding(1, 100, 6, 500'000).ok());
    ASSERT_TRUE(first.set_rate("BTC", 3, 2).ok());
    StateVisitor saving = StateVisitor::saving();
    first.visit(saving);
    const std::vector<std::uint8_t> bytes = saving.take();

    Portfolio second = portfolio_of({spot(), inverse()}, basis);
    EXPECT_NE(digest(first), digest(second));
    StateVisitor loading = StateVisitor::loading(bytes);
    second.visit(loading);
    EXPECT_TRUE(loading.complete());
    EXPECT_EQ(digest(first), digest(second));
    EXPECT_EQ(fill(first, Side::sell, 9'000, 2'000).profit, fill(second, Side::sell, 9'000, 2'000).profit);
    EXPECT_EQ(first.total()->equity, second.total()->equity);
    EXPECT_EQ(digest(first), digest(second));
  }
}

TEST(Portfolio, every_kind_of_change_shows_in_the_digest) {
  Portfolio portfolio = portfolio_of({linear(), inverse()}, CostBasis::fifo);
  std::uint64_t last = digest(portfolio);
  const auto changed = [&] {
    const std::uint64_t now = digest(portfolio);
    return std::exchange(last, now) != now;
  };
  EXPECT_TRUE(portfolio.set_mark(0, 1));
  EXPECT_TRUE(changed());
  fill(portfolio, Side::buy, 10'000, 1'000);
  EXPECT_TRUE(changed());
  ASSERT_TRUE(portfolio.apply_funding(0, 1, 0, 10'000).ok());
  EXPECT_TRUE(changed());
  ASSERT_TRUE(portfolio.set_rate("BTC", 1, 1).ok());
  EXPECT_TRUE(changed());
}

TEST(Portfolio, a_configuration_is_checked) {
  EXPECT_TRUE(validate(PortfolioConfig{}).ok());
  EXPECT_FALSE(validate(PortfolioConfig{"", {}, CostBasis::average}).ok());
  EXPECT_FALSE(validate(PortfolioConfig{"USD", {{"", units(1)}}, CostBasis::average}).ok());
  EXPECT_FALSE(
      validate(PortfolioConfig{"USD", {{"USD", Money::from_wide(Int128{1} << 64)}}, CostBasis::fifo}).ok());
  EXPECT_EQ(*parse_cost_basis("fifo"), CostBasis::fifo);
  EXPECT_EQ(*parse_cost_basis(to_string(CostBasis::average)), CostBasis::average);
  EXPECT_FALSE(parse_cost_basis("lifo").ok());
}

}  // namespace
}  // namespace lockstep
