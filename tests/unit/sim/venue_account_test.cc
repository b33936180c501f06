#include "sim/venue_account.h"

#include <gtest/gtest.h>

#include <vector>

namespace lockstep::sim {
namespace {

// Expected figures are worked out by hand in the comments beside them.

constexpr std::int64_t kPercent = 10'000'000;  // ppb

Money units(std::int64_t whole, std::int64_t nanos = 0) {
  return Money::from_nanos(whole * kNanosPerUnit + nanos);
}

Instrument instrument(InstrumentKind kind, int price_scale, int qty_scale) {
  Instrument out;
  out.symbol = "TEST";
  out.quote = out.settle = "USD";
  out.kind = kind;
  out.price_scale = static_cast<std::uint8_t>(price_scale);
  out.qty_scale = static_cast<std::uint8_t>(qty_scale);
  return out;
}
Instrument stock() {
  return instrument(InstrumentKind::equity, 2, 0);
}
Instrument perpetual() {
  return instrument(InstrumentKind::linear_perpetual, 2, 3);
}
Instrument inverse() {
  Instrument out = instrument(InstrumentKind::inverse_perpetual, 1, 0);
  out.multiplier = 100;
  out.settle = "BTC";
  return out;
}

InstrumentTerms leverage(std::int64_t initial_percent, std::int64_t maintenance_percent) {
  InstrumentTerms terms;
  terms.margin = {initial_percent * kPercent, maintenance_percent * kPercent, {}};
  return terms;
}

VenueAccountConfig config_of(AccountKind kind, Money cash, std::vector<InstrumentTerms> terms = {}) {
  VenueAccountConfig config;
  config.kind = kind;
  config.cash = {{"USD", cash}};
  config.terms = std::move(terms);
  return config;
}

AskedOrder buy(Price price, Qty qty, InstrumentId id = 0) {
  return {id, Side::buy, price, qty};
}
AskedOrder sell(Price price, Qty qty, InstrumentId id = 0) {
  return {id, Side::sell, price, qty};
}

std::string fault(const VenueAccountConfig& config, const std::vector<Instrument>& instruments) {
  const Status valid = validate(config, instruments);
  return valid ? "" : valid.error().text();
}

// ---- Margin rules

TEST(MarginRule, brackets_ask_what_rate_and_maintenance_amount_ask) {
  // Binance BTCUSDT: up to, rate, maintenance amount: 50'000 0.4% 0; 250'000 0.5% 50; 1'000'000 1% 1'300;
  // 10'000'000 2.5% 16'300.
  MarginRule rule;
  rule.initial_ppb = 0;
  rule.brackets = {{0, 8'000'000, 4'000'000},
                   {50'000, 10'000'000, 5'000'000},
                   {250'000, 20'000'000, 10'000'000},
                   {1'000'000, 50'000'000, 25'000'000}};
  ASSERT_TRUE(validate(rule).ok());
  const auto maintenance = [&](std::int64_t whole) {
    return static_cast<std::int64_t>(maintenance_margin(rule, Int128{whole} * kNanosPerUnit));
  };
  EXPECT_EQ(maintenance(50'000), 200 * kNanosPerUnit);        // x 0.4%
  EXPECT_EQ(maintenance(250'000), 1'200 * kNanosPerUnit);     // x 0.5% - 50
  EXPECT_EQ(maintenance(600'000), 4'700 * kNanosPerUnit);     // x 1% - 1'300
  EXPECT_EQ(maintenance(4'000'000), 83'700 * kNanosPerUnit);  // x 2.5% - 16'300
  const auto initial = [&](std::int64_t whole) {
    return static_cast<std::int64_t>(initial_margin(rule, Int128{whole} * kNanosPerUnit));
  };
  EXPECT_EQ(initial(49'999), 399'992'000'000);      // at most 125x
  EXPECT_EQ(initial(50'000), 500 * kNanosPerUnit);  // at most 100x
  rule.initial_ppb = 100'000'000;                   // the account has chosen 10x
  EXPECT_EQ(initial(50'000), 5'000 * kNanosPerUnit);
}

TEST(MarginRule, a_rule_that_makes_no_sense_is_named) {
  EXPECT_FALSE(validate(MarginRule{kPercent, 2 * kPercent, {}}).ok());
  EXPECT_FALSE(validate(MarginRule{kPercent, 0, {{1, kPercent, 0}}}).ok());
  EXPECT_FALSE(validate(MarginRule{kPercent, 0, {{0, kPercent, 0}, {0, kPercent, 0}}}).ok());
  EXPECT_FALSE(validate(MarginRule{kPercent, 0, {{0, 5 * kPercent, kPercent}, {9, 5 * kPercent, 0}}}).ok());
  EXPECT_TRUE(validate(MarginRule{kPercent, kPercent, {{0, kPercent, 0}, {9, kPercent, 0}}}).ok());
}

// ---- Cash accounts

TEST(VenueAccount, an_unlimited_account_admits_everything_and_never_liquidates) {
  VenueAccount account(std::vector{stock()}, config_of(AccountKind::unlimited, Money()));
  EXPECT_EQ(account.admit(buy(10'000, 1'000'000)), Reason::none);
  account.on_fill(0, Side::buy, 10'000, 1'000, units(1));
  account.on_mark(0, 1);
  EXPECT_EQ(account.check(), std::nullopt);
  EXPECT_EQ(account.cash("USD"), units(-100'001));
  EXPECT_EQ(account.position(0), 1'000);
  EXPECT_EQ(account.equity("USD"), units(-99'991));  // 1'000 at 0.01
}

TEST(VenueAccount, a_buy_needs_its_value_and_fee_in_cash_less_what_open_buys_reserve) {
  InstrumentTerms terms;
  terms.fee_ppb = 10 * kPercent;
  VenueAccount account(std::vector{stock()}, config_of(AccountKind::cash, units(1'100), {terms}));
  EXPECT_EQ(account.admit(buy(10'000, 10)), Reason::none);  // 1'000 + 100
  EXPECT_EQ(account.admit(buy(10'001, 10)), Reason::insufficient_funds);
  account.on_open_qty(0, Side::buy, 10'000, 0, 5);  // 550
  EXPECT_EQ(account.admit(buy(10'000, 5)), Reason::none);
  EXPECT_EQ(account.admit(buy(10'000, 6)), Reason::insufficient_funds);
  const AskedOrder stands = buy(10'000, 5);
  EXPECT_EQ(account.admit(buy(10'000, 10), &stands), Reason::none);  // a replace
  account.on_open_qty(0, Side::buy, 10'000, 5, 3);
  account.on_fill(0, Side::buy, 9'000, 2, units(18));      // cash 1'100 - 198 = 902; reserved 330; free 572
  EXPECT_EQ(account.admit(buy(13'000, 4)), Reason::none);  // 572
  EXPECT_EQ(account.admit(buy(13'001, 4)), Reason::insufficient_funds);
  account.on_open_qty(0, Side::buy, 10'000, 3, 0);
  EXPECT_EQ(account.admit(buy(82'000, 1)), Reason::none);  // 902
}

TEST(VenueAccount, a_sale_needs_the_holding_that_open_sales_leave) {
  InstrumentTerms terms;
  terms.may_short = false;
  VenueAccount account(std::vector{stock()}, config_of(AccountKind::cash, units(1'000), {terms}));
  EXPECT_EQ(account.admit(sell(10'000, 1)), Reason::insufficient_funds);
  account.on_fill(0, Side::buy, 10'000, 5, Money());
  EXPECT_EQ(account.admit(sell(10'000, 5)), Reason::none);
  account.on_open_qty(0, Side::sell, 10'000, 0, 3);
  EXPECT_EQ(account.admit(sell(10'000, 2)), Reason::none);
  EXPECT_EQ(account.admit(sell(10'000, 3)), Reason::insufficient_funds);
}

TEST(VenueAccount, a_short_is_sold_as_far_as_shares_can_be_borrowed_and_its_value_is_locked) {
  InstrumentTerms terms;
  terms.short_available = 8;
  VenueAccount account(std::vector{stock()}, config_of(AccountKind::cash, units(100), {terms}));
  EXPECT_EQ(account.admit(sell(10'000, 8)), Reason::none);
  EXPECT_EQ(account.admit(sell(10'000, 9)), Reason::short_not_available);
  account.on_fill(0, Side::sell, 10'000, 8, Money());      // cash 900, 800 locked
  EXPECT_EQ(account.admit(buy(10'000, 9)), Reason::none);  // 8 cover, 1 is paid
  EXPECT_EQ(account.admit(buy(10'000, 10)), Reason::insufficient_funds);
  account.on_mark(0, 11'000);  // the value of what is not covered grows
  EXPECT_EQ(account.admit(buy(10'000, 8)), Reason::none);
  account.on_mark(0, 12'000);
  EXPECT_EQ(account.admit(buy(10'000, 1)), Reason::insufficient_funds);  // 100 + 7 x 120 > 900
}

// ---- Margin

TEST(VenueAccount, an_order_needs_initial_margin_for_the_larger_side) {
  VenueAccount account(std::vector{perpetual()},
                       config_of(AccountKind::margin, units(1'000), {leverage(10, 5)}));
  EXPECT_EQ(account.admit(buy(10'000, 100'000)), Reason::none);  // 100 x 100 = 10'000, 10%
  EXPECT_EQ(account.admit(buy(10'000, 100'001)), Reason::insufficient_margin);
  account.on_open_qty(0, Side::buy, 10'000, 0, 100'000);
  EXPECT_EQ(account.admit(sell(10'000, 100'000)), Reason::none);  // the other side needs no more
  EXPECT_EQ(account.admit(sell(10'000, 100'001)), Reason::insufficient_margin);
  account.on_open_qty(0, Side::buy, 10'000, 100'000, 0);
  account.on_fill(0, Side::buy, 10'000, 100'000, Money());
  EXPECT_EQ(account.standing()->collateral, Int128{1'000} * kNanosPerUnit);
  EXPECT_EQ(account.standing()->initial, Int128{1'000} * kNanosPerUnit);
  EXPECT_EQ(account.standing()->maintenance, Int128{500} * kNanosPerUnit);
  EXPECT_EQ(account.admit(sell(10'000, 200'000)), Reason::none);  // turned round, as large
  EXPECT_EQ(account.admit(sell(10'000, 200'001)), Reason::insufficient_margin);
  account.on_mark(0, 9'900);  // 100 lost: 900 of 990
  EXPECT_EQ(account.admit(buy(9'900, 1)), Reason::insufficient_margin);
  EXPECT_EQ(account.admit(sell(9'900, 100'000)), Reason::none);
}

TEST(VenueAccount, a_stock_on_margin_counts_by_its_value) {
  // Regulation T: half of a purchase; FINRA rule 4210: a quarter of the market value.
  VenueAccount account(std::vector{stock()},
                       config_of(AccountKind::margin, units(1'000), {leverage(50, 25)}));
  EXPECT_EQ(account.admit(buy(10'000, 20)), Reason::none);
  EXPECT_EQ(account.admit(buy(10'000, 21)), Reason::insufficient_margin);
  account.on_fill(0, Side::buy, 10'000, 20, Money());  // cash -1'000
  EXPECT_EQ(account.standing()->collateral, Int128{1'000} * kNanosPerUnit);
  account.on_mark(0, 6'667);  // 1'333.40 - 1'000 = 333.40 >= 333.35
  EXPECT_FALSE(account.check());
  account.on_mark(0, 6'666);  // 333.20 < 333.30
  EXPECT_TRUE(account.check());
}

TEST(VenueAccount, a_short_on_margin_needs_shares_to_borrow) {
  InstrumentTerms terms = leverage(50, 30);
  terms.short_available = 5;
  VenueAccount account(std::vector{stock()}, config_of(AccountKind::margin, units(10'000), {terms}));
  EXPECT_EQ(account.admit(sell(10'000, 5)), Reason::none);
  account.on_open_qty(0, Side::sell, 10'000, 0, 2);
  EXPECT_EQ(account.admit(sell(10'000, 4)), Reason::short_not_available);
}

TEST(VenueAccount, another_currency_is_collateral_at_its_rate_less_its_haircut) {
  VenueAccountConfig config = config_of(AccountKind::margin, units(0), {leverage(10, 5), leverage(10, 5)});
  config.cash["BTC"] = units(1);
  config.conversions = {{"BTC", 0, false, 1, 1, 20 * kPercent}};
  VenueAccount account(std::vector{perpetual(), inverse()}, config);
  EXPECT_EQ(account.admit(buy(10'000, 1)), Reason::insufficient_margin);  // no price yet: worth nothing
  account.on_mark(0, 5'000'000);                                          // 50'000.00
  EXPECT_EQ(account.standing()->collateral, Int128{40'000} * kNanosPerUnit);
  // 100 contracts of 100 USD at 50'000: 0.2 BTC, worth 10'000 USD, 10%
  account.on_fill(1, Side::buy, 500'000, 100, Money());
  EXPECT_EQ(account.standing()->initial, Int128{1'000} * kNanosPerUnit);
  account.on_mark(1, 400'000);  // -10'000/40'000 + 10'000/50'000 = -0.05 BTC; 0.95 x 50'000 x 0.8
  EXPECT_EQ(account.standing()->collateral, Int128{38'000} * kNanosPerUnit);
  EXPECT_EQ(account.equity("BTC"), Money::from_nanos(950'000'000));
}

TEST(VenueAccount, a_debt_in_another_currency_counts_wholly_at_a_fixed_or_inverted_rate) {
  VenueAccountConfig config = config_of(AccountKind::margin, units(1'000));
  config.cash["EUR"] = units(-100);
  config.conversions = {{"EUR", kNoInstrument, false, 11, 10, 50 * kPercent}};
  EXPECT_EQ(VenueAccount(std::vector{perpetual()}, config).standing()->collateral,
            Int128{890} * kNanosPerUnit);            // 1'000 - 110
  config.conversions = {{"EUR", 0, true, 1, 1, 0}};  // the price is EUR for a USD
  VenueAccount account(std::vector{perpetual()}, config);
  EXPECT_EQ(account.standing(), std::nullopt);  // a debt of unknown size
  EXPECT_EQ(account.admit(buy(10'000, 1)), Reason::insufficient_margin);
  account.on_mark(0, 80);
  EXPECT_EQ(account.standing()->collateral, Int128{875} * kNanosPerUnit);  // 100 / 0.80
}

// ---- Liquidation

VenueAccountConfig risky(LiquidationRule rule) {
  VenueAccountConfig config = config_of(AccountKind::margin, units(1'000), {leverage(10, 5)});
  config.liquidation = rule;
  return config;
}

TEST(VenueAccount, below_maintenance_open_orders_go_first_and_then_the_position_at_the_mark) {
  VenueAccount account(std::vector{perpetual()},
                       risky({LiquidationPrice::mark, kNanosPerUnit, kPercent, true}));
  account.on_fill(0, Side::buy, 10'000, 100'000, Money());
  account.on_open_qty(0, Side::sell, 11'000, 0, 1'000);
  account.on_mark(0, 9'474);  // 1'000 - 526 = 474 >= 473.70
  EXPECT_FALSE(account.check());
  account.on_mark(0, 9'473);  // 473 < 473.65
  std::optional<Liquidation> due = account.check();
  ASSERT_TRUE(due);
  EXPECT_TRUE(due->cancel_orders);
  EXPECT_EQ(due->instrument, kNoInstrument);
  account.on_open_qty(0, Side::sell, 11'000, 1'000, 0);
  due = account.check();
  ASSERT_TRUE(due);
  EXPECT_FALSE(due->cancel_orders);
  EXPECT_EQ(due->instrument, 0U);
  EXPECT_EQ(due->qty, -100'000);
  const AccountChange done = account.liquidate(*due, kNoPrice);
  EXPECT_EQ(done.qty, -100'000);
  EXPECT_EQ(done.price, 9'473);
  EXPECT_EQ(done.fee_nanos, 94'730'000'000);  // 1% of 9'473
  EXPECT_EQ(done.cash_nanos, 0);
  EXPECT_EQ(account.cash("USD"), units(378, 270'000'000));  // 473 - 94.73
  EXPECT_EQ(account.position(0), 0);
  EXPECT_FALSE(account.check());
}

TEST(VenueAccount, what_is_lost_beyond_the_account_is_paid_in_by_the_insurance) {
  VenueAccount account(std::vector{perpetual()},
                       risky({LiquidationPrice::book, kNanosPerUnit, kPercent, true}));
  account.on_fill(0, Side::buy, 10'000, 100'000, Money());
  account.on_mark(0, 9'100);
  const AccountChange done = account.liquidate(*account.check(), 8'950);
  EXPECT_EQ(done.price, 8'950);
  EXPECT_EQ(done.fee_nanos, 0);                // nothing is left to pay it
  EXPECT_EQ(done.cash_nanos, 50'000'000'000);  // 1'000 - 1'050
  EXPECT_EQ(account.cash("USD"), Money());
}

TEST(VenueAccount, without_insurance_the_account_owes_what_it_lost) {
  VenueAccount account(std::vector{perpetual()},
                       risky({LiquidationPrice::book, kNanosPerUnit, kPercent, false}));
  account.on_fill(0, Side::sell, 10'000, 100'000, Money());
  account.on_mark(0, 10'900);
  const AccountChange done = account.liquidate(*account.check(), 11'000);
  EXPECT_EQ(done.qty, 100'000);
  EXPECT_EQ(done.fee_nanos, 110'000'000'000);
  EXPECT_EQ(done.cash_nanos, 0);
  EXPECT_EQ(account.cash("USD"), units(-110));
}

TEST(VenueAccount, at_the_bankruptcy_price_nothing_is_left) {
  VenueAccount account(std::vector{perpetual()},
                       risky({LiquidationPrice::bankruptcy, kNanosPerUnit, kPercent, true}));
  account.on_fill(0, Side::buy, 10'000, 100'000, Money());
  account.on_mark(0, 9'200);
  const AccountChange done = account.liquidate(*account.check(), kNoPrice);
  EXPECT_EQ(done.price, 9'000);  // 100 x (100 - 90) = 1'000
  EXPECT_EQ(done.fee_nanos, 0);
  EXPECT_EQ(account.cash("USD"), Money());
}

TEST(VenueAccount, steps_stop_as_soon_as_the_account_is_sound) {
  Instrument traded = perpetual();
  traded.lot = 1'000;
  VenueAccount account(std::vector{traded}, risky({LiquidationPrice::mark, 25 * kPercent, 0, true}));
  account.on_fill(0, Side::buy, 10'000, 101'000, Money());
  account.on_mark(0, 9'440);  // 1'000 - 565.6 = 434.4 < 476.72
  std::optional<Liquidation> due = account.check();
  ASSERT_TRUE(due);
  EXPECT_EQ(due->qty, -25'000);  // a quarter is 25.25, whole lots 25
  account.liquidate(*due, kNoPrice);
  EXPECT_EQ(account.position(0), 76'000);  // 434.4 >= 358.72
  EXPECT_FALSE(account.check());
}

TEST(VenueAccount, the_position_with_the_largest_maintenance_margin_goes_first) {
  VenueAccountConfig config =
      config_of(AccountKind::margin, units(1'000), {leverage(10, 5), leverage(10, 5)});
  VenueAccount account(std::vector{perpetual(), perpetual()}, config);
  account.on_fill(0, Side::buy, 10'000, 40'000, Money());
  account.on_fill(1, Side::sell, 10'000, 60'000, Money());
  account.on_mark(1, 10'900);  // 1'000 - 540 = 460 < 200 + 327
  const std::optional<Liquidation> due = account.check();
  ASSERT_TRUE(due);
  EXPECT_EQ(due->instrument, 1U);
  EXPECT_EQ(due->qty, 60'000);
  account.liquidate(*due, kNoPrice);
  EXPECT_FALSE(account.check());  // 460 >= 200
  EXPECT_EQ(account.position(0), 40'000);
}

TEST(VenueAccount, an_isolated_position_loses_its_own_margin_and_no_more) {
  InstrumentTerms isolated = leverage(10, 5);
  isolated.is_isolated = true;
  VenueAccountConfig config = config_of(AccountKind::margin, units(1'000), {isolated, leverage(10, 5)});
  config.liquidation = {LiquidationPrice::mark, kNanosPerUnit, 0, true};
  VenueAccount account(std::vector{perpetual(), perpetual()}, config);
  account.on_fill(0, Side::buy, 10'000, 40'000, Money());  // 4'000, margin 400
  EXPECT_EQ(account.isolated_margin(0), units(400));
  EXPECT_EQ(account.standing()->collateral, Int128{600} * kNanosPerUnit);
  EXPECT_EQ(account.standing()->initial, 0);
  EXPECT_EQ(account.admit(buy(10'000, 60'000, 1)), Reason::none);
  EXPECT_EQ(account.admit(buy(10'000, 60'001, 1)), Reason::insufficient_margin);
  account.on_open_qty(0, Side::buy, 9'000, 0, 10'000);
  account.on_mark(0, 9'473);  // 400 - 210.8 = 189.2 < 189.46
  std::optional<Liquidation> due = account.check();
  ASSERT_TRUE(due);
  EXPECT_TRUE(due->cancel_orders);
  EXPECT_EQ(due->instrument, 0U);
  account.on_open_qty(0, Side::buy, 9'000, 10'000, 0);
  account.on_mark(0, 8'800);  // 480 lost of 400
  const AccountChange done = account.liquidate(*account.check(), kNoPrice);
  EXPECT_EQ(done.cash_nanos, 80'000'000'000);
  EXPECT_EQ(account.cash("USD"), units(600));
  EXPECT_EQ(account.isolated_margin(0), Money());
  EXPECT_FALSE(account.check());
}

TEST(VenueAccount, an_isolated_position_in_steps_keeps_its_margin_until_it_is_sound) {
  InstrumentTerms isolated = leverage(10, 5);
  isolated.is_isolated = true;
  VenueAccountConfig config = config_of(AccountKind::margin, units(1'000), {isolated});
  config.liquidation = {LiquidationPrice::mark, 25 * kPercent, kPercent, true};
  VenueAccount account(std::vector{perpetual()}, config);
  account.on_fill(0, Side::buy, 10'000, 40'000, Money());
  account.on_mark(0, 9'450);  // 400 - 220 = 180 < 189
  account.liquidate(*account.check(), kNoPrice);
  EXPECT_EQ(account.position(0), 30'000);
  EXPECT_EQ(account.isolated_margin(0), units(335, 550'000'000));  // 400 - 55 - 1% of 945
  EXPECT_EQ(account.cash("USD"), units(935, 550'000'000));
  EXPECT_FALSE(account.check());  // 335.55 - 165 = 170.55 >= 141.75
}

TEST(VenueAccount, an_isolated_position_gives_back_its_margin_as_it_closes) {
  InstrumentTerms isolated = leverage(10, 5);
  isolated.is_isolated = true;
  VenueAccount account(std::vector{perpetual()}, config_of(AccountKind::margin, units(1'000), {isolated}));
  account.on_fill(0, Side::buy, 10'000, 40'000, Money());
  account.on_fill(0, Side::sell, 11'000, 10'000, Money());  // 100 won; a quarter of 400 back
  EXPECT_EQ(account.isolated_margin(0), units(300));
  account.on_fill(0, Side::sell, 9'800, 15'000, Money());  // 30 lost: half of 270 stays
  EXPECT_EQ(account.isolated_margin(0), units(135));
  account.apply(0, AccountChangeType::funding, {0, kNoPrice, -5 * kNanosPerUnit, 0, 0});
  EXPECT_EQ(account.isolated_margin(0), units(130));
  account.on_fill(0, Side::sell, 10'000, 25'000, Money());  // closes 15, opens 10 short
  EXPECT_EQ(account.isolated_margin(0), units(100));
  EXPECT_EQ(account.cash("USD"), units(1'065));  // + 100 - 30 - 5
}

// ---- Changes, state, configuration

TEST(VenueAccount, a_split_keeps_the_cost_and_a_delivery_is_a_fill) {
  VenueAccount account(std::vector{stock()}, config_of(AccountKind::unlimited, units(1'000)));
  account.on_fill(0, Side::buy, 10'000, 5, Money());
  account.apply(0, AccountChangeType::split, {5, kNoPrice, 0, 0, (2ULL << 32U) | 1U});
  EXPECT_EQ(account.position(0), 10);
  EXPECT_EQ(account.cost(0), units(500));
  account.apply(0, AccountChangeType::delivery, {-4, 6'000, 0, kNanosPerUnit, 0});
  EXPECT_EQ(account.position(0), 6);
  EXPECT_EQ(account.cost(0), units(300));
  EXPECT_EQ(account.cash("USD"), units(739));  // 500 + 240 - 1
}

TEST(VenueAccount, a_saved_account_goes_on_as_before) {
  InstrumentTerms isolated = leverage(10, 5);
  isolated.is_isolated = true;
  const VenueAccountConfig config = config_of(AccountKind::margin, units(1'000), {isolated, leverage(10, 5)});
  const std::vector instruments{perpetual(), perpetual()};
  VenueAccount account(instruments, config);
  account.on_fill(0, Side::buy, 10'000, 30'000, units(1));
  account.on_fill(1, Side::sell, 10'000, 50'000, units(1));
  account.on_open_qty(1, Side::buy, 9'000, 0, 500);
  account.on_mark(1, 10'900);
  StateVisitor saving = StateVisitor::saving();
  account.visit(saving);
  const std::vector<std::uint8_t> bytes = saving.take();
  VenueAccount restored(instruments, config);
  restored.on_fill(0, Side::buy, 5'000, 77, Money());  // whatever it was before
  restored.on_open_qty(0, Side::buy, 5'000, 0, 77);
  StateVisitor loading = StateVisitor::loading(bytes);
  restored.visit(loading);
  ASSERT_TRUE(loading.complete());
  EXPECT_EQ(restored.cash("USD"), account.cash("USD"));
  EXPECT_EQ(restored.equity("USD"), account.equity("USD"));
  EXPECT_EQ(restored.standing()->initial, account.standing()->initial);
  EXPECT_EQ(restored.standing()->maintenance, account.standing()->maintenance);
  EXPECT_EQ(restored.check()->cancel_orders, account.check()->cancel_orders);
  StateVisitor one = StateVisitor::digesting();
  StateVisitor other = StateVisitor::digesting();
  account.visit(one);
  restored.visit(other);
  EXPECT_EQ(one.digest(), other.digest());
}

TEST(VenueAccount, a_configuration_that_makes_no_sense_is_named) {
  const std::vector instruments{perpetual()};
  EXPECT_EQ(fault(config_of(AccountKind::margin, units(1)), instruments), "");
  EXPECT_EQ(fault(config_of(AccountKind::cash, units(1)), instruments),
            "account, TEST: a cash account cannot carry a linear_perpetual; choose kind margin");
  VenueAccountConfig config = config_of(AccountKind::margin, units(1));
  config.conversions = {{"EUR", kNoInstrument, false, 1, 1, 0}, {"EUR", kNoInstrument, false, 1, 1, 0}};
  EXPECT_EQ(fault(config, instruments), "account, conversion of EUR: it is given 2 times");
  config.conversions = {{"EUR", 1, false, 1, 1, 0}};
  EXPECT_EQ(fault(config, instruments), "account, conversion of EUR: the run has no instrument 1");
  config.conversions = {{"USD", kNoInstrument, false, 1, 1, 0}};
  EXPECT_EQ(fault(config, instruments),
            "account, conversion of USD: the account's own currency is worth one of itself");
  config.conversions.clear();
  config.liquidation.step_ppb = 0;
  EXPECT_EQ(fault(config, instruments),
            "account, liquidation: a step is more than nothing and at most the whole position");
  config.liquidation.step_ppb = 1;
  config.terms = {leverage(5, 10)};
  EXPECT_EQ(fault(config, instruments),
            "account, TEST: the maintenance margin is above the initial margin: an order would be liquidated "
            "at once");
}

}  // namespace
}  // namespace lockstep::sim
