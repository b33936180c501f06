// Puts a scenario's parts together: source, venue, strategies and limits in the instruments' own units. Owns
// them for the length of a run. The one place where names become things.
#pragma once

#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "engine/session.h"
#include "recordings/log_reader.h"
#include "scenarios/scenario.h"

namespace lockstep::scenarios {

/// What names the input of a run, so that a replay can insist on the same.
struct RecordingIdentity {
  std::string name;  ///< file name; empty: the input is generated from the scenario
  std::uint64_t content_hash = 0;
};

/// The source behind a feed that is no recording.
Result<std::unique_ptr<Source>> make_source(const Feed& feed);

class Assembly {
 public:
  /// `recording_path` overrides feed.path where it is not empty. Errors: the recording cannot be read, an
  /// unknown strategy or symbol, a parameter or limit that does not fit.
  static Result<std::unique_ptr<Assembly>> make(const Scenario& scenario,
                                                std::span<const StrategyFactory> factories,
                                                const std::string& recording_path = {});

  [[nodiscard]] Source& source() { return *source_; }
  [[nodiscard]] std::span<const Instrument> instruments() const { return source_->instruments(); }
  [[nodiscard]] const RecordingIdentity& recording() const { return recording_; }
  /// The reader behind the source, for progress; null when the input is generated.
  [[nodiscard]] const recordings::LogReader* reader() const { return reader_; }
  [[nodiscard]] const std::string& currency() const { return session_config_.portfolio.reporting_currency; }
  [[nodiscard]] const SessionConfig& session_config() const { return session_config_; }

  /// What the strategies trade, ascending. Before make_session().
  [[nodiscard]] std::set<InstrumentId> traded() const;

  /// The session of the run: once. `journal` and `results` (which may be null) outlive it.
  std::unique_ptr<Session> make_session(Journal& journal, ResultSink* results);

 private:
  Assembly() = default;
  Status open_source(const Scenario& scenario, const std::string& recording_path);
  Status set_account(const Scenario& scenario);
  Status set_limits(const Scenario& scenario);
  Status set_venue(const Scenario& scenario);
  Status add_strategies(const Scenario& scenario, std::span<const StrategyFactory> factories);

  std::unique_ptr<Source> source_;
  const recordings::LogReader* reader_ = nullptr;
  RecordingIdentity recording_;
  SessionConfig session_config_;
  std::unique_ptr<sim::SimVenue> venue_;
  std::vector<SessionStrategy> strategies_;
};

/// The content hash of a recording: from its seal, or by reading all of it.
Result<std::uint64_t> content_hash_of(const recordings::LogReader& reader);

}  // namespace lockstep::scenarios
