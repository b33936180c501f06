#include "tests/support/floor.h"

namespace lockstep::test {
namespace {

sim::SimConfig config_of(DurationNs order_latency_ns, DurationNs answer_latency_ns, const sim::Fees& fees,
                         std::size_t instruments, const sim::VenueRules& rules, const sim::FillRules& fills,
                         const std::optional<sim::MoneyConfig>& money) {
  sim::SimConfig config;
  config.connection.order_latency.median_ns = order_latency_ns;
  config.connection.answer_latency.median_ns = answer_latency_ns;
  config.fees.assign(instruments, fees);
  config.rules.assign(instruments, rules);
  config.fills.assign(instruments, fills);
  config.money = money;
  return config;
}

}  // namespace

Floor::Floor(DurationNs order_latency_ns, DurationNs answer_latency_ns, const sim::Fees& fees,
             std::vector<Instrument> instruments, sim::VenueRules rules, const sim::FillRules& fills,
             const std::optional<sim::MoneyConfig>& money)
    : venue_(std::make_unique<sim::SimVenue>(
          instruments,
          config_of(order_latency_ns, answer_latency_ns, fees, instruments.size(), rules, fills, money))),
      books_(instruments.size()) {}

void Floor::instruct(TimeNs ts_ns, Kind kind, std::uint8_t flags, Side side, InstrumentId instrument,
                     const OrderInstruction& terms) {
  Event event;
  event.recv_ts_ns = ts_ns;
  event.instrument = instrument;
  event.kind = kind;
  event.flags = flags;
  event.detail = static_cast<std::uint8_t>(side);
  event.set(terms);
  venue_->instruct(event, answers_);
}

OrderId Floor::submit(TimeNs ts_ns, const Ask& ask, InstrumentId instrument) {
  const bool is_plain = ask.type == OrderType::limit && ask.price == kNoPrice;
  const OrderType type = is_plain ? OrderType::market : ask.type;
  ++last_id_;
  if (ask.trigger != kNoPrice || ask.display != 0 || ask.expire_ts_ns != kNoTime || ask.link != 0) {
    Event terms;
    terms.recv_ts_ns = ts_ns;
    terms.instrument = instrument;
    terms.kind = Kind::order_terms;
    terms.detail = pack_terms(ask.trail, ask.source, ask.contingency);
    terms.set(OrderTerms{last_id_, ask.trigger, ask.display, ask.expire_ts_ns, ask.link});
    venue_->instruct(terms, answers_);
  }
  instruct(ts_ns, Kind::submit, static_cast<std::uint8_t>(ask.flags), ask.side, instrument,
           {last_id_, ask.price, ask.qty, static_cast<std::uint32_t>(type),
            static_cast<std::uint32_t>(ask.time_in_force), kNoPrice});
  return last_id_;
}

void Floor::cancel_all(TimeNs ts_ns, InstrumentId instrument) {
  Event event;
  event.recv_ts_ns = ts_ns;
  event.instrument = instrument;
  event.kind = Kind::cancel_all;
  event.set(CancelAll{0, {}});
  venue_->instruct(event, answers_);
}

OrderId Floor::quote(TimeNs ts_ns, Level bid, Level ask, InstrumentId instrument) {
  Event event;
  event.recv_ts_ns = ts_ns;
  event.instrument = instrument;
  event.kind = Kind::mass_quote;
  event.set(MassQuote{last_id_ + 1, bid.price, ask.price, bid.qty, ask.qty});
  venue_->instruct(event, answers_);
  last_id_ += 2;
  return last_id_ - 1;
}

void Floor::cancel(TimeNs ts_ns, OrderId id, InstrumentId instrument) {
  instruct(ts_ns, Kind::cancel, 0, Side::none, instrument, {id, 0, 0, 0, 0, kNoPrice});
}

void Floor::replace(TimeNs ts_ns, OrderId id, Price price, Qty qty, InstrumentId instrument) {
  instruct(ts_ns, Kind::replace, 0, Side::none, instrument, {id, price, qty, 1, 0, kNoPrice});
}

void Floor::see(Entry entry, TimeNs recv_ts_ns) {
  if (recv_ts_ns != 0) entry.event.recv_ts_ns = recv_ts_ns;
  venue_->on_market(entry.event, entry.levels, books_, answers_);
  books_.apply(entry.event, entry.levels);
}

std::vector<std::string> Floor::told() {
  std::vector<std::string> out;
  for (; told_ < answers_.events.size(); ++told_) {
    const Event& event = answers_.events[told_];
    if (event.kind == Kind::accepted) continue;
    if (event.kind == Kind::filled || event.kind == Kind::partially_filled) {
      const auto fill = event.as<Fill>();
      out.push_back(std::to_string(fill.order_id) + " " +
                    std::string(to_string(static_cast<Side>(event.detail))) + " " + std::to_string(fill.qty) +
                    " @ " + std::to_string(fill.price) + ((event.flags & kFlagMaker) != 0 ? " maker" : ""));
    } else {
      const auto report = event.as<OrderReport>();
      const auto reason = static_cast<Reason>(event.detail);
      out.push_back(std::to_string(report.order_id) + " " + std::string(to_string(event.kind)) +
                    (reason == Reason::none ? "" : " " + std::string(to_string(reason))));
    }
  }
  return out;
}

}  // namespace lockstep::test
