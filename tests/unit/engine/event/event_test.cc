#include "engine/event/event.h"

#include <gtest/gtest.h>

#include <set>

#include "engine/event/event_digest.h"

namespace lockstep {
namespace {

TEST(Event, records_have_the_sizes_that_the_log_relies_on) {
  EXPECT_EQ(sizeof(Event), 64U);
  EXPECT_EQ(sizeof(Level), 16U);
  EXPECT_EQ(offsetof(Event, recv_ts_ns), 0U);
  EXPECT_EQ(offsetof(Event, exch_ts_ns), 8U);
  EXPECT_EQ(offsetof(Event, instrument), 16U);
  EXPECT_EQ(offsetof(Event, flags), 20U);
  EXPECT_EQ(offsetof(Event, detail), 21U);
  EXPECT_EQ(offsetof(Event, kind), 22U);
  EXPECT_EQ(offsetof(Event, words), 24U);
}

TEST(Event, payload_words_lie_where_the_log_expects_them) {
  Event event;
  event.set(Trade{-1, 2, 3, 4, 5});
  EXPECT_EQ(event.words, (std::array<std::uint64_t, 5>{~std::uint64_t{0}, 2, 3, 4, 5}));
  event.set(BookUpdate{1, 2, 3, 4, 5, 6, 7});
  EXPECT_EQ(event.words, (std::array<std::uint64_t, 5>{0x2'0000'0001, 0x4'0000'0003, 5, 6, 7}));
  EXPECT_EQ(event.as<BookUpdate>().ask_count, 3U);
  event.set(OrderAction{1, 2, 3, 4, 5, 6});
  EXPECT_EQ(event.words, (std::array<std::uint64_t, 5>{1, 2, 3, 4, 0x6'0000'0005}));
}

TEST(Event, a_kind_belongs_to_one_group) {
  for (int i = 0; i < kKindCount; ++i) {
    const auto kind = static_cast<Kind>(i);
    const int groups = is_market(kind) + is_execution(kind) + is_control(kind) + is_decision(kind) +
                       (kind == Kind::checkpoint);
    EXPECT_EQ(groups, 1) << i;
  }
  EXPECT_TRUE(is_market(Kind::gap));
  EXPECT_TRUE(is_execution(Kind::accepted));
  EXPECT_TRUE(is_execution(Kind::expired));
  EXPECT_TRUE(is_control(Kind::start));
  EXPECT_TRUE(is_control(Kind::timer));
  EXPECT_TRUE(is_decision(Kind::denied));
}

TEST(Event, an_execution_of_an_order_by_order_feed_is_a_trade_against_the_resting_side) {
  Event event;
  event.kind = Kind::order_action;
  event.recv_ts_ns = 7;
  event.detail = static_cast<std::uint8_t>(OrderActionType::execute);
  event.set(OrderAction{1, 100, 3, 4, static_cast<std::uint32_t>(Side::buy), 0});
  const std::optional<Event> sold = trade_of(event);
  ASSERT_TRUE(sold.has_value());
  EXPECT_EQ(sold->kind, Kind::trade);
  EXPECT_EQ(sold->recv_ts_ns, 7);
  EXPECT_EQ(static_cast<Side>(sold->detail), Side::sell);
  EXPECT_EQ(sold->as<Trade>().price, 100);
  EXPECT_EQ(sold->as<Trade>().qty, 3);
  EXPECT_EQ(sold->as<Trade>().sequence, 4U);

  event.set(OrderAction{1, 100, 3, 4, static_cast<std::uint32_t>(Side::buy), kDoesNotChangeBook});
  EXPECT_FALSE(trade_of(event).has_value()) << "the print before it has told of it";
  event.detail = static_cast<std::uint8_t>(OrderActionType::trade);
  ASSERT_TRUE(trade_of(event).has_value());
  EXPECT_EQ(static_cast<Side>(trade_of(event)->detail), Side::buy) << "a print's side is the aggressor's";
  for (const auto type :
       {OrderActionType::add, OrderActionType::modify, OrderActionType::cancel, OrderActionType::clear}) {
    event.detail = static_cast<std::uint8_t>(type);
    EXPECT_FALSE(trade_of(event).has_value()) << to_string(type);
  }
}

TEST(Event, the_terms_of_an_order_fit_into_the_detail_and_come_back) {
  const std::uint8_t detail = pack_terms(TrailUnit::bps, TriggerSource::mark, Contingency::bracket);
  EXPECT_EQ(detail, 3 + 4 * 2 + 16 * 3);
  EXPECT_EQ(trail_unit_of(detail), TrailUnit::bps);
  EXPECT_EQ(trigger_source_of(detail), TriggerSource::mark);
  EXPECT_EQ(contingency_of(detail), Contingency::bracket);
}

TEST(Event, kinds_have_names_of_their_own_and_others_a_question_mark) {
  std::set<std::string_view> names;
  for (int i = 0; i < kKindCount; ++i) names.insert(to_string(static_cast<Kind>(i)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kKindCount));
  EXPECT_EQ(to_string(Kind::trade), "trade");
  EXPECT_EQ(to_string(Kind::cancel_rejected), "cancel_rejected");
  EXPECT_EQ(to_string(Kind::checkpoint), "checkpoint");
  EXPECT_EQ(to_string(static_cast<Kind>(99)), "?");
  EXPECT_EQ(to_string(Side::sell), "sell");
  EXPECT_EQ(to_string(Reason::not_live_yet), "not_live_yet");
  EXPECT_EQ(to_string(DenyReason::not_working), "not_working");
  EXPECT_EQ(to_string(GapReason::skipped_rows), "skipped_rows");
  EXPECT_EQ(to_string(OrderType::limit), "limit");
  EXPECT_EQ(to_string(TimeInForce::fok), "fok");
  EXPECT_EQ(to_string(BookAction::clear), "clear");
  EXPECT_EQ(to_string(OrderActionType::clear), "clear");
  EXPECT_EQ(to_string(TradingStatus::not_available), "not_available");
  EXPECT_EQ(to_string(Subsystem::strategy), "strategy");
}

TEST(Event, bids_come_before_asks_among_the_levels_of_a_batch) {
  const std::vector<Level> levels = {{1, 1}, {100, 5}, {99, 6}, {101, 7}, {1, 1}};
  const BookUpdate update{1, 2, 1, 0, 0, 0, 0};
  ASSERT_EQ(bids_of(update, levels).size(), 2U);
  EXPECT_EQ(bids_of(update, levels)[0], (Level{100, 5}));
  ASSERT_EQ(asks_of(update, levels).size(), 1U);
  EXPECT_EQ(asks_of(update, levels)[0], (Level{101, 7}));
}

// The list in the header, in its order, with lengths by hand.
TEST(BarSpec, every_length_in_use_packs_unpacks_and_has_its_duration) {
  struct Row {
    BarUnit unit;
    std::vector<int> counts;
    DurationNs unit_ns;
  };
  const Row rows[] = {{BarUnit::tick, {1}, 0},
                      {BarUnit::second, {1, 2, 5, 10, 15, 30}, 1'000'000'000},
                      {BarUnit::minute, {1, 2, 3, 5, 10, 15, 20, 30, 45}, 60'000'000'000},
                      {BarUnit::hour, {1, 2, 3, 4, 6, 8, 12}, 3'600'000'000'000},
                      {BarUnit::day, {1, 2, 3}, 86'400'000'000'000},
                      {BarUnit::week, {1}, 604'800'000'000'000},
                      {BarUnit::month, {1}, 2'592'000'000'000'000}};
  std::uint8_t expected = 0;  // stored in recordings: the numbers themselves are fixed
  for (const Row& row : rows) {
    for (const int count : row.counts) {
      for (int side = 0; side < 4; ++side) {
        const BarSpec spec{row.unit, static_cast<std::uint8_t>(count), static_cast<BarSide>(side)};
        const Result<std::uint8_t> packed = pack(spec);
        ASSERT_TRUE(packed.ok());
        EXPECT_EQ(*packed, expected++);
        EXPECT_EQ(unpack_bar_spec(*packed), spec);
        EXPECT_EQ(bar_length(spec), row.unit_ns * count);
      }
    }
  }
  EXPECT_EQ(expected, 28 * 4);
}

TEST(BarSpec, a_length_outside_the_list_is_refused) {
  EXPECT_EQ(pack({BarUnit::minute, 7, BarSide::trade}).error().code, ErrorCode::unsupported);
  EXPECT_FALSE(pack({BarUnit::tick, 100, BarSide::trade}).ok());
  EXPECT_FALSE(pack({BarUnit::second, 0, BarSide::mid}).ok());
  EXPECT_EQ(unpack_bar_spec(28 << 2).count, 0);
  EXPECT_EQ(unpack_bar_spec(255).count, 0);
}

std::uint64_t digest_of(const Event& event, std::span<const Level> levels = {}) {
  Digest digest;
  mix_event(digest, event, levels);
  return digest.value();
}

TEST(EventDigest, every_field_of_an_event_enters_the_digest) {
  Event event;
  event.set(Trade{1, 2, 3, 4, 5});
  std::set<std::uint64_t> seen{digest_of(event)};
  const auto changed = [&](auto&& change) {
    Event other = event;
    change(other);
    return seen.insert(digest_of(other)).second;
  };
  EXPECT_TRUE(changed([](Event& e) { e.recv_ts_ns = 1; }));
  EXPECT_TRUE(changed([](Event& e) { e.exch_ts_ns = 1; }));
  EXPECT_TRUE(changed([](Event& e) { e.instrument = 1; }));
  EXPECT_TRUE(changed([](Event& e) { e.flags = 1; }));
  EXPECT_TRUE(changed([](Event& e) { e.detail = 1; }));
  EXPECT_TRUE(changed([](Event& e) { e.kind = Kind::quote; }));
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_TRUE(changed([&](Event& e) { e.words[i] += 100; })) << i;
  }
}

TEST(EventDigest, a_book_update_is_its_levels_and_not_where_a_batch_keeps_them) {
  const std::vector<Level> levels = {{100, 5}, {101, 6}};
  std::vector<Level> later = {{7, 7}};
  later.insert(later.end(), levels.begin(), levels.end());
  Event event;
  event.kind = Kind::book;
  event.set(BookUpdate{0, 1, 1, 0, 8, 9, 7});
  Event moved = event;
  moved.set(BookUpdate{1, 1, 1, 0, 8, 9, 7});
  EXPECT_EQ(digest_of(event, levels), digest_of(moved, later));

  std::set<std::uint64_t> seen{digest_of(event, levels)};
  const auto changed = [&](const BookUpdate& update, const std::vector<Level>& of) {
    Event other = event;
    other.set(update);
    return seen.insert(digest_of(other, of)).second;
  };
  EXPECT_TRUE(changed({0, 1, 1, 0, 8, 9, 7}, {{100, 5}, {101, 7}}));
  EXPECT_TRUE(changed({0, 1, 1, 0, 8, 9, 7}, {{99, 5}, {101, 6}}));
  EXPECT_TRUE(changed({0, 2, 0, 0, 8, 9, 7}, levels));
  EXPECT_TRUE(changed({0, 0, 2, 0, 8, 9, 7}, levels));
  EXPECT_TRUE(changed({0, 1, 1, 10, 8, 9, 7}, levels));
  EXPECT_TRUE(changed({0, 1, 1, 0, 1, 9, 7}, levels));
  EXPECT_TRUE(changed({0, 1, 1, 0, 8, 1, 7}, levels));
  EXPECT_TRUE(changed({0, 1, 1, 0, 8, 9, 1}, levels));
}

}  // namespace
}  // namespace lockstep
