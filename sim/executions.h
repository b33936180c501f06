// How a simulated venue answers: fills and reports, stamped with the time at which they reach us. Owned by
// SimVenue. Decides nothing.
#pragma once

#include "engine/event/ports.h"
#include "sim/connection.h"
#include "sim/fees.h"
#include "sim/ledger.h"
#include "sim/listing.h"

namespace lockstep::sim {

/// When something is decided, and by what.
struct Moment {
  TimeNs recv_ts_ns;  ///< of the event that lets it be decided
  TimeNs exch_ts_ns;  ///< when it happens at the venue
  ExecutionSink& sink;
};

/// Hears of every fill and every end of an order at once, before anything else can fill. It may end other
/// orders (leaves 0), but moves none.
class FillListener {
 public:
  virtual ~FillListener() = default;
  virtual void on_fill(const VenueOrder& order, const Moment& moment) = 0;
  virtual void on_end(const VenueOrder& order, const Moment& moment) = 0;
};

class Executions {
 public:
  /// One line for each venue, and for each instrument the venue it trades at. Lines and listener outlive it.
  Executions(std::vector<Connection>& lines, std::vector<std::uint32_t> line_of, FeeMeter fees,
             FillListener& listener)
      : lines_(lines), line_of_(std::move(line_of)), fees_(std::move(fees)), listener_(listener) {}

  [[nodiscard]] std::span<const std::uint32_t> line_of() const { return line_of_; }

  /// Books every fill from now on; outlives it.
  void set_ledger(Ledger& ledger) { ledger_ = &ledger; }

  /// Fills up to `available` and returns what was filled; a reduce-only order stops at a flat position.
  Qty fill(Listing& listing, VenueOrder& order, Price price, Qty available, bool is_maker,
           const Moment& moment);
  /// The same of exactly `qty`, which an exchange of its own has matched already; nobody hears of it before
  /// tell(). Requires: qty <= order.leaves.
  void fill_whole(Listing& listing, VenueOrder& order, Price price, Qty qty, bool is_maker,
                  const Moment& moment);
  /// Tells the listener of a fill: `order` as it was after it.
  void tell(const VenueOrder& order, const Moment& moment);
  void report(const VenueOrder& order, Kind kind, Reason reason, const Moment& moment);
  /// The order ends as it is now; its leaves are 0 afterwards.
  void end(VenueOrder& order, Kind kind, Reason reason, const Moment& moment);
  /// Stamps the time of receipt.
  void send(Event event, const Moment& moment);

  void visit(StateVisitor& visitor) { fees_.visit(visitor); }

 private:
  std::vector<Connection>& lines_;
  std::vector<std::uint32_t> line_of_;  // by instrument
  FeeMeter fees_;
  Ledger* ledger_ = nullptr;
  FillListener& listener_;
};

}  // namespace lockstep::sim
