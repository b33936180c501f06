// The parts of a scenario that say how long things take and what a line to a venue refuses and loses. Reads
// TOML; models nothing.
#pragma once

#include <filesystem>
#include <optional>

#include "engine/core/latency.h"
#include "scenarios/toml_section.h"
#include "sim/connection.h"

namespace lockstep::scenarios {

/// Reads a latency model. `kind`: constant (median), lognormal (median, sigma), uniform (low, high), gamma
/// (shape, scale), empirical (samples, in any order), bursty (calm and burst, each with median and sigma;
/// calm_duration, burst_duration); with each `minimum` and `rate` (factor, reference, half_life, of). Errors
/// go to the section.
/// What is not given is as in `fallback`.
LatencyModel read_latency(Section section, const LatencyModel& fallback);

/// What a latency is where nothing is said: a constant millisecond, and common figures for the other kinds.
LatencyModel usual_latency();

/// As read_latency, or nothing for kind "recorded", the default: events come when they were recorded.
std::optional<LatencyModel> read_feed_latency(Section section);

/// Reads the keys of [venue] that make a connection: order_latency, answer_latency, rate_limits, outages,
/// random_outages, reconnect_delay, lost_in_doubt and cancel_on_disconnect. Errors go to the section.
sim::ConnectionConfig read_connection(Section& venue);

/// Puts the durations of a latency's `file` (one a line; empty lines and those that begin with # are passed
/// over) in its place as `samples`: in venue.order_latency, venue.answer_latency and feed.latency_model.
/// `folder` is where the scenario's file stands; nothing if there is none. Error: io, a line that is no
/// duration, samples given too.
Status inline_latency_files(toml::table& document, const std::optional<std::filesystem::path>& folder);

}  // namespace lockstep::scenarios
