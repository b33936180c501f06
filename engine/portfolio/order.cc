#include "engine/portfolio/order.h"

#include <array>

namespace lockstep {
namespace {

constexpr std::string_view kNames[] = {"submitted", "working",    "partially_filled",
                                       "replacing", "cancelling", "filled",
                                       "cancelled", "rejected",   "expired"};

// Cells of the table in the header; `back` is resolved by whether anything was filled.
enum class Cell : std::uint8_t {
  no,
  submitted,
  working,
  partly,
  replacing,
  cancelling,
  filled,
  cancelled,
  rejected,
  expired,
  itself,
  back
};

constexpr std::size_t kColumns = 11;
using Row = std::array<Cell, kColumns>;
using enum Cell;
constexpr std::array<Row, 6> kTable = {
    Row{working, rejected, no, no, cancelled, no, no, expired, cancelling, no, no},
    Row{itself, rejected, partly, filled, cancelled, itself, itself, expired, cancelling, replacing, itself},
    Row{no, no, itself, filled, cancelled, itself, itself, expired, cancelling, replacing, no},
    Row{no, no, itself, filled, cancelled, back, back, expired, cancelling, no, itself},
    Row{itself, rejected, itself, filled, cancelled, back, itself, expired, no, no, itself},
    Row{no, no, no, no, no, itself, no, no, no, no, no}};

std::size_t column_of(Kind kind) {
  switch (kind) {
    case Kind::accepted: return 0;
    case Kind::rejected: return 1;
    case Kind::partially_filled: return 2;
    case Kind::filled: return 3;
    case Kind::cancelled: return 4;
    case Kind::cancel_rejected: return 5;
    case Kind::replaced: return 6;
    case Kind::expired: return 7;
    case Kind::cancel: return 8;
    case Kind::replace: return 9;
    case Kind::triggered: return 10;
    default: return kColumns;
  }
}

}  // namespace

std::string_view to_string(OrderState state) {
  return kNames[static_cast<std::size_t>(state)];
}

Result<OrderState> next_state(OrderState from, Kind kind, bool any_filled) {
  const std::size_t column = column_of(kind);
  const std::size_t row = is_done(from) ? kTable.size() - 1 : static_cast<std::size_t>(from);
  switch (column < kColumns ? kTable[row][column] : no) {
    case no: break;
    case submitted: return OrderState::submitted;
    case working: return OrderState::working;
    case partly: return OrderState::partially_filled;
    case replacing: return OrderState::replacing;
    case cancelling: return OrderState::cancelling;
    case filled: return OrderState::filled;
    case cancelled: return OrderState::cancelled;
    case rejected: return OrderState::rejected;
    case expired: return OrderState::expired;
    case itself: return from;
    case back: return any_filled ? OrderState::partially_filled : OrderState::working;
  }
  return Error{ErrorCode::mismatch, "",
               "an order that is " + std::string(to_string(from)) + " cannot take \"" +
                   std::string(to_string(kind)) + "\""};
}

}  // namespace lockstep
