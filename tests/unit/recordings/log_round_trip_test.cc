#include <gtest/gtest.h>

#include "tests/support/log_sample.h"

namespace lockstep::recordings {
namespace {

using namespace lockstep::testing;

TEST(LogRoundTrip, every_kind_of_event_comes_back_as_it_was) {
  const TemporaryFolder folder;
  write_log(folder / "a.lsr", sample_header(), sample_events());
  const ReadLog read = read_log(folder / "a.lsr");
  EXPECT_EQ(read.error, "");
  EXPECT_EQ(read.events, sample_events());
}

TEST(LogRoundTrip, the_header_comes_back_as_it_was_with_its_schema) {
  const TemporaryFolder folder;
  LogHeader header = sample_header();
  header.kind = LogKind::journal;
  write_log(folder / "a.lsr", header, {});
  const auto reader = LogReader::open(folder / "a.lsr");
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ((*reader)->header(), header);
  const auto schema = (*reader)->schema_text();
  ASSERT_TRUE(schema.ok());
  const std::vector<std::byte> file = read_bytes(std::string(LOCKSTEP_SOURCE) + "/recordings/log.capnp");
  EXPECT_EQ(*schema, std::string(reinterpret_cast<const char*>(file.data()), file.size()));
}

TEST(LogRoundTrip, a_log_without_events_is_sealed_and_empty) {
  const TemporaryFolder folder;
  write_log(folder / "a.lsr", LogHeader{}, {});
  const auto reader = LogReader::open(folder / "a.lsr");
  ASSERT_TRUE(reader.ok());
  ASSERT_TRUE((*reader)->seal().has_value());
  EXPECT_EQ((*reader)->seal()->event_count, 0U);
  EXPECT_TRUE(read_all(**reader).events.empty());
}

TEST(LogRoundTrip, blocks_of_any_size_and_either_codec_hold_the_same_events) {
  for (const Codec codec : {Codec::none, Codec::zstd}) {
    for (const std::uint32_t block_bytes : {64U, 200U, 1'000U, 1U << 20U}) {
      const TemporaryFolder folder;
      LogWriterOptions options;
      options.codec = codec;
      options.block_bytes = block_bytes;
      options.blocks_per_index = 3;
      write_log(folder / "a.lsr", sample_header(), sample_events(), options);
      const ReadLog read = read_log(folder / "a.lsr");
      EXPECT_EQ(read.error, "");
      EXPECT_EQ(read.events, sample_events()) << "block_bytes " << block_bytes;
    }
  }
}

TEST(LogRoundTrip, a_snapshot_larger_than_a_block_is_one_event) {
  const TemporaryFolder folder;
  std::vector<OwnedEvent> events = sample_trades(3);
  OwnedEvent& book = events[1];
  book.event.kind = Kind::book;
  book.event.detail = 1;
  book.event.set(BookUpdate{0, 60'000, 40'000, 0, 1, 2, 0});
  for (Price i = 0; i < 100'000; ++i) book.levels.push_back({i, i + 1});
  write_log(folder / "a.lsr", sample_header(), events);
  const ReadLog read = read_log(folder / "a.lsr");
  EXPECT_EQ(read.error, "");
  EXPECT_EQ(read.events, events);
}

TEST(LogRoundTrip, equal_input_gives_equal_bytes) {
  const TemporaryFolder folder;
  LogWriterOptions options;
  options.codec = Codec::zstd;
  write_log(folder / "a.lsr", sample_header(), sample_events(), options);
  write_log(folder / "b.lsr", sample_header(), sample_events(), options);
  EXPECT_EQ(read_bytes(folder / "a.lsr"), read_bytes(folder / "b.lsr"));
}

TEST(LogRoundTrip, the_content_hash_depends_on_contents_alone) {
  const TemporaryFolder folder;
  const auto hash = [&](const std::string& name, const LogHeader& header,
                        const std::vector<OwnedEvent>& events, const LogWriterOptions& options) {
    write_log(folder / name, header, events, options);
    const auto reader = LogReader::open(folder / name);
    return (*reader)->seal()->content_hash;
  };
  LogHeader other_attributes = sample_header();
  other_attributes.attributes["note"] = "different";
  LogWriterOptions small;
  small.block_bytes = 100;
  small.codec = Codec::zstd;
  const std::uint64_t first = hash("a", sample_header(), sample_events(), {});
  EXPECT_EQ(first, hash("b", other_attributes, sample_events(), small));

  std::vector<OwnedEvent> other_level = sample_events();
  other_level[2].levels[2].qty += 1;
  EXPECT_NE(first, hash("c", sample_header(), other_level, {}));
  std::vector<OwnedEvent> other_order = sample_events();
  std::swap(other_order[5], other_order[6]);
  EXPECT_NE(first, hash("d", sample_header(), other_order, {}));
  LogHeader other_scale = sample_header();
  other_scale.instruments[0].price_scale = 3;
  EXPECT_NE(first, hash("e", other_scale, sample_events(), {}));
}

}  // namespace
}  // namespace lockstep::recordings
