#include "feeds/files/contract_name.h"

#include <algorithm>
#include <array>

namespace lockstep::feeds {
namespace {

// Longer names first where one ends another.
constexpr std::array<std::string_view, 34> kQuotes = {
    "FDUSD", "USDT", "USDC", "BUSD", "TUSD", "USDP", "USDS", "USD1", "USDE", "RLUSD", "EURI", "AEUR",
    "IDRT",  "BIDR", "BVND", "USDQ", "USDR", "MNT",  "DAI",  "BTC",  "ETH",  "BNB",   "EUR",  "GBP",
    "TRY",   "BRL",  "AUD",  "JPY",  "MXN",  "PLN",  "RUB",  "UAH",  "ZAR",  "USD"};

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

int to_int(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

std::optional<TimeNs> at_eight(int year, int month, int day) {
  CivilTime civil;
  civil.year = 2000 + year;
  civil.month = month;
  civil.day = day;
  civil.hour = 8;
  const Result<TimeNs> time = from_civil(civil);
  if (!time) return std::nullopt;
  return *time;
}

}  // namespace

std::optional<CurrencyPair> split_pair(std::string_view symbol) {
  for (const std::string_view quote : kQuotes) {
    if (symbol.size() > quote.size() && symbol.ends_with(quote)) {
      return CurrencyPair{symbol.substr(0, symbol.size() - quote.size()), quote};
    }
  }
  return std::nullopt;
}

std::optional<TimeNs> expiry_from_yymmdd(std::string_view text) {
  if (text.size() != 6 || !is_digits(text)) return std::nullopt;
  return at_eight(to_int(text.substr(0, 2)), to_int(text.substr(2, 2)), to_int(text.substr(4, 2)));
}

std::optional<TimeNs> expiry_from_ddmmmyy(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                        "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
  if (text.size() < 6 || text.size() > 7) return std::nullopt;
  const std::string_view day = text.substr(0, text.size() - 5);
  const std::string_view year = text.substr(text.size() - 2);
  const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(day.size(), 3));
  if (!is_digits(day) || !is_digits(year) || month == kMonths.end()) return std::nullopt;
  return at_eight(to_int(year), static_cast<int>(month - kMonths.begin()) + 1, to_int(day));
}

std::string_view part_of(std::string_view text, char separator, std::size_t index) {
  for (;; --index) {
    const std::size_t end = text.find(separator);
    if (index == 0) return text.substr(0, end);
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
}

std::size_t count_parts(std::string_view text, char separator) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), separator)) + 1;
}

}  // namespace lockstep::feeds
