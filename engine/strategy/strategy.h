// The strategy interface, and how a strategy is made from its parameters. One instance lives for one run.
// A strategy reacts to events through a Context and keeps its state in members that `visit` names.
#pragma once

#include <memory>
#include <string_view>

#include "engine/strategy/context.h"
#include "engine/strategy/parameters.h"

namespace lockstep {

class Strategy {
 public:
  virtual ~Strategy() = default;

  /// Before the first event. An error ends the run before it begins, for instance a quantity that is no
  /// multiple of a lot.
  virtual Status on_start(Context&) { return Done{}; }

  // Market events, after the books have taken them in. `event` carries times, instrument and flags.
  virtual void on_trade(const Event& event, const Trade& trade, Context& context);
  virtual void on_quote(const Event& event, const Quote& quote, Context& context);
  virtual void on_book(const Event& event, const BookUpdate& update, Context& context);
  virtual void on_bar(const Event& event, const Bar& bar, Context& context);
  /// Order-by-order actions, funding, mark, statistic, definition, status and gap: by event.kind and
  /// event.as<T>().
  virtual void on_other(const Event& event, Context& context);

  /// Answers to this strategy's orders, after the portfolio has taken them in. `order` is as it stands after
  /// the answer.
  virtual void on_execution(const Event& execution, const Order& order, Context& context);
  virtual void on_timer(std::uint64_t timer_id, Context& context);
  /// A parameter was changed while running. Each value is in its range; an error, where they do not fit
  /// together or do not fit an instrument, ends the run.
  virtual Status on_parameters(const Parameters& parameters, Context& context);

  /// Names every member that is set after construction, what on_start works out included: a restored strategy
  /// is not started again. Also the digest of this strategy.
  virtual void visit(StateVisitor& visitor) = 0;
};

/// How `lockstep` finds a strategy: an entry of an explicit list, no registration behind the scenes.
struct StrategyFactory {
  std::string_view name;
  std::string_view description;
  std::span<const ParameterSpec> parameters;
  std::unique_ptr<Strategy> (*make)(const Parameters& parameters);
};

/// The strategies that come with Lockstep.
std::vector<StrategyFactory> builtin_strategies();

/// A decimal parameter (10^-9) as a quantity of the instrument. Error unless it is a positive whole number of
/// lots.
Result<Qty> qty_from_nanos(const Instrument& instrument, std::int64_t nanos);

}  // namespace lockstep
