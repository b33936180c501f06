#include "feeds/files/binance_book_join.h"

#include <gtest/gtest.h>

namespace lockstep::feeds {
namespace {

constexpr TimeNs kSnapshotReceived = 500;

class BinanceBookJoinTest : public ::testing::Test {
 protected:
  void difference(bool futures, TimeNs recv, std::uint64_t first, std::uint64_t last,
                  std::uint64_t previous = 0) {
    apply(futures, recv, BookAction::diff, BookUpdate{0, 1, 0, 0, first, last, previous});
  }
  void snapshot(bool futures, std::uint64_t id) {
    apply(futures, kSnapshotReceived, BookAction::snapshot, BookUpdate{0, 1, 0, 0, id, id, 0});
  }
  void apply(bool futures, TimeNs recv, BookAction action, const BookUpdate& update) {
    Event event;
    event.recv_ts_ns = recv;
    event.exch_ts_ns = recv - 1;
    event.instrument = 0;
    event.kind = Kind::book;
    event.detail = static_cast<std::uint8_t>(action);
    event.set(update);
    const std::vector<Level> levels = {{100, static_cast<Qty>(update.last_update_id)}};
    join_.apply(event, levels, futures, out_);
  }
  // "S5@500" snapshot 5 received at 500, "D7@600" difference to id 7 received at 600, with a "+" where it is
  // flagged as part of the snapshot, "G(sequence 6 8)" gap.
  [[nodiscard]] std::string story() const {
    std::string text;
    for (const Event& event : out_.events) {
      if (!text.empty()) text += ' ';
      if (event.kind == Kind::gap) {
        const auto gap = event.as<Gap>();
        text += "G(" + std::string(to_string(static_cast<GapReason>(event.detail))) + " " +
                std::to_string(gap.expected) + " " + std::to_string(gap.found) + ")";
        continue;
      }
      const auto update = event.as<BookUpdate>();
      EXPECT_EQ(out_.levels.at(update.first_level).qty, static_cast<Qty>(update.last_update_id));
      text += static_cast<BookAction>(event.detail) == BookAction::snapshot ? 'S' : 'D';
      text += std::to_string(update.last_update_id) + "@" + std::to_string(event.recv_ts_ns);
      if ((event.flags & kFlagVenueSnapshot) != 0) text += '+';
    }
    return text;
  }

  BinanceBookJoin join_;
  EventBatch out_;
};

TEST_F(BinanceBookJoinTest, spot_differences_after_the_snapshot_id_are_replayed_behind_it) {
  difference(false, 100, 1, 3);
  difference(false, 110, 4, 6);  // lastUpdateId 5 lies in it
  difference(false, 120, 7, 8);
  snapshot(false, 5);
  difference(false, 600, 9, 9);
  EXPECT_EQ(story(), "G(no_snapshot 0 1) D3@100 D6@110 D8@120 S5@500 D6@500+ D8@500+ D9@600");
  EXPECT_EQ(out_.events[5].exch_ts_ns, 109);  // its own stamp
  EXPECT_EQ(join_.stale_differences(), 0U);
}

TEST_F(BinanceBookJoinTest, a_spot_difference_beyond_last_plus_one_is_a_gap_until_the_next_snapshot) {
  snapshot(false, 5);
  difference(false, 600, 6, 7);
  difference(false, 610, 9, 10);
  difference(false, 620, 11, 12);
  snapshot(false, 10);
  EXPECT_EQ(story(), "S5@500 D7@600 G(sequence 8 9) D10@610 D12@620 S10@500 D12@500+");
  EXPECT_EQ(out_.events[2].as<Gap>().from_ts_ns, 600);
}

TEST_F(BinanceBookJoinTest, futures_differences_join_where_the_snapshot_id_lies_in_them_and_follow_by_pu) {
  difference(true, 100, 10, 14, 9);
  difference(true, 110, 16, 20, 14);
  snapshot(true, 14);  // u = 14 is not below it: documented to be applied
  difference(true, 600, 25, 30, 20);
  difference(true, 610, 32, 33, 31);  // 31 was never here
  EXPECT_EQ(
      story(),
      "G(no_snapshot 0 10) D14@100 D20@110 S14@500 D14@500+ D20@500+ D30@600 G(sequence 30 31) D33@610");
}

TEST_F(BinanceBookJoinTest, a_futures_snapshot_between_two_differences_is_whole) {
  difference(true, 100, 10, 14, 9);
  difference(true, 110, 18, 20, 14);
  snapshot(true, 16);  // ids 15 to 17 belong to other symbols
  EXPECT_EQ(story(), "G(no_snapshot 0 10) D14@100 D20@110 S16@500 D20@500+");
}

TEST_F(BinanceBookJoinTest, a_snapshot_older_than_the_first_difference_does_not_join) {
  difference(false, 100, 10, 12);
  snapshot(false, 5);
  difference(false, 600, 13, 14);
  snapshot(false, 12);
  EXPECT_EQ(story(), "G(no_snapshot 0 10) D12@100 S5@500 G(sequence 6 10) D14@600 S12@500 D14@500+");
}

TEST_F(BinanceBookJoinTest, what_is_older_than_the_book_is_left_out_and_counted) {
  snapshot(false, 5);
  difference(false, 600, 4, 5);
  difference(false, 610, 6, 8);
  snapshot(false, 7);
  EXPECT_EQ(story(), "S5@500 D8@610");
  EXPECT_EQ(join_.stale_differences(), 1U);
  EXPECT_EQ(join_.redundant_snapshots(), 1U);
}

TEST_F(BinanceBookJoinTest, a_snapshot_ahead_of_a_whole_book_replaces_it) {
  snapshot(false, 5);
  difference(false, 600, 6, 8);
  snapshot(false, 12);
  difference(false, 610, 9, 11);
  difference(false, 620, 12, 14);
  EXPECT_EQ(story(), "S5@500 D8@600 S12@500 D14@620");
}

TEST_F(BinanceBookJoinTest, only_so_many_differences_are_kept_for_a_snapshot) {
  const std::uint64_t last = BinanceBookJoin::kMaxKept + 10;
  for (std::uint64_t id = 1; id <= last; ++id) difference(false, 100, id, id);
  snapshot(false, 5);
  // 6 to 10 were forgotten: the book cannot be whole.
  const Event& end = out_.events.back();
  EXPECT_EQ(end.kind, Kind::gap);
  EXPECT_EQ(end.as<Gap>().expected, 6U);
  EXPECT_EQ(end.as<Gap>().found, 11U);
}

}  // namespace
}  // namespace lockstep::feeds
