#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <regex>
#include <span>

namespace lockstep::tidy {
namespace {

struct Line {
  std::size_t number;  // from 1
  std::string_view text;
};

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back({lines.size() + 1, text.substr(0, end)});
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string finding(std::string_view path, std::size_t line, std::string_view what) {
  return std::string(path) + ":" + std::to_string(line) + ": " + std::string(what);
}

bool lies_in(std::string_view path, std::string_view folder) {
  return path == folder ||
         (path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/');
}

bool lies_in_any(std::string_view path, std::span<const std::string_view> folders) {
  return std::ranges::any_of(folders, [&](std::string_view folder) { return lies_in(path, folder); });
}

struct Include {
  std::size_t line;
  std::string target;
  bool quoted;
};

std::vector<Include> includes_of(std::string_view text) {
  static const std::regex kInclude(R"re(^\s*#\s*include\s*(["<])([^">]+)[">].*)re");
  std::vector<Include> includes;
  for (const Line& line : lines_of(text)) {
    std::match_results<std::string_view::const_iterator> match;
    if (std::regex_match(line.text.begin(), line.text.end(), match, kInclude)) {
      includes.push_back({line.number, match[2].str(), match[1].str() == "\""});
    }
  }
  return includes;
}

bool is_identifier(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// An identifier in code, with what stands directly around it.
struct Word {
  std::size_t line;
  std::string_view text;
  std::string_view qualifier;  // "std" in `std::log`; "::" in `::log`; empty
  std::string_view before;     // the identifier before it, as `return` in `return log(x)`
  char previous;               // the last visible character before it and its qualifier
  bool called;                 // `(` follows
};

std::vector<Word> words_of(std::string_view code) {
  std::vector<Word> words;
  const auto skip_spaces_back = [&](std::size_t at) {
    while (at > 0 && std::isspace(static_cast<unsigned char>(code[at - 1])) != 0) --at;
    return at;
  };
  const auto identifier_before = [&](std::size_t end) {
    std::size_t begin = end;
    while (begin > 0 && is_identifier(code[begin - 1])) --begin;
    return code.substr(begin, end - begin);
  };
  std::size_t line = 1;
  for (std::size_t at = 0; at < code.size();) {
    if (code[at] == '\n') ++line;
    if (!is_identifier(code[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < code.size() && is_identifier(code[end])) ++end;
    Word word{line, code.substr(at, end - at), {}, {}, '\0', false};
    std::size_t before = skip_spaces_back(at);
    if (before >= 2 && code.substr(before - 2, 2) == "::") {
      word.qualifier = identifier_before(before - 2);
      before = skip_spaces_back(before - 2 - word.qualifier.size());
      if (word.qualifier.empty()) word.qualifier = "::";
    }
    word.before = identifier_before(before);
    if (before > 0) word.previous = code[before - 1];
    const std::size_t after = code.find_first_not_of(" \t\n", end);
    word.called = after != std::string_view::npos && code[after] == '(';
    words.push_back(word);
    at = end;
  }
  return words;
}

template <std::size_t N>
bool one_of(std::string_view word, const std::array<std::string_view, N>& list) {
  return std::ranges::find(list, word) != list.end();
}

constexpr std::array<std::string_view, 7> kFolders = {"engine", "feeds", "recordings", "scenarios",
                                                      "sim",    "tests", "tools"};
constexpr std::array<std::string_view, 3> kPureFolders = {"engine", "sim", "feeds/synthetic"};

bool is_source(std::string_view path) {
  return path.ends_with(".h") || path.ends_with(".cc");
}

}  // namespace

std::string code_only(std::string_view text) {
  std::string code(text);
  const auto blank = [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < std::min(end, code.size()); ++i) {
      if (code[i] != '\n') code[i] = ' ';
    }
  };
  const auto past = [&](std::string_view what, std::size_t from) {
    const std::size_t at = text.find(what, from);
    return at == std::string_view::npos ? text.size() : at + what.size();
  };
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i + 1;
    if (text.substr(i, 2) == "//") {
      end = std::min(text.find('\n', i), text.size());
      blank(i, end);
    } else if (text.substr(i, 2) == "/*") {
      end = past("*/", i + 2);
      blank(i, end);
    } else if (text.substr(i, 2) == "R\"" && (i == 0 || !is_identifier(text[i - 1]))) {
      const std::size_t open = std::min(text.find('(', i), text.size());
      end = past(")" + std::string(text.substr(i + 2, open - i - 2)) + "\"", open);
      blank(i, end);
    } else if (text[i] == '"' || (text[i] == '\'' && (i == 0 || !is_identifier(text[i - 1])))) {  // not 1'000
      while (end < text.size() && text[end] != text[i] && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
      blank(i + 1, end);
      end = std::min(end + 1, text.size());
    }
    i = end;
  }
  return code;
}

Findings include_directions(std::string_view path, std::string_view text) {
  struct Allowance {
    std::string_view folder;
    std::vector<std::string_view> may_include;
  };
  // The longest folder that holds the file counts. The last lines are what lies directly in `engine`: the
  // loop.
  static const std::vector<Allowance> kAllowances = {
      {"engine/core", {"engine/core"}},
      {"engine/event", {"engine/event", "engine/core"}},
      {"engine/book", {"engine/book", "engine/event", "engine/core"}},
      {"engine/portfolio", {"engine/portfolio", "engine/event", "engine/core"}},
      {"engine/risk", {"engine/risk", "engine/book", "engine/portfolio", "engine/event", "engine/core"}},
      {"engine/strategy",
       {"engine/strategy", "engine/book", "engine/portfolio", "engine/event", "engine/core"}},
      {"engine/metrics",
       {"engine/metrics", "engine/book", "engine/portfolio", "engine/event", "engine/core"}},
      {"engine/learning", {"engine/learning", "engine/metrics", "engine/event", "engine/core"}},
      {"engine/promotion", {"engine/promotion", "engine/metrics", "engine/event", "engine/core"}},
      {"sim", {"sim", "engine"}},
      {"feeds/synthetic", {"feeds/synthetic", "engine"}},
      {"feeds", {"feeds", "engine"}},
      {"recordings", {"recordings", "engine"}},
      {"scenarios", {"scenarios", "engine", "sim", "feeds", "recordings"}},
      {"tools", {"tools", "engine", "sim", "feeds", "recordings", "scenarios"}},
      {"tests", {"tests", "engine", "sim", "feeds", "recordings", "scenarios", "tools"}},
  };
  static constexpr std::array<std::string_view, 3> kOffTheLine = {"engine/metrics", "engine/learning",
                                                                  "engine/promotion"};
  Findings findings;
  if (!is_source(path) || lies_in(path, "tests/install")) return findings;
  const auto allowance =
      std::ranges::find_if(kAllowances, [&](const Allowance& a) { return lies_in(path, a.folder); });
  for (const Include& include : includes_of(text)) {
    const bool from_root = lies_in_any(include.target, kFolders);
    bool allowed = !include.quoted && !from_root;
    if (include.quoted && from_root) {
      allowed = allowance != kAllowances.end()
                    ? lies_in_any(include.target, allowance->may_include)
                    : lies_in(include.target, "engine") && !lies_in_any(include.target, kOffTheLine);
    }
    if (!allowed) {
      findings.push_back(finding(path, include.line, "may not include " + include.target));
    }
  }
  return findings;
}

Findings package_places(std::string_view path, std::string_view text) {
  struct Package {
    std::string_view name;
    std::string_view headers;  // a regular expression over the whole include target
    std::vector<std::string_view> places;
  };
  static const std::vector<Package> kPackages = {
      {"Cap'n Proto", R"((capnp|kj)/.*|.*\.capnp\.h)", {"recordings"}},
      {"HDF5", R"(H5.*|hdf5.*)", {"recordings"}},
      {"xxHash", R"(xxhash.*|xxh3.*)", {"recordings"}},
      {"zstd", R"(zstd.*)", {"recordings", "feeds"}},
      {"zlib and libzip", R"(zlib\.h|zip\.h)", {"feeds/files"}},
      {"simdjson", R"(simdjson.*)", {"feeds"}},
      {"toml++", R"(toml\+\+.*|toml\.h.*)", {"scenarios"}},
      {"Boost.Program_options", R"(boost/program_options.*)", {"tools"}},
      {"Boost", R"(boost/(?!program_options).*)", {"feeds/live", "tools"}},
      {"OpenSSL", R"(openssl/.*)", {"feeds/live", "scenarios", "tools"}},
      {"Eigen", R"(Eigen/.*)", {"engine/metrics", "engine/learning", "engine/risk", "engine/promotion"}},
      {"a test package",
       R"((gtest|gmock|rapidcheck|benchmark|Random123)/.*|rapidcheck\.h|mpfr\.h|gmp.*)",
       {}},
  };
  Findings findings;
  if (!is_source(path) || lies_in(path, "tests")) return findings;
  for (const Include& include : includes_of(text)) {
    for (const Package& package : kPackages) {
      if (std::regex_match(include.target, std::regex(std::string(package.headers))) &&
          !lies_in_any(path, package.places)) {
        findings.push_back(
            finding(path, include.line, std::string(package.name) + " has no place here: " + include.target));
      }
    }
  }
  return findings;
}

Findings pure_words(std::string_view path, std::string_view text) {
  static constexpr auto kHeaders =
      std::to_array<std::string_view>({"chrono",     "ctime",         "time.h",
                                       "sys/time.h", "random",        "thread",
                                       "mutex",      "shared_mutex",  "condition_variable",
                                       "future",     "atomic",        "stop_token",
                                       "semaphore",  "latch",         "barrier",
                                       "execution",  "iostream",      "istream",
                                       "ostream",    "fstream",       "sstream",
                                       "iomanip",    "cstdio",        "stdio.h",
                                       "filesystem", "locale",        "clocale",
                                       "locale.h",   "unordered_map", "unordered_set",
                                       "unistd.h",   "fcntl.h",       "sys/mman.h",
                                       "math.h",     "pthread.h",     "csignal",
                                       "signal.h"});
  // Wrong wherever they stand, since no word of ours may be called so.
  static constexpr auto kAnywhere = std::to_array<std::string_view>({"system_clock",
                                                                     "steady_clock",
                                                                     "high_resolution_clock",
                                                                     "clock_gettime",
                                                                     "gettimeofday",
                                                                     "random_device",
                                                                     "mt19937",
                                                                     "mt19937_64",
                                                                     "default_random_engine",
                                                                     "unordered_map",
                                                                     "unordered_set",
                                                                     "unordered_multimap",
                                                                     "unordered_multiset",
                                                                     "getenv",
                                                                     "secure_getenv",
                                                                     "setlocale",
                                                                     "thread_local",
                                                                     "srand",
                                                                     "drand48",
                                                                     "fopen",
                                                                     "random_shuffle",
                                                                     "asm"});
  static constexpr auto kOfStd = std::to_array<std::string_view>(
      {"hash", "shuffle", "sample", "thread", "jthread",          "mutex", "async", "atomic", "locale",
       "rand", "time",    "clock",  "reduce", "transform_reduce", "cout",  "cerr",  "cin",    "stod",
       "stof", "stold",   "strtod", "atof",   "system",           "printf"});
  static constexpr auto kBareCalls =
      std::to_array<std::string_view>({"rand", "time", "clock", "system", "strtod", "atof"});
  // What libm computes differs between versions and processors; only what IEEE 754 pins to the last bit is
  // allowed.
  static constexpr auto kLibm = std::to_array<std::string_view>(
      {"acos", "acosh",  "asin",  "asinh", "atan",  "atan2", "atanh",     "cbrt",  "cos",   "cosh",
       "erf",  "erfc",   "exp",   "exp2",  "expm1", "fma",   "fmod",      "hypot", "ldexp", "lgamma",
       "log",  "log10",  "log1p", "log2",  "logb",  "pow",   "remainder", "sin",   "sinh",  "tan",
       "tanh", "tgamma", "expf",  "logf",  "powf",  "sinf",  "cosf",      "lerp"});
  Findings findings;
  // A failed check must say so before it stops the program.
  if (!is_source(path) || !lies_in_any(path, kPureFolders) || path == "engine/core/check.cc") return findings;
  for (const Include& include : includes_of(text)) {
    if (!include.quoted && one_of(include.target, kHeaders)) {
      findings.push_back(finding(path, include.line, "<" + include.target + "> is not pure"));
    }
  }
  const bool own_math = path.starts_with("engine/core/math");
  const std::string code = code_only(text);
  for (const Word& word : words_of(code)) {
    const bool of_std = word.qualifier == "std";
    const bool of_global = word.qualifier == "::";
    const bool member = word.previous == '.' || word.previous == '>';
    const bool declared = !word.before.empty() && word.before != "return" && word.before != "case";
    const bool bare_call = word.called && word.qualifier.empty() && !member && !declared;
    const bool wrong = one_of(word.text, kAnywhere) || word.text.ends_with("_distribution") ||
                       (of_std && one_of(word.text, kOfStd)) ||
                       ((of_global || bare_call) && one_of(word.text, kBareCalls)) ||
                       ((of_std || of_global || (bare_call && !own_math)) && one_of(word.text, kLibm));
    if (wrong) findings.push_back(finding(path, word.line, std::string(word.text) + " is not pure"));
  }
  return findings;
}

Findings header_shape(std::string_view path, std::string_view text) {
  Findings findings;
  if (!path.ends_with(".h")) return findings;
  if (!text.starts_with("//"))
    findings.push_back(finding(path, 1, "a header opens with a comment: what this is"));
  if (text.find("#pragma once\n") == std::string_view::npos)
    findings.push_back(finding(path, 1, "no #pragma once"));
  return findings;
}

Findings layout(std::string_view path, std::string_view text) {
  constexpr std::size_t kMaxColumns = 120;
  constexpr std::size_t kMaxLines = 600;
  Findings findings;
  const std::vector<Line> lines = lines_of(text);
  // Prose flows, and a page's rules and templates read best with one thing a line.
  const bool flows = path.ends_with(".md") || path.ends_with(".html") || path.ends_with(".css") ||
                     path.ends_with(".js") || path.ends_with(".mjs");
  const bool is_cpp = path.ends_with(".h") || path.ends_with(".cc");
  bool in_raw_literal = false;
  for (const Line& line : lines) {
    // A message quoted as it came cannot be broken.
    const bool is_quoted = is_cpp && (in_raw_literal || line.text.find("R\"") != std::string_view::npos);
    const std::size_t opens = line.text.rfind("R\"");
    const std::size_t closes = line.text.rfind(")\"");
    if (is_cpp && opens != std::string_view::npos) in_raw_literal = true;
    if (closes != std::string_view::npos && (opens == std::string_view::npos || closes > opens))
      in_raw_literal = false;
    const auto columns = static_cast<std::size_t>(std::ranges::count_if(
        line.text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
    if (!flows && !is_quoted && columns > kMaxColumns)
      findings.push_back(finding(path, line.number, "longer than 120 columns"));
    if (line.text.find('\t') != std::string_view::npos)
      findings.push_back(finding(path, line.number, "a tab"));
    if (line.text.ends_with(' '))
      findings.push_back(finding(path, line.number, "a space at the end of the line"));
  }
  if (!flows && lines.size() > kMaxLines) {
    findings.push_back(finding(path, lines.size(), "more than 600 lines: it holds two nouns"));
  }
  return findings;
}

Findings leftovers(std::string_view path, std::string_view text) {
  // Written in pieces, so that this file does not find itself.
  static const std::regex kMark(
      "\\b(TO"
      "DO|FIX"
      "ME|XX"
      "X|HA"
      "CK)\\b");
  static const std::regex kSuppression(
      "NO"
      "LINT");
  static const std::regex kReasoned(
      "NO"
      R"(LINT(NEXTLINE|BEGIN|END)?\([\w.,\- ]+\): \S.*)");
  static const std::regex kMachinePath(
      "(^|[^\\w.])/(wo"
      "rk|ho"
      "me|ro"
      "ot)/");
  static const std::regex kFastMath(
      "-f(fast"
      "-math|unsafe"
      "-math|associative"
      "-math)|-O"
      "fast");
  const auto in = [](std::string_view line, const std::regex& what) {
    return std::regex_search(line.begin(), line.end(), what);
  };
  Findings findings;
  for (const Line& line : lines_of(text)) {
    if (in(line.text, kMark)) findings.push_back(finding(path, line.number, "an unfinished-work mark"));
    if (in(line.text, kSuppression) && !in(line.text, kReasoned)) {
      findings.push_back(
          finding(path, line.number, "a lint suppression names its check and its reason: (check): why"));
    }
    if (in(line.text, kMachinePath)) findings.push_back(finding(path, line.number, "a path of one machine"));
    if (in(line.text, kFastMath))
      findings.push_back(finding(path, line.number, "a flag that changes values"));
  }
  return findings;
}

Findings compile_flags(std::string_view command) {
  Findings findings = leftovers("compile command", command);
  std::erase_if(findings, [](const std::string& f) { return f.find("flag") == std::string::npos; });
  if (command.find("-ffp-contract=off") == std::string_view::npos) {
    findings.push_back("no -ffp-contract=off in: " + std::string(command));
  }
  return findings;
}

bool root_folder_is_allowed(std::string_view name) {
  static constexpr auto kIgnored =
      std::to_array<std::string_view>({".git", ".ci", ".cache", "runs", "node_modules"});
  return one_of(name, kFolders) || one_of(name, kIgnored) || name.starts_with("build");
}

}  // namespace lockstep::tidy
