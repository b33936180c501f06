// The date in the name of an ITCH file. Never opens it.
#pragma once

#include <optional>
#include <string_view>

#include "engine/core/time.h"

namespace lockstep::feeds {

/// Midnight of the date in a stream's name, as if in UTC: `12302019.NASDAQ_ITCH50.gz`, `S071321-v50.txt.gz`,
/// `20191230.BX_ITCH_50`, `01302020.PSX_ITCH50`. Nothing if the name begins with no date of these forms.
std::optional<TimeNs> itch_date_of(std::string_view stream);

}  // namespace lockstep::feeds
