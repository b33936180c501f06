// How many instructions a venue takes in a time. Owned by a Connection; counts what is sent, in our time of
// sending, and refuses what is too much. Knows nothing of what becomes of an instruction.
#pragma once

#include <array>
#include <vector>

#include "engine/core/result.h"
#include "engine/core/time.h"
#include "engine/event/event.h"
#include "sim/fifo.h"

namespace lockstep::sim {

/// sliding: in any span of `per` at most `count`. fixed: in each span of `per` that begins at a whole
/// multiple of it since 1970 (every full second, minute ...), so up to twice as many around its border.
/// bucket: `count` tokens that come back evenly over `per`; a full bucket may go at once, so up to twice as
/// many in one `per`.
enum class RateWindow : std::uint8_t { sliding, fixed, bucket };

/// What one instruction counts; 0: the limit does not look at it.
struct InstructionWeights {
  std::uint32_t submit = 1;
  std::uint32_t cancel = 1;
  std::uint32_t replace = 1;
  std::uint32_t cancel_all = 1;
  std::uint32_t mass_quote = 1;

  /// Requires: one of these five kinds.
  [[nodiscard]] std::uint32_t of(Kind kind) const;
};

struct RateLimit {
  std::uint32_t count = 1;      ///< 1 .. 100000
  DurationNs per_ns = kSecond;  ///< 1us .. 1d
  RateWindow window = RateWindow::sliding;
  InstructionWeights weights = {};  ///< each at most `count`, or it could never pass
};

/// Says which field is out of range, or nothing.
Status validate(const RateLimit& limit);

/// One limit. Memory: at most 16 bytes x count. Times do not go back; one that does counts as the last.
class RateMeter {
 public:
  /// Requires: a valid limit.
  explicit RateMeter(const RateLimit& limit);

  [[nodiscard]] bool admits(Kind kind, TimeNs ts_ns);
  /// Requires: it admits it.
  void count(Kind kind, TimeNs ts_ns);
  void visit(StateVisitor& visitor);

 private:
  struct Sent {
    TimeNs ts_ns = 0;
    std::uint64_t weight = 0;
  };

  void pass(TimeNs ts_ns);

  RateLimit limit_;
  TimeNs now_ns_ = INT64_MIN;
  std::uint64_t used_ = 0;  // sliding, fixed: of the window
  Fifo<Sent> sent_;         // sliding: what is in the window, by time
  Int128 tokens_ = 0;       // bucket: in tokens x per_ns
};

}  // namespace lockstep::sim
