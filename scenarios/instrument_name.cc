#include "scenarios/instrument_name.h"

#include <string_view>
#include <vector>

#include "engine/strategy/parameters.h"

namespace lockstep::scenarios {

Result<InstrumentId> find_instrument(std::span<const Instrument> instruments, const std::string& name,
                                     const std::string& where) {
  std::vector<InstrumentId> found;
  std::vector<std::string_view> symbols;
  std::string list;
  for (InstrumentId id = 0; id < instruments.size(); ++id) {
    const Instrument& instrument = instruments[id];
    if (instrument.venue + ":" + instrument.symbol == name) return id;
    if (instrument.symbol == name) found.push_back(id);
    symbols.push_back(instrument.symbol);
    list += (list.empty() ? "" : ", ") + instrument.symbol;
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    const std::string_view near = nearest(name, symbols);
    return Error{ErrorCode::bad_input, where,
                 "the run has no instrument \"" + name + "\"; " +
                     (near.empty() ? "it has " + list : "did you mean " + std::string(near) + "?")};
  }
  std::string choices;
  for (const InstrumentId id : found) {
    choices += (choices.empty() ? "" : " or ") + instruments[id].venue + ":" + name;
  }
  return Error{ErrorCode::bad_input, where, "several venues list \"" + name + "\"; say " + choices};
}

}  // namespace lockstep::scenarios
