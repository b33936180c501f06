// New logs from old ones: repaired, cut, merged. The old ones are never changed; the new one is sealed and
// made durable before the function returns. Bounded memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "recordings/log_reader.h"
#include "recordings/log_writer.h"

namespace lockstep::recordings {

struct RecoverReport {
  std::uint64_t events = 0;       ///< copied, without the gap events put in
  std::uint64_t gaps = 0;         ///< gap events put in where something is missing
  std::uint64_t lost_events = 0;  ///< as far as the numbers of the blocks tell
  bool was_sealed = false;
  std::uint64_t torn_bytes = 0;
  std::vector<Damage> damage;
};

/// Copies what is sound, with a gap event wherever events are missing. A log whose header is damaged cannot
/// be recovered, because nothing else says what its instruments are.
Result<RecoverReport> log_recover(const std::string& path, const std::string& out,
                                  const LogWriterOptions& options = {});

/// Events received in [from_ts_ns, to_ts_ns) of the instruments given (empty: all), and those of no
/// instrument. The instrument table stays whole, so that ids keep their meaning. Returns the number of
/// events. Damage is an error.
Result<std::uint64_t> log_slice(const std::string& path, const std::string& out, TimeNs from_ts_ns,
                                TimeNs to_ts_ns, const std::vector<InstrumentId>& instruments,
                                const LogWriterOptions& options = {});

/// By receive time; events of equal time in the order of `paths`; the order within a file is kept even where
/// its times step back. Instruments are the same if venue and symbol are, and must then agree in everything
/// else. Returns the number of events. Damage, or a journal among the files, is an error.
Result<std::uint64_t> log_merge(const std::vector<std::string>& paths, const std::string& out,
                                const LogWriterOptions& options = {});

}  // namespace lockstep::recordings
