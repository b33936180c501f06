// What the program shows while it works: a progress line on standard error, only where that is a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace lockstep::tools {

class ProgressLine {
 public:
  /// `what` names the work. Draws nothing unless standard error is a terminal and TERM is not `dumb`.
  explicit ProgressLine(std::string what);
  ~ProgressLine();  ///< wipes the line
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// `fraction` in 0..1, or negative where the end is unknown.
  void update(std::uint64_t events, double fraction);

 private:
  std::string what_;
  bool is_shown_;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point drawn_;
};

/// 1,234,567
std::string with_commas(std::uint64_t value);
/// 1 gap, 2,000 gaps
std::string counted(std::uint64_t count, const char* thing);
/// 1.27s, 3m 20s, 850ms: for people.
std::string short_duration(double seconds);
/// 12.3 MB
std::string short_bytes(std::uint64_t bytes);

}  // namespace lockstep::tools
