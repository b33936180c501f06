#include "sim/margin.h"

#include <algorithm>
#include <string>

#include "engine/core/money.h"

namespace lockstep::sim {
namespace {

constexpr std::int64_t kAll = kNanosPerUnit;

Error bad(const std::string& what) {
  return {ErrorCode::bad_input, "margin", what};
}

bool is_share(std::int64_t ppb) {
  return ppb >= 0 && ppb <= kAll;
}

Int128 floor_nanos(const MarginBracket& bracket) {
  return Int128{bracket.floor_units} * kNanosPerUnit;
}

}  // namespace

Status validate(const MarginRule& rule) {
  if (!is_share(rule.initial_ppb) || !is_share(rule.maintenance_ppb))
    return bad("initial and maintenance margin must lie between 0 and 100%");
  if (rule.maintenance_ppb > rule.initial_ppb)
    return bad("the maintenance margin is above the initial margin: an order would be liquidated at once");
  std::int64_t floor = -1;
  std::int64_t maintenance = 0;
  for (const MarginBracket& bracket : rule.brackets) {
    if (!is_share(bracket.initial_ppb) || !is_share(bracket.maintenance_ppb))
      return bad("the rates of a bracket must lie between 0 and 100%");
    if (bracket.maintenance_ppb > bracket.initial_ppb)
      return bad("a bracket's maintenance margin is above its initial margin");
    if (bracket.floor_units <= floor || (floor == -1 && bracket.floor_units != 0)) {
      return bad("the floors of brackets must ascend from 0, found " + std::to_string(bracket.floor_units));
    }
    if (bracket.maintenance_ppb < maintenance) return bad("maintenance margin must not fall with size");
    floor = bracket.floor_units;
    maintenance = bracket.maintenance_ppb;
  }
  return Done{};
}

Int128 initial_margin(const MarginRule& rule, Int128 exposure_nanos) {
  std::int64_t rate_ppb = rule.initial_ppb;
  for (const MarginBracket& bracket : rule.brackets) {
    if (exposure_nanos >= floor_nanos(bracket)) rate_ppb = std::max(rate_ppb, bracket.initial_ppb);
  }
  return divide_rounded(exposure_nanos * rate_ppb, kAll);
}

Int128 maintenance_margin(const MarginRule& rule, Int128 exposure_nanos) {
  if (rule.brackets.empty()) return divide_rounded(exposure_nanos * rule.maintenance_ppb, kAll);
  Int128 sum = 0;
  std::int64_t below_ppb = 0;
  for (const MarginBracket& bracket : rule.brackets) {
    const Int128 above = exposure_nanos - floor_nanos(bracket);
    if (above <= 0) break;
    sum += above * (bracket.maintenance_ppb - below_ppb);
    below_ppb = bracket.maintenance_ppb;
  }
  return divide_rounded(sum, kAll);
}

}  // namespace lockstep::sim
