// A strategy's surroundings moved by hand: the test feeds the market, answers the orders and reads what was
// asked for. No gate, no venue, no time but what the test sets.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/strategy/strategy.h"
#include "tests/support/events.h"

namespace lockstep::test {

class HandContext final : public Context {
 public:
  /// Makes the strategy from its parameters; all of `instruments` are its universe.
  HandContext(const StrategyFactory& factory, const std::map<std::string, std::string>& parameters,
              std::vector<Instrument> instruments = {plain_instrument()});

  // What the test does.

  Status start() { return strategy_->on_start(*this); }
  /// Applies the event to the books and hands it to the strategy, at its time of receipt.
  void see(const Entry& entry);
  void see(const Event& event) { see(Entry{event, {}}); }
  Status change(const std::string& name, std::uint64_t bits);
  /// Fires the timers that are due by then.
  void wait_until(TimeNs ts_ns);
  void accept(OrderId id) { answer(id, Kind::accepted); }
  void fill(OrderId id, Price price, Qty qty);
  /// cancelled, rejected, replaced, cancel_rejected ...
  void answer(OrderId id, Kind kind);

  // What the strategy did, and what it is told.

  struct Sent {
    Kind kind;
    OrderId id;
    OrderRequest request;  ///< of a replace: its price and quantity
  };
  std::vector<Sent> sent;
  std::set<Side> deny;  ///< sides of which every submit and replace is denied
  std::vector<std::pair<TimeNs, std::uint64_t>> timers;
  std::vector<Qty> positions;

  [[nodiscard]] TimeNs now() const override { return now_; }
  [[nodiscard]] std::span<const Instrument> instruments() const override { return instruments_; }
  [[nodiscard]] std::span<const InstrumentId> universe() const override { return universe_; }
  [[nodiscard]] const MarketState& market(InstrumentId id) const override { return books_[id]; }
  [[nodiscard]] Qty position(InstrumentId id) const override { return positions[id]; }
  [[nodiscard]] const Order* order(OrderId id) const override { return orders_.find(id); }
  Requested submit(const OrderRequest& request) override;
  Requested cancel(OrderId id) override;
  Requested replace(OrderId id, Price price, Qty qty) override;
  Requested cancel_all(InstrumentId instrument) override;
  Requested quote(const QuoteRequest& request) override;
  void set_timer(TimeNs at_ns, std::uint64_t timer_id) override { timers.emplace_back(at_ns, timer_id); }
  RandomStream& random() override { return random_; }

 private:
  std::vector<Instrument> instruments_;
  std::vector<InstrumentId> universe_;
  Books books_;
  Orders orders_;
  Parameters parameters_;
  std::unique_ptr<Strategy> strategy_;
  RandomStream random_{1, 1, 0};
  TimeNs now_ = 0;
};

}  // namespace lockstep::test
