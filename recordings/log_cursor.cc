#include "recordings/log_cursor.h"

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>

namespace lockstep::recordings {

namespace {

// The events of a payload stand behind five words; they should begin a cache line.
constexpr std::size_t kLine = 64;
constexpr std::size_t kPayloadAt = kLine - 40;
constexpr std::size_t kScanBytes = 1U << 18U;

}  // namespace

std::span<std::byte> AlignedBuffer::take(std::size_t size) {
  if (storage_.size() < size + 2 * kLine) storage_.resize(size + size / 4 + 2 * kLine);
  const auto address = reinterpret_cast<std::uintptr_t>(storage_.data());
  const std::size_t to_line = (kLine - address % kLine) % kLine;
  return std::span(storage_).subspan(to_line + kPayloadAt, size);
}

BlockCursor::BlockCursor(const InputFile& file, std::uint64_t file_id, std::uint64_t first_offset,
                         std::uint64_t file_header_hash, bool sealed)
    : file_(&file),
      file_id_(file_id),
      sealed_(sealed),
      offset_(first_offset),
      next_offset_(first_offset),
      previous_hash_(file_header_hash) {}

void BlockCursor::go(std::uint64_t offset, std::uint64_t first_sequence) {
  next_offset_ = offset;
  previous_hash_.reset();
  expected_sequence_ = first_sequence;
  saw_seal_ = false;
}

BlockCursor::Step BlockCursor::damaged(std::string fault) {
  fault_ = std::move(fault);
  return Step::damaged;
}

BlockCursor::Step BlockCursor::failed(const Error& error) {
  error_ = error;
  return Step::failed;
}

Status BlockCursor::read_header(std::uint64_t offset) {
  if (ahead_offset_ == offset) {
    header_ = ahead_;
    return Done{};
  }
  return file_->read(offset, std::as_writable_bytes(std::span(&header_, 1)));
}

BlockCursor::Step BlockCursor::next() {
  offset_ = next_offset_;
  return look();
}

BlockCursor::Step BlockCursor::look() {
  header_is_sound_ = false;
  if (saw_seal_) return look_behind_seal();
  const std::uint64_t left = bytes_left();
  if (left == 0) return sealed_ ? damaged("the file ends before its seal") : Step::end;
  if (left < sizeof(BlockHeader)) return sealed_ ? damaged("a block header is cut off") : Step::torn;
  if (const Status status = read_header(offset_); !status) return failed(status.error());
  if (std::string fault = fault_of(header_, file_id_); !fault.empty()) return damaged(std::move(fault));
  if (left - sizeof(BlockHeader) < header_.stored_size)
    return sealed_ ? damaged("a block is cut off") : Step::torn;
  header_is_sound_ = true;
  if (header_.first_sequence != expected_sequence_) {
    return damaged(fmt::format("the block begins with event {}, expected event {}", header_.first_sequence,
                               expected_sequence_));
  }
  if (previous_hash_ && header_.previous_hash != *previous_hash_) {
    return damaged("the block does not follow the one before it (its chain hash differs)");
  }
  return accept();
}

BlockCursor::Step BlockCursor::accept() {
  next_offset_ = offset_ + sizeof(BlockHeader) + header_.stored_size;
  previous_hash_ = hash64(bytes_of(header_));
  expected_sequence_ = header_.first_sequence + header_.event_count;
  saw_seal_ = header_.type == BlockType::seal;
  return Step::block;
}

BlockCursor::Step BlockCursor::look_behind_seal() {
  const std::uint64_t left = bytes_left();
  if (left < sizeof(Tail)) return sealed_ ? damaged("the tail is cut off") : Step::torn;
  Tail tail;
  if (const Status status = file_->read(offset_, std::as_writable_bytes(std::span(&tail, 1))); !status) {
    return failed(status.error());
  }
  if (tail.magic != kTailMagic || tail.crc != crc_of(tail))
    return damaged("the tail behind the seal is not one");
  if (left > sizeof(Tail))
    return damaged(fmt::format("{} bytes follow the end of the log", left - sizeof(Tail)));
  return Step::end;
}

BlockCursor::Step BlockCursor::payload(Bytes& out) {
  const std::uint64_t at = offset_ + sizeof(BlockHeader);
  const std::uint64_t ahead = std::min<std::uint64_t>(sizeof(BlockHeader), file_->size() - next_offset_);
  const std::span<std::byte> bytes = stored_.take(header_.stored_size + ahead);
  if (const Status status = file_->read(at, bytes); !status) return failed(status.error());
  const Bytes stored = bytes.first(header_.stored_size);
  ahead_offset_.reset();
  if (ahead == sizeof(BlockHeader)) {
    ahead_ = read_record<BlockHeader>(bytes.subspan(header_.stored_size));
    ahead_offset_ = next_offset_;
  }
  if (hash64(stored) != header_.payload_hash) return damaged("the payload does not match its hash");
  if (header_.codec == Codec::none) {
    if (header_.raw_size != header_.stored_size)
      return damaged("the header states two sizes for one uncompressed payload");
    out = stored;
    return Step::block;
  }
  if (header_.codec != Codec::zstd) {
    return damaged(fmt::format("codec {} is not known to this version", static_cast<int>(header_.codec)));
  }
  const std::span<std::byte> raw = raw_.take(header_.raw_size);
  const std::size_t size = ZSTD_decompress(raw.data(), raw.size(), stored.data(), stored.size());
  if (ZSTD_isError(size))
    return damaged(std::string("the payload cannot be decompressed: ") + ZSTD_getErrorName(size));
  if (size != header_.raw_size) {
    return damaged(fmt::format("the payload decompresses to {} bytes, expected {}", size, header_.raw_size));
  }
  out = raw;
  return Step::block;
}

BlockCursor::Step BlockCursor::resynchronise() {
  if (header_is_sound_ && header_.first_sequence >= expected_sequence_) return accept();
  const std::uint64_t size = file_->size();
  const auto magic = std::bit_cast<std::array<std::byte, 8>>(kBlockMagic);
  std::vector<std::byte> window;
  for (std::uint64_t at = offset_ + 1; at + sizeof(BlockHeader) <= size;) {
    window.resize(std::min<std::uint64_t>(kScanBytes, size - at));
    if (const Status status = file_->read(at, window); !status) return failed(status.error());
    for (auto found = window.begin();; ++found) {
      found = std::search(found, window.end(), magic.begin(), magic.end());
      if (found == window.end()) break;
      const std::uint64_t candidate = at + static_cast<std::uint64_t>(found - window.begin());
      if (candidate + sizeof(BlockHeader) > size) break;
      if (const Status status = read_header(candidate); !status) return failed(status.error());
      const bool fits = size - candidate - sizeof(BlockHeader) >= header_.stored_size;
      // A block that repeats what was read already is an old one.
      if (fault_of(header_, file_id_).empty() && fits && header_.first_sequence >= expected_sequence_) {
        offset_ = candidate;
        return accept();
      }
    }
    if (at + window.size() >= size) break;
    at += window.size() - (magic.size() - 1);
  }
  offset_ = size;
  return Step::end;
}

}  // namespace lockstep::recordings
