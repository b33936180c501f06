// The one record that flows: market data in, decisions and executions out. 64 bytes, plain, without padding;
// every byte has a name. The log's schema mirrors it field by field (recordings/log.capnp). Never owns
// memory.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>

#include "engine/core/instrument.h"
#include "engine/core/time.h"
#include "engine/event/order_payloads.h"

namespace lockstep {

static_assert(std::endian::native == std::endian::little, "records are little-endian in memory and on disk");

enum class Side : std::uint8_t { none, buy, sell };

constexpr Side opposite(Side side) {
  return side == Side::buy ? Side::sell : side == Side::sell ? Side::buy : Side::none;
}

/// What an event is. The values are stored in recordings: never renumber, only append within a group.
enum class Kind : std::uint16_t {
  // market
  trade = 0,
  quote = 1,
  book = 2,
  order_action = 3,  ///< one order's add, modify, cancel ... of an order-by-order feed
  bar = 4,
  funding = 5,
  mark = 6,  ///< mark and index price
  statistic = 7,
  definition = 8,
  status = 9,
  gap = 10,  ///< the source says that it lost something
  // execution: what a venue answers
  accepted = 11,
  rejected = 12,
  partially_filled = 13,
  filled = 14,
  cancelled = 15,
  cancel_rejected = 16,  ///< of a cancel or a replace
  replaced = 17,
  expired = 18,
  // control
  start = 19,
  stop = 20,
  pause = 21,
  resume = 22,
  kill = 23,
  parameter = 24,
  timer = 25,
  // decisions: what a strategy asked for, and what the gate said
  submit = 26,
  cancel = 27,
  replace = 28,
  denied = 29,
  // journal
  checkpoint = 30,  ///< a digest at a point of the run
  // later members of the groups above
  flow = 31,         ///< market: what another participant asks of a simulated exchange
  triggered = 32,    ///< execution: a stop or touched order has become a market or limit order
  account = 33,      ///< execution: the venue changed our account without an order of ours
  order_terms = 34,  ///< decision: what a plain instruction has no room for; stands right before it
  cancel_all = 35,   ///< decision
  mass_quote = 36,   ///< decision: both sides of a quote at once
};
inline constexpr int kKindCount = 37;

constexpr bool is_market(Kind kind) {
  return kind <= Kind::gap || kind == Kind::flow;
}
constexpr bool is_execution(Kind kind) {
  return (kind >= Kind::accepted && kind <= Kind::expired) || kind == Kind::triggered ||
         kind == Kind::account;
}
constexpr bool is_control(Kind kind) {
  return kind >= Kind::start && kind <= Kind::timer;
}
constexpr bool is_decision(Kind kind) {
  return (kind >= Kind::submit && kind <= Kind::denied) ||
         (kind >= Kind::order_terms && kind <= Kind::mass_quote);
}
constexpr bool is_fill(Kind kind) {
  return kind == Kind::partially_filled || kind == Kind::filled;
}

/// Bits of Event::flags. They inform; nothing on the line depends on the first three.
enum Flag : std::uint8_t {
  kFlagSuspicious = 1,      ///< the source or importer doubts the values (kept, never dropped)
  kFlagReceiveDerived = 2,  ///< the source has no receive time; recv_ts_ns was derived from exch_ts_ns
  kFlagVenueSnapshot = 4,   ///< part of a state replay rather than something that just happened
  kFlagReduceOnly = 8,      ///< submit
  kFlagPostOnly = 16,       ///< submit
  kFlagMaker = 32,          ///< fills: our order rested
  kFlagAuction = 64,        ///< trades: printed by the uncross of an auction
};

// Payloads: exactly five 8-byte words each, no padding. Prices and quantities are in the instrument's scales.

struct Trade {  ///< Event::detail = aggressor Side (none: unknown)
  Price price;
  Qty qty;
  std::uint64_t trade_id;    ///< venue's id; a UUID is kept by its first 64 bits; 0: none
  std::uint64_t sequence;    ///< venue's message sequence; 0: none
  std::uint64_t conditions;  ///< venue's condition code(s), as given
};

struct Quote {  ///< best bid and offer; a side that is absent has price kNoPrice and quantity 0
  Price bid_price;
  Price ask_price;
  Qty bid_qty;
  Qty ask_qty;
  std::uint64_t update_id;
};

enum class BookAction : std::uint8_t {
  diff,      ///< levels replace what stands at their prices; quantity 0 deletes
  snapshot,  ///< the levels are the whole book
  clear,     ///< the book is empty and unsafe until the next snapshot
};

struct BookUpdate {           ///< Event::detail = BookAction
  std::uint32_t first_level;  ///< index in the batch's levels; bids first, then asks
  std::uint32_t bid_count;
  std::uint32_t ask_count;
  std::uint32_t depth;  ///< levels per side that the feed shows (10 for mbp-10); 0: the whole book
  std::uint64_t first_update_id;
  std::uint64_t last_update_id;
  std::uint64_t previous_update_id;  ///< as the venue states it; 0 where it does not
};

enum class OrderActionType : std::uint8_t { add, modify, cancel, execute, trade, clear };

struct OrderAction {  ///< Event::detail = OrderActionType
  std::uint64_t order_id;
  Price price;                ///< of an execute: kNoPrice where the feed does not say it
  Qty qty;                    ///< add, modify: the new size; cancel, execute, trade: the size taken off;
                              ///< of a cancel: kWholeOrder where the feed does not say it
  std::uint64_t sequence;     ///< venue's message sequence
  std::uint32_t side;         ///< a Side; of the resting order, for `trade` of the aggressor
  std::uint32_t venue_flags;  ///< as given (DBN: flags in bits 0-7, channel in 8-15); bits 16 and 17 are ours
};

/// Side::none where the feed does not say it; a value that is no Side stays none of the three.
constexpr Side side_of(const OrderAction& action) {
  return static_cast<Side>(static_cast<std::uint8_t>(action.side));
}

/// OrderAction::qty of a cancel: all that is left. Books know what it is; recordings hold the number.
inline constexpr Qty kWholeOrder = INT64_MAX;

/// OrderAction::venue_flags: an execute or trade that reports and leaves the book as it is, because the venue
/// takes the size off by a cancel or modify of its own (Databento's rule for actions F and T).
inline constexpr std::uint32_t kDoesNotChangeBook = 1U << 16U;
/// OrderAction::venue_flags: an execute that takes the size off the book and prints nothing, because the
/// venue reports the trade in another message (NASDAQ's printable N, executed in a cross).
inline constexpr std::uint32_t kIsNoTrade = 1U << 17U;
/// OrderAction::venue_flags: the last action of a venue's message. Before it a book may be in between:
/// crossed, or without an order that moves.
inline constexpr std::uint32_t kLastOfMessage = 1U << 7U;

enum class BarUnit : std::uint8_t { tick, second, minute, hour, day, week, month };
enum class BarSide : std::uint8_t { trade, bid, ask, mid };

/// What a bar covers. Packed in Event::detail as an index into a fixed table of lengths (6 bits) and the side
/// (2 bits).
struct BarSpec {
  BarUnit unit = BarUnit::minute;
  std::uint8_t count = 1;
  BarSide side = BarSide::trade;
  friend bool operator==(const BarSpec&, const BarSpec&) = default;
};

struct Bar {  ///< Event::detail = pack(BarSpec); exch_ts_ns is the END of the bar
  Price open;
  Price high;
  Price low;
  Price close;
  Qty volume;
};

struct Funding {           ///< Event::detail = decimals of `rate`
  std::int64_t rate;       ///< fraction of notional per interval, in 10^-detail; positive: longs pay shorts
  TimeNs settle_ts_ns;     ///< when it is (or was) paid
  DurationNs interval_ns;  ///< 0: unknown
  Price mark_price;        ///< kNoPrice: not given
  std::uint64_t is_settlement;  ///< 1: paid at this event; 0: a forecast
};

struct Mark {
  Price mark_price;            ///< kNoPrice: not given
  Price index_price;           ///< kNoPrice: not given
  std::int64_t open_interest;  ///< in the instrument's quantity units; -1: not given
  std::array<std::uint64_t, 2> unused;
};

struct Statistic {     ///< Event::detail = 1 when `value` is a price in the instrument's scale
  std::int64_t value;  ///< in 10^-value_scale; INT64_MIN: not given
  Qty qty;             ///< INT64_MIN: not given
  TimeNs reference_ts_ns;
  std::uint32_t type;  ///< a StatisticType
  std::uint32_t value_scale;
  std::uint64_t venue_flags;
};

enum class StatisticType : std::uint32_t {
  // 1-20: as Databento numbers them
  opening_price = 1,
  indicative_opening_price = 2,
  settlement_price = 3,
  session_low = 4,
  session_high = 5,
  cleared_volume = 6,
  lowest_offer = 7,
  highest_bid = 8,
  open_interest = 9,
  fixing_price = 10,
  close_price = 11,
  net_change = 12,
  vwap = 13,
  volatility = 14,
  delta = 15,
  uncrossing_price = 16,
  // above 1000: ours
  implied_volatility_mark = 1001,
  implied_volatility_bid = 1002,
  implied_volatility_ask = 1003,
  option_delta = 1004,
  option_gamma = 1005,
  option_vega = 1006,
  option_theta = 1007,
  option_rho = 1008,
  underlying_price = 1009,
  auction_imbalance = 1010,
  auction_paired = 1011,
  split_factor = 1012,
  price_factor = 1013,
};

struct Definition {  ///< a change or a restatement of an instrument's terms
  Price tick;
  Qty lot;
  std::int64_t multiplier;
  TimeNs expiry_ts_ns;
  Price strike;
};

enum class TradingStatus : std::uint8_t {
  unknown,
  trading,
  halted,
  paused,
  pre_open,
  closed,
  auction,
  quoting_only,
  not_available
};

struct StatusChange {          ///< Event::detail = TradingStatus
  std::uint64_t venue_action;  ///< as given
  std::uint64_t venue_reason;  ///< as given
  std::uint64_t short_sell_restricted;
  std::array<std::uint64_t, 2> unused;
};

enum class GapReason : std::uint8_t {
  unknown,
  sequence,      ///< update ids do not join
  disconnected,  ///< the recorder lost its connection
  no_snapshot,   ///< differences before any snapshot
  damaged,       ///< a recording lost bytes
  skipped_rows,  ///< malformed rows left out at import
};

struct Gap {  ///< Event::detail = GapReason. The instrument's book (or every book, for kNoInstrument) is
              ///< unsafe from here
  std::uint64_t expected;     ///< the id or sequence that should have come
  std::uint64_t found;        ///< the one that came
  std::uint64_t lost_events;  ///< 0: unknown
  TimeNs from_ts_ns;          ///< last time known to be whole; kNoTime: unknown
  std::uint64_t unused;
};

struct Control {           ///< start, stop, pause, resume, kill, parameter, timer
  std::uint64_t id;        ///< timer: its id; parameter: its index in the strategy's declaration
  std::uint64_t strategy;  ///< index; ~0: all
  std::uint64_t value;     ///< parameter: the new value (bits of a double or an int64, by its declared type);
                           ///< timer: payload
  std::array<std::uint64_t, 2> unused;
};

enum class Subsystem : std::uint8_t {
  run,
  books,
  orders,
  portfolio,
  venue,
  random,
  risk,
  queue,
  strategy /* + index */
};

/// Event::detail = Subsystem (strategies: Subsystem::strategy + index). A `run` checkpoint also stands before
/// the first decision or execution after each input event, so that a decision names the input behind it.
struct Checkpoint {
  std::uint64_t digest;
  std::uint64_t input_events;  ///< how many input events it covers
  std::uint64_t output_events;
  std::array<std::uint64_t, 2> unused;
};

struct Event {
  TimeNs recv_ts_ns = 0;  ///< when we received it; the core runs on this
  TimeNs exch_ts_ns =
      0;  ///< when the exchange stamped it; kNoTime where it does not; the venue matches on this
  InstrumentId instrument = kNoInstrument;
  std::uint8_t flags = 0;
  std::uint8_t detail = 0;  ///< see the payload of each kind
  Kind kind = Kind::trade;
  std::array<std::uint64_t, 5> words{};

  /// The payload, by type: `event.as<Trade>()`. The caller knows the kind.
  template <class Payload>
  [[nodiscard]] Payload as() const {
    return std::bit_cast<Payload>(words);
  }
  template <class Payload>
  void set(const Payload& payload) {
    words = std::bit_cast<std::array<std::uint64_t, 5>>(payload);
  }
  friend bool operator==(const Event&, const Event&) = default;
};

/// One price level of a book update.
struct Level {
  Price price;
  Qty qty;  ///< the total at that price; 0 deletes
  friend bool operator==(const Level&, const Level&) = default;
};

static_assert(sizeof(Event) == 64 && std::is_trivially_copyable_v<Event> &&
              std::has_unique_object_representations_v<Event>);
static_assert(sizeof(Level) == 16 && std::has_unique_object_representations_v<Level>);
template <class... Payloads>
inline constexpr bool kAreFiveWords = ((sizeof(Payloads) == 40 && std::is_trivially_copyable_v<Payloads> &&
                                        std::has_unique_object_representations_v<Payloads>)&&...);
static_assert(kAreFiveWords<Trade, Quote, BookUpdate, OrderAction, Bar, Funding, Mark, Statistic, Definition,
                            StatusChange, Gap, Fill, OrderReport, OrderInstruction, Denial, Control,
                            Checkpoint, OrderTerms, CancelAll, MassQuote, Flow, AccountChange>);

/// Event::detail of a bar. The lengths in use are there: 1 tick; 1 2 5 10 15 30 s; 1 2 3 5 10 15 20 30 45
/// min; 1 2 3 4 6 8 12 h; 1 2 3 days; 1 week; 1 month. Any other is an error.
Result<std::uint8_t> pack(const BarSpec& spec);
BarSpec unpack_bar_spec(std::uint8_t detail);
/// Length of a bar; months count as 30 days, ticks as 0.
DurationNs bar_length(const BarSpec& spec);

/// Receive minus exchange time, where it tells how long the event was on its way. Nothing without two times
/// of the source; nor for bars, which are sent some time after their end; nor for definitions and what else
/// restates a book or other state (kFlagVenueSnapshot), whose stamps are as old as the state; nor for gaps
/// and for values that the source doubts (kFlagSuspicious).
std::optional<DurationNs> latency_of(const Event& event);

/// `trade`, `partially_filled` ...; `?` for a number outside the list.
std::string_view to_string(Kind kind);
std::string_view to_string(Side side);
std::string_view to_string(Reason reason);
std::string_view to_string(DenyReason reason);
std::string_view to_string(GapReason reason);
std::string_view to_string(OrderType type);
std::string_view to_string(TimeInForce time_in_force);
std::string_view to_string(TrailUnit unit);
std::string_view to_string(TriggerSource source);
std::string_view to_string(Contingency contingency);
std::string_view to_string(FlowAction action);
std::string_view to_string(AccountChangeType type);
std::string_view to_string(StatisticType type);
std::string_view to_string(BookAction action);
std::string_view to_string(OrderActionType action);
std::string_view to_string(TradingStatus status);
std::string_view to_string(Subsystem subsystem);

/// The trade behind an order-by-order event, as a trade event with the aggressor as detail: a print, or an
/// execution that takes its size off the book itself. Nothing for any other action, nor for an execution that
/// a print has reported already (kDoesNotChangeBook).
std::optional<Event> trade_of(const Event& order_action);

/// The levels of a book update, out of the batch that carried it.
inline std::span<const Level> bids_of(const BookUpdate& update, std::span<const Level> levels) {
  return levels.subspan(update.first_level, update.bid_count);
}
inline std::span<const Level> asks_of(const BookUpdate& update, std::span<const Level> levels) {
  return levels.subspan(update.first_level + update.bid_count, update.ask_count);
}

}  // namespace lockstep
