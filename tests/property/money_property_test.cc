// Conservation: whatever happens to an account, the venue's books and ours agree, and nothing is made or lost
// by rounding. Fills with fees, marks, funding, borrow fees, interest, dividends, splits, new symbols, rolls,
// expiries, exercises and liquidations, in random order.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <set>
#include <vector>

#include "engine/portfolio/portfolio.h"
#include "sim/carry.h"
#include "sim/corporate.h"
#include "sim/fees.h"

namespace lockstep::sim {
namespace {

constexpr TimeNs kStart = 1'704'067'200 * kSecond;
constexpr std::size_t kCount = 8;

Instrument instrument(InstrumentKind kind, std::string settle, int price_scale, int qty_scale,
                      std::int64_t multiplier = 1) {
  Instrument out;
  out.symbol = "TEST";
  out.settle = std::move(settle);
  out.kind = kind;
  out.price_scale = static_cast<std::uint8_t>(price_scale);
  out.qty_scale = static_cast<std::uint8_t>(qty_scale);
  out.multiplier = multiplier;
  out.right = OptionRight::call;
  out.strike = 5'000;
  return out;
}

// Coarse and fine scales, so that some amounts are exact and some are rounded.
std::vector<Instrument> instruments() {
  return {instrument(InstrumentKind::equity, "USD", 2, 0),
          instrument(InstrumentKind::equity, "USD", 2, 0),
          instrument(InstrumentKind::linear_perpetual, "USD", 8, 8),
          instrument(InstrumentKind::inverse_perpetual, "BTC", 4, 2, 7),
          instrument(InstrumentKind::linear_perpetual, "USD", 7, 5, 3),  // isolated
          instrument(InstrumentKind::future, "EUR", 2, 0, 50),
          instrument(InstrumentKind::future, "EUR", 2, 0, 50),
          instrument(InstrumentKind::option, "USD", 2, 0, 100)};
}

struct World {
  World(CostBasis basis, bool insurance, const ReferenceData& data)
      : table(instruments()),
        portfolio(table, {"USD", cash(), basis}),
        account(table, account_config(insurance)),
        meter(table, fees()),
        carry(table, carry_config()),
        corporate(table, data) {
    for (const auto& [currency, amount] : cash()) flows[currency] = amount.nanos();
    flows["EUR"] += 0;
  }

  static std::map<std::string, Money> cash() {
    return {{"USD", Money::from_nanos(30'000'000'000'001)}, {"BTC", Money::from_nanos(3'000'000'000)}};
  }
  static VenueAccountConfig account_config(bool insurance) {
    VenueAccountConfig config;
    config.kind = AccountKind::margin;
    config.cash = cash();
    config.terms.resize(kCount);
    for (InstrumentTerms& terms : config.terms) terms.margin = {100'000'000, 60'000'000, {}};
    config.terms[4].is_isolated = true;
    config.conversions = {{"BTC", kNoInstrument, false, 40'000, 3, 100'000'000},
                          {"EUR", kNoInstrument, false, 11, 10, 0}};
    config.liquidation = {LiquidationPrice::bankruptcy, 300'000'000, 3'000'001, insurance};
    return config;
  }
  static std::vector<Fees> fees() {
    Fees stock;
    stock.commission_per_unit_nanos = 5'000'000;
    stock.commission_minimum_nanos = 1'000'000'000;
    stock.commission_cap_ppb = 10'000'000;
    stock.levies = {{LevyBase::notional, LevySpan::fill, Side::sell, 27'800, 0, 10'000'000},
                    {LevyBase::unit, LevySpan::day, Side::sell, 166'000, 8'300'000'000, 10'000'000}};
    Fees perpetual;
    perpetual.tiers = {{0, -50'001, 500'003}, {5'000, -60'001, 400'003}};
    return {stock,  stock, perpetual, perpetual, perpetual, Fees{.maker_ppb = -7, .taker_ppb = 3'333},
            Fees{}, stock};
  }
  static CarryConfig carry_config() {
    CarryConfig config;
    config.funding.resize(kCount);
    for (FundingRule& rule : config.funding) {
      rule.source = FundingSource::constant;
      rule.rate_ppb = 1'234'567;
    }
    config.funding[3].rate_ppb = -777'777;
    config.borrow_ppb.assign(kCount, 3'000'000'007);
    config.debit_ppb = 70'000'003;
    config.credit_ppb = 10'000'001;
    config.daily_at_ns = 21 * kHour;
    return config;
  }

  Int128 value(InstrumentId id, Price price, Qty qty) const {
    if (qty == 0) return 0;
    const Money amount = notional(table[id], price, qty);
    return table[id].is_inverse() ? -Int128{amount.nanos()} : Int128{amount.nanos()};
  }

  void fill(InstrumentId id, Side side, Price price, Qty qty, bool is_maker, OrderId order) {
    const Money fee = meter.charge(id, side, price, qty, is_maker, now, order);
    account.on_fill(id, side, price, qty, fee);
    RC_ASSERT(portfolio.apply_fill(id, side, price, qty, fee).ok());
    flows[table[id].settle] -= value(id, price, side == Side::buy ? qty : -qty) + fee.nanos();
  }

  // What the venue did and has in its own books already.
  void take_in(InstrumentId id, AccountChangeType type, const AccountChange& change) {
    const Result<Realised> done = portfolio.apply_account(id, type, change);
    if (!done) RC_FAIL(done.error().text());
    Int128& flow = flows[table[id].settle];
    const bool is_fill =
        change.qty != 0 && (type != AccountChangeType::split || portfolio.position(id).qty == 0);
    if (is_fill) flow -= value(id, change.price, change.qty) + change.fee_nanos;
    flow += change.cash_nanos;
    seen.insert(type);
  }
  void apply(const AccountEvent& event) {
    account.apply(event.instrument, event.type, event.change);
    take_in(event.instrument, event.type, event.change);
  }

  void mark(InstrumentId id, Price price) {
    account.on_mark(id, price);
    portfolio.set_mark(id, price);
  }

  void pass(DurationNs time) {
    now += time;
    while (const auto step = corporate.next(now, account)) {
      if (step->change) apply(*step->change);
      check();
    }
    while (const auto event = carry.next(now, account)) {
      apply(*event);
      check();
    }
  }

  void liquidate(Price book_price) {
    for (int i = 0; i < 200; ++i) {
      const auto due = account.check();
      if (!due) return;
      RC_ASSERT(!due->cancel_orders);
      const Qty before = account.position(due->instrument);
      take_in(due->instrument, AccountChangeType::liquidation, account.liquidate(*due, book_price));
      RC_ASSERT((before > 0 ? before : -before) > std::abs(account.position(due->instrument)));
      check();
    }
    RC_FAIL("liquidation does not end");
  }

  void check() const {
    std::map<std::string, Int128> worth = flows;
    for (InstrumentId id = 0; id < kCount; ++id) {
      const Position& held = portfolio.position(id);
      RC_ASSERT(account.position(id) == held.qty);
      RC_ASSERT(held.qty == 0 || account.mark(id) == portfolio.mark(id));
      if (held.qty != 0) worth[table[id].settle] += value(id, portfolio.mark(id), held.qty);
    }
    for (CurrencyId currency = 0; currency < portfolio.currencies().size(); ++currency) {
      const std::string& name = portfolio.currencies()[currency];
      RC_ASSERT(Int128{portfolio.equity(currency).nanos()} == worth[name]);
      RC_ASSERT(Int128{account.equity(name).nanos()} == worth[name]);
      Int128 kept = portfolio.cash(currency).nanos();
      for (InstrumentId id = 0; id < kCount; ++id) {
        if (portfolio.settlement_currency(id) != currency) continue;
        const Position& held = portfolio.position(id);
        kept += Int128{held.fees.nanos()} + held.funding.nanos() - held.realised.nanos();
        if (!table[id].is_margined()) kept += held.cost.nanos();
      }
      RC_ASSERT(kept == portfolio.starting_cash(currency).nanos());
    }
  }
  void check_cash() const {
    for (CurrencyId currency = 0; currency < portfolio.currencies().size(); ++currency)
      RC_ASSERT(account.cash(portfolio.currencies()[currency]) == portfolio.cash(currency));
  }

  std::vector<Instrument> table;
  Portfolio portfolio;
  VenueAccount account;
  FeeMeter meter;
  Carry carry;
  Corporate corporate;
  TimeNs now = kStart;
  std::map<std::string, Int128> flows;  // all that was paid and received, and the start
  std::set<AccountChangeType> seen;
};

TimeNs any_time() {
  return kStart + *rc::gen::inRange<std::int64_t>(1, 240) * kHour;
}

ReferenceData any_data() {
  ReferenceData data;
  const auto several = [](auto add) {
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) add();
  };
  const auto owned = [] { return *rc::gen::inRange<InstrumentId>(0, 2); };
  several([&] {
    data.dividends.push_back({owned(), any_time(), *rc::gen::inRange<std::int64_t>(0, 2'000'000'003)});
  });
  several([&] {
    data.splits.push_back({owned(), any_time(), *rc::gen::inRange<std::uint32_t>(1, 12),
                           *rc::gen::inRange<std::uint32_t>(1, 12)});
  });
  if (*rc::gen::arbitrary<bool>()) data.symbol_changes.push_back({0, any_time(), 1});
  if (*rc::gen::arbitrary<bool>())
    data.rolls.push_back({5, any_time(), 6, *rc::gen::element(Price{kNoPrice}, Price{37}), 12'345});
  data.expiries.push_back({5, any_time()});
  data.expiries.push_back({7, any_time(), *rc::gen::arbitrary<bool>(), false, 1});
  return data;
}

void play(CostBasis basis) {
  World world(basis, *rc::gen::arbitrary<bool>(), any_data());
  world.pass(0);
  // Around it prices wander, per instrument.
  const std::array<Price, kCount> around{6'000,     6'000,   500'000'000, 300'000'000,
                                         9'000'000, 100'000, 100'000,     900};
  const std::array<Qty, kCount> most{60, 60, 2'000'000'000, 100'000, 9'000'000, 3, 3, 4};
  const int steps = *rc::gen::inRange(1, 60);
  for (int i = 0; i < steps; ++i) {
    const auto id = *rc::gen::inRange<InstrumentId>(0, kCount);
    const Price price =
        around[id] * *rc::gen::inRange<Price>(70, 140) / 100 + *rc::gen::inRange<Price>(0, 90);
    world.pass(*rc::gen::inRange<std::int64_t>(0, 12 * 60) * kMinute);
    if (*rc::gen::inRange(0, 3) == 0) {
      world.mark(id, price);
    } else if (!world.corporate.is_delisted(id)) {
      const Qty qty = *rc::gen::inRange<Qty>(1, most[id] + 1);
      world.fill(id, *rc::gen::element(Side::buy, Side::sell), price, qty, *rc::gen::arbitrary<bool>(),
                 *rc::gen::inRange<OrderId>(1, 4));
    }
    world.check();
    world.liquidate(kNoPrice);
    if (basis == CostBasis::average) world.check_cash();
  }
  const auto saw = [&](AccountChangeType type) { return world.seen.count(type) > 0; };
  RC_CLASSIFY(saw(AccountChangeType::liquidation), "liquidation");
  RC_CLASSIFY(saw(AccountChangeType::split), "split");
  RC_CLASSIFY(saw(AccountChangeType::symbol_change), "symbol change");
  RC_CLASSIFY(saw(AccountChangeType::exercise), "exercise");
  RC_CLASSIFY(saw(AccountChangeType::assignment), "assignment");
  RC_CLASSIFY(saw(AccountChangeType::delivery), "delivery");
}

TEST(MoneyProperty, nothing_is_made_or_lost_and_the_venues_account_is_ours_at_average_cost) {
  EXPECT_TRUE(rc::check([] { play(CostBasis::average); }));
}

TEST(MoneyProperty, nothing_is_made_or_lost_and_the_venues_account_is_ours_by_fifo) {
  EXPECT_TRUE(rc::check([] { play(CostBasis::fifo); }));
}

TEST(MoneyProperty, an_order_in_parts_is_charged_as_much_as_in_one) {
  EXPECT_TRUE(rc::check([] {
    const std::vector<Instrument> table{instruments()[0]};
    Fees fees;
    fees.commission_per_unit_nanos = *rc::gen::inRange(0, 9'000'000);
    fees.commission_minimum_nanos = *rc::gen::inRange<std::int64_t>(0, 3'000'000'000);
    fees.commission_cap_ppb = *rc::gen::inRange(0, 20'000'000);
    fees.levies = {{LevyBase::unit, *rc::gen::element(LevySpan::order, LevySpan::day), Side::none,
                    *rc::gen::inRange(0, 900'000), *rc::gen::inRange(0, 50'000'000), 10'000'000}};
    FeeMeter parts(table, {fees});
    FeeMeter whole(table, {fees});
    Qty total = 0;
    Money paid;
    for (int i = *rc::gen::inRange(1, 9); i > 0; --i) {
      const Qty qty = *rc::gen::inRange<Qty>(1, 400);
      const Money fee = parts.charge(0, Side::sell, 1'234, qty, false, kStart, 1);
      RC_ASSERT(fee.nanos() >= 0);
      paid += fee;
      total += qty;
    }
    RC_ASSERT(paid == whole.charge(0, Side::sell, 1'234, total, false, kStart, 1));
  }));
}

}  // namespace
}  // namespace lockstep::sim
