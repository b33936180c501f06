// Reads the lines of a scripted market, one after the other. Owns what it has read; see script_events.h for
// the grammar. Of use to parse_script alone.
#pragma once

#include <array>

#include "engine/core/script_line.h"
#include "feeds/script/script_events.h"

namespace lockstep::feeds {

class ScriptParser {
 public:
  ScriptParser(std::span<const Instrument> instruments, TimeNs start_ts_ns)
      : instruments_(instruments), start_ts_ns_(start_ts_ns) {}

  Status add(ScriptLine& line);
  ScriptEvents take();

 private:
  using Reader = void (ScriptParser::*)(ScriptLine&);
  struct Form {
    std::string_view name;
    Kind kind;
    Reader read;
  };
  static const std::array<Form, 12> kForms;

  void read_trade(ScriptLine& line);
  void read_quote(ScriptLine& line);
  void read_book(ScriptLine& line);
  void read_order(ScriptLine& line);
  void read_flow(ScriptLine& line);
  void read_bar(ScriptLine& line);
  void read_funding(ScriptLine& line);
  void read_mark(ScriptLine& line);
  void read_statistic(ScriptLine& line);
  void read_definition(ScriptLine& line);
  void read_status(ScriptLine& line);
  void read_gap(ScriptLine& line);
  bool read_control(ScriptLine& line, std::string_view name);

  void read_instrument(ScriptLine& line);
  void read_common(ScriptLine& line);
  void copy(ScriptLine& line);

  TimeNs time(ScriptLine& line, const Word& word) const;
  Price price(ScriptLine& line, const Word& word);
  Price price_or_none(ScriptLine& line, const Word& word);
  Qty qty(ScriptLine& line, const Word& word);
  Side side(ScriptLine& line, Side first);
  std::uint64_t number(ScriptLine& line, std::string_view key, std::uint64_t most = UINT64_MAX);
  std::uint32_t levels(ScriptLine& line, std::string_view other);
  [[nodiscard]] const Instrument& instrument() const { return instruments_[event_.instrument]; }

  std::span<const Instrument> instruments_;
  TimeNs start_ts_ns_;
  TimeNs last_recv_ts_ns_ = INT64_MIN;
  Event event_;
  ScriptEvents out_;
};

}  // namespace lockstep::feeds
