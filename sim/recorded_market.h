// The recorded (or synthetic) market as our orders meet it: decides what they would have got in a market that
// does not know of them. Owned by SimVenue. Never sees an order before it arrived or an event before it was
// received.
//
// How fills come about, by what the feed has (the best there is, per instrument):
//   book    A taker walks the displayed levels, best first, each fill at the level's price. A resting
//           order joins the back of the queue at its price: everything displayed there is ahead of it.
//           Trades at its price against it shorten the queue by their quantity, and what is left of them
//           fills it; a trade of unknown side at its price does not count. A shrinking level beyond what
//           trades explain is a cancellation, taken to be spread evenly over what the trades left: ahead x
//           cancelled / left are ahead of us. The queue ahead never exceeds what the level shows; beyond
//           the last level shown it is learned when the feed gets there. A trade at a worse price than
//           ours, or an opposite level that shows at our price or through it, fills us at our price, up to
//           its quantity.
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

#include <span>
#include <vector>

#include "engine/book/books.h"
#include "sim/executions.h"

namespace lockstep::sim {

class RecordedMarket {
 public:
  /// `executions` outlives it.
  explicit RecordedMarket(Executions& executions) : executions_(executions) {
    by_priority_.reserve(Listing::kReserve);
  }

  enum class Basis : std::uint8_t {
    book,
    quotes,
    prints,
    none
  };  ///< what fills are decided on, here and now

  [[nodiscard]] static Basis basis_of(const MarketState& market);
  /// Whether the order would take at once.
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

 private:
  // Of our limit orders on one side; empty without any.
  struct PriceRange {
    Price lowest = INT64_MAX;
    Price highest = INT64_MIN;
  };

  [[nodiscard]] static Qty queue_ahead(const VenueOrder& order, const MarketState& market);
  /// Calls visit(price, left) for what is displayed and left of it, best first, until it returns false.
  template <class Visit>
  static void for_each_displayed(Listing& listing, Side side, const MarketState& market, Visit visit);

  void meet_trade(Listing& listing, const Event& event, const MarketState& market, const Moment& moment);
  void meet_book(Listing& listing, const Event& event, std::span<const Level> levels,
                 const MarketState& market, const Moment& moment);
  void meet_quote(Listing& listing, const Quote& quote, const MarketState& market, const Moment& moment);
  void meet_bar(Listing& listing, const Event& event, const Moment& moment);
  [[nodiscard]] static PriceRange price_range(const Listing& listing, Side side);
  static void restate(VenueOrder& order, Qty before, Qty after);
  static void restate_level(Listing& listing, Side side, Price price, Qty before, Qty after);
  void cross_level(Listing& listing, Side side, const Level& level, const Moment& moment);

  /// Fills by_priority_ with those that rest and meet, better prices first, then by arrival.
  template <class Meets>
  void rank(const Listing& listing, Meets meets);
  void end_if_immediate(VenueOrder& order, const Moment& moment);

  Executions& executions_;
  std::vector<std::uint32_t> by_priority_;  // scratch
};

}  // namespace lockstep::sim
