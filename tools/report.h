// `lockstep report`: one HTML file that shows a run and needs nothing else, no network and no other file.
// Reads the run's folder, writes report.html into it, and changes nothing besides.
#pragma once

#include <filesystem>

#include "engine/core/result.h"

namespace lockstep::tools {

/// Reads results.h5, summary.json and run.toml of `run_dir` and writes report.html beside them, whole or not
/// at all. Memory and the size of the page do not grow with the run: long series are thinned, long tables
/// cut, and the page says so. Errors: one of the three is missing or damaged; the page cannot be written.
Status write_report(const std::filesystem::path& run_dir);

}  // namespace lockstep::tools
