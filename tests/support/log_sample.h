// A small log with one event of every kind, for the tests of recordings: values are distinct, so that a field
// that ends up in another's place is seen.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/event/ports.h"
#include "recordings/log_reader.h"
#include "recordings/log_writer.h"

namespace lockstep::testing {

/// A folder of its own under the system's temporary one, removed with its contents at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// An event, and the levels of its own (first_level is 0).
struct OwnedEvent {
  Event event;
  std::vector<Level> levels;
  friend bool operator==(const OwnedEvent&, const OwnedEvent&) = default;
};

/// BTCUSDT of binance-usdm (2 and 3 decimals) and ESH4 of glbx (9 and 0 decimals).
recordings::LogHeader sample_header();
/// One of each kind in the order of their numbers, 100 ns apart; three book updates: differences, a snapshot,
/// a clear.
std::vector<OwnedEvent> sample_events();
/// `count` trades, 10 ns apart from 1,000 ns on, alternating between the two instruments.
std::vector<OwnedEvent> sample_trades(std::size_t count);

/// Writes them and seals; any failure stops the test program.
void write_log(const std::string& path, const recordings::LogHeader& header,
               const std::vector<OwnedEvent>& events, const recordings::LogWriterOptions& options = {});
void append_all(recordings::LogWriter& writer, const std::vector<OwnedEvent>& events);

struct ReadLog {
  std::vector<OwnedEvent> events;  ///< up to the end or the error
  std::string error;               ///< empty: the end was reached
};
/// Everything that a source has, each event with its own levels.
ReadLog read_all(Source& source);
ReadLog read_log(const std::string& path, const recordings::LogReadOptions& options = {});

std::vector<std::byte> read_bytes(const std::string& path);
void write_bytes(const std::string& path, recordings::Bytes bytes);

}  // namespace lockstep::testing
