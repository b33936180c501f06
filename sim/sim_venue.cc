#include "sim/sim_venue.h"

#include <algorithm>
#include <string>

namespace lockstep::sim {
namespace {

// More than a strategy has at work at once, so that the steady state allocates nothing.
constexpr std::size_t kReserve = 64;

constexpr std::uint32_t kOrderLatencyStream = 16;
constexpr std::uint32_t kAnswerLatencyStream = 17;

TimeNs exchange_time(const Event& event) {
  return event.exch_ts_ns == kNoTime ? event.recv_ts_ns : event.exch_ts_ns;
}

// Whether `a` is a better price to rest at than `b`: a higher bid, a lower offer.
bool is_better(Side side, Price a, Price b) {
  return side == Side::buy ? a > b : a < b;
}

bool is_closed(TradingStatus status) {
  return status == TradingStatus::halted || status == TradingStatus::closed ||
         status == TradingStatus::not_available;
}

}  // namespace

Money fee_of(const Instrument& instrument, Price price, Qty qty, std::int64_t rate_ppb) {
  const Money value = notional(instrument, price, qty);
  if (value.overflowed()) return value;
  const Int128 magnitude = value.nanos() < 0 ? -Int128{value.nanos()} : Int128{value.nanos()};
  return Money::from_wide(divide_rounded(magnitude * rate_ppb, kNanosPerUnit));
}

SimVenue::SimVenue(std::span<const Instrument> instruments, const SimConfig& config)
    : order_latency_(config.order_latency, RandomStream(config.seed, kOrderLatencyStream, 0)),
      answer_latency_(config.answer_latency, RandomStream(config.seed, kAnswerLatencyStream, 0)) {
  LOCKSTEP_CHECK(config.fees.size() == instruments.size(), "fees are given per instrument");
  arrivals_.reserve(kReserve);
  by_priority_.reserve(kReserve);
  std::vector<std::string> venues;
  for (std::size_t i = 0; i < instruments.size(); ++i) {
    const auto found = std::find(venues.begin(), venues.end(), instruments[i].venue);
    Listing listing;
    listing.instrument = instruments[i];
    listing.venue = static_cast<std::uint32_t>(found - venues.begin());
    listing.fees = config.fees[i];
    listing.orders.reserve(kReserve);
    if (found == venues.end()) venues.push_back(instruments[i].venue);
    listings_.push_back(std::move(listing));
  }
}

void SimVenue::instruct(const Event& instruction, ExecutionSink&) {
  LOCKSTEP_CHECK(instruction.kind == Kind::submit || instruction.kind == Kind::cancel ||
                     instruction.kind == Kind::replace,
                 "a venue takes submit, cancel and replace");
  arrivals_.push_back({instruction, order_latency_.arrival(instruction.recv_ts_ns)});
}

void SimVenue::on_market(const Event& event, std::span<const Level> levels, const Books& books,
                         ExecutionSink& sink) {
  if (event.instrument == kNoInstrument) return;
  Listing& listing = listings_[event.instrument];
  if (arrivals_.empty() && listing.orders.empty() && listing.consumed_bids.empty() &&
      listing.consumed_asks.empty())
    return;
  const TimeNs exch_ts_ns = exchange_time(event);

  std::size_t kept = 0;
  for (std::size_t i = 0; i < arrivals_.size(); ++i) {
    const Arrival arrival = arrivals_[i];
    const bool is_due =
        arrival.arrival_ns < exch_ts_ns && listings_[arrival.instruction.instrument].venue == listing.venue;
    if (is_due) {
      arrive(arrival, books, {event.recv_ts_ns, arrival.arrival_ns, sink});
    } else {
      arrivals_[kept++] = arrival;
    }
  }
  arrivals_.resize(kept);

  const MarketState& market = books[event.instrument];
  const Moment moment{event.recv_ts_ns, exch_ts_ns, sink};
  switch (event.kind) {
    case Kind::trade: meet_trade(listing, event, market, moment); break;
    case Kind::book: meet_book(listing, event, levels, market, moment); break;
    case Kind::quote: meet_quote(listing, event.as<Quote>(), market, moment); break;
    case Kind::bar: meet_bar(listing, event, moment); break;
    default: return;
  }
  remove_done(listing, moment);
}

void SimVenue::finish(TimeNs now, const Books&, ExecutionSink& sink) {
  const Moment moment{now, now, sink};
  for (const Arrival& arrival : arrivals_) {
    if (arrival.instruction.kind != Kind::submit) continue;
    const auto instruction = arrival.instruction.as<OrderInstruction>();
    Resting order;
    order.id = instruction.order_id;
    order.price = instruction.price;
    order.leaves = instruction.qty;
    order.instrument = arrival.instruction.instrument;
    order.side = static_cast<Side>(arrival.instruction.detail);
    report(order, Kind::expired, Reason::end_of_session, moment);
  }
  arrivals_.clear();
  for (Listing& listing : listings_) {
    for (const Resting& order : listing.orders) report(order, Kind::expired, Reason::end_of_session, moment);
    listing.orders.clear();
  }
}

void SimVenue::arrive(const Arrival& arrival, const Books& books, const Moment& moment) {
  const Event& instruction = arrival.instruction;
  Listing& listing = listings_[instruction.instrument];
  const MarketState& market = books[instruction.instrument];
  switch (instruction.kind) {
    case Kind::submit: arrive_new(instruction, listing, market, moment); break;
    case Kind::cancel: arrive_cancel(instruction.as<OrderInstruction>(), listing, moment); break;
    default: arrive_replace(instruction.as<OrderInstruction>(), listing, market, moment); break;
  }
  remove_done(listing, moment);
}

void SimVenue::arrive_new(const Event& instruction, Listing& listing, const MarketState& market,
                          const Moment& moment) {
  const auto terms = instruction.as<OrderInstruction>();
  Resting order;
  order.id = terms.order_id;
  order.price = terms.price;
  order.leaves = terms.qty;
  order.arrival_ns = moment.exch_ts_ns;
  order.instrument = instruction.instrument;
  order.side = static_cast<Side>(instruction.detail);
  order.flags = instruction.flags;
  order.time_in_force = static_cast<TimeInForce>(terms.time_in_force);

  const Side reducing = listing.position > 0 ? Side::sell : listing.position < 0 ? Side::buy : Side::none;
  Reason refusal = Reason::none;
  if (is_closed(market.status)) {
    refusal = Reason::market_closed;
  } else if (market.has_book && basis_of(market) != Basis::book && basis_of(market) != Basis::quotes) {
    refusal = Reason::book_unsafe;
  } else if ((order.flags & kFlagReduceOnly) != 0 && order.side != reducing) {
    refusal = Reason::reduce_only_would_increase;
  } else if ((order.flags & kFlagPostOnly) != 0 &&
             (order.price == kNoPrice || is_marketable(order, market))) {
    refusal = Reason::post_only_would_cross;
  }
  if (refusal != Reason::none) return report(order, Kind::rejected, refusal, moment);
  report(order, Kind::accepted, Reason::none, moment);
  enter(listing, order, market, moment);
}

void SimVenue::arrive_cancel(const OrderInstruction& cancel, Listing& listing, const Moment& moment) {
  const auto found = std::find_if(listing.orders.begin(), listing.orders.end(),
                                  [&](const Resting& order) { return order.id == cancel.order_id; });
  if (found == listing.orders.end()) {
    Resting gone;
    gone.id = cancel.order_id;
    gone.price = cancel.price;
    gone.instrument = static_cast<InstrumentId>(&listing - listings_.data());
    return report(gone, Kind::cancel_rejected, Reason::already_done, moment);
  }
  report(*found, Kind::cancelled, Reason::requested, moment);
  listing.orders.erase(found);
}

void SimVenue::arrive_replace(const OrderInstruction& replace, Listing& listing, const MarketState& market,
                              const Moment& moment) {
  const auto found = std::find_if(listing.orders.begin(), listing.orders.end(),
                                  [&](const Resting& order) { return order.id == replace.order_id; });
  if (found == listing.orders.end()) {
    Resting gone;
    gone.id = replace.order_id;
    gone.price = replace.price;
    gone.instrument = static_cast<InstrumentId>(&listing - listings_.data());
    return report(gone, Kind::cancel_rejected, Reason::already_done, moment);
  }
  Resting order = *found;
  const Qty new_leaves = replace.qty - order.filled;
  const bool keeps_place = replace.price == order.price && new_leaves <= order.leaves;
  order.price = replace.price;
  order.leaves = std::max<Qty>(new_leaves, 0);
  if (new_leaves <= 0) {
    report(order, Kind::cancelled, Reason::requested, moment);
    listing.orders.erase(found);
    return;
  }
  if (!keeps_place && (order.flags & kFlagPostOnly) != 0 && is_marketable(order, market)) {
    return report(*found, Kind::cancel_rejected, Reason::post_only_would_cross, moment);
  }
  report(order, Kind::replaced, Reason::none, moment);
  if (keeps_place) {
    *found = order;
    return;
  }
  listing.orders.erase(found);
  order.ahead = kUnknown;
  order.traded = 0;
  order.arrival_ns = moment.exch_ts_ns;
  enter(listing, order, market, moment);
}

// Takes what it can, then rests, waits or ends.
void SimVenue::enter(Listing& listing, Resting order, const MarketState& market, const Moment& moment) {
  if (const Basis basis = basis_of(market); basis == Basis::prints || basis == Basis::none) {
    order.takes = is_marketable(order, market) || order.time_in_force != TimeInForce::gtc;
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
      return report(order, Kind::cancelled, Reason::fill_or_kill, moment);
    }
  }
  for_each_displayed(listing, against, market, [&](Price price, Qty left) {
    if (!allows(order, price)) return false;
    const Qty taken = fill(listing, order, price, left, false, moment);
    if (taken > 0) listing.consumed(against).take(price, taken);
    return order.leaves > 0 && (taken == left);
  });
  if (order.leaves == 0) return;
  if (order.price == kNoPrice) return report(order, Kind::cancelled, Reason::no_liquidity, moment);
  if (order.time_in_force != TimeInForce::gtc)
    return report(order, Kind::cancelled, Reason::immediate_or_cancel, moment);
  order.ahead = queue_ahead(order, market);
  listing.orders.push_back(order);
}

SimVenue::Basis SimVenue::basis_of(const MarketState& market) {
  if (market.has_book && market.book_is_safe) return Basis::book;
  if (market.quote.bid_price != kNoPrice || market.quote.ask_price != kNoPrice) return Basis::quotes;
  return market.last_price != kNoPrice ? Basis::prints : Basis::none;
}

bool SimVenue::allows(const Resting& order, Price price) {
  return order.price == kNoPrice || (order.side == Side::buy ? price <= order.price : price >= order.price);
}

bool SimVenue::is_marketable(const Resting& order, const MarketState& market) {
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

Qty SimVenue::queue_ahead(const Resting& order, const MarketState& market) {
  if (basis_of(market) == Basis::book) {
    const BookSide& side = market.book.side(order.side);
    if (const Qty shown = side.qty_at(order.price); shown > 0) return shown;
    const bool is_beyond =
        !side.empty() && is_better(order.side, side.at(side.size() - 1).price, order.price);
    return is_beyond ? kUnknown : 0;
  }
  const Price best = market.quote.price(order.side);
  if (best == kNoPrice || is_better(order.side, order.price, best)) return 0;
  if (best != order.price) return kUnknown;
  return order.side == Side::buy ? market.quote.bid_qty : market.quote.ask_qty;
}

template <class Visit>
void SimVenue::for_each_displayed(Listing& listing, Side side, const MarketState& market, Visit visit) {
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

template <class Meets>
void SimVenue::rank(const Listing& listing, Meets meets) {
  by_priority_.clear();
  for (std::uint32_t i = 0; i < listing.orders.size(); ++i) {
    const Resting& order = listing.orders[i];
    if (!order.takes && order.leaves > 0 && order.price != kNoPrice && meets(order))
      by_priority_.push_back(i);
  }
  // Equal prices by arrival: a total order, where a stable sort would allocate.
  std::sort(by_priority_.begin(), by_priority_.end(), [&](std::uint32_t a, std::uint32_t b) {
    const Resting& first = listing.orders[a];
    const Resting& second = listing.orders[b];
    if (first.side != second.side) return first.side == Side::buy;  // a print of unknown side may meet both
    return first.price == second.price ? a < b : is_better(first.side, first.price, second.price);
  });
}

void SimVenue::meet_trade(Listing& listing, const Event& event, const MarketState& market,
                          const Moment& moment) {
  const auto trade = event.as<Trade>();
  const auto aggressor = static_cast<Side>(event.detail);
  Qty left = trade.qty;
  for (Resting& order : listing.orders) {
    if (!order.takes) continue;
    if (allows(order, trade.price)) {
      const bool is_short = order.time_in_force == TimeInForce::fok && left < order.leaves;
      if (!is_short) left -= fill(listing, order, trade.price, left, false, moment);
    }
    end_if_immediate(order, moment);
  }

  // Those that the print went through, best price first; then those at its price, in order of arrival.
  rank(listing, [&](const Resting& order) {
    return order.side != aggressor && is_better(order.side, order.price, trade.price);
  });
  for (const std::uint32_t i : by_priority_) {
    if (left <= 0) return;
    left -= fill(listing, listing.orders[i], listing.orders[i].price, left, true, moment);
  }
  if (aggressor == Side::none) return;  // at our price it may as well have been on our own side
  for (Resting& order : listing.orders) {
    if (order.takes || order.leaves == 0 || order.price != trade.price || order.side == aggressor) continue;
    if (basis_of(market) == Basis::prints || basis_of(market) == Basis::none) continue;
    if (order.ahead == kUnknown) order.ahead = queue_ahead(order, market);
    order.traded += trade.qty;  // the level shrinks by all of it, whoever of us was given a part
    if (order.ahead == kUnknown) continue;
    const Qty reaches_us = left - order.ahead;
    order.ahead = std::max<Qty>(0, -reaches_us);
    if (reaches_us > 0) left -= fill(listing, order, order.price, reaches_us, true, moment);
  }
}

void SimVenue::meet_book(Listing& listing, const Event& event, std::span<const Level> levels,
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
      for (Resting& order : listing.orders) {
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

void SimVenue::meet_quote(Listing& listing, const Quote& quote, const MarketState& market,
                          const Moment& moment) {
  if (basis_of(market) == Basis::book) return;
  for (const Side side : {Side::buy, Side::sell}) {
    const Price before = market.quote.price(side);
    const Qty qty_before = side == Side::buy ? market.quote.bid_qty : market.quote.ask_qty;
    const Price now = side == Side::buy ? quote.bid_price : quote.ask_price;
    const Qty qty_now = side == Side::buy ? quote.bid_qty : quote.ask_qty;
    const auto is_empty = [&](Price price) { return now == kNoPrice || is_better(side, price, now); };
    for (Resting& order : listing.orders) {
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

void SimVenue::meet_bar(Listing& listing, const Event& event, const Moment& moment) {
  const BarSpec spec = unpack_bar_spec(event.detail);
  if (spec.side != BarSide::trade) return;
  const auto bar = event.as<Bar>();
  const TimeNs start_ns = moment.exch_ts_ns - bar_length(spec);
  Qty left = bar.volume;
  for (Resting& order : listing.orders) {
    const bool is_short = order.time_in_force == TimeInForce::fok && left < order.leaves;
    if (order.arrival_ns > start_ns) {
      if (allows(order, bar.close) && !is_short) left -= fill(listing, order, bar.close, left, false, moment);
      end_if_immediate(order, moment);
      continue;
    }
    if (allows(order, bar.open) && !is_short) {
      left -= fill(listing, order, bar.open, left, false, moment);
    } else if (!is_short && (order.side == Side::buy ? bar.low < order.price : bar.high > order.price)) {
      left -= fill(listing, order, order.price, left, true, moment);
    }
    end_if_immediate(order, moment);
  }
}

SimVenue::PriceRange SimVenue::price_range(const Listing& listing, Side side) {
  PriceRange range;
  for (const Resting& order : listing.orders) {
    if (order.side != side || order.price == kNoPrice) continue;
    range.lowest = std::min(range.lowest, order.price);
    range.highest = std::max(range.highest, order.price);
  }
  return range;
}

void SimVenue::restate_level(Listing& listing, Side side, Price price, Qty before, Qty after) {
  for (Resting& order : listing.orders) {
    if (order.side == side && order.price == price && !order.takes) restate(order, before, after);
  }
}

// The level at our price went from `before` to `after`: what trades do not explain was cancelled, evenly over
// what they left.
void SimVenue::restate(Resting& order, Qty before, Qty after) {
  if (order.ahead == kUnknown) {
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
void SimVenue::cross_level(Listing& listing, Side side, const Level& level, const Moment& moment) {
  Qty left = listing.consumed(side).left(level.price, level.qty);
  if (left <= 0) return;
  rank(listing, [&](const Resting& order) { return order.side != side && allows(order, level.price); });
  for (const std::uint32_t i : by_priority_) {
    if (left <= 0) return;
    Resting& order = listing.orders[i];
    const Qty filled = fill(listing, order, order.price, left, true, moment);
    if (filled > 0) listing.consumed(side).take(level.price, filled);
    left -= filled;
  }
}

Qty SimVenue::fillable(const Listing& listing, const Resting& order) {
  if ((order.flags & kFlagReduceOnly) == 0) return order.leaves;
  const Qty reducible = order.side == Side::sell ? listing.position : -listing.position;
  return std::clamp<Qty>(reducible, 0, order.leaves);
}

Qty SimVenue::fill(Listing& listing, Resting& order, Price price, Qty available, bool is_maker,
                   const Moment& moment) {
  const Qty qty = std::min(available, fillable(listing, order));
  if (qty <= 0) return 0;
  order.leaves -= qty;
  order.filled += qty;
  listing.position += order.side == Side::buy ? qty : -qty;
  const Money fee =
      fee_of(listing.instrument, price, qty, is_maker ? listing.fees.maker_ppb : listing.fees.taker_ppb);
  Event event;
  event.exch_ts_ns = moment.exch_ts_ns;
  event.instrument = order.instrument;
  event.flags = is_maker ? std::uint8_t{kFlagMaker} : std::uint8_t{0};
  event.detail = static_cast<std::uint8_t>(order.side);
  event.kind = order.leaves == 0 ? Kind::filled : Kind::partially_filled;
  event.set(Fill{order.id, price, qty, order.leaves, fee.nanos()});
  send(event, moment);
  return qty;
}

// An immediate order has had its one chance of a print or bar.
void SimVenue::end_if_immediate(Resting& order, const Moment& moment) {
  if (order.leaves == 0 || order.time_in_force == TimeInForce::gtc) return;
  report(order, Kind::cancelled,
         order.time_in_force == TimeInForce::fok ? Reason::fill_or_kill : Reason::immediate_or_cancel,
         moment);
  order.leaves = 0;
}

void SimVenue::remove_done(Listing& listing, const Moment& moment) {
  for (Resting& order : listing.orders) {
    if (order.leaves == 0 || (order.flags & kFlagReduceOnly) == 0) continue;
    if (order.side == Side::sell ? listing.position > 0 : listing.position < 0) continue;
    report(order, Kind::cancelled, Reason::reduce_only_would_increase, moment);
    order.leaves = 0;
  }
  std::erase_if(listing.orders, [](const Resting& order) { return order.leaves == 0; });
}

void SimVenue::report(const Resting& order, Kind kind, Reason reason, const Moment& moment) {
  Event event;
  event.exch_ts_ns = moment.exch_ts_ns;
  event.instrument = order.instrument;
  event.detail = static_cast<std::uint8_t>(reason);
  event.kind = kind;
  event.set(OrderReport{order.id, order.price, order.filled + order.leaves, order.leaves,
                        static_cast<std::uint64_t>(order.side)});
  send(event, moment);
}

void SimVenue::send(Event event, const Moment& moment) {
  event.recv_ts_ns = std::max(answer_latency_.arrival(moment.exch_ts_ns), moment.recv_ts_ns);
  moment.sink.push(event);
}

void SimVenue::visit(StateVisitor& visitor) {
  order_latency_.visit(visitor);
  answer_latency_.visit(visitor);
  visitor.list(arrivals_, [&](Arrival& arrival) {
    visitor.record(arrival.instruction);
    visitor.field(arrival.arrival_ns);
  });
  for (Listing& listing : listings_) {
    visitor.list(listing.orders, [&](Resting& order) { visitor.record(order); });
    listing.consumed_bids.visit(visitor);
    listing.consumed_asks.visit(visitor);
    visitor.field(listing.position);
  }
}

}  // namespace lockstep::sim
