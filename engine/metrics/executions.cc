#include "engine/metrics/executions.h"

#include <cmath>
#include <limits>

namespace lockstep {
namespace {

constexpr double kNotMeasured = std::numeric_limits<double>::quiet_NaN();

double value_of(const Instrument& instrument, Price price, Qty qty, double rate) {
  if (instrument.is_inverse() && price <= 0) return kNotMeasured;
  const Money amount = notional(instrument, price, qty);
  return amount.overflowed() ? kNotMeasured : std::fabs(amount.to_double()) * rate;
}

double ratio(double numerator, double denominator) {
  return denominator == 0.0 ? kNotMeasured : numerator / denominator;
}

}  // namespace

double fill_ratio(const ExecutionTotals& totals) {
  return ratio(totals.filled_share_sum, static_cast<double>(totals.orders));
}

double maker_share(const ExecutionTotals& totals) {
  return ratio(totals.maker_value, totals.traded_value);
}

double slippage_bps(const ExecutionTotals& totals) {
  return ratio(totals.slippage_value * 1e4, totals.decided_value);
}

void Executions::add(const FillRow& fill, const Instrument& instrument, double rate) {
  ++totals_.fills;
  const double value = value_of(instrument, fill.price, fill.qty, rate);
  totals_.traded_value += value;
  if (fill.is_maker) totals_.maker_value += value;
  if (fill.decision_price != kNoPrice && fill.decision_price != 0) {
    const double decided = value_of(instrument, fill.decision_price, fill.qty, rate);
    const auto decision = static_cast<double>(fill.decision_price);
    const double cost = static_cast<double>(fill.price) - decision;
    totals_.decided_value += decided;
    totals_.slippage_value += decided * (fill.side == Side::buy ? cost : -cost) / std::fabs(decision);
  }
  if (fill.strategy != FillRow::kNoStrategy) fill_latency_.add(fill.ts_ns - fill.submit_ts_ns);
}

void Executions::add(const OrderRow& order) {
  switch (order.outcome) {
    case OrderOutcome::denied: return;
    case OrderOutcome::working: break;
    case OrderOutcome::filled: ++totals_.filled; break;
    case OrderOutcome::cancelled: ++totals_.cancelled; break;
    case OrderOutcome::rejected: ++totals_.rejected; break;
    case OrderOutcome::expired: ++totals_.expired; break;
  }
  ++totals_.orders;
  if (order.qty > 0)
    totals_.filled_share_sum += static_cast<double>(order.filled_qty) / static_cast<double>(order.qty);
  if (order.accepted_ts_ns != kNoTime) order_latency_.add(order.accepted_ts_ns - order.submit_ts_ns);
}

}  // namespace lockstep
