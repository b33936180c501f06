// One instrument's order-by-order book and the rules by which it trades: continuous matching, auctions,
// phases. Owned by whoever simulates a venue. Pure: it knows no time, no money and no account, and remembers
// no order that is done. The rules, numbered, stand in MATCHING.md; the code cites them.
#pragma once

#include <optional>

#include "engine/core/id_map.h"
#include "engine/core/result.h"
#include "engine/core/state.h"
#include "sim/matching/book_side.h"
#include "sim/matching/order_pool.h"
#include "sim/matching/types.h"

namespace lockstep::matching {

/// Which field is out of its range (see Config), or nothing. Call it on every configuration from outside.
Status validate(const Config& config);

class MatchingEngine {
 public:
  /// Requires: a valid configuration. Starts closed, without reference and last price.
  explicit MatchingEngine(const Config& config);

  // Commands. Each appends its messages to `out`, in the order of the rules; a refusal is one `rejected`.

  void submit(const NewOrder& order, Output& out);
  void cancel(const CancelOrder& cancel, Output& out);
  void cancel_all(const CancelAll& which, Output& out);
  void replace(const ReplaceOrder& replace, Output& out);
  void mass_quote(const MassQuote& quote, Output& out);
  void set_phase(Phase to, Output& out);
  /// Requires: on the tick, within [min_price, max_price].
  void set_reference_price(Price price);

  // What stands. Quantities are as in Level; prices in the instrument's scale.

  struct LevelView {
    Price price = kNoPrice;
    Qty shown = 0;
    Qty leaves = 0;  ///< hidden included
    std::uint32_t orders = 0;
    friend bool operator==(const LevelView&, const LevelView&) = default;
  };

  [[nodiscard]] const Config& config() const { return config_; }
  [[nodiscard]] Phase phase() const { return phase_; }
  [[nodiscard]] Price reference_price() const { return reference_; }  ///< kNoPrice: none
  [[nodiscard]] Price last_price() const { return last_price_; }      ///< kNoPrice: no trade yet
  [[nodiscard]] std::uint32_t live_orders() const { return pool_.live(); }
  [[nodiscard]] std::optional<LevelView> best(Side side) const;
  /// Calls `each(LevelView)` from the best to the worst level.
  template <class Each>
  void for_each_level(Side side, Each each) const {
    const BookSide& levels = side_of(side);
    for (Key key = levels.best(); key != BookSide::kNoKey; key = levels.next_worse(key)) {
      each(view(side, key, *levels.find(key)));
    }
  }
  /// Calls `each(const Order&)` from the front of the queue at a price; kNoPrice: the side's unpriced queue.
  template <class Each>
  void for_each_order(Side side, Price price, Each each) const {
    const Queue* queue = &unpriced_[index_of(side)];
    if (price != kNoPrice) queue = side_of(side).find(key_of(side, price));
    if (queue == nullptr) return;
    for (Slot slot = queue->head; slot != kNoSlot; slot = pool_[slot].next) each(pool_[slot]);
  }
  /// Null if not live. Valid until the next command.
  [[nodiscard]] const Order* find(OrderId id) const;
  /// What is displayed at the order's level in front of it. Requires: it is live and at a price level.
  [[nodiscard]] Qty shown_ahead(OrderId id) const;
  [[nodiscard]] Indicative indicative() const;

  /// Saves, restores or digests everything that influences what comes. Loading requires the same
  /// configuration.
  void visit(StateVisitor& visitor);

  /// Stops the program if the book contradicts itself or (in continuous trading) is crossed. For tests: walks
  /// everything.
  void check_invariants() const;

 private:
  struct Share {
    Slot slot;
    Qty qty;
  };

  [[nodiscard]] static std::size_t index_of(Side side) { return side == Side::buy ? 0 : 1; }
  [[nodiscard]] BookSide& side_of(Side side) { return sides_[index_of(side)]; }
  [[nodiscard]] const BookSide& side_of(Side side) const { return sides_[index_of(side)]; }
  [[nodiscard]] Key key_of(Side side, Price price) const {
    return side == Side::buy ? price / config_.tick : -(price / config_.tick);
  }
  [[nodiscard]] Price price_of(Side side, Key key) const {
    if (key == kUnpricedKey) return kNoPrice;
    return (side == Side::buy ? key : -key) * config_.tick;
  }
  [[nodiscard]] LevelView view(Side side, Key key, const Level& level) const {
    return {price_of(side, key), level.shown, level.leaves, level.count};
  }
  [[nodiscard]] bool is_call() const {
    return phase_ == Phase::pre_open || phase_ == Phase::reopening_call || phase_ == Phase::closing_call;
  }

  // Checks (validate.cc). Reason::none: it is in order.
  [[nodiscard]] Reason refusal(const NewOrder& order) const;
  [[nodiscard]] Reason refusal_by_phase(const NewOrder& order) const;
  [[nodiscard]] Reason refusal(const MassQuote& quote) const;
  [[nodiscard]] bool is_bad_qty(Qty qty) const;
  [[nodiscard]] bool is_bad_price(Price price) const;
  [[nodiscard]] bool is_outside_static_band(Price price) const;
  [[nodiscard]] bool would_cross(Side side, Key key) const;

  // Bands (bands.cc).
  struct Bounds {
    Price lower;  // kNoPrice: none
    Price upper;
  };
  [[nodiscard]] Bounds bounds(const Band& band, Price centre) const;
  [[nodiscard]] Key edge(Side taker) const;
  void stopped_by_band(Order& taker, Key worst_allowed, Output& out);

  // Places (places.cc): into and out of book and lists.
  void book(const Order& order, Output& out);
  void join(Level& level, Slot slot);
  void place_by_size(Level& level, Slot slot);
  void wait(const Order& order);
  void remove(Slot slot);
  void remove_from_level(Level& level, Slot slot);
  void end(Slot slot, Reason reason, Output& out);
  void end(const Order& order, Reason reason, Output& out) const;
  [[nodiscard]] Queue& list_of(const Order& order);
  void reduce(Slot slot, Qty leaves);
  [[nodiscard]] Message message(MessageType type, const Order& order) const;
  template <class Each>
  void walk(const Queue& queue, Each each);
  template <class Each>
  void walk_book(Each each);

  // Continuous matching (continuous.cc, pro_rata.cc, self_trade.cc).
  void arrive(Order taker, Qty min_qty, Output& out);
  [[nodiscard]] Qty available(const Order& taker, Key worst_allowed) const;
  bool match_in_turn(Order& taker, Key key, Output& out);
  bool match_pro_rata(Order& taker, Key key, Output& out);
  void share_out(const Order& taker, const Level& level);
  void fill(Order& taker, Level& level, Slot maker, Qty qty, Output& out);
  bool prevent_self_trade(Order& taker, Slot maker, Output& out);
  [[nodiscard]] static bool prevents(const Order& taker) {
    return taker.participant != 0 && taker.self_trade != SelfTrade::none;
  }

  // Replace and quote (replace.cc, mass_quote.cc).
  [[nodiscard]] bool keeps_place(const Order& order, Key key, Qty leaves) const;
  void change_in_place(Slot slot, Qty qty, Output& out);
  void move(Slot slot, Key key, Qty qty, Output& out);
  bool update_quote(OrderId id, Side side, Price price, Qty qty, Output& out);
  void new_quote(Participant participant, OrderId id, Side side, Price price, Qty qty, Output& out);

  // Phases (phases.cc).
  void change_phase(Phase to, Reason reason, Output& out);
  bool uncross(Output& out);
  void clear_auction_leftovers(bool uncrossed, Output& out);
  void move_to_price(Slot slot, Price price, Output& out);
  void release_waiting(Output& out);
  void release_halt_queue(Output& out);
  void end_list(Queue& list, Reason reason, Output& out);

  Config config_;
  bool has_bands_;
  Phase phase_ = Phase::closed;
  Price reference_ = kNoPrice;
  Price last_price_ = kNoPrice;
  OrderPool pool_;
  IdMap index_;
  std::array<BookSide, 2> sides_;
  std::array<Queue, 2> unpriced_;
  Queue waiting_for_close_;
  Queue halt_queue_;
  std::array<Slot, 2> top_{kNoSlot, kNoSlot};  // M7; kept under pro_rata only
  std::vector<std::uint64_t> joined_;          // by slot; kept under price_size_time only
  std::uint64_t joins_ = 0;
  std::vector<Share> shares_;  // of one pro-rata round
};

}  // namespace lockstep::matching
