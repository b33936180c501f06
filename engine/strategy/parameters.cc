#include "engine/strategy/parameters.h"

#include <algorithm>
#include <bit>
#include <charconv>

#include "engine/core/decimal.h"
#include "engine/core/digest.h"
#include "engine/core/money.h"

namespace lockstep {
namespace {

Error bad_parameter(const ParameterSpec& spec, const std::string& what) {
  return {ErrorCode::bad_input, "parameter " + std::string(spec.name), what};
}

Result<std::uint64_t> parse_bits(const ParameterSpec& spec, std::string_view text) {
  switch (spec.type) {
    case ParameterType::integer:
    case ParameterType::decimal: {
      const Result<std::int64_t> value =
          parse_decimal(text, spec.type == ParameterType::integer ? 0 : kMoneyScale);
      if (!value) return bad_parameter(spec, value.error().what);
      return static_cast<std::uint64_t>(*value);
    }
    case ParameterType::duration: {
      const Result<DurationNs> value = parse_duration(text);
      if (!value) return bad_parameter(spec, value.error().what);
      return static_cast<std::uint64_t>(*value);
    }
    case ParameterType::real: {
      double value = 0;
      const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
      if (failure != std::errc{} || end != text.data() + text.size() || !(value - value == 0)) {
        return bad_parameter(spec, "expected a finite number, found \"" + std::string(text) + "\"");
      }
      return std::bit_cast<std::uint64_t>(value);
    }
    case ParameterType::text: {
      Digest digest;
      digest.mix(text.size());
      for (const char c : text) digest.mix(static_cast<unsigned char>(c));
      return digest.value();
    }
    case ParameterType::choice: {
      std::uint64_t index = 0;
      for (std::string_view rest = spec.choices;; ++index) {
        const std::size_t bar = rest.find('|');
        if (rest.substr(0, bar) == text) return index;
        if (bar == std::string_view::npos) break;
        rest.remove_prefix(bar + 1);
      }
      return bad_parameter(
          spec, "expected one of " + std::string(spec.choices) + ", found \"" + std::string(text) + "\"");
    }
  }
  return bad_parameter(spec, "its declared type is unknown");
}

bool less(const ParameterSpec& spec, std::uint64_t a, std::uint64_t b) {
  if (spec.type == ParameterType::real) return std::bit_cast<double>(a) < std::bit_cast<double>(b);
  return static_cast<std::int64_t>(a) < static_cast<std::int64_t>(b);
}

Status check_range(const ParameterSpec& spec, std::uint64_t bits) {
  if (spec.type == ParameterType::text) return Done{};
  if (spec.type == ParameterType::choice) {
    const auto words = std::count(spec.choices.begin(), spec.choices.end(), '|') + 1;
    if (bits >= static_cast<std::uint64_t>(words))
      return bad_parameter(spec, "must be one of " + std::string(spec.choices));
    return Done{};
  }
  if (spec.type == ParameterType::real) {
    const auto value = std::bit_cast<double>(bits);
    if (!(value - value == 0)) return bad_parameter(spec, "must be a finite number");
  }
  for (const bool is_minimum : {true, false}) {
    const std::string_view bound = is_minimum ? spec.minimum : spec.maximum;
    if (bound.empty()) continue;
    const Result<std::uint64_t> limit = parse_bits(spec, bound);
    LOCKSTEP_CHECK(limit.ok(), "a parameter's declared bound must be readable");
    if (is_minimum ? less(spec, bits, *limit) : less(spec, *limit, bits)) {
      return bad_parameter(spec, "must be at " + std::string(is_minimum ? "least " : "most ") +
                                     std::string(bound) +
                                     (spec.unit.empty() ? "" : " " + std::string(spec.unit)));
    }
  }
  return Done{};
}

}  // namespace

Result<Parameters> Parameters::read(std::span<const ParameterSpec> specs,
                                    const std::map<std::string, std::string>& given) {
  std::vector<std::string_view> names;
  for (const ParameterSpec& spec : specs) names.push_back(spec.name);
  for (const auto& [name, text] : given) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    const std::string_view near = nearest(name, names);
    std::string what = "is not a parameter of this strategy";
    if (!near.empty()) what += "; did you mean " + std::string(near) + "?";
    return Error{ErrorCode::bad_input, "parameter " + name, what};
  }
  Parameters parameters;
  parameters.specs_ = specs;
  for (const ParameterSpec& spec : specs) {
    const auto found = given.find(std::string(spec.name));
    const std::string text(found == given.end() ? spec.default_value : found->second);
    const Result<std::uint64_t> bits = parse_bits(spec, text);
    if (!bits) return bits.error();
    const Status in_range = check_range(spec, *bits);
    if (!in_range) return in_range.error();
    parameters.values_.push_back(*bits);
    parameters.texts_.push_back(spec.type == ParameterType::text ? text : std::string());
  }
  return parameters;
}

std::size_t Parameters::index_of(std::string_view name, ParameterType type) const {
  for (std::size_t i = 0; i < specs_.size(); ++i) {
    if (specs_[i].name != name) continue;
    LOCKSTEP_CHECK(specs_[i].type == type, "a parameter is read with another type than it declares");
    return i;
  }
  LOCKSTEP_CHECK(false, "a parameter is read that was not declared");
  return 0;
}

double Parameters::real(std::string_view name) const {
  return std::bit_cast<double>(static_cast<std::uint64_t>(bits(name, ParameterType::real)));
}

Status Parameters::set_bits(std::size_t index, std::uint64_t value) {
  if (index >= specs_.size()) {
    return Error{ErrorCode::bad_input, "parameter " + std::to_string(index),
                 "the strategy declares fewer parameters"};
  }
  if (specs_[index].type == ParameterType::text && value != values_[index])
    return bad_parameter(specs_[index], "is a text and does not change while it runs");
  const Status in_range = check_range(specs_[index], value);
  if (in_range) values_[index] = value;
  return in_range;
}

std::string Parameters::text(std::size_t index) const {
  const auto integer = static_cast<std::int64_t>(values_[index]);
  switch (specs_[index].type) {
    case ParameterType::integer: return std::to_string(integer);
    case ParameterType::decimal: return format_decimal_short(integer, kMoneyScale);
    case ParameterType::duration: return format_duration(integer);
    case ParameterType::text: return texts_[index];
    case ParameterType::real: {
      char buffer[32];
      const auto end =
          std::to_chars(buffer, buffer + sizeof buffer, std::bit_cast<double>(values_[index])).ptr;
      return {buffer, end};
    }
    case ParameterType::choice: {
      std::string_view rest = specs_[index].choices;
      for (std::int64_t i = 0; i < integer; ++i) rest.remove_prefix(rest.find('|') + 1);
      return std::string(rest.substr(0, rest.find('|')));
    }
  }
  return {};
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  std::string_view best;
  std::size_t best_distance = word.size() / 2 + 1;
  for (const std::string_view candidate : candidates) {
    // Levenshtein distance, one row at a time.
    std::vector<std::size_t> row(candidate.size() + 1);
    for (std::size_t j = 0; j <= candidate.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= word.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j <= candidate.size(); ++j) {
        const std::size_t substituted = diagonal + (word[i - 1] == candidate[j - 1] ? 0 : 1);
        diagonal = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
      }
    }
    if (row.back() < best_distance) {
      best_distance = row.back();
      best = candidate;
    }
  }
  return best;
}

}  // namespace lockstep
