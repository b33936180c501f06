#include "scenarios/event_fields.h"

#include <map>

#include "engine/core/decimal.h"
#include "recordings/log_fields.h"

namespace lockstep::scenarios {

FieldTexts field_texts(const Event& event, std::span<const Level> levels,
                       std::span<const Instrument> instruments) {
  const Instrument* instrument =
      event.instrument < instruments.size() ? &instruments[event.instrument] : nullptr;
  FieldTexts out;
  const auto add = [&](std::string_view name, std::string text) { out.emplace_back(name, std::move(text)); };
  add("kind", std::string(to_string(event.kind)));
  if (instrument != nullptr) add("venue", instrument->venue);
  if (instrument != nullptr) add("symbol", instrument->symbol);
  add("recv", format_time(event.recv_ts_ns));
  if (event.exch_ts_ns != kNoTime) add("exch", format_time(event.exch_ts_ns));
  if (event.flags != 0) add("flags", recordings::flags_text(event.flags, ", "));
  for (recordings::Field& field : recordings::fields_of(event, instrument)) {
    if (!field.is_given) continue;
    switch (field.type) {
      case recordings::FieldType::text: add(field.key, std::move(field.text)); break;
      case recordings::FieldType::integer:
      case recordings::FieldType::small: add(field.key, std::to_string(field.bits)); break;
      case recordings::FieldType::amount:
        add(field.key, std::to_string(static_cast<std::int64_t>(field.bits)));
        break;
      case recordings::FieldType::time: add(field.key, format_time(static_cast<TimeNs>(field.bits))); break;
    }
  }
  if (event.kind != Kind::book) return out;
  const std::size_t bids = event.as<BookUpdate>().bid_count;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const int price_scale = instrument == nullptr ? 0 : instrument->price_scale;
    const int qty_scale = instrument == nullptr ? 0 : instrument->qty_scale;
    add((i < bids ? "bid " : "ask ") + format_decimal(levels[i].price, price_scale),
        format_decimal(levels[i].qty, qty_scale));
  }
  return out;
}

std::vector<FieldDifference> differences(const FieldTexts& a, const FieldTexts& b) {
  const std::map<std::string, std::string> in_a(a.begin(), a.end());
  const std::map<std::string, std::string> in_b(b.begin(), b.end());
  std::vector<FieldDifference> out;
  for (const auto& [name, text] : a) {
    const auto other = in_b.find(name);
    if (other == in_b.end()) {
      out.push_back({name, text, ""});
    } else if (other->second != text) {
      out.push_back({name, text, other->second});
    }
  }
  for (const auto& [name, text] : b) {
    if (!in_a.contains(name)) out.push_back({name, "", text});
  }
  return out;
}

}  // namespace lockstep::scenarios
