// The simulated exchange: decides what our orders would have got in the recorded (or synthetic) market.
// Implements the venue port. Thinks in exchange time, never sees an event before it was received, and does
// not know what feeds it.
//
// An order sent at t arrives at t + order latency. It is held until an event of its venue arrives that the
// exchange stamped later than that; the book just before that event is what it meets. An event stamped
// exactly at its arrival goes first. The answer reaches us at arrival + answer latency, and not before the
// event that let us know.
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
#include "engine/event/ports.h"
#include "sim/consumed.h"
#include "sim/latency.h"

namespace lockstep::sim {

/// Fractions of the fill's value, in 10^-9; negative: a rebate. 2 basis points = 200'000.
struct Fees {
  std::int64_t maker_ppb = 0;
  std::int64_t taker_ppb = 0;
};

struct SimConfig {
  std::uint64_t seed = 1;
  LatencyModel order_latency;
  LatencyModel answer_latency;
  std::vector<Fees> fees;  ///< one per instrument
};

/// |notional| x rate, rounded half away from zero to 10^-9 of the currency.
Money fee_of(const Instrument& instrument, Price price, Qty qty, std::int64_t rate_ppb);

class SimVenue final : public Venue {
 public:
  /// The instruments are copied. Requires: fees per instrument, valid latency models.
  SimVenue(std::span<const Instrument> instruments, const SimConfig& config);

  void instruct(const Event& instruction, ExecutionSink& sink) override;
  void on_market(const Event& event, std::span<const Level> levels, const Books& books,
                 ExecutionSink& sink) override;
  void finish(TimeNs now, const Books& books, ExecutionSink& sink) override;
  void visit(StateVisitor& visitor) override;

 private:
  static constexpr Qty kUnknown = -1;  // queue ahead: the feed does not show it yet

  enum class Basis : std::uint8_t { book, quotes, prints, none };  // what fills are decided on, here and now

  // An order at the venue. Whole words, so that it can be saved as such.
  struct Resting {
    OrderId id = 0;
    Price price = kNoPrice;  // kNoPrice: market
    Qty leaves = 0;
    Qty filled = 0;
    Qty ahead = kUnknown;
    Qty traded = 0;  // at our price since the level was last restated; explains a shrinking level
    TimeNs arrival_ns = 0;
    InstrumentId instrument = 0;
    Side side = Side::none;
    std::uint8_t flags = 0;
    TimeInForce time_in_force = TimeInForce::gtc;
    bool takes = false;  // waits for prints or bars to take from
  };
  static_assert(std::has_unique_object_representations_v<Resting>);

  struct Arrival {
    Event instruction;
    TimeNs arrival_ns = 0;
  };

  struct Listing {
    Instrument instrument;
    std::uint32_t venue = 0;  // index among the distinct venue names
    Fees fees;
    std::vector<Resting> orders;  // in order of arrival, which is time priority
    Consumed consumed_bids;
    Consumed consumed_asks;
    Qty position = 0;  // ours, for reduce-only

    Consumed& consumed(Side side) { return side == Side::buy ? consumed_bids : consumed_asks; }
  };

  // Of our limit orders on one side; empty without any.
  struct PriceRange {
    Price lowest = INT64_MAX;
    Price highest = INT64_MIN;
  };

  // When something is decided, and by what.
  struct Moment {
    TimeNs recv_ts_ns;  // of the event that lets it be decided
    TimeNs exch_ts_ns;  // when it happens at the venue
    ExecutionSink& sink;
  };

  void arrive(const Arrival& arrival, const Books& books, const Moment& moment);
  void arrive_new(const Event& instruction, Listing& listing, const MarketState& market,
                  const Moment& moment);
  void arrive_cancel(const OrderInstruction& cancel, Listing& listing, const Moment& moment);
  void arrive_replace(const OrderInstruction& replace, Listing& listing, const MarketState& market,
                      const Moment& moment);
  void enter(Listing& listing, Resting order, const MarketState& market, const Moment& moment);

  [[nodiscard]] static Basis basis_of(const MarketState& market);
  [[nodiscard]] static bool allows(const Resting& order, Price price);
  [[nodiscard]] static bool is_marketable(const Resting& order, const MarketState& market);
  [[nodiscard]] static Qty queue_ahead(const Resting& order, const MarketState& market);
  /// Calls visit(price, left) for what is displayed and left of it, best first, until it returns false.
  template <class Visit>
  static void for_each_displayed(Listing& listing, Side side, const MarketState& market, Visit visit);

  void meet_trade(Listing& listing, const Event& event, const MarketState& market, const Moment& moment);
  void meet_book(Listing& listing, const Event& event, std::span<const Level> levels,
                 const MarketState& market, const Moment& moment);
  void meet_quote(Listing& listing, const Quote& quote, const MarketState& market, const Moment& moment);
  void meet_bar(Listing& listing, const Event& event, const Moment& moment);
  [[nodiscard]] static PriceRange price_range(const Listing& listing, Side side);
  static void restate(Resting& order, Qty before, Qty after);
  static void restate_level(Listing& listing, Side side, Price price, Qty before, Qty after);
  void cross_level(Listing& listing, Side side, const Level& level, const Moment& moment);

  /// Fills by_priority_ with those that rest and meet, better prices first, then by arrival.
  template <class Meets>
  void rank(const Listing& listing, Meets meets);

  /// What may still fill: a reduce-only order ends at a flat position.
  [[nodiscard]] static Qty fillable(const Listing& listing, const Resting& order);
  /// Fills up to `available` and returns what was filled; a reduce-only order stops at a flat position.
  Qty fill(Listing& listing, Resting& order, Price price, Qty available, bool is_maker, const Moment& moment);
  void end_if_immediate(Resting& order, const Moment& moment);
  void remove_done(Listing& listing, const Moment& moment);
  void report(const Resting& order, Kind kind, Reason reason, const Moment& moment);
  void send(Event event, const Moment& moment);

  std::vector<Listing> listings_;
  std::vector<Arrival> arrivals_;  // in flight to the exchange, in order of arrival
  Latency order_latency_;
  Latency answer_latency_;
  std::vector<std::uint32_t> by_priority_;  // scratch
};

}  // namespace lockstep::sim
