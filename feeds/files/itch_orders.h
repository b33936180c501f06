// What of an order ITCH leaves unsaid: order messages as order_action events, and what they lack (the size of
// a delete, the price of an execution, the side of a replaced order) filled in from the book as it stands.
// The importer and the benchmarks use it; it never changes a book.
#pragma once

#include "engine/book/books.h"
#include "feeds/files/itch_messages.h"

namespace lockstep::feeds::itch {

inline OrderAction action_of(std::uint64_t id, Price price, Qty qty, std::uint64_t sequence, Side side,
                             std::uint32_t venue_flags = kLastOfMessage) {
  return {id, price, qty, sequence, static_cast<std::uint32_t>(side), venue_flags};
}
constexpr Side side_of(char letter) {
  return letter == 'B' ? Side::buy : letter == 'S' ? Side::sell : Side::none;
}

/// The actions of an order message: one, or for a replace two. Put onto `out`, an event with instrument and
/// times set, by out(event). What the message does not say is left open: price kNoPrice, quantity
/// kWholeOrder, side none.
template <class Put>
class OrderMessages {
 public:
  OrderMessages(const Event& like, std::uint64_t sequence, Put& put)
      : event_(like), sequence_(sequence), put_(put) {
    event_.kind = Kind::order_action;
  }
  void operator()(const AddOrder& m) {
    put(OrderActionType::add, action_of(m.order_id(), m.price(), m.shares(), sequence_, side_of(m.side())));
  }
  void operator()(const OrderExecuted& m) {
    put(OrderActionType::execute, action_of(m.order_id(), kNoPrice, m.shares(), sequence_, Side::none));
  }
  void operator()(const OrderExecutedWithPrice& m) {
    put(OrderActionType::execute, action_of(m.order_id(), m.price(), m.shares(), sequence_, Side::none,
                                            kLastOfMessage | (m.printable() == 'N' ? kIsNoTrade : 0U)));
  }
  void operator()(const OrderCancel& m) {
    put(OrderActionType::cancel, action_of(m.order_id(), kNoPrice, m.shares(), sequence_, Side::none));
  }
  void operator()(const OrderDelete& m) {
    put(OrderActionType::cancel, action_of(m.order_id(), kNoPrice, kWholeOrder, sequence_, Side::none));
  }
  void operator()(const OrderReplace& m) {
    put(OrderActionType::cancel, action_of(m.order_id(), kNoPrice, kWholeOrder, sequence_, Side::none, 0));
    put(OrderActionType::add, action_of(m.new_order_id(), m.price(), m.shares(), sequence_, Side::none));
  }
  void operator()(const Message&) {}

 private:
  void put(OrderActionType type, const OrderAction& action) {
    event_.detail = static_cast<std::uint8_t>(type);
    event_.set(action);
    put_(event_);
  }
  Event event_;
  std::uint64_t sequence_;
  Put& put_;
};

/// One of the two actions of a replace, which alone need to be completed for a book: the side of the second
/// is that of the first, and of all else the book knows what is left open.
inline bool is_of_replace(const Event& event) {
  const auto action = event.as<OrderAction>();
  const bool is_first = (action.venue_flags & kLastOfMessage) == 0;
  const bool is_second = event.detail == static_cast<std::uint8_t>(OrderActionType::add) &&
                         action.side == static_cast<std::uint32_t>(Side::none);
  return is_first || is_second;
}

/// Fills in what an order message left open, just before its event is applied to `books`.
class OrderCompleter {
 public:
  /// False: the order that it takes from does not rest.
  bool complete(Event& event, const Books& books) {
    auto action = event.as<OrderAction>();
    if (event.detail == static_cast<std::uint8_t>(OrderActionType::add)) {
      if (action.side != static_cast<std::uint32_t>(Side::none)) return true;
      action.side = static_cast<std::uint32_t>(replaced_side_);
      event.set(action);
      return replaced_side_ != Side::none;
    }
    const std::optional<BookOrder> order = books[event.instrument].find_order(action.order_id);
    replaced_side_ = order ? order->side : Side::none;
    if (!order) return false;
    action.side = static_cast<std::uint32_t>(order->side);
    if (action.price == kNoPrice) action.price = order->price;
    if (action.qty == kWholeOrder) action.qty = order->qty;
    event.set(action);
    return true;
  }

 private:
  Side replaced_side_ = Side::none;  // of the order taken off by the last cancel
};

}  // namespace lockstep::feeds::itch
