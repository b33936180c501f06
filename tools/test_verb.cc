// `lockstep test`: scenarios as regression tests.
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/core/digest.h"
#include "scenarios/regression.h"
#include "scenarios/toml_text.h"
#include "tools/diff.h"
#include "tools/json_writer.h"
#include "tools/terminal.h"
#include "tools/verb.h"

namespace lockstep::tools {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;

using scenarios::Mismatch;
using scenarios::RegressionResult;
using scenarios::Verdict;

po::options_description options() {
  po::options_description list;
  list.add_options()("paths", po::value<std::vector<std::string>>()->required(),
                     "scenario files and folders");
  list.add_options()("set", po::value<std::vector<std::string>>()->composing(),
                     "key=value in place of what the scenarios say; may be repeated");
  list.add_options()("baseline", po::value<std::string>(),
                     "folder of kept runs; a test that fails is compared with its own");
  list.add_options()("keep", po::bool_switch(), "keep the runs of tests that pass in the --baseline folder");
  list.add_options()("show", po::bool_switch(), "print what came of each scenario, ready for its [expect]");
  list.add_options()("update", po::bool_switch(),
                     "write digest and executions as they are now into the scenarios");
  list.add_options()("json", po::bool_switch(), "print the results as JSON");
  list.add_options()("junit", po::value<std::string>(), "also write the results to this file as JUnit XML");
  return list;
}

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed: return "passed";
    case Verdict::failed: return "failed";
    case Verdict::skipped: return "skipped";
  }
  return "?";
}

// A folder for this process alone, gone with it.
class WorkFolder {
 public:
  WorkFolder() : path_(fs::temp_directory_path() / ("lockstep-test-" + std::to_string(::getpid()))) {}
  ~WorkFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  [[nodiscard]] std::string run() const { return (path_ / "run").string(); }

 private:
  fs::path path_;
};

void print_result(const RegressionResult& result) {
  const char* word = result.verdict == Verdict::passed   ? "pass"
                     : result.verdict == Verdict::failed ? "FAIL"
                                                         : "skip";
  fmt::print("{}  {}{}\n", word, result.path,
             result.verdict == Verdict::skipped ? ": " + result.reason : std::string());
  if (result.verdict != Verdict::failed) return;
  if (!result.reason.empty()) fmt::print("      {}\n", result.reason);
  for (const Mismatch& mismatch : result.mismatches) {
    fmt::print("      {}\n        expected  {}\n        found     {}\n", mismatch.what, mismatch.expected,
               mismatch.found);
  }
  if (result.difference) print_diff(*result.difference, result.baseline, "the run of now");
}

void write_result(JsonWriter& json, const RegressionResult& result) {
  json.begin_object().pair("path", result.path).pair("verdict", name_of(result.verdict));
  json.key("reason");
  if (result.reason.empty()) {
    json.null();
  } else {
    json.text(result.reason);
  }
  json.key("wall_seconds").number(result.wall_seconds).key("digest");
  if (result.outcome) {
    json.text(format_hex(result.outcome->digest));
  } else {
    json.null();
  }
  json.key("mismatches").begin_array();
  for (const Mismatch& mismatch : result.mismatches) {
    json.begin_object().pair("what", mismatch.what).pair("expected", mismatch.expected);
    json.pair("found", mismatch.found).end_object();
  }
  json.end_array().key("difference");
  if (result.difference) {
    json.verbatim(diff_json(*result.difference));
  } else {
    json.null();
  }
  json.end_object();
}

std::string xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      case '\n': out += "&#10;"; break;
      default: out += static_cast<unsigned char>(c) < 0x20 && c != '\t' ? ' ' : c;
    }
  }
  return out;
}

std::size_t count_of(const std::vector<RegressionResult>& results, Verdict verdict) {
  return static_cast<std::size_t>(std::count_if(
      results.begin(), results.end(), [&](const RegressionResult& one) { return one.verdict == verdict; }));
}

// One suite, one case a scenario, as continuous integration reads it.
std::string junit(const std::vector<RegressionResult>& results) {
  std::string out = fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites><testsuite name=\"lockstep\" tests=\"{}\" failures=\"{}\" skipped=\"{}\">\n",
      results.size(), count_of(results, Verdict::failed), count_of(results, Verdict::skipped));
  for (const RegressionResult& result : results) {
    out += fmt::format("<testcase classname=\"lockstep.scenarios\" name=\"{}\" time=\"{:.3f}\">",
                       xml(result.path), result.wall_seconds);
    if (result.verdict == Verdict::skipped)
      out += fmt::format("<skipped message=\"{}\"/>", xml(result.reason));
    if (result.verdict == Verdict::failed) {
      std::string text = result.reason;
      for (const Mismatch& one : result.mismatches) {
        text += fmt::format("{}{}: expected {}, found {}", text.empty() ? "" : "\n", one.what, one.expected,
                            one.found);
      }
      out += fmt::format("<failure message=\"{}\"/>", xml(text));
    }
    out += "</testcase>\n";
  }
  return out + "</testsuite></testsuites>\n";
}

Status write_file(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) return Error{ErrorCode::io, path, "cannot be written; does its folder exist?"};
  return Done{};
}

void show(const RegressionResult& result) {
  if (!result.outcome) return;
  fmt::print("# {}\n[expect]\ndigest = \"{}\"\n{}\n", result.path, format_hex(result.outcome->digest),
             scenarios::executions_toml(result.outcome->executions));
}

// Writes what came of the scenario into its file; what it no longer mismatches leaves the result.
Status update(RegressionResult& result, bool is_quiet) {
  if (!result.outcome || (result.expectation && result.expectation->error)) return Done{};
  const std::string digest = format_hex(result.outcome->digest);
  const bool tells = result.expectation ? result.expectation->executions.has_value() : result.is_scripted;
  const std::vector<std::string>* executions = tells ? &result.outcome->executions : nullptr;
  const bool same_digest = result.expectation && result.expectation->digest == digest;
  const bool same_executions =
      executions == nullptr || (result.expectation && result.expectation->executions == *executions);
  if (same_digest && same_executions) return Done{};
  std::ifstream file(result.path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const Result<std::string> changed = scenarios::with_expectation(text, result.path, digest, executions);
  if (!changed) return changed.error();
  if (Status written = write_file(result.path, *changed); !written) return written;
  if (!is_quiet) {
    if (!same_digest) {
      fmt::print("update  {}: digest {} -> {}\n", result.path,
                 result.expectation ? result.expectation->digest.value_or("none") : "none", digest);
    }
    if (!same_executions) {
      const auto before = result.expectation && result.expectation->executions
                              ? *result.expectation->executions
                              : std::vector<std::string>();
      fmt::print("update  {}: executions, {} lines -> {}\n", result.path, before.size(), executions->size());
      for (const Mismatch& one : result.mismatches) {
        if (one.what.starts_with("executions"))
          fmt::print("        {}\n        - {}\n        + {}\n", one.what, one.expected, one.found);
      }
    }
  }
  std::erase_if(result.mismatches, [](const Mismatch& one) {
    return one.what == "digest" || one.what.starts_with("executions");
  });
  result.reason.clear();
  result.difference.reset();
  result.verdict = result.mismatches.empty() ? Verdict::passed : Verdict::failed;
  return Done{};
}

int run(const OptionValues& values, std::span<const StrategyFactory> strategies) {
  const bool as_json = is_set(values, "json");
  const bool updates = is_set(values, "update");
  const bool shows = is_set(values, "show");
  scenarios::RegressionOptions how;
  how.settings = texts_of(values, "set");
  how.baseline_dir = text_of(values, "baseline");
  how.keep = is_set(values, "keep");
  how.run_without_expectation = updates || shows;
  if (how.keep && how.baseline_dir.empty())
    return fail_usage("test", "--keep needs --baseline DIR, the folder to keep the runs in");
  if (updates && !how.settings.empty())
    return fail_usage("test", "--update writes what the scenarios themselves give, so it takes no --set");
  if (shows && (updates || as_json)) return fail_usage("test", "--show stands alone");
  const auto found = scenarios::find_scenarios(texts_of(values, "paths"));
  if (!found) return fail(found.error());

  const WorkFolder folder;
  how.work_dir = folder.run();
  std::vector<RegressionResult> results;
  for (const auto& [path, name] : *found) {
    RegressionResult result = scenarios::test_scenario(path, name, strategies, how);
    if (updates) {
      if (const Status updated = update(result, as_json); !updated) {
        result.verdict = Verdict::failed;
        result.reason = updated.error().text();
      }
    }
    if (shows) {
      show(result);
    } else if (!as_json) {
      print_result(result);
    }
    if (shows && !result.outcome && result.verdict == Verdict::failed) print_result(result);
    results.push_back(std::move(result));
  }

  const std::size_t failed = count_of(results, Verdict::failed);
  if (as_json) {
    JsonWriter json;
    json.begin_object().key("passed").integer(std::uint64_t{count_of(results, Verdict::passed)});
    json.key("failed").integer(std::uint64_t{failed});
    json.key("skipped").integer(std::uint64_t{count_of(results, Verdict::skipped)});
    json.key("tests").begin_array();
    for (const RegressionResult& result : results) write_result(json, result);
    fmt::print("{}\n", json.end_array().end_object().take());
  } else if (!shows) {
    fmt::print("{} passed, {} failed, {} skipped\n", count_of(results, Verdict::passed), failed,
               count_of(results, Verdict::skipped));
  }
  if (const std::string path = text_of(values, "junit"); !path.empty()) {
    if (const Status written = write_file(path, junit(results)); !written) return fail(written.error());
  }
  if (shows) {
    const bool all = std::all_of(results.begin(), results.end(),
                                 [](const RegressionResult& one) { return one.outcome.has_value(); });
    return all ? kExitOk : kExitFailed;
  }
  return failed == 0 ? kExitOk : kExitFailed;
}

}  // namespace

Verb test_verb() {
  return {"test",
          "DIR_OR_FILE... [--baseline DIR] [--update]",
          "run scenarios and check what they expect; exit code 1 if one does not hold",
          "test scenarios/library --baseline runs/kept --keep",
          options,
          "paths",
          -1,
          run};
}

}  // namespace lockstep::tools
