// At which price an auction would trade most. A pure function of two book sides; owns and changes nothing.
#pragma once

#include <optional>

#include "sim/matching/book_side.h"

namespace lockstep::matching {

struct UncrossPoint {
  std::int64_t ticks = 0;
  Qty volume = 0;     ///< 0: there is no uncross
  Qty imbalance = 0;  ///< buy minus sell
};

/// MATCHING.md, A1 - A5. `unpriced_*`: leaves of orders without a price. `reference_ticks`: the auction
/// reference, if there is one.
UncrossPoint find_uncross(const BookSide& buys, Qty unpriced_buy, const BookSide& sells, Qty unpriced_sell,
                          std::optional<std::int64_t> reference_ticks);

}  // namespace lockstep::matching
