#include "engine/event/event.h"

#include <array>
#include <iterator>

namespace lockstep {
namespace {

struct BarLength {
  BarUnit unit;
  std::uint8_t count;
};

// Stored in recordings by index: append only.
constexpr BarLength kBarLengths[] = {
    {BarUnit::tick, 1},    {BarUnit::second, 1},  {BarUnit::second, 2},  {BarUnit::second, 5},
    {BarUnit::second, 10}, {BarUnit::second, 15}, {BarUnit::second, 30}, {BarUnit::minute, 1},
    {BarUnit::minute, 2},  {BarUnit::minute, 3},  {BarUnit::minute, 5},  {BarUnit::minute, 10},
    {BarUnit::minute, 15}, {BarUnit::minute, 20}, {BarUnit::minute, 30}, {BarUnit::minute, 45},
    {BarUnit::hour, 1},    {BarUnit::hour, 2},    {BarUnit::hour, 3},    {BarUnit::hour, 4},
    {BarUnit::hour, 6},    {BarUnit::hour, 8},    {BarUnit::hour, 12},   {BarUnit::day, 1},
    {BarUnit::day, 2},     {BarUnit::day, 3},     {BarUnit::week, 1},    {BarUnit::month, 1}};
static_assert(std::size(kBarLengths) <= 64);

constexpr std::string_view kKindNames[] = {"trade",
                                           "quote",
                                           "book",
                                           "order_action",
                                           "bar",
                                           "funding",
                                           "mark",
                                           "statistic",
                                           "definition",
                                           "status",
                                           "gap",
                                           "accepted",
                                           "rejected",
                                           "partially_filled",
                                           "filled",
                                           "cancelled",
                                           "cancel_rejected",
                                           "replaced",
                                           "expired",
                                           "start",
                                           "stop",
                                           "pause",
                                           "resume",
                                           "kill",
                                           "parameter",
                                           "timer",
                                           "submit",
                                           "cancel",
                                           "replace",
                                           "denied",
                                           "checkpoint",
                                           "flow",
                                           "triggered",
                                           "account",
                                           "order_terms",
                                           "cancel_all",
                                           "mass_quote"};
static_assert(std::size(kKindNames) == kKindCount);
constexpr std::string_view kSideNames[] = {"none", "buy", "sell"};
constexpr std::string_view kReasonNames[] = {"none",
                                             "unknown_order",
                                             "already_done",
                                             "post_only_would_cross",
                                             "reduce_only_would_increase",
                                             "no_liquidity",
                                             "fill_or_kill",
                                             "bad_price",
                                             "bad_qty",
                                             "market_closed",
                                             "book_unsafe",
                                             "unsupported_order",
                                             "duplicate_id",
                                             "end_of_session",
                                             "requested",
                                             "immediate_or_cancel",
                                             "not_live_yet",
                                             "rate_limited",
                                             "disconnected",
                                             "insufficient_funds",
                                             "insufficient_margin",
                                             "short_not_available",
                                             "self_trade",
                                             "outside_price_band",
                                             "below_min_notional",
                                             "off_tick",
                                             "off_lot",
                                             "too_many_orders",
                                             "bad_trigger",
                                             "not_in_this_phase",
                                             "bad_expiry",
                                             "time_in_force",
                                             "other_executed",
                                             "parent_done",
                                             "quote_replaced",
                                             "liquidated",
                                             "delisted",
                                             "no_reference_price",
                                             "below_min_qty",
                                             "above_max_qty",
                                             "bad_link"};
constexpr std::string_view kDenyReasonNames[] = {
    "none",         "order_size",    "order_notional", "position",           "open_orders",
    "price_collar", "kill_switch",   "paused",         "no_reference_price", "bad_price",
    "bad_qty",      "unknown_order", "book_unsafe",    "not_working",        "bad_terms"};
constexpr std::string_view kGapReasonNames[] = {"unknown",     "sequence", "disconnected",
                                                "no_snapshot", "damaged",  "skipped_rows"};
constexpr std::string_view kOrderTypeNames[] = {
    "market",           "limit",           "stop",         "stop_limit", "market_if_touched",
    "limit_if_touched", "market_to_limit", "trailing_stop"};
constexpr std::string_view kTimeInForceNames[] = {"gtc", "ioc", "fok", "day", "gtd", "at_open", "at_close"};
constexpr std::string_view kTrailUnitNames[] = {"none", "price", "ticks", "bps"};
constexpr std::string_view kTriggerSourceNames[] = {"last", "bid_ask", "mark"};
constexpr std::string_view kContingencyNames[] = {"none", "oco", "oto", "bracket"};
constexpr std::string_view kFlowActionNames[] = {"add", "cancel", "replace"};
constexpr std::string_view kAccountChangeNames[] = {"liquidation", "funding",    "borrow_fee",    "interest",
                                                    "dividend",    "split",      "symbol_change", "expiry",
                                                    "exercise",    "assignment", "delivery"};
constexpr std::string_view kBookActionNames[] = {"diff", "snapshot", "clear"};
constexpr std::string_view kOrderActionNames[] = {"add", "modify", "cancel", "execute", "trade", "clear"};
constexpr std::string_view kStatusNames[] = {"unknown", "trading", "halted",       "paused",       "pre_open",
                                             "closed",  "auction", "quoting_only", "not_available"};
// From 0, and from 1001.
constexpr std::string_view kStatisticNames[] = {"?",
                                                "opening_price",
                                                "indicative_opening_price",
                                                "settlement_price",
                                                "session_low",
                                                "session_high",
                                                "cleared_volume",
                                                "lowest_offer",
                                                "highest_bid",
                                                "open_interest",
                                                "fixing_price",
                                                "close_price",
                                                "net_change",
                                                "vwap",
                                                "volatility",
                                                "delta",
                                                "uncrossing_price"};
constexpr std::string_view kOwnStatisticNames[] = {"implied_volatility_mark",
                                                   "implied_volatility_bid",
                                                   "implied_volatility_ask",
                                                   "option_delta",
                                                   "option_gamma",
                                                   "option_vega",
                                                   "option_theta",
                                                   "option_rho",
                                                   "underlying_price",
                                                   "auction_imbalance",
                                                   "auction_paired",
                                                   "split_factor",
                                                   "price_factor"};
constexpr std::string_view kSubsystemNames[] = {"run",    "books", "orders", "portfolio", "venue",
                                                "random", "risk",  "queue",  "strategy"};

template <std::size_t N, class Enum>
std::string_view name_of(const std::string_view (&names)[N], Enum value) {
  const auto index = static_cast<std::size_t>(value);
  return index < N ? names[index] : "?";
}

}  // namespace

Result<std::uint8_t> pack(const BarSpec& spec) {
  for (std::size_t i = 0; i < std::size(kBarLengths); ++i) {
    if (kBarLengths[i].unit == spec.unit && kBarLengths[i].count == spec.count) {
      return static_cast<std::uint8_t>(i << 2U | static_cast<std::size_t>(spec.side));
    }
  }
  return Error{ErrorCode::unsupported, "",
               "no bar length of " + std::to_string(spec.count) +
                   " of this unit; resample to a usual one (1 s ... 12 h, 1 d, 1 week, 1 month)"};
}

BarSpec unpack_bar_spec(std::uint8_t detail) {
  const std::size_t index = detail >> 2U;
  const auto side = static_cast<BarSide>(detail & 3U);
  if (index >= std::size(kBarLengths)) return {BarUnit::tick, 0, side};
  return {kBarLengths[index].unit, kBarLengths[index].count, side};
}

DurationNs bar_length(const BarSpec& spec) {
  switch (spec.unit) {
    case BarUnit::tick: return 0;
    case BarUnit::second: return spec.count * kSecond;
    case BarUnit::minute: return spec.count * kMinute;
    case BarUnit::hour: return spec.count * kHour;
    case BarUnit::day: return spec.count * kDay;
    case BarUnit::week: return spec.count * 7 * kDay;
    case BarUnit::month: return spec.count * 30 * kDay;
  }
  return 0;
}

std::optional<DurationNs> latency_of(const Event& event) {
  constexpr unsigned kUntelling = kFlagSuspicious | kFlagReceiveDerived | kFlagVenueSnapshot;
  if (event.recv_ts_ns == kNoTime || event.exch_ts_ns == kNoTime) return std::nullopt;
  if (event.kind == Kind::bar || event.kind == Kind::definition || event.kind == Kind::gap)
    return std::nullopt;
  if ((event.flags & kUntelling) != 0) return std::nullopt;
  DurationNs latency_ns = 0;
  if (__builtin_sub_overflow(event.recv_ts_ns, event.exch_ts_ns, &latency_ns)) return std::nullopt;
  return latency_ns;
}

std::optional<Event> trade_of(const Event& order_action) {
  const auto action = order_action.as<OrderAction>();
  const auto type = static_cast<OrderActionType>(order_action.detail);
  const bool is_print = type == OrderActionType::trade;
  const bool is_execution =
      type == OrderActionType::execute && (action.venue_flags & (kDoesNotChangeBook | kIsNoTrade)) == 0;
  if (!is_print && !is_execution) return std::nullopt;
  const auto side = side_of(action);
  Event trade = order_action;
  trade.kind = Kind::trade;
  trade.detail = static_cast<std::uint8_t>(is_print ? side : opposite(side));
  trade.set(Trade{action.price, action.qty, 0, action.sequence, 0});
  return trade;
}

std::string_view to_string(Kind kind) {
  return name_of(kKindNames, kind);
}
std::string_view to_string(Side side) {
  return name_of(kSideNames, side);
}
std::string_view to_string(Reason reason) {
  return name_of(kReasonNames, reason);
}
std::string_view to_string(DenyReason reason) {
  return name_of(kDenyReasonNames, reason);
}
std::string_view to_string(GapReason reason) {
  return name_of(kGapReasonNames, reason);
}
std::string_view to_string(OrderType type) {
  return name_of(kOrderTypeNames, type);
}
std::string_view to_string(TimeInForce time_in_force) {
  return name_of(kTimeInForceNames, time_in_force);
}
std::string_view to_string(TrailUnit unit) {
  return name_of(kTrailUnitNames, unit);
}
std::string_view to_string(TriggerSource source) {
  return name_of(kTriggerSourceNames, source);
}
std::string_view to_string(Contingency contingency) {
  return name_of(kContingencyNames, contingency);
}
std::string_view to_string(FlowAction action) {
  return name_of(kFlowActionNames, action);
}
std::string_view to_string(AccountChangeType type) {
  return name_of(kAccountChangeNames, type);
}
std::string_view to_string(StatisticType type) {
  const auto number = static_cast<std::uint32_t>(type);
  return number > 1000 ? name_of(kOwnStatisticNames, number - 1001) : name_of(kStatisticNames, number);
}
std::string_view to_string(BookAction action) {
  return name_of(kBookActionNames, action);
}
std::string_view to_string(OrderActionType action) {
  return name_of(kOrderActionNames, action);
}
std::string_view to_string(TradingStatus status) {
  return name_of(kStatusNames, status);
}
std::string_view to_string(Subsystem subsystem) {
  return name_of(kSubsystemNames, subsystem);
}

}  // namespace lockstep
