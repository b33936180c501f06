// Commands that go into a matching engine, messages that come out, and the rules an instrument trades by.
// Plain data, owned by whoever holds it; without behaviour. What each means, and in which order messages
// come, stands in MATCHING.md.
#pragma once

#include <cstdint>
#include <type_traits>
#include <vector>

#include "engine/core/instrument.h"
#include "engine/event/event.h"

namespace lockstep::matching {

using OrderId = std::uint64_t;                          ///< unique among live orders of one engine; never 0
using Participant = std::uint32_t;                      ///< who owns an order; 0: nobody, never own to itself
inline constexpr Participant kEveryone = 0xffff'ffffU;  ///< in CancelAll

enum class Type : std::uint8_t { limit, market, market_to_limit };
enum class TimeInForce : std::uint8_t { day, gtc, ioc, fok, at_open, at_close };
enum class PriorityRule : std::uint8_t { price_time, pro_rata, price_size_time };
enum class SelfTrade : std::uint8_t {
  venue_default,  ///< of an order: what Config says; in Config: none
  none,
  cancel_newest,
  cancel_oldest,
  cancel_both,
  decrement
};
enum class Phase : std::uint8_t { closed, pre_open, continuous, halted, reopening_call, closing_call };
enum class BandAction : std::uint8_t { rest, cancel, interrupt };
enum class BandKind : std::uint8_t { none, absolute, ppm };

struct Band {
  BandKind kind = BandKind::none;
  std::int64_t width = 0;  ///< absolute: in price units; ppm: millionths of the price it lies around; >= 0
};

/// The rules of one instrument. Prices and quantities in the instrument's scales.
struct Config {
  Price tick = 1;                           ///< > 0
  Qty lot = 1;                              ///< > 0
  Qty min_qty = 1;                          ///< > 0; of an order
  Qty max_qty = 1'000'000'000'000;          ///< of an order; at most 2^42
  Price min_price = 1;                      ///< at least -2^52; zero and negative prices are possible
  Price max_price = 1'000'000'000'000'000;  ///< at most 2^52
  PriorityRule priority = PriorityRule::price_time;
  bool top_order = false;  ///< pro_rata: the top order is served first
  Qty top_order_max = 0;   ///< pro_rata: at most so much for it; 0: no limit
  Qty min_allocation = 0;  ///< pro_rata: a smaller proportional share becomes 0
  SelfTrade self_trade = SelfTrade::none;
  bool any_change_loses_priority = false;  ///< else a smaller quantity at the same price keeps its place
  Band static_band;                        ///< around the reference price
  Band dynamic_band;                       ///< around the last price
  BandAction band_action = BandAction::cancel;
  std::uint32_t max_levels = 0;         ///< levels one taker may begin; 0: no limit
  bool queue_when_halted = false;       ///< else a new order in a halt is rejected
  std::uint32_t max_orders = 1U << 20;  ///< live at once; 1 .. 2^20
};

struct NewOrder {
  OrderId order_id = 0;
  Price price = kNoPrice;  ///< limit only; else kNoPrice
  Qty qty = 0;
  Qty min_qty = 0;      ///< must trade on arrival, or the order ends; 0: none
  Qty display_qty = 0;  ///< iceberg: size of a displayed slice; 0: all is displayed
  Participant participant = 0;
  Side side = Side::none;
  Type type = Type::limit;
  TimeInForce tif = TimeInForce::gtc;
  SelfTrade self_trade = SelfTrade::venue_default;  ///< counts when this order is the taker
  bool post_only = false;
};

enum class Reason : std::uint8_t {
  none,
  // of rejections
  bad_id,
  duplicate_id,
  bad_combination,
  bad_qty,
  bad_price,
  bad_display_qty,
  bad_min_qty,
  phase,         ///< also of the halt queue, cancelled at the close
  outside_band,  ///< also of cancellations and of an interruption
  book_full,
  post_only_would_cross,
  unknown_order,
  bad_phase,
  // of cancellations, by the engine
  self_trade,
  ioc_remainder,
  fok_not_filled,
  min_qty_not_met,
  no_liquidity,
  max_levels,
  reduced_to_done,
  quote_replaced,
  auction_leftover,
  // of cancellations, from outside
  requested,
  expired,
  operator_action
};

struct CancelOrder {
  OrderId order_id = 0;
  Reason reason = Reason::requested;
};

struct CancelAll {
  Participant participant = kEveryone;
  Side side = Side::none;  ///< none: both
  bool day_only = false;   ///< only orders of tif day
  Reason reason = Reason::requested;
};

struct ReplaceOrder {
  OrderId order_id = 0;
  Price price = kNoPrice;  ///< as it shall be; of an unpriced order kNoPrice
  Qty qty = 0;             ///< as it shall be in all, what is done included
};

struct MassQuote {
  Participant participant = 0;
  OrderId bid_id = 0;
  Price bid_price = kNoPrice;
  Qty bid_qty = 0;  ///< size open from now on; 0: no bid
  OrderId ask_id = 0;
  Price ask_price = kNoPrice;
  Qty ask_qty = 0;
};

enum class MessageType : std::uint8_t {
  accepted,
  rejected,
  booked,
  fill,
  refreshed,
  decremented,
  cancelled,
  replaced,
  uncross,
  phase
};

/// Fields by type: MATCHING.md, section 2.
struct Message {
  MessageType type = MessageType::accepted;
  Reason reason = Reason::none;
  Side side = Side::none;
  std::uint8_t detail = 0;
  Participant participant = 0;
  OrderId order_id = 0;
  OrderId other_id = 0;
  Price price = kNoPrice;
  Qty qty = 0;
  Qty leaves = 0;
  Qty other_leaves = 0;
  Qty shown = 0;

  friend bool operator==(const Message&, const Message&) = default;
};
static_assert(sizeof(Message) == 64 && std::has_unique_object_representations_v<Message>);

/// Messages are appended; the caller clears it, and so it allocates no more once it has grown.
using Output = std::vector<Message>;

/// What an uncross would do now (A8).
struct Indicative {
  bool exists = false;
  Price price = kNoPrice;
  Qty volume = 0;
  Qty imbalance = 0;  ///< buy minus sell at that price

  friend bool operator==(const Indicative&, const Indicative&) = default;
};

}  // namespace lockstep::matching
