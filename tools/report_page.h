// The page around a report's data: HTML, styles, scripts and font in one text. Made at build time from
// tools/report/.
#pragma once

#include <string_view>

namespace lockstep::tools {

/// Contains each of the three marks once, where a JSON value belongs: @results@, @summary@, @scenario@.
std::string_view report_page();

}  // namespace lockstep::tools
