// What is traded, and the units of its prices and quantities. Plain data; read-only once a run has begun.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/core/money.h"
#include "engine/core/result.h"
#include "engine/core/time.h"

namespace lockstep {

using InstrumentId = std::uint32_t;  ///< index into the run's instrument table
inline constexpr InstrumentId kNoInstrument = 0xffff'ffffU;

using Price = std::int64_t;  ///< in 10^-price_scale units of the quote currency
using Qty =
    std::int64_t;  ///< in 10^-qty_scale units of the base (or contracts); signed where it is a position
inline constexpr Price kNoPrice = INT64_MIN;

enum class InstrumentKind : std::uint8_t {
  spot,
  linear_perpetual,
  inverse_perpetual,
  future,
  equity,
  option
};
enum class OptionRight : std::uint8_t { none, call, put };

struct Instrument {
  std::string symbol;  ///< as the venue writes it: BTCUSDT, ESH4
  std::string venue;   ///< where it trades: binance-usdm, glbx, usa
  std::string base;    ///< may be empty where the source does not say
  std::string quote;   ///< currency of the price
  std::string settle;  ///< currency of cash, fees and profit
  InstrumentKind kind = InstrumentKind::spot;
  std::uint8_t price_scale = 2;
  std::uint8_t qty_scale = 0;
  std::uint8_t multiplier_scale = 0;
  OptionRight right = OptionRight::none;
  Price tick = 1;  ///< smallest price step, > 0
  Qty lot = 1;     ///< smallest quantity step, > 0
  std::int64_t multiplier =
      1;  ///< contract size in 10^-multiplier_scale: base units (linear) or quote units (inverse)
  TimeNs expiry_ts_ns = kNoTime;
  Price strike = 0;

  friend bool operator==(const Instrument&, const Instrument&) = default;

  /// Whether a fill moves cash by its whole value (spot, equity, option) or only by profit (perpetuals,
  /// futures).
  [[nodiscard]] bool is_margined() const {
    return kind == InstrumentKind::linear_perpetual || kind == InstrumentKind::inverse_perpetual ||
           kind == InstrumentKind::future;
  }
  [[nodiscard]] bool is_inverse() const { return kind == InstrumentKind::inverse_perpetual; }
};

/// Says which field is out of range, or nothing. Call it on every instrument that comes from outside.
Status validate(const Instrument& instrument);

/// Value of `qty` at `price` in the settlement currency, rounded half away from zero to 10^-9.
/// Linear: price x qty x multiplier. Inverse: qty x multiplier / price, the coins behind `qty` contracts
/// (price > 0). The sign is that of price x qty. Out of range: an overflowed Money.
Money notional(const Instrument& instrument, Price price, Qty qty);

std::string_view to_string(InstrumentKind kind);
/// `spot`, `linear_perpetual`, ...; error lists the names.
Result<InstrumentKind> parse_instrument_kind(std::string_view text);

}  // namespace lockstep
