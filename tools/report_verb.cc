// `lockstep report`: the HTML report of a run.
#include <fmt/core.h>

#include <filesystem>

#include "tools/report.h"
#include "tools/verb.h"

namespace lockstep::tools {
namespace {

namespace po = boost::program_options;

po::options_description options() {
  po::options_description list;
  list.add_options()("run", po::value<std::string>()->required(), "folder of a run");
  return list;
}

int run(const OptionValues& values, std::span<const StrategyFactory>) {
  const std::filesystem::path folder = text_of(values, "run");
  if (const Status written = write_report(folder); !written) return fail(written.error());
  fmt::print("{}\n", (folder / "report.html").string());
  return kExitOk;
}

}  // namespace

Verb report_verb() {
  return {"report", "RUN", "write report.html of a run anew", "report runs/mm", options, "run", 1, run};
}

}  // namespace lockstep::tools
