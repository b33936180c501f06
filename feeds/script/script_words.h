// The words that a script's reader and its writer share. No state.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/event/event.h"

namespace lockstep::feeds {

struct FlagWord {
  std::uint8_t bit;
  std::string_view word;
};
inline constexpr std::array<FlagWord, 4> kFlagWords = {{{kFlagSuspicious, "suspicious"},
                                                        {kFlagReceiveDerived, "receive_derived"},
                                                        {kFlagVenueSnapshot, "venue_snapshot"},
                                                        {kFlagAuction, "auction"}}};

/// A bar's length is its count and one of these: `1m`, `12h`, `1mo`.
struct BarUnitWord {
  BarUnit unit;
  std::string_view word;
};
inline constexpr std::array<BarUnitWord, 7> kBarUnitWords = {{{BarUnit::tick, "tick"},
                                                              {BarUnit::second, "s"},
                                                              {BarUnit::minute, "m"},
                                                              {BarUnit::hour, "h"},
                                                              {BarUnit::day, "d"},
                                                              {BarUnit::week, "w"},
                                                              {BarUnit::month, "mo"}}};
inline constexpr std::array<std::string_view, 4> kBarSideWords = {"trade", "bid", "ask", "mid"};

inline constexpr std::array<Kind, 7> kControlKinds = {Kind::start, Kind::stop,      Kind::pause, Kind::resume,
                                                      Kind::kill,  Kind::parameter, Kind::timer};

}  // namespace lockstep::feeds
