#include "recordings/results.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "recordings/results_reader.h"
#include "tests/support/sample_run.h"

namespace lockstep::recordings {
namespace {

namespace fs = std::filesystem;

class Results : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("lockstep_results_" + std::to_string(::getpid()) + "_" +
                                           ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] fs::path path(const char* name = "results.h5") const { return folder_ / name; }

  fs::path folder_;
};

const ResultsIdentity kIdentity{"0.1.0", 42, std::string(64, 'a'), "USDT"};

FillRow some_fill() {
  FillRow row{};
  row.ts_ns = 1'723'161'600'000'000'005;
  row.exch_ts_ns = 1'723'161'600'000'000'003;
  row.submit_ts_ns = 1'723'161'600'000'000'001;
  row.order_id = 0x0001'0000'0000'0007;
  row.instrument = 1;
  row.strategy = 3;
  row.side = Side::sell;
  row.is_maker = true;
  row.price = 268'455;
  row.qty = 1500;
  row.decision_price = kNoPrice;
  row.fee_nanos = -12'345'678;
  row.realised_nanos = 9'007'199'254'740'993;  // 2^53 + 1: lost by any double on the way
  row.position_qty = -3000;
  return row;
}

std::string bytes_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_sample(const fs::path& path, int seconds) {
  auto writer = ResultsWriter::create(path, kIdentity, tests::sample_instruments());
  ASSERT_TRUE(writer.ok()) << writer.error().text();
  tests::SampleOptions options;
  options.seconds = seconds;
  tests::feed_sample_run(options, **writer);
  const Status status = (*writer)->finish(0x0123456789abcdef, tests::sample_metrics());
  ASSERT_TRUE(status.ok()) << status.error().text();
}

/// Runs `script` with Debian's Python, which has the modules; returns what it printed.
std::string run_python(const std::string& script, const fs::path& folder, int& exit_code) {
  const fs::path file = folder / "check.py";
  std::ofstream(file) << script;
  FILE* pipe = ::popen(("/usr/bin/python3 -W error " + file.string() + " 2>&1").c_str(), "r");
  std::string out;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) out.push_back(static_cast<char>(c));
  exit_code = ::pclose(pipe);
  return out;
}

bool python_has(const std::string& modules) {
  return std::system(("/usr/bin/python3 -c 'import " + modules + "' >/dev/null 2>&1").c_str()) == 0;
}

TEST_F(Results, equal_rows_give_equal_bytes) {
  write_sample(path("a.h5"), 3000);
  // HDF5 stamps whole seconds: a time of creation would differ from here on.
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  write_sample(path("b.h5"), 3000);
  const std::string a = bytes_of(path("a.h5"));
  EXPECT_GT(a.size(), 10'000U);
  EXPECT_TRUE(a == bytes_of(path("b.h5")));
}

TEST_F(Results, every_field_of_a_row_comes_back) {
  const OrderRow order{9,
                       0,
                       2,
                       Side::buy,
                       OrderType::limit,
                       TimeInForce::fok,
                       kFlagPostOnly,
                       OrderOutcome::expired,
                       Reason::fill_or_kill,
                       5,
                       6,
                       7,
                       -8,
                       100,
                       kNoTime,
                       300};
  const EquityRow equity{1, 2, 3, 4, 5, 6};
  const PositionRow position{1, 1, -2, kNoPrice, 4, 5, 6, 7, 8};
  const DenialRow denial{1, 2, kNoInstrument, 4, DenyReason::price_collar, 5, 6, INT64_MAX};
  {
    auto writer = ResultsWriter::create(path(), kIdentity, tests::sample_instruments());
    ASSERT_TRUE(writer.ok()) << writer.error().text();
    (*writer)->fill(some_fill());
    (*writer)->order(order);
    (*writer)->equity(equity);
    (*writer)->position(position);
    (*writer)->denial(denial);
    const MetricRow metric{"sharpe", std::numeric_limits<double>::quiet_NaN(), "ratio", "Mean / \u03c3."};
    ASSERT_TRUE((*writer)->finish(0xfeed, {&metric, 1}).ok());
  }
  auto reader = ResultsReader::open(path());
  ASSERT_TRUE(reader.ok()) << reader.error().text();
  EXPECT_EQ(reader->digest(), 0xfeedU);
  EXPECT_EQ(reader->identity().program_version, "0.1.0");
  EXPECT_EQ(reader->identity().seed, 42U);
  EXPECT_EQ(reader->identity().scenario_sha256, std::string(64, 'a'));
  EXPECT_EQ(reader->identity().currency, "USDT");
  const std::vector<Instrument> expected = tests::sample_instruments();
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), reader->instruments().begin(),
                         reader->instruments().end()));
  ASSERT_EQ(reader->metrics().size(), 1U);
  EXPECT_EQ(reader->metrics()[0].name, "sharpe");
  EXPECT_TRUE(std::isnan(reader->metrics()[0].value));
  EXPECT_EQ(reader->metrics()[0].definition, "Mean / \u03c3.");

  FillRow f{};
  ASSERT_EQ(reader->count<FillRow>(), 1U);
  ASSERT_TRUE(reader->read<FillRow>(0, {&f, 1}).ok());
  EXPECT_EQ(f.ts_ns, 1'723'161'600'000'000'005);
  EXPECT_EQ(f.exch_ts_ns, 1'723'161'600'000'000'003);
  EXPECT_EQ(f.submit_ts_ns, 1'723'161'600'000'000'001);
  EXPECT_EQ(f.order_id, 0x0001'0000'0000'0007U);
  EXPECT_EQ(f.instrument, 1U);
  EXPECT_EQ(f.strategy, 3U);
  EXPECT_EQ(f.side, Side::sell);
  EXPECT_TRUE(f.is_maker);
  EXPECT_EQ(f.price, 268'455);
  EXPECT_EQ(f.qty, 1500);
  EXPECT_EQ(f.decision_price, kNoPrice);
  EXPECT_EQ(f.fee_nanos, -12'345'678);
  EXPECT_EQ(f.realised_nanos, 9'007'199'254'740'993);
  EXPECT_EQ(f.position_qty, -3000);
  OrderRow o{};
  ASSERT_TRUE(reader->read<OrderRow>(0, {&o, 1}).ok());
  EXPECT_EQ(o.order_id, 9U);
  EXPECT_EQ(o.strategy, 2U);
  EXPECT_EQ(o.side, Side::buy);
  EXPECT_EQ(o.type, OrderType::limit);
  EXPECT_EQ(o.time_in_force, TimeInForce::fok);
  EXPECT_EQ(o.flags, kFlagPostOnly);
  EXPECT_EQ(o.outcome, OrderOutcome::expired);
  EXPECT_EQ(o.reason, Reason::fill_or_kill);
  EXPECT_EQ(o.fees_nanos, -8);
  EXPECT_EQ(o.accepted_ts_ns, kNoTime);
  EXPECT_EQ(o.done_ts_ns, 300);
  EquityRow e{};
  ASSERT_TRUE(reader->read<EquityRow>(0, {&e, 1}).ok());
  EXPECT_EQ(e.equity_nanos, 2);
  EXPECT_EQ(e.fees_nanos, 6);
  PositionRow p{};
  ASSERT_TRUE(reader->read<PositionRow>(0, {&p, 1}).ok());
  EXPECT_EQ(p.qty, -2);
  EXPECT_EQ(p.average_price, kNoPrice);
  EXPECT_EQ(p.unrealised_nanos, 8);
  DenialRow d{};
  ASSERT_TRUE(reader->read<DenialRow>(0, {&d, 1}).ok());
  EXPECT_EQ(d.instrument, kNoInstrument);
  EXPECT_EQ(d.reason, DenyReason::price_collar);
  EXPECT_EQ(d.gate, 5U);
  EXPECT_EQ(d.limit, INT64_MAX);
}

TEST_F(Results, rows_keep_their_order_across_chunks) {
  {
    auto writer = ResultsWriter::create(path(), kIdentity, tests::sample_instruments());
    ASSERT_TRUE(writer.ok());
    for (std::int64_t i = 0; i < 10'000; ++i) (*writer)->equity({i, 2 * i, 0, 0, 0, 0});
    ASSERT_TRUE((*writer)->finish(1, {}).ok());
  }
  auto reader = ResultsReader::open(path());
  ASSERT_TRUE(reader.ok());
  std::int64_t next = 0;
  const Status status = reader->for_each<EquityRow>([&](const EquityRow& row) {
    EXPECT_EQ(row.ts_ns, next);
    EXPECT_EQ(row.equity_nanos, 2 * next);
    ++next;
  });
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(next, 10'000);
}

TEST_F(Results, a_run_without_any_row_is_a_valid_file) {
  {
    auto writer = ResultsWriter::create(path(), kIdentity, {});
    ASSERT_TRUE(writer.ok());
    ASSERT_TRUE((*writer)->finish(1, {}).ok());
  }
  auto reader = ResultsReader::open(path());
  ASSERT_TRUE(reader.ok()) << reader.error().text();
  EXPECT_EQ(reader->count<FillRow>(), 0U);
}

TEST_F(Results, an_unfinished_file_is_refused) {
  {
    auto writer = ResultsWriter::create(path(), kIdentity, tests::sample_instruments());
    ASSERT_TRUE(writer.ok());
    (*writer)->fill(some_fill());
  }
  const auto reader = ResultsReader::open(path());
  ASSERT_FALSE(reader.ok());
  EXPECT_NE(reader.error().what.find("did not finish"), std::string::npos) << reader.error().text();
}

TEST_F(Results, what_is_not_a_results_file_is_refused) {
  EXPECT_EQ(ResultsReader::open(path("absent.h5")).error().code, ErrorCode::io);
  std::ofstream(path("text.h5")) << "hello";
  EXPECT_EQ(ResultsReader::open(path("text.h5")).error().code, ErrorCode::damaged);
}

TEST_F(Results, a_changed_byte_in_a_chunk_is_found) {
  write_sample(path(), 3000);
  const std::string whole = bytes_of(path());
  std::string damaged = whole;
  // Compressed rows make up nearly all of the file.
  damaged[whole.size() * 3 / 4] = static_cast<char>(damaged[whole.size() * 3 / 4] ^ 0x10);
  std::ofstream(path(), std::ios::binary) << damaged;
  auto reader = ResultsReader::open(path());
  if (!reader.ok()) return;
  bool found = false;
  found |= !reader->for_each<FillRow>([](const FillRow&) {}).ok();
  found |= !reader->for_each<OrderRow>([](const OrderRow&) {}).ok();
  found |= !reader->for_each<EquityRow>([](const EquityRow&) {}).ok();
  found |= !reader->for_each<PositionRow>([](const PositionRow&) {}).ok();
  found |= !reader->for_each<DenialRow>([](const DenialRow&) {}).ok();
  EXPECT_TRUE(found);
}

TEST_F(Results, a_truncated_file_is_an_error_wherever_it_ends) {
  write_sample(path(), 200);
  const std::string whole = bytes_of(path());
  for (std::size_t size = 0; size < whole.size(); size += 997) {
    std::ofstream(path("cut.h5"), std::ios::binary) << whole.substr(0, size);
    EXPECT_FALSE(ResultsReader::open(path("cut.h5")).ok()) << "at " << size << " bytes";
  }
}

TEST_F(Results, a_folder_that_is_not_there_is_an_error_with_its_reason) {
  ::testing::internal::CaptureStderr();
  const auto writer = ResultsWriter::create(path("no/such/folder/results.h5"), kIdentity, {});
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  ASSERT_FALSE(writer.ok());
  EXPECT_EQ(writer.error().code, ErrorCode::io);
  EXPECT_NE(writer.error().what.find("No such file or directory"), std::string::npos)
      << writer.error().text();
}

TEST_F(Results, a_text_that_does_not_fit_is_an_error_and_never_cut) {
  Instrument instrument = tests::sample_instruments()[0];
  instrument.symbol = std::string(49, 'X');
  const auto writer = ResultsWriter::create(path(), kIdentity, {&instrument, 1});
  ASSERT_FALSE(writer.ok());
  EXPECT_EQ(writer.error().where, "instrument 0 symbol");

  auto other = ResultsWriter::create(path(), kIdentity, {});
  ASSERT_TRUE(other.ok());
  const std::string name(41, 'n');
  const MetricRow metric{name, 1, "ratio", ""};
  EXPECT_FALSE((*other)->finish(1, {&metric, 1}).ok());
}

TEST_F(Results, a_full_disk_is_a_sticky_error_and_nothing_is_printed) {
  const auto previous = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  rlimit small = before;
  small.rlim_cur = 200'000;
  ::testing::internal::CaptureStderr();
  auto writer = ResultsWriter::create(path(), kIdentity, tests::sample_instruments());
  ASSERT_TRUE(writer.ok());
  ::setrlimit(RLIMIT_FSIZE, &small);
  tests::feed_sample_run({}, **writer);
  const Status status = (*writer)->status();
  const Status finished = (*writer)->finish(1, {});
  writer->reset();
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, previous);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::io);
  EXPECT_NE(status.error().what.find("File too large"), std::string::npos) << status.error().text();
  ASSERT_FALSE(finished.ok());
  EXPECT_EQ(finished.error().text(), status.error().text());
  EXPECT_FALSE(ResultsReader::open(path()).ok());
}

TEST_F(Results, h5py_sees_tables_with_units_and_enums) {
  if (!python_has("h5py")) GTEST_SKIP() << "needs Debian's python3-h5py";
  {
    auto writer = ResultsWriter::create(path(), kIdentity, tests::sample_instruments());
    ASSERT_TRUE(writer.ok());
    (*writer)->fill(some_fill());
    ASSERT_TRUE((*writer)->finish(0xfeed, tests::sample_metrics()).ok());
  }
  int exit_code = 0;
  const std::string out = run_python("import h5py\nf = h5py.File('" + path().string() + R"(', 'r')
a = f.attrs
assert a['format'] == b'lockstep-results' and a['schema_version'] == 1 and a['seed'] == 42, dict(a)
assert a['digest'] == b'000000000000feed', a['digest']
assert sorted(f) == ['denials', 'equity', 'fills', 'instruments', 'metrics', 'orders', 'positions'], list(f)
d = f['fills']
assert d.chunks == (1024,) and d.maxshape == (None,) and d.shuffle and d.compression == 'gzip' and d.fletcher32
assert d.dtype.itemsize == 8*3 + 8 + 4 + 4 + 1 + 1 + 8*6, d.dtype
row = d[0]
assert row['ts_ns'] == 1723161600000000005 and row['realised_nanos'] == 9007199254740993
assert h5py.check_enum_dtype(d.dtype['side']) == {'none': 0, 'buy': 1, 'sell': 2}
assert row['side'] == 2 and row['is_maker'] == True and d.dtype['is_maker'] == bool
assert d.attrs['price.scale_column'] == b'price_scale' and d.attrs['fee_nanos.scale'] == 9
assert d.attrs['ts_ns.tz'] == b'UTC' and d.attrs['ts_ns.unit'].startswith(b'ns')
assert d.attrs['decision_price.missing'] == -2**63 == row['decision_price']
assert all(h5py.h5g.get_objinfo(f.id, n.encode()).mtime == 0 for n in ['.', *f]), 'a time in the file'
i = f['instruments'][row['instrument']]
assert i['symbol'] == b'ETHUSDT' and row['price'] / 10**int(i['price_scale']) == 2684.55
assert f['metrics'][4]['name'] == b'sharpe' and f['metrics'][4]['value'] == 6.42
print('ok')
)",
                                     folder_, exit_code);
  EXPECT_EQ(out, "ok\n");
  EXPECT_EQ(exit_code, 0);
}

TEST_F(Results, pandas_reads_every_table_directly) {
  if (!python_has("pandas, tables")) GTEST_SKIP() << "needs Debian's python3-pandas and python3-tables";
  write_sample(path(), 3000);
  int exit_code = 0;
  const std::string out = run_python("import pandas as pd\npath = '" + path().string() + R"('
t = {n: pd.read_hdf(path, n) for n in ('fills', 'orders', 'equity', 'positions', 'denials', 'metrics', 'instruments')}
assert len(t['equity']) == 3001 and len(t['positions']) == 6002, {k: len(v) for k, v in t.items()}
assert list(t['fills'].columns)[:3] == ['ts_ns', 'exch_ts_ns', 'submit_ts_ns']
assert t['equity'].ts_ns.iloc[0] == 1723161600000000000 and str(t['equity'].ts_ns.dtype) == 'int64'
assert pd.to_datetime(t['equity'].ts_ns.iloc[-1]) == pd.Timestamp('2024-08-09T00:50:00')
assert set(t['fills'].side) == {1, 2}, set(t['fills'].side)
joined = t['fills'].merge(t['instruments'], on='instrument')
assert set(joined.symbol) == {'BTCUSDT', 'ETHUSDT'}, set(joined.symbol)
assert t['metrics'].name.iloc[4] == 'sharpe'
print('ok')
)",
                                     folder_, exit_code);
  EXPECT_EQ(out, "ok\n");
  EXPECT_EQ(exit_code, 0);
}

}  // namespace
}  // namespace lockstep::recordings
