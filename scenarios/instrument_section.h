// The part of a scenario that describes an instrument which no recording describes.
#pragma once

#include "engine/core/instrument.h"
#include "scenarios/toml_section.h"

namespace lockstep::scenarios {

enum class InstrumentFields {
  traded,  ///< symbol, venue, currencies, kind, tick, lot and multiplier
  all,     ///< also the scales, and expiry, strike and right
};

/// Reads the keys of one [[feed.instruments]]; does not finish the section. Scales are what tick, lot and
/// multiplier need, or more where price_scale, qty_scale or multiplier_scale say so. Errors go to the
/// section.
Instrument read_instrument(Section& section, InstrumentFields fields);

}  // namespace lockstep::scenarios
