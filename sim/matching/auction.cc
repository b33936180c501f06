#include "sim/matching/auction.h"

#include <algorithm>

namespace lockstep::matching {
namespace {

using Ticks = std::int64_t;

Qty magnitude(Qty qty) {
  return qty < 0 ? -qty : qty;
}

/// The best candidates so far: all of one volume and one |imbalance|. Fed in ascending order of price.
class Choice {
 public:
  explicit Choice(std::optional<Ticks> reference) : reference_(reference) {}

  void offer(Ticks ticks, Qty buy, Qty sell) {
    const UncrossPoint point{ticks, std::min(buy, sell), buy - sell};
    if (point.volume == 0) return;
    const bool is_first = !last_positive_ && !first_negative_ && !balanced_;
    if (!is_first &&
        (point.volume < volume_ || (point.volume == volume_ && magnitude(point.imbalance) > magnitude_))) {
      return;
    }
    if (point.volume > volume_ || magnitude(point.imbalance) < magnitude_) {
      last_positive_.reset();
      first_negative_.reset();
      balanced_.reset();
    }
    volume_ = point.volume;
    magnitude_ = magnitude(point.imbalance);
    if (point.imbalance > 0) {
      last_positive_ = point;
    } else if (point.imbalance < 0) {
      if (!first_negative_) first_negative_ = point;
    } else {
      balanced_ = balanced_ ? closer(*balanced_, point) : point;
    }
  }

  [[nodiscard]] UncrossPoint best() const {
    if (balanced_) return *balanced_;
    if (last_positive_ && first_negative_) return closer(*last_positive_, *first_negative_);
    if (last_positive_) return *last_positive_;
    return first_negative_.value_or(UncrossPoint{});
  }

 private:
  /// Requires: low.ticks < high.ticks.
  [[nodiscard]] UncrossPoint closer(const UncrossPoint& low, const UncrossPoint& high) const {
    if (!reference_) return high;
    return magnitude(low.ticks - *reference_) < magnitude(high.ticks - *reference_) ? low : high;
  }

  std::optional<Ticks> reference_;
  Qty volume_ = 0;
  Qty magnitude_ = 0;
  std::optional<UncrossPoint> last_positive_;
  std::optional<UncrossPoint> first_negative_;
  std::optional<UncrossPoint> balanced_;
};

}  // namespace

UncrossPoint find_uncross(const BookSide& buys, Qty unpriced_buy, const BookSide& sells, Qty unpriced_sell,
                          std::optional<std::int64_t> reference_ticks) {
  constexpr Ticks kNone = INT64_MAX;
  constexpr Key kNoKey = BookSide::kNoKey;
  Qty buy = unpriced_buy;
  for (Key key = buys.best(); key != kNoKey; key = buys.next_worse(key)) buy += buys.find(key)->leaves;
  Qty sell = unpriced_sell;
  Key buy_key = buys.next_better(kNoKey);
  Key sell_key = sells.best();
  bool reference_is_due = reference_ticks.has_value();
  Choice choice(reference_ticks);
  for (;;) {
    const Ticks next_buy = buy_key == kNoKey ? kNone : buy_key;
    const Ticks next_sell = sell_key == kNoKey ? kNone : -sell_key;
    const Ticks ticks = std::min({next_buy, next_sell, reference_is_due ? *reference_ticks : kNone});
    if (ticks == kNone) return choice.best();
    if (next_sell == ticks) {
      sell += sells.find(sell_key)->leaves;
      sell_key = sells.next_worse(sell_key);
    }
    choice.offer(ticks, buy, sell);
    if (next_buy == ticks) {
      buy -= buys.find(buy_key)->leaves;
      buy_key = buys.next_better(buy_key);
    }
    if (reference_is_due && *reference_ticks == ticks) reference_is_due = false;
  }
}

}  // namespace lockstep::matching
