#include "feeds/files/lean_path.h"

#include <algorithm>
#include <array>
#include <vector>

#include "engine/core/decimal.h"

namespace lockstep::feeds {
namespace {

struct AssetName {
  std::string_view name;
  LeanAsset asset;
};
constexpr std::array<AssetName, 10> kAssets = {{{"equity", LeanAsset::equity},
                                                {"option", LeanAsset::option},
                                                {"indexoption", LeanAsset::index_option},
                                                {"futureoption", LeanAsset::future_option},
                                                {"future", LeanAsset::future},
                                                {"index", LeanAsset::index},
                                                {"forex", LeanAsset::forex},
                                                {"cfd", LeanAsset::cfd},
                                                {"crypto", LeanAsset::crypto},
                                                {"cryptofuture", LeanAsset::crypto_future}}};

struct UnitName {
  std::string_view name;
  BarUnit unit;
};
constexpr std::array<UnitName, 5> kUnits = {{{"tick", BarUnit::tick},
                                             {"second", BarUnit::second},
                                             {"minute", BarUnit::minute},
                                             {"hour", BarUnit::hour},
                                             {"daily", BarUnit::day}}};

std::vector<std::string> split(std::string_view text, std::string_view delimiters) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(delimiters), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

bool is_digits(std::string_view text, std::size_t count) {
  return text.size() == count && text.find_first_not_of("0123456789") == std::string_view::npos;
}

int to_int(std::string_view digits) {
  const Result<std::int64_t> value = parse_decimal(digits, 0);
  return value && *value <= 99'999'999 ? static_cast<int>(*value) : 0;
}

Error misfit(const std::string& path, const std::string& what) {
  return {ErrorCode::bad_input, path,
          what +
              "; expected a LEAN layout: "
              "ASSET/MARKET/{tick,second,minute}/SYMBOL/YYYYMMDD_{trade,quote,openinterest}[_STYLE].zip, "
              "ASSET/MARKET/{hour,daily}/SYMBOL[_YEAR][_{trade,quote,openinterest}][_STYLE].zip, "
              ".../margin_interest/SYMBOL.csv, "
              ".../factor_files/SYMBOL.csv or .../universes/SYMBOL/YYYYMMDD.csv"};
}

Error no_market_data(const std::string& path, const std::string& what) {
  return {ErrorCode::unsupported, path, what};
}

// Without folder and extension, in parts.
std::vector<std::string> name_parts(const std::string& name) {
  std::string lower(name.substr(0, name.rfind('.')));
  for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return split(lower, "_");
}

bool take_kind(const std::vector<std::string>& parts, bool is_tick, LeanRows& rows) {
  for (const std::string& part : parts) {
    if (part == "trade") rows = is_tick ? LeanRows::trade_tick : LeanRows::trade_bar;
    if (part == "quote") rows = is_tick ? LeanRows::quote_tick : LeanRows::quote_bar;
    if (part == "openinterest") rows = LeanRows::open_interest;
    if (part == "trade" || part == "quote" || part == "openinterest") return true;
  }
  return false;
}

// From the member's name: `..._american_call_6000000_20151224`, `..._201312`, `..._perp`.
Status take_contract(const std::string& path, const std::vector<std::string>& parts, LeanPath& out) {
  if (out.is_option()) {
    const auto right = std::find_if(parts.begin(), parts.end(),
                                    [](const std::string& p) { return p == "call" || p == "put"; });
    if (right == parts.end() || parts.end() - right != 3 || !is_digits(right[2], 8) ||
        right[1].find_first_not_of("0123456789") != std::string::npos) {
      return misfit(path, "the option's right, strike and expiry are not in the name");
    }
    out.right = *right == "call" ? OptionRight::call : OptionRight::put;
    out.strike = right[1];
    out.expiry = to_int(right[2]);
    return Done{};
  }
  if (out.asset == LeanAsset::crypto_future && parts.back() == "perp") return Done{};
  if (out.asset == LeanAsset::future || out.asset == LeanAsset::crypto_future) {
    if (is_digits(parts.back(), 6)) {
      out.expiry = to_int(parts.back()) * 100;
    } else if (is_digits(parts.back(), 8)) {
      out.expiry = to_int(parts.back());
    } else if (out.asset == LeanAsset::future) {
      return misfit(path, "the contract's expiry month is not in the name of the member");
    }
  }
  return Done{};
}

}  // namespace

bool LeanPath::has_scaled_prices() const {
  return asset == LeanAsset::equity || asset == LeanAsset::option || asset == LeanAsset::index_option;
}

bool LeanPath::is_option() const {
  return asset == LeanAsset::option || asset == LeanAsset::index_option || asset == LeanAsset::future_option;
}

Result<LeanPath> parse_lean_path(const std::string& path) {
  const std::vector<std::string> parts = split(path, "/#");
  if (path.ends_with(".md") || path.ends_with(".txt")) return no_market_data(path, "is a document");
  std::size_t at = parts.size();
  LeanPath out;
  for (std::size_t i = parts.size(); i-- > 0 && at == parts.size();) {
    for (const AssetName& candidate : kAssets) {
      if (parts[i] != candidate.name) continue;
      out.asset = candidate.asset;
      at = i;
    }
    if (parts[i] == "alternative")
      return no_market_data(path, "is economic data, which no market event holds");
  }
  if (parts.size() < at + 4) return misfit(path, "no asset class, market and resolution in the path");
  out.market = parts[at + 1];
  const std::string& folder = parts[at + 2];
  const std::string& file = parts[at + 3];
  const std::string& last = parts.back();
  if (folder == "map_files")
    return no_market_data(path, "lists a company's former tickers, which no market event holds");
  if (folder == "factor_files" || folder == "margin_interest") {
    out.rows = folder == "factor_files" ? LeanRows::factors : LeanRows::margin_interest;
    out.root = name_parts(file).empty() ? "" : name_parts(file).front();
    if (out.root.empty() || !last.ends_with(".csv")) return misfit(path, "no symbol in the name");
    return out;
  }
  if (folder == "universes" && out.is_option()) {
    out.rows = LeanRows::universe;
    out.root = file;
    out.unit = BarUnit::day;
    const std::vector<std::string> name = name_parts(last);
    if (parts.size() != at + 5 || name.size() != 1 || !is_digits(name[0], 8))
      return misfit(path, "no date in the name");
    out.date = to_int(name[0]);
    return out;
  }
  const auto unit =
      std::find_if(kUnits.begin(), kUnits.end(), [&](const UnitName& u) { return u.name == folder; });
  if (unit == kUnits.end()) return misfit(path, "\"" + folder + "\" is no resolution");
  out.unit = unit->unit;
  const bool is_daily_file = out.unit == BarUnit::hour || out.unit == BarUnit::day;
  std::size_t name_at = at + 3;
  if (!is_daily_file) {
    out.root = file;
    ++name_at;
    // Options on futures have a folder for the future's expiry.
    if (out.asset == LeanAsset::future_option && parts.size() > name_at && is_digits(parts[name_at], 8))
      ++name_at;
  }
  if (parts.size() <= name_at) return misfit(path, "no file below the symbol's folder");
  const std::vector<std::string> name = name_parts(parts[name_at]);
  const std::vector<std::string> member = name_parts(last);
  if (name.empty() || member.empty()) return misfit(path, "the name is empty");
  if (is_daily_file) {
    out.root = name[0];
  } else {
    if (!is_digits(name[0], 8)) return misfit(path, "the name does not begin with a date");
    out.date = to_int(name[0]);
  }
  const bool has_kind = take_kind(name, out.unit == BarUnit::tick, out.rows);
  // Equity and index files of hours and days hold trades and do not say so.
  if (!has_kind && !is_daily_file) return misfit(path, "the name says neither trade, quote nor openinterest");
  if (!has_kind && (out.asset == LeanAsset::forex || out.asset == LeanAsset::cfd))
    out.rows = LeanRows::quote_bar;
  if (const Status contract = take_contract(path, member, out); !contract) return contract.error();
  return out;
}

}  // namespace lockstep::feeds
