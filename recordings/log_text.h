// Events as text, for people and for other programs: newline-delimited JSON, or CSV. Names and order of keys
// are stable. Prices and quantities are decimal text in the instrument's scale; every 64-bit number is text
// in JSON, because many readers hold numbers as doubles. Writes only; nothing reads it back.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/event/event.h"

namespace lockstep::recordings {

enum class TimeStyle {
  rfc3339,      ///< 2024-08-08T23:54:15.030314667Z
  nanoseconds,  ///< 1723161255030314667
};

/// The table must outlive it.
class LogText {
 public:
  LogText(std::span<const Instrument> instruments, TimeStyle time_style)
      : instruments_(instruments), time_style_(time_style) {}

  /// One line: an object with `n` (the number given), `kind`, `recv`, `exch` (null: none), `venue`, `symbol`
  /// (absent: none), `flags` (absent: none), then the fields of the kind; a value that is not given is null.
  void append_json(std::string& out, std::uint64_t number, const Event& event,
                   std::span<const Level> levels) const;

  /// `n,kind,recv,exch,venue,symbol,flags,side,price,qty,fields` and a line feed.
  static std::string_view csv_header();
  /// One line per price: a trade, an order, a fill has one, a quote two (buy = bid, sell = ask), a book
  /// update one for each level. What has no column stands in `fields` as key=value, joined by semicolons, on
  /// the first line. A value that is not given is empty.
  void append_csv(std::string& out, std::uint64_t number, const Event& event,
                  std::span<const Level> levels) const;

 private:
  std::span<const Instrument> instruments_;
  TimeStyle time_style_;
};

}  // namespace lockstep::recordings
