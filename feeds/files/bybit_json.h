// Bybit v5's public messages of one category (spot, linear, inverse, option) as events: orderbook,
// publicTrade, tickers, kline, and the REST answer instruments-info. Owned by an importer or a live feed.
//
// What is decided here:
// - Exchange time of a book is `cts`, the matching engine's; of a trade `T`; else `ts`.
// - Of several orderbook depths of an instrument the deepest becomes events. A snapshot, or any message
//   with u = 1 (the service restarted), replaces the book. A delta must have u = previous u + 1, else it is
//   preceded by a gap event; so is the first delta without a snapshot. After a gap the book is not whole
//   until the next snapshot.
// - Ticker deltas carry only what changed: a quote is completed from what is known; mark, index, open
//   interest and funding events appear when one of their fields does. An option's ticker also gives its
//   volatilities and greeks as statistics.
// - Block trades have bit 0 and retail price improvement trades bit 1 of Trade::conditions set.
// - `seq` is the trade's sequence; a UUID trade id keeps its first 64 bits.
// - Dated inverse contracts are of kind inverse_perpetual with an expiry.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "feeds/files/venue_decoder.h"

namespace lockstep::feeds {

enum class BybitCategory { spot, linear, inverse, option };

std::string_view venue_name(BybitCategory category);  ///< `bybit-spot`, `bybit-linear`, ...

/// The category in a URL such as `wss://stream.bybit.com/v5/public/linear` or `.../orderbook?category=spot`,
/// or nothing.
std::optional<BybitCategory> bybit_category_of(std::string_view url);

class BybitDecoder final : public VenueDecoder {
 public:
  BybitDecoder(MarketTable& markets, BybitCategory category) : VenueDecoder(markets), category_(category) {}

 private:
  struct Ticker {
    std::string bid_price, bid_qty, ask_price, ask_qty;
    std::string mark, index, open_interest;
    std::string funding_rate, next_funding_ms, funding_hours;
  };

  void on_message(JsonObject& root) override;
  void on_rest(std::string_view url, JsonObject& root) override;
  void on_restart() override;
  std::optional<Described> describe(std::string_view symbol) const override;
  std::optional<Described> describe_option(std::string_view symbol, Described described) const;

  void on_book(std::string_view depth, JsonObject& root);
  void on_trades(JsonObject& root);
  void on_ticker(JsonObject& root);
  void on_klines(std::string_view symbol, JsonObject& root);
  void on_option_values(InstrumentId id, TimeNs exch_ts_ns, JsonObject& data);
  void on_instruments(JsonObject& result);

  InstrumentId of(std::string_view symbol);

  BybitCategory category_;
  std::map<InstrumentId, Ticker> tickers_;
  std::map<InstrumentId, BookChain> books_;
};

}  // namespace lockstep::feeds
