#include "feeds/files/instruments.h"

#include <algorithm>
#include <array>

#include "engine/core/decimal.h"
#include "engine/core/time.h"

namespace lockstep::feeds {
namespace {

constexpr std::array<std::string_view, 14> kFields = {
    "symbol",    "venue", "base", "quote",      "settle", "kind",   "price_scale",
    "qty_scale", "tick",  "lot",  "multiplier", "expiry", "strike", "right"};

// The parts of "SYMBOL.FIELD"; a symbol may hold dots, a field does not.
struct Key {
  std::string_view symbol;
  std::string_view field;
};
Key split_key(std::string_view key) {
  const std::size_t dot = key.rfind('.');
  if (dot == std::string_view::npos) return {"", key};
  return {key.substr(0, dot), key.substr(dot + 1)};
}

class Settings {
 public:
  Settings(const std::map<std::string, std::string>& set, const Instrument& instrument)
      : set_(set), symbol_(instrument.symbol) {}

  [[nodiscard]] const std::string* find(std::string_view field) const {
    return find_setting(set_, symbol_, field);
  }
  void text(std::string_view field, std::string& into) const {
    if (const std::string* value = find(field)) into = *value;
  }
  [[nodiscard]] Error bad(std::string_view field, const std::string& what) const {
    return {ErrorCode::bad_input, "setting " + symbol_ + "." + std::string(field), what};
  }
  [[nodiscard]] Error bad(std::string_view field, const Error& error) const { return bad(field, error.what); }

  // The scale that was asked for, not below what the data and the given values need.
  [[nodiscard]] Result<std::uint8_t> scale(std::string_view field, int seen,
                                           std::initializer_list<std::string_view> values) const {
    int needed = seen;
    for (const std::string_view name : values) {
      const std::string* value = find(name);
      if (value == nullptr) continue;
      const Result<int> decimals = decimals_needed(*value);
      if (!decimals) return bad(name, decimals.error());
      needed = std::max(needed, *decimals);
    }
    int scale = needed;
    if (const std::string* value = field.empty() ? nullptr : find(field)) {
      const Result<std::int64_t> asked = parse_decimal(*value, 0);
      if (!asked || *asked < 0 || *asked > kMaxScale)
        return bad(field, "expected 0 to 18, found \"" + *value + "\"");
      scale = static_cast<int>(*asked);
      if (scale < needed) {
        return bad(field, "is " + *value + ", but the data or the other settings need " +
                              std::to_string(needed) + " decimals");
      }
    }
    if (scale > kMaxScale) {
      return bad(field.empty() ? "multiplier" : field,
                 "the data needs " + std::to_string(scale) + " decimals; 64 bits hold 18");
    }
    return static_cast<std::uint8_t>(scale);
  }

  [[nodiscard]] Status number(std::string_view field, int scale, std::int64_t& into) const {
    const std::string* value = find(field);
    if (value == nullptr) return Done{};
    const Result<std::int64_t> parsed = parse_decimal(*value, scale);
    if (!parsed) return bad(field, parsed.error());
    into = *parsed;
    return Done{};
  }

 private:
  const std::map<std::string, std::string>& set_;
  std::string symbol_;  // of the source, even when `symbol` renames it
};

}  // namespace

std::string unknown_contract_size(const std::string& symbol) {
  return "the contract size of " + symbol + " is not in the data: counted as 1; --set " + symbol +
         ".multiplier=N sets it";
}

const std::string* find_setting(const std::map<std::string, std::string>& set, std::string_view symbol,
                                std::string_view field) {
  auto found = set.find(std::string(symbol) + "." + std::string(field));
  if (found == set.end()) found = set.find(std::string(field));
  return found == set.end() ? nullptr : &found->second;
}

Status check_settings(const std::map<std::string, std::string>& set,
                      std::initializer_list<std::string_view> also_known) {
  for (const auto& [key, value] : set) {
    const std::string_view field = split_key(key).field;
    if (std::find(kFields.begin(), kFields.end(), field) != kFields.end()) continue;
    if (std::find(also_known.begin(), also_known.end(), field) != also_known.end()) continue;
    std::string known;
    for (const std::string_view name : kFields) known += (known.empty() ? "" : ", ") + std::string(name);
    for (const std::string_view name : also_known) known += ", " + std::string(name);
    return Error{ErrorCode::bad_input, "setting " + key,
                 "is unknown; expected FIELD or SYMBOL.FIELD with one of " + known};
  }
  return Done{};
}

Status apply_settings(const std::map<std::string, std::string>& set, const Scales& seen,
                      Instrument& instrument) {
  const Settings settings(set, instrument);
  settings.text("symbol", instrument.symbol);
  settings.text("venue", instrument.venue);
  settings.text("base", instrument.base);
  settings.text("quote", instrument.quote);
  if (instrument.settle.empty() || settings.find("quote") != nullptr) instrument.settle = instrument.quote;
  settings.text("settle", instrument.settle);
  if (const std::string* kind = settings.find("kind")) {
    const Result<InstrumentKind> parsed = parse_instrument_kind(*kind);
    if (!parsed) return settings.bad("kind", parsed.error());
    instrument.kind = *parsed;
  }
  const bool is_in_cents = instrument.quote == "USD" && (instrument.kind == InstrumentKind::equity ||
                                                         instrument.kind == InstrumentKind::option);
  const int least_price_scale = is_in_cents && settings.find("tick") == nullptr ? 2 : 0;
  const Result<std::uint8_t> price_scale =
      settings.scale("price_scale", std::max(seen.price, least_price_scale), {"tick", "strike"});
  if (!price_scale) return price_scale.error();
  const Result<std::uint8_t> qty_scale = settings.scale("qty_scale", seen.qty, {"lot"});
  if (!qty_scale) return qty_scale.error();
  instrument.price_scale = *price_scale;
  instrument.qty_scale = *qty_scale;
  if (settings.find("multiplier") != nullptr) {
    const Result<std::uint8_t> scale = settings.scale("", 0, {"multiplier"});
    if (!scale) return scale.error();
    instrument.multiplier_scale = *scale;
  }
  if (is_in_cents) instrument.tick = pow10(instrument.price_scale - least_price_scale);
  if (const Status s = settings.number("tick", instrument.price_scale, instrument.tick); !s) return s;
  if (const Status s = settings.number("strike", instrument.price_scale, instrument.strike); !s) return s;
  if (const Status s = settings.number("lot", instrument.qty_scale, instrument.lot); !s) return s;
  if (const Status s = settings.number("multiplier", instrument.multiplier_scale, instrument.multiplier); !s)
    return s;
  if (const std::string* expiry = settings.find("expiry")) {
    const Result<TimeNs> parsed = parse_time(*expiry);
    if (!parsed) return settings.bad("expiry", parsed.error());
    instrument.expiry_ts_ns = *parsed;
  }
  if (const std::string* right = settings.find("right")) {
    if (*right != "call" && *right != "put")
      return settings.bad("right", "expected call or put, found \"" + *right + "\"");
    instrument.right = *right == "call" ? OptionRight::call : OptionRight::put;
  }
  return validate(instrument);
}

}  // namespace lockstep::feeds
