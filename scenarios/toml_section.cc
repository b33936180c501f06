#include "scenarios/toml_section.h"

#include <algorithm>
#include <charconv>
#include <cmath>

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
    // Not in the shorter of its two forms, which for 100000.0 is 1e+05.
    const bool is_plain =
        number->get() == 0 || (std::abs(number->get()) >= 1e-6 && std::abs(number->get()) < 1e15);
    const auto form = is_plain ? std::chars_format::fixed : std::chars_format::general;
    return std::string(buffer, std::to_chars(buffer, buffer + sizeof buffer, number->get(), form).ptr);
  }
  return std::nullopt;
}

namespace {

/// What stands there, for messages.
std::string found(const toml::node& node) {
  if (const auto* text = node.as_string()) return ", found \"" + text->get() + "\"";
  if (const auto* yes = node.as_boolean()) return yes->get() ? ", found true" : ", found false";
  if (const auto scalar = scalar_text(node)) return ", found " + *scalar;
  if (node.is_table()) return ", found a table";
  if (node.is_array()) return ", found a list";
  return ", found a date or time of TOML; put it in quotes";
}

/// A double holds 15 decimal digits and no more: a number of TOML with more may not be the one that was
/// written.
bool is_exact(const toml::node& node) {
  if (!node.is_floating_point()) return true;
  const std::string text = *scalar_text(node);
  const std::string_view digits = std::string_view(text).substr(0, text.find('e'));
  const auto first = std::find_if(digits.begin(), digits.end(), [](char c) { return c >= '1' && c <= '9'; });
  return std::count_if(first, digits.end(), [](char c) { return c >= '0' && c <= '9'; }) <= 15;
}

constexpr const char* kTooManyDigits = "has more digits than a number of TOML can hold; put it in quotes";

}  // namespace

Section::Section(std::string name, const toml::table* given, toml::table* resolved,
                 std::optional<Error>* error)
    : name_(std::move(name)), given_(given), resolved_(resolved), error_(error) {}

std::string Section::path(std::string_view key) const {
  if (name_.empty()) return std::string(key);
  return key.empty() ? name_ : name_ + "." + std::string(key);
}

void Section::fail(std::string_view key, const std::string& what) {
  if (*error_) return;
  std::string where = path(key);
  if (given_ != nullptr) {
    const toml::node* node = given_->get(key);
    const auto line = (node == nullptr ? given_->source() : node->source()).begin.line;
    if (line > 0 && !(node == nullptr && name_.empty()))
      where = "line " + std::to_string(line) + ", " + where;
  }
  *error_ = Error{ErrorCode::bad_input, where, what};
}

const toml::node* Section::take(std::string_view key) {
  asked_.emplace_back(key);
  return given_ == nullptr ? nullptr : given_->get(key);
}

bool Section::has(std::string_view key) const {
  return given_ != nullptr && given_->contains(key);
}

std::string Section::text(std::string_view key, std::string_view fallback) {
  std::string value(fallback);
  if (const toml::node* node = take(key)) {
    if (const auto given = scalar_text(*node)) {
      value = *given;
    } else {
      fail(key, "expected a text" + found(*node));
    }
  }
  resolved_->insert_or_assign(key, value);
  return value;
}

std::string Section::choice(std::string_view key, std::string_view fallback,
                            const std::vector<std::string_view>& choices) {
  std::string list;
  for (const std::string_view choice : choices) list += (list.empty() ? "" : ", ") + std::string(choice);
  const toml::node* node = take(key);
  const auto* given = node == nullptr ? nullptr : node->as_string();
  const std::string value = given == nullptr ? std::string(fallback) : given->get();
  const bool is_known = std::find(choices.begin(), choices.end(), value) != choices.end();
  if (node != nullptr && (given == nullptr || !is_known)) fail(key, "expected one of " + list + found(*node));
  resolved_->insert_or_assign(key, value);
  return value;
}

bool Section::flag(std::string_view key, bool fallback) {
  bool value = fallback;
  if (const toml::node* node = take(key)) {
    if (const auto* boolean = node->as_boolean()) {
      value = boolean->get();
    } else {
      fail(key, "expected true or false" + found(*node));
    }
  }
  resolved_->insert_or_assign(key, value);
  return value;
}

std::int64_t Section::integer(std::string_view key, std::int64_t fallback, std::int64_t minimum,
                              std::int64_t maximum) {
  std::int64_t value = fallback;
  if (const toml::node* node = take(key)) {
    if (const auto* integer = node->as_integer()) {
      value = integer->get();
    } else {
      fail(key, "expected an integer" + found(*node));
    }
  }
  if (value < minimum || value > maximum) {
    fail(key, "must lie between " + std::to_string(minimum) + " and " + std::to_string(maximum) + ", found " +
                  std::to_string(value));
  }
  resolved_->insert_or_assign(key, value);
  return value;
}

double Section::real(std::string_view key, double fallback, double minimum, double maximum) {
  double value = fallback;
  if (const toml::node* node = take(key)) {
    if (node->is_number()) {
      value = *node->value<double>();
    } else {
      fail(key, "expected a number" + found(*node));
    }
  }
  if (!(value >= minimum && value <= maximum)) {
    const auto text_of = [](double number) { return *scalar_text(toml::value<double>(number)); };
    fail(key,
         "must lie between " + text_of(minimum) + " and " + text_of(maximum) + ", found " + text_of(value));
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
      fail(key, "expected a time as text, like \"2024-08-08T23:55:00Z\"" + found(*node));
    }
  }
  const bool is_open = fallback == INT64_MIN || fallback == INT64_MAX;
  resolved_->insert_or_assign(key, given.empty() && !is_open ? format_time(fallback) : given);
  if (given.empty()) return fallback;
  const Result<TimeNs> value = parse_time(given);
  if (!value) {
    fail(key, value.error().what);
    return fallback;
  }
  return *value;
}

std::int64_t Section::decimal(std::string_view key, std::string_view fallback, int scale) {
  if (has(key) && !is_exact(*given_->get(key))) fail(key, kTooManyDigits);
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
      fail(key, "expected a list of texts" + found(*node));
    } else {
      for (const toml::node& element : *array) {
        if (const auto* text = element.as_string()) {
          values.push_back(text->get());
        } else {
          fail(key, "expected a list of texts" + found(element) + " in it");
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
    if (!is_exact(node)) fail(key.str(), kTooManyDigits);
    if (const auto text = scalar_text(node)) {
      values.emplace(key.str(), *text);
      resolved_->insert_or_assign(key, *text);
    } else {
      fail(key.str(), "expected a number or a text" + found(node));
    }
  }
  return values;
}

Section Section::section(std::string_view key) {
  const toml::table* given = nullptr;
  if (const toml::node* node = take(key)) {
    given = node->as_table();
    if (given == nullptr) fail(key, "expected a table, as in [" + path(key) + "]" + found(*node));
  }
  resolved_->insert_or_assign(key, toml::table{});
  return Section(path(key), given, resolved_->get(key)->as_table(), error_);
}

std::vector<std::string> Section::names() {
  std::vector<std::string> names;
  if (given_ == nullptr) return names;
  for (const auto& [key, node] : *given_) names.emplace_back(key.str());
  return names;
}

std::vector<std::string> Section::table_names() {
  std::vector<std::string> names;
  if (given_ == nullptr) return names;
  for (const auto& [key, node] : *given_) {
    if (node.is_table()) names.emplace_back(key.str());
  }
  return names;
}

std::vector<Section> Section::sections(std::string_view key, std::size_t at_least) {
  std::vector<Section> list;
  const toml::node* node = take(key);
  const toml::array* array = node == nullptr ? nullptr : node->as_array();
  if (node != nullptr && array == nullptr)
    fail(key, "expected tables, as in [[" + path(key) + "]]" + found(*node));
  resolved_->insert_or_assign(key, toml::array{});
  toml::array& resolved = *resolved_->get(key)->as_array();
  const std::size_t given_size = array == nullptr ? 0 : array->size();
  const std::size_t size = std::max(given_size, at_least);
  // All tables first: a section keeps a pointer to its own.
  for (std::size_t i = 0; i < size; ++i) resolved.push_back(toml::table{});
  for (std::size_t i = 0; i < size; ++i) {
    const toml::table* given = i < given_size ? array->get(i)->as_table() : nullptr;
    if (i < given_size && given == nullptr)
      fail(key, "expected tables, as in [[" + path(key) + "]]" + found(*array->get(i)));
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
