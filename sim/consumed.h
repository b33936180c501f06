// What we have taken from the displayed liquidity of one side. The recorded market does not know of our
// trades, so the book goes on showing what we took; this keeps it from being taken twice, by whichever of our
// orders.
#pragma once

#include <algorithm>
#include <vector>

#include "engine/core/state.h"
#include "engine/event/event.h"

namespace lockstep::sim {

/// Rule: of a level that shows D, of which we took C, D - C is left. When the level shrinks below C, C
/// shrinks with it; when it vanishes, C is forgotten; when it grows, only the growth is new.
class Consumed {
 public:
  Consumed() { taken_.reserve(64); }

  [[nodiscard]] Qty at(Price price) const {
    for (const Level& level : taken_) {
      if (level.price == price) return level.qty;
    }
    return 0;
  }
  /// Of `displayed` at a price, what is left for us.
  [[nodiscard]] Qty left(Price price, Qty displayed) const { return std::max<Qty>(0, displayed - at(price)); }

  void take(Price price, Qty qty) {
    for (Level& level : taken_) {
      if (level.price == price) {
        level.qty += qty;
        return;
      }
    }
    taken_.push_back({price, qty});
  }

  /// The level now shows `displayed`.
  void update(Price price, Qty displayed) {
    for (std::size_t i = 0; i < taken_.size(); ++i) {
      if (taken_[i].price != price) continue;
      taken_[i].qty = std::min(taken_[i].qty, displayed);
      if (taken_[i].qty == 0) taken_.erase(taken_.begin() + static_cast<std::ptrdiff_t>(i));
      return;
    }
  }

  /// A snapshot: `displayed_at(price)` tells what each price shows now.
  template <class DisplayedAt>
  void update_all(DisplayedAt displayed_at) {
    for (std::size_t i = taken_.size(); i-- > 0;) update(taken_[i].price, displayed_at(taken_[i].price));
  }

  [[nodiscard]] bool empty() const { return taken_.empty(); }
  void clear() { taken_.clear(); }
  void visit(StateVisitor& visitor) {
    visitor.list(taken_, [&](Level& level) { visitor.record(level); });
  }

 private:
  std::vector<Level> taken_;  // few: only prices we took from that still show
};

}  // namespace lockstep::sim
