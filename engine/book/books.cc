#include "engine/book/books.h"

namespace lockstep {

void MarketState::visit(StateVisitor& visitor) {
  book.visit(visitor);
  for (Price* price : {&quote.bid_price, &quote.ask_price, &last_price, &mark_price, &index_price})
    visitor.field(*price);
  visitor.field(quote.bid_qty);
  visitor.field(quote.ask_qty);
  visitor.field(has_book);
  visitor.field(book_is_safe);
  visitor.field(status);
}

void Books::apply(const Event& event, std::span<const Level> levels) {
  if (event.kind == Kind::gap && event.instrument == kNoInstrument) {
    for (MarketState& state : states_) state.book_is_safe = false;
    return;
  }
  LOCKSTEP_CHECK(event.instrument < states_.size(),
                 "a market event names an instrument that the run does not have");
  MarketState& state = states_[event.instrument];
  switch (event.kind) {
    case Kind::trade: state.last_price = event.as<Trade>().price; return;
    case Kind::quote: {
      const auto quote = event.as<Quote>();
      state.quote = {quote.bid_price, quote.ask_price, quote.bid_qty, quote.ask_qty};
      return;
    }
    case Kind::book: {
      const auto update = event.as<BookUpdate>();
      const auto action = static_cast<BookAction>(event.detail);
      state.has_book = true;
      if (action != BookAction::diff) state.book_is_safe = action == BookAction::snapshot;
      state.book.apply(action, bids_of(update, levels), asks_of(update, levels));
      return;
    }
    case Kind::bar:
      if (unpack_bar_spec(event.detail).side == BarSide::trade) state.last_price = event.as<Bar>().close;
      return;
    case Kind::mark: {
      const auto mark = event.as<Mark>();
      if (mark.mark_price != kNoPrice) state.mark_price = mark.mark_price;
      if (mark.index_price != kNoPrice) state.index_price = mark.index_price;
      return;
    }
    case Kind::status: state.status = static_cast<TradingStatus>(event.detail); return;
    case Kind::gap: state.book_is_safe = false; return;
    default: return;
  }
}

void Books::visit(StateVisitor& visitor) {
  const std::uint64_t size = visitor.length(states_.size(), 1);
  LOCKSTEP_CHECK(!visitor.ok() || size == states_.size(), "a snapshot of a run with other instruments");
  for (MarketState& state : states_) state.visit(visitor);
}

}  // namespace lockstep
