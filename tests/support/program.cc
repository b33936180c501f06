#include "tests/support/program.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace lockstep::test {
namespace {

std::string take_file(const std::string& path) {
  std::string text;
  {
    std::ifstream file(path, std::ios::binary);
    text.assign(std::istreambuf_iterator<char>(file), {});
  }
  std::filesystem::remove(path);
  return text;
}

}  // namespace

ProgramRun run_program(const std::string& program, const std::vector<std::string>& words) {
  const std::string base =
      (std::filesystem::temp_directory_path() / ("lockstep-program-" + std::to_string(::getpid()))).string();
  std::vector<const char*> argv = {program.c_str()};
  for (const std::string& word : words) argv.push_back(word.c_str());
  argv.push_back(nullptr);
  const std::string out = base + ".out";
  const std::string err = base + ".err";
  const pid_t child = ::fork();
  if (child == 0) {
    const int in_fd = ::open("/dev/null", O_RDONLY);
    const int out_fd = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int err_fd = ::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(in_fd, STDIN_FILENO);
    ::dup2(out_fd, STDOUT_FILENO);
    ::dup2(err_fd, STDERR_FILENO);
    ::execvp(argv[0], const_cast<char* const*>(argv.data()));
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ProgramRun run;
  run.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  run.out = take_file(out);
  run.err = take_file(err);
  return run;
}

ProgramRun run_shell(const std::string& command) {
  return run_program("/bin/bash", {"-c", command});
}

std::string json_complaint(const std::string& text, const std::string& assertion) {
  const std::string path =
      (std::filesystem::temp_directory_path() / ("lockstep-json-" + std::to_string(::getpid()))).string();
  std::ofstream(path, std::ios::binary) << text;
  const ProgramRun run = run_program(
      "/usr/bin/python3",
      {"-c", "import json, sys\nd = json.load(open(sys.argv[1]))\nassert (" + assertion + "), d", path});
  std::filesystem::remove(path);
  return run.exit_code == 0 ? std::string() : run.err;
}

}  // namespace lockstep::test
