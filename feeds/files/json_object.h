// Reading one JSON message field by field. The first thing that is wrong is kept as the message's fault and
// every later read yields nothing, so that a decoder reads straight down and looks once at the end. Numbers
// stay text: never a double.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep::feeds {

/// The first thing that was wrong with a message; empty: nothing.
class Fault {
 public:
  void report(std::string what) {
    if (what_.empty()) what_ = std::move(what);
  }
  void clear() { what_.clear(); }
  [[nodiscard]] bool any() const { return !what_.empty(); }
  [[nodiscard]] const std::string& what() const { return what_; }

 private:
  std::string what_;
};

/// One object of a message. Fields may stand in any order. Views stay valid until the next message is parsed.
class JsonObject {
 public:
  explicit JsonObject(Fault& fault) : fault_(&fault) {}
  JsonObject(Fault& fault, simdjson::ondemand::object object)
      : fault_(&fault), object_(object), valid_(true) {}

  /// A string's contents, or a number, true or false as written. A missing field, null, or a list is a fault.
  std::string_view text(std::string_view key);
  /// The same, but empty for a missing field or null.
  std::string_view text_or_empty(std::string_view key);
  /// An unsigned integer, as a number or a string of digits.
  std::uint64_t integer(std::string_view key);
  std::uint64_t integer_or(std::string_view key, std::uint64_t otherwise);
  bool boolean_or(std::string_view key, bool otherwise);

  /// An object that must be there, or one whose `valid()` is false.
  JsonObject object(std::string_view key);
  JsonObject object_if(std::string_view key);
  /// Whether the field is there and an object.
  bool has_object(std::string_view key);
  [[nodiscard]] bool valid() const { return valid_; }

  /// The object's own text. Nothing can be read from it afterwards.
  std::string raw();

  /// Calls `each(JsonObject)` for every object of a list that must be there; a single object counts as a list
  /// of one.
  template <class Each>
  void objects(std::string_view key, Each each) {
    simdjson::ondemand::value value;
    if (!find(key, value)) return;
    if (value.type().value_unsafe() == simdjson::ondemand::json_type::object) {
      simdjson::ondemand::object only;
      if (value.get_object().get(only) == simdjson::SUCCESS) each(JsonObject(*fault_, only));
      return;
    }
    elements(value, key, [&](simdjson::ondemand::value element) {
      simdjson::ondemand::object object;
      if (element.get_object().get(object) != simdjson::SUCCESS) {
        fault_->report("\"" + std::string(key) + "\": expected a list of objects");
        return;
      }
      each(JsonObject(*fault_, object));
    });
  }

  /// Calls `each(cells, count)` for every row of a list of lists of scalars, `[["61776.4","412"], ...]`; rows
  /// longer than kMaxCells are cut.
  static constexpr std::size_t kMaxCells = 4;
  template <class Each>
  void rows(std::string_view key, Each each) {
    simdjson::ondemand::value value;
    if (!find(key, value)) return;
    elements(value, key, [&](simdjson::ondemand::value row) {
      std::string_view cells[kMaxCells];
      std::size_t count = 0;
      elements(row, key, [&](simdjson::ondemand::value cell) {
        if (count < kMaxCells) cells[count++] = scalar(cell, key);
      });
      if (!fault_->any()) each(cells, count);
    });
  }

 private:
  /// False, and a fault, if it is missing.
  bool find(std::string_view key, simdjson::ondemand::value& value);
  /// False if it is missing or null.
  bool find_if(std::string_view key, simdjson::ondemand::value& value);
  std::string_view scalar(simdjson::ondemand::value value, std::string_view key);
  std::uint64_t to_integer(std::string_view text, std::string_view key);

  template <class Each>
  void elements(simdjson::ondemand::value& list, std::string_view key, Each each) {
    simdjson::ondemand::array array;
    if (list.get_array().get(array) != simdjson::SUCCESS) {
      fault_->report("\"" + std::string(key) + "\": expected a list");
      return;
    }
    for (auto element : array) {
      simdjson::ondemand::value value;
      if (fault_->any()) return;
      if (element.get(value) != simdjson::SUCCESS) {
        fault_->report("\"" + std::string(key) + "\": a damaged list");
        return;
      }
      each(value);
    }
  }

  Fault* fault_;
  simdjson::ondemand::object object_;
  bool valid_ = false;
};

/// Owns the parser and the message's text.
class JsonMessage {
 public:
  /// Checks the whole text, not only the fields that are read later: a message with anything after it is a
  /// fault.
  JsonObject parse(std::string_view json, Fault& fault);
  /// The scalars of a list, `[1570752011620,"13519807",null]`, as JsonObject::text gives them; null is empty.
  std::vector<std::string_view> parse_cells(std::string_view json, Fault& fault);

 private:
  /// False, and a fault, if the text is no JSON; else document_ stands at its front.
  bool begin(std::string_view json, std::string_view expected, Fault& fault);

  std::string padded_;
  simdjson::dom::parser checker_;
  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
};

}  // namespace lockstep::feeds
