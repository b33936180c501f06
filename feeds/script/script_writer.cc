#include <algorithm>

#include "engine/core/script_line.h"
#include "feeds/script/script_events.h"
#include "feeds/script/script_words.h"

namespace lockstep::feeds {
namespace {

class Writer {
 public:
  Writer(const Event& event, std::span<const Level> levels, std::span<const Instrument> instruments,
         TimeNs start_ts_ns)
      : event_(event), levels_(levels), instruments_(instruments), start_ts_ns_(start_ts_ns) {
    if (event.instrument < instruments.size()) {
      price_scale_ = instruments[event.instrument].price_scale;
      qty_scale_ = instruments[event.instrument].qty_scale;
      multiplier_scale_ = instruments[event.instrument].multiplier_scale;
    }
  }

  std::string take();

 private:
  void word(std::string_view text) {
    if (!out_.empty()) out_ += ' ';
    out_ += text;
  }
  void option(std::string_view key, std::string_view value) {
    word(key);
    out_ += '=';
    out_ += value;
  }
  void number(std::string_view key, std::uint64_t value) {
    if (value != 0) option(key, std::to_string(value));
  }
  void side(std::uint64_t value) {
    word(value <= 2 ? to_string(static_cast<Side>(static_cast<std::uint8_t>(value))) : "?");
  }
  [[nodiscard]] std::string time(TimeNs ts_ns) const {
    const Int128 offset_ns = Int128{ts_ns} - start_ts_ns_;
    const Result<std::int64_t> narrowed = narrow(offset_ns, "offset");
    if (!narrowed) return format_time(ts_ns);
    return (*narrowed < 0 ? "" : "+") + format_duration(*narrowed);
  }
  [[nodiscard]] std::string price(Price value) const {
    return value == kNoPrice ? "-" : format_decimal(value, price_scale_);
  }
  [[nodiscard]] std::string qty(Qty value) const { return format_decimal_short(value, qty_scale_); }
  [[nodiscard]] std::string level(Price at, Qty size) const { return price(at) + 'x' + qty(size); }

  void head(std::string_view name);
  void tail();
  void body();
  void levels(std::string_view name, std::span<const Level> side);

  void write(const Trade& trade);
  void write(const Quote& quote);
  void write(const BookUpdate& update);
  void write(const OrderAction& action);
  void write(const Flow& flow);
  void write(const Bar& bar);
  void write(const Funding& funding);
  void write(const Mark& mark);
  void write(const Statistic& statistic);
  void write(const Definition& definition);
  void write(const StatusChange& status);
  void write(const Gap& gap);
  void write(const Control& control);

  const Event& event_;
  std::span<const Level> levels_;
  std::span<const Instrument> instruments_;
  TimeNs start_ts_ns_;
  int price_scale_ = 0;
  int qty_scale_ = 0;
  int multiplier_scale_ = 0;
  std::string out_;
};

void Writer::head(std::string_view name) {
  word(time(event_.recv_ts_ns));
  word(name);
  if (event_.instrument >= instruments_.size()) return word("*");
  const Instrument& one = instruments_[event_.instrument];
  const auto same = std::count_if(instruments_.begin(), instruments_.end(),
                                  [&](const Instrument& other) { return other.symbol == one.symbol; });
  word(script_word(same == 1 ? one.symbol : one.venue + ":" + one.symbol));
}

void Writer::tail() {
  const TimeNs usual_ts_ns = is_control(event_.kind) ? kNoTime : event_.recv_ts_ns;
  if (event_.exch_ts_ns != usual_ts_ns)
    option("exch", event_.exch_ts_ns == kNoTime ? "none" : time(event_.exch_ts_ns));
  std::string flags;
  unsigned rest = event_.flags;
  for (const FlagWord& flag : kFlagWords) {
    if ((rest & flag.bit) == 0) continue;
    flags += (flags.empty() ? "" : ",") + std::string(flag.word);
    rest &= ~unsigned{flag.bit};
  }
  if (rest != 0) flags += flags.empty() ? "?" : ",?";
  if (!flags.empty()) option("flags", flags);
}

void Writer::write(const Trade& trade) {
  head("trade");
  word(price(trade.price));
  word(qty(trade.qty));
  side(event_.detail);
  number("id", trade.trade_id);
  number("sequence", trade.sequence);
  number("conditions", trade.conditions);
}

void Writer::write(const Quote& quote) {
  head("quote");
  word(quote.bid_price == kNoPrice ? "-" : level(quote.bid_price, quote.bid_qty));
  word(quote.ask_price == kNoPrice ? "-" : level(quote.ask_price, quote.ask_qty));
  number("update_id", quote.update_id);
}

void Writer::levels(std::string_view name, std::span<const Level> side) {
  if (side.empty()) return;
  word(name);
  for (const Level& one : side) word(level(one.price, one.qty));
}

void Writer::write(const BookUpdate& update) {
  head("book");
  word(to_string(static_cast<BookAction>(event_.detail)));
  levels("bids", bids_of(update, levels_));
  levels("asks", asks_of(update, levels_));
  number("depth", update.depth);
  number("first_id", update.first_update_id);
  number("last_id", update.last_update_id);
  number("previous_id", update.previous_update_id);
}

void Writer::write(const OrderAction& action) {
  const auto type = static_cast<OrderActionType>(event_.detail);
  head("order");
  word(to_string(type));
  if (type != OrderActionType::clear) {
    word(std::to_string(action.order_id));
    side(action.side);
    word(price(action.price));
    word(qty(action.qty));
  }
  number("sequence", action.sequence);
  number("venue_flags", action.venue_flags & ~kDoesNotChangeBook);
  if ((action.venue_flags & kDoesNotChangeBook) != 0) option("changes_book", "no");
}

void Writer::write(const Flow& flow) {
  const auto action = static_cast<FlowAction>(event_.detail);
  head("flow");
  word(to_string(action));
  word(std::to_string(flow.order_id));
  side(flow.side);
  auto usual = OrderType::limit;
  if (action != FlowAction::cancel) {
    if (flow.price == kNoPrice) usual = OrderType::market;
    word(flow.price == kNoPrice ? "market" : price(flow.price));
  }
  word(action == FlowAction::cancel && flow.qty == 0 ? "all" : qty(flow.qty));
  number("participant", flow.participant);
  const auto type = static_cast<OrderType>(static_cast<std::uint8_t>(flow.type));
  if (type != usual) option("type", to_string(type));
  if (flow.time_in_force != 0)
    option("tif", to_string(static_cast<TimeInForce>(static_cast<std::uint8_t>(flow.time_in_force))));
  if (flow.display_qty != 0) option("display", qty(flow.display_qty));
}

void Writer::write(const Bar& bar) {
  const BarSpec spec = unpack_bar_spec(event_.detail);
  head("bar");
  word(std::to_string(spec.count) + std::string(kBarUnitWords[static_cast<std::size_t>(spec.unit)].word));
  for (const Price value : {bar.open, bar.high, bar.low, bar.close}) word(price(value));
  word(qty(bar.volume));
  if (spec.side != BarSide::trade) option("of", kBarSideWords[static_cast<std::size_t>(spec.side)]);
}

void Writer::write(const Funding& funding) {
  head("funding");
  word(funding.is_settlement != 0 ? "paid" : "forecast");
  const std::string rate = format_decimal(funding.rate, event_.detail);
  word(rate);
  if (const Result<int> needed = decimals_needed(rate); !needed || *needed != event_.detail)
    option("rate_decimals", std::to_string(event_.detail));
  if (funding.is_settlement == 0 || funding.settle_ts_ns != event_.exch_ts_ns)
    option("settle", funding.settle_ts_ns == kNoTime ? "none" : time(funding.settle_ts_ns));
  if (funding.interval_ns != 0) option("interval", format_duration(funding.interval_ns));
  if (funding.mark_price != kNoPrice) option("mark", price(funding.mark_price));
}

void Writer::write(const Mark& mark) {
  head("mark");
  word(price(mark.mark_price));
  if (mark.index_price != kNoPrice) option("index", price(mark.index_price));
  if (mark.open_interest != -1) option("open_interest", qty(mark.open_interest));
}

void Writer::write(const Statistic& statistic) {
  head("statistic");
  const std::string_view name = to_string(static_cast<StatisticType>(statistic.type));
  word(name == "?" ? std::to_string(statistic.type) : std::string(name));
  const bool is_price = event_.detail == 1;
  word(is_price ? "price" : "value");
  const auto scale = static_cast<int>(std::min<std::uint32_t>(statistic.value_scale, kMaxScale));
  const std::string value = statistic.value == INT64_MIN ? "-"
                            : is_price                   ? price(statistic.value)
                                                         : format_decimal(statistic.value, scale);
  word(value);
  const Result<int> needed = decimals_needed(value);
  if (scale != (is_price ? price_scale_ : needed ? *needed : 0)) option("decimals", std::to_string(scale));
  if (statistic.qty != INT64_MIN) option("qty", qty(statistic.qty));
  if (statistic.reference_ts_ns != kNoTime) option("reference", time(statistic.reference_ts_ns));
  number("venue_flags", statistic.venue_flags);
}

void Writer::write(const Definition& definition) {
  head("definition");
  option("tick", price(definition.tick));
  option("lot", qty(definition.lot));
  option("multiplier", format_decimal_short(definition.multiplier, multiplier_scale_));
  option("expiry", definition.expiry_ts_ns == kNoTime ? "none" : time(definition.expiry_ts_ns));
  option("strike", price(definition.strike));
}

void Writer::write(const StatusChange& status) {
  head("status");
  word(to_string(static_cast<TradingStatus>(event_.detail)));
  number("action", status.venue_action);
  number("reason", status.venue_reason);
  number("short_sell_restricted", status.short_sell_restricted);
}

void Writer::write(const Gap& gap) {
  head("gap");
  word(to_string(static_cast<GapReason>(event_.detail)));
  number("expected", gap.expected);
  number("found", gap.found);
  number("lost", gap.lost_events);
  if (gap.from_ts_ns != kNoTime) option("from", time(gap.from_ts_ns));
}

void Writer::write(const Control& control) {
  word(time(event_.recv_ts_ns));
  word(to_string(event_.kind));
  number("index", control.id);
  if (control.strategy != ~std::uint64_t{0}) option("strategy", std::to_string(control.strategy));
  number("bits", control.value);
}

void Writer::body() {
  switch (event_.kind) {
    case Kind::trade: return write(event_.as<Trade>());
    case Kind::quote: return write(event_.as<Quote>());
    case Kind::book: return write(event_.as<BookUpdate>());
    case Kind::order_action: return write(event_.as<OrderAction>());
    case Kind::flow: return write(event_.as<Flow>());
    case Kind::bar: return write(event_.as<Bar>());
    case Kind::funding: return write(event_.as<Funding>());
    case Kind::mark: return write(event_.as<Mark>());
    case Kind::statistic: return write(event_.as<Statistic>());
    case Kind::definition: return write(event_.as<Definition>());
    case Kind::status: return write(event_.as<StatusChange>());
    case Kind::gap: return write(event_.as<Gap>());
    default: return write(event_.as<Control>());
  }
}

std::string Writer::take() {
  LOCKSTEP_CHECK(is_market(event_.kind) || is_control(event_.kind),
                 "a script holds market and control events");
  body();
  tail();
  return std::move(out_);
}

}  // namespace

std::string script_line(const Event& event, std::span<const Level> levels,
                        std::span<const Instrument> instruments, TimeNs start_ts_ns) {
  return Writer(event, levels, instruments, start_ts_ns).take();
}

}  // namespace lockstep::feeds
