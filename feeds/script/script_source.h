// A scripted market as a source. Owns its events; knows nothing of text.
#pragma once

#include "engine/event/ports.h"
#include "feeds/script/script_events.h"

namespace lockstep::feeds {

/// All events in one batch: a script is small.
class ScriptSource final : public Source {
 public:
  /// Requires: events of these instruments.
  ScriptSource(std::vector<Instrument> instruments, ScriptEvents events)
      : instruments_(std::move(instruments)), script_(std::move(events)) {}

  [[nodiscard]] std::span<const Instrument> instruments() const override { return instruments_; }
  Result<Pull> pull(Batch& out) override {
    if (next_ == script_.events.size()) return Pull::end;
    out.events = std::span<const Event>(script_.events).subspan(next_);
    out.levels = script_.levels;
    next_ = script_.events.size();
    return Pull::events;
  }
  /// Error past the end.
  Status seek(std::uint64_t event_number) override {
    if (event_number > script_.events.size()) {
      return Error{ErrorCode::bad_input, "scripted market",
                   "has " + std::to_string(script_.events.size()) + " events; cannot go to number " +
                       std::to_string(event_number)};
    }
    next_ = static_cast<std::size_t>(event_number);
    return Done{};
  }

 private:
  std::vector<Instrument> instruments_;
  ScriptEvents script_;
  std::size_t next_ = 0;
};

}  // namespace lockstep::feeds
