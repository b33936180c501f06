#include "feeds/files/numbers.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "engine/core/decimal.h"

namespace lockstep::feeds {
namespace {

void see(std::string_view text, int& scale) {
  const Result<int> needed = decimals_needed(text);
  if (needed) scale = std::max(scale, *needed);
}

}  // namespace

void Scales::see_price(std::string_view text) {
  see(text, price);
}
void Scales::see_qty(std::string_view text) {
  see(text, qty);
  const std::size_t digits = std::min(text.find_first_not_of("+-0123456789"), text.size());
  qty_digits = std::max(qty_digits, static_cast<int>(std::min<std::size_t>(digits, 30)));
}

int choose_qty_scale(const Scales& seen) {
  constexpr int kHeadroomDigits = 3;
  constexpr int kLeastDecimals = 8;
  const int room = kMaxScale - seen.qty_digits;
  if (seen.qty <= room || room < kLeastDecimals) return seen.qty;
  return std::max(room - kHeadroomDigits, kLeastDecimals);
}

Result<Qty> read_qty(std::string_view text, int scale, bool& rounded) {
  const std::size_t point = text.find('.');
  const std::size_t cut = point + 1 + static_cast<std::size_t>(scale);
  if (point == std::string_view::npos || text.size() <= cut) return parse_decimal(text, scale);
  const std::string_view tail = text.substr(cut);
  if (tail.find_first_not_of("0123456789") != std::string_view::npos) return parse_decimal(text, scale);
  if (tail.find_first_not_of('0') != std::string_view::npos) rounded = true;
  const Result<Qty> down = parse_decimal(text.substr(0, cut), scale);
  if (!down || tail.front() < '5') return down;
  return narrow(Int128{*down} + (text.front() == '-' ? -1 : 1), "the quantity");
}

std::optional<std::uint64_t> read_hex(std::string_view text) {
  std::uint64_t value = 0;
  const char* const text_end = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), text_end, value, 16);
  if (error != std::errc{} || end != text_end) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> read_trade_id(std::string_view text) {
  std::uint64_t id = 0;
  const char* const text_end = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), text_end, id);
  if (error == std::errc{} && end == text_end) return id;
  if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-')
    return std::nullopt;
  std::string first_half(text.substr(0, 8));
  first_half += text.substr(9, 4);
  first_half += text.substr(14, 4);
  return read_hex(first_half);
}

Result<ScaledNumber> read_own_scale(std::string_view text) {
  const Result<int> scale = decimals_needed(text);
  if (!scale) return scale.error();
  if (*scale > UINT8_MAX)
    return Error{ErrorCode::overflow, "", "\"" + std::string(text) + "\" has more than 255 decimals"};
  const Result<std::int64_t> value = parse_decimal(text, *scale);
  if (!value) return value.error();
  return ScaledNumber{*value, static_cast<std::uint8_t>(*scale)};
}

}  // namespace lockstep::feeds
