#include "scenarios/instrument_name.h"

#include <gtest/gtest.h>

#include <vector>

namespace lockstep::scenarios {
namespace {

std::vector<Instrument> two_venues() {
  Instrument spot;
  spot.symbol = "BTCUSDT";
  spot.venue = "bybit-spot";
  Instrument perpetual = spot;
  perpetual.venue = "bybit-linear";
  Instrument other = spot;
  other.symbol = "ETHUSDT";
  return {spot, perpetual, other};
}

TEST(InstrumentName, a_symbol_alone_is_enough_where_one_venue_lists_it) {
  EXPECT_EQ(*find_instrument(two_venues(), "ETHUSDT", "here"), 2U);
}

TEST(InstrumentName, a_venue_and_a_symbol_name_one_of_several) {
  EXPECT_EQ(*find_instrument(two_venues(), "bybit-linear:BTCUSDT", "here"), 1U);
}

TEST(InstrumentName, a_symbol_of_several_venues_is_not_guessed) {
  EXPECT_EQ(find_instrument(two_venues(), "BTCUSDT", "here").error().text(),
            "here: several venues list \"BTCUSDT\"; say bybit-spot:BTCUSDT or bybit-linear:BTCUSDT");
}

TEST(InstrumentName, an_unknown_one_suggests_the_nearest) {
  EXPECT_EQ(find_instrument(two_venues(), "ETHUSD", "here").error().text(),
            "here: the run has no instrument \"ETHUSD\"; did you mean ETHUSDT?");
}

}  // namespace
}  // namespace lockstep::scenarios
