// The column map of a csv file: which column plays which role, and what the rows are. Declared as text, or by
// the name of a preset, or recognised by a header that only one vendor writes. It never guesses from values.
//
//   ts=timestamp:us,recv=local_timestamp:us,price=price,qty=amount,side=side,id=id
//
// ROLE=COLUMN[:UNIT], separated by commas. COLUMN is a name of the header, or $N for the Nth column from 1.
//   times      ts (exchange), recv (receipt), last (a bar's last moment, inclusive: Binance's close_time).
//              UNIT is s, ms, us or ns since 1970; iso (2024-05-01, 2024-05-01 09:30:00.5, with or without
//              Z or +hh:mm); or compact (20240501, 20240501 093000, 20240501 093000123). Default: iso.
//   any row    symbol, venue
//   bars       open, high, low, close, volume (where missing: 0)
//   trades     price, qty, side (buy or sell, of the aggressor), buyer_is_maker (true or false), id
//   quotes     bid, ask, bid_qty, ask_qty (where missing: see `quote_qty` in csv.cc)
//   snapshots  bid, ask, bid_qty, ask_qty, each with # for the level, from 0: bid=bids[#].price
//   book       price, qty (0 deletes), side (bid or ask), snapshot (true or snap: a new book
//              begins), first_id, last_id, prev_id. Rows of one message follow each other and agree in times,
//              ids and snapshot.
//   funding    rate, mark, interval (hours)
//
// In the same list, of the file as a whole, KEY=VALUE:
//   rows=bars|trades|quotes|snapshots|book|funding   else told by the roles
//   period=1m                            what a row covers (s, m, h, d, w, mo)
//   stamp=start|end                      what ts says of the period; default start
//   zone=America/New_York                of times that name none; default UTC
//   price_side=trade|bid|ask|mid         of bars; default trade
//   header=0                             there is no header line
//   delimiter=comma|semicolon|tab|space  default comma
//   pairs=1                              symbols are pairs like BTCUSDT, which say their currencies
//   paid=0                               funding that is a forecast or an average, not a payment
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event/event.h"

namespace lockstep::feeds {

enum class CsvRows { bars, trades, quotes, snapshots, book, funding };
enum class CsvRole {
  ts,
  recv,
  last,
  symbol,
  venue,
  open,
  high,
  low,
  close,
  volume,
  price,
  qty,
  side,
  buyer_is_maker,
  id,
  bid,
  ask,
  bid_qty,
  ask_qty,
  snapshot,
  first_id,
  last_id,
  prev_id,
  rate,
  mark,
  interval,
};
inline constexpr std::size_t kCsvRoleCount = 26;
enum class CsvUnit { s, ms, us, ns, iso, compact };

struct CsvMap {
  struct Column {
    std::string name;  ///< empty: the role is not played
    CsvUnit unit = CsvUnit::iso;
  };
  CsvRows rows = CsvRows::trades;
  std::array<Column, kCsvRoleCount> columns;
  std::optional<BarSpec> period;
  bool stamp_is_end = false;
  bool has_header = true;
  bool is_paid = true;
  bool has_pairs = false;
  char delimiter = ',';
  BarSide price_side = BarSide::trade;
  std::string zone = "UTC";
  /// Instrument settings that hold unless a person sets others: `kind=equity`.
  std::vector<std::pair<std::string, std::string>> defaults;

  [[nodiscard]] const Column& operator[](CsvRole role) const {
    return columns[static_cast<std::size_t>(role)];
  }
  [[nodiscard]] bool has(CsvRole role) const { return !(*this)[role].name.empty(); }
};

/// Reads a map, or a preset by its name.
Result<CsvMap> parse_csv_map(std::string_view text);

/// The preset whose header is exactly this line; an error that lists the presets where there is none.
Result<CsvMap> recognise_csv_header(std::string_view header);

/// Where each role is in a file: index of the column, or -1. Levels of snapshots by level.
struct CsvBinding {
  std::array<int, kCsvRoleCount> index;
  std::array<std::vector<int>, 4> levels;  ///< of snapshots: bid, bid_qty, ask, ask_qty
  std::size_t width = 0;                   ///< columns of the header; 0: no header
};
/// Binds a map to a header (as fields; empty when the file has none). An error names the column that is not
/// there.
Result<CsvBinding> bind_csv(const CsvMap& map, const std::vector<std::string_view>& header);

}  // namespace lockstep::feeds
