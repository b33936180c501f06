#include "engine/core/instrument.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

Instrument of_kind(InstrumentKind kind, int price_scale, int qty_scale) {
  Instrument out;
  out.symbol = "X";
  out.kind = kind;
  out.price_scale = static_cast<std::uint8_t>(price_scale);
  out.qty_scale = static_cast<std::uint8_t>(qty_scale);
  return out;
}

TEST(Instrument, a_linear_value_is_price_times_quantity_times_multiplier) {
  // 61234.50 x 0.015 = 918.5175
  EXPECT_EQ(notional(of_kind(InstrumentKind::linear_perpetual, 2, 3), 6'123'450, 15).nanos(),
            918'517'500'000);
  // A short quantity has a negative value, and so has a negative price.
  EXPECT_EQ(notional(of_kind(InstrumentKind::spot, 2, 0), 10'00, -3).nanos(), -30'000'000'000);
  // 2 contracts of 50 x 5123.25 = 512325
  Instrument future = of_kind(InstrumentKind::future, 2, 0);
  future.multiplier = 50;
  EXPECT_EQ(notional(future, 512'325, 2).nanos(), 512'325'000'000'000);
  EXPECT_EQ(notional(future, -37'63, 1).nanos(), -1'881'500'000'000);
  // Contract size 0.001: 3 x 0.001 x 60000 = 180
  Instrument small = of_kind(InstrumentKind::linear_perpetual, 0, 0);
  small.multiplier = 1;
  small.multiplier_scale = 3;
  EXPECT_EQ(notional(small, 60'000, 3).nanos(), 180'000'000'000);
}

TEST(Instrument, a_value_finer_than_a_nano_is_rounded_half_away_from_zero) {
  // 10^-5 x 10^-5 = 10^-10 = 0.1 nano; five of them are half a nano.
  const Instrument fine = of_kind(InstrumentKind::spot, 5, 5);
  EXPECT_EQ(notional(fine, 1, 4).nanos(), 0);
  EXPECT_EQ(notional(fine, 1, 5).nanos(), 1);
  EXPECT_EQ(notional(fine, 1, -5).nanos(), -1);
}

TEST(Instrument, an_inverse_value_is_quantity_times_multiplier_over_price) {
  Instrument coin = of_kind(InstrumentKind::inverse_perpetual, 1, 0);
  coin.multiplier = 100;
  // 30 x 100 USD / 60000.0 = 0.05 coins
  EXPECT_EQ(notional(coin, 600'000, 30).nanos(), 50'000'000);
  // 1 x 100 / 30000 = 0.00333... -> 3333333 nanos
  EXPECT_EQ(notional(coin, 300'000, 1).nanos(), 3'333'333);
  EXPECT_EQ(notional(coin, 300'000, -2).nanos(), -6'666'667);
}

TEST(Instrument, a_value_out_of_range_is_overflowed_and_not_wrapped) {
  EXPECT_TRUE(notional(of_kind(InstrumentKind::spot, 0, 0), INT64_MAX, INT64_MAX).overflowed());
  EXPECT_TRUE(notional(of_kind(InstrumentKind::spot, 0, 0), 10'000'000'000, 1).overflowed());
  EXPECT_FALSE(notional(of_kind(InstrumentKind::spot, 0, 0), 9'000'000'000, 1).overflowed());
}

TEST(InstrumentDeathTest, an_inverse_contract_has_no_value_at_zero) {
  EXPECT_DEATH(static_cast<void>(notional(of_kind(InstrumentKind::inverse_perpetual, 0, 0), 0, 1)),
               "no value at a price of zero");
}

TEST(Instrument, a_field_out_of_range_is_named) {
  const Instrument good = of_kind(InstrumentKind::spot, 2, 3);
  EXPECT_TRUE(validate(good).ok());
  const auto what = [&](auto&& change) {
    Instrument bad = good;
    change(bad);
    const Status status = validate(bad);
    return status.ok() ? std::string("accepted") : status.error().what;
  };
  EXPECT_EQ(what([](Instrument& i) { i.tick = 0; }), "tick must be positive, found 0");
  EXPECT_EQ(what([](Instrument& i) { i.lot = -1; }), "lot must be positive, found -1");
  EXPECT_EQ(what([](Instrument& i) { i.multiplier = 0; }), "multiplier must be positive, found 0");
  EXPECT_EQ(what([](Instrument& i) { i.price_scale = 19; }),
            "a scale of 19 is beyond the 18 decimals of 64 bits");
  EXPECT_EQ(what([](Instrument& i) { i.symbol.clear(); }), "an instrument needs a symbol");
  EXPECT_EQ(what([](Instrument& i) { i.kind = static_cast<InstrumentKind>(17); }), "kind 17 is unknown");
}

TEST(Instrument, kinds_are_named_and_read_back) {
  constexpr std::string_view kNames[] = {"spot",   "linear_perpetual", "inverse_perpetual",
                                         "future", "equity",           "option"};
  for (std::size_t i = 0; i < std::size(kNames); ++i) {
    EXPECT_EQ(to_string(static_cast<InstrumentKind>(i)), kNames[i]);
    EXPECT_EQ(*parse_instrument_kind(kNames[i]), static_cast<InstrumentKind>(i));
  }
  EXPECT_EQ(parse_instrument_kind("swap").error().what,
            "instrument kind \"swap\" is unknown; expected one of spot, linear_perpetual, inverse_perpetual, "
            "future, equity, option");
}

TEST(Instrument, perpetuals_and_futures_move_cash_only_by_profit) {
  EXPECT_FALSE(of_kind(InstrumentKind::spot, 0, 0).is_margined());
  EXPECT_TRUE(of_kind(InstrumentKind::linear_perpetual, 0, 0).is_margined());
  EXPECT_TRUE(of_kind(InstrumentKind::inverse_perpetual, 0, 0).is_margined());
  EXPECT_TRUE(of_kind(InstrumentKind::future, 0, 0).is_margined());
  EXPECT_FALSE(of_kind(InstrumentKind::equity, 0, 0).is_margined());
  EXPECT_FALSE(of_kind(InstrumentKind::option, 0, 0).is_margined());
}

}  // namespace
}  // namespace lockstep
