// What the decoders of the venues' JSON messages share. A decoder turns one message into events, in the
// units of a MarketTable; between messages it remembers only what the venue's protocol asks a client to
// remember. It reads no file and no clock, so that a capture and a live connection use the same one.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event/event.h"
#include "feeds/files/import.h"
#include "feeds/files/json_object.h"
#include "feeds/files/market_table.h"

namespace lockstep::feeds {

class VenueDecoder {
 public:
  /// `markets` must outlive the decoder; several decoders may share it.
  explicit VenueDecoder(MarketTable& markets) : markets_(&markets) {}
  virtual ~VenueDecoder() = default;
  VenueDecoder(const VenueDecoder&) = delete;
  VenueDecoder& operator=(const VenueDecoder&) = delete;

  /// One message as the venue sent it, received at `recv_ts_ns`. Appends its events (none for a message that
  /// carries no market data); on an error, which says what is wrong with the message, nothing is appended.
  /// While the table is learning the events have their kinds and times but no prices.
  Status decode(std::string_view json, TimeNs recv_ts_ns, EventBatch& out);
  /// The answer to a REST request to `url`: an instrument list or a book snapshot.
  Status decode_rest(std::string_view url, std::string_view json, TimeNs recv_ts_ns, EventBatch& out);

  /// Forgets what earlier messages said, as after a new connection to another feed, and what was left out.
  void restart() {
    left_out_.clear();
    on_restart();
  }

  /// Messages or values that became no event, by what they are: `control`, `kline that is not closed` ...
  [[nodiscard]] const std::map<std::string, std::uint64_t>& left_out() const { return left_out_; }

 protected:
  virtual void on_message(JsonObject& root) = 0;
  virtual void on_rest(std::string_view url, JsonObject& root) = 0;
  virtual void on_restart() = 0;
  /// What the symbol alone says about an instrument, or nothing if this decoder cannot describe it.
  struct Described {
    Instrument instrument;
    std::string strike;  ///< as text, because the scale is not known yet
    bool contract_size_known = true;
  };
  virtual std::optional<Described> describe(std::string_view symbol) const = 0;

  /// kNoInstrument if the symbol cannot be described (it is then counted as left out). `venue` is the
  /// instrument's.
  InstrumentId market(std::string_view venue, std::string_view symbol);
  Price price(InstrumentId id, std::string_view text) { return markets_->price(id, text, fault_); }
  Price derived_price(InstrumentId id, std::string_view text) {
    return markets_->derived_price(id, text, fault_);
  }
  Qty qty(InstrumentId id, std::string_view text) { return markets_->qty(id, text, fault_); }
  /// A number or a UUID; anything else is a fault (see read_trade_id).
  std::uint64_t trade_id(std::string_view text);
  /// Milliseconds since the epoch as nanoseconds.
  TimeNs from_ms(std::uint64_t ms);
  TimeNs from_rfc3339(std::string_view text);

  void leave_out(std::string_view what, std::uint64_t count = 1);

  /// Appends an event at the message's receive time.
  template <class Payload>
  Event& emit(Kind kind, InstrumentId id, TimeNs exch_ts_ns, const Payload& payload, std::uint8_t detail = 0,
              std::uint8_t flags = 0) {
    Event event;
    event.recv_ts_ns = recv_ts_ns_;
    event.exch_ts_ns = exch_ts_ns;
    event.instrument = id;
    event.flags = flags;
    event.detail = detail;
    event.kind = kind;
    event.set(payload);
    out_->events.push_back(event);
    return out_->events.back();
  }
  /// A quote. A side whose quantity is zero or not given is absent.
  void emit_quote(InstrumentId id, TimeNs exch_ts_ns, std::string_view bid_price, std::string_view bid_qty,
                  std::string_view ask_price, std::string_view ask_qty, std::uint64_t update_id);
  /// Prices and open interest that are empty were not given; nothing is emitted when all are.
  void emit_mark(InstrumentId id, TimeNs exch_ts_ns, std::string_view mark, std::string_view index,
                 std::string_view open_interest);
  /// A forecast of the next funding payment; `rate` is a decimal fraction.
  void emit_funding(InstrumentId id, TimeNs exch_ts_ns, std::string_view rate, TimeNs settle_ts_ns,
                    DurationNs interval_ns, std::string_view mark);
  /// A value with decimals of its own; nothing for an empty one.
  void emit_statistic(InstrumentId id, TimeNs exch_ts_ns, StatisticType type, std::string_view value);
  /// Those fields of an object that are there, in this order.
  struct StatisticField {
    std::string_view key;
    StatisticType type;
  };
  void emit_statistics(InstrumentId id, TimeNs exch_ts_ns, JsonObject& object,
                       std::initializer_list<StatisticField> fields);
  struct BarKeys {
    std::string_view open, high, low, close, volume;
  };
  Bar read_bar(InstrumentId id, JsonObject& object, const BarKeys& keys);
  /// A closed bar, by its last millisecond; `interval` is what the venue calls its length, for the fault
  /// where it is none that a BarSpec can say.
  void emit_bar(InstrumentId id, TimeNs last_ms_ns, const Bar& bar, const std::optional<BarSpec>& spec,
                std::string_view interval);
  void emit_gap(InstrumentId id, TimeNs exch_ts_ns, GapReason reason, std::uint64_t expected,
                std::uint64_t found, TimeNs from_ts_ns);

  /// The levels of one book update; bids have to be given before asks.
  struct BookDraft {
    InstrumentId id;
    TimeNs exch_ts_ns = kNoTime;
    BookUpdate update{};
  };
  BookDraft begin_book(InstrumentId id, TimeNs exch_ts_ns);
  void add_bid(BookDraft& draft, std::string_view price_text, std::string_view qty_text);
  void add_ask(BookDraft& draft, std::string_view price_text, std::string_view qty_text);
  /// Rows `[price, qty, ...]` of both sides.
  void add_rows(BookDraft& draft, JsonObject& object, std::string_view bids_key, std::string_view asks_key);
  /// Whether the differences of one book follow one another: not before a snapshot, and not after a gap until
  /// the next.
  struct BookChain {
    bool whole = false;
    bool reported = false;  ///< the gap that makes it not whole
    std::uint64_t last_id = 0;
    TimeNs last_recv_ts_ns = kNoTime;
  };
  /// Ends the draft as the next of its chain, behind a gap event where it does not follow: `expected` is the
  /// id that it should name, `found` the one that it names.
  void end_linked_book(BookChain& chain, const BookDraft& draft, bool is_snapshot, std::uint64_t expected,
                       std::uint64_t found);
  /// A whole book that a venue sends once, for differences to follow, restates what happened before:
  /// kFlagVenueSnapshot. One that it sends again and again (the best levels) does not.
  void end_book(const BookDraft& draft, BookAction action, std::uint8_t flags = 0);

  [[nodiscard]] bool failed() const { return fault_.any(); }
  void fail(std::string what) { fault_.report(std::move(what)); }
  [[nodiscard]] MarketTable& markets() { return *markets_; }
  [[nodiscard]] EventBatch& out() { return *out_; }
  [[nodiscard]] TimeNs recv_ts_ns() const { return recv_ts_ns_; }
  [[nodiscard]] Fault& fault() { return fault_; }

 private:
  template <class Read>
  Status run(std::string_view json, TimeNs recv_ts_ns, EventBatch& out, Read read);

  MarketTable* markets_;
  JsonMessage message_;
  Fault fault_;
  EventBatch* out_ = nullptr;
  TimeNs recv_ts_ns_ = kNoTime;
  std::map<std::string, std::uint64_t> left_out_;
  std::vector<std::pair<std::string, std::uint64_t>> pending_left_out_;
};

/// The value after `key=` in a URL's query; empty if it is not there.
std::string_view query_value(std::string_view url, std::string_view key);

}  // namespace lockstep::feeds
