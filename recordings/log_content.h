// The hash that names what a log holds: its instruments, events and levels in order, whatever the blocks and
// the codec. Two logs with the same content hash replay alike. Never reads a file.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/core/digest.h"
#include "engine/event/event.h"

namespace lockstep::recordings {

class ContentHash {
 public:
  explicit ContentHash(std::span<const Instrument> instruments);

  /// `levels`: those of this event alone, bids then asks; empty for all but a book update.
  void add(const Event& event, std::span<const Level> levels) {
    std::array<std::uint64_t, 8> w = std::bit_cast<std::array<std::uint64_t, 8>>(event);
    // Where the levels stand in a block is a matter of the block, not of the event.
    if (event.kind == Kind::book) w[3] &= ~std::uint64_t{0xFFFF'FFFF};
    digest_.mix8(w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7]);
    for (; levels.size() >= 4; levels = levels.subspan(4)) mix(levels[0], levels[1], levels[2], levels[3]);
    if (!levels.empty()) {
      const auto or_zero = [&](std::size_t i) { return i < levels.size() ? levels[i] : Level{0, 0}; };
      mix(levels[0], or_zero(1), or_zero(2), Level{0, 0});
    }
  }

  [[nodiscard]] std::uint64_t value() const { return digest_.value(); }

 private:
  void mix(const Level& a, const Level& b, const Level& c, const Level& d) {
    digest_.mix8(static_cast<std::uint64_t>(a.price), static_cast<std::uint64_t>(a.qty),
                 static_cast<std::uint64_t>(b.price), static_cast<std::uint64_t>(b.qty),
                 static_cast<std::uint64_t>(c.price), static_cast<std::uint64_t>(c.qty),
                 static_cast<std::uint64_t>(d.price), static_cast<std::uint64_t>(d.qty));
  }
  Digest digest_;
};

}  // namespace lockstep::recordings
