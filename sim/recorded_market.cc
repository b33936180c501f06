#include "sim/recorded_market.h"

#include <algorithm>

namespace lockstep::sim {

template <class Visit>
void RecordedMarket::for_each_displayed(Listing& listing, Side side, const MarketState& market, Visit visit) {
  const Consumed& consumed = listing.consumed(side);
  if (basis_of(market) == Basis::book) {
    const BookSide& levels = market.book.side(side);
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
  switch (event.kind) {
    case Kind::trade: meet_trade(listing, event, market, moment); break;
    case Kind::book: meet_book(listing, event, levels, market, moment); break;
    case Kind::quote: meet_quote(listing, event.as<Quote>(), market, moment); break;
    case Kind::bar: meet_bar(listing, event, moment); break;
    default: break;
  }
}

// Takes what it can, then rests, waits or ends.
void RecordedMarket::enter(Listing& listing, VenueOrder order, const MarketState& market,
                           const Moment& moment) {
  if (const Basis basis = basis_of(market); basis == Basis::prints || basis == Basis::none) {
    order.takes = is_marketable(order, market) || is_immediate(order.time_in_force);
    listing.orders.push_back(order);
    return;
  }
  const Side against = opposite(order.side);
  if (order.time_in_force == TimeInForce::fok) {
    Qty available = 0;
    for_each_displayed(listing, against, market, [&](Price price, Qty left) {
      if (!allows(order, price)) return false;
      available += left;
      return available < order.leaves;
    });
    if (std::min(available, fillable(listing, order)) < order.leaves) {
      return executions_.report(order, Kind::cancelled, Reason::fill_or_kill, moment);
    }
  }
  const bool stays = order.type == OrderType::market_to_limit;  // at the best price, and rests there
  for_each_displayed(listing, against, market, [&](Price price, Qty left) {
    if (stays && order.price == kNoPrice) order.price = price;
    if (!allows(order, price)) return false;
    const Qty taken = executions_.fill(listing, order, price, left, false, moment);
    if (taken > 0) listing.consumed(against).take(price, taken);
    return order.leaves > 0 && (taken == left);
  });
  if (order.leaves == 0) return;
  if (order.price == kNoPrice)
    return executions_.report(order, Kind::cancelled, Reason::no_liquidity, moment);
  if (is_immediate(order.time_in_force))
    return executions_.report(order, Kind::cancelled, Reason::immediate_or_cancel, moment);
  order.ahead = queue_ahead(order, market);
  listing.orders.push_back(order);
}

RecordedMarket::Basis RecordedMarket::basis_of(const MarketState& market) {
  if (market.has_book && market.book_is_safe) return Basis::book;
  if (market.quote.bid_price != kNoPrice || market.quote.ask_price != kNoPrice) return Basis::quotes;
  return market.last_price != kNoPrice ? Basis::prints : Basis::none;
}

bool RecordedMarket::is_marketable(const VenueOrder& order, const MarketState& market) {
  if (order.price == kNoPrice) return true;
  switch (basis_of(market)) {
    case Basis::book:
    case Basis::quotes: {
      const Price best = market.top().price(opposite(order.side));
      return best != kNoPrice && allows(order, best);
    }
    case Basis::prints: return allows(order, market.last_price);
    case Basis::none: return false;
  }
  return false;
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

Qty RecordedMarket::queue_ahead(const VenueOrder& order, const MarketState& market) {
  if (basis_of(market) == Basis::book) {
    const BookSide& side = market.book.side(order.side);
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

template <class Meets>
void RecordedMarket::rank(const Listing& listing, Meets meets) {
  by_priority_.clear();
  for (std::uint32_t i = 0; i < listing.orders.size(); ++i) {
    const VenueOrder& order = listing.orders[i];
    if (!order.takes && order.leaves > 0 && order.price != kNoPrice && meets(order))
      by_priority_.push_back(i);
  }
  // Equal prices by arrival: a total order, where a stable sort would allocate.
  std::sort(by_priority_.begin(), by_priority_.end(), [&](std::uint32_t a, std::uint32_t b) {
    const VenueOrder& first = listing.orders[a];
    const VenueOrder& second = listing.orders[b];
    if (first.side != second.side) return first.side == Side::buy;  // a print of unknown side may meet both
    return first.price == second.price ? a < b : is_better(first.side, first.price, second.price);
  });
}

void RecordedMarket::meet_trade(Listing& listing, const Event& event, const MarketState& market,
                                const Moment& moment) {
  const auto trade = event.as<Trade>();
  const auto aggressor = static_cast<Side>(event.detail);
  Qty left = trade.qty;
  for (VenueOrder& order : listing.orders) {
    if (!order.takes) continue;
    if (allows(order, trade.price)) {
      const bool is_short = order.time_in_force == TimeInForce::fok && left < order.leaves;
      if (!is_short) left -= executions_.fill(listing, order, trade.price, left, false, moment);
    }
    end_if_immediate(order, moment);
  }

  // Those that the print went through, best price first; then those at its price, in order of arrival.
  rank(listing, [&](const VenueOrder& order) {
    return order.side != aggressor && is_better(order.side, order.price, trade.price);
  });
  for (const std::uint32_t i : by_priority_) {
    if (left <= 0) return;
    left -= executions_.fill(listing, listing.orders[i], listing.orders[i].price, left, true, moment);
  }
  if (aggressor == Side::none) return;  // at our price it may as well have been on our own side
  for (VenueOrder& order : listing.orders) {
    if (order.takes || order.leaves == 0 || order.price != trade.price || order.side == aggressor) continue;
    if (basis_of(market) == Basis::prints || basis_of(market) == Basis::none) continue;
    if (order.ahead == kUnknownQueue) order.ahead = queue_ahead(order, market);
    order.traded += trade.qty;  // the level shrinks by all of it, whoever of us was given a part
    if (order.ahead == kUnknownQueue) continue;
    const Qty reaches_us = left - order.ahead;
    order.ahead = std::max<Qty>(0, -reaches_us);
    if (reaches_us > 0) left -= executions_.fill(listing, order, order.price, reaches_us, true, moment);
  }
}

void RecordedMarket::meet_book(Listing& listing, const Event& event, std::span<const Level> levels,
                               const MarketState& market, const Moment& moment) {
  const auto update = event.as<BookUpdate>();
  const auto action = static_cast<BookAction>(event.detail);
  if (action == BookAction::clear) return;
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
          restate_level(listing, side, level.price, before.qty_at(level.price), level.qty);
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
        restate(order, before.qty_at(order.price), shown_at(order.price));
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
    restate_level(listing, side, now, before == now ? qty_before : qty_now, qty_now);
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
      if (allows(order, bar.close) && !is_short)
        left -= executions_.fill(listing, order, bar.close, left, false, moment);
      end_if_immediate(order, moment);
      continue;
    }
    if (allows(order, bar.open) && !is_short) {
      left -= executions_.fill(listing, order, bar.open, left, false, moment);
    } else if (!is_short && (order.side == Side::buy ? bar.low < order.price : bar.high > order.price)) {
      left -= executions_.fill(listing, order, order.price, left, true, moment);
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

void RecordedMarket::restate_level(Listing& listing, Side side, Price price, Qty before, Qty after) {
  for (VenueOrder& order : listing.orders) {
    if (order.side == side && order.price == price && !order.takes) restate(order, before, after);
  }
}

// The level at our price went from `before` to `after`: what trades do not explain was cancelled, evenly over
// what they left.
void RecordedMarket::restate(VenueOrder& order, Qty before, Qty after) {
  if (order.ahead == kUnknownQueue) {
    if (after > 0) order.ahead = after;
  } else {
    const Qty after_trades = before - order.traded;
    const Qty cancelled = after_trades - after;
    if (cancelled > 0) order.ahead -= static_cast<Qty>(Int128{order.ahead} * cancelled / after_trades);
    order.ahead = std::min(order.ahead, after);
  }
  order.traded = 0;
}

// A level of `side` shows at or through the price of orders of ours on the other side: it would have met
// them.
void RecordedMarket::cross_level(Listing& listing, Side side, const Level& level, const Moment& moment) {
  Qty left = listing.consumed(side).left(level.price, level.qty);
  if (left <= 0) return;
  rank(listing, [&](const VenueOrder& order) { return order.side != side && allows(order, level.price); });
  for (const std::uint32_t i : by_priority_) {
    if (left <= 0) return;
    VenueOrder& order = listing.orders[i];
    const Qty filled = executions_.fill(listing, order, order.price, left, true, moment);
    if (filled > 0) listing.consumed(side).take(level.price, filled);
    left -= filled;
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
