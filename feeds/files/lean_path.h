// What the place of a file in a LEAN data folder says about its rows: asset class, market, resolution,
// contract, date and kind. Works on the text of the path alone.
#pragma once

#include <string>
#include <string_view>

#include "engine/core/instrument.h"
#include "engine/event/event.h"

namespace lockstep::feeds {

enum class LeanAsset {
  equity,
  option,
  index_option,
  future_option,
  future,
  index,
  forex,
  cfd,
  crypto,
  crypto_future
};
enum class LeanRows {
  trade_bar,
  quote_bar,
  trade_tick,
  quote_tick,
  open_interest,
  margin_interest,
  factors,
  universe
};

struct LeanPath {
  LeanAsset asset = LeanAsset::equity;
  std::string market;  ///< usa, cme, binance ...
  std::string root;    ///< ticker in lower case: aapl, es, btcusd
  BarUnit unit = BarUnit::tick;
  LeanRows rows = LeanRows::trade_bar;
  int date = 0;    ///< YYYYMMDD of a one-day file, else 0
  int expiry = 0;  ///< YYYYMMDD, or YYYYMM00 where only the month is known; 0: none
  OptionRight right = OptionRight::none;
  std::string strike;  ///< in 1/10,000, as given; empty: none

  /// Prices in 1/10,000 (equity, option and index option; but not in universes).
  [[nodiscard]] bool has_scaled_prices() const;
  [[nodiscard]] bool is_option() const;
};

/// Reads `.../equity/usa/minute/aapl/20140605_trade.zip#20140605_aapl_minute_trade.csv` and the like.
/// bad_input where the path does not fit, with the layouts; unsupported for LEAN files that hold no market
/// data (map files, interest rates, documents).
Result<LeanPath> parse_lean_path(const std::string& path);

}  // namespace lockstep::feeds
