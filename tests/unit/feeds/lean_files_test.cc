// Every LEAN file there is: each imports with as many rows as its manifest counts, or says why it holds no
// market data.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "feeds/files/kinds.h"
#include "tests/support/data.h"
#include "tests/support/imported.h"

namespace lockstep::feeds {
namespace {

using test::import_all;
using test::Imported;

// file -> rows; the manifest's own columns, without quotes up to there.
std::map<std::string, std::uint64_t> manifest_rows() {
  std::map<std::string, std::uint64_t> rows;
  std::ifstream manifest(test::data_dir() / "MANIFEST.csv");
  for (std::string line; std::getline(manifest, line);) {
    if (!line.starts_with("lean/")) continue;
    std::vector<std::string> fields;
    std::istringstream in(line);
    for (std::string field; std::getline(in, field, ',');) fields.push_back(field);
    rows[fields[0]] = fields[8].empty() ? 0 : std::stoull(fields[8]);
  }
  return rows;
}

bool holds_no_market_data(const std::string& file) {
  return file.ends_with(".md") || file.find("/map_files/") != std::string::npos ||
         file.find("/alternative/") != std::string::npos;
}

// One of the vendor's rows has two numbers run together: "-0.0009296.0025941".
constexpr const char* kFileWithABadRow = "lean/option/usa/universes/spy/20240105.csv";

TEST(LeanFiles, each_imports_with_all_its_rows_or_says_why_not) {
  if (!test::has_data()) GTEST_SKIP() << test::kNoData;
  std::uint64_t imported = 0;
  std::uint64_t left_out = 0;
  for (const auto& [file, rows] : manifest_rows()) {
    SCOPED_TRACE(file);
    ImportOptions options;
    options.paths = {(test::data_dir() / file).string()};
    Imported all = import_all(open_lean(options));
    if (file == kFileWithABadRow) {
      ASSERT_TRUE(all.error);
      EXPECT_TRUE(all.error->where.ends_with("20240105.csv:17"));
      EXPECT_NE(all.error->what.find("-0.0009296.0025941"), std::string::npos);
      options.skip_bad = 1;
      all = import_all(open_lean(options));
    }
    if (holds_no_market_data(file)) {
      ASSERT_TRUE(all.error);
      EXPECT_EQ(all.error->code, ErrorCode::unsupported);
      ++left_out;
      continue;
    }
    ASSERT_EQ(all.error_text(), "");
    EXPECT_EQ(all.summary.rows, rows);
    EXPECT_EQ(all.summary.bad_rows, file == kFileWithABadRow ? 1U : 0U);
    EXPECT_EQ(all.summary.gaps, all.summary.bad_rows);
    EXPECT_EQ(all.summary.receive_steps_back, 0U);
    EXPECT_FALSE(all.events.empty());
    ++imported;
  }
  EXPECT_EQ(imported, 121U);
  EXPECT_EQ(left_out, 12U);
}

}  // namespace
}  // namespace lockstep::feeds
