// Deribit's subscription messages as events: book, trades, ticker, quote, and the REST answer
// get_instruments. Owned by an importer or a live feed.
//
// What is decided here:
// - A raw book's change must name the change before it (prev_change_id), else it is preceded by a gap
//   event; so is the first change without a snapshot. After a gap the book is not whole until the next
//   snapshot.
// - A ticker gives a quote, a mark event (mark, index, open interest), for perpetuals the running funding
//   rate (per eight hours), and for options the three volatilities (in percent), the greeks and the
//   underlying's price as statistics.
// - Amounts of coin-margined perpetuals and futures are US dollars: multiplier 1, kind inverse_perpetual.
// - Option premiums are in coins, or in USDC where the name says so. Combinations (BTC-STRD-...) are left
//   out.
// - A liquidation sets Trade::conditions: bit 0 the maker, bit 1 the taker was liquidated.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "feeds/files/venue_decoder.h"

namespace lockstep::feeds {

class DeribitDecoder final : public VenueDecoder {
 public:
  explicit DeribitDecoder(MarketTable& markets) : VenueDecoder(markets) {}

 private:
  void on_message(JsonObject& root) override;
  void on_rest(std::string_view url, JsonObject& root) override;
  void on_restart() override { books_.clear(); }
  std::optional<Described> describe(std::string_view symbol) const override;

  void on_book(JsonObject& data);
  void on_grouped_book(int depth, JsonObject& data);
  void on_trade(JsonObject& entry);
  void on_ticker(JsonObject& data);
  void on_quote(JsonObject& data);
  void add_changes(BookDraft& draft, JsonObject& data);

  InstrumentId of(std::string_view symbol) { return market("deribit", symbol); }

  std::map<InstrumentId, BookChain> books_;
};

}  // namespace lockstep::feeds
