#include "sim/fees.h"

#include <gtest/gtest.h>

#include <vector>

namespace lockstep::sim {
namespace {

// Expected figures are worked out by hand from the published schedules named beside them.

constexpr TimeNs kNoon = 1'704'067'200 * kSecond + 12 * kHour;  // 2024-01-01T12:00Z

Instrument instrument(InstrumentKind kind, int price_scale, int qty_scale, std::string venue = "venue") {
  Instrument out;
  out.symbol = "TEST";
  out.venue = std::move(venue);
  out.quote = out.settle = "USD";
  out.kind = kind;
  out.price_scale = static_cast<std::uint8_t>(price_scale);
  out.qty_scale = static_cast<std::uint8_t>(qty_scale);
  return out;
}

Instrument share_of_stock() {
  return instrument(InstrumentKind::equity, 2, 0);
}
Instrument perpetual() {
  return instrument(InstrumentKind::linear_perpetual, 2, 3);
}

FeeMeter meter_of(const Instrument& traded, const Fees& schedule, int window_days = 30) {
  return FeeMeter(std::vector{traded}, {schedule}, window_days);
}

std::int64_t charge(FeeMeter& meter, Side side, Price price, Qty qty, OrderId order, bool is_maker = false,
                    TimeNs at = kNoon) {
  return meter.charge(0, side, price, qty, is_maker, at, order).nanos();
}
std::int64_t charge(FeeMeter& meter, Side side, Price price, Qty qty, bool is_maker = false,
                    TimeNs at = kNoon) {
  const std::int64_t nanos = charge(meter, side, price, qty, OrderId{99}, is_maker, at);
  meter.end(99);
  return nanos;
}

std::string fault(const Fees& schedule) {
  const Status valid = validate(schedule);
  return valid ? "" : valid.error().what;
}

TEST(Fees, a_rate_is_of_the_notional_rounded_half_away_from_zero) {
  Fees schedule;
  schedule.maker_ppb = -50'000;  // a rebate of 0.5 bp
  schedule.taker_ppb = 500'000;  // 5 bp, as Binance USD-M VIP 0
  FeeMeter meter = meter_of(perpetual(), schedule);
  EXPECT_EQ(charge(meter, Side::buy, 4'200'000, 1'500), 31'500'000'000);         // 63'000 x 0.0005 = 31.5
  EXPECT_EQ(charge(meter, Side::sell, 4'200'000, 1'500, true), -3'150'000'000);  // 63'000 x 0.00005
  EXPECT_EQ(fee_of(perpetual(), 1, 1, 50'000).nanos(), 1);  // 10'000 nanos x 0.00005 = 0.5 -> 1
  EXPECT_EQ(fee_of(perpetual(), 1, 1, -50'000).nanos(), -1);
  EXPECT_EQ(fee_of(perpetual(), 1, 1, 49'999).nanos(), 0);
}

TEST(Fees, a_commission_per_share_has_a_minimum_and_a_cap_per_order) {
  // IBKR US stocks, fixed: 0.005 a share, at least 1.00, at most 1% of the trade value. The three examples on
  // https://www.interactivebrokers.co.uk/en/pricing/commissions-stocks.php.
  Fees schedule;
  schedule.commission_per_unit_nanos = 5'000'000;
  schedule.commission_minimum_nanos = 1'000'000'000;
  schedule.commission_cap_ppb = 10'000'000;
  FeeMeter meter = meter_of(share_of_stock(), schedule);
  EXPECT_EQ(charge(meter, Side::buy, 2'500, 100), 1'000'000'000);
  EXPECT_EQ(charge(meter, Side::buy, 2'500, 1'000), 5'000'000'000);
  EXPECT_EQ(charge(meter, Side::buy, 25, 1'000), 2'500'000'000);
  EXPECT_EQ(charge(meter, Side::buy, 25, 100), 250'000'000);  // the cap of 0.25 wins over the minimum
}

TEST(Fees, the_fills_of_one_order_share_its_minimum) {
  Fees schedule;
  schedule.commission_per_unit_nanos = 5'000'000;
  schedule.commission_minimum_nanos = 1'000'000'000;
  FeeMeter meter = meter_of(share_of_stock(), schedule);
  EXPECT_EQ(charge(meter, Side::buy, 2'500, 100, OrderId{1}), 1'000'000'000);  // 0.50 -> 1.00
  EXPECT_EQ(charge(meter, Side::buy, 2'500, 100, OrderId{1}), 0);              // 1.00 for 200
  EXPECT_EQ(charge(meter, Side::buy, 2'500, 100, OrderId{1}), 500'000'000);    // 1.50 for 300
  EXPECT_EQ(charge(meter, Side::buy, 2'500, 1, OrderId{2}), 1'000'000'000);
  meter.end(2);
  EXPECT_EQ(charge(meter, Side::buy, 2'500, 1, OrderId{2}), 1'000'000'000);  // ended, so another one
}

Levy sec_fee() {
  return {LevyBase::notional, LevySpan::fill, Side::sell, 27'800, 0, 10'000'000};
}
Levy activity_fee() {
  return {LevyBase::unit, LevySpan::fill, Side::sell, 166'000, 8'300'000'000, 10'000'000};
}

TEST(Fees, regulatory_fees_are_paid_by_sellers_and_rounded_up_to_a_cent) {
  Fees schedule;
  schedule.levies = {sec_fee()};
  FeeMeter sec = meter_of(share_of_stock(), schedule);
  EXPECT_EQ(charge(sec, Side::buy, 10'000, 100), 0);
  EXPECT_EQ(charge(sec, Side::sell, 10'000, 100), 280'000'000);        // 10'000 x 27.80/10^6 = 0.278
  EXPECT_EQ(charge(sec, Side::sell, 100'000, 1'000), 27'800'000'000);  // a million: 27.80 as it is
  EXPECT_EQ(charge(sec, Side::sell, 100, 1), 10'000'000);              // 0.0000278
  schedule.levies = {activity_fee()};
  FeeMeter taf = meter_of(share_of_stock(), schedule);
  EXPECT_EQ(charge(taf, Side::sell, 10'000, 100), 20'000'000);           // 0.0166
  EXPECT_EQ(charge(taf, Side::sell, 10'000, 50'000), 8'300'000'000);     // 8.30 to the cent
  EXPECT_EQ(charge(taf, Side::sell, 10'000, 1'000'000), 8'300'000'000);  // 166 is capped
  EXPECT_EQ(charge(taf, Side::buy, 10'000, 50'000), 0);
}

TEST(Fees, a_levy_by_order_is_rounded_once_for_all_its_fills) {
  Fees schedule;
  schedule.levies = {activity_fee()};
  schedule.levies[0].span = LevySpan::order;
  FeeMeter meter = meter_of(share_of_stock(), schedule);
  EXPECT_EQ(charge(meter, Side::sell, 10'000, 40, OrderId{1}), 10'000'000);  // 0.00664 -> 0.01
  EXPECT_EQ(charge(meter, Side::sell, 10'000, 20, OrderId{1}), 0);           // 0.00996 -> 0.01
  EXPECT_EQ(charge(meter, Side::sell, 10'000, 40, OrderId{1}), 10'000'000);  // 0.0166 -> 0.02
}

TEST(Fees, a_levy_by_day_is_rounded_once_for_all_fills_of_a_utc_day) {
  // Alpaca books the cumulative sum of a day, 0.00083 as a cent:
  // https://docs.alpaca.markets/docs/regulatory-fees
  Fees schedule;
  schedule.levies = {activity_fee()};
  schedule.levies[0].span = LevySpan::day;
  FeeMeter meter(std::vector{share_of_stock(), share_of_stock()}, {schedule, schedule});
  const auto sell = [&](InstrumentId id, Qty qty, TimeNs at) {
    return meter.charge(id, Side::sell, 10'000, qty, false, at, OrderId{1}).nanos();
  };
  EXPECT_EQ(sell(0, 5, kNoon), 10'000'000);               // 0.00083
  EXPECT_EQ(sell(1, 50, kNoon), 0);                       // 0.00913, of both instruments
  EXPECT_EQ(sell(0, 10, kNoon), 10'000'000);              // 0.01079
  EXPECT_EQ(sell(0, 5, kNoon + 12 * kHour), 10'000'000);  // the next day begins anew
}

TEST(Fees, a_future_pays_per_contract_for_exchange_and_clearing) {
  Instrument future = instrument(InstrumentKind::future, 2, 0);
  future.multiplier = 50;
  Fees schedule;
  schedule.levies = {
      {LevyBase::unit, LevySpan::fill, Side::none, 1'380'000'000, 0, 0},  // exchange and clearing
      {LevyBase::unit, LevySpan::fill, Side::none, 20'000'000, 0, 0}};    // NFA 0.02
  FeeMeter meter = meter_of(future, schedule);
  EXPECT_EQ(charge(meter, Side::buy, 520'025, 3), 4'200'000'000);
  EXPECT_EQ(charge(meter, Side::sell, 520'025, 3, true), 4'200'000'000);
}

TEST(Fees, an_exchange_pays_makers_and_charges_takers_per_share) {
  Fees schedule;
  schedule.maker_per_unit_nanos = -2'000'000;  // -0.0020
  schedule.taker_per_unit_nanos = 3'000'000;   // 0.0030, the most that Reg NMS rule 610(c) allows
  FeeMeter meter = meter_of(share_of_stock(), schedule);
  EXPECT_EQ(charge(meter, Side::buy, 10'000, 100, true), -200'000'000);
  EXPECT_EQ(charge(meter, Side::buy, 10'000, 100), 300'000'000);
}

Fees tiered() {
  Fees schedule;
  schedule.tiers = {{0, 200'000, 550'000}, {10'000'000, 180'000, 400'000}, {25'000'000, 160'000, 375'000}};
  return schedule;  // Bybit perpetuals, VIP 0 to 2: https://www.bybit.com/en/help-center, trading fee
                    // structure
}

TEST(Fees, the_tier_of_a_day_follows_the_volume_of_the_days_before_it) {
  FeeMeter meter = meter_of(perpetual(), tiered(), 2);
  const Price price = 1'000'000;                                             // 10'000.00
  EXPECT_EQ(charge(meter, Side::buy, price, 1'000'000), 5'500'000'000'000);  // 10 million at 0.055%
  EXPECT_EQ(charge(meter, Side::buy, price, 1'000), 5'500'000'000);          // still today
  EXPECT_EQ(meter.tier(0), 0U);
  EXPECT_EQ(charge(meter, Side::sell, price, 1'000, false, kNoon + kDay), 4'000'000'000);  // 0.04%
  EXPECT_EQ(charge(meter, Side::sell, price, 1'000, true, kNoon + kDay), 1'800'000'000);   // 0.018%
  EXPECT_EQ(meter.tier(0), 1U);
  EXPECT_EQ(charge(meter, Side::sell, price, 1'000, false, kNoon + 2 * kDay), 4'000'000'000);
  EXPECT_EQ(charge(meter, Side::sell, price, 1'000, false, kNoon + 3 * kDay),
            5'500'000'000);  // out of the window
  EXPECT_EQ(meter.tier(0), 0U);
}

TEST(Fees, a_pause_longer_than_the_window_forgets_all_volume) {
  FeeMeter meter = meter_of(perpetual(), tiered());
  charge(meter, Side::buy, 1'000'000, 3'000'000);
  EXPECT_EQ(charge(meter, Side::buy, 1'000'000, 1'000, false, kNoon + 30 * kDay), 3'750'000'000);
  FeeMeter other = meter_of(perpetual(), tiered());
  charge(other, Side::buy, 1'000'000, 3'000'000);
  EXPECT_EQ(charge(other, Side::buy, 1'000'000, 1'000, false, kNoon + 31 * kDay), 5'500'000'000);
  EXPECT_EQ(charge(other, Side::buy, 1'000'000, 1'000, false, kNoon + 400 * kDay), 5'500'000'000);
}

TEST(Fees, an_account_never_falls_below_the_tier_it_was_given) {
  Fees schedule = tiered();
  schedule.lowest_tier = 2;
  FeeMeter meter = meter_of(perpetual(), schedule);
  EXPECT_EQ(charge(meter, Side::buy, 1'000'000, 1'000), 3'750'000'000);
}

TEST(Fees, the_volume_of_an_inverse_contract_is_its_face_value) {
  Instrument inverse = instrument(InstrumentKind::inverse_perpetual, 1, 0);
  inverse.multiplier = 100;
  inverse.settle = "BTC";
  FeeMeter meter = meter_of(inverse, tiered());
  charge(meter, Side::buy, 500'000, 99'999);  // 9'999'900 USD
  charge(meter, Side::buy, 500'000, 1, false, kNoon + kDay);
  EXPECT_EQ(meter.tier(0), 0U);
  charge(meter, Side::buy, 500'000, 1, false, kNoon + 2 * kDay);  // 10 million of the days before
  EXPECT_EQ(meter.tier(0), 1U);
}

TEST(Fees, volume_counts_over_all_instruments_of_a_venue_and_of_no_other) {
  FeeMeter meter(
      std::vector{perpetual(), perpetual(), instrument(InstrumentKind::linear_perpetual, 2, 3, "else")},
      {tiered(), tiered(), tiered()});
  meter.charge(0, Side::buy, 1'000'000, 1'000'000, false, kNoon, OrderId{1});
  for (const InstrumentId id : {InstrumentId{1}, InstrumentId{2}}) {
    meter.charge(id, Side::buy, 1'000'000, 1'000, false, kNoon + kDay, OrderId{1});
  }
  EXPECT_EQ(meter.tier(1), 1U);
  EXPECT_EQ(meter.tier(2), 0U);
}

TEST(Fees, volumes_and_days_are_saved_and_go_on_as_before) {
  Fees schedule = tiered();
  schedule.levies = {activity_fee()};
  schedule.levies[0].span = LevySpan::day;
  FeeMeter meter = meter_of(perpetual(), schedule);
  charge(meter, Side::sell, 1'000'000, 1'000'000);
  StateVisitor saving = StateVisitor::saving();
  meter.visit(saving);
  const std::vector<std::uint8_t> bytes = saving.take();
  FeeMeter restored = meter_of(perpetual(), schedule);
  StateVisitor loading = StateVisitor::loading(bytes);
  restored.visit(loading);
  ASSERT_TRUE(loading.complete());
  EXPECT_EQ(charge(restored, Side::sell, 1'000'000, 5'000), charge(meter, Side::sell, 1'000'000, 5'000));
  EXPECT_EQ(charge(restored, Side::buy, 1'000'000, 1'000, false, kNoon + kDay), 4'000'000'000);
}

TEST(Fees, a_value_beyond_the_range_of_money_is_an_overflowed_fee) {
  FeeMeter meter = meter_of(perpetual(), tiered());
  EXPECT_TRUE(meter.charge(0, Side::buy, INT64_MAX, INT64_MAX, false, kNoon, OrderId{1}).overflowed());
}

TEST(Fees, a_schedule_that_makes_no_sense_is_named) {
  EXPECT_EQ(fault({}), "");
  EXPECT_EQ(fault(tiered()), "");
  Fees schedule;
  schedule.taker_ppb = 1'000'000'001;
  EXPECT_EQ(fault(schedule), "maker and taker rates must lie within +-100%");
  schedule = tiered();
  schedule.tiers[2].volume_units = 10'000'000;
  EXPECT_EQ(fault(schedule),
            "the volumes of tiers must ascend from 0 or more, found 10000000 after 10000000");
  schedule = tiered();
  schedule.tiers[0].volume_units = 1;
  EXPECT_EQ(fault(schedule), "the first tier begins at volume 0, found 1");
  schedule = tiered();
  schedule.lowest_tier = 3;
  EXPECT_EQ(fault(schedule), "there is no tier 3");
  schedule = {};
  schedule.levies = {sec_fee()};
  schedule.levies[0].rate = -1;
  EXPECT_EQ(fault(schedule), "a levy's rate, cap and rounding must not be negative");
}

}  // namespace
}  // namespace lockstep::sim
