// Reads a run's journal record by record and knows where each stands in the run. Keeps one record in view;
// never changes or judges anything.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "recordings/log_reader.h"
#include "scenarios/scenario.h"

namespace lockstep::scenarios {

/// Where a record stands: behind how many inputs and how many outputs, and there the digests first, by
/// subsystem, then the output. Equal runs have the same records at the same places; a digest may be there in
/// one run and not in the other, where they keep digests at different intervals.
struct JournalPlace {
  std::uint64_t inputs = 0;
  std::uint64_t outputs = 0;
  std::uint32_t rank = 0;  ///< a digest: its Event::detail; an output: kOutputRank; the end: kEndRank

  static constexpr std::uint32_t kOutputRank = 256;
  static constexpr std::uint32_t kEndRank = 257;
  friend auto operator<=>(const JournalPlace&, const JournalPlace&) = default;
};

class JournalWalk {
 public:
  /// `run` is a run's folder or a journal. On success the first record is in view.
  static Result<JournalWalk> open(const std::string& run);

  [[nodiscard]] const recordings::LogReader& reader() const { return *reader_; }
  [[nodiscard]] const Scenario& scenario() const { return scenario_; }

  /// Nothing: the journal has no more.
  [[nodiscard]] const std::optional<Event>& record() const { return record_; }
  [[nodiscard]] JournalPlace place() const;
  [[nodiscard]] bool is_digest() const { return record_ && record_->kind == Kind::checkpoint; }
  /// The end is in view, and its writer did not get to finish: the run may have gone on.
  [[nodiscard]] bool was_cut_short() const { return !record_ && !reader_->seal(); }

  /// The next record. Damage is an error.
  Status advance();

 private:
  Status read();

  std::unique_ptr<recordings::LogReader> reader_;
  Scenario scenario_;
  Batch batch_;
  std::size_t cursor_ = 0;
  std::optional<Event> record_;
  std::uint64_t inputs_ = 0;
  std::uint64_t outputs_ = 0;
};

/// The file behind `run`: the journal of a folder, else `run` itself.
std::string journal_path_of(const std::string& run);

}  // namespace lockstep::scenarios
