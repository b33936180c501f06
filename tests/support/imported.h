// Everything that an import of vendor files yields, for tests that look at all of it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "feeds/files/import.h"

namespace lockstep::test {

struct Imported {
  std::vector<Instrument> instruments;
  std::vector<Event> events;  ///< book updates point into `levels`
  std::vector<Level> levels;
  feeds::ImportSummary summary;
  std::optional<Error> error;  ///< of opening, or what ended it early

  [[nodiscard]] std::vector<Event> of(Kind kind) const {
    std::vector<Event> out;
    for (const Event& event : events) {
      if (event.kind == kind) out.push_back(event);
    }
    return out;
  }
  /// "" when all went well, so that a failing test prints the reason.
  [[nodiscard]] std::string error_text() const { return error ? error->text() : ""; }
};

inline Imported import_all(feeds::ImportResult opened) {
  Imported out;
  if (!opened) {
    out.error = opened.error();
    return out;
  }
  feeds::Import& import = **opened;
  out.instruments.assign(import.instruments().begin(), import.instruments().end());
  for (;;) {
    Batch batch;
    const Result<Source::Pull> pulled = import.pull(batch);
    if (!pulled) out.error = pulled.error();
    if (!pulled || *pulled == Source::Pull::end) break;
    for (Event event : batch.events) {
      if (event.kind == Kind::book) {
        auto update = event.as<BookUpdate>();
        const auto levels = batch.levels.subspan(update.first_level, update.bid_count + update.ask_count);
        update.first_level = static_cast<std::uint32_t>(out.levels.size());
        out.levels.insert(out.levels.end(), levels.begin(), levels.end());
        event.set(update);
      }
      out.events.push_back(event);
    }
  }
  out.summary = import.summary();
  return out;
}

}  // namespace lockstep::test
