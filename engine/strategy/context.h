// What a strategy may see and ask for. Implemented by the session. There is no way past the risk gate from
// here, no clock but the event's, and no way to tell a recording from a live feed.
#pragma once

#include <span>
#include <string_view>

#include "engine/book/books.h"
#include "engine/core/random.h"
#include "engine/portfolio/orders.h"

namespace lockstep {

struct OrderRequest {
  InstrumentId instrument = 0;
  Side side = Side::buy;
  OrderType type = OrderType::limit;
  Price price = kNoPrice;  ///< the limit; ignored for a type without one (has_limit_price)
  Qty qty = 0;             ///< > 0
  TimeInForce time_in_force = TimeInForce::gtc;
  bool post_only = false;
  bool reduce_only = false;

  // What few orders need. Which venue takes what is in its profile.
  Price trigger_price = kNoPrice;          ///< of a conditional type, but for a trailing stop
  TrailUnit trail_unit = TrailUnit::none;  ///< trailing stop
  std::int64_t trail = 0;                  ///< trailing stop: the distance, > 0, in trail_unit
  TriggerSource trigger = TriggerSource::last;
  Qty display_qty = 0;            ///< iceberg: what shows; 0: all of it
  TimeNs expire_ts_ns = kNoTime;  ///< gtd
  Contingency contingency = Contingency::none;
  std::uint64_t link = 0;  ///< see Contingency
};

/// Both sides of a quote. A side with quantity 0 is not quoted.
struct QuoteRequest {
  InstrumentId instrument = 0;
  Price bid_price = kNoPrice;
  Price ask_price = kNoPrice;
  Qty bid_qty = 0;
  Qty ask_qty = 0;
};

/// What came of a request: it went to the venue, or the gate denied it. A value, not an exception.
struct Requested {
  OrderId order_id = 0;  ///< 0 where it was denied
  DenyReason denied = DenyReason::none;
  explicit operator bool() const { return denied == DenyReason::none; }
};

class Context {
 public:
  virtual ~Context() = default;

  /// Receive time of the event that is being handled.
  [[nodiscard]] virtual TimeNs now() const = 0;
  /// Every instrument of the run, by id.
  [[nodiscard]] virtual std::span<const Instrument> instruments() const = 0;
  /// Those that this strategy trades, ascending. Market events of others are not delivered to it.
  [[nodiscard]] virtual std::span<const InstrumentId> universe() const = 0;
  [[nodiscard]] virtual const MarketState& market(InstrumentId instrument) const = 0;
  /// Signed position of the whole run in an instrument.
  [[nodiscard]] virtual Qty position(InstrumentId instrument) const = 0;
  /// An order of ours that is alive; null when it is done or unknown. Valid until the next request or event.
  [[nodiscard]] virtual const Order* order(OrderId id) const = 0;

  virtual Requested submit(const OrderRequest& request) = 0;
  virtual Requested cancel(OrderId id) = 0;
  /// New price and total quantity (filled part included) of a working order. The price of a stop, touched or
  /// trailing order that has not triggered is its trigger or distance; else its limit.
  virtual Requested replace(OrderId id, Price price, Qty qty) = 0;
  /// Cancels every order of this strategy in an instrument (kNoInstrument: in all) by one message.
  virtual Requested cancel_all(InstrumentId instrument) = 0;
  /// Replaces what this strategy quotes in an instrument, both sides by one message. The orders get new ids:
  /// the bid's comes back, the offer's is the next one. Denied as a whole where either side is.
  virtual Requested quote(const QuoteRequest& request) = 0;

  /// on_timer(timer_id) once receive time has reached `at_ns`; at once if it has already.
  virtual void set_timer(TimeNs at_ns, std::uint64_t timer_id) = 0;

  /// This strategy's own stream of random numbers, keyed by the run's seed.
  virtual RandomStream& random() = 0;
};

}  // namespace lockstep
