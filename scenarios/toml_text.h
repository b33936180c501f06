// Writes a table as TOML. The bytes are ours, not the library's: a resolved scenario has a hash that must not
// change with the version of a library, and the one of toml++ 3.3 loses a line feed at the beginning of a
// text.
#pragma once

#include <toml++/toml.h>
#include <string>
#include <string_view>

namespace lockstep::scenarios {

/// Keys in order; values before tables, tables before lists of tables; doubles in the fewest digits that read
/// back to them. Requires: texts in UTF-8; integers, finite doubles, booleans, texts, lists of those, tables
/// and lists of tables only.
std::string write_toml(const toml::table& table);

/// The text in double quotes, escaped, on one line.
std::string toml_string(std::string_view text);

}  // namespace lockstep::scenarios
