#include "engine/portfolio/entry_price.h"

#include <gtest/gtest.h>

namespace lockstep {
namespace {

Instrument scaled(InstrumentKind kind, int price_scale, int qty_scale, std::int64_t multiplier,
                  int multiplier_scale) {
  Instrument out;
  out.symbol = "TEST";
  out.kind = kind;
  out.price_scale = static_cast<std::uint8_t>(price_scale);
  out.qty_scale = static_cast<std::uint8_t>(qty_scale);
  out.multiplier = multiplier;
  out.multiplier_scale = static_cast<std::uint8_t>(multiplier_scale);
  return out;
}

TEST(EntryPrice, is_cost_over_quantity_and_multiplier) {
  // 3 contracts of 50 cost 750150.0000 -> 5001.00
  EXPECT_EQ(
      entry_price(scaled(InstrumentKind::future, 2, 0, 50, 0), 3, Money::from_nanos(750'150'000'000'000)),
      500'100);
  // 0.00000003 at 8 decimals cost 0.000000001: 1/30 = 0.0333... -> 3333333 of 10^-8
  EXPECT_EQ(entry_price(scaled(InstrumentKind::spot, 8, 8, 1, 0), 3, Money::from_nanos(1)), 3'333'333);
  // Whole prices: 2 cost 3 -> 1.5 -> 2, and of the mirror image -2
  EXPECT_EQ(entry_price(scaled(InstrumentKind::spot, 0, 0, 1, 0), 2, Money::from_nanos(3'000'000'000)), 2);
  EXPECT_EQ(entry_price(scaled(InstrumentKind::spot, 0, 0, 1, 0), 2, Money::from_nanos(-3'000'000'000)), -2);
  EXPECT_EQ(entry_price(scaled(InstrumentKind::spot, 0, 0, 1, 0), -2, Money::from_nanos(-3'000'000'000)), 2);
}

TEST(EntryPrice, of_an_inverse_contract_is_its_value_over_the_coins) {
  // 7 contracts of 10 USD for 0.001 BTC -> 70000
  const Instrument perpetual = scaled(InstrumentKind::inverse_perpetual, 1, 0, 10, 0);
  EXPECT_EQ(entry_price(perpetual, 7, Money::from_nanos(-1'000'000)), 700'000);
  EXPECT_EQ(entry_price(perpetual, -7, Money::from_nanos(1'000'000)), 700'000);
  EXPECT_EQ(entry_price(perpetual, 1, Money()), std::nullopt);
}

TEST(EntryPrice, beyond_64_bits_is_nothing) {
  EXPECT_EQ(entry_price(scaled(InstrumentKind::spot, 18, 18, 1, 0), 1, Money::from_nanos(INT64_MAX)),
            std::nullopt);
  EXPECT_EQ(entry_price(scaled(InstrumentKind::spot, 0, 0, INT64_MAX, 0), INT64_MAX, Money::from_nanos(1)),
            0);
}

}  // namespace
}  // namespace lockstep
