// A writing process killed at random moments: what is left is an exact prefix, and nothing that was
// acknowledged is lost.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include "tests/support/log_sample.h"

namespace lockstep::recordings {
namespace {

using namespace lockstep::testing;

/// Writes events with growing ids for ever, flushing now and then; after each flush it says how many are
/// safe.
[[noreturn]] void write_until_killed(const std::string& path, int acknowledgements, Codec codec) {
  LogWriterOptions options;
  options.codec = codec;
  options.block_bytes = 2'000;
  options.blocks_per_index = 4;
  const auto writer = LogWriter::create(path, sample_header(), options);
  if (!writer) ::_exit(1);
  std::vector<Level> levels(7);
  for (std::uint64_t i = 0;; ++i) {
    Event event;
    event.recv_ts_ns = static_cast<TimeNs>(i);
    event.instrument = 0;
    if (i % 3 == 0) {
      event.kind = Kind::book;
      levels[i % 7].price = static_cast<Price>(i);
      event.set(BookUpdate{0, 3, 4, 0, i, i, 0});
      (*writer)->append(event, levels);
    } else {
      event.set(Trade{1, 2, i, 0, 0});
      (*writer)->append(event, {});
    }
    if (i % 101 != 0) continue;
    if (!(*writer)->flush()) ::_exit(1);
    const std::uint64_t safe = i + 1;
    if (::write(acknowledgements, &safe, sizeof(safe)) != sizeof(safe)) ::_exit(1);
  }
}

void kill_one(const std::string& path, std::chrono::microseconds after, Codec codec, std::uint64_t& total) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::close(ends[0]);
    write_until_killed(path, ends[1], codec);
  }
  ::close(ends[1]);
  // A full pipe would stop the child: it is emptied until the moment has come.
  std::uint64_t acknowledged = 0;
  std::thread reader([&] {
    std::uint64_t safe = 0;
    while (::read(ends[0], &safe, sizeof(safe)) == sizeof(safe)) acknowledged = safe;
  });
  std::this_thread::sleep_for(after);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  reader.join();
  ::close(ends[0]);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "the writer ended by itself";

  const auto log = LogReader::open(path);
  if (!log.ok()) {  // killed before the header was written
    ASSERT_EQ(acknowledged, 0U) << log.error().text();
    return;
  }
  ASSERT_FALSE((*log)->seal().has_value());
  const ReadLog read = read_all(**log);
  ASSERT_EQ(read.error, "");
  ASSERT_GE(read.events.size(), acknowledged);
  for (std::uint64_t i = 0; i < read.events.size(); ++i) {
    const Event& event = read.events[i].event;
    ASSERT_EQ(event.recv_ts_ns, static_cast<TimeNs>(i));
    ASSERT_EQ(event.kind, i % 3 == 0 ? Kind::book : Kind::trade);
    ASSERT_EQ(event.words[2], i);
    if (i % 3 == 0) {
      ASSERT_EQ(read.events[i].levels.at(i % 7).price, static_cast<Price>(i));
    }
  }
  total += read.events.size();
}

TEST(LogKill, killed_two_hundred_times_a_log_is_a_prefix_with_all_that_was_acknowledged) {
  const TemporaryFolder folder;
  std::mt19937 random(20240808);
  std::uint64_t total = 0;
  for (unsigned i = 0; i < 200; ++i) {
    const std::chrono::microseconds after(random() % 4'000);
    kill_one(folder / std::to_string(i), after, i % 4 == 0 ? Codec::zstd : Codec::none, total);
    if (HasFatalFailure()) return;
    std::filesystem::remove(folder / std::to_string(i));
  }
  EXPECT_GT(total, 10'000U) << "the writers were killed before they wrote much: the test says little";
}

}  // namespace
}  // namespace lockstep::recordings
