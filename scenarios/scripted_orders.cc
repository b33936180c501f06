#include "scenarios/scripted_orders.h"

#include "engine/strategy/script.h"

namespace lockstep::scenarios {

Status check_scripted_orders(const Scenario& scenario) {
  for (const StrategyChoice& choice : scenario.strategies) {
    const auto text = choice.parameters.find("orders");
    if (choice.name != kScriptStrategy || text == choice.parameters.end()) continue;
    const Result<ScriptOrders> orders = parse_orders(text->second);
    if (!orders) return Error{ErrorCode::bad_input, "orders of strategy script", orders.error().text()};
    const auto start = choice.parameters.find("start");
    if (scenario.feed.kind != FeedKind::script || start == choice.parameters.end()) continue;
    const Result<TimeNs> start_ts_ns = parse_time(start->second);
    if (!start_ts_ns) continue;  // the strategy says so
    const TimeNs end_ts_ns = std::min(scenario.feed.script.last_ts_ns, scenario.until_ts_ns);
    for (const ScriptAction& action : orders->actions) {
      const Result<TimeNs> at = action.at.from(*start_ts_ns);
      if (!at || *at <= end_ts_ns) continue;
      return Error{ErrorCode::bad_input, "orders of strategy script: line " + std::to_string(action.line),
                   "never happens: it is due at " + format_time(*at) +
                       ", but the market's last event comes at " + format_time(end_ts_ns) +
                       "; add a later one, for instance a stop"};
    }
  }
  return Done{};
}

}  // namespace lockstep::scenarios
