// Bands and continuous matching of the slow exchange: sections 4 to 7 of MATCHING.md.
#include <algorithm>

#include "engine/core/check.h"
#include "tests/support/slow_exchange.h"

namespace lockstep::test {

using matching::BandAction;
using matching::BandKind;
using matching::MessageType;
using matching::Output;
using matching::Phase;
using matching::PriorityRule;
using matching::Reason;
using matching::SelfTrade;
using matching::TimeInForce;
using matching::Type;

namespace {

bool own(const SlowExchange::Order& a, const SlowExchange::Order& b) {  // W6
  return a.terms.participant == b.terms.participant && a.terms.participant != 0;
}

bool beyond(Side taker, Price price, std::optional<Int128> edge) {  // B3
  if (!edge) return false;
  return taker == Side::buy ? price > *edge : price < *edge;
}

Int128 floor_div(Int128 a, Int128 b) {
  return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0);
}

}  // namespace

SelfTrade SlowExchange::mode_of(const Order& taker) const {  // C1
  if (taker.terms.self_trade != SelfTrade::venue_default) return taker.terms.self_trade;
  return config_.self_trade == SelfTrade::venue_default ? SelfTrade::none : config_.self_trade;
}

// ---- Bands ----

SlowExchange::Bounds SlowExchange::bounds(const matching::Band& band, Price centre) const {  // B1
  if (band.kind == BandKind::none || centre == kNoPrice) return {};
  const Int128 middle = centre;
  const Int128 distance = band.kind == BandKind::absolute
                              ? Int128{band.width}
                              : floor_div((middle < 0 ? -middle : middle) * band.width, 1'000'000);
  const Int128 tick = config_.tick;
  return {-floor_div(-(middle - distance), tick) * tick, floor_div(middle + distance, tick) * tick};
}

bool SlowExchange::outside_static_band(Price price) const {  // R9
  const Bounds band = bounds(config_.static_band, reference_);
  return (band.lower && price < *band.lower) || (band.upper && price > *band.upper);
}

std::optional<Int128> SlowExchange::edge(Side taker) const {  // B2, B3
  const Bounds fixed = bounds(config_.static_band, reference_);
  const Bounds moving = bounds(config_.dynamic_band, last_ != kNoPrice ? last_ : reference_);
  const std::optional<Int128> a = taker == Side::buy ? fixed.upper : fixed.lower;
  const std::optional<Int128> b = taker == Side::buy ? moving.upper : moving.lower;
  if (!a || !b) return a ? a : b;
  return taker == Side::buy ? std::min(*a, *b) : std::max(*a, *b);
}

// ---- Continuous matching ----

void SlowExchange::arrive(Order taker, Output& out) {
  const Side side = taker.terms.side;
  const std::optional<Int128> limit = edge(side);                                    // C2
  if (taker.terms.type == Type::market_to_limit && taker.terms.price == kNoPrice) {  // C3
    const std::optional<Price> price = best(opposite(side));
    if (!price) {
      out.push_back(cancelled(taker, Reason::no_liquidity));
      return;
    }
    note("C3 takes the best price");
    taker.terms.price = *price;
  }
  const bool is_fok = taker.terms.tif == TimeInForce::fok;
  if (is_fok && available(taker, limit) < taker.terms.qty) {  // C4
    out.push_back(cancelled(taker, Reason::fok_not_filled));
    return;
  }
  if (!is_fok && taker.terms.min_qty > 0 && available(taker, limit) < taker.terms.min_qty) {  // C4
    out.push_back(cancelled(taker, Reason::min_qty_not_met));
    return;
  }
  if (is_fok) note("C4 fok passes");
  if (!is_fok && taker.terms.min_qty > 0) note("C4 min_qty passes");
  match(taker, limit, out);
}

void SlowExchange::match(Order taker, std::optional<Int128> limit, Output& out) {  // C5
  std::uint32_t begun = 0;
  while (taker.leaves > 0 && reaches_best(taker.terms.side, taker.terms.price)) {
    const Price price = *best(opposite(taker.terms.side));
    if (beyond(taker.terms.side, price, limit)) {
      stop_by_band(taker, *limit, out);
      return;
    }
    if (config_.max_levels != 0 && begun == config_.max_levels) {
      out.push_back(cancelled(taker, Reason::max_levels));
      return;
    }
    ++begun;
    if (match_level(taker, price, out) == After::ended) return;
  }
  if (taker.leaves > 0) settle_remainder(taker, out);
}

void SlowExchange::settle_remainder(Order taker, Output& out) {  // C6
  if (taker.terms.tif == TimeInForce::ioc) {
    out.push_back(cancelled(taker, Reason::ioc_remainder));
  } else if (taker.terms.type == Type::market) {
    out.push_back(cancelled(taker, Reason::no_liquidity));
  } else {
    note("C6 rests");
    book(taker, out);
  }
}

void SlowExchange::stop_by_band(Order taker, Int128 limit, Output& out) {  // B4 to B7
  const bool never_rests = taker.terms.type == Type::market || taker.terms.tif == TimeInForce::ioc;
  if (config_.band_action == BandAction::interrupt) enter(Phase::reopening_call, Reason::outside_band, out);
  if (never_rests && config_.band_action == BandAction::rest) note("B4 with rest");
  if (never_rests && config_.band_action == BandAction::cancel) note("B4 with cancel");
  if (never_rests && config_.band_action == BandAction::interrupt) note("B4 with interrupt");
  if (!never_rests && config_.band_action == BandAction::rest) note("B5");
  if (!never_rests && config_.band_action == BandAction::cancel) note("B6");
  if (!never_rests && config_.band_action == BandAction::interrupt) note("B7");
  if (never_rests || config_.band_action == BandAction::cancel) {
    out.push_back(cancelled(taker, Reason::outside_band));
    return;
  }
  if (config_.band_action == BandAction::rest) taker.terms.price = static_cast<Price>(limit);
  book(taker, out);
}

Qty SlowExchange::available(const Order& taker, std::optional<Int128> limit) const {  // C10
  const SelfTrade mode = mode_of(taker);
  Qty sum = 0;
  std::uint32_t walked = 0;
  for (const Price price : levels(opposite(taker.terms.side))) {
    if (!reaches(taker.terms.side, taker.terms.price, price)) break;
    if (beyond(taker.terms.side, price, limit)) {
      note("C10 ends at the edge");
      break;
    }
    if (config_.max_levels != 0 && walked == config_.max_levels) {
      note("C10 ends at max_levels");
      break;
    }
    ++walked;
    bool holds_own = false;
    Qty level = 0;
    for (const OrderId id : queue(opposite(taker.terms.side), price)) {
      const Order& order = *find(id);
      const bool is_own = mode != SelfTrade::none && own(order, taker);
      holds_own = holds_own || is_own;
      if (!is_own) level += order.leaves;
    }
    if (holds_own) note(mode == SelfTrade::cancel_oldest ? "C10 passes over own" : "C10 ends at own");
    if (holds_own && mode != SelfTrade::cancel_oldest) break;
    sum += level;
  }
  return sum;
}

// ---- One level ----

SlowExchange::After SlowExchange::match_level(Order& taker, Price price, Output& out) {
  return config_.priority == PriorityRule::pro_rata ? match_rounds(taker, price, out)
                                                    : match_fronts(taker, price, out);
}

SlowExchange::After SlowExchange::match_fronts(Order& taker, Price price, Output& out) {  // M1, M8
  while (taker.leaves > 0) {
    const std::vector<OrderId> level = queue(opposite(taker.terms.side), price);
    if (level.empty()) break;
    const Order& maker = *find(level.front());
    if (mode_of(taker) != SelfTrade::none && own(maker, taker)) {
      if (prevent_self_trade(taker, level.front(), out) == After::ended) return After::ended;
    } else {
      fill(taker, level.front(), std::min(taker.leaves, maker.shown), out);
    }
  }
  return After::goes_on;
}

SlowExchange::After SlowExchange::match_rounds(Order& taker, Price price, Output& out) {  // M4
  const Side side = opposite(taker.terms.side);
  while (taker.leaves > 0) {
    for (const OrderId id : queue(side, price)) {
      if (mode_of(taker) == SelfTrade::none || !own(*find(id), taker)) continue;
      if (prevent_self_trade(taker, id, out) == After::ended) return After::ended;
    }
    const std::vector<OrderId> level = queue(side, price);
    if (level.empty()) break;
    const std::vector<Qty> share = shares(taker, level);
    for (std::size_t i = 0; i < level.size(); ++i) {
      if (share[i] > 0) fill(taker, level[i], share[i], out);
    }
  }
  return After::goes_on;
}

std::vector<Qty> SlowExchange::shares(const Order& taker, const std::vector<OrderId>& level) const {
  std::vector<Qty> share(level.size(), 0);
  std::vector<Qty> shown;
  Qty displayed = 0;
  for (const OrderId id : level) {
    shown.push_back(find(id)->shown);
    displayed += shown.back();
  }
  Qty left = std::min(taker.leaves, displayed);

  for (std::size_t i = 0; i < level.size(); ++i) {  // M5
    if (!config_.top_order || top(opposite(taker.terms.side)) != level[i]) continue;
    share[i] = std::min(left, shown[i]);
    if (config_.top_order_max > 0) share[i] = std::min(share[i], config_.top_order_max);
    note(share[i] < shown[i] ? "M5 part" : "M5 all");
    left -= share[i];
    shown[i] -= share[i];
    displayed -= share[i];
  }

  const Qty to_share = left;
  for (std::size_t i = 0; i < level.size() && displayed > 0; ++i) {  // M6 (2)
    Qty part = static_cast<Qty>(Int128{to_share} * shown[i] / displayed);
    if (part % config_.lot != 0) note("M6 down to whole lots");
    part -= part % config_.lot;
    if (part > 0 && part < config_.min_allocation) note("M6 below min_allocation");
    if (part < config_.min_allocation) part = 0;
    share[i] += part;
    shown[i] -= part;
    left -= part;
  }

  for (std::size_t i = 0; i < level.size(); ++i) {  // M6 (3)
    const Qty part = std::min(left, shown[i]);
    if (part > 0) note("M6 front to back");
    share[i] += part;
    left -= part;
  }
  LOCKSTEP_CHECK(left == 0, "a round shares out everything");
  return share;
}

void SlowExchange::fill(Order& taker, OrderId maker_id, Qty qty, Output& out) {  // C7, M2
  Order& maker = get(maker_id);
  if (config_.priority == PriorityRule::price_size_time) note("M8 fill");
  LOCKSTEP_CHECK(qty > 0 && qty <= maker.shown && qty <= taker.leaves, "a fill takes what is there");
  maker.leaves -= qty;
  maker.shown -= qty;
  taker.leaves -= qty;
  last_ = maker.terms.price;
  out.push_back({.type = MessageType::fill,
                 .side = taker.terms.side,
                 .participant = maker.terms.participant,
                 .order_id = maker_id,
                 .other_id = taker.terms.order_id,
                 .price = maker.terms.price,
                 .qty = qty,
                 .leaves = maker.leaves,
                 .other_leaves = taker.leaves,
                 .shown = maker.shown});
  if (maker.leaves == 0) {
    erase(maker_id);
  } else if (maker.shown == 0) {
    note("M2 refreshed");
    if (top(maker.terms.side) == maker_id) note("M7 ends by a refresh");
    Order next = take_out(maker_id);  // and so it is no longer top
    next.shown = next.slice();
    next.joined = ++joinings_;
    orders_.push_back(next);
    out.push_back({.type = MessageType::refreshed,
                   .side = next.terms.side,
                   .participant = next.terms.participant,
                   .order_id = maker_id,
                   .price = next.terms.price,
                   .leaves = next.leaves,
                   .shown = next.shown});
  }
}

// Section 6.
SlowExchange::After SlowExchange::prevent_self_trade(Order& taker, OrderId maker_id, Output& out) {
  const SelfTrade mode = mode_of(taker);
  Order& maker = get(maker_id);
  if (mode == SelfTrade::cancel_oldest) {  // T2
    note("T2");
    end(maker_id, Reason::self_trade, out);
    return After::goes_on;
  }
  if (mode == SelfTrade::decrement && maker.leaves < taker.leaves) {  // T4
    note("T4");
    const Qty by = maker.leaves;
    end(maker_id, Reason::self_trade, out);
    taker.leaves -= by;
    out.push_back(decremented(taker, by, 0));
    return After::goes_on;
  }
  if (mode == SelfTrade::decrement && maker.leaves > taker.leaves) {  // T5
    note("T5");
    if (maker.shown > maker.leaves - taker.leaves) note("T5 shows less");
    maker.leaves -= taker.leaves;
    maker.shown = std::min(maker.shown, maker.leaves);
    out.push_back(decremented(maker, taker.leaves, maker.shown));
  } else if (mode == SelfTrade::decrement || mode == SelfTrade::cancel_both) {  // T6, T3
    note(mode == SelfTrade::decrement ? "T6" : "T3");
    end(maker_id, Reason::self_trade, out);
  }
  if (mode == SelfTrade::cancel_newest) note("T1");
  out.push_back(cancelled(taker, Reason::self_trade));
  return After::ended;
}

}  // namespace lockstep::test
