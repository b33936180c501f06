#include "recordings/log_fields.h"

#include <fmt/format.h>

#include <array>

#include "engine/core/digest.h"

namespace lockstep::recordings {

namespace {

std::string_view name_of(BarUnit unit) {
  switch (unit) {
    case BarUnit::tick: return "tick";
    case BarUnit::second: return "second";
    case BarUnit::minute: return "minute";
    case BarUnit::hour: return "hour";
    case BarUnit::day: return "day";
    case BarUnit::week: return "week";
    case BarUnit::month: return "month";
  }
  return "?";
}

std::string_view name_of(BarSide side) {
  constexpr std::array<std::string_view, 4> kNames = {"trade", "bid", "ask", "mid"};
  return kNames[static_cast<std::size_t>(side)];
}

/// Collects fields; prices and quantities by the instrument's scales.
class Fields {
 public:
  explicit Fields(const Instrument* instrument)
      : price_scale_(instrument != nullptr ? instrument->price_scale : 0),
        qty_scale_(instrument != nullptr ? instrument->qty_scale : 0),
        multiplier_scale_(instrument != nullptr ? instrument->multiplier_scale : 0) {}

  void text(std::string_view key, std::string_view value) {
    out_.push_back({key, FieldType::text, std::string(value), 0});
  }
  void decimal(std::string_view key, std::int64_t value, int scale, std::int64_t none = INT64_MIN) {
    if (value == none || scale > kMaxScale) {
      out_.push_back({key, FieldType::text, {}, 0, false});
    } else {
      text(key, format_decimal(value, scale));
    }
  }
  void price(std::string_view key, Price value) { decimal(key, value, price_scale_); }
  void qty(std::string_view key, Qty value, Qty none = INT64_MIN) { decimal(key, value, qty_scale_, none); }
  void multiplier(std::string_view key, std::int64_t value) { decimal(key, value, multiplier_scale_); }
  void money(std::string_view key, std::int64_t nanos) { decimal(key, nanos, kMoneyScale); }
  void integer(std::string_view key, std::uint64_t value) {
    out_.push_back({key, FieldType::integer, {}, value});
  }
  void amount(std::string_view key, std::int64_t value) {
    out_.push_back({key, FieldType::amount, {}, static_cast<std::uint64_t>(value)});
  }
  void small(std::string_view key, std::uint32_t value) {
    out_.push_back({key, FieldType::small, {}, value});
  }
  void time(std::string_view key, TimeNs value) {
    out_.push_back({key, FieldType::time, {}, static_cast<std::uint64_t>(value), value != kNoTime});
  }
  void side(std::uint64_t value) {
    text("side", value <= 2 ? to_string(static_cast<Side>(static_cast<std::uint8_t>(value))) : "?");
  }
  std::vector<Field> take() { return std::move(out_); }

 private:
  int price_scale_;
  int qty_scale_;
  int multiplier_scale_;
  std::vector<Field> out_;
};

void add(Fields& f, std::uint8_t detail, const Trade& p) {
  f.side(detail);
  f.price("price", p.price);
  f.qty("qty", p.qty);
  f.integer("trade_id", p.trade_id);
  f.integer("sequence", p.sequence);
  f.integer("conditions", p.conditions);
}

void add(Fields& f, std::uint8_t /*detail*/, const Quote& p) {
  f.price("bid_price", p.bid_price);
  f.price("ask_price", p.ask_price);
  f.qty("bid_qty", p.bid_qty);
  f.qty("ask_qty", p.ask_qty);
  f.integer("update_id", p.update_id);
}

void add(Fields& f, std::uint8_t detail, const BookUpdate& p) {
  f.text("action", to_string(static_cast<BookAction>(detail)));
  f.small("depth", p.depth);
  f.integer("first_update_id", p.first_update_id);
  f.integer("last_update_id", p.last_update_id);
  f.integer("previous_update_id", p.previous_update_id);
}

void add(Fields& f, std::uint8_t detail, const OrderAction& p) {
  f.text("action", to_string(static_cast<OrderActionType>(detail)));
  f.side(p.side);
  f.price("price", p.price);
  f.qty("qty", p.qty);
  f.integer("order_id", p.order_id);
  f.integer("sequence", p.sequence);
  f.small("venue_flags", p.venue_flags);
}

void add(Fields& f, std::uint8_t detail, const Bar& p) {
  const BarSpec spec = unpack_bar_spec(detail);
  f.text("length", fmt::format("{} {}", spec.count, name_of(spec.unit)));
  f.text("of", name_of(spec.side));
  f.price("open", p.open);
  f.price("high", p.high);
  f.price("low", p.low);
  f.price("close", p.close);
  f.qty("volume", p.volume);
}

void add(Fields& f, std::uint8_t detail, const Funding& p) {
  f.decimal("rate", p.rate, detail);
  f.time("settle", p.settle_ts_ns);
  f.amount("interval_ns", p.interval_ns);
  f.price("mark_price", p.mark_price);
  f.integer("is_settlement", p.is_settlement);
}

void add(Fields& f, std::uint8_t /*detail*/, const Mark& p) {
  f.price("mark_price", p.mark_price);
  f.price("index_price", p.index_price);
  f.qty("open_interest", p.open_interest, -1);
}

void add(Fields& f, std::uint8_t detail, const Statistic& p) {
  f.text("type", to_string(static_cast<StatisticType>(p.type)));
  f.small("type_number", p.type);
  if (detail == 1) {
    f.price("value", p.value);
  } else {
    f.decimal("value", p.value, p.value_scale > kMaxScale ? kMaxScale + 1 : static_cast<int>(p.value_scale));
  }
  f.qty("qty", p.qty);
  f.time("reference", p.reference_ts_ns);
  f.integer("venue_flags", p.venue_flags);
}

void add(Fields& f, std::uint8_t /*detail*/, const Definition& p) {
  f.price("tick", p.tick);
  f.qty("lot", p.lot);
  f.multiplier("multiplier", p.multiplier);
  f.time("expiry", p.expiry_ts_ns);
  f.price("strike", p.strike);
}

void add(Fields& f, std::uint8_t detail, const StatusChange& p) {
  f.text("status", to_string(static_cast<TradingStatus>(detail)));
  f.integer("venue_action", p.venue_action);
  f.integer("venue_reason", p.venue_reason);
  f.integer("short_sell_restricted", p.short_sell_restricted);
}

void add(Fields& f, std::uint8_t detail, const Gap& p) {
  f.text("reason", to_string(static_cast<GapReason>(detail)));
  f.integer("expected", p.expected);
  f.integer("found", p.found);
  f.integer("lost_events", p.lost_events);
  f.time("from", p.from_ts_ns);
}

void add(Fields& f, std::uint8_t detail, const Fill& p) {
  f.side(detail);
  f.price("price", p.price);
  f.qty("qty", p.qty);
  f.integer("order_id", p.order_id);
  f.qty("leaves_qty", p.leaves_qty);
  f.money("fee", p.fee_nanos);
}

void add(Fields& f, std::uint8_t detail, const OrderReport& p) {
  f.side(p.side);
  f.price("price", p.price);
  f.qty("qty", p.qty);
  f.integer("order_id", p.order_id);
  f.qty("leaves_qty", p.leaves_qty);
  f.text("reason", to_string(static_cast<Reason>(detail)));
}

void add(Fields& f, std::uint8_t detail, const OrderInstruction& p) {
  f.side(detail);
  f.price("price", p.price);
  f.qty("qty", p.qty);
  f.integer("order_id", p.order_id);
  f.text("type", to_string(static_cast<OrderType>(static_cast<std::uint8_t>(p.type))));
  f.text("time_in_force", to_string(static_cast<TimeInForce>(static_cast<std::uint8_t>(p.time_in_force))));
  f.price("decision_price", p.decision_price);
}

void add(Fields& f, std::uint8_t detail, const Denial& p) {
  f.text("reason", to_string(static_cast<DenyReason>(detail)));
  f.integer("order_id", p.order_id);
  f.amount("value", p.value);
  f.amount("limit", p.limit);
  f.integer("gate", p.gate);
  f.qty("qty", p.qty);
}

void add(Fields& f, std::uint8_t /*detail*/, const Control& p) {
  f.integer("id", p.id);
  if (p.strategy == ~std::uint64_t{0}) {
    f.text("strategy", "all");
  } else {
    f.integer("strategy", p.strategy);
  }
  f.integer("value", p.value);
}

void add(Fields& f, std::uint8_t detail, const Flow& p) {
  f.text("action", to_string(static_cast<FlowAction>(detail)));
  f.side(p.side);
  f.price("price", p.price);
  f.qty("qty", p.qty);
  f.integer("order_id", p.order_id);
  f.small("participant", p.participant);
  f.text("type", to_string(static_cast<OrderType>(static_cast<std::uint8_t>(p.type))));
  f.text("time_in_force", to_string(static_cast<TimeInForce>(static_cast<std::uint8_t>(p.time_in_force))));
  f.qty("display_qty", p.display_qty);
}

void add(Fields& f, std::uint8_t detail, const AccountChange& p) {
  f.text("change", to_string(static_cast<AccountChangeType>(detail)));
  f.qty("qty", p.qty);
  f.price("price", p.price);
  f.money("cash", p.cash_nanos);
  f.money("fee", p.fee_nanos);
  f.integer("reference", p.reference);
}

void add(Fields& f, std::uint8_t detail, const OrderTerms& p) {
  f.integer("order_id", p.order_id);
  if (trail_unit_of(detail) == TrailUnit::ticks || trail_unit_of(detail) == TrailUnit::bps) {
    f.amount("trigger_price", p.trigger_price);
  } else {
    f.price("trigger_price", p.trigger_price);
  }
  f.text("trail", to_string(trail_unit_of(detail)));
  f.text("trigger", to_string(trigger_source_of(detail)));
  f.qty("display_qty", p.display_qty);
  f.time("expire", p.expire_ts_ns);
  f.text("contingency", to_string(contingency_of(detail)));
  f.integer("link", p.link);
}

void add(Fields& f, std::uint8_t /*detail*/, const CancelAll& p) {
  f.integer("strategy", p.strategy);
}

void add(Fields& f, std::uint8_t /*detail*/, const MassQuote& p) {
  f.integer("order_id", p.order_id);
  f.price("bid_price", p.bid_price);
  f.price("ask_price", p.ask_price);
  f.qty("bid_qty", p.bid_qty);
  f.qty("ask_qty", p.ask_qty);
}

void add(Fields& f, std::uint8_t detail, const Checkpoint& p) {
  const auto first_strategy = static_cast<std::uint8_t>(Subsystem::strategy);
  f.text("subsystem", detail < first_strategy ? std::string(to_string(static_cast<Subsystem>(detail)))
                                              : fmt::format("strategy {}", detail - first_strategy));
  f.text("digest", format_hex(p.digest));
  f.integer("input_events", p.input_events);
  f.integer("output_events", p.output_events);
}

void add_payload(Fields& f, const Event& e) {
  switch (e.kind) {
    case Kind::trade: return add(f, e.detail, e.as<Trade>());
    case Kind::quote: return add(f, e.detail, e.as<Quote>());
    case Kind::book: return add(f, e.detail, e.as<BookUpdate>());
    case Kind::order_action: return add(f, e.detail, e.as<OrderAction>());
    case Kind::bar: return add(f, e.detail, e.as<Bar>());
    case Kind::funding: return add(f, e.detail, e.as<Funding>());
    case Kind::mark: return add(f, e.detail, e.as<Mark>());
    case Kind::statistic: return add(f, e.detail, e.as<Statistic>());
    case Kind::definition: return add(f, e.detail, e.as<Definition>());
    case Kind::status: return add(f, e.detail, e.as<StatusChange>());
    case Kind::gap: return add(f, e.detail, e.as<Gap>());
    case Kind::partially_filled:
    case Kind::filled: return add(f, e.detail, e.as<Fill>());
    case Kind::accepted:
    case Kind::rejected:
    case Kind::cancelled:
    case Kind::cancel_rejected:
    case Kind::replaced:
    case Kind::triggered:
    case Kind::expired: return add(f, e.detail, e.as<OrderReport>());
    case Kind::start:
    case Kind::stop:
    case Kind::pause:
    case Kind::resume:
    case Kind::kill:
    case Kind::parameter:
    case Kind::timer: return add(f, e.detail, e.as<Control>());
    case Kind::submit:
    case Kind::cancel:
    case Kind::replace: return add(f, e.detail, e.as<OrderInstruction>());
    case Kind::denied: return add(f, e.detail, e.as<Denial>());
    case Kind::checkpoint: return add(f, e.detail, e.as<Checkpoint>());
    case Kind::flow: return add(f, e.detail, e.as<Flow>());
    case Kind::account: return add(f, e.detail, e.as<AccountChange>());
    case Kind::order_terms: return add(f, e.detail, e.as<OrderTerms>());
    case Kind::cancel_all: return add(f, e.detail, e.as<CancelAll>());
    case Kind::mass_quote: return add(f, e.detail, e.as<MassQuote>());
  }
}

}  // namespace

std::vector<Field> fields_of(const Event& event, const Instrument* instrument) {
  Fields fields(instrument);
  add_payload(fields, event);
  return fields.take();
}

std::string flags_text(std::uint8_t flags, std::string_view separator) {
  constexpr std::array<std::string_view, 8> kNames = {
      "suspicious", "receive_derived", "venue_snapshot", "reduce_only",
      "post_only",  "maker",           "auction",        "bit7"};
  std::string out;
  for (std::size_t bit = 0; bit < 8; ++bit) {
    if ((flags >> bit & 1U) == 0) continue;
    if (!out.empty()) out += separator;
    out += kNames[bit];
  }
  return out;
}

}  // namespace lockstep::recordings
