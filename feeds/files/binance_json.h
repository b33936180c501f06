// Binance's market data messages, spot, USD-M and COIN-M, as events: trade, aggTrade, bookTicker, depth
// differences, partial books, kline, markPriceUpdate, and the REST depth snapshot and exchangeInfo. Owned
// by an importer or a live feed.
//
// What is decided here:
// - Exchange time is T (transaction) where there is one, else E; spot bookTicker and spot snapshots have
//   none.
// - m = true means that the buyer rested, so the aggressor sold.
// - A kline becomes a bar when it is closed; the running ones are left out and counted.
// - aggTrade is left out where the single trades are there, and a partial book where the differences are.
// - forceOrder is left out and counted: its executions are in the trade stream too. So are 24 hour tickers.
// - COIN-M delivery contracts (BTCUSD_240927) are inverse, hence of kind inverse_perpetual with an expiry.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "feeds/files/binance_book_join.h"
#include "feeds/files/venue_decoder.h"

namespace lockstep::feeds {

enum class BinanceMarket { spot, usdm, coinm };

std::string_view venue_name(BinanceMarket market);  ///< `binance-spot`, `binance-usdm`, `binance-coinm`
/// Reads `spot`, `usdm`, `coinm`.
std::optional<BinanceMarket> parse_binance_market(std::string_view text);

/// The market that a message can only have come from, or nothing if it looks the same in all of them (a
/// kline).
std::optional<BinanceMarket> binance_market_of(std::string_view json);

class BinanceDecoder final : public VenueDecoder {
 public:
  /// `join` must outlive the decoder; those of one market share it.
  BinanceDecoder(MarketTable& markets, BinanceBookJoin& join, BinanceMarket market)
      : VenueDecoder(markets), join_(&join), market_(market) {}

 private:
  void on_message(JsonObject& root) override;
  void on_rest(std::string_view url, JsonObject& root) override;
  void on_restart() override {}
  std::optional<Described> describe(std::string_view symbol) const override;

  void on_data(std::string_view stream, JsonObject& data);
  void on_difference(JsonObject& data);
  void on_partial_book(std::string_view stream, JsonObject& data);
  void on_snapshot(JsonObject& data, std::string_view symbol);
  /// The book update that was just emitted goes through the join instead.
  void pass_to_join(BookDraft& draft);
  void on_trade(JsonObject& data, bool is_aggregate);
  void on_book_ticker(JsonObject& data);
  void on_kline(JsonObject& data);
  void on_mark_price(JsonObject& data);
  void on_exchange_info(JsonObject& root);

  InstrumentId of(std::string_view symbol) { return market(venue_name(market_), symbol); }
  [[nodiscard]] bool is_futures() const { return market_ != BinanceMarket::spot; }
  /// T, else E, else kNoTime.
  TimeNs exchange_time(JsonObject& data);
  TimeNs time_of(JsonObject& data, std::string_view key);
  void note_book(const std::string& symbol, InstrumentId id);

  BinanceBookJoin* join_;
  BinanceMarket market_;
  std::vector<Level> scratch_;  // of a book update on its way to the join
  std::set<std::string, std::less<>>
      book_symbols_;                   // with differences here: whose a nameless snapshot may be
  std::vector<std::string> nameless_;  // snapshots met, while learning, before the first difference
};

}  // namespace lockstep::feeds
