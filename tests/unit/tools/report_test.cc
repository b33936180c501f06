#include "tools/report.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "recordings/results.h"
#include "tests/support/sample_run.h"

namespace lockstep::tools {
namespace {

namespace fs = std::filesystem;

class Report : public ::testing::Test {
 protected:
  void SetUp() override {
    run_ = fs::temp_directory_path() / ("lockstep_report_" + std::to_string(::getpid()) + "_" +
                                        ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(run_);
  }
  void TearDown() override { fs::remove_all(run_); }

  void write_sample(const tests::SampleOptions& options) {
    const Status sample = tests::write_sample_run(options, run_);
    ASSERT_TRUE(sample.ok()) << sample.error().text();
  }
  void report() {
    const Status written = write_report(run_);
    ASSERT_TRUE(written.ok()) << written.error().text();
  }
  [[nodiscard]] std::string page() const {
    std::ifstream in(run_ / "report.html", std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  /// Runs a command in the run's folder; what it printed comes back.
  std::string shell(const std::string& command, int& exit_code) const {
    FILE* pipe = ::popen(("cd " + run_.string() + " && " + command + " 2>&1").c_str(), "r");
    std::string out;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) out.push_back(static_cast<char>(c));
    const int status = ::pclose(pipe);
    exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return out;
  }
  /// Runs a Python program over the data of the page, as `results`, `summary` and `scenario`.
  void check_data(const std::string& assertions) {
    if (std::system("/usr/bin/python3 -c 'import h5py, numpy' >/dev/null 2>&1") != 0) {
      GTEST_SKIP() << "needs Debian's python3-h5py";
    }
    std::ofstream(run_ / "check.py") << R"(import json, re
page = open('report.html', encoding='utf-8').read()
def block(name):
    pattern = r'<script type="application/json" id="%s-data">(.*?)</script>' % name
    return json.loads(re.search(pattern, page, re.S).group(1))
results, summary, scenario = block('results'), block('summary'), block('scenario')
)" << assertions << "print('ok')\n";
    int exit_code = 0;
    EXPECT_EQ(shell("/usr/bin/python3 check.py", exit_code), "ok\n");
  }

  fs::path run_;
};

std::size_t occurrences(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

TEST_F(Report, the_page_refers_to_nothing_outside_itself) {
  write_sample({});
  report();
  const std::string html = page();
  for (const char* reference : {"src=", "href=\"http", "url(http", "url(//", "@import", "fetch(",
                                "XMLHttpRequest", "@results@", "@summary@", "@scenario@"}) {
    EXPECT_EQ(occurrences(html, reference), 0U) << reference;
  }
  // The scenario of the sample contains an end of a script; only those of the page itself may end one.
  EXPECT_EQ(occurrences(html, "</script"), 4U);
}

TEST_F(Report, its_data_are_exact_and_valid_json) {
  write_sample({});
  report();
  check_data(R"(
import h5py
f = h5py.File('results.h5')
row, shown = f['fills'][1], results['fills']['rows'][1]
from decimal import Decimal as D
scale = f['instruments'][row['instrument']]
assert results['fills']['total'] == len(f['fills']) == len(results['fills']['rows'])
assert shown[0] == str(row['order_id']) and shown[1] == str(row['ts_ns']) and shown[2] == str(row['exch_ts_ns'])
assert D(shown[8]) == D(int(row['price'])).scaleb(-int(scale['price_scale'])), shown
assert D(shown[9]) == D(int(row['qty'])).scaleb(-int(scale['qty_scale'])), shown
assert D(shown[11]) == D(int(row['fee_nanos'])).scaleb(-9), shown
assert D(shown[12]) == D(int(row['realised_nanos'])).scaleb(-9), shown
worse = (int(row['price']) - int(row['decision_price'])) * (1 if row['side'] == 1 else -1)
assert abs(shown[14] - worse / int(row['decision_price']) * 1e4) < 1e-9, shown
e, q = results['equity'], f['equity'][:]
assert e['rows'] == len(q) and len(e['t']) == len(e['equity']) == len(e['drawdown']) <= 4010, len(e['t'])
assert D(e['end']) == D(int(q['equity_nanos'][-1])).scaleb(-9)
assert max(e['equity']) == max(q['equity_nanos']) / 1e9 and min(e['equity']) == min(q['equity_nanos']) / 1e9
import numpy
worst = (q['equity_nanos'] - numpy.maximum.accumulate(q['equity_nanos'])).min() / 1e9
assert abs(min(e['drawdown']) - worst) < 1e-6, (min(e['drawdown']), worst)
l, s = results['latency'], results['slippage']
assert sum(l['taker']) + sum(l['maker']) == len(f['fills'])
assert sum(s['taker']) + sum(s['maker']) == s['count'] == (f['fills']['decision_price'] != -2**63).sum()
wait = numpy.sort((f['fills']['ts_ns'] - f['fills']['submit_ts_ns'])[f['fills']['is_maker']])
assert 0.98 < l['maker_ns']['p50'] / wait[(len(wait) - 1) // 2] <= 1, l['maker_ns']
assert sum(results['orders']['outcomes'].values()) == results['orders']['total'] == len(f['orders'])
assert sum(results['denials']['reasons'].values()) == results['denials']['total'] == len(f['denials'])
assert results['digest'] == summary['digest'] == '3f9c2a7be41d0856'
assert scenario == open('run.toml').read()
)");
}

TEST_F(Report, what_was_not_measured_is_null_and_never_zero) {
  write_sample({});
  report();
  check_data(R"(
metrics = {m['name']: m for m in results['metrics']}
assert metrics['annualised_return']['value'] is None and metrics['sharpe']['value'] == 6.42
without = [r for r in results['fills']['rows'] if r[10] is None]
assert without and all(r[14] is None for r in without)
)");
}

TEST_F(Report, a_long_run_gives_a_short_page_that_says_so) {
  tests::SampleOptions options;
  options.seconds = 40'000;
  options.fills_per_1000_s = 900;
  write_sample(options);
  report();
  EXPECT_LT(fs::file_size(run_ / "report.html"), 3'000'000U);
  check_data(R"(
assert results['fills']['total'] > 40000 and len(results['fills']['rows']) == 5000
assert len(results['denials']['rows']) == 1000 < results['denials']['total']
assert len(results['equity']['t']) <= 4010 and results['equity']['rows'] == 40001
assert all(len(p['t']) <= 4010 for p in results['positions'])
)");
}

TEST_F(Report, a_run_in_which_nothing_happened_has_a_report) {
  write_sample({});
  auto writer = recordings::ResultsWriter::create(run_ / "results.h5", {"0.1.0", 7, "", ""}, {});
  ASSERT_TRUE(writer.ok());
  ASSERT_TRUE((*writer)->finish(1, {}).ok());
  report();
  check_data(R"(
assert results['equity'] is None and results['fills'] == {'total': 0, 'rows': []} and results['positions'] == []
assert results['latency']['taker_ns'] is None and results['slippage']['count'] == 0
)");
}

TEST_F(Report, each_of_its_three_files_is_needed_and_named) {
  for (const char* name : {"results.h5", "summary.json", "run.toml"}) {
    write_sample({.seed = 7, .seconds = 100});
    fs::remove(run_ / name);
    const Status status = write_report(run_);
    ASSERT_FALSE(status.ok());
    EXPECT_NE(status.error().text().find(name), std::string::npos) << status.error().text();
    EXPECT_FALSE(fs::exists(run_ / "report.html"));
  }
}

TEST_F(Report, times_that_go_back_are_refused) {
  write_sample({.seed = 7, .seconds = 100});
  auto writer = recordings::ResultsWriter::create(run_ / "results.h5", {"0.1.0", 7, "", "USDT"}, {});
  ASSERT_TRUE(writer.ok());
  (*writer)->equity({20, 0, 0, 0, 0, 0});
  (*writer)->equity({10, 0, 0, 0, 0, 0});
  ASSERT_TRUE((*writer)->finish(1, {}).ok());
  const Status status = write_report(run_);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().text(), "results.h5 /equity: row 1 has the time 10, before 20 of the row above");
}

/// Points, clicks and types in a browser: tools/report/test/report_test.mjs.
TEST_F(Report, works_in_chromium) {
  const fs::path script = fs::path(LOCKSTEP_SOURCE) / "tools/report/test/report_test.mjs";
  if (std::system("node --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "needs node";
  if (!fs::exists(script.parent_path().parent_path() / "node_modules/playwright-core")) {
    GTEST_SKIP() << "needs playwright-core: npm ci --prefix tools/report";
  }
  write_sample({});
  report();
  int exit_code = 0;
  const std::string out = shell("node " + script.string() + " report.html", exit_code);
  if (exit_code == 77) GTEST_SKIP() << out;
  EXPECT_EQ(exit_code, 0) << out;
}

}  // namespace
}  // namespace lockstep::tools
