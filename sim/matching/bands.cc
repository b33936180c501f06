// Price bands: how far a taker may push the price, and what becomes of one that is stopped.
#include <algorithm>

#include "sim/matching/matching_engine.h"

namespace lockstep::matching {
namespace {

// Towards minus infinity, as a multiple of tick.
Price floor_to(Price price, Price tick) {
  const Price remainder = price % tick;
  return price - (remainder < 0 ? remainder + tick : remainder);
}

}  // namespace

MatchingEngine::Bounds MatchingEngine::bounds(const Band& band, Price centre) const {  // B1
  if (band.kind == BandKind::none || centre == kNoPrice) return {kNoPrice, kNoPrice};
  Price width = band.width;
  if (band.kind == BandKind::ppm) {
    const Int128 product = Int128{centre < 0 ? -centre : centre} * band.width / 1'000'000;
    constexpr Int128 kFar = Int128{1} << 54;
    width = static_cast<Price>(std::min(product, kFar));
  }
  return {-floor_to(-(centre - width), config_.tick), floor_to(centre + width, config_.tick)};
}

/// The worst opposite key that a taker may match.
Key MatchingEngine::edge(Side taker) const {  // B3
  if (!has_bands_) return BookSide::kNoKey;
  Key worst_allowed = BookSide::kNoKey;
  const auto limit_by = [&](const Bounds& allowed) {
    if (allowed.lower == kNoPrice) return;
    const Key key = taker == Side::buy ? key_of(Side::sell, allowed.upper) : key_of(Side::buy, allowed.lower);
    worst_allowed = std::max(worst_allowed, key);
  };
  limit_by(bounds(config_.static_band, reference_));
  limit_by(bounds(config_.dynamic_band, last_price_ != kNoPrice ? last_price_ : reference_));
  return worst_allowed;
}

void MatchingEngine::stopped_by_band(Order& taker, Key worst_allowed, Output& out) {  // B4 - B7
  if (config_.band_action == BandAction::interrupt) {
    change_phase(Phase::reopening_call, Reason::outside_band, out);
  }
  if (taker.type == Type::market || taker.tif == TimeInForce::ioc ||
      config_.band_action == BandAction::cancel) {
    end(taker, Reason::outside_band, out);
    return;
  }
  if (config_.band_action == BandAction::rest) taker.key = -worst_allowed;
  book(taker, out);
}

}  // namespace lockstep::matching
