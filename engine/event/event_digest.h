// How an event enters a digest: by its fields, never by the bytes of a struct or by where a batch keeps its
// levels.
#pragma once

#include <span>

#include "engine/core/digest.h"
#include "engine/event/event.h"

namespace lockstep {

/// `levels` are those of the batch; only a book update's own are mixed.
inline void mix_event(Digest& digest, const Event& event, std::span<const Level> levels) {
  const std::uint64_t header = std::uint64_t{event.instrument} | std::uint64_t{event.flags} << 32U |
                               std::uint64_t{event.detail} << 40U |
                               std::uint64_t{static_cast<std::uint16_t>(event.kind)} << 48U;
  const auto& w = event.words;
  if (event.kind != Kind::book) {
    digest.mix8(static_cast<std::uint64_t>(event.recv_ts_ns), static_cast<std::uint64_t>(event.exch_ts_ns),
                header, w[0], w[1], w[2], w[3], w[4]);
    return;
  }
  const auto update = event.as<BookUpdate>();
  const std::uint64_t bid_count = update.bid_count;  // first_level depends on the batch and stays out
  digest.mix8(static_cast<std::uint64_t>(event.recv_ts_ns), static_cast<std::uint64_t>(event.exch_ts_ns),
              header, bid_count, w[1], w[2], w[3], w[4]);
  std::span<const Level> rest =
      levels.subspan(update.first_level, std::size_t{update.bid_count} + update.ask_count);
  const auto word = [](std::int64_t value) { return static_cast<std::uint64_t>(value); };
  for (; rest.size() >= 4; rest = rest.subspan(4)) {
    digest.mix8(word(rest[0].price), word(rest[0].qty), word(rest[1].price), word(rest[1].qty),
                word(rest[2].price), word(rest[2].qty), word(rest[3].price), word(rest[3].qty));
  }
  for (const Level& level : rest) {
    digest.mix(word(level.price));
    digest.mix(word(level.qty));
  }
}

}  // namespace lockstep
