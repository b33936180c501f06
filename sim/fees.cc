#include "sim/fees.h"

#include <algorithm>
#include <limits>
#include <string>

namespace lockstep::sim {
namespace {

// More orders than are part filled at once, so that the steady state allocates nothing.
constexpr std::size_t kReserve = 64;
constexpr std::int64_t kAll = kNanosPerUnit;  // 100% in parts per billion

Int128 magnitude(Money amount) {
  return amount.nanos() < 0 ? -Int128{amount.nanos()} : Int128{amount.nanos()};
}

Money share(Int128 nanos, std::int64_t rate_ppb) {
  return Money::from_wide(divide_rounded(nanos * rate_ppb, kAll));
}

Money per_unit(const Instrument& instrument, Qty qty, std::int64_t nanos_per_unit) {
  return Money::from_wide(divide_rounded(Int128{qty} * nanos_per_unit, pow10(instrument.qty_scale)));
}

// What a fill counts as volume, in 10^-9 of the quote currency: for an inverse contract its face value.
Int128 volume_of(const Instrument& instrument, Money value, Qty qty) {
  if (!instrument.is_inverse()) return magnitude(value);
  const int scale = instrument.qty_scale + instrument.multiplier_scale;
  const Int128 face = Int128{qty} * instrument.multiplier;
  if (scale <= kMoneyScale) return face * pow10(kMoneyScale - scale);
  const int beyond = scale - kMoneyScale;
  return beyond <= kMaxScale
             ? divide_rounded(face, pow10(beyond))
             : divide_rounded(divide_rounded(face, pow10(kMaxScale)), pow10(beyond - kMaxScale));
}

// A levy over a whole span, from what it came to before cap and rounding.
Money finished(const Levy& levy, Money raw) {
  if (raw.overflowed()) return raw;
  std::int64_t nanos = levy.cap_nanos > 0 ? std::min(raw.nanos(), levy.cap_nanos) : raw.nanos();
  if (levy.round_up_nanos > 0) {
    const Int128 step = levy.round_up_nanos;
    return Money::from_wide((Int128{nanos} + step - 1) / step * step);
  }
  return Money::from_nanos(nanos);
}

Error bad(const std::string& what) {
  return {ErrorCode::bad_input, "fees", what};
}

bool is_rate(std::int64_t ppb) {
  return ppb >= -kAll && ppb <= kAll;
}

Status validate(const Levy& levy) {
  if (levy.rate < 0 || levy.cap_nanos < 0 || levy.round_up_nanos < 0)
    return bad("a levy's rate, cap and rounding must not be negative");
  if (levy.base == LevyBase::notional && levy.rate > kAll) return bad("a levy takes more than 100%");
  return Done{};
}

}  // namespace

Status validate(const Fees& schedule) {
  if (!is_rate(schedule.maker_ppb) || !is_rate(schedule.taker_ppb))
    return bad("maker and taker rates must lie within +-100%");
  std::int64_t volume = -1;
  for (const FeeTier& tier : schedule.tiers) {
    if (!is_rate(tier.maker_ppb) || !is_rate(tier.taker_ppb))
      return bad("the rates of a tier must lie within +-100%");
    if (tier.volume_units <= volume) {
      return bad("the volumes of tiers must ascend from 0 or more, found " +
                 std::to_string(tier.volume_units) + " after " + std::to_string(volume));
    }
    volume = tier.volume_units;
  }
  if (!schedule.tiers.empty() && schedule.tiers.front().volume_units != 0)
    return bad("the first tier begins at volume 0, found " +
               std::to_string(schedule.tiers.front().volume_units));
  if (schedule.lowest_tier > 0 && schedule.lowest_tier >= schedule.tiers.size())
    return bad("there is no tier " + std::to_string(schedule.lowest_tier));
  if (schedule.volume_rate_ppb <= 0) return bad("the volume rate must be positive");
  if (schedule.commission_per_unit_nanos < 0 || schedule.commission_minimum_nanos < 0 ||
      schedule.commission_cap_ppb < 0)
    return bad("commission, its minimum and its cap must not be negative");
  if (schedule.commission_cap_ppb > kAll) return bad("the cap of the commission is beyond 100%");
  for (const Levy& levy : schedule.levies) {
    if (const Status valid = validate(levy); !valid) return valid;
  }
  return Done{};
}

Money fee_of(const Instrument& instrument, Price price, Qty qty, std::int64_t rate_ppb) {
  const Money value = notional(instrument, price, qty);
  return value.overflowed() ? value : share(magnitude(value), rate_ppb);
}

FeeMeter::FeeMeter(std::span<const Instrument> instruments, std::vector<Fees> schedules, int window_days)
    : window_days_(window_days) {
  LOCKSTEP_CHECK(schedules.size() == instruments.size(), "fees are given per instrument");
  LOCKSTEP_CHECK(window_days >= 1 && window_days <= 366, "a window of volume is a day to a year");
  orders_.reserve(kReserve);
  std::vector<std::string> venues;
  for (std::size_t i = 0; i < instruments.size(); ++i) {
    LOCKSTEP_CHECK(validate(schedules[i]).ok(), "a fee schedule was not validated");
    const auto found = std::find(venues.begin(), venues.end(), instruments[i].venue);
    Listing listing{instruments[i], std::move(schedules[i]),
                    static_cast<std::uint32_t>(found - venues.begin()),
                    static_cast<std::uint32_t>(day_levies_.size())};
    if (found == venues.end()) {
      venues.push_back(instruments[i].venue);
      volumes_.emplace_back();
    }
    listing.is_by_order = listing.schedule.commission_per_unit_nanos != 0 ||
                          listing.schedule.commission_minimum_nanos != 0 ||
                          std::any_of(listing.schedule.levies.begin(), listing.schedule.levies.end(),
                                      [](const Levy& levy) { return levy.span == LevySpan::order; });
    is_by_order_ = is_by_order_ || listing.is_by_order;
    Volume& volume = volumes_[listing.volume];
    if (!listing.schedule.tiers.empty() && !volume.is_tiered) {
      volume.is_tiered = true;
      volume.days.resize(static_cast<std::size_t>(window_days) + 1);
    }
    // A day's levies belong to a schedule: instruments that share it share its day.
    const auto twin = std::find_if(listings_.begin(), listings_.end(), [&](const Listing& other) {
      return other.volume == listing.volume && other.schedule == listing.schedule;
    });
    if (twin != listings_.end()) {
      listing.day_levies = twin->day_levies;
    } else {
      day_levies_.resize(day_levies_.size() + listing.schedule.levies.size());
    }
    listings_.push_back(std::move(listing));
  }
}

std::uint32_t FeeMeter::tier(InstrumentId instrument) const {
  LOCKSTEP_CHECK(instrument < listings_.size(), "an instrument that the run does not have");
  const Fees& schedule = listings_[instrument].schedule;
  if (schedule.tiers.empty()) return 0;
  const Int128 traded = volumes_[listings_[instrument].volume].window;
  std::uint32_t reached = 0;
  for (std::uint32_t i = 1; i < schedule.tiers.size(); ++i) {
    if (traded >= Int128{schedule.tiers[i].volume_units} * kNanosPerUnit) reached = i;
  }
  return std::max(reached, schedule.lowest_tier);
}

std::int64_t FeeMeter::rates(InstrumentId instrument, bool is_maker) const {
  const Fees& schedule = listings_[instrument].schedule;
  if (schedule.tiers.empty()) return is_maker ? schedule.maker_ppb : schedule.taker_ppb;
  const FeeTier& now = schedule.tiers[tier(instrument)];
  return is_maker ? now.maker_ppb : now.taker_ppb;
}

void FeeMeter::roll(Volume& volume, std::int64_t day) const {
  if (day <= volume.today) return;
  const auto ring = static_cast<std::int64_t>(volume.days.size());
  if (day - volume.today > window_days_) {
    std::fill(volume.days.begin(), volume.days.end(), Int128{0});
    volume.window = 0;
    volume.today = day;
    return;
  }
  while (volume.today < day) {
    volume.window += volume.days[static_cast<std::size_t>(volume.today % ring)];
    ++volume.today;
    Int128& oldest = volume.days[static_cast<std::size_t>(volume.today % ring)];
    volume.window -= oldest;
    oldest = 0;
  }
}

Money FeeMeter::commission(const Listing& listing, const OrderSoFar& order) {
  const Fees& schedule = listing.schedule;
  if (order.filled_qty == 0) return Money();
  Money due = per_unit(listing.instrument, order.filled_qty, schedule.commission_per_unit_nanos);
  if (!due.overflowed() && due.nanos() < schedule.commission_minimum_nanos)
    due = Money::from_nanos(schedule.commission_minimum_nanos);
  if (schedule.commission_cap_ppb == 0) return due;
  const Money cap = share(order.notional_nanos, schedule.commission_cap_ppb);
  return due.overflowed() || due.nanos() > cap.nanos() ? cap : due;
}

Money FeeMeter::levy(const Listing& listing, const Levy& levy, std::size_t index, Side side, Qty qty,
                     Money value, const OrderSoFar& before, const OrderSoFar& after, std::int64_t day) {
  if (levy.side != Side::none && levy.side != side) return Money();
  const auto raw = [&](Qty quantity, Int128 notional_nanos) {
    return levy.base == LevyBase::unit ? per_unit(listing.instrument, quantity, levy.rate)
                                       : share(notional_nanos, levy.rate);
  };
  const Money of_fill = raw(qty, magnitude(value));
  switch (levy.span) {
    case LevySpan::fill: return finished(levy, of_fill);
    case LevySpan::order:
      return finished(levy, raw(after.filled_qty, after.notional_nanos)) -
             finished(levy, raw(before.filled_qty, before.notional_nanos));
    case LevySpan::day: break;
  }
  DayLevy& so_far = day_levies_[listing.day_levies + index];
  if (day > so_far.day) so_far = {day, Money()};
  const Money due_before = finished(levy, so_far.before_cap);
  so_far.before_cap += of_fill;
  return finished(levy, so_far.before_cap) - due_before;
}

Money FeeMeter::charge(InstrumentId instrument, Side side, Price price, Qty qty, bool is_maker,
                       TimeNs exch_ts_ns, OrderId order) {
  LOCKSTEP_CHECK(instrument < listings_.size(), "a fill of an instrument that the run does not have");
  LOCKSTEP_CHECK(qty > 0, "a fill's quantity is positive");
  Listing& listing = listings_[instrument];
  const Fees& schedule = listing.schedule;
  const Money value = notional(listing.instrument, price, qty);
  if (value.overflowed()) return value;
  Volume& volume = volumes_[listing.volume];
  const std::int64_t day = exch_ts_ns / kDay;
  if (volume.is_tiered) roll(volume, day);

  OrderSoFar before;
  OrderSoFar after;
  if (listing.is_by_order) {
    auto found = std::find_if(orders_.begin(), orders_.end(),
                              [&](const OrderSoFar& each) { return each.id == order; });
    if (found == orders_.end()) found = orders_.insert(found, OrderSoFar{order, 0, 0});
    before = *found;
    found->filled_qty += qty;
    found->notional_nanos = static_cast<std::int64_t>(
        std::min<Int128>(found->notional_nanos + magnitude(value), std::numeric_limits<std::int64_t>::max()));
    after = *found;
  }

  Money fee = share(magnitude(value), rates(instrument, is_maker));
  const std::int64_t per_unit_nanos =
      is_maker ? schedule.maker_per_unit_nanos : schedule.taker_per_unit_nanos;
  if (per_unit_nanos != 0) fee += per_unit(listing.instrument, qty, per_unit_nanos);
  if (listing.is_by_order) fee += commission(listing, after) - commission(listing, before);
  for (std::size_t i = 0; i < schedule.levies.size(); ++i)
    fee += levy(listing, schedule.levies[i], i, side, qty, value, before, after, day);

  if (volume.is_tiered) {
    const Int128 counted = volume_of(listing.instrument, value, qty);
    volume.days[static_cast<std::size_t>(volume.today % static_cast<std::int64_t>(volume.days.size()))] +=
        divide_rounded(counted * schedule.volume_rate_ppb, kAll);
  }
  return fee;
}

void FeeMeter::end(OrderId order) {
  if (!is_by_order_) return;
  std::erase_if(orders_, [&](const OrderSoFar& each) { return each.id == order; });
}

void FeeMeter::visit(StateVisitor& visitor) {
  for (Volume& volume : volumes_) {
    if (!volume.is_tiered) continue;
    for (Int128& day : volume.days) visitor.field(day);
    visitor.field(volume.window);
    visitor.field(volume.today);
  }
  for (DayLevy& levy : day_levies_) {
    visitor.field(levy.day);
    visitor.field(levy.before_cap);
  }
  if (is_by_order_) visitor.list(orders_, [&](OrderSoFar& order) { visitor.record(order); });
}

}  // namespace lockstep::sim
