// The payload of a block of events: a Cap'n Proto message (schema::Batch) laid out so that its lists are
// arrays of Event and Level. Writes it without a builder and reads it without decoding where the layout
// allows; never touches a file.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/event/ports.h"
#include "recordings/log_format.h"

namespace lockstep::recordings {

/// A message as this program writes it: the words before the events, the events, one word, the levels.
inline constexpr std::size_t kWordsBeforeEvents = 5;

/// The words before the events: segment table, root pointer, list pointers, tag of the first list.
std::array<std::uint64_t, kWordsBeforeEvents> batch_prefix(std::uint32_t events, std::uint32_t levels);
/// The word between events and levels: tag of the second list.
std::uint64_t level_tag(std::uint32_t levels);
/// Size of the whole payload.
constexpr std::uint64_t batch_bytes(std::uint64_t events, std::uint64_t levels) {
  return (kWordsBeforeEvents + 1) * 8 + events * sizeof(Event) + levels * sizeof(Level);
}

/// Where a batch is put that cannot be used in place. Reused from block to block.
struct BatchScratch {
  std::vector<Event> events;
  std::vector<Level> levels;
};

/// The events and levels of a payload that has been hashed already. In place if the message is laid out as
/// batch_prefix says; else copied into `scratch`, element by element: events with more words lose the new
/// ones, events with fewer get zeros. Requires: payload aligned to 8 bytes. `out` lives as long as payload
/// and scratch. Error `damaged` if it is no such message or its counts are not those of the header; no place
/// is given.
Status read_batch(Bytes payload, std::uint32_t event_count, std::uint32_t level_count, BatchScratch& scratch,
                  Batch& out);

/// Whether every kind is known, every instrument is in the table, every book update's levels are in the
/// batch, and the header's times are those of the events. The error names the first event that is wrong by
/// its place in the batch.
Status check_batch(const Batch& batch, const BlockHeader& header, std::size_t instrument_count);

}  // namespace lockstep::recordings
