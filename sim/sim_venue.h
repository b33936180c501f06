// The simulated exchange: decides what our orders would have got in the recorded (or synthetic) market.
// Implements the venue port. Thinks in exchange time, never sees an event before it was received, and does
// not know what feeds it.
//
// An order sent at t arrives at t + order latency. It is held until an event of its venue arrives that the
// exchange stamped later than that; the book just before that event is what it meets. An event stamped
// exactly at its arrival goes first. The answer reaches us at arrival + answer latency, and not before the
// event that let us know.
//
// The order itself passes through stages (venue_order.h). What the venue does not take is refused
// (venue_rules.h). A conditional order waits for its trigger (triggers.h) and comes to the market as if it
// arrived at the time of the event that triggered it: it meets the book after that event. One that depends on
// another (Contingency) sleeps until that one has ended: then it works with what the other filled, or ends.
// One that cancels others does so with its first fill, before anything else can fill. What ends by the clock
// ends before the first event stamped at or after its time.
// How fills come about: recorded_market.h; or, for an instrument whose market is simulated, exchange.h.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sim/exchange.h"
#include "sim/ledger.h"
#include "sim/recorded_market.h"
#include "sim/venue_rules.h"
#include "sim/waiting_orders.h"

namespace lockstep::sim {

struct SimConfig {
  std::uint64_t seed = 1;
  ConnectionConfig connection = {};  ///< of each venue's own line: latency, rate limits, outages
  std::vector<Fees> fees;            ///< one per instrument
  std::optional<MoneyConfig> money = std::nullopt;  ///< nothing: an account without limits, and no costs
  int fee_window_days = 30;                         ///< over which volume decides the tier of a fee
  std::vector<VenueRules> rules;  ///< one per instrument, or none for venues that take everything
  std::vector<std::optional<ExchangeConfig>> exchanges;  ///< one per instrument: a market of its own; or none
  std::vector<FillRules> fills;                          ///< one per instrument, or none for the defaults
};

class SimVenue final : public Venue {
 public:
  /// The instruments are copied. Requires: fees per instrument, valid latency models.
  SimVenue(std::span<const Instrument> instruments, const SimConfig& config);
  SimVenue(const SimVenue&) = delete;  // its parts refer to each other
  SimVenue& operator=(const SimVenue&) = delete;

  void instruct(const Event& instruction, ExecutionSink& sink) override;
  void on_market(const Event& event, std::span<const Level> levels, const Books& books,
                 ExecutionSink& sink) override;
  void finish(TimeNs now, const Books& books, ExecutionSink& sink) override;
  void visit(StateVisitor& visitor) override;

 private:
  [[nodiscard]] Exchange* exchange_of(const Listing& listing) const { return exchanges_[listing.id].get(); }
  /// The market that an order meets: recorded, or the venue's own.
  [[nodiscard]] const MarketState& market_of(InstrumentId id, const Books& books) const {
    return exchanges_[id] != nullptr ? exchanges_[id]->market() : books[id];
  }

  /// Answers what the line refused or will lose.
  void refuse(const Event& instruction, const Sent& sent, ExecutionSink& sink);
  void disconnect(std::uint32_t venue, const Moment& moment);
  void process_arrivals(std::uint32_t venue, TimeNs before_ts_ns, const Books& books, TimeNs recv_ts_ns,
                        ExecutionSink& sink);
  void arrive(const Instruction& arrival, std::uint32_t venue, const Books& books, const Moment& moment);
  void arrive_new(const Instruction& arrival, Listing& listing, const MarketState& market,
                  const Moment& moment);
  void arrive_cancel(const OrderInstruction& cancel, Listing& listing, const Moment& moment);
  void arrive_replace(const OrderInstruction& replace, Listing& listing, const MarketState& market,
                      const Moment& moment);
  void arrive_cancel_all(const Event& instruction, std::uint32_t venue, const Moment& moment);
  void arrive_quote(const Event& instruction, Listing& listing, const MarketState& market,
                    const Moment& moment);
  void quote_side(const VenueOrder& order, Listing& listing, const MarketState& market, const Moment& moment);

  [[nodiscard]] VenueOrder order_of(const Instruction& arrival, const Moment& moment) const;
  [[nodiscard]] Reason refusal_of(const VenueOrder& order, const Listing& listing,
                                  const MarketState& market) const;
  [[nodiscard]] Reason refusal_now(const VenueOrder& order, const Listing& listing,
                                   const MarketState& market) const;
  /// A new order that is taken goes where it belongs: to the market, or to those that wait.
  void place(VenueOrder order, Listing& listing, const MarketState& market, const Moment& moment);
  void enter(VenueOrder order, Listing& listing, const MarketState& market, const Moment& moment);
  [[nodiscard]] bool survives_self_trade(VenueOrder& order, Listing& listing, const MarketState& market,
                                         const Moment& moment);
  void elect(const Election& election, const Books& books, const Moment& moment);

  void expire_due(Listing& listing, const Moment& moment);
  void meet_auction(Listing& listing, const Event& event, const Moment& moment);
  void meet_status(Listing& listing, TradingStatus status, const Moment& moment);
  // Money (venue_settlement.cc): what is due before an event and what the event changes; orders end with it.
  void settle(const Event& event, const Books& books, const Moment& moment);
  void take_step(const CorporateStep& step, const Moment& moment);
  void adjust_orders(Listing& listing, const CorporateStep& step, const Moment& moment);
  void end_orders(Listing& listing, Reason reason, const Moment& moment);
  void liquidate(const Books& books, const Moment& moment);
  void change_account(const AccountEvent& event, const Moment& moment);
  [[nodiscard]] Reason refusal_by_account(const VenueOrder& order, const VenueOrder* replaced = nullptr) {
    return ledger_ ? ledger_->admit(order, listings_, replaced) : Reason::none;
  }

  void remove_done(Listing& listing, const Moment& moment);

  // What every event of a market asks of its instrument, close together: most events are of markets in which
  // we have nothing.
  struct Presence {
    std::uint32_t venue = 0;  // index among the distinct venue names
    bool is_any = true;       // false: the listing is idle, and has no exchange of its own
  };

  std::vector<Listing> listings_;
  std::vector<Presence> presences_;  // per instrument
  std::vector<VenueRules> rules_;    // per instrument
  std::optional<Event> terms_;       // sent, and waiting for their submit
  std::vector<Connection> lines_;    // one to each venue
  InstrumentId changed_ = 0;         // by the last event, and when
  TimeNs changed_ts_ns_ = kNoTime;
  std::optional<Ledger> ledger_;
  Executions executions_;
  WaitingOrders waiting_;
  RecordedMarket recorded_;
  std::vector<std::unique_ptr<Exchange>> exchanges_;  // per instrument; null: its market is recorded
};

}  // namespace lockstep::sim
