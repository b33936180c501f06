#include "scenarios/replay.h"

#include <filesystem>

namespace lockstep::scenarios {
namespace {

namespace fs = std::filesystem;

/// A journal that keeps nothing: it holds each record against the one that was kept before.
class JournalCheck final : public Journal {
 public:
  explicit JournalCheck(recordings::LogReader& kept) : kept_(kept) {}

  void append(const Event& event, std::span<const Level>) override {
    if (!status_ || divergence_ || ended_) return;
    if (event.kind == Kind::checkpoint) input_events_ = event.as<Checkpoint>().input_events;
    const Event* expected = next();
    if (expected == nullptr) {
      if (status_ && kept_.seal()) divergence_ = Divergence{input_events_, std::nullopt, event};
      ended_ = true;
      return;
    }
    if (*expected == event) {
      ++checked_;
    } else {
      divergence_ = Divergence{input_events_, *expected, event};
    }
  }
  [[nodiscard]] Status status() const override { return status_; }

  /// After the run: what the journal has more is a divergence too.
  void finish() {
    if (!status_ || divergence_ || ended_) return;
    if (const Event* more = next()) divergence_ = Divergence{input_events_, *more, std::nullopt};
  }
  [[nodiscard]] const std::optional<Divergence>& divergence() const { return divergence_; }
  [[nodiscard]] std::uint64_t checked() const { return checked_; }

 private:
  const Event* next() {
    if (cursor_ == batch_.events.size()) {
      const Result<Source::Pull> pulled = kept_.pull(batch_);
      cursor_ = 0;
      if (!pulled || *pulled == Source::Pull::end) {
        if (!pulled) status_ = pulled.error();
        batch_ = {};
        return nullptr;
      }
    }
    return &batch_.events[cursor_++];
  }

  recordings::LogReader& kept_;
  Batch batch_;
  std::size_t cursor_ = 0;
  std::uint64_t checked_ = 0;
  std::uint64_t input_events_ = 0;
  bool ended_ = false;
  std::optional<Divergence> divergence_;
  Status status_ = Done{};
};

std::string attribute(const recordings::LogReader& journal, std::string_view key) {
  const auto found = journal.header().attributes.find(key);
  return found == journal.header().attributes.end() ? std::string() : found->second;
}

}  // namespace

Result<Scenario> scenario_of(const recordings::LogReader& journal) {
  const std::string text = attribute(journal, recordings::kAttributeScenario);
  if (journal.header().kind != recordings::LogKind::journal || text.empty()) {
    return Error{ErrorCode::bad_input, journal.path(), "this is not a run's journal; a recording is replayed by `lockstep run`"};
  }
  return parse_scenario(text, journal.path() + " (scenario)", {});
}

Result<std::string> find_recording(const recordings::LogReader& journal, const Scenario& scenario,
                                   const std::vector<std::string>& recordings_dirs) {
  const std::string name = attribute(journal, recordings::kAttributeRecordingName);
  if (name.empty()) return std::string();
  const Result<std::uint64_t> wanted = parse_hex(attribute(journal, recordings::kAttributeRecordingHash));
  if (!wanted) return Error{ErrorCode::damaged, journal.path(), "the content hash of its recording is unreadable"};

  std::vector<fs::path> candidates = {scenario.feed.path, fs::path(journal.path()).parent_path() / name};
  for (const std::string& folder : recordings_dirs) candidates.push_back(fs::path(folder) / name);
  std::string refused;
  for (const fs::path& candidate : candidates) {
    std::error_code missing;
    if (!fs::is_regular_file(candidate, missing)) continue;
    auto reader = recordings::LogReader::open(candidate.string());
    if (!reader) return reader.error();
    const Result<std::uint64_t> found = content_hash_of(**reader);
    if (!found) return found.error();
    if (*found == *wanted) return candidate.string();
    refused += " " + candidate.string() + " has content hash " + format_hex(*found) + ".";
  }
  return Error{ErrorCode::mismatch, journal.path(),
               "the run was made of " + name + " with content hash " + format_hex(*wanted) + ", which was not found." + refused +
                   " Name the folder that holds it with --recordings DIR"};
}

Result<ReplayOutcome> replay_journal(const std::string& journal_path, std::span<const StrategyFactory> factories,
                                     const ReplayOptions& options) {
  auto journal = recordings::LogReader::open(journal_path);
  if (!journal) return journal.error();
  Result<Scenario> scenario = scenario_of(**journal);
  if (!scenario) return scenario.error();
  const Result<std::string> recording = find_recording(**journal, *scenario, options.recordings_dirs);
  if (!recording) return recording.error();
  Result<std::unique_ptr<Assembly>> assembly = Assembly::make(*scenario, factories, *recording);
  if (!assembly) return assembly.error();

  JournalCheck check(**journal);
  const std::unique_ptr<Session> session = (*assembly)->make_session(check, nullptr);
  const Result<RunTotals> totals = drive(*session, **assembly, options.progress);
  if (!totals) return totals.error();
  check.finish();
  if (const Status read = check.status(); !read) return read.error();

  ReplayOutcome outcome;
  outcome.totals = *totals;
  outcome.checked = check.checked();
  outcome.journal_is_whole = (*journal)->seal().has_value();
  outcome.divergence = check.divergence();
  outcome.journal_version = (*journal)->header().program_version;
  outcome.recording_path = *recording;
  outcome.instruments.assign((*assembly)->instruments().begin(), (*assembly)->instruments().end());
  return outcome;
}

}  // namespace lockstep::scenarios
