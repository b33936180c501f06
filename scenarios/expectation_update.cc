// Changes two values of [expect] in a scenario's text and nothing else: a person wrote the rest.
#include <algorithm>

#include "scenarios/regression.h"
#include "scenarios/toml_text.h"

namespace lockstep::scenarios {
namespace {

// The place of a line and column in a text; both count from 1. What stands before a value on its line is
// ASCII.
std::size_t offset_of(const std::string& text, const toml::source_position& position) {
  std::size_t at = 0;
  for (toml::source_index line = 1; line < position.line; ++line) at = text.find('\n', at) + 1;
  return at + position.column - 1;
}

// Where a string or an array that begins at `at` ends.
std::size_t end_of_value(const std::string& text, std::size_t at) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '#' && depth > 0) {
      at = std::min(text.find('\n', at), text.size()) - 1;
    } else if (c == '"' || c == '\'') {
      const std::string three(3, c);
      const bool is_long = text.compare(at, 3, three) == 0;
      const std::string quote = is_long ? three : std::string(1, c);
      at += quote.size();
      while (at < text.size() && text.compare(at, quote.size(), quote) != 0)
        at += c == '"' && text[at] == '\\' ? 2 : 1;
      at += quote.size() - 1;
      if (depth == 0) return at + 1;
    } else if (c == '[') {
      ++depth;
    } else if (c == ']' && --depth == 0) {
      return at + 1;
    }
  }
  return text.size();
}

}  // namespace

std::string executions_toml(const std::vector<std::string>& executions) {
  std::string out = "executions = [\n";
  for (const std::string& line : executions) out += "  " + toml_string(line) + ",\n";
  return out + "]";
}

Result<std::string> with_expectation(const std::string& toml_text, const std::string& name,
                                     const std::string& digest, const std::vector<std::string>* executions) {
  const Result<toml::table> document = parse_toml(toml_text, name);
  if (!document) return document.error();
  std::vector<std::pair<std::string_view, std::string>> values = {
      {"digest", "digest = " + toml_string(digest)}};
  if (executions != nullptr) values.emplace_back("executions", executions_toml(*executions));

  const toml::node* node = document->get("expect");
  std::string text = toml_text;
  if (node == nullptr) {
    if (!text.empty() && text.back() != '\n') text += '\n';
    text += "\n[expect]\n";
    for (const auto& [key, line] : values) text += line + '\n';
    return text;
  }
  const toml::table* expect = node->as_table();
  const std::size_t header = offset_of(text, node->source().begin);
  if (expect == nullptr || text.compare(header, 8, "[expect]") != 0) {
    return Error{ErrorCode::bad_input, name,
                 "[expect] can only be rewritten where it is a table of its own, headed by [expect]"};
  }
  const std::size_t below = std::min(text.find('\n', header), text.size() - 1) + 1;
  struct Edit {
    std::size_t begin;
    std::size_t end;
    std::string text;
  };
  std::vector<Edit> edits;
  for (const auto& [key, line] : values) {
    if (const toml::node* old = expect->get(key)) {
      const std::size_t begin = offset_of(text, old->source().begin);
      edits.push_back({begin, end_of_value(text, begin), line.substr(key.size() + 3)});
    } else {
      edits.push_back({below, below, line + '\n'});
    }
  }
  // From the end to the beginning, so that places stay what they are.
  std::stable_sort(edits.begin(), edits.end(),
                   [](const Edit& a, const Edit& b) { return a.begin > b.begin; });
  for (const Edit& edit : edits) text.replace(edit.begin, edit.end - edit.begin, edit.text);
  const Result<toml::table> again = parse_toml(text, name);
  if (!again) return again.error();
  return text;
}

}  // namespace lockstep::scenarios
