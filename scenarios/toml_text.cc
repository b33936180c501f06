#include "scenarios/toml_text.h"

#include <algorithm>

#include "engine/core/check.h"
#include "scenarios/toml_section.h"

namespace lockstep::scenarios {

std::string toml_string(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += {'\\', 'u', '0', '0', kHex[byte >> 4U], kHex[byte & 15U]};
    } else {
      out += c;
    }
  }
  return out + '"';
}

namespace {

std::string key_text(std::string_view key) {
  const bool is_bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  return is_bare ? std::string(key) : toml_string(key);
}

std::string value_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return toml_string(text->get());
  if (const auto* yes = node.as_boolean()) return yes->get() ? "true" : "false";
  if (const auto* array = node.as_array()) {
    std::string out = "[";
    for (const toml::node& element : *array) out += (out.size() > 1 ? ", " : "") + value_text(element);
    return out + "]";
  }
  const auto text = scalar_text(node);
  LOCKSTEP_CHECK(text.has_value(), "a resolved scenario holds no dates");
  const bool is_whole =
      node.is_floating_point() && text->find_first_not_of("-0123456789") == std::string::npos;
  return is_whole ? *text + ".0" : *text;
}

bool is_list_of_tables(const toml::node& node) {
  const toml::array* array = node.as_array();
  return array != nullptr && !array->empty() && array->get(0)->is_table();
}

void append(std::string& out, const toml::table& table, const std::string& path) {
  for (const auto& [key, node] : table) {
    if (!node.is_table() && !is_list_of_tables(node))
      out += key_text(key.str()) + " = " + value_text(node) + "\n";
  }
  const auto below = [&](std::string_view key) {
    return path.empty() ? key_text(key) : path + "." + key_text(key);
  };
  for (const auto& [key, node] : table) {
    if (!node.is_table()) continue;
    out += "\n[" + below(key.str()) + "]\n";
    append(out, *node.as_table(), below(key.str()));
  }
  for (const auto& [key, node] : table) {
    if (!is_list_of_tables(node)) continue;
    for (const toml::node& element : *node.as_array()) {
      out += "\n[[" + below(key.str()) + "]]\n";
      append(out, *element.as_table(), below(key.str()));
    }
  }
}

}  // namespace

std::string write_toml(const toml::table& table) {
  std::string out;
  append(out, table, "");
  return out;
}

}  // namespace lockstep::scenarios
