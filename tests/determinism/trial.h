// One run of a scenario of the table, whole or in steps, with a digest of everything that it hands out. For
// tests only.
#pragma once

#include <memory>

#include "engine/core/digest.h"
#include "tests/determinism/scenarios.h"

namespace lockstep::determinism {

/// Stamps some events of another source as received before the ones ahead of them, as a recorder does whose
/// clock is set back.
class UnsteadyClock final : public Source {
 public:
  /// `inner` outlives it. Does nothing unless `is_on`.
  UnsteadyClock(Source& inner, bool is_on) : inner_(inner), is_on_(is_on) {}

  [[nodiscard]] std::span<const Instrument> instruments() const override { return inner_.instruments(); }
  Result<Pull> pull(Batch& out) override;
  Status seek(std::uint64_t event_number) override;

 private:
  Source& inner_;
  bool is_on_;
  std::uint64_t position_ = 0;  // number of the next event
  std::vector<Event> events_;
};

/// Puts control events into the stream of another source.
class ControlledSource final : public Source {
 public:
  /// `inner` outlives it.
  ControlledSource(Source& inner, std::vector<ControlAt> controls)
      : inner_(inner), controls_(std::move(controls)) {}

  [[nodiscard]] std::span<const Instrument> instruments() const override { return inner_.instruments(); }
  Result<Pull> pull(Batch& out) override;
  Status seek(std::uint64_t event_number) override;

 private:
  Source& inner_;
  std::vector<ControlAt> controls_;
  std::size_t next_control_ = 0;
  std::uint64_t position_ = 0;  // number of the next event
  Batch batch_;                 // what is left of the inner batch
  Event control_;
};

/// Digests what a journal is given, checkpoints of the subsystems included, and passes it on.
class DigestingJournal final : public Journal {
 public:
  explicit DigestingJournal(Journal* next) : next_(next) {}
  void append(const Event& event, std::span<const Level> levels) override;
  [[nodiscard]] Status status() const override { return Done{}; }
  [[nodiscard]] std::uint64_t digest() const { return digest_.value(); }

 private:
  Journal* next_;
  Digest digest_;
};

/// Digests result rows.
class DigestingResults final : public ResultSink {
 public:
  void fill(const FillRow& row) override;
  void order(const OrderRow& row) override;
  void equity(const EquityRow& row) override;
  void position(const PositionRow& row) override;
  void denial(const DenialRow& row) override;
  [[nodiscard]] std::uint64_t digest() const { return digest_.value(); }

 private:
  template <class... Values>
  void mix(Values... values) {
    (digest_.mix(static_cast<std::uint64_t>(values)), ...);
  }
  Digest digest_;
};

struct Outcome {
  RunTotals totals;
  std::uint64_t digest = 0;  ///< of the run, its journal and its result rows
};

class Trial {
 public:
  /// `journal` may be null; it is given all that the session's journal is.
  explicit Trial(const Scenario& scenario, Journal* journal = nullptr);

  [[nodiscard]] Session& session() { return *session_; }
  /// To the end, whether the session has begun or was restored.
  Result<Outcome> finish();

 private:
  feeds::SyntheticSource synthetic_;
  UnsteadyClock clock_;
  ControlledSource source_;
  sim::SimVenue venue_;
  DigestingJournal journal_;
  DigestingResults results_;
  std::unique_ptr<Session> session_;
};

/// From the first event to the last.
Result<Outcome> run(const Scenario& scenario, Journal* journal = nullptr);

}  // namespace lockstep::determinism
