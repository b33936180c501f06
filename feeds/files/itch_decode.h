// ITCH messages as events, one file's worth: knows the file's stocks, keeps its books so as to fill in what
// order messages leave unsaid, and counts what is no event. Owned by the importer; never reads a file.
//
// A, F: order_action add.
// E, C: order_action execute; of C with printable N: kIsNoTrade.
// X, D: order_action cancel.
// U: a cancel of the old order and an add of the new one.
// P: trade, aggressor unknown, conditions 'P'.
// Q: trade of an auction, conditions the cross type.
// R: definition, and a clear: the book of the day begins.
// H, Y, h: status. venue_action has the type in bits 0-7, the state in 8-15, for h the market in 16-23;
//   venue_reason the letters of H's reason, the first lowest. A halt on another market (h with B or X)
//   restates the status as it is.
// I: statistics auction_imbalance (reference price, imbalance, negative for sells), auction_paired (near
//   price, paired) and uncrossing_price (far price), where those prices are given; venue_flags: cross type in
//   bits 0-7, direction in 8-15, price variation in 16-23.
// O: statistic indicative_opening_price (near price).
// J: statistics 17 and 18, upper and lower limit.
// S: a timer event of no instrument, whose id is the event code's letter.
// L, V, W, K, N, B: counted.
//
// OrderAction::sequence and Trade::sequence are the message's number in the file, from 1.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "feeds/files/import.h"
#include "feeds/files/itch_orders.h"

namespace lockstep::feeds::itch {

class Decoder {
 public:
  static constexpr int kPriceScale = 4;

  /// How prices and quantities of the wire become those of the instruments.
  struct Units {
    std::int64_t price = 1;
    std::int64_t qty = 1;
  };

  /// `units` by instrument; `definitions` as the instruments' terms are. Times are midnight_ts_ns + those of
  /// the messages.
  Decoder(TimeNs midnight_ts_ns, std::vector<Units> units, std::vector<Definition> definitions);

  /// The instrument of a stock; kNoInstrument: it is left out, and so are its messages. Before its first
  /// message.
  void set_instrument(std::uint16_t locate, InstrumentId instrument);

  /// Appends the events of a message. Errors (nothing appended): a locate code without a stock directory
  /// message; an order that does not rest, or rests already; a letter, size or time that cannot be.
  Status decode(const std::uint8_t* message, EventBatch& out);

  /// Messages by type that were no event, with those of stocks that were left out under '\0'.
  [[nodiscard]] const std::array<std::uint64_t, 256>& silent() const { return silent_; }

 private:
  struct State {
    TradingStatus status = TradingStatus::unknown;
    TradingStatus before_halt = TradingStatus::unknown;  // of an operational halt
    bool is_short_sell_restricted = false;
  };
  struct Handler;

  TimeNs midnight_ts_ns_;
  std::vector<Units> units_;
  std::vector<Definition> definitions_;
  std::vector<State> states_;              // by instrument
  std::vector<InstrumentId> instruments_;  // by locate code
  std::vector<char> has_directory_;        // by locate code: its stock directory message has come
  Books books_;
  OrderCompleter completer_;
  std::array<std::uint64_t, 256> silent_{};
  std::uint64_t sequence_ = 0;
};

}  // namespace lockstep::feeds::itch
