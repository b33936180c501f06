// A market written by hand: one event a line. Turns the text into events and levels, and events into text.
// Pure; reads no file.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event/event.h"

namespace lockstep::feeds {

struct ScriptEvents {
  std::vector<Event> events;  ///< by receive time; of equal times, in the order of the text
  std::vector<Level> levels;  ///< of all book updates
};

/// The events of a script, `+offset` counted from `start_ts_ns`. A line is
///
///   TIME quote X 99.98x10 100.02x10          a side that is absent: -
///   TIME trade X 100.02 5 buy                the aggressor: buy, sell or none; id= sequence= conditions=
///   TIME book X snapshot bids 99.98x10 99.97x20 asks 100.02x10
///   TIME book X diff asks 100.02x0           quantity 0 deletes; depth= first_id= last_id= previous_id=
///   TIME book X clear
///   TIME order X add 101 buy 99.98 10        also modify, cancel, execute, trade; price - for none
///   TIME order X clear                       all: sequence= venue_flags= changes_book=no
///   TIME flow X add 7 sell 100.00 5          price market for none; participant= tif= type= display=
///   TIME flow X replace 7 sell 100.00 4
///   TIME flow X cancel 7 sell 2              all for the whole order
///   TIME bar X 1m OPEN HIGH LOW CLOSE VOLUME ends at the exchange time; of=trade|bid|ask|mid
///   TIME funding X paid 0.0001               or forecast; interval= settle= mark= rate_decimals=
///   TIME mark X 100.01                       - for none; index= open_interest=
///   TIME statistic X settlement_price price 100.02     or value 0.55; - for none; qty= reference= decimals=
///   TIME definition X                        tick= lot= multiplier= expiry= strike=
///   TIME status X halted                     action= reason= short_sell_restricted=
///   TIME gap X sequence                      * for every instrument; expected= found= lost= from=
///   TIME pause                               also resume, kill, stop, start, timer
///   TIME parameter index=0 strategy=0 bits=5
///
/// TIME is when we receive it, never before the line above. `exch=` is when the exchange stamped it (default:
/// the same; `none`: it did not); `flags=suspicious,venue_snapshot`. `repeat=20 every=10ms` makes copies.
/// Errors name line and column.
Result<ScriptEvents> parse_script(std::string_view text, std::span<const Instrument> instruments,
                                  TimeNs start_ts_ns);

/// The line that makes this event, without a line feed; requires a market or control event, whose book levels
/// are those of its batch. What the grammar has no word for, such as a number outside an enum, comes out as
/// `?`, which does not read back.
std::string script_line(const Event& event, std::span<const Level> levels,
                        std::span<const Instrument> instruments, TimeNs start_ts_ns);

}  // namespace lockstep::feeds
