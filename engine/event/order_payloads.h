// The payloads of everything that concerns orders and accounts, ours and other participants': what is asked
// for, what the gate and the venue say, what the venue does. Each is five words of an Event (event.h). Plain
// data.
#pragma once

#include <array>
#include <cstdint>

#include "engine/core/instrument.h"
#include "engine/core/time.h"

namespace lockstep {

using OrderId =
    std::uint64_t;  ///< client order id: strategy index in the top 16 bits, a counter from 1 below

struct Fill {  ///< partially_filled, filled; Event::detail = our Side; kFlagMaker. exch_ts_ns = when it was
               ///< matched
  OrderId order_id;
  Price price;
  Qty qty;                 ///< of this fill, > 0
  Qty leaves_qty;          ///< still working after it
  std::int64_t fee_nanos;  ///< in the settlement currency; negative: a rebate
};

enum class Reason : std::uint8_t {
  none,
  unknown_order,
  already_done,
  post_only_would_cross,
  reduce_only_would_increase,
  no_liquidity,
  fill_or_kill,
  bad_price,
  bad_qty,
  market_closed,
  book_unsafe,
  unsupported_order,
  duplicate_id,
  end_of_session,
  requested,
  immediate_or_cancel,
  not_live_yet,
  rate_limited,         ///< too many instructions in a window; refused on our side of the line
  disconnected,         ///< the line to the venue was down, or went down under the instruction
  insufficient_funds,   ///< a cash account cannot pay for it
  insufficient_margin,  ///< a margin account cannot carry it
  short_not_available,
  self_trade,          ///< it would have met, or was met by, an order of our own
  outside_price_band,  ///< static or dynamic band, or the venue's distance rule
  below_min_notional,
  off_tick,
  off_lot,
  too_many_orders,     ///< the venue's own limit of working orders
  bad_trigger,         ///< missing, on the wrong side, or already reached
  not_in_this_phase,   ///< the market takes no such order now
  bad_expiry,          ///< in the past or missing
  time_in_force,       ///< day, gtd, at the open or at the close: its time is over
  other_executed,      ///< one cancels other: the other one traded
  parent_done,         ///< one triggers other: the first ended without a fill
  quote_replaced,      ///< a newer mass quote took its place
  liquidated,          ///< the account fell below its maintenance margin
  delisted,            ///< the instrument has expired or is no more
  no_reference_price,  ///< nothing to value or trail it by
  below_min_qty,
  above_max_qty,
  bad_link,  ///< names no order that it could depend on
};

struct OrderReport {  ///< accepted, rejected, cancelled, cancel_rejected, replaced, expired; Event::detail =
                      ///< Reason
  OrderId order_id;
  Price price;  ///< of the order now
  Qty qty;      ///< of the order now
  Qty leaves_qty;
  std::uint64_t side;  ///< a Side
};

enum class OrderType : std::uint8_t {
  market,
  limit,
  stop,               ///< becomes a market order once the trigger trades through against us
  stop_limit,         ///< the same, a limit order
  market_if_touched,  ///< becomes a market order once the trigger is reached in our favour
  limit_if_touched,   ///< the same, a limit order
  market_to_limit,    ///< takes the best opposite price; what is left rests there
  trailing_stop,      ///< a stop whose trigger follows the market at a distance
};
enum class TimeInForce : std::uint8_t { gtc, ioc, fok, day, gtd, at_open, at_close };

/// Whether an order of this type has a limit price of its own.
constexpr bool has_limit_price(OrderType type) {
  return type == OrderType::limit || type == OrderType::stop_limit || type == OrderType::limit_if_touched;
}
/// Whether an order of this type waits for a trigger.
constexpr bool is_conditional(OrderType type) {
  return type == OrderType::stop || type == OrderType::stop_limit || type == OrderType::market_if_touched ||
         type == OrderType::limit_if_touched || type == OrderType::trailing_stop;
}

struct OrderInstruction {  ///< submit, cancel, replace; Event::detail = Side; flags carry post-only and
                           ///< reduce-only. A submit with more to say has an order_terms event right before
                           ///< it
  OrderId order_id;
  Price price;  ///< limit; kNoPrice for a market order
  Qty qty;
  std::uint32_t type;           ///< an OrderType
  std::uint32_t time_in_force;  ///< a TimeInForce
  Price decision_price;         ///< mid (or last) when it was decided, for slippage; kNoPrice: none
};

/// How far a trailing stop stays behind: an amount of price, ticks, or basis points of the best price seen.
enum class TrailUnit : std::uint8_t { none, price, ticks, bps };
/// Which price a trigger looks at. bid_ask: the offer for a buy, the bid for a sell.
enum class TriggerSource : std::uint8_t { last, bid_ask, mark };
/// What an order has to do with others. `link` names them.
enum class Contingency : std::uint8_t {
  none,
  oco,      ///< a fill of any order with this link ends the others; the link is any number, by convention the
            ///< id of the first
  oto,      ///< sleeps until the order `link` has filled, then works with the quantity that filled
  bracket,  ///< oto, and those that sleep on the same order are each other's oco
};

struct OrderTerms {  ///< order_terms; Event::detail packs trail unit, trigger source and contingency
  OrderId order_id;
  Price trigger_price;  ///< of a trailing stop: the distance, in its unit; kNoPrice: none
  Qty display_qty;      ///< of an iceberg: what shows; 0: all of it
  TimeNs expire_ts_ns;  ///< gtd, in exchange time; kNoTime: none
  std::uint64_t link;   ///< see Contingency; 0: none
};

/// Event::detail of order_terms.
constexpr std::uint8_t pack_terms(TrailUnit trail, TriggerSource trigger, Contingency contingency) {
  return static_cast<std::uint8_t>(static_cast<unsigned>(trail) | static_cast<unsigned>(trigger) << 2U |
                                   static_cast<unsigned>(contingency) << 4U);
}
constexpr TrailUnit trail_unit_of(std::uint8_t detail) {
  return static_cast<TrailUnit>(detail & 3U);
}
constexpr TriggerSource trigger_source_of(std::uint8_t detail) {
  return static_cast<TriggerSource>(detail >> 2U & 3U);
}
constexpr Contingency contingency_of(std::uint8_t detail) {
  return static_cast<Contingency>(detail >> 4U & 3U);
}

struct CancelAll {  ///< cancel_all; Event::instrument: one instrument, or kNoInstrument for all of the
                    ///< strategy
  std::uint64_t strategy;
  std::array<std::uint64_t, 4> unused;
};

struct MassQuote {   ///< mass_quote: replaces what the strategy quotes in the instrument; quantity 0: no side
  OrderId order_id;  ///< of the bid; the offer's is the next one
  Price bid_price;
  Price ask_price;
  Qty bid_qty;
  Qty ask_qty;
};

enum class FlowAction : std::uint8_t { add, cancel, replace };

struct Flow {              ///< flow; Event::detail = FlowAction
  std::uint64_t order_id;  ///< unique among those of the flow
  Price price;             ///< kNoPrice: market
  Qty qty;                 ///< add, replace: the size; cancel: what is taken off, 0: all
  std::uint32_t participant;
  std::uint16_t type;           ///< an OrderType: market, limit, market_to_limit
  std::uint16_t time_in_force;  ///< a TimeInForce
  std::uint32_t side;
  std::uint32_t display_qty;  ///< 0: all of it
};

enum class AccountChangeType : std::uint8_t {
  liquidation,    ///< the venue closed qty at price
  funding,        ///< cash
  borrow_fee,     ///< cash
  interest,       ///< cash
  dividend,       ///< cash
  split,          ///< qty changes, cost does not; reference = new shares << 32 | old shares; cash in lieu of
                  ///< a fraction. If nothing is left: qty closed at price
  symbol_change,  ///< the position is one in the instrument `reference` from now on, at its cost
  expiry,         ///< qty closed at the settlement price
  exercise,       ///< of an option we hold: qty closed at its intrinsic value or at nothing
  assignment,     ///< the same of one we wrote
  delivery,       ///< of the underlying: qty bought or sold at price
};

/// AccountChange::reference of a split of `old_shares` into `new_shares`, and back.
constexpr std::uint64_t pack_split(std::uint32_t new_shares, std::uint32_t old_shares) {
  return std::uint64_t{new_shares} << 32U | old_shares;
}
constexpr std::int64_t new_shares_of(std::uint64_t reference) {
  return static_cast<std::int64_t>(reference >> 32U);
}
constexpr std::int64_t old_shares_of(std::uint64_t reference) {
  return static_cast<std::int64_t>(reference & 0xffff'ffffU);
}

struct AccountChange {  ///< account; Event::detail = AccountChangeType. exch_ts_ns = when the venue did it
  Qty qty;              ///< signed change of position
  Price price;          ///< at which it was done; kNoPrice: none
  std::int64_t cash_nanos;  ///< signed, to our cash in the settlement currency, beside that of the fill
  std::int64_t fee_nanos;
  std::uint64_t reference;  ///< see AccountChangeType
};

enum class DenyReason : std::uint8_t {
  none,
  order_size,
  order_notional,
  position,
  open_orders,
  price_collar,
  kill_switch,
  paused,
  no_reference_price,
  bad_price,
  bad_qty,
  unknown_order,
  book_unsafe,
  not_working,
  bad_terms,  ///< trigger, trail, display, expiry or link missing or where the type has none
};

struct Denial {  ///< Event::detail = DenyReason
  OrderId order_id;
  std::int64_t value;  ///< what was asked
  std::int64_t limit;  ///< what is allowed; same units as value
  std::uint64_t gate;  ///< position in the chain, from 0
  Qty qty;
};

}  // namespace lockstep
