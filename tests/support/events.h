// Market and control events written by hand, and a tape of them that is a source. For tests: times are
// exchange times in nanoseconds and, unless a test changes it, times of receipt too; the instrument is 0
// unless said otherwise.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/event/ports.h"

namespace lockstep::test {

/// Prices and quantities in whole units, tick 1 and lot 1, one unit of USD per point: easy to reckon with by
/// hand.
Instrument plain_instrument(const std::string& symbol = "T", const std::string& venue = "v");

Event trade(TimeNs exch_ts_ns, Price price, Qty qty, Side aggressor = Side::none,
            InstrumentId instrument = 0);
Event quote(TimeNs exch_ts_ns, Price bid_price, Qty bid_qty, Price ask_price, Qty ask_qty,
            InstrumentId instrument = 0);
/// A bar of trades that ends at `end_ts_ns`.
Event bar(TimeNs end_ts_ns, const Bar& prices, BarSpec spec = {BarUnit::second, 1, BarSide::trade},
          InstrumentId instrument = 0);
Event gap(TimeNs exch_ts_ns, InstrumentId instrument = 0);
Event status(TimeNs exch_ts_ns, TradingStatus status, InstrumentId instrument = 0);
Event control(TimeNs recv_ts_ns, Kind kind, const Control& payload = {});

/// An event and the levels of its own, if it is a book update.
struct Entry {
  Event event;
  std::vector<Level> levels;
};

Entry book(TimeNs exch_ts_ns, BookAction action, const std::vector<Level>& bids,
           const std::vector<Level>& asks, InstrumentId instrument = 0);

/// Hands out the events in batches of `batch_size`, then ends, or fails with `error` if one is set.
class Tape final : public Source {
 public:
  explicit Tape(std::vector<Instrument> instruments, std::size_t batch_size = 3)
      : instruments_(std::move(instruments)), batch_size_(batch_size) {}

  Tape& add(const Event& event) { return add(Entry{event, {}}); }
  Tape& add(const Entry& entry);
  void fail_at_the_end(const Error& error) { error_ = error; }

  [[nodiscard]] std::span<const Instrument> instruments() const override { return instruments_; }
  Result<Pull> pull(Batch& out) override;
  Status seek(std::uint64_t event_number) override;

 private:
  std::vector<Instrument> instruments_;
  std::size_t batch_size_;
  std::vector<Event> events_;
  std::vector<Level> levels_;
  std::size_t next_ = 0;
  std::optional<Error> error_;
};

}  // namespace lockstep::test
