// Writes JSON text, one value after the other, with commas and escapes in the right places. Knows nothing of
// what it writes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep::tools {

/// Requires: calls that nest as JSON does (a key before each value of an object, every begin ended). Bytes
/// that are not UTF-8 become U+FFFD. `<` is written as \u003c, so that the text can stand inside an HTML
/// script element.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& key(std::string_view name);

  JsonWriter& text(std::string_view value);
  JsonWriter& integer(std::int64_t value);
  JsonWriter& integer(std::uint64_t value);
  /// The shortest text with at most 15 significant digits; NaN and infinities, which JSON lacks, become null.
  JsonWriter& number(double value);
  JsonWriter& boolean(bool value);
  JsonWriter& null();
  /// A JSON value that is one already; only its `<` are escaped.
  JsonWriter& verbatim(std::string_view json);

  /// `key` and a text, the commonest pair.
  JsonWriter& pair(std::string_view name, std::string_view value) { return key(name).text(value); }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();

  std::string out_;
  bool needs_comma_ = false;
};

}  // namespace lockstep::tools
