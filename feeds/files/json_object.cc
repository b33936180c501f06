#include "feeds/files/json_object.h"

#include <charconv>
#include <optional>

namespace lockstep::feeds {

using simdjson::SUCCESS;
using simdjson::ondemand::json_type;
using simdjson::ondemand::value;

namespace {

// Of a string its contents, of a number or a boolean the text; nothing for the rest.
std::optional<std::string_view> scalar_text(value found) {
  json_type type{};
  if (found.type().get(type) != SUCCESS) return std::nullopt;
  std::string_view text;
  switch (type) {
    case json_type::string:
      return found.get_string().get(text) == SUCCESS ? std::optional(text) : std::nullopt;
    case json_type::number:
    case json_type::boolean:
      text = found.raw_json_token();
      return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    default: return std::nullopt;
  }
}

}  // namespace

bool JsonMessage::begin(std::string_view json, std::string_view expected, Fault& fault) {
  padded_.assign(json);
  padded_.append(simdjson::SIMDJSON_PADDING, '\0');
  simdjson::dom::element whole;
  const simdjson::error_code checked = checker_.parse(padded_.data(), json.size(), false).get(whole);
  if (checked != SUCCESS) {
    fault.report("expected " + std::string(expected) + " (" + simdjson::error_message(checked) + ")");
    return false;
  }
  return parser_.iterate(padded_.data(), json.size(), padded_.size()).get(document_) == SUCCESS;
}

JsonObject JsonMessage::parse(std::string_view json, Fault& fault) {
  constexpr std::string_view kExpected = "one JSON object";
  simdjson::ondemand::object root;
  if (begin(json, kExpected, fault) && document_.get_object().get(root) == SUCCESS) return {fault, root};
  fault.report("expected " + std::string(kExpected));
  return JsonObject(fault);
}

std::vector<std::string_view> JsonMessage::parse_cells(std::string_view json, Fault& fault) {
  constexpr std::string_view kExpected = "one JSON list of text and numbers";
  std::vector<std::string_view> cells;
  simdjson::ondemand::array list;
  bool ok = begin(json, kExpected, fault) && document_.get_array().get(list) == SUCCESS;
  if (ok) {
    for (auto element : list) {
      value cell;
      json_type type{};
      ok = ok && element.get(cell) == SUCCESS && cell.type().get(type) == SUCCESS;
      const std::optional<std::string_view> text = !ok ? std::nullopt
                                                   : type == json_type::null
                                                       ? std::optional<std::string_view>("")
                                                       : scalar_text(cell);
      ok = text.has_value();
      if (!ok) break;
      cells.push_back(*text);
    }
  }
  if (!ok) fault.report("expected " + std::string(kExpected));
  return cells;
}

bool JsonObject::find_if(std::string_view key, value& found) {
  if (!valid_ || fault_->any()) return false;
  const simdjson::error_code error = object_.find_field_unordered(key).get(found);
  if (error == simdjson::NO_SUCH_FIELD) return false;
  if (error != SUCCESS) {
    fault_->report("\"" + std::string(key) + "\": " + simdjson::error_message(error));
    return false;
  }
  json_type type{};
  return found.type().get(type) == SUCCESS && type != json_type::null;
}

bool JsonObject::find(std::string_view key, value& found) {
  if (find_if(key, found)) return true;
  fault_->report("field \"" + std::string(key) + "\" is missing");
  return false;
}

std::string_view JsonObject::scalar(value found, std::string_view key) {
  const std::optional<std::string_view> text = scalar_text(found);
  if (!text) fault_->report("\"" + std::string(key) + "\": expected text or a number");
  return text.value_or(std::string_view{});
}

std::string_view JsonObject::text(std::string_view key) {
  value found;
  return find(key, found) ? scalar(found, key) : std::string_view{};
}

std::string_view JsonObject::text_or_empty(std::string_view key) {
  value found;
  return find_if(key, found) ? scalar(found, key) : std::string_view{};
}

std::uint64_t JsonObject::to_integer(std::string_view text, std::string_view key) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) {
    fault_->report("\"" + std::string(key) + "\": expected an unsigned integer, found \"" +
                   std::string(text) + "\"");
    return 0;
  }
  return number;
}

std::uint64_t JsonObject::integer(std::string_view key) {
  const std::string_view found = text(key);
  return fault_->any() ? 0 : to_integer(found, key);
}

std::uint64_t JsonObject::integer_or(std::string_view key, std::uint64_t otherwise) {
  const std::string_view found = text_or_empty(key);
  return found.empty() ? otherwise : to_integer(found, key);
}

bool JsonObject::boolean_or(std::string_view key, bool otherwise) {
  const std::string_view found = text_or_empty(key);
  if (found.empty()) return otherwise;
  if (found != "true" && found != "false") {
    fault_->report("\"" + std::string(key) + "\": expected true or false, found \"" + std::string(found) +
                   "\"");
  }
  return found == "true";
}

JsonObject JsonObject::object_if(std::string_view key) {
  value found;
  if (!find_if(key, found)) return JsonObject(*fault_);
  simdjson::ondemand::object inner;
  if (found.get_object().get(inner) != SUCCESS) {
    fault_->report("\"" + std::string(key) + "\": expected an object");
    return JsonObject(*fault_);
  }
  return {*fault_, inner};
}

bool JsonObject::has_object(std::string_view key) {
  value found;
  json_type type{};
  return find_if(key, found) && found.type().get(type) == SUCCESS && type == json_type::object;
}

std::string JsonObject::raw() {
  std::string_view text;
  if (!valid_ || object_.raw_json().get(text) != SUCCESS) return {};
  return std::string(text);
}

JsonObject JsonObject::object(std::string_view key) {
  JsonObject inner = object_if(key);
  if (!inner.valid_) fault_->report("field \"" + std::string(key) + "\" is missing");
  return inner;
}

}  // namespace lockstep::feeds
