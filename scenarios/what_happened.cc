#include "scenarios/what_happened.h"

#include "engine/core/decimal.h"
#include "engine/portfolio/orders.h"
#include "engine/strategy/script.h"
#include "recordings/log_reader.h"
#include "scenarios/instrument_name.h"
#include "scenarios/scripted_orders.h"

namespace lockstep::scenarios {
namespace {

constexpr OrderId kCounterMask = (OrderId{1} << 48U) - 1;

class Teller {
 public:
  Teller(const Scenario& scenario, std::span<const Instrument> instruments)
      : instruments_(instruments),
        is_relative_(scenario.feed.kind == FeedKind::script),
        start_ts_ns_(scenario.feed.script.start_ts_ns) {
    // The run was made with the same names, so that they are known to be those of instruments.
    if (Result<std::vector<RulesChoice>> rules = by_instrument(
            instruments, scenario.venue.rules, scenario.venue.rules_by_symbol, "venue.instruments")) {
      for (RulesChoice& choice : *rules) rejections_.push_back(std::move(choice.rejections));
    }
    for (const StrategyChoice& choice : scenario.strategies) {
      const auto text = choice.parameters.find("orders");
      is_scripted_.push_back(choice.name == kScriptStrategy);
      names_.emplace_back();
      if (!is_scripted_.back() || text == choice.parameters.end()) continue;
      if (const Result<ScriptOrders> orders = parse_orders(text->second))
        names_.back() = order_names(*orders);
    }
  }

  /// The line for an output of the run; empty if it has none.
  std::string line(const Event& event);

 private:
  void read(const Event& event);
  void execution(const Event& event);
  void decision(const Event& event);
  [[nodiscard]] std::string time(TimeNs ts_ns) const;
  [[nodiscard]] std::string name(OrderId id) const;
  [[nodiscard]] bool is_scripted(OrderId id) const {
    const std::size_t strategy = Orders::strategy_of(id);
    return strategy < is_scripted_.size() && is_scripted_[strategy];
  }
  [[nodiscard]] const Instrument* instrument(const Event& event) const {
    return event.instrument < instruments_.size() ? &instruments_[event.instrument] : nullptr;
  }
  [[nodiscard]] std::string price(const Event& event, Price value) const {
    if (value == kNoPrice) return "none";
    return format_decimal_short(value, instrument(event) == nullptr ? 0 : instrument(event)->price_scale);
  }
  /// The venue's own code and words for a refusal; empty: its rules name none.
  [[nodiscard]] std::string venue_words(const Event& event) const {
    const bool is_refusal = event.kind == Kind::rejected || event.kind == Kind::cancel_rejected;
    if (!is_refusal || event.instrument >= rejections_.size()) return "";
    const std::map<std::string, std::string>& words = rejections_[event.instrument];
    const auto found = words.find(std::string(to_string(static_cast<Reason>(event.detail))));
    return found == words.end() ? "" : " (" + found->second + ")";
  }
  [[nodiscard]] std::string qty(const Event& event, Qty value) const {
    return format_decimal_short(value, instrument(event) == nullptr ? 0 : instrument(event)->qty_scale);
  }
  void subject(const Event& event, const std::string& who) {
    out_ += ' ' + who;
    if (instruments_.size() > 1 && instrument(event) != nullptr) out_ += ' ' + instrument(event)->symbol;
  }

  std::span<const Instrument> instruments_;
  std::vector<std::map<std::string, std::string>> rejections_;  // by instrument
  bool is_relative_;
  TimeNs start_ts_ns_;
  std::vector<char> is_scripted_;                // by strategy
  std::vector<std::vector<std::string>> names_;  // by strategy, by order
  std::string out_;
};

std::string Teller::time(TimeNs ts_ns) const {
  const Result<DurationNs> offset_ns = narrow(Int128{ts_ns} - start_ts_ns_, "offset");
  if (!is_relative_ || !offset_ns) return format_time(ts_ns);
  return (*offset_ns < 0 ? "" : "+") + format_duration(*offset_ns);
}

std::string Teller::name(OrderId id) const {
  const std::size_t strategy = Orders::strategy_of(id);
  const OrderId counter = id & kCounterMask;
  std::string name = "#" + std::to_string(counter);
  if (strategy < names_.size() && counter >= 1 && counter <= names_[strategy].size() &&
      !names_[strategy][counter - 1].empty())
    name = names_[strategy][counter - 1];
  return names_.size() > 1 ? std::to_string(strategy) + ":" + name : name;
}

void Teller::execution(const Event& event) {
  if (event.kind == Kind::account) {
    const auto change = event.as<AccountChange>();
    subject(event, "account");
    out_ += ' ' + std::string(to_string(static_cast<AccountChangeType>(event.detail)));
    if (change.qty != 0) out_ += ' ' + qty(event, change.qty);
    if (change.price != kNoPrice) out_ += " at " + price(event, change.price);
    if (change.cash_nanos != 0) out_ += " cash " + format_decimal_short(change.cash_nanos, kMoneyScale);
    if (change.fee_nanos != 0) out_ += " fee " + format_decimal_short(change.fee_nanos, kMoneyScale);
    return;
  }
  if (is_fill(event.kind)) {
    const auto fill = event.as<Fill>();
    subject(event, name(fill.order_id));
    out_ += ' ' + std::string(to_string(event.kind)) + ' ' + qty(event, fill.qty) + " at " +
            price(event, fill.price) + ((event.flags & kFlagMaker) != 0 ? " maker" : " taker") + " fee " +
            format_decimal_short(fill.fee_nanos, kMoneyScale);
    if (fill.leaves_qty != 0) out_ += " leaves " + qty(event, fill.leaves_qty);
    return;
  }
  const auto report = event.as<OrderReport>();
  subject(event, name(report.order_id));
  out_ += ' ' + std::string(to_string(event.kind));
  if (event.kind == Kind::replaced || event.kind == Kind::triggered)
    out_ += ' ' + (report.price == kNoPrice ? std::string("market ") : price(event, report.price) + 'x') +
            qty(event, report.qty);
  if (event.detail != 0)
    out_ += ' ' + std::string(to_string(static_cast<Reason>(event.detail))) + venue_words(event);
  if ((event.kind == Kind::cancelled || event.kind == Kind::expired) && report.leaves_qty != report.qty)
    out_ += " leaves " + qty(event, report.leaves_qty);
}

void Teller::decision(const Event& event) {
  switch (event.kind) {
    case Kind::denied: {
      const auto denial = event.as<Denial>();
      subject(event, denial.order_id == 0 ? "(no order)" : name(denial.order_id));
      out_ += " denied " + std::string(to_string(static_cast<DenyReason>(event.detail)));
      const auto compared = [&](const std::string& asked, const std::string& allowed) {
        out_ += ' ' + asked + " > " + allowed;
      };
      switch (static_cast<DenyReason>(event.detail)) {
        case DenyReason::order_size:
        case DenyReason::position: compared(qty(event, denial.value), qty(event, denial.limit)); break;
        case DenyReason::order_notional:
          compared(format_decimal_short(denial.value, kMoneyScale),
                   format_decimal_short(denial.limit, kMoneyScale));
          break;
        case DenyReason::open_orders:
          compared(std::to_string(denial.value), std::to_string(denial.limit));
          break;
        default: break;
      }
      return;
    }
    case Kind::mass_quote: {
      const auto quote = event.as<MassQuote>();
      if (is_scripted(quote.order_id)) return out_.clear();
      subject(event, name(quote.order_id));
      const auto side = [&](Price at, Qty size) {
        return size == 0 ? std::string("-") : price(event, at) + 'x' + qty(event, size);
      };
      out_ += " quote " + side(quote.bid_price, quote.bid_qty) + ' ' + side(quote.ask_price, quote.ask_qty);
      return;
    }
    case Kind::submit:
    case Kind::cancel:
    case Kind::replace: {
      const auto order = event.as<OrderInstruction>();
      if (is_scripted(order.order_id)) return out_.clear();
      subject(event, name(order.order_id));
      out_ += ' ' + std::string(to_string(event.kind));
      if (event.kind == Kind::cancel) return;
      out_ += ' ' + std::string(to_string(static_cast<Side>(event.detail))) + ' ' + qty(event, order.qty) +
              ' ' + std::string(to_string(static_cast<OrderType>(static_cast<std::uint8_t>(order.type))));
      if (order.price != kNoPrice) out_ += ' ' + price(event, order.price);
      if ((event.flags & kFlagPostOnly) != 0) out_ += " post_only";
      if ((event.flags & kFlagReduceOnly) != 0) out_ += " reduce_only";
      return;
    }
    case Kind::cancel_all: {
      const auto strategy = event.as<CancelAll>().strategy;
      if (strategy < is_scripted_.size() && is_scripted_[strategy]) return out_.clear();
      return subject(event, "cancel_all");
    }
    default: return out_.clear();  // order_terms stand before their submit
  }
}

std::string Teller::line(const Event& event) {
  out_ = time(event.recv_ts_ns);
  if (is_execution(event.kind)) {
    execution(event);
  } else if (is_decision(event.kind)) {
    decision(event);
  } else {
    return {};
  }
  if (!out_.empty() && is_execution(event.kind) && event.exch_ts_ns != event.recv_ts_ns &&
      event.exch_ts_ns != kNoTime)
    out_ += " exch=" + time(event.exch_ts_ns);
  return std::move(out_);
}

}  // namespace

Result<std::vector<std::string>> what_happened(const Scenario& scenario, const std::string& journal_path) {
  const auto reader = recordings::LogReader::open(journal_path);
  if (!reader) return reader.error();
  Teller teller(scenario, (*reader)->instruments());
  std::vector<std::string> lines;
  for (Batch batch;;) {
    const Result<Source::Pull> pulled = (*reader)->pull(batch);
    if (!pulled) return pulled.error();
    if (*pulled == Source::Pull::end) return lines;
    for (const Event& event : batch.events) {
      if (std::string line = teller.line(event); !line.empty()) lines.push_back(std::move(line));
    }
  }
}

}  // namespace lockstep::scenarios
