// Queues of the slow exchange, and orders going in and out of them: sections 1 and 2 of MATCHING.md.
#include "engine/core/check.h"
#include "tests/support/slow_exchange.h"

namespace lockstep::test {

using matching::MessageType;
using matching::Output;
using matching::Phase;
using matching::PriorityRule;
using matching::Reason;

namespace {

bool better(Side side, Price a, Price b) {
  return side == Side::buy ? a > b : a < b;
}  // W5

}  // namespace

bool SlowExchange::reaches(Side taker, Price limit, Price price) {  // W5
  if (limit == kNoPrice) return true;
  return taker == Side::buy ? price <= limit : price >= limit;
}

// ---- Looking ----

const SlowExchange::Order* SlowExchange::find(OrderId id) const {
  for (const Order& order : orders_) {
    if (order.terms.order_id == id) return &order;
  }
  return nullptr;
}

SlowExchange::Order& SlowExchange::get(OrderId id) {
  for (Order& order : orders_) {
    if (order.terms.order_id == id) return order;
  }
  LOCKSTEP_CHECK(false, "no such order");
  return orders_.front();
}

// Best first; without the unpriced queue.
std::vector<Price> SlowExchange::levels(Side side) const {
  std::vector<Price> prices;
  for (const Order& order : orders_) {
    const Price price = order.terms.price;
    if (order.place != Place::book || order.terms.side != side || price == kNoPrice) continue;
    if (std::find(prices.begin(), prices.end(), price) == prices.end()) prices.push_back(price);
  }
  std::sort(prices.begin(), prices.end(), [side](Price a, Price b) { return better(side, a, b); });
  return prices;
}

std::optional<Price> SlowExchange::best(Side side) const {
  const std::vector<Price> prices = levels(side);
  return prices.empty() ? std::nullopt : std::optional<Price>(prices.front());
}

// W3, M8, M9. kNoPrice: the unpriced queue.
std::vector<SlowExchange::OrderId> SlowExchange::queue(Side side, Price price) const {
  std::vector<Order> found;
  for (const Order& order : orders_) {
    if (order.place == Place::book && order.terms.side == side && order.terms.price == price) {
      found.push_back(order);
    }
  }
  const bool by_size = config_.priority == PriorityRule::price_size_time && price != kNoPrice;
  std::sort(found.begin(), found.end(), [by_size](const Order& a, const Order& b) {
    if (by_size && a.shown != b.shown) return a.shown > b.shown;
    return a.joined < b.joined;
  });
  std::vector<OrderId> ids;
  ids.reserve(found.size());
  for (const Order& order : found) ids.push_back(order.terms.order_id);
  return ids;
}

std::vector<SlowExchange::OrderId> SlowExchange::list(Place place) const {
  std::vector<Order> found;
  for (const Order& order : orders_) {
    if (order.place == place) found.push_back(order);
  }
  std::sort(found.begin(), found.end(), [](const Order& a, const Order& b) { return a.joined < b.joined; });
  std::vector<OrderId> ids;
  ids.reserve(found.size());
  for (const Order& order : found) ids.push_back(order.terms.order_id);
  return ids;
}

// One side in the order in which it is served: unpriced, then from the best price.
std::vector<SlowExchange::OrderId> SlowExchange::side_in_order(Side side) const {
  std::vector<OrderId> ids = queue(side, kNoPrice);
  for (const Price price : levels(side)) {
    for (const OrderId id : queue(side, price)) ids.push_back(id);
  }
  return ids;
}

std::vector<SlowExchange::OrderId> SlowExchange::book_in_order() const {  // W7
  std::vector<OrderId> ids = side_in_order(Side::buy);
  for (const OrderId id : side_in_order(Side::sell)) ids.push_back(id);
  return ids;
}

bool SlowExchange::reaches_best(Side side, Price limit) const {
  const std::optional<Price> price = best(opposite(side));
  return price && reaches(side, limit, *price);
}

// ---- Moving orders about ----

void SlowExchange::book(Order order, Output& out) {
  order.place = Place::book;
  order.shown = order.slice();
  order.joined = ++joinings_;
  const Side side = order.terms.side;
  const std::optional<Price> before = best(side);
  const bool is_top = phase_ == Phase::continuous && order.terms.price != kNoPrice &&
                      (!before || better(side, order.terms.price, *before));  // M7
  orders_.push_back(order);
  if (is_top) {
    note("M7 becomes top");
    if (top(side) != 0) note("M7 another takes over");
    top(side) = order.terms.order_id;
  }
  out.push_back({.type = MessageType::booked,
                 .side = side,
                 .participant = order.terms.participant,
                 .order_id = order.terms.order_id,
                 .price = order.terms.price,
                 .qty = order.terms.qty,
                 .leaves = order.leaves,
                 .shown = order.shown});
}

void SlowExchange::put_in_list(Order order, Place place) {
  order.place = place;
  order.shown = order.slice();
  order.joined = ++joinings_;
  orders_.push_back(order);
}

void SlowExchange::erase(OrderId id) {
  if (top_buy_ == id) top_buy_ = 0;
  if (top_sell_ == id) top_sell_ = 0;
  std::erase_if(orders_, [id](const Order& order) { return order.terms.order_id == id; });
}

SlowExchange::Order SlowExchange::take_out(OrderId id) {
  const Order order = get(id);
  erase(id);
  return order;
}

matching::Message SlowExchange::cancelled(const Order& order, Reason reason) {
  return {.type = MessageType::cancelled,
          .reason = reason,
          .side = order.terms.side,
          .participant = order.terms.participant,
          .order_id = order.terms.order_id,
          .price = order.terms.price,
          .qty = order.leaves};
}

matching::Message SlowExchange::replaced(const Order& order, bool kept) {
  return {.type = MessageType::replaced,
          .side = order.terms.side,
          .detail = static_cast<std::uint8_t>(kept ? 1 : 0),
          .participant = order.terms.participant,
          .order_id = order.terms.order_id,
          .price = order.terms.price,
          .qty = order.terms.qty,
          .leaves = order.leaves,
          .shown = kept ? order.shown : 0};
}

matching::Message SlowExchange::decremented(const Order& order, Qty by, Qty shown) {
  return {.type = MessageType::decremented,
          .side = order.terms.side,
          .participant = order.terms.participant,
          .order_id = order.terms.order_id,
          .price = order.terms.price,
          .qty = by,
          .leaves = order.leaves,
          .shown = shown};
}

void SlowExchange::end(OrderId id, Reason reason, Output& out) {
  out.push_back(cancelled(take_out(id), reason));
}

}  // namespace lockstep::test
