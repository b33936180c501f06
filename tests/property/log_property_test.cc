// Any sequence of events, in blocks of any size and with either codec, comes back from a log as it was.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "recordings/log_info.h"
#include "recordings/log_tools.h"
#include "tests/support/log_sample.h"

namespace lockstep::recordings {
namespace {

using namespace lockstep::testing;

/// Any bits in every field that has no rule; kinds, instruments and levels within theirs.
rc::Gen<OwnedEvent> any_event() {
  return rc::gen::exec([] {
    OwnedEvent out;
    out.event.recv_ts_ns = *rc::gen::inRange<TimeNs>(0, 2'000);
    out.event.exch_ts_ns = *rc::gen::arbitrary<TimeNs>();
    out.event.instrument = *rc::gen::element<InstrumentId>(0, 1, kNoInstrument);
    out.event.flags = *rc::gen::arbitrary<std::uint8_t>();
    out.event.detail = *rc::gen::arbitrary<std::uint8_t>();
    out.event.kind = static_cast<Kind>(*rc::gen::inRange(0, kKindCount));
    for (std::uint64_t& word : out.event.words) word = *rc::gen::arbitrary<std::uint64_t>();
    if (out.event.kind == Kind::book) {
      auto book = out.event.as<BookUpdate>();
      book.first_level = 0;
      book.bid_count = *rc::gen::inRange(0U, 20U);
      book.ask_count = *rc::gen::inRange(0U, 20U);
      out.event.set(book);
      for (std::uint32_t i = 0; i < book.bid_count + book.ask_count; ++i) {
        out.levels.push_back({*rc::gen::arbitrary<Price>(), *rc::gen::arbitrary<Qty>()});
      }
    }
    return out;
  });
}

LogWriterOptions any_options() {
  LogWriterOptions options;
  options.codec = *rc::gen::element(Codec::none, Codec::zstd);
  options.block_bytes = *rc::gen::inRange(64U, 3'000U);
  options.blocks_per_index = *rc::gen::inRange(1U, 5U);
  return options;
}

RC_GTEST_PROP(LogProperty, any_events_come_back_as_they_were, ()) {
  const TemporaryFolder folder;
  const auto events = *rc::gen::container<std::vector<OwnedEvent>>(any_event());
  write_log(folder / "a", sample_header(), events, any_options());
  const ReadLog read = read_log(folder / "a");
  RC_ASSERT(read.error.empty());
  RC_ASSERT(read.events == events);
  const auto verdict = log_verify(folder / "a");
  RC_ASSERT(verdict.ok());
  RC_ASSERT(verdict->problems.empty());
}

RC_GTEST_PROP(LogProperty, a_range_of_instruments_is_what_passes_the_filter_and_a_seek_skips_exactly, ()) {
  const TemporaryFolder folder;
  const auto events = *rc::gen::container<std::vector<OwnedEvent>>(any_event());
  write_log(folder / "a", sample_header(), events, any_options());
  LogReadOptions options;
  options.from_ts_ns = *rc::gen::inRange<TimeNs>(0, 2'000);
  options.to_ts_ns = *rc::gen::inRange<TimeNs>(0, 2'000);
  options.instruments = *rc::gen::elementOf(std::vector<std::vector<InstrumentId>>{{}, {0}, {1}});
  std::vector<OwnedEvent> expected;
  for (const OwnedEvent& e : events) {
    const bool wanted = options.instruments.empty() || e.event.instrument == kNoInstrument ||
                        e.event.instrument == options.instruments[0];
    const bool in_range = e.event.recv_ts_ns >= options.from_ts_ns && e.event.recv_ts_ns < options.to_ts_ns;
    if (wanted && in_range) expected.push_back(e);
  }
  const auto reader = LogReader::open(folder / "a", options);
  RC_ASSERT(reader.ok());
  const auto skip = *rc::gen::inRange<std::size_t>(0, expected.size() + 1);
  RC_ASSERT((*reader)->seek(skip).ok());
  expected.erase(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(skip));
  RC_ASSERT(read_all(**reader).events == expected);
}

RC_GTEST_PROP(LogProperty, whatever_bytes_change_a_strict_reader_delivers_only_a_prefix, ()) {
  const TemporaryFolder folder;
  const auto events = *rc::gen::container<std::vector<OwnedEvent>>(any_event());
  write_log(folder / "a", sample_header(), events, any_options());
  std::vector<std::byte> bytes = read_bytes(folder / "a");
  const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
  const auto length = *rc::gen::inRange<std::size_t>(1, 40);
  for (std::size_t i = at; i < std::min(at + length, bytes.size()); ++i)
    bytes[i] = std::byte{*rc::gen::arbitrary<std::uint8_t>()};
  write_bytes(folder / "a", bytes);
  const ReadLog read = read_log(folder / "a");
  RC_ASSERT(read.events.size() <= events.size());
  RC_ASSERT(std::equal(read.events.begin(), read.events.end(), events.begin()));
  const auto recovered = log_recover(folder / "a", folder / "b");
  if (recovered.ok()) RC_ASSERT(log_verify(folder / "b")->problems.empty());
}

}  // namespace
}  // namespace lockstep::recordings
