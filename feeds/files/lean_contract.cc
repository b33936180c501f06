#include "feeds/files/lean_contract.h"

#include <algorithm>
#include <array>

#include "engine/core/decimal.h"
#include "feeds/files/contract_name.h"
#include "feeds/files/timezone.h"

namespace lockstep::feeds {
namespace {

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return out;
}

std::string two_digits(int value) {
  return (value < 10 ? "0" : "") + std::to_string(value);
}

// As the OCC writes it, without the padding of the root: GOOG151224C00600000 (strike in 1/1000).
std::string option_symbol(const std::string& root, const LeanPath& path, std::int64_t strike_e4) {
  const std::string day = two_digits(path.expiry / 10'000 % 100) + two_digits(path.expiry / 100 % 100) +
                          two_digits(path.expiry % 100);
  const char right = path.right == OptionRight::call ? 'C' : 'P';
  if (strike_e4 % 10 != 0) return root + day + right + format_decimal_short(strike_e4, 4);
  const std::string thousandths = std::to_string(strike_e4 / 10);
  return root + day + right + std::string(8 - std::min<std::size_t>(8, thousandths.size()), '0') +
         thousandths;
}

void set_pair(Instrument& out) {
  const std::optional<CurrencyPair> pair = split_pair(out.symbol);
  if (!pair) return;
  out.base = pair->base;
  out.quote = pair->quote;
}

void describe_crypto_future(const LeanPath& path, Instrument& out) {
  set_pair(out);
  // Both venues list coin-margined contracts as XXXUSD and coin-settled they are; all others settle in the
  // quote.
  const bool is_inverse = out.quote == "USD";
  out.kind = path.expiry != 0 ? InstrumentKind::future
             : is_inverse     ? InstrumentKind::inverse_perpetual
                              : InstrumentKind::linear_perpetual;
  if (is_inverse) out.settle = out.base;
  if (path.market == "binance") {
    out.venue = is_inverse ? "binance-coinm" : "binance-usdm";
    // Contract sizes of COIN-M: 100 USD for BTC, 10 USD for the rest.
    if (is_inverse) out.multiplier = out.base == "BTC" ? 100 : 10;
  } else {
    out.venue = path.market + (is_inverse ? "-inverse" : "-linear");
  }
}

Result<TimeNs> expiry_ts(const LeanPath& path) {
  if (path.expiry % 100 == 0) return kNoTime;  // only the month is known
  CivilTime civil;
  civil.year = path.expiry / 10'000;
  civil.month = path.expiry / 100 % 100;
  civil.day = path.expiry % 100;
  // US options end with the regular session; the others' hour is not known: the day's beginning.
  const bool is_us_option = path.is_option() && path.market == "usa";
  if (is_us_option) civil.hour = 16;
  const Result<TimeNs> local = from_civil(civil);
  if (!local || !is_us_option) return local;
  const Result<TimeZone> zone = TimeZone::load("America/New_York");
  if (!zone) return zone.error();
  const Result<TimeZone::Utc> utc = zone->to_utc(*local);
  if (!utc) return utc.error();
  return utc->ts_ns;
}

Result<LeanContract> describe(const LeanPath& path, std::int64_t strike_e4) {
  LeanContract contract;
  contract.root = upper(path.root);
  contract.strike_e4 = strike_e4;
  Instrument& out = contract.instrument;
  out.symbol = contract.root;
  out.venue = path.market;
  if (path.market == "usa" || path.asset == LeanAsset::future) out.quote = "USD";
  if (path.has_scaled_prices()) contract.seen.price = 4;
  switch (path.asset) {
    case LeanAsset::equity: out.kind = InstrumentKind::equity; break;
    case LeanAsset::index: break;
    case LeanAsset::crypto: set_pair(out); break;
    case LeanAsset::crypto_future: describe_crypto_future(path, out); break;
    case LeanAsset::forex:
    case LeanAsset::cfd:
      if (path.asset == LeanAsset::forex && out.symbol.size() == 6) {
        out.base = out.symbol.substr(0, 3);
        out.quote = out.symbol.substr(3);
      }
      break;
    case LeanAsset::future:
      out.kind = InstrumentKind::future;
      if (path.expiry != 0)
        out.symbol += std::to_string(path.expiry % 100 == 0 ? path.expiry / 100 : path.expiry);
      break;
    case LeanAsset::option:
    case LeanAsset::index_option:
    case LeanAsset::future_option:
      out.kind = InstrumentKind::option;
      out.symbol = option_symbol(contract.root, path, strike_e4);
      out.right = path.right;
      if (path.asset != LeanAsset::future_option) out.multiplier = 100;
      contract.seen.see_price(format_decimal_short(strike_e4, 4));
      break;
  }
  if (path.asset == LeanAsset::crypto_future && path.expiry != 0)
    out.symbol += "_" + std::to_string(path.expiry);
  if (path.expiry != 0) {
    const Result<TimeNs> expiry = expiry_ts(path);
    if (!expiry)
      return Error{ErrorCode::bad_input, "", "the expiry " + std::to_string(path.expiry) + " is no date"};
    out.expiry_ts_ns = *expiry;
  }
  return contract;
}

}  // namespace

Result<std::shared_ptr<LeanContract>> LeanContracts::find_or_add(const LeanPath& path,
                                                                 std::int64_t strike_e4) {
  const std::string name = std::to_string(static_cast<int>(path.asset)) + " " + path.market + " " +
                           path.root + " " + std::to_string(path.expiry) + " " +
                           std::to_string(static_cast<int>(path.right)) + " " + std::to_string(strike_e4);
  const auto found = by_name_.find(name);
  if (found != by_name_.end()) return found->second;
  Result<LeanContract> described = describe(path, strike_e4);
  if (!described) return described.error();
  auto contract = std::make_shared<LeanContract>(std::move(described).value());
  contract->id = static_cast<InstrumentId>(in_order_.size());
  in_order_.push_back(contract);
  by_name_.emplace(name, contract);
  return contract;
}

Result<std::shared_ptr<LeanContract>> LeanContracts::underlying(const LeanPath& path) {
  LeanPath of = path;
  of.asset = path.asset == LeanAsset::index_option    ? LeanAsset::index
             : path.asset == LeanAsset::future_option ? LeanAsset::future
                                                      : LeanAsset::equity;
  of.expiry = 0;
  of.right = OptionRight::none;
  return find_or_add(of, 0);
}

Result<std::vector<Instrument>> LeanContracts::settle(const ImportOptions& options, ImportLog& log) {
  std::vector<Instrument> instruments;
  for (const std::shared_ptr<LeanContract>& contract : in_order_) {
    Instrument& out = contract->instrument;
    contract->seen.qty = choose_qty_scale(contract->seen);
    std::map<std::string, std::string> set = options.set;
    for (const auto& [key, value] : options.set) {
      // `ES.multiplier` holds for every ES contract, unless one is named.
      if (key.starts_with(contract->root + "."))
        set.emplace(out.symbol + key.substr(contract->root.size()), value);
    }
    const std::string symbol = out.symbol;
    if (const Status applied = apply_settings(set, contract->seen, out); !applied) return applied.error();
    if (out.kind == InstrumentKind::option && find_setting(set, symbol, "strike") == nullptr) {
      const Result<std::int64_t> strike =
          parse_decimal(format_decimal_short(contract->strike_e4, 4), out.price_scale);
      if (!strike) return strike.error();
      out.strike = *strike;
    }
    if (out.kind == InstrumentKind::future && find_setting(set, symbol, "multiplier") == nullptr) {
      log.note(unknown_contract_size(contract->root));
    }
    if (out.kind == InstrumentKind::future && find_setting(set, symbol, "tick") == nullptr) {
      log.note("the tick of " + contract->root +
               " is not in the data: counted as the finest that the prices need; --set " + contract->root +
               ".tick=N sets it");
    }
    instruments.push_back(out);
  }
  return instruments;
}

Result<std::string> lean_time_zone(const LeanPath& path) {
  switch (path.asset) {
    case LeanAsset::crypto:
    case LeanAsset::crypto_future:
    case LeanAsset::future:
    case LeanAsset::future_option: return std::string("UTC");
    case LeanAsset::forex:
    case LeanAsset::cfd: return std::string(path.market == "fxcm" ? "EST" : "UTC");
    case LeanAsset::equity:
    case LeanAsset::option:
    case LeanAsset::index:
    case LeanAsset::index_option:
      if (path.market == "usa") return std::string("America/New_York");
      break;
  }
  return Error{
      ErrorCode::bad_input, "",
      "the time zone of market \"" + path.market + "\" is not known; --set time_zone=Area/City names it"};
}

}  // namespace lockstep::feeds
