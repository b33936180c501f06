// The recorded (or synthetic) market as our orders meet it: decides what they would have got in a market that
// does not know of them. Owned by SimVenue. Never sees an order before it arrived or an event before it was
// received.
//
// How fills come about is told in sim/QUEUE_MODELS.md, rule by rule; in short, by what the feed has (the best
// there is, per instrument):
//   orders  Order by order. With the queue model `exact` our order has its place among the real ones: what
//           came before it is ahead; whoever trades with what came after it, or with a worse price, would
//           have met us first. With another model the orders are added up to levels.
//   book    A taker walks the displayed levels, best first. A resting order joins the back of its queue.
//           Trades at its price against it shorten the queue, and what is left of them fills it; a
//           shrinking level beyond what trades explain is a cancellation, of which the queue model says how
//           much was ahead. A trade at a worse price than ours, or an opposite level at our price or through
//           it, fills us at our price, up to its quantity.
//   quotes  The same with one level a side. An order away from the best price learns its queue when the
//           quote gets there; one that is better than the best has nobody ahead.
//   trades  A market order, or a limit that the last price satisfies, fills at the prices of the trades
//           after its arrival while the limit allows it, up to their quantity. Another limit rests and
//           fills at its price when a trade goes through it (a trade at its price does not: the queue is
//           unknown). An immediate order has one chance, the next print.
//   bars    A bar that starts at or after the arrival: an order that the open satisfies gets the open;
//           another limit gets its price when the bar goes through it. An order that arrives inside a bar
//           can only get the close, which alone is sure to come after it. Never more than the bar's
//           volume.
// What a print or a level gives is shared among our orders, better prices first, then by arrival, and given
// once. Our own orders never trade with each other.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "engine/book/books.h"
#include "engine/core/random.h"
#include "sim/executions.h"

namespace lockstep::sim {

class RecordedMarket {
 public:
  /// `executions` outlives it. The random numbers decide partial fills.
  RecordedMarket(Executions& executions, const RandomStream& random)
      : executions_(executions), random_(random) {
    by_priority_.reserve(Listing::kReserve);
  }

  enum class Basis : std::uint8_t {
    book,
    quotes,
    prints,
    none
  };  ///< what fills are decided on, here and now

  [[nodiscard]] static Basis basis_of(const MarketState& market);
  /// Whether the order would take at once. Impact does not count: the venue's rules know the real book only.
  [[nodiscard]] static bool is_marketable(const VenueOrder& order, const MarketState& market);

  /// What an order against a resting one of ours would meet first: what is left for us at better prices, and
  /// what is known to stand ahead in its queue.
  [[nodiscard]] static Qty met_before(const VenueOrder& order, Listing& listing, const MarketState& market);

  /// An accepted order comes to the market: takes what it can, then rests in listing.orders or ends.
  void enter(Listing& listing, VenueOrder order, const MarketState& market, const Moment& moment);
  /// What an event does to our orders. `market` is as it was just before it. Orders that are done have leaves
  /// 0 and stay in the list for the caller to remove.
  void meet(Listing& listing, const Event& event, std::span<const Level> levels, const MarketState& market,
            const Moment& moment);

  void visit(StateVisitor& visitor);

 private:
  // Of our limit orders on one side; empty without any.
  struct PriceRange {
    Price lowest = INT64_MAX;
    Price highest = INT64_MIN;
  };

  /// What the event that is being met took off the level of an order; side none: nothing.
  struct Taken {
    Side side = Side::none;
    Price price = kNoPrice;
    Qty qty = 0;
  };

  /// The levels that can be trusted now. Null: there are none.
  [[nodiscard]] static const PriceBook* book_of(const MarketState& market);
  [[nodiscard]] Qty queue_ahead(const VenueOrder& order, const MarketState& market) const;
  /// Calls visit(price, left) for what is displayed and left of it, best first, until it returns false.
  template <class Visit>
  static void for_each_displayed(Listing& listing, Side side, const MarketState& market, Visit visit);
  /// What shows at `price`, as a taker on `side` gets it.
  [[nodiscard]] static Price shifted(const Listing& listing, Side side, Price price, TimeNs exch_ts_ns);

  /// Takes what is displayed. True where chance cut a fill short.
  bool take(Listing& listing, VenueOrder& order, const MarketState& market, const Moment& moment);
  void rest(Listing& listing, VenueOrder order, const MarketState& market);
  void retry(Listing& listing, const MarketState& market, const Moment& moment);
  /// Every fill comes through here: up to `available`, if chance does not cut it.
  Qty give(Listing& listing, VenueOrder& order, Price price, Qty available, bool is_maker,
           const Moment& moment);
  /// The same at its own price in its turn, where an iceberg has only what it shows.
  Qty give_shown(Listing& listing, VenueOrder& order, Qty available, const Moment& moment);
  /// The icebergs whose shown part is used up show the next one, behind all that stands there.
  void send_back(Listing& listing, const MarketState& market);

  void meet_trade(Listing& listing, const Event& event, const MarketState& market, const Moment& moment);
  void meet_at_price(Listing& listing, VenueOrder& order, const Trade& trade, Qty& left,
                     const MarketState& market, const Moment& moment);
  void meet_through(Listing& listing, Side aggressor, Price price, Qty& left, const Moment& moment);
  void meet_book(Listing& listing, const Event& event, std::span<const Level> levels,
                 const MarketState& market, const Moment& moment);
  void meet_quote(Listing& listing, const Quote& quote, const MarketState& market, const Moment& moment);
  void meet_bar(Listing& listing, const Event& event, const Moment& moment);

  // Feeds order by order: recorded_order_actions.cc.
  void meet_order_action(Listing& listing, const Event& event, const MarketState& market,
                         const Moment& moment);
  void meet_order_trade(Listing& listing, const Event& event, const MarketState& market,
                        const Moment& moment);
  void meet_order_print(Listing& listing, const Event& event, const Moment& moment);
  void meet_execution(Listing& listing, const OrderAction& action, const std::optional<BookOrder>& met,
                      const Moment& moment);
  void add_order(Listing& listing, const OrderAction& action, bool is_snapshot, const MarketState& market,
                 const Moment& moment);
  void take_off(Listing& listing, const BookOrder& order, Qty qty, const MarketState& market,
                const Moment& moment);
  /// The quantity at a price after what the event took off.
  [[nodiscard]] Qty shown_now(const MarketState& market, Side side, Price price) const;
  static void clear_orders(Listing& listing);
  static void end_snapshot(Listing& listing, const MarketState& market);

  [[nodiscard]] static PriceRange price_range(const Listing& listing, Side side);
  static void restate(const Listing& listing, VenueOrder& order, Qty before, Qty after, const Moment& moment);
  static void restate_level(Listing& listing, Side side, Price price, Qty before, Qty after,
                            const Moment& moment);
  void cross_level(Listing& listing, Side side, const Level& level, const Moment& moment);

  /// Fills by_priority_ with those that rest and meet, better prices first, then by arrival.
  template <class Meets>
  void rank(const Listing& listing, Meets meets);
  void end_if_immediate(VenueOrder& order, const Moment& moment);

  Executions& executions_;
  RandomStream random_;
  std::vector<std::uint32_t> by_priority_;  // scratch
  Taken taken_;                             // scratch: none between events
};

template <class Meets>
void RecordedMarket::rank(const Listing& listing, Meets meets) {
  by_priority_.clear();
  for (std::uint32_t i = 0; i < listing.orders.size(); ++i) {
    const VenueOrder& order = listing.orders[i];
    if (!order.takes && order.leaves > 0 && order.price != kNoPrice && meets(order))
      by_priority_.push_back(i);
  }
  // Equal prices by arrival: a total order, where a stable sort would allocate.
  std::sort(by_priority_.begin(), by_priority_.end(), [&](std::uint32_t a, std::uint32_t b) {
    const VenueOrder& first = listing.orders[a];
    const VenueOrder& second = listing.orders[b];
    if (first.side != second.side) return first.side == Side::buy;  // a print of unknown side may meet both
    return first.price == second.price ? a < b : is_better(first.side, first.price, second.price);
  });
}

}  // namespace lockstep::sim
