// A third party that hears only the messages of a matching engine: rebuilds the book from them, and checks
// that every order's quantities add up. Knows nothing of the engine's state. Used by the property tests of
// sim/matching.
#pragma once

#include <deque>
#include <map>
#include <string>

#include "sim/matching/types.h"

namespace lockstep::matching {

class MessageTape {
 public:
  struct Heard {
    Side side = Side::none;
    Qty qty = 0;
    Qty display_qty = 0;
    Qty filled = 0;
    Qty ended = 0;  // decremented or cancelled
    Qty leaves = 0;
    Qty shown = 0;
    Price price = kNoPrice;
    bool in_book = false;
  };
  /// (side, price) -> ids from the front; kNoPrice: the unpriced queue.
  using Book = std::map<std::pair<Side, Price>, std::deque<OrderId>>;

  /// Empty, or what is wrong with the message.
  std::string hear(const Message& message);

  [[nodiscard]] const Book& book() const { return book_; }
  [[nodiscard]] const Heard& order(OrderId id) const { return orders_.at(id); }
  [[nodiscard]] const std::map<OrderId, Heard>& orders() const { return orders_; }
  [[nodiscard]] Phase phase() const { return phase_; }

 private:
  void take_out(OrderId id);
  std::string end_if_done(OrderId id);
  std::string fill(const Message& message);

  Book book_;
  std::map<OrderId, Heard> orders_;  // live or on its way
  Phase phase_ = Phase::closed;
};

}  // namespace lockstep::matching
