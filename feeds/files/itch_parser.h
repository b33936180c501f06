// From bytes to ITCH messages: finds where each begins and hands a view of its type to a handler. No
// allocation, no copy, no state. Owned by nobody: two functions, inlined into the loop that calls them.
#pragma once

#include <span>

#include "feeds/files/itch_messages.h"

namespace lockstep::feeds::itch {

/// What stands at the front of some bytes.
struct Step {
  enum class Found : std::uint8_t {
    message,       ///< whole, of a known type and of its length
    too_short,     ///< the bytes end before the message does, or there are none
    unknown_type,  ///< `size` bytes can be skipped
    wrong_length,  ///< for its type; `size` bytes can be skipped
    end_mark,      ///< a message of no bytes: the end of a session in files of NASDAQ's
  };
  Found found;
  std::uint32_t size;  ///< bytes to the next message, the length before this one included; 0: not known yet

  [[nodiscard]] bool is_message() const { return found == Found::message; }
};

/// The message itself begins two bytes in.
inline Step step(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 2) return {Step::Found::too_short, 0};
  const std::uint32_t length = static_cast<std::uint32_t>(bytes[0] << 8U | bytes[1]);
  const std::uint32_t size = length + 2;
  if (bytes.size() < size) return {Step::Found::too_short, size};
  if (length == 0) return {Step::Found::end_mark, size};
  if (kLengths[bytes[2]] == length) return {Step::Found::message, size};
  return {kLengths[bytes[2]] == 0 ? Step::Found::unknown_type : Step::Found::wrong_length, size};
}

/// Calls handler(view) with the view of the message's type. Requires: `message` points to a whole message.
template <class Handler>
void dispatch(const std::uint8_t* message, Handler&& handler) {
  switch (static_cast<char>(message[0])) {
    case 'A':
    case 'F': return handler(AddOrder(message));
    case 'D': return handler(OrderDelete(message));
    case 'U': return handler(OrderReplace(message));
    case 'E': return handler(OrderExecuted(message));
    case 'X': return handler(OrderCancel(message));
    case 'C': return handler(OrderExecutedWithPrice(message));
    case 'P': return handler(NonCrossTrade(message));
    case 'I': return handler(Imbalance(message));
    case 'Q': return handler(CrossTrade(message));
    case 'B': return handler(BrokenTrade(message));
    case 'S': return handler(SystemEvent(message));
    case 'R': return handler(StockDirectory(message));
    case 'H': return handler(TradingAction(message));
    case 'h': return handler(OperationalHalt(message));
    case 'Y': return handler(RegSho(message));
    case 'L': return handler(ParticipantPosition(message));
    case 'V': return handler(DeclineLevels(message));
    case 'W': return handler(DeclineBreach(message));
    case 'K': return handler(IpoQuotingPeriod(message));
    case 'J': return handler(AuctionCollar(message));
    case 'N': return handler(RetailInterest(message));
    case 'O': return handler(DirectListing(message));
    default: return;
  }
}

/// Hands on every message up to the first that is none, and returns what that is. `bytes` is left at it.
template <class Handler>
Step parse(std::span<const std::uint8_t>& bytes, Handler&& handler) {
  const std::uint8_t* at = bytes.data();
  const std::uint8_t* const end = at + bytes.size();
  for (;;) {
    const Step next = step({at, end});
    if (!next.is_message()) {
      bytes = {at, end};
      return next;
    }
    dispatch(at + 2, handler);
    at += next.size;
  }
}

}  // namespace lockstep::feeds::itch
