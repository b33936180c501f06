#include "scenarios/replay.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "scenarios/journal_walk.h"

namespace lockstep::scenarios {
namespace {

namespace fs = std::filesystem;

/// A journal that keeps nothing: it holds each record against the one that was kept before.
class JournalCheck final : public Journal {
 public:
  explicit JournalCheck(JournalWalk& kept) : kept_(kept) {}

  void append(const Event& event, std::span<const Level>) override {
    const bool is_digest = event.kind == Kind::checkpoint;
    if (is_digest) inputs_ = event.as<Checkpoint>().input_events;
    if (parted_) {
      if (!is_digest && !output_) output_ = {inputs_, event};
      return;
    }
    if (!status_ || kept_.was_cut_short()) return;
    if (kept_.record() == event) {
      ++checked_;
      status_ = kept_.advance();
      return;
    }
    parted_ = Parted{inputs_, kept_.record(), event};
    if (!is_digest) output_ = {inputs_, event};
  }
  [[nodiscard]] Status status() const override { return status_; }
  [[nodiscard]] std::uint64_t checked() const { return checked_; }

  /// After the run. Where the records that part are digests, what matters is the outputs behind them.
  Result<std::optional<Divergence>> divergence() {
    if (!status_) return status_.error();
    if (!parted_ && !kept_.record()) return std::optional<Divergence>();
    const Parted parted = parted_ ? *parted_ : Parted{inputs_, kept_.record(), std::nullopt};
    while (kept_.is_digest()) {
      if (const Status moved = kept_.advance(); !moved) return moved.error();
    }
    const std::uint64_t inputs_kept = kept_.place().inputs;  // behind everything, if there is no more
    const std::uint64_t inputs_now = output_ ? output_->first : UINT64_MAX;
    const std::uint64_t inputs = std::min(inputs_kept, inputs_now);
    Divergence out{inputs, std::nullopt, std::nullopt};
    if (inputs_kept == inputs && kept_.record()) out.in_journal = kept_.record();
    if (inputs_now == inputs && output_) out.in_replay = output_->second;
    const bool only_digests = out.in_journal == out.in_replay;
    return std::optional(only_digests ? Divergence{parted.inputs, parted.in_journal, parted.in_replay} : out);
  }

 private:
  struct Parted {
    std::uint64_t inputs;
    std::optional<Event> in_journal;
    std::optional<Event> in_replay;
  };

  JournalWalk& kept_;
  std::uint64_t checked_ = 0;
  std::uint64_t inputs_ = 0;
  std::optional<Parted> parted_;
  std::optional<std::pair<std::uint64_t, Event>>
      output_;  // the repetition's first output from there on, and the inputs before it
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
    return Error{ErrorCode::bad_input, journal.path(),
                 "this is not a run's journal; a recording is replayed by `lockstep run`"};
  }
  return parse_scenario(text, journal.path() + " (scenario)", {});
}

Result<std::string> find_recording(const recordings::LogReader& journal, const Scenario& scenario,
                                   const std::vector<std::string>& recordings_dirs) {
  const std::string name = attribute(journal, recordings::kAttributeRecordingName);
  if (name.empty()) return std::string();
  const Result<std::uint64_t> wanted = parse_hex(attribute(journal, recordings::kAttributeRecordingHash));
  if (!wanted)
    return Error{ErrorCode::damaged, journal.path(), "the content hash of its recording is unreadable"};

  std::vector<fs::path> candidates = {scenario.feed.path, fs::path(journal.path()).parent_path() / name};
  for (const std::string& folder : recordings_dirs) candidates.push_back(fs::path(folder) / name);
  std::string refused;
  for (const fs::path& candidate : candidates) {
    std::error_code missing;
    if (!fs::is_regular_file(candidate, missing)) continue;
    auto reader = recordings::LogReader::open(candidate.string());
    const Result<std::uint64_t> found = reader ? content_hash_of(**reader) : reader.error();
    if (!found) {
      refused += " " + found.error().text() + ".";
      continue;
    }
    if (*found == *wanted) return candidate.string();
    refused += " " + candidate.string() + " has content hash " + format_hex(*found) + ".";
  }
  return Error{ErrorCode::mismatch, journal.path(),
               "the run was made of " + name + " with content hash " + format_hex(*wanted) +
                   ", which was not found." + refused +
                   " Name the folder that holds it with --recordings DIR"};
}

Result<ReplayOutcome> replay_journal(const std::string& run, std::span<const StrategyFactory> factories,
                                     const ReplayOptions& options) {
  Result<JournalWalk> journal = JournalWalk::open(run);
  if (!journal) return journal.error();
  const Result<std::string> recording =
      find_recording(journal->reader(), journal->scenario(), options.recordings_dirs);
  if (!recording) return recording.error();
  Result<std::unique_ptr<Assembly>> assembly = Assembly::make(journal->scenario(), factories, *recording);
  if (!assembly)
    return Error{assembly.error().code, journal->reader().path() + ": " + assembly.error().where,
                 assembly.error().what};

  JournalCheck check(*journal);
  const std::unique_ptr<Session> session = (*assembly)->make_session(check, nullptr);
  const Result<RunTotals> totals = drive(*session, **assembly, options.progress);
  if (!totals) return totals.error();
  const Result<std::optional<Divergence>> divergence = check.divergence();
  if (!divergence) return divergence.error();

  ReplayOutcome outcome;
  outcome.totals = *totals;
  outcome.checked = check.checked();
  outcome.journal_is_whole = journal->reader().seal().has_value();
  outcome.divergence = *divergence;
  outcome.journal_version = journal->reader().header().program_version;
  outcome.recording_path = *recording;
  outcome.instruments.assign((*assembly)->instruments().begin(), (*assembly)->instruments().end());
  return outcome;
}

}  // namespace lockstep::scenarios
