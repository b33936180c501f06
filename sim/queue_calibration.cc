#include "sim/queue_calibration.h"

#include <algorithm>
#include <limits>

#include "engine/core/math.h"

namespace lockstep::sim {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
using Bins = std::array<double, QueueCalibration::kBins>;

double middle(std::size_t bin) {
  return (static_cast<double>(bin) + 0.5) / static_cast<double>(QueueCalibration::kBins);
}

double sum_of(const Bins& bins) {
  double sum = 0;
  for (const double bin : bins) sum += bin;
  return sum;
}

// The chances are distribution functions of the place u of a cancelled order; these are their log densities.
double log_power(double u, double n) {
  const double a = math::pow(u, n);
  const double b = math::pow(1 - u, n);
  return math::log(n) + (n - 1) * (math::log(u) + math::log(1 - u)) - 2 * math::log(a + b);
}
double log_power_behind(double u, double n) {
  return math::log(n) + (n - 1) * math::log(1 - u);
}
double log_power_ahead(double u, double n) {
  return math::log(n) + (n - 1) * math::log(u);
}

template <class Density>
double mean_log(const Bins& bins, double n, Density density) {
  double sum = 0;
  for (std::size_t i = 0; i < bins.size(); ++i) {
    if (bins[i] > 0) sum += bins[i] * density(middle(i), n);
  }
  return sum / sum_of(bins);
}

// n of the greatest likelihood; closed forms for two of the three.
double best_power_behind(const Bins& bins) {
  double sum = 0;
  for (std::size_t i = 0; i < bins.size(); ++i) sum += bins[i] * math::log(1 - middle(i));
  return sum < 0 ? -sum_of(bins) / sum : kNone;
}
double best_power_ahead(const Bins& bins) {
  double sum = 0;
  for (std::size_t i = 0; i < bins.size(); ++i) sum += bins[i] * math::log(middle(i));
  return sum < 0 ? -sum_of(bins) / sum : kNone;
}
double best_power(const Bins& bins) {
  // Golden section over log n.
  constexpr double kGolden = 0.6180339887498949;
  double low = math::log(0.05);
  double high = math::log(20.0);
  const auto likelihood = [&](double log_n) { return mean_log(bins, math::exp(log_n), log_power); };
  double a = high - kGolden * (high - low);
  double b = low + kGolden * (high - low);
  double at_a = likelihood(a);
  double at_b = likelihood(b);
  for (int i = 0; i < 30; ++i) {
    if (at_a > at_b) {
      high = b;
      b = a;
      at_b = at_a;
      a = high - kGolden * (high - low);
      at_a = likelihood(a);
    } else {
      low = a;
      a = b;
      at_a = at_b;
      b = low + kGolden * (high - low);
      at_b = likelihood(b);
    }
  }
  return math::exp((low + high) / 2);
}

// The share of quantity before a place; a bin that the place cuts counts by half.
double share_before(const Bins& bins, std::size_t place) {
  const std::size_t bin = (2 * place + 1) * QueueCalibration::kBins / (2 * QueueModel::kPlaces);
  double before = 0;
  for (std::size_t i = 0; i < bin; ++i) before += bins[i];
  const double all = sum_of(bins);
  return all > 0 ? before / all : kNone;
}

}  // namespace

void QueueCalibration::see(const Event& event, const MarketState& market) {
  const auto action = event.as<OrderAction>();
  const auto type = static_cast<OrderActionType>(event.detail);
  if (type == OrderActionType::clear) return executed_.clear();
  const std::optional<BookOrder> found = market.find_order(action.order_id);
  if (!found || type == OrderActionType::trade) return;
  if (type == OrderActionType::execute && (action.venue_flags & kDoesNotChangeBook) != 0) {
    executed_[found->id] += action.qty;
    return;
  }
  const bool is_told_anew = type == OrderActionType::add || type == OrderActionType::modify;
  const bool keeps_place =
      type == OrderActionType::modify && action.price == found->price && action.qty <= found->qty;
  const Qty off =
      is_told_anew ? found->qty - (keeps_place ? action.qty : 0) : std::clamp<Qty>(action.qty, 0, found->qty);
  if (type != OrderActionType::execute && (event.flags & kFlagVenueSnapshot) == 0)
    note_cancellation(*found, off, market);
  if (off == found->qty) executed_.erase(found->id);
}

void QueueCalibration::note_cancellation(const BookOrder& order, Qty qty, const MarketState& market) {
  // What was executed is no cancellation, though it is taken off by one.
  const auto reported = executed_.find(order.id);
  if (reported != executed_.end()) {
    const Qty explained = std::min(reported->second, qty);
    reported->second -= explained;
    qty -= explained;
    if (reported->second == 0) executed_.erase(reported);
  }
  const BookSide& side = market.book.side(order.side);
  if (qty <= 0 || side.best().price != order.price) return;
  if (market.orders().count_at_depth(order.side, 0) < 2) return;
  const Qty before = *market.orders().qty_ahead_of(order.id);
  const auto all = static_cast<double>(side.best().qty);
  const double place = (static_cast<double>(before) + static_cast<double>(order.qty) / 2) / all;
  const auto bin = std::min(kBins - 1, static_cast<std::size_t>(place * static_cast<double>(kBins)));
  ++cancellations_;
  blocks_.observe([&](Sums& sums) {
    sums.events[bin] += 1;
    sums.share[bin] += static_cast<double>(qty) / all;
  });
}

QueueEstimates QueueCalibration::estimates(std::uint64_t seed) const {
  QueueEstimates out;
  out.cancellations = cancellations_;
  const auto estimate = [&](auto of) {
    if (blocks_.blocks() < 2) return Estimate{kNone, {kNone, kNone}};
    return Estimate{of(blocks_.total()), blocks_.interval(of, seed)};
  };
  for (std::size_t i = 0; i < QueueModel::kPlaces; ++i)
    out.chances[i] = estimate([i](const Sums& sums) { return share_before(sums.share, i); });
  out.power = estimate([](const Sums& sums) { return best_power(sums.events); });
  out.power_behind = estimate([](const Sums& sums) { return best_power_behind(sums.events); });
  out.power_ahead = estimate([](const Sums& sums) { return best_power_ahead(sums.events); });
  const Bins events = blocks_.total().events;
  const bool is_any = blocks_.blocks() >= 2;
  out.power_likelihood = is_any ? mean_log(events, out.power.value, log_power) : kNone;
  out.power_behind_likelihood = is_any ? mean_log(events, out.power_behind.value, log_power_behind) : kNone;
  out.power_ahead_likelihood = is_any ? mean_log(events, out.power_ahead.value, log_power_ahead) : kNone;
  return out;
}

}  // namespace lockstep::sim
