// Auctions and phases of the slow exchange: sections 9 and 10 of MATCHING.md.
#include "tests/support/slow_exchange.h"

namespace lockstep::test {

using matching::Indicative;
using matching::MessageType;
using matching::Output;
using matching::Phase;
using matching::Reason;
using matching::TimeInForce;
using matching::Type;

namespace {

Qty magnitude(Qty qty) {
  return qty < 0 ? -qty : qty;
}

}  // namespace

// ---- Auctions ----

Price SlowExchange::auction_reference() const {
  return reference_ != kNoPrice ? reference_ : last_;
}  // A1

Indicative SlowExchange::at(Price price) const {  // A2
  Qty buys = 0;
  Qty sells = 0;
  for (const Order& order : orders_) {
    if (order.place != Place::book) continue;
    const Price limit = order.terms.price;
    const bool is_buy = order.terms.side == Side::buy;
    if (limit != kNoPrice && (is_buy ? limit < price : limit > price)) continue;
    (is_buy ? buys : sells) += order.leaves;
  }
  const Qty volume = std::min(buys, sells);
  return {.exists = volume > 0, .price = price, .volume = volume, .imbalance = buys - sells};
}

Indicative SlowExchange::find_cross() const {
  const Price reference = auction_reference();
  std::vector<Price> candidates = levels(Side::buy);  // A1
  for (const Price price : levels(Side::sell)) candidates.push_back(price);
  if (reference != kNoPrice) candidates.push_back(reference);
  std::sort(candidates.begin(), candidates.end());
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());

  std::vector<Indicative> left;
  left.reserve(candidates.size());
  for (const Price price : candidates) left.push_back(at(price));
  const auto keep = [&left](auto&& fits) {
    std::erase_if(left, [&](const Indicative& i) { return !fits(i); });
  };

  Qty volume = 0;  // A2
  for (const Indicative& i : left) volume = std::max(volume, i.volume);
  if (volume == 0) return {};
  keep([&](const Indicative& i) { return i.volume == volume; });

  if (left.size() == 1) note("A2 decides");

  Qty imbalance = magnitude(left.front().imbalance);  // A3
  for (const Indicative& i : left) imbalance = std::min(imbalance, magnitude(i.imbalance));
  keep([&](const Indicative& i) { return magnitude(i.imbalance) == imbalance; });

  const bool tied = left.size() > 1;
  if (!tied) note("A3 or before decides");

  const auto is_positive = [](const Indicative& i) { return i.imbalance > 0; };
  const auto is_negative = [](const Indicative& i) { return i.imbalance < 0; };
  if (std::all_of(left.begin(), left.end(), is_positive)) {  // A4
    if (tied) note("A4 all positive");
    return left.back();
  }
  if (std::all_of(left.begin(), left.end(), is_negative)) {  // A4
    if (tied) note("A4 all negative");
    return left.front();
  }
  if (imbalance != 0) {  // A5
    Indicative highest_positive;
    Indicative lowest_negative;
    for (const Indicative& i : left) {
      if (is_positive(i)) highest_positive = i;
      if (is_negative(i) && !lowest_negative.exists) lowest_negative = i;
    }
    keep([&](const Indicative& i) { return i == highest_positive || i == lowest_negative; });
  }
  if (tied && imbalance == 0) note(reference == kNoPrice ? "A4 all zero, no reference" : "A4 all zero");
  if (imbalance != 0) note(reference == kNoPrice ? "A5 no reference" : "A5");
  if (reference == kNoPrice) return left.back();
  Indicative closest = left.front();
  for (const Indicative& i : left) {  // from low to high: of two as close the later one
    const bool as_close = magnitude(i.price - reference) == magnitude(closest.price - reference);
    if (as_close && !(i == closest)) note("A4 two as close");
    if (as_close || magnitude(i.price - reference) < magnitude(closest.price - reference)) closest = i;
  }
  return closest;
}

void SlowExchange::uncross(const Indicative& cross, Output& out) {  // A6
  out.push_back(
      {.type = MessageType::uncross, .price = cross.price, .qty = cross.volume, .leaves = cross.imbalance});
  const std::vector<OrderId> buyers = side_in_order(Side::buy);
  const std::vector<OrderId> sellers = side_in_order(Side::sell);
  if (get(buyers.front()).terms.price == kNoPrice) note("A6 unpriced buyer");
  if (get(sellers.front()).terms.price == kNoPrice) note("A6 unpriced seller");
  if (auction_reference() == cross.price && levels(Side::buy).empty() && levels(Side::sell).empty()) {
    note("A1 the reference alone");
  }
  std::size_t b = 0;
  std::size_t s = 0;
  const auto take = [](Order& order, Qty qty) {
    order.leaves -= qty;
    order.shown =
        order.terms.display_qty == 0 ? order.leaves : std::min(order.terms.display_qty, order.leaves);
  };
  for (Qty left = cross.volume; left > 0;) {
    Order& buyer = get(buyers[b]);
    Order& seller = get(sellers[s]);
    const Qty qty = std::min({buyer.leaves, seller.leaves, left});
    take(buyer, qty);
    take(seller, qty);
    left -= qty;
    out.push_back({.type = MessageType::fill,
                   .participant = buyer.terms.participant,
                   .order_id = buyers[b],
                   .other_id = sellers[s],
                   .price = cross.price,
                   .qty = qty,
                   .leaves = buyer.leaves,
                   .other_leaves = seller.leaves,
                   .shown = buyer.shown});
    if (buyer.leaves == 0) ++b;
    if (seller.leaves == 0) ++s;
  }
  std::erase_if(orders_, [](const Order& order) { return order.leaves == 0; });
  last_ = cross.price;
}

// ---- Phases ----

void SlowExchange::enter(Phase to, Reason reason, Output& out) {
  out.push_back(
      {.type = MessageType::phase, .reason = reason, .detail = static_cast<std::uint8_t>(to)});  // P1
  phase_ = to;
  if (to != Phase::continuous) top_buy_ = top_sell_ = 0;  // P2
}

void SlowExchange::set_phase(Phase to, Output& out) {
  const Phase from = phase_;
  if (from == to) {
    out.push_back({.type = MessageType::rejected, .reason = Reason::bad_phase});
    return;
  }
  enter(to, Reason::none, out);
  Indicative cross;
  if (to == Phase::continuous || (from == Phase::closing_call && to == Phase::closed)) {  // P3
    cross = find_cross();
    if (cross.exists) uncross(cross, out);
  }
  if (to == Phase::continuous || to == Phase::closed) clear_auction_orders(cross, out);  // P4
  if (to == Phase::closed) {                                                             // P5
    for (const OrderId id : list(Place::waiting_for_close)) {
      note("P5 waiting for the close");
      end(id, Reason::auction_leftover, out);
    }
    for (const OrderId id : list(Place::halt_queue)) {
      note("P5 halt queue");
      end(id, Reason::phase, out);
    }
  }
  if (to == Phase::closing_call) {  // P6
    for (const OrderId id : list(Place::waiting_for_close)) {
      note("P6");
      book(take_out(id), out);
    }
  }
  if (from == Phase::halted && to != Phase::closed) {  // P7
    for (const OrderId id : list(Place::halt_queue)) {
      const Order order = take_out(id);
      if (phase_ == Phase::continuous) {
        note("P7 arrives");
        arrive(order, out);
      } else {
        note(to == Phase::continuous ? "P7 behind an interruption" : "P7 to a call");
        book(order, out);
      }
    }
  }
}

void SlowExchange::clear_auction_orders(const Indicative& cross, Output& out) {  // P4
  for (const OrderId id : book_in_order()) {
    const matching::NewOrder& terms = find(id)->terms;
    if (terms.tif == TimeInForce::at_open || terms.tif == TimeInForce::at_close ||
        terms.type == Type::market) {
      end(id, Reason::auction_leftover, out);
    } else if (terms.price == kNoPrice && cross.exists) {
      note("P4 priced by the uncross");
      Order order = take_out(id);
      order.terms.price = cross.price;
      out.push_back(replaced(order, false));
      book(order, out);
    } else if (terms.price == kNoPrice) {
      note("P4 not priced");
      end(id, Reason::auction_leftover, out);
    }
  }
}

}  // namespace lockstep::test
