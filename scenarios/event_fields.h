// An event as named texts, and where two events differ. For people; nothing is decided by it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/event/event.h"

namespace lockstep::scenarios {

struct FieldDifference {
  std::string field;
  std::string a;  ///< as text, with the instrument's scales; empty: not there
  std::string b;
};

/// Names and values, in an order for reading.
using FieldTexts = std::vector<std::pair<std::string, std::string>>;

/// Those of a market, execution, decision or control event, then one `bid PRICE` or `ask PRICE` for each of
/// `levels`, which are a book update's own. What is not given is left out.
FieldTexts field_texts(const Event& event, std::span<const Level> levels,
                       std::span<const Instrument> instruments);

/// What is not the same in both, in the order of `a`, then what only `b` has.
std::vector<FieldDifference> differences(const FieldTexts& a, const FieldTexts& b);

}  // namespace lockstep::scenarios
