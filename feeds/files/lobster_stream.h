// One LOBSTER day as an order-by-order feed. Owned by the import; it reads its two files and nothing else.
//
//   1       order_action add
//   2, 3    order_action cancel, with the size that goes
//   4       order_action execute: it takes its size off the book; the aggressor is the other side
//   5       trade, which touches nothing that is visible; conditions 5
//   6       trade of an auction (kFlagAuction); conditions 6, and in bits 8-15: 1 opening, 2 closing
//   7       status: halted, quoting_only or trading
//
// With the orderbook file the book is whole as far as the file shows it: it begins with a clear and the
// levels of the first row, and lobster_book.h says how it is kept so. What is concluded is flagged
// kFlagVenueSnapshot; anonymous orders have ids from 2^62 on, which no venue reaches. Deeper levels are as
// they were last seen.
//
// Without it nobody knows what stood there before the first row: the book begins with a clear and a gap, and
// what happens to orders that were never announced is kept, flagged kFlagSuspicious: executions as prints.
//
// OrderAction::sequence and Trade::sequence are the row's number in the file, from 1. The last order action
// of a row has bit 7 of its venue_flags set, as Databento marks the end of a venue's message.
#pragma once

#include <memory>
#include <string>

#include "feeds/files/import.h"
#include "feeds/files/lobster_rows.h"

namespace lockstep::feeds {

struct LobsterDay {
  std::string message_stream;
  std::string orderbook_stream;  ///< empty: there is none
  std::string symbol;
  std::string label;          ///< symbol and date, for notes
  TimeNs midnight_ts_ns = 0;  ///< of New York
  bool has_hidden_side = true;
  InstrumentId instrument = 0;
  LobsterUnits units;
};

/// Opens both files. `log` must outlive the stream.
Result<std::unique_ptr<EventStream>> open_lobster_day(const LobsterDay& day, ImportLog& log);

}  // namespace lockstep::feeds
