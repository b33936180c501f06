// The data of a report as one JSON document: results.h5 thinned, cut and counted. Internal to the report.
#pragma once

#include <cstdint>
#include <string>

#include "engine/core/result.h"
#include "recordings/results_reader.h"

namespace lockstep::tools {

inline constexpr std::size_t kMaxSeriesPoints = 4000;   ///< per line of a chart
inline constexpr std::size_t kMaxPricePoints = 40'000;  ///< of all instruments together
inline constexpr std::uint64_t kMaxFillsShown = 5000;
inline constexpr std::uint64_t kMaxDenialsShown = 1000;

/// Times are decimal texts of nanoseconds (chart axes: seconds since the epoch as numbers); prices,
/// quantities and money of tables are exact decimal texts; values of charts are numbers. What was not
/// measured is null, never 0. Errors: those of the reader.
Result<std::string> report_data(recordings::ResultsReader& results);

}  // namespace lockstep::tools
