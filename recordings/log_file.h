// The two files that the log knows: one that only grows, one that is only read. The operating system stands
// behind them, so that tests can put a failing disk in its place. Never maps memory: a disk that fails is an
// error value, not a signal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "engine/core/result.h"
#include "recordings/log_format.h"

namespace lockstep::recordings {

/// Bytes are only ever added at the end. After the first error the caller writes no more.
class OutputFile {
 public:
  virtual ~OutputFile() = default;
  /// All bytes, or an error; on an error any number of them may have been written.
  virtual Status write(Bytes bytes) = 0;
  /// Returns when everything written, and the file's name in its folder, would survive a power loss.
  virtual Status sync() = 0;
  [[nodiscard]] virtual const std::string& path() const = 0;
};

/// A new file for writing. One that exists is an error unless `replace`, which empties it.
Result<std::unique_ptr<OutputFile>> create_output_file(const std::string& path, bool replace);

/// A regular file, read at any place. Its size is taken once, when it is opened.
class InputFile {
 public:
  static Result<InputFile> open(const std::string& path);
  InputFile(InputFile&& other) noexcept;
  InputFile& operator=(InputFile&&) = delete;
  ~InputFile();

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }
  /// Fills `out` from `offset`. Requires: offset + out.size() <= size(). A file that became shorter is an
  /// error.
  [[nodiscard]] Status read(std::uint64_t offset, std::span<std::byte> out) const;
  /// `path: byte offset`.
  [[nodiscard]] std::string where(std::uint64_t offset) const;

 private:
  InputFile(int descriptor, std::string path, std::uint64_t size)
      : descriptor_(descriptor), path_(std::move(path)), size_(size) {}
  int descriptor_;
  std::string path_;
  std::uint64_t size_;
};

}  // namespace lockstep::recordings
