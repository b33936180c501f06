// How a person names an instrument of a run: by its symbol, or as VENUE:SYMBOL where several venues list the
// symbol.
#pragma once

#include <span>
#include <string>

#include "engine/core/instrument.h"
#include "engine/core/result.h"

namespace lockstep::scenarios {

/// The instrument with that name. Errors: there is none (with the nearest, or all there are); a symbol that
/// several venues list. `where` is the place of the error.
Result<InstrumentId> find_instrument(std::span<const Instrument> instruments, const std::string& name,
                                     const std::string& where);

}  // namespace lockstep::scenarios
