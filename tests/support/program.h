// Runs the real `lockstep` as a person would and keeps what it said. For tests of the program; the test
// binary is told by LOCKSTEP_PROGRAM where it is.
#pragma once

#include <string>
#include <vector>

namespace lockstep::test {

struct ProgramRun {
  int exit_code = -1;  ///< 128 + signal if it was killed
  std::string out;     ///< standard output
  std::string err;     ///< standard error
};

/// Through the shell's eyes: `words` are the arguments as they are, without quoting. Standard input is empty;
/// neither output is a terminal.
ProgramRun run_program(const std::string& program, const std::vector<std::string>& words);
/// A command line of the shell.
ProgramRun run_shell(const std::string& command);

/// Whether Python reads the text as JSON, and `assertion` holds of it as `d`: an expression such as
/// d["events"] == 3. Returns what it complained about; empty: nothing.
std::string json_complaint(const std::string& text, const std::string& assertion = "True");

}  // namespace lockstep::test
