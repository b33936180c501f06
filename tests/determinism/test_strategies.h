// Strategies that decide by chance or by the clock, to reach what sensible ones seldom do: every order type,
// cancels and replaces that lose the race, denials, timers. For tests only.
#pragma once

#include <array>

#include "engine/strategy/strategy.h"

namespace lockstep::determinism {

/// On one in `one_in` market events: a random order, cancel, replace or timer. Draws from the strategy's own
/// stream.
class Dice final : public Strategy {
 public:
  static StrategyFactory factory();
  explicit Dice(const Parameters& parameters);

  void on_trade(const Event& event, const Trade& trade, Context& context) override;
  void on_quote(const Event& event, const Quote& quote, Context& context) override;
  void on_book(const Event& event, const BookUpdate& update, Context& context) override;
  void on_bar(const Event& event, const Bar& bar, Context& context) override;
  void on_other(const Event& event, Context& context) override;
  void on_execution(const Event& execution, const Order& order, Context& context) override;
  void on_timer(std::uint64_t timer_id, Context& context) override;
  Status on_parameters(const Parameters& parameters, Context& context) override;
  void visit(StateVisitor& visitor) override;

 private:
  void roll(InstrumentId instrument, Context& context);
  void send(InstrumentId instrument, Context& context);

  std::int64_t one_in_;
  std::int64_t lots_;
  std::array<OrderId, 8> known_{};  // the last orders sent, dead or alive
  std::uint64_t sent_ = 0;
  std::uint64_t answers_ = 0;
  std::uint64_t timers_ = 0;
};

/// Buys one lot and sells it again at every other tick of a timer, and keeps a second, slower timer beside
/// it.
class Metronome final : public Strategy {
 public:
  static StrategyFactory factory();
  explicit Metronome(const Parameters& parameters);

  Status on_start(Context& context) override;
  void on_timer(std::uint64_t timer_id, Context& context) override;
  void visit(StateVisitor& visitor) override;

 private:
  DurationNs interval_ns_;
  std::uint64_t beats_ = 0;
  std::uint64_t slow_beats_ = 0;
};

/// Those of the engine and these two.
std::vector<StrategyFactory> known_strategies();

}  // namespace lockstep::determinism
