#include "recordings/log_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "engine/core/decimal.h"
#include "recordings/log_fields.h"

namespace lockstep::recordings {

namespace {

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<int>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

/// As RFC 4180 has it.
void append_cell(std::string& out, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

std::string time_text(TimeNs ts_ns, TimeStyle style) {
  return style == TimeStyle::rfc3339 ? format_time(ts_ns) : std::to_string(ts_ns);
}

/// Without quotes; empty if not given.
std::string value_text(const Field& field, TimeStyle style) {
  if (!field.is_given) return {};
  switch (field.type) {
    case FieldType::text: return field.text;
    case FieldType::time: return time_text(static_cast<TimeNs>(field.bits), style);
    case FieldType::small: return std::to_string(field.bits);
    case FieldType::integer: return std::to_string(field.bits);
    case FieldType::amount: return std::to_string(static_cast<std::int64_t>(field.bits));
  }
  return {};
}

const Instrument* instrument_of(const Event& event, std::span<const Instrument> instruments) {
  return event.instrument < instruments.size() ? &instruments[event.instrument] : nullptr;
}

struct PriceLine {
  std::string_view side;
  std::string price;
  std::string qty;
};

}  // namespace

void LogText::append_json(std::string& out, std::uint64_t number, const Event& event,
                          std::span<const Level> levels) const {
  const Instrument* instrument = instrument_of(event, instruments_);
  fmt::format_to(std::back_inserter(out), R"({{"n":{},"kind":"{}","recv":"{}","exch":)", number,
                 to_string(event.kind), time_text(event.recv_ts_ns, time_style_));
  if (event.exch_ts_ns == kNoTime) {
    out += "null";
  } else {
    append_quoted(out, time_text(event.exch_ts_ns, time_style_));
  }
  if (instrument != nullptr) {
    out += ",\"venue\":";
    append_quoted(out, instrument->venue);
    out += ",\"symbol\":";
    append_quoted(out, instrument->symbol);
  }
  if (event.flags != 0) out += ",\"flags\":[\"" + flags_text(event.flags, "\",\"") + "\"]";
  for (const Field& field : fields_of(event, instrument)) {
    out += ",\"";
    out += field.key;
    out += "\":";
    const std::string value = value_text(field, time_style_);
    if (!field.is_given) {
      out += "null";
    } else if (field.type == FieldType::small) {
      out += value;
    } else {
      append_quoted(out, value);
    }
  }
  if (event.kind == Kind::book) {
    const auto book = event.as<BookUpdate>();
    const int price_scale = instrument != nullptr ? instrument->price_scale : 0;
    const int qty_scale = instrument != nullptr ? instrument->qty_scale : 0;
    const auto append_side = [&](std::string_view key, std::span<const Level> side) {
      fmt::format_to(std::back_inserter(out), ",\"{}\":[", key);
      for (const Level& level : side) {
        if (&level != side.data()) out += ',';
        fmt::format_to(std::back_inserter(out), R"(["{}","{}"])", format_decimal(level.price, price_scale),
                       format_decimal(level.qty, qty_scale));
      }
      out += ']';
    };
    append_side("bids", bids_of(book, levels));
    append_side("asks", asks_of(book, levels));
  }
  out += "}\n";
}

std::string_view LogText::csv_header() {
  return "n,kind,recv,exch,venue,symbol,flags,side,price,qty,fields\n";
}

void LogText::append_csv(std::string& out, std::uint64_t number, const Event& event,
                         std::span<const Level> levels) const {
  const Instrument* instrument = instrument_of(event, instruments_);
  std::string start =
      fmt::format("{},{},{},", number, to_string(event.kind), time_text(event.recv_ts_ns, time_style_));
  if (event.exch_ts_ns != kNoTime) start += time_text(event.exch_ts_ns, time_style_);
  start += ',';
  append_cell(start, instrument != nullptr ? instrument->venue : std::string_view());
  start += ',';
  append_cell(start, instrument != nullptr ? instrument->symbol : std::string_view());
  start += ',';
  append_cell(start, flags_text(event.flags, ";"));
  start += ',';

  std::vector<PriceLine> lines(event.kind == Kind::quote ? 2 : 1);
  if (event.kind == Kind::quote) {
    lines[0].side = "buy";
    lines[1].side = "sell";
  }
  std::string side;
  std::string rest;
  for (const Field& field : fields_of(event, instrument)) {
    std::string value = value_text(field, time_style_);
    if (field.key == "side") {
      side = std::move(value);
    } else if (field.key == "price" || field.key == "bid_price") {
      lines[0].price = std::move(value);
    } else if (field.key == "ask_price") {
      lines[1].price = std::move(value);
    } else if (field.key == "qty" || field.key == "bid_qty") {
      lines[0].qty = std::move(value);
    } else if (field.key == "ask_qty") {
      lines[1].qty = std::move(value);
    } else {
      if (!rest.empty()) rest += ';';
      rest.append(field.key).append("=").append(value);
    }
  }
  if (event.kind == Kind::book) {
    const auto book = event.as<BookUpdate>();
    const int price_scale = instrument != nullptr ? instrument->price_scale : 0;
    const int qty_scale = instrument != nullptr ? instrument->qty_scale : 0;
    lines.clear();
    const auto append_side = [&](std::string_view name, std::span<const Level> of) {
      for (const Level& level : of) {
        lines.push_back(
            {name, format_decimal(level.price, price_scale), format_decimal(level.qty, qty_scale)});
      }
    };
    append_side("buy", bids_of(book, levels));
    append_side("sell", asks_of(book, levels));
    if (lines.empty()) lines.emplace_back();
  } else if (event.kind != Kind::quote) {
    lines[0].side = side;
  }
  for (const PriceLine& line : lines) {
    out += start;
    fmt::format_to(std::back_inserter(out), "{},{},{},", line.side, line.price, line.qty);
    if (&line == lines.data()) append_cell(out, rest);
    out += '\n';
  }
}

}  // namespace lockstep::recordings
