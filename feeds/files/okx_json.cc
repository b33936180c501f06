#include "feeds/files/okx_json.h"

#include <zlib.h>

#include <array>
#include <utility>

#include "engine/core/decimal.h"
#include "feeds/files/contract_name.h"

namespace lockstep::feeds {
namespace {

struct BookChannel {
  std::string_view name;
  int depth;
  int rank;
};
constexpr std::array<BookChannel, 4> kBookChannels = {
    {{"books-l2-tbt", 400, 401}, {"books", 400, 400}, {"books50-l2-tbt", 50, 50}, {"books5", 5, 5}}};

const BookChannel* book_channel(std::string_view name) {
  for (const BookChannel& channel : kBookChannels) {
    if (channel.name == name) return &channel;
  }
  return nullptr;
}

}  // namespace

std::optional<VenueDecoder::Described> OkxDecoder::describe(std::string_view symbol) const {
  Described described;
  Instrument& instrument = described.instrument;
  instrument.symbol = symbol;
  instrument.venue = "okx";
  instrument.base = part_of(symbol, '-', 0);
  instrument.quote = part_of(symbol, '-', 1);
  const std::size_t parts = count_parts(symbol, '-');
  if (parts == 2) {
    instrument.kind = InstrumentKind::spot;
    instrument.settle = instrument.quote;
    return described;
  }
  const std::string_view contract = part_of(symbol, '-', 2);
  const auto expiry = expiry_from_yymmdd(contract);
  if (expiry) instrument.expiry_ts_ns = *expiry;
  const bool is_inverse = instrument.quote == "USD";
  if (parts == 3 && (contract == "SWAP" || expiry)) {
    instrument.settle = is_inverse ? instrument.base : instrument.quote;
    instrument.kind = is_inverse ? InstrumentKind::inverse_perpetual
                      : expiry   ? InstrumentKind::future
                                 : InstrumentKind::linear_perpetual;
    if (is_inverse) instrument.multiplier = instrument.base == "BTC" ? 100 : 10;
    described.contract_size_known = is_inverse;
    return described;
  }
  const std::string_view right = part_of(symbol, '-', 4);
  if (parts != 5 || !expiry || (right != "C" && right != "P")) return std::nullopt;
  instrument.kind = InstrumentKind::option;
  instrument.quote = instrument.base;  // premiums are in coins
  instrument.settle = instrument.base;
  instrument.right = right == "C" ? OptionRight::call : OptionRight::put;
  described.strike = part_of(symbol, '-', 3);
  described.contract_size_known = false;
  return described;
}

void OkxDecoder::on_message(JsonObject& root) {
  if (!root.text_or_empty("event").empty() || !root.text_or_empty("op").empty()) {
    leave_out("control");
    return;
  }
  JsonObject arg = root.object_if("arg");
  if (!arg.valid()) {
    leave_out(root.text_or_empty("table").empty() ? "control" : "message of API version 3");
    return;
  }
  const std::string channel(arg.text("channel"));
  const std::string symbol(arg.text_or_empty("instId"));
  const std::string action(root.text_or_empty("action"));
  const bool is_book = book_channel(channel) != nullptr;
  const bool is_trade = channel == "trades" || channel == "trades-all";
  root.objects("data", [&](JsonObject entry) {
    if (is_book) {
      on_book(channel, symbol, action, entry);
    } else if (is_trade) {
      on_trade(channel, entry);
    } else if (channel == "bbo-tbt") {
      on_best(symbol, entry);
    } else if (channel == "tickers") {
      on_ticker(entry);
    } else if (channel == "mark-price" || channel == "open-interest") {
      const InstrumentId id = of(entry.text("instId"));
      if (id == kNoInstrument) return;
      const TimeNs exch_ts_ns = from_ms(entry.integer("ts"));
      const std::string_view mark = entry.text_or_empty("markPx");
      emit_mark(id, exch_ts_ns, mark, "", entry.text_or_empty("oi"));
    } else if (channel == "funding-rate") {
      on_funding(entry);
    } else if (channel == "opt-summary") {
      on_option_summary(entry);
    } else {
      leave_out("channel " + channel);
    }
  });
}

std::int64_t OkxDecoder::signed_integer(JsonObject& entry, std::string_view key, std::int64_t otherwise) {
  const std::string_view text = entry.text_or_empty(key);
  if (text.empty()) return otherwise;
  const Result<std::int64_t> value = parse_decimal(text, 0);
  if (!value) fail("\"" + std::string(key) + "\": " + value.error().what);
  return value ? *value : otherwise;
}

void OkxDecoder::on_book(std::string_view channel_name, std::string_view symbol, std::string_view action,
                         JsonObject& entry) {
  const BookChannel& channel = *book_channel(channel_name);
  const InstrumentId id = of(symbol);
  if (id == kNoInstrument) return;
  if (!markets().is_best(id, MarketTable::Channel::book, channel.rank)) {
    leave_out("book beside a deeper one");
    return;
  }
  const bool is_snapshot = action.empty() || action == "snapshot";  // books5 has no action: always whole
  if (!is_snapshot && action != "update")
    fail("\"action\": expected snapshot or update, found \"" + std::string(action) + "\"");
  const std::int64_t sequence = signed_integer(entry, "seqId", -1);
  const std::int64_t previous = signed_integer(entry, "prevSeqId", -1);
  BookDraft draft = begin_book(id, from_ms(entry.integer("ts")));
  draft.update.depth = static_cast<std::uint32_t>(channel.depth);
  draft.update.first_update_id = sequence < 0 ? 0 : static_cast<std::uint64_t>(sequence);
  draft.update.last_update_id = draft.update.first_update_id;
  draft.update.previous_update_id = previous < 0 ? 0 : static_cast<std::uint64_t>(previous);

  std::vector<LevelText> texts;
  const auto check = [this](std::size_t count) {
    if (count < 2) fail("a book level needs a price and a size");
    return count >= 2;
  };
  entry.rows("bids", [&](const std::string_view* cells, std::size_t count) {
    if (!check(count)) return;
    add_bid(draft, cells[0], cells[1]);
    texts.push_back({std::string(cells[0]), std::string(cells[1])});
  });
  entry.rows("asks", [&](const std::string_view* cells, std::size_t count) {
    if (!check(count)) return;
    add_ask(draft, cells[0], cells[1]);
    texts.push_back({std::string(cells[0]), std::string(cells[1])});
  });
  const std::string_view checksum = entry.text_or_empty("checksum");
  if (failed()) return;
  if (!markets().learning()) {
    BookState& book = books_[id];
    if (is_snapshot) {
      book.bids.clear();
      book.asks.clear();
    }
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const Level& level = out().levels[draft.update.first_level + i];
      const auto put = [&](auto& side) {
        if (level.qty == 0) {
          side.erase(level.price);
        } else {
          side.insert_or_assign(level.price, std::move(texts[i]));
        }
      };
      if (i < draft.update.bid_count) {
        put(book.bids);
      } else {
        put(book.asks);
      }
    }
    check_book(draft, book, is_snapshot, previous, checksum);
    if (failed()) return;
    book.sequence = sequence;
    book.last_recv_ts_ns = recv_ts_ns();
  }
  const std::uint8_t flags = action == "snapshot" ? kFlagVenueSnapshot : 0;
  end_book(draft, is_snapshot ? BookAction::snapshot : BookAction::diff, flags);
  // A snapshot makes a book whole again, so the gap of one that is wrong has to come behind it.
  if (is_snapshot && out().events.size() >= 2 && books_[id].reported) {
    std::swap(out().events.back(), out().events[out().events.size() - 2]);
  }
}

void OkxDecoder::check_book(const BookDraft& draft, BookState& book, bool is_snapshot, std::int64_t previous,
                            std::string_view checksum) {
  if (is_snapshot) {
    book.whole = true;
    book.reported = false;
  } else if (!book.whole) {
    if (!book.reported) {
      emit_gap(draft.id, draft.exch_ts_ns, GapReason::no_snapshot, 0, draft.update.first_update_id, kNoTime);
      book.reported = true;
    }
    return;
  } else if (previous >= 0 && book.sequence >= 0 && previous != book.sequence) {
    emit_gap(draft.id, draft.exch_ts_ns, GapReason::sequence, static_cast<std::uint64_t>(book.sequence),
             static_cast<std::uint64_t>(previous), book.last_recv_ts_ns);
    book.whole = false;
    book.reported = true;
    return;
  }
  if (checksum.empty() || checksum == "0") return;  // the venue is phasing it out
  const Result<std::int64_t> stated = parse_decimal(checksum, 0);
  if (!stated) {
    fail("\"checksum\": " + stated.error().what);
    return;
  }
  const std::uint32_t expected = static_cast<std::uint32_t>(*stated);
  const std::uint32_t found = checksum_of(book);
  if (expected == found) return;
  emit_gap(draft.id, draft.exch_ts_ns, GapReason::sequence, expected, found, book.last_recv_ts_ns);
  book.whole = false;
  book.reported = true;
}

std::uint32_t OkxDecoder::checksum_of(const BookState& book) {
  constexpr int kLevels = 25;
  std::string text;
  const auto add = [&text](const LevelText& level) {
    if (!text.empty()) text += ':';
    text += level.price + ":" + level.qty;
  };
  auto bid = book.bids.begin();
  auto ask = book.asks.begin();
  for (int i = 0; i < kLevels; ++i) {
    if (bid != book.bids.end()) add((bid++)->second);
    if (ask != book.asks.end()) add((ask++)->second);
  }
  return static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<uInt>(text.size())));
}

void OkxDecoder::on_best(std::string_view symbol, JsonObject& entry) {
  const InstrumentId id = of(symbol);
  if (id == kNoInstrument) return;
  const TimeNs exch_ts_ns = from_ms(entry.integer("ts"));
  const std::int64_t sequence = signed_integer(entry, "seqId", 0);
  std::string side[4];
  const auto take = [&](std::string_view key, std::size_t at) {
    entry.rows(key, [&](const std::string_view* cells, std::size_t count) {
      if (count < 2) fail("a book level needs a price and a size");
      if (failed()) return;
      side[at] = cells[0];
      side[at + 1] = cells[1];
    });
  };
  take("bids", 0);
  take("asks", 2);
  emit_quote(id, exch_ts_ns, side[0], side[1], side[2], side[3], static_cast<std::uint64_t>(sequence));
}

void OkxDecoder::on_trade(std::string_view channel, JsonObject& entry) {
  const InstrumentId id = of(entry.text("instId"));
  if (id == kNoInstrument) return;
  if (!markets().is_best(id, MarketTable::Channel::trades, channel == "trades-all" ? 2 : 1)) {
    leave_out("trades beside trades-all");
    return;
  }
  const std::string_view side = entry.text("side");
  if (side != "buy" && side != "sell")
    fail("\"side\": expected buy or sell, found \"" + std::string(side) + "\"");
  Trade trade{};
  trade.price = price(id, entry.text("px"));
  trade.qty = qty(id, entry.text("sz"));
  trade.trade_id = entry.integer("tradeId");
  trade.sequence = entry.integer_or("seqId", 0);
  emit(Kind::trade, id, from_ms(entry.integer("ts")), trade,
       static_cast<std::uint8_t>(side == "buy" ? Side::buy : Side::sell));
}

void OkxDecoder::on_ticker(JsonObject& entry) {
  const InstrumentId id = of(entry.text("instId"));
  if (id == kNoInstrument) return;
  const TimeNs exch_ts_ns = from_ms(entry.integer("ts"));
  const std::string_view ask = entry.text_or_empty("askPx");
  const std::string_view ask_qty = entry.text_or_empty("askSz");
  const std::string_view bid = entry.text_or_empty("bidPx");
  emit_quote(id, exch_ts_ns, bid, entry.text_or_empty("bidSz"), ask, ask_qty, 0);
}

void OkxDecoder::on_funding(JsonObject& entry) {
  const InstrumentId id = of(entry.text("instId"));
  if (id == kNoInstrument) return;
  const std::string_view rate = entry.text_or_empty("fundingRate");
  if (rate.empty()) {
    leave_out("funding without a rate");
    return;
  }
  const std::uint64_t sent_ms = entry.integer_or("ts", 0);
  const TimeNs settle_ts_ns = from_ms(entry.integer("fundingTime"));
  const TimeNs next_ts_ns = from_ms(entry.integer_or("nextFundingTime", 0));
  emit_funding(id, from_ms(sent_ms), rate, settle_ts_ns,
               next_ts_ns > settle_ts_ns ? next_ts_ns - settle_ts_ns : 0, "");
}

void OkxDecoder::on_option_summary(JsonObject& entry) {
  const InstrumentId id = of(entry.text("instId"));
  if (id == kNoInstrument) return;
  const TimeNs exch_ts_ns = from_ms(entry.integer("ts"));
  emit_statistics(id, exch_ts_ns, entry,
                  {{"markVol", StatisticType::implied_volatility_mark},
                   {"bidVol", StatisticType::implied_volatility_bid},
                   {"askVol", StatisticType::implied_volatility_ask},
                   {"delta", StatisticType::option_delta},
                   {"gamma", StatisticType::option_gamma},
                   {"vega", StatisticType::option_vega},
                   {"theta", StatisticType::option_theta}});
}

void OkxDecoder::on_rest(std::string_view url, JsonObject& root) {
  if (url.find("/public/instruments") == std::string_view::npos) {
    leave_out("REST answer");
    return;
  }
  root.objects("data", [this](JsonObject entry) {
    MarketTerms terms;
    const std::string symbol(entry.text("instId"));
    terms.tick = entry.text_or_empty("tickSz");
    terms.lot = entry.text_or_empty("lotSz");
    const std::string size(entry.text_or_empty("ctVal"));
    const std::string times(entry.text_or_empty("ctMult"));
    if (times.empty() || times == "1") terms.multiplier = size;
    if (size == "1") terms.multiplier = times;
    const std::uint64_t expiry_ms = entry.integer_or("expTime", 0);
    if (!entry.text_or_empty("expTime").empty()) terms.expiry_ts_ns = from_ms(expiry_ms);
    if (!failed()) markets().set_terms("okx", symbol, std::move(terms));
  });
  leave_out("instrument list");
}

}  // namespace lockstep::feeds
