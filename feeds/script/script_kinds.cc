// The forms of the kinds of event, one function each.
#include <algorithm>
#include <charconv>
#include <tuple>

#include "feeds/script/script_parser.h"
#include "feeds/script/script_words.h"

namespace lockstep::feeds {

void ScriptParser::read_quote(ScriptLine& line) {
  Quote quote{kNoPrice, kNoPrice, 0, 0, 0};
  const auto read = [&](const char* what, Price& at, Qty& size) {
    const Word word = line.next(what);
    if (word.text == "-") return;
    std::tie(at, size) = line.level(word, instrument().price_scale, instrument().qty_scale);
  };
  read("the bid, as in 99.98x10, or -", quote.bid_price, quote.bid_qty);
  read("the offer, as in 100.02x10, or -", quote.ask_price, quote.ask_qty);
  quote.update_id = number(line, "update_id");
  event_.set(quote);
}

void ScriptParser::read_trade(ScriptLine& line) {
  Trade trade{};
  trade.price = price(line, line.next("a price"));
  trade.qty = qty(line, line.next("a quantity"));
  event_.detail = static_cast<std::uint8_t>(side(line, Side::none));
  trade.trade_id = number(line, "id");
  trade.sequence = number(line, "sequence");
  trade.conditions = number(line, "conditions");
  event_.set(trade);
}

std::uint32_t ScriptParser::levels(ScriptLine& line, std::string_view other) {
  const std::size_t before = out_.levels.size();
  while (line.has_next() && line.ok() && !line.next_is(other)) {
    const auto [at, size] =
        line.level(line.next("a level"), instrument().price_scale, instrument().qty_scale);
    out_.levels.push_back({at, size});
  }
  return static_cast<std::uint32_t>(out_.levels.size() - before);
}

void ScriptParser::read_book(ScriptLine& line) {
  const auto action = line.choice(line.next("snapshot, diff or clear"), BookAction::diff, BookAction::clear);
  event_.detail = static_cast<std::uint8_t>(action);
  BookUpdate update{};
  update.first_level = static_cast<std::uint32_t>(out_.levels.size());
  if (action != BookAction::clear) {
    if (line.take("bids")) update.bid_count = levels(line, "asks");
    if (line.take("asks")) update.ask_count = levels(line, "bids");
    if (action == BookAction::diff && line.ok() && update.bid_count + update.ask_count == 0)
      line.next("levels: bids 99.98x10 asks 100.02x0");
  }
  update.depth = static_cast<std::uint32_t>(number(line, "depth", UINT32_MAX));
  update.first_update_id = number(line, "first_id");
  update.last_update_id = number(line, "last_id");
  update.previous_update_id = number(line, "previous_id");
  event_.set(update);
}

void ScriptParser::read_order(ScriptLine& line) {
  const auto type = line.choice(line.next("add, modify, cancel, execute, trade or clear"),
                                OrderActionType::add, OrderActionType::clear);
  event_.detail = static_cast<std::uint8_t>(type);
  OrderAction action{};
  action.price = kNoPrice;
  if (type != OrderActionType::clear) {
    action.order_id = line.whole(line.next("the order's id"));
    action.side = static_cast<std::uint32_t>(side(line, Side::none));
    action.price = price_or_none(line, line.next("a price, or - where the feed gives none"));
    action.qty = qty(line, line.next("a quantity"));
  }
  action.sequence = number(line, "sequence");
  action.venue_flags = static_cast<std::uint32_t>(number(line, "venue_flags", UINT32_MAX));
  if (const auto word = line.option("changes_book"); word && !line.yes_or_no(*word))
    action.venue_flags |= kDoesNotChangeBook;
  event_.set(action);
}

void ScriptParser::read_flow(ScriptLine& line) {
  const auto action = line.choice(line.next("add, cancel or replace"), FlowAction::add, FlowAction::replace);
  event_.detail = static_cast<std::uint8_t>(action);
  Flow flow{};
  flow.order_id = line.whole(line.next("the order's id"));
  flow.side = static_cast<std::uint32_t>(side(line, Side::buy));
  flow.price = kNoPrice;
  auto type = OrderType::limit;
  if (action != FlowAction::cancel) {
    const Word word = line.next("a price or market");
    if (word.text == "market") {
      type = OrderType::market;
    } else {
      flow.price = price(line, word);
    }
  }
  const Word size =
      line.next(action == FlowAction::cancel ? "the quantity to take off, or all" : "a quantity");
  flow.qty = action == FlowAction::cancel && size.text == "all" ? 0 : qty(line, size);
  flow.participant = static_cast<std::uint32_t>(number(line, "participant", UINT32_MAX));
  if (const auto word = line.option("type"))
    type = line.choice(*word, OrderType::market, OrderType::trailing_stop);
  flow.type = static_cast<std::uint16_t>(type);
  if (const auto word = line.option("tif"))
    flow.time_in_force =
        static_cast<std::uint16_t>(line.choice(*word, TimeInForce::gtc, TimeInForce::at_close));
  if (const auto word = line.option("display")) {
    const Qty display = qty(line, *word);
    if (display < 0 || display > Qty{UINT32_MAX})
      line.fail(*word, "a displayed quantity of the flow has 32 bits; use a coarser quantity scale");
    flow.display_qty = static_cast<std::uint32_t>(display);
  }
  event_.set(flow);
}

void ScriptParser::read_bar(ScriptLine& line) {
  const Word length = line.next("the bar's length, as in 1m");
  BarSpec spec;
  const char* end = length.text.data() + length.text.size();
  const auto [unit_at, failure] = std::from_chars(length.text.data(), end, spec.count);
  const std::string_view unit(unit_at, static_cast<std::size_t>(end - unit_at));
  const auto known = std::find_if(kBarUnitWords.begin(), kBarUnitWords.end(),
                                  [&](const BarUnitWord& word) { return word.word == unit; });
  if (failure != std::errc{} || known == kBarUnitWords.end()) {
    line.fail(length, "expected a bar's length such as 1tick, 5s, 1m, 4h, 1d, 1w or 1mo, found \"" +
                          std::string(length.text) + "\"");
  } else {
    spec.unit = known->unit;
  }
  if (const auto word = line.option("of")) {
    const auto side = std::find(kBarSideWords.begin(), kBarSideWords.end(), word->text);
    if (side == kBarSideWords.end()) line.fail_choice(*word, {kBarSideWords.begin(), kBarSideWords.end()});
    if (line.ok()) spec.side = static_cast<BarSide>(side - kBarSideWords.begin());
  }
  const Result<std::uint8_t> packed = pack(spec);
  if (packed) {
    event_.detail = *packed;
  } else {
    line.fail(length, packed.error());
  }
  Bar bar{};
  bar.open = price(line, line.next("the open"));
  bar.high = price(line, line.next("the high"));
  bar.low = price(line, line.next("the low"));
  bar.close = price(line, line.next("the close"));
  bar.volume = qty(line, line.next("the volume"));
  event_.set(bar);
}

void ScriptParser::read_funding(ScriptLine& line) {
  Funding funding{};
  const Word what = line.next("paid or forecast");
  if (what.text != "paid" && what.text != "forecast") line.fail_choice(what, {"paid", "forecast"});
  funding.is_settlement = what.text == "paid" ? 1 : 0;
  const Word rate = line.next("the rate as a fraction of the notional, as in 0.0001");
  int scale = 0;
  if (const auto word = line.option("rate_decimals")) {
    scale = static_cast<int>(line.whole(*word, kMaxScale));
  } else if (const Result<int> needed = decimals_needed(rate.text)) {
    scale = *needed;
  }
  event_.detail = static_cast<std::uint8_t>(scale);
  funding.rate = line.decimal(rate, scale);
  funding.settle_ts_ns = event_.exch_ts_ns;
  const auto settle = line.option("settle");
  if (settle) funding.settle_ts_ns = settle->text == "none" ? kNoTime : time(line, *settle);
  if (!settle && funding.is_settlement == 0)
    line.fail(what, "a forecast says when it will be paid: settle=TIME, or settle=none");
  if (const auto word = line.option("interval")) funding.interval_ns = line.duration(*word);
  const auto mark = line.option("mark");
  funding.mark_price = mark ? price(line, *mark) : kNoPrice;
  event_.set(funding);
}

void ScriptParser::read_mark(ScriptLine& line) {
  Mark mark{};
  mark.mark_price = price_or_none(line, line.next("the mark price, or -"));
  const auto index = line.option("index");
  mark.index_price = index ? price(line, *index) : kNoPrice;
  const auto interest = line.option("open_interest");
  mark.open_interest = interest ? qty(line, *interest) : -1;
  event_.set(mark);
}

void ScriptParser::read_statistic(ScriptLine& line) {
  Statistic statistic{};
  const Word type = line.next("the statistic's name");
  if (!type.text.empty() && type.text.front() >= '0' && type.text.front() <= '9') {
    statistic.type = static_cast<std::uint32_t>(line.whole(type, UINT32_MAX));
  } else {
    std::vector<std::string_view> names;
    for (std::uint32_t i = 1; i <= static_cast<std::uint32_t>(StatisticType::price_factor); ++i) {
      const std::string_view name = to_string(static_cast<StatisticType>(i));
      if (name == "?") continue;
      names.push_back(name);
      if (name == type.text) statistic.type = i;
    }
    if (statistic.type == 0) line.fail_choice(type, names);
  }
  const Word what = line.next("price or value");
  if (what.text != "price" && what.text != "value") line.fail_choice(what, {"price", "value"});
  event_.detail = what.text == "price" ? 1 : 0;
  const Word amount = line.next("a number, or -");
  statistic.value_scale = event_.detail == 1 ? instrument().price_scale : 0;
  if (const auto word = line.option("decimals")) {
    statistic.value_scale = static_cast<std::uint32_t>(line.whole(*word, kMaxScale));
  } else if (const Result<int> needed = decimals_needed(amount.text); needed && event_.detail == 0) {
    statistic.value_scale = static_cast<std::uint32_t>(*needed);
  }
  statistic.value = amount.text == "-"   ? INT64_MIN
                    : event_.detail == 1 ? price(line, amount)
                                         : line.decimal(amount, static_cast<int>(statistic.value_scale));
  const auto size = line.option("qty");
  statistic.qty = size ? qty(line, *size) : INT64_MIN;
  if (const auto word = line.option("reference")) statistic.reference_ts_ns = time(line, *word);
  statistic.venue_flags = number(line, "venue_flags");
  event_.set(statistic);
}

void ScriptParser::read_definition(ScriptLine& line) {
  Definition definition{instrument().tick, instrument().lot, instrument().multiplier,
                        instrument().expiry_ts_ns, instrument().strike};
  if (const auto word = line.option("tick")) definition.tick = price(line, *word);
  if (const auto word = line.option("lot")) definition.lot = qty(line, *word);
  if (const auto word = line.option("multiplier"))
    definition.multiplier = line.decimal(*word, instrument().multiplier_scale);
  if (const auto word = line.option("expiry"))
    definition.expiry_ts_ns = word->text == "none" ? kNoTime : time(line, *word);
  if (const auto word = line.option("strike")) definition.strike = price(line, *word);
  event_.set(definition);
}

void ScriptParser::read_status(ScriptLine& line) {
  event_.detail = static_cast<std::uint8_t>(
      line.choice(line.next("the trading status"), TradingStatus::unknown, TradingStatus::not_available));
  StatusChange status{};
  status.venue_action = number(line, "action");
  status.venue_reason = number(line, "reason");
  status.short_sell_restricted = number(line, "short_sell_restricted");
  event_.set(status);
}

void ScriptParser::read_gap(ScriptLine& line) {
  event_.detail = static_cast<std::uint8_t>(line.choice(line.next("why something is missing, as in sequence"),
                                                        GapReason::unknown, GapReason::skipped_rows));
  Gap gap{};
  gap.expected = number(line, "expected");
  gap.found = number(line, "found");
  gap.lost_events = number(line, "lost");
  if (const auto word = line.option("from")) gap.from_ts_ns = time(line, *word);
  event_.set(gap);
}

}  // namespace lockstep::feeds
