// From phase to phase: uncross, leftovers, and what had to wait.
#include <algorithm>

#include "sim/matching/auction.h"
#include "sim/matching/matching_engine.h"
#include "sim/matching/walk.h"

namespace lockstep::matching {

void MatchingEngine::set_phase(Phase to, Output& out) {
  if (to == phase_) {
    Message& said = out.emplace_back();
    said.type = MessageType::rejected;
    said.reason = Reason::bad_phase;
    return;
  }
  const Phase from = phase_;
  change_phase(to, Reason::none, out);
  const bool matches = to == Phase::continuous || (from == Phase::closing_call && to == Phase::closed);  // P3
  const bool uncrossed = matches && uncross(out);
  if (to == Phase::continuous || to == Phase::closed) clear_auction_leftovers(uncrossed, out);
  if (to == Phase::closed) {  // P5
    end_list(waiting_for_close_, Reason::auction_leftover, out);
    end_list(halt_queue_, Reason::phase, out);
  }
  if (to == Phase::closing_call) release_waiting(out);
  release_halt_queue(out);
}

void MatchingEngine::change_phase(Phase to, Reason reason, Output& out) {  // P1, P2
  phase_ = to;
  top_ = {kNoSlot, kNoSlot};
  Message& said = out.emplace_back();
  said.type = MessageType::phase;
  said.reason = reason;
  said.detail = static_cast<std::uint8_t>(to);
}

Indicative MatchingEngine::indicative() const {
  const auto sum = [&](const Queue& queue) {
    Qty leaves = 0;
    for (Slot slot = queue.head; slot != kNoSlot; slot = pool_[slot].next) leaves += pool_[slot].leaves;
    return leaves;
  };
  const Price reference = reference_ != kNoPrice ? reference_ : last_price_;
  std::optional<std::int64_t> ticks;
  if (reference != kNoPrice) ticks = reference / config_.tick;
  const UncrossPoint point = find_uncross(sides_[0], sum(unpriced_[0]), sides_[1], sum(unpriced_[1]), ticks);
  if (point.volume == 0) return {};
  return {true, point.ticks * config_.tick, point.volume, point.imbalance};
}

/// False: nothing can trade.
bool MatchingEngine::uncross(Output& out) {  // A6
  const Indicative at = indicative();
  if (!at.exists) return false;
  Message& found = out.emplace_back();
  found.type = MessageType::uncross;
  found.price = at.price;
  found.qty = at.volume;
  found.leaves = at.imbalance;
  last_price_ = at.price;

  const auto front = [&](std::size_t side) {
    if (unpriced_[side].head != kNoSlot) return unpriced_[side].head;
    LOCKSTEP_CHECK(!sides_[side].empty(), "an uncross found volume that is not there");
    return sides_[side].at(sides_[side].best()).head;
  };
  const auto take = [&](Order& order, Qty qty) {
    order.leaves -= qty;
    const Qty shown = order.fresh_slice();
    if (order.place == Place::level) {
      Level& level = side_of(order.side).at(order.key);
      level.leaves -= qty;
      level.shown -= order.shown - shown;
    }
    order.shown = shown;
  };
  for (Qty volume = at.volume; volume > 0;) {
    const Slot buy_slot = front(0);
    const Slot sell_slot = front(1);
    Order& buyer = pool_[buy_slot];
    Order& seller = pool_[sell_slot];
    const Qty qty = std::min({buyer.leaves, seller.leaves, volume});
    volume -= qty;
    take(buyer, qty);
    take(seller, qty);
    Message& said = out.emplace_back(message(MessageType::fill, buyer));
    said.side = Side::none;
    said.other_id = seller.id;
    said.price = at.price;
    said.qty = qty;
    said.leaves = buyer.leaves;
    said.other_leaves = seller.leaves;
    said.shown = buyer.shown;
    if (buyer.leaves == 0) remove(buy_slot);
    if (seller.leaves == 0) remove(sell_slot);
  }
  if (config_.priority == PriorityRule::price_size_time) {
    for (const BookSide& side : sides_) {
      if (side.empty()) continue;
      // Only the front can have been filled in part.
      Level& level = sides_[static_cast<std::size_t>(&side - sides_.data())].at(side.best());
      const Slot slot = level.head;
      pool_.unlink(level, slot);
      place_by_size(level, slot);
    }
  }
  return true;
}

void MatchingEngine::clear_auction_leftovers(bool uncrossed, Output& out) {  // P4
  walk_book([&](Slot slot) {
    const Order order = pool_[slot];
    const bool for_auction = order.tif == TimeInForce::at_open || order.tif == TimeInForce::at_close;
    if (for_auction || order.type == Type::market || (order.is_unpriced() && !uncrossed)) {
      end(slot, Reason::auction_leftover, out);
    } else if (order.is_unpriced()) {
      move_to_price(slot, last_price_, out);
    }
  });
}

/// A market-to-limit order that is left over takes the price of the uncross.
void MatchingEngine::move_to_price(Slot slot, Price price, Output& out) {
  Order order = pool_[slot];
  remove(slot);
  order.key = key_of(order.side, price);
  Message& said = out.emplace_back(message(MessageType::replaced, order));
  said.qty = order.qty;
  said.leaves = order.leaves;
  book(order, out);
}

void MatchingEngine::end_list(Queue& list, Reason reason, Output& out) {
  while (list.head != kNoSlot) end(list.head, reason, out);
}

void MatchingEngine::release_waiting(Output& out) {  // P6
  while (waiting_for_close_.head != kNoSlot) {
    const Order order = pool_[waiting_for_close_.head];
    remove(waiting_for_close_.head);
    book(order, out);
  }
}

void MatchingEngine::release_halt_queue(Output& out) {  // P7
  while (halt_queue_.head != kNoSlot) {
    const Order order = pool_[halt_queue_.head];
    remove(halt_queue_.head);
    if (phase_ == Phase::continuous) {
      arrive(order, 0, out);
    } else {
      book(order, out);
    }
  }
}

}  // namespace lockstep::matching
