// The one loop. Everything that happens in a run happens here, one event at a time, whatever feeds it. Owns
// books, desk, queue and digest; is handed a source, a venue, a journal and strategies. Reads no clock: time
// comes with the events.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/book/books.h"
#include "engine/desk.h"
#include "engine/event/event_digest.h"
#include "engine/event/event_queue.h"
#include "engine/event/ports.h"
#include "engine/strategy/strategy.h"

namespace lockstep {

struct SessionConfig {
  std::uint64_t seed = 1;
  PortfolioConfig portfolio;
  std::map<std::string, std::int64_t>
      rates_nanos;                          ///< by currency: what one unit is worth in the reporting currency
  std::vector<QuotedRate> quoted_rates;     ///< which follow the market from its first quote on
  std::vector<RiskLimits> limits;           ///< one per instrument
  DurationNs sample_interval_ns = kSecond;  ///< grid of equity rows; 0: only at the end
  std::uint64_t checkpoint_interval = 4096;  ///< input events between two sets of digests
  bool journal_inputs = false;      ///< a live run keeps its inputs; a replay names its recording instead
  TimeNs until_ts_ns = kEndOfTime;  ///< the run stops before the first event received after this
};

/// One strategy of a run, in the order of its index.
struct SessionStrategy {
  std::string name;
  std::unique_ptr<Strategy> strategy;
  Parameters parameters;
  std::vector<InstrumentId> universe;  ///< what it trades, ascending, not empty
};

/// What a run amounts to. Counts are of this session; a restored one continues them.
struct RunTotals {
  std::uint64_t digest = 0;
  std::uint64_t input_events = 0;
  std::uint64_t output_events = 0;  ///< decisions, executions and timers
  std::uint64_t decisions = 0;      ///< submit, cancel, replace, denied
  std::uint64_t orders = 0;         ///< submitted, not counting denied ones
  std::uint64_t denials = 0;
  std::uint64_t fills = 0;
  std::uint64_t gaps = 0;
  std::uint64_t clock_regressions = 0;  ///< events received "before" an earlier one; core time stood still
  TimeNs first_ts_ns = kNoTime;
  TimeNs last_ts_ns = kNoTime;
};

class Session final : private ExecutionSink {
 public:
  /// Everything referred to outlives the session. `results` may be null.
  Session(SessionConfig config, Source& source, Venue& venue, Journal& journal, ResultSink* results,
          std::vector<SessionStrategy> strategies);
  ~Session() override;

  /// Runs to the end of the source, to a stop event or to `until`, then lets orders expire. Once.
  Result<RunTotals> run();

  /// The same in steps: begin, then advance until it returns false, then finish.
  Status begin();
  /// Takes in up to `max_events` input events, each with whatever is due before it. False: there are no more.
  Result<bool> advance(std::uint64_t max_events);
  Result<RunTotals> finish();

  /// The whole state between two input events. Restoring it into a session made with the same configuration,
  /// and going on, gives the same digest.
  [[nodiscard]] std::vector<std::uint8_t> snapshot();
  /// Instead of begin(). The source is moved to where the snapshot was taken. Errors: damaged (nothing was
  /// taken in); mismatch, where the configuration or the version is another.
  Status restore(const std::vector<std::uint8_t>& snapshot);

  [[nodiscard]] const RunTotals& totals() const { return totals_; }
  [[nodiscard]] const Desk& desk() const { return desk_; }
  [[nodiscard]] const Books& books() const { return books_; }

 private:
  class StrategyContext;
  enum class Phase : std::uint8_t { fresh, running, finished };

  void push(const Event& event) override;  // the venue's answers, and the market data of a simulated exchange

  Result<bool> fill_batch();
  void process_input(const Event& event, std::span<const Level> levels);
  void process_due_until(TimeNs ts_ns);
  void sample_before(TimeNs ts_ns);
  void process_due(const Event& event);
  void process_control(const Event& event);
  void dispatch_market(const Event& event);
  Requested decide(const Event& decision);
  Requested decide(const Desk::Decision& decision);
  void record_output(const Event& event);
  void mark_journal();
  void checkpoint();
  void cancel_all();
  [[nodiscard]] std::uint64_t configuration_digest() const;
  void visit(StateVisitor& visitor);
  void visit_random(StateVisitor& visitor);
  void fail(const Error& error);
  void fail_if_bad(const Status& status) {
    if (!status) fail(status.error());
  }

  SessionConfig config_;
  Source& source_;
  Venue& venue_;
  Journal& journal_;
  std::vector<SessionStrategy> strategies_;
  Books books_;
  Desk desk_;
  EventQueue queue_;
  std::vector<std::unique_ptr<StrategyContext>> contexts_;  // one per strategy
  std::vector<std::vector<char>> trades_;  // [strategy][instrument]: whether it is in the universe

  Digest digest_;
  RunTotals totals_;
  TimeNs now_ = kNoTime;
  TimeNs next_sample_ts_ns_ = kEndOfTime;
  std::uint64_t next_checkpoint_ = 0;
  std::uint64_t marked_at_ = 0;  // input events at the last run checkpoint in the journal
  bool stopping_ = false;
  Phase phase_ = Phase::fresh;
  std::optional<Error> fault_;

  Batch batch_;
  std::size_t cursor_ = 0;  // next event of the batch
};

}  // namespace lockstep
