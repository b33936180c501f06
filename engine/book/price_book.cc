#include "engine/book/price_book.h"

namespace lockstep {

void BookSide::assign(std::span<const Level> levels) {
  levels_.clear();
  if (levels_.capacity() == 0 && !levels.empty()) levels_.reserve(kReserve);
  for (const Level& level : levels) {
    if (level.qty > 0) levels_.push_back(level);
  }
  const auto worse = [this](const Level& a, const Level& b) { return better(b.price, a.price); };
  if (!std::is_sorted(levels_.begin(), levels_.end(), worse)) {
    std::reverse(levels_.begin(), levels_.end());  // feeds send the best first
    if (!std::is_sorted(levels_.begin(), levels_.end(), worse))
      std::stable_sort(levels_.begin(), levels_.end(), worse);
  }
}

void PriceBook::apply(BookAction action, std::span<const Level> bids, std::span<const Level> asks) {
  switch (action) {
    case BookAction::diff:
      for (const Level& level : bids) bids_.set(level.price, level.qty);
      for (const Level& level : asks) asks_.set(level.price, level.qty);
      return;
    case BookAction::snapshot:
      bids_.assign(bids);
      asks_.assign(asks);
      return;
    case BookAction::clear:
      bids_.clear();
      asks_.clear();
      return;
  }
}

}  // namespace lockstep
