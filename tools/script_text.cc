#include "tools/script_text.h"

#include <fmt/core.h>

#include "engine/core/decimal.h"
#include "scenarios/toml_text.h"

namespace lockstep::tools {
namespace {

std::string instrument_toml(const Instrument& one) {
  const auto text = [](std::string_view key, const std::string& value) {
    return std::string(key) + " = " + scenarios::toml_string(value) + "\n";
  };
  std::string out = "\n[[feed.instruments]]\n";
  out += text("symbol", one.symbol) + text("venue", one.venue) + text("base", one.base) +
         text("quote", one.quote) + text("settle", one.settle) +
         text("kind", std::string(to_string(one.kind)));
  out += text("tick", format_decimal_short(one.tick, one.price_scale));
  out += text("lot", format_decimal_short(one.lot, one.qty_scale));
  out += text("multiplier", format_decimal_short(one.multiplier, one.multiplier_scale));
  out += fmt::format("price_scale = {}\nqty_scale = {}\nmultiplier_scale = {}\n", one.price_scale,
                     one.qty_scale, one.multiplier_scale);
  if (one.expiry_ts_ns != kNoTime) out += text("expiry", format_time(one.expiry_ts_ns));
  if (one.strike != 0) out += text("strike", format_decimal_short(one.strike, one.price_scale));
  if (one.right != OptionRight::none) out += text("right", one.right == OptionRight::call ? "call" : "put");
  return out;
}

}  // namespace

std::string script_scenario_head(TimeNs start_ts_ns) {
  return fmt::format("[feed]\nkind = \"script\"\nstart = \"{}\"\nevents = '''\n", format_time(start_ts_ns));
}

std::string script_scenario_tail(std::span<const Instrument> instruments) {
  std::string out = "'''\n";
  for (const Instrument& one : instruments) out += instrument_toml(one);
  return out + "\n[strategy]\nname = \"script\"\n[strategy.parameters]\norders = \"\"\n";
}

}  // namespace lockstep::tools
