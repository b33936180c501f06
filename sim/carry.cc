#include "sim/carry.h"

#include <algorithm>
#include <string>

#include "sim/amounts.h"

namespace lockstep::sim {
namespace {

constexpr int kPpbScale = 9;

Error bad(const std::string& what) {
  return {ErrorCode::bad_input, "carry", what};
}

bool is_modelled(FundingSource source) {
  return source == FundingSource::constant || source == FundingSource::premium;
}

// The first time after `now` that lies `offset` past a multiple of `interval`.
TimeNs following(TimeNs now, DurationNs interval, DurationNs offset) {
  const TimeNs since = ((now - offset) % interval + interval) % interval;
  return now - since + interval;
}

bool can_be_borrowed(const Instrument& instrument) {
  return instrument.kind == InstrumentKind::spot || instrument.kind == InstrumentKind::equity;
}

// 102%, up to a whole unit of the currency.
Price collateral_price(const Instrument& instrument, Price mark) {
  const Int128 whole = Int128{100} * pow10(instrument.price_scale);
  const Int128 units = (Int128{mark} * 102 + whole - 1) / whole;
  return static_cast<Price>(units * pow10(instrument.price_scale));
}

}  // namespace

Status validate(const CarryConfig& config, std::size_t instruments) {
  if ((!config.funding.empty() && config.funding.size() != instruments) ||
      (!config.borrow_ppb.empty() && config.borrow_ppb.size() != instruments))
    return bad("rules are given for every instrument or for none");
  const auto is_rate = [](std::int64_t ppb) { return ppb >= -kAll && ppb <= kAll; };
  for (const FundingRule& rule : config.funding) {
    if (rule.interval_ns <= 0 || rule.sample_interval_ns <= 0)
      return bad("the interval of funding and of its samples must be positive");
    if (rule.offset_ns < 0 || rule.offset_ns >= rule.interval_ns)
      return bad("the offset of funding lies within its interval");
    if (!is_rate(rule.rate_ppb) || rule.clamp_ppb < 0 || rule.cap_ppb < 0 || !is_rate(rule.cap_ppb))
      return bad("funding rates lie within +-100%, clamp and cap are not negative");
  }
  for (const std::int64_t ppb : config.borrow_ppb) {
    if (ppb < 0 || ppb > 100 * kAll) return bad("a borrow fee lies between 0 and 10000% a year");
  }
  if (!is_rate(config.debit_ppb) || !is_rate(config.credit_ppb))
    return bad("interest lies within +-100% a year");
  if (config.daily_at_ns < 0 || config.daily_at_ns >= kDay) return bad("a time of day lies within a day");
  if (config.days_per_year != 360 && config.days_per_year != 365)
    return bad("a year has 360 or 365 days, found " + std::to_string(config.days_per_year));
  return Done{};
}

Carry::Carry(std::span<const Instrument> instruments, CarryConfig config)
    : instruments_(instruments.begin(), instruments.end()),
      config_(std::move(config)),
      perpetuals_(instruments.size()) {
  LOCKSTEP_CHECK(validate(config_, instruments_.size()).ok(), "carry was not validated");
  if (config_.funding.empty()) config_.funding.resize(instruments_.size());
  if (config_.borrow_ppb.empty()) config_.borrow_ppb.resize(instruments_.size());
  for (InstrumentId id = 0; id < instruments_.size(); ++id) {
    const bool is_first = std::none_of(payers_.begin(), payers_.end(), [&](InstrumentId payer) {
      return instruments_[payer].settle == instruments_[id].settle;
    });
    if (is_first) payers_.push_back(id);
  }
}

std::int64_t Carry::of_day(Int128 amount, std::int64_t annual_ppb) const {
  return static_cast<std::int64_t>(divide_rounded(amount * annual_ppb, Int128{kAll} * config_.days_per_year));
}

std::optional<AccountEvent> Carry::payment(InstrumentId instrument, TimeNs ts_ns, std::int64_t rate,
                                           int scale, Price mark, const VenueAccount& account) const {
  const Qty qty = account.position(instrument);
  if (qty == 0 || !is_valued(instruments_[instrument], mark)) return std::nullopt;
  const Money held = notional(instruments_[instrument], mark, qty);
  const Money paid = Money::from_wide(divide_rounded(Int128{held.nanos()} * rate, pow10(scale)));
  if (held.overflowed() || paid.overflowed()) return std::nullopt;
  AccountEvent event;
  event.ts_ns = ts_ns;
  event.instrument = instrument;
  event.change.price = mark;
  event.change.cash_nanos = -paid.nanos();
  return event;
}

std::int64_t Carry::modelled_ppb(InstrumentId instrument) const {
  const FundingRule& rule = config_.funding[instrument];
  if (rule.source == FundingSource::constant) return rule.rate_ppb;
  const Perpetual& perpetual = perpetuals_[instrument];
  const auto premium =
      perpetual.weights == 0
          ? std::int64_t{0}
          : static_cast<std::int64_t>(divide_rounded(perpetual.weighted_sum, perpetual.weights));
  const std::int64_t rate = premium + std::clamp(rule.rate_ppb - premium, -rule.clamp_ppb, rule.clamp_ppb);
  return std::clamp(rate, -rule.cap_ppb, rule.cap_ppb);
}

// Step by step: a borrow fee for each instrument, then interest for each settlement currency.
std::optional<AccountEvent> Carry::daily(std::size_t step, const VenueAccount& account) const {
  AccountEvent event;
  event.ts_ns = day_due_ns_;
  if (step < instruments_.size()) {
    event.instrument = static_cast<InstrumentId>(step);
    event.type = AccountChangeType::borrow_fee;
    const Instrument& instrument = instruments_[step];
    const Qty qty = account.position(event.instrument);
    const Price mark = account.mark(event.instrument);
    if (qty >= 0 || !can_be_borrowed(instrument) || mark == kNoPrice) return std::nullopt;
    const Price price = config_.marks_up_collateral ? collateral_price(instrument, mark) : mark;
    event.change.cash_nanos = -of_day(exposure_of(instrument, price, qty), config_.borrow_ppb[step]);
  } else {
    event.instrument = payers_[step - instruments_.size()];
    event.type = AccountChangeType::interest;
    const Int128 cash = account.cash(event.instrument).nanos();
    event.change.cash_nanos = of_day(cash, cash < 0 ? config_.debit_ppb : config_.credit_ppb);
  }
  if (event.change.cash_nanos == 0) return std::nullopt;
  return event;
}

void Carry::find_next() {
  next_ns_ = day_due_ns_;
  for (const Perpetual& perpetual : perpetuals_) next_ns_ = std::min(next_ns_, perpetual.due_ns);
}

std::optional<AccountEvent> Carry::next(TimeNs now, const VenueAccount& account) {
  if (!is_started_) {
    is_started_ = true;
    const bool has_daily =
        config_.debit_ppb != 0 || config_.credit_ppb != 0 ||
        std::any_of(config_.borrow_ppb.begin(), config_.borrow_ppb.end(), [](auto ppb) { return ppb != 0; });
    if (has_daily) day_due_ns_ = following(now - 1, kDay, config_.daily_at_ns);
    for (InstrumentId id = 0; id < instruments_.size(); ++id) {
      const FundingRule& rule = config_.funding[id];
      const bool is_perpetual = instruments_[id].kind == InstrumentKind::linear_perpetual ||
                                instruments_[id].kind == InstrumentKind::inverse_perpetual;
      if (is_perpetual && is_modelled(rule.source))
        perpetuals_[id].due_ns = following(now - 1, rule.interval_ns, rule.offset_ns);
    }
    find_next();
  }
  while (next_ns_ <= now) {
    const TimeNs ts_ns = next_ns_;
    if (day_due_ns_ == ts_ns) {
      const std::optional<AccountEvent> due = daily(day_step_++, account);
      if (day_step_ == instruments_.size() + payers_.size()) {
        day_step_ = 0;
        day_due_ns_ += kDay;
        find_next();
      }
      if (due) return due;
      continue;
    }
    const auto found = std::find_if(perpetuals_.begin(), perpetuals_.end(),
                                    [&](const Perpetual& perpetual) { return perpetual.due_ns == ts_ns; });
    LOCKSTEP_CHECK(found != perpetuals_.end(), "what is due next is due for something");
    const auto id = static_cast<InstrumentId>(found - perpetuals_.begin());
    const FundingRule& rule = config_.funding[id];
    const bool is_model = is_modelled(rule.source);
    const std::optional<AccountEvent> due =
        payment(id, ts_ns, is_model ? modelled_ppb(id) : found->rate,
                is_model ? kPpbScale : found->rate_scale, account.mark(id), account);
    *found = Perpetual{};
    if (is_model) found->due_ns = ts_ns + rule.interval_ns;
    find_next();
    if (due && due->change.cash_nanos != 0) return due;
  }
  return std::nullopt;
}

std::optional<AccountEvent> Carry::on_funding(InstrumentId instrument, const Event& event,
                                              const VenueAccount& account) {
  LOCKSTEP_CHECK(instrument < instruments_.size(), "funding of an instrument that there is not");
  const auto funding = event.as<Funding>();
  const FundingSource source = config_.funding[instrument].source;
  if (source == FundingSource::recorded && funding.is_settlement != 0 && event.detail <= kMaxScale) {
    const Price mark = funding.mark_price == kNoPrice ? account.mark(instrument) : funding.mark_price;
    std::optional<AccountEvent> paid =
        payment(instrument, event.exch_ts_ns, funding.rate, event.detail, mark, account);
    if (paid) paid->is_told = false;
    return paid;
  }
  const bool is_forecast = source == FundingSource::forecast && funding.is_settlement == 0 &&
                           event.detail <= kMaxScale &&
                           funding.settle_ts_ns > std::max(event.exch_ts_ns, event.recv_ts_ns);
  if (!is_forecast) return std::nullopt;
  Perpetual& perpetual = perpetuals_[instrument];
  perpetual.rate = funding.rate;
  perpetual.rate_scale = event.detail;
  perpetual.due_ns = funding.settle_ts_ns;
  find_next();
  return std::nullopt;
}

void Carry::on_mark(InstrumentId instrument, TimeNs exch_ts_ns, Price mark, Price index) {
  LOCKSTEP_CHECK(instrument < instruments_.size(), "a mark of an instrument that there is not");
  const FundingRule& rule = config_.funding[instrument];
  Perpetual& perpetual = perpetuals_[instrument];
  if (rule.source != FundingSource::premium || perpetual.due_ns == kEndOfTime) return;
  if (mark == kNoPrice || index == kNoPrice || index <= 0) return;
  const TimeNs began_ns = perpetual.due_ns - rule.interval_ns;
  const std::int64_t number = (exch_ts_ns - began_ns) / rule.sample_interval_ns + 1;
  if (exch_ts_ns < began_ns || number <= perpetual.last_sample) return;
  perpetual.last_sample = number;
  perpetual.weighted_sum += divide_rounded((Int128{mark} - index) * kAll, index) * number;
  perpetual.weights += number;
}

void Carry::visit(StateVisitor& visitor) {
  visitor.field(is_started_);
  visitor.field(day_due_ns_);
  visitor.field(day_step_);
  visitor.field(next_ns_);
  for (Perpetual& perpetual : perpetuals_) {
    visitor.field(perpetual.due_ns);
    visitor.field(perpetual.rate);
    visitor.field(perpetual.rate_scale);
    visitor.field(perpetual.weighted_sum);
    visitor.field(perpetual.weights);
    visitor.field(perpetual.last_sample);
  }
}

}  // namespace lockstep::sim
