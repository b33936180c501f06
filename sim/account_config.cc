#include "sim/account_config.h"

#include <algorithm>

namespace lockstep::sim {
namespace {

constexpr std::int64_t kAll = kNanosPerUnit;

Error bad(const std::string& where, const std::string& what) {
  return {ErrorCode::bad_input, "account, " + where, what};
}

Status validate(const Conversion& conversion, const VenueAccountConfig& config, std::size_t instruments) {
  const std::string where = "conversion of " + conversion.currency;
  if (conversion.currency == config.currency)
    return bad(where, "the account's own currency is worth one of itself");
  const auto names =
      std::count_if(config.conversions.begin(), config.conversions.end(),
                    [&](const Conversion& other) { return other.currency == conversion.currency; });
  if (names != 1) return bad(where, "it is given " + std::to_string(names) + " times");
  if (conversion.instrument != kNoInstrument && conversion.instrument >= instruments)
    return bad(where, "the run has no instrument " + std::to_string(conversion.instrument));
  if (conversion.numerator <= 0 || conversion.denominator <= 0)
    return bad(where, "a rate is a ratio of positive integers");
  if (conversion.haircut_ppb < 0 || conversion.haircut_ppb > kAll)
    return bad(where, "a haircut lies between 0 and 100%");
  return Done{};
}

}  // namespace

Status validate(const VenueAccountConfig& config, std::span<const Instrument> instruments) {
  if (config.currency.empty()) return bad("currency", "the account needs a currency");
  if (!config.terms.empty() && config.terms.size() != instruments.size())
    return bad("terms", "terms are given for every instrument or for none");
  for (const auto& [currency, amount] : config.cash) {
    if (currency.empty() || amount.overflowed()) return bad("cash", "an amount needs a currency and a range");
  }
  const LiquidationRule& rule = config.liquidation;
  if (rule.step_ppb <= 0 || rule.step_ppb > kAll)
    return bad("liquidation", "a step is more than nothing and at most the whole position");
  if (rule.fee_ppb < 0 || rule.fee_ppb > kAll) return bad("liquidation", "a fee lies between 0 and 100%");
  for (const Conversion& conversion : config.conversions) {
    if (const Status valid = validate(conversion, config, instruments.size()); !valid) return valid;
  }
  for (std::size_t i = 0; i < instruments.size(); ++i) {
    const Instrument& instrument = instruments[i];
    if (config.kind == AccountKind::cash && instrument.is_margined()) {
      return bad(instrument.symbol, "a cash account cannot carry a " +
                                        std::string(to_string(instrument.kind)) + "; choose kind margin");
    }
    if (config.terms.empty()) continue;
    const InstrumentTerms& terms = config.terms[i];
    if (const Status valid = validate(terms.margin); !valid)
      return bad(instrument.symbol, valid.error().what);
    if (terms.is_isolated && !instrument.is_margined())
      return bad(instrument.symbol, "only perpetuals and futures can have an isolated margin");
    if (terms.short_available < -1) return bad(instrument.symbol, "the short availability is negative");
    if (terms.fee_ppb < 0 || terms.fee_ppb > kAll)
      return bad(instrument.symbol, "the reserved fee lies between 0 and 100%");
  }
  return Done{};
}

}  // namespace lockstep::sim
