#include "feeds/files/deribit_json.h"

#include <algorithm>
#include <charconv>

#include "feeds/files/contract_name.h"

namespace lockstep::feeds {
namespace {

constexpr int kWholeBook = 1 << 20;

}  // namespace

std::optional<VenueDecoder::Described> DeribitDecoder::describe(std::string_view symbol) const {
  Described described;
  Instrument& instrument = described.instrument;
  instrument.symbol = symbol;
  instrument.venue = "deribit";
  const std::string_view pair = part_of(symbol, '-', 0);
  const std::size_t parts = count_parts(symbol, '-');
  instrument.base = part_of(pair, '_', 0);
  instrument.quote = part_of(pair, '_', 1);  // USDC, USDT; empty: coin-margined
  const bool is_inverse = instrument.quote.empty();
  instrument.settle = is_inverse ? instrument.base : instrument.quote;
  if (is_inverse) instrument.quote = "USD";
  if (parts == 1) {
    instrument.kind = InstrumentKind::spot;
    return is_inverse ? std::nullopt : std::optional(described);
  }
  const std::string_view contract = part_of(symbol, '-', 1);
  const auto expiry = expiry_from_ddmmmyy(contract);
  if (expiry) instrument.expiry_ts_ns = *expiry;
  if (parts == 2 && (contract == "PERPETUAL" || expiry)) {
    instrument.kind = is_inverse ? InstrumentKind::inverse_perpetual
                      : expiry   ? InstrumentKind::future
                                 : InstrumentKind::linear_perpetual;
    return described;
  }
  const std::string_view right = part_of(symbol, '-', 3);
  if (parts != 4 || !expiry || (right != "C" && right != "P")) return std::nullopt;
  instrument.kind = InstrumentKind::option;
  if (is_inverse) instrument.quote = instrument.base;
  instrument.right = right == "C" ? OptionRight::call : OptionRight::put;
  described.strike = part_of(symbol, '-', 2);
  std::replace(described.strike.begin(), described.strike.end(), 'd', '.');  // 1d02 is 1.02
  return described;
}

void DeribitDecoder::on_message(JsonObject& root) {
  if (root.text_or_empty("method") != "subscription") {
    leave_out("control");
    return;
  }
  JsonObject params = root.object("params");
  const std::string channel(params.text("channel"));
  const std::string_view name = part_of(channel, '.', 0);
  const bool is_trades = name == "trades";
  const bool is_known = is_trades || name == "book" || name == "ticker" || name == "quote";
  if (!is_known) {
    leave_out("channel " + std::string(name));
    return;
  }
  int depth = 0;  // book.BTC-PERPETUAL.none.20.100ms: the best 20 levels, whole each time
  if (name == "book" && count_parts(channel, '.') == 5) {
    const std::string_view text = part_of(channel, '.', 3);
    std::from_chars(text.data(), text.data() + text.size(), depth);
    if (depth <= 0) fail("channel \"" + channel + "\": expected a number of levels as the fourth part");
  }
  params.objects("data", [&](JsonObject data) {
    if (is_trades) {
      on_trade(data);
    } else if (name == "ticker") {
      on_ticker(data);
    } else if (name == "quote") {
      on_quote(data);
    } else if (depth > 0) {
      on_grouped_book(depth, data);
    } else {
      on_book(data);
    }
  });
}

void DeribitDecoder::add_changes(BookDraft& draft, JsonObject& data) {
  const auto take = [&](std::string_view key, bool is_bid) {
    data.rows(key, [&](const std::string_view* cells, std::size_t count) {
      if (count < 3 || (cells[0] != "new" && cells[0] != "change" && cells[0] != "delete")) {
        fail("\"" + std::string(key) + "\": expected [new, change or delete, price, amount]");
        return;
      }
      const std::string_view amount = cells[0] == "delete" ? "0" : cells[2];
      if (is_bid) {
        add_bid(draft, cells[1], amount);
      } else {
        add_ask(draft, cells[1], amount);
      }
    });
  };
  take("bids", true);
  take("asks", false);
}

void DeribitDecoder::on_book(JsonObject& data) {
  const InstrumentId id = of(data.text("instrument_name"));
  if (id == kNoInstrument) return;
  if (!markets().is_best(id, MarketTable::Channel::book, kWholeBook)) return;
  const std::string type(data.text_or_empty("type"));
  const std::string_view previous_text = data.text_or_empty("prev_change_id");
  // The feed of 2019 had no type; its snapshots have no change before them.
  const bool is_snapshot = type == "snapshot" || (type.empty() && previous_text.empty());
  if (!type.empty() && type != "snapshot" && type != "change") {
    fail("\"type\": expected snapshot or change, found \"" + type + "\"");
  }
  BookDraft draft = begin_book(id, from_ms(data.integer("timestamp")));
  draft.update.last_update_id = data.integer("change_id");
  draft.update.first_update_id = draft.update.last_update_id;
  draft.update.previous_update_id = is_snapshot ? 0 : data.integer("prev_change_id");
  add_changes(draft, data);
  BookChain& chain = books_[id];
  end_linked_book(chain, draft, is_snapshot, chain.last_id, draft.update.previous_update_id);
}

void DeribitDecoder::on_grouped_book(int depth, JsonObject& data) {
  const InstrumentId id = of(data.text("instrument_name"));
  if (id == kNoInstrument) return;
  if (!markets().is_best(id, MarketTable::Channel::book, depth)) {
    leave_out("book beside a deeper one");
    return;
  }
  BookDraft draft = begin_book(id, from_ms(data.integer("timestamp")));
  draft.update.depth = static_cast<std::uint32_t>(depth);
  draft.update.last_update_id = data.integer("change_id");
  draft.update.first_update_id = draft.update.last_update_id;
  add_rows(draft, data, "bids", "asks");
  end_book(draft, BookAction::snapshot);
}

void DeribitDecoder::on_trade(JsonObject& entry) {
  const InstrumentId id = of(entry.text("instrument_name"));
  if (id == kNoInstrument) return;
  const std::string_view side = entry.text("direction");
  if (side != "buy" && side != "sell")
    fail("\"direction\": expected buy or sell, found \"" + std::string(side) + "\"");
  std::string_view id_text = entry.text("trade_id");
  id_text = id_text.substr(id_text.find_last_of('-') + 1);  // ETH-12345 on all but the BTC books
  const std::string_view liquidated = entry.text_or_empty("liquidation");
  Trade trade{};
  trade.price = price(id, entry.text("price"));
  trade.qty = qty(id, entry.text("amount"));
  trade.trade_id = trade_id(id_text);
  trade.sequence = entry.integer_or("trade_seq", 0);
  trade.conditions = (liquidated.find('M') != std::string_view::npos ? 1U : 0U) |
                     (liquidated.find('T') != std::string_view::npos ? 2U : 0U);
  emit(Kind::trade, id, from_ms(entry.integer("timestamp")), trade,
       static_cast<std::uint8_t>(side == "buy" ? Side::buy : Side::sell));
}

void DeribitDecoder::on_quote(JsonObject& data) {
  const InstrumentId id = of(data.text("instrument_name"));
  if (id == kNoInstrument) return;
  const TimeNs exch_ts_ns = from_ms(data.integer("timestamp"));
  const std::string_view bid = data.text_or_empty("best_bid_price");
  const std::string_view bid_qty = data.text_or_empty("best_bid_amount");
  const std::string_view ask = data.text_or_empty("best_ask_price");
  emit_quote(id, exch_ts_ns, bid, bid_qty, ask, data.text_or_empty("best_ask_amount"), 0);
}

void DeribitDecoder::on_ticker(JsonObject& data) {
  const InstrumentId id = of(data.text("instrument_name"));
  if (id == kNoInstrument) return;
  const TimeNs exch_ts_ns = from_ms(data.integer("timestamp"));
  on_quote(data);
  const std::string_view mark = data.text_or_empty("mark_price");
  const std::string_view index = data.text_or_empty("index_price");
  emit_mark(id, exch_ts_ns, mark, index, data.text_or_empty("open_interest"));
  const std::string_view funding = data.text_or_empty("current_funding");
  if (!funding.empty()) emit_funding(id, exch_ts_ns, funding, kNoTime, 8 * kHour, mark);
  emit_statistics(id, exch_ts_ns, data,
                  {{"mark_iv", StatisticType::implied_volatility_mark},
                   {"bid_iv", StatisticType::implied_volatility_bid},
                   {"ask_iv", StatisticType::implied_volatility_ask},
                   {"underlying_price", StatisticType::underlying_price}});
  JsonObject greeks = data.object_if("greeks");
  if (!greeks.valid()) return;
  emit_statistics(id, exch_ts_ns, greeks,
                  {{"delta", StatisticType::option_delta},
                   {"gamma", StatisticType::option_gamma},
                   {"vega", StatisticType::option_vega},
                   {"theta", StatisticType::option_theta},
                   {"rho", StatisticType::option_rho}});
}

void DeribitDecoder::on_rest(std::string_view url, JsonObject& root) {
  if (url.find("/get_instruments") == std::string_view::npos) {
    leave_out("REST answer");
    return;
  }
  root.objects("result", [this](JsonObject entry) {
    MarketTerms terms;
    const std::string symbol(entry.text("instrument_name"));
    terms.tick = entry.text_or_empty("tick_size");
    terms.lot = entry.text_or_empty("min_trade_amount");
    if (!failed()) markets().set_terms("deribit", symbol, std::move(terms));
  });
  leave_out("instrument list");
}

}  // namespace lockstep::feeds
