// Judges fills against nothing but the stream that made them: is there a displayed quantity, a print or an
// order for each, at its price, and is none given twice? Written from the statement in sim/QUEUE_MODELS.md
// ("What supports a fill"); knows no queue. One instrument, sizes checked, no impact.
#pragma once

#include <map>
#include <span>
#include <string>

#include "engine/event/event.h"

namespace lockstep::test {

class FillChecker {
 public:
  /// Before the venue sees it.
  void note_submit(const Event& submit);
  /// An event, and the venue's answers to it. Empty, or what is wrong.
  std::string check(const Event& event, std::span<const Level> levels, std::span<const Event> answers);
  [[nodiscard]] Qty taken() const { return taken_; }
  [[nodiscard]] Qty made() const { return made_; }

 private:
  struct Order {
    Side side;
    Price limit;
    TimeNs sent_ns;
  };
  struct Shown {
    Qty now = 0;
    Qty untaken = 0;  // growth is new, what is lost is lost to us too
  };
  using Ladder = std::map<Price, Shown>;

  std::string check_maker(const Event& event, std::span<const Level> levels, const Order& order,
                          const Fill& fill);
  void apply(const Event& event, std::span<const Level> levels);
  void show(Side side, Price price, Qty qty);
  Ladder& ladder(Side side) { return side == Side::buy ? bids_ : asks_; }

  std::map<OrderId, Order> orders_;
  Ladder bids_;
  Ladder asks_;
  struct Recorded {
    Side side;
    Price price;
    Qty qty;
  };
  std::map<std::uint64_t, Recorded> recorded_;  // of an order-by-order feed
  Qty print_left_ = 0;                          // of a print whose executions follow
  Qty budget_ = 0;                              // what this event can give to makers
  Qty taken_ = 0;
  Qty made_ = 0;
};

}  // namespace lockstep::test
