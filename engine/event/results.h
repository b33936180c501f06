// What a run hands out to be kept and shown: rows of fills, orders, equity, positions and denials. The core
// produces them as the run goes; whoever keeps them (recordings/results.h: HDF5) implements ResultSink. Rows
// own nothing.
#pragma once

#include <string_view>

#include "engine/event/event.h"

namespace lockstep {

struct FillRow {
  static constexpr std::uint32_t kNoStrategy = 0xffff'ffffU;

  TimeNs ts_ns;         ///< when we learned of it
  TimeNs exch_ts_ns;    ///< when it was matched
  TimeNs submit_ts_ns;  ///< when its order was decided; kNoTime without one
  OrderId order_id;     ///< 0: no order of ours, the venue did it (liquidation, expiry, exercise, delivery)
  InstrumentId instrument;
  std::uint32_t strategy;  ///< kNoStrategy without an order
  Side side;
  bool is_maker;
  Price price;
  Qty qty;
  Price decision_price;  ///< mid (or last) at the decision; kNoPrice: none
  std::int64_t fee_nanos;
  std::int64_t realised_nanos;  ///< profit realised by this fill, before fees (average cost)
  Qty position_qty;             ///< after it
};

enum class OrderOutcome : std::uint8_t { working, filled, cancelled, rejected, denied, expired };

struct OrderRow {  ///< written once, when the order is done
  OrderId order_id;
  InstrumentId instrument;
  std::uint32_t strategy;
  Side side;
  OrderType type;
  TimeInForce time_in_force;
  std::uint8_t flags;  ///< kFlagPostOnly, kFlagReduceOnly
  OrderOutcome outcome;
  Reason reason;
  Price price;
  Qty qty;
  Qty filled_qty;
  std::int64_t fees_nanos;
  TimeNs submit_ts_ns;
  TimeNs accepted_ts_ns;  ///< kNoTime: never
  TimeNs done_ts_ns;
};

struct EquityRow {  ///< on a fixed grid of receive time, and at the end
  TimeNs ts_ns;
  std::int64_t equity_nanos;  ///< cash + value of positions at their marks, in the reporting currency
  std::int64_t cash_nanos;
  std::int64_t realised_nanos;  ///< since the start, before fees
  std::int64_t unrealised_nanos;
  std::int64_t fees_nanos;  ///< since the start
};

struct PositionRow {  ///< on the same grid, one per instrument that was ever held or quoted
  TimeNs ts_ns;
  InstrumentId instrument;
  Qty qty;
  Price average_price;  ///< kNoPrice when flat
  Price bid_price;      ///< kNoPrice: none
  Price ask_price;
  Price last_price;
  std::int64_t realised_nanos;
  std::int64_t unrealised_nanos;
};

struct DenialRow {
  TimeNs ts_ns;
  OrderId order_id;
  InstrumentId instrument;
  std::uint32_t strategy;
  DenyReason reason;
  std::uint32_t gate;
  std::int64_t value;
  std::int64_t limit;
};

struct MetricRow {
  std::string_view name;        ///< `sharpe`, at most 40 characters
  double value;                 ///< NaN: not measured
  std::string_view unit;        ///< `ratio`, `currency`, `ns` ...
  std::string_view definition;  ///< one sentence with the formula
};

class ResultSink {
 public:
  virtual ~ResultSink() = default;
  virtual void fill(const FillRow& row) = 0;
  virtual void order(const OrderRow& row) = 0;
  virtual void equity(const EquityRow& row) = 0;
  virtual void position(const PositionRow& row) = 0;
  virtual void denial(const DenialRow& row) = 0;
};

}  // namespace lockstep
