// What venues write into the names of their contracts: currencies and expiries. Pure text; it knows no
// venue.
#pragma once

#include <optional>
#include <string_view>

#include "engine/core/time.h"

namespace lockstep::feeds {

struct CurrencyPair {
  std::string_view base;
  std::string_view quote;
};

/// `BTCUSDT` -> BTC, USDT, by the quote currencies in use; nothing if the end is none of them.
std::optional<CurrencyPair> split_pair(std::string_view symbol);

/// `240927` -> 2024-09-27 08:00 UTC, when crypto contracts of every venue here expire; nothing if it is no
/// date.
std::optional<TimeNs> expiry_from_yymmdd(std::string_view text);
/// `30JUL21` or `6AUG21` -> that day, 08:00 UTC.
std::optional<TimeNs> expiry_from_ddmmmyy(std::string_view text);

/// The part number `index` of text split at `separator`; empty beyond the last.
std::string_view part_of(std::string_view text, char separator, std::size_t index);
std::size_t count_parts(std::string_view text, char separator);

}  // namespace lockstep::feeds
