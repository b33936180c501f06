// A seeded TotalView-ITCH 5.0 stream like a busy day's: what the order-by-order benchmarks read. Made once,
// as a file; the same bytes from the same numbers.
#pragma once

#include <cstdint>
#include <string>

namespace lockstep::bench {

struct ItchStream {
  std::uint64_t seed = 20260101;
  std::uint64_t messages = 20'000'000;
  std::uint32_t symbols = 5'000;        ///< activity falls as 1 / rank
  std::uint64_t live_orders = 500'000;  ///< in the steady state, which begins when so many were added
};

/// Writes it to `path`. In the steady state, of 100 messages: 45 adds (4 with attribution), 42 deletes and
/// partial cancels, 7 replaces, 5 executions, 1 trade. Nine orders in ten lie within some ticks of the
/// middle, the rest as far as 400; young orders go sooner than old ones; executions meet good prices. Stops
/// the program where it cannot write.
void write_itch_stream(const ItchStream& stream, const std::string& path);

}  // namespace lockstep::bench
