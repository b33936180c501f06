#include <gtest/gtest.h>

#include "tests/support/log_sample.h"

namespace lockstep::recordings {
namespace {

using namespace lockstep::testing;

/// 100 trades at 1000, 1010 ... 1990 in blocks of 8, an index after every 3 of them.
LogWriterOptions small_blocks() {
  LogWriterOptions options;
  options.block_bytes = 8 * 64;
  options.blocks_per_index = 3;
  return options;
}

std::vector<OwnedEvent> part(const std::vector<OwnedEvent>& events, std::size_t from, std::size_t to) {
  return {events.begin() + static_cast<std::ptrdiff_t>(from),
          events.begin() + static_cast<std::ptrdiff_t>(to)};
}

TEST(LogReader, goes_to_any_event_by_number_with_and_without_a_seal) {
  const TemporaryFolder folder;
  const std::vector<OwnedEvent> events = sample_trades(100);
  write_log(folder / "sealed", sample_header(), events, small_blocks());
  {
    const auto writer = LogWriter::create(folder / "unsealed", sample_header(), small_blocks());
    append_all(**writer, events);
  }
  for (const char* name : {"sealed", "unsealed"}) {
    for (std::size_t n = 0; n <= 100; ++n) {
      const auto reader = LogReader::open(folder / name);
      ASSERT_TRUE(reader.ok());
      EXPECT_EQ((*reader)->seal().has_value(), name[0] == 's');
      Batch batch;
      ASSERT_TRUE((*reader)->pull(batch).ok());  // from wherever the reader was
      ASSERT_TRUE((*reader)->seek(n).ok()) << name << ' ' << n;
      EXPECT_EQ(read_all(**reader).events, part(events, n, 100)) << name << ' ' << n;
    }
    const auto reader = LogReader::open(folder / name);
    const Status status = (*reader)->seek(101);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::bad_input);
    EXPECT_NE(status.error().what.find("cannot go to event 101: the log has 100"), std::string::npos);
  }
}

TEST(LogReader, counts_what_passes_the_filter_when_it_goes_to_an_event) {
  const TemporaryFolder folder;
  const std::vector<OwnedEvent> events = sample_trades(100);
  write_log(folder / "a", sample_header(), events, small_blocks());
  LogReadOptions options;
  options.instruments = {1};
  options.from_ts_ns = 1'200;
  std::vector<OwnedEvent> odd;
  for (std::size_t i = 21; i < 100; i += 2) odd.push_back(events[i]);
  for (std::size_t n = 0; n <= odd.size(); ++n) {
    const auto reader = LogReader::open(folder / "a", options);
    ASSERT_TRUE((*reader)->seek(n).ok());
    EXPECT_EQ(read_all(**reader).events, part(odd, n, odd.size())) << n;
  }
  const auto reader = LogReader::open(folder / "a", options);
  EXPECT_FALSE((*reader)->seek(odd.size() + 1).ok());
}

TEST(LogReader, a_range_has_its_start_and_not_its_end) {
  const TemporaryFolder folder;
  const std::vector<OwnedEvent> events = sample_trades(100);
  write_log(folder / "a", sample_header(), events, small_blocks());
  const auto range = [&](TimeNs from, TimeNs to) {
    LogReadOptions options;
    options.from_ts_ns = from;
    options.to_ts_ns = to;
    const ReadLog read = read_log(folder / "a", options);
    EXPECT_EQ(read.error, "");
    return read.events;
  };
  EXPECT_EQ(range(1'250, 1'760), part(events, 25, 76));
  EXPECT_EQ(range(1'251, 1'761), part(events, 26, 77));
  EXPECT_EQ(range(0, 1'000), part(events, 0, 0));
  EXPECT_EQ(range(1'990, 5'000), part(events, 99, 100));
  EXPECT_EQ(range(1'991, 5'000), part(events, 0, 0));
}

TEST(LogReader, a_range_finds_late_events_where_receive_times_step_back) {
  const TemporaryFolder folder;
  std::vector<OwnedEvent> events = sample_trades(100);
  events[60].event.recv_ts_ns = 1'105;
  write_log(folder / "a", sample_header(), events, small_blocks());
  LogReadOptions options;
  options.from_ts_ns = 1'100;
  options.to_ts_ns = 1'120;
  EXPECT_EQ(read_log(folder / "a", options).events, (std::vector{events[10], events[11], events[60]}));
}

TEST(LogReader, an_instrument_filter_passes_events_of_no_instrument) {
  const TemporaryFolder folder;
  write_log(folder / "a", sample_header(), sample_events());
  LogReadOptions options;
  options.instruments = {1};
  const ReadLog read = read_log(folder / "a", options);
  std::vector<OwnedEvent> expected;
  for (const OwnedEvent& e : sample_events()) {
    if (e.event.instrument != 0) expected.push_back(e);
  }
  EXPECT_EQ(read.events, expected);
  EXPECT_EQ(expected.size(), 12U);
}

TEST(LogReader, an_instrument_that_the_log_does_not_have_is_an_error) {
  const TemporaryFolder folder;
  write_log(folder / "a", sample_header(), {});
  LogReadOptions options;
  options.instruments = {2};
  const auto reader = LogReader::open(folder / "a", options);
  ASSERT_FALSE(reader.ok());
  EXPECT_EQ(reader.error().what, "instrument 2 was asked for, the log has 2");
}

TEST(LogReader, a_file_that_is_no_log_is_named_so) {
  const TemporaryFolder folder;
  write_bytes(folder / "text",
              std::as_bytes(std::span("time,price\n1,2\n a line long enough for a header\n")));
  write_bytes(folder / "empty", {});
  for (const char* name : {"text", "empty"}) {
    const auto reader = LogReader::open(folder / name);
    ASSERT_FALSE(reader.ok());
    EXPECT_EQ(reader.error().code, ErrorCode::bad_input);
    EXPECT_EQ(reader.error().what, "not a Lockstep log: it does not begin with the magic number");
  }
  EXPECT_EQ(LogReader::open(folder / "missing").error().code, ErrorCode::io);
  EXPECT_EQ(LogReader::open(folder / "").error().what, "not a regular file");
}

TEST(LogReader, a_log_of_another_major_version_is_refused) {
  const TemporaryFolder folder;
  write_log(folder / "a", sample_header(), {});
  std::vector<std::byte> bytes = read_bytes(folder / "a");
  auto prefix = read_record<FileHeader>(bytes);
  prefix.version_major = 2;
  prefix.crc = crc_of(prefix);
  std::memcpy(bytes.data(), &prefix, sizeof(prefix));
  write_bytes(folder / "a", bytes);
  const auto reader = LogReader::open(folder / "a");
  ASSERT_FALSE(reader.ok());
  EXPECT_EQ(reader.error().code, ErrorCode::unsupported);
  EXPECT_EQ(reader.error().what, "the log is of version 2, this program reads version 1");
}

TEST(LogReader, a_block_of_a_type_added_later_is_passed_over) {
  const TemporaryFolder folder;
  {
    const auto writer = LogWriter::create(folder / "a", sample_header());
    append_all(**writer, sample_trades(3));
  }
  std::vector<std::byte> bytes = read_bytes(folder / "a");
  const std::size_t last = bytes.size() - batch_bytes(3, 0) - sizeof(BlockHeader);
  auto header = read_record<BlockHeader>(Bytes(bytes).subspan(last));
  const std::array<std::byte, 5> payload{};
  BlockHeader added;
  added.file_id = header.file_id;
  added.first_sequence = 3;
  added.type = static_cast<BlockType>(9);
  added.raw_size = added.stored_size = 5;
  added.payload_hash = hash64(payload);
  added.previous_hash = hash64(bytes_of(header));
  added.crc = crc_of(added);
  const Bytes added_bytes = bytes_of(added);
  bytes.insert(bytes.end(), added_bytes.begin(), added_bytes.end());
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  write_bytes(folder / "a", bytes);
  const ReadLog read = read_log(folder / "a");
  EXPECT_EQ(read.error, "");
  EXPECT_EQ(read.events, sample_trades(3));
}

TEST(LogReader, an_error_stays) {
  const TemporaryFolder folder;
  write_log(folder / "a", sample_header(), sample_trades(3));
  std::vector<std::byte> bytes = read_bytes(folder / "a");
  bytes[bytes.size() - 300] ^= std::byte{1};
  write_bytes(folder / "a", bytes);
  const auto reader = LogReader::open(folder / "a");
  const ReadLog first = read_all(**reader);
  ASSERT_NE(first.error, "");
  EXPECT_EQ(read_all(**reader).error, first.error);
  EXPECT_FALSE((*reader)->seek(0).ok());
}

}  // namespace
}  // namespace lockstep::recordings
