#include "recordings/log_tools.h"

#include <gtest/gtest.h>

#include "recordings/log_batch.h"
#include "recordings/log_info.h"
#include "tests/support/log_sample.h"

namespace lockstep::recordings {
namespace {

using namespace lockstep::testing;

bool is_sound(const std::string& path) {
  const auto verdict = log_verify(path);
  return verdict.ok() && verdict->sealed && verdict->problems.empty();
}

TEST(LogRecover, copies_what_is_sound_and_marks_what_is_lost) {
  const TemporaryFolder folder;
  const std::vector<OwnedEvent> events = sample_trades(40);
  LogWriterOptions options;
  options.block_bytes = 8 * 64;
  write_log(folder / "a", sample_header(), events, options);
  std::vector<std::byte> bytes = read_bytes(folder / "a");
  const std::size_t second = sizeof(FileHeader) + read_record<FileHeader>(bytes).payload_size +
                             sizeof(BlockHeader) + batch_bytes(8, 0);
  bytes[second + 300] ^= std::byte{4};
  write_bytes(folder / "a", bytes);

  const auto report = log_recover(folder / "a", folder / "b");
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->events, 32U);
  EXPECT_EQ(report->gaps, 1U);
  EXPECT_EQ(report->lost_events, 8U);
  EXPECT_TRUE(report->was_sealed);
  ASSERT_EQ(report->damage.size(), 1U);
  EXPECT_EQ(report->damage[0].offset, second);

  EXPECT_TRUE(is_sound(folder / "b"));
  const ReadLog read = read_log(folder / "b");
  ASSERT_EQ(read.events.size(), 33U);
  EXPECT_EQ(read.events[7], events[7]);
  EXPECT_EQ(read.events[8].event.kind, Kind::gap);
  EXPECT_EQ(read.events[8].event.as<Gap>().lost_events, 8U);
  EXPECT_EQ(read.events[9], events[16]);
  EXPECT_EQ((*LogReader::open(folder / "b"))->header().attributes.at("recovered.from"), "a");
}

TEST(LogRecover, seals_an_unfinished_file) {
  const TemporaryFolder folder;
  {
    const auto writer = LogWriter::create(folder / "a", sample_header());
    append_all(**writer, sample_events());
  }
  std::vector<std::byte> bytes = read_bytes(folder / "a");
  const auto header = read_record<BlockHeader>(Bytes(bytes).last(sizeof(BlockHeader) + batch_bytes(33, 5)));
  const Bytes begun = bytes_of(header).first(50);  // of a next block
  bytes.insert(bytes.end(), begun.begin(), begun.end());
  write_bytes(folder / "a", bytes);
  const auto report = log_recover(folder / "a", folder / "b");
  ASSERT_TRUE(report.ok());
  EXPECT_FALSE(report->was_sealed);
  EXPECT_EQ(report->torn_bytes, 50U);
  EXPECT_TRUE(is_sound(folder / "b"));
  EXPECT_EQ(read_log(folder / "b").events, sample_events());
}

TEST(LogRecover, a_damaged_header_is_an_error) {
  const TemporaryFolder folder;
  write_log(folder / "a", sample_header(), sample_events());
  std::vector<std::byte> bytes = read_bytes(folder / "a");
  bytes[100] ^= std::byte{1};
  write_bytes(folder / "a", bytes);
  const auto report = log_recover(folder / "a", folder / "b");
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code, ErrorCode::damaged);
  EXPECT_FALSE(std::filesystem::exists(folder / "b"));
}

TEST(LogSlice, keeps_a_range_of_some_instruments_under_their_ids) {
  const TemporaryFolder folder;
  const std::vector<OwnedEvent> events = sample_trades(40);
  write_log(folder / "a", sample_header(), events);
  const auto count = log_slice(folder / "a", folder / "b", 1'100, 1'200, {1});
  ASSERT_TRUE(count.ok());
  EXPECT_EQ(*count, 5U);
  EXPECT_TRUE(is_sound(folder / "b"));
  EXPECT_EQ(read_log(folder / "b").events,
            (std::vector{events[11], events[13], events[15], events[17], events[19]}));
  const auto reader = LogReader::open(folder / "b");
  EXPECT_EQ((*reader)->header().instruments, sample_header().instruments);
  EXPECT_EQ((*reader)->header().attributes.at("slice.from"), "1970-01-01T00:00:00.000001100Z");
}

TEST(LogSlice, of_everything_has_the_content_of_the_whole) {
  const TemporaryFolder folder;
  write_log(folder / "a", sample_header(), sample_events());
  LogWriterOptions options;
  options.codec = Codec::zstd;
  ASSERT_TRUE(log_slice(folder / "a", folder / "b", INT64_MIN, INT64_MAX, {}, options).ok());
  EXPECT_EQ(log_info(folder / "a")->content_hash, log_info(folder / "b")->content_hash);
}

TEST(LogMerge, orders_by_receive_time_and_unites_the_instruments) {
  const TemporaryFolder folder;
  LogHeader first = sample_header();
  LogHeader second = sample_header();
  std::swap(second.instruments[0], second.instruments[1]);
  second.instruments[0].symbol = "ESM4";         // new; BTCUSDT is number 1 here
  std::vector<OwnedEvent> a = sample_trades(4);  // 1000 1010 1020 1030
  std::vector<OwnedEvent> b = sample_trades(3);
  b[0].event.recv_ts_ns = 1'005;
  b[1].event.recv_ts_ns = 1'010;  // as a[1], which stands in the earlier file
  b[2].event.recv_ts_ns = 2'000;
  write_log(folder / "a", first, a);
  write_log(folder / "b", second, b);
  const auto count = log_merge({folder / "a", folder / "b"}, folder / "c");
  ASSERT_TRUE(count.ok()) << count.error().text();
  EXPECT_EQ(*count, 7U);
  EXPECT_TRUE(is_sound(folder / "c"));
  b[0].event.instrument = 2;
  b[1].event.instrument = 0;
  b[2].event.instrument = 2;
  EXPECT_EQ(read_log(folder / "c").events, (std::vector{a[0], b[0], a[1], b[1], a[2], a[3], b[2]}));
  const auto reader = LogReader::open(folder / "c");
  ASSERT_EQ((*reader)->header().instruments.size(), 3U);
  EXPECT_EQ((*reader)->header().instruments[2].symbol, "ESM4");
  EXPECT_EQ((*reader)->header().attributes.at("merge.of"), "a, b");
}

TEST(LogMerge, book_updates_bring_their_levels) {
  const TemporaryFolder folder;
  write_log(folder / "a", sample_header(), sample_events());
  std::vector<OwnedEvent> later = sample_events();
  for (OwnedEvent& e : later) e.event.recv_ts_ns += 50;
  write_log(folder / "b", sample_header(), later);
  ASSERT_TRUE(log_merge({folder / "a", folder / "b"}, folder / "c").ok());
  std::vector<OwnedEvent> expected;
  for (std::size_t i = 0; i < later.size(); ++i) {
    expected.push_back(sample_events()[i]);
    expected.push_back(later[i]);
  }
  EXPECT_EQ(read_log(folder / "c").events, expected);
}

TEST(LogMerge, an_instrument_with_two_definitions_is_an_error) {
  const TemporaryFolder folder;
  LogHeader other = sample_header();
  other.instruments[0].price_scale = 4;
  write_log(folder / "a", sample_header(), sample_trades(1));
  write_log(folder / "b", other, sample_trades(1));
  const auto count = log_merge({folder / "a", folder / "b"}, folder / "c");
  ASSERT_FALSE(count.ok());
  EXPECT_EQ(count.error().code, ErrorCode::mismatch);
  EXPECT_NE(count.error().text().find("BTCUSDT of binance-usdm is defined differently"), std::string::npos);
}

TEST(LogMerge, a_journal_is_not_merged) {
  const TemporaryFolder folder;
  LogHeader journal = sample_header();
  journal.kind = LogKind::journal;
  write_log(folder / "a", journal, {});
  EXPECT_EQ(log_merge({folder / "a"}, folder / "c").error().code, ErrorCode::bad_input);
}

}  // namespace
}  // namespace lockstep::recordings
