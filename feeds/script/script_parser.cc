#include "feeds/script/script_parser.h"

#include <algorithm>

#include "feeds/script/script_words.h"

namespace lockstep::feeds {
namespace {

constexpr std::uint64_t kMostCopies = 1'000'000;
constexpr std::size_t kMostEvents = 10'000'000;

}  // namespace

const std::array<ScriptParser::Form, 12> ScriptParser::kForms = {{
    {"quote", Kind::quote, &ScriptParser::read_quote},
    {"trade", Kind::trade, &ScriptParser::read_trade},
    {"book", Kind::book, &ScriptParser::read_book},
    {"order", Kind::order_action, &ScriptParser::read_order},
    {"flow", Kind::flow, &ScriptParser::read_flow},
    {"bar", Kind::bar, &ScriptParser::read_bar},
    {"funding", Kind::funding, &ScriptParser::read_funding},
    {"mark", Kind::mark, &ScriptParser::read_mark},
    {"statistic", Kind::statistic, &ScriptParser::read_statistic},
    {"definition", Kind::definition, &ScriptParser::read_definition},
    {"status", Kind::status, &ScriptParser::read_status},
    {"gap", Kind::gap, &ScriptParser::read_gap},
}};

TimeNs ScriptParser::time(ScriptLine& line, const Word& word) const {
  const Result<TimeNs> at = line.time(word).from(start_ts_ns_);
  if (at) return *at;
  line.fail(word, at.error());
  return 0;
}

Price ScriptParser::price(ScriptLine& line, const Word& word) {
  return line.decimal(word, instrument().price_scale);
}

Price ScriptParser::price_or_none(ScriptLine& line, const Word& word) {
  return word.text == "-" ? kNoPrice : price(line, word);
}

Qty ScriptParser::qty(ScriptLine& line, const Word& word) {
  return line.decimal(word, instrument().qty_scale);
}

Side ScriptParser::side(ScriptLine& line, Side first) {
  return line.choice(line.next(first == Side::none ? "buy, sell or none" : "buy or sell"), first, Side::sell);
}

std::uint64_t ScriptParser::number(ScriptLine& line, std::string_view key, std::uint64_t most) {
  const std::optional<Word> word = line.option(key);
  return word ? line.whole(*word, most) : 0;
}

bool ScriptParser::read_control(ScriptLine& line, std::string_view name) {
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

void ScriptParser::read_instrument(ScriptLine& line) {
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

void ScriptParser::read_common(ScriptLine& line) {
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
void ScriptParser::copy(ScriptLine& line) {
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
  for (const TimeNs ts_ns : {event_.recv_ts_ns, event_.exch_ts_ns}) {
    const Result<std::int64_t> last = narrow(Int128{ts_ns} + Int128{step_ns} * Int128{count}, "time");
    if (!last) return line.fail(*every, last.error());
  }
  for (std::uint64_t i = 0; i < count; ++i) {
    Event event = event_;
    const DurationNs later_ns = step_ns * static_cast<DurationNs>(i);
    event.recv_ts_ns += later_ns;
    if (event.exch_ts_ns != kNoTime) event.exch_ts_ns += later_ns;
    out_.events.push_back(event);
  }
}

Status ScriptParser::add(ScriptLine& line) {
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
    names.reserve(kForms.size() + std::size(kControlKinds));
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

ScriptEvents ScriptParser::take() {
  std::stable_sort(out_.events.begin(), out_.events.end(),
                   [](const Event& a, const Event& b) { return a.recv_ts_ns < b.recv_ts_ns; });
  return std::move(out_);
}

Result<ScriptEvents> parse_script(std::string_view text, std::span<const Instrument> instruments,
                                  TimeNs start_ts_ns) {
  ScriptParser parser(instruments, start_ts_ns);
  for (ScriptLine& line : script_lines(text)) {
    if (const Status added = parser.add(line); !added) return added.error();
  }
  return parser.take();
}

}  // namespace lockstep::feeds
