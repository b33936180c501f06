// Walks the blocks of a log in order and checks the frame around them: headers, hashes, order, chain, tail.
// Knows nothing of events. Reads ahead by one header, so that a block costs one read. Never repairs: it says
// what is wrong and where, and can look for the next sound header.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/core/result.h"
#include "recordings/log_file.h"
#include "recordings/log_format.h"
#include "recordings/log_index.h"

namespace lockstep::recordings {

/// Bytes at an address such that the events of a payload begin a cache line; grows, never shrinks.
class AlignedBuffer {
 public:
  /// `size` bytes; what was in them before is lost.
  std::span<std::byte> take(std::size_t size);

 private:
  std::vector<std::byte> storage_;
};

class BlockCursor {
 public:
  enum class Step {
    block,    ///< header() is sound; its payload has not been looked at
    end,      ///< the file ends here: behind the seal, or without one
    torn,     ///< the file ends inside a block: the writer was interrupted. Only in a file that is not sealed
    damaged,  ///< fault() at offset(); nothing is known of what follows
    failed,   ///< the operating system refused: error()
  };

  /// `file` must outlive the cursor. `sealed`: the tail at the end of the file is sound.
  BlockCursor(const InputFile& file, std::uint64_t file_id, std::uint64_t first_offset,
              std::uint64_t file_header_hash, bool sealed);

  /// Goes to the next block, past the payload of this one.
  Step next();
  [[nodiscard]] const BlockHeader& header() const { return header_; }
  /// Where the block begins that next() looked at.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  [[nodiscard]] const std::string& fault() const { return fault_; }
  [[nodiscard]] const Error& error() const { return *error_; }
  /// Bytes behind offset(), when torn.
  [[nodiscard]] std::uint64_t bytes_left() const { return file_->size() - offset_; }
  /// Number that the next event must have, as far as the blocks seen so far tell.
  [[nodiscard]] std::uint64_t expected_sequence() const { return expected_sequence_; }
  [[nodiscard]] bool saw_seal() const { return saw_seal_; }

  /// Reads the block's payload and compares its hash; decompresses it. `damaged` sets fault(), and the walk
  /// can go on behind the block. `out` lives until the next call of payload().
  Step payload(Bytes& out);

  /// After next() said `damaged`: takes this block after all if only its place in the order was wrong and it
  /// is a later one, else looks for the next sound header behind offset(). What lies between is lost. `block`
  /// (as from next()), `end`, `torn` or `failed`.
  Step resynchronise();

  /// Goes to a block that an index named; the next() that follows looks there. The chain is taken up anew.
  void go(std::uint64_t offset, std::uint64_t first_sequence);

 private:
  Step look();
  Step look_behind_seal();
  Step damaged(std::string fault);
  Step failed(const Error& error);
  Step accept();
  Status read_header(std::uint64_t offset);

  const InputFile* file_;
  std::uint64_t file_id_;
  bool sealed_;
  std::uint64_t offset_;       // of the block looked at
  std::uint64_t next_offset_;  // of the one to look at next
  std::optional<std::uint64_t> previous_hash_;
  std::uint64_t expected_sequence_ = 0;
  bool saw_seal_ = false;
  BlockHeader header_;
  BlockHeader ahead_;
  std::optional<std::uint64_t> ahead_offset_;
  bool header_is_sound_ = false;  // what is wrong is its place in the order
  std::string fault_;
  std::optional<Error> error_;
  AlignedBuffer stored_;
  AlignedBuffer raw_;
};

}  // namespace lockstep::recordings
