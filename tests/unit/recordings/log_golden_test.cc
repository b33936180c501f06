// Files of version 1 as they were written when it was new: every later reader must read them so. The expected
// text was printed by tests/support/read_log.py, which knows FORMAT.md alone. These files are never written
// again; a new version gets files of its own.
#include <gtest/gtest.h>

#include "recordings/log_info.h"
#include "recordings/log_text.h"
#include "tests/support/log_sample.h"

namespace lockstep::recordings {
namespace {

using namespace lockstep::testing;

const std::string kGolden = std::string(LOCKSTEP_SOURCE) + "/tests/golden/";

std::string text_of(const std::string& path) {
  const auto reader = LogReader::open(path);
  if (!reader) return reader.error().text();
  const LogText text((*reader)->instruments(), TimeStyle::nanoseconds);
  std::string out;
  std::uint64_t number = 0;
  Batch batch;
  for (;;) {
    const auto pulled = (*reader)->pull(batch);
    if (!pulled) return pulled.error().text();
    if (*pulled == Source::Pull::end) return out;
    for (const Event& event : batch.events) text.append_json(out, number++, event, batch.levels);
  }
}

TEST(LogGolden, version_1_reads_as_it_did_plain_and_compressed) {
  const std::vector<std::byte> bytes = read_bytes(kGolden + "log_v1.ndjson");
  const std::string expected(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  EXPECT_EQ(std::count(expected.begin(), expected.end(), '\n'), 33);
  EXPECT_EQ(text_of(kGolden + "log_v1.lsr"), expected);
  EXPECT_EQ(text_of(kGolden + "log_v1_zstd.lsr"), expected);
}

TEST(LogGolden, version_1_has_the_records_that_it_had) {
  const ReadLog read = read_log(kGolden + "log_v1.lsr");
  ASSERT_EQ(read.events.size(), 33U);
  Event trade;
  trade.recv_ts_ns = 1'723'161'255'000'000'000;
  trade.exch_ts_ns = 1'723'161'254'999'000'000;
  trade.instrument = 0;
  trade.detail = 1;
  trade.words = {6'150'010, 2'500, 111, 112, 113};
  EXPECT_EQ(read.events[0].event, trade);
  EXPECT_EQ(read.events[3].levels, (std::vector<Level>{{5'100'250'000'000, 7}, {5'100'500'000'000, 9}}));
  EXPECT_EQ(read.events[32].event.kind, Kind::checkpoint);
  EXPECT_EQ(read.events[32].event.words,
            (std::array<std::uint64_t, 5>{0x0123'4567'89AB'CDEF, 402, 403, 0, 0}));
}

TEST(LogGolden, version_1_is_sound_and_has_the_content_hash_that_it_had) {
  for (const char* name : {"log_v1.lsr", "log_v1_zstd.lsr"}) {
    const auto verdict = log_verify(kGolden + name);
    ASSERT_TRUE(verdict.ok()) << name;
    EXPECT_TRUE(verdict->sealed && verdict->problems.empty()) << name;
    EXPECT_EQ(verdict->content_hash, 0xA99A'FA1E'33BA'8F73U) << name;  // by read_log.py --summary
  }
}

TEST(LogGolden, version_1_has_the_header_that_it_had) {
  const auto reader = LogReader::open(kGolden + "log_v1.lsr");
  ASSERT_TRUE(reader.ok());
  const LogHeader& header = (*reader)->header();
  EXPECT_EQ(header.kind, LogKind::recording);
  EXPECT_EQ(header.program_version, "0.0-test");
  EXPECT_EQ(header.attributes.at("source"), "test:sample");
  ASSERT_EQ(header.instruments.size(), 2U);
  const Instrument& es = header.instruments[1];
  EXPECT_EQ(es.symbol, "ESH4");
  EXPECT_EQ(es.venue, "glbx");
  EXPECT_EQ(es.kind, InstrumentKind::future);
  EXPECT_EQ(es.price_scale, 9);
  EXPECT_EQ(es.tick, 250'000'000);
  EXPECT_EQ(es.multiplier, 500);
  EXPECT_EQ(es.multiplier_scale, 1);
  EXPECT_EQ(es.expiry_ts_ns, 1'710'509'400'000'000'000);
  const auto schema = (*reader)->schema_text();
  ASSERT_TRUE(schema.ok());
  EXPECT_EQ(schema->substr(0, 21), "# The log of events: ");
}

}  // namespace
}  // namespace lockstep::recordings
