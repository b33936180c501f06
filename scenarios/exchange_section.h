// The part of a scenario that makes an instrument's market a simulated one: [venue.exchange]; and the flow of
// other participants' orders that feeds it: [feed] kind "flow".
#pragma once

#include <optional>
#include <string>

#include "feeds/synthetic/order_flow.h"
#include "scenarios/latency_section.h"
#include "scenarios/toml_section.h"
#include "scenarios/venue_section.h"
#include "sim/exchange.h"

namespace lockstep::scenarios {

/// As usual_latency(), of none.
inline LatencyModel no_latency() {
  LatencyModel model = usual_latency();
  model.median_ns = 0;
  return model;
}

/// Amounts as decimal text in the instrument's own units.
struct ExchangeChoice {
  bool is_simulated = false;  ///< key `market`: "recorded" or "simulated"
  matching::Config matching;  ///< all but grid and amounts
  LatencyModel feed_latency = no_latency();
  sim::Publish publish = sim::Publish::orders;
  std::string top_order_max = "0";
  std::string min_allocation = "0";
  std::string reference_price;  ///< empty: none
};

ExchangeChoice read_exchange(Section section, const ExchangeChoice& fallback);

/// In the instrument's units, with the grid and the self-trade prevention of the venue's rules. Nothing for a
/// recorded market. Errors name the key.
Result<std::optional<sim::ExchangeConfig>> exchange_for(const ExchangeChoice& choice,
                                                        const sim::VenueRules& rules,
                                                        const Instrument& instrument);

/// Reads start, duration, max_events and [[feed.instruments]] of kind "flow".
feeds::OrderFlowConfig read_flow(Section& feed, std::uint64_t seed);

}  // namespace lockstep::scenarios
