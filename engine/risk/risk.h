// The gate between a strategy and the venue: an ordered chain of checks. Each returns a value, the first
// denial wins, and every denial is journalled by the session. A gate never changes anything and never sees
// the venue.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engine/book/books.h"
#include "engine/portfolio/orders.h"

namespace lockstep {

/// What is asked for: a new order, or the new terms of one that works.
struct RiskRequest {
  InstrumentId instrument = 0;
  Side side = Side::buy;
  OrderType type = OrderType::limit;
  Price price = kNoPrice;  ///< the limit; kNoPrice: the type has none
  Qty qty = 0;             ///< what may still fill: for a replace, the new quantity less what is filled
  const Order* replaces = nullptr;  ///< the order that the request changes; null: a new one
  Price trigger_price = kNoPrice;   ///< kNoPrice: none, or a trailing distance
};

/// What the gates may look at. References are valid for the call.
struct RiskView {
  const Instrument& instrument;
  const MarketState& market;
  const Orders& orders;
  Qty position;  ///< signed, of the whole run
  TimeNs now;
};

/// `value` and `limit` share units, which the reason tells: quantity, price units, count, or 10^-9 of the
/// currency.
struct Denied {
  DenyReason reason = DenyReason::none;
  std::int64_t value = 0;
  std::int64_t limit = 0;
  std::uint32_t gate = 0;  ///< position in the chain
};

class Gate {
 public:
  virtual ~Gate() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual std::optional<Denied> check(const RiskRequest& request,
                                                    const RiskView& view) const = 0;
};

/// Limits of one instrument; 0 switches a check off.
struct RiskLimits {
  Qty max_order_qty = 0;
  std::int64_t max_order_notional_nanos = 0;  ///< in the settlement currency
  Qty max_position_qty = 0;                   ///< |position| if every open order of that side filled
  std::uint32_t max_open_orders = 0;          ///< of the whole run
  std::uint32_t price_collar_bps =
      0;  ///< how far beyond the reference price a limit may be aggressive or passive
};

/// The chain of version 1, in this order: well-formed, kill switch, order size, position, open orders, price
/// collar. `limits` has one entry per instrument.
class RiskChain {
 public:
  explicit RiskChain(std::vector<RiskLimits> limits);
  RiskChain(const RiskChain&) = delete;  // the gates refer into the chain
  RiskChain& operator=(const RiskChain&) = delete;

  /// The first denial, or nothing.
  [[nodiscard]] std::optional<Denied> check(const RiskRequest& request, const RiskView& view) const;

  /// From here on every new order is denied; there is no way back within a run.
  void kill() { killed_ = true; }
  /// While paused, new orders and replaces are denied; cancels pass.
  void pause(bool paused) { paused_ = paused; }
  [[nodiscard]] bool killed() const { return killed_; }

  [[nodiscard]] std::string_view gate_name(std::size_t position) const { return gates_.at(position)->name(); }
  [[nodiscard]] std::size_t size() const { return gates_.size(); }

  void visit(StateVisitor& visitor) {
    visitor.field(killed_);
    visitor.field(paused_);
  }

 private:
  std::vector<RiskLimits> limits_;
  std::vector<std::unique_ptr<Gate>> gates_;
  bool killed_ = false;
  bool paused_ = false;
};

}  // namespace lockstep
