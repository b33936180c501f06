#include "tools/terminal.h"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace lockstep::tools {

ProgressLine::ProgressLine(std::string what)
    : what_(std::move(what)), started_(std::chrono::steady_clock::now()), drawn_(started_) {
  const char* terminal = std::getenv("TERM");
  is_shown_ = isatty(STDERR_FILENO) != 0 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

ProgressLine::~ProgressLine() {
  if (is_shown_) fmt::print(stderr, "\r\x1b[K");
}

void ProgressLine::update(std::uint64_t events, double fraction) {
  if (!is_shown_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - drawn_ < std::chrono::milliseconds(100)) return;
  drawn_ = now;
  const double elapsed = std::chrono::duration<double>(now - started_).count();
  std::string line = fmt::format("{}: {} events, {:.2f} M/s", what_, with_commas(events),
                                 static_cast<double>(events) / elapsed / 1e6);
  if (fraction > 0) {
    line += fmt::format(", {:.0f}%, {} left", fraction * 100, short_duration(elapsed / fraction - elapsed));
  }
  fmt::print(stderr, "\r\x1b[K{}", line);
}

std::string with_commas(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::string counted(std::uint64_t count, const char* thing) {
  return fmt::format("{} {}{}", with_commas(count), thing, count == 1 ? "" : "s");
}

std::string short_duration(double seconds) {
  if (seconds < 0.0995) return fmt::format("{:.1f}ms", seconds * 1e3);
  if (seconds < 60) return fmt::format("{:.3g}s", seconds);
  const auto whole = static_cast<std::uint64_t>(seconds);
  if (whole < 3600) return fmt::format("{}m {}s", whole / 60, whole % 60);
  if (whole < 86400) return fmt::format("{}h {}m", whole / 3600, whole % 3600 / 60);
  return fmt::format("{}d {}h", whole / 86400, whole % 86400 / 3600);
}

std::string short_bytes(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes);
  for (const char* unit : {"kB", "MB", "GB"}) {
    value /= 1000;
    if (value < 999.5) return fmt::format("{:.3g} {}", value, unit);
  }
  return fmt::format("{:.3g} TB", value / 1000);
}

}  // namespace lockstep::tools
