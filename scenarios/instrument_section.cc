#include "scenarios/instrument_section.h"

#include "engine/core/decimal.h"

namespace lockstep::scenarios {
namespace {

// A number, and the decimals that it needs.
std::int64_t read_scaled(Section& section, std::string_view key, std::string_view fallback,
                         std::uint8_t& scale, bool may_widen) {
  const Result<int> decimals = decimals_needed(section.text(key, fallback));
  if (!decimals || *decimals > kMaxScale) {
    section.fail(key, decimals ? "has more than 18 decimals" : decimals.error().what);
    return 1;
  }
  std::int64_t wanted = *decimals;
  if (may_widen) {
    const std::string_view scale_key = key == "tick"  ? "price_scale"
                                       : key == "lot" ? "qty_scale"
                                                      : "multiplier_scale";
    wanted = section.integer(scale_key, *decimals, *decimals, kMaxScale);
  }
  scale = static_cast<std::uint8_t>(wanted);
  return section.decimal(key, fallback, static_cast<int>(wanted));
}

}  // namespace

Instrument read_instrument(Section& section, InstrumentFields fields) {
  const bool all = fields == InstrumentFields::all;
  Instrument instrument;
  instrument.symbol = section.text("symbol", all ? "" : "SYNTH");
  if (instrument.symbol.empty()) section.fail("symbol", "name the instrument, as its venue does");
  instrument.venue = section.text("venue", all ? "script" : "synthetic");
  instrument.base = section.text("base", instrument.symbol);
  instrument.quote = section.text("quote", "USD");
  instrument.settle = section.text("settle", instrument.quote);
  const Result<InstrumentKind> kind = parse_instrument_kind(section.text("kind", "spot"));
  if (kind) {
    instrument.kind = *kind;
  } else {
    section.fail("kind", kind.error().what);
  }
  instrument.tick = read_scaled(section, "tick", "0.01", instrument.price_scale, all);
  instrument.lot = read_scaled(section, "lot", all ? "1" : "0.001", instrument.qty_scale, all);
  instrument.multiplier = read_scaled(section, "multiplier", "1", instrument.multiplier_scale, all);
  if (all) {
    const std::string expiry = section.text("expiry", "");
    if (!expiry.empty()) instrument.expiry_ts_ns = section.time("expiry", kNoTime);
    instrument.strike = section.decimal("strike", "0", instrument.price_scale);
    const std::string right = section.choice("right", "none", {"none", "call", "put"});
    instrument.right = right == "call"  ? OptionRight::call
                       : right == "put" ? OptionRight::put
                                        : OptionRight::none;
  }
  if (const Status valid = validate(instrument); !valid) section.fail("symbol", valid.error().text());
  return instrument;
}

}  // namespace lockstep::scenarios
