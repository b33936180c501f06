// The fixed part of a log: file header, block headers and tail, byte for byte as in FORMAT.md. What the
// payloads between them hold is Cap'n Proto (log.capnp). Knows layouts and checksums; never touches a file.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>

namespace lockstep::recordings {

using Bytes = std::span<const std::byte>;

inline constexpr std::uint16_t kVersionMajor = 1;  ///< a reader refuses a file with another one
inline constexpr std::uint16_t kVersionMinor = 0;  ///< fields were added; old readers go on

// Magic numbers, as the 64-bit number that the eight bytes make.
inline constexpr std::uint64_t kFileMagic = 0x0A1A'0A0D'5253'4C89;   // 89 'LSR' 0D 0A 1A 0A
inline constexpr std::uint64_t kBlockMagic = 0x0A6B'6C62'5253'4C8B;  // 8B 'LSRblk' 0A
inline constexpr std::uint32_t kTailMagic = 0x4552'534C;             // 'LSRE'

/// No payload is larger, raw or stored; a header that claims more is damage.
inline constexpr std::uint32_t kMaxPayloadBytes = 256U << 20U;
inline constexpr std::uint32_t kMaxEventsPerBlock = kMaxPayloadBytes / 64;

enum class BlockType : std::uint16_t { events = 1, index = 2, seal = 3 };
enum class Codec : std::uint16_t { none = 0, zstd = 1 };

struct FileHeader {  ///< followed by `payload_size` bytes: a Cap'n Proto message, schema::Header
  std::uint64_t magic = kFileMagic;
  std::uint16_t version_major = kVersionMajor;
  std::uint16_t version_minor = kVersionMinor;
  std::uint32_t payload_size = 0;
  std::uint64_t file_id = 0;  ///< hash64 of the payload
  std::uint32_t reserved = 0;
  std::uint32_t crc = 0;  ///< crc32 of the 28 bytes before it
};

struct BlockHeader {  ///< followed by `stored_size` bytes
  std::uint64_t magic = kBlockMagic;
  std::uint64_t file_id = 0;
  std::uint64_t first_sequence = 0;  ///< number of the first event; without events: of the next one
  std::int64_t first_recv_ts_ns = 0;
  std::int64_t last_recv_ts_ns = 0;
  std::int64_t min_recv_ts_ns = 0;
  std::int64_t max_recv_ts_ns = 0;
  std::uint64_t payload_hash = 0;  ///< hash64 of the payload as stored
  std::uint64_t previous_hash =
      0;  ///< hash64 of the header of the block before; of the file header for the first
  std::uint32_t event_count = 0;
  std::uint32_t level_count = 0;
  std::uint32_t stored_size = 0;
  std::uint32_t raw_size = 0;
  BlockType type = BlockType::events;
  Codec codec = Codec::none;
  std::uint32_t crc = 0;  ///< crc32 of the 92 bytes before it
};

struct Tail {                     ///< the last 16 bytes of a sealed file
  std::uint64_t seal_offset = 0;  ///< of the seal block, from the start of the file
  std::uint32_t magic = kTailMagic;
  std::uint32_t crc = 0;  ///< crc32 of the 12 bytes before it
};

static_assert(sizeof(FileHeader) == 32 && std::has_unique_object_representations_v<FileHeader>);
static_assert(sizeof(BlockHeader) == 96 && std::has_unique_object_representations_v<BlockHeader>);
static_assert(sizeof(Tail) == 16 && std::has_unique_object_representations_v<Tail>);
static_assert(offsetof(BlockHeader, payload_hash) == 56 && offsetof(BlockHeader, type) == 88 &&
              offsetof(BlockHeader, crc) == 92);

/// XXH3, 64 bits, seed 0.
std::uint64_t hash64(Bytes bytes);
/// CRC-32 as in zlib, gzip and PNG (reflected polynomial 0xEDB88320).
std::uint32_t crc32(Bytes bytes);

template <class Record>
Bytes bytes_of(const Record& record) {
  return std::as_bytes(std::span(&record, 1));
}

/// crc32 of everything before the record's last field, which is its `crc`.
template <class Record>
std::uint32_t crc_of(const Record& record) {
  static_assert(offsetof(Record, crc) + 4 == sizeof(Record));
  return crc32(bytes_of(record).first(offsetof(Record, crc)));
}

/// Requires: at least sizeof(Record) bytes.
template <class Record>
Record read_record(Bytes bytes) {
  static_assert(std::is_trivially_copyable_v<Record>);
  Record record;
  std::memcpy(&record, bytes.data(), sizeof(Record));
  return record;
}

/// Why the header cannot be one of this file, or empty.
std::string fault_of(const BlockHeader& header, std::uint64_t file_id);

}  // namespace lockstep::recordings
