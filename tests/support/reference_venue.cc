#include "tests/support/reference_venue.h"

#include <algorithm>
#include <cmath>

namespace lockstep::test {
namespace {

// Books have no copy; their state has. Saving changes nothing, so the cast is safe.
Books copy_of(const Books& books) {
  StateVisitor saving = StateVisitor::saving();
  const_cast<Books&>(books).visit(saving);
  const std::vector<std::uint8_t> bytes = saving.take();
  Books copy(books.size());
  StateVisitor loading = StateVisitor::loading(bytes);
  copy.visit(loading);
  LOCKSTEP_CHECK(loading.complete(), "what books save they load");
  return copy;
}

}  // namespace

ReferenceVenue::ReferenceVenue(std::vector<Instrument> instruments, std::vector<sim::Fees> fees,
                               DurationNs order_latency_ns, DurationNs answer_latency_ns,
                               const sim::QueueModel& model)
    : instruments_(std::move(instruments)),
      fees_(std::move(fees)),
      order_latency_ns_(order_latency_ns),
      answer_latency_ns_(answer_latency_ns),
      model_(model) {}

bool ReferenceVenue::Working::accepts(Price price) const {
  if (!limit) return true;
  return side == Side::buy ? price <= *limit : price >= *limit;
}

bool ReferenceVenue::Working::is_passed_by(Price price) const {
  return accepts(price) && limit && price != *limit;
}

ReferenceVenue::Shows ReferenceVenue::shows(const MarketState& market) {
  if (market.has_book) return Shows::book;
  const bool any_quote = market.quote.bid_price != kNoPrice || market.quote.ask_price != kNoPrice;
  return any_quote ? Shows::quote : Shows::prints;
}

ReferenceVenue::Ladder ReferenceVenue::ladder(const MarketState& market, Side side) {
  Ladder out(BestFirst{side == Side::buy});
  if (shows(market) == Shows::book) {
    const BookSide& levels = market.book.side(side);
    for (std::size_t i = 0; i < levels.size(); ++i) out[levels.at(i).price] = levels.at(i).qty;
  } else if (shows(market) == Shows::quote && market.quote.price(side) != kNoPrice) {
    out[market.quote.price(side)] = side == Side::buy ? market.quote.bid_qty : market.quote.ask_qty;
  }
  return out;
}

ReferenceVenue::Ladder ReferenceVenue::left_for_us(InstrumentId instrument, const MarketState& market,
                                                   Side side) const {
  Ladder out(BestFirst{side == Side::buy});
  for (const auto& [price, shown] : ladder(market, side)) {
    const auto taken = taken_.find({instrument, side, price});
    const Qty left = shown - (taken == taken_.end() ? 0 : taken->second);
    if (left > 0) out[price] = left;
  }
  return out;
}

void ReferenceVenue::instruct(const Event& instruction, ExecutionSink&) {
  in_flight_.emplace_back(instruction.recv_ts_ns + order_latency_ns_, instruction);
}

void ReferenceVenue::on_market(const Event& event, std::span<const Level> levels, const Books& books,
                               ExecutionSink& sink) {
  sink_ = &sink;
  known_ts_ns_ = event.recv_ts_ns;
  // Whoever arrived before this event's stamp meets the market as it was before the event.
  while (!in_flight_.empty() && in_flight_.front().first < event.exch_ts_ns) {
    const auto [arrival_ts_ns, instruction] = in_flight_.front();
    in_flight_.erase(in_flight_.begin());
    happens_ts_ns_ = arrival_ts_ns;
    arrive(instruction, books);
    drop_done();
  }
  happens_ts_ns_ = event.exch_ts_ns;
  if (event.kind == Kind::trade) see_trade(event, books[event.instrument]);
  if (event.kind == Kind::quote || event.kind == Kind::book) {
    Books after = copy_of(books);
    after.apply(event, levels);
    see_levels(event, levels, books[event.instrument], after[event.instrument]);
  }
  drop_done();
}

void ReferenceVenue::arrive(const Event& instruction, const Books& books) {
  const MarketState& market = books[instruction.instrument];
  if (instruction.kind == Kind::submit) arrive_submit(instruction, market);
  if (instruction.kind == Kind::cancel) arrive_cancel(instruction);
  if (instruction.kind == Kind::replace) arrive_replace(instruction, market);
}

void ReferenceVenue::arrive_submit(const Event& instruction, const MarketState& market) {
  const auto terms = instruction.as<OrderInstruction>();
  Working order{};
  order.id = terms.order_id;
  order.instrument = instruction.instrument;
  order.side = static_cast<Side>(instruction.detail);
  if (static_cast<OrderType>(terms.type) == OrderType::limit) order.limit = terms.price;
  order.qty = terms.qty;
  order.post_only = (instruction.flags & kFlagPostOnly) != 0;
  order.reduce_only = (instruction.flags & kFlagReduceOnly) != 0;
  order.time_in_force = static_cast<TimeInForce>(terms.time_in_force);
  const Qty position = position_[order.instrument];
  if (order.reduce_only && (order.side == Side::buy ? position >= 0 : position <= 0)) {
    return report(order, Kind::rejected, Reason::reduce_only_would_increase);
  }
  if (order.post_only) {
    const Ladder across = ladder(market, opposite(order.side));
    const bool crosses_print =
        shows(market) == Shows::prints && market.last_price != kNoPrice && order.accepts(market.last_price);
    if (!order.limit || crosses_print || (!across.empty() && order.accepts(across.begin()->first))) {
      return report(order, Kind::rejected, Reason::post_only_would_cross);
    }
  }
  report(order, Kind::accepted, Reason::none);
  take_and_rest(order, market);
}

void ReferenceVenue::take_and_rest(Working order, const MarketState& market) {
  if (shows(market) == Shows::prints) {
    order.takes_from_prints = !order.limit || order.time_in_force != TimeInForce::gtc ||
                              (market.last_price != kNoPrice && order.accepts(market.last_price));
    working_.push_back(order);
    return;
  }
  const Side other_side = opposite(order.side);
  Qty within_limit = 0;
  for (const auto& [price, left] : left_for_us(order.instrument, market, other_side)) {
    if (order.accepts(price)) within_limit += left;
  }
  if (order.reduce_only) within_limit = std::min(within_limit, std::abs(position_[order.instrument]));
  if (order.time_in_force == TimeInForce::fok && within_limit < order.leaves()) {
    return report(order, Kind::cancelled, Reason::fill_or_kill);
  }
  for (const auto& [price, left] : left_for_us(order.instrument, market, other_side)) {
    if (order.leaves() == 0 || !order.accepts(price)) break;
    taken_[{order.instrument, other_side, price}] += fill(order, price, left, false);
  }
  if (order.leaves() == 0) return;
  if (!order.limit) return report(order, Kind::cancelled, Reason::no_liquidity);
  if (order.time_in_force == TimeInForce::ioc)
    return report(order, Kind::cancelled, Reason::immediate_or_cancel);

  order.ahead = queue(order, market);
  working_.push_back(order);
}

std::optional<Qty> ReferenceVenue::queue(const Working& order, const MarketState& market) {
  const Ladder own = ladder(market, order.side);
  if (const auto level = own.find(*order.limit); level != own.end()) return level->second;
  // Worse than the last level on show: it is not told who stands there.
  if (!own.empty() && BestFirst{order.side == Side::buy}(own.rbegin()->first, *order.limit))
    return std::nullopt;
  return 0;
}

void ReferenceVenue::arrive_cancel(const Event& instruction) {
  const OrderId id = instruction.as<OrderInstruction>().order_id;
  for (auto i = working_.begin(); i != working_.end(); ++i) {
    if (i->id != id) continue;
    const Working order = *i;
    working_.erase(i);
    return report(order, Kind::cancelled, Reason::requested);
  }
  report(instruction, Kind::cancel_rejected, Reason::already_done);
}

void ReferenceVenue::arrive_replace(const Event& instruction, const MarketState& market) {
  const auto terms = instruction.as<OrderInstruction>();
  for (auto i = working_.begin(); i != working_.end(); ++i) {
    if (i->id != terms.order_id) continue;
    Working order = *i;
    const bool keeps_its_place = terms.price == *order.limit && terms.qty <= order.qty;
    order.limit = terms.price;
    order.qty = std::max(terms.qty, order.filled);
    if (order.leaves() == 0) {
      working_.erase(i);
      return report(order, Kind::cancelled, Reason::requested);
    }
    if (keeps_its_place) {
      *i = order;
      return report(order, Kind::replaced, Reason::none);
    }
    const Ladder across = ladder(market, opposite(order.side));
    const bool crosses_print =
        shows(market) == Shows::prints && market.last_price != kNoPrice && order.accepts(market.last_price);
    if (order.post_only && (crosses_print || (!across.empty() && order.accepts(across.begin()->first)))) {
      return report(*i, Kind::cancel_rejected, Reason::post_only_would_cross);
    }
    working_.erase(i);
    order.ahead.reset();
    order.traded_since_restated = 0;
    order.carry = 0;
    report(order, Kind::replaced, Reason::none);
    return take_and_rest(order, market);
  }
  report(instruction, Kind::cancel_rejected, Reason::already_done);
}

std::vector<ReferenceVenue::Working*> ReferenceVenue::by_priority(InstrumentId instrument, Side aggressor) {
  std::vector<Working*> out;
  for (Working& order : working_) {
    if (order.takes_from_prints || !order.limit) continue;
    if (order.instrument == instrument && order.side != aggressor) out.push_back(&order);
  }
  std::stable_sort(out.begin(), out.end(), [](const Working* a, const Working* b) {
    if (a->side != b->side) return a->side == Side::buy;  // a print of unknown side may meet both
    return BestFirst{a->side == Side::buy}(*a->limit, *b->limit);
  });
  return out;
}

void ReferenceVenue::see_trade(const Event& event, const MarketState& market) {
  const auto trade = event.as<Trade>();
  Qty given = 0;
  for (Working& order : working_) {
    if (order.instrument != event.instrument || !order.takes_from_prints) continue;
    const bool is_fok = order.time_in_force == TimeInForce::fok;
    const bool is_enough = !is_fok || order.leaves() <= trade.qty - given;
    if (order.accepts(trade.price) && is_enough) given += fill(order, trade.price, trade.qty - given, false);
    if (order.time_in_force != TimeInForce::gtc && order.leaves() > 0) {
      report(order, Kind::cancelled, is_fok ? Reason::fill_or_kill : Reason::immediate_or_cancel);
      order.filled = order.qty;
    }
  }
  for (Working* order : by_priority(event.instrument, static_cast<Side>(event.detail))) {
    if (order->is_passed_by(trade.price)) given += fill(*order, *order->limit, trade.qty - given, true);
  }
  // At our price it may have been on our own side, unless the aggressor is known.
  if (shows(market) == Shows::prints || event.detail == static_cast<std::uint8_t>(Side::none)) return;
  for (Working* order : by_priority(event.instrument, static_cast<Side>(event.detail))) {
    if (trade.price != *order->limit) continue;
    order->traded_since_restated += trade.qty;
    if (!order->ahead) order->ahead = queue(*order, market);
    if (!order->ahead) continue;
    // What others of ours were given does not reach the queue ahead of this one.
    const Qty behind_the_queue = trade.qty - given - *order->ahead;
    order->ahead = std::max<Qty>(0, -behind_the_queue);
    if (behind_the_queue > 0) given += fill(*order, *order->limit, behind_the_queue, true);
  }
}

void ReferenceVenue::restate(Working& order, Qty before, Qty after) const {
  const Qty explained = std::min(order.traded_since_restated, std::max<Qty>(0, before - after));
  order.traded_since_restated = 0;
  const Qty rest = before - explained;
  const Qty cancelled = rest - after;
  if (cancelled > 0 && model_.kind == sim::QueueModelKind::proportional) {
    *order.ahead -= *order.ahead * cancelled / rest;
  } else if (cancelled > 0) {
    const Qty ahead = std::min(*order.ahead, rest);
    const Qty behind = rest - ahead;
    constexpr double kUnit = 4294967296.0;
    const auto chance = static_cast<Int128>(
        std::floor(chance_ahead(static_cast<double>(ahead), static_cast<double>(behind)) * kUnit + 0.5));
    const Int128 fine = chance * cancelled + static_cast<Int128>(order.carry);
    const auto whole = static_cast<Qty>(fine / 4294967296);
    Qty moved = std::min({whole, ahead, cancelled});
    moved = std::max({moved, Qty{0}, cancelled - behind});
    order.carry = moved == whole ? static_cast<unsigned long long>(fine % 4294967296) : 0;
    order.ahead = ahead - moved;
  }
  if (*order.ahead > after) {
    order.ahead = after;
    order.carry = 0;
  }
}

double ReferenceVenue::chance_ahead(double ahead, double behind) const {
  if (ahead == 0 || model_.kind == sim::QueueModelKind::pessimistic) return 0;
  if (behind == 0) return 1;
  const double n = model_.exponent;
  const double all = ahead + behind;
  switch (model_.kind) {
    case sim::QueueModelKind::power: return 1 / (1 + std::pow(behind / ahead, n));
    case sim::QueueModelKind::power_behind: return 1 - std::pow(behind / all, n);
    case sim::QueueModelKind::power_ahead: return std::pow(ahead / all, n);
    case sim::QueueModelKind::log: return std::log(1 + ahead) / (std::log(1 + ahead) + std::log(1 + behind));
    case sim::QueueModelKind::log_behind: return 1 - std::log(1 + behind) / std::log(1 + all);
    case sim::QueueModelKind::fitted: {
      // The points (0, 0), (0.05, first), (0.15, second) ... (0.95, last), (1, 1), joined.
      std::vector<std::pair<double, double>> points = {{0, 0}};
      for (std::size_t i = 0; i < sim::QueueModel::kPlaces; ++i)
        points.emplace_back(0.05 + 0.1 * static_cast<double>(i), model_.chances[i]);
      points.emplace_back(1, 1);
      const double x = ahead / all;
      for (std::size_t i = 1; i < points.size(); ++i) {
        const auto& [x0, y0] = points[i - 1];
        const auto& [x1, y1] = points[i];
        if (x <= x1) return y0 + (y1 - y0) * (x - x0) / (x1 - x0);
      }
      return 1;
    }
    default: return ahead / all;
  }
}

void ReferenceVenue::see_levels(const Event& event, std::span<const Level> levels, const MarketState& before,
                                const MarketState& after) {
  const bool is_quote = event.kind == Kind::quote;
  if (is_quote && shows(before) == Shows::book) return;
  const bool is_snapshot = !is_quote && static_cast<BookAction>(event.detail) == BookAction::snapshot;
  // The prices of a side that the event restates.
  const auto restates = [&](Side side, Price price) {
    if (is_snapshot) return true;
    if (is_quote) {
      const Price best = after.quote.price(side);
      return best == kNoPrice || !BestFirst{side == Side::buy}(best, price);
    }
    const auto update = event.as<BookUpdate>();
    const auto changed = side == Side::buy ? bids_of(update, levels) : asks_of(update, levels);
    return std::any_of(changed.begin(), changed.end(),
                       [&](const Level& level) { return level.price == price; });
  };
  const auto at = [](const Ladder& side, Price price) {
    const auto found = side.find(price);
    return found == side.end() ? 0 : found->second;
  };
  for (const Side side : {Side::buy, Side::sell}) {
    const Ladder was = ladder(before, side);
    const Ladder is = ladder(after, side);
    for (Working& order : working_) {
      if (order.instrument != event.instrument || order.side != side || !order.limit ||
          order.takes_from_prints)
        continue;
      if (!restates(side, *order.limit)) continue;
      const Qty shown = at(is, *order.limit);
      // A quote that comes back to our price says nothing of what was cancelled there in the meantime.
      const bool was_seen = !is_quote || at(was, *order.limit) > 0;
      if (order.ahead) {
        restate(order, was_seen ? at(was, *order.limit) : shown, shown);
      } else if (shown > 0 || is_quote) {
        order.ahead = shown;
      }
    }
    for (auto& [key, taken] : taken_) {
      const auto& [instrument, taken_side, price] = key;
      if (instrument == event.instrument && taken_side == side && restates(side, price))
        taken = std::min(taken, at(is, price));
    }
  }
  // Which side goes first is not said; a book's offers and a quote's bid do.
  for (const Side side : {is_quote ? Side::buy : Side::sell, is_quote ? Side::sell : Side::buy}) {
    for (const auto& [price, shown] : ladder(after, side)) {
      if (restates(side, price)) see_opposite(event.instrument, side, price, shown);
    }
  }
}

void ReferenceVenue::see_opposite(InstrumentId instrument, Side side, Price price, Qty shown) {
  for (Working* order : by_priority(instrument, side)) {
    if (!order->accepts(price)) continue;
    Qty& taken = taken_[{instrument, side, price}];
    taken += fill(*order, *order->limit, shown - taken, true);
  }
}

Qty ReferenceVenue::fill(Working& order, Price price, Qty available, bool is_maker) {
  Qty& position = position_[order.instrument];
  Qty qty = std::min(order.leaves(), available);
  if (order.reduce_only) qty = std::min(qty, order.side == Side::buy ? -position : position);
  if (qty <= 0) return 0;
  order.filled += qty;
  position += order.side == Side::buy ? qty : -qty;
  const sim::Fees& fees = fees_[order.instrument];
  // |value| x rate, rounded half away from zero.
  const Money value = notional(instruments_[order.instrument], price, qty);
  const Int128 fee = divide_rounded(Int128{value.nanos() < 0 ? -value.nanos() : value.nanos()} *
                                        (is_maker ? fees.maker_ppb : fees.taker_ppb),
                                    kNanosPerUnit);
  Event event;
  event.instrument = order.instrument;
  event.kind = order.leaves() == 0 ? Kind::filled : Kind::partially_filled;
  event.detail = static_cast<std::uint8_t>(order.side);
  event.flags = is_maker ? kFlagMaker : 0;
  event.set(Fill{order.id, price, qty, order.leaves(), static_cast<std::int64_t>(fee)});
  answer(event);
  return qty;
}

void ReferenceVenue::report(const Working& order, Kind kind, Reason reason) {
  Event event;
  event.instrument = order.instrument;
  event.kind = kind;
  event.detail = static_cast<std::uint8_t>(reason);
  event.set(OrderReport{order.id, order.limit.value_or(kNoPrice), order.qty, order.leaves(),
                        static_cast<std::uint64_t>(order.side)});
  answer(event);
}

void ReferenceVenue::report(const Event& instruction, Kind kind, Reason reason) {
  const auto terms = instruction.as<OrderInstruction>();
  Event event;
  event.instrument = instruction.instrument;
  event.kind = kind;
  event.detail = static_cast<std::uint8_t>(reason);
  event.set(OrderReport{terms.order_id, terms.price, 0, 0, 0});
  answer(event);
}

void ReferenceVenue::answer(Event event) {
  event.exch_ts_ns = happens_ts_ns_;
  last_answer_ts_ns_ = std::max({last_answer_ts_ns_, happens_ts_ns_ + answer_latency_ns_, known_ts_ns_});
  event.recv_ts_ns = last_answer_ts_ns_;
  sink_->push(event);
}

void ReferenceVenue::drop_done() {
  for (Working& order : working_) {
    const Qty position = position_[order.instrument];
    const bool cannot_reduce = order.reduce_only && (order.side == Side::buy ? position >= 0 : position <= 0);
    if (order.leaves() == 0 || !cannot_reduce) continue;
    report(order, Kind::cancelled, Reason::reduce_only_would_increase);
    order.filled = order.qty;
  }
  std::erase_if(working_, [](const Working& order) { return order.leaves() == 0; });
}

void ReferenceVenue::finish(TimeNs now, const Books&, ExecutionSink& sink) {
  sink_ = &sink;
  known_ts_ns_ = now;
  happens_ts_ns_ = now;
  for (const auto& [arrival_ts_ns, instruction] : in_flight_) {
    if (instruction.kind != Kind::submit) continue;
    const auto terms = instruction.as<OrderInstruction>();
    Working order{};
    order.id = terms.order_id;
    order.instrument = instruction.instrument;
    order.side = static_cast<Side>(instruction.detail);
    if (terms.price != kNoPrice) order.limit = terms.price;
    order.qty = terms.qty;
    report(order, Kind::expired, Reason::end_of_session);
  }
  for (const Working& order : working_) report(order, Kind::expired, Reason::end_of_session);
  working_.clear();
  in_flight_.clear();
}

void ReferenceVenue::visit(StateVisitor&) {}

}  // namespace lockstep::test
