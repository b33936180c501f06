#include "feeds/files/dbn_reader.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "feeds/files/dbn_definition.h"

namespace lockstep::feeds::dbn {
namespace {

constexpr std::size_t kChunk = 64U << 10U;
constexpr std::size_t kTsOutSize = 8;
constexpr int kNewestVersion = 3;

struct TypeLayout {
  std::uint8_t rtype;
  const char* name;
  std::array<std::size_t, 3> sizes;  // in versions 1, 2, 3
};
constexpr std::size_t kQuoteSize = sizeof(Mbp1Record);
constexpr std::size_t kBarSize = sizeof(OhlcvRecord);
constexpr TypeLayout kTypes[] = {
    {kTrades, "trades", {48, 48, 48}},
    {kMbp1, "mbp-1", {kQuoteSize, kQuoteSize, kQuoteSize}},
    {kMbp10, "mbp-10", {368, 368, 368}},
    {kOhlcvOfSchema, "ohlcv", {kBarSize, kBarSize, kBarSize}},
    {kStatus, "status", {40, 40, 40}},
    {kDefinition, "definition", {kDefinitionV1Size, kDefinitionV2Size, kDefinitionV3Size}},
    {kImbalance, "imbalance", {112, 112, 112}},
    {kError, "error", {80, 320, 320}},
    {kSymbolMapping, "symbol mapping", {80, 176, 176}},
    {kSystem, "system", {kSystemV1Size, kSystemV2Size, kSystemV2Size}},
    {kStatistics, "statistics", {64, 64, 80}},
    {kOhlcv1s, "ohlcv-1s", {kBarSize, kBarSize, kBarSize}},
    {kOhlcv1m, "ohlcv-1m", {kBarSize, kBarSize, kBarSize}},
    {kOhlcv1h, "ohlcv-1h", {kBarSize, kBarSize, kBarSize}},
    {kOhlcv1d, "ohlcv-1d", {kBarSize, kBarSize, kBarSize}},
    {kOhlcvEod, "ohlcv-eod", {kBarSize, kBarSize, kBarSize}},
    {kMbo, "mbo", {56, 56, 56}},
    {kCmbp1, "cmbp-1", {kQuoteSize, kQuoteSize, kQuoteSize}},
    {kCbbo1s, "cbbo-1s", {kQuoteSize, kQuoteSize, kQuoteSize}},
    {kCbbo1m, "cbbo-1m", {kQuoteSize, kQuoteSize, kQuoteSize}},
    {kTcbbo, "tcbbo", {kQuoteSize, kQuoteSize, kQuoteSize}},
    {kBbo1s, "bbo-1s", {kQuoteSize, kQuoteSize, kQuoteSize}},
    {kBbo1m, "bbo-1m", {kQuoteSize, kQuoteSize, kQuoteSize}},
    {kTbbo, "tbbo", {kQuoteSize, kQuoteSize, kQuoteSize}},
};

const TypeLayout* find_type(std::uint8_t rtype) {
  const auto* found = std::find_if(std::begin(kTypes), std::end(kTypes),
                                   [rtype](const TypeLayout& type) { return type.rtype == rtype; });
  return found == std::end(kTypes) ? nullptr : found;
}

bool fits(const TypeLayout& type, std::size_t size, std::optional<int> version) {
  if (version) return size == type.sizes.at(static_cast<std::size_t>(std::max(*version, 1) - 1));
  return std::find(type.sizes.begin(), type.sizes.end(), size) != type.sizes.end();
}

std::size_t record_size(const Header& header) {
  return std::size_t{header.length_words} * 4;
}

}  // namespace

std::string type_name(std::uint8_t rtype) {
  const TypeLayout* type = find_type(rtype);
  return type == nullptr ? "record type " + std::to_string(rtype) : type->name;
}

std::string layout_problem(const RecordView& record, std::optional<int> version) {
  const TypeLayout* type = find_type(record.header.rtype);
  if (type == nullptr) return type_name(record.header.rtype) + " is not known";
  if (fits(*type, record.bytes.size(), version)) return {};
  std::string expected;
  for (std::size_t i = 0; i < type->sizes.size(); ++i) {
    const bool is_of_version = !version || static_cast<std::size_t>(std::max(*version, 1) - 1) == i;
    const bool is_new = i == 0 || version || type->sizes[i] != type->sizes[i - 1];
    if (is_of_version && is_new)
      expected += (expected.empty() ? "" : " or ") + std::to_string(type->sizes[i]);
  }
  return "a record of type " + std::string(type->name) + " has " + std::to_string(record.bytes.size()) +
         " bytes; expected " + expected;
}

Result<std::unique_ptr<Reader>> Reader::open(const std::string& path) {
  // The metadata of a DBZ file is in a frame that zstd skips: look at the bytes as stored first.
  Result<std::unique_ptr<ByteReader>> stored = ByteReader::open(path, Decode::archive);
  if (!stored) return stored.error();
  std::array<std::uint8_t, 12> head{};
  const Result<std::size_t> head_size = (*stored)->read(head);
  if (!head_size) return head_size.error();
  std::optional<Metadata> dbz;
  if (begins_dbz(std::span(head).first(*head_size))) {
    std::uint32_t frame_size = 0;
    std::memcpy(&frame_size, head.data() + 4, sizeof frame_size);
    Reader frame(std::move(stored).value());
    frame.buffer_.assign(head.begin() + 8, head.end());
    frame.end_ = frame.buffer_.size();
    if (const Status status = frame.fill(frame_size); !status) return status.error();
    if (frame.unread().size() < frame_size) {
      return Error{ErrorCode::damaged, frame.name() + ": byte 4",
                   "the DBZ metadata should be " + std::to_string(frame_size) +
                       " bytes, but the file ends after " + std::to_string(frame.unread().size())};
    }
    Result<Metadata> metadata = read_dbz_metadata(frame.unread().first(frame_size), frame.name());
    if (!metadata) return metadata.error();
    dbz = std::move(metadata).value();
  }
  Result<std::unique_ptr<ByteReader>> bytes = ByteReader::open(path);
  if (!bytes) return bytes.error();
  std::unique_ptr<Reader> reader(new Reader(std::move(bytes).value()));
  if (dbz) {
    reader->metadata_ = std::move(dbz);
  } else if (const Status status = reader->read_head(); !status) {
    return status.error();
  }
  return reader;
}

Status Reader::read_head() {
  if (const Status status = fill(kPreludeSize); !status) return status;
  if (unread().empty()) {
    return Error{ErrorCode::bad_input, name(), "the file is empty; expected DBN, DBZ or records of DBN"};
  }
  return begins_dbn(unread()) ? read_metadata_block() : check_fragment();
}

Status Reader::read_metadata_block() {
  const int version = unread()[3];
  if (version < 1 || version > kNewestVersion) {
    return Error{ErrorCode::unsupported, name() + ": byte 3",
                 "this is DBN of version " + std::to_string(version) + "; versions 1 to 3 can be read"};
  }
  std::uint32_t size = 0;
  if (unread().size() >= kPreludeSize) std::memcpy(&size, unread().data() + 4, sizeof size);
  consume(std::min(unread().size(), kPreludeSize));
  if (const Status status = fill(size); !status) return status;
  if (unread().size() < size) {
    return Error{ErrorCode::damaged, name() + ": byte 4",
                 "the metadata should be " + std::to_string(size) + " bytes, but the file ends after " +
                     std::to_string(unread().size())};
  }
  Result<Metadata> metadata = read_metadata(version, unread().first(size), name());
  if (!metadata) return metadata.error();
  consume(size);
  metadata_ = std::move(metadata).value();
  has_ts_out_ = metadata_->has_ts_out;
  return Done{};
}

Status Reader::check_fragment() {
  if (const Status status = fill(sizeof(Header)); !status) return status;
  if (unread().size() >= sizeof(Header)) {
    Header header;
    std::memcpy(&header, unread().data(), sizeof header);
    const TypeLayout* type = find_type(header.rtype);
    const std::size_t size = record_size(header);
    has_ts_out_ =
        type != nullptr && !fits(*type, size, {}) && size > kTsOutSize && fits(*type, size - kTsOutSize, {});
    if (type != nullptr && (has_ts_out_ || fits(*type, size, {}))) return Done{};
  }
  return Error{
      ErrorCode::bad_input, name() + ": byte 0",
      "neither DBN or DBZ (it does not begin with their marks) nor a fragment (its first bytes are no record "
      "of a known type and size)"};
}

Status Reader::fill(std::size_t count) {
  while (end_ - begin_ < count) {
    if (begin_ > 0) {
      std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    // Grows with what really comes, not with what a damaged size promises.
    if (buffer_.size() - end_ < kChunk) buffer_.resize(end_ + kChunk + end_ / 2);
    const Result<std::size_t> got = bytes_->read(std::span(buffer_).subspan(end_));
    if (!got) return got.error();
    if (*got == 0) return Done{};
    end_ += *got;
  }
  return Done{};
}

void Reader::consume(std::size_t count) {
  begin_ += count;
  offset_ += count;
}

std::string Reader::where(const RecordView& record) const {
  return name() + ": byte " + std::to_string(record.offset);
}

Result<bool> Reader::next(RecordView& out) {
  if (const Status status = fill(sizeof(Header)); !status) return status.error();
  if (unread().empty()) return false;
  out = RecordView{};
  out.offset = offset_;
  std::memcpy(&out.header, unread().data(), std::min(sizeof(Header), unread().size()));
  const std::size_t size = record_size(out.header);
  const std::size_t least = sizeof(Header) + (has_ts_out_ ? kTsOutSize : 0);
  if (size < least) {
    return Error{ErrorCode::damaged, where(out),
                 "a record is said to be " + std::to_string(size) + " bytes long; expected at least " +
                     std::to_string(least) + "; what follows cannot be read"};
  }
  if (const Status status = fill(size); !status) return status.error();
  if (unread().size() < size) {
    return Error{ErrorCode::damaged, where(out),
                 "the file ends after " + std::to_string(unread().size()) + " of the " +
                     std::to_string(size) + " bytes of a record"};
  }
  out.bytes = unread().first(has_ts_out_ ? size - kTsOutSize : size);
  consume(size);
  return true;
}

}  // namespace lockstep::feeds::dbn
