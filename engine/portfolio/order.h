// The life of one order as an explicit state machine. What is not in the table is refused, whoever asks.
#pragma once

#include <string_view>

#include "engine/core/result.h"
#include "engine/core/state.h"
#include "engine/event/event.h"
#include "engine/event/results.h"

namespace lockstep {

enum class OrderState : std::uint8_t {
  submitted,  ///< sent; the venue has not answered
  working,    ///< accepted, nothing filled
  partially_filled,
  replacing,   ///< a replace is on its way
  cancelling,  ///< a cancel is on its way
  filled,
  cancelled,
  rejected,
  expired,
};

std::string_view to_string(OrderState state);

constexpr bool is_done(OrderState state) {
  return state >= OrderState::filled;
}

/// The state after `kind` (an execution, or our own cancel or replace) in `from`; `any_filled` tells working
/// from partially_filled where a request comes back refused or done. An error names the illegal transition.
///
///                    accepted rejected partial filled cancelled cancel_rejected replaced expired triggered
///   submitted        working  rejected -       -      cancelled -               -        expired -
///   working          itself   rejected partly  filled cancelled itself          itself   expired itself
///   partially_filled -        -        itself  filled cancelled itself          itself   expired -
///   replacing        -        -        itself  filled cancelled back            back     expired itself
///   cancelling       itself   rejected itself  filled cancelled back            itself   expired itself
///   (done)           -        -        -       -      -         itself          -        -       -
///
/// Our own cancel turns submitted, working, partially_filled and replacing into cancelling, our own replace
/// working and partially_filled into replacing; any other state refuses them.
///
/// A working order may still be accepted or rejected: the refusal of a cancel on our side of the line
/// overtakes the venue's first answer. A replaced that nobody asked for is a venue's own restatement
/// (self-trade prevention, a split).
///
/// "back" is working or partially_filled. A cancel_rejected after the end is how a cancel that lost the race
/// is answered.
Result<OrderState> next_state(OrderState from, Kind kind, bool any_filled);

/// A plain record without padding, so that it can be saved and digested by its words.
struct Order {
  OrderId id = 0;
  Price price = kNoPrice;  ///< kNoPrice: market
  Qty qty = 0;
  Qty filled_qty = 0;
  std::int64_t fees_nanos = 0;
  TimeNs submit_ts_ns = kNoTime;
  TimeNs accepted_ts_ns = kNoTime;
  Price decision_price = kNoPrice;
  Price pending_price = kNoPrice;  ///< of a replace on its way
  Qty pending_qty = 0;
  Price trigger_price = kNoPrice;  ///< of a trailing stop: its distance, in its unit
  Qty display_qty = 0;             ///< 0: all of it
  TimeNs expire_ts_ns = kNoTime;
  std::uint64_t link = 0;
  InstrumentId instrument = kNoInstrument;
  std::uint32_t strategy = 0;
  Side side = Side::none;
  OrderType type = OrderType::limit;
  TimeInForce time_in_force = TimeInForce::gtc;
  std::uint8_t flags = 0;
  OrderState state = OrderState::submitted;
  Reason reason = Reason::none;
  std::uint8_t terms = 0;  ///< as in order_terms: trail unit, trigger source, contingency
  std::uint8_t how = 0;    ///< bits of How

  enum How : std::uint8_t {
    kTriggered = 1,  ///< its trigger was reached
    kQuote = 2,      ///< a side of a mass quote
  };

  [[nodiscard]] bool is_waiting() const { return is_conditional(type) && (how & kTriggered) == 0; }
  [[nodiscard]] Qty leaves_qty() const { return qty - filled_qty; }
};
static_assert(std::has_unique_object_representations_v<Order> && sizeof(Order) == 128);

}  // namespace lockstep
