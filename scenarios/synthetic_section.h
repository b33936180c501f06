// The part of a scenario that describes a generated session.
#pragma once

#include "feeds/synthetic/synthetic.h"
#include "scenarios/toml_section.h"

namespace lockstep::scenarios {

/// Reads the keys of [feed] that belong to kind "synthetic": start, duration, max_events, [feed.latency] and
/// one
/// [[feed.instruments]] per instrument; without any, one instrument with every default. Errors go to the
/// section.
feeds::SyntheticConfig read_synthetic(Section& feed, std::uint64_t seed);

}  // namespace lockstep::scenarios
