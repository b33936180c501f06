// The parameters of a strategy: declared with type, unit, default and range, read from text, checked before a
// run begins. A strategy never sees a value that its own declaration does not allow.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/result.h"
#include "engine/core/time.h"

namespace lockstep {

enum class ParameterType : std::uint8_t {
  integer,   ///< `20`
  real,      ///< `1.5`; enters signals only
  decimal,   ///< `0.01`; a price, quantity or amount, kept as an integer of 10^-9
  duration,  ///< `250ms`; kept in nanoseconds
  choice,    ///< one of a list of words; kept as its index
  text,      ///< any text, for a strategy to read; does not change while it runs
};

struct ParameterSpec {
  std::string_view name;
  ParameterType type = ParameterType::integer;
  std::string_view unit;           ///< `ticks`, `base`, `ratio`, `` for none
  std::string_view default_value;  ///< as text, in the form of the type
  std::string_view minimum;        ///< inclusive; empty: none
  std::string_view maximum;        ///< inclusive; empty: none
  std::string_view description;
  std::string_view choices = {};  ///< `trades|quotes|book`, for a choice
};

/// The values of one strategy, complete and in range.
class Parameters {
 public:
  /// `given` maps names to text; what is missing takes its default. Errors: an unknown name (with the nearest
  /// known one), a malformed value, one out of range.
  static Result<Parameters> read(std::span<const ParameterSpec> specs,
                                 const std::map<std::string, std::string>& given);

  // Each requires a declared name of that type: asking for anything else is a caller's bug.
  [[nodiscard]] std::int64_t integer(std::string_view name) const {
    return bits(name, ParameterType::integer);
  }
  [[nodiscard]] double real(std::string_view name) const;
  [[nodiscard]] std::int64_t decimal_nanos(std::string_view name) const {
    return bits(name, ParameterType::decimal);
  }
  [[nodiscard]] DurationNs duration_ns(std::string_view name) const {
    return bits(name, ParameterType::duration);
  }
  /// Lives as long as the parameters.
  [[nodiscard]] std::string_view text(std::string_view name) const {
    return texts_[index_of(name, ParameterType::text)];
  }
  [[nodiscard]] std::size_t choice(std::string_view name) const {
    return static_cast<std::size_t>(bits(name, ParameterType::choice));
  }

  /// Sets one by its index in the declaration, as a parameter event does: `value` is the integer, or the bits
  /// of the double. Error if the index or the range does not allow it; the old value then stays.
  Status set_bits(std::size_t index, std::uint64_t value);

  [[nodiscard]] std::span<const ParameterSpec> specs() const { return specs_; }
  [[nodiscard]] std::uint64_t bits_at(std::size_t index) const { return values_[index]; }
  /// The value in the form that `read` takes.
  [[nodiscard]] std::string text(std::size_t index) const;

 private:
  [[nodiscard]] std::size_t index_of(std::string_view name, ParameterType type) const;
  [[nodiscard]] std::int64_t bits(std::string_view name, ParameterType type) const {
    return static_cast<std::int64_t>(values_[index_of(name, type)]);
  }

  std::span<const ParameterSpec> specs_;
  std::vector<std::uint64_t> values_;  // an integer, the bits of a double, or the digest of a text
  std::vector<std::string> texts_;     // by index; empty but for texts
};

/// The candidate with the fewest edits to `word`, or empty if none is near.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace lockstep
