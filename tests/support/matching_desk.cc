#include "tests/support/matching_desk.h"

#include <fmt/format.h>

#include <array>

namespace lockstep::matching {
namespace {

std::string at(const Message& message, Qty qty) {
  return message.price == kNoPrice ? fmt::format("{}@-", qty) : fmt::format("{}@{}", qty, message.price);
}

std::string shows(const Message& message) {
  return message.shown == message.leaves ? "" : fmt::format(" shows {}", message.shown);
}

}  // namespace

std::string_view name(Reason reason) {
  static constexpr std::array<std::string_view, 27> kNames = {"none",
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
                                                              "operator_action",
                                                              ""};
  return kNames.at(static_cast<std::size_t>(reason));
}

std::string_view name(Phase phase) {
  static constexpr std::array<std::string_view, 6> kNames = {"closed", "pre_open",       "continuous",
                                                             "halted", "reopening_call", "closing_call"};
  return kNames.at(static_cast<std::size_t>(phase));
}

std::string text(const Message& m) {
  switch (m.type) {
    case MessageType::accepted: return fmt::format("accepted {} {}", m.order_id, at(m, m.qty));
    case MessageType::rejected: return fmt::format("rejected {} {}", m.order_id, name(m.reason));
    case MessageType::booked: return fmt::format("booked {} {}{}", m.order_id, at(m, m.leaves), shows(m));
    case MessageType::fill:
      return fmt::format("fill {} by {} {} left {}/{}{}", m.order_id, m.other_id, at(m, m.qty), m.leaves,
                         m.other_leaves, shows(m));
    case MessageType::refreshed: return fmt::format("refreshed {} {}{}", m.order_id, m.leaves, shows(m));
    case MessageType::decremented:
      return fmt::format("decremented {} by {} left {}", m.order_id, m.qty, m.leaves);
    case MessageType::cancelled: return fmt::format("cancelled {} {} {}", m.order_id, m.qty, name(m.reason));
    case MessageType::replaced:
      return fmt::format("replaced {} {} left {} {}", m.order_id, at(m, m.qty), m.leaves,
                         m.detail == 1 ? "in place" : "moved");
    case MessageType::uncross: return fmt::format("uncross {} imbalance {}", at(m, m.qty), m.leaves);
    case MessageType::phase:
      return fmt::format("phase {}{}", name(static_cast<Phase>(m.detail)),
                         m.reason == Reason::none ? "" : " by band");
  }
  return "?";
}

template <class Act>
Texts MatchingDesk::after(Act act) {
  said.clear();
  act();
  engine.check_invariants();
  Texts texts;
  for (const Message& message : said) {
    if (message.type != MessageType::accepted) texts.push_back(text(message));
  }
  return texts;
}

Texts MatchingDesk::submit(const NewOrder& order) {
  return after([&] { engine.submit(order, said); });
}
Texts MatchingDesk::submit_all(const std::vector<NewOrder>& orders) {
  return after([&] {
    for (const NewOrder& order : orders) engine.submit(order, said);
  });
}
Texts MatchingDesk::cancel(OrderId id) {
  return after([&] { engine.cancel({id, Reason::requested}, said); });
}
Texts MatchingDesk::cancel_all(const CancelAll& which) {
  return after([&] { engine.cancel_all(which, said); });
}
Texts MatchingDesk::replace(OrderId id, Qty qty, Price price) {
  return after([&] { engine.replace({id, price, qty}, said); });
}
Texts MatchingDesk::quote(const MassQuote& quote) {
  return after([&] { engine.mass_quote(quote, said); });
}
Texts MatchingDesk::set_phase(Phase phase) {
  return after([&] { engine.set_phase(phase, said); });
}
void MatchingDesk::trade_at(Price price) {
  submit(sell(900001, 0, 1, price));
  submit(as(TimeInForce::ioc, buy(900002, 0, 1, price)));
}

Texts MatchingDesk::levels(Side side) const {
  Texts texts;
  engine.for_each_level(side, [&](const MatchingEngine::LevelView& level) {
    texts.push_back(fmt::format("{}@{} x{}", level.shown, level.price, level.orders));
  });
  return texts;
}

}  // namespace lockstep::matching
