#include "feeds/files/bybit_json.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "engine/core/decimal.h"
#include "feeds/files/contract_name.h"

namespace lockstep::feeds {
namespace {

constexpr std::array<std::string_view, 4> kCategories = {"spot", "linear", "inverse", "option"};
constexpr std::array<std::string_view, 4> kVenues = {"bybit-spot", "bybit-linear", "bybit-inverse",
                                                     "bybit-option"};

std::optional<BarSpec> bar_spec(std::string_view interval) {
  if (interval == "D") return BarSpec{BarUnit::day, 1, BarSide::trade};
  if (interval == "W") return BarSpec{BarUnit::week, 1, BarSide::trade};
  if (interval == "M") return BarSpec{BarUnit::month, 1, BarSide::trade};
  unsigned minutes = 0;
  const auto [end, error] = std::from_chars(interval.data(), interval.data() + interval.size(), minutes);
  if (error != std::errc{} || end != interval.data() + interval.size() || minutes == 0) return std::nullopt;
  if (minutes < 60) return BarSpec{BarUnit::minute, static_cast<std::uint8_t>(minutes), BarSide::trade};
  if (minutes % 60 != 0 || minutes > 720) return std::nullopt;
  return BarSpec{BarUnit::hour, static_cast<std::uint8_t>(minutes / 60), BarSide::trade};
}

// `H25`, the month letter and year of a dated inverse contract.
bool is_month_code(std::string_view text) {
  return text.size() == 3 && std::string_view("FGHJKMNQUVXZ").find(text[0]) != std::string_view::npos &&
         text[1] >= '0' && text[1] <= '9' && text[2] >= '0' && text[2] <= '9';
}

}  // namespace

std::string_view venue_name(BybitCategory category) {
  return kVenues.at(static_cast<std::size_t>(category));
}

std::optional<BybitCategory> bybit_category_of(std::string_view url) {
  std::string_view name = query_value(url, "category");
  if (name.empty()) {
    const std::size_t at = url.find("/v5/public/");
    if (at == std::string_view::npos) return std::nullopt;
    name = url.substr(at + 11);
  }
  for (std::size_t i = 0; i < kCategories.size(); ++i) {
    if (kCategories[i] == name) return static_cast<BybitCategory>(i);
  }
  return std::nullopt;
}

void BybitDecoder::on_restart() {
  tickers_.clear();
  books_.clear();
}

InstrumentId BybitDecoder::of(std::string_view symbol) {
  return market(venue_name(category_), symbol);
}

std::optional<VenueDecoder::Described> BybitDecoder::describe_option(std::string_view symbol,
                                                                     Described described) const {
  // BTC-6JAN23-17500-C, settled in USDC, or with -USDT behind it.
  const auto expiry = expiry_from_ddmmmyy(part_of(symbol, '-', 1));
  const std::string_view right = part_of(symbol, '-', 3);
  if (!expiry || (right != "C" && right != "P")) return std::nullopt;
  Instrument& instrument = described.instrument;
  instrument.kind = InstrumentKind::option;
  instrument.base = part_of(symbol, '-', 0);
  instrument.quote = count_parts(symbol, '-') == 5 ? part_of(symbol, '-', 4) : "USDC";
  instrument.settle = instrument.quote;
  instrument.expiry_ts_ns = *expiry;
  instrument.right = right == "C" ? OptionRight::call : OptionRight::put;
  described.strike = part_of(symbol, '-', 2);
  return described;
}

std::optional<VenueDecoder::Described> BybitDecoder::describe(std::string_view symbol) const {
  Described described;
  Instrument& instrument = described.instrument;
  instrument.symbol = symbol;
  instrument.venue = venue_name(category_);
  if (category_ == BybitCategory::option) return describe_option(symbol, described);
  std::string_view name = part_of(symbol, '-', 0);
  const auto expiry = expiry_from_ddmmmyy(part_of(symbol, '-', 1));
  if (expiry) instrument.expiry_ts_ns = *expiry;
  if (category_ == BybitCategory::inverse) {
    if (name.size() > 3 && is_month_code(name.substr(name.size() - 3))) name.remove_suffix(3);
    instrument.kind = InstrumentKind::inverse_perpetual;
  } else if (category_ == BybitCategory::linear) {
    instrument.kind = expiry ? InstrumentKind::future : InstrumentKind::linear_perpetual;
  } else {
    instrument.kind = InstrumentKind::spot;
  }
  if (category_ == BybitCategory::linear && (name.ends_with("PERP") || (expiry && !split_pair(name)))) {
    instrument.base =
        name.ends_with("PERP") ? name.substr(0, name.size() - 4) : name;  // BTCPERP, BTC-27DEC24
    instrument.quote = "USDC";
  } else if (const auto pair = split_pair(name)) {
    instrument.base = pair->base;
    instrument.quote = pair->quote;
  }
  instrument.settle = category_ == BybitCategory::inverse ? instrument.base : instrument.quote;
  return described;
}

void BybitDecoder::on_message(JsonObject& root) {
  const std::string topic(root.text_or_empty("topic"));
  if (topic.empty()) {
    leave_out("control");
    return;
  }
  const std::string_view name = part_of(topic, '.', 0);
  if (name == "orderbook") {
    on_book(part_of(topic, '.', 1), root);
  } else if (name == "publicTrade" || name == "trade") {
    on_trades(root);
  } else if (name == "tickers") {
    on_ticker(root);
  } else if (name == "kline") {
    on_klines(part_of(topic, '.', 2), root);
  } else {
    leave_out("topic " + std::string(name));
  }
}

void BybitDecoder::on_book(std::string_view depth_text, JsonObject& root) {
  int depth = 0;
  const auto [end, error] = std::from_chars(depth_text.data(), depth_text.data() + depth_text.size(), depth);
  if (error != std::errc{} || end != depth_text.data() + depth_text.size() || depth <= 0) {
    leave_out("topic orderbook." + std::string(depth_text));  // rpi, full
    return;
  }
  const std::string type(root.text_or_empty("type"));
  std::uint64_t ms = root.integer_or("cts", 0);
  if (ms == 0) ms = root.integer_or("ts", 0);
  JsonObject data = root.object("data");
  const InstrumentId id = of(data.text("s"));
  if (id == kNoInstrument) return;
  if (!markets().is_best(id, MarketTable::Channel::book, depth)) {
    leave_out("orderbook beside a deeper one");
    return;
  }
  BookDraft draft = begin_book(id, from_ms(ms));
  const std::uint64_t update_id = data.integer("u");
  draft.update.depth = static_cast<std::uint32_t>(depth);
  draft.update.first_update_id = update_id;
  draft.update.last_update_id = update_id;
  const bool is_snapshot = type == "snapshot" || update_id == 1;
  if (!is_snapshot && type != "delta") fail("\"type\": expected snapshot or delta, found \"" + type + "\"");
  add_rows(draft, data, "b", "a");
  BookChain& chain = books_[id];
  end_linked_book(chain, draft, is_snapshot, chain.last_id + 1, update_id);
}

void BybitDecoder::on_trades(JsonObject& root) {
  root.objects("data", [this](JsonObject entry) {
    const InstrumentId id = of(entry.text("s"));
    if (id == kNoInstrument) return;
    const std::string_view side = entry.text("S");
    if (side != "Buy" && side != "Sell")
      fail("\"S\": expected Buy or Sell, found \"" + std::string(side) + "\"");
    Trade trade{};
    trade.price = price(id, entry.text("p"));
    trade.qty = qty(id, entry.text("v"));
    trade.trade_id = trade_id(entry.text("i"));
    trade.sequence = entry.integer_or("seq", 0);
    trade.conditions = (entry.boolean_or("BT", false) ? 1U : 0U) | (entry.boolean_or("RPI", false) ? 2U : 0U);
    emit(Kind::trade, id, from_ms(entry.integer("T")), trade,
         static_cast<std::uint8_t>(side == "Buy" ? Side::buy : Side::sell));
  });
}

void BybitDecoder::on_ticker(JsonObject& root) {
  const bool is_snapshot = root.text_or_empty("type") == "snapshot";
  const TimeNs exch_ts_ns = from_ms(root.integer("ts"));
  const std::uint64_t sequence = root.integer_or("cs", 0);
  JsonObject data = root.object("data");
  const InstrumentId id = of(data.text("symbol"));
  if (id == kNoInstrument) return;
  Ticker& ticker = tickers_[id];
  if (is_snapshot) ticker = {};
  const auto take = [&data](std::string_view key, std::string& into) {
    const std::string_view text = data.text_or_empty(key);
    if (!text.empty()) into = text;
    return !text.empty();
  };
  const bool is_option = category_ == BybitCategory::option;
  bool any = false;
  bool quote = take(is_option ? "bidPrice" : "bid1Price", ticker.bid_price);
  quote |= take(is_option ? "bidSize" : "bid1Size", ticker.bid_qty);
  quote |= take(is_option ? "askPrice" : "ask1Price", ticker.ask_price);
  quote |= take(is_option ? "askSize" : "ask1Size", ticker.ask_qty);
  if (quote) {
    emit_quote(id, exch_ts_ns, ticker.bid_price, ticker.bid_qty, ticker.ask_price, ticker.ask_qty, sequence);
    any = true;
  }
  bool mark = take("markPrice", ticker.mark);
  mark |= take("indexPrice", ticker.index);
  mark |= take("openInterest", ticker.open_interest);
  if (mark) {
    emit_mark(id, exch_ts_ns, ticker.mark, ticker.index, ticker.open_interest);
    any = true;
  }
  bool funding = take("fundingRate", ticker.funding_rate);
  funding |= take("nextFundingTime", ticker.next_funding_ms);
  take("fundingIntervalHour", ticker.funding_hours);
  if (funding && !ticker.funding_rate.empty()) {
    const auto number = [this](const std::string& text) -> std::uint64_t {
      const Result<std::int64_t> value = text.empty() ? 0 : parse_decimal(text, 0);
      if (!value || *value < 0) fail("expected a whole number, found \"" + text + "\"");
      return failed() ? 0 : static_cast<std::uint64_t>(*value);
    };
    const std::uint64_t hours = number(ticker.funding_hours);
    if (hours > 24 * 365)
      fail("\"fundingIntervalHour\": expected hours, found \"" + ticker.funding_hours + "\"");
    if (failed()) return;
    emit_funding(id, exch_ts_ns, ticker.funding_rate, from_ms(number(ticker.next_funding_ms)),
                 static_cast<DurationNs>(hours) * kHour, ticker.mark);
    any = true;
  }
  if (is_option) on_option_values(id, exch_ts_ns, data);
  if (!any) leave_out("ticker without quote, mark or funding");
}

void BybitDecoder::on_option_values(InstrumentId id, TimeNs exch_ts_ns, JsonObject& data) {
  emit_statistics(id, exch_ts_ns, data,
                  {{"markPriceIv", StatisticType::implied_volatility_mark},
                   {"bidIv", StatisticType::implied_volatility_bid},
                   {"askIv", StatisticType::implied_volatility_ask},
                   {"delta", StatisticType::option_delta},
                   {"gamma", StatisticType::option_gamma},
                   {"vega", StatisticType::option_vega},
                   {"theta", StatisticType::option_theta},
                   {"underlyingPrice", StatisticType::underlying_price}});
}

void BybitDecoder::on_klines(std::string_view symbol, JsonObject& root) {
  const InstrumentId id = of(symbol);
  if (id == kNoInstrument) return;
  root.objects("data", [&](JsonObject entry) {
    const std::string interval(entry.text("interval"));
    const Bar bar = read_bar(id, entry, {"open", "high", "low", "close", "volume"});
    const TimeNs last_ms_ns = from_ms(entry.integer("end"));
    if (!entry.boolean_or("confirm", false)) {
      leave_out("kline that is not closed");
      return;
    }
    emit_bar(id, last_ms_ns, bar, bar_spec(interval), interval);
  });
}

void BybitDecoder::on_rest(std::string_view url, JsonObject& root) {
  if (url.find("/instruments-info") != std::string_view::npos) {
    JsonObject result = root.object("result");
    on_instruments(result);
    return;
  }
  leave_out("REST answer");
}

void BybitDecoder::on_instruments(JsonObject& result) {
  result.objects("list", [this](JsonObject entry) {
    MarketTerms terms;
    const std::string symbol(entry.text("symbol"));
    terms.base = entry.text_or_empty("baseCoin");
    terms.quote = entry.text_or_empty("quoteCoin");
    terms.settle = entry.text_or_empty("settleCoin");
    const std::uint64_t delivery_ms = entry.integer_or("deliveryTime", 0);
    const bool is_perpetual = entry.text_or_empty("contractType").ends_with("Perpetual");
    if (!is_perpetual) terms.expiry_ts_ns = from_ms(delivery_ms);
    terms.tick = entry.object("priceFilter").text_or_empty("tickSize");
    JsonObject lot = entry.object("lotSizeFilter");
    terms.lot = lot.text_or_empty("qtyStep");
    if (terms.lot.empty()) terms.lot = lot.text_or_empty("basePrecision");
    if (!failed()) markets().set_terms(venue_name(category_), symbol, std::move(terms));
  });
  leave_out("instrument list");
}

}  // namespace lockstep::feeds
