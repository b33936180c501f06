// `lockstep demo`: the main job on an embedded default. Makes a recording of a seeded session, runs a
// strategy over it, repeats the run from its journal, and leaves a report.
#include <fmt/core.h>

#include <filesystem>

#include "recordings/log_writer.h"
#include "scenarios/replay.h"
#include "tools/run_verb.h"
#include "tools/summary.h"
#include "tools/terminal.h"
#include "tools/verb.h"

namespace lockstep::tools {
namespace {

namespace po = boost::program_options;

constexpr std::uint64_t kSeed = 7;
constexpr const char* kScenario = R"(name = "demo"
description = "A market maker and a momentum strategy on a recorded session of two synthetic instruments"
seed = 7

[feed]
kind = "recording"

[account]
currency = "USD"
cash = 10000

[[strategies]]
name = "market_maker"
instruments = ["BETA-USD"]
[strategies.parameters]
on = "book"
half_spread_bps = 1.2
skew_bps = 0.5
requote_bps = 0.5
qty = 20
max_inventory = 100

[[strategies]]
name = "momentum"
instruments = ["ALPHA-PERP"]
[strategies.parameters]
on = "trades"
fast = 500
slow = 2500
threshold_bps = 3
qty = 4

[venue]
maker_fee_bps = -0.5
taker_fee_bps = 1
order_latency = { kind = "lognormal", median = "3ms", sigma = 0.4, minimum = "1ms" }
answer_latency = { kind = "lognormal", median = "3ms", sigma = 0.4, minimum = "1ms" }

[risk]
max_order_notional = 5000
max_position = 200
max_open_orders = 10
price_collar_bps = 200
)";

po::options_description options() {
  po::options_description list;
  list.add_options()("out,o", po::value<std::string>()->default_value("runs/demo"),
                     "folder for the results; the recording stands beside it")(
      "json", po::bool_switch(), "print summary.json on standard output instead of a table");
  return list;
}

Status record_session(const std::string& path) {
  feeds::SyntheticSource source(feeds::demo_session(kSeed));
  recordings::LogHeader header;
  header.program_version = LOCKSTEP_VERSION;
  header.instruments.assign(source.instruments().begin(), source.instruments().end());
  header.attributes.emplace(recordings::kAttributeSource, "synthetic:demo");
  recordings::LogWriterOptions writer_options;
  writer_options.replace_existing = true;
  auto writer = recordings::LogWriter::create(path, header, writer_options);
  if (!writer) return writer.error();
  for (Batch batch;;) {
    const Result<Source::Pull> pulled = source.pull(batch);
    if (!pulled) return pulled.error();
    if (*pulled == Source::Pull::end) break;
    for (const Event& event : batch.events) (*writer)->append(event, batch.levels);
  }
  return (*writer)->seal();
}

// How a person in this folder can call this program again.
std::string own_path() {
  std::error_code failure;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", failure);
  if (failure) return "lockstep";
  const std::filesystem::path here = program.lexically_relative(std::filesystem::current_path(failure));
  const bool is_below = !failure && !here.empty() && *here.begin() != "..";
  return is_below ? here.string() : "lockstep";
}

int run(const OptionValues& values, std::span<const StrategyFactory> strategies) {
  const std::filesystem::path out = text_of(values, "out");
  const std::string recording = out.string() + ".lsr";
  std::error_code failure;
  if (out.has_parent_path()) std::filesystem::create_directories(out.parent_path(), failure);
  if (failure) return fail({ErrorCode::io, out.string(), "the folder cannot be made: " + failure.message()});

  fmt::print(stderr, "recording a seeded session into {}\n", recording);
  if (const Status recorded = record_session(recording); !recorded) return fail(recorded.error());

  const auto scenario =
      scenarios::parse_scenario(kScenario, "the demo's scenario", {"feed.path=\"" + recording + "\""});
  if (!scenario) return fail(scenario.error());
  fmt::print(stderr, "running two strategies over it\n");
  const Result<scenarios::RunSummary> summary = run_and_report(*scenario, strategies, out.string());
  if (!summary) return fail(summary.error());

  fmt::print(stderr, "repeating the run from its journal\n");
  const auto outcome = scenarios::replay_journal((out / "journal.lsr").string(), strategies, {});
  if (!outcome) return fail(outcome.error());
  if (outcome->divergence || outcome->totals.digest != summary->totals.digest) {
    fmt::print(stderr, "lockstep: the repetition is different: this is a defect, please report it\n");
    return kExitFailed;
  }
  if (is_set(values, "json")) {
    fmt::print("{}", summary_json(*summary));
    return kExitOk;
  }
  fmt::print("{}", summary_text(*summary));
  fmt::print("  {:<14}the same digest, {} records checked\n", "repeated", with_commas(outcome->checked));
  fmt::print("  {:<14}{}\n", "report", (out / "report.html").string());
  const std::string program = own_path();
  fmt::print("\nGo on:\n  {} log info {}\n", program, recording);
  fmt::print("  {} run {}/run.toml --set strategies.0.parameters.half_spread_bps=2 --out runs/demo2\n",
             program, out.string());
  fmt::print("  {} diff {} runs/demo2\n", program, out.string());
  return kExitOk;
}

}  // namespace

Verb demo_verb() {
  return {"demo",
          "[--out DIR]",
          "record a small seeded session, replay it, check the replay, write the report",
          "demo",
          options,
          "",
          0,
          run};
}

}  // namespace lockstep::tools
