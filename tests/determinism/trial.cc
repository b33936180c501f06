#include "tests/determinism/trial.h"

#include "engine/event/event_digest.h"
#include "tests/determinism/test_strategies.h"

namespace lockstep::determinism {
namespace {

std::vector<SessionStrategy> make_strategies(const std::vector<StrategyUse>& uses) {
  std::vector<SessionStrategy> made;
  for (const StrategyUse& use : uses) {
    for (const StrategyFactory& factory : known_strategies()) {
      if (factory.name != use.name) continue;
      Result<Parameters> parameters = Parameters::read(factory.parameters, use.parameters);
      LOCKSTEP_CHECK(parameters.ok(), parameters.ok() ? "" : parameters.error().text().c_str());
      made.push_back({use.name, factory.make(*parameters), *parameters, use.universe});
    }
  }
  LOCKSTEP_CHECK(made.size() == uses.size(), "a scenario names strategies that exist");
  return made;
}

std::vector<Instrument> instruments_of(const feeds::SyntheticConfig& config) {
  std::vector<Instrument> instruments;
  for (const feeds::SyntheticInstrument& one : config.instruments) instruments.push_back(one.instrument);
  return instruments;
}

}  // namespace

Result<Source::Pull> UnsteadyClock::pull(Batch& out) {
  const Result<Pull> pulled = inner_.pull(out);
  if (!pulled || *pulled == Pull::end || !is_on_) return pulled;
  events_.assign(out.events.begin(), out.events.end());
  for (Event& event : events_) {
    if (++position_ % 7 == 0) event.recv_ts_ns -= kSecond / 2;
  }
  out.events = events_;
  return Pull::events;
}

Status UnsteadyClock::seek(std::uint64_t event_number) {
  position_ = event_number;
  return inner_.seek(event_number);
}

Result<Source::Pull> ControlledSource::pull(Batch& out) {
  if (batch_.events.empty()) {
    const Result<Pull> pulled = inner_.pull(batch_);
    if (!pulled) return pulled.error();
    if (*pulled == Pull::end) return Pull::end;
  }
  std::size_t count = batch_.events.size();
  if (next_control_ < controls_.size()) {
    const ControlAt& next = controls_[next_control_];
    if (next.at == position_) {
      control_ = {};
      control_.recv_ts_ns = batch_.events.front().recv_ts_ns;
      control_.kind = next.kind;
      control_.set(next.control);
      ++next_control_;
      ++position_;
      out = {std::span<const Event>(&control_, 1), {}};
      return Pull::events;
    }
    count = static_cast<std::size_t>(std::min<std::uint64_t>(count, next.at - position_));
  }
  out = {batch_.events.first(count), batch_.levels};
  batch_.events = batch_.events.subspan(count);
  position_ += count;
  return Pull::events;
}

Status ControlledSource::seek(std::uint64_t event_number) {
  batch_ = {};
  position_ = event_number;
  next_control_ = 0;
  while (next_control_ < controls_.size() && controls_[next_control_].at < event_number) ++next_control_;
  return inner_.seek(event_number - next_control_);
}

void DigestingJournal::append(const Event& event, std::span<const Level> levels) {
  mix_event(digest_, event, levels);
  if (next_ != nullptr) next_->append(event, levels);
}

void DigestingResults::fill(const FillRow& row) {
  mix(1, row.ts_ns, row.exch_ts_ns, row.submit_ts_ns, row.order_id, row.instrument, row.strategy, row.side,
      row.is_maker, row.price, row.qty, row.decision_price, row.fee_nanos, row.realised_nanos,
      row.position_qty);
}

void DigestingResults::order(const OrderRow& row) {
  mix(2, row.order_id, row.instrument, row.strategy, row.side, row.type, row.time_in_force, row.flags,
      row.outcome, row.reason, row.price, row.qty, row.filled_qty, row.fees_nanos, row.submit_ts_ns,
      row.accepted_ts_ns, row.done_ts_ns);
}

void DigestingResults::equity(const EquityRow& row) {
  mix(3, row.ts_ns, row.equity_nanos, row.cash_nanos, row.realised_nanos, row.unrealised_nanos,
      row.fees_nanos);
}

void DigestingResults::position(const PositionRow& row) {
  mix(4, row.ts_ns, row.instrument, row.qty, row.average_price, row.bid_price, row.ask_price, row.last_price,
      row.realised_nanos, row.unrealised_nanos);
}

void DigestingResults::denial(const DenialRow& row) {
  mix(5, row.ts_ns, row.order_id, row.instrument, row.strategy, row.reason, row.gate, row.value, row.limit);
}

Trial::Trial(const Scenario& scenario, Journal* journal)
    : synthetic_(scenario.feed),
      clock_(synthetic_, scenario.has_unsteady_clock),
      source_(clock_, scenario.controls),
      venue_(instruments_of(scenario.feed), scenario.venue),
      journal_(journal),
      session_(std::make_unique<Session>(scenario.session, source_, venue_, journal_, &results_,
                                         make_strategies(scenario.strategies))) {}

Result<Outcome> Trial::finish() {
  for (;;) {
    const Result<bool> more = session_->advance(1 << 16);
    if (!more) return more.error();
    if (!*more) break;
  }
  const Result<RunTotals> totals = session_->finish();
  if (!totals) return totals.error();
  Digest digest;
  digest.mix(totals->digest);
  digest.mix(journal_.digest());
  digest.mix(results_.digest());
  return Outcome{*totals, digest.value()};
}

Result<Outcome> run(const Scenario& scenario, Journal* journal) {
  Trial trial(scenario, journal);
  if (const Status begun = trial.session().begin(); !begun) return begun.error();
  return trial.finish();
}

}  // namespace lockstep::determinism
