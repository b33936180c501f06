// Book rows of csv files: one level a row, gathered into one update per message; or one row with all levels
// of a snapshot.
//
// Where rows carry update ids, differences must join: after a snapshot first_id <= snapshot + 1 and last_id
// >= snapshot, then prev_id (or first_id - 1) must be the last_id before. A break, or differences before any
// snapshot, puts a gap event in front. Differences wholly older than the snapshot before them are left out,
// as the venues say, and noted.
#pragma once

#include <memory>

#include "feeds/files/csv_rows.h"

namespace lockstep::feeds {

std::shared_ptr<RowFormat> make_csv_book_format(CsvFile file, CsvContracts& contracts, LatencyStats& latency,
                                                ImportLog& log);

}  // namespace lockstep::feeds
