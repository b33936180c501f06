// The orders that a LOBSTER day is known to hold, and how what the file shows is made to agree with them.
// Owned by the importer's stream of one day. It never reads a file and never makes an event: it lists
// changes.
//
// LOBSTER announces only what happens within its N best levels. What stood there before the first row, or
// came or went while its level was out of view, is not announced; the orderbook file shows it, as a total,
// once the level is in view. What the known orders do not explain is
//   more: one anonymous order, at the back: it came after what was there when last seen;
//   less: taken off the oldest order of exactly that size, else off anonymous orders, the newest first, else
//         off named ones, the oldest first.
// An action of an order that is not known is taken off the anonymous orders of its level: an execution off
// the oldest, a cancellation off the newest; only if they do not suffice, off the named ones, the oldest
// first. (Of six orders of search that were tried on the AMZN day of 2012-06-21 this one leaves the fewest
// actions of orders that are not known, and as few executions out of turn as a look ahead into the file
// does.)
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/core/id_map.h"
#include "engine/event/event.h"
#include "feeds/files/lobster_rows.h"

namespace lockstep::feeds {

/// One order's add, cancel or execution.
struct LobsterChange {
  OrderActionType type = OrderActionType::add;
  Side side = Side::none;
  std::uint64_t order_id = 0;
  Price price = 0;
  Qty qty = 0;
  bool is_restated = false;  ///< concluded from the orderbook file rather than announced
  bool is_doubtful = false;  ///< the two files contradict each other
};

class LobsterBook {
 public:
  /// Counts of what was concluded, over the life of the book.
  struct Counts {
    std::uint64_t levels_gained = 0;    ///< levels that came into view with more than the known orders
    std::uint64_t levels_lost = 0;      ///< with less
    std::uint64_t contradictions = 0;   ///< levels that changed in view without a message
    std::uint64_t unknown_cancels = 0;  ///< of orders that are not known
    std::uint64_t unknown_executions = 0;
    std::uint64_t corrected_sizes = 0;  ///< actions on more or less of an order than it was known to have
  };

  void clear();

  [[nodiscard]] bool has(std::uint64_t id, Side side, Price price) const;
  [[nodiscard]] bool has(std::uint64_t id) const { return ids_.find(id) != IdMap::kAbsent; }
  /// Total of the known orders at a price.
  [[nodiscard]] Qty qty_at(Side side, Price price) const;
  [[nodiscard]] const Counts& counts() const { return counts_; }
  /// Orders that are known to rest, anonymous ones included.
  [[nodiscard]] std::size_t size() const { return size_; }

  /// Requires: the id is not there yet.
  void add(std::uint64_t id, Side side, Price price, Qty qty, std::vector<LobsterChange>& out);
  void add_anonymous(Side side, Price price, Qty qty, bool is_doubtful, std::vector<LobsterChange>& out);

  /// A cancellation, deletion or execution that names the order `message.order_id`. What the known orders of
  /// the level do not hold is left to reconcile().
  void take(const LobsterMessage& message, std::vector<LobsterChange>& out);

  /// The same without an orderbook file: of that order alone, all of it for a deletion. Requires: has(it).
  void take_known(const LobsterMessage& message, std::vector<LobsterChange>& out);

  /// Makes every level that `shown` covers agree with it. `before`: what the row before showed (null: there
  /// is none), which tells a level that came into view from one that changed without a message.
  void reconcile(const LobsterShown& shown, const LobsterShown* before, std::vector<LobsterChange>& out);

 private:
  static constexpr std::uint32_t kNone = IdMap::kAbsent;
  struct Order {
    std::uint64_t id = 0;
    Price price = 0;
    Qty qty = 0;
    std::uint32_t older = kNone;
    std::uint32_t newer = kNone;
    Side side = Side::none;
    [[nodiscard]] bool is_anonymous() const { return id >= kFirstAnonymousOrder; }
  };
  struct KnownLevel {
    Price price = 0;
    Qty qty = 0;
    std::uint32_t oldest = kNone;
    std::uint32_t newest = kNone;
  };
  struct Difference {
    Side side = Side::none;
    Price price = 0;
    Qty missing = 0;  // shown minus known
    bool is_doubtful = false;
  };
  enum class From { oldest, newest };
  enum class Which { anonymous, named };

  std::vector<KnownLevel>& levels(Side side) { return side == Side::buy ? bids_ : asks_; }
  [[nodiscard]] std::size_t find(Side side, Price price) const;
  [[nodiscard]] bool is_level(Side side, std::size_t index, Price price) const;
  void insert(std::uint64_t id, Side side, Price price, Qty qty);
  /// Takes up to `qty` off the order in `slot` and says how much; the order and its level go when empty.
  Qty reduce(std::uint32_t slot, Qty qty);
  /// The same over the orders of a level, with a change for each; returns what is left of `like.qty`.
  Qty reduce_level(const LobsterChange& like, Which which, From from, std::vector<LobsterChange>& out);
  void take_back(const Difference& difference, std::vector<LobsterChange>& out);
  void compare(Side side, const LobsterShown& shown, const LobsterShown* before);

  IdMap ids_;
  std::vector<Order> orders_;
  std::vector<std::uint32_t> free_;
  std::vector<KnownLevel> bids_;  // the best last
  std::vector<KnownLevel> asks_;
  std::vector<Difference> differences_;
  std::uint64_t next_anonymous_ = kFirstAnonymousOrder;
  std::size_t size_ = 0;
  Counts counts_;
};

}  // namespace lockstep::feeds
