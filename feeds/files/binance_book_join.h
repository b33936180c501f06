// Joins Binance's book differences to its REST snapshots, by the rules that the venue documents for spot
// and for futures. Owned by whoever reads a Binance feed; one for all files or connections of a market. It
// decodes nothing.
//
// A feed may begin with differences and get its snapshot later, or never:
// - Before a snapshot the first difference is preceded by a gap event (no_snapshot); the differences
//   themselves are passed on, so that nothing is lost, and kept aside.
// - The snapshot is passed on, and after it, at its receive time and with their own exchange times, those
//   of the kept differences that are newer than it: from there on the book is whole. They are then in the
//   stream twice; the second time they carry kFlagVenueSnapshot.
// - A difference that does not follow its predecessor is preceded by a gap event (sequence), and we are
//   back at the start until the next snapshot. A difference that is older than the book is left out and
//   counted.
// - A snapshot that is not newer than a whole book is left out and counted: the book already contains it.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "feeds/files/import.h"

namespace lockstep::feeds {

class BinanceBookJoin {
 public:
  /// Of the differences kept aside, the oldest go first: beyond these a snapshot would be minutes late.
  static constexpr std::size_t kMaxKept = 20'000;
  static constexpr std::size_t kMaxKeptLevels = 1'000'000;

  /// Appends what follows from a difference or a snapshot to `out`. `event` is a book update whose
  /// first_level counts from the front of `levels`; `is_futures` says by which of the two rules it joins.
  void apply(const Event& event, std::span<const Level> levels, bool is_futures, EventBatch& out);

  void restart();
  [[nodiscard]] std::uint64_t stale_differences() const { return stale_differences_; }
  [[nodiscard]] std::uint64_t redundant_snapshots() const { return redundant_snapshots_; }

 private:
  struct Kept {
    Event event;
    std::vector<Level> levels;
  };
  struct Book {
    bool whole = false;     // a snapshot has come and nothing was missed since
    bool joined = false;    // a difference has followed the snapshot
    bool reported = false;  // the gap that makes it not whole
    std::uint64_t last_id = 0;
    TimeNs last_recv_ts_ns = kNoTime;
    std::deque<Kept> kept;
    std::size_t kept_levels = 0;
  };

  void apply_snapshot(Book& book, const Event& event, std::span<const Level> levels, bool is_futures,
                      EventBatch& out);
  /// False if it does not follow: then the gap event is appended and the difference is not.
  bool follow(Book& book, const Event& event, std::span<const Level> levels, bool is_futures,
              EventBatch& out);
  void keep(Book& book, const Event& event, std::span<const Level> levels);

  std::vector<Book> books_;  // by instrument
  std::uint64_t stale_differences_ = 0;
  std::uint64_t redundant_snapshots_ = 0;
};

}  // namespace lockstep::feeds
