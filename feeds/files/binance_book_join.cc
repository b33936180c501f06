#include "feeds/files/binance_book_join.h"

namespace lockstep::feeds {

void BinanceBookJoin::restart() {
  books_.clear();
  stale_differences_ = 0;
  redundant_snapshots_ = 0;
}

void BinanceBookJoin::apply(const Event& event, std::span<const Level> levels, bool is_futures,
                            EventBatch& out) {
  if (books_.size() <= event.instrument) books_.resize(std::size_t{event.instrument} + 1);
  Book& book = books_[event.instrument];
  if (static_cast<BookAction>(event.detail) == BookAction::snapshot) {
    apply_snapshot(book, event, levels, is_futures, out);
    return;
  }
  if (book.whole && follow(book, event, levels, is_futures, out)) return;
  if (!book.reported) {
    out.events.push_back(gap_before(event, GapReason::no_snapshot,
                                    Gap{0, event.as<BookUpdate>().first_update_id, 0, kNoTime, 0}));
    book.reported = true;
  }
  keep(book, event, levels);
  append_event(out, event, levels);
}

void BinanceBookJoin::apply_snapshot(Book& book, const Event& event, std::span<const Level> levels,
                                     bool is_futures, EventBatch& out) {
  const std::uint64_t snapshot_id = event.as<BookUpdate>().last_update_id;
  if (book.whole && snapshot_id <= book.last_id) {
    ++redundant_snapshots_;
    return;
  }
  append_event(out, event, levels);
  book.whole = true;
  book.joined = false;
  book.reported = false;
  book.last_id = snapshot_id;
  book.last_recv_ts_ns = event.recv_ts_ns;
  while (!book.kept.empty()) {
    Kept& oldest = book.kept.front();
    oldest.event.recv_ts_ns = event.recv_ts_ns;
    oldest.event.flags |= kFlagVenueSnapshot;
    const std::uint64_t stale_before = stale_differences_;
    const bool follows = follow(book, oldest.event, oldest.levels, is_futures, out);
    stale_differences_ =
        stale_before;      // what the snapshot contains was passed on before it: nothing is left out
    if (!follows) return;  // the snapshot is too old; the kept ones may join a later one
    book.kept_levels -= oldest.levels.size();
    book.kept.pop_front();
  }
}

bool BinanceBookJoin::follow(Book& book, const Event& event, std::span<const Level> levels, bool is_futures,
                             EventBatch& out) {
  const auto update = event.as<BookUpdate>();
  bool stale = false;
  bool follows = false;
  std::uint64_t expected = 0;
  std::uint64_t found = 0;
  if (!is_futures) {
    // Spot, after the snapshot and later alike: drop u <= last; the next one has U <= last + 1.
    stale = update.last_update_id <= book.last_id;
    follows = update.first_update_id <= book.last_id + 1;
    expected = book.last_id + 1;
    found = update.first_update_id;
  } else if (!book.joined) {
    // Futures, first after the snapshot: drop u < last; then U <= last <= u. Ids are shared by all symbols,
    // so the snapshot's may fall between two differences of this one: pu <= last < U is whole as well.
    stale = update.last_update_id < book.last_id;
    follows = update.first_update_id <= book.last_id || update.previous_update_id <= book.last_id;
    expected = book.last_id;
    found = update.first_update_id;
  } else {
    stale = update.last_update_id <= book.last_id && update.previous_update_id != book.last_id;
    follows = update.previous_update_id == book.last_id;
    expected = book.last_id;
    found = update.previous_update_id;
  }
  if (stale) {
    ++stale_differences_;
    return true;
  }
  if (!follows) {
    out.events.push_back(
        gap_before(event, GapReason::sequence, Gap{expected, found, 0, book.last_recv_ts_ns, 0}));
    book.whole = false;
    book.reported = true;
    return false;
  }
  append_event(out, event, levels);
  book.joined = true;
  book.last_id = update.last_update_id;
  book.last_recv_ts_ns = event.recv_ts_ns;
  return true;
}

void BinanceBookJoin::keep(Book& book, const Event& event, std::span<const Level> levels) {
  auto update = event.as<BookUpdate>();
  const auto used = levels.subspan(update.first_level, std::size_t{update.bid_count} + update.ask_count);
  update.first_level = 0;
  book.kept.push_back({event, {used.begin(), used.end()}});
  book.kept.back().event.set(update);
  book.kept_levels += used.size();
  while (book.kept.size() > kMaxKept || book.kept_levels > kMaxKeptLevels) {
    book.kept_levels -= book.kept.front().levels.size();
    book.kept.pop_front();
  }
}

}  // namespace lockstep::feeds
