// Reads a log, as a source of events. Bounded memory, whatever the length; every byte is checked before it is
// believed, and what is missing is never passed over in silence.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/event/ports.h"
#include "recordings/log_batch.h"
#include "recordings/log_cursor.h"
#include "recordings/log_file.h"
#include "recordings/log_header.h"
#include "recordings/log_index.h"

namespace lockstep::recordings {

/// What to do where bytes are damaged.
enum class OnDamage {
  strict,   ///< stop with an Error: offset and reason
  prefix,   ///< deliver a gap event, and end
  salvage,  ///< deliver a gap event, and go on with the next sound block
};

struct LogReadOptions {
  OnDamage on_damage = OnDamage::strict;
  TimeNs from_ts_ns = INT64_MIN;          ///< by receive time, inclusive
  TimeNs to_ts_ns = INT64_MAX;            ///< exclusive
  std::vector<InstrumentId> instruments;  ///< empty: all. Events of no instrument always pass
};

struct Damage {
  std::uint64_t offset = 0;  ///< of the block that is not as it should be
  std::string reason;
  std::uint64_t lost_events = 0;  ///< 0: none, or unknown
};

/// What pulls have read so far, of blocks that were not passed over.
struct ReadTotals {
  std::uint64_t blocks = 0;
  std::uint64_t stored_bytes = 0;  ///< of their payloads
  std::uint64_t raw_bytes = 0;     ///< of the same, uncompressed
};

/// A filtered range may begin in the middle of a book: its first differences then apply to nothing.
class LogReader final : public Source {
 public:
  /// Error `io` if it cannot be opened, `damaged` if its header is, `bad_input` if it is no log,
  /// `unsupported` if its version is another.
  static Result<std::unique_ptr<LogReader>> open(const std::string& path, const LogReadOptions& options = {});

  [[nodiscard]] const LogHeader& header() const { return header_; }
  [[nodiscard]] std::span<const Instrument> instruments() const override { return header_.instruments; }
  /// The totals of a finished file; nothing if the writer did not finish or the end is damaged.
  [[nodiscard]] const std::optional<LogSeal>& seal() const { return seal_; }
  [[nodiscard]] const std::string& path() const { return file_.path(); }
  [[nodiscard]] std::uint64_t file_size() const { return file_.size(); }
  [[nodiscard]] std::uint64_t file_id() const { return file_header_.file_id; }
  /// The schema that the file carries, as text.
  [[nodiscard]] Result<std::string> schema_text() const;

  /// The spans point into the reader and live until the next call. A gap event with GapReason::damaged,
  /// kNoInstrument and the numbers of the expected and the found event stands where damage was passed over;
  /// lost_events is 0 if unknown.
  Result<Pull> pull(Batch& out) override;

  /// Counts the events that this reader delivers: with filters, those that pass; gap events of damage count.
  /// Through the index without filters and damage, else by reading from the start.
  Status seek(std::uint64_t event_number) override;

  /// What was passed over so far (prefix and salvage).
  [[nodiscard]] const std::vector<Damage>& damage() const { return damage_; }
  /// After the end of a file without a seal: bytes of a block that its writer did not finish.
  [[nodiscard]] std::uint64_t torn_bytes() const { return torn_bytes_; }
  /// Whether a batch just pulled is the reader's own gap event, which is not in the file.
  [[nodiscard]] bool is_own_gap(const Batch& batch) const { return batch.events.data() == &gap_; }
  [[nodiscard]] const ReadTotals& totals() const { return totals_; }
  /// The frame of the file, from its first block, apart from this reader's own reading. Lives as long as the
  /// reader.
  [[nodiscard]] BlockCursor blocks() const;
  /// How far in the file the reading is, in bytes: for progress.
  [[nodiscard]] std::uint64_t position() const { return cursor_.offset(); }

 private:
  struct Opened {
    FileHeader file_header;
    std::uint64_t blocks_at;
    bool has_tail;
    LogHeader header;
    std::optional<LogSeal> seal;
  };
  static Result<Opened> read_header(const InputFile& file);
  static void read_seal(const InputFile& file, Opened& opened);
  LogReader(InputFile file, Opened opened, LogReadOptions options);

  [[nodiscard]] bool is_filtered() const;
  Result<std::optional<IndexEntry>> find_block(const std::function<bool(const IndexEntry&)>& reaches) const;
  Result<std::optional<IndexEntry>> walk_to(std::uint64_t event_number) const;
  Status rewind();
  Status seek_by_reading(std::uint64_t event_number);

  Result<Pull> step(Batch& out);
  Result<bool> read_events(Batch& out);
  Status read_other();
  Status pass_over(const std::string& reason);
  bool close_gap(std::optional<std::uint64_t> found, TimeNs next_ts_ns, Batch& out);
  bool finish(Batch& out);
  void filter(Batch& batch);

  InputFile file_;
  FileHeader file_header_;
  std::uint64_t blocks_at_;
  bool has_tail_;
  LogHeader header_;
  std::optional<LogSeal> seal_;
  LogReadOptions options_;
  std::vector<bool> wanted_;  // by instrument; empty: all
  BlockCursor cursor_;

  std::optional<Error> error_;
  bool ended_ = false;
  std::uint64_t skip_ = 0;       // events of the next block to leave out
  std::uint64_t sequence_ = 0;   // number of the event after the last that was read soundly
  TimeNs last_ts_ns_ = kNoTime;  // receive time of that last one
  bool in_gap_ = false;          // damage was passed over and is not in the stream yet
  std::optional<Batch> held_;    // what follows the gap event just delivered
  std::vector<Damage> damage_;
  std::uint64_t torn_bytes_ = 0;
  ReadTotals totals_;
  BatchScratch scratch_;
  std::vector<Event> filtered_;
  Event gap_;
};

}  // namespace lockstep::recordings
