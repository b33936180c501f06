#include "tools/report.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "recordings/results_reader.h"
#include "tools/json_writer.h"
#include "tools/report_data.h"
#include "tools/report_page.h"

namespace lockstep::tools {
namespace {

namespace fs = std::filesystem;

Result<std::string> read_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return Error{
        ErrorCode::io, path.string(),
        std::string("cannot be read: ") + std::strerror(errno) + "; a finished run has it in its folder"};
  }
  return std::string(std::istreambuf_iterator<char>(in), {});
}

/// The page with the values in the place of their marks.
std::string fill_page(std::string_view page,
                      const std::array<std::pair<std::string_view, std::string>, 3>& values) {
  std::string out;
  std::size_t from = 0;
  for (const auto& [mark, value] : values) {
    const std::size_t at = page.find(mark, from);
    LOCKSTEP_CHECK(at != std::string_view::npos, "the page has every mark, in this order");
    out += page.substr(from, at - from);
    out += value;
    from = at + mark.size();
  }
  out += page.substr(from);
  return out;
}

/// Beside the target first, so that a full disk never leaves half a page under its name.
Status write_whole(const fs::path& path, const std::string& text) {
  const fs::path unfinished = path.string() + ".part";
  const auto failed = [&](const std::string& why) -> Status {
    std::error_code ignored;
    fs::remove(unfinished, ignored);
    return Error{ErrorCode::io, path.string(), "cannot be written: " + why};
  };
  {
    std::ofstream out(unfinished, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out) return failed(std::strerror(errno));
  }
  std::error_code error;
  fs::rename(unfinished, path, error);
  if (error) return failed(error.message());
  return Done{};
}

}  // namespace

Status write_report(const fs::path& run_dir) {
  auto results = recordings::ResultsReader::open(run_dir / "results.h5");
  if (!results.ok()) return results.error();
  const auto summary = read_text(run_dir / "summary.json");
  if (!summary.ok()) return summary.error();
  const auto scenario = read_text(run_dir / "run.toml");
  if (!scenario.ok()) return scenario.error();
  auto data = report_data(*results);
  if (!data.ok()) return data.error();

  JsonWriter summary_json;
  summary_json.verbatim(*summary);
  JsonWriter scenario_json;
  scenario_json.text(*scenario);
  return write_whole(run_dir / "report.html",
                     fill_page(report_page(), {{{"@results@", std::move(*data)},
                                                {"@summary@", summary_json.take()},
                                                {"@scenario@", scenario_json.take()}}}));
}

}  // namespace lockstep::tools
