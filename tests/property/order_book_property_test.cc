// Random scripts of order actions, the possible and the impossible ones, through Books and through a book
// that nobody could get wrong: a map of orders and a list per price.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <list>
#include <map>

#include "engine/book/books.h"

namespace lockstep {
namespace {

using Type = OrderActionType;

class SlowBook {
 public:
  struct Resting {
    Side side;
    Price price;
    Qty qty;
  };

  void apply(Type type, const OrderAction& action) {
    const auto side = static_cast<Side>(action.side);
    const auto resting = orders.find(action.order_id);
    const bool is_known = resting != orders.end();
    const bool is_whole = action.qty > 0 && action.price != kNoPrice && side != Side::none;
    switch (type) {
      case Type::add:
        if (!is_whole) {
          ++anomalies.malformed_actions;
          return;
        }
        if (is_known) ++anomalies.duplicate_adds, remove(action.order_id);
        join(action.order_id, {side, action.price, action.qty});
        return;
      case Type::modify:
        if (!is_whole) {
          ++anomalies.malformed_actions;
          return;
        }
        if (!is_known) {
          ++anomalies.unknown_orders;
        } else if (resting->second.side != side) {
          ++anomalies.mismatches;
        } else if (resting->second.price == action.price && resting->second.qty >= action.qty) {
          resting->second.qty = action.qty;
          return;
        }
        if (is_known) remove(action.order_id);
        join(action.order_id, {side, action.price, action.qty});
        return;
      case Type::cancel:
      case Type::execute: {
        if (action.qty <= 0) {
          ++anomalies.malformed_actions;
          return;
        }
        if (!is_known) {
          ++anomalies.unknown_orders;
          return;
        }
        const bool wrong_price =
            type == Type::cancel && action.price != kNoPrice && action.price != resting->second.price;
        const bool wrong_side = side != Side::none && side != resting->second.side;
        if (wrong_price || wrong_side) ++anomalies.mismatches;
        if (action.qty > resting->second.qty) ++anomalies.excess_takes;
        resting->second.qty -= action.qty;
        if (resting->second.qty <= 0) remove(action.order_id);
        return;
      }
      case Type::trade: return;
      case Type::clear:
        orders.clear();
        queues.clear();
        return;
    }
  }

  [[nodiscard]] std::map<Price, std::list<std::uint64_t>> side(Side which) const {
    std::map<Price, std::list<std::uint64_t>> out;
    for (const auto& [key, ids] : queues) {
      if (key.first == which) out[key.second] = ids;
    }
    return out;
  }

  std::map<std::uint64_t, Resting> orders;
  std::map<std::pair<Side, Price>, std::list<std::uint64_t>> queues;
  OrderAnomalies anomalies;

 private:
  void join(std::uint64_t id, const Resting& order) {
    orders[id] = order;
    queues[{order.side, order.price}].push_back(id);
  }
  void remove(std::uint64_t id) {
    const auto queue = queues.find({orders.at(id).side, orders.at(id).price});
    queue->second.remove(id);
    if (queue->second.empty()) queues.erase(queue);
    orders.erase(id);
  }
};

void expect_equal(const MarketState& market, const SlowBook& slow) {
  const OrderBook book = market.orders();
  for (const Side which : {Side::buy, Side::sell}) {
    const auto expected = slow.side(which);
    const BookSide& levels = market.book.side(which);
    RC_ASSERT(levels.size() == expected.size());
    std::size_t from_worst = levels.size();
    for (auto it = expected.begin(); it != expected.end(); ++it) {
      const Price price = it->first;  // no structured binding: clang lets no lambda see one
      const auto& ids = it->second;
      const std::size_t rank =
          which == Side::buy ? --from_worst : static_cast<std::size_t>(std::distance(expected.begin(), it));
      Qty total = 0;
      for (const std::uint64_t id : ids) {
        const SlowBook::Resting& order = slow.orders.at(id);
        RC_ASSERT(book.qty_ahead_of(id) == std::optional<Qty>(total));
        RC_ASSERT(book.find(id) == std::optional<BookOrder>(BookOrder{id, which, price, order.qty}));
        total += order.qty;
      }
      RC_ASSERT((levels.at(rank) == Level{price, total}));
      RC_ASSERT(levels.qty_at(price) == total);
      RC_ASSERT(book.count_at(which, price) == ids.size());
      RC_ASSERT(book.count_at_depth(which, rank) == ids.size());
      auto next = ids.begin();
      book.for_each_at(which, price, [&](const BookOrder& order) {
        RC_ASSERT(next != ids.end());
        RC_ASSERT(order.id == *next);
        ++next;
        return true;
      });
      RC_ASSERT(next == ids.end());
    }
  }
  const OrderAnomalies& found = market.anomalies;
  RC_ASSERT(found.unknown_orders == slow.anomalies.unknown_orders);
  RC_ASSERT(found.duplicate_adds == slow.anomalies.duplicate_adds);
  RC_ASSERT(found.excess_takes == slow.anomalies.excess_takes);
  RC_ASSERT(found.mismatches == slow.anomalies.mismatches);
  RC_ASSERT(found.malformed_actions == slow.anomalies.malformed_actions);
}

constexpr InstrumentId kInstruments = 2;

Event any_event() {
  Event event;
  event.kind = Kind::order_action;
  event.instrument = *rc::gen::inRange<InstrumentId>(0, kInstruments);
  const Type type = *rc::gen::weightedElement<Type>({{40, Type::add},
                                                     {15, Type::modify},
                                                     {15, Type::cancel},
                                                     {15, Type::execute},
                                                     {2, Type::trade},
                                                     {1, Type::clear}});
  event.detail = static_cast<std::uint8_t>(type);
  const int side = *rc::gen::weightedElement<int>({{10, 1}, {10, 2}, {1, 0}});
  // Few ids, so that adds meet orders that rest; more prices than the linear part of the search covers.
  event.set(OrderAction{
      *rc::gen::inRange<std::uint64_t>(1, 60),
      *rc::gen::weightedOneOf<Price>({{20, rc::gen::inRange<Price>(-15, 25)}, {1, rc::gen::just(kNoPrice)}}),
      *rc::gen::inRange<Qty>(-1, 12), 0, static_cast<std::uint32_t>(side), kLastOfMessage});
  return event;
}

Books restored(Books& books) {
  StateVisitor saver = StateVisitor::saving();
  books.visit(saver);
  const std::vector<std::uint8_t> bytes = saver.take();
  Books out(kInstruments);
  StateVisitor loader = StateVisitor::loading(bytes);
  out.visit(loader);
  RC_ASSERT(loader.complete());
  return out;
}

RC_GTEST_PROP(OrderBookProperty, agrees_with_maps_and_lists_on_any_script_and_across_snapshots, ()) {
  Books books(kInstruments);
  std::vector<SlowBook> slow(kInstruments);
  std::vector<Event> script;
  const int length = *rc::gen::inRange(1, 250);
  script.reserve(static_cast<std::size_t>(length));
  for (int i = 0; i < length; ++i) script.push_back(any_event());
  const int snapshot_at = *rc::gen::inRange(0, 250);
  for (std::size_t i = 0; i < script.size(); ++i) {
    if (static_cast<int>(i) == snapshot_at) books = restored(books);
    books.look_ahead(std::span(script).subspan(i));
    books.apply(script[i], {});
    slow[script[i].instrument].apply(static_cast<Type>(script[i].detail), script[i].as<OrderAction>());
    RC_ASSERT(books.broken_invariant() == "");
  }
  for (InstrumentId id = 0; id < kInstruments; ++id) {
    if (books[id].has_orders) expect_equal(books[id], slow[id]);
  }
}

RC_GTEST_PROP(OrderBookProperty, a_restored_book_digests_the_same_and_goes_on_the_same, ()) {
  Books books(kInstruments);
  const auto digest = [](Books& of) {
    StateVisitor visitor = StateVisitor::digesting();
    of.visit(visitor);
    return visitor.digest();
  };
  const int before = *rc::gen::inRange(0, 100);
  for (int i = 0; i < before; ++i) books.apply(any_event(), {});
  Books copy = restored(books);
  const int after = *rc::gen::inRange(0, 50);
  for (int i = 0; i < after; ++i) {
    const Event event = any_event();
    books.apply(event, {});
    copy.apply(event, {});
    RC_ASSERT(digest(books) == digest(copy));
  }
  StateVisitor first = StateVisitor::saving();
  StateVisitor second = StateVisitor::saving();
  books.visit(first);
  copy.visit(second);
  RC_ASSERT(first.take() == second.take());
}

}  // namespace
}  // namespace lockstep
