// The kinds of vendor files that can be imported, by name: the one list of them.
#pragma once

#include <string_view>
#include <vector>

#include "feeds/files/import.h"

namespace lockstep::feeds {

ImportResult open_binance_ws(const ImportOptions& options);
ImportResult open_cryptofeed(const ImportOptions& options);
ImportResult open_dbn(const ImportOptions& options);
ImportResult open_lobster(const ImportOptions& options);
ImportResult open_itch(const ImportOptions& options);
ImportResult open_lean(const ImportOptions& options);
ImportResult open_csv(const ImportOptions& options);
ImportResult open_ccxt(const ImportOptions& options);

struct ImportKind {
  std::string_view name;
  std::string_view about;  ///< one line for --help
  ImportResult (*open)(const ImportOptions& options);
};

/// In the order in which they are listed to a person.
std::span<const ImportKind> import_kinds();

/// Opens `kind`; an unknown one is an error that lists those there are.
ImportResult open_import(std::string_view kind, const ImportOptions& options);

}  // namespace lockstep::feeds
