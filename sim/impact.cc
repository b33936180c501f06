#include "sim/impact.h"

#include <cmath>

#include "engine/core/check.h"
#include "engine/core/math.h"

namespace lockstep::sim {
namespace {

// (1 + u)^-b = 1 / Gamma(b) x the integral of exp(b y - e^y) exp(-u e^y) over y: a sum over equal steps of y,
// with what lies below the lowest step added to it, scaled to 1 at u = 0.
constexpr double kLowest = -14.0;
constexpr double kStep = 16.5 / 23;

double rate(std::size_t part) {
  return math::exp(kLowest + kStep * static_cast<double>(part));
}

double weight(std::size_t part, double decay_exponent) {
  const double y = kLowest + kStep * static_cast<double>(part);
  const double height = math::exp(decay_exponent * y - math::exp(y)) * kStep;
  if (part > 0) return height;
  const double lowest = math::exp(decay_exponent * kLowest);
  return height - lowest * kStep / 2 + lowest / decay_exponent;
}

double sign_of(Side side) {
  return side == Side::buy ? 1.0 : -1.0;
}

}  // namespace

Status validate(const Impact& impact) {
  const auto fail = [](const char* what) { return Error{ErrorCode::bad_input, "impact", what}; };
  if (!(impact.coefficient >= 0 && impact.coefficient <= 1))
    return fail("the coefficient is a fraction of the price, from 0 to 1");
  if (impact.reference_qty <= 0) return fail("the reference quantity must be positive");
  if (impact.decay_ns <= 0) return fail("the decay must be a positive duration");
  if (!(impact.size_exponent >= 0 && impact.size_exponent <= 2))
    return fail("the exponent of the size must lie between 0 and 2");
  if (!(impact.decay_exponent >= 0.1 && impact.decay_exponent <= 2))
    return fail("the exponent of the decay must lie between 0.1 and 2");
  return Done{};
}

void ImpactState::decay_to(const Impact& impact, TimeNs exch_ts_ns) {
  if (exch_ts_ns <= ts_ns_) return;
  const double ages = static_cast<double>(exch_ts_ns - ts_ns_) / static_cast<double>(impact.decay_ns);
  ts_ns_ = exch_ts_ns;
  switch (impact.kind) {
    case ImpactKind::none: return;
    case ImpactKind::linear: {
      // parts_[1] is what it was after the last taking, from which the line runs down.
      const double run_down = parts_[1] * ages;
      const bool is_over = ages >= 1 || std::fabs(run_down) >= std::fabs(parts_[0]);
      parts_[0] = is_over ? 0 : parts_[0] - run_down;
      return;
    }
    case ImpactKind::square_root:
    case ImpactKind::exponential: parts_[0] *= math::exp(-ages); return;
    case ImpactKind::power:
      for (std::size_t i = 0; i < kParts; ++i) parts_[i] *= math::exp(-ages * rate(i));
      return;
  }
}

void ImpactState::take(const Impact& impact, Side side, Qty qty, TimeNs exch_ts_ns) {
  LOCKSTEP_CHECK(qty > 0, "a taking has a quantity");
  if (impact.kind == ImpactKind::none) return;
  if (!is_used_) ts_ns_ = exch_ts_ns;
  is_used_ = true;
  decay_to(impact, exch_ts_ns);
  const double share = static_cast<double>(qty) / static_cast<double>(impact.reference_qty);
  const double sign = sign_of(side);
  switch (impact.kind) {
    case ImpactKind::none: return;
    case ImpactKind::linear:
      parts_[0] += sign * impact.coefficient * share;
      parts_[1] = parts_[0];
      return;
    case ImpactKind::square_root: parts_[0] += sign * share; return;
    case ImpactKind::exponential:
      parts_[0] += sign * impact.coefficient * math::pow(share, impact.size_exponent);
      return;
    case ImpactKind::power: {
      double sum = 0;
      for (std::size_t i = 0; i < kParts; ++i) sum += weight(i, impact.decay_exponent);
      const double size = sign * impact.coefficient * math::pow(share, impact.size_exponent);
      for (std::size_t i = 0; i < kParts; ++i) parts_[i] += size * weight(i, impact.decay_exponent) / sum;
      return;
    }
  }
}

double ImpactState::displacement(const Impact& impact, TimeNs exch_ts_ns) const {
  if (!is_used_) return 0;
  ImpactState then = *this;
  then.decay_to(impact, exch_ts_ns);
  switch (impact.kind) {
    case ImpactKind::none: return 0;
    case ImpactKind::linear:
    case ImpactKind::exponential: return then.parts_[0];
    case ImpactKind::square_root: {
      const double root = impact.coefficient * std::sqrt(std::fabs(then.parts_[0]));
      return then.parts_[0] < 0 ? -root : root;
    }
    case ImpactKind::power: {
      double sum = 0;
      for (const double part : then.parts_) sum += part;
      return sum;
    }
  }
  return 0;
}

Price ImpactState::shifted(const Impact& impact, Side side, Price price, Price tick,
                           TimeNs exch_ts_ns) const {
  if (!is_used_) return price;
  const double against = displacement(impact, exch_ts_ns) * sign_of(side);
  if (against <= 0) return price;
  const double size = price < 0 ? -static_cast<double>(price) : static_cast<double>(price);
  constexpr double kMostSteps = 1e15;
  const double steps = against * size / static_cast<double>(tick) + 0.5;
  const auto whole = static_cast<Price>(steps < kMostSteps ? steps : kMostSteps);
  Price shift = 0;
  Price out = 0;
  const bool overflows = __builtin_mul_overflow(whole, tick, &shift) ||
                         __builtin_add_overflow(price, side == Side::buy ? shift : -shift, &out) ||
                         out == kNoPrice;
  return overflows ? price : out;
}

double kept_power_kernel(double ages, double decay_exponent) {
  double sum = 0;
  double total = 0;
  for (std::size_t i = 0; i < ImpactState::kParts; ++i) {
    sum += weight(i, decay_exponent) * math::exp(-ages * rate(i));
    total += weight(i, decay_exponent);
  }
  return sum / total;
}

}  // namespace lockstep::sim
