// One line of ours to one venue, there and back: how long an instruction and an answer take, what the line
// refuses, and what an outage loses. Owned by the simulated venue, one for each venue. Decides nothing about
// orders; it never reorders and never loses anything without an answer.
//
// The line is down in an outage [from, to) and until our state is recovered, reconnect_delay later; times of
// ours and of the exchange are compared with the same window. While it is down, what we send is refused at
// once. What is on its way there when it goes down, and was not yet at the venue by `from`, is in doubt: it
// is lost, or with `lost_ppm` under a million arrives all the same. We hear of a loss when the state is
// recovered. The venue goes on meanwhile; what it answers reaches us when the state is recovered.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "engine/core/latency.h"
#include "engine/event/event.h"
#include "sim/fifo.h"
#include "sim/outages.h"
#include "sim/rate_limit.h"

namespace lockstep::sim {

inline constexpr std::size_t kMostRateLimits = 16;

struct ConnectionConfig {
  LatencyModel order_latency = {};
  LatencyModel answer_latency = {};
  std::vector<RateLimit> rate_limits = {};  ///< all of them hold; at most kMostRateLimits
  OutageConfig outages = {};
  std::uint32_t lost_ppm = 1'000'000;  ///< of what is in doubt, in millionths: 0 .. 1000000
  bool cancel_on_disconnect = false;   ///< the venue ends what rests when the line goes down
};

/// Says which field is out of range, or nothing.
Status validate(const ConnectionConfig& config);

/// What was sent, and when the venue has it.
struct Instruction {
  Event event;  ///< submit, cancel, replace, cancel_all or mass_quote, sent at recv_ts_ns
  OrderTerms terms{0, kNoPrice, 0, kNoTime, 0};  ///< of a submit that has any
  std::uint64_t terms_detail = 0;                ///< Event::detail of order_terms
  TimeNs arrival_ns = 0;                         ///< in exchange time; send() fills it in
};

/// What becomes of an instruction. Reason::none: it is on its way. rate_limited or disconnected: it never
/// gets to the venue, and we hear so at `answer_ts_ns`, which is when it was sent, or for one that was lost
/// on its way when the line's state is recovered.
struct Sent {
  Reason refusal = Reason::none;
  TimeNs answer_ts_ns = kNoTime;
};

class Connection {
 public:
  /// Requires: a valid configuration. `venue` tells the lines of one seed apart; their random numbers have
  /// nothing to do with each other.
  Connection(const ConnectionConfig& config, std::uint64_t seed, std::uint16_t venue);

  /// Requires: not sent before what was sent last. A refused instruction counts for no rate limit; one lost
  /// on its way does.
  Sent send(const Instruction& instruction);

  /// The first instruction on its way, if the venue has it before a time; in the order in which they were
  /// sent. Valid until the next call that is not const.
  [[nodiscard]] const Instruction* due(TimeNs before_exch_ts_ns) const;
  /// Hands over what due() shows. Requires: something is on its way.
  Instruction take();
  [[nodiscard]] bool idle() const { return in_flight_.empty(); }
  /// Nothing is on its way, and the venue need not be told of an outage.
  [[nodiscard]] bool is_quiet() const { return in_flight_.empty() && !disconnects_; }
  /// How many are on their way.
  [[nodiscard]] std::size_t in_flight() const { return in_flight_.size(); }

  /// When we hear of something that happened at the venue at `happened_ts_ns` and that the simulation can
  /// know at `known_ts_ns` (receipt of the event that decided it): after the answer latency, not before
  /// known_ts_ns, not while the line is down, and not before an earlier answer. Outages that were over
  /// when something was sent or last known are forgotten, so that known_ts_ns should not go back.
  TimeNs answer_ts_ns(TimeNs happened_ts_ns, TimeNs known_ts_ns);

  /// With cancel_on_disconnect: the first time before `before_exch_ts_ns`, not yet taken, at which the line
  /// goes down, so that the venue ends what rests (Reason::disconnected). An instruction that arrives at that
  /// very time was lost, unless lost_ppm spared it: it comes after.
  std::optional<TimeNs> disconnect_due(TimeNs before_exch_ts_ns);
  /// Requires: disconnect_due() showed one.
  void take_disconnect();

  /// A market event of the venue; it counts where a latency depends on the rate of the market.
  void see_market(TimeNs exch_ts_ns) {
    order_latency_.see(exch_ts_ns);
    answer_latency_.see(exch_ts_ns);
  }

  void visit(StateVisitor& visitor);

 private:
  [[nodiscard]] bool is_lost();

  std::shared_ptr<const ConnectionConfig> config_;  // never changes; the cursors below look at it
  Latency order_latency_;
  Latency answer_latency_;
  std::vector<RateMeter> meters_;
  std::optional<OutageCursor> line_;         // the first outage that is not over, in our time
  std::optional<OutageCursor> disconnects_;  // the first whose beginning the venue has not seen
  RandomStream doubt_random_;
  Fifo<Instruction> in_flight_;
  TimeNs last_sent_ns_ = INT64_MIN;
  TimeNs last_answer_ns_ = INT64_MIN;
};

}  // namespace lockstep::sim
