#include "recordings/log_batch.h"

#include <capnp/any.h>
#include <fmt/format.h>

#include <algorithm>

#include "recordings/log.capnp.h"
#include "recordings/log_message.h"

namespace lockstep::recordings {

namespace {

// Cap'n Proto encoding specification, "Serialization Over a Stream", "Structs" and "Lists".
constexpr std::uint64_t struct_pointer(std::uint32_t offset_or_count, std::uint16_t data_words,
                                       std::uint16_t pointers) {
  return std::uint64_t{offset_or_count} << 2U | std::uint64_t{data_words} << 32U |
         std::uint64_t{pointers} << 48U;
}
constexpr std::uint64_t composite_list_pointer(std::uint32_t offset_words, std::uint32_t size_words) {
  constexpr std::uint64_t kList = 1;
  constexpr std::uint64_t kInlineComposite = 7;
  return kList | std::uint64_t{offset_words} << 2U | kInlineComposite << 32U |
         std::uint64_t{size_words} << 35U;
}

constexpr std::uint16_t kEventWords = sizeof(Event) / 8;
constexpr std::uint16_t kLevelWords = sizeof(Level) / 8;

/// The data section of each element, as far as the record reaches; zeros where the element is shorter.
template <class Record, class List>
void copy_elements(const List& list, std::vector<Record>& out) {
  out.assign(list.size(), Record{});
  std::size_t i = 0;
  for (const auto element : list) {
    const auto data = capnp::toAny(element).getDataSection();
    std::memset(static_cast<void*>(&out[i]), 0, sizeof(Record));
    std::memcpy(static_cast<void*>(&out[i]), data.begin(), std::min(data.size(), sizeof(Record)));
    ++i;
  }
}

Status read_by_element(Bytes payload, std::uint32_t event_count, std::uint32_t level_count,
                       BatchScratch& scratch, Batch& out) {
  return read_message<schema::Batch>(payload, "", [&](schema::Batch::Reader root) -> Status {
    const auto events = root.getEvents();
    const auto levels = root.getLevels();
    if (events.size() != event_count || levels.size() != level_count) {
      return Error{ErrorCode::damaged, "",
                   fmt::format("the block holds {} events and {} levels, its header says {} and {}",
                               events.size(), levels.size(), event_count, level_count)};
    }
    copy_elements(events, scratch.events);
    copy_elements(levels, scratch.levels);
    out = {scratch.events, scratch.levels};
    return Done{};
  });
}

}  // namespace

std::array<std::uint64_t, kWordsBeforeEvents> batch_prefix(std::uint32_t events, std::uint32_t levels) {
  const std::uint32_t event_words = events * kEventWords;
  const std::uint32_t level_words = levels * kLevelWords;
  const std::uint32_t segment_words = 3 + 1 + event_words + 1 + level_words;
  return {
      std::uint64_t{segment_words} << 32U,                   // one segment
      struct_pointer(0, 0, 2),                               // Batch: no data, two pointers
      composite_list_pointer(1, event_words),                // events: after the next pointer
      composite_list_pointer(1 + event_words, level_words),  // levels: after events and their tag
      struct_pointer(events, kEventWords, 0),
  };
}

std::uint64_t level_tag(std::uint32_t levels) {
  return struct_pointer(levels, kLevelWords, 0);
}

Status read_batch(Bytes payload, std::uint32_t event_count, std::uint32_t level_count, BatchScratch& scratch,
                  Batch& out) {
  if (payload.size() == batch_bytes(event_count, level_count)) {
    const auto prefix = batch_prefix(event_count, level_count);
    const Bytes events = payload.subspan(sizeof(prefix));
    const Bytes levels = events.subspan(event_count * sizeof(Event));
    if (std::memcmp(payload.data(), prefix.data(), sizeof(prefix)) == 0 &&
        read_record<std::uint64_t>(levels) == level_tag(level_count)) {
      out.events = {reinterpret_cast<const Event*>(events.data()), event_count};
      out.levels = {reinterpret_cast<const Level*>(levels.data() + 8), level_count};
      return Done{};
    }
  }
  return read_by_element(payload, event_count, level_count, scratch, out);
}

namespace {

/// Says what is wrong with the event at `place`.
Error fault_of_event(const Event& event, std::size_t place, std::size_t instrument_count,
                     std::size_t level_count) {
  const std::string which = fmt::format("event {} of the block", place);
  if (static_cast<int>(event.kind) >= kKindCount) {
    return {ErrorCode::unsupported, "",
            fmt::format("{} is of kind {}, which this version does not know", which,
                        static_cast<int>(event.kind))};
  }
  if (event.instrument != kNoInstrument && event.instrument >= instrument_count) {
    return {ErrorCode::damaged, "",
            fmt::format("{} names instrument {} of {}", which, event.instrument, instrument_count)};
  }
  return {ErrorCode::damaged, "", fmt::format("{} points outside the block's {} levels", which, level_count)};
}

}  // namespace

Status check_batch(const Batch& batch, const BlockHeader& header, std::size_t instrument_count) {
  const std::uint64_t levels = batch.levels.size();
  TimeNs min_ts_ns = INT64_MAX;
  TimeNs max_ts_ns = INT64_MIN;
  for (const Event& event : batch.events) {
    min_ts_ns = std::min(min_ts_ns, event.recv_ts_ns);
    max_ts_ns = std::max(max_ts_ns, event.recv_ts_ns);
    // kNoInstrument + 1 wraps to 0: one comparison covers what is in the table and what names none.
    bool sound = static_cast<int>(event.kind) < kKindCount && event.instrument + 1U <= instrument_count;
    if (event.kind == Kind::book) {
      const auto book = event.as<BookUpdate>();
      sound = sound && std::uint64_t{book.first_level} + book.bid_count + book.ask_count <= levels;
    }
    if (!sound) {
      const auto place = static_cast<std::size_t>(&event - batch.events.data());
      return fault_of_event(event, place, instrument_count, levels);
    }
  }
  const bool times_agree = !batch.events.empty() && min_ts_ns == header.min_recv_ts_ns &&
                           max_ts_ns == header.max_recv_ts_ns &&
                           batch.events.front().recv_ts_ns == header.first_recv_ts_ns &&
                           batch.events.back().recv_ts_ns == header.last_recv_ts_ns;
  if (!times_agree) {
    return Error{ErrorCode::damaged, "", "the header's receive times are not those of the events"};
  }
  return Done{};
}

}  // namespace lockstep::recordings
