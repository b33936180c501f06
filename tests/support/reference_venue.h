// A second simulated exchange, written from the comment at the head of sim/sim_venue.h and QUEUE_MODELS.md:
// slow, with maps and whole copies, one rule after the other. It judges the fast one. One venue, constant
// latencies; book, quotes and trades, no bars.
#pragma once

#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/book/books.h"
#include "engine/event/ports.h"
#include "sim/sim_venue.h"

namespace lockstep::test {

class ReferenceVenue final : public Venue {
 public:
  ReferenceVenue(std::vector<Instrument> instruments, std::vector<sim::Fees> fees,
                 DurationNs order_latency_ns, DurationNs answer_latency_ns,
                 const sim::QueueModel& model = {});

  void instruct(const Event& instruction, ExecutionSink& sink) override;
  void on_market(const Event& event, std::span<const Level> levels, const Books& books,
                 ExecutionSink& sink) override;
  void finish(TimeNs now, const Books& books, ExecutionSink& sink) override;
  void visit(StateVisitor& visitor) override;

 private:
  // Price -> quantity, the best first for bids too.
  struct BestFirst {
    bool highest_first;
    bool operator()(Price a, Price b) const { return highest_first ? a > b : a < b; }
  };
  using Ladder = std::map<Price, Qty, BestFirst>;

  struct Working {
    OrderId id;
    InstrumentId instrument;
    Side side;
    std::optional<Price> limit;  // none: market
    Qty qty;
    Qty filled;
    std::optional<Qty> ahead;  // none: the feed does not show it
    Qty traded_since_restated;
    unsigned long long carry;  // of a unit, in 2^-32
    bool post_only;
    bool reduce_only;
    TimeInForce time_in_force;
    bool takes_from_prints;

    [[nodiscard]] Qty leaves() const { return qty - filled; }
    /// Whether it would trade at `price`.
    [[nodiscard]] bool accepts(Price price) const;
    /// Whether `price` is beyond its limit, so that whoever traded there passed this order by.
    [[nodiscard]] bool is_passed_by(Price price) const;
  };

  enum class Shows { book, quote, prints };

  [[nodiscard]] static Shows shows(const MarketState& market);
  /// What the feed displays on a side.
  [[nodiscard]] static Ladder ladder(const MarketState& market, Side side);
  [[nodiscard]] Ladder left_for_us(InstrumentId instrument, const MarketState& market, Side side) const;

  void arrive(const Event& instruction, const Books& books);
  void arrive_submit(const Event& instruction, const MarketState& market);
  void arrive_cancel(const Event& instruction);
  void arrive_replace(const Event& instruction, const MarketState& market);
  void take_and_rest(Working order, const MarketState& market);

  void see_trade(const Event& event, const MarketState& market);
  void see_levels(const Event& event, std::span<const Level> levels, const MarketState& before,
                  const MarketState& after);
  void see_opposite(InstrumentId instrument, Side side, Price price, Qty shown);
  /// How much stands before `order` if it joins now; none: the feed does not reach that far.
  [[nodiscard]] static std::optional<Qty> queue(const Working& order, const MarketState& market);
  void restate(Working& order, Qty before, Qty after) const;
  [[nodiscard]] double chance_ahead(double ahead, double behind) const;

  /// The orders of an instrument that rest and meet `aggressor`, better prices first, then in the order of
  /// arrival.
  [[nodiscard]] std::vector<Working*> by_priority(InstrumentId instrument, Side aggressor);
  Qty fill(Working& order, Price price, Qty available, bool is_maker);
  void report(const Working& order, Kind kind, Reason reason);
  void report(const Event& instruction, Kind kind, Reason reason);
  void answer(Event event);
  void drop_done();

  std::vector<Instrument> instruments_;
  std::vector<sim::Fees> fees_;
  DurationNs order_latency_ns_;
  DurationNs answer_latency_ns_;
  sim::QueueModel model_;
  std::vector<std::pair<TimeNs, Event>> in_flight_;
  std::vector<Working> working_;
  std::map<std::tuple<InstrumentId, Side, Price>, Qty> taken_;
  std::map<InstrumentId, Qty> position_;

  // The moment that is being handled.
  TimeNs happens_ts_ns_ = 0;
  TimeNs known_ts_ns_ = 0;
  TimeNs last_answer_ts_ns_ = 0;
  ExecutionSink* sink_ = nullptr;
};

}  // namespace lockstep::test
