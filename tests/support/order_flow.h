// A made order-by-order session with long queues: orders join near the touch, are cancelled the more often
// the further back they stand, and are traded against from the front. Seeded; the same recording every time.
// For tests and benchmarks of queue models, which need a truth.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "engine/core/random.h"
#include "recordings/log_writer.h"

namespace lockstep::test {

struct OrderFlow {
  std::uint64_t seed = 1;
  std::uint64_t messages = 300'000;
  DurationNs mean_gap_ns = 10 * kMillisecond;
  std::size_t orders = 400;  ///< alive at once, about
  double back_weight = 2.0;  ///< a cancelled order's place is distributed as x^back_weight
};

class OrderFlowMaker {
 public:
  explicit OrderFlowMaker(const OrderFlow& flow) : flow_(flow), random_(flow.seed, 60, 0) {}

  /// Writes the recording.
  Status write(const std::string& path) {
    recordings::LogHeader header;
    header.program_version = "test";
    Instrument instrument;
    instrument.symbol = "FLOW";
    instrument.venue = "made";
    instrument.base = "FLOW";
    instrument.quote = instrument.settle = "USD";
    instrument.kind = InstrumentKind::future;
    header.instruments = {instrument};
    auto writer = recordings::LogWriter::create(path, header);
    if (!writer) return writer.error();
    for (std::size_t i = 0; i < flow_.orders; ++i) add(**writer);
    for (std::uint64_t i = 0; i < flow_.messages; ++i) step(**writer);
    return (*writer)->seal();
  }

 private:
  struct Resting {
    std::uint64_t id;
    Qty qty;
  };
  using Ladder = std::map<Price, std::vector<Resting>>;

  Ladder& ladder(Side side) { return side == Side::buy ? bids_ : asks_; }
  Side any_side() { return random_.bernoulli(1, 2) ? Side::buy : Side::sell; }
  Price best(Side side) {
    if (ladder(side).empty()) return side == Side::buy ? last_ - 1 : last_ + 1;
    return side == Side::buy ? bids_.rbegin()->first : asks_.begin()->first;
  }

  void emit(recordings::LogWriter& writer, OrderActionType type, std::uint64_t id, Side side, Price price,
            Qty qty) const {
    Event event;
    event.exch_ts_ns = event.recv_ts_ns = now_ns_;
    event.instrument = 0;
    event.kind = Kind::order_action;
    event.detail = static_cast<std::uint8_t>(type);
    event.set(OrderAction{id, price, qty, 0, static_cast<std::uint32_t>(side), kLastOfMessage});
    writer.append(event, {});
  }

  void step(recordings::LogWriter& writer) {
    now_ns_ += 1 + static_cast<DurationNs>(random_.exponential(static_cast<double>(flow_.mean_gap_ns)));
    const std::uint64_t what = random_.uniform_below(100);
    if (what < 6) {
      trade(writer);
    } else if (what < 53 + (alive_ < flow_.orders ? 15 : 0)) {
      add(writer);
    } else {
      cancel(writer);
    }
  }

  void add(recordings::LogWriter& writer) {
    const Side side = any_side();
    Price away = 1;
    while (away < 6 && random_.bernoulli(2, 5)) ++away;
    const Price across = best(opposite(side));
    const Price price = side == Side::buy ? across - away : across + away;
    const Qty qty = random_.uniform_int(1, 10);
    ladder(side)[price].push_back({++last_id_, qty});
    ++alive_;
    emit(writer, OrderActionType::add, last_id_, side, price, qty);
  }

  void cancel(recordings::LogWriter& writer) {
    const Side side = any_side();
    Ladder& levels = ladder(side);
    if (levels.empty()) return;
    std::size_t count = 0;
    for (const auto& [price, queue] : levels) count += queue.size();
    std::uint64_t at = random_.uniform_below(count);
    auto level = levels.begin();
    while (at >= level->second.size()) {
      at -= level->second.size();
      ++level;
    }
    auto& queue = level->second;
    // The largest of `back_weight` draws is distributed as that power.
    double place = 0;
    for (int i = 0; i < static_cast<int>(flow_.back_weight); ++i)
      place = std::max(place, random_.uniform01());
    const auto index = static_cast<std::size_t>(place * static_cast<double>(queue.size()));
    const Resting gone = queue[index];
    queue.erase(queue.begin() + static_cast<std::ptrdiff_t>(index));
    emit(writer, OrderActionType::cancel, gone.id, side, level->first, gone.qty);
    if (queue.empty()) levels.erase(level);
    --alive_;
  }

  void trade(recordings::LogWriter& writer) {
    const Side side = any_side();  // of those that are met
    Qty left = random_.uniform_int(1, 60);
    Ladder& levels = ladder(side);
    while (left > 0 && levels.size() > 1) {
      const Price price = best(side);
      auto& queue = levels[price];
      const Qty qty = std::min(left, queue.front().qty);
      emit(writer, OrderActionType::execute, queue.front().id, side, price, qty);
      last_ = price;
      left -= qty;
      queue.front().qty -= qty;
      if (queue.front().qty == 0) {
        queue.erase(queue.begin());
        --alive_;
      }
      if (queue.empty()) levels.erase(price);
    }
  }

  OrderFlow flow_;
  RandomStream random_;
  Ladder bids_;
  Ladder asks_;
  Price last_ = 10'000;
  std::uint64_t last_id_ = 0;
  std::size_t alive_ = 0;
  TimeNs now_ns_ = 1'000 * kSecond;
};

}  // namespace lockstep::test
