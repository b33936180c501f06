#include "feeds/files/coinbase_json.h"

#include <algorithm>

#include "feeds/files/contract_name.h"

namespace lockstep::feeds {
namespace {

constexpr DurationNs kCandle = 5 * kMinute;

}  // namespace

void CoinbaseDecoder::on_restart() {
  has_sequence_ = false;
  book_seen_.clear();
  open_candles_.clear();
}

std::optional<VenueDecoder::Described> CoinbaseDecoder::describe(std::string_view symbol) const {
  if (count_parts(symbol, '-') != 2) return std::nullopt;  // derivatives: BIT-29NOV24-CDE
  Described described;
  Instrument& instrument = described.instrument;
  instrument.symbol = symbol;
  instrument.venue = "coinbase";
  instrument.base = part_of(symbol, '-', 0);
  instrument.quote = part_of(symbol, '-', 1);
  instrument.settle = instrument.quote;
  instrument.kind = InstrumentKind::spot;
  if (instrument.quote == "PERP") return std::nullopt;
  return described;
}

TimeNs CoinbaseDecoder::cached_time(std::string_view text) {
  // A book message repeats one time for each of its levels, up to tens of thousands of times.
  if (text != time_text_) {
    time_ns_ = from_rfc3339(text);
    time_text_ = text;
  }
  return time_ns_;
}

void CoinbaseDecoder::on_message(JsonObject& root) {
  const std::string channel(root.text_or_empty("channel"));
  const std::string type(root.text_or_empty("type"));
  if (channel.empty() || !type.empty()) {
    on_exchange_message(type, root);
    return;
  }
  const TimeNs sent_ts_ns = cached_time(root.text("timestamp"));
  const std::uint64_t sequence = root.integer("sequence_num");
  if (has_sequence_ && sequence > next_sequence_) {
    leave_out("sequence number of the connection that is not in the capture", sequence - next_sequence_);
  }
  has_sequence_ = true;
  next_sequence_ = sequence + 1;
  if (channel == "l2_data") {
    root.objects("events", [&](JsonObject event) { on_l2(event, sequence, sent_ts_ns); });
  } else if (channel == "market_trades") {
    root.objects("events", [&](JsonObject event) { on_trades(event, sequence); });
  } else if (channel == "ticker") {
    root.objects("events", [&](JsonObject event) { on_tickers(event, sequence, sent_ts_ns); });
  } else if (channel == "candles") {
    root.objects("events", [&](JsonObject event) { on_candles(event, sent_ts_ns); });
  } else if (channel == "subscriptions" || channel == "heartbeats") {
    leave_out("control");
  } else {
    leave_out("channel " + channel);
  }
}

void CoinbaseDecoder::finish_book(BookDraft& draft, bool is_snapshot) {
  if (failed()) return;
  bool& seen = book_seen_[draft.id];
  if (!is_snapshot && !seen) {
    emit_gap(draft.id, draft.exch_ts_ns, GapReason::no_snapshot, 0, draft.update.first_update_id, kNoTime);
  }
  seen = true;
  end_book(draft, is_snapshot ? BookAction::snapshot : BookAction::diff,
           is_snapshot ? static_cast<std::uint8_t>(kFlagVenueSnapshot) : std::uint8_t{0});
}

void CoinbaseDecoder::on_l2(JsonObject& event, std::uint64_t sequence, TimeNs sent_ts_ns) {
  const std::string type(event.text("type"));
  if (type != "snapshot" && type != "update")
    fail("\"type\": expected snapshot or update, found \"" + type + "\"");
  const InstrumentId id = of(event.text("product_id"));
  if (id == kNoInstrument) return;
  BookDraft draft = begin_book(id, sent_ts_ns);
  draft.update.first_update_id = sequence;
  draft.update.last_update_id = sequence;
  TimeNs latest_ts_ns = kNoTime;
  std::vector<Level> asks;  // an update mixes the sides
  event.objects("updates", [&](JsonObject update) {
    const std::string_view side = update.text("side");
    const bool is_bid = side == "bid";
    if (!is_bid && side != "offer")
      fail("\"side\": expected bid or offer, found \"" + std::string(side) + "\"");
    latest_ts_ns = std::max(latest_ts_ns, cached_time(update.text("event_time")));
    const std::string_view level_price = update.text("price_level");
    const std::string_view level_qty = update.text("new_quantity");
    if (is_bid) {
      add_bid(draft, level_price, level_qty);
    } else {
      asks.push_back({price(id, level_price), qty(id, level_qty)});
    }
  });
  out().levels.insert(out().levels.end(), asks.begin(), asks.end());
  draft.update.ask_count = static_cast<std::uint32_t>(asks.size());
  if (latest_ts_ns > kNoTime) draft.exch_ts_ns = latest_ts_ns;
  finish_book(draft, type == "snapshot");
}

void CoinbaseDecoder::emit_trade(InstrumentId id, JsonObject& entry, std::string_view maker_side,
                                 std::uint64_t sequence, std::uint8_t flags) {
  const bool maker_bought = maker_side == "BUY" || maker_side == "buy";
  if (!maker_bought && maker_side != "SELL" && maker_side != "sell") {
    fail("\"side\": expected BUY or SELL, found \"" + std::string(maker_side) + "\"");
  }
  Trade trade{};
  trade.price = price(id, entry.text("price"));
  trade.qty = qty(id, entry.text("size"));
  trade.trade_id = entry.integer("trade_id");
  trade.sequence = sequence;
  emit(Kind::trade, id, from_rfc3339(entry.text("time")), trade,
       static_cast<std::uint8_t>(maker_bought ? Side::sell : Side::buy), flags);
}

void CoinbaseDecoder::on_trades(JsonObject& event, std::uint64_t sequence) {
  const bool is_snapshot = event.text("type") == "snapshot";
  const auto first = static_cast<std::ptrdiff_t>(out().events.size());
  event.objects("trades", [&](JsonObject entry) {
    const InstrumentId id = of(entry.text("product_id"));
    if (id == kNoInstrument) return;
    emit_trade(id, entry, entry.text("side"), sequence,
               is_snapshot ? static_cast<std::uint8_t>(kFlagVenueSnapshot) : std::uint8_t{0});
  });
  std::stable_sort(out().events.begin() + first, out().events.end(), [](const Event& a, const Event& b) {
    return a.as<Trade>().trade_id < b.as<Trade>().trade_id;
  });
}

void CoinbaseDecoder::on_tickers(JsonObject& event, std::uint64_t sequence, TimeNs sent_ts_ns) {
  event.objects("tickers", [&](JsonObject entry) {
    const InstrumentId id = of(entry.text("product_id"));
    if (id == kNoInstrument) return;
    const std::string_view bid = entry.text_or_empty("best_bid");
    const std::string_view bid_qty = entry.text_or_empty("best_bid_quantity");
    const std::string_view ask = entry.text_or_empty("best_ask");
    const std::string_view ask_qty = entry.text_or_empty("best_ask_quantity");
    if (bid_qty.empty() && ask_qty.empty()) {
      leave_out("ticker without quote");
      return;
    }
    emit_quote(id, sent_ts_ns, bid, bid_qty, ask, ask_qty, sequence);
  });
}

void CoinbaseDecoder::on_candles(JsonObject& event, TimeNs sent_ts_ns) {
  const bool is_snapshot = event.text("type") == "snapshot";
  const std::uint8_t detail = *pack({BarUnit::minute, 5, BarSide::trade});
  event.objects("candles", [&](JsonObject entry) {
    const InstrumentId id = of(entry.text("product_id"));
    if (id == kNoInstrument) return;
    const std::uint64_t start_s = entry.integer("start");
    if (start_s > static_cast<std::uint64_t>(INT64_MAX / kSecond) - 300)
      fail("\"start\": expected seconds since 1970");
    const Bar bar = read_bar(id, entry, {"open", "high", "low", "close", "volume"});
    if (failed()) return;
    const TimeNs end_ts_ns = static_cast<TimeNs>(start_s) * kSecond + kCandle;
    OpenCandle& open = open_candles_[id];
    if (open.end_ts_ns != kNoTime && open.end_ts_ns < end_ts_ns) {
      emit(Kind::bar, id, open.end_ts_ns, open.bar, detail);
      open.end_ts_ns = kNoTime;
    }
    if (end_ts_ns > sent_ts_ns) {
      open = {end_ts_ns, bar};
      leave_out("candle that is not closed");
    } else {
      if (open.end_ts_ns == end_ts_ns) open.end_ts_ns = kNoTime;
      emit(Kind::bar, id, end_ts_ns, bar, detail,
           is_snapshot ? static_cast<std::uint8_t>(kFlagVenueSnapshot) : std::uint8_t{0});
    }
  });
}

void CoinbaseDecoder::on_exchange_message(std::string_view type, JsonObject& root) {
  if (type == "match" || type == "last_match") {
    const InstrumentId id = of(root.text("product_id"));
    if (id == kNoInstrument) return;
    emit_trade(id, root, root.text("side"), root.integer_or("sequence", 0),
               type == "match" ? std::uint8_t{0} : static_cast<std::uint8_t>(kFlagVenueSnapshot));
  } else if (type == "snapshot") {
    const InstrumentId id = of(root.text("product_id"));
    if (id == kNoInstrument) return;
    const std::string_view time = root.text_or_empty("time");
    BookDraft draft = begin_book(id, time.empty() ? kNoTime : from_rfc3339(time));
    add_rows(draft, root, "bids", "asks");
    finish_book(draft, true);
  } else if (type == "l2update") {
    on_exchange_update(root);
  } else if (type == "ticker") {
    const InstrumentId id = of(root.text("product_id"));
    if (id == kNoInstrument) return;
    const std::string_view bid_qty = root.text_or_empty("best_bid_size");
    const std::string_view ask_qty = root.text_or_empty("best_ask_size");
    if (bid_qty.empty() && ask_qty.empty()) {
      leave_out("ticker without quantities");  // before 2022
      return;
    }
    const TimeNs exch_ts_ns = from_rfc3339(root.text("time"));
    emit_quote(id, exch_ts_ns, root.text("best_bid"), bid_qty, root.text("best_ask"), ask_qty,
               root.integer_or("sequence", 0));
  } else {
    leave_out(type.empty() || type == "subscriptions" || type == "heartbeat" ? "control"
                                                                             : "type " + std::string(type));
  }
}

void CoinbaseDecoder::on_exchange_update(JsonObject& root) {
  const InstrumentId id = of(root.text("product_id"));
  if (id == kNoInstrument) return;
  const std::string_view time = root.text("time");
  const bool has_time = !time.starts_with("0001-");  // the feed has sent the year 1 for "no time"
  BookDraft draft = begin_book(id, has_time ? from_rfc3339(time) : kNoTime);
  std::vector<Level> asks;
  root.rows("changes", [&](const std::string_view* cells, std::size_t count) {
    if (count < 3 || (cells[0] != "buy" && cells[0] != "sell")) {
      fail("\"changes\": expected [buy or sell, price, size]");
    } else if (cells[0] == "buy") {
      add_bid(draft, cells[1], cells[2]);
    } else {
      asks.push_back({price(id, cells[1]), qty(id, cells[2])});
    }
  });
  out().levels.insert(out().levels.end(), asks.begin(), asks.end());
  draft.update.ask_count = static_cast<std::uint32_t>(asks.size());
  finish_book(draft, false);
}

void CoinbaseDecoder::on_rest(std::string_view url, JsonObject& root) {
  if (url.find("/products") == std::string_view::npos) {
    leave_out("REST answer");
    return;
  }
  const auto take = [this](JsonObject& product) {
    MarketTerms terms;
    const std::string symbol(product.text("product_id"));
    terms.tick = product.text_or_empty("price_increment");
    if (terms.tick.empty()) terms.tick = product.text_or_empty("quote_increment");
    terms.lot = product.text_or_empty("base_increment");
    terms.base = product.text_or_empty("base_currency_id");
    terms.quote = product.text_or_empty("quote_currency_id");
    terms.settle = terms.quote;
    if (!failed()) markets().set_terms("coinbase", symbol, std::move(terms));
  };
  if (root.text_or_empty("product_id").empty()) {
    root.objects("products", [&](JsonObject product) { take(product); });
  } else {
    take(root);
  }
  leave_out("instrument list");
}

}  // namespace lockstep::feeds
