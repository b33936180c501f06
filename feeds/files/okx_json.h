// OKX v5's public messages as events: books (all depths), bbo-tbt, trades, tickers, mark-price,
// open-interest, funding-rate, opt-summary, and the REST instrument list. Owned by an importer or a live
// feed.
//
// What is decided here:
// - Of several book channels of an instrument the deepest becomes events.
// - A book message with a checksum is checked: CRC-32 of the best 25 levels of both sides,
//   `bid:size:ask:size:...`, as OKX documents it. A wrong one has a gap event before it (a snapshot: behind
//   it) with the stated checksum as `expected` and ours as `found`. Where the venue sends prevSeqId, it
//   must be the seqId before. After either the book is not whole until a snapshot.
// - Sizes of derivatives are contracts. Their size is in the instrument list; without it, coin-margined
//   ones have 100 USD for BTC and 10 USD for others, and for the rest a note says that 1 was assumed.
// - index-tickers are left out: an index has the name of a spot instrument but is none. So are messages of
//   API version 3.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "feeds/files/venue_decoder.h"

namespace lockstep::feeds {

class OkxDecoder final : public VenueDecoder {
 public:
  explicit OkxDecoder(MarketTable& markets) : VenueDecoder(markets) {}

 private:
  struct LevelText {
    std::string price;  ///< as sent: the checksum is over these
    std::string qty;
  };
  struct BookState {
    bool whole = false;
    bool reported = false;
    std::int64_t sequence = -1;  ///< -1: none
    TimeNs last_recv_ts_ns = kNoTime;
    std::map<Price, LevelText, std::greater<>> bids;
    std::map<Price, LevelText> asks;
  };

  void on_message(JsonObject& root) override;
  void on_rest(std::string_view url, JsonObject& root) override;
  void on_restart() override { books_.clear(); }
  std::optional<Described> describe(std::string_view symbol) const override;

  void on_book(std::string_view channel, std::string_view symbol, std::string_view action, JsonObject& entry);
  void on_best(std::string_view symbol, JsonObject& entry);
  void on_trade(std::string_view channel, JsonObject& entry);
  void on_ticker(JsonObject& entry);
  void on_funding(JsonObject& entry);
  void on_option_summary(JsonObject& entry);
  void check_book(const BookDraft& draft, BookState& book, bool is_snapshot, std::int64_t previous,
                  std::string_view checksum);
  static std::uint32_t checksum_of(const BookState& book);

  InstrumentId of(std::string_view symbol) { return market("okx", symbol); }
  std::int64_t signed_integer(JsonObject& entry, std::string_view key, std::int64_t otherwise);

  std::map<InstrumentId, BookState> books_;
};

}  // namespace lockstep::feeds
