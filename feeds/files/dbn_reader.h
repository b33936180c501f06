// The records of one Databento file, one after the other: DBN, DBZ, or a fragment (records without metadata),
// packed or not. Owns the file and the bytes of the current record. Knows where a record ends, never what it
// means.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "feeds/files/dbn_layout.h"
#include "feeds/files/dbn_metadata.h"
#include "feeds/files/input.h"

namespace lockstep::feeds::dbn {

struct RecordView {
  Header header{};
  std::span<const std::uint8_t>
      bytes;                 ///< header included, the gateway's ts_out left off; until the next next()
  std::uint64_t offset = 0;  ///< of its first byte in the unpacked file (DBZ: in the unpacked records)
};

/// `mbo`, `mbp-10`, ...; `record type 7` for one that is not known.
std::string type_name(std::uint8_t rtype);

/// Empty if the record's size is that of its type in this version (nothing: in any version); else what is
/// wrong.
std::string layout_problem(const RecordView& record, std::optional<int> version);

class Reader {
 public:
  /// Reads what stands before the records. A file that is none of the three is an error, as is an empty one.
  static Result<std::unique_ptr<Reader>> open(const std::string& path);

  /// Nothing for a fragment.
  [[nodiscard]] const std::optional<Metadata>& metadata() const { return metadata_; }
  [[nodiscard]] std::optional<int> version() const {
    return metadata_ ? std::optional<int>(metadata_->version) : std::nullopt;
  }
  [[nodiscard]] const std::string& name() const { return bytes_->name(); }
  /// `file: byte N`.
  [[nodiscard]] std::string where(const RecordView& record) const;

  /// False at the end. A record that is cut off or that cannot be a record is an error: nothing after it can
  /// be found.
  Result<bool> next(RecordView& out);

 private:
  explicit Reader(std::unique_ptr<ByteReader> bytes) : bytes_(std::move(bytes)) {}
  Status read_head();
  Status read_metadata_block();
  Status check_fragment();
  /// Makes `count` unread bytes available, or as many as there are.
  Status fill(std::size_t count);
  [[nodiscard]] std::span<const std::uint8_t> unread() const {
    return std::span(buffer_).subspan(begin_, end_ - begin_);
  }
  void consume(std::size_t count);

  std::unique_ptr<ByteReader> bytes_;
  std::optional<Metadata> metadata_;
  std::vector<std::uint8_t> buffer_;
  std::size_t begin_ = 0;     // of what is not yet handed out
  std::size_t end_ = 0;       // of what is read
  std::uint64_t offset_ = 0;  // of begin_ in the unpacked file
  bool has_ts_out_ = false;
};

}  // namespace lockstep::feeds::dbn
