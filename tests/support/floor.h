// A simulated venue with its books, driven by hand: orders are sent and events shown; what it answers can be
// read as short lines. For tests.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/sim_venue.h"
#include "tests/support/events.h"
#include "tests/support/keepers.h"

namespace lockstep::test {

/// Terms of an order, in the order in which one speaks of them.
struct Ask {
  Side side = Side::buy;
  Qty qty = 0;
  Price price = kNoPrice;  ///< kNoPrice: market
  TimeInForce time_in_force = TimeInForce::gtc;
  int flags = 0;  ///< kFlagPostOnly, kFlagReduceOnly
  // Beyond market and limit.
  OrderType type = OrderType::limit;  ///< limit: as the price says
  Price trigger = kNoPrice;           ///< of a trailing stop: the distance
  TrailUnit trail = TrailUnit::none;
  TriggerSource source = TriggerSource::last;
  Qty display = 0;
  TimeNs expire_ts_ns = kNoTime;
  Contingency contingency = Contingency::none;
  std::uint64_t link = 0;
};

class Floor {
 public:
  explicit Floor(DurationNs order_latency_ns = 0, DurationNs answer_latency_ns = 0,
                 const sim::Fees& fees = {}, std::vector<Instrument> instruments = {plain_instrument()},
                 sim::VenueRules rules = {}, const sim::FillRules& fills = {},
                 const std::optional<sim::MoneyConfig>& money = std::nullopt);

  /// Decides at `ts_ns`; the ids are 1, 2, 3 ...
  OrderId submit(TimeNs ts_ns, const Ask& ask, InstrumentId instrument = 0);
  void cancel(TimeNs ts_ns, OrderId id, InstrumentId instrument = 0);
  void cancel_all(TimeNs ts_ns, InstrumentId instrument = kNoInstrument);
  /// The bid's id; the offer's is the next one.
  OrderId quote(TimeNs ts_ns, Level bid, Level ask, InstrumentId instrument = 0);
  void replace(TimeNs ts_ns, OrderId id, Price price, Qty qty, InstrumentId instrument = 0);
  /// Shows an event to the venue, then applies it to the books. Received as stamped, or at `recv_ts_ns`.
  void see(Entry entry, TimeNs recv_ts_ns = 0);
  void see(const Event& event, TimeNs recv_ts_ns = 0) { see(Entry{event, {}}, recv_ts_ns); }
  void finish(TimeNs now) { venue_->finish(now, books_, answers_); }

  /// The answers since the last call, without `accepted`: `1 buy 5 @ 100` for a fill (`maker` behind it when
  /// it rested), `1 cancelled requested` for a report.
  std::vector<std::string> told();
  [[nodiscard]] const std::vector<Event>& answers() const { return answers_.events; }

 private:
  void instruct(TimeNs ts_ns, Kind kind, std::uint8_t flags, Side side, InstrumentId instrument,
                const OrderInstruction& terms);

  std::unique_ptr<sim::SimVenue> venue_;
  Books books_;
  KeptAnswers answers_;
  std::size_t told_ = 0;
  OrderId last_id_ = 0;
};

}  // namespace lockstep::test
