#include "tools/run_verb.h"

#include <fmt/core.h>

#include <filesystem>
#include <fstream>

#include "tools/report.h"
#include "tools/summary.h"
#include "tools/terminal.h"

namespace lockstep::tools {
namespace {

namespace po = boost::program_options;

po::options_description options() {
  po::options_description list;
  list.add_options()("scenario", po::value<std::string>()->required(), "the scenario file")(
      "out,o", po::value<std::string>(), "folder for the results (default: runs/ and the scenario's name)")(
      "set", po::value<std::vector<std::string>>()->composing(),
      "key=value in place of what the scenario says; may be repeated")("seed", po::value<std::string>(),
                                                                       "the same as --set seed=N")(
      "until", po::value<std::string>(), "stop before the first event received after this time")(
      "json", po::bool_switch(), "print summary.json on standard output instead of a table");
  return list;
}

int run(const OptionValues& values, std::span<const StrategyFactory> strategies) {
  std::vector<std::string> settings = texts_of(values, "set");
  if (values.count("seed") != 0) settings.push_back("seed=" + text_of(values, "seed"));
  if (values.count("until") != 0) settings.push_back("until=\"" + text_of(values, "until") + "\"");
  const Result<scenarios::Scenario> scenario =
      scenarios::load_scenario(text_of(values, "scenario"), settings);
  if (!scenario) return fail(scenario.error());
  const std::string out_dir = values.count("out") != 0 ? text_of(values, "out") : "runs/" + scenario->name;
  const Result<scenarios::RunSummary> summary = run_and_report(*scenario, strategies, out_dir);
  if (!summary) return fail(summary.error());
  if (is_set(values, "json")) {
    fmt::print("{}", summary_json(*summary));
  } else {
    fmt::print("{}  {:<14}{}\n", summary_text(*summary), "report",
               (std::filesystem::path(out_dir) / "report.html").string());
  }
  return kExitOk;
}

}  // namespace

Result<scenarios::RunSummary> run_and_report(const scenarios::Scenario& scenario,
                                             std::span<const StrategyFactory> strategies,
                                             const std::string& out_dir) {
  Result<scenarios::RunSummary> summary = [&] {
    ProgressLine line(scenario.name);
    return scenarios::run_scenario(scenario, strategies, {out_dir, [&](const scenarios::Progress& progress) {
                                                            line.update(progress.events, progress.fraction);
                                                          }});
  }();
  if (!summary) return summary;
  const std::filesystem::path path = std::filesystem::path(out_dir) / "summary.json";
  std::ofstream file(path, std::ios::binary);
  file << summary_json(*summary);
  file.close();
  if (!file) return Error{ErrorCode::io, path.string(), "cannot be written; is the disk full?"};
  if (const Status reported = write_report(out_dir); !reported) return reported.error();
  return summary;
}

Verb run_verb() {
  return {"run",
          "SCENARIO.toml [--set key=value]... [--out DIR]",
          "one run of a scenario, into a folder",
          "run scenarios/library/replay_market_maker.toml --set feed.path=btc.lsr --out runs/mm",
          options,
          "scenario",
          1,
          run};
}

}  // namespace lockstep::tools
