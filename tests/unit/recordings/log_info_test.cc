#include "recordings/log_info.h"

#include <gtest/gtest.h>

#include "recordings/log_batch.h"
#include "tests/support/log_sample.h"

namespace lockstep::recordings {
namespace {

using namespace lockstep::testing;

OwnedEvent trade_at(TimeNs recv, TimeNs exch, std::uint8_t flags = 0) {
  OwnedEvent e = sample_trades(1)[0];
  e.event.recv_ts_ns = recv;
  e.event.exch_ts_ns = exch;
  e.event.flags = flags;
  return e;
}

TEST(LogInfo, counts_kinds_instruments_and_times) {
  const TemporaryFolder folder;
  write_log(folder / "a", sample_header(), sample_events());
  const auto info = log_info(folder / "a");
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->header, sample_header());
  EXPECT_TRUE(info->sealed);
  EXPECT_EQ(info->events, 33U);
  EXPECT_EQ(info->levels, 5U);
  EXPECT_EQ(info->by_kind[0], 1U);
  EXPECT_EQ(info->by_kind[2], 3U);   // book
  EXPECT_EQ(info->by_kind[10], 1U);  // gap
  EXPECT_EQ(info->lost_events, 3U);
  ASSERT_EQ(info->by_instrument.size(), 2U);
  EXPECT_EQ(info->by_instrument[0].events, 21U);
  EXPECT_EQ(info->by_instrument[1].events, 3U);
  EXPECT_EQ(info->by_instrument[1].by_kind[2], 1U);
  EXPECT_EQ(info->without_instrument.events, 9U);
  EXPECT_EQ(info->first_recv_ts_ns, 1'723'161'255'000'000'000);
  EXPECT_EQ(info->last_recv_ts_ns, 1'723'161'255'000'003'200);
  EXPECT_EQ(info->first_exch_ts_ns, 1'723'161'254'999'000'000);
  EXPECT_NEAR(info->events_per_second(), 33 / 3.2e-6, 1e-3);
  EXPECT_EQ(info->stored.raw_bytes, batch_bytes(33, 5));
  EXPECT_EQ(info->stored.stored_bytes, info->stored.raw_bytes);
}

TEST(LogInfo, latencies_are_of_market_events_with_both_times) {
  const TemporaryFolder folder;
  OwnedEvent order = sample_events()[28];  // a submit, 1 ms after its exchange time
  write_log(folder / "a", sample_header(),
            {trade_at(1'000, 990), trade_at(1'010, 1'030), trade_at(1'020, 1'015), trade_at(1'030, 0),
             trade_at(1'040, 40, kFlagReceiveDerived), trade_at(1'035, 1'040), order});
  const auto info = log_info(folder / "a");
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->latency_ns.count(), 4U);  // 10, -20, 5, -5
  EXPECT_EQ(info->latency_ns.min(), -20);
  EXPECT_EQ(info->latency_ns.median(), -5);
  EXPECT_EQ(info->latency_ns.max(), 10);
  EXPECT_EQ(info->received_before_exchange, 2U);
  EXPECT_EQ(info->before_by_ns.min(), 5);
  EXPECT_EQ(info->before_by_ns.median(), 5);
  EXPECT_EQ(info->before_by_ns.max(), 20);
  EXPECT_EQ(info->recv_steps_back, 1U);
}

TEST(LogInfo, a_spread_is_exact_at_its_ends_and_close_in_its_middle) {
  Spread spread;
  EXPECT_EQ(spread.median(), 0);
  for (std::int64_t i = 1; i <= 1'000'001; ++i) spread.add(i * 1'000);
  EXPECT_EQ(spread.min(), 1'000);
  EXPECT_EQ(spread.max(), 1'000'001'000);
  EXPECT_LE(spread.median(), 500'001'000);
  EXPECT_GE(spread.median(), 500'001'000 - 500'001'000 / 64);
  Spread ends;
  ends.add(INT64_MIN);
  ends.add(INT64_MIN);
  ends.add(INT64_MAX);
  EXPECT_EQ(ends.median(), INT64_MIN);
  Spread small;
  for (const std::int64_t value : {-3, -2, 63, 127, 64}) small.add(value);
  EXPECT_EQ(small.median(), 63);
}

TEST(LogInfo, a_file_without_a_seal_is_counted_to_its_last_whole_block) {
  const TemporaryFolder folder;
  {
    LogWriterOptions options;
    options.block_bytes = 8 * 64;
    const auto writer = LogWriter::create(folder / "b", sample_header(), options);
    append_all(**writer, sample_trades(20));
  }
  std::vector<std::byte> cut = read_bytes(folder / "b");
  cut.resize(cut.size() - 10);
  write_bytes(folder / "b", cut);
  const auto info = log_info(folder / "b");
  ASSERT_TRUE(info.ok());
  EXPECT_FALSE(info->sealed);
  EXPECT_EQ(info->events, 16U);
  EXPECT_EQ(info->torn_bytes, sizeof(BlockHeader) + batch_bytes(4, 0) - 10);
  EXPECT_TRUE(info->damage.empty());
}

TEST(LogInfo, the_content_hash_is_that_of_the_seal_or_computed_alike) {
  const TemporaryFolder folder;
  write_log(folder / "sealed", sample_header(), sample_events());
  {
    const auto writer = LogWriter::create(folder / "open", sample_header());
    append_all(**writer, sample_events());
    EXPECT_EQ((*writer)->content_hash(), log_info(folder / "sealed")->content_hash);
  }
  EXPECT_EQ(log_info(folder / "open")->content_hash, log_info(folder / "sealed")->content_hash);
  EXPECT_EQ(log_verify(folder / "open")->content_hash, log_info(folder / "sealed")->content_hash);
}

class LogVerify : public ::testing::Test {
 protected:
  LogVerify() {
    LogWriterOptions options;
    options.block_bytes = 8 * 64;
    options.blocks_per_index = 2;
    write_log(path_, sample_header(), sample_trades(40), options);
    bytes_ = read_bytes(path_);
    blocks_at_ = sizeof(FileHeader) + read_record<FileHeader>(bytes_).payload_size;
  }
  [[nodiscard]] LogVerdict verify() const {
    const auto verdict = log_verify(path_);
    LOCKSTEP_CHECK(verdict.ok(), "the file cannot be verified");
    return *verdict;
  }
  /// Replaces the seal by one that is well formed and says something else.
  void replace_seal(const std::function<void(LogSeal&)>& change) {
    const auto reader = LogReader::open(path_);
    LogSeal seal = *(*reader)->seal();
    change(seal);
    const std::vector<std::byte> payload = encode_seal(seal);
    const auto tail = read_record<Tail>(Bytes(bytes_).last(sizeof(Tail)));
    auto header = read_record<BlockHeader>(Bytes(bytes_).subspan(tail.seal_offset));
    ASSERT_EQ(payload.size(), header.stored_size);
    header.payload_hash = hash64(payload);
    header.crc = crc_of(header);
    std::memcpy(bytes_.data() + tail.seal_offset, &header, sizeof(header));
    std::memcpy(bytes_.data() + tail.seal_offset + sizeof(header), payload.data(), payload.size());
    write_bytes(path_, bytes_);
  }
  TemporaryFolder folder_;
  std::string path_ = folder_ / "a";
  std::vector<std::byte> bytes_;
  std::size_t blocks_at_ = 0;
};

TEST_F(LogVerify, a_sound_file_has_no_problems) {
  const LogVerdict verdict = verify();
  EXPECT_TRUE(verdict.problems.empty());
  EXPECT_TRUE(verdict.sealed);
  EXPECT_EQ(verdict.events, 40U);
  EXPECT_EQ(verdict.blocks, 5U + 3U + 1U);
}

TEST_F(LogVerify, every_problem_is_listed) {
  bytes_[blocks_at_ + 200] ^= std::byte{1};
  bytes_[bytes_.size() - 1] ^= std::byte{1};
  write_bytes(path_, bytes_);
  const LogVerdict verdict = verify();
  ASSERT_EQ(verdict.problems.size(), 2U);
  EXPECT_EQ(verdict.problems[0].offset, blocks_at_);
  EXPECT_EQ(verdict.problems[0].reason, "the payload does not match its hash");
  EXPECT_EQ(verdict.problems[0].lost_events, 8U);
  EXPECT_EQ(verdict.problems[1].reason, "the tail behind the seal is not one");
  EXPECT_EQ(verdict.events, 32U);
}

TEST_F(LogVerify, a_header_that_is_gone_costs_the_events_until_the_next) {
  bytes_[blocks_at_] ^= std::byte{1};
  write_bytes(path_, bytes_);
  const LogVerdict verdict = verify();
  ASSERT_EQ(verdict.problems.size(), 1U);
  EXPECT_EQ(verdict.problems[0].lost_events, 8U);
  EXPECT_EQ(verdict.events, 32U);
}

TEST_F(LogVerify, a_seal_that_counts_wrongly_is_found) {
  replace_seal([](LogSeal& seal) { seal.level_count = 1; });
  ASSERT_EQ(verify().problems.size(), 1U);
  EXPECT_EQ(verify().problems[0].reason, "the seal counts 40 events and 1 levels, the file holds 40 and 0");
}

TEST_F(LogVerify, a_seal_with_another_content_hash_is_found) {
  replace_seal([](LogSeal& seal) { seal.content_hash ^= 1; });
  ASSERT_EQ(verify().problems.size(), 1U);
  EXPECT_EQ(verify().problems[0].reason.substr(0, 27), "the seal's content hash is ");
}

TEST_F(LogVerify, a_seal_that_lists_wrong_indexes_or_times_is_found) {
  replace_seal([](LogSeal& seal) { seal.indexes[1].min_recv_ts_ns += 1; });
  EXPECT_EQ(verify().problems.at(0).reason, "the seal does not list the index blocks of the file");
  replace_seal([](LogSeal& seal) {
    seal.indexes[1].min_recv_ts_ns -= 1;
    seal.max_recv_ts_ns = 7;
  });
  EXPECT_EQ(verify().problems.at(0).reason, "the seal's receive times are not those of the events");
}

}  // namespace
}  // namespace lockstep::recordings
