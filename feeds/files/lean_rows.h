// The rows of LEAN files as events. One format per kind of row; which one a file has is said by its path.
#pragma once

#include <memory>

#include "feeds/files/import.h"
#include "feeds/files/lean_contract.h"
#include "feeds/files/lean_path.h"
#include "feeds/files/rows.h"
#include "feeds/files/timezone.h"

namespace lockstep::feeds {

struct LeanFile {
  LeanPath path;
  std::shared_ptr<LeanContract> contract;
  std::shared_ptr<const TimeZone> zone;
  std::string quote_qty;  ///< decimal text: what to give quotes whose source has no sizes; empty: 0
};

/// The format of a file. `contracts` (for universes, which name many) and `log` must outlive it.
std::shared_ptr<RowFormat> make_lean_format(LeanFile file, LeanContracts& contracts, ImportLog& log);

}  // namespace lockstep::feeds
