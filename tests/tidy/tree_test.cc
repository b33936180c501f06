// The rules of rules.h over every file of this tree.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "tests/tidy/rules.h"

namespace lockstep::tidy {
namespace {

namespace fs = std::filesystem;

const fs::path kRoot = LOCKSTEP_SOURCE;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Written by people here: neither captured data nor what a tool has generated.
bool is_written_text(const fs::path& path) {
  static const std::vector<fs::path> kExtensions = {".h",  ".cc",   ".capnp", ".cmake", ".txt", ".toml",
                                                    ".sh", ".py",   ".js",    ".mjs",   ".css", ".html",
                                                    ".md", ".fish", ".1",     ".bash"};
  return path.filename() == "dev" || path.filename() == "run" ||
         std::ranges::find(kExtensions, path.extension()) != kExtensions.end();
}

/// Calls `visit` with the path from the root and the text of every written file.
void visit_tree(const std::function<void(const std::string&, const std::string&)>& visit) {
  for (fs::recursive_directory_iterator it(kRoot), end; it != end; ++it) {
    const std::string name = it->path().filename().string();
    if (it->is_directory()) {
      const bool ignored =
          it.depth() == 0 ? name.starts_with("build") || name == ".git" || name == ".cache" || name == "runs"
                          : name == "node_modules" || name == "golden" || name == "corpus";
      if (ignored) it.disable_recursion_pending();
    } else if (it->is_regular_file() && is_written_text(it->path())) {
      visit(it->path().lexically_relative(kRoot).generic_string(), read(it->path()));
    }
  }
}

void expect_kept(const std::function<Findings(std::string_view, std::string_view)>& rule) {
  std::size_t files = 0;
  visit_tree([&](const std::string& path, const std::string& text) {
    ++files;
    for (const std::string& found : rule(path, text)) ADD_FAILURE() << found;
  });
  EXPECT_GT(files, 50U) << "the tree was not found at " << kRoot;
}

TEST(Tree, the_star_of_includes_is_kept) {
  expect_kept(include_directions);
}
TEST(Tree, every_package_stays_in_its_place) {
  expect_kept(package_places);
}
TEST(Tree, the_pure_folders_are_pure) {
  expect_kept(pure_words);
}
TEST(Tree, every_header_has_its_shape) {
  expect_kept(header_shape);
}
TEST(Tree, lines_and_files_are_readable) {
  expect_kept(layout);
}
TEST(Tree, nothing_is_left_behind) {
  expect_kept(leftovers);
}

TEST(Tree, the_root_holds_the_fixed_folders_only) {
  for (const fs::directory_entry& entry : fs::directory_iterator(kRoot)) {
    if (entry.is_directory()) {
      EXPECT_TRUE(root_folder_is_allowed(entry.path().filename().string())) << entry.path();
    }
  }
}

TEST(Tree, no_compile_command_lets_products_and_sums_fuse) {
  std::ifstream commands(fs::path(LOCKSTEP_BINARY) / "compile_commands.json");
  ASSERT_TRUE(commands) << "no compile_commands.json in " << LOCKSTEP_BINARY;
  std::size_t count = 0;
  for (std::string line; std::getline(commands, line);) {
    if (line.find("\"command\":") == std::string::npos) continue;
    ++count;
    for (const std::string& found : compile_flags(line)) ADD_FAILURE() << found;
  }
  EXPECT_GT(count, 20U);
}

}  // namespace
}  // namespace lockstep::tidy
