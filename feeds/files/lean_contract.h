// The contracts that a set of LEAN files speaks of, and their instruments. Shared by the formats of all files
// of one import. Terms that LEAN's files do not state are left at one unit and noted, never guessed.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "feeds/files/import.h"
#include "feeds/files/instruments.h"
#include "feeds/files/lean_path.h"

namespace lockstep::feeds {

struct LeanContract {
  Instrument instrument;  ///< scales are right once settle_contracts has run
  InstrumentId id = 0;
  Scales seen;
  std::string root;  ///< upper case; settings may name it in place of the symbol
  std::int64_t strike_e4 = 0;
  bool is_rounded = false;  ///< a quantity was rounded (noted once)
};

class LeanContracts {
 public:
  /// The contract that `path` names, made at its first mention. An error for an expiry that is no date.
  Result<std::shared_ptr<LeanContract>> find_or_add(const LeanPath& path, std::int64_t strike_e4);
  /// What the path names, without strike: the underlying of an option universe.
  Result<std::shared_ptr<LeanContract>> underlying(const LeanPath& path);

  /// After the first pass: scales, ticks, settings. Instruments are in order of their first mention.
  Result<std::vector<Instrument>> settle(const ImportOptions& options, ImportLog& log);

 private:
  std::map<std::string, std::shared_ptr<LeanContract>> by_name_;
  std::vector<std::shared_ptr<LeanContract>> in_order_;
};

/// The zone in which the rows of a path are stamped (LEAN's market hours database, dataTimeZone): New York
/// for US equities, options and indices, EST without daylight saving for FXCM, UTC for crypto, futures and
/// OANDA. An error elsewhere.
Result<std::string> lean_time_zone(const LeanPath& path);

}  // namespace lockstep::feeds
