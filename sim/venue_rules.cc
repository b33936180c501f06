#include "sim/venue_rules.h"

namespace lockstep::sim {
namespace {

bool is_outside_band(const VenueRules& rules, const VenueOrder& order, const MarketState& market) {
  const Price reference = market.reference_price();
  if (rules.price_band_ppb == 0 || order.price == kNoPrice || reference == kNoPrice) return false;
  const Int128 distance = Int128{order.price} - reference;
  const Int128 magnitude = distance < 0 ? -distance : distance;
  const Int128 whole = reference < 0 ? -Int128{reference} : Int128{reference};
  return magnitude * kNanosPerUnit > whole * rules.price_band_ppb;
}

bool is_below_min_notional(const VenueRules& rules, const VenueOrder& order, const Listing& listing,
                           const MarketState& market) {
  if (rules.min_notional_nanos == 0 || (order.flags & kFlagReduceOnly) != 0) return false;
  const Price price = order.price != kNoPrice ? order.price : market.reference_price();
  if (price == kNoPrice || (listing.instrument.is_inverse() && price <= 0)) return false;
  const Money value = notional(listing.instrument, price, order.leaves);
  return !value.overflowed() && value.nanos() < rules.min_notional_nanos &&
         value.nanos() > -rules.min_notional_nanos;
}

}  // namespace

Reason refusal_by_rules(const VenueRules& rules, const VenueOrder& order, const Listing& listing,
                        const MarketState& market) {
  const bool is_post_only = (order.flags & kFlagPostOnly) != 0;
  const bool is_reduce_only = (order.flags & kFlagReduceOnly) != 0;
  if ((rules.order_types & bit_of(order.type)) == 0 ||
      (rules.times_in_force & bit_of(order.time_in_force)) == 0 ||
      (rules.contingencies & bit_of(contingency_of(order.terms))) == 0 ||
      (is_post_only && !rules.takes_post_only) || (is_reduce_only && !rules.takes_reduce_only) ||
      (order.display_qty > 0 && !rules.takes_icebergs) || (order.is_quote && !rules.takes_mass_quotes)) {
    return Reason::unsupported_order;
  }
  const bool trails = order.type == OrderType::trailing_stop;
  const auto is_off = [](std::int64_t value, std::int64_t step) { return step > 0 && value % step != 0; };
  if ((order.price != kNoPrice && is_off(order.price, rules.tick)) ||
      (order.trigger_price != kNoPrice && !trails && is_off(order.trigger_price, rules.tick)))
    return Reason::off_tick;
  if (is_off(order.leaves, rules.lot)) return Reason::off_lot;
  if (order.leaves < rules.min_qty) return Reason::below_min_qty;
  if (rules.max_qty > 0 && order.leaves > rules.max_qty) return Reason::above_max_qty;
  if (is_below_min_notional(rules, order, listing, market)) return Reason::below_min_notional;
  if (order.expire_ts_ns != kNoTime && order.expire_ts_ns <= order.arrival_ns) return Reason::bad_expiry;
  if (rules.max_orders > 0 && listing.orders.size() + listing.waiting.size() >= rules.max_orders)
    return Reason::too_many_orders;
  if (is_outside_band(rules, order, market)) return Reason::outside_price_band;
  return Reason::none;
}

TimeNs end_of_day(const VenueRules& rules, TimeNs arrival_ns) {
  const TimeNs midnight_ns = arrival_ns - ((arrival_ns % kDay) + kDay) % kDay;
  const TimeNs end_ns = midnight_ns + (rules.day_end_ns == 0 ? kDay : rules.day_end_ns);
  return end_ns > arrival_ns ? end_ns : end_ns + kDay;
}

}  // namespace lockstep::sim
