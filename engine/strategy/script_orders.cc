#include <algorithm>

#include "engine/strategy/script.h"

namespace lockstep {
namespace {

using Verb = ScriptAction::Verb;

class OrderReader {
 public:
  Status add(ScriptLine& line);
  ScriptOrders take() { return std::move(orders_); }

 private:
  void read_submit(ScriptLine& line, Side side);
  void read_quote(ScriptLine& line);
  void read_links(ScriptLine& line);
  void read_name(ScriptLine& line);
  std::size_t declare(ScriptLine& line, const Word& word, const std::string& name);
  std::size_t known(ScriptLine& line, const Word& word) const;
  // The text of a number, seen to be one; its decimals are checked against the instrument later.
  static std::string amount(ScriptLine& line, const Word& word);

  ScriptAction action_;
  ScriptOrders orders_;
  std::vector<std::string> groups_;
};

std::string OrderReader::amount(ScriptLine& line, const Word& word) {
  if (const Result<int> needed = decimals_needed(word.text); !needed) line.fail(word, needed.error());
  return std::string(word.text);
}

std::size_t OrderReader::known(ScriptLine& line, const Word& word) const {
  for (std::size_t i = 0; i < orders_.names.size(); ++i) {
    if (orders_.names[i] == word.text) return i + 1;
  }
  line.fail(word, "no order above has the name \"" + std::string(word.text) +
                      "\"; give an order one with `as NAME`");
  return 0;
}

std::size_t OrderReader::declare(ScriptLine& line, const Word& word, const std::string& name) {
  if (std::find(orders_.names.begin(), orders_.names.end(), name) != orders_.names.end())
    line.fail(word, "another order has the name \"" + name + "\" already");
  orders_.names.push_back(name);
  return orders_.names.size();
}

void OrderReader::read_name(ScriptLine& line) {
  if (!line.take("as")) return;
  const Word word = line.next("a name for the order");
  if (action_.verb == Verb::submit) {
    action_.own_name = declare(line, word, std::string(word.text));
  } else {
    action_.own_name = declare(line, word, std::string(word.text) + ".bid");
    declare(line, word, std::string(word.text) + ".ask");
  }
}

void OrderReader::read_links(ScriptLine& line) {
  const auto oco = line.option("oco");
  const auto oto = line.option("oto");
  const auto bracket = line.option("bracket");
  if (int{oco.has_value()} + int{oto.has_value()} + int{bracket.has_value()} > 1)
    line.fail(oco ? *oco : *oto, "an order has one of oco=, oto= and bracket=");
  if (oco) {
    action_.request.contingency = Contingency::oco;
    const auto group = std::find(groups_.begin(), groups_.end(), oco->text);
    action_.group = static_cast<std::uint64_t>(group - groups_.begin()) + 1;
    if (group == groups_.end()) groups_.emplace_back(oco->text);
  } else if (oto || bracket) {
    action_.request.contingency = oto ? Contingency::oto : Contingency::bracket;
    action_.order = known(line, oto ? *oto : *bracket);
  }
}

void OrderReader::read_submit(ScriptLine& line, Side side) {
  OrderRequest& request = action_.request;
  request.side = side;
  action_.qty = amount(line, line.next("a quantity"));
  action_.instrument = std::string(line.next("an instrument").text);
  request.type =
      line.choice(line.next("the type of order, as in limit"), OrderType::market, OrderType::trailing_stop);
  if (has_limit_price(request.type)) action_.price = amount(line, line.next("the limit price"));
  if (const auto word = line.option("trigger")) action_.trigger = amount(line, *word);
  if (const auto word = line.option("trail")) {
    std::string_view text = word->text;
    request.trail_unit = text.ends_with("ticks") ? TrailUnit::ticks
                         : text.ends_with("bps") ? TrailUnit::bps
                                                 : TrailUnit::price;
    if (request.trail_unit == TrailUnit::ticks) text.remove_suffix(5);
    if (request.trail_unit == TrailUnit::bps) text.remove_suffix(3);
    action_.trail = amount(line, {text, word->column});
  }
  if (const auto word = line.option("on"))
    request.trigger = line.choice(*word, TriggerSource::last, TriggerSource::mark);
  if (const auto word = line.option("display")) action_.display = amount(line, *word);
  if (const auto word = line.option("expire")) action_.expire = line.time(*word);
  read_links(line);
  request.post_only = line.flag("post_only");
  request.reduce_only = line.flag("reduce_only");
  for (auto i = static_cast<int>(TimeInForce::gtc); i <= static_cast<int>(TimeInForce::at_close); ++i) {
    if (line.flag(to_string(static_cast<TimeInForce>(i))))
      request.time_in_force = static_cast<TimeInForce>(i);
  }
  read_name(line);
}

void OrderReader::read_quote(ScriptLine& line) {
  action_.verb = Verb::quote;
  action_.instrument = std::string(line.next("an instrument").text);
  for (std::string* side : {&action_.bid, &action_.ask}) {
    const Word word = line.next("a side, as in 99.98x10, or -");
    *side = std::string(word.text);
    if (word.text != "-") line.level(word, kMaxScale / 2, kMaxScale / 2);
  }
  read_name(line);
}

Status OrderReader::add(ScriptLine& line) {
  action_ = ScriptAction{};
  action_.line = line.number();
  action_.at = line.time(line.next("a time"));
  const Word what = line.next("buy, sell, quote, cancel, replace or cancel_all");
  if (what.text == "buy" || what.text == "sell") {
    read_submit(line, what.text == "buy" ? Side::buy : Side::sell);
  } else if (what.text == "quote") {
    read_quote(line);
  } else if (what.text == "cancel" || what.text == "replace") {
    action_.verb = what.text == "cancel" ? Verb::cancel : Verb::replace;
    action_.order = known(line, line.next("the name of an order"));
    if (action_.verb == Verb::replace) {
      action_.price = amount(line, line.next("the new price"));
      action_.qty = amount(line, line.next("the new quantity"));
    }
  } else if (what.text == "cancel_all") {
    action_.verb = Verb::cancel_all;
    action_.instrument = std::string(line.next("an instrument, or *").text);
  } else {
    line.fail_choice(what, {"buy", "sell", "quote", "cancel", "replace", "cancel_all"});
  }
  if (Status finished = line.finish(); !finished) return finished;
  orders_.actions.push_back(std::move(action_));
  return Done{};
}

}  // namespace

Result<ScriptOrders> parse_orders(std::string_view text) {
  OrderReader reader;
  for (ScriptLine& line : script_lines(text)) {
    if (const Status added = reader.add(line); !added) return added.error();
  }
  return reader.take();
}

std::vector<std::string> order_names(const ScriptOrders& orders) {
  std::vector<std::string> out;
  for (const ScriptAction& action : orders.actions) {
    if (action.verb != Verb::submit && action.verb != Verb::quote) continue;
    const std::size_t count = action.verb == Verb::quote ? 2 : 1;  // a quote takes two numbers
    for (std::size_t i = 0; i < count; ++i)
      out.push_back(action.own_name == 0 ? std::string() : orders.names[action.own_name - 1 + i]);
  }
  return out;
}

}  // namespace lockstep
