#include "feeds/files/binance_json.h"

#include <algorithm>
#include <array>

#include "feeds/files/contract_name.h"

namespace lockstep::feeds {
namespace {

constexpr int kWholeBook = 1 << 20;

bool is_coinm_symbol(std::string_view symbol) {
  const std::size_t bar = symbol.find('_');
  return bar != std::string_view::npos && symbol.substr(0, bar).ends_with("USD");
}

// 20 for `btcusdt@depth20@100ms`, 0 for a stream of differences.
int partial_depth(std::string_view stream) {
  const std::size_t at = stream.find("@depth");
  if (at == std::string_view::npos) return 0;
  const std::string_view depth = part_of(stream.substr(at + 6), '@', 0);
  return depth == "5" ? 5 : depth == "10" ? 10 : depth == "20" ? 20 : 0;
}

std::optional<BarSpec> bar_spec(std::string_view interval) {
  if (interval.size() < 2 || interval.size() > 3) return std::nullopt;
  int count = 0;
  for (const char c : interval.substr(0, interval.size() - 1)) {
    if (c < '0' || c > '9') return std::nullopt;
    count = count * 10 + (c - '0');
  }
  BarSpec spec;
  spec.count = static_cast<std::uint8_t>(count);
  switch (interval.back()) {
    case 's': spec.unit = BarUnit::second; return spec;
    case 'm': spec.unit = BarUnit::minute; return spec;
    case 'h': spec.unit = BarUnit::hour; return spec;
    case 'd': spec.unit = BarUnit::day; return spec;
    case 'w': spec.unit = BarUnit::week; return spec;
    case 'M': spec.unit = BarUnit::month; return spec;
    default: return std::nullopt;
  }
}

// The first eight letters, the first in the lowest byte.
std::uint64_t as_code(std::string_view text) {
  std::uint64_t code = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(text.size(), 8); ++i) {
    code |= static_cast<std::uint64_t>(static_cast<unsigned char>(text[i])) << (8 * i);
  }
  return code;
}

}  // namespace

std::string_view venue_name(BinanceMarket market) {
  constexpr std::array<std::string_view, 3> kNames = {"binance-spot", "binance-usdm", "binance-coinm"};
  return kNames.at(static_cast<std::size_t>(market));
}

std::optional<BinanceMarket> parse_binance_market(std::string_view text) {
  if (text == "spot") return BinanceMarket::spot;
  if (text == "usdm") return BinanceMarket::usdm;
  if (text == "coinm") return BinanceMarket::coinm;
  return std::nullopt;
}

std::optional<BinanceMarket> binance_market_of(std::string_view json) {
  JsonMessage message;
  Fault fault;
  JsonObject root = message.parse(json, fault);
  JsonObject inner = root.object_if("data");
  JsonObject& data = inner.valid() ? inner : root;
  const std::string_view type = data.text_or_empty("e");
  std::string_view symbol = data.text_or_empty("s");
  if (symbol.empty()) symbol = data.text_or_empty("symbol");
  if (is_coinm_symbol(symbol)) return BinanceMarket::coinm;
  bool spot = false;
  if (type == "depthUpdate") {
    spot = data.text_or_empty("pu").empty();
  } else if (type == "trade" || type == "aggTrade") {
    spot = !data.text_or_empty("M").empty();
  } else if (type == "bookTicker" || type == "markPriceUpdate" || type == "forceOrder") {
    spot = false;
  } else if (type.empty() && !data.text_or_empty("lastUpdateId").empty()) {
    spot = data.text_or_empty("E").empty();
  } else if (type.empty() && !data.text_or_empty("u").empty() && !data.text_or_empty("A").empty()) {
    spot = true;
  } else {
    return std::nullopt;
  }
  if (fault.any()) return std::nullopt;
  return spot ? BinanceMarket::spot : BinanceMarket::usdm;
}

std::optional<VenueDecoder::Described> BinanceDecoder::describe(std::string_view symbol) const {
  Described described;
  Instrument& instrument = described.instrument;
  instrument.symbol = symbol;
  instrument.venue = venue_name(market_);
  const std::string_view name = part_of(symbol, '_', 0);
  const std::string_view contract = part_of(symbol, '_', 1);
  if (const auto pair = split_pair(name)) {
    instrument.base = pair->base;
    instrument.quote = pair->quote;
  }
  instrument.settle = instrument.quote;
  const auto expiry = expiry_from_yymmdd(contract);
  if (expiry) instrument.expiry_ts_ns = *expiry;
  switch (market_) {
    case BinanceMarket::spot: instrument.kind = InstrumentKind::spot; break;
    case BinanceMarket::usdm:
      instrument.kind = expiry ? InstrumentKind::future : InstrumentKind::linear_perpetual;
      break;
    case BinanceMarket::coinm:
      instrument.kind = InstrumentKind::inverse_perpetual;
      instrument.settle = instrument.base;
      instrument.multiplier = instrument.base == "BTC" ? 100 : 10;
      break;
  }
  return described;
}

void BinanceDecoder::on_message(JsonObject& root) {
  const std::string stream(root.text_or_empty("stream"));
  if (!stream.empty()) {
    root.objects("data", [&](JsonObject data) { on_data(stream, data); });
    return;
  }
  on_data("", root);
}

void BinanceDecoder::on_data(std::string_view stream, JsonObject& data) {
  const std::string type(data.text_or_empty("e"));
  if (partial_depth(stream) != 0) {
    on_partial_book(stream, data);
  } else if (type == "depthUpdate") {
    on_difference(data);
  } else if (type == "trade" || type == "aggTrade") {
    on_trade(data, type == "aggTrade");
  } else if (type == "kline") {
    on_kline(data);
  } else if (type == "markPriceUpdate") {
    on_mark_price(data);
  } else if (!type.empty() && type != "bookTicker") {
    leave_out("stream " + type);
  } else if (!data.text_or_empty("lastUpdateId").empty()) {
    on_snapshot(data, data.text_or_empty("symbol"));
  } else if (type == "bookTicker" || !data.text_or_empty("u").empty()) {
    on_book_ticker(data);
  } else {
    leave_out(stream.empty() ? "control" : "stream " + std::string(stream));
  }
}

TimeNs BinanceDecoder::time_of(JsonObject& data, std::string_view key) {
  const std::uint64_t time = data.integer_or(key, 0);
  constexpr std::uint64_t kFirstMicroseconds =
      1'000'000'000'000'000;  // spot sends these on request; in ms: year 33658
  if (time < kFirstMicroseconds) return from_ms(time);
  if (time > INT64_MAX / 1000 - 1000)
    fail("the time " + std::to_string(time) + " is neither in ms nor in us");
  return failed() ? kNoTime : static_cast<TimeNs>(time) * kMicrosecond;
}

TimeNs BinanceDecoder::exchange_time(JsonObject& data) {
  const TimeNs transaction = time_of(data, "T");
  return transaction != kNoTime ? transaction : time_of(data, "E");
}

void BinanceDecoder::note_book(const std::string& symbol, InstrumentId id) {
  if (!markets().learning()) return;
  book_symbols_.insert(symbol);
  for (const std::string& text : nameless_) {
    JsonMessage message;
    JsonObject root = message.parse(text, fault());
    for (const std::string_view side : {"bids", "asks"}) {
      root.rows(side, [&](const std::string_view* cells, std::size_t count) {
        if (count < 2) return;
        price(id, cells[0]);
        qty(id, cells[1]);
      });
    }
  }
  nameless_.clear();
}

void BinanceDecoder::on_difference(JsonObject& data) {
  const std::string symbol(data.text("s"));
  const InstrumentId id = of(symbol);
  if (id == kNoInstrument) return;
  markets().is_best(id, MarketTable::Channel::book, kWholeBook);
  const TimeNs exch_ts_ns = exchange_time(data);
  BookDraft draft = begin_book(id, exch_ts_ns);
  draft.update.first_update_id = data.integer("U");
  draft.update.last_update_id = data.integer("u");
  draft.update.previous_update_id = is_futures() ? data.integer("pu") : data.integer_or("pu", 0);
  add_rows(draft, data, "b", "a");
  end_book(draft, BookAction::diff);
  if (failed()) return;
  note_book(symbol, id);
  if (!markets().learning()) pass_to_join(draft);
}

void BinanceDecoder::pass_to_join(BookDraft& draft) {
  scratch_.assign(out().levels.begin() + draft.update.first_level, out().levels.end());
  out().levels.resize(draft.update.first_level);
  Event event = out().events.back();
  out().events.pop_back();
  draft.update.first_level = 0;
  event.set(draft.update);
  join_->apply(event, scratch_, is_futures(), out());
}

void BinanceDecoder::on_snapshot(JsonObject& data, std::string_view named) {
  std::string symbol(named);
  if (symbol.empty()) {
    if (book_symbols_.size() == 1) {
      symbol = *book_symbols_.begin();
    } else if (markets().learning()) {
      if (book_symbols_.empty()) nameless_.push_back(data.raw());
      return;
    } else {
      fail("a book snapshot does not say which symbol it is of, and the capture has differences of " +
           std::to_string(book_symbols_.size()) + " symbols; expected those of one");
      return;
    }
  }
  const InstrumentId id = of(symbol);
  if (id == kNoInstrument) return;
  markets().is_best(id, MarketTable::Channel::book, kWholeBook);
  BookDraft draft = begin_book(id, exchange_time(data));
  draft.update.last_update_id = data.integer("lastUpdateId");
  draft.update.first_update_id = draft.update.last_update_id;
  add_rows(draft, data, "bids", "asks");
  end_book(draft, BookAction::snapshot, kFlagVenueSnapshot);
  if (!failed() && !markets().learning()) pass_to_join(draft);
}

void BinanceDecoder::on_partial_book(std::string_view stream, JsonObject& data) {
  // Spot names the symbol only in the stream's name, in lower case.
  std::string symbol(data.text_or_empty("s"));
  if (symbol.empty()) {
    symbol = part_of(stream, '@', 0);
    std::transform(symbol.begin(), symbol.end(), symbol.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  }
  const InstrumentId id = of(symbol);
  if (id == kNoInstrument) return;
  const int depth = partial_depth(stream);
  if (!markets().is_best(id, MarketTable::Channel::book, depth)) {
    leave_out("partial book beside a deeper one");
    return;
  }
  BookDraft draft = begin_book(id, exchange_time(data));
  draft.update.depth = static_cast<std::uint32_t>(depth);
  const bool is_futures_form = !data.text_or_empty("u").empty();
  draft.update.last_update_id = data.integer(is_futures_form ? "u" : "lastUpdateId");
  draft.update.first_update_id = is_futures_form ? data.integer("U") : draft.update.last_update_id;
  draft.update.previous_update_id = data.integer_or("pu", 0);
  add_rows(draft, data, is_futures_form ? "b" : "bids", is_futures_form ? "a" : "asks");
  end_book(draft, BookAction::snapshot);
}

void BinanceDecoder::on_trade(JsonObject& data, bool is_aggregate) {
  const InstrumentId id = of(data.text("s"));
  if (id == kNoInstrument) return;
  if (!markets().is_best(id, MarketTable::Channel::trades, is_aggregate ? 1 : 2)) {
    leave_out("aggTrade beside the single trades");
    return;
  }
  const std::string_view type =
      data.text_or_empty("X");  // futures: MARKET, or INSURANCE_FUND, ADL, NA outside the book
  const bool is_regular = type.empty() || type == "MARKET";
  const Side side = data.boolean_or("m", false) ? Side::sell : Side::buy;
  Trade trade{};
  trade.price = price(id, data.text("p"));
  trade.qty = qty(id, data.text("q"));
  trade.trade_id = data.integer(is_aggregate ? "a" : "t");
  trade.conditions = is_regular ? 0 : as_code(type);
  emit(Kind::trade, id, exchange_time(data), trade, static_cast<std::uint8_t>(side),
       is_regular ? std::uint8_t{0} : static_cast<std::uint8_t>(kFlagSuspicious));
}

void BinanceDecoder::on_book_ticker(JsonObject& data) {
  const InstrumentId id = of(data.text("s"));
  if (id == kNoInstrument) return;
  const TimeNs exch_ts_ns = exchange_time(data);
  const std::uint64_t update_id = data.integer("u");
  const std::string_view bid = data.text("b");
  const std::string_view bid_qty = data.text("B");
  const std::string_view ask = data.text("a");
  emit_quote(id, exch_ts_ns, bid, bid_qty, ask, data.text("A"), update_id);
}

void BinanceDecoder::on_kline(JsonObject& data) {
  const InstrumentId id = of(data.text("s"));
  JsonObject kline = data.object("k");
  if (id == kNoInstrument || failed()) return;
  const Bar bar = read_bar(id, kline, {"o", "h", "l", "c", "v"});
  const std::string interval(kline.text("i"));
  const TimeNs last_ms_ns = time_of(kline, "T");
  if (!kline.boolean_or("x", false)) {
    leave_out("kline that is not closed");
    return;
  }
  emit_bar(id, last_ms_ns, bar, bar_spec(interval), interval);
}

void BinanceDecoder::on_mark_price(JsonObject& data) {
  const InstrumentId id = of(data.text("s"));
  if (id == kNoInstrument) return;
  const TimeNs exch_ts_ns = time_of(data, "E");
  const std::string_view mark = data.text("p");
  emit_mark(id, exch_ts_ns, mark, data.text_or_empty("i"), "");
  const std::string_view rate = data.text_or_empty("r");
  if (rate.empty()) return;  // a delivery contract
  emit_funding(id, exch_ts_ns, rate, time_of(data, "T"), 0, mark);
}

void BinanceDecoder::on_rest(std::string_view url, JsonObject& root) {
  if (url.find("/exchangeInfo") != std::string_view::npos) {
    on_exchange_info(root);
  } else if (url.find("/depth") != std::string_view::npos) {
    std::string_view symbol = query_value(url, "symbol");
    if (symbol.empty()) symbol = root.text_or_empty("symbol");
    on_snapshot(root, symbol);
  } else {
    leave_out("REST answer");
  }
}

void BinanceDecoder::on_exchange_info(JsonObject& root) {
  root.objects("symbols", [this](JsonObject entry) {
    MarketTerms terms;
    const std::string symbol(entry.text("symbol"));
    terms.base = entry.text_or_empty("baseAsset");
    terms.quote = entry.text_or_empty("quoteAsset");
    terms.settle = entry.text_or_empty("marginAsset");
    terms.multiplier = entry.text_or_empty("contractSize");
    entry.objects("filters", [&](JsonObject filter) {
      const std::string type(filter.text("filterType"));
      if (type == "PRICE_FILTER") terms.tick = filter.text("tickSize");
      if (type == "LOT_SIZE") terms.lot = filter.text("stepSize");
    });
    if (!failed()) markets().set_terms(venue_name(market_), symbol, std::move(terms));
  });
  leave_out("instrument list");
}

}  // namespace lockstep::feeds
