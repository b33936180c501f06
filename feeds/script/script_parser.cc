#include <algorithm>
#include <charconv>
#include <tuple>

#include "engine/core/script_line.h"
#include "feeds/script/script_events.h"
#include "feeds/script/script_words.h"

namespace lockstep::feeds {
namespace {

constexpr std::uint64_t kMostCopies = 1'000'000;
constexpr std::size_t kMostEvents = 10'000'000;

class Parser {
 public:
  Parser(std::span<const Instrument> instruments, TimeNs start_ts_ns)
      : instruments_(instruments), start_ts_ns_(start_ts_ns) {}

  Status add(ScriptLine& line);
  ScriptEvents take();

 private:
  using Reader = void (Parser::*)(ScriptLine&);
  struct Form {
    std::string_view name;
    Kind kind;
    Reader read;
  };
  static const std::array<Form, 12> kForms;

  void read_trade(ScriptLine& line);
  void read_quote(ScriptLine& line);
  void read_book(ScriptLine& line);
  void read_order(ScriptLine& line);
  void read_flow(ScriptLine& line);
  void read_bar(ScriptLine& line);
  void read_funding(ScriptLine& line);
  void read_mark(ScriptLine& line);
  void read_statistic(ScriptLine& line);
  void read_definition(ScriptLine& line);
  void read_status(ScriptLine& line);
  void read_gap(ScriptLine& line);
  bool read_control(ScriptLine& line, std::string_view name);

  void read_instrument(ScriptLine& line);
  void read_common(ScriptLine& line);
  void copy(ScriptLine& line);

  TimeNs time(ScriptLine& line, const Word& word);
  Price price(ScriptLine& line, const Word& word);
  Price price_or_none(ScriptLine& line, const Word& word);
  Qty qty(ScriptLine& line, const Word& word);
  Side side(ScriptLine& line, Side first);
  std::uint64_t number(ScriptLine& line, std::string_view key, std::uint64_t most = UINT64_MAX);
  std::uint32_t levels(ScriptLine& line, std::string_view other);
  [[nodiscard]] const Instrument& instrument() const { return instruments_[event_.instrument]; }

  std::span<const Instrument> instruments_;
  TimeNs start_ts_ns_;
  TimeNs last_recv_ts_ns_ = INT64_MIN;
  Event event_;
  ScriptEvents out_;
};

const std::array<Parser::Form, 12> Parser::kForms = {{
    {"quote", Kind::quote, &Parser::read_quote},
    {"trade", Kind::trade, &Parser::read_trade},
    {"book", Kind::book, &Parser::read_book},
    {"order", Kind::order_action, &Parser::read_order},
    {"flow", Kind::flow, &Parser::read_flow},
    {"bar", Kind::bar, &Parser::read_bar},
    {"funding", Kind::funding, &Parser::read_funding},
    {"mark", Kind::mark, &Parser::read_mark},
    {"statistic", Kind::statistic, &Parser::read_statistic},
    {"definition", Kind::definition, &Parser::read_definition},
    {"status", Kind::status, &Parser::read_status},
    {"gap", Kind::gap, &Parser::read_gap},
}};

TimeNs Parser::time(ScriptLine& line, const Word& word) {
  const Result<TimeNs> at = line.time(word).from(start_ts_ns_);
  if (at) return *at;
  line.fail(word, at.error());
  return 0;
}

Price Parser::price(ScriptLine& line, const Word& word) {
  return line.decimal(word, instrument().price_scale);
}

Price Parser::price_or_none(ScriptLine& line, const Word& word) {
  return word.text == "-" ? kNoPrice : price(line, word);
}

Qty Parser::qty(ScriptLine& line, const Word& word) {
  return line.decimal(word, instrument().qty_scale);
}

Side Parser::side(ScriptLine& line, Side first) {
  return line.choice(line.next(first == Side::none ? "buy, sell or none" : "buy or sell"), first, Side::sell);
}

std::uint64_t Parser::number(ScriptLine& line, std::string_view key, std::uint64_t most) {
  const std::optional<Word> word = line.option(key);
  return word ? line.whole(*word, most) : 0;
}

void Parser::read_quote(ScriptLine& line) {
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

void Parser::read_trade(ScriptLine& line) {
  Trade trade{};
  trade.price = price(line, line.next("a price"));
  trade.qty = qty(line, line.next("a quantity"));
  event_.detail = static_cast<std::uint8_t>(side(line, Side::none));
  trade.trade_id = number(line, "id");
  trade.sequence = number(line, "sequence");
  trade.conditions = number(line, "conditions");
  event_.set(trade);
}

std::uint32_t Parser::levels(ScriptLine& line, std::string_view other) {
  const std::size_t before = out_.levels.size();
  while (line.has_next() && line.ok() && !line.next_is(other)) {
    const auto [at, size] =
        line.level(line.next("a level"), instrument().price_scale, instrument().qty_scale);
    out_.levels.push_back({at, size});
  }
  return static_cast<std::uint32_t>(out_.levels.size() - before);
}

void Parser::read_book(ScriptLine& line) {
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

void Parser::read_order(ScriptLine& line) {
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

void Parser::read_flow(ScriptLine& line) {
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

void Parser::read_bar(ScriptLine& line) {
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

void Parser::read_funding(ScriptLine& line) {
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

void Parser::read_mark(ScriptLine& line) {
  Mark mark{};
  mark.mark_price = price_or_none(line, line.next("the mark price, or -"));
  const auto index = line.option("index");
  mark.index_price = index ? price(line, *index) : kNoPrice;
  const auto interest = line.option("open_interest");
  mark.open_interest = interest ? qty(line, *interest) : -1;
  event_.set(mark);
}

void Parser::read_statistic(ScriptLine& line) {
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

void Parser::read_definition(ScriptLine& line) {
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

void Parser::read_status(ScriptLine& line) {
  event_.detail = static_cast<std::uint8_t>(
      line.choice(line.next("the trading status"), TradingStatus::unknown, TradingStatus::not_available));
  StatusChange status{};
  status.venue_action = number(line, "action");
  status.venue_reason = number(line, "reason");
  status.short_sell_restricted = number(line, "short_sell_restricted");
  event_.set(status);
}

void Parser::read_gap(ScriptLine& line) {
  event_.detail = static_cast<std::uint8_t>(line.choice(line.next("why something is missing, as in sequence"),
                                                        GapReason::unknown, GapReason::skipped_rows));
  Gap gap{};
  gap.expected = number(line, "expected");
  gap.found = number(line, "found");
  gap.lost_events = number(line, "lost");
  if (const auto word = line.option("from")) gap.from_ts_ns = time(line, *word);
  event_.set(gap);
}

bool Parser::read_control(ScriptLine& line, std::string_view name) {
  const auto kind = std::find_if(kControlKinds.begin(), kControlKinds.end(),
                                 [&](Kind control) { return to_string(control) == name; });
  if (kind == kControlKinds.end()) return false;
  event_.kind = *kind;
  Control control{};
  control.id = number(line, "index");
  const auto strategy = line.option("strategy");
  control.strategy = strategy && strategy->text != "all" ? line.whole(*strategy) : ~std::uint64_t{0};
  control.value = number(line, "bits");
  event_.set(control);
  return true;
}

void Parser::read_instrument(ScriptLine& line) {
  const Word word = line.next("an instrument");
  if (word.text == "*" && event_.kind == Kind::gap) return;
  std::vector<std::string_view> symbols;
  InstrumentId found = kNoInstrument;
  for (InstrumentId id = 0; id < instruments_.size(); ++id) {
    const Instrument& one = instruments_[id];
    symbols.push_back(one.symbol);
    if (one.venue + ":" + one.symbol == word.text) {
      event_.instrument = id;
      return;
    }
    if (one.symbol != word.text) continue;
    if (found != kNoInstrument)
      line.fail(word, "several venues list \"" + std::string(word.text) + "\"; say VENUE:SYMBOL");
    found = id;
  }
  event_.instrument = found;
  if (found == kNoInstrument) line.fail_choice(word, symbols);
}

void Parser::read_common(ScriptLine& line) {
  if (const auto word = line.option("flags")) {
    for (std::string_view rest = word->text; !rest.empty();) {
      const std::string_view name = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(rest.size(), name.size() + 1));
      const auto flag = std::find_if(kFlagWords.begin(), kFlagWords.end(),
                                     [&](const FlagWord& known) { return known.word == name; });
      if (flag == kFlagWords.end()) {
        line.fail(*word, "a flag is one of suspicious, receive_derived, venue_snapshot, auction, found \"" +
                             std::string(name) + "\"");
        return;
      }
      event_.flags = static_cast<std::uint8_t>(event_.flags | flag->bit);
    }
  }
}

// The event just read, and its copies. They keep the distance between the two times.
void Parser::copy(ScriptLine& line) {
  const auto repeat = line.option("repeat");
  const auto every = line.option("every");
  if (repeat.has_value() != every.has_value())
    line.fail(repeat ? *repeat : *every, "repeat= and every= belong together");
  const std::uint64_t count = repeat ? line.whole(*repeat, kMostCopies) : 1;
  const DurationNs step_ns = every ? line.duration(*every) : 0;
  if (repeat && (event_.kind == Kind::order_action || event_.kind == Kind::flow || is_control(event_.kind)))
    line.fail(*repeat, "an order happens once, and so does a control event");
  if (every && step_ns <= 0) line.fail(*every, "must be more than 0");
  if (!line.ok()) return;
  const Result<std::int64_t> last =
      narrow(Int128{event_.recv_ts_ns} + Int128{step_ns} * Int128{count}, "time");
  if (!last) return line.fail(*every, last.error());
  for (std::uint64_t i = 0; i < count; ++i) {
    Event event = event_;
    const DurationNs later_ns = step_ns * static_cast<DurationNs>(i);
    event.recv_ts_ns += later_ns;
    if (event.exch_ts_ns != kNoTime) event.exch_ts_ns += later_ns;
    out_.events.push_back(event);
  }
}

Status Parser::add(ScriptLine& line) {
  event_ = Event{};
  const Word at = line.next("a time");
  event_.recv_ts_ns = time(line, at);
  if (line.ok() && event_.recv_ts_ns < last_recv_ts_ns_) {
    line.fail(at, "events are received in order, but the one above comes at " +
                      format_time(last_recv_ts_ns_) + " and this one at " + format_time(event_.recv_ts_ns));
  }
  event_.exch_ts_ns = event_.recv_ts_ns;
  const auto exch = line.option("exch");
  if (exch) event_.exch_ts_ns = exch->text == "none" ? kNoTime : time(line, *exch);
  const Word what = line.next("what happens, as in quote");
  const auto form =
      std::find_if(kForms.begin(), kForms.end(), [&](const Form& f) { return f.name == what.text; });
  if (form != kForms.end()) {
    event_.kind = form->kind;
    read_instrument(line);
    read_common(line);
    if (line.ok()) (this->*form->read)(line);
  } else if (!read_control(line, what.text)) {
    std::vector<std::string_view> names;
    for (const Form& known : kForms) names.push_back(known.name);
    for (const Kind kind : kControlKinds) names.push_back(to_string(kind));
    line.fail_choice(what, names);
  } else if (!exch) {
    event_.exch_ts_ns = kNoTime;  // no exchange stamps what an operator does
  }
  copy(line);
  last_recv_ts_ns_ = event_.recv_ts_ns;
  if (out_.events.size() > kMostEvents) line.fail(at, "a script holds at most 10 million events");
  return line.finish();
}

ScriptEvents Parser::take() {
  std::stable_sort(out_.events.begin(), out_.events.end(),
                   [](const Event& a, const Event& b) { return a.recv_ts_ns < b.recv_ts_ns; });
  return std::move(out_);
}

}  // namespace

Result<ScriptEvents> parse_script(std::string_view text, std::span<const Instrument> instruments,
                                  TimeNs start_ts_ns) {
  Parser parser(instruments, start_ts_ns);
  for (ScriptLine& line : script_lines(text)) {
    if (const Status added = parser.add(line); !added) return added.error();
  }
  return parser.take();
}

}  // namespace lockstep::feeds
