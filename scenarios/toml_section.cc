#include "scenarios/toml_section.h"

#include <algorithm>
#include <charconv>

#include "engine/core/decimal.h"
#include "engine/strategy/parameters.h"

namespace lockstep::scenarios {

Result<toml::table> parse_toml(std::string_view text, const std::string& name) {
  try {
    return toml::parse(text, name);
  } catch (const toml::parse_error& failure) {
    return Error{ErrorCode::bad_input, name + ", line " + std::to_string(failure.source().begin.line),
                 "this is not TOML: " + std::string(failure.description())};
  }
}

std::optional<std::string> scalar_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
  if (const auto* number = node.as_floating_point()) {
    char buffer[32];
    return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, number->get()).ptr);
  }
  return std::nullopt;
}

Section::Section(std::string name, const toml::table* given, toml::table* resolved, std::optional<Error>* error)
    : name_(std::move(name)), given_(given), resolved_(resolved), error_(error) {}

std::string Section::path(std::string_view key) const {
  if (name_.empty()) return std::string(key);
  return key.empty() ? name_ : name_ + "." + std::string(key);
}

void Section::fail(std::string_view key, const std::string& what) {
  if (*error_) return;
  std::string where = path(key);
  if (given_ != nullptr) {
    if (const toml::node* node = given_->get(key)) {
      if (node->source().begin.line > 0) where = "line " + std::to_string(node->source().begin.line) + ", " + where;
    }
  }
  *error_ = Error{ErrorCode::bad_input, where, what};
}

const toml::node* Section::take(std::string_view key) {
  asked_.emplace_back(key);
  return given_ == nullptr ? nullptr : given_->get(key);
}

bool Section::has(std::string_view key) const { return given_ != nullptr && given_->contains(key); }

std::string Section::text(std::string_view key, std::string_view fallback) {
  std::string value(fallback);
  if (const toml::node* node = take(key)) {
    if (const auto given = scalar_text(*node)) {
      value = *given;
    } else {
      fail(key, "expected a text");
    }
  }
  resolved_->insert_or_assign(key, value);
  return value;
}

std::string Section::choice(std::string_view key, std::string_view fallback, const std::vector<std::string_view>& choices) {
  const std::string value = text(key, fallback);
  if (std::find(choices.begin(), choices.end(), value) != choices.end()) return value;
  std::string list;
  for (const std::string_view choice : choices) list += (list.empty() ? "" : ", ") + std::string(choice);
  fail(key, "found \"" + value + "\", expected one of " + list);
  return std::string(fallback);
}

std::int64_t Section::integer(std::string_view key, std::int64_t fallback, std::int64_t minimum, std::int64_t maximum) {
  std::int64_t value = fallback;
  if (const toml::node* node = take(key)) {
    if (const auto* integer = node->as_integer()) {
      value = integer->get();
    } else {
      fail(key, "expected an integer");
    }
  }
  if (value < minimum || value > maximum) {
    fail(key, "must lie between " + std::to_string(minimum) + " and " + std::to_string(maximum) + ", found " + std::to_string(value));
  }
  resolved_->insert_or_assign(key, value);
  return value;
}

double Section::real(std::string_view key, double fallback, double minimum, double maximum) {
  double value = fallback;
  if (const toml::node* node = take(key)) {
    if (const auto number = node->value<double>()) {
      value = *number;
    } else {
      fail(key, "expected a number");
    }
  }
  if (!(value >= minimum && value <= maximum)) {
    fail(key, "must lie between " + *scalar_text(toml::value<double>(minimum)) + " and " +
                  *scalar_text(toml::value<double>(maximum)));
  }
  resolved_->insert_or_assign(key, value);
  return value;
}

DurationNs Section::duration(std::string_view key, std::string_view fallback) {
  const std::string given = text(key, fallback);
  const Result<DurationNs> value = parse_duration(given);
  if (!value) {
    fail(key, value.error().what);
    return 0;
  }
  return *value;
}

TimeNs Section::time(std::string_view key, TimeNs fallback) {
  std::string given;
  if (const toml::node* node = take(key)) {
    if (const auto scalar = scalar_text(*node)) {
      given = *scalar;
    } else {
      fail(key, "expected a time as text, like \"2024-08-08T23:55:00Z\"");
    }
  }
  resolved_->insert_or_assign(key, given);
  if (given.empty()) return fallback;
  const Result<TimeNs> value = parse_time(given);
  if (!value) {
    fail(key, value.error().what);
    return fallback;
  }
  return *value;
}

std::int64_t Section::decimal(std::string_view key, std::string_view fallback, int scale) {
  const std::string given = text(key, fallback);
  const Result<std::int64_t> value = parse_decimal(given, scale);
  if (!value) {
    fail(key, value.error().what);
    return 0;
  }
  return *value;
}

std::vector<std::string> Section::texts(std::string_view key) {
  std::vector<std::string> values;
  if (const toml::node* node = take(key)) {
    const auto* array = node->as_array();
    if (array == nullptr) {
      fail(key, "expected a list of texts");
    } else {
      for (const toml::node& element : *array) {
        if (const auto* text = element.as_string()) {
          values.push_back(text->get());
        } else {
          fail(key, "expected a list of texts");
        }
      }
    }
  }
  toml::array list;
  for (const std::string& value : values) list.push_back(value);
  resolved_->insert_or_assign(key, std::move(list));
  return values;
}

std::map<std::string, std::string> Section::scalars() {
  std::map<std::string, std::string> values;
  if (given_ == nullptr) return values;
  for (const auto& [key, node] : *given_) {
    asked_.emplace_back(key.str());
    if (const auto text = scalar_text(node)) {
      values.emplace(key.str(), *text);
      resolved_->insert_or_assign(key, *text);
    } else {
      fail(key.str(), "expected a number or a text");
    }
  }
  return values;
}

Section Section::section(std::string_view key) {
  const toml::table* given = nullptr;
  if (const toml::node* node = take(key)) {
    given = node->as_table();
    if (given == nullptr) fail(key, "expected a table, as in [" + path(key) + "]");
  }
  resolved_->insert_or_assign(key, toml::table{});
  return Section(path(key), given, resolved_->get(key)->as_table(), error_);
}

std::vector<std::string> Section::table_names() {
  std::vector<std::string> names;
  if (given_ == nullptr) return names;
  for (const auto& [key, node] : *given_) {
    if (node.is_table()) names.emplace_back(key.str());
  }
  return names;
}

std::vector<Section> Section::sections(std::string_view key) {
  std::vector<Section> list;
  const toml::node* node = take(key);
  const toml::array* array = node == nullptr ? nullptr : node->as_array();
  if (node != nullptr && array == nullptr) fail(key, "expected tables, as in [[" + path(key) + "]]");
  resolved_->insert_or_assign(key, toml::array{});
  toml::array& resolved = *resolved_->get(key)->as_array();
  const std::size_t size = array == nullptr ? 0 : array->size();
  // All tables first: a section keeps a pointer to its own.
  for (std::size_t i = 0; i < size; ++i) resolved.push_back(toml::table{});
  for (std::size_t i = 0; i < size; ++i) {
    const toml::table* given = array->get(i)->as_table();
    if (given == nullptr) fail(key, "expected tables, as in [[" + path(key) + "]]");
    list.emplace_back(path(key) + "[" + std::to_string(i) + "]", given, resolved.get(i)->as_table(), error_);
  }
  return list;
}

void Section::finish() {
  if (given_ == nullptr) return;
  for (const auto& [key, node] : *given_) {
    if (std::find(asked_.begin(), asked_.end(), key.str()) != asked_.end()) continue;
    const std::vector<std::string_view> known(asked_.begin(), asked_.end());
    const std::string_view near = nearest(key.str(), known);
    std::string what = "is not a key of a scenario";
    if (!near.empty()) what += "; did you mean " + path(near) + "?";
    fail(key.str(), what);
  }
}

}  // namespace lockstep::scenarios
