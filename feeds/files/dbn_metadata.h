// What stands before the records of a Databento file: dataset, schema, and which symbol an instrument id
// meant on which days. Decodes bytes that are already in memory; never reads a file.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/core/time.h"
#include "feeds/files/dbn_layout.h"

namespace lockstep::feeds::dbn {

/// On these days (UTC, the end excluded) `symbol_in` of the request meant `symbol_out`.
struct MappingInterval {
  std::string symbol_in;
  std::string symbol_out;
  TimeNs from_ts_ns = 0;
  TimeNs to_ts_ns = 0;
};

struct Metadata {
  int version = 0;  ///< 0: DBZ
  std::string dataset;
  std::uint16_t schema = 0xFFFF;  ///< 0xFFFF: a mixture (live captures)
  std::uint8_t type_in = 0xFF;    ///< SymbolType, as are the next
  std::uint8_t type_out = 0xFF;
  bool has_ts_out = false;  ///< every record is followed by 8 bytes more: when the gateway sent it
  std::vector<MappingInterval> mappings;
};

inline constexpr std::size_t kPreludeSize = 8;  ///< "DBN", version, size of the rest

/// Whether the first bytes are those of a DBN file (of any version) or of a DBZ file (12 bytes are looked
/// at).
bool begins_dbn(std::span<const std::uint8_t> head);
bool begins_dbz(std::span<const std::uint8_t> head);

/// The metadata after the prelude. `where` is the file; offsets in errors count from its start.
Result<Metadata> read_metadata(int version, std::span<const std::uint8_t> bytes, const std::string& where);

/// The metadata of a DBZ file: what is in its leading skippable zstd frame (after the frame's 8-byte header).
Result<Metadata> read_dbz_metadata(std::span<const std::uint8_t> frame, const std::string& where);

}  // namespace lockstep::feeds::dbn
