#include "engine/metrics/round_trips.h"

#include <algorithm>
#include <limits>

#include "engine/core/check.h"
#include "engine/core/money.h"

namespace lockstep {
namespace {

double ratio(double numerator, double denominator) {
  return denominator == 0.0 ? std::numeric_limits<double>::quiet_NaN() : numerator / denominator;
}

}  // namespace

double win_rate(const TradeTotals& trades) {
  return ratio(static_cast<double>(trades.won), static_cast<double>(trades.won + trades.lost));
}
double profit_factor(const TradeTotals& trades) {
  return ratio(trades.won_sum, -trades.lost_sum);
}
double average_win(const TradeTotals& trades) {
  return ratio(trades.won_sum, static_cast<double>(trades.won));
}
double average_loss(const TradeTotals& trades) {
  return ratio(trades.lost_sum, static_cast<double>(trades.lost));
}
double expectancy(const TradeTotals& trades) {
  return ratio(trades.won_sum + trades.lost_sum, static_cast<double>(trades.count));
}

void RoundTrips::add(const FillRow& fill, double rate) {
  LOCKSTEP_CHECK(fill.instrument < trips_.size(), "an instrument that the run does not have");
  LOCKSTEP_CHECK(fill.qty > 0 && fill.side != Side::none, "a fill has a quantity and a side");
  Trip& trip = trips_[fill.instrument];
  const Int128 before = Int128{fill.position_qty} - (fill.side == Side::buy ? fill.qty : -fill.qty);
  const Int128 held = before < 0 ? -before : before;
  const bool reduces = before != 0 && (before > 0) != (fill.side == Side::buy);
  const Int128 closed = reduces ? std::min(held, Int128{fill.qty}) : 0;
  const Int128 closing_fee = divide_rounded(Int128{fill.fee_nanos} * closed, fill.qty);
  set_open(trip, before != 0, fill.ts_ns);
  trip.net_nanos += fill.realised_nanos - closing_fee;
  if (reduces && closed == held) close(trip, rate);
  trip.net_nanos -= fill.fee_nanos - closing_fee;
  set_open(trip, fill.position_qty != 0, fill.ts_ns);
}

void RoundTrips::close(Trip& trip, double rate) {
  const double result = static_cast<double>(trip.net_nanos) / static_cast<double>(kNanosPerUnit) * rate;
  ++totals_.count;
  if (trip.net_nanos > 0) {
    ++totals_.won;
    totals_.won_sum += result;
  } else if (trip.net_nanos < 0) {
    ++totals_.lost;
    totals_.lost_sum += result;
  }
  trip.net_nanos = 0;
}

void RoundTrips::set_open(Trip& trip, bool is_open, TimeNs ts_ns) {
  if (trip.is_open == is_open) return;
  trip.is_open = is_open;
  if (is_open) {
    if (open_count_++ == 0) open_since_ts_ns_ = ts_ns;
  } else {
    if (--open_count_ == 0) closed_spans_ns_ += ts_ns - open_since_ts_ns_;
  }
}

DurationNs RoundTrips::time_in_market_ns(TimeNs end_ts_ns) const {
  return closed_spans_ns_ + (open_count_ > 0 ? std::max<DurationNs>(0, end_ts_ns - open_since_ts_ns_) : 0);
}

}  // namespace lockstep
