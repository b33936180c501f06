#include "engine/portfolio/lots.h"

#include "engine/core/check.h"

namespace lockstep {
namespace {

Int128 share_of_cost(const Lot& lot, Qty qty) {
  return divide_rounded(Int128{lot.cost.nanos()} * qty, lot.qty);
}

}  // namespace

Int128 LotQueue::cost_of_oldest(Qty qty) const {
  Int128 cost = 0;
  for (std::size_t i = first_; qty > 0; ++i) {
    LOCKSTEP_CHECK(i < lots_.size(), "more is closed than the lots hold");
    const Qty taken = qty < lots_[i].qty ? qty : lots_[i].qty;
    cost += share_of_cost(lots_[i], taken);
    qty -= taken;
  }
  return cost;
}

void LotQueue::remove_oldest(Qty qty) {
  while (qty > 0) {
    LOCKSTEP_CHECK(!empty(), "more is closed than the lots hold");
    Lot& lot = lots_[first_];
    if (qty < lot.qty) {
      lot.cost = Money::from_wide(lot.cost.nanos() - share_of_cost(lot, qty));
      lot.qty -= qty;
      return;
    }
    qty -= lot.qty;
    ++first_;
  }
}

void LotQueue::push(Lot lot) {
  LOCKSTEP_CHECK(lot.qty > 0 && !lot.cost.overflowed(), "a lot has a quantity and a known cost");
  if (first_ > lots_.size() / 2) {
    lots_.erase(lots_.begin(), lots_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
  lots_.push_back(lot);
}

void LotQueue::rescale(Qty before, Qty after) {
  LOCKSTEP_CHECK(before > 0 && after > 0, "lots are rescaled from something to something");
  Int128 held = 0;
  Qty placed = 0;
  Money carried;
  std::size_t kept = 0;
  for (std::size_t i = first_; i < lots_.size(); ++i) {
    held += lots_[i].qty;
    const Qty until = static_cast<Qty>(held * after / before);
    const Lot lot{until - placed, lots_[i].cost + carried};
    placed = until;
    carried = lot.qty == 0 ? lot.cost : Money();
    if (lot.qty > 0) lots_[kept++] = lot;
  }
  LOCKSTEP_CHECK(held == before && placed == after && carried == Money(), "every lot finds its place");
  lots_.resize(kept);
  first_ = 0;
}

void LotQueue::visit(StateVisitor& visitor) {
  constexpr std::uint64_t kBytesPerLot = 24;
  const std::uint64_t count = visitor.length(size(), kBytesPerLot);
  if (visitor.is_loading()) {
    lots_.assign(count, Lot{});
    first_ = 0;
  }
  for (std::size_t i = first_; i < lots_.size(); ++i) {
    visitor.field(lots_[i].qty);
    visitor.field(lots_[i].cost);
  }
}

}  // namespace lockstep
