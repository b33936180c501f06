#include "tests/support/events.h"

namespace lockstep::test {
namespace {

Event market_event(TimeNs ts_ns, Kind kind, std::uint8_t detail, InstrumentId instrument) {
  Event event;
  event.recv_ts_ns = ts_ns;
  event.exch_ts_ns = ts_ns;
  event.instrument = instrument;
  event.kind = kind;
  event.detail = detail;
  return event;
}

}  // namespace

Instrument plain_instrument(const std::string& symbol, const std::string& venue) {
  Instrument out;
  out.symbol = symbol;
  out.venue = venue;
  out.base = symbol;
  out.quote = "USD";
  out.settle = "USD";
  out.kind = InstrumentKind::linear_perpetual;
  out.price_scale = 0;
  out.qty_scale = 0;
  return out;
}

Event trade(TimeNs exch_ts_ns, Price price, Qty qty, Side aggressor, InstrumentId instrument) {
  Event event = market_event(exch_ts_ns, Kind::trade, static_cast<std::uint8_t>(aggressor), instrument);
  event.set(Trade{price, qty, 0, 0, 0});
  return event;
}

Event quote(TimeNs exch_ts_ns, Price bid_price, Qty bid_qty, Price ask_price, Qty ask_qty,
            InstrumentId instrument) {
  Event event = market_event(exch_ts_ns, Kind::quote, 0, instrument);
  event.set(Quote{bid_price, ask_price, bid_qty, ask_qty, 0});
  return event;
}

Event bar(TimeNs end_ts_ns, const Bar& prices, BarSpec spec, InstrumentId instrument) {
  Event event = market_event(end_ts_ns, Kind::bar, *pack(spec), instrument);
  event.set(prices);
  return event;
}

Event gap(TimeNs exch_ts_ns, InstrumentId instrument) {
  Event event =
      market_event(exch_ts_ns, Kind::gap, static_cast<std::uint8_t>(GapReason::sequence), instrument);
  event.set(Gap{});
  return event;
}

Event status(TimeNs exch_ts_ns, TradingStatus status, InstrumentId instrument) {
  Event event = market_event(exch_ts_ns, Kind::status, static_cast<std::uint8_t>(status), instrument);
  event.set(StatusChange{});
  return event;
}

Event control(TimeNs recv_ts_ns, Kind kind, const Control& payload) {
  Event event;
  event.recv_ts_ns = recv_ts_ns;
  event.kind = kind;
  event.set(payload);
  return event;
}

Entry book(TimeNs exch_ts_ns, BookAction action, const std::vector<Level>& bids,
           const std::vector<Level>& asks, InstrumentId instrument) {
  Entry entry{market_event(exch_ts_ns, Kind::book, static_cast<std::uint8_t>(action), instrument), bids};
  entry.levels.insert(entry.levels.end(), asks.begin(), asks.end());
  BookUpdate update{};
  update.bid_count = static_cast<std::uint32_t>(bids.size());
  update.ask_count = static_cast<std::uint32_t>(asks.size());
  entry.event.set(update);
  return entry;
}

Tape& Tape::add(const Entry& entry) {
  Event event = entry.event;
  if (event.kind == Kind::book) {
    auto update = event.as<BookUpdate>();
    update.first_level = static_cast<std::uint32_t>(levels_.size());
    event.set(update);
  }
  events_.push_back(event);
  levels_.insert(levels_.end(), entry.levels.begin(), entry.levels.end());
  return *this;
}

Result<Source::Pull> Tape::pull(Batch& out) {
  if (next_ == events_.size()) {
    if (error_) return *error_;
    return Pull::end;
  }
  const std::size_t count = std::min(batch_size_, events_.size() - next_);
  out.events = std::span<const Event>(events_).subspan(next_, count);
  out.levels = levels_;
  next_ += count;
  return Pull::events;
}

Status Tape::seek(std::uint64_t event_number) {
  if (event_number > events_.size()) return Error{ErrorCode::bad_input, "tape", "it is shorter than that"};
  next_ = event_number;
  return Done{};
}

}  // namespace lockstep::test
