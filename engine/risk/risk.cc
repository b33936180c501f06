#include "engine/risk/risk.h"

namespace lockstep {
namespace {

// Gates that need limits look them up by instrument; the chain owns both.
class LimitGate : public Gate {
 public:
  explicit LimitGate(const std::vector<RiskLimits>& limits) : limits_(limits) {}

 protected:
  [[nodiscard]] const RiskLimits& of(const RiskRequest& request) const { return limits_[request.instrument]; }

 private:
  const std::vector<RiskLimits>& limits_;
};

class WellFormed final : public Gate {
 public:
  [[nodiscard]] std::string_view name() const override { return "well_formed"; }
  [[nodiscard]] std::optional<Denied> check(const RiskRequest& request, const RiskView& view) const override {
    const Instrument& instrument = view.instrument;
    if (request.qty <= 0 || request.qty % instrument.lot != 0)
      return Denied{DenyReason::bad_qty, request.qty, instrument.lot};
    const bool may_be_negative =
        instrument.kind == InstrumentKind::future || instrument.kind == InstrumentKind::option;
    const auto is_bad = [&](Price price) {
      return price == kNoPrice || price % instrument.tick != 0 || (price <= 0 && !may_be_negative);
    };
    if (request.trigger_price != kNoPrice && is_bad(request.trigger_price))
      return Denied{DenyReason::bad_price, request.trigger_price, instrument.tick};
    if (has_limit_price(request.type) && is_bad(request.price))
      return Denied{DenyReason::bad_price, request.price, instrument.tick};
    return std::nullopt;
  }
};

class KillSwitch final : public Gate {
 public:
  KillSwitch(const bool& killed, const bool& paused) : killed_(killed), paused_(paused) {}
  [[nodiscard]] std::string_view name() const override { return "kill_switch"; }
  [[nodiscard]] std::optional<Denied> check(const RiskRequest&, const RiskView&) const override {
    if (killed_) return Denied{DenyReason::kill_switch, 1, 0};
    if (paused_) return Denied{DenyReason::paused, 1, 0};
    return std::nullopt;
  }

 private:
  const bool& killed_;
  const bool& paused_;
};

class OrderSize final : public LimitGate {
 public:
  using LimitGate::LimitGate;
  [[nodiscard]] std::string_view name() const override { return "order_size"; }
  [[nodiscard]] std::optional<Denied> check(const RiskRequest& request, const RiskView& view) const override {
    const RiskLimits& limits = of(request);
    if (limits.max_order_qty > 0 && request.qty > limits.max_order_qty) {
      return Denied{DenyReason::order_size, request.qty, limits.max_order_qty};
    }
    if (limits.max_order_notional_nanos > 0) {
      const Price price = has_limit_price(request.type)       ? request.price
                          : request.trigger_price != kNoPrice ? request.trigger_price
                                                              : view.market.reference_price();
      if (price == kNoPrice || (view.instrument.is_inverse() && price <= 0))
        return Denied{DenyReason::no_reference_price, 0, 0};
      const Money value = notional(view.instrument, price, request.qty);
      const std::int64_t magnitude = value.overflowed()  ? INT64_MAX
                                     : value.nanos() < 0 ? -value.nanos()
                                                         : value.nanos();
      if (magnitude > limits.max_order_notional_nanos) {
        return Denied{DenyReason::order_notional, magnitude, limits.max_order_notional_nanos};
      }
    }
    return std::nullopt;
  }
};

class Position final : public LimitGate {
 public:
  using LimitGate::LimitGate;
  [[nodiscard]] std::string_view name() const override { return "position"; }
  [[nodiscard]] std::optional<Denied> check(const RiskRequest& request, const RiskView& view) const override {
    const Qty limit = of(request).max_position_qty;
    if (limit <= 0) return std::nullopt;
    const Qty replaced = request.replaces != nullptr ? request.replaces->leaves_qty() : 0;
    const Int128 open =
        Int128{view.orders.open_qty(request.instrument, request.side)} - replaced + request.qty;
    const Int128 worst = request.side == Side::buy ? view.position + open : -Int128{view.position} + open;
    if (worst <= limit) return std::nullopt;
    return Denied{DenyReason::position, worst > INT64_MAX ? INT64_MAX : static_cast<std::int64_t>(worst),
                  limit};
  }
};

class OpenOrders final : public LimitGate {
 public:
  using LimitGate::LimitGate;
  [[nodiscard]] std::string_view name() const override { return "open_orders"; }
  [[nodiscard]] std::optional<Denied> check(const RiskRequest& request, const RiskView& view) const override {
    const std::uint32_t limit = of(request).max_open_orders;
    if (limit == 0 || request.replaces != nullptr || view.orders.alive().size() < limit) return std::nullopt;
    return Denied{DenyReason::open_orders, static_cast<std::int64_t>(view.orders.alive().size()) + 1, limit};
  }
};

class PriceCollar final : public LimitGate {
 public:
  using LimitGate::LimitGate;
  [[nodiscard]] std::string_view name() const override { return "price_collar"; }
  [[nodiscard]] std::optional<Denied> check(const RiskRequest& request, const RiskView& view) const override {
    const std::uint32_t limit_bps = of(request).price_collar_bps;
    if (limit_bps == 0 || !has_limit_price(request.type)) return std::nullopt;
    const Price reference = view.market.reference_price();
    if (reference == kNoPrice) return Denied{DenyReason::no_reference_price, 0, 0};
    const Int128 distance =
        request.price > reference ? Int128{request.price} - reference : Int128{reference} - request.price;
    const Int128 magnitude = reference < 0 ? -Int128{reference} : Int128{reference};
    if (distance * 10'000 <= magnitude * limit_bps) return std::nullopt;
    const Int128 bound = magnitude * limit_bps / 10'000;
    return Denied{DenyReason::price_collar, static_cast<std::int64_t>(distance),
                  static_cast<std::int64_t>(bound)};
  }
};

}  // namespace

RiskChain::RiskChain(std::vector<RiskLimits> limits) : limits_(std::move(limits)) {
  gates_.push_back(std::make_unique<WellFormed>());
  gates_.push_back(std::make_unique<KillSwitch>(killed_, paused_));
  gates_.push_back(std::make_unique<OrderSize>(limits_));
  gates_.push_back(std::make_unique<Position>(limits_));
  gates_.push_back(std::make_unique<OpenOrders>(limits_));
  gates_.push_back(std::make_unique<PriceCollar>(limits_));
}

std::optional<Denied> RiskChain::check(const RiskRequest& request, const RiskView& view) const {
  LOCKSTEP_CHECK(request.instrument < limits_.size(), "risk limits exist for every instrument");
  for (std::uint32_t i = 0; i < gates_.size(); ++i) {
    std::optional<Denied> denied = gates_[i]->check(request, view);
    if (!denied) continue;
    denied->gate = i;
    return denied;
  }
  return std::nullopt;
}

}  // namespace lockstep
