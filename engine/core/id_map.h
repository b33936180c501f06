// Order id -> slot, by open addressing with backward-shift deletion: constant time, no allocation once it has
// grown to the number of orders alive at once, and never iterated, so no order of ours can depend on the
// hash.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/core/check.h"

namespace lockstep {

class IdMap {
 public:
  static constexpr std::uint32_t kAbsent = 0xffff'ffffU;

  IdMap() : cells_(64) {}

  [[nodiscard]] std::uint32_t find(std::uint64_t id) const {
    for (std::size_t i = home(id);; i = next(i)) {
      if (cells_[i].slot == kAbsent) return kAbsent;
      if (cells_[i].id == id) return cells_[i].slot;
    }
  }

  /// Requires: `id` is not there yet; slot != kAbsent.
  void insert(std::uint64_t id, std::uint32_t slot) {
    if ((size_ + 1) * 2 > cells_.size()) grow();
    place(id, slot);
    ++size_;
  }

  /// Requires: `id` is there.
  void erase(std::uint64_t id) {
    std::size_t hole = home(id);
    while (cells_[hole].slot == kAbsent || cells_[hole].id != id) {
      LOCKSTEP_CHECK(cells_[hole].slot != kAbsent, "erasing an id that is not in the map");
      hole = next(hole);
    }
    for (std::size_t i = next(hole); cells_[i].slot != kAbsent; i = next(i)) {
      // A cell may move back into the hole unless its home lies after the hole.
      const std::size_t from_home = (i - home(cells_[i].id)) & (cells_.size() - 1);
      const std::size_t from_hole = (i - hole) & (cells_.size() - 1);
      if (from_home >= from_hole) {
        cells_[hole] = cells_[i];
        hole = i;
      }
    }
    cells_[hole].slot = kAbsent;
    --size_;
  }

  void clear() {
    for (Cell& cell : cells_) cell.slot = kAbsent;
    size_ = 0;
  }

 private:
  struct Cell {
    std::uint64_t id = 0;
    std::uint32_t slot = kAbsent;
  };

  [[nodiscard]] std::size_t home(std::uint64_t id) const {
    return static_cast<std::size_t>((id * 0x9E3779B97F4A7C15ULL) >> 32U) & (cells_.size() - 1);
  }
  [[nodiscard]] std::size_t next(std::size_t i) const { return (i + 1) & (cells_.size() - 1); }

  void place(std::uint64_t id, std::uint32_t slot) {
    std::size_t i = home(id);
    for (; cells_[i].slot != kAbsent; i = next(i))
      LOCKSTEP_CHECK(cells_[i].id != id, "an id is in the map twice");
    cells_[i] = {id, slot};
  }

  void grow() {
    std::vector<Cell> old(cells_.size() * 2);
    old.swap(cells_);
    for (const Cell& cell : old) {
      if (cell.slot != kAbsent) place(cell.id, cell.slot);
    }
  }

  std::vector<Cell> cells_;
  std::size_t size_ = 0;
};

}  // namespace lockstep
