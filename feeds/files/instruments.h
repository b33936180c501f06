// Instruments of vendor files that do not define them: the terms that a person sets by hand, in the decimals
// that a first pass found the data to need. It never guesses a contract's terms.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "engine/core/instrument.h"
#include "feeds/files/numbers.h"

namespace lockstep::feeds {

/// Puts what a person set on an instrument. Keys are `FIELD` for every instrument or `SYMBOL.FIELD` for one
/// (which wins), where FIELD is one of: symbol venue base quote settle kind price_scale qty_scale tick lot
/// multiplier expiry strike right. tick, lot, multiplier and strike are decimal text and may raise the scale
/// they are counted in; a scale below what the data needs is an error. Call it once the scales are set; tick
/// and lot default to one unit of their scale, settle to quote.
Status apply_settings(const std::map<std::string, std::string>& set, const Scales& seen,
                      Instrument& instrument);

/// The note for a contract whose size is neither in the data nor set.
std::string unknown_contract_size(const std::string& symbol);

/// An error if a key's FIELD is neither known here nor in `also_known` (of the importer).
Status check_settings(const std::map<std::string, std::string>& set,
                      std::initializer_list<std::string_view> also_known);

/// The value of `SYMBOL.FIELD`, else of `FIELD`, else null.
const std::string* find_setting(const std::map<std::string, std::string>& set, std::string_view symbol,
                                std::string_view field);

}  // namespace lockstep::feeds
