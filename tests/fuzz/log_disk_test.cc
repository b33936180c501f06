// A disk that fills up: a clear error, nothing more written, a readable prefix, no signal.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/support/log_sample.h"

namespace lockstep::recordings {
namespace {

using namespace lockstep::testing;

/// Writes trades until the writer refuses; how many were taken in.
std::uint64_t write_until_refused(const std::string& path, std::string& error) {
  const auto writer = LogWriter::create(path, sample_header());
  if (!writer) {
    error = writer.error().text();
    return 0;
  }
  std::uint64_t i = 0;
  for (; i < 4'000'000; ++i) {
    Event event;
    event.recv_ts_ns = static_cast<TimeNs>(i);
    event.instrument = 0;
    event.set(Trade{1, 2, i, 0, 0});
    (*writer)->append(event, {});
    if (i % 4'096 == 0 && !(*writer)->status()) break;
  }
  const std::uint64_t size = (*writer)->bytes_written();
  const Status sealed = (*writer)->seal();
  error = sealed ? "" : sealed.error().text();
  EXPECT_EQ((*writer)->bytes_written(), size);
  return i;
}

void check_prefix(const std::string& path, std::uint64_t taken, std::uint64_t at_least) {
  const ReadLog read = read_log(path);
  EXPECT_EQ(read.error, "");
  EXPECT_GE(read.events.size(), at_least);
  EXPECT_LE(read.events.size(), taken);
  for (std::uint64_t i = 0; i < read.events.size(); ++i) ASSERT_EQ(read.events[i].event.words[2], i);
}

TEST(LogDisk, a_filesystem_of_64_mebibytes_fills_up) {
  const TemporaryFolder folder;
  const std::string mount = folder / "small";
  std::filesystem::create_directory(mount);
  if (::mount("lockstep-test", mount.c_str(), "tmpfs", 0, "size=64m") != 0) {
    GTEST_SKIP() << "mounting a filesystem needs root; the file size limit below stands in for it";
  }
  std::string error;
  const std::uint64_t taken = write_until_refused(mount + "/a.lsr", error);
  EXPECT_NE(error.find("No space left on device"), std::string::npos) << error;
  // 64 MiB hold about a million events of 64 bytes.
  check_prefix(mount + "/a.lsr", taken, 1'000'000);
  EXPECT_EQ(::umount(mount.c_str()), 0);
}

TEST(LogDisk, a_limit_of_the_file_size_is_an_error_and_no_signal) {
  const TemporaryFolder folder;
  const std::string path = folder / "a.lsr";
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1'000'000, 1'000'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    std::string error;
    write_until_refused(path, error);
    ::_exit(error.find("File too large") != std::string::npos ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  check_prefix(path, 4'000'000, 12'000);
  EXPECT_EQ(std::filesystem::file_size(path), 1'000'000U);
}

TEST(LogDisk, a_device_that_is_always_full_is_an_error_at_once) {
  LogWriterOptions options;
  options.replace_existing = true;
  const auto writer = LogWriter::create("/dev/full", sample_header(), options);
  ASSERT_FALSE(writer.ok());
  EXPECT_EQ(writer.error().what, "cannot write after 0 bytes: No space left on device");
}

}  // namespace
}  // namespace lockstep::recordings
