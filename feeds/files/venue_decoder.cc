#include "feeds/files/venue_decoder.h"

#include <algorithm>

#include "feeds/files/numbers.h"

namespace lockstep::feeds {

template <class Read>
Status VenueDecoder::run(std::string_view json, TimeNs recv_ts_ns, EventBatch& out, Read read) {
  const std::size_t events = out.events.size();
  const std::size_t levels = out.levels.size();
  out_ = &out;
  recv_ts_ns_ = recv_ts_ns;
  fault_.clear();
  pending_left_out_.clear();
  JsonObject root = message_.parse(json, fault_);
  if (!fault_.any()) read(root);
  markets_->keep_learned(!fault_.any());
  if (fault_.any()) {
    out.events.resize(events);
    out.levels.resize(levels);
    return Error{ErrorCode::bad_input, "", fault_.what()};
  }
  for (const auto& [what, count] : pending_left_out_) left_out_[what] += count;
  return Done{};
}

Status VenueDecoder::decode(std::string_view json, TimeNs recv_ts_ns, EventBatch& out) {
  if (json == "ping" || json == "pong") {  // the only messages that are no JSON
    ++left_out_["control"];
    return Done{};
  }
  return run(json, recv_ts_ns, out, [this](JsonObject& root) { on_message(root); });
}

Status VenueDecoder::decode_rest(std::string_view url, std::string_view json, TimeNs recv_ts_ns,
                                 EventBatch& out) {
  return run(json, recv_ts_ns, out, [this, url](JsonObject& root) { on_rest(url, root); });
}

InstrumentId VenueDecoder::market(std::string_view venue, std::string_view symbol) {
  if (failed()) return kNoInstrument;
  const InstrumentId known = markets_->find(venue, symbol);
  if (known != kNoInstrument) return known;
  const std::optional<Described> described = describe(symbol);
  if (!described) {
    leave_out("instrument of an unsupported kind: " + std::string(symbol));
    return kNoInstrument;
  }
  if (!markets_->learning()) {
    fail("the instrument " + std::string(symbol) + " is not among those found in the first pass");
    return kNoInstrument;
  }
  const InstrumentId id = markets_->add(described->instrument, described->strike);
  if (!described->contract_size_known) markets_->note_unknown_contract_size(id);
  return id;
}

TimeNs VenueDecoder::from_ms(std::uint64_t ms) {
  if (ms >=
      static_cast<std::uint64_t>(INT64_MAX / kMillisecond)) {  // one more must fit, for the end of a bar
    fail("a time of " + std::to_string(ms) + " ms is after the year 2262");
    return kNoTime;
  }
  return static_cast<TimeNs>(ms) * kMillisecond;
}

TimeNs VenueDecoder::from_rfc3339(std::string_view text) {
  const Result<TimeNs> time = parse_time(text);
  if (!time) fail(time.error().what);
  return time ? *time : kNoTime;
}

void VenueDecoder::leave_out(std::string_view what, std::uint64_t count) {
  pending_left_out_.emplace_back(std::string(what), count);
}

void VenueDecoder::emit_quote(InstrumentId id, TimeNs exch_ts_ns, std::string_view bid_price,
                              std::string_view bid_qty, std::string_view ask_price, std::string_view ask_qty,
                              std::uint64_t update_id) {
  Quote quote{kNoPrice, kNoPrice, 0, 0, update_id};
  const auto is_zero = [](std::string_view text) {
    return text.find_first_not_of("0.") == std::string_view::npos;
  };
  if (!is_zero(bid_qty)) {
    quote.bid_price = price(id, bid_price);
    quote.bid_qty = qty(id, bid_qty);
  }
  if (!is_zero(ask_qty)) {
    quote.ask_price = price(id, ask_price);
    quote.ask_qty = qty(id, ask_qty);
  }
  emit(Kind::quote, id, exch_ts_ns, quote);
}

void VenueDecoder::emit_mark(InstrumentId id, TimeNs exch_ts_ns, std::string_view mark,
                             std::string_view index, std::string_view open_interest) {
  if (mark.empty() && index.empty() && open_interest.empty()) return;
  emit(Kind::mark, id, exch_ts_ns,
       Mark{.mark_price = mark.empty() ? kNoPrice : derived_price(id, mark),
            .index_price = index.empty() ? kNoPrice : derived_price(id, index),
            .open_interest = open_interest.empty() ? -1 : qty(id, open_interest),
            .unused = {}});
}

void VenueDecoder::emit_funding(InstrumentId id, TimeNs exch_ts_ns, std::string_view rate,
                                TimeNs settle_ts_ns, DurationNs interval_ns, std::string_view mark) {
  const Result<ScaledNumber> value = read_own_scale(rate);
  if (!value) {
    fail(value.error().what);
    return;
  }
  emit(Kind::funding, id, exch_ts_ns,
       Funding{.rate = value->value,
               .settle_ts_ns = settle_ts_ns,
               .interval_ns = interval_ns,
               .mark_price = mark.empty() ? kNoPrice : derived_price(id, mark),
               .is_settlement = 0},
       value->scale);
}

void VenueDecoder::emit_statistic(InstrumentId id, TimeNs exch_ts_ns, StatisticType type,
                                  std::string_view value) {
  if (value.empty()) return;
  const Result<ScaledNumber> number = read_own_scale(value);
  if (!number) {
    fail(number.error().what);
    return;
  }
  emit(Kind::statistic, id, exch_ts_ns,
       Statistic{.value = number->value,
                 .qty = INT64_MIN,
                 .reference_ts_ns = exch_ts_ns,
                 .type = static_cast<std::uint32_t>(type),
                 .value_scale = number->scale,
                 .venue_flags = 0});
}

void VenueDecoder::emit_statistics(InstrumentId id, TimeNs exch_ts_ns, JsonObject& object,
                                   std::initializer_list<StatisticField> fields) {
  for (const auto& [key, type] : fields) emit_statistic(id, exch_ts_ns, type, object.text_or_empty(key));
}

Bar VenueDecoder::read_bar(InstrumentId id, JsonObject& object, const BarKeys& keys) {
  Bar bar{};
  bar.open = price(id, object.text(keys.open));
  bar.high = price(id, object.text(keys.high));
  bar.low = price(id, object.text(keys.low));
  bar.close = price(id, object.text(keys.close));
  bar.volume = qty(id, object.text(keys.volume));
  return bar;
}

void VenueDecoder::emit_bar(InstrumentId id, TimeNs last_ms_ns, const Bar& bar,
                            const std::optional<BarSpec>& spec, std::string_view interval) {
  const Result<std::uint8_t> detail = spec ? pack(*spec) : Result<std::uint8_t>(Error{});
  if (!detail) {
    fail("\"" + std::string(interval) + "\" is no length of a bar that we know");
    return;
  }
  emit(Kind::bar, id, last_ms_ns + kMillisecond, bar, *detail);
}

void VenueDecoder::emit_gap(InstrumentId id, TimeNs exch_ts_ns, GapReason reason, std::uint64_t expected,
                            std::uint64_t found, TimeNs from_ts_ns) {
  emit(Kind::gap, id, exch_ts_ns,
       Gap{.expected = expected, .found = found, .lost_events = 0, .from_ts_ns = from_ts_ns, .unused = 0},
       static_cast<std::uint8_t>(reason));
}

VenueDecoder::BookDraft VenueDecoder::begin_book(InstrumentId id, TimeNs exch_ts_ns) {
  BookDraft draft{id, exch_ts_ns, {}};
  draft.update.first_level = static_cast<std::uint32_t>(out_->levels.size());
  return draft;
}

void VenueDecoder::add_bid(BookDraft& draft, std::string_view price_text, std::string_view qty_text) {
  LOCKSTEP_CHECK(draft.update.ask_count == 0, "bids come before asks");
  out_->levels.push_back({price(draft.id, price_text), qty(draft.id, qty_text)});
  ++draft.update.bid_count;
}

void VenueDecoder::add_ask(BookDraft& draft, std::string_view price_text, std::string_view qty_text) {
  out_->levels.push_back({price(draft.id, price_text), qty(draft.id, qty_text)});
  ++draft.update.ask_count;
}

void VenueDecoder::add_rows(BookDraft& draft, JsonObject& object, std::string_view bids_key,
                            std::string_view asks_key) {
  const auto check = [this](std::size_t count) {
    if (count < 2) fail("a book level needs a price and a quantity");
    return count >= 2;
  };
  object.rows(bids_key, [&](const std::string_view* cells, std::size_t count) {
    if (check(count)) add_bid(draft, cells[0], cells[1]);
  });
  object.rows(asks_key, [&](const std::string_view* cells, std::size_t count) {
    if (check(count)) add_ask(draft, cells[0], cells[1]);
  });
}

void VenueDecoder::end_book(const BookDraft& draft, BookAction action, std::uint8_t flags) {
  const auto levels = std::span(out_->levels).subspan(draft.update.first_level);
  if (std::any_of(levels.begin(), levels.end(), [](const Level& level) { return level.qty < 0; })) {
    fail("a book level has a negative quantity");
  }
  emit(Kind::book, draft.id, draft.exch_ts_ns, draft.update, static_cast<std::uint8_t>(action), flags);
}

void VenueDecoder::end_linked_book(BookChain& chain, const BookDraft& draft, bool is_snapshot,
                                   std::uint64_t expected, std::uint64_t found) {
  if (failed()) return;
  if (is_snapshot) {
    chain.whole = true;
    chain.reported = false;
  } else if (!chain.whole && !chain.reported) {
    emit_gap(draft.id, draft.exch_ts_ns, GapReason::no_snapshot, 0, draft.update.last_update_id, kNoTime);
    chain.reported = true;
  } else if (chain.whole && found != expected) {
    emit_gap(draft.id, draft.exch_ts_ns, GapReason::sequence, expected, found, chain.last_recv_ts_ns);
    chain.whole = false;
    chain.reported = true;
  }
  chain.last_id = draft.update.last_update_id;
  chain.last_recv_ts_ns = recv_ts_ns();
  // A book of one level comes whole each time.
  const bool restates = is_snapshot && draft.update.depth != 1;
  end_book(draft, is_snapshot ? BookAction::snapshot : BookAction::diff,
           restates ? static_cast<std::uint8_t>(kFlagVenueSnapshot) : std::uint8_t{0});
}

std::uint64_t VenueDecoder::trade_id(std::string_view text) {
  const std::optional<std::uint64_t> id = read_trade_id(text);
  if (!id) fail("expected a number or a UUID as trade id, found \"" + std::string(text) + "\"");
  return id.value_or(0);
}

std::string_view query_value(std::string_view url, std::string_view key) {
  std::size_t at = url.find('?');
  while (at != std::string_view::npos) {
    const std::size_t begin = at + 1;
    at = url.find('&', begin);
    const std::string_view part = url.substr(begin, at == std::string_view::npos ? at : at - begin);
    if (part.size() > key.size() && part.substr(0, key.size()) == key && part[key.size()] == '=') {
      return part.substr(key.size() + 1);
    }
  }
  return {};
}

}  // namespace lockstep::feeds
