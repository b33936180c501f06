// The rows of LOBSTER's two files as values in the instrument's units. Reads text; keeps no state.
#pragma once

#include <string_view>
#include <vector>

#include "engine/event/event.h"

namespace lockstep::feeds {

/// Numbered as LOBSTER does (https://lobsterdata.com/info/DataStructure.php).
enum class LobsterType : std::uint8_t {
  add = 1,
  partial_cancel = 2,
  remove = 3,
  execution = 4,
  hidden_execution = 5,
  cross = 6,
  halt = 7,
};

struct LobsterMessage {
  DurationNs since_midnight_ns = 0;  ///< New York; rounded to whole nanoseconds
  LobsterType type = LobsterType::add;
  std::int64_t order_id = 0;  ///< 0: none; of a cross -1 opening, -2 closing, -3 and -4 other ones
  Qty qty = 0;                ///< > 0 but for a halt
  Price price = 0;            ///< > 0 but for a halt: there -1 halted, 0 quoting, 1 trading, as given
  Side side = Side::none;     ///< of the resting order
};

/// What a price of 1/10,000 dollar and a share are in the instrument's units.
struct LobsterUnits {
  std::int64_t price = 1;
  std::int64_t qty = 1;
};

/// Order ids at or above this are refused: LobsterBook numbers what is anonymous from here on.
inline constexpr std::uint64_t kFirstAnonymousOrder = std::uint64_t{1} << 62U;

/// A row of a message file: time, type, order id, size, price, direction. What newer files have behind these
/// six is not read. An error says what is wrong with the row.
Result<LobsterMessage> parse_lobster_message(std::string_view row, const LobsterUnits& units);

/// A row of an orderbook file.
struct LobsterShown {
  std::vector<Level> bids;  ///< best first
  std::vector<Level> asks;
  std::size_t depth = 0;  ///< levels a side that the row has room for

  [[nodiscard]] const std::vector<Level>& side(Side side) const { return side == Side::buy ? bids : asks; }
  /// Whether a price lies in what the row shows; a side with room left shows all there is.
  [[nodiscard]] bool covers(Side side, Price price) const;
};

/// ask price, ask size, bid price, bid size, repeated; sizes of 0 are places that nothing fills. An error
/// where there are no whole groups of four or where a side is not in order of price.
Status parse_lobster_book(std::string_view row, const LobsterUnits& units, LobsterShown& out);

}  // namespace lockstep::feeds
