#include "scenarios/script_section.h"

#include "feeds/script/script_events.h"
#include "scenarios/instrument_section.h"

namespace lockstep::scenarios {

ScriptFeed read_script(Section& feed) {
  constexpr TimeNs kDefaultStart = 1'767'603'600 * kSecond;  // 2026-01-05T09:00:00Z, a Monday
  ScriptFeed script;
  for (Section& section : feed.sections("instruments", 1)) {
    script.instruments.push_back(read_instrument(section, InstrumentFields::all));
    section.finish();
  }
  script.start_ts_ns = feed.time("start", kDefaultStart);
  script.events = feed.text("events", "");
  const auto events = feeds::parse_script(script.events, script.instruments, script.start_ts_ns);
  if (!events) {
    feed.fail("events", events.error().text());
  } else if (events->events.empty()) {
    feed.fail("events", "holds no event; write one a line, as in +100ms trade X 100.02 5 buy");
  } else {
    script.last_ts_ns = events->events.back().recv_ts_ns;
  }
  return script;
}

}  // namespace lockstep::scenarios
