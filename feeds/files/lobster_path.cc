#include "feeds/files/lobster_path.h"

#include <algorithm>
#include <charconv>

namespace lockstep::feeds {
namespace {

constexpr std::string_view kMessage = "message";
constexpr std::string_view kOrderbook = "orderbook";

// Where the last part of a path, or of a member's path, begins.
std::size_t name_at(std::string_view stream) {
  const std::size_t slash = stream.find_last_of("/#");
  return slash == std::string_view::npos ? 0 : slash + 1;
}

std::optional<int> digits(std::string_view text) {
  int value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || text.front() == '-' || code != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

// The part behind the last '_', which is cut off.
std::string_view pop(std::string_view& name) {
  const std::size_t at = name.rfind('_');
  const std::string_view last = at == std::string_view::npos ? name : name.substr(at + 1);
  name = at == std::string_view::npos ? std::string_view() : name.substr(0, at);
  return last;
}

}  // namespace

LobsterFile lobster_file_of(std::string_view stream) {
  const std::string_view name = stream.substr(name_at(stream));
  const std::size_t message = name.rfind(kMessage);
  const std::size_t orderbook = name.rfind(kOrderbook);
  if (message == std::string_view::npos && orderbook == std::string_view::npos) return LobsterFile::other;
  if (message == std::string_view::npos) return LobsterFile::orderbook;
  if (orderbook == std::string_view::npos) return LobsterFile::message;
  return message > orderbook ? LobsterFile::message : LobsterFile::orderbook;
}

std::string lobster_orderbook_of(const std::string& message_stream) {
  std::string out = message_stream;
  return out.replace(out.rfind(kMessage), kMessage.size(), kOrderbook);
}

std::optional<LobsterName> parse_lobster_name(std::string_view stream) {
  std::string_view name = stream.substr(name_at(stream));
  const std::size_t kind = std::max(name.rfind("_message_") + 1, name.rfind("_orderbook_") + 1);
  if (kind == 0) return std::nullopt;
  name = name.substr(0, kind - 1);
  const bool has_span = digits(pop(name)) && digits(pop(name));
  const std::string_view date = pop(name);
  if (!has_span || name.empty() || date.size() != 10 || date[4] != '-' || date[7] != '-') return std::nullopt;
  const std::optional<int> year = digits(date.substr(0, 4));
  const std::optional<int> month = digits(date.substr(5, 2));
  const std::optional<int> day = digits(date.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  return LobsterName{std::string(name), *year, *month, *day};
}

}  // namespace lockstep::feeds
