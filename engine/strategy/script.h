// A strategy that does what a text says, when it says so: for scenarios that hold one behaviour whole. Looks
// at no market.
#pragma once

#include <string>
#include <vector>

#include "engine/core/script_line.h"
#include "engine/strategy/strategy.h"

namespace lockstep {

/// One line of the text, with names not yet looked up and amounts still in decimal text: the instruments are
/// known only when a run begins.
struct ScriptAction {
  enum class Verb : std::uint8_t { submit, cancel, replace, cancel_all, quote };

  ScriptTime at;
  std::size_t line = 0;  ///< in the text, from 1
  Verb verb = Verb::submit;
  std::string instrument;  ///< symbol or VENUE:SYMBOL; `*` for cancel_all of everything
  OrderRequest request;    ///< submit: all but the fields that follow
  std::string qty;         ///< submit, replace
  std::string price;       ///< submit: limit; replace; empty: none
  std::string trigger;     ///< empty: none
  std::string trail;       ///< empty: none
  std::string display;     ///< empty: none
  std::optional<ScriptTime> expire;
  std::string bid;  ///< quote: `99.98x10`; `-`: none
  std::string ask;
  std::size_t own_name = 0;  ///< submit, quote: index + 1 into ScriptOrders::names; 0: none
  std::size_t order = 0;     ///< cancel, replace, oto and bracket: the order meant, as above
  std::uint64_t group = 0;   ///< oco: its number from 1
};

struct ScriptOrders {
  std::vector<ScriptAction> actions;  ///< in the order of the text
  std::vector<std::string> names;     ///< of orders; a quote named q has q.bid and q.ask
};

/// Reads the text; a line is
///
///   TIME buy|sell QTY INSTRUMENT TYPE [LIMIT] [options] [as NAME]
///   TIME quote INSTRUMENT 99.98x10 100.02x10 [as NAME]      `-` for a side that is not quoted
///   TIME cancel NAME
///   TIME replace NAME PRICE QTY
///   TIME cancel_all INSTRUMENT                              `*` for all
///
/// TYPE is market, limit, stop, stop_limit, market_if_touched, limit_if_touched, market_to_limit or
/// trailing_stop; those with a limit have it next. Options: trigger=PRICE, trail=5ticks|25bps|0.5,
/// on=last|bid_ask|mark, display=QTY, gtc, ioc, fok, day, gtd with expire=TIME, at_open, at_close, post_only,
/// reduce_only, oco=GROUP (any word; the same for all of a group), oto=NAME, bracket=NAME. Errors name line
/// and column.
Result<ScriptOrders> parse_orders(std::string_view text);

/// The name of each order by its number, from 1, in the order in which the strategy makes them; empty where
/// the text has none.
std::vector<std::string> order_names(const ScriptOrders& orders);

class Script final : public Strategy {
 public:
  static StrategyFactory factory();
  explicit Script(const Parameters& parameters);

  Status on_start(Context& context) override;
  void on_timer(std::uint64_t timer_id, Context& context) override;
  void visit(StateVisitor& visitor) override;

 private:
  [[nodiscard]] Status check(const ScriptAction& action, Context& context) const;
  void act(const ScriptAction& action, Context& context);
  void set_timer(Context& context) const;
  [[nodiscard]] TimeNs time_of(const ScriptTime& time) const;
  [[nodiscard]] OrderId id_of(std::size_t name) const { return name == 0 ? 0 : ids_[name - 1]; }

  Result<ScriptOrders> orders_;
  std::string start_;
  TimeNs start_ts_ns_ = kNoTime;
  std::uint64_t next_ = 0;    // of the actions
  std::vector<OrderId> ids_;  // by name; 0: not sent, or denied
};

}  // namespace lockstep
