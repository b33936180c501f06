// What a log knows about its own blocks: the index, and the seal that ends a finished file. Plain data and
// its encoding.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "engine/core/time.h"
#include "recordings/log_format.h"

namespace lockstep::recordings {

struct IndexEntry {  ///< one block of events; in the seal, one index block and what it lists
  std::uint64_t offset = 0;
  std::uint64_t first_sequence = 0;
  std::uint64_t event_count = 0;
  TimeNs min_recv_ts_ns = 0;
  TimeNs max_recv_ts_ns = 0;
  friend bool operator==(const IndexEntry&, const IndexEntry&) = default;
};

struct LogSeal {
  std::uint64_t event_count = 0;
  std::uint64_t level_count = 0;
  TimeNs min_recv_ts_ns = 0;  ///< 0 where there are no events
  TimeNs max_recv_ts_ns = 0;
  std::uint64_t content_hash = 0;
  std::vector<IndexEntry> indexes;
};

std::vector<std::byte> encode_index(const std::vector<IndexEntry>& entries);
std::vector<std::byte> encode_seal(const LogSeal& seal);
Result<std::vector<IndexEntry>> decode_index(Bytes payload, const std::string& where);
Result<LogSeal> decode_seal(Bytes payload, const std::string& where);

/// One entry that stands for all. Requires: at least one.
IndexEntry summary_of(const std::vector<IndexEntry>& entries);

}  // namespace lockstep::recordings
