// Writes a log: takes events one by one, keeps them in a block, and hands each full block to the file in one
// write. Nothing written is ever changed. Reads no clock and starts no thread: when to flush early is the
// caller's decision.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/event/ports.h"
#include "recordings/log_content.h"
#include "recordings/log_file.h"
#include "recordings/log_format.h"
#include "recordings/log_header.h"
#include "recordings/log_index.h"

namespace lockstep::recordings {

struct LogWriterOptions {
  Codec codec = Codec::none;
  int zstd_level = 3;  ///< 1..19
  std::uint32_t block_bytes =
      256U << 10U;  ///< events and levels per block, uncompressed; 64 .. 64 Mi. A larger event gets its own
  std::uint32_t blocks_per_index = 1024;  ///< > 0
  bool replace_existing = false;          ///< else a file that exists is an error
};

/// Appends are sticky: after the first error nothing more is written, every call reports that error, and what
/// is in the file is a readable prefix. Without seal() the file stays readable up to its last whole block,
/// and says so. In the steady state an append allocates nothing.
class LogWriter final : public Journal {
 public:
  /// Creates the file and writes its header.
  static Result<std::unique_ptr<LogWriter>> create(const std::string& path, const LogHeader& header,
                                                   const LogWriterOptions& options = {});
  /// The same on a file of the caller's making.
  static Result<std::unique_ptr<LogWriter>> create(std::unique_ptr<OutputFile> file, const LogHeader& header,
                                                   const LogWriterOptions& options = {});
  /// Writes out what is left, without a seal; an error here can no longer be told, so call flush() or seal()
  /// first.
  ~LogWriter() override;
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  /// Copies the event. A book update's first_level counts within `levels` (bids_of and asks_of apply to
  /// both); other kinds need none. A kind, instrument or level range that is not there is an error, and
  /// sticky like any other.
  void append(const Event& event, std::span<const Level> levels) override;
  [[nodiscard]] Status status() const override;

  /// Ends the block: when it returns, everything appended survives the death of this process (but not of the
  /// machine).
  Status flush();
  /// flush(), and returns when everything appended would survive a power loss. A failure is final: what the
  /// disk then holds is unknown.
  Status sync();
  /// Flushes, and writes index and seal. Nothing can be appended after it. Follow it with sync() if it must
  /// last.
  Status seal();

  [[nodiscard]] std::uint64_t event_count() const { return next_sequence_; }
  [[nodiscard]] std::uint64_t level_count() const { return total_levels_; }
  /// Of everything appended so far.
  [[nodiscard]] std::uint64_t content_hash() const { return content_.value(); }
  [[nodiscard]] std::uint64_t bytes_written() const { return offset_; }

 private:
  struct Compressor;
  LogWriter(std::unique_ptr<OutputFile> file, const LogHeader& header, const LogWriterOptions& options);
  Status write_file_header(const LogHeader& header);
  void fail(Error error);
  void refuse(const Event& event, std::span<const Level> levels);
  void write_events();
  void write_index();
  void write_block(BlockHeader header, Bytes payload, const Tail* tail);
  std::byte* payload_at(std::size_t offset) { return buffer_.data() + sizeof(BlockHeader) + offset; }

  std::unique_ptr<OutputFile> file_;
  LogWriterOptions options_;
  std::uint32_t instrument_count_;
  std::optional<Error> error_;
  bool sealed_ = false;

  // The block being filled: `buffer_` holds its header, the payload's first words and the events; levels wait
  // beside it.
  std::vector<std::byte> buffer_;
  std::uint32_t event_count_ = 0;
  std::vector<Level> levels_;
  std::unique_ptr<Compressor> compressor_;

  // The file so far.
  std::uint64_t file_id_ = 0;
  std::uint64_t offset_ = 0;
  std::uint64_t previous_hash_ = 0;
  std::uint64_t next_sequence_ = 0;
  std::uint64_t total_levels_ = 0;
  ContentHash content_;
  std::vector<IndexEntry> entries_;
  std::vector<IndexEntry> indexes_;
};

}  // namespace lockstep::recordings
