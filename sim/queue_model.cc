#include "sim/queue_model.h"

#include <algorithm>

#include "engine/core/check.h"
#include "engine/core/decimal.h"
#include "engine/core/math.h"

namespace lockstep::sim {
namespace {

double from_table(const std::array<double, QueueModel::kPlaces>& chances, double place) {
  constexpr auto kPlaces = static_cast<double>(QueueModel::kPlaces);
  const double position = place * kPlaces - 0.5;  // in steps of the table, whose first entry is at 0
  if (position <= 0) return chances.front() * (place * 2 * kPlaces);
  if (position >= kPlaces - 1) {
    const double beyond = (position - (kPlaces - 1)) * 2;
    return chances.back() + (1 - chances.back()) * beyond;
  }
  const auto i = static_cast<std::size_t>(position);
  const double share = position - static_cast<double>(i);
  return chances[i] + (chances[i + 1] - chances[i]) * share;
}

}  // namespace

Status validate(const QueueModel& model) {
  if (!(model.exponent >= 0.05 && model.exponent <= 20)) {
    return Error{ErrorCode::bad_input, "queue model", "the exponent must lie between 0.05 and 20"};
  }
  if (model.unit_qty <= 0) return Error{ErrorCode::bad_input, "queue model", "the unit must be positive"};
  for (const double chance : model.chances) {
    if (!(chance >= 0 && chance <= 1))
      return Error{ErrorCode::bad_input, "queue model", "chances must lie between 0 and 1"};
  }
  return Done{};
}

double chance_ahead(const QueueModel& model, Qty ahead, Qty behind) {
  if (model.kind == QueueModelKind::pessimistic || ahead == 0) return 0;
  if (behind == 0) return 1;
  const double total = static_cast<double>(ahead) + static_cast<double>(behind);
  const double before = static_cast<double>(ahead) / total;
  const double after = static_cast<double>(behind) / total;
  const double unit = static_cast<double>(model.unit_qty);
  switch (model.kind) {
    case QueueModelKind::power: {
      const double a = math::pow(before, model.exponent);
      const double b = math::pow(after, model.exponent);
      return a + b > 0 ? a / (a + b) : before;
    }
    case QueueModelKind::power_behind: return 1 - math::pow(after, model.exponent);
    case QueueModelKind::power_ahead: return math::pow(before, model.exponent);
    case QueueModelKind::log: {
      const double a = math::log1p(static_cast<double>(ahead) / unit);
      const double b = math::log1p(static_cast<double>(behind) / unit);
      return a / (a + b);
    }
    case QueueModelKind::log_behind:
      return 1 - math::log1p(static_cast<double>(behind) / unit) / math::log1p(total / unit);
    case QueueModelKind::fitted: return from_table(model.chances, before);
    case QueueModelKind::pessimistic:
    case QueueModelKind::proportional:
    case QueueModelKind::exact: return before;
  }
  return before;
}

Qty cancelled_ahead(const QueueModel& model, Qty ahead, Qty behind, Qty cancelled, std::uint64_t& carry) {
  LOCKSTEP_CHECK(ahead >= 0 && behind >= 0 && cancelled >= 0 && cancelled - behind <= ahead,
                 "no more can be cancelled than stands there");
  constexpr double kOne = 4294967296.0;  // 2^32
  // NOLINTNEXTLINE(bugprone-incorrect-roundings): never negative; lround would ask the rounding mode
  const auto share = static_cast<std::int64_t>(chance_ahead(model, ahead, behind) * kOne + 0.5);
  const Int128 sum = Int128{share} * cancelled + static_cast<Int128>(carry);
  const auto expected = static_cast<Qty>(sum >> 32);
  const Qty within = std::clamp(expected, std::max<Qty>(0, cancelled - behind), std::min(ahead, cancelled));
  carry = within == expected ? static_cast<std::uint64_t>(sum) & 0xffff'ffffU : 0;
  return within;
}

void restate_queue(const QueueModel& model, VenueOrder& order, Qty before, Qty after) {
  if (order.ahead == kUnknownQueue) {
    if (after > 0) order.ahead = after;
  } else {
    const Qty after_trades = before - order.traded;
    const Qty cancelled = after_trades - after;
    if (cancelled > 0 && model.kind == QueueModelKind::proportional) {
      order.ahead -= static_cast<Qty>(Int128{order.ahead} * cancelled / after_trades);
    } else if (cancelled > 0) {
      const Qty ahead = std::min(order.ahead, after_trades);
      order.ahead = ahead - cancelled_ahead(model, ahead, after_trades - ahead, cancelled, order.carry);
    }
    if (order.ahead > after) {
      order.ahead = after;
      order.carry = 0;
    }
  }
  order.traded = 0;
}

}  // namespace lockstep::sim
