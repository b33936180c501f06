#include "feeds/files/input.h"

#include <zip.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace lockstep::feeds {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kChunk = 128U << 10U;

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
struct ZipFileCloser {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
struct ZstdFreer {
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};
using Zip = std::shared_ptr<zip_t>;

class FileStage final : public ByteStage {
 public:
  FileStage(std::string name, std::unique_ptr<std::FILE, FileCloser> file)
      : name_(std::move(name)), file_(std::move(file)) {}

  Result<std::size_t> read(std::span<std::uint8_t> out) override {
    const std::size_t count = std::fread(out.data(), 1, out.size(), file_.get());
    if (count == 0 && std::ferror(file_.get()) != 0) return Error{ErrorCode::io, name_, std::strerror(errno)};
    return count;
  }

 private:
  std::string name_;
  std::unique_ptr<std::FILE, FileCloser> file_;
};

class ZipStage final : public ByteStage {
 public:
  ZipStage(std::string name, Zip zip, std::unique_ptr<zip_file_t, ZipFileCloser> file)
      : name_(std::move(name)), zip_(std::move(zip)), file_(std::move(file)) {}

  Result<std::size_t> read(std::span<std::uint8_t> out) override {
    const zip_int64_t count = zip_fread(file_.get(), out.data(), out.size());
    if (count >= 0) {
      offset_ += static_cast<std::uint64_t>(count);
      return static_cast<std::size_t>(count);
    }
    return Error{ErrorCode::damaged, name_,
                 "zip member is damaged after " + std::to_string(offset_) +
                     " bytes: " + zip_file_strerror(file_.get())};
  }

 private:
  std::string name_;
  Zip zip_;  // outlives file_, which is closed first
  std::unique_ptr<zip_file_t, ZipFileCloser> file_;
  std::uint64_t offset_ = 0;
};

// The bytes that were looked at to tell the format, then the rest.
class PeekedStage final : public ByteStage {
 public:
  PeekedStage(std::vector<std::uint8_t> head, std::unique_ptr<ByteStage> rest)
      : head_(std::move(head)), rest_(std::move(rest)) {}

  Result<std::size_t> read(std::span<std::uint8_t> out) override {
    if (at_ == head_.size()) return rest_->read(out);
    const std::size_t count = std::min(out.size(), head_.size() - at_);
    std::memcpy(out.data(), head_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  std::vector<std::uint8_t> head_;
  std::unique_ptr<ByteStage> rest_;
  std::size_t at_ = 0;
};

// What both decoders share: a chunk of compressed input and where it lies in the file.
class DecoderStage : public ByteStage {
 protected:
  DecoderStage(std::string name, std::unique_ptr<ByteStage> inner)
      : name_(std::move(name)), inner_(std::move(inner)) {}

  /// Tops up the input when all of it is used; false at its end.
  Result<bool> refill() {
    if (at_ < size_) return true;
    const Result<std::size_t> count = inner_->read(chunk_);
    if (!count) return count.error();
    before_ += size_;
    at_ = 0;
    size_ = *count;
    return size_ > 0;
  }
  [[nodiscard]] Error damaged(const std::string& what) const {
    return {ErrorCode::damaged, name_,
            what + " at byte " + std::to_string(before_ + at_) + " of the compressed file"};
  }

  std::string name_;
  std::unique_ptr<ByteStage> inner_;
  std::vector<std::uint8_t> chunk_ = std::vector<std::uint8_t>(kChunk);
  std::size_t at_ = 0;
  std::size_t size_ = 0;
  std::uint64_t before_ = 0;  // bytes of the file before chunk_
};

class GzipStage final : public DecoderStage {
 public:
  GzipStage(std::string name, std::unique_ptr<ByteStage> inner)
      : DecoderStage(std::move(name), std::move(inner)) {
    LOCKSTEP_CHECK(inflateInit2(&stream_, MAX_WBITS + 16) == Z_OK, "zlib has no memory");
  }
  GzipStage(const GzipStage&) = delete;
  GzipStage& operator=(const GzipStage&) = delete;
  ~GzipStage() override { inflateEnd(&stream_); }

  Result<std::size_t> read(std::span<std::uint8_t> out) override {
    for (;;) {
      const Result<bool> more = refill();
      if (!more) return more.error();
      if (!*more) {
        if (between_members_) return std::size_t{0};
        return damaged("gzip data ends too early,");
      }
      if (between_members_) {
        inflateReset(&stream_);
        between_members_ = false;
      }
      stream_.next_in = chunk_.data() + at_;
      stream_.avail_in = static_cast<uInt>(size_ - at_);
      stream_.next_out = out.data();
      stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(out.size(), 1U << 30U));
      const uInt wanted = stream_.avail_out;
      const int code = inflate(&stream_, Z_NO_FLUSH);
      at_ = size_ - stream_.avail_in;
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR) {
        return damaged(std::string("gzip data is corrupt (") +
                       (stream_.msg != nullptr ? stream_.msg : "zlib error") + ")");
      }
      between_members_ = code == Z_STREAM_END;
      if (stream_.avail_out != wanted) return std::size_t{wanted - stream_.avail_out};
    }
  }

 private:
  z_stream stream_{};
  bool between_members_ = false;
};

class ZstdStage final : public DecoderStage {
 public:
  ZstdStage(std::string name, std::unique_ptr<ByteStage> inner)
      : DecoderStage(std::move(name), std::move(inner)), stream_(ZSTD_createDStream()) {
    LOCKSTEP_CHECK(stream_ != nullptr, "zstd has no memory");
  }

  Result<std::size_t> read(std::span<std::uint8_t> out) override {
    for (;;) {
      // Output may still sit inside the decoder after all input is used, so an empty input is not yet the
      // end.
      const Result<bool> more = refill();
      if (!more) return more.error();
      if (!*more && between_frames_) return std::size_t{0};
      ZSTD_inBuffer in{chunk_.data(), size_, at_};
      ZSTD_outBuffer decoded{out.data(), out.size(), 0};
      const std::size_t code = ZSTD_decompressStream(stream_.get(), &decoded, &in);
      at_ = in.pos;
      if (ZSTD_isError(code) != 0) {
        return damaged(std::string("zstd data is corrupt (") + ZSTD_getErrorName(code) + ")");
      }
      between_frames_ = code == 0;
      if (decoded.pos > 0) return decoded.pos;
      if (!*more) return damaged("zstd data ends too early,");
    }
  }

 private:
  std::unique_ptr<ZSTD_DStream, ZstdFreer> stream_;
  bool between_frames_ = true;
};

bool begins_with(std::span<const std::uint8_t> head, std::string_view magic) {
  return head.size() >= magic.size() && std::memcmp(head.data(), magic.data(), magic.size()) == 0;
}
bool is_zip(std::span<const std::uint8_t> head) {
  return begins_with(head, "PK\x03\x04") || begins_with(head, "PK\x05\x06");
}
bool is_gzip(std::span<const std::uint8_t> head) {
  return begins_with(head, "\x1f\x8b");
}
bool is_zstd(std::span<const std::uint8_t> head) {
  const bool skippable =
      head.size() >= 4 && (head[0] & 0xf0U) == 0x50 && head[1] == 0x2a && head[2] == 0x4d && head[3] == 0x18;
  return skippable || begins_with(head, "\x28\xb5\x2f\xfd");
}

Result<std::unique_ptr<std::FILE, FileCloser>> open_file(const std::string& path) {
  std::error_code code;
  if (fs::is_directory(path, code)) return Error{ErrorCode::io, path, "is a directory, expected a file"};
  std::unique_ptr<std::FILE, FileCloser> file(std::fopen(path.c_str(), "rb"));
  if (!file) return Error{ErrorCode::io, path, std::strerror(errno)};
  return file;
}

Result<std::vector<std::uint8_t>> peek(ByteStage& stage) {
  std::vector<std::uint8_t> head(4);
  std::size_t have = 0;
  while (have < head.size()) {
    const Result<std::size_t> count = stage.read(std::span(head).subspan(have));
    if (!count) return count.error();
    if (*count == 0) break;
    have += *count;
  }
  head.resize(have);
  return head;
}

Result<bool> is_zip_file(const std::string& path) {
  Result<std::unique_ptr<std::FILE, FileCloser>> file = open_file(path);
  if (!file) return file.error();
  FileStage stage(path, std::move(file).value());
  const Result<std::vector<std::uint8_t>> head = peek(stage);
  if (!head) return head.error();
  return is_zip(*head);
}

Result<Zip> open_zip(const std::string& path) {
  int code = 0;
  if (zip_t* zip = zip_open(path.c_str(), ZIP_RDONLY, &code); zip != nullptr) return Zip(zip, zip_discard);
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  Error out{ErrorCode::damaged, path, std::string("the zip cannot be read: ") + zip_error_strerror(&error)};
  zip_error_fini(&error);
  return out;
}

// Files only, by name.
std::vector<std::string> member_names(zip_t* zip) {
  std::vector<std::string> names;
  const zip_int64_t count = zip_get_num_entries(zip, 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const char* name = zip_get_name(zip, static_cast<zip_uint64_t>(i), ZIP_FL_ENC_RAW);
    if (name != nullptr && *name != '\0' && !std::string_view(name).ends_with('/')) names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

struct Split {
  std::string file;
  std::string member;  // empty: none named
};

// A '#' names a member unless a file of that very name exists.
Split split(const std::string& path) {
  std::error_code code;
  if (fs::exists(path, code)) return {path, ""};
  for (std::size_t at = path.rfind('#'); at != std::string::npos && at > 0; at = path.rfind('#', at - 1)) {
    if (fs::exists(path.substr(0, at), code)) return {path.substr(0, at), path.substr(at + 1)};
  }
  return {path, ""};
}

struct Opened {
  std::string name;
  std::unique_ptr<ByteStage> stage;
};

Result<Opened> open_member(const Split& where, ZipCache* zips) {
  Result<Zip> zip = zips != nullptr ? zips->open(where.file) : open_zip(where.file);
  if (!zip) return zip.error();
  std::string member = where.member;
  if (member.empty()) {
    const std::vector<std::string> names = member_names(zip->get());
    if (names.size() != 1) {
      return Error{ErrorCode::bad_input, where.file,
                   "the zip holds " + std::to_string(names.size()) + " files; name one as " + where.file +
                       "#" + (names.empty() ? "member" : names.front())};
    }
    member = names.front();
  }
  const std::string name = where.file + "#" + member;
  std::unique_ptr<zip_file_t, ZipFileCloser> file(zip_fopen(zip->get(), member.c_str(), ZIP_FL_ENC_RAW));
  if (!file)
    return Error{ErrorCode::bad_input, name, std::string("cannot be opened: ") + zip_strerror(zip->get())};
  auto stage = std::make_unique<ZipStage>(name, std::move(zip).value(), std::move(file));
  return Opened{name, std::move(stage)};
}

Result<Opened> open_stored(const std::string& path, ZipCache* zips) {
  const Split where = split(path);
  const Result<bool> zip = is_zip_file(where.file);
  if (!zip) return zip.error();
  if (*zip) return open_member(where, zips);
  if (!where.member.empty()) {
    return Error{ErrorCode::bad_input, path, "names a member, but " + where.file + " is not a zip"};
  }
  Result<std::unique_ptr<std::FILE, FileCloser>> file = open_file(where.file);
  if (!file) return file.error();
  auto stage = std::make_unique<FileStage>(where.file, std::move(file).value());
  return Opened{where.file, std::move(stage)};
}

}  // namespace

Result<std::vector<std::string>> list_streams(const std::string& path) {
  std::vector<std::string> files;
  std::error_code code;
  const bool is_directory = fs::is_directory(path, code);
  if (is_directory) {
    fs::recursive_directory_iterator it(path, code);
    for (; !code && it != fs::recursive_directory_iterator(); it.increment(code)) {
      if (it->path().filename().native().starts_with('.')) {
        it.disable_recursion_pending();
        continue;
      }
      if (it->is_regular_file(code)) files.push_back(it->path().string());
    }
    if (code) return Error{ErrorCode::io, path, code.message()};
    std::sort(files.begin(), files.end());
    if (files.empty()) return Error{ErrorCode::bad_input, path, "the directory holds no file"};
  } else {
    if (!split(path).member.empty()) return std::vector<std::string>{path};
    files.push_back(path);
  }
  std::vector<std::string> streams;
  for (const std::string& file : files) {
    const Result<bool> zip = is_zip_file(file);
    if (!zip) return zip.error();
    if (!*zip) {
      streams.push_back(file);
      continue;
    }
    const Result<Zip> archive = open_zip(file);
    if (!archive) return archive.error();
    const std::vector<std::string> names = member_names(archive->get());
    if (names.empty()) return Error{ErrorCode::bad_input, file, "the zip holds no file"};
    for (const std::string& name : names) streams.push_back(file + "#" + name);
  }
  return streams;
}

Result<std::vector<std::string>> list_streams(const std::vector<std::string>& paths) {
  std::vector<std::string> streams;
  for (const std::string& path : paths) {
    const Result<std::vector<std::string>> listed = list_streams(path);
    if (!listed) return listed.error();
    streams.insert(streams.end(), listed->begin(), listed->end());
  }
  return streams;
}

std::string file_name_of(const std::string& stream) {
  return fs::path(stream.substr(0, stream.find('#'))).filename().string();
}

Result<std::shared_ptr<struct zip>> ZipCache::open(const std::string& file) {
  if (zip_ && file == file_) return zip_;
  Result<Zip> opened = open_zip(file);
  if (!opened) return opened.error();
  file_ = file;
  zip_ = *opened;
  return zip_;
}

Result<std::unique_ptr<ByteReader>> ByteReader::open(const std::string& path, Decode decode, ZipCache* zips) {
  Result<Opened> stored = open_stored(path, zips);
  if (!stored) return stored.error();
  std::string name = stored->name;
  std::unique_ptr<ByteStage> stage = std::move(stored->stage);
  if (decode == Decode::all) {
    Result<std::vector<std::uint8_t>> head = peek(*stage);
    if (!head) return head.error();
    const bool gzip = is_gzip(*head);
    const bool zstd = is_zstd(*head);
    stage = std::make_unique<PeekedStage>(std::move(head).value(), std::move(stage));
    if (gzip) stage = std::make_unique<GzipStage>(name, std::move(stage));
    if (zstd) stage = std::make_unique<ZstdStage>(name, std::move(stage));
  }
  return std::unique_ptr<ByteReader>(new ByteReader(std::move(name), std::move(stage)));
}

Result<std::size_t> ByteReader::read(std::span<std::uint8_t> out) {
  std::size_t have = 0;
  while (have < out.size()) {
    if (!status_) {
      if (have == 0) return status_.error();
      break;
    }
    const Result<std::size_t> count = stage_->read(out.subspan(have));
    if (!count) {
      status_ = count.error();
      continue;
    }
    if (*count == 0) break;
    have += *count;
  }
  offset_ += have;
  return have;
}

LineReader::LineReader(std::unique_ptr<ByteReader> bytes) : bytes_(std::move(bytes)), buffer_(kChunk) {}

Result<std::unique_ptr<LineReader>> LineReader::open(const std::string& path, ZipCache* zips) {
  Result<std::unique_ptr<ByteReader>> bytes = ByteReader::open(path, Decode::all, zips);
  if (!bytes) return bytes.error();
  return std::unique_ptr<LineReader>(new LineReader(std::move(bytes).value()));
}

Result<bool> LineReader::next() {
  const auto deliver = [this](std::size_t length, std::size_t with_end) {
    text_ = std::string_view(buffer_.data() + begin_, length);
    begin_ += with_end;
    ++number_;
    if (text_.ends_with('\r')) text_.remove_suffix(1);
    if (number_ == 1 && text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
    return true;
  };
  std::size_t searched = 0;  // bytes after begin_ known to hold no line end
  for (;;) {
    const char* from = buffer_.data() + begin_;
    const void* hit = std::memchr(from + searched, '\n', end_ - begin_ - searched);
    if (hit != nullptr) {
      const auto length = static_cast<std::size_t>(static_cast<const char*>(hit) - from);
      return deliver(length, length + 1);
    }
    searched = end_ - begin_;
    if (at_end_) {
      if (!status_) return status_.error();
      return searched == 0 ? false : deliver(searched, searched);
    }
    if (searched >= kMaxLine) {
      status_ = Error{ErrorCode::bad_input, name() + ":" + std::to_string(number_ + 1),
                      "the line is longer than 64 MiB; is this a text file?"};
      end_ = begin_;
      at_end_ = true;
      return status_.error();
    }
    if (begin_ > 0) std::memmove(buffer_.data(), from, searched);
    begin_ = 0;
    end_ = searched;
    if (buffer_.size() - end_ < kChunk / 2) buffer_.resize(buffer_.size() * 2);
    const std::span<char> room = std::span(buffer_).subspan(end_);
    const Result<std::size_t> count =
        bytes_->read({reinterpret_cast<std::uint8_t*>(room.data()), std::min(room.size(), kChunk)});
    if (!count) status_ = count.error();
    at_end_ = !count || *count == 0;
    if (count) end_ += *count;
  }
}

}  // namespace lockstep::feeds
