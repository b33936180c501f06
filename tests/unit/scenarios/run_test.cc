#include "scenarios/run.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <set>

#include "tests/support/log_sample.h"
#include "tests/support/small_run.h"

namespace lockstep::scenarios {
namespace {

using test::text_of_file;
using testing::TemporaryFolder;

std::set<std::string> names_in(const std::string& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.insert(entry.path().filename());
  return names;
}

TEST(Sha256, agrees_with_the_standards_examples) {
  // FIPS 180-2, appendix B.
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Run, leaves_scenario_journal_and_results) {
  const TemporaryFolder folder;
  const auto summary = test::small_run(folder / "run");
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(names_in(folder / "run"), (std::set<std::string>{"journal.lsr", "results.h5", "run.toml"}));
  EXPECT_EQ(text_of_file(folder / "run/run.toml"), test::scenario_of(test::kSmallScenario).resolved_toml);
  EXPECT_EQ(summary->scenario_sha256, sha256_hex(text_of_file(folder / "run/run.toml")));
  EXPECT_EQ(summary->name, "small");
  EXPECT_EQ(summary->strategies, std::vector<std::string>{"market_maker"});
  EXPECT_EQ(summary->instruments, std::vector<std::string>{"SYNTH-PERP"});
  EXPECT_EQ(summary->seed, 3U);
  EXPECT_EQ(summary->currency, "USD");
  EXPECT_EQ(summary->starting_equity.nanos(), 10'000'000'000'000);
  EXPECT_TRUE(summary->recording.name.empty());
  // The strategy does something, or the tests of runs would show nothing.
  EXPECT_GT(summary->totals.input_events, 2'000U);
  EXPECT_GT(summary->totals.orders, 10U);
  EXPECT_GT(summary->totals.fills, 2U);

  const auto journal = recordings::LogReader::open(folder / "run/journal.lsr");
  ASSERT_TRUE(journal.ok());
  EXPECT_TRUE((*journal)->seal().has_value());
  EXPECT_EQ((*journal)->header().attributes.at("scenario"), text_of_file(folder / "run/run.toml"));
}

TEST(Run, twice_gives_the_same_bytes) {
  const TemporaryFolder folder;
  const auto first = test::small_run(folder / "a");
  const auto second = test::small_run(folder / "b");
  EXPECT_EQ(first->totals.digest, second->totals.digest);
  for (const std::string name : {"run.toml", "journal.lsr", "results.h5"}) {
    EXPECT_EQ(text_of_file(folder / ("a/" + name)), text_of_file(folder / ("b/" + name))) << name;
  }
}

TEST(Run, again_from_its_run_toml_is_the_same_run) {
  const TemporaryFolder folder;
  const auto first = test::small_run(folder / "a");
  const auto scenario = load_scenario(folder / "a/run.toml", {});
  ASSERT_TRUE(scenario.ok());
  const auto second = run_scenario(*scenario, builtin_strategies(), {folder / "b", {}});
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->totals.digest, first->totals.digest);
  EXPECT_EQ(second->scenario_sha256, first->scenario_sha256);
  EXPECT_EQ(text_of_file(folder / "a/journal.lsr"), text_of_file(folder / "b/journal.lsr"));
}

TEST(Run, another_seed_is_another_run) {
  const TemporaryFolder folder;
  EXPECT_NE(test::small_run(folder / "a")->totals.digest,
            test::small_run(folder / "b", {"seed=4"})->totals.digest);
}

TEST(Run, on_the_recording_of_a_generated_feed_is_as_on_the_feed) {
  const TemporaryFolder folder;
  test::record_small(folder / "rec.lsr");
  const auto recorded =
      test::run_of(test::small_on_recording(), {"feed.path=" + (folder / "rec.lsr")}, folder / "run");
  ASSERT_TRUE(recorded.ok()) << recorded.error().text();
  EXPECT_EQ(recorded->totals.digest, test::small_run(folder / "other")->totals.digest);
  EXPECT_EQ(recorded->recording.name, "rec.lsr");
  const auto journal = recordings::LogReader::open(folder / "run/journal.lsr");
  EXPECT_EQ((*journal)->header().attributes.at("recording.name"), "rec.lsr");
  EXPECT_EQ((*journal)->header().attributes.at("recording.content_hash"),
            format_hex(recorded->recording.content_hash));
}

TEST(Run, replaces_an_earlier_run_and_what_was_made_of_it) {
  const TemporaryFolder folder;
  ASSERT_TRUE(test::small_run(folder / "run", {"seed=4"}).ok());
  std::ofstream(folder / "run/summary.json") << "old";
  std::ofstream(folder / "run/report.html") << "old";
  ASSERT_TRUE(test::small_run(folder / "run").ok());
  EXPECT_EQ(names_in(folder / "run"), (std::set<std::string>{"journal.lsr", "results.h5", "run.toml"}));
  ASSERT_TRUE(test::small_run(folder / "fresh").ok());
  EXPECT_EQ(text_of_file(folder / "run/journal.lsr"), text_of_file(folder / "fresh/journal.lsr"));
}

TEST(Run, refuses_a_folder_that_is_no_run_and_leaves_it_alone) {
  // Notes, and a folder whose run.toml is somebody's own scenario.
  for (const char* name : {"notes.txt", "run.toml"}) {
    const TemporaryFolder folder;
    std::ofstream(folder / name) << "mine";
    const auto summary = test::run_of(test::kSmallScenario, {}, folder / "");
    ASSERT_FALSE(summary.ok());
    EXPECT_EQ(summary.error().code, ErrorCode::bad_input);
    EXPECT_NE(summary.error().text().find("holds something that is not a run; choose another with --out"),
              std::string::npos)
        << summary.error().text();
    EXPECT_EQ(names_in(folder / ""), std::set<std::string>{name});
    EXPECT_EQ(text_of_file(folder / name), "mine");
  }
}

TEST(Run, a_folder_that_cannot_be_made_is_an_error) {
  const TemporaryFolder folder;
  std::ofstream(folder / "file") << "x";
  for (const char* path : {"file", "file/run"}) {
    const auto summary = test::run_of(test::kSmallScenario, {}, folder / path);
    ASSERT_FALSE(summary.ok());
    EXPECT_EQ(summary.error().code, ErrorCode::io);
    EXPECT_EQ(text_of_file(folder / "file"), "x");
  }
}

TEST(Run, that_cannot_begin_makes_no_folder) {
  const TemporaryFolder folder;
  EXPECT_FALSE(test::run_of(test::kSmallScenario, {"strategy.name=nobody"}, folder / "run").ok());
  EXPECT_FALSE(std::filesystem::exists(folder / "run"));
}

// A limit on the size of files stands for a disk that fills up: writes fail in the same way.
TEST(Run, on_a_full_disk_ends_with_an_error_wherever_it_gets_full) {
  const TemporaryFolder folder;
  ASSERT_TRUE(test::small_run(folder / "whole").ok());
  const auto largest = std::max(std::filesystem::file_size(folder / "whole/journal.lsr"),
                                std::filesystem::file_size(folder / "whole/results.h5"));
  for (rlim_t limit = 0; limit < largest; limit = limit * 2 + 1000) {
    SCOPED_TRACE(limit);
    const pid_t child = ::fork();
    if (child == 0) {
      std::signal(SIGXFSZ, SIG_IGN);
      const rlimit bound{limit, limit};
      if (::setrlimit(RLIMIT_FSIZE, &bound) != 0) ::_exit(9);
      const auto summary = test::run_of(test::kSmallScenario, {}, folder / ("run" + std::to_string(limit)));
      ::_exit(summary.ok() ? 8 : summary.error().code == ErrorCode::io ? 0 : 7);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status)) << "killed by signal " << WTERMSIG(status);
    EXPECT_EQ(WEXITSTATUS(status), 0) << "8: no error; 7: an error of another kind";
  }
}

}  // namespace
}  // namespace lockstep::scenarios
