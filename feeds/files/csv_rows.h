// The rows of csv files as events, by a column map. One format per kind of row.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "feeds/files/csv_map.h"
#include "feeds/files/rows.h"
#include "feeds/files/timezone.h"

namespace lockstep::feeds {

/// One instrument of a set of csv files, and where its book stands.
struct CsvContract {
  Instrument instrument;  ///< scales are right once CsvContracts::settle has run
  InstrumentId id = 0;
  Scales seen;
  std::vector<std::pair<std::string, std::string>> defaults;  ///< settings of its file's preset
  bool is_rounded = false;
  bool has_book = false;           ///< a snapshot has been seen
  bool is_after_snapshot = false;  ///< and no difference since
  std::uint64_t last_update_id = 0;
};

class CsvContracts {
 public:
  std::shared_ptr<CsvContract> find_or_add(std::string_view venue, std::string_view symbol,
                                           const CsvMap& map);
  /// After the first pass. Instruments are in order of their first mention.
  Result<std::vector<Instrument>> settle(const ImportOptions& options, ImportLog& log);

 private:
  std::map<std::pair<std::string, std::string>, std::shared_ptr<CsvContract>> by_name_;
  std::vector<std::shared_ptr<CsvContract>> in_order_;
};

struct CsvFile {
  CsvMap map;
  CsvBinding binding;
  std::string symbol;     ///< where no column says it
  std::string quote_qty;  ///< decimal text: what to give quotes whose source has no sizes; empty: 0
  std::shared_ptr<const TimeZone> zone;
};

/// `contracts`, `latency` (into which the first pass puts receive minus exchange time) and `log` must outlive
/// the format.
std::shared_ptr<RowFormat> make_csv_format(CsvFile file, CsvContracts& contracts, LatencyStats& latency,
                                           ImportLog& log);

/// A time as its column's unit says, in UTC; `zone` is that of text which names none. Text without a zone is
/// `is_local`, and then `local_ns` is its wall clock.
struct CsvTime {
  TimeNs ts_ns = 0;
  TimeNs local_ns = 0;
  bool is_local = false;
};
Result<CsvTime> read_csv_time(std::string_view text, CsvUnit unit, const TimeZone& zone);

/// The end of the period that begins at `start`: days, weeks and months by the calendar of the zone.
Result<TimeNs> end_of_period(const CsvTime& start, const BarSpec& period, const TimeZone& zone);

}  // namespace lockstep::feeds
