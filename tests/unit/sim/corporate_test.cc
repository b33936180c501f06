#include "sim/corporate.h"

#include <gtest/gtest.h>

#include <vector>

namespace lockstep::sim {
namespace {

// Expected figures are worked out by hand in the comments beside them.

constexpr TimeNs kDate = 1'704'067'200 * kSecond;  // 2024-01-01

Money units(std::int64_t whole) {
  return Money::from_nanos(whole * kNanosPerUnit);
}

Instrument instrument(InstrumentKind kind, std::int64_t multiplier = 1, OptionRight right = OptionRight::none,
                      Price strike = 0) {
  Instrument out;
  out.symbol = "TEST";
  out.quote = out.settle = "USD";
  out.kind = kind;
  out.price_scale = 2;
  out.multiplier = multiplier;
  out.right = right;
  out.strike = strike;
  return out;
}
Instrument stock() {
  return instrument(InstrumentKind::equity);
}
Instrument future() {
  return instrument(InstrumentKind::future, 50);
}
Instrument option(OptionRight right) {
  return instrument(InstrumentKind::option, 100, right, 10'000);
}

struct Fixture {
  Fixture(std::vector<Instrument> instruments, const ReferenceData& data)
      : account(instruments, config()), corporate(instruments, data) {
    EXPECT_TRUE(validate(data, instruments).ok());
    corporate.next(kDate - kDay, account);
  }
  static VenueAccountConfig config() {
    VenueAccountConfig config;
    config.cash = {{"USD", units(100'000)}};
    return config;
  }
  std::vector<CorporateStep> pass(TimeNs now) {
    std::vector<CorporateStep> steps;
    while (const auto step = corporate.next(now, account)) {
      if (step->change) account.apply(step->change->instrument, step->change->type, step->change->change);
      steps.push_back(*step);
    }
    return steps;
  }
  VenueAccount account;
  Corporate corporate;
};

TEST(Corporate, a_dividend_is_paid_to_longs_and_by_shorts_at_the_ex_time) {
  ReferenceData data;
  data.dividends = {{0, kDate, 240'000'000}, {1, kDate, 240'000'000}, {2, kDate, 240'000'000}};
  Fixture f({stock(), stock(), stock()}, data);
  f.account.on_fill(0, Side::buy, 18'000, 100, Money());
  f.account.on_fill(1, Side::sell, 18'000, 50, Money());
  EXPECT_TRUE(f.pass(kDate - 1).empty());
  const std::vector<CorporateStep> steps = f.pass(kDate);
  ASSERT_EQ(steps.size(), 2U);  // the third is not held
  EXPECT_EQ(steps[0].change->type, AccountChangeType::dividend);
  EXPECT_EQ(steps[0].change->ts_ns, kDate);
  EXPECT_EQ(steps[0].change->change.cash_nanos, 24 * kNanosPerUnit);
  EXPECT_EQ(steps[1].change->change.cash_nanos, -12 * kNanosPerUnit);
  EXPECT_EQ(steps[0].orders, OrderFate::keep);
  EXPECT_TRUE(f.pass(kDate + kDay).empty());
}

TEST(Corporate, a_forward_split_multiplies_the_position_and_adjusts_orders) {
  ReferenceData data;
  data.splits = {{0, kDate, 3, 2}};
  Fixture f({stock()}, data);
  f.account.on_fill(0, Side::buy, 9'000, 5, Money());  // 7.5 shares at 60
  const std::vector<CorporateStep> steps = f.pass(kDate);
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].orders, OrderFate::adjust);
  EXPECT_EQ(steps[0].new_shares, 3U);
  EXPECT_EQ(steps[0].old_shares, 2U);
  EXPECT_EQ(steps[0].change->change.qty, 2);
  EXPECT_EQ(steps[0].change->change.cash_nanos, 30 * kNanosPerUnit);  // half a new share at 60
  EXPECT_EQ(f.account.position(0), 7);
  EXPECT_EQ(f.account.mark(0), 6'000);
  EXPECT_EQ(f.account.equity("USD"), units(100'000));
}

TEST(Corporate, a_reverse_split_cancels_orders_and_pays_a_short_out_of_its_fraction) {
  ReferenceData data;
  data.splits = {{0, kDate, 1, 10}};
  Fixture f({stock()}, data);
  f.account.on_fill(0, Side::sell, 200, 25, Money());
  const std::vector<CorporateStep> steps = f.pass(kDate);
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].orders, OrderFate::cancel);
  EXPECT_EQ(f.account.position(0), -2);
  EXPECT_EQ(steps[0].change->change.cash_nanos, -10 * kNanosPerUnit);  // 5 old shares at 2
  EXPECT_EQ(f.account.mark(0), 2'000);
  EXPECT_EQ(f.account.equity("USD"), units(100'000));
}

TEST(Corporate, a_position_too_small_for_a_reverse_split_is_closed) {
  ReferenceData data;
  data.splits = {{0, kDate, 1, 10, SplitOrders::keep}};
  Fixture f({stock()}, data);
  f.account.on_fill(0, Side::buy, 200, 9, Money());
  f.account.on_mark(0, 300);
  const std::vector<CorporateStep> steps = f.pass(kDate);
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].orders, OrderFate::keep);
  EXPECT_EQ(steps[0].change->change.price, 300);
  EXPECT_EQ(f.account.position(0), 0);
  EXPECT_EQ(f.account.cash("USD"), units(100'009));
}

TEST(Corporate, the_terms_of_an_order_after_a_split_lie_on_the_grid_and_away_from_the_market) {
  EXPECT_EQ(split_price(Side::buy, 10'001, 1, 2, 1), 5'000);  // 50.005
  EXPECT_EQ(split_price(Side::sell, 10'001, 1, 2, 1), 5'001);
  EXPECT_EQ(split_price(Side::sell, 10'000, 1, 2, 1), 5'000);
  EXPECT_EQ(split_price(Side::buy, 10'000, 5, 3, 1), 3'330);  // 33.33
  EXPECT_EQ(split_price(Side::buy, 1, 1, 4, 1), 1);
  EXPECT_EQ(split_qty(101, 1, 3, 2), 151);
  EXPECT_EQ(split_qty(150, 100, 3, 2), 200);
  EXPECT_EQ(split_qty(1, 1, 1, 2), 0);
}

TEST(Corporate, a_new_symbol_takes_over_the_position_at_its_cost) {
  ReferenceData data;
  data.symbol_changes = {{0, kDate, 1}};
  Fixture f({stock(), stock()}, data);
  f.account.on_fill(0, Side::buy, 9'000, 5, Money());
  const std::vector<CorporateStep> steps = f.pass(kDate);
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].orders, OrderFate::cancel);
  EXPECT_EQ(steps[0].reason, Reason::delisted);
  EXPECT_EQ(steps[0].change->change.reference, 1U);
  EXPECT_EQ(f.account.position(0), 0);
  EXPECT_EQ(f.account.position(1), 5);
  EXPECT_EQ(f.account.cost(1), units(450));
  EXPECT_EQ(f.account.equity("USD"), units(100'000));
  EXPECT_TRUE(f.corporate.is_delisted(0));
  EXPECT_FALSE(f.corporate.is_delisted(1));
}

TEST(Corporate, a_new_symbol_that_is_held_already_is_added_to_at_the_old_mark) {
  ReferenceData data;
  data.symbol_changes = {{0, kDate, 1}};
  Fixture f({stock(), stock()}, data);
  f.account.on_fill(0, Side::buy, 9'000, 5, Money());
  f.account.on_fill(1, Side::buy, 9'500, 1, Money());
  f.account.on_mark(0, 9'500);
  EXPECT_EQ(f.pass(kDate).size(), 2U);
  EXPECT_EQ(f.account.position(1), 6);
  EXPECT_EQ(f.account.cost(1), units(570));
  EXPECT_EQ(f.account.equity("USD"), units(100'025));
}

TEST(Corporate, a_future_settles_at_its_last_settlement_price_and_is_delisted) {
  ReferenceData data;
  data.expiries = {{0, kDate}};
  Fixture f({future()}, data);
  f.account.on_fill(0, Side::buy, 480'000, 2, Money());
  f.account.on_mark(0, 481'000);
  f.corporate.on_statistic(
      0, {481'525, INT64_MIN, 0, static_cast<std::uint32_t>(StatisticType::settlement_price), 0, 0}, true);
  EXPECT_FALSE(f.corporate.is_delisted(0));
  const std::vector<CorporateStep> steps = f.pass(kDate + kHour);
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].ts_ns, kDate);
  EXPECT_EQ(steps[0].orders, OrderFate::cancel);
  EXPECT_EQ(steps[0].reason, Reason::delisted);
  EXPECT_EQ(steps[0].change->type, AccountChangeType::expiry);
  EXPECT_EQ(steps[0].change->change.qty, -2);
  EXPECT_EQ(steps[0].change->change.price, 481'525);
  EXPECT_EQ(f.account.cash("USD"), Money::from_nanos(101'525 * kNanosPerUnit));  // 15.25 x 50 x 2
  EXPECT_TRUE(f.corporate.is_delisted(0));
}

TEST(Corporate, without_a_settlement_price_the_mark_settles_and_a_given_one_comes_first) {
  ReferenceData data;
  data.expiries = {{0, kDate}, {1, kDate}};
  data.expiries[1].settlement_price = 470'000;
  Fixture f({future(), future()}, data);
  for (const InstrumentId id : {InstrumentId{0}, InstrumentId{1}}) {
    f.account.on_fill(id, Side::sell, 480'000, 1, Money());
    f.account.on_mark(id, 481'000);
  }
  const std::vector<CorporateStep> steps = f.pass(kDate);
  EXPECT_EQ(steps.at(0).change->change.price, 481'000);
  EXPECT_EQ(steps.at(1).change->change.price, 470'000);
}

TEST(Corporate, a_roll_closes_one_contract_and_opens_the_next_with_fees) {
  ReferenceData data;
  data.rolls = {{0, kDate, 1, kNoPrice, 1'000}};
  data.expiries = {{0, kDate + kDay}};
  Fixture f({future(), future()}, data);
  f.account.on_fill(0, Side::buy, 480'000, 2, Money());
  f.account.on_mark(0, 481'000);
  f.account.on_mark(1, 486'000);
  const std::vector<CorporateStep> steps = f.pass(kDate);
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0].change->change.qty, -2);
  EXPECT_EQ(steps[0].change->change.price, 481'000);
  EXPECT_EQ(steps[0].change->change.fee_nanos, 481'000'000);  // 481'000 x 10^-6
  EXPECT_EQ(steps[1].change->instrument, 1U);
  EXPECT_EQ(steps[1].change->change.qty, 2);
  EXPECT_EQ(steps[1].change->change.price, 486'000);
  EXPECT_EQ(steps[1].change->change.fee_nanos, 486'000'000);
  EXPECT_EQ(f.account.position(1), 2);
  const std::vector<CorporateStep> expiry = f.pass(kDate + kDay);
  ASSERT_EQ(expiry.size(), 1U);
  EXPECT_FALSE(expiry[0].change);
  EXPECT_EQ(expiry[0].orders, OrderFate::cancel);
}

TEST(Corporate, a_roll_can_be_done_at_a_given_spread) {
  ReferenceData data;
  data.rolls = {{0, kDate, 1, -525, 0}};
  Fixture f({future(), future()}, data);
  f.account.on_fill(0, Side::sell, 480'000, 2, Money());
  EXPECT_EQ(f.pass(kDate).at(1).change->change.price, 479'475);
  EXPECT_EQ(f.account.position(1), -2);
}

struct Settled {
  AccountChangeType type;
  Price price;
};
Settled settle_option(OptionRight right, Side side, Price underlying, Price threshold = 1) {
  ReferenceData data;
  data.expiries = {{0, kDate}};
  data.expiries[0].underlying = 1;
  data.expiries[0].threshold = threshold;
  Fixture f({option(right), stock()}, data);
  f.account.on_fill(0, side, 300, 2, Money());
  f.account.on_mark(1, underlying);
  const std::vector<CorporateStep> steps = f.pass(kDate);
  EXPECT_EQ(steps.size(), 1U);
  EXPECT_EQ(f.account.position(0), 0);
  return {steps[0].change->type, steps[0].change->change.price};
}

TEST(Corporate, an_option_in_the_money_is_exercised_or_assigned_at_its_intrinsic_value) {
  const Settled call = settle_option(OptionRight::call, Side::buy, 10'750);
  EXPECT_EQ(call.type, AccountChangeType::exercise);
  EXPECT_EQ(call.price, 750);
  const Settled written = settle_option(OptionRight::put, Side::sell, 9'100);
  EXPECT_EQ(written.type, AccountChangeType::assignment);
  EXPECT_EQ(written.price, 900);
  const Settled out = settle_option(OptionRight::put, Side::buy, 10'750);
  EXPECT_EQ(out.type, AccountChangeType::expiry);
  EXPECT_EQ(out.price, 0);
  EXPECT_EQ(settle_option(OptionRight::call, Side::buy, 10'000).type, AccountChangeType::expiry);
  EXPECT_EQ(settle_option(OptionRight::call, Side::buy, 10'004, 5).type, AccountChangeType::expiry);
  EXPECT_EQ(settle_option(OptionRight::call, Side::buy, 10'005, 5).type, AccountChangeType::exercise);
}

TEST(Corporate, physical_settlement_delivers_the_underlying_at_the_strike) {
  struct Case {
    OptionRight right;
    Side side;
    Price underlying;
    Qty delivered;
  };
  for (const Case& c : {Case{OptionRight::call, Side::buy, 10'750, 200},
                        {OptionRight::call, Side::sell, 10'750, -200},
                        {OptionRight::put, Side::buy, 9'000, -200},
                        {OptionRight::put, Side::sell, 9'000, 200}}) {
    ReferenceData data;
    data.expiries = {{0, kDate, true, false, 1}};
    Fixture f({option(c.right), stock()}, data);
    f.account.on_fill(0, c.side, 300, 2, Money());
    f.account.on_mark(1, c.underlying);
    const std::vector<CorporateStep> steps = f.pass(kDate);
    ASSERT_EQ(steps.size(), 2U);
    EXPECT_EQ(steps[0].change->change.price, 0);
    EXPECT_EQ(steps[1].change->type, AccountChangeType::delivery);
    EXPECT_EQ(steps[1].change->instrument, 1U);
    EXPECT_EQ(steps[1].change->change.qty, c.delivered);
    EXPECT_EQ(steps[1].change->change.price, 10'000);
    EXPECT_EQ(f.account.position(1), c.delivered);
  }
}

TEST(Corporate, what_cannot_be_delivered_in_whole_lots_is_settled_in_cash) {
  ReferenceData data;
  data.expiries = {{0, kDate, true, false, 1}};
  Instrument round_lots = stock();
  round_lots.lot = 300;
  Fixture f({option(OptionRight::call), round_lots}, data);
  f.account.on_fill(0, Side::buy, 300, 2, Money());
  f.account.on_mark(1, 10'750);
  const std::vector<CorporateStep> steps = f.pass(kDate);
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].change->change.price, 750);
}

TEST(Corporate, an_option_that_pays_in_coins_is_worth_its_value_over_the_settlement_price) {
  Instrument coin = instrument(InstrumentKind::option, 1, OptionRight::call, 500'000'000);  // 50'000.0000
  coin.price_scale = 4;
  coin.settle = coin.base = coin.quote = "BTC";
  ReferenceData data;
  data.expiries = {{0, kDate, false, true}};
  Fixture f({coin}, data);
  f.account.on_fill(0, Side::buy, 300, 1, Money());
  f.corporate.on_statistic(
      0, {6'250'000, INT64_MIN, 0, static_cast<std::uint32_t>(StatisticType::underlying_price), 2, 0}, false);
  EXPECT_EQ(f.pass(kDate).at(0).change->change.price, 2'000);  // 12'500 / 62'500 = 0.2
}

TEST(Corporate, what_lies_before_the_first_event_is_over) {
  ReferenceData data;
  data.dividends = {{0, kDate - 2 * kDay, kNanosPerUnit}};
  data.expiries = {{1, kDate - 2 * kDay}};
  Fixture f({stock(), future()}, data);
  f.account.on_fill(0, Side::buy, 100, 1, Money());
  EXPECT_TRUE(f.pass(kDate).empty());
  EXPECT_TRUE(f.corporate.is_delisted(1));
}

TEST(Corporate, a_saved_state_goes_on_as_before) {
  ReferenceData data;
  data.dividends = {{0, kDate, kNanosPerUnit}, {0, kDate + kDay, kNanosPerUnit}};
  Fixture f({stock()}, data);
  f.account.on_fill(0, Side::buy, 100, 1, Money());
  EXPECT_EQ(f.pass(kDate).size(), 1U);
  StateVisitor saving = StateVisitor::saving();
  f.corporate.visit(saving);
  const std::vector<std::uint8_t> bytes = saving.take();
  Corporate restored(std::vector{stock()}, data);
  StateVisitor loading = StateVisitor::loading(bytes);
  restored.visit(loading);
  ASSERT_TRUE(loading.complete());
  EXPECT_FALSE(restored.next(kDate, f.account));
  EXPECT_TRUE(restored.next(kDate + kDay, f.account));
}

TEST(Corporate, data_that_does_not_fit_the_instruments_is_named) {
  const std::vector instruments{stock(), future(), option(OptionRight::none),
                                instrument(InstrumentKind::linear_perpetual)};
  const auto fault = [&](const auto& fill) {
    ReferenceData data;
    fill(data);
    const Status valid = validate(data, instruments);
    return valid ? std::string() : valid.error().what;
  };
  EXPECT_EQ(fault([](ReferenceData& d) {
              d.dividends = {{9, kDate, 1}};
            }),
            "dividend: it names an instrument that the run does not have");
  EXPECT_EQ(fault([](ReferenceData& d) {
              d.splits = {{1, kDate, 2, 1}};
            }),
            "split: TEST is neither equity nor spot");
  EXPECT_EQ(fault([](ReferenceData& d) {
              d.splits = {{0, kDate, 0, 1}};
            }),
            "split: a number of shares is zero");
  EXPECT_EQ(fault([](ReferenceData& d) {
              d.symbol_changes = {{0, kDate, 1}};
            }),
            "symbol change: TEST and TEST have different terms");
  EXPECT_EQ(fault([](ReferenceData& d) {
              d.expiries = {{3, kDate}};
            }),
            "expiry: TEST is neither a future nor an option");
  EXPECT_EQ(fault([](ReferenceData& d) {
              d.expiries = {{2, kDate}};
            }),
            "expiry: TEST is neither a call nor a put");
  EXPECT_EQ(fault([](ReferenceData& d) {
              d.expiries = {{1, kDate, true}};
            }),
            "expiry: physical delivery needs an option and its underlying");
  EXPECT_EQ(fault([](ReferenceData& d) {
              d.rolls = {{1, kDate, 1}};
            }),
            "roll: the next contract of TEST has other terms");
}

}  // namespace
}  // namespace lockstep::sim
