#include "tests/support/message_tape.h"

#include <algorithm>

namespace lockstep::matching {

void MessageTape::take_out(OrderId id) {
  Heard& order = orders_.at(id);
  if (!order.in_book) return;
  auto queue = book_.find({order.side, order.price});
  queue->second.erase(std::find(queue->second.begin(), queue->second.end(), id));
  if (queue->second.empty()) book_.erase(queue);
  order.in_book = false;
}

std::string MessageTape::end_if_done(OrderId id) {
  const Heard order = orders_.at(id);
  if (order.leaves < 0 || order.shown < 0 || order.shown > std::max<Qty>(order.leaves, 0)) {
    return "a quantity out of range";
  }
  if (order.qty != order.filled + order.ended + order.leaves) return "quantities that do not add up";
  if (order.leaves == 0) {
    take_out(id);
    orders_.erase(id);
  }
  return {};
}

std::string MessageTape::fill(const Message& message) {
  Heard& first = orders_.at(message.order_id);
  Heard& second = orders_.at(message.other_id);
  const bool in_auction = message.side == Side::none;
  if (message.qty <= 0) return "a fill of nothing";
  if (first.side == second.side) return "a fill between orders of one side";
  if (!first.in_book || second.in_book != in_auction)
    return "a fill of an order that is not where it should be";
  for (Heard* order : {&first, &second}) {
    order->filled += message.qty;
    order->leaves -= message.qty;
    const bool worse = order->price != kNoPrice && (order->side == Side::buy ? message.price > order->price
                                                                             : message.price < order->price);
    if (worse) return "a fill at a price worse than the limit";
  }
  if (!in_auction && message.price != first.price) return "a fill at another price than the maker's";
  if (first.leaves != message.leaves || second.leaves != message.other_leaves) return "leaves that differ";
  first.shown = message.shown;
  second.shown = 0;  // a taker shows nothing
  if (in_auction) {
    second.shown = second.display_qty == 0 ? second.leaves : std::min(second.display_qty, second.leaves);
  }
  // A slice that is used up is followed by `refreshed`; until then the maker shows nothing.
  if (std::string wrong = end_if_done(message.order_id); !wrong.empty()) return wrong;
  return end_if_done(message.other_id);
}

std::string MessageTape::hear(const Message& message) {
  const auto known = orders_.find(message.order_id);
  const bool concerns_an_order = message.type != MessageType::accepted &&
                                 message.type != MessageType::rejected &&
                                 message.type != MessageType::uncross && message.type != MessageType::phase;
  if (concerns_an_order && known == orders_.end()) return "a message about an order nobody heard of";
  switch (message.type) {
    case MessageType::accepted:
      if (known != orders_.end()) return "an id accepted twice";
      orders_[message.order_id] = {message.side,   message.qty, message.shown, 0,    0,
                                   message.leaves, 0,           message.price, false};
      return {};
    case MessageType::rejected:
    case MessageType::uncross: return {};
    case MessageType::phase: phase_ = static_cast<Phase>(message.detail); return {};
    case MessageType::booked: {
      Heard& order = known->second;
      if (order.in_book) return "booked twice";
      if (order.leaves != message.leaves) return "booked with other leaves";
      order.price = message.price;
      order.shown = message.shown;
      order.in_book = true;
      book_[{order.side, order.price}].push_back(message.order_id);
      return end_if_done(message.order_id);
    }
    case MessageType::fill:
      if (orders_.find(message.other_id) == orders_.end()) return "a fill with an order nobody heard of";
      return fill(message);
    case MessageType::refreshed: {
      Heard& order = known->second;
      if (!order.in_book || order.shown != 0) return "refreshed before its slice was used up";
      take_out(message.order_id);
      order.shown = message.shown;
      order.in_book = true;
      book_[{order.side, order.price}].push_back(message.order_id);
      return end_if_done(message.order_id);
    }
    case MessageType::decremented:
      known->second.ended += message.qty;
      known->second.leaves -= message.qty;
      if (known->second.leaves != message.leaves) return "leaves that differ";
      known->second.shown = message.shown;
      return end_if_done(message.order_id);
    case MessageType::cancelled:
      known->second.ended += message.qty;
      known->second.leaves -= message.qty;
      known->second.shown = 0;
      if (known->second.leaves != 0) return "cancelled in part";
      return end_if_done(message.order_id);
    case MessageType::replaced: {
      Heard& order = known->second;
      if (message.detail == 0) take_out(message.order_id);
      order.leaves += message.qty - order.qty;
      order.qty = message.qty;
      if (message.detail == 0) order.price = message.price;
      order.shown = message.shown;
      if (order.leaves != message.leaves) return "leaves that differ";
      return end_if_done(message.order_id);
    }
  }
  return "a message of no known type";
}

}  // namespace lockstep::matching
