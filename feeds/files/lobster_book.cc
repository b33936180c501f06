#include "feeds/files/lobster_book.h"

#include <algorithm>

namespace lockstep::feeds {
namespace {

bool is_better(Side side, Price a, Price b) {
  return side == Side::buy ? a > b : a < b;
}

}  // namespace

void LobsterBook::clear() {
  ids_.clear();
  orders_.clear();
  free_.clear();
  bids_.clear();
  asks_.clear();
  size_ = 0;
}

std::size_t LobsterBook::find(Side side, Price price) const {
  const std::vector<KnownLevel>& all = side == Side::buy ? bids_ : asks_;
  const auto found = std::lower_bound(
      all.begin(), all.end(), price,
      [side](const KnownLevel& level, Price wanted) { return is_better(side, wanted, level.price); });
  return static_cast<std::size_t>(found - all.begin());
}

bool LobsterBook::is_level(Side side, std::size_t index, Price price) const {
  const std::vector<KnownLevel>& all = side == Side::buy ? bids_ : asks_;
  return index < all.size() && all[index].price == price;
}

bool LobsterBook::has(std::uint64_t id, Side side, Price price) const {
  const std::uint32_t slot = ids_.find(id);
  return slot != kNone && orders_[slot].side == side && orders_[slot].price == price;
}

Qty LobsterBook::qty_at(Side side, Price price) const {
  const std::size_t index = find(side, price);
  if (!is_level(side, index, price)) return 0;
  return (side == Side::buy ? bids_ : asks_)[index].qty;
}

void LobsterBook::insert(std::uint64_t id, Side side, Price price, Qty qty) {
  LOCKSTEP_CHECK(qty > 0, "an order without a size");
  std::vector<KnownLevel>& all = levels(side);
  const std::size_t index = find(side, price);
  if (!is_level(side, index, price))
    all.insert(all.begin() + static_cast<std::ptrdiff_t>(index), KnownLevel{price, 0, kNone, kNone});
  KnownLevel& level = all[index];
  std::uint32_t slot = 0;
  if (free_.empty()) {
    slot = static_cast<std::uint32_t>(orders_.size());
    orders_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  orders_[slot] = {id, price, qty, level.newest, kNone, side};
  (level.newest == kNone ? level.oldest : orders_[level.newest].newer) = slot;
  level.newest = slot;
  level.qty += qty;
  ids_.insert(id, slot);
  ++size_;
}

Qty LobsterBook::reduce(std::uint32_t slot, Qty qty) {
  Order& order = orders_[slot];
  std::vector<KnownLevel>& all = levels(order.side);
  const std::size_t index = find(order.side, order.price);
  LOCKSTEP_CHECK(is_level(order.side, index, order.price), "an order stands at no level");
  KnownLevel& level = all[index];
  const Qty taken = std::min(qty, order.qty);
  order.qty -= taken;
  level.qty -= taken;
  LOCKSTEP_CHECK(order.qty >= 0 && level.qty >= order.qty, "a level holds less than one of its orders");
  if (order.qty > 0) return taken;
  (order.older == kNone ? level.oldest : orders_[order.older].newer) = order.newer;
  (order.newer == kNone ? level.newest : orders_[order.newer].older) = order.older;
  ids_.erase(order.id);
  free_.push_back(slot);
  --size_;
  if (level.oldest == kNone) all.erase(all.begin() + static_cast<std::ptrdiff_t>(index));
  return taken;
}

Qty LobsterBook::reduce_level(const LobsterChange& like, Which which, From from,
                              std::vector<LobsterChange>& out) {
  const std::size_t index = find(like.side, like.price);
  Qty left = like.qty;
  if (!is_level(like.side, index, like.price)) return left;
  const KnownLevel& level = levels(like.side)[index];
  std::uint32_t slot = from == From::oldest ? level.oldest : level.newest;
  while (slot != kNone && left > 0) {
    const Order order = orders_[slot];  // a copy: it may go
    if (order.is_anonymous() == (which == Which::anonymous)) {
      LobsterChange change = like;
      change.order_id = order.id;
      change.qty = reduce(slot, left);
      left -= change.qty;
      out.push_back(change);
    }
    slot = from == From::oldest ? order.newer : order.older;
  }
  return left;
}

void LobsterBook::add(std::uint64_t id, Side side, Price price, Qty qty, std::vector<LobsterChange>& out) {
  insert(id, side, price, qty);
  out.push_back({OrderActionType::add, side, id, price, qty, false, false});
}

void LobsterBook::add_anonymous(Side side, Price price, Qty qty, bool is_doubtful,
                                std::vector<LobsterChange>& out) {
  const std::uint64_t id = next_anonymous_++;
  insert(id, side, price, qty);
  out.push_back({OrderActionType::add, side, id, price, qty, true, is_doubtful});
}

void LobsterBook::take(const LobsterMessage& message, std::vector<LobsterChange>& out) {
  const auto id = static_cast<std::uint64_t>(message.order_id);
  const bool is_execution = message.type == LobsterType::execution;
  LobsterChange change{is_execution ? OrderActionType::execute : OrderActionType::cancel,
                       message.side,
                       id,
                       message.price,
                       message.qty,
                       false,
                       false};
  Qty left = message.qty;
  if (has(id, message.side, message.price)) {
    const std::uint32_t slot = ids_.find(id);
    const Qty known = orders_[slot].qty;
    change.qty = reduce(slot, message.qty);
    left -= change.qty;
    out.push_back(change);
    const bool is_more = message.type == LobsterType::remove && known > message.qty;
    if (left > 0 || is_more) ++counts_.corrected_sizes;
    if (is_more) {
      // The rest was never this order's, as it is gone now; whose it is, is not known.
      change.qty = reduce(slot, known - message.qty);
      change.is_restated = true;
      out.push_back(change);
      add_anonymous(message.side, message.price, known - message.qty, false, out);
    }
  } else {
    ++(is_execution ? counts_.unknown_executions : counts_.unknown_cancels);
  }
  if (left == 0) return;
  change.qty = left;
  change.qty = reduce_level(change, Which::anonymous, is_execution ? From::oldest : From::newest, out);
  if (change.qty > 0) reduce_level(change, Which::named, From::oldest, out);
}

void LobsterBook::take_known(const LobsterMessage& message, std::vector<LobsterChange>& out) {
  const auto id = static_cast<std::uint64_t>(message.order_id);
  const std::uint32_t slot = ids_.find(id);
  LOCKSTEP_CHECK(slot != kNone, "an order that is not known");
  const Qty known = orders_[slot].qty;
  const bool is_whole = message.type == LobsterType::remove;
  if (is_whole ? known != message.qty : known < message.qty) ++counts_.corrected_sizes;
  const Qty taken = reduce(slot, is_whole ? known : message.qty);
  const bool is_execution = message.type == LobsterType::execution;
  out.push_back({is_execution ? OrderActionType::execute : OrderActionType::cancel, message.side, id,
                 message.price, taken, false, false});
}

void LobsterBook::take_back(const Difference& difference, std::vector<LobsterChange>& out) {
  LobsterChange change{OrderActionType::cancel, difference.side,     0,
                       difference.price,        -difference.missing, true,
                       difference.is_doubtful};
  const KnownLevel& level = levels(difference.side)[find(difference.side, difference.price)];
  for (std::uint32_t slot = level.oldest; slot != kNone; slot = orders_[slot].newer) {
    if (orders_[slot].qty != change.qty) continue;
    change.order_id = orders_[slot].id;
    reduce(slot, change.qty);
    out.push_back(change);
    return;
  }
  change.qty = reduce_level(change, Which::anonymous, From::newest, out);
  if (change.qty > 0) change.qty = reduce_level(change, Which::named, From::oldest, out);
  LOCKSTEP_CHECK(change.qty == 0, "a level held less than was to be taken off it");
}

void LobsterBook::compare(Side side, const LobsterShown& shown, const LobsterShown* before) {
  const std::vector<Level>& wanted = shown.side(side);
  const std::vector<KnownLevel>& known = levels(side);
  std::size_t k = known.size();
  std::size_t w = 0;
  for (;;) {
    const bool has_known = k > 0 && shown.covers(side, known[k - 1].price);
    const bool has_wanted = w < wanted.size();
    if (!has_known && !has_wanted) return;
    Difference difference;
    difference.side = side;
    if (!has_wanted || (has_known && is_better(side, known[k - 1].price, wanted[w].price))) {
      difference.price = known[--k].price;
      difference.missing = -known[k].qty;
    } else if (!has_known || is_better(side, wanted[w].price, known[k - 1].price)) {
      difference.price = wanted[w].price;
      difference.missing = wanted[w++].qty;
    } else {
      difference.price = wanted[w].price;
      difference.missing = wanted[w++].qty - known[--k].qty;
    }
    if (difference.missing == 0) continue;
    difference.is_doubtful = before != nullptr && before->covers(side, difference.price);
    differences_.push_back(difference);
  }
}

void LobsterBook::reconcile(const LobsterShown& shown, const LobsterShown* before,
                            std::vector<LobsterChange>& out) {
  differences_.clear();
  compare(Side::buy, shown, before);
  compare(Side::sell, shown, before);
  // What is gone goes first, so that nothing is crossed on the way.
  for (const Difference& difference : differences_) {
    if (difference.missing < 0) take_back(difference, out);
  }
  for (const Difference& difference : differences_) {
    if (difference.missing > 0)
      add_anonymous(difference.side, difference.price, difference.missing, difference.is_doubtful, out);
    if (before == nullptr) continue;
    if (difference.is_doubtful) {
      ++counts_.contradictions;
    } else {
      ++(difference.missing > 0 ? counts_.levels_gained : counts_.levels_lost);
    }
  }
}

}  // namespace lockstep::feeds
