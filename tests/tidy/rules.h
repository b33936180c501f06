// The rules of the tree as functions on text: each takes a file's path from the root and what stands in it,
// and returns what is wrong with it. They read no disk, so that each rule is itself tested with a text that
// breaks it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lockstep::tidy {

/// Each finding is one line, `path:line: what is wrong`.
using Findings = std::vector<std::string>;

/// The text of a C++ source with comments, strings and character literals blanked; lines stay where they are.
[[nodiscard]] std::string code_only(std::string_view text);

/// The star: which folder may include which, and the order of the layers inside engine.
[[nodiscard]] Findings include_directions(std::string_view path, std::string_view text);

/// One package, one place.
[[nodiscard]] Findings package_places(std::string_view path, std::string_view text);

/// In engine, sim and feeds/synthetic: nothing whose answer depends on the machine, the moment, the library
/// or the run.
[[nodiscard]] Findings pure_words(std::string_view path, std::string_view text);

/// Headers have `#pragma once` and open with a comment.
[[nodiscard]] Findings header_shape(std::string_view path, std::string_view text);

/// No tab, no space at the end of a line; of code, no line over 120 columns (but a raw literal's) and no file
/// over 600 lines.
[[nodiscard]] Findings layout(std::string_view path, std::string_view text);

/// No leftover: to-do marks, lint suppressions without a reason, paths of one machine, value-changing
/// compiler flags.
[[nodiscard]] Findings leftovers(std::string_view path, std::string_view text);

/// For one command line of the build: products and sums are never fused.
[[nodiscard]] Findings compile_flags(std::string_view command);

/// For a folder at the root: it is one of the fixed list, or one that version control ignores.
[[nodiscard]] bool root_folder_is_allowed(std::string_view name);

}  // namespace lockstep::tidy
