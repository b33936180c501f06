// Reads one table of a scenario and, in the same step, writes what it understood, defaults included, into the
// resolved scenario. Knows no meaning of any key; keeps the first error; reports keys that nobody asked for.
#pragma once

#include <toml++/toml.h>
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"
#include "engine/core/time.h"

namespace lockstep::scenarios {

/// The document, or an error that names `name` and the line.
Result<toml::table> parse_toml(std::string_view text, const std::string& name);

/// The text of a TOML value where a decimal is expected: a string as it is, an integer, or a float in the
/// fewest digits that read back to it (0.1 is "0.1"). Nothing for other types.
std::optional<std::string> scalar_text(const toml::node& node);

class Section {
 public:
  /// `name` is the dotted path for messages, empty for the root; `given` may be null (everything defaults).
  /// All three pointers outlive the section. `error` is shared by a whole document; the first stays.
  Section(std::string name, const toml::table* given, toml::table* resolved, std::optional<Error>* error);

  std::string text(std::string_view key, std::string_view fallback);
  /// One of `choices`.
  std::string choice(std::string_view key, std::string_view fallback,
                     const std::vector<std::string_view>& choices);
  /// A member of an enum by its name; `names` has them in the order of their numbers, from 0.
  template <class Enum>
  Enum member(std::string_view key, Enum fallback, const std::vector<std::string_view>& names) {
    const std::string name = choice(key, names[static_cast<std::size_t>(fallback)], names);
    const auto found = std::find(names.begin(), names.end(), name);
    return found == names.end() ? fallback : static_cast<Enum>(found - names.begin());
  }
  std::int64_t integer(std::string_view key, std::int64_t fallback, std::int64_t minimum,
                       std::int64_t maximum);
  bool flag(std::string_view key, bool fallback);
  double real(std::string_view key, double fallback, double minimum, double maximum);
  DurationNs duration(std::string_view key, std::string_view fallback);
  /// Empty text or a missing key: `fallback`. A fallback at an end of the range means "none" and stays empty
  /// text.
  TimeNs time(std::string_view key, TimeNs fallback);
  /// Decimal text, or a number of at most 15 digits, as an integer of 10^-scale; the text is kept as given.
  std::int64_t decimal(std::string_view key, std::string_view fallback, int scale);
  std::vector<std::string> texts(std::string_view key);
  /// Every key with a scalar value, as text.
  std::map<std::string, std::string> scalars();

  Section section(std::string_view key);
  /// Every key that is given, tables too.
  std::vector<std::string> names();
  /// The names of the sub-tables in a table of tables such as [risk.instruments.BTCUSDT].
  std::vector<std::string> table_names();
  /// An array of tables ([[key]]), filled up with empty ones to `at_least`.
  std::vector<Section> sections(std::string_view key, std::size_t at_least = 0);

  [[nodiscard]] bool has(std::string_view key) const;
  /// The key exists, given or not, and has no place in the resolved scenario unless it is read.
  void allow(std::string_view key) { asked_.emplace_back(key); }
  void fail(std::string_view key, const std::string& what);
  /// Reports the first key that was given but never asked for, with the nearest one that exists.
  void finish();

 private:
  const toml::node* take(std::string_view key);
  std::string path(std::string_view key) const;

  std::string name_;
  const toml::table* given_;
  toml::table* resolved_;
  std::optional<Error>* error_;
  std::vector<std::string> asked_;
};

}  // namespace lockstep::scenarios
