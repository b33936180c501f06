#include "feeds/files/dbn_metadata.h"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string_view>

namespace lockstep::feeds::dbn {
namespace {

constexpr std::size_t kSymbolSizeV1 = 22;
constexpr std::size_t kDatasetSize = 16;
constexpr std::size_t kMaxDbzSymbols = 256U << 20U;  // bytes, unpacked

// Reads fields from the front of a block; once it has run out, it stays out and yields zeros.
class Cursor {
 public:
  explicit Cursor(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  template <class Number>
  Number number() {
    Number value{};
    if (take(sizeof value)) std::memcpy(&value, bytes_.data() + at_ - sizeof value, sizeof value);
    return value;
  }
  std::string text(std::size_t size) {
    if (!take(size)) return {};
    const std::string_view all(reinterpret_cast<const char*>(bytes_.data() + at_ - size), size);
    return std::string(all.substr(0, all.find('\0')));
  }
  void skip(std::size_t size) { take(size); }

  [[nodiscard]] bool ran_out() const { return ran_out_; }
  [[nodiscard]] std::size_t at() const { return at_; }

 private:
  bool take(std::size_t size) {
    ran_out_ = ran_out_ || size > bytes_.size() - at_;
    if (!ran_out_) at_ += size;
    return !ran_out_;
  }
  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
  bool ran_out_ = false;
};

// 20240508 as midnight UTC. A year beyond the range of TimeNs (9999: no end) becomes the end of that range.
Result<TimeNs> read_date(std::uint32_t date) {
  const auto part = [date](std::uint32_t unit, std::uint32_t range) {
    return static_cast<int>(date / unit % range);
  };
  CivilTime civil;
  civil.year = part(10'000, 1'000'000);
  civil.month = part(100, 100);
  civil.day = part(1, 100);
  Result<TimeNs> ts_ns = from_civil(civil);
  if (!ts_ns && ts_ns.error().code == ErrorCode::overflow) return civil.year < 1970 ? INT64_MIN : kEndOfTime;
  return ts_ns;
}

// The three lists of symbols of the request, then the mappings: in DBN and in DBZ alike.
class SymbolTables {
 public:
  SymbolTables(Cursor& cursor, std::size_t symbol_size, std::size_t base, const std::string& where)
      : cursor_(cursor), symbol_size_(symbol_size), base_(base), where_(where) {}

  Status read(std::vector<MappingInterval>& out) {
    const auto definition_size = cursor_.number<std::uint32_t>();
    if (definition_size != 0) {
      return bad("a schema definition of " + std::to_string(definition_size) +
                 " bytes is there; no known version has one");
    }
    for (const char* list : {"symbols", "partial", "not_found"}) {
      const auto count = cursor_.number<std::uint32_t>();
      cursor_.skip(std::size_t{count} * symbol_size_);
      if (cursor_.ran_out()) return too_short(list, count);
    }
    const auto count = cursor_.number<std::uint32_t>();
    for (std::uint32_t i = 0; i < count && !cursor_.ran_out(); ++i) {
      if (const Status status = read_mapping(out); !status) return status;
    }
    if (cursor_.ran_out()) return too_short("mappings", count);
    return Done{};
  }

 private:
  Status read_mapping(std::vector<MappingInterval>& out) {
    const std::string symbol_in = cursor_.text(symbol_size_);
    const auto count = cursor_.number<std::uint32_t>();
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto from = cursor_.number<std::uint32_t>();
      const auto to = cursor_.number<std::uint32_t>();
      std::string symbol_out = cursor_.text(symbol_size_);
      if (cursor_.ran_out()) return too_short("intervals of " + symbol_in, count);
      const Result<TimeNs> from_ts_ns = read_date(from);
      const Result<TimeNs> to_ts_ns = read_date(to);
      if (!from_ts_ns || !to_ts_ns) {
        return bad("the mapping of " + symbol_in + " is for " + std::to_string(from) + " to " +
                   std::to_string(to) + "; expected dates like 20240508");
      }
      out.push_back({symbol_in, std::move(symbol_out), *from_ts_ns, *to_ts_ns});
    }
    return Done{};
  }

  [[nodiscard]] Error bad(const std::string& what) const {
    return {ErrorCode::bad_input, where_ + ": byte " + std::to_string(base_ + cursor_.at()), what};
  }
  [[nodiscard]] Error too_short(const std::string& what, std::uint32_t count) const {
    return bad("the metadata ends within its " + what + ", of which there should be " +
               std::to_string(count) + "; the file is damaged");
  }

  Cursor& cursor_;
  std::size_t symbol_size_;
  std::size_t base_;  // of the cursor's bytes in the file
  const std::string& where_;
};

// The part of DBZ metadata that is packed: a whole zstd frame.
Result<std::vector<std::uint8_t>> unpack(std::span<const std::uint8_t> packed, const std::string& where) {
  const std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> stream(ZSTD_createDStream(),
                                                                             ZSTD_freeDStream);
  std::vector<std::uint8_t> out;
  std::array<std::uint8_t, 16'384> chunk{};
  ZSTD_inBuffer in{packed.data(), packed.size(), 0};
  for (;;) {
    ZSTD_outBuffer room{chunk.data(), chunk.size(), 0};
    const std::size_t left = ZSTD_decompressStream(stream.get(), &room, &in);
    const bool is_stuck = room.pos == 0 && in.pos == in.size && left != 0;
    if (ZSTD_isError(left) != 0 || is_stuck) {
      return Error{ErrorCode::damaged, where,
                   std::string("the symbols in the DBZ metadata cannot be unpacked: ") +
                       (is_stuck ? "they end too early" : ZSTD_getErrorName(left))};
    }
    out.insert(out.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(room.pos));
    if (left == 0) return out;
    if (out.size() > kMaxDbzSymbols) {
      return Error{ErrorCode::damaged, where, "the symbols in the DBZ metadata unpack to more than 256 MiB"};
    }
  }
}

}  // namespace

bool begins_dbn(std::span<const std::uint8_t> head) {
  return head.size() >= 4 && head[0] == 'D' && head[1] == 'B' && head[2] == 'N';
}

bool begins_dbz(std::span<const std::uint8_t> head) {
  const bool is_skippable =
      head.size() >= 12 && (head[0] & 0xF0U) == 0x50 && head[1] == 0x2A && head[2] == 0x4D && head[3] == 0x18;
  return is_skippable && head[8] == 'D' && head[9] == 'B' && head[10] == 'Z';
}

Result<Metadata> read_metadata(int version, std::span<const std::uint8_t> bytes, const std::string& where) {
  Metadata out;
  out.version = version;
  Cursor cursor(bytes);
  out.dataset = cursor.text(kDatasetSize);
  out.schema = cursor.number<std::uint16_t>();
  cursor.skip(24);                   // start, end and limit of the request
  if (version == 1) cursor.skip(8);  // record count
  out.type_in = cursor.number<std::uint8_t>();
  out.type_out = cursor.number<std::uint8_t>();
  out.has_ts_out = cursor.number<std::uint8_t>() != 0;
  const std::size_t symbol_size = version == 1 ? kSymbolSizeV1 : cursor.number<std::uint16_t>();
  cursor.skip(version == 1 ? 47 : 53);
  if (cursor.ran_out()) {
    return Error{ErrorCode::damaged, where + ": byte 4",
                 "the metadata is " + std::to_string(bytes.size()) + " bytes long; expected at least 100"};
  }
  if (symbol_size == 0) {
    return Error{ErrorCode::damaged, where + ": byte " + std::to_string(kPreludeSize + 45),
                 "symbols are said to be 0 bytes long; the file is damaged"};
  }
  const Status status = SymbolTables(cursor, symbol_size, kPreludeSize, where).read(out.mappings);
  if (!status) return status.error();
  return out;
}

Result<Metadata> read_dbz_metadata(std::span<const std::uint8_t> frame, const std::string& where) {
  constexpr std::size_t kFixedSize = 96;
  Metadata out;
  Cursor cursor(frame);
  cursor.skip(3);  // "DBZ"
  const auto version = cursor.number<std::uint8_t>();
  out.dataset = cursor.text(kDatasetSize);
  out.schema = cursor.number<std::uint16_t>();
  cursor.skip(33);  // start, end, limit, record count, compression
  out.type_in = cursor.number<std::uint8_t>();
  out.type_out = cursor.number<std::uint8_t>();
  if (frame.size() < kFixedSize) {
    return Error{ErrorCode::damaged, where + ": byte 4",
                 "the DBZ metadata is " + std::to_string(frame.size()) + " bytes long; expected at least 96"};
  }
  if (version != 1) {
    return Error{ErrorCode::unsupported, where + ": byte 11",
                 "DBZ of version " + std::to_string(version) + "; only version 1 exists"};
  }
  const Result<std::vector<std::uint8_t>> tables = unpack(frame.subspan(kFixedSize), where);
  if (!tables) return tables.error();
  Cursor symbols(*tables);
  const Status status =
      SymbolTables(symbols, kSymbolSizeV1, 0, where + ": unpacked DBZ metadata").read(out.mappings);
  if (!status) return status.error();
  return out;
}

}  // namespace lockstep::feeds::dbn
