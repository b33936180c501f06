// Damage in the middle of a log: what each way of reading makes of it.
#include <gtest/gtest.h>

#include "recordings/log_batch.h"
#include "tests/support/log_sample.h"

namespace lockstep::recordings {
namespace {

using namespace lockstep::testing;

/// 40 trades in blocks of 8, their offsets in blocks_; then the index, and the seal.
class LogDamage : public ::testing::Test {
 protected:
  LogDamage() {
    LogWriterOptions options;
    options.block_bytes = 8 * 64;
    write_log(path_, sample_header(), events_, options);
    bytes_ = read_bytes(path_);
    const std::size_t start = sizeof(FileHeader) + read_record<FileHeader>(bytes_).payload_size;
    for (std::size_t i = 0; i < 6; ++i)
      blocks_.push_back(start + i * (sizeof(BlockHeader) + batch_bytes(8, 0)));
  }

  void flip(std::size_t offset) {
    bytes_[offset] ^= std::byte{0x10};
    write_bytes(path_, bytes_);
  }
  /// Recomputes the checksums of block i after a change, as a faulty writer would have written it.
  void sign(std::size_t i) {
    auto header = read_record<BlockHeader>(Bytes(bytes_).subspan(blocks_[i]));
    header.payload_hash = hash64(Bytes(bytes_).subspan(blocks_[i] + sizeof(header), header.stored_size));
    header.crc = crc_of(header);
    std::memcpy(bytes_.data() + blocks_[i], &header, sizeof(header));
    write_bytes(path_, bytes_);
  }
  [[nodiscard]] ReadLog read(OnDamage on_damage) const {
    LogReadOptions options;
    options.on_damage = on_damage;
    return read_log(path_, options);
  }
  [[nodiscard]] std::string at(std::size_t offset) const {
    return path_ + ": byte " + std::to_string(offset) + ": ";
  }
  [[nodiscard]] std::vector<OwnedEvent> part(std::size_t from, std::size_t to) const {
    return {events_.begin() + static_cast<std::ptrdiff_t>(from),
            events_.begin() + static_cast<std::ptrdiff_t>(to)};
  }
  static OwnedEvent gap(TimeNs ts_ns, std::uint64_t expected, std::uint64_t found, std::uint64_t lost,
                        TimeNs from) {
    Event event;
    event.kind = Kind::gap;
    event.detail = 4;  // damaged
    event.recv_ts_ns = ts_ns;
    event.set(Gap{expected, found, lost, from, 0});
    return {event, {}};
  }
  static std::vector<OwnedEvent> joined(std::vector<OwnedEvent> a, const OwnedEvent& b,
                                        const std::vector<OwnedEvent>& c) {
    a.push_back(b);
    a.insert(a.end(), c.begin(), c.end());
    return a;
  }

  TemporaryFolder folder_;
  std::string path_ = folder_ / "a.lsr";
  std::vector<OwnedEvent> events_ = sample_trades(40);
  std::vector<std::byte> bytes_;
  std::vector<std::size_t> blocks_;
};

TEST_F(LogDamage, strict_stops_with_the_place_and_the_reason) {
  flip(blocks_[2] + sizeof(BlockHeader) + 100);
  const ReadLog log = read(OnDamage::strict);
  EXPECT_EQ(log.events, part(0, 16));
  EXPECT_EQ(log.error, at(blocks_[2]) + "the payload does not match its hash");
}

TEST_F(LogDamage, prefix_ends_with_a_gap_that_counts_what_follows) {
  flip(blocks_[2] + sizeof(BlockHeader) + 100);
  const ReadLog log = read(OnDamage::prefix);
  EXPECT_EQ(log.error, "");
  EXPECT_EQ(log.events, joined(part(0, 16), gap(1'150, 16, 40, 24, 1'150), {}));
}

TEST_F(LogDamage, salvage_puts_a_gap_in_the_place_of_a_damaged_payload) {
  flip(blocks_[2] + sizeof(BlockHeader) + 100);
  const ReadLog log = read(OnDamage::salvage);
  EXPECT_EQ(log.error, "");
  EXPECT_EQ(log.events, joined(part(0, 16), gap(1'150, 16, 24, 8, 1'150), part(24, 40)));
}

TEST_F(LogDamage, salvage_finds_the_next_header_behind_a_damaged_one) {
  for (const std::size_t byte : {0U, 9U, 17U, 81U, 93U}) {  // magic, file id, sequence, size, checksum
    const std::vector<std::byte> sound = bytes_;
    flip(blocks_[1] + byte);
    EXPECT_NE(read(OnDamage::strict).error, "");
    EXPECT_EQ(read(OnDamage::salvage).events, joined(part(0, 8), gap(1'070, 8, 16, 8, 1'070), part(16, 40)))
        << byte;
    bytes_ = sound;
  }
}

TEST_F(LogDamage, salvage_goes_on_where_bytes_were_cut_out_of_the_middle) {
  bytes_.erase(bytes_.begin() + static_cast<std::ptrdiff_t>(blocks_[1] + 300),
               bytes_.begin() + static_cast<std::ptrdiff_t>(blocks_[3] + 10));
  write_bytes(path_, bytes_);
  EXPECT_NE(read(OnDamage::strict).error, "");
  EXPECT_EQ(read(OnDamage::salvage).events, joined(part(0, 8), gap(1'070, 8, 32, 24, 1'070), part(32, 40)));
}

TEST_F(LogDamage, a_block_that_is_missing_as_a_whole_is_noticed) {
  bytes_.erase(bytes_.begin() + static_cast<std::ptrdiff_t>(blocks_[1]),
               bytes_.begin() + static_cast<std::ptrdiff_t>(blocks_[2]));
  write_bytes(path_, bytes_);
  EXPECT_EQ(read(OnDamage::strict).error,
            at(blocks_[1]) + "the block begins with event 16, expected event 8");
  EXPECT_EQ(read(OnDamage::salvage).events, joined(part(0, 8), gap(1'070, 8, 16, 8, 1'070), part(16, 40)));
}

TEST_F(LogDamage, a_block_that_stands_there_twice_is_delivered_once) {
  const std::vector<std::byte> block(bytes_.begin() + static_cast<std::ptrdiff_t>(blocks_[1]),
                                     bytes_.begin() + static_cast<std::ptrdiff_t>(blocks_[2]));
  bytes_.insert(bytes_.begin() + static_cast<std::ptrdiff_t>(blocks_[2]), block.begin(), block.end());
  write_bytes(path_, bytes_);
  EXPECT_EQ(read(OnDamage::strict).error,
            at(blocks_[2]) + "the block begins with event 8, expected event 16");
  EXPECT_EQ(read(OnDamage::salvage).events, events_);
}

TEST_F(LogDamage, a_sound_block_of_another_log_breaks_the_chain) {
  std::vector<OwnedEvent> others = events_;
  others[9].event.exch_ts_ns = 5;
  LogWriterOptions options;
  options.block_bytes = 8 * 64;
  write_log(folder_ / "b.lsr", sample_header(), others, options);
  const std::vector<std::byte> other = read_bytes(folder_ / "b.lsr");
  std::copy(other.begin() + static_cast<std::ptrdiff_t>(blocks_[1]),
            other.begin() + static_cast<std::ptrdiff_t>(blocks_[2]),
            bytes_.begin() + static_cast<std::ptrdiff_t>(blocks_[1]));
  write_bytes(path_, bytes_);
  EXPECT_EQ(read(OnDamage::strict).error,
            at(blocks_[2]) + "the block does not follow the one before it (its chain hash differs)");
}

TEST_F(LogDamage, what_a_faulty_writer_signed_is_still_checked) {
  const std::vector<std::byte> sound = bytes_;
  const std::size_t third = blocks_[4] + sizeof(BlockHeader) + 40 + 2 * sizeof(Event);
  const auto error_after = [&](std::size_t offset, std::uint8_t value) {
    bytes_ = sound;
    bytes_[offset] = std::byte{value};
    sign(4);
    return read(OnDamage::strict).error;
  };
  EXPECT_EQ(error_after(third + 16, 2), at(blocks_[4]) + "event 2 of the block names instrument 2 of 2");
  EXPECT_EQ(error_after(third + 22, kKindCount),
            at(blocks_[4]) + "event 2 of the block is of kind 37, which this version does not know");
  EXPECT_EQ(error_after(third + 22, 2),
            at(blocks_[4]) + "event 2 of the block points outside the block's 0 levels");
  EXPECT_EQ(error_after(third + 1, 0xFF),
            at(blocks_[4]) + "the header's receive times are not those of the events");
}

TEST_F(LogDamage, without_a_seal_a_cut_block_is_the_end_and_its_bytes_are_counted) {
  bytes_.resize(blocks_[3] + 200);
  write_bytes(path_, bytes_);
  const auto reader = LogReader::open(path_);
  ASSERT_TRUE(reader.ok());
  EXPECT_FALSE((*reader)->seal().has_value());
  const ReadLog log = read_all(**reader);
  EXPECT_EQ(log.error, "");
  EXPECT_EQ(log.events, part(0, 24));
  EXPECT_EQ((*reader)->torn_bytes(), 200U);
  EXPECT_TRUE((*reader)->damage().empty());
}

TEST_F(LogDamage, zeros_at_the_end_as_after_a_power_loss_are_damage) {
  std::fill(bytes_.begin() + static_cast<std::ptrdiff_t>(blocks_[3]), bytes_.end(), std::byte{0});
  write_bytes(path_, bytes_);
  EXPECT_EQ(read(OnDamage::strict).error, at(blocks_[3]) + "no block begins here");
  EXPECT_EQ(read(OnDamage::salvage).events, joined(part(0, 24), gap(1'230, 24, 0, 0, 1'230), {}));
}

TEST_F(LogDamage, bytes_behind_the_end_are_damage) {
  bytes_.insert(bytes_.end(), 7, std::byte{1});
  write_bytes(path_, bytes_);
  const ReadLog log = read(OnDamage::strict);
  EXPECT_EQ(log.events, events_);
  EXPECT_EQ(log.error, at(bytes_.size() - 7 - sizeof(Tail)) + "7 bytes follow the end of the log");
}

TEST_F(LogDamage, the_damage_is_listed) {
  flip(blocks_[1] + sizeof(BlockHeader) + 60);
  flip(blocks_[3] + 3);
  LogReadOptions options;
  options.on_damage = OnDamage::salvage;
  const auto reader = LogReader::open(path_, options);
  read_all(**reader);
  ASSERT_EQ((*reader)->damage().size(), 2U);
  EXPECT_EQ((*reader)->damage()[0].offset, blocks_[1]);
  EXPECT_EQ((*reader)->damage()[0].reason, "the payload does not match its hash");
  EXPECT_EQ((*reader)->damage()[0].lost_events, 8U);
  EXPECT_EQ((*reader)->damage()[1].offset, blocks_[3]);
  EXPECT_EQ((*reader)->damage()[1].reason, "no block begins here");
  EXPECT_EQ((*reader)->damage()[1].lost_events, 8U);
}

TEST_F(LogDamage, salvage_goes_to_an_event_counting_its_gap) {
  flip(blocks_[2] + sizeof(BlockHeader) + 100);
  LogReadOptions options;
  options.on_damage = OnDamage::salvage;
  const auto reader = LogReader::open(path_, options);
  ASSERT_TRUE((*reader)->seek(17).ok());
  EXPECT_EQ(read_all(**reader).events, part(24, 40));
  ASSERT_TRUE((*reader)->seek(16).ok());
  EXPECT_EQ(read_all(**reader).events.front().event.kind, Kind::gap);
}

}  // namespace
}  // namespace lockstep::recordings
