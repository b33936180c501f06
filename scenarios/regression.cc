#include "scenarios/regression.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "recordings/log_reader.h"
#include "scenarios/scripted_orders.h"
#include "scenarios/what_happened.h"

namespace lockstep::scenarios {
namespace {

namespace fs = std::filesystem;

// What [expect] says of errors, from the text alone: the scenario may be one that cannot be read.
struct RawExpectation {
  bool is_there = false;
  std::optional<std::string> error;
};

RawExpectation raw_expectation(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const Result<toml::table> document = parse_toml(text, path);
  if (!document) return {true, {}};  // reading the scenario then says what is wrong
  const toml::node* expect = document->get("expect");
  if (expect == nullptr) return {};
  RawExpectation raw{true, {}};
  if (expect->is_table()) raw.error = (*expect->as_table())["error"].value<std::string>();
  return raw;
}

RegressionResult refused(RegressionResult result, const RawExpectation& raw, const std::string& text) {
  if (!raw.error) {
    result.reason = text;
  } else if (text.find(*raw.error) == std::string::npos) {
    result.mismatches.push_back({"error", *raw.error, text});
  } else {
    result.verdict = Verdict::passed;
  }
  return result;
}

std::map<std::string, Figure> figures_of(const RunSummary& summary) {
  std::map<std::string, Figure> figures;
  for (const MetricRow& row : summary.metrics) figures[std::string(row.name)] = {row.value, {}};
  const auto money = [&](const char* name, Money amount) {
    figures[name] = {static_cast<double>(amount.nanos()) / 1e9, amount.nanos()};
  };
  const auto count = [&](const char* name, std::uint64_t value) {
    figures[name] = {static_cast<double>(value), {}};
    if (value < 1'000'000'000U) figures[name].nanos = static_cast<std::int64_t>(value) * 1'000'000'000;
  };
  const RunTotals& totals = summary.totals;
  count("events", totals.input_events);
  count("output_events", totals.output_events);
  count("decisions", totals.decisions);
  count("orders", totals.orders);
  count("denials", totals.denials);
  count("fills", totals.fills);
  count("gaps", totals.gaps);
  count("clock_regressions", totals.clock_regressions);
  money("pnl", summary.final_equity - summary.starting_equity);
  money("fees", summary.fees);
  money("cash", summary.final_totals.cash);
  money("equity", summary.final_equity);
  money("realised", summary.final_totals.realised);
  money("unrealised", summary.final_totals.unrealised);
  money("funding", summary.final_totals.funding);
  return figures;
}

Status keep_run(const fs::path& run, const fs::path& kept) {
  std::error_code failure;
  fs::create_directories(kept, failure);
  for (const char* name : {"run.toml", "journal.lsr", "results.h5"}) {
    if (!failure) fs::copy_file(run / name, kept / name, fs::copy_options::overwrite_existing, failure);
  }
  if (failure) return Error{ErrorCode::io, kept.string(), "the run cannot be kept: " + failure.message()};
  return Done{};
}

Result<Outcome> outcome_of(const Scenario& scenario, const RunSummary& summary, const std::string& folder) {
  Outcome outcome;
  outcome.digest = summary.totals.digest;
  outcome.figures = figures_of(summary);
  outcome.positions = summary.positions;
  const std::string journal = (fs::path(folder) / "journal.lsr").string();
  const auto reader = recordings::LogReader::open(journal);
  if (!reader) return reader.error();
  outcome.instruments = (*reader)->header().instruments;
  Result<std::vector<std::string>> lines = what_happened(scenario, journal);
  if (!lines) return lines.error();
  outcome.executions = std::move(*lines);
  return outcome;
}

// Holds a finished run against what its scenario expects.
void judge(RegressionResult& result, const Scenario& scenario, const RunSummary& summary,
           const std::string& name, const RegressionOptions& options) {
  Result<Outcome> outcome = outcome_of(scenario, summary, options.work_dir);
  if (!outcome) {
    result.verdict = Verdict::failed;
    result.reason = outcome.error().text();
    return;
  }
  result.outcome = std::move(*outcome);
  if (!scenario.expect) return;
  result.mismatches = compare(*scenario.expect, *result.outcome);
  result.verdict = result.mismatches.empty() ? Verdict::passed : Verdict::failed;
  if (options.baseline_dir.empty()) return;
  const fs::path kept = fs::path(options.baseline_dir) / name;
  std::error_code ignored;
  if (result.verdict == Verdict::failed && fs::exists(kept / "journal.lsr", ignored)) {
    Result<RunDiff> difference = diff_runs(kept.string(), options.work_dir, {});
    if (difference) result.difference = std::move(*difference);
    result.baseline = kept.string();
  }
  if (result.verdict == Verdict::passed && options.keep) {
    if (const Status done = keep_run(options.work_dir, kept); !done) {
      result.verdict = Verdict::failed;
      result.reason = done.error().text();
    }
  }
}

}  // namespace

Result<std::vector<std::pair<std::string, std::string>>> find_scenarios(
    const std::vector<std::string>& paths) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const std::string& path : paths) {
    std::error_code failure;
    if (!fs::is_directory(path, failure)) {
      if (!fs::exists(path, failure))
        return Error{ErrorCode::bad_input, path, "there is no such file or folder"};
      found.emplace_back(path, fs::path(path).stem().string());
      continue;
    }
    const std::size_t before = found.size();
    for (fs::recursive_directory_iterator entry(path, failure), end; !failure && entry != end;
         entry.increment(failure)) {
      if (!entry->is_regular_file() || entry->path().extension() != ".toml") continue;
      const fs::path name = entry->path().lexically_relative(path).replace_extension();
      found.emplace_back(entry->path().string(), name.string());
    }
    if (failure) return Error{ErrorCode::io, path, "the folder cannot be read: " + failure.message()};
    if (found.size() == before)
      return Error{ErrorCode::bad_input, path, "the folder holds no scenario (no file *.toml)"};
    std::sort(found.begin() + static_cast<std::ptrdiff_t>(before), found.end());
  }
  return found;
}

RegressionResult test_scenario(const std::string& path, const std::string& name,
                               std::span<const StrategyFactory> factories, const RegressionOptions& options) {
  RegressionResult result;
  result.path = path;
  const RawExpectation raw = raw_expectation(path);
  if (!raw.is_there) {
    result.verdict = Verdict::skipped;
    result.reason = "it expects nothing: it has no [expect]";
    if (!options.run_without_expectation) return result;
  }
  const Result<Scenario> scenario = load_scenario(path, options.settings);
  if (!scenario) return refused(std::move(result), raw, scenario.error().text());
  result.expectation = scenario->expect;
  result.is_scripted = std::any_of(scenario->strategies.begin(), scenario->strategies.end(),
                                   [](const StrategyChoice& one) { return one.name == kScriptStrategy; });
  std::error_code ignored;
  if (scenario->feed.kind == FeedKind::recording && !raw.error && !fs::exists(scenario->feed.path, ignored)) {
    result.verdict = Verdict::skipped;
    result.reason = "its recording " + scenario->feed.path + " is not there";
    return result;
  }
  const Result<RunSummary> summary = run_scenario(*scenario, factories, {options.work_dir, {}});
  if (summary) {
    result.wall_seconds = summary->wall_seconds;
    judge(result, *scenario, *summary, name, options);
  } else {
    result = refused(std::move(result), raw, summary.error().text());
  }
  fs::remove_all(options.work_dir, ignored);
  return result;
}

}  // namespace lockstep::scenarios
