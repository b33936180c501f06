// A run of a second or less of computing: a generated minute of one perpetual and a market maker, for the
// tests of scenarios and of the program.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "recordings/log_writer.h"
#include "scenarios/run.h"

namespace lockstep::test {

inline constexpr const char* kSmallScenario = R"(name = "small"
seed = 3
[feed]
kind = "synthetic"
duration = "1m"
latency = { constant = "1ms" }
[[feed.instruments]]
symbol = "SYNTH-PERP"
kind = "linear_perpetual"
tick = 0.01
lot = 0.001
price = 100
volatility_per_sqrt_day = 0.3
[account]
currency = "USD"
cash = 10000
[strategy]
name = "market_maker"
[strategy.parameters]
half_spread_bps = 1
requote_bps = 0.5
qty = 0.1
max_inventory = 1
[venue]
maker_fee_bps = -0.5
taker_fee_bps = 3
order_latency = { kind = "lognormal", median = "2ms", sigma = 0.5 }
answer_latency = { kind = "lognormal", median = "2ms", sigma = 0.5 }
[risk]
max_position = 2
[results]
checkpoint_interval = 500
)";

/// kSmallScenario on a recording instead: name it with feed.path=...
inline std::string small_on_recording() {
  const std::string text = kSmallScenario;
  const std::size_t feed = text.find("[feed]");
  const std::size_t account = text.find("[account]");
  return text.substr(0, feed) + "[feed]\nkind = \"recording\"\n" + text.substr(account);
}

inline scenarios::Scenario scenario_of(const std::string& text,
                                       const std::vector<std::string>& settings = {}) {
  Result<scenarios::Scenario> scenario = scenarios::parse_scenario(text, "small.toml", settings);
  if (!scenario) ADD_FAILURE() << scenario.error().text();
  return scenario ? std::move(*scenario) : scenarios::Scenario{};
}

inline Result<scenarios::RunSummary> run_of(const std::string& text, const std::vector<std::string>& settings,
                                            const std::string& folder) {
  const scenarios::Scenario scenario = scenario_of(text, settings);
  return scenarios::run_scenario(scenario, builtin_strategies(), {folder, {}});
}

inline Result<scenarios::RunSummary> small_run(const std::string& folder,
                                               const std::vector<std::string>& settings = {}) {
  Result<scenarios::RunSummary> summary = run_of(kSmallScenario, settings, folder);
  if (!summary) ADD_FAILURE() << summary.error().text();
  return summary;
}

/// Everything that the small scenario's feed generates, as a recording.
inline void record_small(const std::string& path) {
  feeds::SyntheticSource source(scenario_of(kSmallScenario).feed.synthetic);
  recordings::LogHeader header;
  header.program_version = "test";
  header.instruments.assign(source.instruments().begin(), source.instruments().end());
  auto writer = recordings::LogWriter::create(path, header);
  ASSERT_TRUE(writer.ok()) << writer.error().text();
  for (Batch batch;;) {
    const Result<Source::Pull> pulled = source.pull(batch);
    ASSERT_TRUE(pulled.ok());
    if (*pulled == Source::Pull::end) break;
    for (const Event& event : batch.events) (*writer)->append(event, batch.levels);
  }
  ASSERT_TRUE((*writer)->seal().ok());
}

inline std::string text_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace lockstep::test
