#include "engine/book/books.h"

#include "engine/book/order_book_editor.h"

namespace lockstep {

void MarketState::visit(StateVisitor& visitor) {
  if (!visitor.is_digesting()) {
    visitor.field(has_orders);
    visitor.field(has_lost_orders);
    visitor.field(is_restating);
    anomalies.visit(visitor);
  }
  if (visitor.is_loading()) book = PriceBook();
  if (has_orders) {
    if (visitor.is_loading()) begin_orders();
    OrderBookEditor(store, book).visit(visitor);
  } else {
    book.visit(visitor);
  }
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
    for (MarketState& state : states_) {
      state.book_is_safe = false;
      state.has_lost_orders = true;
    }
    chain(kNoInstrument, static_cast<std::uint64_t>(event.kind), 0, 0);
    return;
  }
  LOCKSTEP_CHECK(event.instrument < states_.size(),
                 "a market event names an instrument that the run does not have");
  MarketState& state = states_[event.instrument];
  if (event.kind == Kind::order_action) return apply_order_action(state, event);
  if (state.has_orders)
    chain(event.instrument, event.words[0], event.words[1],
          std::uint64_t{event.detail} << 16U | static_cast<std::uint64_t>(event.kind));
  switch (event.kind) {
    case Kind::trade: state.last_price = event.as<Trade>().price; return;
    case Kind::quote: {
      const auto quote = event.as<Quote>();
      state.quote = {quote.bid_price, quote.ask_price, quote.bid_qty, quote.ask_qty};
      return;
    }
    case Kind::book: {
      if (state.has_orders) return;
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
    case Kind::gap:
      state.book_is_safe = false;
      state.has_lost_orders = true;
      return;
    default: return;
  }
}

void Books::apply_order_action(MarketState& state, const Event& event) {
  const auto action = event.as<OrderAction>();
  const auto type = static_cast<OrderActionType>(event.detail);
  const std::uint32_t flags = action.venue_flags;
  const bool is_restated = (event.flags & kFlagVenueSnapshot) != 0;
  const bool is_last = (flags & kLastOfMessage) != 0;
  const bool changes_book = type != OrderActionType::trade && (flags & kDoesNotChangeBook) == 0;
  OrderBookEditor::Outcome outcome;
  if (changes_book) {
    if (!state.has_orders) state.begin_orders();
    outcome = OrderBookEditor(state.store, state.book).apply(type, action, state.anomalies);
    if (type == OrderActionType::clear) state.has_lost_orders = false;
    state.is_restating = is_restated && !is_last;
  } else if (is_last) {
    state.is_restating = false;
  }
  const bool is_trade = type == OrderActionType::trade || (type == OrderActionType::execute && changes_book);
  if (is_trade && (flags & kIsNoTrade) == 0) {
    const Price price = action.price != kNoPrice ? action.price : outcome.price;
    if (price != kNoPrice) state.last_price = price;
  }
  if (!state.has_orders) return;
  state.book_is_safe = !state.has_lost_orders && !state.is_restating;
  chain(event.instrument, static_cast<std::uint64_t>(outcome.price),
        static_cast<std::uint64_t>(outcome.qty) + (std::uint64_t{outcome.count} << 48U),
        action.order_id << 2U | (state.book_is_safe ? 2U : 0U) | (changes_book ? 1U : 0U));
  if constexpr (kChecksInvariants)
    LOCKSTEP_CHECK(state.orders().broken_invariant().empty(), "a book contradicts its orders");
}

void Books::chain(InstrumentId instrument, std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  // The constants keep a factor of zero from hiding the other one.
  constexpr std::uint64_t kOne = 0x8EBC6AF09C88C6E3ULL;
  constexpr std::uint64_t kOther = 0x589965CC75374CC3ULL;
  chain_.mix(fold_multiply(a ^ kOne, b ^ kOther) + (c ^ std::uint64_t{instrument} << 32U));
}

// Steps far enough from one another that each finds what the one before it asked for.
void Books::look_ahead(std::span<const Event> upcoming) {
  constexpr std::size_t kState = kLookAhead - 1;
  constexpr std::size_t kBucket = 24;
  constexpr std::size_t kOrder = 16;
  constexpr std::size_t kNeighbours = 8;
  static_assert(kNeighbours < kOrder && kOrder < kBucket && kBucket < kState);
  static_assert(kState < std::tuple_size_v<decltype(ahead_)>);
  ++turn_;
  const auto ahead = [this](std::size_t distance) -> Ahead& {
    return ahead_[(turn_ + distance) % ahead_.size()];
  };
  const auto is_action = [&](std::size_t distance) {
    return distance < upcoming.size() && upcoming[distance].kind == Kind::order_action &&
           upcoming[distance].instrument < states_.size();
  };
  const auto state_of = [this](const Event& event) -> const MarketState& {
    return states_[event.instrument];
  };
  if (is_action(kState)) {
    const auto* state = reinterpret_cast<const char*>(&state_of(upcoming[kState]));
    for (std::size_t line = 0; line < 3; ++line) __builtin_prefetch(state + 64 * line);
  }
  if (is_action(kBucket)) {
    const Event& event = upcoming[kBucket];
    const std::uint32_t hash = OrderStore::hash_of(event.words[0]);
    ahead(kBucket) = {hash, OrderStore::kNone};
    if (state_of(event).has_orders) __builtin_prefetch(state_of(event).store.bucket_address(hash));
  }
  if (is_action(kOrder) && state_of(upcoming[kOrder]).has_orders) {
    const Event& event = upcoming[kOrder];
    const MarketState& state = state_of(event);
    if (event.detail == static_cast<std::uint8_t>(OrderActionType::add)) {
      state.book.side(side_of(event.as<OrderAction>())).prefetch();
      __builtin_prefetch(state.store.next_address());
    } else {
      Ahead& guess = ahead(kOrder);
      guess.slot = state.store.guess(guess.hash);
      __builtin_prefetch(state.store.order_address(guess.slot));
    }
  }
  if (is_action(kNeighbours) && ahead(kNeighbours).slot != OrderStore::kNone) {
    const OrderStore& store = state_of(upcoming[kNeighbours]).store;
    const RestingOrder& order = *store.order_address(ahead(kNeighbours).slot);
    __builtin_prefetch(store.level_address(order.level));
    __builtin_prefetch(store.order_address(order.before));
    __builtin_prefetch(store.order_address(order.behind));
  }
}

std::string Books::broken_invariant() const {
  for (std::size_t i = 0; i < states_.size(); ++i) {
    if (!states_[i].has_orders) continue;
    const std::string broken = states_[i].orders().broken_invariant();
    if (!broken.empty()) return "instrument " + std::to_string(i) + ": " + broken;
    if (states_[i].orders().count() != states_[i].store.size())
      return "instrument " + std::to_string(i) + ": an order that is in no queue";
  }
  return "";
}

void Books::visit(StateVisitor& visitor) {
  const std::uint64_t size = visitor.length(states_.size(), 1);
  LOCKSTEP_CHECK(!visitor.ok() || size == states_.size(), "a snapshot of a run with other instruments");
  bool any_orders = false;
  for (MarketState& state : states_) {
    if (visitor.is_digesting() && state.has_orders) {
      any_orders = true;
      continue;
    }
    state.visit(visitor);
  }
  if (visitor.is_digesting() && !any_orders) return;
  std::uint64_t value = chain_.value();
  visitor.field(value);
  if (visitor.is_loading()) chain_ = Digest::from_value(value);
}

}  // namespace lockstep
