#include "engine/core/digest.h"

namespace lockstep {

std::string format_hex(std::uint64_t value) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t i = 0; i < 16; ++i) text[i] = kDigits[(value >> (60 - 4 * i)) & 15U];
  return text;
}

Result<std::uint64_t> parse_hex(std::string_view text) {
  std::uint64_t value = 0;
  bool good = text.size() == 16;
  for (const char c : text) {
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0) good = false;
    value = value << 4U | static_cast<std::uint64_t>(digit & 15);
  }
  if (!good) {
    return Error{ErrorCode::bad_input, "", "expected 16 hex digits, found \"" + std::string(text) + "\""};
  }
  return value;
}

}  // namespace lockstep
