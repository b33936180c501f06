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
  Price price = kNoPrice;  ///< ignored for a market order
  Qty qty = 0;             ///< > 0
  TimeInForce time_in_force = TimeInForce::gtc;
  bool post_only = false;
  bool reduce_only = false;
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
  /// New price and total quantity (filled part included) of a working limit order.
  virtual Requested replace(OrderId id, Price price, Qty qty) = 0;

  /// on_timer(timer_id) once receive time has reached `at_ns`; at once if it has already.
  virtual void set_timer(TimeNs at_ns, std::uint64_t timer_id) = 0;

  /// This strategy's own stream of random numbers, keyed by the run's seed.
  virtual RandomStream& random() = 0;
};

}  // namespace lockstep
