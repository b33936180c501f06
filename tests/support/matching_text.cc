// Scripts for a matching engine as text.
#include <fmt/format.h>

#include <array>
#include <ostream>

#include "tests/support/matching_script.h"

namespace lockstep::test {

using matching::Message;

namespace {

template <std::size_t N, class Enum>
std::string_view pick(const std::array<std::string_view, N>& names, Enum value) {
  const auto i = static_cast<std::size_t>(value);
  return i < N ? names[i] : "?";
}

constexpr std::array<std::string_view, 26> kReasons{"none",
                                                    "bad_id",
                                                    "duplicate_id",
                                                    "bad_combination",
                                                    "bad_qty",
                                                    "bad_price",
                                                    "bad_display_qty",
                                                    "bad_min_qty",
                                                    "phase",
                                                    "outside_band",
                                                    "book_full",
                                                    "post_only_would_cross",
                                                    "unknown_order",
                                                    "bad_phase",
                                                    "self_trade",
                                                    "ioc_remainder",
                                                    "fok_not_filled",
                                                    "min_qty_not_met",
                                                    "no_liquidity",
                                                    "max_levels",
                                                    "reduced_to_done",
                                                    "quote_replaced",
                                                    "auction_leftover",
                                                    "requested",
                                                    "expired",
                                                    "operator_action"};
static_assert(static_cast<std::size_t>(matching::Reason::operator_action) == kReasons.size() - 1);
constexpr std::array<std::string_view, 6> kPhases{"closed", "pre_open",       "continuous",
                                                  "halted", "reopening_call", "closing_call"};
constexpr std::array<std::string_view, 3> kSides{"none", "buy", "sell"};
constexpr std::array<std::string_view, 3> kTypes{"limit", "market", "market_to_limit"};
constexpr std::array<std::string_view, 6> kTifs{"day", "gtc", "ioc", "fok", "at_open", "at_close"};
constexpr std::array<std::string_view, 6> kSelfTrades{"venue_default", "none",        "cancel_newest",
                                                      "cancel_oldest", "cancel_both", "decrement"};
constexpr std::array<std::string_view, 3> kPriorities{"price_time", "pro_rata", "price_size_time"};
constexpr std::array<std::string_view, 3> kBandKinds{"none", "absolute", "ppm"};
constexpr std::array<std::string_view, 3> kBandActions{"rest", "cancel", "interrupt"};
constexpr std::array<std::string_view, 10> kMessages{"accepted",  "rejected",    "booked",    "fill",
                                                     "refreshed", "decremented", "cancelled", "replaced",
                                                     "uncross",   "phase"};
constexpr std::array<std::string_view, std::variant_size_v<Command>> kCommands{
    "submit", "cancel", "cancel_all", "replace", "mass_quote", "set_phase", "set_reference", "restart"};

std::string price_text(Price price) {
  return price == kNoPrice ? "-" : std::to_string(price);
}

std::string band_text(const matching::Band& band) {
  return fmt::format("{} {}", pick(kBandKinds, band.kind), band.width);
}

struct CommandText {
  std::string operator()(const matching::NewOrder& c) const {
    std::string text = fmt::format("{} P{} {} {}@{} {} {}", c.order_id, c.participant, pick(kSides, c.side),
                                   c.qty, price_text(c.price), pick(kTypes, c.type), pick(kTifs, c.tif));
    if (c.display_qty != 0) text += fmt::format(" display {}", c.display_qty);
    if (c.min_qty != 0) text += fmt::format(" min_qty {}", c.min_qty);
    if (c.self_trade != matching::SelfTrade::venue_default) {
      text += fmt::format(" self_trade {}", pick(kSelfTrades, c.self_trade));
    }
    if (c.post_only) text += " post_only";
    return text;
  }
  std::string operator()(const matching::CancelOrder& c) const {
    return fmt::format("{} {}", c.order_id, name_of(c.reason));
  }
  std::string operator()(const matching::CancelAll& c) const {
    return fmt::format("{} side {}{} {}",
                       c.participant == matching::kEveryone ? "everyone" : fmt::format("P{}", c.participant),
                       pick(kSides, c.side), c.day_only ? " day_only" : "", name_of(c.reason));
  }
  std::string operator()(const matching::ReplaceOrder& c) const {
    return fmt::format("{} {}@{}", c.order_id, c.qty, price_text(c.price));
  }
  std::string operator()(const matching::MassQuote& c) const {
    return fmt::format("P{} bid {} {}@{} ask {} {}@{}", c.participant, c.bid_id, c.bid_qty,
                       price_text(c.bid_price), c.ask_id, c.ask_qty, price_text(c.ask_price));
  }
  std::string operator()(const SetPhase& c) const { return std::string(name_of(c.to)); }
  std::string operator()(const SetReference& c) const { return price_text(c.price); }
  std::string operator()(const Restart&) const { return {}; }
};

}  // namespace

std::string_view name_of(matching::Reason reason) {
  return pick(kReasons, reason);
}
std::string_view name_of(matching::Phase phase) {
  return pick(kPhases, phase);
}
std::string_view name_of(const Command& command) {
  return pick(kCommands, command.index());
}

std::string to_text(const Message& m) {
  return fmt::format(
      "{} reason {} side {} detail {} P{} order {} other {} price {} qty {} leaves {} other_leaves {} shown "
      "{}",
      pick(kMessages, m.type), name_of(m.reason), pick(kSides, m.side), m.detail, m.participant, m.order_id,
      m.other_id, price_text(m.price), m.qty, m.leaves, m.other_leaves, m.shown);
}

std::string to_text(const Command& command) {
  return fmt::format("{} {}", name_of(command), std::visit(CommandText{}, command));
}

std::string to_text(const matching::Config& c) {
  return fmt::format(
      "tick {} lot {} qty {}..{} price {}..{} {} top_order {} max {} min_allocation {} self_trade {} "
      "any_change_loses_priority {} static_band {} dynamic_band {} action {} max_levels {} "
      "queue_when_halted {} max_orders {}",
      c.tick, c.lot, c.min_qty, c.max_qty, c.min_price, c.max_price, pick(kPriorities, c.priority),
      c.top_order, c.top_order_max, c.min_allocation, pick(kSelfTrades, c.self_trade),
      c.any_change_loses_priority, band_text(c.static_band), band_text(c.dynamic_band),
      pick(kBandActions, c.band_action), c.max_levels, c.queue_when_halted, c.max_orders);
}

std::string to_text(const Script& script, std::size_t count) {
  std::string text = to_text(script.config) + "\n";
  for (std::size_t i = 0; i < count && i < script.commands.size(); ++i) {
    text += fmt::format("{:>4}  {}\n", i + 1, to_text(script.commands[i]));
  }
  return text;
}

void showValue(const Script& script, std::ostream& stream) {
  stream << "a script of " << script.commands.size() << " commands";
}

}  // namespace lockstep::test
