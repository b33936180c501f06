#include "engine/portfolio/portfolio.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <vector>

namespace lockstep {
namespace {

Instrument instrument(InstrumentKind kind, std::string settle, int price_scale, int qty_scale,
                      std::int64_t multiplier) {
  Instrument out;
  out.symbol = "TEST";
  out.kind = kind;
  out.settle = std::move(settle);
  out.price_scale = static_cast<std::uint8_t>(price_scale);
  out.qty_scale = static_cast<std::uint8_t>(qty_scale);
  out.multiplier = multiplier;
  return out;
}

// Coarse and fine scales, so that some fills are exact in money and some are rounded; two instruments per
// currency.
std::vector<Instrument> instruments() {
  return {instrument(InstrumentKind::spot, "USD", 2, 3, 1),
          instrument(InstrumentKind::linear_perpetual, "USD", 8, 8, 1),
          instrument(InstrumentKind::inverse_perpetual, "BTC", 1, 0, 100),
          instrument(InstrumentKind::inverse_perpetual, "BTC", 4, 2, 7),
          instrument(InstrumentKind::future, "EUR", 2, 0, 50),
          instrument(InstrumentKind::option, "EUR", 7, 7, 100)};
}

Portfolio portfolio_with(CostBasis basis) {
  return Portfolio(
      instruments(),
      {"USD", {{"USD", Money::from_nanos(1'000'000'000'001)}, {"BTC", Money::from_nanos(-3)}}, basis});
}

struct Step {
  InstrumentId instrument;
  bool buy;
  Price price;
  Qty qty;
  std::int64_t fee_nanos;
  std::int64_t rate;  // of funding that follows the fill; 10^-6
};

rc::Gen<Step> any_step() {
  return rc::gen::apply(
      [](int id, bool buy, Price price, Qty qty, std::int64_t fee, std::int64_t rate) {
        return Step{static_cast<InstrumentId>(id), buy, price, qty, fee, rate};
      },
      rc::gen::inRange(0, 6), rc::gen::arbitrary<bool>(), rc::gen::inRange<Price>(1, 200'000),
      // Few small quantities, so that positions go flat and flip often.
      rc::gen::oneOf(rc::gen::inRange<Qty>(1, 6), rc::gen::inRange<Qty>(1, 5'000)),
      rc::gen::inRange<std::int64_t>(-1'000, 1'000'000), rc::gen::inRange<std::int64_t>(-1'000, 1'000));
}

std::uint64_t digest(Portfolio& portfolio) {
  StateVisitor visitor = StateVisitor::digesting();
  portfolio.visit(visitor);
  return visitor.digest();
}

// In wide integers, so that the check itself cannot hide an overflow.
void check_conservation(const Portfolio& portfolio, const std::vector<Instrument>& table,
                        const std::array<Int128, 6>& signed_values) {
  for (CurrencyId currency = 0; currency < portfolio.currencies().size(); ++currency) {
    const Int128 start = portfolio.starting_cash(currency).nanos();
    Int128 kept = portfolio.cash(currency).nanos();
    Int128 profit = 0;
    for (InstrumentId i = 0; i < table.size(); ++i) {
      if (portfolio.settlement_currency(i) != currency) continue;
      const Position& held = portfolio.position(i);
      if (!table[i].is_margined()) kept += held.cost.nanos();
      kept += -Int128{held.realised.nanos()} + held.fees.nanos() + held.funding.nanos();
      profit += Int128{held.realised.nanos()} + portfolio.unrealised(i).nanos() - held.fees.nanos() -
                held.funding.nanos();
    }
    RC_ASSERT(kept == start);
    RC_ASSERT(Int128{portfolio.equity(currency).nanos()} == start + profit);
  }
  // The counterpart for margined contracts, whose cost never touches cash: all value traded is cost or was
  // realised.
  for (InstrumentId i = 0; i < table.size(); ++i) {
    const Position& held = portfolio.position(i);
    RC_ASSERT(Int128{held.cost.nanos()} - held.realised.nanos() == signed_values[i]);
    RC_ASSERT(held.qty != 0 || held.cost == Money());
  }
}

TEST(PortfolioProperty, nothing_is_lost_or_made_by_any_sequence_of_fills) {
  for (const CostBasis basis : {CostBasis::average, CostBasis::fifo}) {
    EXPECT_TRUE(rc::check([basis] {
      Portfolio portfolio = portfolio_with(basis);
      const std::vector<Instrument> table = instruments();
      std::array<Int128, 6> values{};
      for (const Step& step : *rc::gen::container<std::vector<Step>>(any_step())) {
        const Instrument& traded = table[step.instrument];
        const Side side = step.buy ? Side::buy : Side::sell;
        const auto done = portfolio.apply_fill(step.instrument, side, step.price, step.qty,
                                               Money::from_nanos(step.fee_nanos));
        RC_ASSERT(done.ok());
        const Int128 value = notional(traded, step.price, step.qty).nanos();
        values[step.instrument] += step.buy != traded.is_inverse() ? value : -value;
        if (step.rate % 4 == 0) {
          RC_ASSERT(portfolio.apply_funding(step.instrument, step.rate, 6, step.price).ok());
        }
        if (step.rate % 3 == 0) portfolio.set_mark(step.instrument, step.price + 1);
        check_conservation(portfolio, table, values);
      }
    }));
  }
}

TEST(PortfolioProperty, average_cost_and_fifo_agree_once_flat) {
  EXPECT_TRUE(rc::check([] {
    Portfolio average = portfolio_with(CostBasis::average);
    Portfolio fifo = portfolio_with(CostBasis::fifo);
    const auto both = [&](InstrumentId id, Side side, Price price, Qty qty) {
      RC_ASSERT(average.apply_fill(id, side, price, qty, {}).ok());
      RC_ASSERT(fifo.apply_fill(id, side, price, qty, {}).ok());
      RC_ASSERT(average.position(id).qty == fifo.position(id).qty);
    };
    for (const Step& step : *rc::gen::container<std::vector<Step>>(any_step())) {
      both(step.instrument, step.buy ? Side::buy : Side::sell, step.price, step.qty);
    }
    for (InstrumentId i = 0; i < 6; ++i) {
      const Qty held = average.position(i).qty;
      if (held != 0) both(i, held > 0 ? Side::sell : Side::buy, 12'345, held > 0 ? held : -held);
      RC_ASSERT(average.position(i).realised == fifo.position(i).realised);
    }
    for (CurrencyId c = 0; c < 3; ++c) RC_ASSERT(average.cash(c) == fifo.cash(c));
  }));
}

// Where price x quantity is exact in money, FIFO's lots stay exact too and parts change nothing; average cost
// rounds at each close, so the parts' profit may differ by a nano each until the position is flat.
TEST(PortfolioProperty, a_fill_in_parts_is_the_fill) {
  for (const CostBasis basis : {CostBasis::average, CostBasis::fifo}) {
    EXPECT_TRUE(rc::check([basis] {
      Portfolio whole = portfolio_with(basis);
      Portfolio parts = portfolio_with(basis);
      std::int64_t part_count = 0;
      for (Step step : *rc::gen::container<std::vector<Step>>(any_step())) {
        const InstrumentId id = step.instrument % 2 == 0 ? 0 : 4;  // exact: scales of 2 + 3 and 2 + 0
        const Side side = step.buy ? Side::buy : Side::sell;
        RC_ASSERT(whole.apply_fill(id, side, step.price, step.qty, {}).ok());
        while (step.qty > 0) {
          const Qty part = step.qty < 3 ? step.qty : step.qty / 3 + 1;
          RC_ASSERT(parts.apply_fill(id, side, step.price, part, {}).ok());
          step.qty -= part;
          ++part_count;
        }
        RC_ASSERT(whole.position(id).qty == parts.position(id).qty);
        const std::int64_t apart = whole.position(id).realised.nanos() - parts.position(id).realised.nanos();
        const std::int64_t allowed = basis == CostBasis::fifo ? 0 : part_count;
        RC_ASSERT((apart <= allowed && -apart <= allowed));
        RC_ASSERT(whole.cash(*whole.find_currency("USD")) == parts.cash(*parts.find_currency("USD")));
      }
    }));
  }
}

TEST(PortfolioProperty, a_refused_fill_changes_nothing) {
  for (const CostBasis basis : {CostBasis::average, CostBasis::fifo}) {
    EXPECT_TRUE(rc::check([basis] {
      Portfolio portfolio = portfolio_with(basis);
      // The exponents reach far beyond the range of money, so that many fills are refused, in every field
      // that can overflow.
      const auto size =
          rc::gen::apply([](int shift, std::int64_t low) { return (std::int64_t{1} << shift) + low; },
                         rc::gen::inRange(0, 62), rc::gen::inRange<std::int64_t>(0, 100));
      const int count = *rc::gen::inRange(1, 40);
      for (int i = 0; i < count; ++i) {
        const auto id = static_cast<InstrumentId>(*rc::gen::inRange(0, 6));
        const Side side = *rc::gen::arbitrary<bool>() ? Side::buy : Side::sell;
        const Price price = *size;
        const Qty qty = *size;
        const std::uint64_t before = digest(portfolio);
        const auto done = portfolio.apply_fill(id, side, price, qty, Money::from_nanos(*size));
        if (!done.ok()) {
          RC_ASSERT(done.error().code == ErrorCode::overflow);
          RC_ASSERT(digest(portfolio) == before);
        } else {
          RC_ASSERT(digest(portfolio) != before);
          const Position& held = portfolio.position(id);
          RC_ASSERT(!(held.cost + held.realised + held.fees).overflowed());
          RC_ASSERT(!portfolio.cash(portfolio.settlement_currency(id)).overflowed());
        }
      }
    }));
  }
}

}  // namespace
}  // namespace lockstep
