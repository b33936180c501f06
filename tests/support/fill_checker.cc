#include "tests/support/fill_checker.h"

#include <algorithm>
#include <vector>

namespace lockstep::test {
namespace {

bool reaches(Side side, Price price, Price limit) {
  return side == Side::buy ? price <= limit : price >= limit;
}

}  // namespace

void FillChecker::note_submit(const Event& submit) {
  const auto order = submit.as<OrderInstruction>();
  orders_[order.order_id] = {static_cast<Side>(submit.detail), order.price, submit.recv_ts_ns};
}

std::string FillChecker::check(const Event& event, std::span<const Level> levels,
                               std::span<const Event> answers) {
  const auto complain = [](const Fill& fill, const char* what) {
    return "order " + std::to_string(fill.order_id) + ", " + std::to_string(fill.qty) + " at " +
           std::to_string(fill.price) + ": " + what;
  };
  // Takers came before the event: they had what was shown then.
  for (const Event& answer : answers) {
    if (!is_fill(answer.kind) || (answer.flags & kFlagMaker) != 0) continue;
    const auto fill = answer.as<Fill>();
    const Order& order = orders_.at(fill.order_id);
    if (order.limit != kNoPrice && !reaches(order.side, fill.price, order.limit))
      return complain(fill, "beyond its limit");
    Shown& shown = ladder(opposite(order.side))[fill.price];
    shown.untaken -= fill.qty;
    if (shown.untaken < 0) return complain(fill, "more than was left of what showed");
    taken_ += fill.qty;
  }
  apply(event, levels);
  budget_ = 0;
  if (event.kind == Kind::trade) budget_ = event.as<Trade>().qty;
  if (event.kind == Kind::order_action) {
    const auto action = event.as<OrderAction>();
    const auto type = static_cast<OrderActionType>(event.detail);
    const bool is_report = (action.venue_flags & kDoesNotChangeBook) != 0;
    if (type == OrderActionType::trade) print_left_ = action.qty;
    budget_ = action.qty;
    if (type == OrderActionType::execute && is_report) budget_ = std::min(budget_, print_left_);
  }
  for (const Event& answer : answers) {
    if (!is_fill(answer.kind) || (answer.flags & kFlagMaker) == 0) continue;
    const auto fill = answer.as<Fill>();
    const Order& order = orders_.at(fill.order_id);
    if (fill.price != order.limit) return complain(fill, "a maker trades at its own price");
    if (answer.exch_ts_ns < order.sent_ns) return complain(fill, "before it was sent");
    if (const std::string wrong = check_maker(event, levels, order, fill); !wrong.empty())
      return complain(fill, wrong.c_str());
    made_ += fill.qty;
  }
  return {};
}

std::string FillChecker::check_maker(const Event& event, std::span<const Level> levels, const Order& order,
                                     const Fill& fill) {
  const Side against = opposite(order.side);
  if (event.kind == Kind::trade) {
    if (event.detail == static_cast<std::uint8_t>(order.side)) return "the aggressor is on its own side";
    if (!reaches(order.side, event.as<Trade>().price, order.limit)) return "no print reached it";
    budget_ -= fill.qty;
    return budget_ < 0 ? "more than was printed" : "";
  }
  if (event.kind == Kind::order_action) {
    const auto action = event.as<OrderAction>();
    const auto type = static_cast<OrderActionType>(event.detail);
    const auto side = static_cast<Side>(static_cast<std::uint8_t>(action.side));
    if (!reaches(order.side, action.price, order.limit)) return "nothing reached it";
    if (type == OrderActionType::execute || type == OrderActionType::trade) {
      const Side met = type == OrderActionType::execute ? side : opposite(side);
      if (side != Side::none && met != order.side) return "the aggressor is on its own side";
      budget_ -= fill.qty;
      if ((action.venue_flags & kDoesNotChangeBook) != 0) print_left_ -= fill.qty;
      return budget_ < 0 ? "more than was executed" : "";
    }
    if (type != OrderActionType::add && type != OrderActionType::modify) return "nothing traded";
    if (side != against) return "an order of its own side";
    Shown& shown = ladder(against)[action.price];
    shown.untaken -= fill.qty;
    return shown.untaken < 0 ? "more than the order that crossed it" : "";
  }
  // An opposite level at its price or through it: the best-suited that has something left.
  Qty left = fill.qty;
  std::vector<Price> prices;
  if (event.kind == Kind::book) {
    const auto update = event.as<BookUpdate>();
    for (const Level& level : against == Side::buy ? bids_of(update, levels) : asks_of(update, levels))
      prices.push_back(level.price);
  } else if (event.kind == Kind::quote) {
    const auto quote = event.as<Quote>();
    prices.push_back(against == Side::buy ? quote.bid_price : quote.ask_price);
  }
  for (const Price price : prices) {
    if (price == kNoPrice || !reaches(order.side, price, order.limit)) continue;
    Shown& shown = ladder(against)[price];
    const Qty used = std::min(left, std::max<Qty>(0, shown.untaken));
    shown.untaken -= used;
    left -= used;
  }
  return left > 0 ? "more than the levels that crossed it" : "";
}

void FillChecker::show(Side side, Price price, Qty qty) {
  Shown& shown = ladder(side)[price];
  shown.untaken = std::min(shown.untaken + std::max<Qty>(0, qty - shown.now), qty);
  shown.now = qty;
}

void FillChecker::apply(const Event& event, std::span<const Level> levels) {
  if (event.kind == Kind::book) {
    const auto update = event.as<BookUpdate>();
    const auto action = static_cast<BookAction>(event.detail);
    for (const Side side : {Side::buy, Side::sell}) {
      const auto changed = side == Side::buy ? bids_of(update, levels) : asks_of(update, levels);
      if (action != BookAction::diff) {
        std::map<Price, Qty> told;
        for (const Level& level : changed) told[level.price] = level.qty;
        for (auto& [price, shown] : ladder(side)) {
          if (!told.contains(price)) shown = {};
        }
        for (const auto& [price, qty] : told) show(side, price, qty);
      } else {
        for (const Level& level : changed) show(side, level.price, level.qty);
      }
    }
  }
  if (event.kind != Kind::order_action) return;
  const auto action = event.as<OrderAction>();
  const auto change = [&](const Recorded& order, Qty by) {
    const Shown before = ladder(order.side)[order.price];
    show(order.side, order.price, before.now + by);
  };
  const auto known = recorded_.find(action.order_id);
  const auto add = [&] {
    const Recorded order{static_cast<Side>(static_cast<std::uint8_t>(action.side)), action.price, action.qty};
    if (order.side == Side::none || order.qty <= 0) return;
    recorded_[action.order_id] = order;
    change(order, order.qty);
  };
  switch (static_cast<OrderActionType>(event.detail)) {
    case OrderActionType::clear:
      recorded_.clear();
      for (auto& [price, shown] : bids_) shown = {};
      for (auto& [price, shown] : asks_) shown = {};
      return;
    case OrderActionType::add:
    case OrderActionType::modify:
      if (known != recorded_.end()) {
        const Recorded old = known->second;
        if (action.price == old.price && action.qty <= old.qty) {
          known->second.qty = action.qty;
          change(old, action.qty - old.qty);
          if (action.qty == 0) recorded_.erase(known);
          return;
        }
        recorded_.erase(known);
        change(old, -old.qty);
      }
      add();
      return;
    case OrderActionType::cancel:
    case OrderActionType::execute: {
      if (known == recorded_.end() || (action.venue_flags & kDoesNotChangeBook) != 0) return;
      const Recorded old = known->second;
      const Qty off = std::min(action.qty, old.qty);
      known->second.qty -= off;
      if (known->second.qty == 0) recorded_.erase(known);
      change(old, -off);
      return;
    }
    case OrderActionType::trade: return;
  }
}

}  // namespace lockstep::test
