// From records of Databento to events. Owns the little state that this needs: what ids mean by now, which
// books are marked as bad, each instrument's last trading status. Never reads a file.
//
// record              events, in this order
//
// mbo                 one order action (action N: none). Of a venue that shows only the top of its book
//                     (TOP_OF_BOOK), an add replaces what stood on its side: a cancel and an add of the order
//                     1 (buy) or 2 (sell), and without a price or size the cancel alone
//
// mbp-10              the book's top ten as a snapshot (clear, if the book was cleared); a trade if action T
//
// mbp-1 tbbo          a quote; a trade if action T. The quote shows the market before the trade took effect.
// cmbp-1 tcbbo        The same.
//
// bbo, cbbo           of 1 s and 1 m: a quote without exchange time. ts_recv is the end of the interval,
//                     ts_event that of the last trade, which is not repeated.
//
// trades              a trade
//
// ohlcv               a bar; exch_ts_ns is its END, there is no receive time
//
// definition          a definition
//
// status              a status change. venue_reason: reason in bits 0-15, trading event in 16-31, is_trading
//                     (a letter) in 32-39, is_quoting in 40-47.
//
// statistics          a statistic. venue_flags: stat_flags in bits 0-7, update_action in 8-15 (2 deletes),
//                     channel in 16-31, sequence in 32-63.
//
// imbalance           two statistics: auction_imbalance (reference price; quantity, negative: to sell) and
//                     auction_paired (indicative price; quantity). venue_flags: auction_type, side,
//                     auction_status, freeze_status, num_extensions, unpaired_side, significant_imbalance, a
//                     byte each from bit 0 up.
//
// error               a gap in everything if the gateway skipped records, else none
//
// system, mapping     none
//
// Flags: SNAPSHOT becomes kFlagVenueSnapshot; BAD_TS_RECV outside a snapshot (where it is always set) becomes
// kFlagSuspicious; MAYBE_BAD_BOOK becomes a gap before the first record that has it, per instrument, and
// kFlagSuspicious. All raw flags stay in an order action's venue_flags (bits 0-7, channel in 8-15; a fill or
// trade carries kDoesNotChangeBook: a cancel or modify that does follows) and in a trade's conditions (bits
// 0-7, depth in 8-15). Not kept: ts_in_delta; order and publisher counts of levels; the last trade of bbo
// records; flags of quotes and books; the other prices of an imbalance; ts_out. Sequence numbers count
// messages of a whole channel, so breaks in them say nothing about one instrument and are no gaps.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "feeds/files/dbn_reader.h"
#include "feeds/files/dbn_symbols.h"
#include "feeds/files/import.h"

namespace lockstep::feeds::dbn {

/// Records that became no event.
struct Silent {
  std::uint64_t system = 0;
  std::uint64_t symbol_mappings = 0;
  std::uint64_t no_action = 0;
  std::uint64_t errors = 0;
  std::string first_error;  ///< its text
};

class Decoder {
 public:
  /// `schema` stands in for the metadata's where there is none; only old bars need it.
  Decoder(InstrumentTable& table, const std::optional<Metadata>& metadata, Schema schema);

  /// Appends the record's events, with provisional instruments (see InstrumentTable), prices in 10^-9 and
  /// whole quantities. A record that makes no sense is an Error whose text has no place, and appends nothing.
  Status decode(const RecordView& record, EventBatch& out);

  /// Terms of the definition that was decoded last.
  [[nodiscard]] const Terms& terms() const { return terms_; }
  [[nodiscard]] const Silent& silent() const { return silent_; }
  [[nodiscard]] std::size_t unused_mappings() const { return symbology_.unused_mappings(); }

 private:
  struct BookState {
    bool is_bad = false;
    TradingStatus status = TradingStatus::unknown;
    std::array<OrderAction, 2> tops{};  // of a venue that shows no more; a quantity of 0: none. Asks, bids
  };

  void mbo(const RecordView& record);
  void trade(const RecordView& record);
  void mbp10(const RecordView& record);
  void quote(const RecordView& record, bool is_sampled, bool is_consolidated);
  void bar(const RecordView& record, Schema schema);
  void definition(const RecordView& record);
  void status(const RecordView& record);
  void imbalance(const RecordView& record);
  void statistics(const RecordView& record);
  void error(const RecordView& record);
  void symbol_mapping(const RecordView& record);

  /// The event that a record's kind is put into, with its times, instrument and flags.
  Event begin(const Header& header, std::uint64_t ts_recv, Kind kind, std::uint8_t flags);
  void find_instrument(Event& event, const Header& header, const std::string* defined_as = nullptr);
  void push_trade(Event event, const TradeRecord& wire, std::uint64_t sequence);
  void gap(const Event& like, GapReason reason);
  /// Adds, modifies and cancels need a side; the first two a price.
  void check_order(char action, const OrderAction& order, bool is_top);
  void replace_top(Event event, OrderAction action);
  /// A gap if the record's flags are the first to call the instrument's book bad.
  void mark_book(const Event& event, std::uint8_t flags);
  BookState& state_of(InstrumentId instrument);

  // Readings of wire values; what cannot be is the record's problem.
  TimeNs time(std::uint64_t ts, const char* name);
  Price price(std::int64_t value, const char* name);
  Side side(char letter);
  void check_book_action(char action);
  void problem(const std::string& what);

  Symbology symbology_;
  Schema schema_;
  std::vector<BookState> states_;  // by provisional instrument
  Terms terms_;
  Silent silent_;
  EventBatch* out_ = nullptr;  // of the record being decoded
  std::optional<std::string> problem_;
};

}  // namespace lockstep::feeds::dbn
