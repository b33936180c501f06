// What a log holds, and whether all of it is sound: one pass over the file each, in bounded memory. Changes
// nothing.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/event/event.h"
#include "recordings/log_header.h"
#include "recordings/log_reader.h"

namespace lockstep::recordings {

/// Distribution of integers in fixed memory: exact minimum and maximum, quantiles to within 1/64 of their
/// value.
class Spread {
 public:
  void add(std::int64_t value);
  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::int64_t min() const { return min_; }  ///< 0 if empty
  [[nodiscard]] std::int64_t max() const { return max_; }
  /// The lower median, rounded towards zero to 7 significant binary digits; 0 if empty.
  [[nodiscard]] std::int64_t median() const;

 private:
  static constexpr std::size_t kBucketsPerSign = 64 * 64;
  std::vector<std::uint64_t> buckets_ = std::vector<std::uint64_t>(2 * kBucketsPerSign);
  std::uint64_t count_ = 0;
  std::int64_t min_ = 0;
  std::int64_t max_ = 0;
};

struct InstrumentInfo {
  std::uint64_t events = 0;
  std::array<std::uint64_t, kKindCount> by_kind{};
  TimeNs first_recv_ts_ns = kNoTime;
  TimeNs last_recv_ts_ns = kNoTime;
};

struct LogInfo {
  LogHeader header;
  std::uint64_t file_size = 0;
  std::uint64_t file_id = 0;
  bool sealed = false;
  std::uint64_t torn_bytes = 0;    ///< of an unfinished block at the end of a file without seal
  std::vector<Damage> damage;      ///< what could not be read; the counts leave it out
  std::uint64_t content_hash = 0;  ///< as sealed; without a seal, of what could be read

  std::uint64_t events = 0;
  std::uint64_t levels = 0;
  ReadTotals stored;  ///< stored_bytes / raw_bytes is the compression
  std::array<std::uint64_t, kKindCount> by_kind{};
  std::vector<InstrumentInfo> by_instrument;  ///< as the header's table
  InstrumentInfo without_instrument;

  TimeNs first_recv_ts_ns = kNoTime;  ///< of the first event; kNoTime if there is none
  TimeNs last_recv_ts_ns = kNoTime;
  TimeNs first_exch_ts_ns = kNoTime;  ///< smallest that is given
  TimeNs last_exch_ts_ns = kNoTime;   ///< largest
  std::uint64_t recv_steps_back = 0;  ///< events received before the event in front of them

  /// Receive minus exchange time of market events, where it tells their latency: see latency_of().
  Spread latency_ns;
  std::uint64_t received_before_exchange = 0;  ///< of those; the recorder's clock is behind the exchange's
  Spread before_by_ns;                         ///< by how much

  std::uint64_t lost_events = 0;  ///< sum over gap events that know it
  /// Events per second of receive time; 0 if there is no duration.
  [[nodiscard]] double events_per_second() const;
};

/// Reads past damage and lists it. An error only if the file cannot be opened or its header is unsound.
Result<LogInfo> log_info(const std::string& path);

struct LogVerdict {
  bool sealed = false;
  std::uint64_t torn_bytes = 0;
  std::uint64_t blocks = 0;
  std::uint64_t events = 0;  ///< that are sound
  std::uint64_t levels = 0;
  std::uint64_t content_hash = 0;  ///< as computed from them
  std::vector<Damage> problems;    ///< in the order of the file; empty: everything is sound
};

/// Checks every byte: header, chain, hashes, contents, index against blocks, seal against all of it. A file
/// without a seal is no problem in itself.
Result<LogVerdict> log_verify(const std::string& path);

}  // namespace lockstep::recordings
