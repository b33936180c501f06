// A small log cut at every byte, and with every bit of it flipped: nothing wrong is ever taken for an event.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/log_sample.h"

namespace lockstep::recordings {
namespace {

using namespace lockstep::testing;

/// A few events with levels in blocks of two kilobytes, with two index blocks and a seal.
std::vector<std::byte> small_log(const std::string& path, Codec codec, bool sealed) {
  LogHeader header = sample_header();
  LogWriterOptions options;
  options.codec = codec;
  options.block_bytes = 300;
  options.blocks_per_index = 2;
  options.replace_existing = true;
  const auto writer = LogWriter::create(path, header, options);
  const std::vector<OwnedEvent> events = sample_events();
  append_all(**writer, {events.begin(), events.begin() + 12});
  LOCKSTEP_CHECK((sealed ? (*writer)->seal() : (*writer)->flush()).ok(), "cannot write the log");
  return read_bytes(path);
}

bool is_prefix(const std::vector<OwnedEvent>& part) {
  const std::vector<OwnedEvent> all = sample_events();
  return part.size() <= 12 && std::equal(part.begin(), part.end(), all.begin());
}

TEST(LogBytes, cut_at_any_byte_a_log_gives_an_exact_prefix_or_a_clear_error) {
  for (const Codec codec : {Codec::none, Codec::zstd}) {
    const TemporaryFolder folder;
    const std::string path = folder / "a";
    const std::vector<std::byte> whole = small_log(path, codec, true);
    const std::size_t header = sizeof(FileHeader) + read_record<FileHeader>(whole).payload_size;
    std::size_t before = 0;
    for (std::size_t size = 0; size < whole.size(); ++size) {
      if (size < header && size > 200 && size % 97 != 0)
        continue;  // inside the header one byte is like another
      write_bytes(path, Bytes(whole).first(size));
      const auto reader = LogReader::open(path);
      if (size < header) {
        ASSERT_FALSE(reader.ok()) << size;
        ASSERT_EQ(reader.error().code, size < 8 ? ErrorCode::bad_input : ErrorCode::damaged) << size;
        continue;
      }
      ASSERT_TRUE(reader.ok()) << size;
      ASSERT_FALSE((*reader)->seal().has_value()) << size;
      const ReadLog read = read_all(**reader);
      ASSERT_EQ(read.error, "") << size;
      ASSERT_TRUE(is_prefix(read.events)) << size;
      ASSERT_GE(read.events.size(), before) << size;
      before = read.events.size();
    }
    EXPECT_EQ(before, 12U);
  }
}

TEST(LogBytes, salvage_of_a_log_cut_at_any_byte_adds_nothing) {
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  const std::vector<std::byte> whole = small_log(path, Codec::none, true);
  const std::size_t header = sizeof(FileHeader) + read_record<FileHeader>(whole).payload_size;
  LogReadOptions salvage;
  salvage.on_damage = OnDamage::salvage;
  for (std::size_t size = header; size < whole.size(); ++size) {
    write_bytes(path, Bytes(whole).first(size));
    const ReadLog strict = read_log(path);
    const ReadLog salvaged = read_log(path, salvage);
    ASSERT_EQ(salvaged.error, "") << size;
    ASSERT_EQ(salvaged.events, strict.events) << size;
  }
}

/// Flips each bit of every `step`-th byte from `first` on, in the file itself, and calls `look(bit)`.
template <class Look>
void flip_each_bit(const std::string& path, const std::vector<std::byte>& bytes, std::size_t first,
                   std::size_t step, Look look) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  const auto put = [&](std::size_t at, std::byte value) {
    file.seekp(static_cast<std::streamoff>(at)).put(static_cast<char>(value)).flush();
    LOCKSTEP_CHECK(file.good(), "cannot change the test file");
  };
  for (std::size_t i = first; i < bytes.size(); i += step) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      put(i, bytes[i] ^ std::byte{1} << bit);
      look(i * 8 + bit);
    }
    put(i, bytes[i]);
  }
}

TEST(LogBytes, any_flipped_bit_is_found_when_reading_strictly) {
  for (const Codec codec : {Codec::none, Codec::zstd}) {
    const TemporaryFolder folder;
    const std::string path = folder / "a";
    const std::vector<std::byte> whole = small_log(path, codec, true);
    std::size_t flips = 0;
    const auto look = [&](std::size_t bit) {
      const ReadLog read = read_log(path);
      ASSERT_NE(read.error, "") << "bit " << bit;
      ASSERT_TRUE(is_prefix(read.events)) << "bit " << bit;
      ++flips;
    };
    flip_each_bit(path, whole, 0, 1, look);
    EXPECT_EQ(flips, whole.size() * 8);
  }
}

TEST(LogBytes, without_a_seal_any_flipped_bit_is_found_or_makes_the_last_block_unfinished) {
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  const std::vector<std::byte> whole = small_log(path, Codec::none, false);
  const std::size_t header = sizeof(FileHeader) + read_record<FileHeader>(whole).payload_size;
  flip_each_bit(path, whole, header, 1, [&](std::size_t bit) {
    const ReadLog read = read_log(path);
    ASSERT_NE(read.error, "") << "bit " << bit;
    ASSERT_TRUE(is_prefix(read.events)) << "bit " << bit;
  });
}

TEST(LogBytes, salvage_of_any_flipped_bit_delivers_true_events_and_marks_what_is_missing) {
  const TemporaryFolder folder;
  const std::string path = folder / "a";
  const std::vector<std::byte> whole = small_log(path, Codec::none, true);
  const std::size_t header = sizeof(FileHeader) + read_record<FileHeader>(whole).payload_size;
  const std::vector<OwnedEvent> all = sample_events();
  LogReadOptions salvage;
  salvage.on_damage = OnDamage::salvage;
  flip_each_bit(path, whole, header, 3, [&](std::size_t bit) {
    const auto reader = LogReader::open(path, salvage);
    ASSERT_TRUE(reader.ok());
    const ReadLog read = read_all(**reader);
    ASSERT_EQ(read.error, "") << "bit " << bit;
    ASSERT_FALSE((*reader)->damage().empty()) << "bit " << bit;
    std::size_t next = 0;
    for (const OwnedEvent& e : read.events) {
      if (e.event.kind == Kind::gap) {
        ASSERT_EQ(e.event.as<Gap>().expected, next) << "bit " << bit;
        next += e.event.as<Gap>().lost_events;
      } else {
        ASSERT_EQ(e, all[next]) << "bit " << bit;
        ++next;
      }
    }
    ASSERT_EQ(next, 12U) << "bit " << bit;
  });
}

}  // namespace
}  // namespace lockstep::recordings
