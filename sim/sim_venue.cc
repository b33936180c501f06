#include "sim/sim_venue.h"

#include <algorithm>
#include <string>

#include "sim/triggers.h"

namespace lockstep::sim {
namespace {

constexpr std::uint32_t kFeedLatencyStream = 18;
constexpr std::uint32_t kPartialFillStream = 19;

TimeNs exchange_time(const Event& event) {
  return event.exch_ts_ns == kNoTime ? event.recv_ts_ns : event.exch_ts_ns;
}

bool is_auction_order(const VenueOrder& order) {
  return order.time_in_force == TimeInForce::at_open || order.time_in_force == TimeInForce::at_close;
}

bool depends_on_another(const VenueOrder& order) {
  const Contingency contingency = contingency_of(order.terms);
  return !order.is_released && (contingency == Contingency::oto || contingency == Contingency::bracket);
}

VenueOrder* find(std::vector<VenueOrder>& orders, OrderId id) {
  for (VenueOrder& order : orders) {
    if (order.id == id && order.leaves > 0) return &order;
  }
  return nullptr;
}

// The venue of each instrument, numbered as they come.
std::vector<std::uint32_t> venues_of(std::span<const Instrument> instruments) {
  std::vector<std::string> venues;
  std::vector<std::uint32_t> out;
  for (const Instrument& instrument : instruments) {
    const auto found = std::find(venues.begin(), venues.end(), instrument.venue);
    out.push_back(static_cast<std::uint32_t>(found - venues.begin()));
    if (found == venues.end()) venues.push_back(instrument.venue);
  }
  return out;
}

}  // namespace

SimVenue::SimVenue(std::span<const Instrument> instruments, const SimConfig& config)
    : rules_(config.rules.empty() ? std::vector<VenueRules>(instruments.size()) : config.rules),
      executions_(lines_, venues_of(instruments), FeeMeter(instruments, config.fees, config.fee_window_days),
                  waiting_),
      waiting_(listings_, executions_),
      recorded_(executions_, RandomStream(config.seed, kPartialFillStream, 0)) {
  LOCKSTEP_CHECK(rules_.size() == instruments.size(), "rules are given per instrument");
  LOCKSTEP_CHECK(config.fills.empty() || config.fills.size() == instruments.size(),
                 "fill rules are given per instrument");
  if (config.money) {
    ledger_.emplace(instruments, *config.money);
    executions_.set_ledger(*ledger_);
  }
  const std::span<const std::uint32_t> venues = executions_.line_of();
  for (const std::uint32_t venue : venues) {
    if (venue == lines_.size())
      lines_.emplace_back(config.connection, config.seed, static_cast<std::uint16_t>(venue));
  }
  for (std::size_t i = 0; i < instruments.size(); ++i) {
    Listing listing;
    listing.instrument = instruments[i];
    listing.id = static_cast<InstrumentId>(i);
    if (!config.fills.empty()) listing.fills = config.fills[i];
    LOCKSTEP_CHECK(bool(validate(listing.fills)), "fill rules are valid");
    listing.venue = venues[i];
    presences_.push_back({venues[i], true});
    listing.orders.reserve(Listing::kReserve);
    listing.waiting.reserve(Listing::kReserve);
    listings_.push_back(std::move(listing));
  }
  exchanges_.resize(instruments.size());
  for (std::size_t i = 0; i < config.exchanges.size(); ++i) {
    if (!config.exchanges[i]) continue;
    exchanges_[i] = std::make_unique<Exchange>(static_cast<InstrumentId>(i), *config.exchanges[i],
                                               RandomStream(config.seed, kFeedLatencyStream, i), executions_);
  }
}

void SimVenue::on_market(const Event& event, std::span<const Level> levels, const Books& books,
                         ExecutionSink& sink) {
  if (event.instrument == kNoInstrument) return;
  if (ledger_) settle(event, books, {event.recv_ts_ns, exchange_time(event), sink});
  if (presences_[changed_].is_any && !listings_[changed_].waiting.empty())
    waiting_.watch(listings_[changed_], market_of(changed_, books), changed_ts_ns_);
  changed_ = event.instrument;
  changed_ts_ns_ = exchange_time(event);
  Presence& presence = presences_[event.instrument];
  Connection& line = lines_[presence.venue];
  line.see_market(changed_ts_ns_);
  if (line.is_quiet() && !waiting_.has_any() && !presence.is_any) return;
  const TimeNs exch_ts_ns = changed_ts_ns_;
  process_arrivals(presence.venue, exch_ts_ns, books, event.recv_ts_ns, sink);
  if (!presence.is_any) return;

  Listing& listing = listings_[event.instrument];
  presence.is_any = !listing.is_idle() || exchange_of(listing) != nullptr;
  const MarketState& market = market_of(event.instrument, books);
  const Moment moment{event.recv_ts_ns, exch_ts_ns, sink};
  expire_due(listing, moment);
  if (Exchange* exchange = exchange_of(listing)) {
    if (event.kind == Kind::flow) exchange->flow(listing, event, moment);
    if (event.kind == Kind::status || event.kind == Kind::mark) exchange->note(listing, event, moment);
    if (event.kind == Kind::status) meet_status(listing, static_cast<TradingStatus>(event.detail), moment);
    return remove_done(listing, moment);
  }
  if (event.kind == Kind::status) meet_status(listing, static_cast<TradingStatus>(event.detail), moment);
  if (event.kind == Kind::trade && (event.flags & kFlagAuction) != 0) {
    meet_auction(listing, event, moment);
  } else {
    recorded_.meet(listing, event, levels, market, moment);
  }
  if (event.kind == Kind::bar && !listing.waiting.empty()) waiting_.watch_bar(listing, event, exch_ts_ns);
  remove_done(listing, moment);
}

void SimVenue::process_arrivals(std::uint32_t venue, TimeNs before_ts_ns, const Books& books,
                                TimeNs recv_ts_ns, ExecutionSink& sink) {
  for (;;) {
    Connection& line = lines_[venue];
    const Instruction* next = line.due(before_ts_ns);
    const std::optional<Election> election = waiting_.due(venue, before_ts_ns);
    const TimeNs arrival_ns = next == nullptr ? kEndOfTime : next->arrival_ns;
    const TimeNs election_ns = election ? election->ts_ns : kEndOfTime;
    if (const std::optional<TimeNs> down = line.disconnect_due(before_ts_ns);
        down && *down <= std::min(arrival_ns, election_ns)) {
      line.take_disconnect();
      disconnect(venue, {recv_ts_ns, *down, sink});
    } else if (election && election_ns <= arrival_ns) {
      // What happens inside the venue goes before what reaches it at the same time.
      waiting_.take(*election);
      elect(*election, books, {recv_ts_ns, election_ns, sink});
    } else if (next != nullptr) {
      const Instruction due = line.take();
      arrive(due, venue, books, {recv_ts_ns, due.arrival_ns, sink});
      // What our own order did to a market of its own may trigger others of ours.
      const InstrumentId id = due.event.instrument;
      if (id != kNoInstrument && exchanges_[id] != nullptr && !listings_[id].waiting.empty())
        waiting_.watch(listings_[id], exchanges_[id]->market(), due.arrival_ns);
    } else {
      return;
    }
  }
}

void SimVenue::arrive(const Instruction& arrival, std::uint32_t venue, const Books& books,
                      const Moment& moment) {
  const Event& instruction = arrival.event;
  if (instruction.kind == Kind::cancel_all) {
    arrive_cancel_all(instruction, venue, moment);
    return;
  }
  presences_[instruction.instrument].is_any = true;
  Listing& listing = listings_[instruction.instrument];
  const MarketState& market = market_of(instruction.instrument, books);
  expire_due(listing, moment);
  switch (instruction.kind) {
    case Kind::submit: arrive_new(arrival, listing, market, moment); break;
    case Kind::cancel: arrive_cancel(instruction.as<OrderInstruction>(), listing, moment); break;
    case Kind::mass_quote: arrive_quote(instruction, listing, market, moment); break;
    default: arrive_replace(instruction.as<OrderInstruction>(), listing, market, moment); break;
  }
  remove_done(listing, moment);
}

VenueOrder SimVenue::order_of(const Instruction& arrival, const Moment& moment) const {
  const auto instruction = arrival.event.as<OrderInstruction>();
  VenueOrder order;
  order.id = instruction.order_id;
  order.price = instruction.price;
  order.leaves = instruction.qty;
  order.arrival_ns = moment.exch_ts_ns;
  order.instrument = arrival.event.instrument;
  order.side = static_cast<Side>(arrival.event.detail);
  order.flags = arrival.event.flags;
  order.type = static_cast<OrderType>(instruction.type);
  order.time_in_force = static_cast<TimeInForce>(instruction.time_in_force);
  order.trigger_price = arrival.terms.trigger_price;
  order.display_qty = arrival.terms.display_qty;
  order.expire_ts_ns = arrival.terms.expire_ts_ns;
  order.link = arrival.terms.link;
  order.terms = static_cast<std::uint8_t>(arrival.terms_detail);
  if (order.time_in_force == TimeInForce::day || is_auction_order(order))
    order.expire_ts_ns = end_of_day(rules_[order.instrument], order.arrival_ns);
  return order;
}

void SimVenue::arrive_new(const Instruction& arrival, Listing& listing, const MarketState& market,
                          const Moment& moment) {
  const VenueOrder order = order_of(arrival, moment);
  if (const Reason refusal = refusal_of(order, listing, market); refusal != Reason::none)
    return executions_.report(order, Kind::rejected, refusal, moment);
  if (const Reason refusal = refusal_by_account(order); refusal != Reason::none)
    return executions_.report(order, Kind::rejected, refusal, moment);
  Exchange* exchange = exchange_of(listing);
  if (exchange != nullptr && !depends_on_another(order) && !is_conditional(order.type))
    return exchange->enter(listing, order, true, moment);
  executions_.report(order, Kind::accepted, Reason::none, moment);
  place(order, listing, market, moment);
}

void SimVenue::arrive_cancel(const OrderInstruction& cancel, Listing& listing, const Moment& moment) {
  for (std::vector<VenueOrder>* orders : {&listing.orders, &listing.waiting}) {
    if (VenueOrder* order = find(*orders, cancel.order_id))
      return executions_.end(*order, Kind::cancelled, Reason::requested, moment);
  }
  VenueOrder gone;
  gone.id = cancel.order_id;
  gone.price = cancel.price;
  gone.instrument = listing.id;
  executions_.report(gone, Kind::cancel_rejected, Reason::already_done, moment);
}

void SimVenue::arrive_replace(const OrderInstruction& replace, Listing& listing, const MarketState& market,
                              const Moment& moment) {
  VenueOrder* found = find(listing.orders, replace.order_id);
  const bool waits = found == nullptr;
  if (waits) found = find(listing.waiting, replace.order_id);
  VenueOrder order;
  if (found == nullptr) {
    order.id = replace.order_id;
    order.price = replace.price;
    order.instrument = listing.id;
    return executions_.report(order, Kind::cancel_rejected, Reason::already_done, moment);
  }
  const VenueRules& rules = rules_[listing.id];
  if (rules.replace == ReplaceRule::not_allowed)
    return executions_.report(*found, Kind::cancel_rejected, Reason::unsupported_order, moment);
  order = *found;
  const Qty new_leaves = replace.qty - order.filled;
  const bool changes_trigger = waits && is_conditional(order.type);
  (changes_trigger ? order.trigger_price : order.price) = replace.price;
  order.leaves = std::max<Qty>(new_leaves, 0);
  if (new_leaves <= 0) {
    executions_.report(order, Kind::cancelled, Reason::requested, moment);
    found->leaves = 0;
    return;
  }
  const bool keeps_place = rules.replace == ReplaceRule::smaller_keeps && replace.price == found->price &&
                           new_leaves <= found->leaves;
  if (!waits && !keeps_place && (order.flags & kFlagPostOnly) != 0 &&
      RecordedMarket::is_marketable(order, market)) {
    return executions_.report(*found, Kind::cancel_rejected, Reason::post_only_would_cross, moment);
  }
  if (changes_trigger && order.type != OrderType::trailing_stop) {
    const Price seen = watched_price(order, market);
    if (seen != kNoPrice && reaches_trigger(order, seen, listing.instrument.tick) &&
        rules.reached_trigger == ReachedTrigger::reject)
      return executions_.report(*found, Kind::cancel_rejected, Reason::bad_trigger, moment);
  }
  if (const Reason refusal = refusal_by_account(order, found); refusal != Reason::none)
    return executions_.report(*found, Kind::cancel_rejected, refusal, moment);
  if (Exchange* exchange = exchange_of(listing); exchange != nullptr && !waits)
    return exchange->replace(listing, *found, replace.price, replace.qty, moment);
  waiting_.restate(order, Reason::none, moment);
  if (waits || keeps_place) {
    *found = order;
    return;
  }
  listing.orders.erase(listing.orders.begin() + (found - listing.orders.data()));
  order.ahead = kUnknownQueue;
  order.traded = 0;
  order.arrival_ns = moment.exch_ts_ns;
  enter(order, listing, market, moment);
}

void SimVenue::arrive_cancel_all(const Event& instruction, std::uint32_t venue, const Moment& moment) {
  const std::uint64_t strategy = instruction.as<CancelAll>().strategy;
  for (Listing& listing : listings_) {
    if (instruction.instrument == kNoInstrument ? listing.venue != venue
                                                : listing.id != instruction.instrument)
      continue;
    for_each_alive(listing, [&](VenueOrder& order) {
      if (strategy_of(order.id) == strategy)
        executions_.end(order, Kind::cancelled, Reason::requested, moment);
    });
    remove_done(listing, moment);
  }
}

void SimVenue::arrive_quote(const Event& instruction, Listing& listing, const MarketState& market,
                            const Moment& moment) {
  for (const bool buys : {true, false}) {
    VenueOrder order = side_of(instruction, buys);
    order.arrival_ns = moment.exch_ts_ns;
    quote_side(order, listing, market, moment);
  }
}

// The quote before it ends; its place goes over to the new one where neither price nor size asks for more.
void SimVenue::quote_side(const VenueOrder& order, Listing& listing, const MarketState& market,
                          const Moment& moment) {
  VenueOrder* old = nullptr;
  for (VenueOrder& each : listing.orders) {
    if (each.is_quote && each.leaves > 0 && each.side == order.side &&
        strategy_of(each.id) == strategy_of(order.id))
      old = &each;
  }
  VenueOrder placed = order;
  const bool keeps_place =
      old != nullptr && old->price == order.price && order.leaves > 0 && order.leaves <= old->leaves &&
      rules_[listing.id].replace == ReplaceRule::smaller_keeps && exchange_of(listing) == nullptr;
  if (keeps_place) {
    take_place_of(*old, placed);
  }
  if (old != nullptr) executions_.end(*old, Kind::cancelled, Reason::quote_replaced, moment);
  if (order.leaves == 0) return;
  if (const Reason refusal = refusal_of(order, listing, market); refusal != Reason::none)
    return executions_.report(order, Kind::rejected, refusal, moment);
  if (const Reason refusal = refusal_by_account(order); refusal != Reason::none)
    return executions_.report(order, Kind::rejected, refusal, moment);
  if (Exchange* exchange = exchange_of(listing)) return exchange->enter(listing, placed, true, moment);
  executions_.report(order, Kind::accepted, Reason::none, moment);
  if (keeps_place) {
    *old = placed;  // the old one has ended
  } else {
    enter(placed, listing, market, moment);
  }
}

Reason SimVenue::refusal_of(const VenueOrder& order, const Listing& listing,
                            const MarketState& market) const {
  if (const Reason refusal = refusal_by_rules(rules_[listing.id], order, listing, market);
      refusal != Reason::none)
    return refusal;
  if (depends_on_another(order) || is_auction_order(order)) {
    return market.status == TradingStatus::not_available ? Reason::market_closed : Reason::none;
  }
  if (!is_conditional(order.type)) return refusal_now(order, listing, market);
  VenueOrder seen = order;
  const Price price = watched_price(order, market);
  if (price != kNoPrice) note_price(seen, price);
  if (order.type == OrderType::trailing_stop && price == kNoPrice) return Reason::no_reference_price;
  const bool is_reached = price != kNoPrice && reaches_trigger(seen, price, listing.instrument.tick);
  if (is_reached && rules_[listing.id].reached_trigger == ReachedTrigger::reject) return Reason::bad_trigger;
  return Reason::none;
}

// What stands against an order that is to meet the market now.
Reason SimVenue::refusal_now(const VenueOrder& order, const Listing& listing,
                             const MarketState& market) const {
  using Basis = RecordedMarket::Basis;
  const bool would_increase = (order.flags & kFlagReduceOnly) != 0 && reducible(listing, order.side) <= 0;
  if (exchange_of(listing) != nullptr)
    return would_increase ? Reason::reduce_only_would_increase : Reason::none;
  if (market.status == TradingStatus::halted || market.status == TradingStatus::closed ||
      market.status == TradingStatus::not_available)
    return Reason::market_closed;
  const Basis basis = RecordedMarket::basis_of(market);
  if (market.has_book && basis != Basis::book && basis != Basis::quotes) return Reason::book_unsafe;
  if (would_increase) return Reason::reduce_only_would_increase;
  if ((order.flags & kFlagPostOnly) != 0 &&
      (order.price == kNoPrice || RecordedMarket::is_marketable(order, market)))
    return Reason::post_only_would_cross;
  return Reason::none;
}

void SimVenue::place(VenueOrder order, Listing& listing, const MarketState& market, const Moment& moment) {
  if (depends_on_another(order)) {
    if (waiting_.sleep(order, listing, moment)) return;
    return executions_.end(order, Kind::cancelled, Reason::bad_link, moment);
  }
  if (is_conditional(order.type)) {
    const Price seen = watched_price(order, market);
    if (seen != kNoPrice) note_price(order, seen);
    order.stage = Stage::waiting;
    listing.waiting.push_back(order);
    if (seen != kNoPrice && reaches_trigger(order, seen, listing.instrument.tick))
      waiting_.schedule(order.id, listing.id, moment.exch_ts_ns);
    return;
  }
  if (is_auction_order(order) && exchange_of(listing) == nullptr) {
    order.stage = Stage::auction;
    listing.waiting.push_back(order);
    return;
  }
  enter(order, listing, market, moment);
}

void SimVenue::enter(VenueOrder order, Listing& listing, const MarketState& market, const Moment& moment) {
  order.stage = Stage::working;
  if (Exchange* exchange = exchange_of(listing)) return exchange->enter(listing, order, false, moment);
  if (rules_[listing.id].self_trade != SelfTrade::none &&
      !survives_self_trade(order, listing, market, moment))
    return;
  recorded_.enter(listing, order, market, moment);
}

// Deals with the resting orders of ours that the arriving one would meet, best first; false if it has ended.
bool SimVenue::survives_self_trade(VenueOrder& order, Listing& listing, const MarketState& market,
                                   const Moment& moment) {
  const SelfTrade mode = rules_[listing.id].self_trade;
  for (;;) {
    VenueOrder* met = nullptr;
    for (VenueOrder& each : listing.orders) {
      if (each.side == order.side || each.leaves == 0 || each.price == kNoPrice || !allows(order, each.price))
        continue;
      if (RecordedMarket::met_before(each, listing, market) >= order.leaves) continue;
      if (met == nullptr || is_better(each.side, each.price, met->price)) met = &each;
    }
    if (met == nullptr) return true;
    const Qty smaller = std::min(order.leaves, met->leaves);
    if (mode == SelfTrade::decrement && order.leaves != met->leaves) {
      VenueOrder& larger = order.leaves > met->leaves ? order : *met;
      VenueOrder& other = order.leaves > met->leaves ? *met : order;
      executions_.end(other, Kind::cancelled, Reason::self_trade, moment);
      larger.leaves -= smaller;
      waiting_.restate(larger, Reason::self_trade, moment);
    } else {
      if (mode != SelfTrade::cancel_newest)
        executions_.end(*met, Kind::cancelled, Reason::self_trade, moment);
      if (mode != SelfTrade::cancel_oldest)
        executions_.end(order, Kind::cancelled, Reason::self_trade, moment);
    }
    if (order.leaves == 0) return false;
  }
}

// An order that waited comes to the market. It may have ended meanwhile.
void SimVenue::elect(const Election& election, const Books& books, const Moment& moment) {
  Listing& listing = listings_[election.instrument];
  const MarketState& market = market_of(listing.id, books);
  expire_due(listing, moment);
  VenueOrder* found = find(listing.waiting, election.id);
  if (found == nullptr) return;
  VenueOrder order = *found;
  found->leaves = 0;
  remove_done(listing, moment);
  order.arrival_ns = moment.exch_ts_ns;
  if (order.stage == Stage::sleeping) {
    if (is_conditional(order.type) || is_auction_order(order)) {
      if (const Reason refusal = refusal_of(order, listing, market); refusal != Reason::none)
        return executions_.end(order, Kind::cancelled, refusal, moment);
      return place(order, listing, market, moment);
    }
  } else {
    executions_.report(order, Kind::triggered, Reason::none, moment);
  }
  if (const Reason refusal = refusal_now(order, listing, market); refusal != Reason::none)
    return executions_.end(order, Kind::cancelled, refusal, moment);
  enter(order, listing, market, moment);
  remove_done(listing, moment);
}

void SimVenue::expire_due(Listing& listing, const Moment& moment) {
  for_each_alive(listing, [&](VenueOrder& order) {
    if (order.expire_ts_ns == kNoTime || order.expire_ts_ns > moment.exch_ts_ns) return;
    executions_.end(order, Kind::expired, Reason::time_in_force,
                    {moment.recv_ts_ns, order.expire_ts_ns, moment.sink});
  });
  remove_done(listing, moment);
}

// An uncross: those that wait for it, and those that rest at a better price than its own, trade at its price.
void SimVenue::meet_auction(Listing& listing, const Event& event, const Moment& moment) {
  const auto print = event.as<Trade>();
  const auto cross = static_cast<char>(print.conditions & 0xFFU);
  Qty left = print.qty;
  for (VenueOrder& order : listing.waiting) {
    if (order.stage != Stage::auction || order.leaves == 0 || !allows(order, print.price)) continue;
    if (cross == (order.time_in_force == TimeInForce::at_open ? 'C' : 'O')) continue;
    left -= executions_.fill(listing, order, print.price, left, false, moment);
  }
  for (VenueOrder& order : listing.orders) {
    if (order.leaves == 0 || order.price == kNoPrice || !is_better(order.side, order.price, print.price))
      continue;
    left -= executions_.fill(listing, order, print.price, left, false, moment);
  }
}

void SimVenue::meet_status(Listing& listing, TradingStatus status, const Moment& moment) {
  const bool opens = status == TradingStatus::trading;
  if (!opens && status != TradingStatus::closed) return;
  for_each_alive(listing, [&](VenueOrder& order) {
    const TimeInForce time = order.time_in_force;
    const bool is_over =
        opens ? time == TimeInForce::at_open
              : time == TimeInForce::day || time == TimeInForce::at_open || time == TimeInForce::at_close;
    if (is_over) executions_.end(order, Kind::expired, Reason::time_in_force, moment);
  });
}

void SimVenue::remove_done(Listing& listing, const Moment& moment) {
  for (VenueOrder& order : listing.orders) {
    if (order.leaves == 0 || (order.flags & kFlagReduceOnly) == 0) continue;
    if (reducible(listing, order.side) > 0) continue;
    executions_.end(order, Kind::cancelled, Reason::reduce_only_would_increase, moment);
  }
  if (Exchange* exchange = exchange_of(listing)) {
    exchange->trim_reduce_only(listing, moment);
    exchange->withdraw_ended(listing, moment);
  }
  const auto is_done = [](const VenueOrder& order) { return order.leaves == 0; };
  std::erase_if(listing.orders, is_done);
  std::erase_if(listing.waiting, is_done);
  if constexpr (kChecksInvariants) check_invariants(listing);
}

void SimVenue::visit(StateVisitor& visitor) {
  for (Connection& line : lines_) line.visit(visitor);
  executions_.visit(visitor);
  waiting_.visit(visitor);
  visitor.field(changed_);
  visitor.field(changed_ts_ns_);
  recorded_.visit(visitor);
  if (ledger_) ledger_->visit(visitor);
  for (Listing& listing : listings_) listing.visit(visitor);
  if (visitor.is_loading()) {
    for (Presence& presence : presences_) presence.is_any = true;
  }
  for (const auto& exchange : exchanges_) {
    if (exchange != nullptr) exchange->visit(visitor);
  }
}

}  // namespace lockstep::sim
