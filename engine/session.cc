#include "engine/session.h"

#include <cstring>

namespace lockstep {
namespace {

// Streams of random numbers by use; the entity is the strategy's index.
constexpr std::uint32_t kStrategyStream = 1;

constexpr std::uint64_t kSnapshotFormat = 2;
constexpr std::uint64_t kEventsPerStep = 1 << 16;

// The last word of a snapshot, over those before it. Requires: whole words.
std::uint64_t seal_of(std::span<const std::uint8_t> bytes) {
  Digest digest;
  for (; !bytes.empty(); bytes = bytes.subspan(8)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    digest.mix(word);
  }
  return digest.value();
}

void mix_text(Digest& digest, std::string_view text) {
  digest.mix(text.size());
  for (const char c : text) digest.mix(static_cast<unsigned char>(c));
}

}  // namespace

class Session::StrategyContext final : public Context {
 public:
  StrategyContext(Session& session, std::uint32_t index, std::uint64_t seed)
      : session_(session), index_(index), random_(seed, kStrategyStream, index) {}

  [[nodiscard]] TimeNs now() const override { return session_.now_; }
  [[nodiscard]] std::span<const Instrument> instruments() const override {
    return session_.source_.instruments();
  }
  [[nodiscard]] std::span<const InstrumentId> universe() const override {
    return session_.strategies_[index_].universe;
  }
  [[nodiscard]] const MarketState& market(InstrumentId instrument) const override {
    return session_.books_[instrument];
  }
  [[nodiscard]] Qty position(InstrumentId instrument) const override {
    return session_.desk_.portfolio().position(instrument).qty;
  }
  [[nodiscard]] const Order* order(OrderId id) const override { return session_.desk_.orders().find(id); }

  Requested submit(const OrderRequest& request) override {
    return session_.decide(session_.desk_.submit(index_, request, session_.now_));
  }
  Requested cancel(OrderId id) override {
    return session_.decide(session_.desk_.cancel(index_, id, session_.now_));
  }
  Requested replace(OrderId id, Price price, Qty qty) override {
    return session_.decide(session_.desk_.replace(index_, id, price, qty, session_.now_));
  }
  Requested cancel_all(InstrumentId instrument) override {
    return session_.decide(session_.desk_.cancel_all(index_, instrument, session_.now_));
  }
  Requested quote(const QuoteRequest& request) override {
    return session_.decide(session_.desk_.quote(index_, request, session_.now_));
  }

  void set_timer(TimeNs at_ns, std::uint64_t timer_id) override {
    Event event;
    event.recv_ts_ns = std::max(at_ns, session_.now_);
    event.kind = Kind::timer;
    event.set(Control{timer_id, index_, 0, {}});
    session_.queue_.push(event);
  }

  RandomStream& random() override { return random_; }

 private:
  Session& session_;
  std::uint32_t index_;
  RandomStream random_;
};

Session::Session(SessionConfig config, Source& source, Venue& venue, Journal& journal, ResultSink* results,
                 std::vector<SessionStrategy> strategies)
    : config_(std::move(config)),
      source_(source),
      venue_(venue),
      journal_(journal),
      strategies_(std::move(strategies)),
      books_(source.instruments().size()),
      desk_(source.instruments(), config_.portfolio, config_.quoted_rates, config_.limits, books_, results) {
  LOCKSTEP_CHECK(config_.limits.size() == source.instruments().size(),
                 "risk limits are given per instrument");
  LOCKSTEP_CHECK(config_.checkpoint_interval > 0, "a run keeps digests");
  for (const auto& [currency, nanos] : config_.rates_nanos) fail_if_bad(desk_.set_rate(currency, nanos));
  for (std::uint32_t i = 0; i < strategies_.size(); ++i) {
    contexts_.push_back(std::make_unique<StrategyContext>(*this, i, config_.seed));
    trades_.emplace_back(books_.size(), char{0});
    LOCKSTEP_CHECK(!strategies_[i].universe.empty(), "a strategy trades at least one instrument");
    for (const InstrumentId id : strategies_[i].universe) {
      LOCKSTEP_CHECK(id < books_.size(), "a strategy trades instruments of the run");
      trades_.back()[id] = 1;
    }
  }
}

Session::~Session() = default;

Result<RunTotals> Session::run() {
  if (const Status begun = begin(); !begun) return begun.error();
  for (;;) {
    const Result<bool> more = advance(kEventsPerStep);
    if (!more) return more.error();
    if (!*more) return finish();
  }
}

// The line: what is due before the event, then the event itself, to venue, books and strategies, in this
// order.
void Session::process_input(const Event& event, std::span<const Level> levels) {
  if (event.recv_ts_ns < now_) ++totals_.clock_regressions;
  const TimeNs ts_ns = std::max(event.recv_ts_ns, now_);
  process_due_until(ts_ns);
  now_ = ts_ns;
  totals_.last_ts_ns = ts_ns;
  ++totals_.input_events;
  mix_event(digest_, event, levels);
  if (config_.journal_inputs) journal_.append(event, levels);
  if (is_market(event.kind)) {
    if (event.recv_ts_ns == ts_ns) {
      venue_.on_market(event, levels, books_, *this);
    } else {  // the receive clock went back: the venue answers in core time, which stood still
      Event now = event;
      now.recv_ts_ns = ts_ns;
      venue_.on_market(now, levels, books_, *this);
    }
    books_.apply(event, levels);
    dispatch_market(event);
  } else {
    process_control(event);
  }
  if (totals_.input_events >= next_checkpoint_) checkpoint();
}

Result<bool> Session::advance(std::uint64_t max_events) {
  LOCKSTEP_CHECK(phase_ == Phase::running, "begin a session before advancing it");
  for (std::uint64_t i = 0; i < max_events; ++i) {
    if (cursor_ == batch_.events.size()) {
      const Result<bool> more = fill_batch();
      if (!more) return more.error();
      if (!*more) return false;
    }
    const Event& event = batch_.events[cursor_];
    if (stopping_ || event.recv_ts_ns > config_.until_ts_ns) return false;
    books_.look_ahead(batch_.events.subspan(cursor_));
    ++cursor_;
    process_input(event, batch_.levels);
    if (fault_) return *fault_;
  }
  return true;
}

Result<bool> Session::fill_batch() {
  const Result<Source::Pull> pulled = source_.pull(batch_);
  cursor_ = 0;
  if (!pulled) {
    batch_ = {};
    return pulled.error();
  }
  if (*pulled == Source::Pull::end) {
    batch_ = {};
    return false;
  }
  LOCKSTEP_CHECK(!batch_.events.empty(), "a source that has events delivers at least one");
  return true;
}

Status Session::begin() {
  LOCKSTEP_CHECK(phase_ == Phase::fresh, "a session runs once");
  if (fault_) return *fault_;
  phase_ = Phase::running;
  const Result<bool> any = fill_batch();
  if (!any) return any.error();
  if (*any) now_ = batch_.events.front().recv_ts_ns;
  totals_.first_ts_ns = now_;
  totals_.last_ts_ns = now_;
  next_checkpoint_ = config_.checkpoint_interval;
  if (config_.sample_interval_ns > 0 && *any) {
    next_sample_ts_ns_ = now_ - now_ % config_.sample_interval_ns + config_.sample_interval_ns;
  }
  Event start;
  start.recv_ts_ns = now_;
  start.kind = Kind::start;
  start.set(Control{0, ~std::uint64_t{0}, config_.seed, {}});
  record_output(start);
  for (std::size_t i = 0; i < strategies_.size() && !fault_; ++i)
    fail_if_bad(strategies_[i].strategy->on_start(*contexts_[i]));
  fail_if_bad(desk_.sample(now_));
  if (fault_) return *fault_;
  return Done{};
}

void Session::process_due_until(TimeNs ts_ns) {
  while (queue_.next_ts_ns() <= ts_ns && !fault_) {
    const Event due = queue_.pop();
    sample_before(due.recv_ts_ns);
    process_due(due);
  }
  sample_before(ts_ns);
}

// Time without events has no rows: the last grid point up to what comes next stands for all that were passed.
void Session::sample_before(TimeNs ts_ns) {
  if (next_sample_ts_ns_ > ts_ns) return;
  const TimeNs grid_ts_ns = ts_ns - ts_ns % config_.sample_interval_ns;
  fail_if_bad(desk_.sample(grid_ts_ns));
  next_sample_ts_ns_ = grid_ts_ns + config_.sample_interval_ns;
}

void Session::process_due(const Event& event) {
  LOCKSTEP_CHECK(event.recv_ts_ns >= now_, "nothing is due in the past");
  now_ = event.recv_ts_ns;
  record_output(event);
  if (event.kind == Kind::timer) {
    const auto control = event.as<Control>();
    strategies_[control.strategy].strategy->on_timer(control.id, *contexts_[control.strategy]);
    return;
  }
  if (is_market(event.kind)) {
    books_.apply(event, {});
    return dispatch_market(event);
  }
  if (event.kind == Kind::account) {
    fail_if_bad(desk_.apply_account(event));
    return dispatch_market(event);
  }
  if (is_fill(event.kind)) ++totals_.fills;
  const Result<Order> order = desk_.apply_execution(event);
  if (!order) return fail(order.error());
  LOCKSTEP_CHECK(order->strategy < strategies_.size(), "an order belongs to one of the run's strategies");
  strategies_[order->strategy].strategy->on_execution(event, *order, *contexts_[order->strategy]);
}

void Session::dispatch_market(const Event& event) {
  if (event.kind == Kind::gap) ++totals_.gaps;
  if (event.kind == Kind::funding) fail_if_bad(desk_.apply_funding(event));
  for (std::size_t i = 0; i < strategies_.size(); ++i) {
    if (event.instrument != kNoInstrument && trades_[i][event.instrument] == 0) continue;
    Strategy& strategy = *strategies_[i].strategy;
    Context& context = *contexts_[i];
    switch (event.kind) {
      case Kind::trade: strategy.on_trade(event, event.as<Trade>(), context); break;
      case Kind::quote: strategy.on_quote(event, event.as<Quote>(), context); break;
      case Kind::book: strategy.on_book(event, event.as<BookUpdate>(), context); break;
      case Kind::bar: strategy.on_bar(event, event.as<Bar>(), context); break;
      case Kind::order_action:
        strategy.on_other(event, context);
        if (const auto trade = trade_of(event)) strategy.on_trade(*trade, trade->as<Trade>(), context);
        break;
      case Kind::flow: break;  // another participant's business, until the exchange publishes it
      default: strategy.on_other(event, context); break;
    }
  }
}

void Session::process_control(const Event& event) {
  const auto control = event.as<Control>();
  switch (event.kind) {
    case Kind::stop: stopping_ = true; return;
    case Kind::pause: desk_.risk().pause(true); return;
    case Kind::resume: desk_.risk().pause(false); return;
    case Kind::kill:
      desk_.risk().kill();
      cancel_all();
      return;
    case Kind::parameter: {
      if (control.strategy >= strategies_.size()) {
        return fail({ErrorCode::bad_input, "parameter event",
                     "names strategy " + std::to_string(control.strategy) + ", but the run has " +
                         std::to_string(strategies_.size())});
      }
      SessionStrategy& target = strategies_[control.strategy];
      if (const Status set = target.parameters.set_bits(control.id, control.value); !set)
        return fail(set.error());
      fail_if_bad(target.strategy->on_parameters(target.parameters, *contexts_[control.strategy]));
      return;
    }
    case Kind::timer:  // a live run's clock: it only moves time on
    case Kind::start: return;
    default:
      return fail({ErrorCode::bad_input, "event " + std::to_string(totals_.input_events),
                   "a source may deliver market and control events, found \"" +
                       std::string(to_string(event.kind)) + "\""});
  }
}

void Session::cancel_all() {
  std::vector<OrderId> ids;
  for (const Order& order : desk_.orders().alive()) {
    if (order.state != OrderState::cancelling) ids.push_back(order.id);
  }
  for (const OrderId id : ids) decide(desk_.cancel(Orders::strategy_of(id), id, now_));
}

Requested Session::decide(const Event& decision) {
  record_output(decision);
  ++totals_.decisions;
  if (decision.kind == Kind::denied) {
    ++totals_.denials;
    return {0, static_cast<DenyReason>(decision.detail)};
  }
  venue_.instruct(decision, *this);
  switch (decision.kind) {
    case Kind::submit: ++totals_.orders; break;
    case Kind::mass_quote: {
      const auto quote = decision.as<MassQuote>();
      totals_.orders += static_cast<std::uint64_t>((quote.bid_qty > 0) + (quote.ask_qty > 0));
      return {quote.order_id, DenyReason::none};
    }
    case Kind::cancel_all: return {};
    default: break;
  }
  return {decision.as<OrderInstruction>().order_id, DenyReason::none};
}

Requested Session::decide(const Desk::Decision& decision) {
  if (decision.terms) {
    record_output(*decision.terms);
    venue_.instruct(*decision.terms, *this);
  }
  return decide(decision.event);
}

void Session::push(const Event& event) {
  LOCKSTEP_CHECK(is_execution(event.kind) || is_market(event.kind),
                 "a venue answers with executions, and publishes market events");
  LOCKSTEP_CHECK(event.recv_ts_ns >= now_, "an answer cannot be due before the event that decided it");
  queue_.push(event);
}

void Session::record_output(const Event& event) {
  ++totals_.output_events;
  mark_journal();
  mix_event(digest_, event, {});
  journal_.append(event, {});
}

void Session::mark_journal() {
  if (marked_at_ == totals_.input_events) return;
  marked_at_ = totals_.input_events;
  Event mark;
  mark.recv_ts_ns = now_;
  mark.kind = Kind::checkpoint;
  mark.detail = static_cast<std::uint8_t>(Subsystem::run);
  mark.set(Checkpoint{digest_.value(), totals_.input_events, totals_.output_events, {}});
  journal_.append(mark, {});
}

void Session::checkpoint() {
  next_checkpoint_ = totals_.input_events + config_.checkpoint_interval;
  const auto keep = [this](std::size_t subsystem, std::uint64_t digest) {
    Event event;
    event.recv_ts_ns = now_;
    event.kind = Kind::checkpoint;
    event.detail = static_cast<std::uint8_t>(subsystem);
    event.set(Checkpoint{digest, totals_.input_events, totals_.output_events, {}});
    journal_.append(event, {});
  };
  const auto keep_state = [&](Subsystem subsystem, auto&& walk) {
    StateVisitor visitor = StateVisitor::digesting();
    walk(visitor);
    keep(static_cast<std::size_t>(subsystem), visitor.digest());
  };
  keep(static_cast<std::size_t>(Subsystem::run), digest_.value());
  marked_at_ = totals_.input_events;
  keep_state(Subsystem::books, [this](StateVisitor& v) { books_.visit(v); });
  keep_state(Subsystem::orders, [this](StateVisitor& v) { desk_.visit_orders(v); });
  keep_state(Subsystem::portfolio, [this](StateVisitor& v) { desk_.visit_portfolio(v); });
  keep_state(Subsystem::venue, [this](StateVisitor& v) { venue_.visit(v); });
  keep_state(Subsystem::random, [this](StateVisitor& v) { visit_random(v); });
  keep_state(Subsystem::risk, [this](StateVisitor& v) { desk_.visit_risk(v); });
  keep_state(Subsystem::queue, [this](StateVisitor& v) { queue_.visit(v); });
  for (std::size_t i = 0; i < strategies_.size(); ++i) {
    StateVisitor visitor = StateVisitor::digesting();
    strategies_[i].strategy->visit(visitor);
    keep(static_cast<std::size_t>(Subsystem::strategy) + i, visitor.digest());
  }
  fail_if_bad(journal_.status());
}

Result<RunTotals> Session::finish() {
  LOCKSTEP_CHECK(phase_ == Phase::running, "a session finishes once");
  phase_ = Phase::finished;
  // What was sent may still be answered; nothing new may be sent.
  desk_.risk().kill();
  venue_.finish(now_, books_, *this);
  while (!queue_.empty() && !fault_) {
    const Event due = queue_.pop();
    if (due.kind != Kind::timer) process_due(due);
  }
  LOCKSTEP_CHECK(fault_ || desk_.orders().alive().empty(), "every order has come to its end");
  Event stop;
  stop.recv_ts_ns = now_;
  stop.kind = Kind::stop;
  stop.set(Control{0, ~std::uint64_t{0}, 0, {}});
  record_output(stop);
  checkpoint();
  fail_if_bad(desk_.sample(now_));
  if (fault_) return *fault_;
  totals_.digest = digest_.value();
  return totals_;
}

void Session::visit_random(StateVisitor& visitor) {
  for (const auto& context : contexts_) {
    std::uint64_t counter = context->random().counter();
    visitor.field(counter);
    if (visitor.is_loading() && counter <= RandomStream::kMaxCounter) context->random().seek(counter);
  }
}

void Session::visit(StateVisitor& visitor) {
  std::uint64_t chain = digest_.value();
  visitor.field(chain);
  if (visitor.is_loading()) digest_ = Digest::from_value(chain);
  for (std::uint64_t* count :
       {&totals_.input_events, &totals_.output_events, &totals_.decisions, &totals_.orders, &totals_.denials,
        &totals_.fills, &totals_.gaps, &totals_.clock_regressions, &next_checkpoint_, &marked_at_}) {
    visitor.field(*count);
  }
  for (TimeNs* ts_ns : {&totals_.first_ts_ns, &totals_.last_ts_ns, &now_, &next_sample_ts_ns_})
    visitor.field(*ts_ns);
  visitor.field(stopping_);
  books_.visit(visitor);
  desk_.visit_orders(visitor);
  desk_.visit_portfolio(visitor);
  desk_.visit_risk(visitor);
  venue_.visit(visitor);
  queue_.visit(visitor);
  visit_random(visitor);
  for (SessionStrategy& entry : strategies_) {
    for (std::size_t i = 0; i < entry.parameters.specs().size(); ++i) {
      std::uint64_t bits = entry.parameters.bits_at(i);
      visitor.field(bits);
      if (visitor.is_loading()) fail_if_bad(entry.parameters.set_bits(i, bits));
    }
    entry.strategy->visit(visitor);
  }
}

// What a snapshot must agree with before a word of it is taken in.
std::uint64_t Session::configuration_digest() const {
  Digest digest;
  digest.mix(kSnapshotFormat);
  digest.mix(config_.seed);
  digest.mix(config_.checkpoint_interval);
  digest.mix(static_cast<std::uint64_t>(config_.sample_interval_ns));
  digest.mix(static_cast<std::uint64_t>(config_.portfolio.cost_basis));
  for (const Instrument& instrument : source_.instruments()) {
    mix_text(digest, instrument.symbol);
    mix_text(digest, instrument.venue);
    for (const std::int64_t value : {instrument.tick, instrument.lot, instrument.multiplier}) {
      digest.mix(static_cast<std::uint64_t>(value));
    }
  }
  for (const QuotedRate& rate : config_.quoted_rates) {
    mix_text(digest, rate.currency);
    digest.mix(std::uint64_t{rate.instrument} << 1U | (rate.is_inverted ? 1U : 0U));
  }
  for (const SessionStrategy& entry : strategies_) {
    mix_text(digest, entry.name);
    digest.mix(entry.universe.size());
    for (const InstrumentId id : entry.universe) digest.mix(id);
  }
  return digest.value();
}

std::vector<std::uint8_t> Session::snapshot() {
  LOCKSTEP_CHECK(phase_ == Phase::running && !fault_, "a snapshot is taken of a session that runs");
  StateVisitor visitor = StateVisitor::saving();
  std::uint64_t configuration = configuration_digest();
  visitor.field(configuration);
  visit(visitor);
  std::vector<std::uint8_t> bytes = visitor.take();
  const auto seal = std::bit_cast<std::array<std::uint8_t, 8>>(seal_of(bytes));
  bytes.insert(bytes.end(), seal.begin(), seal.end());
  return bytes;
}

Status Session::restore(const std::vector<std::uint8_t>& snapshot) {
  LOCKSTEP_CHECK(phase_ == Phase::fresh, "a snapshot is restored into a fresh session");
  std::uint64_t seal = 0;
  const bool is_whole = snapshot.size() % 8 == 0 && snapshot.size() >= 16;
  if (is_whole) std::memcpy(&seal, snapshot.data() + snapshot.size() - 8, 8);
  if (!is_whole || seal != seal_of(std::span(snapshot).first(snapshot.size() - 8))) {
    return Error{ErrorCode::damaged, "snapshot",
                 "it is cut short or its bytes have changed; use another copy"};
  }
  const std::vector<std::uint8_t> state(snapshot.begin(), snapshot.end() - 8);
  StateVisitor visitor = StateVisitor::loading(state);
  std::uint64_t configuration = 0;
  visitor.field(configuration);
  if (configuration != configuration_digest()) {
    return Error{
        ErrorCode::mismatch, "snapshot",
        "it was taken of another configuration or by another version; restore it where it was taken"};
  }
  phase_ = Phase::running;
  visit(visitor);
  if (!visitor.complete() || fault_) {
    return Error{ErrorCode::mismatch, "snapshot",
                 "it was taken of another configuration or by another version"};
  }
  return source_.seek(totals_.input_events);
}

void Session::fail(const Error& error) {
  if (!fault_) fault_ = error;
}

}  // namespace lockstep
