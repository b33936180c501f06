#include "sim/recorded_market.h"

#include <algorithm>

namespace lockstep::sim {

template <class Visit>
void RecordedMarket::for_each_displayed(Listing& listing, Side side, const MarketState& market, Visit visit) {
  const Consumed& consumed = listing.consumed(side);
  if (const PriceBook* book = book_of(market)) {
    const BookSide& levels = book->side(side);
    for (std::size_t depth = 0; depth < levels.size(); ++depth) {
      const Level level = levels.at(depth);
      const Qty left = consumed.left(level.price, level.qty);
      if (left > 0 && !visit(level.price, left)) return;
    }
    return;
  }
  const Price best = market.quote.price(side);
  if (best == kNoPrice) return;
  const Qty left = consumed.left(best, side == Side::buy ? market.quote.bid_qty : market.quote.ask_qty);
  if (left > 0) visit(best, left);
}

void RecordedMarket::meet(Listing& listing, const Event& event, std::span<const Level> levels,
                          const MarketState& market, const Moment& moment) {
  if (listing.fills.partial_fill_ppb > 0) retry(listing, market, moment);
  switch (event.kind) {
    case Kind::trade:
      if (market.has_orders && listing.fills.queue.kind == QueueModelKind::exact) {
        meet_order_print(listing, event, moment);
      } else {
        meet_trade(listing, event, market, moment);
      }
      break;
    case Kind::book: meet_book(listing, event, levels, market, moment); break;
    case Kind::quote: meet_quote(listing, event.as<Quote>(), market, moment); break;
    case Kind::bar: meet_bar(listing, event, moment); break;
    case Kind::order_action: meet_order_action(listing, event, market, moment); break;
    default: break;
  }
  send_back(listing, market);
  taken_ = {};
}

// Takes what it can, then rests, waits or ends.
void RecordedMarket::enter(Listing& listing, VenueOrder order, const MarketState& market,
                           const Moment& moment) {
  order.shown = order.display_qty > 0 ? std::min(order.display_qty, order.leaves) : 0;
  const Basis basis = basis_of(market);
  if (basis == Basis::prints || basis == Basis::none) {
    order.takes = is_marketable(order, market) || is_immediate(order.time_in_force);
    listing.orders.push_back(order);
    return;
  }
  if (order.time_in_force == TimeInForce::fok) {
    Qty available = 0;
    for_each_displayed(listing, opposite(order.side), market, [&](Price price, Qty left) {
      if (!allows(order, shifted(listing, order.side, price, moment.exch_ts_ns))) return false;
      available += listing.fills.checks_size ? left : order.leaves;
      return available < order.leaves;
    });
    if (std::min(available, fillable(listing, order)) < order.leaves) {
      return executions_.report(order, Kind::cancelled, Reason::fill_or_kill, moment);
    }
  }
  const bool was_cut = take(listing, order, market, moment);
  if (order.leaves == 0) return;
  if (is_immediate(order.time_in_force)) {
    return executions_.report(order, Kind::cancelled,
                              order.price == kNoPrice ? Reason::no_liquidity : Reason::immediate_or_cancel,
                              moment);
  }
  if (order.price == kNoPrice) {
    if (!was_cut) return executions_.report(order, Kind::cancelled, Reason::no_liquidity, moment);
    order.retries = true;
    listing.orders.push_back(order);
    return;
  }
  rest(listing, order, market);
}

bool RecordedMarket::take(Listing& listing, VenueOrder& order, const MarketState& market,
                          const Moment& moment) {
  const Side against = opposite(order.side);
  const bool stays = order.type == OrderType::market_to_limit;  // at the best price, and rests there
  Qty all = 0;
  bool was_cut = false;
  for_each_displayed(listing, against, market, [&](Price price, Qty left) {
    const Price at = shifted(listing, order.side, price, moment.exch_ts_ns);
    if (stays && order.price == kNoPrice) order.price = at;
    if (!allows(order, at)) return false;
    const Qty offered = listing.fills.checks_size ? left : order.leaves;
    const Qty possible = std::min(offered, fillable(listing, order));
    const Qty taken = give(listing, order, at, offered, false, moment);
    if (taken > 0 && listing.fills.checks_size) listing.consumed(against).take(price, taken);
    all += taken;
    was_cut = taken < possible;
    return order.leaves > 0 && taken == left && !was_cut;
  });
  if (all > 0) listing.impact.take(listing.fills.impact, order.side, all, moment.exch_ts_ns);
  return was_cut;
}

void RecordedMarket::rest(Listing& listing, VenueOrder order, const MarketState& market) {
  order.ahead = queue_ahead(order, market);
  order.traded = 0;
  order.carry = 0;
  order.claim = 0;
  if (listing.orders.empty()) listing.latecomers.clear();
  order.number = listing.latecomers.next_number();
  order.seen_ts_ns = kNoTime;
  order.shown = order.display_qty > 0 ? std::min(order.display_qty, order.leaves) : 0;
  listing.orders.push_back(order);
}

void RecordedMarket::retry(Listing& listing, const MarketState& market, const Moment& moment) {
  for (VenueOrder& order : listing.orders) {
    if (!order.retries || order.leaves == 0) continue;
    const bool was_cut = take(listing, order, market, moment);
    if (order.leaves > 0 && !was_cut) executions_.end(order, Kind::cancelled, Reason::no_liquidity, moment);
  }
}

Qty RecordedMarket::give(Listing& listing, VenueOrder& order, Price price, Qty available, bool is_maker,
                         const Moment& moment) {
  const FillRules& rules = listing.fills;
  if (rules.partial_fill_ppb > 0 && order.time_in_force != TimeInForce::fok) {
    const Qty lot = std::max<Qty>(1, listing.instrument.lot);
    const Qty lots = std::min(available, fillable(listing, order)) / lot;
    if (lots > 0 && random_.bernoulli(static_cast<std::uint64_t>(rules.partial_fill_ppb), kNanosPerUnit) &&
        lots > 1)
      available = random_.uniform_int(1, lots - 1) * lot;
  }
  const Qty filled = executions_.fill(listing, order, price, available, is_maker, moment);
  order.shown = std::min(order.shown, order.leaves);
  return filled;
}

Qty RecordedMarket::give_shown(Listing& listing, VenueOrder& order, Qty available, const Moment& moment) {
  if (order.display_qty == 0) return give(listing, order, order.price, available, true, moment);
  if (order.goes_back) return 0;
  const Qty shown = order.shown;
  const Qty filled = give(listing, order, order.price, std::min(available, shown), true, moment);
  order.shown = shown - filled;
  order.goes_back = order.shown == 0 && order.leaves > 0;
  return filled;
}

void RecordedMarket::send_back(Listing& listing, const MarketState& market) {
  std::size_t not_seen = listing.orders.size();
  for (std::size_t i = 0; i < not_seen;) {
    VenueOrder& order = listing.orders[i];
    if (!order.goes_back) {
      ++i;
      continue;
    }
    order.goes_back = false;
    order.shown = std::min(order.display_qty, order.leaves);
    // The market is as it was before the event: its trades have not left the level yet.
    const Qty shows = queue_ahead(order, market);
    order.ahead = shows == kUnknownQueue ? shows : std::max<Qty>(0, shows - order.traded);
    order.carry = 0;
    order.claim = 0;
    order.number = listing.latecomers.next_number();
    order.seen_ts_ns = kNoTime;
    const auto at = listing.orders.begin() + static_cast<std::ptrdiff_t>(i);
    std::rotate(at, at + 1, listing.orders.end());
    --not_seen;
  }
}

const PriceBook* RecordedMarket::book_of(const MarketState& market) {
  return market.has_book && market.book_is_safe ? &market.book : nullptr;
}

RecordedMarket::Basis RecordedMarket::basis_of(const MarketState& market) {
  if (book_of(market) != nullptr) return Basis::book;
  if (market.quote.bid_price != kNoPrice || market.quote.ask_price != kNoPrice) return Basis::quotes;
  return market.last_price != kNoPrice ? Basis::prints : Basis::none;
}

bool RecordedMarket::is_marketable(const VenueOrder& order, const MarketState& market) {
  if (order.price == kNoPrice) return true;
  switch (basis_of(market)) {
    case Basis::book: {
      const BookSide& side = book_of(market)->side(opposite(order.side));
      return !side.empty() && allows(order, side.best().price);
    }
    case Basis::quotes: {
      const Price best = market.quote.price(opposite(order.side));
      return best != kNoPrice && allows(order, best);
    }
    case Basis::prints: return allows(order, market.last_price);
    case Basis::none: return false;
  }
  return false;
}

Price RecordedMarket::shifted(const Listing& listing, Side side, Price price, TimeNs exch_ts_ns) {
  return listing.impact.shifted(listing.fills.impact, side, price,
                                std::max<Price>(1, listing.instrument.tick), exch_ts_ns);
}

Qty RecordedMarket::met_before(const VenueOrder& order, Listing& listing, const MarketState& market) {
  Qty before = std::max<Qty>(order.ahead, 0);
  for_each_displayed(listing, order.side, market, [&](Price price, Qty left) {
    if (!is_better(order.side, price, order.price)) return false;
    before += left;
    return true;
  });
  return before;
}

Qty RecordedMarket::queue_ahead(const VenueOrder& order, const MarketState& market) const {
  // All orders are known, also while a snapshot is being told.
  if (market.has_orders && !market.has_lost_orders) return shown_now(market, order.side, order.price);
  if (const PriceBook* book = book_of(market)) {
    const BookSide& side = book->side(order.side);
    if (const Qty shown = side.qty_at(order.price); shown > 0) return shown;
    const bool is_beyond =
        !side.empty() && is_better(order.side, side.at(side.size() - 1).price, order.price);
    return is_beyond ? kUnknownQueue : 0;
  }
  const Price best = market.quote.price(order.side);
  if (best == kNoPrice || is_better(order.side, order.price, best)) return 0;
  if (best != order.price) return kUnknownQueue;
  return order.side == Side::buy ? market.quote.bid_qty : market.quote.ask_qty;
}

void RecordedMarket::meet_trade(Listing& listing, const Event& event, const MarketState& market,
                                const Moment& moment) {
  const auto trade = event.as<Trade>();
  const auto aggressor = static_cast<Side>(event.detail);
  Qty left = trade.qty;
  for (VenueOrder& order : listing.orders) {
    if (!order.takes) continue;
    if (allows(order, trade.price)) {
      const bool is_short =
          order.time_in_force == TimeInForce::fok && left < order.leaves && listing.fills.checks_size;
      const Qty offered = listing.fills.checks_size ? left : order.leaves;
      if (!is_short) left -= give(listing, order, trade.price, offered, false, moment);
    }
    end_if_immediate(order, moment);
  }

  // Those that the print went through, best price first; then those at its price, in order of arrival.
  meet_through(listing, aggressor, trade.price, left, moment);
  if (left <= 0 && listing.fills.checks_size) return;
  if (aggressor == Side::none) return;  // at our price it may as well have been on our own side
  const Basis basis = basis_of(market);
  if (basis == Basis::prints || basis == Basis::none) return;
  for (VenueOrder& order : listing.orders) {
    if (order.takes || order.leaves == 0 || order.price != trade.price || order.side == aggressor) continue;
    if (moment.exch_ts_ns >= order.arrival_ns) meet_at_price(listing, order, trade, left, market, moment);
  }
}

void RecordedMarket::meet_through(Listing& listing, Side aggressor, Price price, Qty& left,
                                  const Moment& moment) {
  rank(listing, [&](const VenueOrder& order) {
    return order.side != aggressor && is_better(order.side, order.price, price) &&
           moment.exch_ts_ns >= order.arrival_ns;
  });
  for (const std::uint32_t i : by_priority_) {
    VenueOrder& order = listing.orders[i];
    if (left <= 0 && listing.fills.checks_size) return;
    const Qty offered = listing.fills.checks_size ? left : order.leaves;
    left -= give(listing, order, order.price, offered, true, moment);
  }
}

void RecordedMarket::meet_at_price(Listing& listing, VenueOrder& order, const Trade& trade, Qty& left,
                                   const MarketState& market, const Moment& moment) {
  // A trade that the level has shown already: what was taken to be cancelled then is taken back.
  const bool is_late = order.seen_ts_ns != kNoTime && moment.exch_ts_ns <= order.seen_ts_ns &&
                       order.seen_before > order.seen_after && order.seen_ahead != kUnknownQueue;
  if (is_late) {
    order.ahead = order.seen_ahead;
    order.traded = order.seen_traded;
    order.carry = order.seen_carry;
  }
  if (order.ahead == kUnknownQueue) order.ahead = queue_ahead(order, market);
  order.traded += trade.qty;  // the level shrinks by all of it, whoever of us was given a part
  if (order.ahead != kUnknownQueue) {
    const Qty reaches_us = left - order.ahead;
    order.ahead = std::max<Qty>(0, -reaches_us);
    if (reaches_us > 0) left -= give_shown(listing, order, reaches_us, moment);
  }
  if (!is_late) return;
  order.seen_ahead = order.ahead;
  order.seen_traded = order.traded;
  const Qty unexplained = order.traded - (order.seen_before - order.seen_after);
  restate_queue(listing.fills.queue, order, order.seen_before, order.seen_after);
  order.traded = std::max<Qty>(0, unexplained);
}

void RecordedMarket::meet_book(Listing& listing, const Event& event, std::span<const Level> levels,
                               const MarketState& market, const Moment& moment) {
  const auto update = event.as<BookUpdate>();
  const auto action = static_cast<BookAction>(event.detail);
  if (action == BookAction::clear || market.has_orders) return;
  const PriceRange our_bids = price_range(listing, Side::buy);
  const PriceRange our_offers = price_range(listing, Side::sell);
  for (const Side side : {Side::buy, Side::sell}) {
    const std::span<const Level> changed =
        side == Side::buy ? bids_of(update, levels) : asks_of(update, levels);
    const BookSide& before = market.book.side(side);
    if (action == BookAction::diff) {
      const PriceRange& ours = side == Side::buy ? our_bids : our_offers;
      Consumed& consumed = listing.consumed(side);
      const bool took = !consumed.empty();
      for (const Level& level : changed) {
        if (level.price >= ours.lowest && level.price <= ours.highest) {
          restate_level(listing, side, level.price, before.qty_at(level.price), level.qty, moment);
        }
        if (took) consumed.update(level.price, level.qty);
      }
    } else {
      // A snapshot restates every price that it reaches; beyond its last level it says nothing.
      const auto shown_at = [&](Price price) {
        for (const Level& level : changed) {
          if (level.price == price) return level.qty;
        }
        return Qty{0};
      };
      const auto reaches = [&](Price price) {
        if (update.depth == 0) return true;
        return std::any_of(changed.begin(), changed.end(),
                           [&](const Level& level) { return !is_better(side, level.price, price); });
      };
      for (VenueOrder& order : listing.orders) {
        if (order.side != side || order.price == kNoPrice || order.takes || !reaches(order.price)) continue;
        restate(listing, order, before.qty_at(order.price), shown_at(order.price), moment);
      }
      listing.consumed(side).update_all(shown_at);
    }
  }
  for (const Level& level : asks_of(update, levels)) {
    if (level.price <= our_bids.highest) cross_level(listing, Side::sell, level, moment);
  }
  for (const Level& level : bids_of(update, levels)) {
    if (level.price >= our_offers.lowest) cross_level(listing, Side::buy, level, moment);
  }
}

void RecordedMarket::meet_quote(Listing& listing, const Quote& quote, const MarketState& market,
                                const Moment& moment) {
  if (basis_of(market) == Basis::book) return;
  for (const Side side : {Side::buy, Side::sell}) {
    const Price before = market.quote.price(side);
    const Qty qty_before = side == Side::buy ? market.quote.bid_qty : market.quote.ask_qty;
    const Price now = side == Side::buy ? quote.bid_price : quote.ask_price;
    const Qty qty_now = side == Side::buy ? quote.bid_qty : quote.ask_qty;
    const auto is_empty = [&](Price price) { return now == kNoPrice || is_better(side, price, now); };
    for (VenueOrder& order : listing.orders) {
      if (order.side != side || order.price == kNoPrice || order.takes || !is_empty(order.price)) continue;
      order.ahead = 0;
      order.traded = 0;
    }
    listing.consumed(side).update_all([&](Price price) {
      return is_empty(price) ? 0 : price == now ? qty_now : INT64_MAX;
    });
    if (now == kNoPrice) continue;
    restate_level(listing, side, now, before == now ? qty_before : qty_now, qty_now, moment);
    cross_level(listing, side, {now, qty_now}, moment);
  }
}

void RecordedMarket::meet_bar(Listing& listing, const Event& event, const Moment& moment) {
  const BarSpec spec = unpack_bar_spec(event.detail);
  if (spec.side != BarSide::trade) return;
  const auto bar = event.as<Bar>();
  const TimeNs start_ns = moment.exch_ts_ns - bar_length(spec);
  Qty left = bar.volume;
  for (VenueOrder& order : listing.orders) {
    const bool is_short = order.time_in_force == TimeInForce::fok && left < order.leaves;
    if (order.arrival_ns > start_ns) {
      if (allows(order, bar.close) && !is_short) left -= give(listing, order, bar.close, left, false, moment);
      end_if_immediate(order, moment);
      continue;
    }
    if (allows(order, bar.open) && !is_short) {
      left -= give(listing, order, bar.open, left, false, moment);
    } else if (!is_short && (order.side == Side::buy ? bar.low < order.price : bar.high > order.price)) {
      left -= give(listing, order, order.price, left, true, moment);
    }
    end_if_immediate(order, moment);
  }
}

RecordedMarket::PriceRange RecordedMarket::price_range(const Listing& listing, Side side) {
  PriceRange range;
  for (const VenueOrder& order : listing.orders) {
    if (order.side != side || order.price == kNoPrice) continue;
    range.lowest = std::min(range.lowest, order.price);
    range.highest = std::max(range.highest, order.price);
  }
  return range;
}

void RecordedMarket::restate_level(Listing& listing, Side side, Price price, Qty before, Qty after,
                                   const Moment& moment) {
  for (VenueOrder& order : listing.orders) {
    if (order.side == side && order.price == price && !order.takes)
      restate(listing, order, before, after, moment);
  }
}

void RecordedMarket::restate(const Listing& listing, VenueOrder& order, Qty before, Qty after,
                             const Moment& moment) {
  order.seen_ahead = order.ahead;
  order.seen_traded = order.traded;
  order.seen_carry = order.carry;
  order.seen_before = before;
  order.seen_after = after;
  order.seen_ts_ns = moment.exch_ts_ns;
  restate_queue(listing.fills.queue, order, before, after);
}

// A level of `side` shows at or through the price of orders of ours on the other side: it would have met
// them.
void RecordedMarket::cross_level(Listing& listing, Side side, const Level& level, const Moment& moment) {
  Qty left = listing.consumed(side).left(level.price, level.qty);
  if (left <= 0) return;
  rank(listing, [&](const VenueOrder& order) {
    return order.side != side && moment.exch_ts_ns >= order.arrival_ns &&
           allows(order, shifted(listing, order.side, level.price, moment.exch_ts_ns));
  });
  for (const std::uint32_t i : by_priority_) {
    if (left <= 0 && listing.fills.checks_size) return;
    VenueOrder& order = listing.orders[i];
    const Qty offered = listing.fills.checks_size ? left : order.leaves;
    const Qty filled = give(listing, order, order.price, offered, true, moment);
    if (!listing.fills.checks_size) continue;
    if (filled > 0) listing.consumed(side).take(level.price, filled);
    left -= filled;
  }
}

void RecordedMarket::visit(StateVisitor& visitor) {
  std::uint64_t draws = random_.counter();
  visitor.field(draws);
  if (!visitor.is_loading()) return;
  if (draws <= RandomStream::kMaxCounter) {
    random_.seek(draws);
  } else {
    visitor.fail();
  }
}

// An immediate order has had its one chance of a print or bar.
void RecordedMarket::end_if_immediate(VenueOrder& order, const Moment& moment) {
  if (order.leaves == 0 || !is_immediate(order.time_in_force)) return;
  executions_.report(
      order, Kind::cancelled,
      order.time_in_force == TimeInForce::fok ? Reason::fill_or_kill : Reason::immediate_or_cancel, moment);
  order.leaves = 0;
}

}  // namespace lockstep::sim
