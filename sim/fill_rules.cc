#include "sim/fill_rules.h"

#include "engine/core/money.h"

namespace lockstep::sim {

Status validate(const FillRules& rules) {
  if (const Status valid = validate(rules.queue); !valid) return valid;
  if (rules.partial_fill_ppb < 0 || rules.partial_fill_ppb > kNanosPerUnit) {
    return Error{ErrorCode::bad_input, "fills", "the chance of a partial fill must lie between 0 and 1"};
  }
  return validate(rules.impact);
}

}  // namespace lockstep::sim
