// How a person names an instrument of a run: by its symbol, or as VENUE:SYMBOL where several venues list the
// symbol.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/core/instrument.h"
#include "engine/core/result.h"

namespace lockstep::scenarios {

/// The instrument with that name. Errors: there is none (with the nearest, or all there are); a symbol that
/// several venues list. `where` is the place of the error.
Result<InstrumentId> find_instrument(std::span<const Instrument> instruments, const std::string& name,
                                     const std::string& where);

/// What holds for each instrument: its own entry of `named`, else `general`. Errors: as find_instrument.
template <class Choice>
Result<std::vector<Choice>> by_instrument(std::span<const Instrument> instruments, const Choice& general,
                                          const std::map<std::string, Choice>& named,
                                          const std::string& where) {
  std::vector<Choice> out(instruments.size(), general);
  for (const auto& [name, choice] : named) {
    const Result<InstrumentId> id = find_instrument(instruments, name, where);
    if (!id) return id.error();
    out[*id] = choice;
  }
  return out;
}

}  // namespace lockstep::scenarios
