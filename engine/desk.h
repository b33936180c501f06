// Our side of the market: orders, positions and the gate. Turns a strategy's request into a decision (sent or
// denied) and a venue's answer into new orders and positions. Owned by the session. Never talks to a venue or
// keeps a journal itself.
#pragma once

#include <optional>
#include <span>

#include "engine/event/results.h"
#include "engine/portfolio/orders.h"
#include "engine/portfolio/portfolio.h"
#include "engine/risk/risk.h"
#include "engine/strategy/context.h"

namespace lockstep {

/// A currency's worth in the reporting currency is the mid of an instrument (inverted: 1 over it).
struct QuotedRate {
  std::string currency;
  InstrumentId instrument = kNoInstrument;
  bool is_inverted = false;
};

class Desk {
 public:
  /// `results` may be null. Requires: one entry of `limits` per instrument; everything referred to outlives
  /// the desk.
  Desk(std::span<const Instrument> instruments, const PortfolioConfig& portfolio,
       std::vector<QuotedRate> rates, std::vector<RiskLimits> limits, const Books& books,
       ResultSink* results);

  /// What came of a request, as events: the instruction or the denial, and before a submit its terms if it
  /// has any.
  struct Decision {
    std::optional<Event> terms;
    Event event;
  };

  // Each decides one request at `now`.

  Decision submit(std::uint32_t strategy, const OrderRequest& request, TimeNs now);
  Event cancel(std::uint32_t strategy, OrderId id, TimeNs now);
  Event replace(std::uint32_t strategy, OrderId id, Price price, Qty qty, TimeNs now);
  /// Of one instrument, or of all for kNoInstrument.
  Event cancel_all(std::uint32_t strategy, InstrumentId instrument, TimeNs now);
  Event quote(std::uint32_t strategy, const QuoteRequest& request, TimeNs now);

  /// Takes in a venue's answer and returns the order as it stands after it. Error: an answer that no order of
  /// ours can take, or money out of range.
  Result<Order> apply_execution(const Event& execution);

  /// One unit of `currency` is worth nanos x 10^-9 of the reporting currency. Errors: see
  /// Portfolio::set_rate.
  Status set_rate(std::string_view currency, std::int64_t nanos) {
    return portfolio_.set_rate(currency, nanos, kNanosPerUnit);
  }

  /// Pays funding that settles, if we hold a position.
  Status apply_funding(const Event& event);

  /// Takes in what the venue did to our account without an order of ours; what it bought or sold is a row of
  /// fills. Errors: see Portfolio::apply_account.
  Status apply_account(const Event& event);

  /// Writes one equity row and the position rows for time `ts_ns`, at current marks (mid, else last trade)
  /// and rates (mid).
  Status sample(TimeNs ts_ns);

  [[nodiscard]] const Orders& orders() const { return orders_; }
  [[nodiscard]] const Portfolio& portfolio() const { return portfolio_; }
  [[nodiscard]] RiskChain& risk() { return risk_; }

  void visit_orders(StateVisitor& visitor) { orders_.visit(visitor); }
  void visit_portfolio(StateVisitor& visitor) { portfolio_.visit(visitor); }
  void visit_risk(StateVisitor& visitor) { risk_.visit(visitor); }

 private:
  [[nodiscard]] RiskView view(InstrumentId instrument, TimeNs now) const;
  Event deny(std::uint32_t strategy, InstrumentId instrument, OrderId id, Qty qty, const Denied& denied,
             TimeNs now);
  std::optional<Denied> check_quote_side(Side side, Price price, Qty qty, const QuoteRequest& request,
                                         const Order* replaced, TimeNs now) const;
  void close(const Order& order, TimeNs now, OrderOutcome outcome);

  std::span<const Instrument> instruments_;
  const Books& books_;
  ResultSink* results_;
  Orders orders_;
  Portfolio portfolio_;
  std::vector<QuotedRate> rates_;
  RiskChain risk_;
};

}  // namespace lockstep
