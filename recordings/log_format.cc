#include "recordings/log_format.h"

#include <fmt/format.h>

// The same hash at the width of this processor's vectors, chosen at run time.
#if defined(__x86_64__)
#include <xxh_x86dispatch.h>
#else
#include <xxhash.h>
#endif

namespace lockstep::recordings {

namespace {

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1U) ^ ((value & 1U) != 0 ? 0xEDB8'8320U : 0U);
    table[i] = value;
  }
  return table;
}

constexpr std::array<std::uint32_t, 256> kCrcTable = make_crc_table();

}  // namespace

std::uint64_t hash64(Bytes bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

std::uint32_t crc32(Bytes bytes) {
  std::uint32_t crc = ~0U;
  for (const std::byte b : bytes) crc = kCrcTable[(crc ^ static_cast<std::uint8_t>(b)) & 0xFFU] ^ (crc >> 8U);
  return ~crc;
}

std::string fault_of(const BlockHeader& header, std::uint64_t file_id) {
  if (header.magic != kBlockMagic) return "no block begins here";
  if (header.crc != crc_of(header)) return "the block header does not match its checksum";
  if (header.file_id != file_id) {
    return fmt::format("the block belongs to another file (id {:016x}, this one is {:016x})", header.file_id,
                       file_id);
  }
  if (header.stored_size > kMaxPayloadBytes || header.raw_size > kMaxPayloadBytes ||
      header.event_count > kMaxEventsPerBlock) {
    return fmt::format("the block claims {} events in {} bytes, more than any block may have",
                       header.event_count, header.raw_size);
  }
  return {};
}

}  // namespace lockstep::recordings
