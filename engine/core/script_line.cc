#include "engine/core/script_line.h"

#include <algorithm>
#include <charconv>

namespace lockstep {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}

std::string found(std::string_view text) {
  return ", found \"" + std::string(text) + "\"";
}

}  // namespace

Result<TimeNs> ScriptTime::from(TimeNs start_ts_ns) const {
  if (!is_relative) return value_ns;
  return narrow(Int128{start_ts_ns} + value_ns, "time");
}

ScriptLine::ScriptLine(std::string_view line, std::size_t number)
    : number_(number), end_column_(line.size() + 1) {
  for (std::size_t at = 0; at < line.size();) {
    if (is_blank(line[at])) {
      ++at;
      continue;
    }
    if (line[at] == '#') {
      end_column_ = at + 1;
      return;
    }
    // A word, of which parts may stand in quotes; the quotes must enclose all of it or all of an option's
    // value.
    const std::size_t begin = at;
    std::size_t equals = std::string_view::npos;
    bool in_quotes = false;
    for (; at < line.size() && (in_quotes || !is_blank(line[at])); ++at) {
      if (line[at] == '"') in_quotes = !in_quotes;
      if (line[at] == '#' && !in_quotes) break;
      if (line[at] == '=' && !in_quotes && equals == std::string_view::npos) equals = at;
    }
    if (in_quotes) {
      error_ = error_at(begin + 1, "a quote is opened here and never closed");
      return;
    }
    const auto unquoted = [&](std::size_t from) -> Word {
      std::string_view text = line.substr(from, at - from);
      if (text.size() >= 2 && text.front() == '"' && text.back() == '"')
        text = text.substr(1, text.size() - 2);
      if (text.find('"') != std::string_view::npos && !error_)
        error_ = error_at(from + 1, "a quote stands inside a word" + found(text));
      return {text, from + 1};
    };
    if (equals == std::string_view::npos) {
      words_.push_back(unquoted(begin));
    } else {
      options_.push_back({line.substr(begin, equals - begin), unquoted(equals + 1), begin + 1});
    }
  }
}

Error ScriptLine::error_at(std::size_t column, std::string_view what) const {
  return {ErrorCode::bad_input, "line " + std::to_string(number_) + ", column " + std::to_string(column),
          std::string(what)};
}

void ScriptLine::fail(const Word& word, std::string_view what) {
  if (!error_) error_ = error_at(word.column, what);
}

void ScriptLine::fail_choice(const Word& word, const std::vector<std::string_view>& names) {
  std::string list;
  for (const std::string_view name : names) list += (list.empty() ? "" : ", ") + std::string(name);
  fail(word, "expected one of " + list + found(word.text));
}

Word ScriptLine::next(std::string_view what) {
  if (has_next()) return words_[next_++];
  if (!error_) error_ = error_at(end_column_, "the line ends here; expected " + std::string(what));
  return {"", end_column_};
}

bool ScriptLine::take(std::string_view text) {
  if (!next_is(text)) return false;
  ++next_;
  return true;
}

bool ScriptLine::flag(std::string_view text) {
  asked_.emplace_back(text);
  const auto from = words_.begin() + static_cast<std::ptrdiff_t>(next_);
  const auto word = std::find_if(from, words_.end(), [&](const Word& w) { return w.text == text; });
  if (word == words_.end()) return false;
  words_.erase(word);
  return true;
}

std::optional<Word> ScriptLine::option(std::string_view key) {
  asked_.push_back(std::string(key) + "=");
  std::optional<Word> value;
  for (Option& option : options_) {
    if (option.key != key) continue;
    if (value) fail({option.key, option.column}, std::string(key) + "= is given twice");
    option.is_taken = true;
    value = option.value;
  }
  return value;
}

std::int64_t ScriptLine::decimal(const Word& word, int scale) {
  if (error_) return 0;
  const Result<std::int64_t> value = parse_decimal(word.text, scale);
  if (value) return *value;
  fail(word, value.error());
  return 0;
}

std::uint64_t ScriptLine::whole(const Word& word, std::uint64_t most) {
  std::uint64_t value = 0;
  const char* end = word.text.data() + word.text.size();
  const auto [at, failure] = std::from_chars(word.text.data(), end, value);
  if (failure == std::errc{} && at == end && value <= most) return value;
  fail(word, "expected a whole number from 0 to " + std::to_string(most) + found(word.text));
  return 0;
}

ScriptTime ScriptLine::time(const Word& word) {
  if (error_) return {};
  if (!word.text.empty() && (word.text.front() == '+' || word.text.front() == '-'))
    return {true, duration(word)};
  const Result<TimeNs> value = parse_time(word.text);
  if (value) return {false, *value};
  fail(word, "expected a time such as +1.5s or 2026-01-05T09:00:01Z" + found(word.text));
  return {};
}

DurationNs ScriptLine::duration(const Word& word) {
  if (error_) return 0;
  const Result<DurationNs> value = parse_duration(word.text);
  if (value) return *value;
  fail(word, value.error());
  return 0;
}

std::pair<std::int64_t, std::int64_t> ScriptLine::level(const Word& word, int price_scale, int qty_scale) {
  if (error_) return {0, 0};
  const std::size_t x = word.text.find('x');
  if (x == std::string_view::npos) {
    fail(word, "expected PRICExQUANTITY, as in 99.98x10" + found(word.text));
    return {0, 0};
  }
  const std::int64_t price = decimal({word.text.substr(0, x), word.column}, price_scale);
  return {price, decimal({word.text.substr(x + 1), word.column + x + 1}, qty_scale)};
}

bool ScriptLine::yes_or_no(const Word& word) {
  if (word.text != "yes" && word.text != "no") fail_choice(word, {"yes", "no"});
  return word.text == "yes";
}

Status ScriptLine::finish() {
  if (error_) return *error_;
  std::string known;
  for (const std::string& name : asked_) known += (known.empty() ? "" : ", ") + name;
  const std::string expected = known.empty() ? "; nothing more belongs here" : "; here may stand " + known;
  if (has_next()) {
    fail(words_[next_], "\"" + std::string(words_[next_].text) + "\" has no meaning here" + expected);
  }
  for (const Option& option : options_) {
    if (!option.is_taken)
      fail({option.key, option.column}, "there is no " + std::string(option.key) + "= here" + expected);
  }
  if (error_) return *error_;
  return Done{};
}

std::vector<ScriptLine> script_lines(std::string_view text) {
  std::vector<ScriptLine> lines;
  std::size_t number = 1;
  for (std::size_t at = 0; at <= text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    ScriptLine line(text.substr(at, end - at), number);
    if (!line.is_empty()) lines.push_back(std::move(line));
    at = end + 1;
  }
  return lines;
}

std::string script_word(std::string_view text) {
  std::string out(text);
  std::replace(out.begin(), out.end(), '"', '\'');
  return out.empty() || out.find_first_of(" \t=#") != std::string::npos ? '"' + out + '"' : out;
}

}  // namespace lockstep
