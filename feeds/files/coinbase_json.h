// Coinbase's public messages as events: Advanced Trade (l2_data, market_trades, ticker, candles) and the
// older Exchange feed (snapshot, l2update, match, ticker), and the REST product list. Owned by an importer
// or a live feed.
//
// What is decided here:
// - Both feeds state the side of the resting order of a trade; the aggressor is the other one.
// - Exchange time of a book update is the latest event_time in it, of a trade its own time, else the
//   message's.
// - Advanced Trade numbers the messages of a connection, of all channels and products together. A capture
//   that keeps some of them has holes that mean nothing, so a missing number is counted (left_out) and is
//   no gap event.
// - An l2 update before any snapshot of its product is preceded by a gap event.
// - Trades of a snapshot happened before: flag kFlagVenueSnapshot. Trades of one message are put in order
//   of their ids.
// - Candles are of five minutes and say nowhere that they are closed: one becomes a bar when a message of
//   the channel is stamped after its end; of a snapshot those that had ended, flagged kFlagVenueSnapshot.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "feeds/files/venue_decoder.h"

namespace lockstep::feeds {

class CoinbaseDecoder final : public VenueDecoder {
 public:
  explicit CoinbaseDecoder(MarketTable& markets) : VenueDecoder(markets) {}

 private:
  struct OpenCandle {
    TimeNs end_ts_ns = kNoTime;
    Bar bar{};
  };

  void on_message(JsonObject& root) override;
  void on_rest(std::string_view url, JsonObject& root) override;
  void on_restart() override;
  std::optional<Described> describe(std::string_view symbol) const override;

  void on_l2(JsonObject& event, std::uint64_t sequence, TimeNs sent_ts_ns);
  void on_trades(JsonObject& event, std::uint64_t sequence);
  void on_tickers(JsonObject& event, std::uint64_t sequence, TimeNs sent_ts_ns);
  void on_candles(JsonObject& event, TimeNs sent_ts_ns);
  void on_exchange_message(std::string_view type, JsonObject& root);
  void on_exchange_update(JsonObject& root);
  void emit_trade(InstrumentId id, JsonObject& entry, std::string_view maker_side, std::uint64_t sequence,
                  std::uint8_t flags);
  void finish_book(BookDraft& draft, bool is_snapshot);
  TimeNs cached_time(std::string_view text);

  InstrumentId of(std::string_view symbol) { return market("coinbase", symbol); }

  bool has_sequence_ = false;
  std::uint64_t next_sequence_ = 0;
  std::map<InstrumentId, bool> book_seen_;  // whether its want of a snapshot was reported or ended
  std::map<InstrumentId, OpenCandle> open_candles_;
  std::string time_text_;
  TimeNs time_ns_ = kNoTime;
};

}  // namespace lockstep::feeds
