#include "feeds/files/dbn_decode.h"

#include <array>
#include <cstring>

namespace lockstep::feeds::dbn {
namespace {

template <class Wire>
Wire read(const RecordView& record) {
  LOCKSTEP_CHECK(record.bytes.size() == sizeof(Wire), "the layout was not checked before");
  Wire wire;
  std::memcpy(&wire, record.bytes.data(), sizeof wire);
  return wire;
}

std::string letter_text(char letter) {
  const bool is_printable = letter >= ' ' && letter <= '~';
  if (is_printable) return {'\'', letter, '\''};
  return "byte " + std::to_string(static_cast<unsigned char>(letter));
}

std::uint64_t byte_at(char letter, int position) {
  return std::uint64_t{static_cast<unsigned char>(letter)} << static_cast<unsigned>(position);
}
std::uint64_t bits_at(std::uint64_t value, int position) {
  return value << static_cast<unsigned>(position);
}

// Statistics whose value is a price on the instrument's grid. Averages, volatilities and deltas are finer.
bool is_price(std::uint16_t type) {
  switch (type) {
    case 1:   // opening
    case 2:   // indicative opening
    case 3:   // settlement
    case 4:   // session low
    case 5:   // session high
    case 7:   // lowest offer
    case 8:   // highest bid
    case 10:  // fixing
    case 11:  // close
    case 12:  // net change
    case 16:  // uncrossing
    case 17:  // upper limit
    case 18:  // lower limit
    case 20:  // indicative close
      return true;
    default: return false;
  }
}

// Nothing where the record leaves the status as it was.
std::optional<TradingStatus> status_of(const StatusRecord& wire) {
  switch (wire.action) {
    case 1: return TradingStatus::pre_open;
    case 3: return TradingStatus::quoting_only;
    case 2:                                 // pre-cross
    case 4:                                 // cross
    case 5: return TradingStatus::auction;  // rotation
    case 7: return TradingStatus::trading;
    case 8:                                 // halt
    case 10: return TradingStatus::halted;  // suspended
    case 9: return TradingStatus::paused;
    case 12:                                // close
    case 13: return TradingStatus::closed;  // post-close
    case 15: return TradingStatus::not_available;
    default: break;
  }
  // The rest are not states by themselves: CME announces new price indications while it trades.
  if (wire.is_trading == 'Y') return TradingStatus::trading;
  const bool is_call = wire.action == 6 || wire.action == 11;  // new price indication, pre-close
  return is_call ? std::optional(TradingStatus::auction) : std::nullopt;
}

std::optional<BarSpec> bar_spec(Schema schema) {
  switch (schema) {
    case Schema::ohlcv_1s: return BarSpec{BarUnit::second, 1, BarSide::trade};
    case Schema::ohlcv_1m: return BarSpec{BarUnit::minute, 1, BarSide::trade};
    case Schema::ohlcv_1h: return BarSpec{BarUnit::hour, 1, BarSide::trade};
    case Schema::ohlcv_1d: return BarSpec{BarUnit::day, 1, BarSide::trade};
    case Schema::none: break;
  }
  return std::nullopt;
}

std::uint8_t event_flags(std::uint8_t wire) {
  const bool is_snapshot = (wire & kSnapshot) != 0;
  const bool is_doubtful = (wire & kMaybeBadBook) != 0 || ((wire & kBadReceiveTime) != 0 && !is_snapshot);
  return static_cast<std::uint8_t>((is_snapshot ? kFlagVenueSnapshot : 0) |
                                   (is_doubtful ? kFlagSuspicious : 0));
}

}  // namespace

Decoder::Decoder(InstrumentTable& table, const std::optional<Metadata>& metadata, Schema schema)
    : symbology_(table, metadata),
      schema_(metadata && metadata->schema != static_cast<std::uint16_t>(Schema::none)
                  ? static_cast<Schema>(metadata->schema)
                  : schema) {}

Status Decoder::decode(const RecordView& record, EventBatch& out) {
  const std::size_t events_before = out.events.size();
  const std::size_t levels_before = out.levels.size();
  out_ = &out;
  problem_.reset();
  switch (record.header.rtype) {
    case kMbo: mbo(record); break;
    case kTrades: trade(record); break;
    case kMbp10: mbp10(record); break;
    case kMbp1:
    case kTbbo: quote(record, false, false); break;
    case kCmbp1:
    case kTcbbo: quote(record, false, true); break;
    case kBbo1s:
    case kBbo1m: quote(record, true, false); break;
    case kCbbo1s:
    case kCbbo1m: quote(record, true, true); break;
    case kOhlcvOfSchema: bar(record, schema_); break;
    case kOhlcv1s: bar(record, Schema::ohlcv_1s); break;
    case kOhlcv1m: bar(record, Schema::ohlcv_1m); break;
    case kOhlcv1h: bar(record, Schema::ohlcv_1h); break;
    case kOhlcv1d:
    case kOhlcvEod: bar(record, Schema::ohlcv_1d); break;
    case kDefinition: definition(record); break;
    case kStatus: status(record); break;
    case kImbalance: imbalance(record); break;
    case kStatistics: statistics(record); break;
    case kError: error(record); break;
    case kSymbolMapping: symbol_mapping(record); break;
    case kSystem: ++silent_.system; break;
    default: problem(type_name(record.header.rtype) + " is not known");
  }
  if (!problem_) return Done{};
  out.events.resize(events_before);
  out.levels.resize(levels_before);
  return Error{ErrorCode::bad_input, "", *problem_};
}

void Decoder::problem(const std::string& what) {
  if (!problem_) problem_ = what;
}

TimeNs Decoder::time(std::uint64_t ts, const char* name) {
  if (ts == kUndefinedTime) return kNoTime;
  if (ts > static_cast<std::uint64_t>(INT64_MAX)) {
    problem(std::string(name) + " is " + std::to_string(ts) + ", after the year 2262");
    return kNoTime;
  }
  return static_cast<TimeNs>(ts);
}

Price Decoder::price(std::int64_t value, const char* name) {
  if (value == kUndefinedPrice) return kNoPrice;
  if (value == kNoPrice) problem(std::string(name) + " is -2^63, which is no price");
  return value;
}

Side Decoder::side(char letter) {
  if (letter == 'B') return Side::buy;
  if (letter == 'A') return Side::sell;
  if (letter != 'N') problem("side is " + letter_text(letter) + "; expected 'A', 'B' or 'N'");
  return Side::none;
}

Decoder::BookState& Decoder::state_of(InstrumentId instrument) {
  if (instrument >= states_.size()) states_.resize(std::size_t{instrument} + 1);
  return states_[instrument];
}

Event Decoder::begin(const Header& header, std::uint64_t ts_recv, Kind kind, std::uint8_t flags) {
  Event event;
  event.kind = kind;
  event.flags = event_flags(flags);
  event.recv_ts_ns = time(ts_recv, "ts_recv");
  event.exch_ts_ns = time(header.ts_event, "ts_event");
  if (event.recv_ts_ns == kNoTime && event.exch_ts_ns == kNoTime)
    problem("neither ts_recv nor ts_event is given");
  return event;
}

void Decoder::find_instrument(Event& event, const Header& header, const std::string* defined_as) {
  const TimeNs ts_ns = event.recv_ts_ns != kNoTime ? event.recv_ts_ns : event.exch_ts_ns;
  event.instrument = symbology_.find(header.publisher_id, header.instrument_id, ts_ns, defined_as);
}

void Decoder::gap(const Event& like, GapReason reason) {
  out_->events.push_back(gap_before(like, reason, Gap{0, 0, 0, kNoTime, 0}));
}

void Decoder::mbo(const RecordView& record) {
  const auto wire = read<MboRecord>(record);
  Event event = begin(wire.hd, wire.ts_recv, Kind::order_action, wire.flags);
  OrderActionType type = OrderActionType::add;
  bool does_not_change_book = false;
  switch (wire.action) {
    case 'A': break;
    case 'M': type = OrderActionType::modify; break;
    case 'C': type = OrderActionType::cancel; break;
    case 'R': type = OrderActionType::clear; break;
    case 'T':
    case 'F':
      type = wire.action == 'T' ? OrderActionType::trade : OrderActionType::execute;
      does_not_change_book = true;
      break;
    case 'N': break;
    default: problem("action is " + letter_text(wire.action) + "; expected one of A C F M N R T");
  }
  OrderAction action{.order_id = wire.order_id,
                     .price = price(wire.price, "price"),
                     .qty = wire.size,
                     .sequence = wire.sequence,
                     .side = static_cast<std::uint32_t>(side(wire.side)),
                     .venue_flags = static_cast<std::uint32_t>(wire.flags | wire.channel_id << 8) |
                                    (does_not_change_book ? kDoesNotChangeBook : 0U)};
  const bool is_top = (wire.flags & kTopOfBook) != 0 && wire.action == 'A';
  check_order(wire.action, action, is_top);
  if (problem_) return;
  find_instrument(event, wire.hd);
  mark_book(event, wire.flags);
  if (wire.action == 'N') {
    ++silent_.no_action;
    return;
  }
  if (is_top) {
    replace_top(event, action);
    return;
  }
  if (wire.action == 'R') state_of(event.instrument).tops = {};
  event.detail = static_cast<std::uint8_t>(type);
  event.set(action);
  out_->events.push_back(event);
}

void Decoder::check_order(char action, const OrderAction& order, bool is_top) {
  const bool is_placed = action == 'A' || action == 'M';
  if (!is_placed && action != 'C') return;
  if (static_cast<Side>(order.side) == Side::none)
    problem("action " + letter_text(action) + " has no side; only T, F, N and R go without");
  if (is_placed && !is_top && order.price == kNoPrice)
    problem("action " + letter_text(action) + " has no price");
}

void Decoder::replace_top(Event event, OrderAction action) {
  OrderAction& top = state_of(event.instrument).tops[action.side == static_cast<std::uint32_t>(Side::buy)];
  const bool is_empty = action.price == kNoPrice || action.qty == 0;
  if (top.qty > 0) {
    OrderAction gone = top;
    gone.sequence = action.sequence;
    gone.venue_flags = is_empty ? action.venue_flags : action.venue_flags & ~std::uint32_t{kLast};
    event.detail = static_cast<std::uint8_t>(OrderActionType::cancel);
    event.set(gone);
    out_->events.push_back(event);
  }
  top = {};
  if (is_empty) return;
  action.order_id = action.side;
  top = action;
  event.detail = static_cast<std::uint8_t>(OrderActionType::add);
  event.set(action);
  out_->events.push_back(event);
}

void Decoder::mark_book(const Event& event, std::uint8_t flags) {
  BookState& state = state_of(event.instrument);
  const bool is_bad = (flags & kMaybeBadBook) != 0;
  if (is_bad && !state.is_bad) gap(event, GapReason::sequence);
  state.is_bad = is_bad;
}

void Decoder::push_trade(Event event, const TradeRecord& wire, std::uint64_t sequence) {
  event.kind = Kind::trade;
  event.detail = static_cast<std::uint8_t>(side(wire.side));
  const Price at = price(wire.price, "price");
  if (at == kNoPrice) problem("a trade has no price");
  event.set(lockstep::Trade{.price = at,
                            .qty = wire.size,
                            .trade_id = 0,
                            .sequence = sequence,
                            .conditions = std::uint64_t{wire.flags} | bits_at(wire.depth, 8)});
  out_->events.push_back(event);
}

void Decoder::trade(const RecordView& record) {
  const auto wire = read<TradeRecord>(record);
  Event event = begin(wire.hd, wire.ts_recv, Kind::trade, wire.flags);
  if (wire.action != 'T') problem("action is " + letter_text(wire.action) + "; expected 'T' in trades");
  if (problem_) return;
  find_instrument(event, wire.hd);
  mark_book(event, wire.flags);
  push_trade(event, wire, wire.sequence);
}

void Decoder::check_book_action(char action) {
  if (action == '\0' || std::strchr("ACFMNRT", action) == nullptr) {
    problem("action is " + letter_text(action) + "; expected one of A C F M N R T");
  }
}

void Decoder::mbp10(const RecordView& record) {
  const auto wire = read<Mbp10Record>(record);
  Event event = begin(wire.trade.hd, wire.trade.ts_recv, Kind::book, wire.trade.flags);
  check_book_action(wire.trade.action);
  side(wire.trade.side);
  BookUpdate update{};
  update.first_level = static_cast<std::uint32_t>(out_->levels.size());
  update.depth = static_cast<std::uint32_t>(wire.levels.size());
  update.first_update_id = update.last_update_id = wire.trade.sequence;
  for (const BidAsk& level : wire.levels) {
    const Price at = price(level.bid_px, "bid price");
    if (at == kNoPrice || level.bid_sz == 0) continue;
    out_->levels.push_back({at, level.bid_sz});
    ++update.bid_count;
  }
  for (const BidAsk& level : wire.levels) {
    const Price at = price(level.ask_px, "ask price");
    if (at == kNoPrice || level.ask_sz == 0) continue;
    out_->levels.push_back({at, level.ask_sz});
    ++update.ask_count;
  }
  if (problem_) return;
  find_instrument(event, wire.trade.hd);
  mark_book(event, wire.trade.flags);
  const bool is_clear = wire.trade.action == 'R' && update.bid_count + update.ask_count == 0;
  event.detail = static_cast<std::uint8_t>(is_clear ? BookAction::clear : BookAction::snapshot);
  event.set(update);
  out_->events.push_back(event);
  if (wire.trade.action == 'T') push_trade(event, wire.trade, wire.trade.sequence);
}

void Decoder::quote(const RecordView& record, bool is_sampled, bool is_consolidated) {
  const auto wire = read<Mbp1Record>(record);
  const std::uint64_t sequence = is_consolidated ? 0 : wire.trade.sequence;
  Event event = begin(wire.trade.hd, wire.trade.ts_recv, Kind::quote, wire.trade.flags);
  if (is_sampled) {
    if (event.recv_ts_ns == kNoTime) problem("ts_recv, the end of the interval, is not given");
    event.exch_ts_ns = kNoTime;
  } else {
    check_book_action(wire.trade.action);
  }
  side(wire.trade.side);
  Quote best{.bid_price = price(wire.level.bid_px, "bid price"),
             .ask_price = price(wire.level.ask_px, "ask price"),
             .bid_qty = wire.level.bid_sz,
             .ask_qty = wire.level.ask_sz,
             .update_id = sequence};
  if (best.bid_price == kNoPrice) best.bid_qty = 0;
  if (best.ask_price == kNoPrice) best.ask_qty = 0;
  if (problem_) return;
  find_instrument(event, wire.trade.hd);
  mark_book(event, wire.trade.flags);
  event.set(best);
  out_->events.push_back(event);
  if (!is_sampled && wire.trade.action == 'T') {
    TradeRecord printed = wire.trade;
    if (is_consolidated) printed.depth = 0;  // reserved there
    push_trade(event, printed, sequence);
  }
}

void Decoder::bar(const RecordView& record, Schema schema) {
  const auto wire = read<OhlcvRecord>(record);
  const std::optional<BarSpec> spec = bar_spec(schema);
  if (!spec) {
    problem("the length of this bar is not known; set schema to ohlcv-1s, ohlcv-1m, ohlcv-1h or ohlcv-1d");
    return;
  }
  Event event = begin(wire.hd, kUndefinedTime, Kind::bar, 0);
  if (wire.volume > static_cast<std::uint64_t>(INT64_MAX))
    problem("volume is " + std::to_string(wire.volume));
  event.set(Bar{.open = price(wire.open, "open"),
                .high = price(wire.high, "high"),
                .low = price(wire.low, "low"),
                .close = price(wire.close, "close"),
                .volume = static_cast<Qty>(wire.volume)});
  if (problem_) return;
  find_instrument(event, wire.hd);  // by its start: a day's bar ends on the next day
  const DurationNs length_ns = bar_length(*spec);
  if (__builtin_add_overflow(event.exch_ts_ns, length_ns, &event.exch_ts_ns))
    problem("the bar ends after the year 2262");
  event.detail = pack(*spec).value();
  out_->events.push_back(event);
}

void Decoder::definition(const RecordView& record) {
  terms_ = read_terms(record.bytes);
  Event event = begin(record.header, terms_.ts_recv, Kind::definition, 0);
  const Price strike = price(terms_.strike, "strike_price");
  const TimeNs expiry_ts_ns = time(terms_.expiry_ts, "expiration");
  if (problem_) return;
  find_instrument(event, record.header, &terms_.symbol);
  // Zeros stand for what the record leaves open; see FinalUnits.
  event.set(Definition{.tick = terms_.tick == kUndefinedPrice ? 0 : terms_.tick,
                       .lot = 0,
                       .multiplier = terms_.multiplier,
                       .expiry_ts_ns = expiry_ts_ns,
                       .strike = strike == kNoPrice ? 0 : strike});
  out_->events.push_back(event);
}

void Decoder::status(const RecordView& record) {
  const auto wire = read<StatusRecord>(record);
  Event event = begin(wire.hd, wire.ts_recv, Kind::status, 0);
  if (problem_) return;
  find_instrument(event, wire.hd);
  BookState& state = state_of(event.instrument);
  if (const std::optional<TradingStatus> now = status_of(wire)) state.status = *now;
  event.detail = static_cast<std::uint8_t>(state.status);
  event.set(StatusChange{.venue_action = wire.action,
                         .venue_reason = wire.reason | bits_at(wire.trading_event, 16) |
                                         byte_at(wire.is_trading, 32) | byte_at(wire.is_quoting, 40),
                         .short_sell_restricted = wire.is_short_sell_restricted == 'Y' ? 1U : 0U,
                         .unused = {}});
  out_->events.push_back(event);
}

void Decoder::imbalance(const RecordView& record) {
  const auto wire = read<ImbalanceRecord>(record);
  Event event = begin(wire.hd, wire.ts_recv, Kind::statistic, 0);
  Statistic statistic{};
  const Qty imbalance = wire.total_imbalance_qty;
  statistic.value = price(wire.ref_price, "ref_price");
  statistic.qty = side(wire.side) == Side::sell ? -imbalance : imbalance;
  statistic.reference_ts_ns = time(wire.auction_time, "auction_time");
  statistic.type = static_cast<std::uint32_t>(StatisticType::auction_imbalance);
  statistic.value_scale = 9;
  statistic.venue_flags = byte_at(wire.auction_type, 0) | byte_at(wire.side, 8) |
                          bits_at(wire.auction_status, 16) | bits_at(wire.freeze_status, 24) |
                          bits_at(wire.num_extensions, 32) | byte_at(wire.unpaired_side, 40) |
                          byte_at(wire.significant_imbalance, 48);
  const Price indicative = price(wire.ind_match_price, "ind_match_price");
  if (problem_) return;
  find_instrument(event, wire.hd);
  event.detail = 1;
  event.set(statistic);
  out_->events.push_back(event);
  statistic.value = indicative;
  statistic.qty = wire.paired_qty;
  statistic.type = static_cast<std::uint32_t>(StatisticType::auction_paired);
  event.set(statistic);
  out_->events.push_back(event);
}

void Decoder::statistics(const RecordView& record) {
  const auto push = [&](const auto& wire, std::int64_t undefined_qty) {
    Event event = begin(wire.hd, wire.ts_recv, Kind::statistic, 0);
    const Statistic statistic{.value = price(wire.price, "price"),
                              .qty = wire.quantity == undefined_qty ? INT64_MIN : std::int64_t{wire.quantity},
                              .reference_ts_ns = time(wire.ts_ref, "ts_ref"),
                              .type = wire.stat_type,
                              .value_scale = 9,
                              .venue_flags = wire.stat_flags | bits_at(wire.update_action, 8) |
                                             bits_at(wire.channel_id, 16) | bits_at(wire.sequence, 32)};
    if (problem_) return;
    find_instrument(event, wire.hd);
    event.detail = is_price(wire.stat_type) ? 1 : 0;
    event.set(statistic);
    out_->events.push_back(event);
  };
  if (record.bytes.size() == sizeof(StatisticsV1Record)) {
    push(read<StatisticsV1Record>(record), kUndefinedQty32);
  } else {
    push(read<StatisticsV3Record>(record), kUndefinedQty64);
  }
}

void Decoder::error(const RecordView& record) {
  std::string text;
  std::uint8_t code = 0;
  if (record.bytes.size() == sizeof(ErrorV1Record)) {
    text = text_of(read<ErrorV1Record>(record).text);
  } else {
    const auto wire = read<ErrorV2Record>(record);
    text = text_of(wire.text);
    code = wire.code;
  }
  if (code == kErrorSkippedRecords) {
    const Event event =
        begin(record.header, record.header.ts_event, Kind::gap, 0);  // no instrument: every book
    if (problem_) return;
    gap(event, GapReason::disconnected);
  }
  if (silent_.errors++ == 0) silent_.first_error = text;
}

void Decoder::symbol_mapping(const RecordView& record) {
  std::string symbol_in;
  std::string symbol_out;
  if (record.bytes.size() == sizeof(SymbolMappingV1Record)) {
    const auto wire = read<SymbolMappingV1Record>(record);
    symbol_in = text_of(wire.symbol_in);
    symbol_out = text_of(wire.symbol_out);
  } else {
    const auto wire = read<SymbolMappingV2Record>(record);
    symbol_in = text_of(wire.symbol_in);
    symbol_out = text_of(wire.symbol_out);
  }
  ++silent_.symbol_mappings;
  // Live, the out symbol is the venue's own; asked for as ids, it is the id again and the in symbol has the
  // name.
  const std::string id = std::to_string(record.header.instrument_id);
  for (const std::string& symbol : {symbol_out, symbol_in}) {
    if (symbol.empty() || symbol == id) continue;
    symbology_.rename(record.header.instrument_id, symbol);
    return;
  }
}

}  // namespace lockstep::feeds::dbn
