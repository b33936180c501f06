#include "recordings/log_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace lockstep::recordings {

namespace {

Error io_error(const std::string& path, std::string_view doing, int code) {
  return Error{ErrorCode::io, path, fmt::format("{}: {}", doing, std::generic_category().message(code))};
}

class PosixOutputFile final : public OutputFile {
 public:
  PosixOutputFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  PosixOutputFile(const PosixOutputFile&) = delete;
  PosixOutputFile& operator=(const PosixOutputFile&) = delete;
  ~PosixOutputFile() override { ::close(descriptor_); }

  Status write(Bytes bytes) override {
    while (!bytes.empty()) {
      const ssize_t n = ::write(descriptor_, bytes.data(), bytes.size());
      if (n < 0) {
        if (errno == EINTR) continue;
        return io_error(path_, fmt::format("cannot write after {} bytes", size_), errno);
      }
      bytes = bytes.subspan(static_cast<std::size_t>(n));
      size_ += static_cast<std::uint64_t>(n);
    }
    return Done{};
  }

  Status sync() override {
    if (::fsync(descriptor_) != 0) return io_error(path_, "cannot make the file durable (fsync)", errno);
    if (!folder_synced_) {
      const std::string folder = std::filesystem::absolute(path_).parent_path().string();
      const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      if (fd < 0) return io_error(folder, "cannot open the folder to make the file's name durable", errno);
      const int result = ::fsync(fd);
      const int code = errno;
      ::close(fd);
      // Some network and fuse filesystems know no fsync of a folder; they have no weaker promise to give.
      if (result != 0 && code != EINVAL)
        return io_error(folder, "cannot make the file's name durable (fsync)", code);
      folder_synced_ = true;
    }
    return Done{};
  }

  [[nodiscard]] const std::string& path() const override { return path_; }

 private:
  int descriptor_;
  std::string path_;
  std::uint64_t size_ = 0;
  bool folder_synced_ = false;
};

}  // namespace

Result<std::unique_ptr<OutputFile>> create_output_file(const std::string& path, bool replace) {
  const int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (replace ? O_TRUNC : O_EXCL);
  const int fd = ::open(path.c_str(), flags, 0644);
  if (fd < 0 && errno == EEXIST) {
    return Error{ErrorCode::io, path,
                 "the file exists; a log is never overwritten. Remove it or choose another name"};
  }
  if (fd < 0) return io_error(path, "cannot create the file", errno);
  return std::unique_ptr<OutputFile>(std::make_unique<PosixOutputFile>(fd, path));
}

Result<InputFile> InputFile::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return io_error(path, "cannot open the file", errno);
  struct stat info {};
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    ::close(fd);
    return Error{ErrorCode::io, path, "not a regular file"};
  }
  ::posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  return InputFile(fd, path, static_cast<std::uint64_t>(info.st_size));
}

InputFile::InputFile(InputFile&& other) noexcept
    : descriptor_(other.descriptor_), path_(std::move(other.path_)), size_(other.size_) {
  other.descriptor_ = -1;
}

InputFile::~InputFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status InputFile::read(std::uint64_t offset, std::span<std::byte> out) const {
  while (!out.empty()) {
    const ssize_t n = ::pread(descriptor_, out.data(), out.size(), static_cast<off_t>(offset));
    if (n < 0) {
      if (errno == EINTR) continue;
      return io_error(where(offset), "cannot read", errno);
    }
    if (n == 0) return Error{ErrorCode::io, where(offset), "the file became shorter while it was read"};
    out = out.subspan(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
  return Done{};
}

std::string InputFile::where(std::uint64_t offset) const {
  return fmt::format("{}: byte {}", path_, offset);
}

}  // namespace lockstep::recordings
