// The recordings that the benchmarks read: seeded, made once per process in a temporary folder, removed at
// its end.
#pragma once

#include <cstdint>
#include <string>

namespace lockstep::bench {

inline constexpr std::uint64_t kTradeEvents = 10'000'000;
inline constexpr std::uint64_t kMixEvents = 2'000'000;

/// Trades alone, of one instrument.
const std::string& trades_recording();

/// 80% book updates of 5 + 5 levels and 20% trades, of one instrument: 10 level changes per update, 8 per
/// message.
const std::string& mix_recording();

/// The ITCH stream of itch_stream.h.
const std::string& itch_stream_file();

/// The same as a recording.
const std::string& itch_recording();

/// A folder of this process for what a benchmark writes.
const std::string& scratch_folder();

}  // namespace lockstep::bench
