// A slow, obvious order-by-order book: what order_action events say, applied to a map of orders and a queue
// per price. It is the oracle that importers and the engine's book are checked against, and shares no code
// with either. What an exact feed never does is counted as a fault, with the first one told.
#pragma once

#include <list>
#include <map>
#include <string>
#include <vector>

#include "engine/event/event.h"

namespace lockstep::test {

class OrderOracle {
 public:
  struct Order {
    Side side = Side::none;
    Price price = 0;
    Qty qty = 0;
  };
  struct Total {
    Price price = 0;
    Qty qty = 0;
    std::size_t orders = 0;
    friend bool operator==(const Total&, const Total&) = default;
  };

  void apply(const Event& event) {
    const auto action = event.as<OrderAction>();
    switch (static_cast<OrderActionType>(event.detail)) {
      case OrderActionType::add: return add(action);
      case OrderActionType::modify: return modify(action);
      case OrderActionType::cancel: return take(action, "cancel");
      case OrderActionType::execute:
        if ((action.venue_flags & kDoesNotChangeBook) == 0) take(action, "execute");
        return;
      case OrderActionType::trade: return;
      case OrderActionType::clear:
        orders_.clear();
        bids_.clear();
        asks_.clear();
        return;
    }
  }

  /// The best `depth` levels of a side, best first; 0: all of them.
  [[nodiscard]] std::vector<Total> top(Side side, std::size_t depth = 0) const {
    std::vector<Total> out;
    const auto put = [&](Price price, const std::list<std::uint64_t>& queue) {
      Total total{price, 0, queue.size()};
      for (const std::uint64_t id : queue) total.qty += orders_.at(id).qty;
      out.push_back(total);
      return depth == 0 || out.size() < depth;
    };
    if (side == Side::buy) {
      for (auto it = bids_.rbegin(); it != bids_.rend() && put(it->first, it->second); ++it) {
      }
    } else {
      for (auto it = asks_.begin(); it != asks_.end() && put(it->first, it->second); ++it) {
      }
    }
    return out;
  }

  /// The orders at a price, first come first.
  [[nodiscard]] std::vector<std::uint64_t> queue(Side side, Price price) const {
    const auto& levels = side == Side::buy ? bids_ : asks_;
    const auto found = levels.find(price);
    if (found == levels.end()) return {};
    return {found->second.begin(), found->second.end()};
  }
  [[nodiscard]] const std::map<std::uint64_t, Order>& orders() const { return orders_; }
  [[nodiscard]] bool is_crossed() const {
    return !bids_.empty() && !asks_.empty() && bids_.rbegin()->first >= asks_.begin()->first;
  }

  /// Adds of what is there, changes of what is not, more taken than there is.
  [[nodiscard]] std::uint64_t faults() const { return faults_; }
  [[nodiscard]] const std::string& first_fault() const { return first_fault_; }

 private:
  using Levels = std::map<Price, std::list<std::uint64_t>>;
  Levels& levels(Side side) { return side == Side::buy ? bids_ : asks_; }

  void fault(const OrderAction& action, const std::string& what) {
    if (++faults_ == 1)
      first_fault_ = what + ": order " + std::to_string(action.order_id) + ", sequence " +
                     std::to_string(action.sequence);
  }
  void remove(std::uint64_t id, const Order& order) {
    const auto level = levels(order.side).find(order.price);
    level->second.remove(id);
    if (level->second.empty()) levels(order.side).erase(level);
  }
  void add(const OrderAction& action) {
    if (action.qty <= 0 || orders_.count(action.order_id) != 0)
      return fault(action, "an add of an order that is there, or of nothing");
    const Order order{static_cast<Side>(action.side), action.price, action.qty};
    orders_[action.order_id] = order;
    levels(order.side)[order.price].push_back(action.order_id);
  }
  void modify(const OrderAction& action) {
    const auto found = orders_.find(action.order_id);
    if (found == orders_.end()) return fault(action, "a modify of an unknown order");
    Order& order = found->second;
    if (order.side != static_cast<Side>(action.side)) return fault(action, "a modify that changes the side");
    const bool keeps_place = action.price == order.price && action.qty <= order.qty;
    if (!keeps_place) {
      remove(action.order_id, order);
      levels(order.side)[action.price].push_back(action.order_id);
    }
    order.price = action.price;
    order.qty = action.qty;
  }
  void take(const OrderAction& action, const std::string& what) {
    const auto found = orders_.find(action.order_id);
    if (found == orders_.end()) return fault(action, "a " + what + " of an unknown order");
    Order& order = found->second;
    if (order.side != static_cast<Side>(action.side) || order.price != action.price)
      return fault(action, "a " + what + " at another price or side");
    if (action.qty <= 0 || action.qty > order.qty)
      return fault(action, "a " + what + " of more than there is");
    order.qty -= action.qty;
    if (order.qty > 0) return;
    remove(action.order_id, order);
    orders_.erase(found);
  }

  std::map<std::uint64_t, Order> orders_;
  Levels bids_;
  Levels asks_;
  std::uint64_t faults_ = 0;
  std::string first_fault_;
};

}  // namespace lockstep::test
