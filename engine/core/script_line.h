// One line of a script: words, `key=value` options and a comment, read from left to right. Knows no meaning
// of any word; keeps the first error, with line and column. Serves scripted markets and scripted orders.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/decimal.h"
#include "engine/core/result.h"
#include "engine/core/time.h"

namespace lockstep {

/// A piece of the script's text, which must outlive it.
struct Word {
  std::string_view text;
  std::size_t column = 0;  ///< from 1
};

/// A time as a script gives it: `+1.5s` and `-2ms` count from the script's start, anything else is absolute.
struct ScriptTime {
  bool is_relative = false;
  std::int64_t value_ns = 0;
  /// Error: outside the range of time.
  [[nodiscard]] Result<TimeNs> from(TimeNs start_ts_ns) const;
  friend bool operator==(const ScriptTime&, const ScriptTime&) = default;
};

/// Every reading function returns something harmless once there is an error; `finish` then has the error.
class ScriptLine {
 public:
  /// Words are separated by blanks; double quotes keep a word together; # begins a comment. `number` counts
  /// lines from 1.
  ScriptLine(std::string_view line, std::size_t number);

  [[nodiscard]] bool is_empty() const { return words_.empty() && options_.empty() && !error_; }
  [[nodiscard]] std::size_t number() const { return number_; }
  [[nodiscard]] bool has_next() const { return next_ < words_.size(); }
  [[nodiscard]] bool ok() const { return !error_; }

  /// The next word that is no option; an error that names `what` if there is none.
  Word next(std::string_view what);
  [[nodiscard]] bool next_is(std::string_view text) const { return has_next() && words_[next_].text == text; }
  /// Whether the next word is `text`; if so, it is taken.
  bool take(std::string_view text);
  /// Whether one of the remaining words is `text`; if so, it is taken.
  bool flag(std::string_view text);
  /// The value of `key=value`; nothing if it is not given.
  std::optional<Word> option(std::string_view key);

  std::int64_t decimal(const Word& word, int scale);
  /// A whole number from 0 to `most`.
  std::uint64_t whole(const Word& word, std::uint64_t most = UINT64_MAX);
  ScriptTime time(const Word& word);
  DurationNs duration(const Word& word);
  /// `99.98x10`: price and quantity.
  std::pair<std::int64_t, std::int64_t> level(const Word& word, int price_scale, int qty_scale);
  bool yes_or_no(const Word& word);
  /// The member of `Enum` with that name, of those from `first` to `last`.
  template <class Enum>
  Enum choice(const Word& word, Enum first, Enum last) {
    std::vector<std::string_view> names;
    for (int i = static_cast<int>(first); i <= static_cast<int>(last); ++i) {
      names.push_back(to_string(static_cast<Enum>(i)));
      if (names.back() == word.text) return static_cast<Enum>(i);
    }
    fail_choice(word, names);
    return first;
  }

  void fail(const Word& word, std::string_view what);
  void fail_choice(const Word& word, const std::vector<std::string_view>& names);
  void fail(const Word& word, const Error& error) { fail(word, error.what); }
  /// The first error; or one for a word or option that nobody asked for.
  Status finish();

 private:
  struct Option {
    std::string_view key;
    Word value;
    std::size_t column;
    bool is_taken = false;
  };
  [[nodiscard]] Error error_at(std::size_t column, std::string_view what) const;

  std::size_t number_;
  std::size_t end_column_;
  std::vector<Word> words_;
  std::size_t next_ = 0;
  std::vector<Option> options_;
  std::vector<std::string> asked_;
  std::optional<Error> error_;
};

/// The lines of a text that hold anything.
std::vector<ScriptLine> script_lines(std::string_view text);

/// A word as a script has to write it: in quotes where it has blanks, `=` or `#`. A quote within has no form;
/// it becomes an apostrophe.
std::string script_word(std::string_view text);

}  // namespace lockstep
