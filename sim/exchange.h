// A market of its own: our orders and those of other participants (events of kind flow) meet in one book by
// the rules of sim/matching, and the venue publishes what happens there. Owned by SimVenue, one per
// instrument that is simulated rather than recorded. Never looks at the books of the session, which only know
// what has been published.
//
// Published, each as an event that reaches us after the feed latency: orders as they join, change and leave
// the book (ours among them), executions, the uncross of an auction as a print, and the phase as a status;
// or, for `Publish::quotes`, the best bid and offer and the trades. An iceberg shows what it displays. A
// phase follows from the status events of the source: trading opens (uncrossing what a call has collected),
// halted, pre_open, closed; auction calls for the reopening after a halt, else for the closing.
// Without a status the market is open.
#pragma once

#include <vector>

#include "engine/book/books.h"
#include "engine/core/id_map.h"
#include "sim/executions.h"
#include "sim/matching/matching_engine.h"

namespace lockstep::sim {

enum class Publish : std::uint8_t { orders, quotes };

struct ExchangeConfig {
  matching::Config matching;
  LatencyModel feed_latency;
  Publish publish = Publish::orders;
  Price reference_price = kNoPrice;
};

class Exchange {
 public:
  /// Requires: valid configurations. `executions` outlives it.
  Exchange(InstrumentId instrument, const ExchangeConfig& config, RandomStream feed_random,
           Executions& executions);

  /// The market as it stands at the venue now: quote, last price, mark, status.
  [[nodiscard]] const MarketState& market() const { return market_; }
  [[nodiscard]] const matching::MatchingEngine& engine() const { return engine_; }

  /// What another participant asks for. A refusal concerns nobody here and is counted.
  void flow(Listing& listing, const Event& event, const Moment& moment);
  /// A status or mark event of the source.
  void note(Listing& listing, const Event& event, const Moment& moment);
  [[nodiscard]] std::uint64_t refused_flow() const { return refused_flow_; }

  /// An order of ours comes to the market. `is_new`: it is accepted or rejected by what the engine says;
  /// otherwise it has been accepted long ago and ends where the engine refuses it.
  void enter(Listing& listing, VenueOrder order, bool is_new, const Moment& moment);
  /// Requires: the order is in listing.orders. Answers replaced, cancelled or cancel_rejected.
  void replace(Listing& listing, VenueOrder& order, Price price, Qty qty, const Moment& moment);
  /// Our reduce-only orders at rest come down to what there is to close. Answers replaced or cancelled.
  void trim_reduce_only(Listing& listing, const Moment& moment);
  /// Takes the orders out of the book that have ended for another reason (leaves 0 in the listing).
  void withdraw_ended(Listing& listing, const Moment& moment);

  void visit(StateVisitor& visitor);

 private:
  /// What of an order may rest beside the first `before` of the listing.
  [[nodiscard]] static Qty may_rest(const Listing& listing, const VenueOrder& order, std::size_t before);
  // What the public sees of an order.
  struct Shown {
    Price price = kNoPrice;
    Qty qty = 0;
    std::uint64_t id = 0;
    std::uint64_t side = 0;
  };
  static_assert(std::has_unique_object_representations_v<Shown>);

  void settle(Listing& listing, const Moment& moment);
  void settle_one(Listing& listing, const matching::Message& message, const Moment& moment);
  void fill(Listing& listing, std::uint64_t id, const matching::Message& message, bool is_maker,
            const Moment& moment);
  void refuse(Listing& listing, const matching::Message& message, const Moment& moment);

  void show(const matching::Message& message, const Moment& moment);
  void change(std::uint64_t id, Qty shown, OrderActionType how, Qty qty, const Moment& moment);
  void publish_action(OrderActionType type, const Shown& order, Qty qty, const Moment& moment);
  void publish_trade(Price price, Qty qty, Side aggressor, std::uint8_t flags, const Moment& moment);
  void publish_status(matching::Phase phase, const Moment& moment);
  void publish_quote(const Moment& moment);
  void publish(Event event, const Moment& moment);
  void send_news(const Moment& moment);

  InstrumentId instrument_;
  Publish publish_;
  matching::MatchingEngine engine_;
  Latency feed_latency_;
  Executions& executions_;
  MarketState market_;
  matching::Output out_;            // of the command at work; empty between commands
  std::vector<VenueOrder> filled_;  // by the command at work
  std::vector<Event> news_;         // of the command at work
  std::vector<Shown> shown_;        // unordered; the index is in slots_
  IdMap slots_;
  std::uint64_t sequence_ = 0;
  std::uint64_t refused_flow_ = 0;
  std::uint64_t new_order_ = 0;  // whose acceptance is told
};

}  // namespace lockstep::sim
