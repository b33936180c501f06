#include "sim/ledger.h"

#include <algorithm>

namespace lockstep::sim {
namespace {

// What an order is valued at while it is open: its limit, else its trigger, else the mark.
Price value_price(const VenueOrder& order, const VenueAccount& account) {
  if (order.price != kNoPrice) return order.price;
  if (order.trigger_price != kNoPrice && order.type != OrderType::trailing_stop) return order.trigger_price;
  return account.mark(order.instrument);
}

bool reserves(const VenueOrder& order) {
  return order.leaves > 0 && order.stage != Stage::sleeping && (order.flags & kFlagReduceOnly) == 0;
}

}  // namespace

bool has_effect(const MoneyConfig& config) {
  const ReferenceData& data = config.reference;
  const auto costs = [](const FundingRule& rule) {
    return rule.source != FundingSource::none && rule.source != FundingSource::recorded;
  };
  return config.account.kind != AccountKind::unlimited || config.carry.debit_ppb != 0 ||
         config.carry.credit_ppb != 0 ||
         std::any_of(config.carry.borrow_ppb.begin(), config.carry.borrow_ppb.end(),
                     [](std::int64_t ppb) { return ppb != 0; }) ||
         std::any_of(config.carry.funding.begin(), config.carry.funding.end(), costs) ||
         !data.dividends.empty() || !data.splits.empty() || !data.symbol_changes.empty() ||
         !data.expiries.empty() || !data.rolls.empty();
}

// All that is open, counted anew: orders come and go in many ways, and few are open at once.
void Ledger::restate_open(std::span<const Listing> listings) {
  for (const Listing& listing : listings) {
    VenueAccount::Open open;
    for_each_alive(listing, [&](const VenueOrder& order) {
      if (reserves(order))
        account_.add_to(open, listing.id, order.side, value_price(order, account_), order.leaves);
    });
    account_.set_open(listing.id, open);
  }
}

Reason Ledger::admit(const VenueOrder& order, std::span<const Listing> listings, const VenueOrder* replaced) {
  if (corporate_.is_delisted(order.instrument)) return Reason::delisted;
  if (account_.kind() == AccountKind::unlimited || !reserves(order)) return Reason::none;
  restate_open(listings);
  const AskedOrder asked{order.instrument, order.side, value_price(order, account_), order.leaves};
  if (replaced == nullptr || !reserves(*replaced)) return account_.admit(asked);
  const AskedOrder before{replaced->instrument, replaced->side, value_price(*replaced, account_),
                          replaced->leaves};
  return account_.admit(asked, &before);
}

void Ledger::on_state(InstrumentId instrument, const MarketState& market) {
  account_.on_mark(instrument, market.mark_price != kNoPrice ? market.mark_price : market.reference_price());
}

std::optional<CorporateStep> Ledger::next(TimeNs now) {
  if (const std::optional<CorporateStep> step = corporate_.next(now, account_)) return step;
  const std::optional<AccountEvent> cost = carry_.next(now, account_);
  if (!cost) return std::nullopt;
  CorporateStep step{cost->ts_ns, cost->instrument};
  step.change = cost;
  return step;
}

std::optional<AccountEvent> Ledger::on_event(const Event& event) {
  switch (event.kind) {
    case Kind::funding: return carry_.on_funding(event.instrument, event, account_);
    case Kind::mark: {
      const auto mark = event.as<Mark>();
      const TimeNs ts_ns = event.exch_ts_ns == kNoTime ? event.recv_ts_ns : event.exch_ts_ns;
      carry_.on_mark(event.instrument, ts_ns, mark.mark_price, mark.index_price);
      return std::nullopt;
    }
    case Kind::statistic:
      corporate_.on_statistic(event.instrument, event.as<Statistic>(), event.detail == 1);
      return std::nullopt;
    default: return std::nullopt;
  }
}

std::optional<Liquidation> Ledger::check(std::span<const Listing> listings) {
  const std::optional<Liquidation> due = account_.check();
  if (!due) return due;
  restate_open(listings);  // whether orders go first
  return account_.check();
}

}  // namespace lockstep::sim
