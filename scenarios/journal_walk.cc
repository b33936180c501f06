#include "scenarios/journal_walk.h"

#include <filesystem>

#include "scenarios/replay.h"

namespace lockstep::scenarios {

std::string journal_path_of(const std::string& run) {
  std::error_code missing;
  const std::filesystem::path path = run;
  return std::filesystem::is_directory(path, missing) ? (path / "journal.lsr").string() : run;
}

Result<JournalWalk> JournalWalk::open(const std::string& run) {
  auto reader = recordings::LogReader::open(journal_path_of(run));
  if (!reader) return reader.error();
  Result<Scenario> scenario = scenario_of(**reader);
  if (!scenario) return scenario.error();
  JournalWalk walk;
  walk.reader_ = std::move(*reader);
  walk.scenario_ = std::move(*scenario);
  if (const Status first = walk.read(); !first) return first.error();
  return walk;
}

JournalPlace JournalWalk::place() const {
  if (!record_) return {UINT64_MAX, UINT64_MAX, JournalPlace::kEndRank};
  return {inputs_, outputs_, is_digest() ? std::uint32_t{record_->detail} : JournalPlace::kOutputRank};
}

Status JournalWalk::advance() {
  if (record_ && !is_digest()) ++outputs_;
  return read();
}

Status JournalWalk::read() {
  record_.reset();
  if (cursor_ == batch_.events.size()) {
    const Result<Source::Pull> pulled = reader_->pull(batch_);
    if (!pulled) return pulled.error();
    cursor_ = 0;
    if (*pulled == Source::Pull::end) {
      batch_ = {};
      return Done{};
    }
  }
  record_ = batch_.events[cursor_++];
  if (is_digest()) inputs_ = record_->as<Checkpoint>().input_events;
  return Done{};
}

}  // namespace lockstep::scenarios
