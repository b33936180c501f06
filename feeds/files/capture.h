// Captures of venues' own messages as imports: two passes over the same frames, the first to learn
// instruments, decimals and clock, the second for the events. Owned by the Import it opens. It knows
// neither files nor venues.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "feeds/files/import.h"
#include "feeds/files/market_table.h"

namespace lockstep::feeds {

/// The frames of a capture in order of receipt, and the decoders for them.
class Capture {
 public:
  virtual ~Capture() = default;

  /// Goes to the front; decoders forget what earlier frames said.
  virtual Status start() = 0;
  /// To the next frame; false at the end.
  virtual Result<bool> next() = 0;
  /// Decodes the frame. An error says what is wrong with it; then nothing was appended.
  virtual Status decode(EventBatch& out) = 0;
  /// Of the frame: `file:line`, and the line.
  [[nodiscard]] virtual std::string where() const = 0;
  [[nodiscard]] virtual std::string_view text() const = 0;
  /// At the end of a pass: what was left out, as notes.
  virtual void report(ImportLog& log) const = 0;

  [[nodiscard]] MarketTable& markets() { return markets_; }

 private:
  MarketTable markets_;
};

/// Learns from the whole capture, then opens it for its events. An error if it has no market data, or if an
/// instrument's terms or settings are wrong; a malformed frame is the second pass's to report.
ImportResult open_capture(const ImportOptions& options, std::unique_ptr<Capture> capture);

/// `left_out` as notes: `left out: 25 x control`.
void report_left_out(const std::map<std::string, std::uint64_t>& left_out, ImportLog& log);

}  // namespace lockstep::feeds
