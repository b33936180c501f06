// Ports that only remember what they were given. For tests.
#pragma once

#include <vector>

#include "engine/event/ports.h"
#include "engine/event/results.h"

namespace lockstep::test {

class KeptAnswers final : public ExecutionSink {
 public:
  void push(const Event& event) override { events.push_back(event); }
  std::vector<Event> events;
};

class KeptJournal final : public Journal {
 public:
  void append(const Event& event, std::span<const Level>) override { events.push_back(event); }
  [[nodiscard]] Status status() const override { return state; }
  std::vector<Event> events;
  Status state = Done{};
};

class KeptResults final : public ResultSink {
 public:
  void fill(const FillRow& row) override { fills.push_back(row); }
  void order(const OrderRow& row) override { orders.push_back(row); }
  void equity(const EquityRow& row) override { equities.push_back(row); }
  void position(const PositionRow& row) override { positions.push_back(row); }
  void denial(const DenialRow& row) override { denials.push_back(row); }
  std::vector<FillRow> fills;
  std::vector<OrderRow> orders;
  std::vector<EquityRow> equities;
  std::vector<PositionRow> positions;
  std::vector<DenialRow> denials;
};

}  // namespace lockstep::test
