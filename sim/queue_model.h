// Where an order of ours stands in the queue at its price when the feed shows levels and not orders: how much
// of a cancelled quantity is taken to have stood before us. Plain data and pure functions, chosen per
// instrument. Never draws chance: it moves us by what is to be expected.
#pragma once

#include <array>
#include <string_view>

#include "engine/core/result.h"
#include "sim/venue_order.h"

namespace lockstep::sim {

/// With a = quantity ahead of us, b = quantity behind us, x = a / (a + b), a cancelled quantity c moves us up
/// by p c, where p is the chance that a cancelled unit stood before us:
enum class QueueModelKind : std::uint8_t {
  proportional,  ///< p = x, each time rounded down to whole units
  pessimistic,   ///< p = 0: only trades move us up, and a level that shows less than is ahead
  power,         ///< p = a^n / (a^n + b^n)
  power_behind,  ///< p = 1 - (b / (a + b))^n
  power_ahead,   ///< p = (a / (a + b))^n
  log,           ///< p = log(1 + a) / (log(1 + a) + log(1 + b)), in units of `unit_qty`
  log_behind,    ///< p = 1 - log(1 + b) / log(1 + a + b)
  fitted,        ///< p by interpolation in a table over x, as `lockstep calibrate` measures it
  exact,         ///< feeds order by order: our place among the real orders. On levels: proportional
};
inline constexpr std::array<std::string_view, 9> kQueueModelNames = {"proportional", "pessimistic", "power",
                                                                     "power_behind", "power_ahead", "log",
                                                                     "log_behind",   "fitted",      "exact"};

/// Sources: pessimistic, power, log: the models RiskAdverse, PowerProb (1 to 3) and LogProb (1 and 2) of
/// hftbacktest (N. Yoon, MIT), there stated as the chance 1 - p of a cancellation behind; after E. Rigtorp,
/// "Estimating order queue position", 2013, whose model is `proportional`.
struct QueueModel {
  static constexpr std::size_t kPlaces = 10;

  QueueModelKind kind = QueueModelKind::proportional;
  double exponent = 1.0;  ///< n, 0.05 to 20
  /// p at x = 0.05, 0.15 ... 0.95; 0 at x = 0 and 1 at x = 1, straight lines between.
  std::array<double, kPlaces> chances = {0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95};
  Qty unit_qty = 1;  ///< of the logarithms; > 0, usually the lot
};

Status validate(const QueueModel& model);

/// p. Requires: a valid model; ahead, behind >= 0. 0 where nothing is ahead, else 1 where nothing is behind
/// (but for `pessimistic`). `exact` is told the place by the feed; asked all the same, it is x.
[[nodiscard]] double chance_ahead(const QueueModel& model, Qty ahead, Qty behind);

/// Of `cancelled` units, those that stood before us: p x cancelled in units of 2^-32, whose fraction is
/// carried to the next time (in 2^-32, below 2^32), never more than is ahead, never fewer than cannot have
/// stood behind. Requires: ahead, behind >= 0, 0 <= cancelled <= ahead + behind.
[[nodiscard]] Qty cancelled_ahead(const QueueModel& model, Qty ahead, Qty behind, Qty cancelled,
                                  std::uint64_t& carry);

/// The level at the order's price went from `before` to `after`. What was traded there since the last time
/// (order.traded) explains a part; the rest was cancelled. The queue ahead never exceeds `after`. A queue
/// that was unknown is learned.
void restate_queue(const QueueModel& model, VenueOrder& order, Qty before, Qty after);

}  // namespace lockstep::sim
