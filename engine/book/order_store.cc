#include "engine/book/order_store.h"

namespace lockstep {

std::uint32_t OrderStore::insert(Place place, InstrumentId instrument, std::uint64_t id, Side side,
                                 Price price, Qty qty) {
  LOCKSTEP_CHECK(!place.is_there() && cells_[place.cell].slot == kNone, "an order is stored once");
  if ((size_ + 1) * 4 > cells_.size() * 3) {
    grow();
    place = find(instrument, id);
  }
  std::uint32_t slot = free_;
  if (slot != kNone) {
    free_ = pool_[slot].behind;
  } else {
    slot = static_cast<std::uint32_t>(pool_.size());
    LOCKSTEP_CHECK(slot != kNone, "more orders than the pool can number");
    pool_.emplace_back();
  }
  pool_[slot] = {id, price, qty, kNone, kNone};
  cells_[place.cell] = {id, slot, instrument << 1U | (side == Side::sell ? 1U : 0U)};
  ++size_;
  return slot;
}

void OrderStore::erase(const Place& place) {
  LOCKSTEP_CHECK(place.is_there() && cells_[place.cell].slot == place.slot, "the place is no longer true");
  pool_[place.slot].behind = free_;
  free_ = place.slot;
  std::size_t hole = place.cell;
  for (std::size_t i = next(hole); cells_[i].slot != kNone; i = next(i)) {
    // A cell may move back into the hole unless its home lies after the hole.
    const std::size_t from_home = (i - home(cells_[i].tag >> 1U, cells_[i].id)) & (cells_.size() - 1);
    const std::size_t from_hole = (i - hole) & (cells_.size() - 1);
    if (from_home >= from_hole) {
      cells_[hole] = cells_[i];
      hole = i;
    }
  }
  cells_[hole].slot = kNone;
  --size_;
}

void OrderStore::clear() {
  for (Cell& cell : cells_) cell.slot = kNone;
  size_ = 0;
  pool_.resize(1);
  free_ = kNone;
}

void OrderStore::grow() {
  std::vector<Cell> old(cells_.size() * 2);
  old.swap(cells_);
  --shift_;
  for (const Cell& cell : old) {
    if (cell.slot != kNone) cells_[find(cell.tag >> 1U, cell.id).cell] = cell;
  }
}

}  // namespace lockstep
