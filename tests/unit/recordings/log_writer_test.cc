#include <gtest/gtest.h>

#include "tests/support/log_sample.h"

namespace lockstep::recordings {
namespace {

using namespace lockstep::testing;

/// What a failing disk would do, and what reached it.
struct Disk {
  std::vector<std::byte> bytes;
  std::size_t writes = 0;
  std::size_t syncs = 0;
  std::size_t failing_write = ~std::size_t{0};
  std::size_t bytes_of_failing_write = 0;
  bool sync_fails = false;
};

class FakeFile final : public OutputFile {
 public:
  explicit FakeFile(Disk& disk) : disk_(disk) {}
  Status write(Bytes bytes) override {
    const bool fails = disk_.writes++ == disk_.failing_write;
    const Bytes written = fails ? bytes.first(disk_.bytes_of_failing_write) : bytes;
    disk_.bytes.insert(disk_.bytes.end(), written.begin(), written.end());
    if (fails) return Error{ErrorCode::io, path_, "no space left on device"};
    return Done{};
  }
  Status sync() override {
    ++disk_.syncs;
    if (disk_.sync_fails) return Error{ErrorCode::io, path_, "the disk is on fire"};
    return Done{};
  }
  [[nodiscard]] const std::string& path() const override { return path_; }

 private:
  Disk& disk_;
  std::string path_ = "fake.lsr";
};

std::unique_ptr<LogWriter> writer_on(Disk& disk, std::uint32_t block_bytes = 8 * 64) {
  LogWriterOptions options;
  options.block_bytes = block_bytes;
  auto writer = LogWriter::create(std::make_unique<FakeFile>(disk), sample_header(), options);
  LOCKSTEP_CHECK(writer.ok(), "the header could not be written");
  return std::move(*writer);
}

TEST(LogWriter, a_block_is_one_write) {
  Disk disk;
  const auto writer = writer_on(disk);
  EXPECT_EQ(disk.writes, 1U);  // the header
  append_all(*writer, sample_trades(24));
  EXPECT_EQ(disk.writes, 3U);  // two whole blocks; the third waits
  ASSERT_TRUE(writer->flush().ok());
  EXPECT_EQ(disk.writes, 4U);
  ASSERT_TRUE(writer->flush().ok());
  EXPECT_EQ(disk.writes, 4U);  // nothing to flush
  EXPECT_EQ(disk.bytes.size(), writer->bytes_written());
}

TEST(LogWriter, what_was_flushed_can_be_read_while_the_writer_goes_on) {
  const TemporaryFolder folder;
  const auto writer = LogWriter::create(folder / "a", sample_header());
  const std::vector<OwnedEvent> events = sample_trades(10);
  for (std::size_t i = 0; i < events.size(); ++i) {
    (*writer)->append(events[i].event, {});
    ASSERT_TRUE((*writer)->flush().ok());
    EXPECT_EQ(read_log(folder / "a").events.size(), i + 1);
  }
}

TEST(LogWriter, a_write_that_fails_leaves_a_readable_prefix_and_is_the_last) {
  for (const std::size_t written : {0U, 1U, 95U, 96U, 400U}) {
    Disk disk;
    disk.failing_write = 3;
    disk.bytes_of_failing_write = written;
    const auto writer = writer_on(disk);
    append_all(*writer, sample_trades(100));
    EXPECT_EQ(writer->status().error().text(), "fake.lsr: no space left on device");
    EXPECT_EQ(writer->flush().error().text(), "fake.lsr: no space left on device");
    EXPECT_EQ(writer->seal().error().text(), "fake.lsr: no space left on device");
    EXPECT_EQ(writer->sync().error().text(), "fake.lsr: no space left on device");
    EXPECT_EQ(disk.writes, 4U);
    EXPECT_EQ(disk.syncs, 0U);
    const TemporaryFolder folder;
    write_bytes(folder / "a", disk.bytes);
    const ReadLog read = read_log(folder / "a");
    EXPECT_EQ(read.error, "");
    EXPECT_EQ(read.events, sample_trades(16)) << written;
  }
}

TEST(LogWriter, a_sync_that_fails_is_final) {
  Disk disk;
  disk.sync_fails = true;
  const auto writer = writer_on(disk);
  append_all(*writer, sample_trades(3));
  EXPECT_EQ(writer->sync().error().what, "the disk is on fire");
  disk.sync_fails = false;
  const std::size_t writes = disk.writes;
  append_all(*writer, sample_trades(100));
  EXPECT_FALSE(writer->status().ok());
  EXPECT_FALSE(writer->sync().ok());  // a second attempt could succeed without the data being there
  EXPECT_FALSE(writer->seal().ok());
  EXPECT_EQ(disk.syncs, 1U);
  EXPECT_EQ(disk.writes, writes);
}

TEST(LogWriter, an_event_that_cannot_be_is_refused_and_the_log_ends_before_it) {
  Event unknown_kind = sample_trades(1)[0].event;
  unknown_kind.kind = static_cast<Kind>(kKindCount);
  Event unknown_instrument = sample_trades(1)[0].event;
  unknown_instrument.instrument = 2;
  Event without_levels;
  without_levels.kind = Kind::book;
  without_levels.set(BookUpdate{0, 1, 0, 0, 0, 0, 0});
  for (const Event& event : {unknown_kind, unknown_instrument, without_levels}) {
    Disk disk;
    {
      const auto writer = writer_on(disk);
      append_all(*writer, sample_trades(3));
      writer->append(event, {});
      append_all(*writer, sample_trades(1));
      ASSERT_FALSE(writer->status().ok());
      EXPECT_EQ(writer->status().error().code, ErrorCode::bad_input);
      EXPECT_NE(writer->status().error().what.find("event 3 cannot be stored"), std::string::npos);
    }
    EXPECT_EQ(disk.writes, 1U);
  }
}

TEST(LogWriter, levels_of_a_batch_are_found_through_the_events_first_level) {
  Disk disk;
  const auto writer = writer_on(disk);
  const std::vector<Level> batch = {{1, 1}, {2, 2}, {3, 3}, {4, 4}};
  Event event;
  event.kind = Kind::book;
  event.set(BookUpdate{2, 1, 1, 0, 0, 0, 0});
  writer->append(event, batch);
  ASSERT_TRUE(writer->seal().ok());
  const TemporaryFolder folder;
  write_bytes(folder / "a", disk.bytes);
  const ReadLog read = read_log(folder / "a");
  ASSERT_EQ(read.events.size(), 1U);
  EXPECT_EQ(read.events[0].levels, (std::vector<Level>{{3, 3}, {4, 4}}));
}

TEST(LogWriter, nothing_follows_a_seal) {
  Disk disk;
  const auto writer = writer_on(disk);
  ASSERT_TRUE(writer->seal().ok());
  ASSERT_TRUE(writer->seal().ok());
  const std::size_t size = disk.bytes.size();
  append_all(*writer, sample_trades(1));
  EXPECT_EQ(writer->status().error().what, "an event was appended after the seal");
  EXPECT_FALSE(writer->flush().ok());
  EXPECT_EQ(disk.bytes.size(), size);
}

TEST(LogWriter, a_file_that_exists_is_kept) {
  const TemporaryFolder folder;
  write_log(folder / "a", sample_header(), sample_trades(3));
  const auto second = LogWriter::create(folder / "a", sample_header());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().what,
            "the file exists; a log is never overwritten. Remove it or choose another name");
  EXPECT_EQ(read_log(folder / "a").events.size(), 3U);
  LogWriterOptions options;
  options.replace_existing = true;
  EXPECT_TRUE(LogWriter::create(folder / "a", sample_header(), options).ok());
  EXPECT_EQ(read_log(folder / "a").events.size(), 0U);
}

TEST(LogWriter, options_out_of_range_are_named) {
  const TemporaryFolder folder;
  LogWriterOptions options;
  options.block_bytes = 63;
  EXPECT_EQ(LogWriter::create(folder / "a", {}, options).error().what,
            "block_bytes is 63, expected 64 to 67108864");
  options = {};
  options.zstd_level = 20;
  EXPECT_EQ(LogWriter::create(folder / "a", {}, options).error().what, "zstd_level is 20, expected 1 to 19");
  options = {};
  options.blocks_per_index = 0;
  EXPECT_EQ(LogWriter::create(folder / "a", {}, options).error().what,
            "blocks_per_index is 0, expected at least 1");
  EXPECT_FALSE(std::filesystem::exists(folder / "a"));
}

TEST(LogWriter, a_folder_that_is_not_there_is_an_error) {
  const TemporaryFolder folder;
  const auto writer = LogWriter::create(folder / "no/a", sample_header());
  ASSERT_FALSE(writer.ok());
  EXPECT_EQ(writer.error().code, ErrorCode::io);
  EXPECT_EQ(writer.error().what, "cannot create the file: No such file or directory");
}

}  // namespace
}  // namespace lockstep::recordings
