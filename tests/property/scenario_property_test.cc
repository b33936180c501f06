// A scenario's resolved text is the same scenario, whatever it says.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "scenarios/scenario.h"

namespace lockstep::scenarios {
namespace {

constexpr const char* kBase = "[feed]\npath = \"a.lsr\"\n[strategy]\nname = \"momentum\"\n";

std::string quoted(const std::string& text) {
  return "\"" + text + "\"";
}

/// Texts that a writer of TOML can get wrong, already escaped for a quoted value.
rc::Gen<std::string> escaped_text() {
  const auto piece =
      rc::gen::element<std::string>("a", " ", "'", "'''", "\\\"", "\\\\", "\\n", "\\t", "\\u0001", "\\u007f",
                                    "#", "=", "[", "é", "中", ".", "1", "true", "2024-01-01");
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                      [](const std::vector<std::string>& pieces) {
                        std::string out;
                        for (const std::string& one : pieces) out += one;
                        return out;
                      });
}

rc::Gen<std::string> decimal() {
  return rc::gen::map(rc::gen::pair(rc::gen::inRange(0, 1'000'000), rc::gen::inRange(0, 100'000)),
                      [](const std::pair<int, int>& parts) {
                        return std::to_string(parts.first) + "." + std::to_string(parts.second);
                      });
}

rc::Gen<std::string> duration() {
  return rc::gen::map(
      rc::gen::pair(rc::gen::inRange(0, 3'600), rc::gen::element<std::string>("ns", "us", "ms", "s")),
      [](const std::pair<int, std::string>& parts) { return std::to_string(parts.first) + parts.second; });
}

rc::Gen<std::string> setting() {
  const auto with = [](const char* key, const rc::Gen<std::string>& value) {
    return rc::gen::map(value, [key](const std::string& text) { return std::string(key) + "=" + text; });
  };
  const auto number = [](int low, int high) {
    return rc::gen::map(rc::gen::inRange(low, high), [](int n) { return std::to_string(n); });
  };
  // Any double of the range, in all its digits.
  const auto fraction =
      rc::gen::map(rc::gen::inRange<std::int64_t>(0, 5'000'000'000'000'000), [](std::int64_t n) {
        char text[40];
        std::snprintf(text, sizeof text, "%.17g", static_cast<double>(n) / 1e15);
        return std::string(text);
      });
  const auto text = rc::gen::map(escaped_text(), quoted);
  return rc::gen::oneOf(
      with("name", text), with("description", text), with("seed", number(0, 1 << 30)),
      with("account.cash", decimal()), with("account.currency", text),
      with("account.balances.BTC", decimal()), with("feed.path", rc::gen::just<std::string>("b")),
      with("venue.order_latency.sigma", fraction), with("venue.answer_latency.median", duration()),
      with("venue.maker_fee_bps",
           rc::gen::map(number(-9999, 9999), [](const std::string& n) { return n + ".5"; })),
      with("risk.max_position", decimal()), with("risk.instruments.X-1.max_order_qty", decimal()),
      with("venue.instruments.Ä B.taker_fee_bps", number(-100, 100)),
      with("results.sample_interval", duration()),
      with("results.checkpoint_interval", number(1, 1'000'000'000)),
      with("strategy.parameters.qty", decimal()), with("strategy.parameters.other", text),
      with("strategy.instruments",
           rc::gen::map(text, [](const std::string& t) { return "[" + t + ", " + t + "]"; })));
}

TEST(ScenarioProperty, the_resolved_text_resolves_to_itself_and_is_the_same_scenario) {
  EXPECT_TRUE(rc::check([] {
    const auto settings = *rc::gen::container<std::vector<std::string>>(setting());
    const Result<Scenario> scenario = parse_scenario(kBase, "s.toml", settings);
    RC_ASSERT(scenario.ok());
    const Result<Scenario> again = parse_scenario(scenario->resolved_toml, "other.toml", {});
    RC_ASSERT(again.ok());
    RC_ASSERT(again->resolved_toml == scenario->resolved_toml);
    RC_ASSERT(again->name == scenario->name);
    RC_ASSERT(again->description == scenario->description);
    RC_ASSERT(again->seed == scenario->seed);
    RC_ASSERT(again->account.currency == scenario->account.currency);
    RC_ASSERT(again->account.cash == scenario->account.cash);
    RC_ASSERT(again->venue.connection.order_latency.sigma == scenario->venue.connection.order_latency.sigma);
    RC_ASSERT(again->venue.connection.answer_latency.median_ns ==
              scenario->venue.connection.answer_latency.median_ns);
    RC_ASSERT(again->venue.fees.maker_ppb == scenario->venue.fees.maker_ppb);
    RC_ASSERT(again->risk.max_position == scenario->risk.max_position);
    RC_ASSERT(again->risk_by_symbol.size() == scenario->risk_by_symbol.size());
    RC_ASSERT(again->sample_interval_ns == scenario->sample_interval_ns);
    RC_ASSERT(again->checkpoint_interval == scenario->checkpoint_interval);
    RC_ASSERT(again->strategies.size() == 1U);
    RC_ASSERT(again->strategies[0].parameters == scenario->strategies[0].parameters);
    RC_ASSERT(again->strategies[0].instruments == scenario->strategies[0].instruments);
  }));
}

}  // namespace
}  // namespace lockstep::scenarios
