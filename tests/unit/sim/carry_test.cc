#include "sim/carry.h"

#include <gtest/gtest.h>

#include <vector>

namespace lockstep::sim {
namespace {

// Expected figures are worked out by hand in the comments beside them.

constexpr TimeNs kMidnight = 1'704'067'200 * kSecond;  // 2024-01-01T00:00Z

Money units(std::int64_t whole) {
  return Money::from_nanos(whole * kNanosPerUnit);
}

Instrument instrument(InstrumentKind kind, int price_scale = 2, int qty_scale = 0,
                      std::string settle = "USD") {
  Instrument out;
  out.symbol = "TEST";
  out.quote = "USD";
  out.settle = std::move(settle);
  out.kind = kind;
  out.price_scale = static_cast<std::uint8_t>(price_scale);
  out.qty_scale = static_cast<std::uint8_t>(qty_scale);
  return out;
}
Instrument perpetual() {
  return instrument(InstrumentKind::linear_perpetual);
}
Instrument stock() {
  return instrument(InstrumentKind::equity);
}

struct Fixture {
  Fixture(std::vector<Instrument> instruments, const CarryConfig& config, Money cash = units(10'000))
      : account(instruments, account_config(cash)), carry(instruments, config) {}
  static VenueAccountConfig account_config(Money cash) {
    VenueAccountConfig config;
    config.cash = {{"USD", cash}};
    return config;
  }
  // All that is due by then, applied.
  std::vector<AccountEvent> pass(TimeNs now) {
    std::vector<AccountEvent> paid;
    while (const auto due = carry.next(now, account)) {
      account.apply(due->instrument, due->type, due->change);
      paid.push_back(*due);
    }
    return paid;
  }
  VenueAccount account;
  Carry carry;
};

CarryConfig funding_of(FundingSource source) {
  CarryConfig config;
  config.funding = {FundingRule{}};
  config.funding[0].source = source;
  return config;
}

Event funding_event(TimeNs ts_ns, std::int64_t rate_ppm, TimeNs settle_ts_ns, bool is_settlement,
                    Price mark = kNoPrice) {
  Event event;
  event.recv_ts_ns = event.exch_ts_ns = ts_ns;
  event.instrument = 0;
  event.kind = Kind::funding;
  event.detail = 6;
  event.set(Funding{rate_ppm, settle_ts_ns, 8 * kHour, mark, is_settlement ? 1U : 0U});
  return event;
}

TEST(Carry, a_constant_rate_is_paid_at_midnight_eight_and_sixteen_utc) {
  Fixture f({perpetual()}, funding_of(FundingSource::constant));
  EXPECT_TRUE(f.pass(kMidnight + kHour).empty());
  f.account.on_fill(0, Side::buy, 10'000, 50, Money());  // 5'000
  f.account.on_mark(0, 12'000);                          // 6'000
  EXPECT_TRUE(f.pass(kMidnight + 8 * kHour - 1).empty());
  const std::vector<AccountEvent> paid = f.pass(kMidnight + 16 * kHour);
  ASSERT_EQ(paid.size(), 2U);
  EXPECT_EQ(paid[0].ts_ns, kMidnight + 8 * kHour);
  EXPECT_EQ(paid[1].ts_ns, kMidnight + 16 * kHour);
  EXPECT_EQ(paid[0].type, AccountChangeType::funding);
  EXPECT_TRUE(paid[0].is_told);
  EXPECT_EQ(paid[0].change.cash_nanos, -600'000'000);  // 6'000 x 0.01%
  EXPECT_EQ(f.account.cash("USD"), Money::from_nanos(9'998'800'000'000));
  f.account.on_fill(0, Side::sell, 12'000, 100, Money());  // 50 short: receives
  EXPECT_EQ(f.pass(kMidnight + kDay).at(0).change.cash_nanos, 600'000'000);
  f.account.on_fill(0, Side::buy, 12'000, 50, Money());
  EXPECT_TRUE(f.pass(kMidnight + 3 * kDay).empty());  // flat
}

TEST(Carry, what_is_due_at_the_first_moment_is_paid) {
  Fixture f({perpetual()}, funding_of(FundingSource::constant));
  f.account.on_fill(0, Side::buy, 10'000, 50, Money());
  EXPECT_EQ(f.pass(kMidnight + 8 * kHour).size(), 1U);
  EXPECT_TRUE(f.pass(kMidnight + 8 * kHour).empty());
}

TEST(Carry, the_last_forecast_is_paid_when_its_time_comes) {
  Fixture f({perpetual()}, funding_of(FundingSource::forecast));
  f.account.on_fill(0, Side::buy, 10'000, 50, Money());
  const TimeNs settle = kMidnight + 8 * kHour;
  EXPECT_FALSE(f.carry.on_funding(0, funding_event(kMidnight + kHour, 900, settle, false), f.account));
  EXPECT_FALSE(f.carry.on_funding(0, funding_event(kMidnight + 2 * kHour, -200, settle, false), f.account));
  EXPECT_TRUE(f.pass(settle - 1).empty());
  const std::vector<AccountEvent> paid = f.pass(settle + kMinute);
  ASSERT_EQ(paid.size(), 1U);
  EXPECT_EQ(paid[0].ts_ns, settle);
  EXPECT_EQ(paid[0].change.cash_nanos, 1'000'000'000);  // 5'000 x 0.02%
  // The same settlement again, which is over.
  EXPECT_FALSE(f.carry.on_funding(0, funding_event(settle + kMinute, 100, settle, false), f.account));
  EXPECT_TRUE(f.pass(settle + kDay).empty());
}

TEST(Carry, a_recorded_settlement_is_for_the_venues_account_alone) {
  Fixture f({perpetual()}, {});
  f.account.on_fill(0, Side::buy, 10'000, 50, Money());
  const auto paid = f.carry.on_funding(0, funding_event(kMidnight, 100, kMidnight, true, 20'000), f.account);
  ASSERT_TRUE(paid);
  EXPECT_FALSE(paid->is_told);
  EXPECT_EQ(paid->change.cash_nanos, -1'000'000'000);  // 10'000 x 0.01%
  EXPECT_FALSE(f.carry.on_funding(0, funding_event(kMidnight, 100, kMidnight, false), f.account));
}

TEST(Carry, a_premium_beyond_the_clamp_is_paid_less_the_clamp) {
  CarryConfig config = funding_of(FundingSource::premium);
  config.funding[0].sample_interval_ns = 4 * kHour;
  Fixture f({perpetual()}, config, units(1'000'000));
  f.pass(kMidnight + 1);
  f.account.on_fill(0, Side::buy, 100'000, 1'000, Money());     // a million
  f.carry.on_mark(0, kMidnight + kHour, 100'100, 100'000);      // 0.1%, weight 1
  f.carry.on_mark(0, kMidnight + 2 * kHour, 200'000, 100'000);  // the same sample: left out
  f.carry.on_mark(0, kMidnight + 5 * kHour, 100'400, 100'000);  // 0.4%, weight 2: average 0.3%
  // 0.3% + clamp(0.01% - 0.3%, +-0.05%) = 0.25%
  EXPECT_EQ(f.pass(kMidnight + 8 * kHour).at(0).change.cash_nanos, -2'500'000'000'000);
  // No premium is seen: 0 + clamp(0.01% - 0)
  EXPECT_EQ(f.pass(kMidnight + 16 * kHour).at(0).change.cash_nanos, -100'000'000'000);
  f.carry.on_mark(0, kMidnight + 17 * kHour, 99'970, 100'000);  // -0.03% + clamp(0.04%) = 0.01%
  EXPECT_EQ(f.pass(kMidnight + 24 * kHour).at(0).change.cash_nanos, -100'000'000'000);
  f.carry.on_mark(0, kMidnight + 25 * kHour, 110'000, 100'000);  // 10%: the cap of 2%
  EXPECT_EQ(f.pass(kMidnight + 32 * kHour).at(0).change.cash_nanos, -20'000'000'000'000);
}

TEST(Carry, a_short_pays_a_borrow_fee_each_day_and_a_long_does_not) {
  CarryConfig config;
  config.borrow_ppb = {36'000'000, 36'000'000};  // 3.6%
  config.daily_at_ns = 21 * kHour;
  Fixture f({stock(), stock()}, config);
  f.pass(kMidnight);
  f.account.on_fill(0, Side::sell, 10'000, 50, Money());
  f.account.on_fill(1, Side::buy, 10'000, 50, Money());
  EXPECT_TRUE(f.pass(kMidnight + 21 * kHour - 1).empty());
  const std::vector<AccountEvent> paid = f.pass(kMidnight + 4 * kDay);
  ASSERT_EQ(paid.size(), 4U);  // each of the days
  EXPECT_EQ(paid[0].type, AccountChangeType::borrow_fee);
  EXPECT_EQ(paid[0].ts_ns, kMidnight + 21 * kHour);
  EXPECT_EQ(paid[3].ts_ns, kMidnight + 3 * kDay + 21 * kHour);
  EXPECT_EQ(paid[0].change.cash_nanos, -500'000'000);  // 5'000 x 3.6% / 360
}

TEST(Carry, collateral_can_be_marked_up_as_us_lenders_do) {
  CarryConfig config;
  config.borrow_ppb = {360'000'000};  // 36%
  config.marks_up_collateral = true;
  Fixture f({stock()}, config);
  f.pass(kMidnight + 1);
  f.account.on_fill(0, Side::sell, 4'280, 1'000, Money());  // 42.80 x 1.02 = 43.656 -> 44
  EXPECT_EQ(f.pass(kMidnight + kDay).at(0).change.cash_nanos, -44'000'000'000);
}

TEST(Carry, interest_is_paid_on_negative_cash_and_on_positive_at_its_own_rate) {
  CarryConfig config;
  config.debit_ppb = 73'000'000;
  config.credit_ppb = 36'500'000;
  config.days_per_year = 365;
  Fixture f({stock(), stock(), instrument(InstrumentKind::spot, 2, 0, "EUR")}, config, units(1'000));
  f.pass(kMidnight + 1);
  const std::vector<AccountEvent> received = f.pass(kMidnight + kDay);
  ASSERT_EQ(received.size(), 1U);  // once per currency, and none of nothing
  EXPECT_EQ(received[0].instrument, 0U);
  EXPECT_EQ(received[0].type, AccountChangeType::interest);
  EXPECT_EQ(received[0].change.cash_nanos, 100'000'000);  // 1'000 x 3.65% / 365
  f.account.on_fill(1, Side::buy, 100'010, 2, Money());   // cash 1'000.10 - 2'000.20 = -1'000.10
  EXPECT_EQ(f.pass(kMidnight + 2 * kDay).at(0).change.cash_nanos, -200'020'000);
}

TEST(Carry, a_saved_state_goes_on_as_before) {
  CarryConfig config = funding_of(FundingSource::premium);
  config.debit_ppb = 1;
  Fixture f({perpetual()}, config);
  f.pass(kMidnight + 1);
  f.account.on_fill(0, Side::buy, 10'000, 50, Money());
  f.carry.on_mark(0, kMidnight + kHour, 10'100, 10'000);
  StateVisitor saving = StateVisitor::saving();
  f.carry.visit(saving);
  const std::vector<std::uint8_t> bytes = saving.take();
  Carry restored(std::vector{perpetual()}, config);
  StateVisitor loading = StateVisitor::loading(bytes);
  restored.visit(loading);
  ASSERT_TRUE(loading.complete());
  const auto one = f.carry.next(kMidnight + 8 * kHour, f.account);
  const auto other = restored.next(kMidnight + 8 * kHour, f.account);
  ASSERT_TRUE(one && other);
  EXPECT_EQ(one->change.cash_nanos, -47'500'000'000);  // 5'000 x (1% - 0.05%)
  EXPECT_EQ(other->change.cash_nanos, -47'500'000'000);
}

TEST(Carry, a_configuration_that_makes_no_sense_is_refused) {
  EXPECT_TRUE(validate(CarryConfig{}, 3).ok());
  CarryConfig config = funding_of(FundingSource::constant);
  EXPECT_FALSE(validate(config, 2).ok());
  config.funding[0].interval_ns = 0;
  EXPECT_FALSE(validate(config, 1).ok());
  config = {};
  config.days_per_year = 364;
  EXPECT_FALSE(validate(config, 1).ok());
  config = {};
  config.daily_at_ns = kDay;
  EXPECT_FALSE(validate(config, 1).ok());
}

}  // namespace
}  // namespace lockstep::sim
