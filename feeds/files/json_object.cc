#include "feeds/files/json_object.h"

#include <charconv>

namespace lockstep::feeds {

using simdjson::SUCCESS;
using simdjson::ondemand::json_type;
using simdjson::ondemand::value;

JsonObject JsonMessage::parse(std::string_view json, Fault& fault) {
  padded_.assign(json);
  padded_.append(simdjson::SIMDJSON_PADDING, '\0');
  simdjson::dom::element whole;
  const simdjson::error_code checked = checker_.parse(padded_.data(), json.size(), false).get(whole);
  if (checked != SUCCESS) {
    fault.report(std::string("expected one JSON object (") + simdjson::error_message(checked) + ")");
    return JsonObject(fault);
  }
  simdjson::ondemand::object root;
  if (parser_.iterate(padded_.data(), json.size(), padded_.size()).get(document_) != SUCCESS ||
      document_.get_object().get(root) != SUCCESS) {
    fault.report("expected one JSON object");
    return JsonObject(fault);
  }
  return {fault, root};
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
  json_type type{};
  if (found.type().get(type) == SUCCESS) {
    std::string_view text;
    switch (type) {
      case json_type::string:
        if (found.get_string().get(text) == SUCCESS) return text;
        break;
      case json_type::number:
      case json_type::boolean:
        text = found.raw_json_token();
        text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
        return text;
      default: break;
    }
  }
  fault_->report("\"" + std::string(key) + "\": expected text or a number");
  return {};
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
