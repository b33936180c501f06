// What the name of a LOBSTER file says: SYMBOL_DATE_START_END_message_LEVELS.csv, and the orderbook file that
// belongs to it. Names only; it opens nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/core/time.h"

namespace lockstep::feeds {

enum class LobsterFile { message, orderbook, other };

/// By the last part of the name that says `message` or `orderbook`.
LobsterFile lobster_file_of(std::string_view stream);

/// The name that the other file of the pair has: the same with `orderbook` in the place of `message`.
/// Requires: a message file.
std::string lobster_orderbook_of(const std::string& message_stream);

struct LobsterName {
  std::string symbol;
  int year = 0;
  int month = 0;
  int day = 0;
};

/// Symbol and day out of a name like AMZN_2012-06-21_34200000_57600000_message_5.csv (what stands behind the
/// number of levels does not matter); nothing where the name is another.
std::optional<LobsterName> parse_lobster_name(std::string_view stream);

}  // namespace lockstep::feeds
