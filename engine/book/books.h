// What the market looks like, per instrument: book, quote, last trade, mark, status. Owned by the session,
// changed only by its loop, read by strategies, the gate and the venue. Never knows of our own orders.
#pragma once

#include <span>
#include <vector>

#include "engine/book/price_book.h"

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

struct MarketState {
  PriceBook book;
  Top quote;                    ///< from quote events
  bool has_book = false;        ///< a book update was seen
  bool book_is_safe = false;    ///< false before a first snapshot and between a gap and the next one
  Price last_price = kNoPrice;  ///< of the last trade, or the close of the last bar
  Price mark_price = kNoPrice;
  Price index_price = kNoPrice;
  TradingStatus status = TradingStatus::unknown;

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

  void visit(StateVisitor& visitor);
};

class Books {
 public:
  explicit Books(std::size_t instrument_count) : states_(instrument_count) {}

  [[nodiscard]] std::size_t size() const { return states_.size(); }
  /// Requires: id < size().
  [[nodiscard]] const MarketState& operator[](InstrumentId id) const { return states_[id]; }

  /// Applies one market event as a whole. Requires: a market event; its instrument is in range or, for a gap,
  /// none.
  void apply(const Event& event, std::span<const Level> levels);

  void visit(StateVisitor& visitor);

 private:
  std::vector<MarketState> states_;
};

}  // namespace lockstep
