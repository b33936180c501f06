#include "engine/book/order_book.h"

#include <gtest/gtest.h>

#include <map>

#include "engine/book/books.h"
#include "tests/support/events.h"

namespace lockstep {
namespace {

using Type = OrderActionType;

Event action(Type type, std::uint64_t id, Side side, Price price, Qty qty, InstrumentId instrument = 0,
             std::uint32_t venue_flags = kLastOfMessage, std::uint8_t flags = 0) {
  Event event;
  event.recv_ts_ns = event.exch_ts_ns = 1;
  event.instrument = instrument;
  event.kind = Kind::order_action;
  event.detail = static_cast<std::uint8_t>(type);
  event.flags = flags;
  event.set(OrderAction{id, price, qty, 0, static_cast<std::uint32_t>(side), venue_flags});
  return event;
}

Event clear(std::uint8_t flags = 0, std::uint32_t venue_flags = 0) {
  return action(Type::clear, 0, Side::none, kNoPrice, 0, 0, venue_flags, flags);
}

class OrderBookTest : public testing::Test {
 protected:
  void apply(const Event& event) {
    books_.apply(event, {});
    EXPECT_EQ(books_.broken_invariant(), "");
  }
  void apply(Type type, std::uint64_t id, Side side, Price price, Qty qty, InstrumentId instrument = 0) {
    apply(action(type, id, side, price, qty, instrument));
  }
  [[nodiscard]] std::vector<Level> levels(Side side) const {
    std::vector<Level> out;
    const BookSide& from = books_[0].book.side(side);
    for (std::size_t i = 0; i < from.size(); ++i) out.push_back(from.at(i));
    return out;
  }
  [[nodiscard]] std::vector<std::uint64_t> queue(Side side, Price price) const {
    std::vector<std::uint64_t> ids;
    books_[0].orders().for_each_at(side, price, [&](const BookOrder& order) {
      EXPECT_EQ(order.side, side);
      EXPECT_EQ(order.price, price);
      ids.push_back(order.id);
      return true;
    });
    return ids;
  }
  /// Buys 1, 2 and 3 of 10, 20 and 30 at 100; sell 4 of 5 at 103.
  void three_bids_and_an_offer() {
    apply(Type::add, 1, Side::buy, 100, 10);
    apply(Type::add, 2, Side::buy, 100, 20);
    apply(Type::add, 3, Side::buy, 100, 30);
    apply(Type::add, 4, Side::sell, 103, 5);
  }

  Books books_{2};
};

using Ids = std::vector<std::uint64_t>;
using Levels = std::vector<Level>;

TEST_F(OrderBookTest, orders_at_a_price_queue_in_the_order_of_their_coming_and_make_a_level) {
  three_bids_and_an_offer();
  apply(Type::add, 5, Side::buy, 99, 7);
  apply(Type::add, 6, Side::buy, 101, 1);
  EXPECT_EQ(levels(Side::buy), (Levels{{101, 1}, {100, 60}, {99, 7}}));
  EXPECT_EQ(levels(Side::sell), (Levels{{103, 5}}));
  EXPECT_EQ(queue(Side::buy, 100), (Ids{1, 2, 3}));
  EXPECT_EQ(queue(Side::buy, 98), Ids{});
  EXPECT_EQ(queue(Side::sell, 100), Ids{});
  EXPECT_EQ(books_[0].orders().count_at(Side::buy, 100), 3U);
  EXPECT_EQ(books_[0].orders().count_at(Side::buy, 102), 0U);
  EXPECT_EQ(books_[0].orders().count_at_depth(Side::buy, 0), 1U);
  EXPECT_EQ(books_[0].orders().count_at_depth(Side::buy, 1), 3U);
  EXPECT_EQ(books_[0].orders().count(), 6U);
  EXPECT_EQ(books_[0].anomalies.total(), 0U);
}

TEST_F(OrderBookTest, top_and_reference_price_are_those_of_the_orders) {
  three_bids_and_an_offer();
  const Top top = books_[0].top();
  EXPECT_EQ(top.bid_price, 100);
  EXPECT_EQ(top.bid_qty, 60);
  EXPECT_EQ(top.ask_price, 103);
  EXPECT_EQ(top.ask_qty, 5);
  EXPECT_EQ(books_[0].mid_times_two(), 203);
  EXPECT_EQ(books_[0].reference_price(), 101);
}

TEST_F(OrderBookTest, an_order_is_found_by_its_id_and_its_instrument) {
  three_bids_and_an_offer();
  apply(Type::add, 2, Side::sell, 7, 9, 1);  // another instrument's order of the same id
  EXPECT_EQ(books_[0].orders().find(2), (BookOrder{2, Side::buy, 100, 20}));
  EXPECT_EQ(books_[1].orders().find(2), (BookOrder{2, Side::sell, 7, 9}));
  EXPECT_EQ(books_[0].orders().find(9), std::nullopt);
}

TEST_F(OrderBookTest, a_cancel_without_a_quantity_takes_the_whole_order_and_is_no_anomaly) {
  three_bids_and_an_offer();
  apply(Type::cancel, 2, Side::none, kNoPrice, kWholeOrder);
  EXPECT_EQ(queue(Side::buy, 100), (Ids{1, 3}));
  EXPECT_EQ(levels(Side::buy), (Levels{{100, 40}}));
  EXPECT_EQ(books_[0].anomalies.total(), 0U);
}

TEST_F(OrderBookTest, an_execution_without_a_price_is_a_trade_at_that_of_the_order) {
  three_bids_and_an_offer();
  apply(Type::execute, 4, Side::none, kNoPrice, 2);
  EXPECT_EQ(books_[0].last_price, 103);
  EXPECT_EQ(levels(Side::sell), (Levels{{103, 3}}));
  apply(Type::execute, 3, Side::none, 99, 30);  // with one, at its own
  EXPECT_EQ(books_[0].last_price, 99);
  EXPECT_EQ(books_[0].anomalies.total(), 0U);
}

TEST_F(OrderBookTest, the_quantity_ahead_is_that_of_the_orders_that_came_before) {
  three_bids_and_an_offer();
  EXPECT_EQ(books_[0].orders().qty_ahead_of(1), 0);
  EXPECT_EQ(books_[0].orders().qty_ahead_of(3), 30);
  apply(Type::cancel, 1, Side::buy, 100, 4);
  EXPECT_EQ(books_[0].orders().qty_ahead_of(3), 26);
  EXPECT_EQ(books_[0].orders().qty_ahead_of(5), std::nullopt);
}

TEST_F(OrderBookTest, a_smaller_size_at_the_same_price_keeps_the_place) {
  three_bids_and_an_offer();
  apply(Type::modify, 1, Side::buy, 100, 3);
  EXPECT_EQ(queue(Side::buy, 100), (Ids{1, 2, 3}));
  EXPECT_EQ(levels(Side::buy), (Levels{{100, 53}}));
}

TEST_F(OrderBookTest, a_larger_size_or_another_price_goes_to_the_back) {
  three_bids_and_an_offer();
  apply(Type::modify, 1, Side::buy, 100, 11);
  EXPECT_EQ(queue(Side::buy, 100), (Ids{2, 3, 1}));
  EXPECT_EQ(levels(Side::buy), (Levels{{100, 61}}));
  apply(Type::modify, 3, Side::buy, 101, 2);
  EXPECT_EQ(levels(Side::buy), (Levels{{101, 2}, {100, 31}}));
  apply(Type::modify, 2, Side::buy, 101, 20);
  EXPECT_EQ(queue(Side::buy, 101), (Ids{3, 2}));
  EXPECT_EQ(levels(Side::buy), (Levels{{101, 22}, {100, 11}}));
}

TEST_F(OrderBookTest, a_partial_cancel_keeps_the_place_and_a_whole_one_ends_it) {
  three_bids_and_an_offer();
  apply(Type::cancel, 2, Side::buy, 100, 19);
  EXPECT_EQ(queue(Side::buy, 100), (Ids{1, 2, 3}));
  EXPECT_EQ(levels(Side::buy), (Levels{{100, 41}}));
  apply(Type::cancel, 2, Side::buy, 100, 1);  // from the middle
  EXPECT_EQ(queue(Side::buy, 100), (Ids{1, 3}));
  apply(Type::cancel, 3, Side::buy, 100, 30);  // from the back
  EXPECT_EQ(queue(Side::buy, 100), (Ids{1}));
  apply(Type::cancel, 1, Side::buy, 100, 10);  // the last
  EXPECT_EQ(levels(Side::buy), Levels{});
}

TEST_F(OrderBookTest, an_execution_takes_size_off_and_is_a_trade) {
  three_bids_and_an_offer();
  apply(Type::execute, 1, Side::buy, 100, 4);
  EXPECT_EQ(levels(Side::buy), (Levels{{100, 56}}));
  EXPECT_EQ(books_[0].last_price, 100);
  apply(Type::execute, 1, Side::buy, 99, 6);  // NASDAQ's executed with price: not an anomaly
  EXPECT_EQ(queue(Side::buy, 100), (Ids{2, 3}));
  EXPECT_EQ(books_[0].last_price, 99);
  EXPECT_EQ(books_[0].anomalies.total(), 0U);
}

TEST_F(OrderBookTest, an_execution_that_prints_nothing_moves_the_book_and_not_the_last_price) {
  three_bids_and_an_offer();
  const Event crossed = action(Type::execute, 1, Side::buy, 98, 10, 0, kIsNoTrade | kLastOfMessage);
  apply(crossed);
  EXPECT_EQ(levels(Side::buy), (Levels{{100, 50}}));
  EXPECT_EQ(books_[0].last_price, kNoPrice);
  EXPECT_EQ(trade_of(crossed), std::nullopt);
}

TEST_F(OrderBookTest, what_does_not_change_the_book_leaves_it_alone) {
  three_bids_and_an_offer();
  apply(action(Type::trade, 0, Side::sell, 100, 10));
  apply(action(Type::execute, 1, Side::buy, 100, 10, 0, kDoesNotChangeBook));
  EXPECT_EQ(levels(Side::buy), (Levels{{100, 60}}));
  EXPECT_EQ(books_[0].last_price, 100);
  EXPECT_EQ(books_[0].anomalies.total(), 0U);
}

TEST_F(OrderBookTest, prints_alone_make_no_book) {
  apply(action(Type::trade, 0, Side::sell, 100, 10));
  EXPECT_FALSE(books_[0].has_orders);
  EXPECT_FALSE(books_[0].has_book);
  EXPECT_EQ(books_[0].last_price, 100);
}

TEST_F(OrderBookTest, a_clear_empties_one_instrument) {
  three_bids_and_an_offer();
  apply(Type::add, 2, Side::sell, 7, 9, 1);
  apply(clear());
  EXPECT_EQ(levels(Side::buy), Levels{});
  EXPECT_EQ(levels(Side::sell), Levels{});
  EXPECT_EQ(books_[0].orders().find(1), std::nullopt);
  EXPECT_EQ(books_[1].orders().find(2), (BookOrder{2, Side::sell, 7, 9}));
  apply(Type::add, 1, Side::buy, 100, 10);
  EXPECT_EQ(books_[0].anomalies.total(), 0U);
}

TEST_F(OrderBookTest, a_duplicate_add_replaces_the_order_that_rests) {
  three_bids_and_an_offer();
  apply(Type::add, 1, Side::buy, 99, 8);
  EXPECT_EQ(levels(Side::buy), (Levels{{100, 50}, {99, 8}}));
  EXPECT_EQ(books_[0].anomalies.duplicate_adds, 1U);
  EXPECT_EQ(books_[0].anomalies.total(), 1U);
  EXPECT_TRUE(books_[0].book_is_safe);
}

TEST_F(OrderBookTest, a_modify_of_an_unknown_order_adds_it_and_other_changes_of_it_do_nothing) {
  three_bids_and_an_offer();
  apply(Type::cancel, 9, Side::buy, 100, 8);
  apply(Type::execute, 9, Side::buy, 100, 8);
  EXPECT_EQ(levels(Side::buy), (Levels{{100, 60}}));
  apply(Type::modify, 9, Side::buy, 100, 8);
  EXPECT_EQ(queue(Side::buy, 100), (Ids{1, 2, 3, 9}));
  EXPECT_EQ(books_[0].anomalies.unknown_orders, 3U);
  EXPECT_EQ(books_[0].anomalies.total(), 3U);
}

TEST_F(OrderBookTest, more_taken_than_there_is_ends_the_order_and_only_it) {
  three_bids_and_an_offer();
  apply(Type::execute, 1, Side::buy, 100, 11);
  EXPECT_EQ(queue(Side::buy, 100), (Ids{2, 3}));
  EXPECT_EQ(levels(Side::buy), (Levels{{100, 50}}));
  EXPECT_EQ(books_[0].anomalies.excess_takes, 1U);
  EXPECT_EQ(books_[0].anomalies.total(), 1U);
}

TEST_F(OrderBookTest, the_id_counts_where_side_or_price_contradict_it) {
  three_bids_and_an_offer();
  apply(Type::cancel, 1, Side::buy, 101, 4);
  apply(Type::cancel, 1, Side::sell, 100, 1);
  EXPECT_EQ(levels(Side::buy), (Levels{{100, 55}}));
  EXPECT_EQ(levels(Side::sell), (Levels{{103, 5}}));
  apply(Type::modify, 1, Side::sell, 104, 5);
  EXPECT_EQ(levels(Side::buy), (Levels{{100, 50}}));
  EXPECT_EQ(levels(Side::sell), (Levels{{103, 5}, {104, 5}}));
  EXPECT_EQ(books_[0].anomalies.mismatches, 3U);
  apply(Type::cancel, 1, Side::none, kNoPrice, 5);  // a feed that does not restate them
  EXPECT_EQ(levels(Side::sell), (Levels{{103, 5}}));
  EXPECT_EQ(books_[0].anomalies.total(), 3U);
}

TEST_F(OrderBookTest, actions_without_quantity_side_or_price_do_nothing) {
  three_bids_and_an_offer();
  apply(Type::add, 7, Side::buy, 100, 0);
  apply(Type::add, 7, Side::buy, 100, -1);
  apply(Type::add, 7, Side::none, 100, 1);
  apply(Type::add, 7, Side::buy, kNoPrice, 1);
  apply(Type::modify, 1, Side::buy, 100, 0);
  apply(Type::modify, 1, Side::buy, kNoPrice, 5);
  apply(Type::cancel, 1, Side::buy, 100, 0);
  apply(Type::execute, 1, Side::buy, 100, -3);
  apply(static_cast<Type>(17), 1, Side::buy, 100, 1);
  EXPECT_EQ(levels(Side::buy), (Levels{{100, 60}}));
  EXPECT_EQ(queue(Side::buy, 100), (Ids{1, 2, 3}));
  EXPECT_EQ(books_[0].anomalies.malformed_actions, 9U);
}

TEST_F(OrderBookTest, a_gap_makes_the_book_unsafe_until_the_next_clear) {
  three_bids_and_an_offer();
  EXPECT_TRUE(books_[0].book_is_safe);
  apply(test::gap(2));
  EXPECT_FALSE(books_[0].book_is_safe);
  apply(Type::add, 5, Side::buy, 99, 7);
  EXPECT_FALSE(books_[0].book_is_safe);
  apply(clear());
  EXPECT_TRUE(books_[0].book_is_safe);
}

TEST_F(OrderBookTest, a_gap_before_the_first_order_makes_the_book_unsafe_too) {
  apply(test::gap(1));
  three_bids_and_an_offer();
  EXPECT_FALSE(books_[0].book_is_safe);
}

TEST_F(OrderBookTest, a_gap_of_the_whole_feed_makes_every_book_unsafe) {
  three_bids_and_an_offer();
  apply(Type::add, 2, Side::sell, 7, 9, 1);
  apply(test::gap(2, kNoInstrument));
  EXPECT_FALSE(books_[0].book_is_safe);
  EXPECT_FALSE(books_[1].book_is_safe);
}

TEST_F(OrderBookTest, a_snapshot_is_safe_once_its_last_order_is_there) {
  constexpr std::uint8_t kRestated = kFlagVenueSnapshot;
  three_bids_and_an_offer();
  apply(test::gap(2));
  apply(clear(kRestated));
  EXPECT_FALSE(books_[0].book_is_safe);
  apply(action(Type::add, 1, Side::buy, 100, 10, 0, 0, kRestated));
  EXPECT_FALSE(books_[0].book_is_safe);
  apply(action(Type::add, 2, Side::sell, 101, 10, 0, kLastOfMessage, kRestated));
  EXPECT_TRUE(books_[0].book_is_safe);
}

TEST_F(OrderBookTest, a_snapshot_without_a_marked_end_ends_where_the_feed_goes_on) {
  apply(clear(kFlagVenueSnapshot));
  apply(action(Type::add, 1, Side::buy, 100, 10, 0, 0, kFlagVenueSnapshot));
  EXPECT_FALSE(books_[0].book_is_safe);
  apply(action(Type::add, 2, Side::sell, 101, 10, 0, 0));
  EXPECT_TRUE(books_[0].book_is_safe);
}

TEST_F(OrderBookTest, level_updates_do_not_touch_a_book_that_is_kept_order_by_order) {
  const auto levels_of = [](BookAction book_action) {
    return test::book(1, book_action, {{90, 1}}, {{110, 1}});
  };
  const test::Entry before = levels_of(BookAction::snapshot);
  books_.apply(before.event, before.levels);
  three_bids_and_an_offer();
  EXPECT_EQ(levels(Side::buy), (Levels{{100, 60}})) << "it starts empty";
  for (const BookAction book_action : {BookAction::diff, BookAction::snapshot, BookAction::clear}) {
    const test::Entry entry = levels_of(book_action);
    books_.apply(entry.event, entry.levels);
  }
  EXPECT_EQ(books_.broken_invariant(), "");
  EXPECT_EQ(levels(Side::buy), (Levels{{100, 60}}));
  EXPECT_TRUE(books_[0].book_is_safe);
}

TEST_F(OrderBookTest, a_restored_book_has_the_same_queues_and_digest_and_goes_on_the_same) {
  three_bids_and_an_offer();
  apply(Type::cancel, 1, Side::buy, 100, 10);
  apply(Type::add, 5, Side::buy, 100, 1);
  apply(Type::cancel, 77, Side::buy, 100, 1);
  StateVisitor saver = StateVisitor::saving();
  books_.visit(saver);
  const std::vector<std::uint8_t> saved = saver.take();
  Books restored(2);
  restored.apply(action(Type::add, 1000, Side::buy, 1, 1, 1), {});  // what was there before is gone
  StateVisitor loader = StateVisitor::loading(saved);
  restored.visit(loader);
  ASSERT_TRUE(loader.complete());
  EXPECT_EQ(restored.broken_invariant(), "");
  EXPECT_FALSE(restored[1].has_orders);
  const auto digest = [](Books& books) {
    StateVisitor visitor = StateVisitor::digesting();
    books.visit(visitor);
    return visitor.digest();
  };
  EXPECT_EQ(digest(restored), digest(books_));
  EXPECT_EQ(restored[0].anomalies.unknown_orders, 1U);
  const Event next = action(Type::modify, 2, Side::buy, 100, 25);
  restored.apply(next, {});
  apply(next);
  books_ = std::move(restored);
  EXPECT_EQ(queue(Side::buy, 100), (Ids{3, 5, 2}));
}

TEST_F(OrderBookTest, the_digest_tells_two_histories_apart) {
  Books other(2);
  const auto digest = [](Books& books) {
    StateVisitor visitor = StateVisitor::digesting();
    books.visit(visitor);
    return visitor.digest();
  };
  three_bids_and_an_offer();
  other.apply(action(Type::add, 1, Side::buy, 100, 10), {});
  other.apply(action(Type::add, 3, Side::buy, 100, 30), {});
  other.apply(action(Type::add, 2, Side::buy, 100, 20), {});
  other.apply(action(Type::add, 4, Side::sell, 103, 5), {});
  EXPECT_NE(digest(other), digest(books_)) << "the same levels, another queue";
}

TEST_F(OrderBookTest, a_damaged_state_is_refused) {
  three_bids_and_an_offer();
  StateVisitor saver = StateVisitor::saving();
  books_.visit(saver);
  std::vector<std::uint8_t> saved = saver.take();
  for (std::size_t cut = 0; cut + 8 < saved.size(); cut += 8) {
    const std::vector<std::uint8_t> part(saved.begin(), saved.begin() + static_cast<std::ptrdiff_t>(cut));
    Books restored(2);
    StateVisitor loader = StateVisitor::loading(part);
    if (cut >= 8) restored.visit(loader);
    EXPECT_FALSE(cut >= 8 && loader.complete()) << cut;
  }
}

TEST(OrderStore, finds_what_it_holds_while_it_grows_and_shrinks) {
  OrderStore store;
  store.clear();
  const auto id_of = [](std::uint64_t i) { return i * i * 7919 + i; };
  for (std::uint64_t i = 0; i < 5000; ++i) {
    store.insert(store.find(id_of(i)), id_of(i), i % 2 == 0 ? Side::buy : Side::sell, 6);
    if (i >= 1000) store.erase(store.find(id_of(i - 1000)));
  }
  EXPECT_EQ(store.size(), 1000U);
  for (std::uint64_t i = 0; i < 5000; ++i) {
    const OrderStore::Place place = store.find(id_of(i));
    ASSERT_EQ(place.is_there(), i >= 4000) << i;
    if (!place.is_there()) continue;
    EXPECT_EQ(store.at(place.slot).id, id_of(i));
    EXPECT_EQ(store.at(place.slot).side, i % 2 == 0 ? Side::buy : Side::sell);
  }
}

// About 600 live orders in 128 buckets of eight: several are full at any time, so that orders stand away from
// their homes and come back when one before them leaves.
TEST(OrderStore, agrees_with_a_map_where_buckets_overflow) {
  OrderStore store;
  store.clear();
  std::map<std::uint64_t, Qty> expected;
  std::uint64_t state = 1;
  const auto next = [&state](std::uint64_t bound) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state >> 33U) % bound;
  };
  for (int step = 0; step < 100'000; ++step) {
    const std::uint64_t id = next(1200);
    const OrderStore::Place place = store.find(id);
    const auto found = expected.find(id);
    ASSERT_EQ(place.is_there(), found != expected.end()) << step;
    if (!place.is_there()) {
      const Qty qty = 1 + static_cast<Qty>(next(1000));
      store.insert(place, id, Side::sell, qty);
      expected[id] = qty;
    } else {
      ASSERT_EQ(store.at(place.slot).qty, found->second);
      store.erase(place);
      expected.erase(found);
    }
    ASSERT_EQ(store.size(), expected.size());
  }
}

}  // namespace
}  // namespace lockstep
