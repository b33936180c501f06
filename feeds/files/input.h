// Vendor files as they come: plain, gzip, zip or zstd, told apart by their first bytes and never by their
// name, read as a stream in bounded memory. A file belongs to its reader. It never interprets what it reads.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"

struct zip;  // libzip's handle

namespace lockstep::feeds {

/// The single streams behind a path, in the order in which they are to be read: every file below a directory
/// (by path, bytewise; names that begin with a dot are left out), every member of a zip (by name) as
/// `file.zip#member`, or the path itself. `file.zip#member` names one member. An error if there is nothing.
Result<std::vector<std::string>> list_streams(const std::string& path);

/// Those of each path, one path after the other.
Result<std::vector<std::string>> list_streams(const std::vector<std::string>& paths);

/// `trades.zip` of `/data/trades.zip#member`.
std::string file_name_of(const std::string& stream);

enum class Decode {
  all,      ///< zip member, then gzip or zstd (a zip of zstd files is fine)
  archive,  ///< only the zip member; gzip and zstd bytes come as stored
};

/// Keeps the zip that was opened last, so that reading its members one after the other reads its directory
/// once. May go before the readers that were opened with it.
class ZipCache {
 public:
  /// The open archive; from now on the one that is kept.
  Result<std::shared_ptr<struct zip>> open(const std::string& file);

 private:
  std::string file_;
  std::shared_ptr<struct zip> zip_;
};

/// One stage of reading: bytes out. Used by ByteReader; each stage owns the one before it.
class ByteStage {
 public:
  virtual ~ByteStage() = default;
  /// At least one byte into `out` (which is not empty), or 0 at the end.
  virtual Result<std::size_t> read(std::span<std::uint8_t> out) = 0;
};

/// The bytes of one stream. Multi-member gzip and multi-frame zstd are read through; skippable zstd frames
/// are skipped.
class ByteReader {
 public:
  /// `path` is a file or `file.zip#member`. A zip with one member may be named alone; with several it is an
  /// error.
  static Result<std::unique_ptr<ByteReader>> open(const std::string& path, Decode decode = Decode::all,
                                                  ZipCache* zips = nullptr);

  /// Fills `out` from the front and returns how many bytes it holds: all of it, or less at the end, 0 after
  /// it. What a truncated or corrupt file still yields comes first; then the error (ErrorCode::damaged), and
  /// for ever after.
  Result<std::size_t> read(std::span<std::uint8_t> out);

  /// Decoded bytes handed out so far.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  /// As opened; the member is named if there is one.
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  ByteReader(std::string name, std::unique_ptr<ByteStage> stage)
      : name_(std::move(name)), stage_(std::move(stage)) {}
  std::string name_;
  std::unique_ptr<ByteStage> stage_;
  std::uint64_t offset_ = 0;
  Status status_ = Done{};
};

/// The rows of one stream, one after the other.
class RowReader {
 public:
  virtual ~RowReader() = default;
  /// False at the end. An error is for ever.
  virtual Result<bool> next() = 0;
  /// The row, valid until the next call of next().
  [[nodiscard]] virtual std::string_view text() const = 0;
  /// From 1.
  [[nodiscard]] virtual std::uint64_t number() const = 0;
  /// The file, and where in it the row stands, as a person would look it up.
  [[nodiscard]] virtual std::string where() const = 0;
};

/// The lines of one stream, without their line ends (LF or CR LF) and without a UTF-8 byte order mark at the
/// start. The last line needs no line end; but a line that is cut off by damage is not delivered.
class LineReader final : public RowReader {
 public:
  static constexpr std::size_t kMaxLine = 64U << 20U;  ///< bytes; a longer line is an error

  static Result<std::unique_ptr<LineReader>> open(const std::string& path, ZipCache* zips = nullptr);

  Result<bool> next() override;
  [[nodiscard]] std::string_view text() const override { return text_; }
  [[nodiscard]] std::uint64_t number() const override { return number_; }
  /// `file:line`, or `file#member:line`.
  [[nodiscard]] std::string where() const override { return name() + ":" + std::to_string(number_); }
  [[nodiscard]] const std::string& name() const { return bytes_->name(); }

 private:
  explicit LineReader(std::unique_ptr<ByteReader> bytes);
  std::unique_ptr<ByteReader> bytes_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;  // of what is not yet handed out
  std::size_t end_ = 0;    // of what is read
  std::string_view text_;
  std::uint64_t number_ = 0;
  Status status_ = Done{};  // of the bytes; reported once the whole lines before it are handed out
  bool at_end_ = false;
};

}  // namespace lockstep::feeds
