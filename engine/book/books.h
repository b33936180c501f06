// What the market looks like, per instrument: book, quote, last trade, mark, status. Owned by the session,
// changed only by its loop, read by strategies, the gate and the venue. Never knows of our own orders.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/book/order_book.h"

namespace lockstep {

/// Best bid and offer. A side that is absent has price kNoPrice and quantity 0.
struct Top {
  Price bid_price = kNoPrice;
  Price ask_price = kNoPrice;
  Qty bid_qty = 0;
  Qty ask_qty = 0;

  [[nodiscard]] bool has_both() const { return bid_price != kNoPrice && ask_price != kNoPrice; }
  [[nodiscard]] Price price(Side side) const { return side == Side::buy ? bid_price : ask_price; }
};

/// What every event of an order-by-order feed reads stands in the first three cache lines.
struct alignas(64) MarketState {
  bool has_book = false;         ///< a book update was seen
  bool book_is_safe = false;     ///< false before a first snapshot and between a gap and the next one
  bool has_orders = false;       ///< the feed is order by order, and orders() can be asked
  bool has_lost_orders = false;  ///< order by order: a gap was seen since the last clear
  bool is_restating = false;     ///< order by order: within a snapshot, which restates order after order
  TradingStatus status = TradingStatus::unknown;
  Price last_price = kNoPrice;  ///< of the last trade, or the close of the last bar
  PriceBook book;               ///< levels; of an order-by-order feed, the totals of its orders
  OrderStore store;             ///< of an order-by-order feed; read it through orders()
  Top quote;                    ///< from quote events
  Price mark_price = kNoPrice;
  Price index_price = kNoPrice;
  OrderAnomalies anomalies;

  /// The orders behind the levels. Requires: has_orders.
  [[nodiscard]] OrderBook orders() const {
    LOCKSTEP_CHECK(has_orders, "the feed of this instrument is not order by order");
    return {store, book};
  }

  /// Nothing too where the feed is not order by order.
  [[nodiscard]] std::optional<BookOrder> find_order(std::uint64_t id) const {
    return has_orders ? orders().find(id) : std::nullopt;
  }

  /// The book's best where there is a book that can be trusted, else the last quote.
  [[nodiscard]] Top top() const {
    if (!has_book || !book_is_safe) return quote;
    Top top;
    if (!book.bids().empty()) {
      top.bid_price = book.bids().best().price;
      top.bid_qty = book.bids().best().qty;
    }
    if (!book.asks().empty()) {
      top.ask_price = book.asks().best().price;
      top.ask_qty = book.asks().best().qty;
    }
    return top;
  }

  /// Twice the mid price, which is an integer where the mid may not be; kNoPrice without both sides.
  [[nodiscard]] Price mid_times_two() const {
    const Top best = top();
    return best.has_both() ? best.bid_price + best.ask_price : kNoPrice;
  }

  /// Mid rounded down to a whole price unit, else the last trade, else kNoPrice: what a decision is measured
  /// against.
  [[nodiscard]] Price reference_price() const {
    const Price twice = mid_times_two();
    if (twice == kNoPrice) return last_price;
    return twice >= 0 ? twice / 2 : (twice - 1) / 2;
  }

  MarketState() = default;
  MarketState(const MarketState&) = delete;  // the book refers to the store
  MarketState& operator=(const MarketState&) = delete;
  ~MarketState() = default;

  /// From now on the book is kept order by order, and is empty.
  void begin_orders() {
    has_orders = has_book = true;
    store.clear();
    book = PriceBook(&store);
  }

  void visit(StateVisitor& visitor);
};

/// The books of all instruments.
///
/// An instrument whose feed has order actions that change the book (add, modify, cancel, execute, clear) is
/// kept order by order from the first of them on: its book starts empty, safe unless a gap was seen before,
/// and book updates of the same instrument are no longer applied to it. It is unsafe from a gap to the next
/// clear, and within a snapshot: from the first action that is flagged kFlagVenueSnapshot to one that is
/// marked as the last of the venue's message (kLastOfMessage), or that is not flagged so.
class Books {
 public:
  explicit Books(std::size_t instrument_count) : states_(instrument_count) {}

  [[nodiscard]] std::size_t size() const { return states_.size(); }
  /// Requires: id < size().
  [[nodiscard]] const MarketState& operator[](InstrumentId id) const { return states_[id]; }

  /// Applies one market event as a whole. Requires: a market event; its instrument is in range or, for a gap,
  /// none.
  void apply(const Event& event, std::span<const Level> levels);

  /// Asks for the memory that coming order actions will need; changes nothing that can be seen. To be called
  /// once before each event is applied, or never. `upcoming` begins with that event and reaches as far as the
  /// caller sees; kLookAhead events are of use.
  void look_ahead(std::span<const Event> upcoming);
  static constexpr std::size_t kLookAhead = 33;

  /// As OrderBook::broken_invariant, over all instruments; and no store has an order that is in no queue.
  [[nodiscard]] std::string broken_invariant() const;

  void visit(StateVisitor& visitor);

 private:
  void apply_order_action(MarketState& state, const Event& event);
  /// Of an order-by-order instrument: what an event led to, into the chain.
  void chain(InstrumentId instrument, std::uint64_t a, std::uint64_t b, std::uint64_t c);

  std::vector<MarketState> states_;
  // What look_ahead() worked out of the events to come, by the turn in which they are applied: only guesses.
  struct Ahead {
    std::uint32_t hash = 0;
    std::uint32_t slot = OrderStore::kNone;
  };
  std::array<Ahead, 64> ahead_;
  std::size_t turn_ = 0;
  Digest chain_;  // order-by-order books are too large to be digested at every checkpoint: their history is
};

}  // namespace lockstep
